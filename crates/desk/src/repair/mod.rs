//! Repair: the way out of a record, and everything that ends with it in one transaction (R97).

mod application;
mod burden;
mod exit;
mod forms;
mod plan;
mod serve;

pub(crate) use application::{act, begin, parts, state, tick, told};
pub(crate) use burden::{burden, eased_by_abroad, relief, relieve};
pub use exit::{Ending, ExitPath, Obstacle, Step as ExitStep, WayOut};
pub(crate) use forms::{beginnings, verbs};
pub(crate) use plan::{end_plan, lift, plan_facts, plan_verbs, plans};
pub use serve::{Served, Serving, fields};

use crate::procedure::{Fact, Sitting};
use crate::{Desk, Fault};
use domain::basis::Ruled;
use domain::code::Code;
use domain::conditions::Conditions;
use domain::ledger::{Event as Happened, Step};
use domain::record::Severity;
use domain::repair::{self, Case, Channel, Event, Law, Stage, Terms};
use jiff::civil::Date;
use law::Pack;
use std::collections::BTreeSet;

/// What the law says on a day about the repair of one record, held together for one decision.
pub(crate) struct OfDay {
    materials: Option<Ruled<Conditions>>,
    eligible: Option<Ruled<Conditions>>,
    terms: Terms,
}

impl OfDay {
    pub fn of(law: &Pack, severity: Option<Severity>, day: Date) -> Self {
        let conditions = |id: &str| match severity {
            Some(severity) => law.conditions_for(id, severity, day),
            None => law.conditions(id, day),
        };
        let term = |duty: &str| crate::procedure::sitting::term(law, duty, day);
        Self {
            materials: conditions("repair.materials"),
            eligible: conditions("repair.eligible"),
            terms: Terms {
                forward: term("repair-forward"),
                accept: term("repair-accept"),
                decide: term("repair-decide"),
                answer: term("repair-answer"),
                extend: term("repair-extend"),
                report: term("repair-report"),
            },
        }
    }

    pub fn law<'a>(&'a self, pack: &'a Pack) -> Law<'a> {
        Law {
            materials: self.materials.as_ref(),
            eligible: self.eligible.as_ref(),
            terms: &self.terms,
            calendar: pack.calendar(),
        }
    }
}

/// By which way messages leave in this transaction.
pub(crate) struct Way {
    sender: String,
    serial: u64,
    receivers: BTreeSet<String>,
    office: Code,
}

impl Way {
    pub fn of(sitting: &mut Sitting<'_>, office: Code) -> Result<Self, Fault> {
        let partners = sitting.tx.partners()?.into_iter();
        let receivers = partners.filter(|partner| partner.receives && !partner.closed);
        Ok(Self {
            sender: sitting.desk.store.origin(),
            serial: sitting.tx.next_serial()?,
            receivers: receivers.map(|partner| partner.word).collect(),
            office,
        })
    }

    pub fn channel(&self) -> Channel<'_> {
        Channel {
            sender: &self.sender,
            serial: self.serial,
            receivers: &self.receivers,
            office: self.office,
        }
    }
}

/// Appends one event of a repair or of a plan.
pub(crate) fn write(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    entity: Code,
    did: Event,
) -> Result<u64, Fault> {
    sitting.append(Happened::Repair(Step {
        procedure,
        entity: Some(entity),
        did,
    }))
}

pub(crate) fn facts(desk: &Desk, case: &Case) -> Vec<Fact> {
    let application = &case.application;
    let organs = desk.store.organs().unwrap_or_default();
    let organ = organs.iter().find(|organ| organ.code == application.organ);
    let organ = organ.map_or_else(|| application.organ.to_string(), |organ| organ.name.clone());
    let mut facts = vec![
        Fact::new("修复类型", application.target.name()),
        Fact::new("记录编号", application.record.to_string()),
        Fact::new("认定单位", organ),
        Fact::by("申请依据", "依申请当日的规定收取材料", &application.basis),
    ];
    let materials = application.materials.iter();
    facts.extend(materials.map(|one| {
        Fact::new(
            "材料",
            format!(
                "{}（{}，{}）",
                one.document.name, one.document.number, one.document.on
            ),
        )
    }));
    facts.extend(
        application
            .commitment
            .map(|id| Fact::new("信用承诺", format!("编号{id}"))),
    );
    match &case.stage {
        Stage::NotAccepted { rejected, .. } | Stage::Refused { rejected, .. } => {
            facts.push(Fact::by("理由", rejected.reason.clone(), &rejected.basis));
            facts.push(Fact::new("救济途径", rejected.remedy.where_to.clone()));
        }
        Stage::Approved { approval, .. } => {
            facts.push(Fact::new("修复决定书", approval.document.number.clone()));
            for effect in &approval.ended {
                let name = effect.measure.as_deref().unwrap_or(effect.kind.name());
                facts.push(Fact::by("已终止", name, &effect.basis));
            }
            let told = approval.sent.receivers.len();
            facts.push(Fact::new(
                "通知接收方",
                format!("{told}家，报文{}号", approval.sent.message.serial),
            ));
        }
        Stage::Annulled(annulment) => {
            facts.push(Fact::by(
                "撤销",
                annulment.document.number.clone(),
                &annulment.bar.basis,
            ));
            facts.push(Fact::by(
                "再次申请",
                format!("自{}起", annulment.bar.until),
                &annulment.bar.basis,
            ));
        }
        _ => {}
    }
    facts
}

/// Says no as every user reads it.
pub(crate) fn refused(no: &repair::Refusal) -> crate::procedure::NotDone {
    use repair::Refusal as No;
    let basis = match no {
        No::TooEarly { basis, .. } | No::NotRequired { basis, .. } => Some(basis.clone()),
        No::Unrepairable(why) => Some(why.basis.clone()),
        No::Barred(bar) => Some(bar.basis.clone()),
        No::Missing(obstacles) => obstacles.first().map(|one| one.clause.basis.clone()),
        _ => None,
    };
    crate::procedure::NotDone::no(no.text(), basis)
}
