//! What happens on the spot, as a phone sends it: also later, also twice, also in another order.

use super::decide::{At, Entering};
use super::plan::{capped, covers, fit, published};
use super::{Begun, Event, Outcome, Part, Record, Refusal, Stage};
use crate::basis::Ruled;
use jiff::civil::Date;

impl At<'_> {
    /// Begins; no event where the same phone began it the same way before.
    pub(super) fn enter(&self, entering: Entering) -> Result<Option<Event>, Refusal> {
        self.lead()?;
        if let Some(begun) = self.case.begun() {
            return if same(begun, &entering) {
                Ok(None)
            } else {
                Err(self.out_of_step())
            };
        }
        self.approved()?;
        let Stage::Ready(ready) = &self.case.stage else {
            return Err(self.out_of_step());
        };
        self.day(entering.on, ready.from)?;
        self.undisputed()?;
        self.staffed(&entering)?;
        if self.case.task.capped() {
            capped(self.given.visited.begun, self.given)?;
        }
        Ok(Some(Event::Begun {
            on: entering.on,
            scanned: entering.scanned,
            present: entering.present,
            device: entering.device,
            at: entering.at,
            by: self.by.clone(),
        }))
    }

    /// What is sent late still has to have happened after the notice and within the window.
    fn day(&self, on: Date, from: Date) -> Result<(), Refusal> {
        let task = self.case.task.until;
        if on > task {
            return Err(Refusal::Window { until: task });
        }
        let approvals = self.case.approvals().iter();
        // Not the day on the document: a leave that is entered afterwards cannot cover what was done.
        let approved = approvals.map(|approval| approval.on).max();
        let from = approved.map_or(from, |approved| approved.max(from));
        let until = self.given.today;
        if on < from || on > until {
            return Err(Refusal::Day { from, until });
        }
        Ok(())
    }

    fn undisputed(&self) -> Result<(), Refusal> {
        let mut open = self
            .case
            .recusals
            .iter()
            .filter(|one| one.decided.is_none());
        let Some(open) = open.next() else {
            return Ok(());
        };
        let ground = self.given.law.grounds.get(&open.ground);
        Err(Refusal::Pending {
            certificate: open.certificate.clone(),
            basis: ground.map(|rule| rule.basis().clone()),
        })
    }

    /// Whether those present may inspect, and are enough for every item of every organ.
    fn staffed(&self, entering: &Entering) -> Result<(), Refusal> {
        let least = self.least()?;
        let task = &self.case.task;
        for (part, item) in task.items() {
            published(&item.code, &part.organ, self.given)?;
        }
        for certificate in &entering.present {
            let part = task.team(certificate);
            let part = part.ok_or_else(|| Refusal::NotInTeam {
                certificate: certificate.clone(),
            })?;
            fit(certificate, part, &task.entity, entering.on, self.given)?;
        }
        for (part, item) in task.items() {
            let team = part.team.iter();
            let fit = team.filter(|member| {
                entering.present.contains(member) && covers(member, &item.code, self.given)
            });
            let fit = fit.count();
            if fit < usize::from(*least.value()) {
                return Err(Refusal::TooFew {
                    organ: part.organ,
                    fit,
                    least: *least.value(),
                    basis: least.basis().clone(),
                });
            }
        }
        Ok(())
    }

    fn least(&self) -> Result<&Ruled<u16>, Refusal> {
        self.given.law.team.ok_or(Refusal::Silent {
            what: "检查人员的最少人数",
        })
    }

    /// Takes a record; no event where the same was sent before. The record that completes the visit
    /// ends it: nobody can put the result off by not saying that it ended.
    pub(super) fn record(&self, mut record: Record) -> Result<Vec<Event>, Refusal> {
        let part = self.part()?;
        if record.organ != self.by.organ {
            return Err(Refusal::NotYours);
        }
        let begun = self.case.begun().ok_or_else(|| self.out_of_step())?;
        if record.client.trim().is_empty() {
            return Err(Refusal::NoWords {
                what: "记录编号",
                basis: self.given.order(),
            });
        }
        if let Some(known) = begun.records.get(&record.client) {
            return if known.record.same(&record) {
                Ok(Vec::new())
            } else {
                Err(Refusal::Conflict {
                    client: record.client,
                })
            };
        }
        let Stage::Begun(_) = self.case.stage else {
            return Err(self.out_of_step());
        };
        self.found(&mut record, begun, part)?;
        self.signed(&record, begun, part)?;
        let mut missing = self.case.missing();
        missing.retain(|item| record.of(item).is_none());
        let end = missing.is_empty().then(|| self.ended(self.given.today));
        let recorded = Event::Recorded {
            record: Box::new(record),
            by: self.by.clone(),
            on: self.given.today,
        };
        Ok([recorded].into_iter().chain(end.flatten()).collect())
    }

    /// Whether the results are about own items, each once, in words the law knows.
    fn found(&self, record: &mut Record, begun: &Begun, part: &Part) -> Result<(), Refusal> {
        if record.results.is_empty() {
            return Err(Refusal::NoItems {
                basis: self.given.order(),
            });
        }
        let mut seen: Vec<String> = Vec::new();
        for outcome in &mut record.results {
            if part.item(&outcome.item).is_none() {
                return Err(Refusal::OtherItem {
                    item: outcome.item.clone(),
                    basis: self.given.order(),
                });
            }
            if seen.contains(&outcome.item) || begun.outcome(&outcome.item).is_some() {
                return Err(Refusal::Recorded {
                    item: outcome.item.clone(),
                });
            }
            let code = self.given.law.results.get(&outcome.result);
            let code = code.ok_or_else(|| Refusal::UnknownResult {
                word: outcome.result.clone(),
            })?;
            outcome.problem = code.value().problem;
            if outcome.problem {
                self.said(&outcome.words, "发现的问题")?;
            }
            self.asked(outcome, part)?;
            seen.push(outcome.item.clone());
        }
        Ok(())
    }

    /// Whether only lines of the published checklist were asked.
    fn asked(&self, outcome: &Outcome, part: &Part) -> Result<(), Refusal> {
        let rule = published(&outcome.item, &part.organ, self.given)?;
        let checks = &rule.value().checks;
        let mut answers = outcome.answers.iter();
        match answers.find(|answer| !checks.contains(&answer.key)) {
            None => Ok(()),
            Some(answer) => Err(Refusal::UnknownCheck {
                item: outcome.item.clone(),
                key: answer.key.clone(),
                basis: rule.basis().clone(),
            }),
        }
    }

    /// Whether enough inspectors of the organ signed who were there, and the entity too, or a note
    /// says why not.
    fn signed(&self, record: &Record, begun: &Begun, part: &Part) -> Result<(), Refusal> {
        let least = self.least()?;
        let there =
            |signer: &String| part.team.contains(signer) && begun.start.present.contains(signer);
        if let Some(absent) = record.signed_by.iter().find(|signer| !there(signer)) {
            return Err(Refusal::Absent {
                certificate: absent.clone(),
                basis: Some(least.basis().clone()),
            });
        }
        let mut signers: Vec<&String> = record.signed_by.iter().collect();
        signers.sort_unstable();
        signers.dedup();
        if signers.len() < usize::from(*least.value()) {
            return Err(Refusal::TooFewSigned {
                signed: signers.len(),
                least: *least.value(),
                basis: least.basis().clone(),
            });
        }
        if part.on_site() && record.entity_signed.is_none() {
            self.said(&record.note, "企业未签名的情况")?;
        }
        Ok(())
    }
}

fn same(begun: &Begun, entering: &Entering) -> bool {
    let start = &begun.start;
    start.on == entering.on
        && start.scanned == entering.scanned
        && start.present == entering.present
        && start.device == entering.device
        && start.at == entering.at
}
