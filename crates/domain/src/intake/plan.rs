//! Plan: a source checked as a whole and laid out for millions of rows.

use super::finding::{self, Field};
use super::rules::RowRule;
use super::{CodeStandard, Column, DateFormat, Role, Shape, Spec, Unique, header};
use std::collections::HashMap;
use std::sync::Arc;

/// The checks a column can fail; the word is the key of `findings` in `table.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Need,
    Forbid,
    Length,
    Value,
    Date,
    Amount,
    Code,
    Ban,
    Form,
}

impl Check {
    const ALL: [(Self, &'static str, &'static str); 9] = [
        (Self::Need, "need", finding::NEED),
        (Self::Forbid, "forbid", finding::NEED),
        (Self::Length, "length", finding::LENGTH),
        (Self::Value, "value", finding::VALUE),
        (Self::Date, "date", finding::DATE),
        (Self::Amount, "amount", finding::AMOUNT),
        (Self::Code, "code", finding::CODE),
        (Self::Ban, "ban", finding::PLACEHOLDER),
        (Self::Form, "form", finding::FORM),
    ];
}

/// A source ready to meet headers and rows.
#[derive(Debug)]
pub struct Plan {
    pub(crate) spec: Spec,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) uniques: Vec<Key>,
    pub(crate) rules: Vec<RowRule>,
    pub(crate) roles: Roles,
    pub(crate) headers: HashMap<String, u16>,
    pub(crate) waived: Vec<String>,
    pub(crate) fillers: Fillers,
}

/// One column, compiled: names became indices, texts became bits.
#[derive(Debug)]
pub(crate) struct Lane {
    pub field: Field,
    pub shape: Shape,
    pub need: bool,
    pub need_if: Test,
    pub need_unless: Test,
    pub need_with: Option<u16>,
    pub forbid_if: Test,
    pub forbid_unless: Test,
    pub skip_if: Test,
    pub min: u32,
    pub max: u32,
    pub values: Vec<(Box<str>, u64)>,
    pub open_prefix: Option<Box<str>>,
    pub separators: Box<[char]>,
    pub format: DateFormat,
    pub not_after_today: bool,
    pub not_before: Option<u16>,
    pub within: Option<(u16, i32)>,
    pub digits: u8,
    pub decimals: u8,
    pub standard: CodeStandard,
    pub ban: Option<Ban>,
    pub keep_fillers: bool,
    /// The value is masked before it is quoted in a finding.
    pub personal: Option<super::Mask>,
    /// Bits of the kinds column this value belongs to.
    pub goes_with: u64,
    codes: [Arc<str>; 9],
}

impl Lane {
    pub fn code(&self, check: Check) -> Arc<str> {
        let at = Check::ALL
            .iter()
            .position(|(known, ..)| *known == check)
            .unwrap_or_default();
        self.codes
            .get(at)
            .cloned()
            .unwrap_or_else(|| finding::NEED.into())
    }

    /// The listed text of one bit.
    pub fn text(&self, bit: u64) -> Option<&str> {
        self.values
            .iter()
            .find(|(_, known)| *known == bit)
            .map(|(text, _)| text.as_ref())
    }
}

/// The column that has each role, asked a dozen times a row.
pub(crate) type Roles = [Option<u16>; Role::Secret as usize + 1];

/// The bit of a text that is not in the list.
pub(crate) const UNLISTED: u64 = 1 << 63;

/// A condition over other columns; all parts must hold. No part: the condition is not stated.
#[derive(Debug, Default)]
pub(crate) struct Test {
    pub parts: Vec<(u16, u64)>,
    /// In words, for the message.
    pub words: Arc<str>,
}

/// A key that may occur once in a file.
#[derive(Debug)]
pub(crate) struct Key {
    /// Empty: the decision by its roles.
    pub columns: Vec<u16>,
    pub code: Arc<str>,
}

/// Texts that stand for nothing, found by length first.
#[derive(Debug, Default)]
pub(crate) struct Fillers {
    texts: Vec<Box<str>>,
    lengths: u64,
}

impl Fillers {
    fn new(texts: &[String]) -> Self {
        let lengths = texts.iter().fold(0, |bits, text| bits | bit_of(text.len()));
        Self {
            texts: texts.iter().map(|text| text.as_str().into()).collect(),
            lengths,
        }
    }

    pub fn holds(&self, text: &str) -> bool {
        self.lengths & bit_of(text.len()) != 0 && self.texts.iter().any(|filler| **filler == *text)
    }
}

fn bit_of(length: usize) -> u64 {
    if length < 64 { 1 << length } else { 0 }
}

/// Texts a cell may not contain, found by their rarest byte.
#[derive(Debug)]
pub(crate) struct Ban {
    texts: Vec<(Arc<str>, usize)>,
    // 0: harmless; 1: may be part of a banned text; 2: banned by itself.
    marks: Box<[u8; 256]>,
}

/// What of a [`Ban`] was found.
#[derive(Debug)]
pub(crate) enum Banned {
    Text(Arc<str>),
    Control,
}

impl Ban {
    fn new(texts: &[String], control: bool) -> Option<Self> {
        let mut marks = Box::new([0; 256]);
        let mut anchored = Vec::with_capacity(texts.len());
        for text in texts {
            let text = text.to_ascii_lowercase();
            // A continuation byte is rarer in Chinese text than the first byte of a character.
            let at = text
                .bytes()
                .position(|byte| (0x80..0xc0).contains(&byte))
                .unwrap_or_default();
            for byte in text
                .as_bytes()
                .get(at)
                .copied()
                .into_iter()
                .flat_map(|b| [b, b.to_ascii_uppercase()])
            {
                if let Some(mark) = marks.get_mut(usize::from(byte)) {
                    *mark = 1;
                }
            }
            anchored.push((Arc::from(text), at));
        }
        if control {
            marks.iter_mut().take(0x20).for_each(|mark| *mark = 2);
        }
        (control || !texts.is_empty()).then_some(Self {
            texts: anchored,
            marks,
        })
    }

    pub fn find(&self, text: &str) -> Option<Banned> {
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match self.marks.get(usize::from(*byte)) {
                Some(0) | None => {}
                Some(1) => {
                    if let Some(found) = self.at(bytes, at) {
                        return Some(Banned::Text(found));
                    }
                }
                Some(_) => return Some(Banned::Control),
            }
        }
        None
    }

    fn at(&self, bytes: &[u8], at: usize) -> Option<Arc<str>> {
        let fits = |text: &str, anchor: usize| {
            let from = at.checked_sub(anchor)?;
            let part = bytes.get(from..from + text.len())?;
            part.eq_ignore_ascii_case(text.as_bytes()).then_some(())
        };
        self.texts
            .iter()
            .find(|(text, anchor)| fits(text, *anchor).is_some())
            .map(|(text, _)| text.clone())
    }
}

impl Plan {
    /// Checks the source and lays it out; all faults of the source are returned at once.
    pub fn compile(spec: Spec) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let lanes = spec
            .columns
            .iter()
            .map(|column| lane(&spec, column, &mut faults))
            .collect();
        let uniques = spec
            .uniques
            .iter()
            .map(|unique| key(&spec, unique, &mut faults))
            .collect();
        let rules = rules(&spec, &mut faults);
        let roles = roles(&spec, &mut faults);
        let headers = headers(&spec, &mut faults);
        if spec.columns.is_empty() || spec.columns.len() > 512 {
            faults.push("a source has between 1 and 512 columns".to_owned());
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let waived = spec
            .source
            .waive
            .iter()
            .map(|name| header::plain(name))
            .collect();
        let fillers = Fillers::new(&spec.source.placeholders);
        Ok(Self {
            spec,
            lanes,
            uniques,
            rules,
            roles,
            headers,
            waived,
            fillers,
        })
    }

    /// The source as it was stated.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Code and name of a column.
    pub fn field(&self, index: u16) -> Option<Field> {
        self.lanes
            .get(usize::from(index))
            .map(|lane| lane.field.clone())
    }

    /// The column that plays this part in a filing.
    pub fn role(&self, role: Role) -> Option<u16> {
        self.roles.get(role as usize).copied().flatten()
    }

    /// The finding code of a doubled key, in the order of `[[unique]]` in the source.
    pub fn repeated_code(&self, unique: usize) -> Option<Arc<str>> {
        self.uniques.get(unique).map(|key| key.code.clone())
    }
}

struct Reader<'a> {
    spec: &'a Spec,
    column: &'a str,
    faults: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn fault(&mut self, text: &str) {
        self.faults
            .push(format!("column `{}`: {text}", self.column));
    }

    fn index(&mut self, code: &str) -> Option<u16> {
        let found = self.spec.index(code);
        if found.is_none() {
            self.fault(&format!("there is no column `{code}`"));
        }
        found
    }

    fn dates(&mut self, code: &str) -> Option<u16> {
        let index = self.index(code)?;
        if self
            .spec
            .column(index)
            .is_some_and(|column| column.shape != Shape::Date)
        {
            self.fault(&format!("`{code}` is no date"));
        }
        Some(index)
    }

    fn test(&mut self, condition: &super::Condition, verb: &str) -> Test {
        let mut test = Test::default();
        let mut words = Vec::new();
        for (code, texts) in condition {
            let Some(index) = self.index(code) else {
                continue;
            };
            let Some(column) = self.spec.column(index) else {
                continue;
            };
            test.parts.push((index, self.bits(column, texts)));
            words.push(format!("{}{verb}{}", column.name, texts.join("或")));
        }
        test.words = words.join("且").into();
        test
    }

    fn bits(&mut self, column: &Column, texts: &[String]) -> u64 {
        let mut bits = 0;
        for text in texts {
            match column.values.iter().position(|value| value == text) {
                Some(at) if at < 63 => bits |= 1 << at,
                _ => self.fault(&format!("`{}` has no value `{text}`", column.code)),
            }
        }
        bits
    }

    fn values(&mut self, column: &Column) -> Vec<(Box<str>, u64)> {
        let listed = matches!(column.shape, Shape::Enum | Shape::Kinds);
        if listed == column.values.is_empty() {
            self.fault("`values` belong to an enum or kinds column, and such a column has them");
        }
        if column.values.len() > 63 {
            self.fault("more than 63 values");
        }
        let bit = |at: usize| {
            1_u64
                .checked_shl(u32::try_from(at).unwrap_or(64))
                .unwrap_or(0)
        };
        let own = column
            .values
            .iter()
            .enumerate()
            .map(|(at, text)| (text.as_str().into(), bit(at)));
        let mut values: Vec<(Box<str>, u64)> = own.collect();
        for (other, text) in &column.alias {
            match column.values.iter().position(|value| value == text) {
                Some(at) => values.push((other.as_str().into(), bit(at))),
                None => self.fault(&format!("alias `{other}` stands for the unknown `{text}`")),
            }
        }
        values
    }

    fn codes(&mut self, column: &Column) -> [Arc<str>; 9] {
        let known =
            |word: &str| word == "all" || Check::ALL.iter().any(|(_, name, _)| *name == word);
        for word in column.findings.keys().filter(|word| !known(word)) {
            self.fault(&format!("`findings.{word}` is no check"));
        }
        let of = |name: &str| {
            column
                .findings
                .get(name)
                .or_else(|| column.findings.get("all"))
        };
        Check::ALL.map(|(_, name, usual)| of(name).map_or(usual, String::as_str).into())
    }
}

fn lane(spec: &Spec, column: &Column, faults: &mut Vec<String>) -> Lane {
    let mut read = Reader {
        spec,
        column: &column.code,
        faults,
    };
    bounds(column, &mut read);
    let kinds = spec.role(Role::Kinds).and_then(|index| spec.column(index));
    if kinds.is_none() && !column.goes_with.is_empty() {
        read.fault("`goes_with` needs a column with the role `kinds`");
    }
    let masked = !matches!(
        column.mask,
        super::Mask::None | super::Mask::Text | super::Mask::Name
    );
    Lane {
        field: Field {
            code: column.code.as_str().into(),
            name: column.name.as_str().into(),
        },
        shape: column.shape,
        need: column.need,
        need_if: read.test(&column.need_if, "为"),
        need_unless: read.test(&column.need_unless, "不为"),
        need_with: column
            .need_with
            .as_deref()
            .and_then(|code| read.index(code)),
        forbid_if: read.test(&column.forbid_if, "为"),
        forbid_unless: read.test(&column.forbid_unless, "不为"),
        skip_if: read.test(&column.skip_if, "为"),
        min: column.min.unwrap_or(0),
        max: column.max.unwrap_or(u32::MAX),
        values: read.values(column),
        open_prefix: column.open_prefix.as_deref().map(Into::into),
        separators: column
            .separators
            .as_deref()
            .unwrap_or(";")
            .chars()
            .collect(),
        format: column.format,
        not_after_today: column.not_after_today,
        not_before: column
            .not_before
            .as_deref()
            .and_then(|code| read.dates(code)),
        within: column
            .within_days
            .as_ref()
            .and_then(|w| Some((read.dates(&w.of)?, w.days))),
        digits: column.max_digits.unwrap_or(12),
        decimals: column.max_decimals.unwrap_or(6),
        standard: column.standard,
        ban: Ban::new(&column.ban, column.ban_control),
        keep_fillers: column.keep_placeholders,
        personal: masked.then_some(column.mask),
        goes_with: kinds.map_or(0, |kinds| read.bits(kinds, &column.goes_with)),
        codes: read.codes(column),
    }
}

fn bounds(column: &Column, read: &mut Reader<'_>) {
    if column.min.unwrap_or(0) > column.max.unwrap_or(u32::MAX) {
        read.fault("`min` is greater than `max`");
    }
    let dated =
        column.not_after_today || column.not_before.is_some() || column.within_days.is_some();
    if dated && column.shape != Shape::Date {
        read.fault("only a date can be compared with dates");
    }
    if column.max_digits.unwrap_or(0) > 12 || column.max_decimals.unwrap_or(0) > 6 {
        read.fault("an amount has at most 12 digits and 6 decimals");
    }
    if column.ban.iter().any(String::is_empty) {
        read.fault("an empty text is banned");
    }
}

fn key(spec: &Spec, unique: &Unique, faults: &mut Vec<String>) -> Key {
    let mut read = Reader {
        spec,
        column: "[[unique]]",
        faults,
    };
    if unique.decision != unique.columns.is_empty() {
        read.fault("state either `columns` or `decision = true`");
    }
    if unique.decision
        && (spec.role(Role::Docket).is_none() || spec.role(Role::PartyName).is_none())
    {
        read.fault("`decision` needs the roles `docket` and `party-name`");
    }
    Key {
        columns: unique
            .columns
            .iter()
            .filter_map(|code| read.index(code))
            .collect(),
        code: unique
            .finding
            .as_deref()
            .unwrap_or(finding::DUPLICATE)
            .into(),
    }
}

fn rules(spec: &Spec, faults: &mut Vec<String>) -> Vec<RowRule> {
    let mut rules = Vec::new();
    for name in &spec.source.rules {
        match RowRule::read(name) {
            Some(rule) => rules.push(rule),
            None => faults.push(format!("there is no rule `{name}`")),
        }
    }
    rules
}

fn roles(spec: &Spec, faults: &mut Vec<String>) -> Roles {
    let mut roles = Roles::default();
    for (column, index) in spec.columns.iter().zip(0..) {
        let Some(role) = column.role else { continue };
        let place = roles.get_mut(role as usize);
        if place.is_some_and(|place| place.replace(index).is_some()) && role != Role::Alias {
            faults.push(format!("two columns have the role {role:?}"));
        }
    }
    roles
}

fn headers(spec: &Spec, faults: &mut Vec<String>) -> HashMap<String, u16> {
    let mut headers = HashMap::new();
    for (column, index) in spec.columns.iter().zip(0..) {
        let names = [&column.code, &column.name]
            .into_iter()
            .chain(&column.synonyms);
        for name in names {
            match headers.insert(header::plain(name), index) {
                Some(other) if other != index => {
                    faults.push(format!("two columns are called `{name}`"));
                }
                _ => {}
            }
        }
    }
    headers
}
