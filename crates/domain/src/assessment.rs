//! Assessment (考核): the formulas organs are measured by.

use serde::Serialize;

/// One share that is measured, for example filings in time over filings due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Formula {
    pub word: String,
    pub name: String,
    /// Words of what is counted above and below the line.
    pub over: String,
    pub of: String,
    /// The formula as the law words it.
    pub text: String,
}

impl Formula {
    /// The share in basis points (1/10 000), rounded towards zero; `None` where nothing was due.
    pub fn points(over: u64, of: u64) -> Option<u64> {
        over.checked_mul(10_000)?.checked_div(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_no_share() {
        assert_eq!(Formula::points(8, 10), Some(8_000));
        assert_eq!(Formula::points(2, 3), Some(6_666));
        assert_eq!(Formula::points(0, 0), None);
    }
}
