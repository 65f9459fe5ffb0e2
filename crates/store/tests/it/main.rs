//! Tests of the embedded store through the ports of the desk.

#[cfg(test)]
mod city;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod find;
#[cfg(test)]
mod group;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tamper;
