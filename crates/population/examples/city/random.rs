//! A random scale over a random population, for the test of difference.

use crate::Outcome;
use crate::ask::Ask;
use crate::invent::{self, Dice};
use crate::scales::{TODAY, floor, indicator, item, scale, stated};
use crate::told;
use domain::grade::{Class, Filter, Indicator, Kinds, Points, Scale, Value};
use population::{Dialect, Files, Results, Sink, Tables, Writer, run_into, sql_over};
use serde_json::json;
use std::path::Path;
use std::time::Instant;

pub fn run(ask: &Ask) -> Outcome {
    let begin = Instant::now();
    let dir = Path::new(ask.text("dir")?);
    let mut dice = Dice::new(ask.number("seed", 1)?);
    let entities = ask.number("entities", 2_000)?;
    let scale = random(&mut dice);
    let stated = stated(&scale);
    let mut writer = Writer::create(dir, 4, &stated)?;
    let mut facts = Vec::new();
    for number in 0..entities {
        let many = invent::many(&mut dice);
        invent::facts(&mut dice, many, &mut facts);
        // Classes of other kinds, too, and events of one day.
        for fact in &mut facts {
            fact.class = dice.pick(&Class::ALL).unwrap_or(fact.class);
        }
        let values: Vec<i64> = stated.iter().map(|_| dice.between(-3, 60)).collect();
        writer.push(&invent::code(number, entities)?, &values, &facts)?;
    }
    writer.finish()?;
    let out = dir.join("ours");
    std::fs::create_dir_all(&out)?;
    let sink =
        |shard| -> Result<Box<dyn Sink>, _> { Ok(Box::new(Results::create(&out, shard, &scale)?)) };
    let summary = run_into(&Files::open(dir)?, &scale, TODAY, 2, &sink)?;
    for dialect in Dialect::ALL {
        let text = sql_over(&scale, dialect, TODAY, Tables::default());
        std::fs::write(dir.join(format!("{}.sql", dialect.word())), text)?;
    }
    std::fs::write(dir.join("stated.txt"), stated.join("\n"))?;
    told::tell(
        "random",
        begin,
        json!({
            "entities": summary.entities,
            "indicators": scale.indicators.len(),
            "items": scale.items.len(),
            "floors": scale.floors.len(),
            "grades": summary.grades,
            "digest": told::hex(&summary.digest),
        }),
    )
}

/// Any scale a loader would let through.
fn random(dice: &mut Dice) -> Scale {
    let indicators = dice.between(2, 14);
    let indicators: Vec<Indicator> = (0..indicators)
        .map(|place| indicator(&format!("x{place}"), value(dice)))
        .collect();
    let places = indicators.len() as u64;
    let items = (0..dice.between(1, 14))
        .map(|place| {
            let unless = dice.often(25).then(|| dice.below(places) as usize);
            item(&format!("p{place}"), points(dice, places), unless)
        })
        .collect();
    let floors = (0..dice.between(0, 3))
        .map(|_| {
            floor(
                dice.below(places) as usize,
                dice.between(0, 6),
                dice.below(4) as usize,
            )
        })
        .collect();
    scale(indicators, items, floors, &[90, 75, 60, 0])
}

fn value(dice: &mut Dice) -> Value {
    match dice.below(8) {
        0..=2 => Value::Count(filter(dice)),
        3 => Value::Sum(filter(dice)),
        4 => Value::Worst(filter(dice)),
        5 => Value::Since(filter(dice)),
        6 => Value::Fading(filter(dice)),
        _ => Value::Stated,
    }
}

fn filter(dice: &mut Dice) -> Filter {
    let (one, other) = (dice.below(4) as usize, dice.below(4) as usize);
    let class = |place: usize| Class::ALL.get(place).copied().unwrap_or(Class::Unclassed);
    let months = match dice.below(4) {
        0 => None,
        1 => Some(12),
        _ => Some(dice.between(1, 70) as u16),
    };
    Filter {
        kinds: Kinds(dice.between(1, 4_095) as u16),
        from: class(one.min(other)),
        to: class(one.max(other)),
        months,
    }
}

fn points(dice: &mut Dice, places: u64) -> Points {
    let of = dice.below(places) as usize;
    let each = dice.between(-30, 30) as i32;
    match dice.below(8) {
        0..=2 => Points::Each {
            of,
            each,
            most: dice.between(0, 12) as i32,
        },
        3..=5 => Points::Steps {
            of,
            steps: steps(dice),
        },
        6 => Points::Share {
            part: of,
            whole: dice.below(places) as usize,
            times: dice.between(-60, 60) as i32,
            least: dice.between(-1, 6),
            each,
        },
        _ => Points::Faded {
            of,
            each,
            window: dice.between(1, 1_500) as i32,
            most: dice.between(0, 40) as i32,
        },
    }
}

fn steps(dice: &mut Dice) -> Vec<(i64, i32)> {
    let wide = dice.often(40);
    let mut steps: Vec<(i64, i32)> = (0..dice.below(6))
        .map(|_| {
            let from = if wide {
                dice.between(-500, 3_000_000)
            } else {
                dice.between(-2, 60)
            };
            (from, dice.between(-30, 30) as i32)
        })
        .collect();
    // Mostly ascending; the words of the rule also cover lists that are not.
    if dice.often(85) {
        steps.sort_unstable();
    }
    steps
}
