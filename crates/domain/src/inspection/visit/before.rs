//! What comes before the inspectors are there: approval, notice, recusal.

use super::decide::{Ask, At};
use super::plan::fit;
use super::{
    Absence, Asker, Case, Cause, Event, Evidence, Given, Notice, Part, Refusal, Stage, Unfit,
};
use crate::procedure::{Delivery, Document};

/// Whether the inspectors are not there yet.
pub(super) fn before(case: &Case) -> Result<(), Refusal> {
    match case.stage {
        Stage::Assigned { .. } | Stage::Ready(_) => Ok(()),
        _ => Err(Refusal::OutOfStep { state: case.name() }),
    }
}

/// Takes a request that an inspector stays away.
pub(super) fn ask(
    case: &Case,
    asked: Asker,
    ask: Ask,
    given: &Given<'_>,
) -> Result<Event, Refusal> {
    before(case)?;
    let Ask {
        certificate,
        ground,
        words,
    } = ask;
    if case.task.team(&certificate).is_none() {
        return Err(Refusal::NotInTeam { certificate });
    }
    let Some(rule) = given.law.grounds.get(&ground) else {
        return Err(Refusal::UnknownGround { word: ground });
    };
    let basis = Some(rule.basis().clone());
    if words.trim().is_empty() {
        let what = "申请回避的理由";
        return Err(Refusal::NoWords { what, basis });
    }
    if case.contested(&certificate) {
        return Err(Refusal::Pending { certificate, basis });
    }
    Ok(Event::RecusalAsked {
        certificate,
        ground,
        words,
        asked,
        on: given.today,
    })
}

impl At<'_> {
    pub(super) fn approve(&self, document: Document) -> Result<Event, Refusal> {
        self.part()?;
        let Stage::Assigned { .. } = self.case.stage else {
            return Err(self.out_of_step());
        };
        if !self.case.lacking().contains(&self.by.organ) {
            return Err(Refusal::Approved);
        }
        if document.organ != self.by.organ || !document.complete(self.given.today) {
            return Err(Refusal::NoDocument {
                basis: self.given.order(),
            });
        }
        Ok(Event::Approved {
            document,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    pub(super) fn notify(&self, delivery: Delivery) -> Result<Event, Refusal> {
        self.notifiable()?;
        let approvals = self.case.approvals().iter();
        let approved = approvals.map(|approval| approval.document.on).max();
        let early = approved.is_some_and(|approved| delivery.on < approved);
        if early || !delivery.proved(self.given.today) {
            return Err(Refusal::NoProof {
                basis: self.given.order(),
            });
        }
        Ok(self.noticed(Notice::Served { delivery }))
    }

    pub(super) fn waive(&self) -> Result<Event, Refusal> {
        self.notifiable()?;
        let rule = match &self.case.task.cause {
            Cause::Exception { word, .. } => self.given.law.exceptions.get(word),
            Cause::Lot { .. } => None,
        };
        let rule = rule.filter(|rule| rule.value().unannounced);
        let rule = rule.ok_or_else(|| Refusal::NoWaiver {
            basis: self.given.order(),
        })?;
        Ok(self.noticed(Notice::Waived {
            basis: rule.basis().clone(),
        }))
    }

    fn notifiable(&self) -> Result<(), Refusal> {
        self.lead()?;
        let Stage::Assigned { .. } = self.case.stage else {
            return Err(self.out_of_step());
        };
        self.approved()?;
        self.window()
    }

    fn noticed(&self, notice: Notice) -> Event {
        Event::Noticed {
            notice,
            by: self.by.clone(),
            on: self.given.today,
        }
    }

    pub(super) fn rule(
        &self,
        certificate: String,
        granted: bool,
        comes: Option<String>,
        reason: String,
    ) -> Result<Event, Refusal> {
        self.before()?;
        let part = self.part()?;
        if !part.team.contains(&certificate) {
            return Err(Refusal::NotYours);
        }
        if !self.case.contested(&certificate) {
            return Err(Refusal::NothingAsked { certificate });
        }
        self.said(&reason, "回避决定的理由")?;
        let comes = comes.filter(|_| granted);
        if let Some(comes) = &comes {
            self.eligible(comes, part)?;
        }
        Ok(Event::RecusalDecided {
            granted,
            out: certificate,
            comes,
            reason,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    pub(super) fn fill(&self, certificate: String, reason: String) -> Result<Event, Refusal> {
        self.before()?;
        let part = self.part()?;
        self.said(&reason, "补充检查人员的理由")?;
        self.eligible(&certificate, part)?;
        Ok(Event::Filled {
            certificate,
            reason,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    /// Whether somebody can come into the team of a part.
    fn eligible(&self, certificate: &str, part: &Part) -> Result<(), Refusal> {
        if self.case.task.team(certificate).is_some() {
            return Err(Refusal::InTeam {
                certificate: certificate.to_owned(),
            });
        }
        if self.case.out(certificate) {
            return Err(Refusal::Unfit {
                certificate: certificate.to_owned(),
                why: Unfit::Recused,
                basis: self.given.law.team.map(|team| team.basis().clone()),
            });
        }
        let entity = &self.case.task.entity;
        fit(certificate, part, entity, self.given.today, self.given)
    }

    pub(super) fn unreached(
        &self,
        why: Absence,
        evidence: Vec<Evidence>,
        words: String,
    ) -> Result<Event, Refusal> {
        self.lead()?;
        self.before()?;
        self.approved()?;
        // Without proof an organ could swap whoever was drawn for the next in the line.
        if evidence.is_empty() {
            return Err(Refusal::NoEvidence {
                basis: self.given.order(),
            });
        }
        self.said(&words, "无法联系的经过")?;
        Ok(Event::Unreached {
            why,
            evidence,
            words,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    pub(super) fn call_off(&self, reason: String) -> Result<Event, Refusal> {
        self.lead()?;
        self.before()?;
        self.said(&reason, "撤销检查的理由")?;
        Ok(Event::CalledOff {
            reason,
            by: self.by.clone(),
            on: self.given.today,
        })
    }
}
