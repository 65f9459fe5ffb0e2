//! Search for an entity by what a clerk types.

use crate::Outcome;
use crate::ask::Ask;
use crate::house::House;
use crate::measure::{Dice, Spread, tell};
use desk::ports::Registry;
use desk::search::{initials, query};
use serde_json::{Map, Value, json};
use std::fs;
use std::time::Instant;

/// Hits a page shows.
const MOST: usize = 20;

/// Kinds of texts, each cut out of a random name of the register.
const KINDS: [&str; 5] = [
    "two characters",
    "four characters",
    "whole name",
    "four initials",
    "six initials",
];

/// `--folder` of `city`, `--names` code, tab and name a line, `--rows` queries of each kind.
pub fn run(ask: &Ask) -> Outcome<()> {
    let text = fs::read_to_string(ask.path("names")?)?;
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    let house = House::open(&ask.path("folder")?, ask.suite()?)?;
    let (count, mut dice) = (ask.number("rows", 1_000)?, Dice::new(5));
    let (mut told, mut all, mut missed) = (Map::new(), Spread::default(), Vec::new());
    for kind in KINDS {
        let mut spread = Spread::default();
        for _ in 0..count {
            let name = names
                .get(dice.below(names.len()))
                .copied()
                .unwrap_or_default();
            let typed = typed(kind, name, &mut dice);
            let begin = Instant::now();
            let hits =
                query(&typed).map_or(Ok(Vec::new()), |query| house.store.find(&query, MOST))?;
            let time = begin.elapsed();
            spread.add(time);
            all.add(time);
            if hits.is_empty() {
                missed.push(typed);
            }
        }
        told.insert(kind.to_owned(), spread.told());
    }
    tell(
        "search",
        json!({
            "entities": house.store.count_entities()?, "all": all.told(), "kinds": Value::Object(told),
            "hits": MOST, "found_nobody": missed.len(), "warm": true, "threads": 1,
        }),
    )?;
    match missed.is_empty() {
        true => Ok(()),
        false => Err(format!("cut out of names, and yet found nobody: {missed:?}").into()),
    }
}

fn typed(kind: &str, name: &str, dice: &mut Dice) -> String {
    let cut = |text: &str, length: usize, dice: &mut Dice| -> String {
        let spare = text.chars().count().saturating_sub(length);
        text.chars()
            .skip(dice.below(spare + 1))
            .take(length)
            .collect()
    };
    match kind {
        "two characters" => cut(name, 2, dice),
        "four characters" => cut(name, 4, dice),
        "four initials" => cut(&initials(name), 4, dice).to_lowercase(),
        "six initials" => cut(&initials(name), 6, dice).to_lowercase(),
        _ => name.to_owned(),
    }
}
