//! Entities: who is registered, under which names, and when two statements mean the same one.

use crate::code::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An organisation as its register states it.
///
/// STORED: the head of `entity-registered` entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    pub code: Code,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<Date>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What the register calls its type, in the register's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// Six-digit division of residence; where the register names none, the division in the code.
    pub division: String,
    /// Old registration, tax or institution numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The code breaks GB 32100 and was accepted because somebody confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nonconforming: bool,
    /// Known only from a filed document; the register has not confirmed it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Which register or document states this.
    pub source: String,
}

/// A change of name; the former one stays findable.
///
/// STORED: the head of `entity-renamed` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    pub code: Code,
    pub former: String,
    pub name: String,
    pub since: Date,
    pub source: String,
}

/// An old number that means this entity.
///
/// STORED: the head of `entity-aliased` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aliased {
    pub code: Code,
    pub alias: String,
    pub source: String,
}

/// A document names an entity's code beside a name the entity never bore; a person has to look.
///
/// STORED: the head of `doubted` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubted {
    pub code: Code,
    /// The name in the document.
    pub stated: String,
    /// The name in the register.
    pub registered: String,
    pub docket: String,
    /// Who handed the document in.
    pub filer: Code,
    pub source: String,
    pub on: Date,
}

/// An administrative organ (行政机关/部门) that files, decides or looks up.
///
/// STORED: the head of `organ-registered` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organ {
    pub code: Code,
    pub name: String,
    /// The organ above it, where the register of organs says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Code>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub division: String,
}

/// What the registry knows about the code a document states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// No entity has this code.
    Nobody,
    /// The code's entity bears this name today.
    Current { name: &'a str, provisional: bool },
    /// The code's entity bore this name formerly; today's is given.
    Former { today: &'a str },
    /// The code belongs to an entity that never bore this name.
    Another { name: &'a str },
}

/// What we conclude from a party's code and name.
///
/// The code decides, the name only confirms: real registers hold eight firms of one name, and
/// tens of thousands of pairs one character apart. A contradiction goes to a person (R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Same,
    /// Accepted; the document used a name that was given up.
    FormerName,
    /// Accepted for a provisional entity until the register confirms it.
    Provisional,
    /// Not accepted: the name belongs to somebody else, or the register is behind.
    Doubt,
}

/// Concludes whom a party means.
pub fn resolve(known: &Known<'_>) -> Resolution {
    match known {
        Known::Current { .. } => Resolution::Same,
        Known::Former { .. } => Resolution::FormerName,
        Known::Nobody => Resolution::Provisional,
        Known::Another { .. } => Resolution::Doubt,
    }
}

/// A name reduced to what distinguishes it: width, brackets, blanks and case do not.
pub fn plain_name(name: &str) -> String {
    name.chars().filter_map(plain_char).collect()
}

fn plain_char(c: char) -> Option<char> {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '〔' | '【' | '『' => '(',
        '〕' | '】' | '』' => ')',
        other => other,
    };
    match c {
        ' ' | '\u{3000}' | '\t' | '\u{200b}' | '\u{feff}' | '\u{a0}' | '·' => None,
        '[' => Some('('),
        ']' => Some(')'),
        other => Some(other.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradicting_name_is_a_doubt_and_never_a_match() {
        let cases = [
            (
                Known::Current {
                    name: "甲",
                    provisional: false,
                },
                Resolution::Same,
            ),
            (Known::Former { today: "乙" }, Resolution::FormerName),
            (Known::Nobody, Resolution::Provisional),
            (Known::Another { name: "乙" }, Resolution::Doubt),
        ];
        for (known, wanted) in cases {
            assert_eq!(resolve(&known), wanted, "R34 {known:?}");
        }
    }

    #[test]
    fn width_brackets_and_blanks_do_not_distinguish_names() {
        assert_eq!(
            plain_name("枣庄（拟）ＡＢ 有限公司"),
            plain_name("枣庄(拟)ab有限公司")
        );
        assert_ne!(
            plain_name("枣庄拟珩有限公司"),
            plain_name("枣庄拟衡有限公司")
        );
    }
}
