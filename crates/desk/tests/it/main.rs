//! Tests of the desk against the repository's own data.

mod sources;
