//! The fifteen checks of the peers' file, without a store: every error with row, field and rule.

use crate::ask::Ask;
use crate::house::TODAY;
use crate::measure::{cores, rate, seconds, tell, timed};
use crate::{Outcome, house};
use desk::intake::pipeline::{self, Summary};
use domain::intake::{Context, Finding};
use serde_json::{Map, Value, json};
use sheet::Limits;
use std::fs::{self, File};
use std::io::{BufWriter, Write};

/// Checks `--file` and compares the counts with `--errors`.
pub fn run(ask: &Ask) -> Outcome<()> {
    let expected: Map<String, Value> =
        serde_json::from_str(&fs::read_to_string(ask.path("errors")?)?)?;
    let law = house::law()?;
    let (summary, time) = timed(|| checked(ask, law.exceptions()));
    let summary = summary?;
    let mut found = Map::from_iter([
        ("rows".to_owned(), summary.rows.into()),
        ("bad_rows".to_owned(), summary.rejected.into()),
    ]);
    found.extend(
        summary
            .findings
            .iter()
            .map(|(code, rows)| (code.clone(), (*rows).into())),
    );
    let same = found == expected;
    tell(
        &ask.work,
        json!({
            "rows": summary.rows, "rows_per_s": rate(summary.rows, time), "total_s": seconds(time),
            "same_as_reference": same, "store": false, "detail": "row, field, rule and value of each error in a file",
        }),
    )?;
    if same {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, found {found:?}").into())
    }
}

fn checked(ask: &Ask, exceptions: &domain::code::Exceptions) -> Outcome<Summary> {
    let sources = house::sources("benches/sources")?;
    let plan = sources
        .get("peer-penalty")
        .ok_or("no source peer-penalty")?;
    let table = sheet::open(&ask.path("file")?, &Limits::default())?;
    let bound = plan
        .bind(table.header())
        .map_err(|findings| format!("{findings:?}"))?;
    let context = Context {
        today: TODAY,
        exceptions,
    };
    let mut out = BufWriter::new(File::create(ask.path("findings")?)?);
    let mut broken = None;
    let mut sink = |row: u32, finding: &Finding| {
        let field = finding
            .field
            .as_ref()
            .map_or("", |field| field.code.as_ref());
        let line = writeln!(out, "{row}\t{field}\t{}\t{}", finding.code, finding.value);
        broken = broken.take().or(line.err());
    };
    let summary = pipeline::check(
        table,
        &bound,
        &context,
        ask.number("threads", cores())?,
        &mut sink,
    )?;
    out.flush()?;
    broken.map_or(Ok(summary), |error| Err(error.into()))
}
