//! The state of a procedure of whatever noun, and the row its steps add up to.

use super::Noun;
use crate::ports::Row;
use domain::clock::{Clocks, Outcome, Owes};
use domain::code::Code;
use domain::commitment;
use domain::discipline::Discipline;
use domain::feedback::Feedback;
use domain::inspection::batch::Batch;
use domain::inspection::inspector::Inspector;
use domain::inspection::visit;
use domain::ledger::Event;
use domain::listing::Listing;
use domain::listing::attention::Attention;
use domain::notice::{self, Recipient};
use domain::objection;
use domain::procedure::{Deadline, OutOfStep};
use domain::referral::Referral;
use domain::repair::{self, Reorganisation, Stand};
use jiff::civil::Date;

/// A procedure as its entries add up.
#[derive(Debug, Clone, PartialEq)]
pub enum Case {
    Commitment(commitment::Case),
    Listing(Listing),
    Attention(Attention),
    Measure(Discipline),
    Feedback(Feedback),
    Repair(repair::Case),
    Reorganisation(Reorganisation),
    Objection(objection::Case),
    Referral(Referral),
    Notice(notice::Notice),
    Inspector(Inspector),
    Draw(Box<Batch>),
    Visit(Box<visit::Case>),
}

/// What a procedure is, for tables and lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub row: Row,
    /// First day on which the day itself asks for something.
    pub next: Option<Date>,
    pub clocks: Vec<Line>,
}

/// A clock of a procedure with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub duty: String,
    /// Absent where the office owes, or where it is a right of the entity.
    pub organ: Option<Code>,
    /// A right of the entity, with which nobody can be late.
    pub right: bool,
    pub deadline: Deadline,
    pub done: Option<Date>,
    pub late: bool,
    pub void: bool,
    pub escalated: Option<Date>,
}

/// The number of a procedure its event belongs to; `None` for events that belong to none.
pub fn number(seq: u64, event: &Event) -> Option<u64> {
    let of = |procedure: &Option<u64>| procedure.unwrap_or(seq);
    match event {
        Event::Commitment(step) => Some(of(&step.procedure)),
        Event::Listing(step) => Some(of(&step.procedure)),
        Event::Attention(step) => Some(of(&step.procedure)),
        Event::Discipline(step) => Some(of(&step.procedure)),
        Event::Feedback(step) => Some(of(&step.procedure)),
        // What is said of a record by itself belongs to no application.
        Event::Repair(step)
            if matches!(step.did, repair::Event::Told(_) | repair::Event::Marked(_)) =>
        {
            None
        }
        Event::Repair(step) => Some(of(&step.procedure)),
        Event::Objection(step) => Some(of(&step.procedure)),
        Event::Referral(step) => Some(of(&step.procedure)),
        Event::Notice(step) => Some(of(&step.procedure)),
        Event::Inspector(step) => Some(of(&step.procedure)),
        Event::Draw(step) => Some(of(&step.procedure)),
        Event::Visit(step) => Some(of(&step.procedure)),
        _ => None,
    }
}

impl Case {
    /// Folds the steps of procedure `id`; `None` where there are none.
    pub fn fold<'a>(
        id: u64,
        steps: impl IntoIterator<Item = &'a Event>,
    ) -> Result<Option<Self>, OutOfStep> {
        let mut state = None;
        for event in steps {
            state = Some(Self::apply(state, id, event)?);
        }
        Ok(state)
    }

    /// The state after an event.
    pub fn apply(state: Option<Self>, id: u64, event: &Event) -> Result<Self, OutOfStep> {
        Ok(match (state, event) {
            (None, Event::Commitment(step)) => {
                Self::Commitment(commitment::Case::begin(id, &step.did).ok_or(OutOfStep)?)
            }
            (Some(Self::Commitment(case)), Event::Commitment(step)) => {
                Self::Commitment(case.apply(&step.did)?)
            }
            (None, Event::Listing(step)) => Self::Listing(Listing::apply(None, &step.did)?),
            (Some(Self::Listing(case)), Event::Listing(step)) => {
                Self::Listing(Listing::apply(Some(case), &step.did)?)
            }
            (None, Event::Attention(step)) => Self::Attention(Attention::apply(None, &step.did)?),
            (Some(Self::Attention(case)), Event::Attention(step)) => {
                Self::Attention(Attention::apply(Some(case), &step.did)?)
            }
            (None, Event::Discipline(step)) => Self::Measure(Discipline::apply(None, &step.did)?),
            (Some(Self::Measure(case)), Event::Discipline(step)) => {
                Self::Measure(Discipline::apply(Some(case), &step.did)?)
            }
            (None, Event::Feedback(step)) => Self::Feedback(Feedback::apply(None, &step.did)?),
            (Some(Self::Feedback(case)), Event::Feedback(step)) => {
                Self::Feedback(Feedback::apply(Some(case), &step.did)?)
            }
            (None, Event::Repair(step)) => begun(id, &step.did)?,
            (Some(Self::Repair(case)), Event::Repair(step)) => Self::Repair(case.apply(&step.did)?),
            (Some(Self::Reorganisation(case)), Event::Repair(step)) => {
                Self::Reorganisation(case.apply(&step.did)?)
            }
            (None, Event::Objection(step)) => {
                Self::Objection(objection::Case::begin(id, &step.did).ok_or(OutOfStep)?)
            }
            (Some(Self::Objection(case)), Event::Objection(step)) => {
                Self::Objection(case.apply(&step.did)?)
            }
            (None, Event::Referral(step)) => Self::Referral(Referral::apply(None, &step.did)?),
            (Some(Self::Referral(case)), Event::Referral(step)) => {
                Self::Referral(Referral::apply(Some(case), &step.did)?)
            }
            (None, Event::Notice(step)) => Self::Notice(notice::Notice::apply(None, &step.did)?),
            (Some(Self::Notice(case)), Event::Notice(step)) => {
                Self::Notice(notice::Notice::apply(Some(case), &step.did)?)
            }
            (None, Event::Inspector(step)) => Self::Inspector(Inspector::apply(None, &step.did)?),
            (Some(Self::Inspector(one)), Event::Inspector(step)) => {
                Self::Inspector(Inspector::apply(Some(one), &step.did)?)
            }
            (None, Event::Draw(step)) => Self::Draw(Box::new(Batch::apply(None, &step.did)?)),
            (Some(Self::Draw(batch)), Event::Draw(step)) => {
                Self::Draw(Box::new(Batch::apply(Some(*batch), &step.did)?))
            }
            (None, Event::Visit(step)) => {
                let case = visit::Case::begin(id, &step.did).ok_or(OutOfStep)?;
                Self::Visit(Box::new(case))
            }
            (Some(Self::Visit(case)), Event::Visit(step)) => {
                Self::Visit(Box::new(case.apply(&step.did)?))
            }
            _ => return Err(OutOfStep),
        })
    }

    pub fn noun(&self) -> Noun {
        match self {
            Self::Commitment(_) => Noun::Commitment,
            Self::Listing(_) => Noun::Listing,
            Self::Attention(_) => Noun::Attention,
            Self::Measure(_) => Noun::Measure,
            Self::Feedback(_) => Noun::Feedback,
            Self::Repair(_) => Noun::Repair,
            Self::Reorganisation(_) => Noun::Reorganisation,
            Self::Objection(_) => Noun::Objection,
            Self::Referral(_) => Noun::Referral,
            Self::Notice(_) => Noun::Notice,
            Self::Inspector(_) => Noun::Inspector,
            Self::Draw(_) => Noun::Draw,
            Self::Visit(_) => Noun::Visit,
        }
    }

    /// The row of the procedure. `opened` and `touched` are the first day and the last entry of it.
    pub fn summary(&self, id: u64, opened: Date, touched: u64) -> Summary {
        let clocks = self.clocks();
        let own = self.parts();
        let over = |line: &Line| {
            let waits =
                line.done.is_none() && !line.void && !line.right && line.escalated.is_none();
            line.deadline.last.filter(|_| waits)?.tomorrow().ok()
        };
        let next = clocks.iter().filter_map(over).chain(own.asks).min();
        Summary {
            row: Row {
                id,
                noun: self.noun().word().to_owned(),
                entity: own.entity,
                organ: own.organ,
                other: own.other,
                others: own.others,
                about: own.about,
                topic: own.topic,
                state: self.state().to_owned(),
                open: own.open,
                internal: own.internal,
                opened,
                touched,
            },
            next: next.filter(|_| own.open || !clocks.is_empty()),
            clocks,
        }
    }

    /// What a user reads.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Commitment(case) => crate::commitment::state(case),
            Self::Listing(listing) => listing.name(),
            Self::Attention(Attention::Set(_)) => "标注中",
            Self::Attention(Attention::Cleared { .. }) => "已解除",
            Self::Measure(measure) => measure.name(),
            Self::Feedback(Feedback::Open(_)) => "待反馈",
            Self::Feedback(Feedback::Reported { late: true, .. }) => "已反馈（逾期）",
            Self::Feedback(Feedback::Reported { .. }) => "已反馈",
            Self::Repair(case) => crate::repair::state(case),
            Self::Reorganisation(case) => match case.stand {
                Stand::Lifted { .. } => "重整期间，暂时解除",
                Stand::Permanent { .. } => "重整完成，已修复",
                Stand::FellBack { .. } => "重整失败，已恢复",
            },
            Self::Objection(case) => crate::objection::state(case),
            Self::Referral(referral) => referral.name(),
            Self::Notice(notice) => notice.name(),
            Self::Inspector(one) => crate::inspector::state(one),
            Self::Draw(batch) => batch.name(),
            Self::Visit(case) => case.name(),
        }
    }

    fn parts(&self) -> Parts {
        match self {
            Self::Commitment(case) => crate::commitment::parts(case),
            Self::Listing(listing) => crate::listing::parts(listing),
            Self::Attention(attention) => crate::listing::attention_parts(attention),
            Self::Measure(measure) => crate::measure::parts(measure),
            Self::Feedback(feedback) => crate::feedback::parts(feedback),
            Self::Repair(case) => crate::repair::parts(case),
            Self::Reorganisation(case) => Parts {
                entity: Some(case.entity),
                topic: case.ruling.number.clone(),
                open: matches!(case.stand, Stand::Lifted { .. }),
                ..Parts::default()
            },
            Self::Objection(case) => crate::objection::parts(case),
            Self::Referral(referral) => crate::referral::parts(referral),
            Self::Notice(notice) => notice_parts(notice),
            Self::Inspector(one) => crate::inspector::parts(one),
            Self::Draw(batch) => crate::draw::parts(batch),
            Self::Visit(case) => crate::visit::parts(case),
        }
    }

    /// Every clock with what became of it, in the order in which they arose.
    pub fn clocks(&self) -> Vec<Line> {
        match self {
            Self::Commitment(case) => crate::commitment::clocks(case),
            Self::Listing(listing) => crate::listing::clocks(listing),
            Self::Feedback(feedback) => crate::feedback::clocks(feedback),
            Self::Repair(case) => lines(&case.clocks),
            Self::Objection(case) => lines(&case.clocks),
            Self::Referral(referral) => crate::referral::clocks(referral),
            Self::Visit(case) => lines(case.clocks()),
            Self::Attention(_)
            | Self::Measure(_)
            | Self::Reorganisation(_)
            | Self::Notice(_)
            | Self::Inspector(_)
            | Self::Draw(_) => Vec::new(),
        }
    }
}

/// An application, or the ruling that approves a plan.
fn begun(id: u64, event: &repair::Event) -> Result<Case, OutOfStep> {
    let lifted = Reorganisation::begin(id, event).map(Case::Reorganisation);
    let filed = || repair::Case::begin(id, event).map(Case::Repair);
    lifted.or_else(filed).ok_or(OutOfStep)
}

/// What the nouns say of themselves.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub entity: Option<Code>,
    pub organ: Option<Code>,
    pub other: Option<Code>,
    /// Further bodies, where more than two have a part in it.
    pub others: Vec<Code>,
    pub about: Option<u64>,
    pub topic: String,
    pub open: bool,
    pub internal: bool,
    /// First day on which it ends or has to be looked at, apart from its clocks.
    pub asks: Option<Date>,
}

/// The clocks that several nouns share.
pub(crate) fn lines(clocks: &Clocks) -> Vec<Line> {
    let line = |clock: &domain::clock::Clock| {
        let (done, late, void) = match clock.outcome {
            Some(Outcome::Done { on, late }) => (Some(on), late, false),
            Some(Outcome::Void { .. }) => (None, false, true),
            None => (None, false, false),
        };
        Line {
            duty: clock.duty.to_owned(),
            organ: match clock.owes {
                Owes::Office => None,
                Owes::Organ(organ) => Some(organ),
            },
            right: false,
            deadline: clock.deadline.clone(),
            done,
            late,
            void,
            escalated: clock.escalated,
        }
    };
    clocks.iter().map(line).collect()
}

impl Line {
    /// A clock that is a right of the entity.
    pub(crate) fn right(duty: &str, deadline: &Deadline) -> Self {
        Self {
            duty: duty.to_owned(),
            organ: None,
            right: true,
            deadline: deadline.clone(),
            done: None,
            late: false,
            void: false,
            escalated: None,
        }
    }

    /// A clock of an organ, done or not.
    pub(crate) fn owed(
        duty: &str,
        organ: Code,
        deadline: &Deadline,
        done: Option<(Date, bool)>,
    ) -> Self {
        Self {
            organ: Some(organ),
            right: false,
            done: done.map(|(on, _)| on),
            late: done.is_some_and(|(_, late)| late),
            ..Self::right(duty, deadline)
        }
    }
}

fn notice_parts(notice: &notice::Notice) -> Parts {
    let (entity, organ) = match notice.letter.recipient {
        Recipient::Entity { code } => (Some(code), None),
        Recipient::Organ { code } => (None, Some(code)),
        Recipient::Person { .. } => (None, None),
    };
    Parts {
        entity,
        organ,
        about: Some(notice.letter.about.1),
        topic: notice.letter.template.clone(),
        open: !matches!(
            notice.state,
            notice::State::Delivered { .. } | notice::State::Dead { .. }
        ),
        ..Parts::default()
    }
}
