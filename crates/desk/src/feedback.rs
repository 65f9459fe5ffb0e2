//! Feedback: what an organ did with a measure, reported within its days (R85).

use crate::Fault;
use crate::procedure::act::Doing;
use crate::procedure::case::{Line, Parts};
use crate::procedure::form::{Field, Kind as Input, Verb};
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use domain::discipline::Discipline;
use domain::feedback::{self, DUTY, Event, Feedback, Outcome};
use domain::ledger::{Event as Happened, Step};

pub(crate) fn parts(feedback: &Feedback) -> Parts {
    let about = feedback.about();
    Parts {
        organ: Some(about.organ),
        about: Some(about.discipline),
        topic: about.measure.clone(),
        open: matches!(feedback, Feedback::Open(_)),
        ..Parts::default()
    }
}

pub(crate) fn clocks(feedback: &Feedback) -> Vec<Line> {
    let about = feedback.about();
    let done = match feedback {
        Feedback::Open(_) => None,
        Feedback::Reported { on, late, .. } => Some((*on, *late)),
    };
    vec![Line::owed(DUTY, about.organ, &about.clock, done)]
}

/// Opens the duty with the measure that was used or declined, in the same transaction.
pub(crate) fn open(
    sitting: &mut Sitting<'_>,
    discipline: u64,
    event: &domain::discipline::Event,
) -> Result<(), NotDone> {
    let term = sitting.term(DUTY);
    let opened = feedback::open(discipline, event, term.as_ref(), sitting.law.calendar());
    if let Some(event) = opened.map_err(|no| NotDone::no(no.text(), None))? {
        write(sitting, None, event)?;
    }
    Ok(())
}

pub(crate) fn verbs(feedback: &Feedback) -> Vec<Verb> {
    let open = matches!(feedback, Feedback::Open(_));
    vec![
        Verb::new(
            "report",
            "反馈",
            Hand::Organ,
            vec![
                Field::new("executed", "已实施（不选为未实施）", Input::Flag).optional(),
                Field::new("amount", "涉及金额（元）", Input::Number).optional(),
                Field::new("reason", "未实施的理由", Input::Text).optional(),
            ],
        )
        .when(open),
    ]
}

/// Takes the report of the organ.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, feedback: &Feedback) -> Result<(), NotDone> {
    let by = doing.person()?;
    let executed = doing.given.flag("executed");
    let amount = doing
        .given
        .some_number("amount")
        .and_then(|yuan| i64::try_from(yuan).ok());
    let reason = doing.given.text("reason");
    doing.given.finish()?;
    let outcome = match executed {
        true => Outcome::Executed {
            amount: amount.map(|yuan| yuan.saturating_mul(100)),
        },
        false => Outcome::Declined { reason },
    };
    let measure = doing.sitting.case(feedback.about().discipline)?;
    let declined = matches!(measure, Some(Any::Measure(Discipline::Declined { .. })));
    let event = feedback.report(&outcome, declined, &by, doing.sitting.today);
    let event = event.map_err(|no| NotDone::no(no.text(), None))?;
    write(doing.sitting, Some(id), event)?;
    Ok(())
}

/// A last day that another calendar moves.
pub(crate) fn tick(sitting: &mut Sitting<'_>, id: u64, feedback: &Feedback) -> Result<(), Fault> {
    match feedback.tick(sitting.today, sitting.law.calendar()) {
        Some(event) => write(sitting, Some(id), event).map(drop),
        None => Ok(()),
    }
}

fn write(sitting: &mut Sitting<'_>, procedure: Option<u64>, did: Event) -> Result<u64, Fault> {
    sitting.append(Happened::Feedback(Step {
        procedure,
        entity: None,
        did,
    }))
}

pub(crate) fn facts(feedback: &Feedback) -> Vec<Fact> {
    let about = feedback.about();
    let mut facts = vec![
        Fact::by("措施", about.measure.clone(), &about.clock.basis),
        Fact::new("办理编号", about.discipline.to_string()),
    ];
    if let Feedback::Reported {
        outcome, on, late, ..
    } = feedback
    {
        let late = if *late { "（逾期）" } else { "" };
        facts.push(Fact::new(
            "反馈",
            format!("{on}{late}：{}", worded(outcome)),
        ));
    }
    facts
}

fn worded(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Executed { amount: Some(fen) } => format!("已实施，涉及金额{}元", fen / 100),
        Outcome::Executed { amount: None } => "已实施".to_owned(),
        Outcome::Declined { reason } => format!("未实施：{reason}"),
    }
}

pub(crate) fn told(event: &Event) -> (String, String) {
    match event {
        Event::Opened { .. } => ("应当反馈".to_owned(), String::new()),
        Event::Shifted { shift } => (format!("反馈期限改至{}", shift.to), String::new()),
        Event::Reported { outcome, .. } => ("反馈".to_owned(), worded(outcome)),
    }
}
