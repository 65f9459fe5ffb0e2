//! Lists, attention tags, measures and feedback of the city.

use crate::city::{City, MATTERS, ROLES, basis, ruled};
use crate::dice::Dice;
use crate::harness::{Broken, Noun, Scope, Stored, Turn, hold};
use crate::oracle;
use domain::basis::Ruled;
use domain::blacklist::Kind;
use domain::code::Code;
use domain::discipline::{self, Applying, Discipline, InForce, Use};
use domain::feedback::{self, Feedback};
use domain::listing::attention::{self, Attention, Wish};
use domain::listing::{
    self, Command, Decision, Exit, Given, Leave, Listing, Notification, Plea, Proposal, Publishing,
    Trigger,
};
use domain::person::{InRole, Key};
use domain::procedure::{Delivery, Document, Method, Person};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub const LISTING: &str = "listing";
pub const ATTENTION: &str = "attention";
pub const DISCIPLINE: &str = "discipline";
pub const FEEDBACK: &str = "feedback";

const LISTS: [&str; 7] = [
    "market-serious",
    "wage-arrears",
    "dishonest-debtor",
    "abnormal",
    "tax-a",
    "attention",
    "memorandum",
];
const EVIDENCE: [&str; 6] = [
    "penalty-decision",
    "order",
    "court-decision",
    "abnormal-record",
    "rating",
    "newspaper",
];
const MEASURES: [&str; 8] = [
    "bidding-ban",
    "consumption-limit",
    "office-limit",
    "fund-limit",
    "convenience-limit",
    "prudent-credit",
    "green-channel",
    "boycott",
];

/// Every listing, tag, measure and duty of feedback: a fold of the log.
#[derive(Default)]
pub struct Register {
    pub listings: BTreeMap<u64, Listing>,
    pub tags: BTreeMap<u64, Attention>,
    pub measures: BTreeMap<u64, Discipline>,
    pub duties: BTreeMap<u64, Feedback>,
    /// Listings of an entity that live.
    living: BTreeMap<Code, BTreeSet<u64>>,
    /// Measures that last, by the listing they rest on.
    lasting: BTreeMap<u64, BTreeSet<u64>>,
    /// Duties that a measure opened.
    owed: BTreeMap<u64, u64>,
    open: BTreeSet<u64>,
    set: BTreeSet<u64>,
}

impl Register {
    /// Folds one entry; entries of other nouns are passed over.
    pub fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        let case = entry.case;
        let skipped = |_| format!("{} {case} skips a step", entry.noun);
        match entry.noun {
            LISTING => {
                let before = self.listings.remove(&case);
                let event = entry.read::<listing::Event>();
                let after = Listing::apply(before, &event).map_err(skipped)?;
                let living = self.living.entry(after.about().0).or_default();
                match after.lives() {
                    true => living.insert(case),
                    false => living.remove(&case),
                };
                self.listings.insert(case, after);
            }
            ATTENTION => {
                let before = self.tags.remove(&case);
                let after = Attention::apply(before, &entry.read()).map_err(skipped)?;
                match after {
                    Attention::Set(_) => self.set.insert(case),
                    Attention::Cleared { .. } => self.set.remove(&case),
                };
                self.tags.insert(case, after);
            }
            DISCIPLINE => {
                let before = self.measures.remove(&case);
                let after = Discipline::apply(before, &entry.read()).map_err(skipped)?;
                let lasting = self.lasting.entry(after.effect().listing).or_default();
                match after.lasting() {
                    Some(_) => lasting.insert(case),
                    None => lasting.remove(&case),
                };
                self.measures.insert(case, after);
            }
            FEEDBACK => {
                let before = self.duties.remove(&case);
                let after = Feedback::apply(before, &entry.read()).map_err(skipped)?;
                match after {
                    Feedback::Open(_) => self.open.insert(case),
                    Feedback::Reported { .. } => self.open.remove(&case),
                };
                self.owed.insert(after.about().discipline, case);
                self.duties.insert(case, after);
            }
            _ => {}
        }
        Ok(())
    }

    /// The living listings of an entity.
    pub fn living(&self, entity: &Code) -> impl Iterator<Item = (u64, &Listing)> {
        let numbers = self.living.get(entity).into_iter().flatten();
        numbers.filter_map(|case| Some((*case, self.listings.get(case)?)))
    }

    /// The measures that last and rest on any of the listings.
    fn resting(&self, listings: &BTreeSet<u64>) -> Vec<(u64, &Discipline)> {
        let sets = listings
            .iter()
            .filter_map(|listing| self.lasting.get(listing));
        let numbers = sets.flatten();
        numbers
            .filter_map(|case| Some((*case, self.measures.get(case)?)))
            .collect()
    }

    /// What the engine is told about a case on a day.
    pub fn given<'a>(
        &self,
        city: &'a City,
        case: Option<u64>,
        about: (Code, &str),
        day: Date,
        pause: &'a Ruled<()>,
    ) -> Given<'a> {
        let (entity, word) = about;
        let double = self
            .living(&entity)
            .find(|(other, listing)| Some(*other) != case && listing.about().1 == word);
        let serious = self.living(&entity).find(|(_, listing)| {
            listing
                .entry()
                .is_some_and(|entry| entry.kind == Kind::Blacklist)
        });
        let double = double.map(|(other, _)| other);
        Given {
            today: city.today,
            list: city.list(word, day),
            notice: city.term("list-notice", city.today),
            plea: city.term("list-plea", city.today),
            review: city.term("review", city.today),
            pause: Some(pause),
            calendar: &city.calendar,
            double,
            serious: serious.map(|(other, _)| other),
        }
    }

    /// One transaction: events of a listing with all that must go with them.
    pub fn together(&self, city: &City, case: u64, events: Vec<listing::Event>) -> Vec<Stored> {
        let Some(listing) = self.listings.get(&case) else {
            return events
                .into_iter()
                .map(|event| Stored::new(LISTING, case, event))
                .collect();
        };
        let entity = listing.about().0;
        let mut numbers: BTreeSet<u64> = self.living(&entity).map(|(number, _)| number).collect();
        numbers.insert(case);
        let package = discipline::package(
            case,
            &events,
            city.today,
            self.living(&entity),
            self.resting(&numbers),
        );
        let mut entries: Vec<Stored> = Vec::new();
        entries.extend(
            events
                .into_iter()
                .map(|event| Stored::new(LISTING, case, event)),
        );
        let others = package.listings.into_iter();
        entries.extend(others.map(|(other, event)| Stored::new(LISTING, other, event)));
        let measures = package.disciplines.into_iter();
        entries.extend(measures.map(|(number, event)| Stored::new(DISCIPLINE, number, event)));
        entries
    }

    /// Decides a command about a listing, for any noun.
    pub fn decide(
        &self,
        city: &City,
        case: u64,
        command: &Command,
        by: &Person,
    ) -> Result<Vec<Stored>, String> {
        let pause = ruled((), "cn/city", "pause");
        let state = self.listings.get(&case);
        let about = match (state, command) {
            (Some(state), _) => (state.about().0, state.about().1),
            (None, Command::Propose(proposal)) => (proposal.entity, proposal.list.as_str()),
            (None, _) => return Err("no such case".to_owned()),
        };
        let day = command.law_day(city.today);
        let known = state.map(|_| case);
        let given = self.given(city, known, about, day, &pause);
        let events = listing::decide(state, command, by, &given).map_err(|no| no.text())?;
        Ok(self.together(city, case, events))
    }

    /// The law of the day about a list.
    fn law<'a>(
        city: &'a City,
        word: &str,
        measures: &'a [Ruled<std::sync::Arc<domain::measure::Measure>>],
    ) -> InForce<'a> {
        InForce {
            day: city.today,
            list: city.list(word, city.today),
            measures,
        }
    }
}

/// The noun.
#[derive(Default)]
pub struct Lists {
    pub register: Register,
}

/// A person known to the city by a number that no event ever holds.
pub fn person(dice: &mut Dice) -> Key {
    Key::of(&[9; 32], &format!("37040219900101{:04}", dice.below(400)))
}

/// Up to `days` ago; once in a while a day that has not come.
fn past(dice: &mut Dice, days: i64) -> jiff::Span {
    let first = if dice.chance(95) { 0 } else { -3 };
    dice.between(first, days).days()
}

fn delivery(city: &City, dice: &mut Dice) -> Delivery {
    Delivery {
        method: Method::ALL[dice.below(Method::ALL.len())],
        proof: if dice.chance(93) {
            "EMS1024".to_owned()
        } else {
            " ".to_owned()
        },
        on: city.today - past(dice, 3),
    }
}

impl Lists {
    fn propose(&self, city: &City, dice: &mut Dice) -> (Command, Person) {
        let (entity, form) = city.entity(dice);
        let by = city.person(dice);
        let known = if dice.chance(90) { 5 } else { LISTS.len() };
        let list = LISTS[dice.below(known)];
        let lawful = match list {
            "market-serious" | "wage-arrears" => "penalty-decision",
            "dishonest-debtor" => "court-decision",
            "abnormal" => "abnormal-record",
            _ => "rating",
        };
        let kind = |dice: &mut Dice| match dice.chance(90) {
            true => lawful,
            false => EVIDENCE[dice.below(EVIDENCE.len())],
        };
        let trigger = |dice: &mut Dice| Trigger {
            evidence: kind(dice).to_owned(),
            document: city.document(by.organ, city.today - dice.between(-1, 90).days(), dice),
            effective: dice
                .chance(92)
                .then(|| city.today - dice.between(-2, 60).days()),
            revoked: dice.chance(3).then_some(city.today),
        };
        let triggers = (0..1 + usize::from(dice.chance(30))).map(|_| trigger(dice));
        let triggers = triggers.collect::<Vec<_>>();
        let roles = if dice.chance(70) { 2 } else { ROLES.len() };
        let linked = if matches!(list, "wage-arrears" | "dishonest-debtor") {
            3
        } else {
            usize::from(dice.chance(8))
        };
        let persons = (0..dice.below(linked + 1)).map(|_| InRole {
            role: ROLES[dice.below(roles)].to_owned(),
            key: person(dice),
        });
        let persons = persons.collect();
        let grounds = match dice.below(20) {
            0 => Vec::new(),
            1 => vec!["bad-manners".to_owned()],
            2 => vec!["food".to_owned(), "refusal".to_owned()],
            _ => vec!["food".to_owned()],
        };
        let command = Command::Propose(Proposal {
            list: list.to_owned(),
            entity,
            form: form.to_owned(),
            grounds,
            triggers,
            reasons: if dice.chance(96) {
                "拒不履行处罚决定".to_owned()
            } else {
                String::new()
            },
            persons,
        });
        (command, by)
    }

    /// The step a case waits for, or in one of four throws any step at all.
    fn next(&self, city: &City, state: &Listing, organ: Code, dice: &mut Dice) -> Command {
        let wanted = match state {
            Listing::Proposed(proposed) if proposed.kind.adverse() => 0,
            Listing::Proposed(_) => 2,
            Listing::Notified(_) => [1, 2, 2, 2, 3, 4][dice.below(6)],
            Listing::Listed(_) => 5,
            Listing::Published(_) => [6, 6, 7, 8, 9][dice.below(5)],
            Listing::Dropped(_) | Listing::Ended(_) => 9,
        };
        let step = if dice.chance(75) {
            wanted
        } else {
            dice.below(10)
        };
        self.step(city, state, organ, step, dice)
    }

    fn step(
        &self,
        city: &City,
        state: &Listing,
        organ: Code,
        step: usize,
        dice: &mut Dice,
    ) -> Command {
        let document = |dice: &mut Dice| {
            let on = city.today - past(dice, 4);
            let organ = if dice.chance(96) {
                organ
            } else {
                city.organ(dice)
            };
            city.document(organ, on, dice)
        };
        match step {
            0 => Command::Notify(Notification {
                number: "告1号".to_owned(),
                delivery: delivery(city, dice),
            }),
            1 => Command::Plead(Plea {
                receipt: "收1号".to_owned(),
                on: city.today - dice.between(-1, 2).days(),
                closing: dice.chance(40),
            }),
            2 => Command::Decide(Decision {
                document: document(dice),
                list: dice.chance(92),
                until: dice
                    .chance(25)
                    .then(|| city.today + dice.between(-5, 900).days()),
                answer: if dice.chance(80) {
                    "申辩理由不成立".to_owned()
                } else {
                    String::new()
                },
            }),
            3 => Command::Suspend {
                from: city.today + dice.between(-3, 3).days(),
                reason: "需要鉴定".to_owned(),
            },
            4 => Command::Resume {
                until: city.today + dice.between(-3, 3).days(),
            },
            5 => Command::Publish(Publishing {
                delivery: delivery(city, dice),
                repair: dice.chance(93).then(|| "修1号".to_owned()),
            }),
            6 => {
                let persons = state
                    .entry()
                    .map(|entry| entry.persons.as_slice())
                    .unwrap_or_default();
                let found = dice.pick(persons).cloned();
                let person = match found.filter(|_| dice.chance(85)) {
                    Some(link) => InRole {
                        role: link.role,
                        key: link.key,
                    },
                    None => InRole {
                        role: ROLES[dice.below(3)].to_owned(),
                        key: person(dice),
                    },
                };
                Command::Unlink {
                    person,
                    document: document(dice),
                }
            }
            7 => {
                let number = dice
                    .pick(state.triggers())
                    .map(|trigger| trigger.document.number.clone());
                Command::Revoke {
                    number: number.filter(|_| dice.chance(85)).unwrap_or_default(),
                    revoked: city.today - dice.between(-1, 3).days(),
                    document: document(dice),
                }
            }
            8 if dice.chance(10) => Command::Deregister {
                document: document(dice),
            },
            _ => {
                let how = match dice.below(8) {
                    0 => Exit::Term,
                    1 => Exit::Clause {
                        key: "void".to_owned(),
                    },
                    2 => Exit::Clause {
                        key: "friends".to_owned(),
                    },
                    3 => Exit::Revoked,
                    _ => Exit::Clause {
                        key: "early".to_owned(),
                    },
                };
                Command::Leave(Leave {
                    how,
                    document: document(dice),
                })
            }
        }
    }

    fn list(&self, city: &City, dice: &mut Dice) -> Turn {
        let (case, command, by) = match self.some_case(dice).filter(|_| dice.chance(85)) {
            Some((case, state)) => {
                let organ = state.about().2;
                let command = self.next(city, state, organ, dice);
                let mut by = city.person(dice);
                if dice.chance(96) {
                    by.organ = organ;
                }
                (case, command, by)
            }
            None => {
                let (command, by) = self.propose(city, dice);
                (city.seq, command, by)
            }
        };
        Turn {
            said: city.say(|| format!("{} {}: listing {case} {command:?}", city.today, by.account)),
            answer: self.register.decide(city, case, &command, &by),
        }
    }

    /// A listing of some entity: mostly one that lives.
    fn some_case(&self, dice: &mut Dice) -> Option<(u64, &Listing)> {
        let register = &self.register;
        if dice.chance(5) {
            let at = dice.below(register.listings.len());
            return register
                .listings
                .iter()
                .nth(at)
                .map(|(case, state)| (*case, state));
        }
        let at = dice.below(register.living.len());
        let cases = register.living.values().nth(at)?;
        let case = cases.iter().nth(dice.below(cases.len()))?;
        register.listings.get(case).map(|state| (*case, state))
    }

    fn tag(&self, city: &City, dice: &mut Dice) -> Turn {
        let by = city.person(dice);
        let at = dice.below(self.register.set.len());
        let found = self.register.set.iter().nth(at).filter(|_| dice.chance(40));
        let answer = match found {
            Some(case) => {
                let tag = &self.register.tags[case];
                tag.clear(&by, city.today)
                    .map(|event| vec![Stored::new(ATTENTION, *case, event)])
            }
            None => {
                let word = LISTS[if dice.chance(85) {
                    5
                } else {
                    dice.below(LISTS.len())
                }];
                let wish = Wish {
                    list: word.to_owned(),
                    entity: city.entity(dice).0,
                    reason: if dice.chance(95) {
                        "投诉集中".to_owned()
                    } else {
                        String::new()
                    },
                    until: dice
                        .chance(60)
                        .then(|| city.today + dice.between(-3, 400).days()),
                };
                let event = attention::set(&wish, &by, city.list(word, city.today), city.today);
                event.map(|event| vec![Stored::new(ATTENTION, city.seq, event)])
            }
        };
        Turn {
            said: city.say(|| format!("{} {}: attention {found:?}", city.today, by.account)),
            answer: answer.map_err(|no| no.text()),
        }
    }

    /// Somebody uses, declines or tells of a measure; mostly one that could follow, by anybody.
    fn measure(&self, city: &City, dice: &mut Dice) -> Turn {
        let by = city.person(dice);
        let measures = city.measures(city.today);
        let mut listing = None;
        for _ in 0..6 {
            let found = self.some_case(dice);
            let found = found.and_then(|(case, state)| state.effective(case, city.today));
            listing = listing.or(found);
        }
        let Some(listing) = listing else {
            let said = city.say(|| "a measure without listing".to_owned());
            return Turn {
                said,
                answer: Err("no listing has effect".to_owned()),
            };
        };
        let case = listing.case();
        let link = dice.pick(&listing.entry().persons).cloned();
        let person = match link {
            Some(link) if dice.chance(50) => Some(InRole {
                role: link.role,
                key: link.key,
            }),
            _ if dice.chance(6) => Some(InRole {
                role: ROLES[dice.below(3)].to_owned(),
                key: person(dice),
            }),
            _ => None,
        };
        let law = Register::law(city, &listing.entry().list, &measures);
        let mut matter = MATTERS[dice.below(MATTERS.len())];
        let mut word = MEASURES[dice.below(MEASURES.len())];
        if dice.chance(70) {
            let any = |matter: &&str| {
                let use_ = Use {
                    listing,
                    matter,
                    person: person.as_ref(),
                };
                discipline::effects(&law, &use_).into_iter().next()
            };
            if let Some(effect) = MATTERS.iter().find_map(any) {
                matter = MATTERS
                    .iter()
                    .copied()
                    .find(|known| *known == effect.matter)
                    .unwrap();
                word = MEASURES
                    .iter()
                    .copied()
                    .find(|known| *known == effect.measure)
                    .unwrap();
            }
        }
        let what = Applying {
            measure: word.to_owned(),
            case_no: if dice.chance(97) {
                "办1号".to_owned()
            } else {
                String::new()
            },
        };
        let private = word == "prudent-credit";
        let command = match dice.below(10) {
            0 | 1 => discipline::Command::Decline {
                what,
                reason: if dice.chance(90) {
                    "不属职权".to_owned()
                } else {
                    String::new()
                },
            },
            2 | 3 => discipline::Command::Inform {
                what,
                receiver: city.entity(dice).0,
            },
            _ if private && dice.chance(80) => discipline::Command::Inform {
                what,
                receiver: city.entity(dice).0,
            },
            _ => discipline::Command::Use(what),
        };
        let use_ = Use {
            listing,
            matter,
            person: person.as_ref(),
        };
        Turn {
            said: city.say(|| {
                format!(
                    "{} {}: {command:?} in {matter} on listing {case}",
                    city.today, by.account
                )
            }),
            answer: decide_measure(city, &command, &use_, &law, &by),
        }
    }

    /// Feedback by somebody, or the answer of a private receiver.
    fn report(&self, city: &City, dice: &mut Dice) -> Turn {
        let register = &self.register;
        if dice.chance(25) {
            let at = dice.below(register.measures.len());
            let Some((case, state)) = register.measures.iter().nth(at) else {
                return Turn {
                    said: String::new(),
                    answer: Err("no measure".to_owned()),
                };
            };
            let event = discipline::reply(state, dice.chance(50), "按本行规则", city.today);
            let answer = event.map(|event| vec![Stored::new(DISCIPLINE, *case, event)]);
            let said = city.say(|| format!("{}: reply to {case}", city.today));
            return Turn {
                said,
                answer: answer.map_err(|no| no.text()),
            };
        }
        let open = register.open.iter().nth(dice.below(register.open.len()));
        let any = register
            .duties
            .keys()
            .nth(dice.below(register.duties.len()));
        let Some(case) = open.filter(|_| dice.chance(90)).or(any) else {
            return Turn {
                said: String::new(),
                answer: Err("no duty".to_owned()),
            };
        };
        let duty = &register.duties[case];
        let measure = &register.measures[&duty.about().discipline];
        let declined = matches!(measure, Discipline::Declined { .. });
        let mut by = city.person(dice);
        if dice.chance(92) {
            by.organ = duty.about().organ;
        }
        let outcome = match declined == dice.chance(90) {
            true => feedback::Outcome::Declined {
                reason: if dice.chance(90) {
                    "不属职权".to_owned()
                } else {
                    String::new()
                },
            },
            false => feedback::Outcome::Executed {
                amount: dice.chance(30).then_some(100_000),
            },
        };
        let event = duty.report(&outcome, declined, &by, city.today);
        let answer = event.map(|event| vec![Stored::new(FEEDBACK, *case, event)]);
        Turn {
            said: city
                .say(|| format!("{} {}: feedback {case} {outcome:?}", city.today, by.account)),
            answer: answer.map_err(|no| no.text()),
        }
    }

    fn check_listing(&self, city: &City, case: u64, state: &Listing) -> Result<(), Broken> {
        let at = || format!("listing {case}: {}", state.name());
        let day = city.today;
        if let Some(effective) = state.effective(case, day) {
            let entry = effective.entry();
            hold(
                entry.on <= day && day < entry.ends,
                "no effect past its end",
                at,
            )?;
        }
        hold(
            !city.rested
                || state
                    .entry()
                    .is_none_or(|entry| !state.lives() || day < entry.ends),
            "what is past its end was ended",
            at,
        )?;
        hold(
            !city.rested || !state.lives() || city.list(state.about().1, day).is_some(),
            "nothing lives without its list in force",
            at,
        )?;
        oracle::steps(state).map_or(Ok(()), |what| {
            hold(false, "no skipped step", || format!("{case} {what}"))
        })?;
        oracle::roles(city, state).map_or(Ok(()), |what| {
            hold(false, "no person without named role", || {
                format!("{case} {what}")
            })
        })?;
        let ended = !state.lives();
        let lasting = self
            .register
            .lasting
            .get(&case)
            .is_some_and(|set| !set.is_empty());
        hold(!(ended && lasting), "measures leave with their listing", at)?;
        let entity = state.about().0;
        let kinds = self
            .register
            .living(&entity)
            .filter_map(|(_, other)| Some(other.entry()?.kind));
        let kinds: Vec<Kind> = kinds.collect();
        let both = kinds.contains(&Kind::Blacklist) && kinds.contains(&Kind::Honorlist);
        hold(!both, "no honour beside a serious listing", at)
    }

    /// Measures by the engine against measures by the oracle, for every matter and person.
    fn check_measures(&self, city: &City, case: u64, state: &Listing) -> Result<(), Broken> {
        let measures = city.measures(city.today);
        let word = state.about().1;
        let law = Register::law(city, word, &measures);
        let Some(listing) = state.effective(case, city.today) else {
            return Ok(());
        };
        let stranger = InRole {
            role: "controller".to_owned(),
            key: Key::of(&[9; 32], "nobody"),
        };
        let own = listing.entry().persons.iter().map(|link| InRole {
            role: link.role.clone(),
            key: link.key.clone(),
        });
        let people: Vec<Option<InRole>> = own.map(Some).chain([None, Some(stranger)]).collect();
        for matter in MATTERS {
            for person in &people {
                let use_ = Use {
                    listing,
                    matter,
                    person: person.as_ref(),
                };
                let found = discipline::effects(&law, &use_);
                let words: BTreeSet<&str> =
                    found.iter().map(|effect| effect.measure.as_str()).collect();
                let expected = oracle::measures(city, listing.entry(), matter, person.as_ref());
                let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
                hold(
                    words == expected,
                    "measures are those of the oracle and no other",
                    || format!("listing {case} {matter} {person:?}: {words:?} not {expected:?}"),
                )?;
                let within = found
                    .iter()
                    .all(|effect| effect.ends <= listing.entry().ends && effect.holds(city.today));
                hold(within, "no effect past its end", || {
                    format!("listing {case} {matter}")
                })?;
            }
        }
        Ok(())
    }

    fn check_measure(&self, city: &City, case: u64, state: &Discipline) -> Result<(), Broken> {
        let at = || format!("discipline {case}: {}", state.name());
        let effect = state.effect();
        let measures = city.measures(city.today);
        let law = Register::law(city, &effect.list, &measures);
        let listing = self.register.listings.get(&effect.listing);
        if let Some(effect) = state.supported(&law) {
            let based = listing.and_then(|listing| listing.effective(effect.listing, city.today));
            let entry = based.map(|based| based.entry());
            hold(
                entry.is_some() && city.today < effect.ends,
                "no effect without basis in force",
                at,
            )?;
            let named = effect
                .person
                .as_ref()
                .is_none_or(|link| entry.is_some_and(|entry| entry.persons.contains(link)));
            hold(named, "no person without named role", at)?;
        }
        let lasts = state.lasting().is_some();
        hold(
            !city.rested || !lasts || state.supported(&law).is_some(),
            "what lost its basis was ended",
            at,
        )?;
        let class = match state {
            Discipline::Used { .. } | Discipline::Declined { .. } => !effect.class.optional(),
            Discipline::Informed { .. } => effect.class.optional(),
            Discipline::Ended { .. } => effect.person.is_none(),
        };
        hold(class, "the three classes are kept apart", at)?;
        let owed = self.register.owed.contains_key(&case);
        hold(
            owed != effect.class.optional(),
            "each measure of an organ has one duty of feedback",
            at,
        )
    }

    fn check_tag(&self, city: &City, case: u64, state: &Attention) -> Result<(), Broken> {
        let at = || format!("attention {case}");
        let seen = city
            .organs
            .iter()
            .filter(|organ| state.visible(organ, city.today).is_some());
        let seen: Vec<&Code> = seen.collect();
        if let Attention::Set(tag) = state {
            hold(
                seen.iter().all(|organ| **organ == tag.organ),
                "a tag is seen by its organ alone",
                at,
            )?;
            let law = city
                .list(&tag.list, tag.from)
                .map(|list| tag.from + list.value().max);
            let longest = law.unwrap_or(tag.from);
            hold(
                tag.ends <= longest,
                "a tag is no longer than the law says",
                at,
            )?;
            hold(
                city.today < tag.ends || seen.is_empty(),
                "no effect past its end",
                at,
            )?;
            return hold(
                !city.rested || city.today < tag.ends,
                "what is past its end was ended",
                at,
            );
        }
        hold(seen.is_empty(), "a cleared tag is gone", at)
    }

    fn check_touched(&self, city: &City, entry: &Stored) -> Result<(), Broken> {
        let case = entry.case;
        match entry.noun {
            LISTING => {
                let state = &self.register.listings[&case];
                if let listing::Event::Clock {
                    shift: Some(shift), ..
                } = entry.read()
                {
                    let at = || format!("listing {case} {shift:?}");
                    hold(shift.to >= shift.on, "no clock is moved into the past", at)?;
                    hold(
                        !shift.causes.is_empty(),
                        "a moved clock names its cause",
                        at,
                    )?;
                }
                self.check_listing(city, case, state)?;
                self.check_measures(city, case, state)?;
                oracle::paths(city, state, &self.register, case).map_or(Ok(()), |what| {
                    hold(false, "the exit path leads out", || {
                        format!("{case} {what}")
                    })
                })
            }
            ATTENTION => self.check_tag(city, case, &self.register.tags[&case]),
            DISCIPLINE => self.check_measure(city, case, &self.register.measures[&case]),
            FEEDBACK => {
                let duty = &self.register.duties[&case];
                let one = self.register.owed.get(&duty.about().discipline) == Some(&case);
                hold(one, "every duty has one outcome", || {
                    format!("feedback {case}")
                })
            }
            _ => Ok(()),
        }
    }

    fn check_all(&self, city: &City) -> Result<(), Broken> {
        let register = &self.register;
        for case in register.living.values().flatten() {
            self.check_listing(city, *case, &register.listings[case])?;
        }
        // All measures of a listing against the oracle are dear: each day takes its share.
        let share = u64::from(city.today.day_of_year().unsigned_abs()) % 17;
        for case in register
            .living
            .values()
            .flatten()
            .filter(|case| **case % 17 == share)
        {
            self.check_measures(city, *case, &register.listings[case])?;
        }
        for case in register.lasting.values().flatten() {
            self.check_measure(city, *case, &register.measures[case])?;
        }
        for case in &register.set {
            self.check_tag(city, *case, &register.tags[case])?;
        }
        Ok(())
    }
}

/// One transaction: the measure, and the duty of feedback it opens.
fn decide_measure(
    city: &City,
    command: &discipline::Command,
    use_: &Use<'_>,
    law: &InForce<'_>,
    by: &Person,
) -> Result<Vec<Stored>, String> {
    let event = discipline::decide(command, use_, law, by).map_err(|no| no.text())?;
    let term = city.term(feedback::DUTY, city.today);
    let duty = feedback::open(city.seq, &event, term, &city.calendar).map_err(|no| no.text())?;
    let mut entries = vec![Stored::new(DISCIPLINE, city.seq, event)];
    entries.extend(duty.map(|duty| Stored::new(FEEDBACK, city.seq + 1, duty)));
    Ok(entries)
}

impl Noun for Lists {
    fn name(&self) -> &'static str {
        LISTING
    }

    fn command(&self, city: &City, dice: &mut Dice) -> Turn {
        match dice.below(20) {
            0 => self.tag(city, dice),
            1..=5 => self.measure(city, dice),
            6..=8 => self.report(city, dice),
            _ => self.list(city, dice),
        }
    }

    fn tick(&self, city: &City) -> Vec<Stored> {
        let register = &self.register;
        let pause = ruled((), "cn/city", "pause");
        let mut entries: Vec<Stored> = Vec::new();
        for case in register.living.values().flatten() {
            let state = &register.listings[case];
            let (entity, word, _) = state.about();
            let given = register.given(city, Some(*case), (entity, word), city.today, &pause);
            let events = listing::tick(state, &given);
            if !events.is_empty() {
                entries.extend(register.together(city, *case, events));
            }
        }
        let ended: BTreeSet<u64> = entries
            .iter()
            .filter(|entry| entry.noun == DISCIPLINE)
            .map(|entry| entry.case)
            .collect();
        let measures = city.measures(city.today);
        for case in register
            .lasting
            .values()
            .flatten()
            .filter(|case| !ended.contains(case))
        {
            let state = &register.measures[case];
            let law = Register::law(city, &state.effect().list, &measures);
            entries.extend(
                discipline::tick(state, &law).map(|event| Stored::new(DISCIPLINE, *case, event)),
            );
        }
        for case in &register.set {
            let tag = &register.tags[case];
            let Attention::Set(of) = tag else { continue };
            let in_force = city.list(&of.list, city.today).is_some();
            entries.extend(
                tag.tick(in_force, city.today)
                    .map(|event| Stored::new(ATTENTION, *case, event)),
            );
        }
        for case in &register.open {
            let event = register.duties[case].tick(city.today, &city.calendar);
            entries.extend(event.map(|event| Stored::new(FEEDBACK, *case, event)));
        }
        entries
    }

    fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        self.register.apply(entry)
    }

    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken> {
        match scope {
            Scope::Touched(entries) => entries
                .iter()
                .try_for_each(|entry| self.check_touched(city, entry)),
            Scope::All => self.check_all(city),
        }
    }

    fn state(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let register = &self.register;
        write!(
            out,
            "{:?}{:?}{:?}{:?}",
            register.listings, register.tags, register.measures, register.duties
        )
    }
}

/// A document for tests that walk a path.
pub fn paper(organ: Code, on: Date) -> Document {
    Document {
        name: "移出决定书".to_owned(),
        number: "枣移〔2026〕1号".to_owned(),
        on,
        organ,
    }
}

/// The pause that the city's law allows.
pub fn pause() -> Ruled<()> {
    let by = basis("cn/city", "pause");
    ruled((), &by.statute, &by.article)
}
