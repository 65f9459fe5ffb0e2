//! The law pack of this repository, and packs that must not load.

#[cfg(test)]
mod blanks;
#[cfg(test)]
mod difference;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod inspections;
#[cfg(test)]
mod library;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod procedure;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod referral;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod support;
#[cfg(test)]
mod town;
