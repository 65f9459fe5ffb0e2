//! Legal basis: the article that permits an effect.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A place in a statute, precise enough to be opened and read.
///
/// A basis is copied into every answer of the law, so its texts are shared and a clone is cheap.
///
/// STORED: written in the head of ledger entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Basis {
    /// Folder of the statute under `law/`, for example `cn/ndrc-36-2025`.
    #[serde(serialize_with = "write_text", deserialize_with = "read_text")]
    pub statute: Arc<str>,
    /// Article as the statute numbers it, or an anchor of ours (`N1`) while nobody could read it.
    #[serde(serialize_with = "write_text", deserialize_with = "read_text")]
    pub article: Arc<str>,
    /// Whether a person compared the rule with the statute's own words.
    pub confirmed: bool,
}

// serde shares texts only behind its feature `rc`, which would let any type be written as if shared.
fn write_text<S: Serializer>(text: &Arc<str>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(text)
}

fn read_text<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(from).map(Arc::from)
}

impl fmt::Display for Basis {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} art. {}", self.statute, self.article)
    }
}

/// An answer of the law together with the article that gives it.
///
/// Effects on an entity take a `Ruled<T>` and never a bare `T`, so code that has no basis does not
/// compile. Only `law` makes one (`clippy.toml` bans [`Ruled::by_law`] elsewhere).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ruled<T> {
    value: T,
    basis: Basis,
}

impl<T> Ruled<T> {
    /// States that `basis` gives `value`.
    pub fn by_law(value: T, basis: Basis) -> Self {
        Self { value, basis }
    }

    pub fn value(&self) -> &T {
        &self.value
    }

    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Derives another value from the same article.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Ruled<U> {
        Ruled {
            value: change(self.value),
            basis: self.basis,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_is_written_as_plain_text_and_read_back() {
        let basis = Basis {
            statute: "cn/ndrc-36-2025".into(),
            article: "N1".into(),
            confirmed: false,
        };
        let text = serde_json::to_string(&basis).unwrap();
        assert_eq!(
            text,
            r#"{"statute":"cn/ndrc-36-2025","article":"N1","confirmed":false}"#
        );
        assert_eq!(serde_json::from_str::<Basis>(&text).unwrap(), basis);
    }
}
