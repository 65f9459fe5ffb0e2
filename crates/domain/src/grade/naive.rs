//! A second evaluator, from the words of the scale alone: dates instead of day numbers, one fact
//! and one item at a time, 128 bits everywhere.

use super::*;
use jiff::{ToSpan, civil::Date};

pub fn indicators(scale: &Scale, facts: &[Fact], stated: &[i64], as_of: Date) -> Vec<i64> {
    let mut next_stated = 0;
    let mut out = Vec::new();
    for one in &scale.indicators {
        out.push(match &one.value {
            Value::Stated => {
                next_stated += 1;
                stated.get(next_stated - 1).copied().unwrap_or(0)
            }
            Value::Count(filter) => seen(filter, facts, as_of).len() as i64,
            Value::Sum(filter) => {
                let all = seen(filter, facts, as_of);
                all.iter().map(|fact| i128::from(fact.amount)).sum::<i128>() as i64
            }
            Value::Worst(filter) => {
                let classes = seen(filter, facts, as_of);
                let number = |class| match class {
                    Class::Unclassed => 0,
                    Class::Minor => 1,
                    Class::Ordinary => 2,
                    Class::Serious => 3,
                };
                classes
                    .iter()
                    .map(|fact| number(fact.class))
                    .max()
                    .unwrap_or(0)
            }
            Value::Since(filter) => {
                let ages = seen(filter, facts, as_of);
                ages.iter().map(|fact| age(fact, as_of)).min().unwrap_or(-1)
            }
            Value::Fading(filter) => {
                let Some(months) = filter.months else {
                    out.push(0);
                    continue;
                };
                let begin = as_of.checked_sub(i64::from(months).months()).unwrap();
                let window = (as_of - begin.until(as_of).unwrap().get_days().days())
                    .until(as_of)
                    .unwrap()
                    .get_days();
                let left = seen(filter, facts, as_of);
                left.iter()
                    .map(|fact| i64::from(window) - age(fact, as_of))
                    .sum()
            }
        });
    }
    out
}

fn age(fact: &Fact, as_of: Date) -> i64 {
    day_date(fact.day)
        .unwrap()
        .until(as_of)
        .unwrap()
        .get_days()
        .into()
}

fn seen<'f>(filter: &Filter, facts: &'f [Fact], as_of: Date) -> Vec<&'f Fact> {
    let mut seen = Vec::new();
    for fact in facts {
        let day = day_date(fact.day).unwrap();
        let in_window = match filter.months {
            None => true,
            Some(months) => day > as_of.checked_sub(i64::from(months).months()).unwrap(),
        };
        let known = day_date(fact.known).unwrap() <= as_of && day <= as_of;
        let over = fact.gone != i32::MAX && day_date(fact.gone).unwrap() <= as_of;
        let kind = Kind::ALL
            .iter()
            .any(|kind| *kind == fact.kind && filter.kinds.0 >> (*kind as u16) & 1 == 1);
        if in_window
            && known
            && !over
            && kind
            && filter.from <= fact.class
            && fact.class <= filter.to
        {
            seen.push(fact);
        }
    }
    seen
}

pub fn points(item: &Item, values: &[i64]) -> i32 {
    let at = |of: usize| i128::from(values[of]);
    if let Some(of) = item.unless
        && at(of) > 0
    {
        return 0;
    }
    let points: i128 = match &item.points {
        Points::Each { of, each, most } => {
            let mut counted = at(*of);
            if counted < 0 {
                counted = 0;
            }
            if counted > i128::from(*most) {
                counted = i128::from(*most);
            }
            counted * i128::from(*each)
        }
        Points::Steps { of, steps } => {
            let mut points = 0;
            for (from, given) in steps {
                if at(*of) >= i128::from(*from) {
                    points = i128::from(*given);
                }
            }
            points
        }
        Points::Share {
            part,
            whole,
            times,
            least,
            each,
        } => {
            if at(*whole) > 0 && at(*whole) >= i128::from(*least) {
                i128::from(*times) * at(*part) / at(*whole)
            } else {
                i128::from(*each) * at(*part)
            }
        }
        Points::Faded {
            of,
            each,
            window,
            most,
        } => {
            let points = i128::from(*each) * at(*of) / i128::from(*window);
            let limit = i128::from(*most);
            if points > limit {
                limit
            } else if points < -limit {
                -limit
            } else {
                points
            }
        }
    };
    points.clamp(i128::from(i32::MIN), i128::from(i32::MAX)) as i32
}

pub fn grade(scale: &Scale, values: &[i64]) -> Graded {
    let mut score = i64::from(scale.start);
    for item in &scale.items {
        score += i64::from(points(item, values));
    }
    let score = score.clamp(scale.least.into(), scale.most.into()) as i32;
    let mut grade = scale.cuts.len() - 1;
    for place in (0..scale.cuts.len() - 1).rev() {
        if score >= scale.cuts[place].least {
            grade = place;
        }
    }
    for floor in &scale.floors {
        if values[floor.of] >= floor.least && floor.grade > grade {
            grade = floor.grade;
        }
    }
    Graded {
        score,
        grade: grade as u8,
    }
}
