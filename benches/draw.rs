//! A draw of the peers' size: 10,000 objects by grade from 1,000,000, two of 600 inspectors to each.

use crate::Outcome;
use crate::ask::Ask;
use crate::measure::{Dice, suite_word, tell, timed};
use domain::code::Code;
use domain::inspection::draw::{
    Assigned, Form, Frame, Inspector, Layer, Lot, Post, Source, Ticket, assign, blind, lots,
    secret_digest,
};
use domain::ledger::Suite;
use serde_json::json;
use std::time::Duration;

/// As in `draw/peer_draw.py`: how many of a grade in a hundred, and how likely one is to another.
const GRADES: [(u32, u32); 4] = [(37, 25), (46, 100), (11, 250), (6, 500)];
const POSTS: u16 = 8;

/// Makes the frame (`--population`, `--objects`, `--inspectors`, `--suite sm|sha`), then draws
/// `--times` times by other seeds and tells the best and the middle time.
pub fn run(ask: &Ask) -> Outcome<()> {
    let population = ask.number("population", 1_000_000)?;
    let objects = ask.number("objects", 10_000)?;
    let inspectors = ask.number("inspectors", 600)?;
    let suite = ask.suite()?;
    let mut chance = Dice::new(3);
    let codes: Option<Vec<Code>> = (0..population).map(code).collect();
    let codes = codes.ok_or("18 digits")?;
    let (frame, made) = timed(|| frame(suite, &codes, objects, inspectors, &mut chance));
    let mut frame = frame?;
    let (text, written) = timed(|| frame.text());
    let (digest, digested) = timed(|| Frame::digest(suite, &text));
    let (read, read_in) = timed(|| Frame::read(&text));
    drop(read);
    let mut draws = Vec::new();
    let mut lot_times = Vec::new();
    let mut worst = 0;
    let mut count = 0;
    for number in 0..ask.number("times", 11)? {
        let seed = suite.digest(&[digest.as_bytes(), &number.to_be_bytes()]);
        let first = lots(&frame, &seed);
        recuse(&mut frame, &first, &mut chance);
        let (found, lot_time) = timed(|| lots(&frame, &seed));
        let (assigned, time) = timed(|| assign(&frame, &seed, &found));
        count = found.iter().map(|lot| lot.quota).sum();
        worst = worst.max(spread(&frame, &assigned)?);
        lot_times.push(lot_time);
        draws.push(lot_time + time);
    }
    draws.sort_unstable();
    lot_times.sort_unstable();
    let millis = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    tell(
        "draw",
        json!({
            "population": population, "objects": count, "inspectors": inspectors,
            "recusals": frame.recused.len(), "suite": suite_word(suite),
            "ms": millis(draws.get(draws.len() / 2)), "best_ms": millis(draws.first()),
            "objects_ms": millis(lot_times.get(lot_times.len() / 2)),
            "spread": worst, "violations": 0, "threads": 1,
            "frame_made_ms": made.as_secs_f64() * 1e3,
            "frame_written_ms": written.as_secs_f64() * 1e3,
            "frame_digest_ms": digested.as_secs_f64() * 1e3,
            "frame_read_ms": read_in.as_secs_f64() * 1e3,
            "frame_bytes": text.len(),
        }),
    )
}

/// A text of 18 characters; whether it is a valid code does not matter to the draw.
fn code(number: usize) -> Option<Code> {
    Code::read(&format!("9137{number:014}"))
}

fn frame(
    suite: Suite,
    codes: &[Code],
    objects: usize,
    inspectors: usize,
    chance: &mut Dice,
) -> Outcome<Frame> {
    let secret = [3; 32];
    let weight: u64 = GRADES
        .iter()
        .map(|(part, rate)| u64::from(part * rate))
        .sum();
    let mut layers: Vec<Layer> = Vec::new();
    for (_, rate) in GRADES {
        // Objects wanted, over the population weighted by rate, in millionths.
        let share = objects as u64 * u64::from(rate) * 100_000_000 / (codes.len() as u64 * weight);
        for post in 0..POSTS {
            layers.push(Layer {
                share: u32::try_from(share)?,
                posts: vec![post],
                objects: Vec::new(),
            });
        }
    }
    for code in codes {
        let mut place = chance.below(100);
        let grade = GRADES.iter().position(|(part, _)| {
            let here = place < *part as usize;
            place = place.saturating_sub(*part as usize);
            here
        });
        let posts = usize::from(POSTS);
        let at = grade.unwrap_or(0) * posts + chance.below(posts);
        if let Some(layer) = layers.get_mut(at) {
            layer
                .objects
                .push(blind(suite, &secret, *code).ticket(suite));
        }
    }
    layers
        .iter_mut()
        .for_each(|layer| layer.objects.sort_unstable());
    let organ = code(1).ok_or("18 digits")?;
    Ok(Frame {
        suite,
        title: "bench".to_owned(),
        organ,
        law: String::new(),
        secret: format!("{:x}", secret_digest(suite, &secret)),
        source: Source::Lottery {
            name: "bench".to_owned(),
            number: "1".to_owned(),
            on: jiff::civil::date(2026, 9, 8),
            form: Form::read("6/1-33;1/1-16").ok_or("form")?,
        },
        items: Vec::new(),
        posts: vec![Post { organ, size: 2 }; usize::from(POSTS)],
        inspectors: (0..inspectors)
            .map(|number| inspector(number, chance))
            .collect(),
        layers,
        recused: Vec::new(),
    })
}

/// Holds two to four of the posts.
fn inspector(number: usize, chance: &mut Dice) -> Inspector {
    let wanted = 2 + chance.below(3);
    let mut posts = std::collections::BTreeSet::new();
    while posts.len() < wanted {
        posts.extend(u16::try_from(chance.below(usize::from(POSTS))));
    }
    Inspector {
        certificate: number.to_string(),
        posts: posts.into_iter().collect(),
        load: 0,
    }
}

/// One in two hundred of all pairs of an object that will be drawn and an inspector.
fn recuse(frame: &mut Frame, lots: &[Lot], chance: &mut Dice) {
    let mut drawn: Vec<Ticket> = Vec::new();
    for (layer, lot) in frame.layers.iter().zip(lots) {
        let objects = lot.drawn().iter();
        drawn.extend(objects.filter_map(|at| layer.objects.get(*at as usize)));
    }
    let inspectors = frame.inspectors.len();
    let count = drawn.len() * inspectors / 200;
    let mut recused = std::collections::BTreeSet::new();
    while recused.len() < count {
        let inspector = u32::try_from(chance.below(inspectors)).unwrap_or(0);
        let object = drawn.get(chance.below(drawn.len()));
        recused.extend(object.map(|ticket| (inspector, *ticket)));
    }
    frame.recused = recused.into_iter().collect();
}

/// Difference of loads; an error where a rule is broken.
fn spread(frame: &Frame, assigned: &Assigned) -> Outcome<u32> {
    for job in &assigned.jobs {
        let [one, other] = job.team[..] else {
            return Err("a job is short".into());
        };
        let wrong = |member: u32| {
            let inspector = frame.inspectors.get(member as usize);
            let able = inspector.is_some_and(|one| one.posts.contains(&job.post));
            !able || frame.recused.binary_search(&(member, job.ticket)).is_ok()
        };
        if one == other || wrong(one) || wrong(other) {
            return Err("a rule is broken".into());
        }
    }
    let (least, most) = (assigned.loads.iter().min(), assigned.loads.iter().max());
    Ok(most.zip(least).map_or(0, |(most, least)| most - least))
}
