//! Doing something: who may, what was filled in, and what the law says, in one transaction.

use super::form::{Given, Verb, Wrong};
use super::sitting::{Sitting, folded};
use super::{Case, Noun, Who, number};
use crate::ports::Row;
use crate::{Desk, Fault};
use domain::basis::Basis;
use domain::ledger::Event;
use domain::procedure::Refused;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The procedure: a new one where a verb begins one.
    pub procedure: u64,
    /// The entries that were written, in their order; what the procedure rests on may stand before it.
    pub entries: Vec<u64>,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum NotDone {
    /// What is wrong in the form, all at once.
    Wrong(Vec<Wrong>),
    /// The law, or the state of the procedure, says no.
    Refused {
        text: String,
        basis: Option<Basis>,
    },
    /// The account may not.
    Forbidden(String),
    Missing(String),
    Fault(Fault),
}

impl From<Fault> for NotDone {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Vec<Wrong>> for NotDone {
    fn from(wrong: Vec<Wrong>) -> Self {
        Self::Wrong(wrong)
    }
}

impl NotDone {
    pub(crate) fn no(text: impl Into<String>, basis: Option<Basis>) -> Self {
        Self::Refused {
            text: text.into(),
            basis,
        }
    }

    /// What the user reads.
    pub fn text(&self) -> String {
        match self {
            Self::Wrong(wrong) => {
                let texts: Vec<&str> = wrong.iter().map(|one| one.text.as_str()).collect();
                texts.join("；")
            }
            Self::Refused { text, basis: None } => text.clone(),
            Self::Refused {
                text,
                basis: Some(basis),
            } => match text.contains(&*basis.article) {
                true => text.clone(),
                false => format!("{text}（{basis}）"),
            },
            Self::Forbidden(text) | Self::Missing(text) => text.clone(),
            Self::Fault(fault) => fault.to_string(),
        }
    }
}

/// What a verb is done with.
pub(crate) struct Doing<'a, 'b> {
    pub sitting: &'a mut Sitting<'b>,
    pub who: &'a Who,
    pub verb: &'a str,
    pub given: Given,
}

impl Doing<'_, '_> {
    /// Who acts for an organ; a clear answer where the account belongs to none.
    pub fn person(&self) -> Result<domain::procedure::Person, NotDone> {
        self.who
            .person()
            .ok_or_else(|| NotDone::Forbidden("当前账号没有所属单位，不能代表单位办理".to_owned()))
    }
}

impl Desk {
    /// Begins a procedure, for example proposes a listing or files an objection.
    ///
    /// # Errors
    /// [`NotDone`]; a refusal by the law is entered into the ledger with its article.
    pub fn begin(&self, who: &Who, noun: Noun, verb: &str, given: Given) -> Result<Done, NotDone> {
        self.run(who, noun, None, verb, given)
    }

    /// Acts upon a procedure.
    ///
    /// # Errors
    /// [`NotDone`]; a refusal by the law is entered into the ledger with its article.
    pub fn act(
        &self,
        who: &Who,
        procedure: u64,
        verb: &str,
        given: Given,
    ) -> Result<Done, NotDone> {
        let Some((row, case)) = self.seen(who, procedure)? else {
            return Err(NotDone::Missing(format!(
                "没有编号为 {procedure} 的办理事项"
            )));
        };
        self.run(who, case.noun(), Some(row.id), verb, given)
    }

    /// A procedure, if it is there and the account may see it.
    pub fn seen(&self, who: &Who, procedure: u64) -> Result<Option<(Row, Case)>, Fault> {
        let steps = self.store.steps(procedure)?;
        let Some(case) = folded(procedure, &steps)? else {
            return Ok(None);
        };
        let touched = steps.last().map_or(procedure, |(seq, _)| *seq);
        let row = case.summary(procedure, self.clock.today(), touched).row;
        Ok(who.sees(&row).then_some((row, case)))
    }

    /// What somebody can do with a procedure in its present state.
    pub fn verbs(&self, who: &Who, id: u64, case: &Case) -> Result<Vec<Verb>, Fault> {
        let all = verbs_of(self, case.noun(), Some((id, case)), None)?.into_iter();
        Ok(all
            .filter(|verb| verb.now && who.holds(verb.hand))
            .collect())
    }

    /// The forms that begin a procedure of a noun. `topic` narrows the choices: a list, a matter.
    pub fn beginnings(
        &self,
        who: &Who,
        noun: Noun,
        topic: Option<&str>,
    ) -> Result<Vec<Verb>, Fault> {
        let all = verbs_of(self, noun, None, topic)?;
        Ok(all
            .into_iter()
            .filter(|verb| who.holds(verb.hand))
            .collect())
    }

    fn run(
        &self,
        who: &Who,
        noun: Noun,
        procedure: Option<u64>,
        verb: &str,
        given: Given,
    ) -> Result<Done, NotDone> {
        let (desk, person, word) = (self.clone(), who.clone(), verb.to_owned());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, person.actor());
            let first = sitting.tx.next();
            let outcome = decide(&mut sitting, &person, noun, procedure, &word, given);
            let outcome = match outcome {
                Ok(()) => Ok(Done {
                    procedure: match procedure {
                        Some(id) => id,
                        None => begun(&mut sitting, noun, first)?,
                    },
                    entries: (first..sitting.tx.next()).collect(),
                }),
                Err(NotDone::Fault(fault)) => return Err(fault),
                Err(not_done) => Err(not_done),
            };
            if let Err(no) = &outcome {
                // A decision that refuses has appended nothing; an answer after half of it would be a fault.
                if sitting.tx.next() != first {
                    return Err(Fault::broken("a refusal came after an append"));
                }
                keep_refusal(&mut sitting, noun, procedure, &word, no)?;
            }
            Ok(outcome)
        })?;
        outcome
    }
}

/// Enters that the law, or the state of a procedure, said no; nothing for any other answer.
pub(crate) fn keep_refusal(
    sitting: &mut Sitting<'_>,
    noun: Noun,
    procedure: Option<u64>,
    verb: &str,
    no: &NotDone,
) -> Result<(), Fault> {
    let NotDone::Refused { text, basis } = no else {
        return Ok(());
    };
    let refused = Refused {
        noun: noun.word().to_owned(),
        procedure,
        verb: verb.to_owned(),
        text: text.clone(),
        basis: basis.clone(),
        on: sitting.today,
    };
    sitting.append(Event::Refused(refused)).map(drop)
}

/// The procedure of a noun that began since an entry: the promise behind a repair is entered before it.
/// What joins another one stands for that one. What is said of a record by itself begins none, and its
/// own entry stands for it.
fn begun(sitting: &mut Sitting<'_>, noun: Noun, first: u64) -> Result<u64, Fault> {
    let mut joined = None;
    for seq in first..sitting.tx.next() {
        let Some(entry) = sitting.tx.entry(seq)? else {
            continue;
        };
        let event = Event::of(&entry).map_err(|error| Fault::broken(error.to_string()))?;
        let own = Case::apply(None, seq, &event).is_ok_and(|case| case.noun() == noun);
        if own && number(seq, &event) == Some(seq) {
            return Ok(seq);
        }
        if seq == first {
            joined = number(seq, &event);
        }
    }
    Ok(joined.unwrap_or(first))
}

fn decide(
    sitting: &mut Sitting<'_>,
    who: &Who,
    noun: Noun,
    procedure: Option<u64>,
    verb: &str,
    given: Given,
) -> Result<(), NotDone> {
    let case = match procedure {
        Some(id) => sitting.case(id)?,
        None => None,
    };
    let about = procedure.zip(case.as_ref());
    let all = verbs_of(sitting.desk, noun, about, None)?;
    let known = all.iter().find(|known| known.word == verb);
    let Some(known) = known else {
        return Err(NotDone::Missing(format!(
            "{}没有“{verb}”这一步",
            noun.name()
        )));
    };
    if !who.holds(known.hand) {
        return Err(NotDone::Forbidden(format!(
            "“{}”由{}办理，当前账号不能办理",
            known.name,
            known.hand.name()
        )));
    }
    let given = given.named(&known.fields);
    let mut doing = Doing {
        sitting,
        who,
        verb,
        given,
    };
    match (noun, about) {
        (Noun::Commitment, None) => crate::commitment::begin(&mut doing),
        (Noun::Listing, None) => crate::listing::begin(&mut doing),
        (Noun::Attention, None) => crate::listing::tag(&mut doing),
        (Noun::Measure, None) => crate::measure::begin(&mut doing),
        (Noun::Repair, None) => crate::repair::begin(&mut doing),
        (Noun::Reorganisation, None) => crate::repair::lift(&mut doing),
        (Noun::Objection, None) => crate::objection::begin(&mut doing),
        (Noun::Referral, None) => crate::referral::begin(&mut doing),
        (Noun::Inspector, None) => crate::inspector::begin(&mut doing),
        (Noun::Draw, None) => crate::draw::begin(&mut doing),
        (Noun::Visit, None) => crate::visit::begin(&mut doing),
        (_, Some((id, case))) => {
            let case = case.clone();
            upon(&mut doing, id, case)
        }
        (Noun::Feedback | Noun::Notice, None) => {
            Err(NotDone::Missing(format!("{}不能单独开始", noun.name())))
        }
    }
}

fn upon(doing: &mut Doing<'_, '_>, id: u64, case: Case) -> Result<(), NotDone> {
    match case {
        Case::Commitment(case) => crate::commitment::act(doing, case),
        Case::Listing(case) => crate::listing::act(doing, id, &case),
        Case::Attention(case) => crate::listing::untag(doing, id, &case),
        Case::Measure(case) => crate::measure::act(doing, id, &case),
        Case::Feedback(case) => crate::feedback::act(doing, id, &case),
        Case::Repair(case) => crate::repair::act(doing, case),
        Case::Reorganisation(case) => crate::repair::end_plan(doing, &case),
        Case::Objection(case) => crate::objection::act(doing, case),
        Case::Referral(case) => crate::referral::act(doing, id, &case),
        Case::Notice(case) => crate::notice::act(doing, id, &case),
        Case::Inspector(case) => crate::inspector::act(doing, id, &case),
        Case::Draw(case) => crate::draw::act(doing, id, &case),
        Case::Visit(case) => crate::visit::act(doing, &case),
    }
}

/// Every verb of a noun, or of a procedure.
fn verbs_of(
    desk: &Desk,
    noun: Noun,
    about: Option<(u64, &Case)>,
    topic: Option<&str>,
) -> Result<Vec<Verb>, Fault> {
    let law = desk.law();
    let day = desk.clock.today();
    Ok(match (noun, about) {
        (Noun::Commitment, None) => crate::commitment::beginnings(&law, topic),
        (Noun::Listing, None) => crate::listing::beginnings(&law, day, topic),
        (Noun::Attention, None) => crate::listing::tags(&law, day),
        (Noun::Measure, None) => crate::measure::beginnings(desk, &law, day, topic)?,
        (Noun::Repair, None) => crate::repair::beginnings(&law, day),
        (Noun::Reorganisation, None) => crate::repair::plans(),
        (Noun::Objection, None) => crate::objection::beginnings(),
        (Noun::Referral, None) => crate::referral::beginnings(&law, day),
        (Noun::Inspector, None) => crate::inspector::beginnings(&law),
        (Noun::Draw, None) => crate::draw::beginnings(&law),
        (Noun::Visit, None) => crate::visit::beginnings(&law),
        (Noun::Feedback | Noun::Notice, None) => Vec::new(),
        (_, Some((_, Case::Commitment(case)))) => crate::commitment::verbs(&law, case),
        (_, Some((_, Case::Listing(case)))) => crate::listing::verbs(case),
        (_, Some((_, Case::Attention(case)))) => crate::listing::tag_verbs(case),
        (_, Some((_, Case::Measure(case)))) => crate::measure::verbs(case),
        (_, Some((_, Case::Feedback(case)))) => crate::feedback::verbs(case),
        (_, Some((_, Case::Repair(case)))) => crate::repair::verbs(&law, case),
        (_, Some((_, Case::Reorganisation(case)))) => crate::repair::plan_verbs(case),
        (_, Some((_, Case::Objection(case)))) => crate::objection::verbs(&law, case),
        (_, Some((_, Case::Referral(case)))) => crate::referral::verbs(case),
        (_, Some((_, Case::Notice(case)))) => crate::notice::verbs(case),
        (_, Some((_, Case::Inspector(case)))) => crate::inspector::verbs(&law, case),
        (_, Some((_, Case::Draw(case)))) => crate::draw::verbs(case),
        (_, Some((_, Case::Visit(case)))) => crate::visit::verbs(&law, case, day),
    })
}
