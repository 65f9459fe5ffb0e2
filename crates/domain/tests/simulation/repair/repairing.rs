//! Applications for repair and reorganisations, lawful and not.

use super::{
    COMMITMENT, Drawn, PLAN, REPAIR, Repairs, Rules, clerk, conditions, delivery, near, office,
    paper, remedy, some,
};
use crate::city::{City, basis, ruled};
use crate::dice::Dice;
use crate::harness::Stored;
use domain::listing::{self, Exit, Leave};
use domain::procedure::Document;
use domain::repair::{
    self, Annulling, Applicant, Asked, Burden, Command, Event, Material, Request, Stage, Stand,
    Target,
};
use domain::retention::Retention;
use jiff::ToSpan as _;
use std::collections::BTreeSet;

impl Repairs {
    pub(super) fn draw_repair(&self, city: &City, dice: &mut Dice) -> Drawn {
        match dice.below(10) {
            0..=3 => self.apply_for(city, dice),
            4 => self.entity_acts(city, dice),
            5 => self.undo(city, dice),
            _ => self.work(city, dice),
        }
    }

    /// What an entity would hand in: mostly enough, sometimes more or less than the law asks for.
    fn request(&self, city: &City, burden: &Burden, dice: &mut Dice) -> Request {
        let entity = match dice.chance(95) {
            true => burden.entity,
            false => city.entity(dice).0,
        };
        let keys = ["corrected", "commitment", "training", "report"];
        let handed = keys.iter().filter(|_| dice.chance(92));
        let materials = handed.map(|key| Material {
            key: (*key).to_owned(),
            document: paper(entity, city.today),
        });
        let materials = materials.collect();
        let mine = self.promises.iter().rev().filter(|(_, promise)| {
            promise.paper.kind == domain::commitment::Kind::Repair
                && promise.paper.promisor.entity() == Some(entity)
        });
        let mine: Vec<u64> = mine.map(|(number, _)| *number).take(3).collect();
        Request {
            entity,
            by: Applicant::Entity {
                account: "owner".to_owned(),
            },
            materials,
            commitment: dice.pick(&mine).copied(),
        }
    }

    fn apply_for(&self, city: &City, dice: &mut Dice) -> Drawn {
        let number = self.any(dice).ok_or("no burden")?;
        let burden = self.burden(number).ok_or("no burden any more")?;
        let relief = self.relief(&burden);
        let facts = self.facts(&burden, &relief);
        let rules = Rules::on(city);
        let request = self.request(city, &burden, dice);
        // Who has no promise yet makes one first; that is drawn elsewhere.
        let events = repair::file(&facts, request, &rules.law(city), city.today);
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(REPAIR, city.seq, event))
            .collect())
    }

    fn some_case(&self, dice: &mut Dice) -> Option<&repair::Case> {
        let open: BTreeSet<u64> = self.open.values().copied().collect();
        let number = some(&open, self.cases.keys().rev().copied(), dice)?;
        self.cases.get(&number)
    }

    /// The office or an organ takes a step; mostly the next one.
    fn work(&self, city: &City, dice: &mut Dice) -> Drawn {
        let case = self.some_case(dice).ok_or("no case")?;
        let organ = case.application.organ;
        let burden = self.burden(case.application.record);
        let burden = burden.ok_or("the burden is gone")?;
        let relief = self.relief(&burden);
        let facts = self.facts(&burden, &relief);
        let next = match &case.stage {
            Stage::Filed => 0,
            Stage::Forwarded(_) => 1 + dice.below(3),
            _ => 4 + dice.below(5),
        };
        let which = match dice.chance(85) {
            true => next,
            false => dice.below(9),
        };
        let (command, right) = command(city, organ, which, dice);
        let by = clerk(city, right, dice);
        let rules = Rules::on(city);
        let channel = rules.channel(city, &self.outbox);
        let law = rules.law(city);
        let events = repair::decide(case, command, &by, &facts, &law, &channel, city.today);
        let events = events.map_err(|no| no.text())?;
        let mut entries = Vec::new();
        for event in events {
            if let Event::Approved(approval) = &event {
                entries.extend(self.follow(city, approval, &by)?);
            }
            entries.insert(0, Stored::new(REPAIR, case.id, event));
        }
        Ok(entries)
    }

    /// What goes with an approval, in the same transaction: the end of the listing with its measures
    /// and persons, or of the broken promise.
    fn follow(
        &self,
        city: &City,
        approval: &repair::Approval,
        by: &domain::procedure::Person,
    ) -> Drawn {
        match approval.target {
            Target::Blacklist | Target::Abnormal => {
                let leave = listing::Command::Leave(Leave {
                    how: Exit::Repaired {
                        repair: approval.repair,
                    },
                    document: approval.document.clone(),
                });
                self.register.decide(city, approval.record, &leave, by)
            }
            Target::Broken => {
                let promise = self.promises.get(&approval.record).ok_or("no promise")?;
                let events = promise.repaired(approval.repair, city.today);
                let events = events.map_err(|no| no.text())?.into_iter();
                Ok(events
                    .map(|event| Stored::new(COMMITMENT, approval.record, event))
                    .collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn entity_acts(&self, city: &City, dice: &mut Dice) -> Drawn {
        let case = self.some_case(dice).ok_or("no case")?;
        let entity = match dice.chance(90) {
            true => case.application.entity,
            false => city.entity(dice).0,
        };
        let events = match dice.chance(25) {
            true => case.withdraw(&entity, city.today),
            false => {
                let key = ["corrected", "training"][dice.below(2)].to_owned();
                let document = paper(entity, near(city, dice));
                case.supply(&entity, Material { key, document }, city.today)
            }
        };
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(REPAIR, case.id, event))
            .collect())
    }

    /// Somebody wants a repair undone; it works only after the promise was determined to be false.
    fn undo(&self, city: &City, dice: &mut Dice) -> Drawn {
        let recent: Vec<u64> = self.approved.iter().rev().take(60).copied().collect();
        let broken = recent.iter().filter(|number| {
            let promise = self.cases[number].application.commitment;
            let promise = promise.and_then(|promise| self.promises.get(&promise));
            promise.is_some_and(|promise| promise.broken().is_some())
        });
        let broken: Vec<u64> = broken.copied().collect();
        let pool = if broken.is_empty() { &recent } else { &broken };
        let number = dice.pick(pool).ok_or("nothing was approved")?;
        let case = &self.cases[number];
        let promise = case.application.commitment;
        let promise = promise.and_then(|promise| self.promises.get(&promise));
        let promise = promise.ok_or("no promise")?;
        let keep = ruled(
            Retention {
                what: "repair-bar".to_owned(),
                keep: 3.years(),
            },
            "cn/city",
            "repair-bar",
        );
        let annulling = Annulling {
            commitment: promise,
            bar: dice.chance(95).then_some(&keep),
        };
        let by = clerk(city, case.application.organ, dice);
        let rules = Rules::on(city);
        let channel = rules.channel(city, &self.outbox);
        let law = rules.law(city);
        let events = repair::annul(case, annulling, &by, &law, &channel, city.today);
        let mut entries: Vec<Stored> = events
            .map_err(|no| no.text())?
            .into_iter()
            .map(|event| Stored::new(REPAIR, case.id, event))
            .collect();
        // A broken promise that was repaired counts again; a listing needs a new decision.
        let record = case.application.record;
        let repaired = self.promises.get(&record);
        let undone = repaired.and_then(|case_of| case_of.repair_undone(case.id, city.today).ok());
        let undone = undone.into_iter().flatten();
        entries.extend(undone.map(|event| Stored::new(COMMITMENT, record, event)));
        Ok(entries)
    }

    pub(super) fn draw_plan(&self, city: &City, dice: &mut Dice) -> Drawn {
        let resting = self
            .plans
            .values()
            .filter(|plan| matches!(plan.stand, Stand::Lifted { .. }));
        let resting: Vec<_> = resting.collect();
        let known = dice.pick(&resting).copied().filter(|_| dice.chance(60));
        let entity = known.map_or_else(|| city.entity(dice).0, |plan| plan.entity);
        let mine = resting.iter().copied().find(|plan| plan.entity == entity);
        let burdens: Vec<Burden> = self
            .records
            .iter()
            .filter(|(_, made)| made.entity == entity)
            .map(|(record, made)| made.burden(*record))
            .collect();
        let rule = conditions(&[], &[]);
        let asked = Asked {
            entity,
            ruling: Document {
                name: "裁定书".to_owned(),
                ..paper(city.organ(dice), near(city, dice))
            },
            burdens: &burdens,
            rule: dice.chance(95).then_some(&rule),
        };
        let by = clerk(city, office(city), dice);
        let rules = Rules::on(city);
        let (law, channel) = (rules.law(city), rules.channel(city, &self.outbox));
        let today = city.today;
        let (number, events) = match (known, dice.below(3)) {
            (None, _) | (_, 0) => {
                let lifted = repair::Reorganisation::lift(mine, &asked, &by, &law, &channel, today);
                (city.seq, lifted)
            }
            (Some(plan), 1) => (
                plan.id,
                plan.make_permanent(&asked, &by, &law, &channel, today),
            ),
            (Some(plan), _) => (plan.id, plan.fall_back(&asked, &by, &law, &channel, today)),
        };
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(PLAN, number, event))
            .collect())
    }
}

/// One of nine commands, and who may give it.
fn command(
    city: &City,
    organ: domain::code::Code,
    which: usize,
    dice: &mut Dice,
) -> (Command, domain::code::Code) {
    let reason = || match dice_blank(city) {
        true => String::new(),
        false => "理由".to_owned(),
    };
    let law = || basis("cn/city", "repair");
    let day = near(city, dice);
    let command = match which {
        0 => return (Command::Forward, office(city)),
        1 | 2 => Command::Accept,
        3 => match dice.chance(60) {
            true => Command::Ask {
                key: ["corrected", "training", "report"][dice.below(3)].to_owned(),
                reason: reason(),
            },
            false => Command::TurnAway {
                reason: reason(),
                basis: law(),
                remedy: remedy(),
            },
        },
        4 | 5 => Command::Approve {
            document: paper(organ, day),
        },
        6 => Command::Refuse {
            document: paper(organ, day),
            reason: reason(),
            basis: law(),
            remedy: remedy(),
        },
        7 => Command::Extend {
            notice: delivery(day),
            reason: reason(),
        },
        _ => match dice.chance(50) {
            true => Command::Suspend {
                duty: "repair-decide".to_owned(),
                from: day,
                reason: reason(),
                basis: law(),
            },
            false => Command::Resume {
                duty: "repair-decide".to_owned(),
                until: day,
            },
        },
    };
    (command, organ)
}

/// Now and then somebody leaves the reason out.
fn dice_blank(city: &City) -> bool {
    city.seq.is_multiple_of(13)
}
