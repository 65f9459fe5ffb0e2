//! Breaches by organs, institutions, state firms and their staff, told to those who answer for them.

use crate::city::{City, ruled};
use crate::dice::Dice;
use crate::harness::{Broken, Noun, Scope, Stored, Turn, hold};
use crate::lists::person;
use domain::basis::Ruled;
use domain::procedure::{Delivery, Method, Person};
use domain::referral::{self, Breach, Breaker, Office, Referral, Route};
use jiff::ToSpan as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub const REFERRAL: &str = "referral";

#[derive(Default)]
pub struct Referrals {
    cases: BTreeMap<u64, Referral>,
    open: BTreeSet<u64>,
}

/// What the city's law says about a breaker; of state firms it is silent.
fn route(city: &City, breaker: &str) -> Option<Ruled<Route>> {
    let offices = match breaker {
        "organ" | "institution" => vec![Office::Superior, Office::Audit],
        "staff" => vec![Office::Employer, Office::Inspectorate, Office::Personnel],
        _ => return None,
    };
    let reply = *city.term("referral-reply", city.today)?.value();
    let template = "referral".to_owned();
    let route = Route {
        breaker: breaker.to_owned(),
        offices,
        reply,
        template,
    };
    Some(ruled(route, "cn/city", breaker))
}

impl Referrals {
    fn refer(city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let by = city.person(dice);
        let code = city.entity(dice).0;
        let breaker = match dice.below(4) {
            0 => Breaker::Organ { code },
            1 => Breaker::Institution { code },
            2 => Breaker::StateFirm { code },
            _ => Breaker::Staff {
                employer: code,
                key: person(dice),
            },
        };
        let all = [
            Office::Superior,
            Office::Audit,
            Office::Employer,
            Office::Inspectorate,
            Office::Personnel,
        ];
        let known = all
            .into_iter()
            .filter(|_| dice.chance(94))
            .collect::<Vec<_>>();
        let bodies = known.into_iter().map(|office| (office, city.organ(dice)));
        let bodies = bodies.collect();
        let breach = Breach {
            document: city.document(by.organ, city.today - dice.between(-1, 30).days(), dice),
            effective: dice
                .chance(90)
                .then(|| city.today - dice.between(-1, 9).days()),
            facts: if dice.chance(95) {
                "拒不履行生效判决".to_owned()
            } else {
                String::new()
            },
            bodies,
            breaker,
        };
        let route = route(city, breach.breaker.word());
        let events =
            referral::refer(&breach, route.as_ref(), &by, city.today).map_err(|no| no.text())?;
        let numbered = (city.seq..).zip(events);
        Ok(numbered
            .map(|(case, event)| Stored::new(REFERRAL, case, event))
            .collect())
    }

    fn answer(&self, city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let open = self.open.iter().nth(dice.below(self.open.len()));
        let any = self.cases.keys().nth(dice.below(self.cases.len()));
        let Some(case) = open.filter(|_| dice.chance(90)).or(any) else {
            return Err("no referral".to_owned());
        };
        let referral = &self.cases[case];
        let recipient = referral.letter().recipient;
        let organ = if dice.chance(90) {
            recipient
        } else {
            city.organ(dice)
        };
        let by = Person {
            account: "clerk".to_owned(),
            organ,
        };
        let event = match dice.chance(50) {
            true => {
                let receipt = Delivery {
                    method: Method::Direct,
                    proof: if dice.chance(95) {
                        "签1号".to_owned()
                    } else {
                        String::new()
                    },
                    on: city.today - dice.between(-1, 2).days(),
                };
                referral.receive(&receipt, &by, city.today, &city.calendar)
            }
            false => {
                let words = if dice.chance(90) {
                    "已责令改正"
                } else {
                    " "
                };
                referral.reply(words, &by, city.today)
            }
        };
        let event = event.map_err(|no| no.text())?;
        Ok(vec![Stored::new(REFERRAL, *case, event)])
    }

    fn check_one(&self, city: &City, case: u64) -> Result<(), Broken> {
        let referral = &self.cases[&case];
        let letter = referral.letter();
        let at = || format!("referral {case}: {}", referral.name());
        let seen = city
            .organs
            .iter()
            .filter(|organ| referral.visible(organ).is_some());
        let parties = [letter.by.organ, letter.recipient];
        let mut others = seen.filter(|organ| !parties.contains(organ));
        hold(
            others.next().is_none(),
            "a referral is seen by its two parties alone",
            at,
        )?;
        if let Referral::Replied {
            receipt,
            clock,
            on,
            late,
            ..
        } = referral
        {
            hold(
                receipt.on <= *on && receipt.on >= letter.on,
                "no skipped step",
                at,
            )?;
            let passed = clock.last.is_some_and(|last| *on > last);
            hold(*late == passed, "a late reply says so", at)?;
        }
        Ok(())
    }
}

impl Noun for Referrals {
    fn name(&self) -> &'static str {
        REFERRAL
    }

    fn command(&self, city: &City, dice: &mut Dice) -> Turn {
        let answer = if dice.chance(25) {
            Self::refer(city, dice)
        } else {
            self.answer(city, dice)
        };
        Turn {
            said: city.say(|| format!("{} referral", city.today)),
            answer,
        }
    }

    fn tick(&self, city: &City) -> Vec<Stored> {
        let events = self.open.iter().filter_map(|case| {
            let event = self.cases[case].tick(city.today, &city.calendar)?;
            Some(Stored::new(REFERRAL, *case, event))
        });
        events.collect()
    }

    fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        if entry.noun != REFERRAL {
            return Ok(());
        }
        let before = self.cases.remove(&entry.case);
        let after =
            Referral::apply(before, &entry.read()).map_err(|_| "a step is skipped".to_owned())?;
        match after {
            Referral::Replied { .. } => self.open.remove(&entry.case),
            _ => self.open.insert(entry.case),
        };
        self.cases.insert(entry.case, after);
        Ok(())
    }

    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken> {
        match scope {
            Scope::Touched(entries) => {
                let mut own = entries.iter().filter(|entry| entry.noun == REFERRAL);
                own.try_for_each(|entry| self.check_one(city, entry.case))
            }
            Scope::All => self
                .open
                .iter()
                .try_for_each(|case| self.check_one(city, *case)),
        }
    }

    fn state(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{:?}", self.cases)
    }
}
