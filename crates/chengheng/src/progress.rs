//! Progress on standard error, where a person looks on.

use crate::Out;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Counts rows of unknown number.
pub fn rows(out: Out) -> ProgressBar {
    styled(None, out, "{spinner} 已处理 {human_pos} 行　{elapsed}")
}

/// Counts entries of the ledger.
pub fn entries(out: Out) -> ProgressBar {
    styled(
        Some(0),
        out,
        "{bar:40} {human_pos}/{human_len} 条　{elapsed}",
    )
}

/// Counts simulated days.
pub fn days(length: u64, out: Out) -> ProgressBar {
    styled(
        Some(length),
        out,
        "{bar:40} {msg}　第 {human_pos}/{human_len} 天　{elapsed}",
    )
}

fn styled(length: Option<u64>, out: Out, template: &str) -> ProgressBar {
    let target = if out.json {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(length, target);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
