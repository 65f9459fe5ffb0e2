//! Visits on a phone: what its owner has to look at, and what he hands in, also late and also twice.

use super::{Rules, refused, write_all};
use crate::ports::{Filter, Row};
use crate::procedure::act::keep_refusal;
use crate::procedure::{Case as Any, NotDone, Noun, Sitting, Who, fold};
use crate::{Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::inspection::inspector::Inspector;
use domain::inspection::visit::{
    Answer, Case, Command, Entering, Evidence, Notice, Outcome, Part, Record, Refusal, Stage,
};
use domain::inspection::{Item, ResultCode};
use domain::ledger::Hash;
use jiff::civil::Date;
use law::Pack;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Visits one inspector has before him are few; this is more than anybody has.
const ALL: usize = 10_000;

/// A visit as one of its inspectors sees it on a phone. Items are those of his organ; the team is that
/// of all organs, because who leads says who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldTask {
    pub visit: u64,
    pub entity: Code,
    pub name: String,
    pub address: String,
    /// The organ of the inspector.
    pub organ: Code,
    pub organ_name: String,
    /// Whether his organ leads: it begins the visit.
    pub lead: bool,
    pub until: Date,
    pub state: &'static str,
    pub approved: Vec<Paper>,
    /// How the entity was told.
    pub noticed: Option<String>,
    pub items: Vec<FieldItem>,
    pub team: Vec<Mate>,
    pub begun: bool,
    /// All items of his organ are recorded.
    pub recorded: bool,
    /// What is not in force yet, in Chinese; while there is anything, nobody can begin.
    pub lacking: Vec<String>,
}

/// A document the inspectors show (检查审批表).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    pub name: String,
    pub number: String,
    pub on: Date,
    pub organ: Code,
}

/// One item to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldItem {
    pub code: String,
    pub name: String,
    pub kind: Item,
    pub on_site: bool,
    pub checks: Vec<FieldCheck>,
    pub basis: Basis,
}

/// One line of its checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldCheck {
    pub key: String,
    pub text: String,
    pub basis: Basis,
}

/// Somebody who goes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mate {
    pub certificate: String,
    pub called: String,
    pub organ: Code,
}

/// What a phone hands in. Without results it only begins the visit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSheet {
    /// Made on the phone before the first attempt to send.
    pub client: String,
    pub visit: u64,
    #[serde(default)]
    pub begin: Option<FieldBegin>,
    #[serde(default)]
    pub results: Vec<FieldResult>,
    #[serde(default)]
    pub evidence: Vec<FieldEvidence>,
    /// 执法证号
    #[serde(default)]
    pub signed_by: Vec<String>,
    /// Digest of the record as the entity signed it.
    #[serde(default)]
    pub entity_signed: Option<Digest>,
    /// Why the entity did not sign.
    #[serde(default)]
    pub note: String,
    /// Time of the phone when it was finished.
    #[serde(default)]
    pub taken: String,
}

/// How the visit began.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldBegin {
    pub on: Date,
    /// 扫码入企
    #[serde(default)]
    pub scanned: bool,
    /// 执法证号
    pub present: Vec<String>,
    pub device: String,
    /// Time of the phone.
    pub at: String,
}

/// What was found about one item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldResult {
    /// Code of the item.
    pub item: String,
    /// Word of the result.
    pub result: String,
    #[serde(default)]
    pub words: String,
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// A picture or file that stays where it was taken; its digest is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldEvidence {
    pub name: String,
    /// Media type.
    pub media: String,
    /// Length in bytes.
    pub bytes: u64,
    pub digest: Digest,
    #[serde(default)]
    pub note: String,
}

/// A digest of 32 bytes, in hexadecimal or Base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Digest(pub Hash);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = digest(&text).map(Self);
        read.ok_or("摘要应为32字节的十六进制或者Base64")
    }
}

/// What somebody or a phone writes for a digest.
pub(super) fn digest(text: &str) -> Option<Hash> {
    Hash::from_hex(text).or_else(|| text.parse().ok())
}

/// What came of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Synced {
    pub visit: u64,
    /// The entries it made.
    pub entries: Vec<u64>,
    /// The same was sent before, and nothing has changed.
    pub already: bool,
}

impl Desk {
    /// The open visits that the owner of an account is to go to.
    pub fn field_tasks(&self, who: &Who) -> Result<Vec<FieldTask>, Fault> {
        let Some(organ) = who.organ() else {
            return Ok(Vec::new());
        };
        let own = self.own_certificates(who, organ)?;
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter {
            noun: Some(Noun::Visit.word().to_owned()),
            organ: Some(organ),
            open: Some(true),
            ascending: true,
            limit: ALL,
            ..Filter::default()
        };
        let organs = self.store.organs()?.into_iter();
        let mut face = Face {
            desk: self,
            law: self.law(),
            names: organs.map(|organ| (organ.code, organ.name)).collect(),
            known: BTreeMap::new(),
        };
        let mut tasks = Vec::new();
        for (_, case) in self.folded(&filter)? {
            let Any::Visit(case) = case else { continue };
            let part = case.task.part(&organ);
            let goes = |part: &&Part| part.team.iter().any(|member| own.contains(member));
            if let Some(part) = part.filter(goes).filter(|_| ahead(&case)) {
                tasks.push(face.task(&case, part)?);
            }
        }
        tasks.sort_by_key(|task| (task.until, task.visit));
        Ok(tasks)
    }

    /// Takes what a phone hands in: the beginning, where it did not begin yet, and the record, both or
    /// none. The same sheet sent again changes nothing.
    ///
    /// # Errors
    /// [`NotDone`]; a refusal by the law is entered into the ledger with its article.
    pub fn field_sync(&self, who: &Who, sheet: FieldSheet) -> Result<Synced, NotDone> {
        let (desk, who) = (self.clone(), who.clone());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, who.actor());
            let visit = sheet.visit;
            match take(&mut sitting, &who, sheet) {
                Ok(synced) => Ok(Ok(synced)),
                Err(NotDone::Fault(fault)) => Err(fault),
                Err(no) => {
                    keep_refusal(&mut sitting, Noun::Visit, Some(visit), "record", &no)?;
                    Ok(Err(no))
                }
            }
        })?;
        outcome
    }

    /// 检查结果代码, as a phone offers them.
    pub fn result_codes(&self) -> Vec<ResultCode> {
        let law = self.law();
        let codes = law.inspection_results().iter();
        codes.map(|code| code.value().clone()).collect()
    }

    fn folded(&self, filter: &Filter) -> Result<Vec<(Row, Any)>, Fault> {
        let mut cases = Vec::new();
        for row in self.store.procedures(filter)? {
            if let Some(case) = fold(row.id, &self.store.steps(row.id)?)? {
                cases.push((row, case));
            }
        }
        Ok(cases)
    }

    /// 执法证号 of the inspectors of an organ whose entry names the account.
    pub(super) fn own_certificates(&self, who: &Who, organ: Code) -> Result<Vec<String>, Fault> {
        let filter = Filter {
            noun: Some(Noun::Inspector.word().to_owned()),
            organ: Some(organ),
            open: Some(true),
            limit: ALL,
            ..Filter::default()
        };
        let cases = self.folded(&filter)?.into_iter();
        let own = cases.filter_map(|(_, case)| match case {
            Any::Inspector(one) if owns(&one, who) => Some(one.enrolment.certificate),
            _ => None,
        });
        Ok(own.collect())
    }

    /// An inspector by the number of his certificate.
    pub(crate) fn inspector(&self, certificate: &str) -> Result<Option<Inspector>, Fault> {
        let filter = Filter {
            noun: Some(Noun::Inspector.word().to_owned()),
            topic: Some(certificate.to_owned()),
            limit: 1,
            ..Filter::default()
        };
        let found = self.folded(&filter)?.pop();
        Ok(match found {
            Some((_, Any::Inspector(one))) => Some(one),
            _ => None,
        })
    }
}

fn owns(one: &Inspector, who: &Who) -> bool {
    let enrolment = &one.enrolment;
    !enrolment.account.is_empty()
        && enrolment.account == who.account
        && Some(enrolment.organ) == who.organ()
}

/// Whether inspectors still have something to do or to look up on the spot.
fn ahead(case: &Case) -> bool {
    matches!(
        case.stage,
        Stage::Assigned { .. } | Stage::Ready(_) | Stage::Begun(_) | Stage::Ended(_)
    )
}

/// What tasks are told with.
struct Face<'a> {
    desk: &'a Desk,
    law: std::sync::Arc<Pack>,
    names: BTreeMap<Code, String>,
    known: BTreeMap<String, Option<Inspector>>,
}

impl Face<'_> {
    fn task(&mut self, case: &Case, part: &Part) -> Result<FieldTask, Fault> {
        let task = &case.task;
        let profile = self.desk.store.profile(&task.entity)?;
        let registered = profile.map(|profile| profile.registered);
        let missing = case.missing();
        let approved = case.approvals().iter().map(|approval| Paper {
            name: approval.document.name.clone(),
            number: approval.document.number.clone(),
            on: approval.document.on,
            organ: approval.document.organ,
        });
        let mut team = Vec::new();
        for part in &task.parts {
            for certificate in &part.team {
                team.push(Mate {
                    called: self.called(certificate)?,
                    certificate: certificate.clone(),
                    organ: part.organ,
                });
            }
        }
        Ok(FieldTask {
            visit: case.id,
            entity: task.entity,
            name: registered
                .as_ref()
                .map_or_else(|| task.entity.to_string(), |known| known.name.clone()),
            address: registered.map(|known| known.address).unwrap_or_default(),
            organ: part.organ,
            organ_name: self.name(&part.organ),
            lead: part.lead,
            until: task.until,
            state: case.name(),
            approved: approved.collect(),
            noticed: case.ready().map(|ready| told(&ready.notice)),
            items: self.items(part),
            team,
            begun: case.begun().is_some(),
            recorded: !part.items.iter().any(|item| missing.contains(&item.code)),
            lacking: self.lacking(case)?,
        })
    }

    fn name(&self, organ: &Code) -> String {
        let name = self.names.get(organ).cloned();
        name.unwrap_or_else(|| organ.to_string())
    }

    fn inspector(&mut self, certificate: &str) -> Result<Option<&Inspector>, Fault> {
        if !self.known.contains_key(certificate) {
            let found = self.desk.inspector(certificate)?;
            self.known.insert(certificate.to_owned(), found);
        }
        Ok(self.known.get(certificate).and_then(Option::as_ref))
    }

    fn called(&mut self, certificate: &str) -> Result<String, Fault> {
        let found = self.inspector(certificate)?;
        Ok(found
            .map(|one| one.enrolment.called.clone())
            .unwrap_or_default())
    }

    fn items(&self, part: &Part) -> Vec<FieldItem> {
        let items = part.items.iter().map(|item| {
            let published = self.law.inspection_item(&item.code);
            let checks = published.map(|rule| rule.value().checks.clone());
            let checks = checks.unwrap_or_default().into_iter();
            FieldItem {
                code: item.code.clone(),
                name: item.name.clone(),
                kind: item.kind,
                on_site: item.on_site,
                checks: checks
                    .map(|check| FieldCheck {
                        key: check.key,
                        text: check.text,
                        basis: check.basis,
                    })
                    .collect(),
                basis: item.basis.clone(),
            }
        });
        items.collect()
    }

    /// What keeps the visit from beginning today.
    fn lacking(&mut self, case: &Case) -> Result<Vec<String>, Fault> {
        let mut lacking = Vec::new();
        if case.begun().is_some() {
            return Ok(lacking);
        }
        let today = self.desk.clock.today();
        if case.lapsed(today) {
            lacking.push(format!("检查期限已于{}届满", case.task.until));
        }
        for organ in case.lacking() {
            lacking.push(format!("审批表未批准（{}）", self.name(&organ)));
        }
        if case.ready().is_none() {
            lacking.push("通知书未送达".to_owned());
        }
        for part in &case.task.parts {
            for certificate in &part.team {
                if case.contested(certificate) {
                    lacking.push(format!("回避申请未决定（{certificate}）"));
                }
                let until = self.inspector(certificate)?;
                let until = until.map_or(Date::ZERO, |one| one.enrolment.until);
                if until < today {
                    lacking.push(format!("执法证已失效（{certificate}）"));
                }
            }
            self.understaffed(part, &mut lacking)?;
        }
        Ok(lacking)
    }

    fn understaffed(&mut self, part: &Part, lacking: &mut Vec<String>) -> Result<(), Fault> {
        let law = std::sync::Arc::clone(&self.law);
        let Some(least) = law.team_size() else {
            return Ok(());
        };
        for item in &part.items {
            let line = law.inspection_item(&item.code);
            let line = line.map(|rule| rule.value().line.clone());
            let mut fit = 0;
            for certificate in &part.team {
                let known = self.inspector(certificate)?;
                let held = known.map(|one| one.enrolment.lines.as_slice());
                fit += u16::from(
                    line.as_ref()
                        .is_some_and(|line| held.is_some_and(|held| held.contains(line))),
                );
            }
            if fit < *least.value() {
                lacking.push(format!("“{}”的检查人员不足", item.name));
            }
        }
        Ok(())
    }
}

fn told(notice: &Notice) -> String {
    match notice {
        Notice::Served { delivery } => {
            format!("{}已送达（{}）", delivery.on, delivery.proof)
        }
        Notice::Waived { .. } => notice.name().to_owned(),
    }
}

/// Takes a sheet: decides about all of it before anything is appended.
fn take(sitting: &mut Sitting<'_>, who: &Who, sheet: FieldSheet) -> Result<Synced, NotDone> {
    let absent = || NotDone::Missing(format!("没有编号为 {} 的检查", sheet.visit));
    let by = who.person().ok_or_else(absent)?;
    let Some(Any::Visit(case)) = sitting.case(sheet.visit)? else {
        return Err(absent());
    };
    let part = case.task.part(&by.organ).ok_or_else(absent)?;
    let mut goes = false;
    for certificate in &part.team {
        let one = sitting.desk.inspector(certificate)?;
        goes |= one.is_some_and(|one| owns(&one, who));
    }
    if !goes {
        return Err(NotDone::Forbidden(
            "当前账号不是这次检查的检查人员，请核对检查人员名录库登记的账号".to_owned(),
        ));
    }
    let rules = Rules::of(sitting)?;
    let mut case = *case;
    let mut events = Vec::new();
    if let Some(begin) = sheet
        .begin
        .as_ref()
        .filter(|begin| says(&case, begin, &sheet))
    {
        let entering = Entering {
            on: begin.on,
            scanned: begin.scanned,
            present: begin.present.clone(),
            device: begin.device.clone(),
            at: begin.at.clone(),
        };
        let day = begin.on;
        let began = super::decide_on(sitting, &rules, &case, Command::Begin(entering), &by, day)?;
        let began = began.map_err(|no| match case.begun() {
            Some(_) => refused(&Refusal::Conflict {
                client: sheet.client.clone(),
            }),
            None => refused(&no),
        })?;
        for event in &began {
            let next = case.apply(event);
            case = next.map_err(|_| Fault::broken("a visit began out of step"))?;
        }
        events.extend(began);
    }
    let visit = sheet.visit;
    if !(sheet.results.is_empty() && sheet.begin.is_some()) {
        let record = Command::Record(Box::new(record(sheet, by.organ)));
        let day = sitting.today;
        let recorded = super::decide_on(sitting, &rules, &case, record, &by, day)?;
        events.extend(recorded.map_err(|no| refused(&no))?);
    }
    let already = events.is_empty();
    let first = sitting.tx.next();
    write_all(sitting, visit, case.task.entity, events)?;
    Ok(Synced {
        visit,
        entries: (first..sitting.tx.next()).collect(),
        already,
    })
}

/// Whether a beginning is to be looked at: it began nothing yet, or the same phone says it again. What
/// another phone of the team says of a visit that has begun adds nothing to it.
fn says(case: &Case, begin: &FieldBegin, sheet: &FieldSheet) -> bool {
    let Some(begun) = case.begun() else {
        return true;
    };
    begun.start.device == begin.device || sheet.results.is_empty()
}

fn record(sheet: FieldSheet, organ: Code) -> Record {
    let results = sheet.results.into_iter().map(|found| Outcome {
        item: found.item,
        result: found.result,
        words: found.words,
        answers: found.answers,
        problem: false,
    });
    let evidence = sheet.evidence.into_iter().map(|file| Evidence {
        name: file.name,
        media: file.media,
        bytes: file.bytes,
        digest: file.digest.0,
        note: file.note,
    });
    Record {
        organ,
        client: sheet.client,
        results: results.collect(),
        evidence: evidence.collect(),
        signed_by: sheet.signed_by,
        entity_signed: sheet.entity_signed.map(|digest| digest.0),
        note: sheet.note,
        taken: sheet.taken,
    }
}
