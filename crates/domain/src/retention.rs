//! Retention (保存期限): how long something is kept before it is destroyed.

use jiff::Span;
use serde::Serialize;

/// A period of the retention schedule (R112).
#[derive(Debug, Clone, Serialize)]
pub struct Retention {
    /// Word of what is kept, for example `access-log`.
    pub what: String,
    pub keep: Span,
}

// Spans have no order of their own; here the written units decide, as in a publicity term.
impl PartialEq for Retention {
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what && self.keep.fieldwise() == other.keep.fieldwise()
    }
}
