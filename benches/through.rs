//! A file through everything: checked, resolved, in the ledger, the views and the index, on disk.

use crate::Outcome;
use crate::ask::Ask;
use crate::house::House;
use crate::measure::{processor, rate, seconds, suite_word, tell, timed};
use desk::Actor;
use desk::entity::Confirmed;
use desk::intake::{Mode, Order, Summary};
use desk::ports::{Ledger, Store};
use domain::code::Code;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// `--file OUT` of `penalty_2018.py` into a fresh `--folder`. The register is taken over first and
/// not counted.
pub fn run(ask: &Ask) -> Outcome<()> {
    let folder = fresh(ask)?;
    let suite = ask.suite()?;
    let house = House::open(&folder, suite)?;
    let out = ask.text("file")?;
    let filer = house.organs(Path::new(&format!("{out}.organs.tsv")))?;
    let (imported, importing) = import(&house, Path::new(&format!("{out}.entities.csv")))?;
    let (before, bytes) = (house.store.size()?, house.bytes());
    let begin = processor();
    let (summary, time) = timed(|| intake(&house, filer, format!("{out}.csv").into()));
    let (summary, used) = (summary?, processor() - begin);
    let entries = house.store.size()? - before;
    let indexed = house.desk.index.read().map_or(0, |reader| reader.as_of());
    if entries != summary.accepted + 1 || indexed != house.store.size()? || summary.accepted == 0 {
        return Err(format!("{entries} entries, index at {indexed}: {summary:?}").into());
    }
    tell(
        "through",
        json!({
            "rows": summary.rows, "rows_per_s": rate(summary.rows, time), "total_s": seconds(time),
            "processor_us_per_row": (used * 1e7 / summary.rows as f64).round() / 10.0,
            "accepted": summary.accepted, "rejected": summary.rejected, "findings": summary.findings,
            "entries": entries, "database_mb": (house.bytes() - bytes) >> 20, "durable": true,
            "suite": suite_word(suite), "entities": imported, "import_per_s": rate(imported, importing),
        }),
    )
}

/// Makes the data folder that look-ups are measured on: `--entities` (CSV) and `--file` as above.
pub fn city(ask: &Ask) -> Outcome<()> {
    let folder = fresh(ask)?;
    let house = House::open(&folder, ask.suite()?)?;
    let out = ask.text("file")?;
    let filer = house.organs(Path::new(&format!("{out}.organs.tsv")))?;
    let (imported, importing) = import(&house, &ask.path("entities")?)?;
    let (summary, time) = timed(|| intake(&house, filer, format!("{out}.csv").into()));
    let summary = summary?;
    // One file without a log beside it, as after a backup.
    let copy = folder.join("copy.db");
    house.store.backup(&copy)?;
    let (database, store) = (house.database.clone(), Arc::clone(&house.store));
    drop(house);
    drop(store);
    fs::rename(copy, database)?;
    tell(
        "city",
        json!({
            "entities": imported, "import_per_s": rate(imported, importing), "accepted": summary.accepted,
            "rejected": summary.rejected, "findings": summary.findings, "rows_per_s": rate(summary.rows, time),
            "suite": suite_word(ask.suite()?), "durable": true,
        }),
    )
}

fn fresh(ask: &Ask) -> Outcome<PathBuf> {
    let folder = ask.path("folder")?;
    if folder.join("chengheng.db").exists() {
        return Err(format!("{} has a ledger already", folder.display()).into());
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn import(house: &House, file: &Path) -> Outcome<(u64, Duration)> {
    let operator = Actor::operator();
    let (imported, time) = timed(|| {
        house
            .desk
            .import_entities(&operator, file, &Confirmed::None, &mut |_| {})
    });
    let imported = imported?;
    match imported.problems.first() {
        None => Ok((imported.added, time)),
        Some((row, reason)) => Err(format!("row {row} of the register: {reason}").into()),
    }
}

fn intake(house: &House, filer: Code, file: PathBuf) -> Outcome<Summary> {
    let order = Order {
        source: "penalty-2018".to_owned(),
        filer,
        actor: Actor {
            name: "bench".to_owned(),
            organ: Some(filer),
        },
        file,
        mode: Mode::New,
        dry_run: false,
        answer: None,
    };
    Ok(house.desk.intake(&order, &mut |_| {})?)
}
