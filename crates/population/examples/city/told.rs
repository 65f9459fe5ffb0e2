//! The line a work prints.

use crate::Outcome;
use serde_json::{Value, json};
use std::time::Instant;

/// Prints what was measured since `begin`, with processor time and peak memory of this process.
pub fn tell(work: &str, begin: Instant, result: Value) -> Outcome {
    let seconds = begin.elapsed().as_secs_f64();
    let mut line = json!({
        "work": work,
        "seconds": (seconds * 1e4).round() / 1e4,
        "processor_s": processor(),
        "peak_mb": peak_mb(),
    });
    if let (Some(line), Value::Object(result)) = (line.as_object_mut(), result) {
        line.extend(result);
    }
    println!("RESULT {line}");
    Ok(())
}

/// Processor seconds of this process so far, on all cores.
pub fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text
        .rsplit_once(") ")
        .map_or("", |(_, rest)| rest)
        .split(' ');
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Greatest resident memory so far, in MB.
fn peak_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes = kilobytes.and_then(|text| text.parse::<f64>().ok());
    kilobytes.map_or(0.0, |size| (size / 102.4).round() / 10.0)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
