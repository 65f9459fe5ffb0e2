//! Finding an entity by what a person types: code, part of a name, former name, pinyin initials.
//!
//! Both databases index the tokens made here, so recall is the same on both. Bigrams, because a
//! dictionary loses brands and trigrams cannot answer two characters.

use domain::entity::plain_name;
use pinyin::ToPinyin;

/// What a person typed, in the forms it may match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text without blanks, brackets folded, upper case.
    pub plain: String,
    /// Bigrams of `plain`, each of which must occur; empty for a single character.
    pub grams: Vec<String>,
    /// Bigrams of pinyin initials (marked `~`), if the text is Latin letters only.
    pub initials: Vec<String>,
}

/// Prepares a search text; `None` if nothing is left of it.
pub fn query(text: &str) -> Option<Query> {
    let plain = plain_name(text);
    if plain.is_empty() {
        return None;
    }
    let letters = plain.chars().all(|c| c.is_ascii_alphabetic());
    let initials = if letters { marked(&bigrams(&plain)) } else { Vec::new() };
    Some(Query { grams: bigrams(&plain), initials, plain })
}

/// The tokens of a name for the full-text index, separated by blanks.
pub fn name_tokens(name: &str) -> String {
    bigrams(&plain_name(name)).join(" ")
}

/// The tokens of a name's pinyin initials, separated by blanks.
pub fn initial_tokens(name: &str) -> String {
    marked(&bigrams(&initials(name))).join(" ")
}

/// First letters of the pinyin of a name, upper case; Latin letters and digits stay.
pub fn initials(name: &str) -> String {
    let plain = plain_name(name);
    let mut out = String::new();
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some((word, letters)) = READINGS.iter().find(|(word, _)| rest.starts_with(word)) {
            out.push_str(letters);
            rest = rest.get(word.len()..).unwrap_or_default();
            continue;
        }
        if first.is_ascii_alphanumeric() {
            out.push(first);
        } else if let Some(letter) = first.to_pinyin().and_then(|p| p.first_letter().chars().next()) {
            out.push(letter.to_ascii_uppercase());
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Words whose characters have several readings, as they are read in names.
const READINGS: &[(&str, &str)] = &[
    ("重庆", "CQ"),
    ("厦门", "XM"),
    ("长安", "CA"),
    ("长江", "CJ"),
    ("长城", "CC"),
    ("长春", "CC"),
    ("长沙", "CS"),
    ("长清", "CQ"),
    ("朝阳", "CY"),
    ("银行", "YH"),
    ("商行", "SH"),
    ("行业", "HY"),
    ("重工", "ZG"),
    ("重型", "ZX"),
    ("会计", "KJ"),
    ("莘县", "SX"),
    ("单县", "SX"),
    ("乐陵", "LL"),
    ("东阿", "DE"),
    ("台儿庄", "TEZ"),
];

fn bigrams(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

fn marked(grams: &[String]) -> Vec<String> {
    grams.iter().map(|gram| format!("~{gram}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_read_names_as_people_do() {
        for (name, wanted) in [
            ("枣庄市华泰化工有限公司", "ZZSHTHGYXGS"),
            ("重庆银行（Ａ）", "CQYHA"),
            ("台儿庄区长江商行", "TEZQCJSH"),
        ] {
            assert_eq!(initials(name), wanted, "{name}");
        }
    }

    #[test]
    fn a_text_of_letters_may_be_initials() {
        let query = query(" hthg ").unwrap();
        assert_eq!(query.plain, "HTHG");
        assert_eq!(query.initials, ["~HT", "~TH", "~HG"]);
        assert!(initial_tokens("枣庄市华泰化工有限公司").contains("~HT ~TH ~HG"));
    }
}
