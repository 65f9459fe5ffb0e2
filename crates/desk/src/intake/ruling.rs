//! What the law says about one filed decision. Depends on the pack, the filing and its day alone, so
//! that it can be asked again years later, and of another pack.

use domain::basis::Ruled;
use domain::duty::{Due, Kind};
use domain::filing::{Classed, Facts, publish};
use domain::intake::Filing;
use domain::publication::{Publication, Publicity};
use domain::record::{Act, Procedure, Severity};
use jiff::civil::Date;
use law::Pack;

/// The three answers of the law about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub severity: Option<Classed>,
    pub due: Option<Due>,
    pub publication: Publication,
}

impl Ruling {
    /// `person`: the party is a natural person. `filed`: the day it was handed in.
    pub fn of(law: &Pack, filing: &Filing<'_>, person: bool, filed: Date) -> Self {
        let (severity, publicity) = ask(law, filing);
        let facts = Facts {
            act: filing.act,
            person,
            decided: filing.decided,
            filed,
            valid_until: filing.valid_until,
            procedure: filing.procedure,
            publish: filing.publish,
            in_force: !matches!(filing.status.as_deref(), Some("2" | "无效")),
        };
        Self {
            severity,
            due: due(law, Kind::Publish, filing.decided),
            publication: publish(&facts, publicity.as_ref()),
        }
    }
}

/// The due date the law gives a duty of this kind that opens on `opened`; `None` if nobody owes it.
pub(crate) fn due(law: &Pack, kind: Kind, opened: Date) -> Option<Due> {
    let ruled = law.duty(kind.word(), opened)?;
    let (days, basis) = (ruled.value().days, ruled.basis().clone());
    Some(Due::compute(opened, days, basis, law.calendar()))
}

/// Asks the law for the class of a penalty and for its publicity.
fn ask(law: &Pack, filing: &Filing<'_>) -> (Option<Classed>, Option<Ruled<Publicity>>) {
    if filing.act != Act::Penalty {
        return (None, law.publicity(filing.act, None, &[], filing.decided));
    }
    let kinds: Vec<&str> = filing.kinds.iter().map(String::as_str).collect();
    let ruled = law.severity(&law::PenaltyFacts {
        kinds: &kinds,
        procedure: filing.procedure.unwrap_or(Procedure::Ordinary),
        fine: filing.fine.and_then(|fen| u64::try_from(fen / 100).ok()),
        facets: &[],
        decided: filing.decided,
    });
    let class: Option<Severity> = filing
        .severity
        .or(ruled.as_ref().map(|ruled| *ruled.value()));
    let publicity = law.publicity(filing.act, class, &[], filing.decided);
    let basis = ruled
        .as_ref()
        .map(Ruled::basis)
        .or(publicity.as_ref().map(Ruled::basis));
    let classed = class.zip(basis).map(|(class, basis)| Classed {
        class,
        basis: basis.clone(),
        stated: filing.severity.is_some(),
    });
    (classed, publicity)
}
