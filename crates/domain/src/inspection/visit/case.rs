//! A visit as it stands. What belongs to a later step exists only there.

use super::{
    Absence, Event, Evidence, FollowUp, Followed, Notice, RESULT, Record, Recusal, Ruling, Task,
};
use crate::calendar::Calendar;
use crate::clock::{Clocks, Moved, Owes};
use crate::code::Code;
use crate::procedure::{Document, OutOfStep, Person};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One organ's leave to inspect (检查审批表).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub document: Document,
    pub by: Person,
    pub on: Date,
}

/// Approved by every organ, and told to the entity or not to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    pub approvals: Vec<Approval>,
    pub notice: Notice,
    /// First day on which it can begin.
    pub from: Date,
}

/// How it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub on: Date,
    /// 扫码入企
    pub scanned: bool,
    pub present: Vec<String>,
    pub device: String,
    pub at: String,
    pub by: Person,
}

/// A record as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    pub record: Record,
    pub by: Person,
    pub on: Date,
}

/// The inspectors are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub ready: Ready,
    pub start: Start,
    /// By the number the phone made, so that the order of arrival leaves no trace.
    pub records: BTreeMap<String, Arrived>,
    pub follow_ups: Vec<FollowUp>,
}

impl Begun {
    /// What was found about an item.
    pub fn outcome(&self, item: &str) -> Option<&super::Outcome> {
        let mut records = self.records.values();
        records.find_map(|arrived| arrived.record.of(item))
    }

    /// The day the last record arrived.
    pub fn recorded(&self) -> Option<Date> {
        self.records.values().map(|arrived| arrived.on).max()
    }
}

/// All is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub begun: Begun,
    pub on: Date,
}

/// Where a visit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Some organs or all of them approved.
    Assigned {
        approvals: Vec<Approval>,
    },
    Ready(Box<Ready>),
    Begun(Box<Begun>),
    Ended(Box<Ended>),
    Published {
        ended: Box<Ended>,
        on: Date,
        late: bool,
        /// First day on which it is not shown any more.
        ends: Date,
    },
    Unreached {
        why: Absence,
        evidence: Vec<Evidence>,
        words: String,
        on: Date,
    },
    CalledOff {
        reason: String,
        on: Date,
    },
}

/// A visit and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The entry that assigned it.
    pub id: u64,
    pub task: Task,
    pub recusals: Vec<Recusal>,
    pub stage: Stage,
    pub clocks: Clocks,
    /// The entity knows of it: it was told, or inspectors were there.
    pub told: bool,
}

impl Case {
    /// Begins a case with its first event; `None` for an event that begins none.
    pub fn begin(id: u64, event: &Event) -> Option<Self> {
        let Event::Assigned { task, .. } = event else {
            return None;
        };
        Some(Self {
            id,
            task: (**task).clone(),
            recusals: Vec::new(),
            stage: Stage::Assigned {
                approvals: Vec::new(),
            },
            clocks: Clocks::default(),
            told: false,
        })
    }

    /// The state after an event of this case. No step can be skipped, whatever the ledger holds.
    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        match event {
            Event::Approved { document, by, on } => self.approved(document, by, *on)?,
            Event::Joined { part, .. } => {
                self.assigned()?;
                if self.task.part(&part.organ).is_some() {
                    return Err(OutOfStep);
                }
                self.task.parts.push(part.clone());
            }
            Event::RecusalAsked { .. } | Event::RecusalDecided { .. } | Event::Filled { .. } => {
                self.changed(event)?;
            }
            Event::Noticed { notice, .. } => {
                self = self.readied(event)?;
                self.told = matches!(notice, Notice::Served { .. });
            }
            Event::Begun { .. } => {
                self = self.readied(event)?;
                self.told = true;
            }
            Event::Recorded { record, by, on } => self.recorded(record, by, *on)?,
            Event::Ended { .. } | Event::Published { .. } => self = self.concluded(event)?,
            Event::FollowUpSet { .. } | Event::FollowedUp { .. } => self.followed(event)?,
            Event::Unreached {
                why,
                evidence,
                words,
                on,
                ..
            } => {
                self.before_begin()?;
                if !self.lacking().is_empty() {
                    return Err(OutOfStep);
                }
                self.stage = Stage::Unreached {
                    why: *why,
                    evidence: evidence.clone(),
                    words: words.clone(),
                    on: *on,
                };
            }
            Event::CalledOff { reason, on, .. } => {
                self.before_begin()?;
                self.stage = Stage::CalledOff {
                    reason: reason.clone(),
                    on: *on,
                };
            }
            Event::Shifted { shift } => {
                let clock = self.clocks.open(RESULT).ok_or(OutOfStep)?;
                let moved = Moved {
                    duty: RESULT.to_owned(),
                    to: clock.deadline.clone().shifted(shift),
                    shift: Some(shift.clone()),
                };
                self.clocks.moved(&moved)?;
            }
            Event::Escalated { duty, on, .. } => self.clocks.escalate(duty, *on)?,
            Event::Assigned { .. } => return Err(OutOfStep),
        }
        Ok(self)
    }

    fn approved(&mut self, document: &Document, by: &Person, on: Date) -> Result<(), OutOfStep> {
        self.assigned()?;
        if !self.lacking().contains(&by.organ) {
            return Err(OutOfStep);
        }
        if let Stage::Assigned { approvals } = &mut self.stage {
            approvals.push(Approval {
                document: document.clone(),
                by: by.clone(),
                on,
            });
        }
        Ok(())
    }

    /// What changes the team.
    fn changed(&mut self, event: &Event) -> Result<(), OutOfStep> {
        self.before_begin()?;
        match event {
            Event::RecusalAsked {
                certificate,
                ground,
                words,
                asked,
                on,
            } => self.recusals.push(Recusal {
                certificate: certificate.clone(),
                ground: ground.clone(),
                words: words.clone(),
                asked: asked.clone(),
                on: *on,
                decided: None,
            }),
            Event::RecusalDecided {
                granted,
                out,
                comes,
                reason,
                by,
                on,
            } => {
                let mut asked = self.recusals.iter_mut();
                let asked = asked.find(|one| one.certificate == *out && one.decided.is_none());
                asked.ok_or(OutOfStep)?.decided = Some(Ruling {
                    granted: *granted,
                    comes: comes.clone(),
                    reason: reason.clone(),
                    by: by.clone(),
                    on: *on,
                });
                let part = self.task.part_mut(&by.organ).ok_or(OutOfStep)?;
                if *granted {
                    part.team.retain(|member| member != out);
                    part.team.extend(comes.clone());
                }
            }
            Event::Filled {
                certificate, by, ..
            } => {
                let part = self.task.part_mut(&by.organ).ok_or(OutOfStep)?;
                part.team.push(certificate.clone());
            }
            _ => return Err(OutOfStep),
        }
        Ok(())
    }

    fn readied(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let complete = self.lacking().is_empty();
        self.stage = match (self.stage, event) {
            (Stage::Assigned { approvals }, Event::Noticed { notice, on, .. }) if complete => {
                Stage::Ready(Box::new(Ready {
                    approvals,
                    from: match notice {
                        Notice::Served { delivery } => delivery.on,
                        Notice::Waived { .. } => *on,
                    },
                    notice: notice.clone(),
                }))
            }
            (
                Stage::Ready(ready),
                Event::Begun {
                    on,
                    scanned,
                    present,
                    device,
                    at,
                    by,
                },
            ) => Stage::Begun(Box::new(Begun {
                ready: *ready,
                start: Start {
                    on: *on,
                    scanned: *scanned,
                    present: present.clone(),
                    device: device.clone(),
                    at: at.clone(),
                    by: by.clone(),
                },
                records: BTreeMap::new(),
                follow_ups: Vec::new(),
            })),
            _ => return Err(OutOfStep),
        };
        Ok(self)
    }

    fn recorded(&mut self, record: &Record, by: &Person, on: Date) -> Result<(), OutOfStep> {
        let part = self.task.part(&record.organ).ok_or(OutOfStep)?;
        let own = |outcome: &super::Outcome| part.item(&outcome.item).is_some();
        if by.organ != record.organ || !record.results.iter().all(own) {
            return Err(OutOfStep);
        }
        let Stage::Begun(begun) = &mut self.stage else {
            return Err(OutOfStep);
        };
        let mut items = record.results.iter();
        let twice = items.any(|outcome| begun.outcome(&outcome.item).is_some());
        if twice || begun.records.contains_key(&record.client) {
            return Err(OutOfStep);
        }
        let arrived = Arrived {
            record: record.clone(),
            by: by.clone(),
            on,
        };
        begun.records.insert(record.client.clone(), arrived);
        Ok(())
    }

    fn concluded(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let complete = self.missing().is_empty();
        let lead = self.task.lead().ok_or(OutOfStep)?.organ;
        self.stage = match (self.stage, event) {
            (Stage::Begun(begun), Event::Ended { clock, on, .. }) if complete => {
                self.clocks
                    .start(RESULT, Owes::Organ(lead), Some(clock.clone()));
                Stage::Ended(Box::new(Ended {
                    begun: *begun,
                    on: *on,
                }))
            }
            (Stage::Ended(ended), Event::Published { on, late, ends, .. }) => {
                self.clocks.done(RESULT, *on);
                Stage::Published {
                    ended,
                    on: *on,
                    late: *late,
                    ends: *ends,
                }
            }
            _ => return Err(OutOfStep),
        };
        Ok(self)
    }

    fn followed(&mut self, event: &Event) -> Result<(), OutOfStep> {
        let begun = match &mut self.stage {
            Stage::Begun(begun) => begun.as_mut(),
            Stage::Ended(ended) | Stage::Published { ended, .. } => &mut ended.begun,
            _ => return Err(OutOfStep),
        };
        match event {
            Event::FollowUpSet {
                item,
                what,
                by_day,
                by,
                on,
            } => begun.follow_ups.push(FollowUp {
                organ: by.organ,
                item: item.clone(),
                what: what.clone(),
                by_day: *by_day,
                set: *on,
                done: None,
            }),
            Event::FollowedUp {
                item,
                words,
                by,
                on,
                late,
            } => {
                let mut open = begun.follow_ups.iter_mut();
                let open = open.find(|one| one.item == *item && one.done.is_none());
                open.ok_or(OutOfStep)?.done = Some(Followed {
                    words: words.clone(),
                    by: by.clone(),
                    on: *on,
                    late: *late,
                });
            }
            _ => return Err(OutOfStep),
        }
        Ok(())
    }

    fn assigned(&self) -> Result<(), OutOfStep> {
        match self.stage {
            Stage::Assigned { .. } => Ok(()),
            _ => Err(OutOfStep),
        }
    }

    fn before_begin(&self) -> Result<(), OutOfStep> {
        match self.stage {
            Stage::Assigned { .. } | Stage::Ready(_) => Ok(()),
            _ => Err(OutOfStep),
        }
    }
}

impl Case {
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// What was done on the spot, from the beginning on.
    pub fn begun(&self) -> Option<&Begun> {
        match &self.stage {
            Stage::Begun(begun) => Some(begun),
            Stage::Ended(ended) | Stage::Published { ended, .. } => Some(&ended.begun),
            _ => None,
        }
    }

    pub fn ready(&self) -> Option<&Ready> {
        match &self.stage {
            Stage::Ready(ready) => Some(ready),
            _ => self.begun().map(|begun| &begun.ready),
        }
    }

    pub fn approvals(&self) -> &[Approval] {
        match &self.stage {
            Stage::Assigned { approvals } => approvals,
            _ => self.ready().map_or(&[], |ready| &ready.approvals),
        }
    }

    /// The organs that did not approve yet.
    pub fn lacking(&self) -> Vec<Code> {
        let approvals = self.approvals();
        let parts = self.task.parts.iter().map(|part| part.organ);
        parts
            .filter(|organ| !approvals.iter().any(|one| one.by.organ == *organ))
            .collect()
    }

    /// The items that nobody recorded yet, by code; all of them before it began.
    pub fn missing(&self) -> Vec<String> {
        let begun = self.begun();
        let items = self.task.items().map(|(_, item)| item.code.clone());
        items
            .filter(|item| begun.and_then(|begun| begun.outcome(item)).is_none())
            .collect()
    }

    pub fn follow_ups(&self) -> &[FollowUp] {
        self.begun().map_or(&[], |begun| &begun.follow_ups)
    }

    /// The follow-ups that nobody did in time (R66).
    pub fn overdue(&self, today: Date) -> Vec<&FollowUp> {
        let tasks = self.follow_ups().iter();
        tasks.filter(|task| task.overdue(today)).collect()
    }

    /// Items with a problem that nobody is to look at again.
    pub fn unfollowed(&self) -> Vec<&str> {
        let Some(begun) = self.begun() else {
            return Vec::new();
        };
        let results = begun.records.values();
        let results = results.flat_map(|arrived| &arrived.record.results);
        let problems = results.filter(|outcome| outcome.problem);
        let items = problems.map(|outcome| outcome.item.as_str());
        items
            .filter(|item| !begun.follow_ups.iter().any(|task| task.item == *item))
            .collect()
    }

    /// Whether the certificate is asked to stay away and nobody decided.
    pub fn contested(&self, certificate: &str) -> bool {
        let mut asked = self.recusals.iter();
        asked.any(|one| one.certificate == certificate && one.decided.is_none())
    }

    /// Whether a granted recusal keeps the certificate out of this visit.
    pub fn out(&self, certificate: &str) -> bool {
        let granted = |one: &Recusal| one.decided.as_ref().is_some_and(|ruling| ruling.granted);
        let mut asked = self.recusals.iter();
        asked.any(|one| one.certificate == certificate && granted(one))
    }

    /// Whether somebody came to the entity: once for a joint visit (R64), never for a remote one (R74).
    pub fn counts_as_visit(&self) -> bool {
        self.visited_in().is_some()
    }

    /// The calendar year in which it counts.
    pub fn visited_in(&self) -> Option<i16> {
        let begun = self.begun().filter(|_| self.task.on_site());
        begun.map(|begun| begun.start.on.year())
    }

    /// Whether it will count when it begins.
    pub fn pending(&self, today: Date) -> bool {
        self.before_begin().is_ok() && self.task.on_site() && today <= self.task.until
    }

    /// Whether its last day has passed before it began: it is called off, or its phone is still to
    /// be heard from.
    pub fn lapsed(&self, today: Date) -> bool {
        self.before_begin().is_ok() && today > self.task.until
    }

    /// Whether another organ can still enter with the others (R63): the entity is told of all at once.
    pub fn joinable(&self, today: Date) -> bool {
        self.assigned().is_ok() && today <= self.task.until
    }

    /// Whether somebody still owes a step.
    pub fn open(&self) -> bool {
        match &self.stage {
            Stage::Published { .. } => self.follow_ups().iter().any(|task| task.done.is_none()),
            Stage::Unreached { .. } | Stage::CalledOff { .. } => false,
            _ => true,
        }
    }

    /// What the date asks for: a result that was not shown in time goes up to the office.
    pub fn tick(&self, today: Date) -> Vec<Event> {
        let silent = self.clocks.silent(today).into_iter();
        silent
            .map(|silence| Event::Escalated {
                duty: silence.duty.to_owned(),
                last: silence.last,
                on: today,
            })
            .collect()
    }

    /// What a changed calendar moves.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Vec<Event> {
        let moved = self.clocks.reproject(today, calendar).into_iter();
        moved
            .filter_map(|moved| moved.shift.map(|shift| Event::Shifted { shift }))
            .collect()
    }

    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match &self.stage {
            Stage::Assigned { .. } if self.lacking().is_empty() => "已批准",
            Stage::Assigned { .. } => "待批准",
            Stage::Ready(_) => "待检查",
            Stage::Begun(_) => "检查中",
            Stage::Ended(_) => "待公示",
            Stage::Published { .. } => "已公示",
            Stage::Unreached { .. } => "无法联系",
            Stage::CalledOff { .. } => "已撤销",
        }
    }
}
