//! Referrals: a breach by an organ, an institution, a state firm or their staff is told to the bodies that
//! answer for them, with receipt and reply. Nothing of it stands on the portal (R89).

use crate::Fault;
use crate::procedure::act::Doing;
use crate::procedure::case::{Line, Parts};
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use crate::procedure::{Fact, Hand, NotDone, Sitting};
use domain::ledger::{Event as Happened, Step};
use domain::referral::{self, Breach, Breaker, Event, Office, Referral};
use jiff::civil::Date;
use law::Pack;

const BREAKERS: [(&str, &str); 4] = [
    ("organ", "机关"),
    ("institution", "事业单位"),
    ("state-firm", "国有企业"),
    ("staff", "工作人员"),
];

/// Bodies as the form asks for them.
const BODIES: [(&str, Office); 5] = [
    ("superior", Office::Superior),
    ("audit", Office::Audit),
    ("employer", Office::Employer),
    ("inspectorate", Office::Inspectorate),
    ("personnel", Office::Personnel),
];

pub(crate) fn parts(referral: &Referral) -> Parts {
    let letter = referral.letter();
    Parts {
        organ: Some(letter.by.organ),
        other: Some(letter.recipient),
        topic: letter.breaker.word().to_owned(),
        open: !matches!(referral, Referral::Replied { .. }),
        internal: true,
        ..Parts::default()
    }
}

pub(crate) fn clocks(referral: &Referral) -> Vec<Line> {
    let recipient = referral.letter().recipient;
    let line = |clock, done| vec![Line::owed("referral-reply", recipient, clock, done)];
    match referral {
        Referral::Sent { .. } => Vec::new(),
        Referral::Received { clock, .. } => line(clock, None),
        Referral::Replied {
            clock, on, late, ..
        } => line(clock, Some((*on, *late))),
    }
}

pub(crate) fn beginnings(law: &Pack, day: Date) -> Vec<Verb> {
    let known = BREAKERS
        .into_iter()
        .filter(|(word, _)| law.route(word, day).is_some());
    let breakers = known.map(|(word, name)| Choice::new(word, name)).collect();
    let mut fields = vec![
        Field::new("breaker", "失信主体类别", Input::One(breakers)),
        Field::new("code", "失信单位代码", Input::Code).hint("工作人员失信的，填写所在单位"),
        Field::new("identity", "工作人员证件号码", Input::Line)
            .optional()
            .hint("只用于生成加密标识，不保存"),
        Field::new("effective", "认定文书生效日期", Input::Day).optional(),
        Field::new("facts", "失信事实", Input::Text),
    ];
    fields.extend(form::document("认定文书"));
    fields.extend(BODIES.map(|(key, office)| {
        Field::new(key, format!("{}代码", office.name()), Input::Code).optional()
    }));
    vec![Verb::new(
        "refer",
        "通报失信行为",
        Hand::Administration,
        fields,
    )]
}

/// Tells every office that the law names, all or none.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let word = given.line("breaker");
    let code = given.code("code");
    let identity = given.some("identity");
    let effective = given.some_day("effective");
    let facts = given.text("facts");
    let document = given.document(by.organ);
    let bodies = BODIES
        .into_iter()
        .filter_map(|(key, office)| Some((office, given.some_code(key)?)));
    let bodies: Vec<_> = bodies.collect();
    given.finish()?;
    let Some(code) = code else {
        return Err(NotDone::no("请填写失信单位代码", None));
    };
    let breaker = match (word.as_str(), identity) {
        ("organ", _) => Breaker::Organ { code },
        ("institution", _) => Breaker::Institution { code },
        ("state-firm", _) => Breaker::StateFirm { code },
        (_, Some(identity)) => Breaker::Staff {
            employer: code,
            key: doing.sitting.desk.key_of(&identity),
        },
        (_, None) => return Err(NotDone::no("通报工作人员失信的，请填写证件号码", None)),
    };
    let today = doing.sitting.today;
    let route = doing.sitting.law.route(breaker.word(), today);
    let breach = Breach {
        breaker,
        document,
        effective,
        facts,
        bodies,
    };
    let events = referral::refer(&breach, route.as_ref(), &by, today);
    for event in events.map_err(|no| refused(&no))? {
        let id = write(doing.sitting, None, event.clone())?;
        if let Event::Sent { letter, .. } = &event {
            crate::notice::about_referral(doing.sitting, id, letter)?;
        }
    }
    Ok(())
}

pub(crate) fn verbs(referral: &Referral) -> Vec<Verb> {
    let sent = matches!(referral, Referral::Sent { .. });
    let received = matches!(referral, Referral::Received { .. });
    let reply = vec![Field::new("words", "处理情况", Input::Text)];
    vec![
        Verb::new("receive", "签收", Hand::Administration, form::delivery()).when(sent),
        Verb::new("reply", "答复处理情况", Hand::Administration, reply).when(received),
    ]
}

/// Signs for a letter, or replies to it.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, referral: &Referral) -> Result<(), NotDone> {
    let by = doing.person()?;
    let today = doing.sitting.today;
    let event = if doing.verb == "receive" {
        let receipt = doing.given.delivery();
        doing.given.finish()?;
        referral.receive(&receipt, &by, today, doing.sitting.law.calendar())
    } else {
        let words = doing.given.text("words");
        doing.given.finish()?;
        referral.reply(&words, &by, today)
    };
    write(doing.sitting, Some(id), event.map_err(|no| refused(&no))?)?;
    Ok(())
}

/// A last day that another calendar moves.
pub(crate) fn tick(sitting: &mut Sitting<'_>, id: u64, referral: &Referral) -> Result<(), Fault> {
    match referral.tick(sitting.today, sitting.law.calendar()) {
        Some(event) => write(sitting, Some(id), event).map(drop),
        None => Ok(()),
    }
}

fn write(sitting: &mut Sitting<'_>, procedure: Option<u64>, did: Event) -> Result<u64, Fault> {
    sitting.append(Happened::Referral(Step {
        procedure,
        entity: None,
        did,
    }))
}

fn refused(no: &referral::Refusal) -> NotDone {
    NotDone::no(no.text(), no.basis().cloned())
}

pub(crate) fn facts(referral: &Referral) -> Vec<Fact> {
    let letter = referral.letter();
    let mut facts = vec![
        Fact::by(
            "收文单位",
            format!("{}（{}）", letter.office.name(), letter.recipient),
            &letter.basis,
        ),
        Fact::new(
            "认定文书",
            format!("{}（{}）", letter.document.name, letter.document.number),
        ),
        Fact::new("失信事实", letter.facts.clone()),
        Fact::new("知悉范围", "只限发文单位和收文单位，不对外公开"),
    ];
    if let Referral::Replied {
        words, on, late, ..
    } = referral
    {
        let late = if *late { "（逾期）" } else { "" };
        facts.push(Fact::new("答复", format!("{on}{late}：{words}")));
    }
    facts
}

pub(crate) fn told(event: &Event) -> (String, String) {
    match event {
        Event::Sent { letter, .. } => (
            format!("通报{}", letter.office.name()),
            letter.facts.clone(),
        ),
        Event::Received { receipt, .. } => (format!("{}签收", receipt.on), String::new()),
        Event::Shifted { shift } => (format!("答复期限改至{}", shift.to), String::new()),
        Event::Replied { words, .. } => ("答复".to_owned(), words.clone()),
    }
}
