//! Codes a second, one core: the whole check with its reasons, as intake and `code check` use it.

use crate::ask::Ask;
use crate::measure::{rate, tell, timed};
use crate::{Outcome, house};
use domain::code::{Verdict, check};
use serde_json::json;
use std::fs;
use std::hint::black_box;
use std::time::Duration;

/// Checks every code of a file (one a line) `--times` times over.
pub fn run(ask: &Ask) -> Outcome<()> {
    let text = fs::read_to_string(ask.path("file")?)?;
    let codes: Vec<&str> = text.lines().collect();
    let law = house::law()?;
    let valid = codes
        .iter()
        .filter(|code| check(code, law.exceptions()).verdict == Verdict::Valid)
        .count();
    let mut best = Duration::MAX;
    for _ in 0..ask.number("times", 10)? {
        let ((), time) = timed(|| {
            for code in &codes {
                black_box(check(black_box(code), law.exceptions()));
            }
        });
        best = best.min(time);
    }
    let (n, per_s) = (codes.len(), rate(codes.len() as u64, best));
    tell(
        "code",
        json!({ "n": n, "valid": valid, "per_s": per_s, "threads": 1, "warm": true }),
    )
}
