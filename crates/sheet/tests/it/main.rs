//! One binary for all tests of the crate.

mod answers;
mod bounds;
mod craft;
mod hostile;
mod mutate;
mod text;
mod workbooks;
