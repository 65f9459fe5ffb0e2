//! `grade` and `export`: the evaluation of organisations, here and on an engine that is there already.

use crate::room::{Need, Room, law_in_force};
use crate::{Common, Ending, Out, Stop, clock, progress};
use desk::Actor;
use desk::grade::{Evaluated, Explanation};
use desk::ports::Grades;
use domain::code::Code;
use domain::grade::{SHARDS, Scale, Value};
use jiff::civil::Date;
use law::Pack;
use population::{Dialect, Files, Writer};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 评价全部主体：流式一遍，给出全体结果的摘要；以当天为准的一次记入账本
    Run {
        /// 以这一天为准（缺省为今天）；其他日期只计算，不记入账本
        #[arg(long, value_name = "DATE", value_parser = clock::day)]
        as_of: Option<Date>,
        /// 评价 export 导出的文件，不读数据目录
        #[arg(long, value_name = "DIR")]
        files: Option<PathBuf>,
    },
    /// 说明一个主体的等级：逐项分值、所依据的记录和条文，以及怎样提升
    Explain {
        /// 统一社会信用代码
        code: String,
        /// 按行业评价规则（缺省为综合评价），见规则包的 sectors 目录
        #[arg(long, value_name = "SECTOR")]
        sector: Option<String>,
        /// 以这一天为准（缺省为今天）
        #[arg(long, value_name = "DATE", value_parser = clock::day)]
        as_of: Option<Date>,
    },
    /// 把评价规则写成 SQL，在已有的数据库或者计算引擎上运行
    Sql {
        /// postgres、duckdb 或者 spark
        #[arg(long, value_name = "DIALECT", value_parser = dialect)]
        dialect: Dialect,
        /// 以这一天为准（缺省为今天）
        #[arg(long, value_name = "DATE", value_parser = clock::day)]
        as_of: Option<Date>,
        /// 主体类型，见规则包的 forms 目录
        #[arg(long, value_name = "FORM", default_value = "enterprise")]
        form: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct Export {
    /// 写入的新文件夹
    folder: PathBuf,
}

fn dialect(word: &str) -> Result<Dialect, String> {
    Dialect::read(word).ok_or_else(|| "只能是 postgres、duckdb 或者 spark".to_owned())
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Run {
            as_of,
            files: Some(folder),
        } => of_files(folder, *as_of, common, out),
        Command::Run { as_of, files: None } => all(*as_of, common, out),
        Command::Explain {
            code,
            sector,
            as_of,
        } => explain(code, sector.as_deref(), *as_of, common, out),
        Command::Sql {
            dialect,
            as_of,
            form,
        } => sql(*dialect, *as_of, form, common, out),
    }
}

fn all(as_of: Option<Date>, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let day = as_of.unwrap_or_else(|| room.desk.clock.today());
    let bar = progress::rows(out);
    let begin = Instant::now();
    let evaluated = room
        .desk
        .grade_all(&Actor::operator(), day, &mut |done| bar.set_position(done))?;
    let seconds = begin.elapsed().as_secs_f64();
    bar.finish_and_clear();
    room.publish()?;
    tell(&evaluated, seconds, out)?;
    let run = &evaluated.run;
    out.last(&json!({
        "entities": run.entities, "digest": run.digest, "seconds": rounded(seconds),
        "as_of": run.as_of, "changed": run.changed, "counts": run.counts,
        "recorded": evaluated.recorded,
    }))?;
    Ok(Ending::Done)
}

fn tell(evaluated: &Evaluated, seconds: f64, out: Out) -> Result<(), Stop> {
    let run = &evaluated.run;
    out.say(format!(
        "{}：评价 {} 户，{} 户有变化，用时 {seconds:.2} 秒{}",
        run.as_of,
        run.entities,
        run.changed,
        if evaluated.recorded {
            "，已记入账本"
        } else {
            "，未记入账本"
        }
    ))?;
    for (grade, count) in &run.counts {
        out.say(format!("　{grade}　{count} 户"))?;
    }
    let digest = run.digest.as_deref().unwrap_or_default();
    out.say(format!("结果摘要 {digest}"))
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// Each folder below is one scale's, as `export` lays them out.
fn of_files(folder: &Path, as_of: Option<Date>, common: &Common, out: Out) -> Result<Ending, Stop> {
    let law = law_in_force(common)?;
    let day = today(as_of, common)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut runs = Vec::new();
    for (id, scale) in scales(&law, day) {
        let part = folder.join(&id);
        if !part.is_dir() {
            continue;
        }
        let begin = Instant::now();
        let files = Files::open(&part).map_err(Stop::refused)?;
        let summary = population::run(&files, &scale, day, threads).map_err(Stop::refused)?;
        let seconds = begin.elapsed().as_secs_f64();
        let digest = hexadecimal(&summary.digest);
        let cuts = scale.cuts.iter().map(|cut| cut.word.clone());
        let counts: BTreeMap<String, u64> = cuts.zip(summary.grades.iter().copied()).collect();
        out.say(format!(
            "{}：{} 户，{} 条事实，用时 {seconds:.2} 秒，结果摘要 {digest}",
            scale.name, summary.entities, summary.facts
        ))?;
        runs.push(json!({
            "scale": id, "entities": summary.entities, "facts": summary.facts, "digest": digest,
            "seconds": rounded(seconds), "counts": counts, "as_of": day,
        }));
    }
    match runs.as_slice() {
        [] => Err(Stop::refused(format!(
            "{} 里没有现行评价规则的文件，请先用 chengheng export 导出",
            folder.display()
        ))),
        [only] => out.last(only).map(|()| Ending::Done),
        _ => out.last(&json!({ "runs": runs })).map(|()| Ending::Done),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn today(as_of: Option<Date>, common: &Common) -> Result<Date, Stop> {
    match as_of {
        Some(day) => Ok(day),
        None => Ok(clock::of(common)?.today()),
    }
}

/// Every scale in force, by its word.
fn scales(law: &Pack, day: Date) -> BTreeMap<String, Arc<Scale>> {
    let forms = law.forms().iter();
    let ruled = forms.filter_map(|form| law.scale(&form.word, day));
    ruled
        .map(|ruled| (ruled.value().id.clone(), Arc::clone(ruled.value())))
        .collect()
}

fn explain(
    code: &str,
    sector: Option<&str>,
    as_of: Option<Date>,
    common: &Common,
    out: Out,
) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let code = Code::read(code).ok_or_else(|| Stop::refused("不是 18 位统一社会信用代码"))?;
    let day = as_of.unwrap_or_else(|| room.desk.clock.today());
    let explanation = match sector {
        None => room.desk.explain_grade(&code, day)?,
        Some(sector) => room.desk.explain_sector_grade(sector, &code, day)?,
    };
    let explanation = explanation
        .ok_or_else(|| Stop::refused(format!("{code} 不在主体库中，或者该类主体没有评价规则")))?;
    show(&explanation, out)?;
    out.last(&serde_json::to_value(&explanation).map_err(Stop::fault)?)?;
    Ok(Ending::Done)
}

fn show(shown: &Explanation, out: Out) -> Result<(), Stop> {
    out.say(format!(
        "{}　{}　以 {} 为准",
        shown.name, shown.code, shown.as_of
    ))?;
    out.say(format!(
        "{}（{}）：{} 分，{} {}",
        shown.scale_name, shown.basis, shown.score, shown.grade, shown.grade_name
    ))?;
    out.say(format!("　起评 {} 分", shown.start))?;
    let of = |records: &[u64]| -> String {
        let dockets = records.iter().map(|record| {
            let docket = shown.dockets.get(record);
            docket.cloned().unwrap_or_else(|| format!("第 {record} 条"))
        });
        dockets.collect::<Vec<_>>().join("、")
    };
    for item in shown.items.iter().filter(|item| item.points != 0) {
        out.say(format!(
            "　{:+} 分　{}〔{}〕　{}",
            item.points,
            item.name,
            item.basis,
            of(&item.records)
        ))?;
    }
    for floor in &shown.floors {
        out.say(format!(
            "　直接判为 {}　{}〔{}〕　{}",
            floor.grade,
            floor.name,
            floor.basis,
            of(&floor.records)
        ))?;
    }
    show_exit(shown, of, out)
}

fn show_exit(shown: &Explanation, of: impl Fn(&[u64]) -> String, out: Out) -> Result<(), Stop> {
    let Some(exit) = &shown.exit else {
        return out.say("已是最高等级");
    };
    out.say("怎样提升（按现行评价规则推算，不构成法律意见）：")?;
    for way in &exit.ways {
        let records: Vec<u64> = way.repairs.iter().map(|(record, _)| *record).collect();
        out.say(format!(
            "　自 {} 起，修复 {} 后为 {}",
            way.from,
            of(&records),
            way.grade
        ))?;
    }
    match &exit.alone {
        Some((day, grade)) => out.say(format!("　没有新的失信记录时，{day} 起自动为 {grade}")),
        None => out.say("　不修复则不会自动提升"),
    }
}

fn sql(
    dialect: Dialect,
    as_of: Option<Date>,
    form: &str,
    common: &Common,
    out: Out,
) -> Result<Ending, Stop> {
    let law = law_in_force(common)?;
    let day = today(as_of, common)?;
    let ruled = law
        .scale(form, day)
        .ok_or_else(|| Stop::refused(format!("{day} 没有适用于主体类型 {form} 的评价规则")))?;
    let text = population::sql(ruled.value(), dialect, day);
    out.say(&text)?;
    out.last(
        &json!({ "dialect": dialect.word(), "as_of": day, "scale": ruled.value().id, "sql": text }),
    )?;
    Ok(Ending::Done)
}

/// Writes the facts of all organisations that are graded, a folder for each scale.
pub fn export(export: &Export, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let (law, day) = (room.desk.law(), room.desk.clock.today());
    let mut writing = Writing::begin(&export.folder, &law, day)?;
    let bar = progress::rows(out);
    room.store.each_dossier(&mut |dossier| {
        writing.push(&law, day, &dossier);
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    let mut written = Vec::new();
    for (scale, count) in writing.finish()? {
        out.say(format!(
            "{scale}：{} 户，{} 条事实",
            count.entities, count.facts
        ))?;
        written.push(json!({ "scale": scale, "entities": count.entities, "facts": count.facts }));
    }
    out.last(&json!({ "folder": export.folder, "as_of": day, "written": written }))?;
    Ok(Ending::Done)
}

/// The writers of all scales; the first failure is kept.
struct Writing {
    writers: BTreeMap<String, Writer>,
    facts: Vec<domain::grade::Fact>,
    failed: Option<population::Fault>,
}

impl Writing {
    fn begin(folder: &Path, law: &Pack, day: Date) -> Result<Self, Stop> {
        if folder.exists() {
            return Err(Stop::refused(format!(
                "{} 已经存在，请换一个新文件夹",
                folder.display()
            )));
        }
        let mut writers = BTreeMap::new();
        for (id, scale) in scales(law, day) {
            let stated = |value: &Value| matches!(value, Value::Stated);
            let indicators = scale.indicators.iter();
            let named = indicators
                .filter(|one| stated(&one.value))
                .map(|one| one.id.as_str());
            let named: Vec<&str> = named.collect();
            let writer =
                Writer::create(&folder.join(&id), SHARDS, &named).map_err(Stop::refused)?;
            writers.insert(id, writer);
        }
        Ok(Self {
            writers,
            facts: Vec::new(),
            failed: None,
        })
    }

    fn push(&mut self, law: &Pack, day: Date, dossier: &desk::ports::Dossier<'_>) {
        let form = law.form_of(&dossier.code);
        let Some(ruled) = form.and_then(|form| law.scale(&form.word, day)) else {
            return;
        };
        let Some(writer) = self.writers.get_mut(&ruled.value().id) else {
            return;
        };
        self.facts.clear();
        self.facts.extend_from_slice(dossier.facts);
        self.facts.sort_by_key(|fact| fact.day);
        let stated = ruled.value().indicators.iter();
        let stated = stated.filter(|one| matches!(one.value, Value::Stated));
        // There is no source for such an indicator here.
        let zeros = vec![0; stated.count()];
        if self.failed.is_none() {
            self.failed = writer.push(&dossier.code, &zeros, &self.facts).err();
        }
    }

    fn finish(self) -> Result<Vec<(String, population::Written)>, Stop> {
        if let Some(failed) = self.failed {
            return Err(Stop::fault(failed));
        }
        let writers = self.writers.into_iter();
        writers
            .map(|(scale, writer)| Ok((scale, writer.finish().map_err(Stop::fault)?)))
            .collect()
    }
}
