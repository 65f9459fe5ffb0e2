//! The binary as others use it: real processes, a real store, a hand-moved clock.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod draw;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod law;
#[cfg(test)]
mod place;
#[cfg(test)]
mod together;
