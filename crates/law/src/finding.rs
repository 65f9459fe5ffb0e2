//! What is wrong with a pack, in words the person who edited the file can act on.

use std::fmt;

/// One fault of a law file. A pack with a finding does not load.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path of the file inside `law/`.
    pub file: String,
    /// Line the fault is on, counted from 1.
    pub line: usize,
    /// Chinese text.
    pub message: String,
}

impl Finding {
    pub(crate) fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{} {}", self.file, self.line, self.message)
    }
}
