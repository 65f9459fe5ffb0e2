//! One binary for all tests of the crate.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod craft;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod mutate;
#[cfg(test)]
mod text;
#[cfg(test)]
mod workbooks;
