//! One entity in full, and a thousand changed ones.

use crate::Outcome;
use crate::invent::{self, Dice};
use crate::scales::{TODAY, city};
use crate::told;
use domain::grade::{Fact, Plan, exit, explain, next_change};
use serde_json::json;
use std::hint::black_box;
use std::time::Instant;

pub fn run() -> Outcome {
    let begin = Instant::now();
    let scale = city();
    let mut dice = Dice::new(11);
    let mut people: Vec<(Vec<Fact>, Vec<i64>)> = Vec::new();
    for _ in 0..1_000 {
        let mut facts = Vec::new();
        let many = invent::many(&mut dice);
        invent::facts(&mut dice, many, &mut facts);
        for fact in facts.iter_mut().filter(|fact| fact.kind.adverse()) {
            fact.repairable = Some(fact.day + 90);
        }
        people.push((facts, invent::stated(&mut dice, 1)));
    }
    let facts: usize = people.iter().map(|(facts, _)| facts.len()).sum();
    let plan = Plan::new(&scale, TODAY);
    let mut tally = plan.tally();
    let again = fastest(|| {
        for (facts, stated) in &people {
            black_box(plan.grade(&mut tally, facts, stated));
        }
    });
    let planned = fastest(|| {
        black_box(Plan::new(&scale, TODAY));
    });
    let explained = spread(&people, |facts, stated| {
        black_box(explain(&scale, facts, stated, TODAY));
    });
    let changed = spread(&people, |facts, stated| {
        black_box(next_change(&scale, facts, stated, TODAY));
    });
    let left = spread(&people, |facts, stated| {
        black_box(exit(&scale, facts, stated, TODAY));
    });
    told::tell(
        "one",
        begin,
        json!({
            "facts_of_1000": facts,
            "grade_1000_us": again,
            "plan_us": planned,
            "explain_us_p50_p99_max": explained,
            "next_change_us_p50_p99_max": changed,
            "exit_us_p50_p99_max": left,
        }),
    )
}

/// Microseconds of the fastest of 50 runs.
fn fastest(mut work: impl FnMut()) -> f64 {
    let times = (0..50).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64() * 1e6
    });
    (times.fold(f64::MAX, f64::min) * 10.0).round() / 10.0
}

fn spread(people: &[(Vec<Fact>, Vec<i64>)], work: impl Fn(&[Fact], &[i64])) -> [f64; 3] {
    let mut times: Vec<f64> = people
        .iter()
        .map(|(facts, stated)| {
            let begin = Instant::now();
            work(facts, stated);
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    [500, 990, 999].map(|place| {
        times
            .get(place)
            .map_or(0.0, |time| (time * 10.0).round() / 10.0)
    })
}
