//! Benchmarks; see the README beside this file.
//!
//! Every work prints one line `RESULT {...}` that states its conditions. A work that checks also
//! compares its answer with the expected one and fails where they differ: a fast wrong answer is
//! no figure.

pub mod ask;
pub mod check;
pub mod code;
pub mod draw;
pub mod house;
pub mod ledger;
pub mod measure;
pub mod screen;
pub mod search;
pub mod served;
pub mod through;

use std::error::Error;

/// What a work ends with.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
