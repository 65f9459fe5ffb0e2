//! Keys that never change, so that texts and signatures can be compared with golden ones. They sign
//! nothing real.

use domain::ledger::hash::Suite;
use seal::Signer;

pub const SUITES: [Suite; 2] = [Suite::National, Suite::International];

pub fn signer(suite: Suite) -> Signer {
    Signer::parse(match suite {
        Suite::National => NATIONAL,
        Suite::International => INTERNATIONAL,
    })
    .unwrap()
}

/// Private key `01 02 … 20`.
pub const NATIONAL: &str = "PRIVATE+KEY+credit.example/ledger+b8c0df07+/3NtMi1zbTMBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA==";

/// Example key in the documentation of Go's `sumdb/note`.
pub const INTERNATIONAL: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
