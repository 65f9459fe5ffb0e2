//! The desk over the real store, and the sources against their golden files.

#[cfg(test)]
mod city_life;
#[cfg(test)]
mod grade;
#[cfg(test)]
mod inspection;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod procedures;
#[cfg(test)]
mod room;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod statute;
