//! Look-ups below HTTP: the sheet alone, and with its durable receipt from many callers at once.

use crate::Outcome;
use crate::ask::Ask;
use crate::house::House;
use crate::measure::{Dice, Spread, cores, rate, suite_word, tell, timed};
use desk::{Actor, Desk};
use domain::screening::Question;
use serde_json::json;
use std::fs;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

/// `--folder` of `city`, `--codes` one a line, `--callers` look-ups under way at once.
pub fn run(ask: &Ask) -> Outcome<()> {
    let text = fs::read_to_string(ask.path("codes")?)?;
    let codes: Vec<&str> = text.lines().collect();
    let (house, opening) = timed(|| House::open(&ask.path("folder")?, ask.suite()?));
    let house = house?;
    let (count, callers) = (ask.number("rows", 200_000)?, ask.number("callers", 32)?);
    let (sheets, sheet_time) = timed(|| sheets(&house.desk, &codes, count));
    sheets?;
    let each = count / callers;
    let (spread, time) = timed(|| receipts(&house.desk, &codes, callers, each));
    tell(
        "screen",
        json!({
            "entities": house.desk.index.read().map_or(0, |reader| reader.entities()),
            "sheets_per_s": rate(count as u64, sheet_time), "receipts": each * callers,
            "receipts_per_s": rate((each * callers) as u64, time), "latency": spread?.told(), "callers": callers,
            "durable": true, "suite": suite_word(ask.suite()?), "open_s": opening.as_secs_f64(), "http": false,
            "threads": cores(),
        }),
    )
}

fn question(dice: &mut Dice, codes: &[&str]) -> Question {
    let at = dice.below(codes.len());
    Question {
        code: codes.get(at).copied().unwrap_or_default().to_owned(),
        matter: "licence-approval".to_owned(),
        case_no: format!("B{at}"),
        stage: String::new(),
        caller: "bench".to_owned(),
        organ: String::new(),
    }
}

fn sheets(desk: &Desk, codes: &[&str], count: usize) -> Outcome<()> {
    let mut dice = Dice::new(1);
    for _ in 0..count {
        std::hint::black_box(desk.sheet(question(&mut dice, codes))?);
    }
    Ok(())
}

/// Each core keeps its share of the callers waiting; a receipt's serialisation is part of the work.
fn receipts(desk: &Desk, codes: &[&str], callers: usize, each: usize) -> Outcome<Spread> {
    let share = callers.div_ceil(cores()).max(1);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..callers)
            .step_by(share)
            .map(|at| scope.spawn(move || hand(desk, codes, at, share, each)))
            .collect();
        let mut all = Spread::default();
        for hand in hands {
            all.join(hand.join().map_err(|_| "a thread ended unexpectedly")??);
        }
        Ok(all)
    })
}

fn hand(desk: &Desk, codes: &[&str], seed: usize, share: usize, each: usize) -> Outcome<Spread> {
    let actor = Actor {
        name: "bench".to_owned(),
        organ: None,
    };
    let (answered, answers) = sync_channel::<Outcome<Duration>>(share * 2);
    let (mut dice, mut spread, mut sent) = (Dice::new(seed as u64), Spread::default(), 0);
    for number in 0..share * each {
        if sent >= share {
            spread.add(answers.recv()??);
            sent -= 1;
        }
        let (begin, answered) = (Instant::now(), answered.clone());
        let done = move |receipt: Result<domain::screening::Receipt, desk::Fault>| {
            let text = receipt
                .map_err(Into::into)
                .and_then(|receipt| Ok(serde_json::to_string(&receipt)?));
            let _ = answered.send(text.map(|_| begin.elapsed()));
        };
        let mut asked = question(&mut dice, codes);
        asked.case_no = format!("{seed}-{number}");
        desk.screen(&actor, asked, Box::new(done));
        sent += 1;
    }
    for _ in 0..sent {
        spread.add(answers.recv()??);
    }
    Ok(spread)
}
