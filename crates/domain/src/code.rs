//! Identifiers: the unified social credit code and what stands beside it.
//!
//! The check of GB 32100-2015 decides about a code. The inner organisation code (GB 11714-1997),
//! the pair of authority and category, and the division only warn: the tables behind them grow, and
//! real codes exist that do not fit. The path of a well-written code is table look-ups and one
//! remainder, without allocation, because whole registers are checked at once.

mod alias;

pub use alias::{is_citizen_id, is_organisation_code, is_registration_number, organisation_check};

use alias::{citizen_holds, organisation_holds};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The 31 symbols of GB 32100 in the order of their values; I O S V Z are left out.
const SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 3^(i-1) mod 31 for the 17 places of the body, and 1 for the check character, so that a right
/// code has the weighted sum 0 mod 31. This form has no "31 minus" whose own mod could be forgotten.
const WEIGHTS: [u8; 18] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1,
];

/// Marks a byte without value; no value below 128 is ever one.
const NONE: u8 = 0x80;

/// Value of each byte in the alphabet of GB 32100.
#[expect(
    clippy::indexing_slicing,
    reason = "the compiler evaluates it and refuses a wrong place"
)]
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < SYMBOLS.len() {
        values[SYMBOLS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Value of each byte in the alphabet 0-9 A-Z of GB 11714, which is wider than that of GB 32100.
#[expect(
    clippy::indexing_slicing,
    reason = "the compiler evaluates it and refuses a wrong place"
)]
const WIDE_VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut byte = b'0';
    while byte <= b'Z' {
        if byte.is_ascii_digit() {
            values[byte as usize] = byte - b'0';
        } else if byte.is_ascii_uppercase() {
            values[byte as usize] = byte - b'A' + 10;
        }
        byte += 1;
    }
    values
};

/// 统一社会信用代码: 18 symbols of the alphabet of GB 32100, in capitals.
///
/// Holding one says nothing about its check character: [`check`] does.
///
/// STORED: written as a string in ledger entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; 18]);

impl Code {
    /// Reads a code the way people write it; `None` unless 18 symbols of the alphabet remain.
    pub fn read(raw: &str) -> Option<Self> {
        let bytes = <&[u8; 18]>::try_from(raw.as_bytes()).ok();
        bytes.and_then(Self::from_bytes).or_else(|| {
            let normal = normalise(raw);
            Self::from_bytes(normal.as_bytes().try_into().ok()?)
        })
    }

    /// Takes bytes that are already normal.
    pub fn from_bytes(bytes: &[u8; 18]) -> Option<Self> {
        remainder(bytes).map(|_| Self(*bytes))
    }

    pub fn as_str(&self) -> &str {
        // INVARIANT: the alphabet is ASCII, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn as_bytes(&self) -> &[u8; 18] {
        &self.0
    }

    /// Registration authority, the first character.
    pub fn authority(&self) -> char {
        char::from(self.0[0])
    }

    /// Category within the authority, the second character.
    pub fn category(&self) -> char {
        char::from(self.0[1])
    }

    /// Division of the authority that first registered (GB/T 2260 at that time).
    pub fn division(&self) -> &str {
        self.as_str().get(2..8).unwrap_or_default()
    }

    /// Organisation code with its own check character (GB 11714).
    pub fn organisation(&self) -> &str {
        self.as_str().get(8..17).unwrap_or_default()
    }

    /// Whether the check character is the one of GB 32100.
    pub fn conforms(&self) -> bool {
        check_bytes(&self.0)
    }

    /// What the first two characters say about the holder.
    pub fn kind(&self) -> Kind {
        match (self.0[0], self.0[1]) {
            (b'1', b'1' | b'9') => Kind::Organ,
            (b'1', b'2') | (b'A', b'1') => Kind::Institution,
            (b'1', b'3') => Kind::MassBody,
            (b'3', b'1'..=b'5' | b'9') => Kind::LegalService,
            (b'5', b'1'..=b'3') => Kind::Social,
            (b'5', b'4' | b'5') => Kind::Committee,
            (b'7', b'1' | b'2' | b'9') => Kind::Religious,
            (b'8', b'1' | b'9') => Kind::Union,
            (b'9', b'1') => Kind::Enterprise,
            (b'9', b'2') => Kind::Individual,
            (b'9', b'3') => Kind::Cooperative,
            (b'N', b'1' | b'2' | b'3' | b'9') => Kind::Collective,
            _ => Kind::Other,
        }
    }

    /// Whether the holder may stand as the organ of a licence or a penalty: bodies registered by
    /// the staffing office, and those a law may authorise (civil affairs, army, rural, other).
    pub fn is_organ(&self) -> bool {
        matches!(self.0[0], b'1' | b'5' | b'A' | b'N' | b'Y')
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Code({})", self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    /// Strict: what we stored is normal, and anything else was not written by us.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = <&[u8; 18]>::try_from(text.as_bytes()).ok();
        bytes
            .and_then(Self::from_bytes)
            .ok_or_else(|| de::Error::custom(format!("`{text}` 不是统一社会信用代码的写法")))
    }
}

/// What sort of body holds a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Enterprise,
    /// 个体工商户
    Individual,
    Cooperative,
    Organ,
    Institution,
    /// 群众团体 whose staff the state plans.
    MassBody,
    /// Social groups, private non-enterprise units and foundations.
    Social,
    /// 村民委员会、居民委员会
    Committee,
    /// Law firms, notaries, legal service offices, forensic and arbitral bodies.
    LegalService,
    Religious,
    Union,
    /// 农村集体经济组织
    Collective,
    Other,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "企业",
            Self::Individual => "个体工商户",
            Self::Cooperative => "农民专业合作社",
            Self::Organ => "机关",
            Self::Institution => "事业单位",
            Self::MassBody => "群众团体",
            Self::Social => "社会组织",
            Self::Committee => "基层群众性自治组织",
            Self::LegalService => "法律服务机构",
            Self::Religious => "宗教组织",
            Self::Union => "工会",
            Self::Collective => "农村集体经济组织",
            Self::Other => "其他组织",
        }
    }
}

/// The answer to a written code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Valid,
    /// Published although its check character is wrong; accepted only when somebody confirms it.
    Nonconforming,
    Invalid,
    /// No code was written, or one of the fillers that stand for none.
    Absent,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Nonconforming => "nonconforming",
            Self::Invalid => "invalid",
            Self::Absent => "absent",
        }
    }
}

/// One remark on a written code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    Length,
    Alphabet,
    Check,
    Citizen,
    Published,
    Organisation,
    Pair,
    Division,
    Transposed,
    Confused,
}

impl Reason {
    const ALL: [Self; 10] = [
        Self::Length,
        Self::Alphabet,
        Self::Check,
        Self::Citizen,
        Self::Published,
        Self::Organisation,
        Self::Pair,
        Self::Division,
        Self::Transposed,
        Self::Confused,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Length => 1,
            Self::Alphabet => 1 << 1,
            Self::Check => 1 << 2,
            Self::Citizen => 1 << 3,
            Self::Published => 1 << 4,
            Self::Organisation => 1 << 5,
            Self::Pair => 1 << 6,
            Self::Division => 1 << 7,
            Self::Transposed => 1 << 8,
            Self::Confused => 1 << 9,
        }
    }

    /// Whether the remark alone never rejects a code.
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::Published | Self::Organisation | Self::Pair | Self::Division
        )
    }
}

/// A set of remarks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Reasons(u16);

impl Reasons {
    pub fn contains(self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL
            .into_iter()
            .filter(move |reason| self.contains(*reason))
    }

    const fn with(self, reason: Reason) -> Self {
        Self(self.0 | reason.bit())
    }

    const fn with_if(self, holds: bool, reason: Reason) -> Self {
        if holds { self.with(reason) } else { self }
    }
}

/// A written code, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    pub verdict: Verdict,
    /// The normal form of a valid or nonconforming code; an invalid one is never passed on.
    pub code: Option<Code>,
    pub reasons: Reasons,
    /// The check character the first 17 ask for, where the written one is wrong.
    pub expected: Option<char>,
    /// The only code one slip away that passes all checks; a hint, never taken by itself.
    pub mended: Option<Code>,
}

impl Checked {
    fn new(verdict: Verdict, reasons: Reasons) -> Self {
        Self {
            verdict,
            code: None,
            reasons,
            expected: None,
            mended: None,
        }
    }

    /// The remarks in words, grounds first.
    pub fn texts(&self) -> Vec<String> {
        self.reasons
            .iter()
            .map(|reason| self.text(reason))
            .collect()
    }

    fn text(&self, reason: Reason) -> String {
        let mended = self.mended.as_ref().map_or("", Code::as_str);
        match reason {
            Reason::Length => "长度不是18位".to_owned(),
            Reason::Alphabet => "含有代码字符集以外的字符".to_owned(),
            Reason::Check => match self.expected {
                Some(expected) => format!("校验码错误，按前17位应为{expected}"),
                None => "校验码错误".to_owned(),
            },
            Reason::Citizen => "疑似公民身份号码".to_owned(),
            Reason::Published => "属于已公布的不规范代码，须经核实确认后采用".to_owned(),
            Reason::Organisation => "主体标识码（组织机构代码）校验不符".to_owned(),
            Reason::Pair => "登记管理部门与机构类别的组合未收录".to_owned(),
            Reason::Division => "登记管理机关行政区划码不是数字".to_owned(),
            Reason::Transposed => format!("疑似相邻两位写颠倒，应为{mended}"),
            Reason::Confused => format!("疑似字母与数字混淆，应为{mended}"),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.texts().join("；"))
    }
}

/// Published codes that do not conform, by division or one by one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    #[serde(default, rename = "exception")]
    rows: Vec<Exception>,
}

/// One known irregularity of an authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// First two to six digits of the division code.
    #[serde(deserialize_with = "division_prefix")]
    pub division: String,
    /// Where not empty, only these codes are meant.
    #[serde(default)]
    pub codes: Vec<Code>,
    /// Where the irregularity is known from.
    pub source: String,
}

/// An empty prefix would turn every wrong check character of the country into a doubt.
fn division_prefix<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let prefix = String::deserialize(from)?;
    let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (2..=6).contains(&prefix.len()) {
        Ok(prefix)
    } else {
        Err(de::Error::custom(format!(
            "`{prefix}` 不是二至六位数字的行政区划码前缀"
        )))
    }
}

impl Exceptions {
    pub fn new(rows: Vec<Exception>) -> Self {
        Self { rows }
    }

    /// The first row that covers `code`.
    pub fn matching(&self, code: &Code) -> Option<&Exception> {
        self.rows.iter().find(|row| {
            code.division().starts_with(&row.division)
                && (row.codes.is_empty() || row.codes.contains(code))
        })
    }
}

/// Judges a code as it was written.
pub fn check(raw: &str, exceptions: &Exceptions) -> Checked {
    if let Ok(bytes) = <&[u8; 18]>::try_from(raw.as_bytes())
        && let Some(rest) = remainder(bytes)
    {
        return judge(bytes, rest, exceptions);
    }
    check_written(&normalise(raw), exceptions)
}

/// Whether 18 bytes are in the alphabet and end in the right check character.
pub fn check_bytes(bytes: &[u8; 18]) -> bool {
    remainder(bytes) == Some(0)
}

/// The code of 17 symbols with the check character they ask for.
pub fn with_check(body: &str) -> Option<Code> {
    let body = <&[u8; 17]>::try_from(body.as_bytes()).ok()?;
    let mut bytes = [b'0'; 18];
    let (head, _) = bytes.split_at_mut(17);
    head.copy_from_slice(body);
    bytes[17] = complement(remainder(&bytes)?);
    Some(Code(bytes))
}

/// Full-width ASCII to half-width, capitals, without blanks and hyphens.
fn normalise(raw: &str) -> String {
    raw.chars()
        .map(half_width)
        .filter(|char| !is_filler(*char))
        .collect()
}

fn half_width(char: char) -> char {
    let narrow = match char {
        // The full-width forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        other => other,
    };
    narrow.to_ascii_uppercase()
}

fn is_filler(char: char) -> bool {
    char.is_whitespace()
        || matches!(
            char,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}' | '\u{feff}'
        )
}

/// Weighted sum of `bytes`, and whether one of them has no value.
#[inline(always)]
fn weigh(values: &[u8; 256], bytes: &[u8], weights: &[u8]) -> (u32, bool) {
    let mut seen = 0;
    let mut sum = 0_u32;
    for (byte, weight) in bytes.iter().zip(weights) {
        let value = value(values, *byte);
        seen |= value;
        // At most 18 products of two bytes: no overflow, so the checks of the profile are not paid.
        sum = sum.wrapping_add(u32::from(value).wrapping_mul(u32::from(*weight)));
    }
    (sum, seen & NONE != 0)
}

#[inline(always)]
fn value(values: &[u8; 256], byte: u8) -> u8 {
    values.get(usize::from(byte)).copied().unwrap_or(NONE)
}

/// 0 for a right code; `None` where a byte is outside the alphabet.
#[inline(always)]
fn remainder(bytes: &[u8; 18]) -> Option<u32> {
    let (sum, bad) = weigh(&VALUES, bytes, &WEIGHTS);
    if bad { None } else { Some(sum % 31) }
}

/// The symbol that brings a remainder to 0.
fn complement(rest: u32) -> u8 {
    let value = (31 - rest % 31) % 31;
    usize::try_from(value)
        .ok()
        .and_then(|at| SYMBOLS.get(at))
        .copied()
        .unwrap_or(b'0')
}

#[inline(always)]
fn pair_known(authority: u8, category: u8) -> bool {
    match authority {
        b'1' | b'9' | b'N' => matches!(category, b'1' | b'2' | b'3' | b'9'),
        b'2' | b'4' | b'8' | b'A' => matches!(category, b'1' | b'9'),
        b'3' | b'5' => matches!(category, b'1'..=b'5' | b'9'),
        b'6' | b'7' => matches!(category, b'1' | b'2' | b'9'),
        b'Y' => category == b'1',
        _ => false,
    }
}

#[inline(always)]
fn warnings(bytes: &[u8; 18]) -> Reasons {
    let [
        authority,
        category,
        d1,
        d2,
        d3,
        d4,
        d5,
        d6,
        organisation @ ..,
        _,
    ] = bytes;
    // No early exit: six plain comparisons cost less than six branches.
    let highest = *[d1, d2, d3, d4, d5, d6].into_iter().max().unwrap_or(&b'0');
    Reasons::default()
        .with_if(!organisation_holds(organisation), Reason::Organisation)
        .with_if(!pair_known(*authority, *category), Reason::Pair)
        .with_if(highest > b'9', Reason::Division)
}

#[inline(always)]
fn judge(bytes: &[u8; 18], rest: u32, exceptions: &Exceptions) -> Checked {
    let warnings = warnings(bytes);
    if rest == 0 && !warnings.contains(Reason::Organisation) && !warnings.contains(Reason::Pair) {
        return accept(bytes, warnings);
    }
    doubt(bytes, rest, warnings, exceptions)
}

#[inline(always)]
fn accept(bytes: &[u8; 18], warnings: Reasons) -> Checked {
    Checked {
        code: Some(Code(*bytes)),
        ..Checked::new(Verdict::Valid, warnings)
    }
}

/// Judges a code that fails at least one check.
///
/// A citizen id is refused on any such failure, whatever its first two digits: taking a person's
/// id for a code would publish it.
fn doubt(bytes: &[u8; 18], rest: u32, warnings: Reasons, exceptions: &Exceptions) -> Checked {
    // Cities write 17 zeros where a code is missing; what follows them does not matter.
    if bytes.starts_with(&[b'0'; 17]) {
        return Checked::new(Verdict::Absent, Reasons::default());
    }
    let citizen = citizen_holds(bytes);
    if rest == 0 && !citizen {
        return accept(bytes, warnings);
    }
    let reasons = warnings
        .with_if(rest != 0, Reason::Check)
        .with_if(citizen, Reason::Citizen);
    let expected = (rest != 0).then(|| expected(bytes, rest));
    if citizen {
        return Checked {
            expected,
            ..Checked::new(Verdict::Invalid, reasons)
        };
    }
    let code = Code(*bytes);
    if !reasons.contains(Reason::Organisation) && exceptions.matching(&code).is_some() {
        let reasons = reasons.with(Reason::Published);
        let checked = Checked::new(Verdict::Nonconforming, reasons);
        return Checked {
            code: Some(code),
            expected,
            ..checked
        };
    }
    hint(
        bytes,
        rest,
        Checked {
            expected,
            ..Checked::new(Verdict::Invalid, reasons)
        },
    )
}

fn expected(bytes: &[u8; 18], rest: u32) -> char {
    // 31 more keeps the difference positive; the written check weighs 1.
    char::from(complement(rest + 31 - u32::from(value(&VALUES, bytes[17]))))
}

/// Adds the mended code where exactly one slip explains the failure.
fn hint(bytes: &[u8; 18], rest: u32, checked: Checked) -> Checked {
    let mut found = None;
    for (mended, reason) in slips(bytes, rest) {
        if found.is_some() {
            return checked;
        }
        found = Some((mended, reason));
    }
    match found {
        Some((mended, reason)) => {
            let reasons = checked.reasons.with(reason);
            Checked {
                mended: Some(mended),
                reasons,
                ..checked
            }
        }
        None => checked,
    }
}

/// The codes one slip away that pass every check. The change of the sum is looked at first, so
/// that only one candidate in 31 is written out.
fn slips(bytes: &[u8; 18], rest: u32) -> impl Iterator<Item = (Code, Reason)> {
    let values = bytes.map(|byte| i32::from(value(&VALUES, byte)));
    let weights = WEIGHTS.map(i32::from);
    let rest = i32::try_from(rest).unwrap_or_default();
    let mends = move |change: i32| (rest + change).rem_euclid(31) == 0;
    let swaps = (0..17_usize).filter_map(move |at| {
        let (a, b) = (values.get(at)?, values.get(at + 1)?);
        let (v, w) = (weights.get(at)?, weights.get(at + 1)?);
        (a != b && mends((a - b) * (w - v))).then(|| swapped(bytes, at))?
    });
    let confusions = bytes.iter().enumerate().filter_map(move |(at, byte)| {
        let (other, change) = match byte {
            b'B' => (b'8', -3),
            b'8' => (b'B', 3),
            _ => return None,
        };
        mends(change * weights.get(at)?).then(|| replaced(bytes, at, other))?
    });
    let swaps = swaps.map(|code| (code, Reason::Transposed));
    swaps.chain(confusions.map(|code| (code, Reason::Confused)))
}

fn swapped(bytes: &[u8; 18], at: usize) -> Option<Code> {
    let mut bytes = *bytes;
    bytes.get_mut(at..at + 2)?.reverse();
    sound(&bytes)
}

fn replaced(bytes: &[u8; 18], at: usize, by: u8) -> Option<Code> {
    let mut bytes = *bytes;
    *bytes.get_mut(at)? = by;
    sound(&bytes)
}

/// A code that passes every check, warnings included: a hint must be surer than an acceptance.
fn sound(bytes: &[u8; 18]) -> Option<Code> {
    (check_bytes(bytes) && warnings(bytes).is_empty()).then_some(Code(*bytes))
}

/// Judges a normalised text that was not written in the plain form.
fn check_written(normal: &str, exceptions: &Exceptions) -> Checked {
    if matches!(normal, "" | "无" | "暂无" | "/" | "NULL" | "NONE") {
        return Checked::new(Verdict::Absent, Reasons::default());
    }
    let length = Reasons::default().with_if(normal.chars().count() != 18, Reason::Length);
    let foreign = normal.bytes().any(|byte| value(&VALUES, byte) == NONE);
    let reasons = length.with_if(foreign, Reason::Alphabet);
    let Ok(bytes) = <&[u8; 18]>::try_from(normal.as_bytes()) else {
        return Checked::new(Verdict::Invalid, reasons);
    };
    match remainder(bytes) {
        Some(rest) => judge(bytes, rest, exceptions),
        None => foreign_letters(bytes, reasons),
    }
}

/// Letters the alphabet leaves out, because they are taken for digits, are read as those digits.
fn foreign_letters(bytes: &[u8; 18], reasons: Reasons) -> Checked {
    let checked = Checked::new(Verdict::Invalid, reasons);
    let read = bytes.map(|byte| match byte {
        b'O' => b'0',
        b'I' => b'1',
        b'S' => b'5',
        b'Z' => b'2',
        other => other,
    });
    match sound(&read) {
        Some(mended) => {
            let reasons = reasons.with(Reason::Confused);
            Checked {
                mended: Some(mended),
                reasons,
                ..checked
            }
        }
        None => checked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Codes that pass both checks, from all authorities we have seen.
    const RIGHT: [&str; 12] = [
        "91230500MA1B3N1N2M",
        "11230500001755309F",
        "91320105780688132K",
        "91330203674737244W",
        "91330282L07196379D",
        "12330227419611791H",
        "12331082472660525J",
        "91350100M000100Y43",
        "91110000600037341L",
        "914403001922038216",
        "91440300708461136T",
        "12440600MB2C07549J",
    ];

    fn exceptions() -> Exceptions {
        let file = include_str!("../../../law/catalog/code-exceptions.toml");
        toml::from_str(file).unwrap()
    }

    fn verdict(raw: &str) -> Verdict {
        check(raw, &exceptions()).verdict
    }

    #[test]
    fn accepts_codes_that_pass_both_checks() {
        for raw in RIGHT {
            let checked = check(raw, &Exceptions::default());
            assert_eq!(checked.verdict, Verdict::Valid, "{raw}: {checked}");
            assert!(checked.reasons.is_empty(), "{raw}: {checked}");
            assert_eq!(checked.code.unwrap().to_string(), raw);
        }
    }

    #[test]
    fn weights_are_the_powers_of_three() {
        let mut power = 1;
        for weight in &WEIGHTS[..17] {
            assert_eq!(u32::from(*weight), power);
            power = power * 3 % 31;
        }
    }

    /// The two mistakes of published implementations: no outer mod, and values of 36 letters.
    #[test]
    fn check_character_zero_and_the_short_alphabet() {
        let mut zeros = 0;
        for serial in 0..200 {
            let code = with_check(&format!("91370400MAY{serial:06}")).unwrap();
            let bare: u32 = code.as_bytes()[..17]
                .iter()
                .zip(WEIGHTS)
                .map(|(byte, weight)| u32::from(value(&VALUES, *byte)) * u32::from(weight))
                .sum();
            let at = ((31 - bare % 31) % 31) as usize;
            assert_eq!(code.as_bytes()[17], SYMBOLS[at]);
            zeros += u32::from(bare.is_multiple_of(31));
            if bare.is_multiple_of(31) {
                assert!(code.as_str().ends_with('0'), "{code}");
            }
        }
        assert!(zeros > 0, "no body reached the outer mod");
        for (symbol, value_31) in [
            ('H', 17),
            ('J', 18),
            ('P', 23),
            ('T', 26),
            ('W', 28),
            ('Y', 30),
        ] {
            assert_eq!(value(&VALUES, symbol as u8), value_31, "{symbol}");
        }
        for symbol in "IOSVZ".chars() {
            assert_eq!(
                verdict(&format!("9137040{symbol}MA1234567X")),
                Verdict::Invalid
            );
        }
    }

    #[test]
    fn reads_the_ways_people_write() {
        let ways = [
            "91330203674737244w",
            "  91330203674737244W\r\n",
            "９１３３０２０３６７４７３７２４４Ｗ",
            "９１３３０２０３６７４７３７２４４ｗ",
            "91330203-67473724-4W",
            "9133 0203 6747 3724 4W",
            "\u{feff}91330203674737244W\u{3000}",
            "91330203－67473724－4W",
        ];
        for raw in ways {
            let checked = check(raw, &Exceptions::default());
            assert_eq!(checked.verdict, Verdict::Valid, "{raw:?}: {checked}");
            assert_eq!(checked.code, Code::read("91330203674737244W"), "{raw:?}");
        }
    }

    #[test]
    fn fillers_are_absent_and_not_wrong() {
        let fillers = [
            "", "  ", "无", "暂无", "/", "／", "-", "——", "null", "NULL", "none",
        ];
        let zeros = [
            "00000000000000000X",
            "00000000000000000x",
            "000000000000000000",
            "0000000000000000 0A",
        ];
        for raw in fillers.into_iter().chain(zeros) {
            let checked = check(raw, &exceptions());
            assert_eq!(checked.verdict, Verdict::Absent, "{raw:?}: {checked}");
            assert!(
                checked.reasons.is_empty() && checked.code.is_none(),
                "{raw:?}"
            );
        }
        assert_eq!(verdict("10000000000000000X"), Verdict::Invalid);
    }

    /// R35: the Xiamen code waits for the confirmation; the same slip elsewhere is an error.
    #[test]
    fn r35_published_nonconforming_code_asks_for_confirmation() {
        let raw = "91350203M0001QKT19";
        let checked = check(raw, &exceptions());
        assert_eq!(checked.verdict, Verdict::Nonconforming, "{checked}");
        assert_eq!(checked.code.unwrap().as_str(), raw);
        assert!(checked.reasons.contains(Reason::Published));
        assert!(!checked.code.unwrap().conforms());
        assert_eq!(check(raw, &Exceptions::default()).verdict, Verdict::Invalid);
        // Same division, but the inner code is wrong as well: not one of the published kind.
        assert_eq!(verdict("91350203M0001QKT29"), Verdict::Invalid);
        // The inner code right, but another division.
        assert_eq!(verdict("91370403M0001QKT19"), Verdict::Invalid);
    }

    #[test]
    fn exceptions_reject_an_empty_prefix() {
        for division in ["", "3", "35020a", "3502030"] {
            let text = format!("[[exception]]\ndivision = \"{division}\"\nsource = \"x\"");
            assert!(toml::from_str::<Exceptions>(&text).is_err(), "{division:?}");
        }
    }

    #[test]
    fn wrong_check_character_names_the_right_one() {
        let checked = check("91330203674737244T", &exceptions());
        assert_eq!(
            (checked.verdict, checked.expected),
            (Verdict::Invalid, Some('W'))
        );
        assert!(checked.to_string().contains("应为W"), "{checked}");
        assert_eq!(checked.code, None);
    }

    #[test]
    fn one_slip_is_hinted() {
        let cases = [
            // transposed: places 10 and 11
            (
                "91330203647737244W",
                Reason::Transposed,
                "91330203674737244W",
            ),
            // letters the alphabet leaves out
            ("9133O203674737244W", Reason::Confused, "91330203674737244W"),
            ("9I33O2O3674737244W", Reason::Confused, "91330203674737244W"),
            ("9133020367473724AW", Reason::Check, ""),
            // B for 8 inside the organisation code
            ("9132010578068B132K", Reason::Confused, "91320105780688132K"),
        ];
        for (raw, reason, mended) in cases {
            let checked = check(raw, &exceptions());
            assert_eq!(checked.verdict, Verdict::Invalid, "{raw}: {checked}");
            assert!(checked.reasons.contains(reason), "{raw}: {checked}");
            assert_eq!(
                checked.mended.as_ref().map_or("", Code::as_str),
                mended,
                "{raw}"
            );
            assert!(checked.to_string().contains(mended), "{raw}: {checked}");
        }
    }

    /// A hint of two candidates is no hint: when two slips explain the code, none is named.
    #[test]
    fn hints_only_when_exactly_one_slip_fits() {
        let (mut hinted, mut silent) = (0, 0);
        for right in RIGHT {
            for at in 0..17 {
                let mut bytes = *Code::read(right).unwrap().as_bytes();
                bytes.swap(at, at + 1);
                let fits = slips(&bytes, remainder(&bytes).unwrap()).count();
                let checked = check(std::str::from_utf8(&bytes).unwrap(), &Exceptions::default());
                if bytes == *Code::read(right).unwrap().as_bytes() {
                    continue;
                }
                assert_eq!(
                    checked.verdict,
                    Verdict::Invalid,
                    "{right} at {at}: {checked}"
                );
                match checked.mended {
                    Some(mended) => {
                        assert_eq!((mended.as_str(), fits), (right, 1));
                        hinted += 1;
                    }
                    None => {
                        assert!(fits > 1 || checked.reasons.contains(Reason::Citizen));
                        silent += 1;
                    }
                }
            }
        }
        assert_eq!((hinted, silent), (150, 20));
    }

    #[test]
    fn wrong_length_and_foreign_characters_are_named() {
        for (raw, reason) in [
            ("91330203674737244", Reason::Length),
            ("330200400070010", Reason::Length),
            ("91330203674737244WW", Reason::Length),
            ("枣庄市市场监督管理局", Reason::Alphabet),
            ("9133020367473724市W", Reason::Alphabet),
        ] {
            let checked = check(raw, &exceptions());
            assert_eq!(checked.verdict, Verdict::Invalid, "{raw}");
            assert!(checked.reasons.contains(reason), "{raw}: {checked}");
        }
        assert!(
            !check("9133020367473724市W", &exceptions())
                .reasons
                .contains(Reason::Length)
        );
    }

    /// An unknown pair, a wrong inner check and letters in the division only warn.
    #[test]
    fn tables_that_grow_only_warn() {
        for (body, reason) in [
            ("9E370400MA1234565", Reason::Pair),
            ("91370400MA1234560", Reason::Organisation),
            ("9137A400MA1234565", Reason::Division),
        ] {
            let code = with_check(body).unwrap();
            let checked = check(code.as_str(), &exceptions());
            assert_eq!(checked.verdict, Verdict::Valid, "{code}: {checked}");
            assert!(checked.reasons.contains(reason), "{code}: {checked}");
            assert!(
                checked.reasons.iter().all(Reason::is_warning),
                "{code}: {checked}"
            );
        }
    }

    /// Invented ids: every serial number and last character under an area and a day to come.
    fn ids(head: &str) -> impl Iterator<Item = String> {
        (0..11_000).map(move |at| {
            let last = char::from(b"0123456789X"[at % 11]);
            format!("{head}{:03}{last}", at / 11)
        })
    }

    #[test]
    fn citizen_ids_are_never_codes() {
        let mut passing = 0;
        // 37: unknown pair; 11 and 91: known pairs, as in Beijing and on cards of foreigners.
        for area in ["37049920991231", "11019920991231", "91119920991231"] {
            for id in ids(area).filter(|id| is_citizen_id(id)) {
                let bytes: &[u8; 18] = id.as_bytes().try_into().unwrap();
                let checked = check(&id, &exceptions());
                let whole = check_bytes(bytes) && warnings(bytes).is_empty();
                assert_eq!(checked.verdict == Verdict::Valid, whole, "{id}: {checked}");
                assert_eq!(
                    checked.reasons.contains(Reason::Citizen),
                    !whole,
                    "{id}: {checked}"
                );
                assert_eq!(checked.mended, None, "{id}");
                passing += u32::from(check_bytes(bytes) && !whole);
            }
        }
        assert!(passing > 60, "only {passing} ids pass the check of a code");
    }

    #[test]
    fn citizen_id_needs_its_check_and_a_real_date() {
        for id in [
            "11010519491231002X",
            "11010519491231002x",
            " １１０１０５１９４９１２３１００２Ｘ",
        ] {
            assert!(is_citizen_id(id), "{id}");
        }
        for id in [
            "110105194912310021",
            "110105491231002",
            "",
            "11010519491231002",
            "无",
        ] {
            assert!(!is_citizen_id(id), "{id}");
        }
        // Right check, but no 30 February.
        assert_eq!(
            ids("37049920980230").filter(|id| is_citizen_id(id)).count(),
            0
        );
        assert_eq!(
            ids("37049920980228").filter(|id| is_citizen_id(id)).count(),
            1000
        );
    }

    #[test]
    fn aliases() {
        assert!(is_registration_number("330200400070010"));
        assert!(!is_registration_number("330200400070011"));
        assert!(is_registration_number("33021200019832"));
        assert!(!is_registration_number("3302120001983A"));
        assert!(!is_registration_number("12345"));
        for right in RIGHT {
            let organisation = Code::read(right).unwrap().organisation().to_owned();
            let (body, last) = organisation.split_at(8);
            assert_eq!(
                organisation_check(body),
                last.chars().next(),
                "{organisation}"
            );
            assert!(is_organisation_code(&organisation), "{organisation}");
            assert!(
                is_organisation_code(&format!("{body}-{last}")),
                "{organisation}"
            );
        }
        assert!(!is_organisation_code("674737245") && !is_organisation_code(""));
        assert_eq!(organisation_check("0000000"), None);
        assert_eq!(organisation_check("0000000*"), None);
    }

    #[test]
    fn parts_and_kinds() {
        let code = Code::read("11230500001755309F").unwrap();
        assert_eq!((code.authority(), code.category()), ('1', '1'));
        assert_eq!(
            (code.division(), code.organisation()),
            ("230500", "001755309")
        );
        for (start, kind, organ) in [
            ("11", Kind::Organ, true),
            ("12", Kind::Institution, true),
            ("13", Kind::MassBody, true),
            ("51", Kind::Social, true),
            ("55", Kind::Committee, true),
            ("31", Kind::LegalService, false),
            ("91", Kind::Enterprise, false),
            ("92", Kind::Individual, false),
            ("93", Kind::Cooperative, false),
            ("N2", Kind::Collective, true),
            ("Y1", Kind::Other, true),
            ("36", Kind::Other, false),
        ] {
            let code = with_check(&format!("{start}370400MA1234565")).unwrap();
            assert_eq!((code.kind(), code.is_organ()), (kind, organ), "{code}");
            assert!(!kind.name().is_empty());
        }
    }

    #[test]
    fn serde_is_strict_about_what_we_stored() {
        let code = Code::read("91330203674737244W").unwrap();
        assert_eq!(
            serde_json::to_string(&code).unwrap(),
            "\"91330203674737244W\""
        );
        assert_eq!(
            serde_json::from_str::<Code>("\"91330203674737244W\"").unwrap(),
            code
        );
        for text in [
            "\"91330203674737244w\"",
            "\"9133\"",
            "\"9133020367473724OW\"",
        ] {
            assert!(serde_json::from_str::<Code>(text).is_err(), "{text}");
        }
        assert_eq!(
            serde_json::to_string(&Verdict::Nonconforming).unwrap(),
            "\"nonconforming\""
        );
    }

    fn body() -> impl Strategy<Value = String> {
        proptest::collection::vec(0..31_usize, 17).prop_map(|values| {
            values
                .into_iter()
                .map(|value| char::from(SYMBOLS[value]))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn one_check_character_fits_each_body(body in body()) {
            let fits: Vec<_> = SYMBOLS
                .iter()
                .map(|last| format!("{body}{}", char::from(*last)))
                .filter(|code| check_bytes(code.as_bytes().try_into().unwrap()))
                .collect();
            prop_assert_eq!(fits, vec![with_check(&body).unwrap().to_string()]);
        }

        /// 31 is prime, no weight is 0 mod 31, and two values differ by less than 31.
        #[test]
        fn every_substitution_is_seen(body in body(), at in 0..18_usize, by in 0..31_usize) {
            let right = *with_check(&body).unwrap().as_bytes();
            let mut bytes = right;
            bytes[at] = SYMBOLS[by];
            prop_assert_eq!(check_bytes(&bytes), bytes == right);
        }

        /// Neighbouring weights differ by 2·3^(i-1), and by 27 at the check: never 0 mod 31.
        #[test]
        fn every_adjacent_transposition_is_seen(body in body(), at in 0..17_usize) {
            let right = *with_check(&body).unwrap().as_bytes();
            let mut bytes = right;
            bytes.swap(at, at + 1);
            prop_assert_eq!(check_bytes(&bytes), bytes == right);
        }

        /// The first place and the check both weigh 1: this exchange is the one that is not seen.
        #[test]
        fn exchange_of_distant_places(body in body(), a in 0..18_usize, b in 0..18_usize) {
            let right = *with_check(&body).unwrap().as_bytes();
            let mut bytes = right;
            bytes.swap(a, b);
            let unseen = bytes == right || (a.min(b), a.max(b)) == (0, 17);
            prop_assert_eq!(check_bytes(&bytes), unseen);
        }

        #[test]
        fn any_text_is_judged_without_panic(raw in ".{0,24}") {
            let checked = check(&raw, &exceptions());
            let known = matches!(checked.verdict, Verdict::Valid | Verdict::Nonconforming);
            prop_assert_eq!(checked.code.is_some(), known);
        }

        #[test]
        fn text_of_the_alphabet_is_judged_like_its_bytes(raw in "[0-9A-Za-z]{18}") {
            let checked = check(&raw, &Exceptions::default());
            let expected = Code::read(&raw).is_some_and(|code| code.conforms());
            // Citizen ids and zeros aside, which this generator does not reach.
            prop_assert_eq!(checked.verdict == Verdict::Valid, expected);
        }
    }

    /// Verdicts and remarks over a register: file, rows, and what is not plainly valid.
    fn census(path: &str) -> Option<BTreeMap<String, usize>> {
        let Ok(mut file) = csv::Reader::from_path(path) else {
            println!("skipped: {path} is absent");
            return None;
        };
        let mut counts = BTreeMap::new();
        for row in file.records() {
            let raw = row.unwrap().get(0).unwrap().to_owned();
            let checked = check(&raw, &exceptions());
            *counts
                .entry(checked.verdict.as_str().to_owned())
                .or_default() += 1;
            for reason in checked.reasons.iter() {
                *counts.entry(format!("{:?}", reason)).or_default() += 1;
            }
            if checked.verdict != Verdict::Valid || !checked.reasons.is_empty() {
                println!("{raw}\t{}\t{checked}", checked.verdict.as_str());
            }
        }
        println!("{path}: {counts:?}");
        Some(counts)
    }

    /// R35: the register of the city and a sample of the province.
    #[test]
    fn r35_real_registers() {
        let expected: [(&str, &[(&str, usize)]); 2] = [
            (
                concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/../../../shared/data/orgs/zaozhuang_orgs.csv"
                ),
                &[("valid", 1567)],
            ),
            (
                concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/../../../shared/data/orgs/shandong_orgs_sample.csv"
                ),
                &[("valid", 17_594)],
            ),
        ];
        for (path, counts) in expected {
            let Some(found) = census(path) else { continue };
            let counts = counts
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect();
            assert_eq!(found, counts, "{path}");
        }
    }
}
