//! The exit path of an entity: what must be done, by whom, from which day each effect can end, and
//! when it ends by itself.
//!
//! It is made of the same decisions the engine takes, so executing it on its days succeeds, and one
//! day earlier it is refused.

use crate::basis::Basis;
use crate::clock;
use crate::code::Code;
use crate::procedure::Unit;
use crate::repair::{self, Check, EffectKind, Facts, Law, Need, Refusal, Target, Unrepairable};
use jiff::civil::Date;

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The entity itself.
    Entity,
    /// 信用办
    Office,
    /// 认定单位
    Organ(Code),
    /// Nobody: the day does it.
    Nobody,
}

/// One step of a way out, with the time the law gives for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub who: Who,
    /// In Chinese.
    pub what: String,
    /// Days for it, where the law sets them.
    pub within: Option<(u16, Unit)>,
    pub basis: Basis,
}

/// One effect, when it can end and when it ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    pub kind: EffectKind,
    /// Word of the measure, for a measure.
    pub measure: Option<String>,
    /// First day on which an approval can end it; absent where it runs out before.
    pub from: Option<Date>,
    /// First day on which it is over, without anyone asking.
    pub alone: Date,
    pub basis: Basis,
}

/// The way out of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub record: u64,
    pub target: Target,
    pub docket: String,
    /// First day on which an application with all materials is taken.
    pub from: Option<Date>,
    /// If the application goes in on that day (today, where it lies behind), the last day for the
    /// answer; absent where the law sets none or its calendar is missing.
    pub answer: Option<Date>,
    pub unrepairable: Option<Unrepairable>,
    pub steps: Vec<Step>,
    pub materials: Vec<Need>,
    pub exits: Vec<Exit>,
    /// An application that is being worked on.
    pub open: Option<u64>,
}

/// The way out of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub entity: Code,
    pub ways: Vec<Way>,
    /// First day on which nothing holds any more, when every application goes in on its first day
    /// and is approved at once.
    pub clear: Option<Date>,
    /// First day on which nothing holds any more although nobody does anything.
    pub alone: Option<Date>,
}

/// Computes the path of an entity over its records, listings and breaches.
///
/// What rests or is repaired has no way: nothing of it is left to leave.
pub fn path(
    entity: Code,
    records: &[Facts<'_>],
    law: &Law<'_>,
    today: Date,
) -> Result<Path, Refusal> {
    let own = records.iter().filter(|facts| facts.burden.entity == entity);
    let live = own.filter(|facts| !facts.burden.gone(facts.relief, today));
    let mut ways: Vec<Way> = Vec::new();
    for facts in live {
        ways.push(way(facts, law, today)?);
    }
    ways.sort_by_key(|way| (way.from, way.record));
    let last = |end: fn(&Exit) -> Date| {
        let exits = ways.iter().flat_map(|way| &way.exits);
        exits.map(end).max()
    };
    Ok(Path {
        entity,
        clear: last(|exit| exit.from.unwrap_or(exit.alone)),
        alone: last(|exit| exit.alone),
        ways,
    })
}

fn way(facts: &Facts<'_>, law: &Law<'_>, today: Date) -> Result<Way, Refusal> {
    let check = repair::check(facts, law, today)?;
    let burden = facts.burden;
    let effects = burden.effects.iter().filter(|effect| effect.ends > today);
    let exits = effects.map(|effect| Exit {
        kind: effect.kind,
        measure: effect.measure.clone(),
        from: check.from.filter(|from| *from < effect.ends),
        alone: effect.ends,
        basis: effect.basis.clone(),
    });
    let answer = check
        .from
        .and_then(|from| clock::open(from, law.terms.answer.as_ref(), law.calendar)?.last);
    Ok(Way {
        record: burden.record,
        target: burden.target,
        docket: burden.docket.clone(),
        from: check.from,
        answer,
        unrepairable: burden.unrepairable.clone(),
        steps: steps(facts, law, &check),
        exits: exits.collect(),
        materials: check.materials,
        open: check.open,
    })
}

fn steps(facts: &Facts<'_>, law: &Law<'_>, check: &Check) -> Vec<Step> {
    let burden = facts.burden;
    let mut steps = Vec::new();
    if check.from.is_some() {
        let asked = check.materials.iter().filter(|need| need.held.is_none());
        steps.extend(asked.map(|need| Step {
            who: Who::Entity,
            what: format!("准备：{}", need.clause.text),
            within: None,
            basis: need.clause.basis.clone(),
        }));
        steps.push(Step {
            who: Who::Entity,
            what: format!(
                "在信用网站或者政务服务大厅提交申请：{}",
                burden.target.name()
            ),
            within: None,
            basis: burden.basis.clone(),
        });
        let timed = [
            (Who::Office, "转送认定单位", law.terms.forward.as_ref()),
            (
                Who::Organ(burden.organ),
                "决定是否受理",
                law.terms.accept.as_ref(),
            ),
            (
                Who::Organ(burden.organ),
                "作出修复决定，同意的当日全部终止",
                law.terms.decide.as_ref(),
            ),
        ];
        steps.extend(timed.map(|(who, what, term)| Step {
            who,
            what: what.to_owned(),
            within: term.map(|term| (term.value().days, term.value().unit)),
            basis: term.map_or_else(|| burden.basis.clone(), |term| term.basis().clone()),
        }));
    }
    if let Some(alone) = check.alone {
        steps.push(Step {
            who: Who::Nobody,
            what: format!("无须申请，{alone}起自动终止"),
            within: None,
            basis: burden.basis.clone(),
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::sample::{City, burden, code, entity, facts, request};
    use crate::repair::{Bar, Burden, Relief, file};
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 6, 2);

    #[test]
    fn each_effect_says_who_must_do_what_and_when_it_ends() {
        let city = City::new();
        let (burden, relief) = (burden(), Relief::default());
        let facts = [facts(&burden, &relief)];
        let path = path(entity(), &facts, &city.law(), TODAY).unwrap();
        let way = path.ways.first().unwrap();
        assert_eq!(way.from, Some(date(2026, 8, 12)));
        assert_eq!(way.answer, Some(date(2026, 8, 26)));
        assert_eq!(
            (path.clear, path.alone),
            (Some(date(2026, 8, 12)), Some(date(2027, 5, 12)))
        );
        let measure = way
            .exits
            .iter()
            .find(|exit| exit.kind == EffectKind::Measure)
            .unwrap();
        assert_eq!(measure.alone, date(2027, 1, 12));
        let who: Vec<Who> = way.steps.iter().map(|step| step.who).collect();
        let organ = Who::Organ(burden.organ);
        let entity = Who::Entity;
        assert_eq!(
            who,
            [
                entity,
                entity,
                entity,
                Who::Office,
                organ,
                organ,
                Who::Nobody
            ]
        );
        let stranger = super::path(code("91", 2), &facts, &city.law(), TODAY).unwrap();
        assert_eq!(stranger.ways, []);
        let silent = Law {
            materials: None,
            ..city.law()
        };
        assert!(super::path(burden.entity, &facts, &silent, TODAY).is_err());
    }

    /// A record decided some days before today, with terms, a ban and effects of its own.
    fn drawn() -> impl Strategy<Value = Burden> {
        let ban = prop::option::of(0i64..700);
        (0i64..300, 0i64..400, 1i64..700, 1i64..700, ban).prop_map(
            |(ago, min, max, measure, ban)| {
                let base = burden();
                let decided = TODAY.checked_sub(ago.days()).unwrap();
                let at = |days: i64| decided.checked_add(days.days()).unwrap();
                let mut effects = base.effects.clone();
                for effect in &mut effects {
                    let own = if effect.kind == EffectKind::Measure {
                        measure
                    } else {
                        max
                    };
                    (effect.from, effect.ends) = (decided, at(own));
                }
                Burden {
                    decided,
                    repairable: at(min),
                    effects,
                    unrepairable: ban.map(|days| Unrepairable {
                        until: at(days),
                        basis: base.basis.clone(),
                    }),
                    ..base
                }
            },
        )
    }

    /// Does what the path says on its day; what is left of the record that day.
    fn walk(city: &City, facts: &Facts<'_>, day: Date) -> Result<usize, Refusal> {
        let mut relief = facts.relief.clone();
        let (_, event) = city.approved(facts, day)?;
        relief.apply(facts.burden.record, &event);
        Ok(facts.burden.in_force(&relief, day).len())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn executing_the_path_on_its_days_ends_everything_and_a_day_earlier_is_refused(
            burden in drawn(),
            bar in prop::option::of(1i64..500),
        ) {
            let city = City::new();
            let relief = Relief::default();
            let bar = bar.map(|days| Bar {
                from: TODAY,
                until: TODAY.checked_add(days.days()).unwrap(),
                basis: burden.basis.clone(),
            });
            let facts = Facts { bar: bar.as_ref(), ..facts(&burden, &relief) };
            let path = path(entity(), &[facts], &city.law(), TODAY).unwrap();
            let Some(way) = path.ways.first() else {
                prop_assert!(burden.in_force(&relief, TODAY).is_empty());
                return Ok(());
            };
            if let Some(from) = way.from {
                prop_assert_eq!(walk(&city, &facts, from), Ok(0), "on {}", from);
                let before = from.yesterday().unwrap();
                if from > TODAY {
                    prop_assert!(file(&facts, request(before), &city.law(), before).is_err());
                }
            } else {
                let mut day = TODAY;
                while day < path.alone.unwrap() {
                    prop_assert!(walk(&city, &facts, day).is_err(), "no way on {day}");
                    day = day.tomorrow().unwrap();
                }
            }
            for exit in &way.exits {
                let holds = |day| {
                    let held = burden.in_force(&relief, day);
                    held.iter().any(|effect| effect.kind == exit.kind)
                };
                prop_assert!(!holds(exit.alone), "over by itself");
                prop_assert!(holds(exit.alone.yesterday().unwrap()), "not a day before");
            }
            prop_assert!(burden.in_force(&relief, path.alone.unwrap()).is_empty());
            prop_assert!(path.clear <= path.alone);
        }
    }
}
