//! Commitments: taken in by organs or made on-line, checked, and what becomes of a broken one.

use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::case::{self, Line, Parts};
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use crate::procedure::sitting::pausing;
use crate::procedure::view::duties;
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use crate::{Desk, Fault};
use domain::basis::Ruled;
use domain::code::Code;
use domain::commitment::{
    self, Against, Breach, By, Case, Command, Eligibility, End, Event, Kind, Matter, Original,
    Paper, Promisor, Range, Registry, Stage, Unkept,
};
use domain::ledger::{Event as Happened, Step, Suite};
use domain::person::Key;
use domain::publication::Term as Publicity;
use domain::record::Severity;
use jiff::civil::Date;
use law::Pack;
use std::collections::BTreeSet;

/// Word of the entity's right to answer, as `law/catalog/duties.toml` names it.
const PLEA: &str = "commitment-plea";

const BREACHES: [(&str, Breach); 2] = [("broken", Breach::Broken), ("false", Breach::False)];
const UNKEPT: [(&str, &str, Unkept); 2] = [
    ("partly", "部分履行", Unkept::Partly),
    ("wholly", "全部未履行", Unkept::Wholly),
];
const RANGES: [(&str, &str, Range); 3] = [
    ("public", "可向社会公开", Range::Public),
    ("scoped", "特定范围内公开", Range::Scoped),
    ("closed", "不可公开", Range::Closed),
];

/// What a user reads about where it stands.
pub(crate) fn state(case: &Case) -> &'static str {
    match &case.stage {
        Stage::Offered => "待受理",
        Stage::Standing => "履行中",
        Stage::Kept { .. } => "全部履行",
        Stage::Found(_) => "核查发现未履行",
        Stage::Notified(notified) if notified.plea.is_some() => "已陈述申辩",
        Stage::Notified(_) => "已告知",
        Stage::Broken(_) => "已认定违诺",
        Stage::Repaired { .. } => "违诺已修复",
        Stage::Ended {
            how: End::Withdrawn,
            ..
        } => "已撤回",
        Stage::Ended {
            how: End::Replaced(_),
            ..
        } => "已由新的承诺代替",
        Stage::Ended {
            how: End::Lapsed, ..
        } => "有效期届满",
        Stage::Ended {
            how: End::Declined, ..
        } => "未受理",
    }
}

pub(crate) fn parts(case: &Case) -> Parts {
    let paper = &case.paper;
    let over = matches!(case.stage, Stage::Ended { .. } | Stage::Repaired { .. });
    let topic = match &paper.promisor {
        Promisor::Entity(_) => paper.matter.clone(),
        Promisor::Person(key) => key.as_str().to_owned(),
    };
    let lapses = paper.valid_until.and_then(|until| until.tomorrow().ok());
    Parts {
        entity: paper.promisor.entity(),
        organ: Some(paper.organ),
        topic,
        open: !over,
        asks: lapses.filter(|_| matches!(case.stage, Stage::Offered | Stage::Kept { .. })),
        ..Parts::default()
    }
}

pub(crate) fn clocks(case: &Case) -> Vec<Line> {
    let mut lines = case::lines(&case.clocks);
    if let Stage::Notified(notified) = &case.stage {
        lines.push(Line::right(PLEA, &notified.until));
    }
    lines
}

/// What stands against an entity that wants to promise instead of proving (R15).
///
/// It is read from what holds today, so it falls away by itself with a repair or with the day.
pub fn against(desk: &Desk, code: &Code, day: Date) -> Result<Vec<Against>, Fault> {
    let reader = desk
        .index
        .read()
        .ok_or_else(|| Fault::broken("index poisoned"))?;
    let key = |serious: bool| {
        if serious {
            "serious-unrepaired"
        } else {
            "adverse-record"
        }
    };
    let records = reader.effects(code, day).into_iter().map(|effect| Against {
        record: effect.record,
        key: key(effect.severity == Some(Severity::Serious)).to_owned(),
        what: format!("{}{}", effect.organ, effect.docket),
        until: Some(effect.ends),
    });
    let mut found: Vec<Against> = records.collect();
    for (id, listing) in reader.listings(code) {
        let Some(effective) = listing.effective(id, day) else {
            continue;
        };
        let entry = effective.entry();
        if entry.kind.adverse() {
            found.push(Against {
                record: id,
                key: key(entry.kind == domain::blacklist::Kind::Blacklist).to_owned(),
                what: format!("{}（{}）", entry.list_name, entry.document.number),
                until: Some(entry.ends),
            });
        }
    }
    found.extend(reader.breaches(code));
    Ok(found)
}

impl Desk {
    /// Whether a commitment may be taken from an entity in a matter, with the records in the way (R15).
    pub fn commitment_eligibility(
        &self,
        matter: &str,
        code: &Code,
    ) -> Result<Option<Eligibility>, Fault> {
        let law = self.law();
        let Some(row) = law.commitment(matter) else {
            return Ok(None);
        };
        let today = self.clock.today();
        let conditions = law.conditions("commitment.eligible", today);
        let against = against(self, code, today)?;
        Ok(Some(commitment::eligible(
            &row.matter(),
            &against,
            conditions.as_ref(),
            today,
        )))
    }
}

/// The forms by which one is taken in or made; `topic` is the matter.
pub(crate) fn beginnings(law: &Pack, topic: Option<&str>) -> Vec<Verb> {
    let named = |on: &dyn Fn(Kind) -> bool| -> Vec<Choice> {
        let rows = law
            .commitments()
            .iter()
            .filter(|row| row.on && on(row.matter().kind));
        rows.filter(|row| topic.is_none_or(|topic| row.code == topic))
            .map(|row| Choice::new(row.code.as_str(), row.name.as_str()))
            .collect()
    };
    let registered = named(&|_| true);
    let offered = named(&|kind| !kind.trusted() && kind != Kind::Repair);
    let ranges = RANGES
        .map(|(word, name, _)| Choice::new(word, name))
        .to_vec();
    let paper = |matters: Vec<Choice>| {
        vec![
            Field::new("matter", "承诺事项", Input::One(matters)),
            Field::new("reason", "承诺事由", Input::Text),
            Field::new("content", "承诺内容", Input::Text),
            Field::new("liability", "违诺责任", Input::Text),
            Field::new("range", "公开类型", Input::One(ranges.clone())),
            Field::new("valid_until", "承诺有效期至", Input::Day).optional(),
            Field::new("replaces", "代替的承诺编码", Input::Line).optional(),
        ]
    };
    let mut register = vec![
        Field::new("entity", "承诺人统一社会信用代码", Input::Code)
            .optional()
            .hint("自然人不填此项"),
        Field::new("identity", "自然人证件号码", Input::Line)
            .optional()
            .hint("只用于生成加密标识，不保存"),
        Field::new("number", "承诺编码", Input::Line)
            .optional()
            .hint("不填则自动编号"),
        Field::new("made", "承诺作出日期", Input::Day)
            .optional()
            .hint("不填为今日"),
        Field::new("supply_by", "补齐材料的日期", Input::Day)
            .optional()
            .hint("容缺受理必填"),
        Field::new("original_digest", "承诺书原件摘要", Input::Line)
            .hint("SHA-256 或者 SM3，十六进制"),
        Field::new("original_format", "原件格式", Input::Line).hint("PDF、OFD 或者图片"),
        Field::new("signature", "签章核验情况", Input::Line),
        Field::new("note", "备注", Input::Text).optional(),
    ];
    register.splice(2..2, paper(registered));
    let mut offer = paper(offered);
    offer.push(Field::new("organ", "受理单位统一社会信用代码", Input::Code));
    vec![
        Verb::new("register", "登记承诺", Hand::Organ, register),
        Verb::new("offer", "在线作出承诺", Hand::Entity, offer),
    ]
}

/// Takes one in, or hands one in.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let offers = doing.verb == "offer";
    let paper = read_paper(doing, offers)?;
    doing.given.finish()?;
    let Some(paper) = paper else {
        return Err(NotDone::no("请填写承诺人代码；自然人填写证件号码", None));
    };
    let by = if offers {
        let entity = doing.who.entity();
        By::Entity {
            account: doing.who.account.clone(),
            entity: entity.ok_or_else(|| NotDone::Forbidden("当前账号没有绑定主体".to_owned()))?,
        }
    } else {
        By::Organ(doing.person()?)
    };
    register(doing.sitting, paper, &by).map(drop)
}

/// Registers or offers a paper; returns the entry.
pub(crate) fn register(sitting: &mut Sitting<'_>, paper: Paper, by: &By) -> Result<u64, NotDone> {
    let law = std::sync::Arc::clone(&sitting.law);
    let row = law.commitment(&paper.matter);
    let matter = row
        .map(law::Commitment::matter)
        .ok_or_else(|| NotDone::no(format!("承诺事项“{}”不在目录内", paper.matter), None))?;
    let conditions = law.conditions("commitment.eligible", sitting.today);
    let against = match &paper.promisor {
        Promisor::Entity(code) => against(sitting.desk, code, sitting.today)?,
        Promisor::Person(key) => of_person(sitting, key)?,
    };
    let eligibility = commitment::eligible(&matter, &against, conditions.as_ref(), sitting.today);
    let numbers = sitting.tx.numbers(std::slice::from_ref(&paper.number))?;
    let known = paper.promisor.entity();
    let known = match known {
        Some(code) if sitting.tx.entity(&code)?.is_some() => BTreeSet::from([code]),
        _ => BTreeSet::new(),
    };
    let registry = Registry {
        numbers: &numbers,
        entities: &known,
    };
    let replaces = paper.replaces.clone();
    let today = sitting.today;
    let answer = commitment::register(
        paper,
        by,
        &matter,
        &eligibility,
        &registry,
        law.calendar(),
        today,
    );
    let events = answer.map_err(|no| refused(&no))?;
    let first = sitting.tx.next();
    let ended = match (replaces, by) {
        (Some(number), By::Entity { entity, .. }) => {
            Some(replaced(sitting, &number, first, entity)?)
        }
        _ => None,
    };
    for event in events {
        write(sitting, None, event)?;
    }
    if let Some((id, events)) = ended {
        write_all(sitting, id, Ok(events))?;
    }
    Ok(first)
}

/// The promise another one takes the place of, and what ends it.
fn replaced(
    sitting: &mut Sitting<'_>,
    number: &str,
    by: u64,
    entity: &Code,
) -> Result<(u64, Vec<Event>), NotDone> {
    let mine = Filter {
        noun: Some("commitment".to_owned()),
        entity: Some(*entity),
        open: Some(true),
        limit: usize::MAX,
        ..Filter::default()
    };
    for (_, case) in sitting.cases(&mine)? {
        let Any::Commitment(case) = case else {
            continue;
        };
        if case.paper.number == number {
            let events = case.end(entity, End::Replaced(by.to_string()), sitting.today);
            return Ok((case.id, events.map_err(|no| refused(&no))?));
        }
    }
    Err(NotDone::no(
        format!("没有编码为“{number}”的有效承诺，不能代替"),
        None,
    ))
}

/// What stands against a natural person: determined breaches of commitments and nothing else.
fn of_person(sitting: &mut Sitting<'_>, key: &Key) -> Result<Vec<Against>, Fault> {
    let filter = Filter {
        noun: Some("commitment".to_owned()),
        topic: Some(key.as_str().to_owned()),
        open: Some(true),
        limit: usize::MAX,
        ..Filter::default()
    };
    let cases = sitting.cases(&filter)?.into_iter();
    Ok(cases
        .filter_map(|(_, case)| match case {
            Any::Commitment(case) => case.against(),
            _ => None,
        })
        .collect())
}

fn read_paper(doing: &mut Doing<'_, '_>, offers: bool) -> Result<Option<Paper>, NotDone> {
    let today = doing.sitting.today;
    let law = std::sync::Arc::clone(&doing.sitting.law);
    let entity = match offers {
        true => doing.who.entity(),
        false => doing.given.some_code("entity"),
    };
    let identity = doing.given.some("identity");
    let key = identity.map(|identity| doing.sitting.desk.key_of(&identity));
    let organ = match offers {
        true => doing.given.code("organ"),
        false => Some(doing.person()?.organ),
    };
    let given = &mut doing.given;
    let matter = given.line("matter");
    let row = law.commitment(&matter);
    let made = given.some_day("made").unwrap_or(today);
    let (reason, content) = (given.line("reason"), given.line("content"));
    let liability = given.line("liability");
    let range = given.one("range", |text| {
        RANGES
            .into_iter()
            .find(|(word, name, _)| *word == text || *name == text)
    });
    let number = given.some("number");
    let original = match offers {
        true => signed_online(&doing.who.account, &content, today),
        false => Original {
            digest: given.line("original_digest"),
            format: given.line("original_format"),
            signature: given.line("signature"),
        },
    };
    let (valid_until, supply_by) = (given.some_day("valid_until"), given.some_day("supply_by"));
    let (replaces, note) = (given.some("replaces"), given.text("note"));
    let promisor = match (entity, key) {
        (Some(code), _) => Promisor::Entity(code),
        (None, Some(key)) => Promisor::Person(key),
        (None, None) => return Ok(None),
    };
    let Some(organ) = organ else { return Ok(None) };
    let name = promisor
        .entity()
        .and_then(|code| doing.sitting.desk.name(&code));
    Ok(Some(Paper {
        number: number.unwrap_or_else(|| numbered(&organ, made, doing.sitting.tx.next())),
        promisor,
        name,
        kind: row.map_or(Kind::Other, |row| row.matter().kind),
        form: row.map(|row| row.form.clone()).unwrap_or_default(),
        matter,
        reason,
        content,
        liability,
        made,
        valid_until,
        supply_by,
        organ,
        range: range.map_or(Range::Closed, |(_, _, range)| range),
        original,
        replaces,
        note,
    }))
}

/// 承诺编码: division, day, and a serial that no other has (R16).
pub(crate) fn numbered(organ: &Code, made: Date, serial: u64) -> String {
    let day = made.strftime("%Y%m%d");
    format!("{}{day}{:06}", organ.division(), serial % 1_000_000)
}

/// The account signs by logging in; the digest is that of the words.
pub(crate) fn signed_online(account: &str, content: &str, today: Date) -> Original {
    let digest = Suite::International.digest(&[content.as_bytes()]);
    Original {
        digest: format!("{digest:x}"),
        format: "在线签署".to_owned(),
        signature: format!("账号{account}于{today}在线签署"),
    }
}

/// What can be done with one.
pub(crate) fn verbs(law: &Pack, case: &Case) -> Vec<Verb> {
    let (offered, standing) = (case.stage == Stage::Offered, case.stage == Stage::Standing);
    let kept = matches!(case.stage, Stage::Kept { .. });
    let found = matches!(case.stage, Stage::Found(_));
    let notified = matches!(case.stage, Stage::Notified(_));
    let pushes = case.clocks.open("breach").is_some();
    let own = matches!(case.paper.kind, Kind::Voluntary | Kind::Industry);
    let reason = || vec![Field::new("reason", "理由", Input::Text)];
    let lines = clocks(case);
    let running = lines
        .iter()
        .filter(|line| line.done.is_none() && !line.void);
    let duties = duties(law, running.map(|line| line.duty.as_str()));
    let resume = vec![
        Field::new("duty", "期限", Input::One(duties.clone())),
        Field::new("until", "恢复计算的日期", Input::Day),
    ];
    vec![
        Verb::new("accept", "受理", Hand::Organ, Vec::new()).when(offered),
        Verb::new("decline", "不予受理", Hand::Organ, reason()).when(offered),
        Verb::new("keep", "核查：全部履行", Hand::Organ, Vec::new()).when(standing),
        Verb::new("find", "核查：未履行或者不实", Hand::Organ, finding()).when(standing || kept),
        Verb::new(
            "notify",
            "送达告知书",
            Hand::Organ,
            [
                vec![Field::new("reasons", "事实和理由", Input::Text)],
                form::delivery(),
                form::remedy(),
            ]
            .concat(),
        )
        .when(found),
        Verb::new(
            "plead",
            "陈述申辩",
            Hand::Entity,
            vec![Field::new("words", "陈述申辩意见", Input::Text)],
        )
        .when(notified),
        Verb::new("clear", "核查后不予认定", Hand::Organ, reason()).when(found || notified),
        Verb::new("determine", "认定违诺", Hand::Organ, determining(law, case)).when(notified),
        Verb::new("push", "推送市信用办", Hand::Organ, Vec::new()).when(pushes),
        Verb::new(
            "suspend",
            "中止期限",
            Hand::Organ,
            form::suspend(duties.clone()),
        )
        .when(!duties.is_empty()),
        Verb::new("resume", "恢复期限", Hand::Organ, resume).when(!duties.is_empty()),
        Verb::new("withdraw", "撤回承诺", Hand::Entity, Vec::new())
            .when(offered || own && (standing || kept)),
    ]
}

fn finding() -> Vec<Field> {
    let breaches = BREACHES
        .map(|(word, breach)| Choice::new(word, breach.name()))
        .to_vec();
    let unkept = UNKEPT
        .map(|(word, name, _)| Choice::new(word, name))
        .to_vec();
    vec![
        Field::new("breach", "性质", Input::One(breaches)),
        Field::new("unkept", "履行状态", Input::One(unkept)),
        Field::new("what", "未履行内容", Input::Text),
    ]
}

fn determining(law: &Pack, case: &Case) -> Vec<Field> {
    let row = law.commitment(&case.paper.matter);
    let known = row.map(|row| row.matter().consequences).unwrap_or_default();
    let known = known
        .iter()
        .map(|clause| Choice::new(&*clause.key, &*clause.text))
        .collect();
    let classes = Severity::ALL
        .map(|class| Choice::new(class.word(), class.name()))
        .to_vec();
    [
        form::document("认定文书"),
        vec![
            Field::new("severity", "严重程度", Input::One(classes)),
            Field::new("consequences", "违诺责任追究", Input::Several(known)).optional(),
            Field::new("answer", "对陈述申辩的答复", Input::Text).optional(),
        ],
        form::remedy(),
    ]
    .concat()
}

/// Does one thing with a commitment.
pub(crate) fn act(doing: &mut Doing<'_, '_>, case: Case) -> Result<(), NotDone> {
    let law = std::sync::Arc::clone(&doing.sitting.law);
    let row = law.commitment(&case.paper.matter);
    let matter = row
        .map(law::Commitment::matter)
        .ok_or_else(|| NotDone::no(format!("承诺事项“{}”不在目录内", case.paper.matter), None))?;
    let today = doing.sitting.today;
    match doing.verb {
        "plead" | "withdraw" => {
            let entity = doing
                .who
                .entity()
                .ok_or_else(|| NotDone::Forbidden("当前账号没有绑定主体".to_owned()))?;
            let events = if doing.verb == "plead" {
                let words = doing.given.line("words");
                doing.given.finish()?;
                case.plead(&entity, words, today)
            } else {
                doing.given.finish()?;
                case.end(&entity, End::Withdrawn, today)
            };
            return write_all(doing.sitting, case.id, events);
        }
        _ => {}
    }
    let by = doing.person()?;
    let command = command(doing, &matter, by.organ)?;
    doing.given.finish()?;
    let severity = match &command {
        Command::Determine { severity, .. } => Some(*severity),
        _ => None,
    };
    let publicity: Option<Ruled<Publicity>> =
        severity.and_then(|class| law.breach_publicity(class, today));
    let (plea, push) = (doing.sitting.term(PLEA), doing.sitting.term("breach"));
    let given = commitment::Law {
        matter: &matter,
        plea: plea.as_ref(),
        push: push.as_ref(),
        publicity: publicity.as_ref(),
        calendar: law.calendar(),
    };
    let id = case.id;
    let events = commitment::decide(&case, command, &by, &given, today);
    write_all(doing.sitting, id, events)?;
    let verb = doing.verb;
    Ok(crate::notice::about_commitment(doing.sitting, id, verb)?)
}

fn command(doing: &mut Doing<'_, '_>, matter: &Matter, organ: Code) -> Result<Command, NotDone> {
    let today = doing.sitting.today;
    let given = &mut doing.given;
    Ok(match doing.verb {
        "accept" => Command::Accept,
        "decline" => Command::Decline {
            reason: given.text("reason"),
        },
        "keep" => Command::Keep,
        "find" => Command::Find {
            breach: given
                .one("breach", |text| {
                    BREACHES.into_iter().find(|(word, _)| *word == text)
                })
                .map_or(Breach::Broken, |(_, breach)| breach),
            unkept: given
                .one("unkept", |text| {
                    UNKEPT.into_iter().find(|(word, _, _)| *word == text)
                })
                .map_or(Unkept::Wholly, |(_, _, unkept)| unkept),
            what: given.text("what"),
        },
        "notify" => Command::Notify {
            reasons: given.text("reasons"),
            basis: matter.basis.clone(),
            remedy: given.remedy(),
            delivery: given.delivery(),
        },
        "clear" => Command::Clear {
            reason: given.text("reason"),
        },
        "determine" => Command::Determine {
            document: given.document(organ),
            severity: given
                .one("severity", Severity::read)
                .unwrap_or(Severity::Ordinary),
            consequences: given.several("consequences"),
            answer: given.text("answer"),
            remedy: given.remedy(),
        },
        "push" => Command::Push,
        "suspend" => Command::Suspend {
            duty: given.line("duty"),
            from: given.day("from"),
            reason: given.text("reason"),
            basis: pausing(&doing.sitting.law, today)?,
        },
        "resume" => Command::Resume {
            duty: given.line("duty"),
            until: given.day("until"),
        },
        other => return Err(NotDone::Missing(format!("信用承诺没有“{other}”这一步"))),
    })
}

/// Appends the events of a decision, or says why there are none.
pub(crate) fn write_all(
    sitting: &mut Sitting<'_>,
    id: u64,
    events: Result<Vec<Event>, commitment::Refusal>,
) -> Result<(), NotDone> {
    for event in events.map_err(|no| refused(&no))? {
        write(sitting, Some(id), event)?;
    }
    Ok(())
}

/// Appends one event of a commitment.
pub(crate) fn write(
    sitting: &mut Sitting<'_>,
    id: Option<u64>,
    event: Event,
) -> Result<u64, Fault> {
    let entity = match (&event, id) {
        (Event::Offered { paper, .. } | Event::Registered { paper, .. }, _) => {
            paper.promisor.entity()
        }
        (_, Some(id)) => match sitting.case(id)? {
            Some(Any::Commitment(case)) => case.paper.promisor.entity(),
            _ => None,
        },
        (_, None) => None,
    };
    sitting.append(Happened::Commitment(Step {
        procedure: id,
        entity,
        did: event,
    }))
}

fn refused(no: &commitment::Refusal) -> NotDone {
    use commitment::Refusal as No;
    let basis = match no {
        No::Off { basis } | No::PleaOpen { basis, .. } | No::Foreign { basis, .. } => {
            Some(basis.clone())
        }
        No::Barred(bars) => bars.first().map(|bar| bar.clause.basis.clone()),
        _ => None,
    };
    NotDone::no(no.text(), basis)
}

pub(crate) fn facts(case: &Case) -> Vec<Fact> {
    let paper = &case.paper;
    let mut facts = vec![
        Fact::new("承诺编码", paper.number.clone()),
        Fact::new("承诺类型", paper.kind.name()),
        Fact::new("承诺事由", paper.reason.clone()),
        Fact::new("承诺内容", paper.content.clone()),
        Fact::new("违诺责任", paper.liability.clone()),
        Fact::new("作出日期", paper.made.to_string()),
        Fact::new("承诺书版本", paper.form.clone()),
        Fact::new(
            "原件",
            format!(
                "{}（摘要 {}）",
                paper.original.signature, paper.original.digest
            ),
        ),
    ];
    facts.extend(
        paper
            .valid_until
            .map(|until| Fact::new("有效期至", until.to_string())),
    );
    facts.extend(
        paper
            .supply_by
            .map(|by| Fact::new("补齐材料日期", by.to_string())),
    );
    if let Stage::Broken(broken) | Stage::Repaired { broken, .. } = &case.stage {
        let found = &broken.notified().found;
        facts.push(Fact::by(
            "认定",
            format!("{}（{}）", found.breach.name(), broken.document.number),
            &broken.window.basis,
        ));
        facts.push(Fact::new("严重程度", broken.severity.name()));
        facts.push(Fact::by(
            "公示至",
            format!(
                "{}（不含当日），{}起可以申请修复",
                broken.window.hidden, broken.window.repairable
            ),
            &broken.window.basis,
        ));
        facts.push(Fact::new("救济途径", broken.remedy.where_to.clone()));
    }
    facts
}

/// What a step did, and what was written with it.
pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: &str| (what.to_owned(), String::new());
    match event {
        Event::Offered { .. } => plain("在线作出承诺"),
        Event::Registered { .. } => plain("登记承诺"),
        Event::Accepted { .. } => plain("受理承诺"),
        Event::Declined { reason, .. } => ("不予受理".to_owned(), reason.clone()),
        Event::Kept { .. } => plain("核查：全部履行"),
        Event::Found { breach, what, .. } => (format!("核查发现{}", breach.name()), what.clone()),
        Event::Notified { reasons, .. } => ("送达告知书".to_owned(), reasons.clone()),
        Event::Pleaded { words, .. } => ("陈述申辩".to_owned(), words.clone()),
        Event::Cleared { reason, .. } => ("不予认定".to_owned(), reason.clone()),
        Event::Determined {
            document, answer, ..
        } => (format!("认定违诺（{}）", document.number), answer.clone()),
        Event::Pushed { .. } => plain("推送市信用办"),
        Event::Repaired { repair, .. } => plain(&format!("违诺已修复（修复{repair}）")),
        Event::RepairUndone { repair, .. } => plain(&format!("修复{repair}被撤销，违诺恢复")),
        Event::Ended { .. } => plain("承诺终结"),
        Event::Escalated { duty, last, .. } => {
            plain(&format!("{duty}逾期（{last}届满），报信用办督办"))
        }
        Event::ClockMoved { moved, .. } => plain(&format!("期限变动：{}", moved.duty)),
    }
}
