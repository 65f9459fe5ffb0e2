//! 检查人员名录库: inspectors with certificate, lines and recusals, kept by their organ.

use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::form::{Choice, Field, Kind as Input, Verb};
use crate::procedure::{Case, Fact, Hand, NotDone, Sitting};
use crate::{Desk, Fault};
use domain::inspection::inspector::{self, Enrolment, Event, Inspector};
use domain::ledger::{Event as Happened, Step};
use law::Pack;

/// More inspectors than any platform has.
const ALL: usize = 100_000;

pub(crate) fn parts(one: &Inspector) -> Parts {
    Parts {
        organ: Some(one.enrolment.organ),
        topic: one.enrolment.certificate.clone(),
        open: one.left.is_none(),
        internal: true,
        ..Parts::default()
    }
}

pub(crate) fn state(one: &Inspector) -> &'static str {
    match one.left {
        None => "在库",
        Some(_) => "已退出",
    }
}

/// Every inspector with the number of his procedure.
pub(crate) fn all(sitting: &mut Sitting<'_>) -> Result<Vec<(u64, Inspector)>, Fault> {
    let filter = Filter {
        noun: Some("inspector".to_owned()),
        ascending: true,
        limit: ALL,
        ..Filter::default()
    };
    let cases = sitting.cases(&filter)?.into_iter();
    let found = cases.filter_map(|(row, case)| match case {
        Case::Inspector(one) => Some((row.id, one)),
        _ => None,
    });
    Ok(found.collect())
}

fn lines(law: &Pack) -> Input {
    let lines = law.inspection_lines().iter();
    Input::Several(
        lines
            .map(|line| Choice::new(line.word.as_str(), line.name.as_str()))
            .collect(),
    )
}

fn kept(law: &Pack) -> Vec<Field> {
    vec![
        Field::new("lines", "执法条线", lines(law)),
        Field::new("until", "执法证有效期至", Input::Day),
        Field::new("account", "现场检查使用的账号", Input::Line).optional(),
    ]
}

pub(crate) fn beginnings(law: &Pack) -> Vec<Verb> {
    let mut fields = vec![
        Field::new("certificate", "执法证号", Input::Line),
        Field::new("called", "姓名", Input::Line),
    ];
    fields.extend(kept(law));
    vec![Verb::new(
        "enrol",
        "登记检查人员",
        Hand::Administration,
        fields,
    )]
}

pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let enrolment = Enrolment {
        certificate: given.line("certificate"),
        called: given.line("called"),
        organ: by.organ,
        lines: given.several("lines"),
        until: given.day("until"),
        account: given.text("account"),
    };
    given.finish()?;
    let law = std::sync::Arc::clone(&doing.sitting.law);
    let lines: Vec<&str> = law
        .inspection_lines()
        .iter()
        .map(|line| line.word.as_str())
        .collect();
    let same = Filter {
        noun: Some("inspector".to_owned()),
        topic: Some(enrolment.certificate.clone()),
        limit: 1,
        ..Filter::default()
    };
    let taken = !doing.sitting.tx.procedures(&same)?.is_empty();
    let today = doing.sitting.today;
    let event = inspector::enrol(enrolment, &by, &lines, taken, today);
    write(doing.sitting, None, event.map_err(|no| refused(&no))?)?;
    Ok(())
}

pub(crate) fn verbs(law: &Pack, one: &Inspector) -> Vec<Verb> {
    let here = one.left.is_none();
    let grounds = law.recusal_grounds().iter();
    let grounds = grounds
        .map(|ground| Choice::new(ground.value().word.as_str(), ground.value().name.as_str()))
        .collect();
    let recuse = vec![
        Field::new("entity", "应当回避的单位统一社会信用代码", Input::Code),
        Field::new("ground", "回避情形", Input::One(grounds)),
        Field::new("words", "说明", Input::Text)
            .optional()
            .hint("只有本机关能看到，可以涂除"),
    ];
    let back = vec![
        Field::new("entity", "单位统一社会信用代码", Input::Code),
        Field::new("reason", "理由", Input::Text),
    ];
    let leave = vec![Field::new("reason", "理由", Input::Text)];
    vec![
        Verb::new(
            "amend",
            "变更条线、有效期或者账号",
            Hand::Administration,
            kept(law),
        )
        .when(here),
        Verb::new("recuse", "登记回避", Hand::Administration, recuse).when(here),
        Verb::new("unrecuse", "撤销回避", Hand::Administration, back)
            .when(here && !one.recusals.is_empty()),
        Verb::new("leave", "退出名录库", Hand::Administration, leave).when(here),
    ]
}

pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, one: &Inspector) -> Result<(), NotDone> {
    let by = doing.person()?;
    let today = doing.sitting.today;
    let law = std::sync::Arc::clone(&doing.sitting.law);
    let given = &mut doing.given;
    let event = match doing.verb {
        "amend" => {
            let (held, until) = (given.several("lines"), given.day("until"));
            let account = given.text("account");
            given.finish()?;
            let lines: Vec<&str> = law
                .inspection_lines()
                .iter()
                .map(|line| line.word.as_str())
                .collect();
            one.amend(held, until, account, &by, &lines, today)
        }
        "recuse" => {
            let (entity, word) = (given.code("entity"), given.line("ground"));
            let words = given.text("words");
            given.finish()?;
            let grounds = law.recusal_grounds().iter();
            let mut grounds = grounds.filter(|ground| ground.value().word == word);
            let ground = grounds
                .next()
                .cloned()
                .map(|ground| ground.map(|one| one.word));
            one.recuse(need(entity)?, ground.as_ref(), &words, &by, today)
        }
        "unrecuse" => {
            let (entity, reason) = (given.code("entity"), given.text("reason"));
            given.finish()?;
            one.unrecuse(need(entity)?, &reason, &by, today)
        }
        _ => {
            let reason = given.text("reason");
            given.finish()?;
            one.leave(&reason, &by, today)
        }
    };
    write(doing.sitting, Some(id), event.map_err(|no| refused(&no))?)?;
    Ok(())
}

fn need(code: Option<domain::code::Code>) -> Result<domain::code::Code, NotDone> {
    code.ok_or_else(|| NotDone::no("请填写单位统一社会信用代码", None))
}

fn write(sitting: &mut Sitting<'_>, procedure: Option<u64>, did: Event) -> Result<u64, Fault> {
    sitting.append(Happened::Inspector(Step {
        procedure,
        entity: None,
        did,
    }))
}

fn refused(no: &inspector::Refusal) -> NotDone {
    NotDone::no(no.text(), None)
}

pub(crate) fn facts(desk: &Desk, one: &Inspector) -> Vec<Fact> {
    let law = desk.law();
    let name = |word: &String| {
        let mut lines = law.inspection_lines().iter();
        let line = lines.find(|line| line.word == *word);
        line.map_or(word.clone(), |line| line.name.clone())
    };
    let lines: Vec<String> = one.enrolment.lines.iter().map(name).collect();
    let mut facts = vec![
        Fact::new("姓名", one.enrolment.called.clone()),
        Fact::new("执法证号", one.enrolment.certificate.clone()),
        Fact::new("执法条线", lines.join("、")),
        Fact::new("执法证有效期至", one.enrolment.until.to_string()),
    ];
    for recusal in &one.recusals {
        let mut grounds = law.recusal_grounds().iter();
        let ground = grounds.find(|ground| ground.value().word == recusal.ground);
        let ground = ground.map_or(recusal.ground.as_str(), |one| one.value().name.as_str());
        let name = desk.name(&recusal.entity).unwrap_or_default();
        let text = format!("{name}（{}）：{ground}", recusal.entity);
        facts.push(Fact::by("回避", text, &recusal.basis));
    }
    facts
}

pub(crate) fn told(event: &Event) -> (String, String) {
    match event {
        Event::Enrolled { .. } => ("登记入库".to_owned(), String::new()),
        Event::Amended { until, .. } => (format!("变更，有效期至{until}"), String::new()),
        Event::Recused { recusal, words, .. } => {
            (format!("登记对{}回避", recusal.entity), words.clone())
        }
        Event::Unrecused { entity, reason, .. } => {
            (format!("撤销对{entity}的回避"), reason.clone())
        }
        Event::Left { reason, .. } => ("退出名录库".to_owned(), reason.clone()),
    }
}
