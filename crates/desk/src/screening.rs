//! Screening: one look-up, answered from the index, proved by the ledger.

use crate::index::Reader;
use crate::ports::{Committed, Transaction};
use crate::{Actor, Desk, Fault};
use domain::code::Code;
use domain::ledger::{Event, Suite, codec};
use domain::listing::Entry;
use domain::screening::{
    Allowed, CaseDecided, Eligibility, Facts, Freshness, Listed, Outcome, Question, RECEIPT,
    Receipt, ReceiptEntry, Screened, Sheet, answer, text,
};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What lists add to an answer.
#[derive(Default)]
struct Held {
    lists: Vec<Listed>,
    measures: Vec<Allowed>,
}

/// Called with the receipt once it is durable.
pub type Answered = Box<dyn FnOnce(Result<Receipt, Fault>) + Send>;

impl Desk {
    /// The sheet alone, without a receipt: for pages that show, not for decisions that need proof.
    pub fn sheet(&self, question: Question) -> Result<Sheet, Fault> {
        self.answer(question, false)
    }

    /// The sheet while no receipt can be made durable: the last snapshot, and it says so (R49).
    pub fn degraded_sheet(&self, question: Question) -> Result<Sheet, Fault> {
        self.answer(question, true)
    }

    fn answer(&self, question: Question, degraded: bool) -> Result<Sheet, Fault> {
        let (day, now) = (self.clock.today(), self.clock.now());
        let facts = Facts {
            degraded,
            ..self.facts(&question, day)?
        };
        Ok(answer(question, facts, day, now))
    }

    /// Answers a look-up; `answered` is called when the receipt is in the ledger and on disk.
    pub fn screen(&self, actor: &Actor, question: Question, answered: Answered) {
        match self.prepare(actor, question) {
            Ok(ready) => self.submit(ready, answered),
            Err(fault) => answered(Err(fault)),
        }
    }

    /// Answers a look-up and waits for the receipt.
    pub fn screen_now(&self, actor: &Actor, question: Question) -> Result<Receipt, Fault> {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        self.screen(
            actor,
            question,
            Box::new(move |receipt| {
                let _ = send.send(receipt);
            }),
        );
        receive
            .recv()
            .map_err(|_| Fault::broken("writer stopped"))?
    }

    /// Records that cases were decided, so that a missing look-up shows (R47); returns how many
    /// were new.
    pub fn decide_cases(&self, actor: &Actor, cases: Vec<CaseDecided>) -> Result<u64, Fault> {
        let mut sealed = Vec::with_capacity(cases.len());
        for case in cases {
            let (organ, number) = (case.organ, case.case_no.clone());
            sealed.push((
                organ,
                number,
                self.seal(actor, Event::CaseDecided(case), [])?,
            ));
        }
        let (added, _) = self.write(move |transaction: &mut dyn Transaction| {
            let mut added = 0;
            for (organ, number, sealed) in sealed {
                if !transaction.case(&organ, &number)? {
                    transaction.append(sealed)?;
                    added += 1;
                }
            }
            Ok(added)
        })?;
        Ok(added)
    }

    /// Records that a case was decided; returns whether it was new.
    pub fn decide_case(&self, actor: &Actor, case: CaseDecided) -> Result<bool, Fault> {
        self.decide_cases(actor, vec![case]).map(|added| added > 0)
    }

    fn prepare(&self, actor: &Actor, question: Question) -> Result<Ready, Fault> {
        let sheet = self.sheet(question)?;
        let broken = |error: serde_json::Error| Fault::broken(error.to_string());
        let value = serde_json::to_value(&sheet).map_err(broken)?;
        let event = Event::Screened(Screened {
            entity: sheet.entity.as_ref().map(|identity| identity.code),
            matter: sheet.question.matter.clone(),
            case_no: sheet.question.case_no.clone(),
            outcome: sheet.outcome,
            effects: sheet.effects.len() + sheet.lists.len(),
        });
        let text = text(&sheet).map_err(broken)?;
        let mut bases: Vec<_> = sheet
            .effects
            .iter()
            .map(|effect| effect.basis.clone())
            .collect();
        bases.extend(sheet.lists.iter().map(|list| list.basis.clone()));
        bases.extend(sheet.measures.iter().map(|measure| measure.basis.clone()));
        bases.extend(
            sheet
                .commitment
                .iter()
                .map(|eligibility| eligibility.basis.clone()),
        );
        bases.sort();
        bases.dedup();
        let sealed = self.seal_on(actor, event, bases, [("sheet".to_owned(), text)])?;
        Ok(Ready {
            sheet: value,
            sealed,
        })
    }

    fn submit(&self, ready: Ready, answered: Answered) {
        let seq = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&seq);
        let Ready { sheet, sealed } = ready;
        let entry = codec::decode(&sealed.body);
        let (suite, origin) = (self.store.suite(), self.store.origin());
        self.store.submit(
            Box::new(move |transaction| {
                let appended = transaction.append(sealed)?;
                transaction.prove(appended);
                if let Ok(mut slot) = slot.lock() {
                    *slot = Some(appended);
                }
                Ok(())
            }),
            Box::new(move |committed| {
                let seq = seq.lock().ok().and_then(|slot| *slot);
                answered(committed.and_then(|committed| {
                    let parts = seq.zip(entry);
                    let parts = parts.and_then(|(seq, entry)| ReceiptEntry::of(seq, &entry));
                    let entry = parts.ok_or_else(|| Fault::broken("receipt without sheet"))?;
                    receipt(suite, &origin, sheet, entry, &committed)
                }));
            }),
        );
    }

    fn facts(&self, question: &Question, day: Date) -> Result<Facts, Fault> {
        let reader = self
            .index
            .read()
            .ok_or_else(|| Fault::broken("index poisoned"))?;
        let code = Code::read(&question.code);
        let entity = code.and_then(|code| reader.identity(&code));
        let (effects, held) = match (&entity, code) {
            (Some(_), Some(code)) => (
                reader.effects(&code, day),
                self.held(&reader, &code, question, day),
            ),
            _ => (Vec::new(), Held::default()),
        };
        let sources = self.freshness(reader.delivered(), day);
        let as_of = reader.as_of();
        let named = effects.iter().map(|effect| effect.record);
        let named: Vec<u64> = named
            .chain(held.lists.iter().map(|list| list.listing))
            .collect();
        let mut disputed = named.clone();
        disputed.retain(|record| reader.is_disputed(*record));
        let mut repairing = named;
        repairing.retain(|record| reader.repair_of(*record).is_some());
        drop(reader);
        let commitment = match (&entity, code) {
            (Some(_), Some(code)) => self.eligibility(&code, day)?,
            _ => None,
        };
        Ok(Facts {
            notes: self.notes(question, entity.as_ref(), &sources),
            entity,
            effects,
            lists: held.lists,
            measures: held.measures,
            disputed,
            repairing,
            sources,
            degraded: false,
            commitment,
            as_of,
        })
    }

    /// Lists the entity is on, the soonest end first.
    pub fn lists(&self, reader: &Reader<'_>, code: &Code, day: Date) -> Vec<Listed> {
        let held = reader.listings(code);
        let held = held.filter_map(|(id, listing)| {
            let effective = listing.effective(id, day)?;
            Some(listed(reader, id, effective.entry()))
        });
        let mut lists: Vec<Listed> = held.collect();
        lists.sort_by_key(|list| (list.ends, list.listing));
        lists
    }

    /// Lists the entity is on, and what the law of the day allows in the matter because of them.
    fn held(&self, reader: &Reader<'_>, code: &Code, question: &Question, day: Date) -> Held {
        let law = self.law();
        let mut held = Held::default();
        for (id, listing) in reader.listings(code) {
            let Some(effective) = listing.effective(id, day) else {
                continue;
            };
            held.lists.push(listed(reader, id, effective.entry()));
            let effects = crate::measure::effects(&law, id, listing, &question.matter, day);
            held.measures
                .extend(effects.into_iter().map(|effect| Allowed {
                    listing: id,
                    measure: effect.measure,
                    name: effect.name,
                    class: effect.class,
                    incentive: effect.incentive,
                    implementer: effect.implementer,
                    ends: effect.ends,
                    basis: effect.basis,
                }));
        }
        held.lists.sort_by_key(|list| (list.ends, list.listing));
        held
    }

    /// How fresh the sources are that can hold something adverse.
    fn freshness(&self, delivered: &BTreeMap<String, Date>, day: Date) -> Vec<Freshness> {
        let law = self.law();
        let adverse = |source: &str| {
            let act = self.sources.get(source).map(|plan| plan.spec().source.act);
            act.and_then(|act| law.act(act))
                .is_some_and(|act| act.adverse)
        };
        let all = self.sources.freshness(delivered, day);
        all.into_iter()
            .filter(|fresh| adverse(&fresh.source))
            .collect()
    }

    /// Whether a commitment may be offered in place of a proof: nothing that the law names stands against
    /// the entity today (R15).
    fn eligibility(&self, code: &Code, day: Date) -> Result<Option<Eligibility>, Fault> {
        let Some(ruled) = self.law().conditions("commitment.eligible", day) else {
            return Ok(None);
        };
        let against = crate::commitment::against(self, code, day)?;
        let bars = &ruled.value().bars;
        let bars = |key: &str| bars.iter().any(|bar| &*bar.key == key);
        let because = against
            .iter()
            .filter(|one| bars(&one.key))
            .map(|one| one.record);
        let because: Vec<u64> = because.collect();
        Ok(Some(Eligibility {
            eligible: because.is_empty(),
            because,
            basis: ruled.basis().clone(),
        }))
    }

    fn notes(
        &self,
        question: &Question,
        entity: Option<&domain::screening::Identity>,
        sources: &[Freshness],
    ) -> Vec<String> {
        let mut notes = Vec::new();
        let law = self.law();
        match law.matter(&question.matter) {
            Some(matter) => notes.push(format!(
                "{}：查询结果{}。",
                matter.name,
                matter.usage.name()
            )),
            None => notes.push(format!(
                "事项 {} 未列入应用清单，查询结果仅供参考，不得作为拒绝的依据。",
                question.matter
            )),
        }
        if entity.is_some_and(|identity| identity.provisional) {
            notes.push("该主体仅见于报送文书，主体库尚未确认。".to_owned());
        }
        if entity.is_some_and(|identity| identity.nonconforming) {
            notes.push("该代码不符合 GB 32100，经人工确认收录。".to_owned());
        }
        for source in sources.iter().filter(|source| source.stale) {
            let since = source
                .delivered
                .map_or("从未更新".to_owned(), |day| format!("最近更新于 {day}"));
            notes.push(format!("数据源“{}”超期未更新（{since}）。", source.title));
        }
        notes
    }
}

/// A sheet ready to be appended.
struct Ready {
    sheet: serde_json::Value,
    sealed: crate::ports::Sealed,
}

/// A listing in force, as anybody may know it.
fn listed(reader: &Reader<'_>, id: u64, entry: &Entry) -> Listed {
    Listed {
        listing: id,
        list: entry.list.clone(),
        name: entry.list_name.clone(),
        kind: entry.kind,
        organ: reader.organ(&entry.organ),
        document: entry.document.number.clone(),
        on: entry.on,
        ends: entry.ends,
        early: entry.early,
        grounds: entry.grounds.iter().map(|one| one.text.clone()).collect(),
        basis: entry.basis.clone(),
    }
}

fn receipt(
    suite: Suite,
    origin: &str,
    sheet: serde_json::Value,
    entry: ReceiptEntry,
    committed: &Committed,
) -> Result<Receipt, Fault> {
    let proof = committed.proofs.iter().find(|(seq, _)| *seq == entry.seq);
    let (_, proof) = proof.ok_or_else(|| Fault::broken("receipt without proof"))?;
    Ok(Receipt {
        format: RECEIPT.to_owned(),
        number: format!("{origin}/{}", entry.seq),
        sheet,
        proof: proof.clone(),
        checkpoint: committed.checkpoint.to_string(),
        suite,
        entry,
    })
}

/// What a verified receipt says.
#[derive(Debug, Clone)]
pub struct Holds {
    pub number: String,
    pub outcome: Outcome,
    pub sheet: Sheet,
    pub origin: String,
    pub size: u64,
}

/// Why a receipt does not hold, in words for the reader of the case file.
#[derive(Debug, thiserror::Error)]
pub enum Fails {
    #[error("文件不是查询回执，或格式版本不认识：{0}")]
    Format(String),
    #[error("签名不成立：{0}")]
    Signature(#[from] seal::Broken),
    #[error("回执内容与账本不符：内容被改动，或证明不属于这一条记录")]
    NotIncluded,
}

/// Verifies a receipt off-line, with the public key alone.
pub fn verify(receipt: &str, key: &seal::Verifier) -> Result<Holds, Fails> {
    let format = |error: serde_json::Error| Fails::Format(error.to_string());
    let receipt: Receipt = serde_json::from_str(receipt).map_err(format)?;
    let note = domain::ledger::checkpoint::Note::parse(&receipt.checkpoint)
        .map_err(|error| Fails::Format(error.to_string()))?;
    let (origin, _) = receipt.number.rsplit_once('/').unwrap_or(("", ""));
    let checkpoint = key.checkpoint(&note, origin)?;
    if key.suite() != receipt.suite {
        return Err(Fails::Format("密码套件与公钥不一致".to_owned()));
    }
    receipt
        .included(checkpoint.size, checkpoint.root)
        .map_err(|broken| match broken {
            domain::screening::Broken::NotIncluded => Fails::NotIncluded,
            other => Fails::Format(format!("{other:?}")),
        })?;
    if receipt.number != format!("{origin}/{}", receipt.entry.seq) {
        return Err(Fails::NotIncluded);
    }
    let sheet: Sheet = serde_json::from_value(receipt.sheet).map_err(format)?;
    Ok(Holds {
        number: receipt.number,
        outcome: sheet.outcome,
        sheet,
        origin: checkpoint.origin,
        size: checkpoint.size,
    })
}
