//! Tests of the desk against the repository's own data.

#[cfg(test)]
mod sources;
