//! The tests of the crate, in one binary. Servers are real and on loopback; nothing is mocked.

#[cfg(test)]
mod adapter;
#[cfg(test)]
mod book;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod post;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sms;
