//! Feedback: what came of measures.

mod worth;

pub(crate) use worth::worth;
