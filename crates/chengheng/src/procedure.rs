//! `procedure`: commitments, listings, measures, repairs, objections, inspections and what belongs to
//! them, and the exit path of an entity. The operator acts for the unit he names.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use desk::ports::{Filter, Procedures, Role};
use desk::procedure::{Given, Kind, NotDone, Noun, Verb, View, Who};
use domain::code::Code;
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 列出办理事项
    List {
        /// commitment、listing、attention、measure、feedback、repair、reorganisation、objection、referral、notice、inspector、draw、visit
        #[arg(value_parser = noun)]
        noun: Option<Noun>,
        /// 只列这个主体的
        #[arg(long, value_name = "CODE")]
        entity: Option<String>,
        /// 只列未办结的
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        by: By,
    },
    /// 显示一个办理事项：现状、期限、每一步和可以办理的步骤
    Show {
        id: u64,
        #[command(flatten)]
        by: By,
    },
    /// 显示开始一类办理事项要填写的内容
    Form {
        #[arg(value_parser = noun)]
        noun: Noun,
        /// 名单、事项或者名单认定编号，用来缩小选项
        #[arg(long)]
        of: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// 开始一个办理事项，例如：procedure begin listing propose --organ CODE --set list=… --set …
    Begin {
        #[arg(value_parser = noun)]
        noun: Noun,
        verb: String,
        #[command(flatten)]
        fields: Fields,
        #[command(flatten)]
        by: By,
    },
    /// 办理一步，例如：procedure act 120 notify --organ CODE --set number=…
    Act {
        id: u64,
        verb: String,
        #[command(flatten)]
        fields: Fields,
        #[command(flatten)]
        by: By,
    },
    /// 规则不允许的办理请求，最近的在前
    Refusals,
}

/// For whom the operator acts.
#[derive(Debug, clap::Args)]
pub struct By {
    /// 代表哪个单位办理
    #[arg(long, value_name = "CODE", conflicts_with = "as_entity")]
    organ: Option<String>,
    /// 以信用办的职责办理
    #[arg(long, conflicts_with = "as_entity")]
    office: bool,
    /// 代主体办理（主体到场）
    #[arg(long, value_name = "CODE")]
    as_entity: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// 填写一项，可以重复
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn noun(text: &str) -> Result<Noun, String> {
    Noun::read(text).ok_or_else(|| format!("“{text}”不是办理事项的种类"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("应写成 KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl By {
    fn who(&self, room: &Room) -> Result<Who, Stop> {
        if let Some(text) = &self.as_entity {
            let code = Code::read(text.trim()).filter(|code| room.desk.name(code).is_some());
            let code = code.ok_or_else(|| Stop::Refused(format!("主体库中没有代码 {text}")))?;
            return Ok(Who {
                role: Role::Entity,
                ..Who::operator(Some(code), false)
            });
        }
        let organ = self
            .organ
            .as_deref()
            .map(|code| room.organ(code))
            .transpose()?;
        // Whoever names no unit only reads, as the office does.
        Ok(Who::operator(organ, self.office || organ.is_none()))
    }
}

impl Fields {
    fn given(&self) -> Given {
        self.set.iter().cloned().collect()
    }
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    match command {
        Command::List {
            noun,
            entity,
            open,
            by,
        } => list(&room, *noun, entity.as_deref(), *open, &by.who(&room)?, out),
        Command::Show { id, by } => show(&room, *id, &by.who(&room)?, out),
        Command::Form { noun, of, by } => {
            let verbs = room
                .desk
                .beginnings(&by.who(&room)?, *noun, of.as_deref())?;
            told_verbs(&verbs, out)?;
            out.last(&json!({ "verbs": verbs }))?;
            Ok(Ending::Done)
        }
        Command::Begin {
            noun,
            verb,
            fields,
            by,
        } => {
            let done = room
                .desk
                .begin(&by.who(&room)?, *noun, verb, fields.given());
            finish(&room, done.map(|done| done.procedure), out)
        }
        Command::Act {
            id,
            verb,
            fields,
            by,
        } => {
            let done = room.desk.act(&by.who(&room)?, *id, verb, fields.given());
            finish(&room, done.map(|done| done.procedure), out)
        }
        Command::Refusals => refusals(&room, out),
    }
}

/// Why something was not done, as the command line ends by it.
pub fn stop(not_done: NotDone) -> Stop {
    match not_done {
        NotDone::Fault(fault) => fault.into(),
        other => Stop::Refused(other.text()),
    }
}

fn finish(room: &Room, done: Result<u64, NotDone>, out: Out) -> Result<Ending, Stop> {
    let id = done.map_err(stop)?;
    room.publish()?;
    let steps = room.store.steps(id)?;
    let case = desk::procedure::fold(id, &steps)?;
    let state = case.as_ref().map_or("", |case| case.state());
    out.say(format!("{id}\t{state}"))?;
    out.last(&json!({ "procedure": id, "state": state }))?;
    Ok(Ending::Done)
}

fn list(
    room: &Room,
    noun: Option<Noun>,
    entity: Option<&str>,
    open: bool,
    who: &Who,
    out: Out,
) -> Result<Ending, Stop> {
    let entity = entity.map(|text| {
        Code::read(text.trim()).ok_or_else(|| Stop::Refused(format!("代码 {text} 读不出")))
    });
    let filter = Filter {
        noun: noun.map(|noun| noun.word().to_owned()),
        entity: entity.transpose()?,
        organ: who.organ().filter(|_| !who.is_office()),
        open: open.then_some(true),
        limit: 1_000,
        ..Filter::default()
    };
    let mut rows = room.store.procedures(&filter)?;
    rows.retain(|row| who.sees(row));
    for row in &rows {
        let entity = row.entity.map_or(String::new(), |code| code.to_string());
        out.say(format!(
            "{}\t{}\t{entity}\t{}\t{}\t{}",
            row.id, row.noun, row.topic, row.state, row.opened
        ))?;
    }
    out.last(&json!({ "procedures": rows }))?;
    Ok(Ending::Done)
}

fn show(room: &Room, id: u64, who: &Who, out: Out) -> Result<Ending, Stop> {
    let view = room.desk.view(who, id)?;
    let view = view.ok_or_else(|| Stop::Refused(format!("没有编号为 {id} 的办理事项")))?;
    told(&view, out)?;
    told_verbs(&view.verbs, out)?;
    out.last(&view)?;
    Ok(Ending::Done)
}

fn told(view: &View, out: Out) -> Result<(), Stop> {
    out.say(format!(
        "{}　{}　{}",
        view.noun_name, view.title, view.row.state
    ))?;
    for fact in &view.facts {
        let basis = fact
            .basis
            .as_ref()
            .map_or(String::new(), |basis| format!("　[{basis}]"));
        out.say(format!("  {}：{}{basis}", fact.label, fact.text))?;
    }
    for clock in &view.clocks {
        let last = clock
            .last
            .map_or("待定".to_owned(), |last| last.to_string());
        out.say(format!(
            "  期限 {} {} {} 至 {last}：{}　[{}]",
            clock.who, clock.name, clock.opened, clock.standing, clock.basis
        ))?;
        for moved in &clock.moved {
            out.say(format!("    {moved}"))?;
        }
    }
    for step in &view.steps {
        let words = if step.words.is_empty() {
            String::new()
        } else {
            format!("：{}", step.words)
        };
        out.say(format!(
            "  {}　第{}条　{}　{}{words}",
            step.on, step.entry, step.by, step.what
        ))?;
    }
    Ok(())
}

fn told_verbs(verbs: &[Verb], out: Out) -> Result<(), Stop> {
    for verb in verbs {
        out.say(format!("可以办理 {}（{}）", verb.word, verb.name))?;
        for field in &verb.fields {
            let need = if field.need { "必填" } else { "可选" };
            let choices = match &field.kind {
                Kind::One(choices) | Kind::Several(choices) => {
                    let words: Vec<&str> =
                        choices.iter().map(|choice| choice.word.as_str()).collect();
                    format!("　[{}]", words.join("|"))
                }
                _ => String::new(),
            };
            out.say(format!(
                "    {}={}（{need}）{}{choices}",
                field.key, field.label, field.hint
            ))?;
        }
    }
    Ok(())
}

fn refusals(room: &Room, out: Out) -> Result<Ending, Stop> {
    let refusals = room.store.refusals(100)?;
    for (seq, refused) in &refusals {
        let basis = refused
            .basis
            .as_ref()
            .map_or(String::new(), ToString::to_string);
        out.say(format!(
            "{seq}\t{}\t{}\t{}\t{}\t{basis}",
            refused.on, refused.noun, refused.verb, refused.text
        ))?;
    }
    let rows: Vec<_> = refusals
        .iter()
        .map(|(seq, refused)| json!({ "entry": seq, "refused": refused }))
        .collect();
    out.last(&json!({ "refusals": rows }))?;
    Ok(Ending::Done)
}

/// `exit-path CODE`
#[derive(Debug, clap::Args)]
pub struct ExitPath {
    /// 统一社会信用代码
    code: String,
}

pub fn exit_path(command: &ExitPath, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let code = Code::read(command.code.trim());
    let path = match code {
        Some(code) => room.desk.exit_path(&code)?,
        None => None,
    };
    let path = path.ok_or_else(|| Stop::Refused(format!("主体库中没有代码 {}", command.code)))?;
    if path.ways.is_empty() {
        out.say("没有正在公示、可以修复的记录")?;
    }
    for way in &path.ways {
        let from = way.from.map_or("期满以前不能提前".to_owned(), |from| {
            format!("自{from}起可以申请")
        });
        out.say(format!(
            "记录{}　{}　{}　{from}",
            way.record, way.what, way.docket
        ))?;
        for step in &way.steps {
            let within = step.within.as_deref().unwrap_or_default();
            out.say(format!(
                "    {}　{} {within}　[{}]",
                step.who, step.what, step.basis
            ))?;
        }
        for effect in &way.effects {
            let from = effect.from.map_or("—".to_owned(), |from| from.to_string());
            out.say(format!(
                "    {}：最早{from}，到期{}　[{}]",
                effect.what, effect.alone, effect.basis
            ))?;
        }
    }
    if let Some(alone) = path.alone {
        out.say(format!("全部自动终止：{alone}"))?;
    }
    out.last(&path)?;
    Ok(Ending::Done)
}
