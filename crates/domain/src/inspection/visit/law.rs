//! What a decision about a visit is told: the law of the day, the inspectors, the visits so far.

use super::{Case, Item};
use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::code::Code;
use crate::inspection::Rate;
use crate::procedure::Term;
use crate::retention::Retention;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A published item. The article that lets it be looked at comes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRule {
    pub name: String,
    pub kind: Item,
    /// Whether it may be looked at on site, and whether from afar.
    pub on_site: bool,
    pub remote: bool,
    /// 执法条线 the inspectors must be certified for.
    pub line: String,
    /// The organs of the platform that publish it as theirs.
    pub organs: BTreeSet<Code>,
    /// Most visits for this item to one entity in a calendar year.
    pub per_year: Option<u16>,
    /// Keys of its checklist (检查标准).
    pub checks: BTreeSet<String>,
}

/// 检查结果代码
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRule {
    pub name: String,
    pub problem: bool,
}

/// 触发情形
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRule {
    pub name: String,
    /// Whether the entity need not be told beforehand.
    pub unannounced: bool,
}

/// What the law and the published lists say on the day. Silence is never leave.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// By code.
    pub items: &'a BTreeMap<String, Ruled<ItemRule>>,
    /// By word, as are the next two.
    pub results: &'a BTreeMap<String, Ruled<ResultRule>>,
    pub exceptions: &'a BTreeMap<String, Ruled<ExceptionRule>>,
    /// 回避情形, with their names.
    pub grounds: &'a BTreeMap<String, Ruled<String>>,
    /// Least number of inspectors of each organ.
    pub team: Option<&'a Ruled<u16>>,
    /// The rate of the entity's grade for general items, with its cap over all organs.
    pub rate: Option<&'a Ruled<Rate>>,
    /// Within which time the result is shown.
    pub result: Option<&'a Ruled<Term>>,
    /// How long the result is shown.
    pub shown: Option<&'a Ruled<Retention>>,
    /// The article that demands published items, approval, notice and record.
    pub order: Option<&'a Basis>,
    pub calendar: &'a Calendar,
}

/// An inspector as the library of inspectors (检查人员名录库) knows him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspector {
    pub organ: Code,
    /// 执法条线
    pub lines: BTreeSet<String>,
    /// Last day of the certificate.
    pub until: Date,
    /// Entities he has declared a tie to.
    pub recused: BTreeSet<Code>,
}

/// The inspectors by certificate number (执法证号).
#[derive(Debug, Clone, Copy)]
pub struct Staff<'a> {
    pub inspectors: &'a BTreeMap<String, Inspector>,
}

/// Why somebody may not inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// Nobody certified has this number: assistants and third parties may not inspect.
    Unknown,
    OtherOrgan,
    Expired {
        until: Date,
    },
    /// The certificate does not cover the line of the item.
    Line {
        item: String,
    },
    /// Has a tie to the entity, declared or granted.
    Recused,
}

impl Unfit {
    /// What the user reads.
    pub fn text(&self) -> String {
        match self {
            Self::Unknown => "不在检查人员名录库，辅助人员和第三方不得实施检查".to_owned(),
            Self::OtherOrgan => "不是本单位的执法人员".to_owned(),
            Self::Expired { until } => format!("执法证有效期已于{until}届满"),
            Self::Line { item } => format!("执法条线不包括“{item}”"),
            Self::Recused => "应当回避".to_owned(),
        }
    }
}

/// On-site visits of one entity by all organs, the visit asked about left out.
///
/// A joint visit counts once (R64), a remote one never (R74). Visits by exception count, but are never
/// refused for the count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visited {
    /// Begun in the calendar year.
    pub begun: u16,
    /// Not begun yet, and still within their windows.
    pub pending: u16,
    /// Both, by the items that are looked at on site.
    pub items: BTreeMap<String, u16>,
}

impl Visited {
    /// Counts the cases of one entity in the year of `day`; `but` is the visit asked about. The day is
    /// today, and for a beginning the day on which the phone says that it was.
    pub fn count<'a>(
        cases: impl IntoIterator<Item = &'a Case>,
        entity: &Code,
        but: Option<u64>,
        day: Date,
    ) -> Self {
        let mut visited = Self::default();
        let cases = cases.into_iter();
        for case in cases.filter(|case| case.task.entity == *entity && Some(case.id) != but) {
            if case.visited_in() == Some(day.year()) {
                visited.begun += 1;
            } else if case.pending(day) {
                visited.pending += 1;
            } else {
                continue;
            }
            let items = case.task.items().filter(|(_, item)| item.on_site);
            items.for_each(|(_, item)| *visited.items.entry(item.code.clone()).or_default() += 1);
        }
        visited
    }
}

/// All that a decision is told.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub law: &'a Law<'a>,
    pub staff: &'a Staff<'a>,
    pub visited: &'a Visited,
    pub today: Date,
}

impl Given<'_> {
    pub(super) fn order(&self) -> Option<Basis> {
        self.law.order.cloned()
    }
}
