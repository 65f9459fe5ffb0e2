//! Commitments of every kind, kept, broken, and acted upon out of order.

use super::{COMMITMENT, Drawn, Repairs, clerk, conditions, delivery, near, paper, remedy, some};
use crate::city::{City, basis, ruled};
use crate::dice::Dice;
use crate::harness::Stored;
use domain::blacklist::Clause;
use domain::code::Code;
use domain::commitment::{
    Breach, By, Case, Command, End, Kind, Law, Matter, Original, Paper, Promisor, Range, Registry,
    Stage, Unkept, decide, eligible, register,
};
use domain::publication::Term;
use domain::record::Severity;
use jiff::ToSpan as _;
use std::collections::BTreeSet;

/// The matter of a kind, as its organ published it.
pub fn matter(kind: Kind) -> Matter {
    let clause = |key: &str| Clause {
        key: key.into(),
        text: key.into(),
        basis: basis("cn/city", "commitment"),
    };
    Matter {
        code: format!("{kind:?}").to_lowercase(),
        name: kind.name().to_owned(),
        kind,
        verify: matches!(kind, Kind::Approval | Kind::Proof).then(|| 2.months()),
        consequences: ["revoke", "record"].map(clause).into(),
        excluded: None,
        on: true,
        form: "2026-1".to_owned(),
        basis: basis("cn/city", "commitment"),
    }
}

fn text(dice: &mut Dice, words: &str) -> String {
    match dice.chance(97) {
        true => words.to_owned(),
        false => String::new(),
    }
}

fn written(city: &City, kind: Kind, entity: Code, organ: Code, dice: &mut Dice) -> Paper {
    let made = near(city, dice);
    let serial = match dice.chance(97) {
        true => city.seq % 1_000_000,
        false => 1,
    };
    Paper {
        number: format!("370400{}{serial:06}", made.strftime("%Y%m%d")),
        promisor: Promisor::Entity(entity),
        name: Some("甲公司".to_owned()),
        kind,
        matter: format!("{kind:?}").to_lowercase(),
        reason: text(dice, "办理事项"),
        content: text(dice, "材料真实"),
        liability: text(dice, "承担责任"),
        made,
        valid_until: dice
            .chance(30)
            .then(|| made.checked_add(9.months()).unwrap()),
        supply_by: (kind == Kind::Deferred).then(|| made.checked_add(20.days()).unwrap()),
        organ,
        range: Range::Public,
        form: "2026-1".to_owned(),
        original: Original {
            digest: "ab".to_owned(),
            format: "pdf".to_owned(),
            signature: text(dice, "电子签章"),
        },
        replaces: None,
        note: String::new(),
    }
}

impl Repairs {
    pub(super) fn draw_promise(&self, city: &City, dice: &mut Dice) -> Drawn {
        match dice.below(10) {
            0..=2 => self.promise(city, dice),
            3 => self.promisor_acts(city, dice),
            _ => self.oversee(city, dice),
        }
    }

    fn promise(&self, city: &City, dice: &mut Dice) -> Drawn {
        // Whoever wants a repair needs a promise, so half of them are of that kind.
        let kind = match dice.chance(50) {
            true => Kind::Repair,
            false => Kind::ALL[dice.below(Kind::ALL.len())],
        };
        let entity = match self.any(dice).and_then(|number| self.burden(number)) {
            Some(burden) if dice.chance(70) => burden.entity,
            _ => city.entity(dice).0,
        };
        let organ = city.organ(dice);
        let against = self.promises.values().rev().take(200);
        let against = against.filter(|case| case.paper.promisor.entity() == Some(entity));
        let against: Vec<_> = against.filter_map(Case::against).collect();
        let law = conditions(&[], &["serious-unrepaired", "false-commitment"]);
        let matter = matter(kind);
        let eligibility = eligible(&matter, &against, Some(&law), city.today);
        let entities: BTreeSet<Code> = BTreeSet::new();
        let registry = Registry {
            numbers: &self.numbers,
            entities: &entities,
        };
        let by = match dice.chance(60) {
            true => By::Organ(clerk(city, organ, dice)),
            false => By::Entity {
                account: "owner".to_owned(),
                entity: if dice.chance(95) {
                    entity
                } else {
                    city.entity(dice).0
                },
            },
        };
        let paper = written(city, kind, entity, organ, dice);
        let events = register(
            paper,
            &by,
            &matter,
            &eligibility,
            &registry,
            &city.calendar,
            city.today,
        );
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(COMMITMENT, city.seq, event))
            .collect())
    }

    fn some_promise(&self, dice: &mut Dice) -> Option<&Case> {
        let recent = self.promises.keys().rev().take(400).copied();
        let number = match dice.chance(50) {
            true => some(&self.alive, recent, dice)?,
            false => {
                let recent: Vec<u64> = recent.collect();
                *dice.pick(&recent)?
            }
        };
        self.promises.get(&number)
    }

    fn promisor_acts(&self, city: &City, dice: &mut Dice) -> Drawn {
        let case = self.some_promise(dice).ok_or("no promise")?;
        let own = case.paper.promisor.entity().ok_or("a person")?;
        let entity = match dice.chance(92) {
            true => own,
            false => city.entity(dice).0,
        };
        let events = match &case.stage {
            Stage::Notified(_) => case.plead(&entity, text(dice, "申辩"), city.today),
            _ => case.end(&entity, End::Withdrawn, city.today),
        };
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(COMMITMENT, case.id, event))
            .collect())
    }

    /// The organ takes a step; mostly the next one.
    fn oversee(&self, city: &City, dice: &mut Dice) -> Drawn {
        let case = self.some_promise(dice).ok_or("no promise")?;
        let next = match &case.stage {
            Stage::Offered => dice.below(6),
            Stage::Standing | Stage::Kept { .. } => 6 + dice.below(2),
            Stage::Found(_) => 8 + dice.below(2),
            Stage::Notified(_) => 10 + dice.below(3),
            _ => 13,
        };
        let which = match dice.chance(88) {
            true => next,
            false => dice.below(14),
        };
        let command = command(city, case, which, dice);
        let by = clerk(city, case.paper.organ, dice);
        let matter = matter(case.paper.kind);
        let publicity = Term {
            min: 3.months(),
            max: 1.year(),
        };
        let publicity = ruled(publicity, "cn/city", "publicity");
        let law = Law {
            matter: &matter,
            plea: city.term("commitment-plea", city.today),
            push: city.term("breach", city.today),
            publicity: dice.chance(97).then_some(&publicity),
            calendar: &city.calendar,
        };
        let events = decide(case, command, &by, &law, city.today);
        let events = events.map_err(|no| no.text())?.into_iter();
        Ok(events
            .map(|event| Stored::new(COMMITMENT, case.id, event))
            .collect())
    }
}

fn command(city: &City, case: &Case, which: usize, dice: &mut Dice) -> Command {
    let organ = case.paper.organ;
    let day = near(city, dice);
    let law = || basis("cn/city", "commitment");
    match which {
        0..=4 => Command::Accept,
        5 => Command::Decline {
            reason: text(dice, "不符合"),
        },
        6 => Command::Keep,
        7 => Command::Find {
            breach: [Breach::Broken, Breach::False][dice.below(2)],
            unkept: [Unkept::Partly, Unkept::Wholly][dice.below(2)],
            what: text(dice, "现场不符"),
        },
        8 => Command::Notify {
            reasons: text(dice, "核查不符"),
            basis: law(),
            remedy: remedy(),
            delivery: delivery(day),
        },
        9 => Command::Clear {
            reason: text(dice, "查清"),
        },
        10 | 11 => Command::Determine {
            document: paper(organ, day),
            severity: Severity::ALL[dice.below(3)],
            consequences: [&["revoke"][..], &["record"], &["bidding-ban"]][dice.below(3)]
                .iter()
                .map(|key| (*key).to_owned())
                .collect(),
            answer: text(dice, "不采纳"),
            remedy: remedy(),
        },
        12 => match dice.chance(50) {
            true => Command::Suspend {
                duty: "commitment-plea".to_owned(),
                from: day,
                reason: text(dice, "鉴定"),
                basis: law(),
            },
            false => Command::Resume {
                duty: "commitment-plea".to_owned(),
                until: day,
            },
        },
        _ => Command::Push,
    }
}
