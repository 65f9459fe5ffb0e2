//! The second stage beside the peers of `peers/rules`.

use crate::Outcome;
use crate::ask::Ask;
use crate::scales::{PEER, peer};
use crate::told;
use domain::grade::{Column, Sheet};
use population::score;
use serde_json::json;
use std::time::Instant;

/// `file`: 32-bit numbers, least byte first, column after column in the order of [`PEER`].
pub fn run(ask: &Ask) -> Outcome {
    let bytes = std::fs::read(ask.text("file")?)?;
    let threads = usize::try_from(ask.number("threads", 2)?)?;
    let numbers: Vec<i32> = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| i32::from_le_bytes(*word))
        .collect();
    drop(bytes);
    let rows = numbers.len() / PEER.len();
    let columns: Vec<Column<'_>> = numbers.chunks(rows).map(Column::Narrow).collect();
    let scale = peer();
    let fault = |misfit| format!("{misfit:?}");
    for round in 0..ask.number("rounds", 5)? {
        let (begin, before) = (Instant::now(), told::processor());
        let sheets = score(&scale, &columns, threads).map_err(fault)?;
        let seconds = begin.elapsed().as_secs_f64();
        let spent = told::processor() - before;
        let debtor = columns.get(11).ok_or("no debtors")?;
        told::tell(
            "columns",
            begin,
            json!({
                "round": round,
                "rows": rows,
                "threads": threads,
                "score_s": (seconds * 1e5).round() / 1e5,
                "score_processor_s": (spent * 100.0).round() / 100.0,
                "entities_per_s": (rows as f64 / seconds).round(),
                "point_columns": sheets.first().map_or(0, |sheet| sheet.points.len()),
                "checksum": checksum(&sheets, debtor),
            }),
        )?;
    }
    Ok(())
}

/// The peers' measures follow from grade and debtor alone; their checksum is over all three.
fn checksum(sheets: &[Sheet], debtor: &Column<'_>) -> i64 {
    let Column::Narrow(debtors) = debtor else {
        return 0;
    };
    let scores = sheets.iter().flat_map(|sheet| &sheet.score);
    let grades = sheets.iter().flat_map(|sheet| &sheet.grade);
    let mut sum: i64 = 0;
    for (row, ((score, grade), debtor)) in (0i64..).zip(scores.zip(grades).zip(*debtors)) {
        let measures = match grade {
            0 => 3,
            1 => 0,
            2 => 4,
            _ => 8,
        } + if *debtor == 1 { 16 } else { 0 };
        let told = i64::from(*score) * 1_009 + i64::from(*grade) * 31 + measures;
        sum += told * (row % 9_973 + 1);
    }
    sum % 1_000_000_007
}
