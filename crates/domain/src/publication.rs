//! Publication: from when until when the public may see a record.

use crate::basis::{Basis, Ruled};
use crate::code::Code;
use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How long the law lets a record be shown (公示期限).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// 最短公示期: before it has run, nobody may end the publication by a repair.
    pub min: Span,
    /// 最长公示期: when it has run, the publication ends by itself.
    pub max: Span,
}

// Two spans are the same term only when every unit agrees: one year and twelve months end on the
// same day, but they are two texts.
impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.min.fieldwise() == other.min.fieldwise()
            && self.max.fieldwise() == other.max.fieldwise()
    }
}

impl Eq for Term {}

/// What the law says about showing a record to the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publicity {
    /// Shown for a term that is counted from the decision.
    Shown(Term),
    /// Shown as long as the document itself is valid (licences).
    WhileValid,
    /// Not shown to the public at all.
    Withheld,
}

/// The two dates that follow from a term, with the article behind them.
///
/// STORED: written in ledger entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day on which a repair may be asked for.
    pub repairable: Date,
    /// First day on which the record is no longer shown.
    pub hidden: Date,
    pub basis: Basis,
}

impl Window {
    /// Whether the public may see the record on `day`; a record is shown from the day it is
    /// accepted, so only the end is decided here.
    pub fn open(&self, day: Date) -> bool {
        day < self.hidden
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The span leaves the calendar. A pack with such a span must not load.
    BeyondCalendar,
    /// The record is shown while valid, and nobody said until when it is.
    NoValidity,
}

/// Computes the publication window of a record decided on `decided`.
///
/// The clock starts on the day of the decision, not on the day of filing: an organ that files late
/// must not lengthen what the entity has to bear.
pub fn window(decided: Date, term: &Ruled<Term>) -> Result<Window, Fault> {
    let value = term.value();
    Ok(Window {
        repairable: after(decided, value.min)?,
        hidden: after(decided, value.max)?,
        basis: term.basis().clone(),
    })
}

/// Computes the window for any answer of the law; `None` is "do not show".
///
/// A record shown while valid ends on the day after its last valid day. There is no breach in it to
/// repair, so its `repairable` day is the day it ends anyway.
pub fn showing(
    decided: Date,
    valid_until: Option<Date>,
    publicity: &Ruled<Publicity>,
) -> Result<Option<Window>, Fault> {
    match *publicity.value() {
        Publicity::Shown(term) => window(decided, &publicity.clone().map(|_| term)).map(Some),
        Publicity::Withheld => Ok(None),
        Publicity::WhileValid => {
            let last = valid_until.ok_or(Fault::NoValidity)?;
            let hidden = last.tomorrow().map_err(|_| Fault::BeyondCalendar)?;
            Ok(Some(Window {
                repairable: hidden,
                hidden,
                basis: publicity.basis().clone(),
            }))
        }
    }
}

/// Whether and until when the public sees a record, as decided when it was accepted.
///
/// STORED: part of `filed` heads. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Publication {
    /// Shown from the day of acceptance; the window carries its end and its article.
    Shown { from: Date, window: Window },
    /// Gathered, but not shown.
    Withheld {
        why: Withheld,
        /// Absent only where the law is silent: silence never publishes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Basis>,
    },
}

impl Publication {
    /// The window of a shown record.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Shown { window, .. } => Some(window),
            Self::Withheld { .. } => None,
        }
    }
}

/// Why an accepted record is not shown.
///
/// STORED: part of `filed` heads. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
    LawSilent,
    ByRule,
    NaturalPerson,
    SimpleProcedure,
    OrgansChoice,
    TermOver,
    NotInForce,
}

impl Withheld {
    /// What a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::LawSilent => "法律依据未明确，不公示",
            Self::ByRule => "依规定不公示",
            Self::NaturalPerson => "自然人记录，默认不公示",
            Self::SimpleProcedure => "简易程序处罚，不公示",
            Self::OrgansChoice => "作出机关决定不公示",
            Self::TermOver => "报送时公示期已满",
            Self::NotInForce => "报送时已失效",
        }
    }
}

/// A record left the portal.
///
/// STORED: the head of `hidden` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// The `filed` entry that was shown.
    pub record: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub docket: String,
    /// The day the law named, even when the platform stood still that day (R5).
    pub due: Date,
    /// The day it was done.
    pub on: Date,
    pub basis: Basis,
}

fn after(day: Date, span: Span) -> Result<Date, Fault> {
    day.checked_add(span).map_err(|_| Fault::BeyondCalendar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[expect(clippy::disallowed_methods, reason = "a test states its own law")]
    fn ruled<T>(value: T) -> Ruled<T> {
        let basis = Basis {
            statute: "test/law".into(),
            article: "1".into(),
            confirmed: false,
        };
        Ruled::by_law(value, basis)
    }

    fn term(min: &str, max: &str) -> Term {
        Term {
            min: min.parse().unwrap(),
            max: max.parse().unwrap(),
        }
    }

    #[test]
    fn r92_window_keeps_the_day_of_the_month() {
        let cases = [
            (
                "P3M",
                "P1Y",
                date(2026, 5, 12),
                date(2026, 8, 12),
                date(2027, 5, 12),
            ),
            (
                "P6M",
                "P3Y",
                date(2026, 8, 31),
                date(2027, 2, 28),
                date(2029, 8, 31),
            ),
            (
                "P3M",
                "P1Y",
                date(2026, 11, 30),
                date(2027, 2, 28),
                date(2027, 11, 30),
            ),
            (
                "P1Y",
                "P3Y",
                date(2024, 2, 29),
                date(2025, 2, 28),
                date(2027, 2, 28),
            ),
        ];
        for (min, max, decided, repairable, hidden) in cases {
            let window = window(decided, &ruled(term(min, max))).unwrap();
            assert_eq!(
                (window.repairable, window.hidden),
                (repairable, hidden),
                "{decided} {min}"
            );
        }
    }

    #[test]
    fn is_shown_until_the_day_before_the_end() {
        let window = window(date(2026, 5, 12), &ruled(term("P3M", "P1Y"))).unwrap();
        assert!(window.open(date(2027, 5, 11)));
        assert!(!window.open(date(2027, 5, 12)));
    }

    #[test]
    fn a_licence_is_shown_through_its_last_valid_day() {
        let law = ruled(Publicity::WhileValid);
        let shown = |until| showing(date(2026, 1, 5), until, &law);
        let window = shown(Some(date(2026, 12, 31))).unwrap().unwrap();
        assert_eq!(window.hidden, date(2027, 1, 1));
        assert!(shown(Some(date(2099, 12, 31))).unwrap().is_some());
        assert_eq!(shown(None), Err(Fault::NoValidity));
        assert_eq!(shown(Some(Date::MAX)), Err(Fault::BeyondCalendar));
    }

    #[test]
    fn what_the_law_withholds_has_no_window() {
        assert_eq!(
            showing(date(2026, 5, 12), None, &ruled(Publicity::Withheld)),
            Ok(None)
        );
        let long = ruled(Publicity::Shown(term("P3M", "P9000Y")));
        assert_eq!(
            showing(date(2026, 5, 12), None, &long),
            Err(Fault::BeyondCalendar)
        );
    }
}
