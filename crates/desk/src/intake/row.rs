//! One row on its way: what the check found, whom it means, and the entry it would become.

use super::order::{Mode, Order};
use super::place::{Candidate, Doubt};
use super::ruling::Ruling;
use crate::{Desk, Fault};
use domain::code::Code;
use domain::entity::{Doubted, Known, Organ, Registered};
use domain::filing::{Filed, Key, duty_key};
use domain::intake::{
    Bound, Cell, Context, Filing, Finding, Findings, Form, Outside, Party, PartyKind, Role,
};
use domain::ledger::Event;
use domain::ledger::entry::Stated;
use domain::record::Act;
use jiff::civil::Date;
use law::Pack;
use sheet::{Batch, Refused, RowView};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row between the check and the answer.
#[derive(Debug)]
pub(super) struct Row {
    pub findings: Vec<Finding>,
    /// The sender's own cells, kept only when an answer file is written.
    pub cells: Vec<(String, Form)>,
    /// Keys that may occur once in a file.
    pub keys: Vec<(usize, u64)>,
    pub candidate: Option<Box<Candidate>>,
    /// The row goes into the queue of doubts.
    pub doubt: Option<Box<Doubt>>,
    /// The writer decides about it.
    pub waits: bool,
}

impl Row {
    pub fn rejected(&self) -> bool {
        self.findings.iter().any(Finding::rejects)
    }

    /// Adds a rejecting finding; the row is no candidate any more.
    pub fn reject(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.candidate = None;
    }
}

/// What the workers share.
pub(super) struct Reading<'a> {
    pub desk: &'a Desk,
    /// One pack for the whole file.
    pub law: Arc<Pack>,
    pub order: &'a Order,
    pub bound: &'a Bound,
    pub organs: &'a BTreeMap<Code, Organ>,
}

impl Reading<'_> {
    /// Checks and decides the rows of a batch.
    pub fn rows(&self, batch: &Batch) -> Result<Vec<Row>, super::NotTaken> {
        let mut rows = Vec::new();
        let mut fault = None;
        let mut findings = Findings::new();
        let read = batch.each(|view| match self.row(&view, &mut findings) {
            Ok(row) => rows.push(row),
            Err(found) => fault = Some(found),
        });
        match (read, fault) {
            (Err(refused), _) => Err(Refused::into(refused)),
            (_, Some(fault)) => Err(fault.into()),
            _ => Ok(rows),
        }
    }

    fn row(&self, view: &RowView<'_>, findings: &mut Findings) -> Result<Row, Fault> {
        self.cells(view.cells, view.surplus, findings)
    }

    /// Checks and decides one row that stands in no table.
    pub(super) fn one(&self, cells: &[Cell<'_>], findings: &mut Findings) -> Result<Row, Fault> {
        self.cells(cells, false, findings)
    }

    fn cells(
        &self,
        cells: &[Cell<'_>],
        surplus: bool,
        findings: &mut Findings,
    ) -> Result<Row, Fault> {
        let context = Context {
            today: self.desk.clock.today(),
            exceptions: self.law.exceptions(),
        };
        self.bound.check(cells, &context, findings);
        if surplus {
            findings.push(self.bound.surplus());
        }
        let mut row = Row {
            findings: findings.take(),
            cells: self.kept(cells),
            keys: Vec::new(),
            candidate: None,
            doubt: None,
            waits: false,
        };
        self.bound.keys(cells, findings, |unique, key| {
            row.keys.push((unique, key.short()))
        });
        if row.rejected() {
            return Ok(row);
        }
        if let Some(filing) = self.bound.checked_filing(cells, &context, findings) {
            self.decide(filing, context.today, &mut row)?;
        }
        Ok(row)
    }

    fn kept(&self, cells: &[Cell<'_>]) -> Vec<(String, Form)> {
        if self.order.answer.is_none() {
            return Vec::new();
        }
        cells
            .iter()
            .map(|cell| (cell.text.to_owned(), cell.form))
            .collect()
    }

    fn decide(&self, filing: Filing<'_>, today: Date, row: &mut Row) -> Result<(), Fault> {
        let party = self.party(&filing.party)?;
        let organ = filing.organ_code.unwrap_or(self.order.filer);
        row.findings.extend(self.entity_finding(&filing, &party));
        row.findings.extend(self.organ_finding(&filing, organ));
        if row.rejected() {
            row.doubt = self.doubt(&filing, &party, today)?;
            return Ok(());
        }
        let filed = self.filed(&filing, organ, party.entity(), today);
        if filed.act == Act::Penalty && filed.severity.is_none() {
            row.findings
                .push(self.finding(Role::Severity, "", Outside::ClassUnclear));
            return Ok(());
        }
        row.findings.extend(self.late(&filed));
        row.findings.extend(self.publish_end(&filing, &filed));
        let spec = self.bound.plan().spec();
        let named = |&(index, text): &(u16, _)| Some((spec.column(index)?.code.as_str(), text));
        let mut stated: Vec<Stated<'_>> = Vec::with_capacity(filing.values.len());
        stated.extend(filing.values.iter().filter_map(named));
        let newcomer = match party {
            Resolved::Newcomer(code) => {
                let event =
                    Event::EntityRegistered(newcomer(code, &filing.party, &spec.source.name));
                Some(self.desk.seal(&self.order.actor, event, [])?)
            }
            _ => None,
        };
        let key = filed.key;
        let sealed = self.desk.seal_row(&self.order.actor, filed, &stated)?;
        let owned = |(name, text): Stated<'_>| (name.to_owned(), text.to_owned());
        let stated = match self.order.mode {
            Mode::New => Vec::new(),
            Mode::Correct { .. } => stated.into_iter().map(owned).collect(),
        };
        row.candidate = Some(Box::new(Candidate {
            key,
            sealed,
            stated,
            newcomer,
        }));
        Ok(())
    }

    /// Whom the party means (R34): the code decides, the name only confirms.
    fn party(&self, party: &Party) -> Result<Resolved, Fault> {
        if party.kind == PartyKind::Person {
            return Ok(Resolved::Person);
        }
        let code = match party.code {
            Some(code) => Some(code),
            None => self.by_alias(&party.aliases)?,
        };
        let Some(code) = code else {
            return Ok(Resolved::Unnamed);
        };
        let reader = self
            .desk
            .index
            .read()
            .ok_or_else(|| Fault::broken("index poisoned"))?;
        Ok(match reader.known(&code, &party.name) {
            Known::Current { .. } => Resolved::Same(code),
            Known::Former { today } => Resolved::Former(code, today.into()),
            Known::Another { name } => Resolved::Another(name.into()),
            Known::Nobody => Resolved::Newcomer(code),
        })
    }

    fn by_alias(&self, aliases: &[String]) -> Result<Option<Code>, Fault> {
        for alias in aliases {
            if let [only] = self.desk.store.by_alias(alias)?.as_slice() {
                return Ok(Some(only.registered.code));
            }
        }
        Ok(None)
    }

    fn entity_finding(&self, filing: &Filing<'_>, party: &Resolved) -> Option<Finding> {
        let name = |found| self.finding(Role::PartyName, &filing.party.name, found);
        match party {
            Resolved::Person | Resolved::Same(_) => None,
            Resolved::Former(_, today) => Some(name(Outside::FormerName {
                today: today.clone(),
            })),
            Resolved::Another(registered) => Some(name(Outside::NameOfAnother {
                registered: registered.clone(),
            })),
            Resolved::Newcomer(code) if code.conforms() => {
                Some(self.finding(Role::PartyCode, code.as_str(), Outside::UnknownCode))
            }
            Resolved::Newcomer(code) => Some(self.finding(
                Role::PartyCode,
                code.as_str(),
                Outside::NonconformingUnknown,
            )),
            Resolved::Unnamed => {
                Some(self.finding(Role::PartyCode, "", Outside::NonconformingUnknown))
            }
        }
    }

    /// What a person has to look at: a code and a name that contradict each other (R34).
    fn doubt(
        &self,
        filing: &Filing<'_>,
        party: &Resolved,
        today: Date,
    ) -> Result<Option<Box<Doubt>>, Fault> {
        let (Resolved::Another(registered), Some(code)) = (party, filing.party.code) else {
            return Ok(None);
        };
        let docket = filing.docket.clone();
        let event = Event::Doubted(Doubted {
            code,
            stated: filing.party.name.clone(),
            registered: registered.to_string(),
            docket: docket.clone(),
            filer: self.order.filer,
            source: self.bound.plan().spec().source.name.clone(),
            on: today,
        });
        let sealed = self.desk.seal(&self.order.actor, event, [])?;
        Ok(Some(Box::new(Doubt {
            code,
            docket,
            sealed,
        })))
    }

    /// The organ must be in the register, and the account may hand in its own only (DQ1008).
    fn organ_finding(&self, filing: &Filing<'_>, organ: Code) -> Option<Finding> {
        let filer = self.order.filer;
        if filing.source_code.is_some_and(|source| source != filer) {
            let account = filer.as_str().into();
            let value = filing
                .source_code
                .map(|code| code.to_string())
                .unwrap_or_default();
            return Some(self.finding(Role::SourceCode, &value, Outside::OtherOrgan { account }));
        }
        let known = self.organs.contains_key(&organ);
        (!known).then(|| self.finding(Role::OrganCode, organ.as_str(), Outside::UnknownOrgan))
    }

    fn filed(&self, filing: &Filing<'_>, organ: Code, entity: Option<Code>, today: Date) -> Filed {
        let person = entity.is_none();
        let ruling = Ruling::of(&self.law, filing, person, today);
        let known = self.organs.get(&organ).map(|organ| organ.name.as_str());
        let stated = Some(filing.organ_name.as_str()).filter(|name| !name.is_empty());
        Filed {
            source: self.bound.plan().spec().source.name.clone(),
            act: filing.act,
            organ,
            organ_name: stated.or(known).unwrap_or(organ.as_str()).to_owned(),
            filer: self.order.filer,
            entity,
            docket: filing.docket.clone(),
            key: self
                .key(filing.key, person)
                .within(duty_key(&organ, &filing.docket)),
            decided: filing.decided,
            filed: today,
            valid_until: filing.valid_until,
            severity: ruling.severity,
            procedure: filing.procedure,
            kinds: filing.kinds.clone(),
            due: ruling.due,
            publication: ruling.publication,
            version: 1,
            corrects: None,
            fine: filing.fine,
        }
    }

    fn key(&self, key: Key, person: bool) -> Key {
        if person {
            self.desk.person_key(key)
        } else {
            key
        }
    }

    fn late(&self, filed: &Filed) -> Option<Finding> {
        let due = filed.due.as_ref()?;
        let days = due.late_by(filed.filed, self.law.calendar()).ok()??;
        let late = Outside::Late {
            last_day: due.last?,
            days: u32::try_from(days).ok()?,
        };
        Some(self.finding(Role::Decided, &filed.decided.to_string(), late))
    }

    fn publish_end(&self, filing: &Filing<'_>, filed: &Filed) -> Option<Finding> {
        let stated = filing.publish_until?;
        let computed = filed.publication.window()?.hidden;
        let differs = Outside::PublishEnd { stated, computed };
        (stated != computed).then(|| self.finding(Role::PublishUntil, &stated.to_string(), differs))
    }

    fn finding(&self, role: Role, value: &str, found: Outside) -> Finding {
        Finding::outside(
            self.bound.plan(),
            self.bound.plan().role(role),
            value,
            found,
        )
    }
}

/// Whom a party means.
enum Resolved {
    Person,
    Same(Code),
    Former(Code, Box<str>),
    Another(Box<str>),
    Newcomer(Code),
    /// An organisation without a code, and no old number that means exactly one.
    Unnamed,
}

impl Resolved {
    fn entity(&self) -> Option<Code> {
        match self {
            Self::Same(code) | Self::Former(code, _) | Self::Newcomer(code) => Some(*code),
            Self::Person | Self::Another(_) | Self::Unnamed => None,
        }
    }
}

/// An entity known from a document only, until the register confirms it.
fn newcomer(code: Code, party: &Party, source: &str) -> Registered {
    Registered {
        code,
        name: party.name.clone(),
        registered: None,
        address: String::new(),
        form: String::new(),
        division: code.division().to_owned(),
        aliases: party.aliases.clone(),
        nonconforming: false,
        provisional: true,
        source: source.to_owned(),
    }
}
