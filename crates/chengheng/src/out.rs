//! What a command prints: lines for people, or one JSON object for machines.

use crate::Stop;
use serde::Serialize;
use std::io::{self, Write};

/// Standard output of a command.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// The last line is one JSON object; lines for people are left out.
    pub json: bool,
}

impl Out {
    /// A line for people.
    pub fn say(self, line: impl AsRef<str>) -> Result<(), Stop> {
        if self.json { Ok(()) } else { self.print(line) }
    }

    /// A line that is the answer itself, whoever reads it.
    pub fn print(self, line: impl AsRef<str>) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", line.as_ref())?;
        Ok(out.flush()?)
    }

    /// The last line for machines.
    pub fn last(self, object: &impl Serialize) -> Result<(), Stop> {
        if !self.json {
            return Ok(());
        }
        self.print(serde_json::to_string(object).map_err(Stop::fault)?)
    }

    /// Why the command did not do what it was asked: to people on standard error.
    pub fn stop(self, stop: &Stop) {
        if matches!(stop, Stop::Gone) {
            return;
        }
        eprintln!("{}", stop.text());
        // Nobody can be told that standard output is gone.
        let _ = self.last(&serde_json::json!({ "error": stop.word(), "message": stop.text() }));
    }
}
