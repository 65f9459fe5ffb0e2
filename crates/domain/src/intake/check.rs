//! The check of one row: every cell is read first, then judged, so that conditions may look both
//! ways. A clean row costs no allocation.

use super::finding::{Finding, Level, Reason, shown};
use super::header::{Bound, NOWHERE};
use super::plan::{Banned, Check, Lane, Test, UNLISTED};
use super::value::{self, BadAmount, Fen};
use super::{Cell, CodeStandard, DateFormat, Form, Role, Shape, docket, finding};
use crate::code::{self, Exceptions, Verdict};
use jiff::civil::Date;
use std::sync::Arc;

/// What the check of a row may know of the world.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub today: Date,
    /// Published codes that break GB 32100.
    pub exceptions: &'a Exceptions,
}

/// The findings of one row, and the room the check works in; keep one for many rows.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    slots: Vec<Slot>,
    /// Key of the decision of the row, if it was asked for.
    pub(crate) decision: Option<docket::Key>,
}

impl Findings {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn as_slice(&self) -> &[Finding] {
        &self.list
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether the row is not accepted.
    pub fn rejected(&self) -> bool {
        self.list.iter().any(Finding::rejects)
    }

    pub fn push(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// Takes the findings out one by one; the room is kept.
    pub fn drain(&mut self) -> impl Iterator<Item = Finding> {
        self.list.drain(..)
    }

    /// What the cells of the row turned out to hold.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Takes the findings out.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.list)
    }
}

/// What a cell turned out to hold.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Slot {
    #[default]
    Absent,
    /// A text that stands for nothing.
    Filler,
    Text,
    Date(Date),
    Fen(Fen),
    Set(u64),
    /// A listed text written in another width.
    Folded(u64),
    /// Not readable as what the column holds.
    Bad(Fault),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Date,
    Amount(BadAmount),
    Form(Form),
}

impl Slot {
    pub fn filled(self) -> bool {
        !matches!(self, Self::Absent | Self::Filler)
    }

    pub fn set(self) -> u64 {
        match self {
            Self::Set(bits) | Self::Folded(bits) => bits,
            _ => 0,
        }
    }

    pub fn date(self) -> Option<Date> {
        if let Self::Date(date) = self {
            Some(date)
        } else {
            None
        }
    }

    pub fn fen(self) -> Option<Fen> {
        if let Self::Fen(fen) = self {
            Some(fen)
        } else {
            None
        }
    }
}

/// A row in the hands of the check.
pub(crate) struct Row<'a> {
    pub bound: &'a Bound,
    pub cells: &'a [Cell<'a>],
    pub slots: &'a [Slot],
    pub context: &'a Context<'a>,
}

impl Bound {
    /// Checks a row; `out` then holds all its findings, those of earlier rows are dropped.
    pub fn check(&self, cells: &[Cell<'_>], context: &Context<'_>, out: &mut Findings) {
        out.list.clear();
        out.decision = None;
        self.read(cells, &mut out.slots);
        let row = Row {
            bound: self,
            cells,
            slots: &out.slots,
            context,
        };
        for (lane, index) in self.plan.lanes.iter().zip(0..) {
            row.judge(lane, index, &mut out.list);
        }
        for rule in &self.plan.rules {
            rule.apply(&row, &mut out.list);
        }
    }

    /// Reads the cells without judging them.
    pub(crate) fn read(&self, cells: &[Cell<'_>], slots: &mut Vec<Slot>) {
        slots.clear();
        let lanes = self.plan.lanes.iter().zip(&self.cells);
        slots.extend(lanes.map(|(lane, at)| match cells.get(usize::from(*at)) {
            Some(cell) => self.slot(lane, cell),
            None => Slot::Absent,
        }));
    }

    /// The text of a column as it is read: trimmed, unless the source is verbatim.
    pub(crate) fn text<'c>(&self, cells: &[Cell<'c>], index: u16) -> &'c str {
        let at = self
            .cells
            .get(usize::from(index))
            .copied()
            .unwrap_or(NOWHERE);
        let text = cells.get(usize::from(at)).map_or("", |cell| cell.text);
        if self.plan.spec.source.verbatim {
            text
        } else {
            trim(text)
        }
    }

    fn slot(&self, lane: &Lane, cell: &Cell<'_>) -> Slot {
        let verbatim = self.plan.spec.source.verbatim;
        let text = if verbatim { cell.text } else { trim(cell.text) };
        if matches!(cell.form, Form::NoValue | Form::Error | Form::Merged) {
            return Slot::Bad(Fault::Form(cell.form));
        }
        if text.is_empty() {
            return Slot::Absent;
        }
        if !lane.keep_fillers && self.plan.fillers.holds(text) {
            return Slot::Filler;
        }
        if cell.form == Form::Number
            && matches!(lane.shape, Shape::Code | Shape::Id | Shape::Docket)
        {
            return Slot::Bad(Fault::Form(Form::Number));
        }
        match lane.shape {
            Shape::Text | Shape::Id | Shape::Docket | Shape::Code => Slot::Text,
            Shape::Enum => lane.listed(text, verbatim),
            Shape::Kinds => lane.several(text, verbatim),
            Shape::Date => lane.date(text, cell.form),
            Shape::Amount => match value::amount(text, lane.digits, lane.decimals) {
                Ok(fen) => Slot::Fen(fen),
                Err(bad) => Slot::Bad(Fault::Amount(bad)),
            },
        }
    }
}

impl Lane {
    fn listed(&self, text: &str, verbatim: bool) -> Slot {
        if let Some(bit) = self.bit(text) {
            return Slot::Set(bit);
        }
        let folded = if verbatim {
            None
        } else {
            self.bit(&folded(text))
        };
        folded.map_or(Slot::Set(UNLISTED), Slot::Folded)
    }

    fn several(&self, text: &str, verbatim: bool) -> Slot {
        if let Some(bit) = self.bit(text) {
            return Slot::Set(bit);
        }
        let mut bits = 0;
        for part in text.split(|c| self.separators.contains(&c)) {
            let part = if verbatim { part } else { trim(part) };
            if part.is_empty() && !verbatim {
                continue;
            }
            bits |= self.listed(part, verbatim).set();
        }
        Slot::Set(if bits == 0 { UNLISTED } else { bits })
    }

    fn date(&self, text: &str, form: Form) -> Slot {
        // A date cell of a workbook is a date whatever its cell format shows.
        let format = if form == Form::Date {
            DateFormat::Slash
        } else {
            self.format
        };
        format.read(text).map_or(Slot::Bad(Fault::Date), Slot::Date)
    }

    pub fn bit(&self, text: &str) -> Option<u64> {
        let exact = self
            .values
            .iter()
            .find(|(value, _)| **value == *text)
            .map(|(_, bit)| *bit);
        exact.or_else(|| {
            let prefix = self.open_prefix.as_deref()?;
            let rest = text.strip_prefix(prefix)?;
            rest.starts_with(['-', '－', '—', '–'])
                .then(|| self.bit(prefix))?
        })
    }
}

impl Row<'_> {
    pub fn slot(&self, index: u16) -> Slot {
        self.slots
            .get(usize::from(index))
            .copied()
            .unwrap_or_default()
    }

    pub fn text(&self, index: u16) -> &str {
        self.bound.text(self.cells, index)
    }

    /// Index, slot and text of the column with a role, where it is filled.
    pub fn part(&self, role: Role) -> Option<(u16, Slot, &str)> {
        let index = self.bound.plan.role(role)?;
        let slot = self.slot(index);
        slot.filled().then(|| (index, slot, self.text(index)))
    }

    pub fn lane(&self, index: u16) -> Option<&Lane> {
        self.bound.plan.lanes.get(usize::from(index))
    }

    /// A finding with one of the stable codes, raised by a named rule.
    pub fn told(&self, code: &str, level: Level, index: u16, reason: Reason) -> Finding {
        let quoted = !matches!(
            reason,
            Reason::Personal(_) | Reason::WrongId | Reason::Secret(_)
        );
        let value = if quoted { self.text(index) } else { "" };
        self.finding(code.into(), level, index, reason, value)
    }

    fn finding(
        &self,
        code: Arc<str>,
        level: Level,
        index: u16,
        reason: Reason,
        value: &str,
    ) -> Finding {
        let mask = self.lane(index).and_then(|lane| lane.personal);
        let value = match mask {
            Some(mask) => shown(&crate::mask::apply(mask, value)),
            None => shown(value),
        };
        Finding {
            code,
            level,
            column: Some(index),
            field: self.bound.plan.field(index),
            reason,
            value,
        }
    }

    fn reject(&self, check: Check, index: u16, reason: Reason) -> Option<Finding> {
        let code = self.lane(index)?.code(check);
        Some(self.finding(code, Level::Reject, index, reason, self.text(index)))
    }

    fn holds(&self, test: &Test) -> bool {
        test.parts
            .iter()
            .all(|(index, bits)| self.slot(*index).set() & bits != 0)
    }

    fn judge(&self, lane: &Lane, index: u16, out: &mut Vec<Finding>) {
        let slot = self.slot(index);
        if !slot.filled() {
            return self.empty(lane, index, slot, out);
        }
        if let Some(why) = self.forbidden(lane) {
            out.extend(self.reject(Check::Forbid, index, Reason::Forbidden(why)));
        }
        if !lane.skip_if.parts.is_empty() && self.holds(&lane.skip_if) {
            return;
        }
        match slot {
            Slot::Bad(fault) => out.extend(self.broken(lane, index, fault)),
            Slot::Set(bits) if bits & UNLISTED != 0 => out.extend(self.unlisted(lane, index)),
            Slot::Folded(bits) => {
                let read = lane.text(bits).unwrap_or_default().into();
                let code = lane.code(Check::Value);
                out.push(self.finding(
                    code,
                    Level::Note,
                    index,
                    Reason::ReadAs(read),
                    self.text(index),
                ));
            }
            Slot::Date(date) => self.date(lane, index, date, out),
            _ => self.words(lane, index, out),
        }
    }

    fn empty(&self, lane: &Lane, index: u16, slot: Slot, out: &mut Vec<Finding>) {
        let why = self.needed(lane);
        match (slot, why) {
            (Slot::Filler, why) => {
                let level = if why.is_some() {
                    Level::Reject
                } else {
                    Level::Note
                };
                out.push(self.told(finding::PLACEHOLDER, level, index, Reason::Placeholder));
            }
            (_, Some(why)) => {
                let reason = if why.is_empty() {
                    Reason::Missing
                } else {
                    Reason::MissingIf(why)
                };
                out.extend(self.reject(Check::Need, index, reason));
            }
            _ => {}
        }
    }

    // Why the column is needed; an empty text when it always is.
    fn needed(&self, lane: &Lane) -> Option<Arc<str>> {
        if lane.need {
            return Some("".into());
        }
        if !lane.need_if.parts.is_empty() && self.holds(&lane.need_if) {
            return Some(lane.need_if.words.clone());
        }
        if !lane.need_unless.parts.is_empty() && !self.holds(&lane.need_unless) {
            return Some(lane.need_unless.words.clone());
        }
        let other = lane.need_with.filter(|other| self.slot(*other).filled())?;
        self.lane(other)
            .map(|other| format!("已填“{}”", other.field.name).into())
    }

    fn forbidden(&self, lane: &Lane) -> Option<Arc<str>> {
        if !lane.forbid_if.parts.is_empty() && self.holds(&lane.forbid_if) {
            return Some(lane.forbid_if.words.clone());
        }
        let unless = &lane.forbid_unless;
        (!unless.parts.is_empty() && !self.holds(unless)).then(|| unless.words.clone())
    }

    fn broken(&self, lane: &Lane, index: u16, fault: Fault) -> Option<Finding> {
        let (check, reason) = match fault {
            Fault::Date => (Check::Date, Reason::NoDate(lane.format.pattern())),
            Fault::Amount(BadAmount::Malformed) => (Check::Amount, Reason::NoAmount),
            Fault::Amount(BadAmount::TooLong) => (
                Check::Amount,
                Reason::TooManyDigits(lane.digits, lane.decimals),
            ),
            Fault::Form(Form::Error) => (Check::Form, Reason::FormulaError),
            Fault::Form(Form::Merged) => (Check::Form, Reason::MergedCell),
            Fault::Form(Form::Number) => (Check::Form, Reason::DigitsLost),
            Fault::Form(_) => (Check::Form, Reason::NoValue),
        };
        self.reject(check, index, reason)
    }

    fn unlisted(&self, lane: &Lane, index: u16) -> Option<Finding> {
        let text = self.text(index);
        let unknown = |part: &&str| lane.bit(part).is_none() && lane.bit(&folded(part)).is_none();
        let mut parts = text.split(|c| lane.separators.contains(&c));
        let bad = if lane.shape == Shape::Kinds {
            parts.find(unknown).unwrap_or(text)
        } else {
            text
        };
        self.reject(Check::Value, index, Reason::NotListed(shown(bad).into()))
    }

    fn date(&self, lane: &Lane, index: u16, date: Date, out: &mut Vec<Finding>) {
        if let Some(reason) = self.out_of_order(lane, date) {
            out.extend(self.reject(Check::Date, index, reason));
        }
    }

    // One finding for a date: what is wrong with it first.
    fn out_of_order(&self, lane: &Lane, date: Date) -> Option<Reason> {
        if lane.not_after_today && date > self.context.today {
            return Some(Reason::Future(self.context.today));
        }
        let name = |index: u16| self.lane(index).map(|lane| Arc::clone(&lane.field.name));
        if let Some(other) = lane.not_before
            && self.slot(other).date().is_some_and(|first| date < first)
        {
            return name(other).map(Reason::Before);
        }
        let (other, days) = lane.within?;
        let start = self.slot(other).date()?;
        let far = value::serial(date) - value::serial(start) > days;
        far.then(|| name(other).map(|name| Reason::TooFar(name, days)))?
    }

    fn words(&self, lane: &Lane, index: u16, out: &mut Vec<Finding>) {
        let text = self.text(index);
        if let Some(reason) = out_of_length(lane, text) {
            out.extend(self.reject(Check::Length, index, reason));
        }
        if lane.shape == Shape::Code {
            out.extend(self.code(lane, index, text));
        }
        let banned = lane.ban.as_ref().and_then(|ban| ban.find(text));
        let reason = banned.map(|banned| match banned {
            Banned::Text(found) => Reason::Banned(found),
            Banned::Control => Reason::Control,
        });
        out.extend(reason.and_then(|reason| self.reject(Check::Ban, index, reason)));
    }

    fn code(&self, lane: &Lane, index: u16, text: &str) -> Option<Finding> {
        if lane.standard == CodeStandard::Checksum {
            let right = <&[u8; 18]>::try_from(text.as_bytes()).is_ok_and(code::check_bytes);
            if right {
                return None;
            }
        }
        let checked = code::check(text, self.context.exceptions);
        match checked.verdict {
            Verdict::Valid if lane.standard == CodeStandard::Full => None,
            Verdict::Nonconforming if lane.standard == CodeStandard::Full => {
                let code = lane.code(Check::Code);
                Some(self.finding(code, Level::Note, index, Reason::Nonconforming, text))
            }
            _ => self.reject(Check::Code, index, Reason::WrongCode(Box::new(checked))),
        }
    }
}

// Counting characters is only needed where the bytes leave it open.
fn out_of_length(lane: &Lane, text: &str) -> Option<Reason> {
    let (min, max) = (lane.min as usize, lane.max as usize);
    let bytes = text.len();
    if bytes <= max && bytes >= min.saturating_mul(4) {
        return None;
    }
    let count = text.chars().count();
    if count < min {
        return Some(Reason::TooShort(lane.min));
    }
    (count > max).then_some(Reason::TooLong(lane.max))
}

pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .map(docket::fold)
        .filter(|c| !docket::is_blank(*c))
        .collect()
}

/// Trims blanks of every width. Most cells have none, so their ends are looked at first.
pub(crate) fn trim(text: &str) -> &str {
    let plain_start = |byte: &u8| *byte > b' ' && !matches!(*byte, 0xc2 | 0xe2 | 0xe3 | 0xef);
    let plain_end = |byte: &u8| *byte > b' ' && !(0x80..0xc0).contains(byte);
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(plain_start) && bytes.last().is_some_and(plain_end) {
        return text;
    }
    text.trim_matches(docket::is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Plan, Spec};

    fn bound(columns: serde_json::Value, head: serde_json::Value) -> Bound {
        let mut source = serde_json::json!({
            "name": "t", "title": "测试", "act": "penalty", "family": "t", "organ": "甲",
            "cadence": "每日", "stale_days": 1, "basis": ["甲"],
        });
        source
            .as_object_mut()
            .unwrap()
            .extend(head.as_object().unwrap().clone());
        let spec = serde_json::json!({ "source": source, "column": columns });
        let spec: Spec = serde_json::from_value(spec).unwrap();
        let header: Vec<String> = spec
            .columns
            .iter()
            .map(|column| column.code.clone())
            .collect();
        Arc::new(Plan::compile(spec).unwrap())
            .bind(&header)
            .unwrap()
    }

    fn codes(bound: &Bound, cells: &[Cell<'_>]) -> Vec<(String, String)> {
        let exceptions = Exceptions::default();
        let context = Context {
            today: jiff::civil::date(2026, 5, 12),
            exceptions: &exceptions,
        };
        let mut out = Findings::new();
        bound.check(cells, &context, &mut out);
        let named = |f: &Finding| {
            (
                f.code.to_string(),
                f.field.clone().unwrap().code.to_string(),
            )
        };
        out.as_slice().iter().map(named).collect()
    }

    fn texts(bound: &Bound, cells: &[&str]) -> Vec<(String, String)> {
        codes(
            bound,
            &cells
                .iter()
                .map(|text| Cell::text(text))
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn r33_reports_every_fault_of_a_row_at_once() {
        let bound = bound(
            serde_json::json!([
                { "code": "A", "name": "甲", "need": true },
                { "code": "B", "name": "乙", "type": "date", "not_after_today": true },
                { "code": "C", "name": "丙", "type": "enum", "values": ["是", "否"] },
                { "code": "D", "name": "丁", "need_if": { "C": ["是"] }, "max": 2 },
                { "code": "E", "name": "戊", "forbid_if": { "C": ["是"] } },
                { "code": "F", "name": "己", "type": "date", "not_before": "B" },
            ]),
            serde_json::json!({ "placeholders": ["无", "/"] }),
        );
        let cases: [(&[&str], &[&str]); 6] = [
            (&["a", "2026/05/12", "否", "", "", ""], &[]),
            (
                &["", "2026/05/13", "?", "", "", ""],
                &["DQ1003A", "DQ1005B", "DQ1004C"],
            ),
            (&["a", "", "是", "", "x", ""], &["DQ1003D", "DQ1003E"]),
            (&["无", "", "", "/", "", ""], &["DQ1013A", "DQ1013D"]),
            (
                &["a", "2026/5/2", " 是　", "甲乙丙", "", "2026/5/1"],
                &["DQ1018D", "DQ1005F"],
            ),
            (&["a", "5月2日", "", "", "", "2026/5/1"], &["DQ1005B"]),
        ];
        for (cells, wanted) in cases {
            let found: Vec<_> = texts(&bound, cells)
                .into_iter()
                .map(|(a, b)| a + &b)
                .collect();
            assert_eq!(found, wanted, "{cells:?}");
        }
    }

    #[test]
    fn a_cell_that_lies_by_its_form_is_a_finding_and_not_a_guess() {
        let bound = bound(
            serde_json::json!([
                { "code": "A", "name": "甲", "type": "id" },
                { "code": "B", "name": "乙", "type": "date" },
                { "code": "C", "name": "丙", "need": true },
            ]),
            serde_json::json!({}),
        );
        let cell = |text, form| Cell { text, form };
        let good = [
            cell("123", Form::Text),
            cell("2026/05/01", Form::Date),
            cell("1", Form::Number),
        ];
        assert!(codes(&bound, &good).is_empty());
        let forms = [Form::NoValue, Form::Error, Form::Merged];
        for form in forms {
            let found = codes(
                &bound,
                &[
                    cell("1.2E+17", Form::Number),
                    cell("", form),
                    cell("", form),
                ],
            );
            let wanted = ["A", "B", "C"].map(|column| ("DQ1016".to_owned(), column.to_owned()));
            assert_eq!(found, wanted, "{form:?}");
        }
    }

    #[test]
    fn dq1004_full_width_is_read_and_told() {
        let bound = bound(
            serde_json::json!([
                { "code": "A", "name": "甲", "type": "kinds", "values": ["A1", "B2", "其他"],
                  "open_prefix": "其他", "separators": ";；、" },
                { "code": "B", "name": "乙", "type": "enum", "values": ["1", "2"] },
            ]),
            serde_json::json!({}),
        );
        assert!(texts(&bound, &["A1; B2；其他-责令改正", "1"]).is_empty());
        assert_eq!(
            texts(&bound, &["A1", "１"]),
            [("DQ1004".to_owned(), "B".to_owned())]
        );
        assert_eq!(
            texts(&bound, &["A1;C3", "1"]),
            [("DQ1004".to_owned(), "A".to_owned())]
        );
        assert_eq!(
            texts(&bound, &["其他事", "1"]),
            [("DQ1004".to_owned(), "A".to_owned())]
        );
    }

    #[test]
    fn trims_blanks_of_every_width() {
        for text in [
            "甲",
            " 甲",
            "甲\u{3000}",
            "\u{a0}甲\u{200b}",
            "\u{feff}甲\r\n",
        ] {
            assert_eq!(trim(text), "甲", "{text:?}");
        }
        assert_eq!((trim(" \u{3000}"), trim("")), ("", ""));
    }

    // Cells by arithmetic, so that a failure can be repeated.
    fn noise(seed: &mut u64) -> String {
        let parts = [
            "", "甲", "〔", "2026", "/", "1", "无", "\u{0}", "９", " ", "元", "万", "X", ".", "-",
            "😀", "罚款", ";",
        ];
        let mut next = || {
            *seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(*seed >> 33).unwrap()
        };
        let length = next() % 12;
        (0..length).map(|_| parts[next() % parts.len()]).collect()
    }

    #[test]
    fn never_panics_on_any_cell() {
        let shapes = [
            "text", "date", "amount", "code", "id", "enum", "kinds", "docket",
        ];
        let column = |(at, shape): (usize, &&str)| {
            let listed = matches!(*shape, "enum" | "kinds");
            let values: Vec<&str> = if listed {
                vec!["罚款", "甲"]
            } else {
                vec![]
            };
            serde_json::json!({ "code": format!("C{at}"), "name": format!("列{at}"), "type": shape,
                "values": values, "min": 1, "max": 5, "ban": if listed { vec![] } else { vec!["元万"] }, "free_text": true })
        };
        let columns: Vec<_> = shapes.iter().enumerate().map(column).collect();
        let rules = [
            "party",
            "organ",
            "fine",
            "kinds",
            "personal",
            "procedure",
            "secret",
            "docket",
            "publish-end",
        ];
        let bound = bound(
            serde_json::json!(columns),
            serde_json::json!({ "rules": rules }),
        );
        let forms = [
            Form::Text,
            Form::Number,
            Form::Date,
            Form::NoValue,
            Form::Merged,
            Form::Error,
        ];
        let (mut seed, mut found) = (7, 0);
        for round in 0..20_000_usize {
            let texts: Vec<String> = (0..round % 10).map(|_| noise(&mut seed)).collect();
            let cells: Vec<_> = texts
                .iter()
                .enumerate()
                .map(|(at, text)| Cell {
                    text,
                    form: forms[(round / 7 + at) % 6],
                })
                .collect();
            found += codes(&bound, &cells).len();
        }
        assert!(found > 20_000, "the noise must reach the checks");
    }
}
