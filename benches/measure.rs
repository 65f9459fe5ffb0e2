//! Clocks, memory, and the line a work prints.

use crate::Outcome;
use domain::ledger::Suite;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Threads the machine offers.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Seconds of processor this process has used so far, on all cores.
pub fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold blanks; what follows its bracket does not. A tick is 10 ms.
    let fields = text
        .rsplit_once(") ")
        .map_or("", |(_, rest)| rest)
        .split(' ');
    fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Runs something and says how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let out = work();
    (out, begin.elapsed())
}

/// Greatest resident memory of a process so far, in MB (2^20 bytes); `process` is a number or `self`.
pub fn peak_mb(process: &str) -> Outcome<f64> {
    status(process, "VmHWM:")
}

/// Resident memory of a process now, in MB.
pub fn now_mb(process: &str) -> Outcome<f64> {
    status(process, "VmRSS:")
}

/// Its part that is not a file's: pages of the database mapped into memory are left out.
pub fn own_mb(process: &str) -> Outcome<f64> {
    status(process, "RssAnon:")
}

fn status(process: &str, field: &str) -> Outcome<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no memory stated")?;
    Ok((kilobytes.parse::<f64>()? / 102.4).round() / 10.0)
}

pub fn suite_word(suite: Suite) -> &'static str {
    match suite {
        Suite::National => "sm",
        Suite::International => "sha",
    }
}

/// Things a second, rounded.
pub fn rate(count: u64, time: Duration) -> u64 {
    (count as f64 / time.as_secs_f64().max(1e-9)).round() as u64
}

pub fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// Many durations, to be told as percentiles.
#[derive(Debug, Default)]
pub struct Spread(Vec<Duration>);

impl Spread {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// p50, p99 and the greatest, in microseconds.
    pub fn told(mut self) -> Value {
        self.0.sort_unstable();
        let at = |share: usize| {
            let time = self.0.get((self.0.len().saturating_sub(1)) * share / 1000);
            time.map_or(0.0, |time| (time.as_secs_f64() * 1e7).round() / 10.0)
        };
        json!({ "n": self.0.len(), "p50_us": at(500), "p99_us": at(990), "max_us": at(1000) })
    }
}

/// Prints what was measured, with what holds for every work.
pub fn tell(work: &str, result: Value) -> Outcome<()> {
    let mut line = Map::new();
    line.insert("work".to_owned(), work.into());
    line.insert("cores".to_owned(), cores().into());
    line.insert("processor_s".to_owned(), processor().into());
    line.insert("peak_rss_mb".to_owned(), peak_mb("self")?.into());
    line.insert("own_rss_mb".to_owned(), own_mb("self")?.into());
    if let Value::Object(result) = result {
        line.extend(result);
    }
    println!("RESULT {}", Value::Object(line));
    Ok(())
}

/// A small generator of numbers that are the same in every run.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end` (SplitMix64).
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % end.max(1) as u64).unwrap_or_default()
    }
}
