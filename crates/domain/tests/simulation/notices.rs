//! Notices of the city, with carriers that report twice, late and out of order.

use crate::city::{City, basis};
use crate::dice::Dice;
use crate::harness::{Broken, Noun, Scope, Stored, Turn, hold};
use crate::lists::person;
use domain::notice::{
    self, Channel, Event, Letter, Moment, Notice, Outcome, Recipient, Report, Retry, State,
    Template,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub const NOTICE: &str = "notice";

#[derive(Default)]
pub struct Notices {
    notices: BTreeMap<u64, Notice>,
    open: BTreeSet<u64>,
}

fn retry() -> Retry {
    Retry {
        waits: vec![5, 60, 24 * 60],
        receipt: 3 * 24 * 60,
    }
}

fn now(city: &City) -> Moment {
    Moment {
        day: city.today,
        minute: city.minute,
    }
}

fn template(word: &str) -> Template {
    Template {
        word: word.to_owned(),
        title: "告知书".to_owned(),
        body: "{name}：拟将你单位列入{list}，可于{last}前陈述申辩。".to_owned(),
        channels: vec![Channel::Inside, Channel::Email],
        basis: basis("cn/city", word),
    }
}

/// Any report of any attempt, also of one that never was.
fn report(notice: &Notice, at: Moment, dice: &mut Dice) -> Report {
    let attempts = usize::from(notice.attempts);
    let attempt = if dice.chance(70) {
        attempts
    } else {
        dice.below(attempts + 2)
    };
    let outcome = match dice.below(7) {
        0 | 1 => Outcome::Accepted {
            id: "M1".to_owned(),
        },
        2 | 3 => Outcome::Delivered {
            proof: "R1".to_owned(),
        },
        forever => Outcome::Failed {
            reason: "无法投递".to_owned(),
            forever: forever == 6,
        },
    };
    Report {
        attempt: u16::try_from(attempt).unwrap(),
        outcome,
        at,
    }
}

impl Notices {
    fn queue(city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let word = if dice.chance(90) {
            "list-notice"
        } else {
            "flattery"
        };
        let known = (word == "list-notice").then(|| template(word));
        let recipient = match dice.below(3) {
            0 => Recipient::Entity {
                code: city.entity(dice).0,
            },
            1 => Recipient::Organ {
                code: city.organ(dice),
            },
            _ => Recipient::Person { key: person(dice) },
        };
        let mut values =
            BTreeMap::from([("name", "甲公司".to_owned()), ("list", "名单".to_owned())]);
        if dice.chance(90) {
            values.insert("last", city.today.to_string());
        }
        let filled = template(word).fill(&values).map_err(|no| no.text())?;
        let letter = Letter {
            template: word.to_owned(),
            recipient,
            channel: Channel::ALL[dice.below(3)],
            about: ("listing".to_owned(), 1),
            text: format!("{:08x}", filled.len()),
            basis: basis("cn/city", word),
        };
        let event = notice::queue(word, known.as_ref(), letter, now(city));
        event
            .map(|event| vec![Stored::new(NOTICE, city.seq, event)])
            .map_err(|no| no.text())
    }

    fn step(&self, city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let open = self.open.iter().nth(dice.below(self.open.len()));
        let any = self.notices.keys().nth(dice.below(self.notices.len()));
        let Some(case) = open.filter(|_| dice.chance(85)).or(any) else {
            return Err("no notice".to_owned());
        };
        let notice = &self.notices[case];
        let event = match dice.below(10) {
            0..=3 => notice
                .attempt(now(city), &retry())
                .map_err(|no| no.text())?,
            4 => notice.revive(now(city)).map_err(|no| no.text())?,
            _ => {
                let report = report(notice, now(city), dice);
                let event = notice.report(&report, &retry());
                event.ok_or_else(|| "the report says nothing new".to_owned())?
            }
        };
        Ok(vec![Stored::new(NOTICE, *case, event)])
    }

    fn check_one(&self, city: &City, case: u64) -> Result<(), Broken> {
        let notice = &self.notices[&case];
        let at = || format!("notice {case}: {}", notice.name());
        let tries = retry().waits.len() + 1;
        hold(
            usize::from(notice.round) <= tries,
            "no attempt beyond the retries",
            at,
        )?;
        let late = matches!(&notice.state, State::Under { until, .. } if *until <= now(city));
        hold(
            !(city.rested && late && city.minute == 0),
            "silence of the carrier is no limbo",
            at,
        )?;
        hold(
            notice.delivery().is_some() == matches!(notice.state, State::Delivered { .. }),
            "proof of service means delivered",
            at,
        )?;
        for attempt in 0..=notice.attempts + 1 {
            for outcome in [
                Outcome::Accepted {
                    id: "M1".to_owned(),
                },
                Outcome::Delivered {
                    proof: "R1".to_owned(),
                },
                Outcome::Failed {
                    reason: "无法投递".to_owned(),
                    forever: false,
                },
            ] {
                let report = Report {
                    attempt,
                    outcome,
                    at: now(city),
                };
                let Some(event) = notice.report(&report, &retry()) else {
                    continue;
                };
                let known = attempt > 0 && attempt <= notice.attempts;
                hold(known, "a report about no attempt changes nothing", at)?;
                let after = Notice::apply(Some(notice.clone()), &event);
                let again = after.map(|after| after.report(&report, &retry()));
                hold(again == Ok(None), "a report heard twice counts once", at)?;
            }
        }
        Ok(())
    }
}

impl Noun for Notices {
    fn name(&self) -> &'static str {
        NOTICE
    }

    fn command(&self, city: &City, dice: &mut Dice) -> Turn {
        let answer = if dice.chance(20) {
            Self::queue(city, dice)
        } else {
            self.step(city, dice)
        };
        Turn {
            said: city.say(|| format!("{} notice", city.today)),
            answer,
        }
    }

    fn tick(&self, city: &City) -> Vec<Stored> {
        let events = self.open.iter().filter_map(|case| {
            let event: Event = self.notices[case].tick(now(city), &retry())?;
            Some(Stored::new(NOTICE, *case, event))
        });
        events.collect()
    }

    fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        if entry.noun != NOTICE {
            return Ok(());
        }
        let before = self.notices.remove(&entry.case);
        let after =
            Notice::apply(before, &entry.read()).map_err(|_| "a step is skipped".to_owned())?;
        match after.state {
            State::Delivered { .. } => self.open.remove(&entry.case),
            _ => self.open.insert(entry.case),
        };
        self.notices.insert(entry.case, after);
        Ok(())
    }

    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken> {
        match scope {
            Scope::Touched(entries) => {
                let mut own = entries.iter().filter(|entry| entry.noun == NOTICE);
                own.try_for_each(|entry| self.check_one(city, entry.case))
            }
            Scope::All => {
                let share = u64::from(city.today.day_of_year().unsigned_abs()) % 29;
                let mut some = self.open.iter().filter(|case| **case % 29 == share);
                some.try_for_each(|case| self.check_one(city, *case))
            }
        }
    }

    fn state(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{:?}", self.notices)
    }
}
