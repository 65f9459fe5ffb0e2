//! Header: which cell of a file holds which column of the source.

use super::finding::{self, Field, Finding, Level, Reason, shown};
use super::{Plan, docket};
use std::sync::Arc;

/// A plan that has met the header of a file.
#[derive(Debug, Clone)]
pub struct Bound {
    pub(crate) plan: Arc<Plan>,
    /// For each column of the source the cell that holds it.
    pub(crate) cells: Vec<u16>,
    notes: Vec<Finding>,
}

/// The file has no such column.
pub(crate) const NOWHERE: u16 = u16::MAX;

/// A header text reduced to what distinguishes it: width, blanks, brackets, stars, joints and the
/// marks 必填/选填 do not.
pub(crate) fn plain(text: &str) -> String {
    let kept = text.chars().map(docket::fold).filter(|c| !is_ornament(*c));
    let plain: String = kept.map(|c| c.to_ascii_uppercase()).collect();
    plain.replace("必填", "").replace("选填", "")
}

fn is_ornament(c: char) -> bool {
    let bracket = matches!(
        c,
        '(' | ')' | '[' | ']' | '{' | '}' | '〔' | '〕' | '【' | '】' | '［' | '］'
    );
    docket::is_blank(c) || bracket || matches!(c, '*' | '_' | '-' | ':' | '、' | '/' | '"' | '\'')
}

impl Plan {
    /// Recognises the header. Columns may stand in any order, by code, name or synonym.
    ///
    /// # Errors
    /// All findings, when a mandatory column is missing or two columns mean one thing: no row of
    /// such a file can be read with confidence.
    pub fn bind(self: &Arc<Self>, header: &[String]) -> Result<Bound, Vec<Finding>> {
        let mut cells = vec![NOWHERE; self.lanes.len()];
        let mut found = Vec::new();
        for (name, at) in header.iter().zip(0_u16..) {
            match self.headers.get(&plain(name)) {
                Some(index) => self.place(&mut cells, *index, at, name, &mut found),
                None => found.extend(self.stranger(name)),
            }
        }
        let missing = (0_u16..).zip(&self.lanes).zip(&cells);
        let missing = missing.filter(|((_, lane), cell)| lane.need && **cell == NOWHERE);
        found.extend(missing.map(|((index, lane), _)| {
            let code = lane.code(super::plan::Check::Need);
            of_header(
                code,
                Level::Reject,
                Some((index, lane.field.clone())),
                Reason::HeaderMissing,
                "",
            )
        }));
        if found.iter().any(Finding::rejects) {
            return Err(found);
        }
        Ok(Bound {
            plan: Arc::clone(self),
            cells,
            notes: found,
        })
    }

    /// How many columns of the source the header names, and whether all mandatory ones are there.
    pub fn fit(&self, header: &[String]) -> (usize, bool) {
        let mut named = vec![false; self.lanes.len()];
        for index in header
            .iter()
            .filter_map(|name| self.headers.get(&plain(name)))
        {
            if let Some(seen) = named.get_mut(usize::from(*index)) {
                *seen = true;
            }
        }
        let complete = self
            .lanes
            .iter()
            .zip(&named)
            .all(|(lane, named)| !lane.need || *named);
        (named.iter().filter(|named| **named).count(), complete)
    }

    fn place(&self, cells: &mut [u16], index: u16, at: u16, name: &str, found: &mut Vec<Finding>) {
        let Some(cell) = cells.get_mut(usize::from(index)) else {
            return;
        };
        if *cell == NOWHERE {
            *cell = at;
            return;
        }
        let field = self.field(index).map(|field| (index, field));
        found.push(of_header(
            finding::HEADER.into(),
            Level::Reject,
            field,
            Reason::HeaderTwice,
            name,
        ));
    }

    fn stranger(&self, name: &str) -> Option<Finding> {
        let reason = match plain(name) {
            known if self.waived.contains(&known) => return None,
            empty if empty.is_empty() => Reason::HeaderBlank,
            _ => Reason::HeaderUnknown,
        };
        Some(of_header(
            finding::HEADER.into(),
            Level::Note,
            None,
            reason,
            name,
        ))
    }
}

fn of_header(
    code: Arc<str>,
    level: Level,
    column: Option<(u16, Field)>,
    reason: Reason,
    value: &str,
) -> Finding {
    let (column, field) = column.map_or((None, None), |(index, field)| (Some(index), Some(field)));
    Finding {
        code,
        level,
        column,
        field,
        reason,
        value: shown(value),
    }
}

impl Bound {
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Notes about the header: columns nobody reads.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// The finding for a row that has cells beyond the header.
    pub fn surplus(&self) -> Finding {
        of_header(
            finding::HEADER.into(),
            Level::Reject,
            None,
            Reason::Surplus,
            "",
        )
    }

    /// The finding for a row whose key stood in the file before; `row` 0 names no row.
    pub fn repeated(&self, unique: usize, row: u32) -> Finding {
        let code = self
            .plan
            .repeated_code(unique)
            .unwrap_or_else(|| finding::DUPLICATE.into());
        let column = self
            .plan
            .uniques
            .get(unique)
            .and_then(|key| key.columns.first().copied());
        let column = column.or_else(|| self.plan.role(super::Role::Docket));
        let field = column.and_then(|index| Some((index, self.plan.field(index)?)));
        of_header(code, Level::Reject, field, Reason::Repeated(row), "")
    }
}
