//! Docket (文号): the number of a document, normalised for display and for matching.
//!
//! Two organs write 枣市监罚〔2026〕1号 in a dozen ways. Matching must see one document in them,
//! because the same decision filed twice weighs twice (DQ1009).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use std::fmt;

/// What makes two filings the same decision: organ, docket, party, kinds.
///
/// The first half of a SHA-256, so nobody can craft two decisions with one key.
///
/// STORED: written in ledger entries as 32 hexadecimal digits, and indexed for uniqueness.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 16]);

impl Key {
    /// Digests texts in order; the border between two texts counts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update(text.as_bytes());
            digest.update([0]);
        }
        Self::first_half(digest.finalize().into())
    }

    fn first_half(digest: [u8; 32]) -> Self {
        let mut key = [0; 16];
        key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(key)
    }

    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// Takes a stored key back.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads 32 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        let value = u128::from_str_radix(text, 16).ok()?;
        (text.len() == 32).then_some(Self(value.to_be_bytes()))
    }

    /// The key of a decision within a document: first half of `document`, second half of this.
    ///
    /// The keys of one document thus lie side by side, and its duty finds them in one index.
    pub fn within(self, document: Self) -> Self {
        Self::of_halves(document.halves().0, self.halves().1)
    }

    /// The half that all keys of one document share, and the rest.
    pub fn halves(self) -> (u64, u64) {
        let half = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        };
        let (document, part) = self.0.split_at(8);
        (half(document), half(part))
    }

    /// Takes a key back from its halves.
    pub fn of_halves(document: u64, part: u64) -> Self {
        Self((u128::from(document) << 64 | u128::from(part)).to_be_bytes())
    }

    /// Half of the key: enough to tell the rows of one file apart, in half the memory.
    pub fn short(&self) -> u64 {
        self.halves().0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({self})")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("a key has 32 hexadecimal digits"))
    }
}

/// The key of a decision. `party` is the code, or the name where there is no code.
pub fn key(organ: &str, docket: &str, party: &str, kinds: &[String]) -> Key {
    // One text with a zero byte behind each part is what `Key::of` digests of the parts.
    let mut text = String::with_capacity(256);
    plain(organ, &mut text);
    text.push('\0');
    matching(docket, &mut text);
    text.push('\0');
    plain(party, &mut text);
    text.push('\0');
    for kind in in_order(kinds) {
        text.push_str(&kind);
        text.push('\0');
    }
    Key::first_half(Sha256::digest(text.as_bytes()).into())
}

fn in_order(kinds: &[String]) -> Vec<String> {
    let folded = kinds.iter().map(|kind| {
        let mut folded = String::with_capacity(kind.len());
        plain(kind, &mut folded);
        folded
    });
    let mut sorted: Vec<String> = folded.collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// The docket as it is shown: half-width digits, 〔〕 around the year, no spaces.
pub fn display(docket: &str) -> String {
    if is_regular(docket) && docket.chars().filter(|c| is_bracket(*c)).count() == 2 {
        return docket.to_owned();
    }
    let folded: Vec<char> = docket.chars().map(fold).filter(|c| !is_blank(*c)).collect();
    let mut shown = String::with_capacity(docket.len());
    let mut rest = folded.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        if let Some((year, after)) = bracketed_year(rest) {
            shown.push('〔');
            shown.extend(year);
            shown.push('〕');
            rest = after;
        } else {
            shown.push(*first);
            rest = tail;
        }
    }
    shown
}

/// Whether the docket already stands as it should: one 〔year〕, nothing to normalise (DQ1014).
pub fn is_regular(docket: &str) -> bool {
    let Some((before, rest)) = docket.split_once('〔') else {
        return false;
    };
    let Some((year, after)) = rest.split_once('〕') else {
        return false;
    };
    let plain = |part: &str| {
        !part
            .chars()
            .any(|c| is_blank(c) || fold(c) != c || c == '〔' || c == '〕')
    };
    is_year(year) && plain(before) && plain(after)
}

/// The year in the docket, where one stands in brackets of any kind.
pub fn year(docket: &str) -> Option<i16> {
    let shown = display(docket);
    let (_, rest) = shown.split_once('〔')?;
    rest.split_once('〕')?.0.parse().ok()
}

// The docket reduced to what distinguishes it: without brackets, 第, 号 and leading zeros.
fn matching(docket: &str, key: &mut String) {
    let start = key.len();
    let mut zeros = true;
    for c in docket.chars().map(fold) {
        if is_blank(c) || c == '第' {
            continue;
        }
        if is_bracket(c) || c == '号' || c == '-' {
            if key.len() > start {
                key.push('|');
            }
            zeros = true;
            continue;
        }
        if c == '0' && zeros {
            continue;
        }
        zeros = !c.is_ascii_digit();
        key.push(c.to_ascii_uppercase());
    }
    key.truncate(key.trim_end_matches('|').len());
}

fn bracketed_year(rest: &[char]) -> Option<(&[char], &[char])> {
    let (open, tail) = rest.split_first()?;
    let (year, tail) = tail.split_at_checked(4)?;
    let (close, after) = tail.split_first()?;
    let text: String = year.iter().collect();
    (is_bracket(*open) && is_bracket(*close) && is_year(&text)).then_some((year, after))
}

// Four digits that begin like a year of an administrative document.
fn is_year(text: &str) -> bool {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text.starts_with("19") || text.starts_with("20"))
}

fn plain(text: &str, out: &mut String) {
    // ASCII without blanks, and characters from U+4000 to U+9FFF: nothing to fold or to leave out.
    let usual = |byte: &u8| matches!(byte, b'!'..=b'~' | 0x80..=0xbf | 0xe4..=0xe9);
    if text.as_bytes().iter().all(usual) {
        let start = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_uppercase();
        }
        return;
    }
    let folded = text.chars().map(fold).filter(|c| !is_blank(*c));
    out.extend(folded.map(|c| c.to_ascii_uppercase()));
}

/// Full-width forms of ASCII become ASCII; every other character stays.
pub(crate) fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Blanks people paste: spaces of every width, line ends, zero-width marks.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}')
}

fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '〔' | '〕'
            | '['
            | ']'
            | '('
            | ')'
            | '【'
            | '】'
            | '{'
            | '}'
            | '〈'
            | '〉'
            | '<'
            | '>'
            | '［'
            | '］'
            | '（'
            | '）'
            | '﹝'
            | '﹞'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A full-width blank is left out, and keeps a text from being taken as it stands.
        #[test]
        fn what_needs_no_folding_comes_out_like_the_rest(text in "[ -~一-龥０-９　é]{0,12}|.*") {
            let (mut short, mut long) = (String::new(), String::new());
            plain(&text, &mut short);
            plain(&format!("　{text}"), &mut long);
            prop_assert_eq!(short, long);
        }
    }

    #[test]
    fn dq1009_one_decision_has_one_key_however_it_is_written() {
        let kinds = vec!["罚款".to_owned(), "警告".to_owned()];
        let turned = vec!["警告".to_owned(), "罚款".to_owned()];
        let of = |docket: &str, kinds: &[String]| key("11370400MB2857421H", docket, "拟甲", kinds);
        let one = of("枣市监罚〔2026〕1号", &kinds);
        let ways = [
            "枣市监罚[2026]1号",
            "枣市监罚（2026）第1号",
            "枣市监罚【２０２６】００１号",
            "枣市监罚 〔2026〕 1 号",
            "枣市监罚(2026)0001号",
        ];
        for way in ways {
            assert_eq!(of(way, &turned), one, "{way}");
        }
        for other in [
            "枣市监罚〔2026〕11号",
            "枣市监罚〔2025〕1号",
            "枣市监罚〔2026〕10号",
            "滕市监罚〔2026〕1号",
        ] {
            assert_ne!(of(other, &kinds), one, "{other}");
        }
        assert_ne!(key("A", "B1", "C", &[]), key("AB", "1", "C", &[]));
    }

    #[test]
    fn dq1014_shows_every_docket_in_the_prescribed_brackets() {
        let cases = [
            ("枣市监罚[2026]1号", "枣市监罚〔2026〕1号", false),
            ("枣市监罚（２０２６） 第1号", "枣市监罚〔2026〕第1号", false),
            ("枣市监罚〔2026〕1号", "枣市监罚〔2026〕1号", true),
            ("枣（交）罚〔2026〕1号", "枣(交)罚〔2026〕1号", false),
            ("枣市监罚2026-1号", "枣市监罚2026-1号", false),
        ];
        for (docket, shown, regular) in cases {
            assert_eq!(
                (display(docket).as_str(), is_regular(docket)),
                (shown, regular),
                "{docket}"
            );
        }
        assert_eq!(year("枣市监罚[2026]1号"), Some(2026));
        assert_eq!(year("枣市监罚2026第1号"), None);
    }

    #[test]
    fn a_key_is_written_and_read_back() {
        let key = Key::of(["a"]);
        assert_eq!(Key::read(&key.to_string()), Some(key));
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<Key>(&text).unwrap(), key);
        assert_eq!((Key::read("12"), key.bytes().len()), (None, 16));
    }
}
