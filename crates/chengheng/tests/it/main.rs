//! The binary as others use it: real processes, a real store, a hand-moved clock.

mod contract;
mod crash;
mod hostile;
mod journey;
mod place;
mod together;
