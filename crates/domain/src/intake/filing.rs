//! Filing (一条报送): a row without a rejecting finding, as typed values.

use super::check::{Findings, Row, Slot, folded};
use super::header::Bound;
use super::plan::{Key as UniqueKey, UNLISTED};
use super::value::Fen;
use super::{Cell, Context, Role, Shape, docket};
use crate::code::{Code, Kind};
use crate::record::{Act, Procedure, Severity};
use jiff::civil::Date;

/// What a party says it is (行政相对人类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// 法人及非法人组织
    Legal,
    /// 个体工商户
    Individual,
    /// 自然人
    Person,
}

impl PartyKind {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Legal => "法人及非法人组织",
            Self::Individual => "个体工商户",
            Self::Person => "自然人",
        }
    }

    /// Reads the name, with or without the blanks and widths people add.
    pub fn read(text: &str) -> Option<Self> {
        let known = [Self::Legal, Self::Individual, Self::Person];
        let exact = known.into_iter().find(|kind| kind.name() == text);
        exact.or_else(|| {
            let text = folded(text);
            known.into_iter().find(|kind| kind.name() == text)
        })
    }
}

/// Who the document is about, as the document states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub kind: PartyKind,
    /// Of a natural person this is personal: keep it out of everything but the stored values.
    pub name: String,
    pub code: Option<Code>,
    /// Old registration, tax or institution numbers; none for a natural person.
    pub aliases: Vec<String>,
}

/// A row that may be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing<'a> {
    pub act: Act,
    pub party: Party,
    /// As shown: half-width, year in 〔〕.
    pub docket: String,
    /// What makes two filings the same decision.
    pub key: docket::Key,
    pub organ_code: Option<Code>,
    pub organ_name: String,
    pub source_code: Option<Code>,
    pub decided: Date,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    /// As stated; the computed end prevails.
    pub publish_until: Option<Date>,
    pub kinds: Vec<String>,
    pub procedure: Option<Procedure>,
    /// As stated by the organ.
    pub severity: Option<Severity>,
    /// In 0.000001 万元, which is one fen.
    pub fine: Option<Fen>,
    pub status: Option<String>,
    /// Whether the organ wants it shown.
    pub publish: Option<bool>,
    /// Every filled cell, trimmed: index of the column in the source and text.
    pub values: Vec<(u16, &'a str)>,
}

impl Bound {
    /// Reads a row into typed values; `None` when what every filing needs is not readable, which a
    /// row without a rejecting finding never is in a source that needs docket, party and date.
    pub fn filing<'a>(&self, cells: &[Cell<'a>], context: &Context<'_>) -> Option<Filing<'a>> {
        let mut slots = Vec::new();
        self.read(cells, &mut slots);
        let row = Row {
            bound: self,
            cells,
            slots: &slots,
            context,
        };
        self.filing_of(&row, self.values(cells, &slots), None)
    }

    /// The same for the row that was checked last, which need not be read once more.
    pub fn checked_filing<'a>(
        &self,
        cells: &[Cell<'a>],
        context: &Context<'_>,
        checked: &Findings,
    ) -> Option<Filing<'a>> {
        let row = Row {
            bound: self,
            cells,
            slots: checked.slots(),
            context,
        };
        self.filing_of(&row, self.values(cells, checked.slots()), checked.decision)
    }

    fn values<'a>(&self, cells: &[Cell<'a>], slots: &[Slot]) -> Vec<(u16, &'a str)> {
        let mut values = Vec::with_capacity(slots.len());
        let filled = (0_u16..).zip(slots).filter(|(_, slot)| slot.filled());
        values.extend(filled.map(|(index, _)| (index, self.text(cells, index))));
        values
    }

    fn filing_of<'a>(
        &self,
        row: &Row<'_>,
        values: Vec<(u16, &'a str)>,
        key: Option<docket::Key>,
    ) -> Option<Filing<'a>> {
        let date = |role| row.part(role).and_then(|(_, slot, _)| slot.date());
        let text = |role| row.part(role).map(|(.., text)| text.to_owned());
        let code = |role| row.part(role).and_then(|(.., text)| Code::read(text));
        let docket = text(Role::Docket)?;
        Some(Filing {
            act: self.plan.spec.source.act,
            party: party(row)?,
            docket: docket::display(&docket),
            key: key.or_else(|| decision(row))?,
            organ_code: code(Role::OrganCode),
            organ_name: text(Role::OrganName).unwrap_or_default(),
            source_code: code(Role::SourceCode),
            decided: date(Role::Decided)?,
            valid_from: date(Role::ValidFrom),
            valid_until: date(Role::ValidUntil),
            publish_until: date(Role::PublishUntil),
            kinds: kinds(row),
            procedure: listed(row, Role::Procedure).and_then(Procedure::read),
            severity: listed(row, Role::Severity).and_then(Severity::read),
            fine: row.part(Role::Fine).and_then(|(_, slot, _)| slot.fen()),
            status: listed(row, Role::Status).map(str::to_owned),
            publish: listed(row, Role::Publish).map(|text| text == "是"),
            values,
        })
    }

    /// The keys of the row checked last that may occur once in a file, in the order of `[[unique]]`;
    /// a key with an empty part is left out, its absence is a finding of its own.
    pub fn keys(
        &self,
        cells: &[Cell<'_>],
        checked: &mut Findings,
        mut each: impl FnMut(usize, docket::Key),
    ) {
        for (at, unique) in self.plan.uniques.iter().enumerate() {
            if let Some(key) = self.key(unique, cells, checked) {
                each(at, key);
            }
        }
    }

    fn key(
        &self,
        unique: &UniqueKey,
        cells: &[Cell<'_>],
        checked: &mut Findings,
    ) -> Option<docket::Key> {
        if unique.columns.is_empty() {
            checked.decision = self.decision(cells, checked);
            return checked.decision;
        }
        if unique
            .columns
            .iter()
            .any(|index| self.text(cells, *index).is_empty())
        {
            return None;
        }
        Some(docket::Key::of(
            unique.columns.iter().map(|index| self.text(cells, *index)),
        ))
    }

    /// The key of the decision the row checked last states, by its roles.
    pub fn decision(&self, cells: &[Cell<'_>], checked: &Findings) -> Option<docket::Key> {
        let exceptions = crate::code::Exceptions::default();
        let context = Context {
            today: Date::MIN,
            exceptions: &exceptions,
        };
        decision(&Row {
            bound: self,
            cells,
            slots: checked.slots(),
            context: &context,
        })
    }
}

fn decision(row: &Row<'_>) -> Option<docket::Key> {
    let text = |role| row.part(role).map(|(.., text)| text);
    let organ = text(Role::OrganCode)
        .or_else(|| text(Role::OrganName))
        .unwrap_or_default();
    let party = text(Role::PartyCode)
        .or_else(|| text(Role::PersonId))
        .or_else(|| text(Role::PartyName));
    Some(docket::key(organ, text(Role::Docket)?, party?, &kinds(row)))
}

fn party(row: &Row<'_>) -> Option<Party> {
    let (.., name) = row.part(Role::PartyName)?;
    let code = row
        .part(Role::PartyCode)
        .and_then(|(.., text)| Code::read(text));
    let stated = row
        .part(Role::PartyKind)
        .and_then(|(.., text)| PartyKind::read(text));
    let kind = stated.unwrap_or_else(|| implied(row, code));
    let columns = row.bound.plan.spec.columns.iter().zip(0..);
    let old =
        columns.filter(|(column, _)| column.role == Some(Role::Alias) && kind != PartyKind::Person);
    let aliases = old.filter(|(_, index)| row.slot(*index).filled());
    Some(Party {
        kind,
        name: name.to_owned(),
        code,
        aliases: aliases
            .map(|(_, index)| row.text(index).to_owned())
            .collect(),
    })
}

// Editions before 2018 have no column for the kind; a person stands there by the number of the id.
fn implied(row: &Row<'_>, code: Option<Code>) -> PartyKind {
    match code.map(|code| code.kind()) {
        Some(Kind::Individual) => PartyKind::Individual,
        Some(_) => PartyKind::Legal,
        None if row.part(Role::PersonId).is_some() => PartyKind::Person,
        None if row
            .part(Role::PartyName)
            .is_some_and(|(.., name)| name.chars().count() < 4) =>
        {
            PartyKind::Person
        }
        None => PartyKind::Legal,
    }
}

// The listed text a cell stands for, aliases resolved.
fn listed<'a>(row: &'a Row<'_>, role: Role) -> Option<&'a str> {
    let (index, slot, text) = row.part(role)?;
    match slot {
        Slot::Set(bits) | Slot::Folded(bits) if bits & UNLISTED == 0 => row.lane(index)?.text(bits),
        Slot::Text => Some(text),
        _ => None,
    }
}

fn kinds(row: &Row<'_>) -> Vec<String> {
    let Some((index, slot, text)) = row.part(Role::Kinds) else {
        return Vec::new();
    };
    let Some(lane) = row.lane(index) else {
        return Vec::new();
    };
    let bits = slot.set();
    if !matches!(lane.shape, Shape::Enum | Shape::Kinds) {
        return vec![text.to_owned()];
    }
    let mut left = bits & !UNLISTED;
    let chosen = std::iter::from_fn(|| {
        let lowest = left & left.wrapping_neg();
        left ^= lowest;
        (lowest != 0).then_some(lowest)
    });
    chosen
        .filter_map(|bit| lane.text(bit))
        .map(str::to_owned)
        .collect()
}
