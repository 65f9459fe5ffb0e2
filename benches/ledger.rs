//! The ledger alone: entries sealed on all cores, appended in blocks, each commit on disk; then
//! inclusion proofs from the file, and their verification.

use crate::Outcome;
use crate::ask::Ask;
use crate::house::House;
use crate::measure::{Dice, Spread, cores, rate, seconds, suite_word, tell, timed};
use desk::ports::{Ledger, Sealed};
use desk::{Actor, Desk, Fault, Pending};
use domain::ledger::checkpoint::Note;
use domain::ledger::event::Redacted;
use domain::ledger::proof::verify_inclusion;
use domain::ledger::{Event, Suite};
use serde_json::json;
use std::collections::VecDeque;
use std::thread;
use std::time::Instant;

/// Entries of one commit.
const BLOCK: usize = 4_000;
/// Proofs made and verified.
const PROOFS: usize = 20_000;

pub fn run(ask: &Ask) -> Outcome<()> {
    let (suite, rows) = (ask.suite()?, ask.number("rows", 1_000_000)?);
    let folder = ask.path("folder")?;
    std::fs::create_dir_all(&folder)?;
    let house = House::open(&folder, suite)?;
    let before = house.store.size()?;
    let (appended, time) = timed(|| append(&house.desk, rows));
    appended?;
    let size = house.store.size()?;
    if size - before != rows as u64 {
        return Err(format!("{} entries instead of {rows}", size - before).into());
    }
    let (prove, verify) = proofs(&house, suite, before, size)?;
    tell(
        "ledger",
        json!({
            "rows": rows, "appends_per_s": rate(rows as u64, time), "total_s": seconds(time), "block": BLOCK,
            "durable": true, "suite": suite_word(suite), "bytes_per_entry": house.bytes() / size.max(1),
            "prove": prove.told(), "verify": verify.told(), "warm": true,
        }),
    )
}

/// The peers' leaf as the one value of an entry that changes no view.
fn leaf(number: usize) -> String {
    format!(
        "{{\"kind\":\"penalty\",\"code\":\"91370402MA{number:08}X\",\"no\":\"枣市监处罚〔2024〕{number}号\",\
         \"decided\":\"2024-05-06\",\"amount\":{},\"basis\":\"食品安全法第一百二十四条\",\
         \"authority\":\"11370400004220\",\"digest\":\"{number:064x}\"}}",
        number * 7
    )
}

fn sealed(desk: &Desk, numbers: std::ops::Range<usize>) -> Result<Vec<Sealed>, Fault> {
    let actor = Actor::operator();
    let seal = |number| {
        let names = vec!["leaf".to_owned()];
        let event = Redacted {
            entry: number as u64,
            names,
            reason: String::new(),
        };
        desk.seal(
            &actor,
            Event::Redacted(event),
            [("leaf".to_owned(), leaf(number))],
        )
    };
    numbers.map(seal).collect()
}

/// One block is sealed while the one before is on its way to disk.
fn append(desk: &Desk, rows: usize) -> Outcome<()> {
    let mut under_way: VecDeque<Pending<()>> = VecDeque::new();
    for from in (0..rows).step_by(BLOCK) {
        let block = block(desk, from, rows.min(from + BLOCK))?;
        under_way.push_back(desk.start(move |transaction| {
            block
                .into_iter()
                .try_for_each(|sealed| transaction.append(sealed).map(drop))
        }));
        if under_way.len() > 2
            && let Some(oldest) = under_way.pop_front()
        {
            oldest.wait()?;
        }
    }
    for pending in under_way {
        pending.wait()?;
    }
    Ok(())
}

fn block(desk: &Desk, from: usize, to: usize) -> Outcome<Vec<Sealed>> {
    let share = (to - from).div_ceil(cores());
    thread::scope(|scope| {
        let shares = (from..to).step_by(share.max(1));
        let hands: Vec<_> = shares
            .map(|at| scope.spawn(move || sealed(desk, at..to.min(at + share))))
            .collect();
        let mut all = Vec::with_capacity(to - from);
        for hand in hands {
            all.extend(hand.join().map_err(|_| "a thread ended unexpectedly")??);
        }
        Ok(all)
    })
}

fn proofs(house: &House, suite: Suite, from: u64, size: u64) -> Outcome<(Spread, Spread)> {
    let (mut prove, mut verify) = (Spread::default(), Spread::default());
    let note = Note::parse(&house.store.checkpoint()?)?;
    let root = note.checkpoint()?.root;
    let mut dice = Dice::new(7);
    for _ in 0..PROOFS {
        let seq = from + dice.below((size - from) as usize) as u64;
        let begin = Instant::now();
        let path = house.store.inclusion(seq, size)?;
        prove.add(begin.elapsed());
        let leaf = house.store.leaf(seq)?.ok_or("an entry without leaf")?;
        let begin = Instant::now();
        let holds = verify_inclusion(suite, &leaf, seq, size, &root, &path);
        verify.add(begin.elapsed());
        if !holds {
            return Err(format!("the proof of entry {seq} does not hold").into());
        }
    }
    Ok((prove, verify))
}
