//! From events to views: the only code that writes a view.
//!
//! It depends on the entries alone, so a replay gives the same rows (R38).

use crate::common;
use crate::duties::{is_done, is_open};
use crate::late::Late;
use crate::sql::{Held, any, halves, many, number, one, run};
use crate::trouble::Trouble;
use desk::ports::Masked;
use desk::search::{initial_tokens, name_tokens};
use domain::code::Code;
use domain::duty::{Declared, Due, Kind, Reminded};
use domain::entity::{Aliased, Doubted, Organ, Registered, Renamed, plain_name};
use domain::filing::{Filed, Key, Revoked, Submission, duty_key};
use domain::grade::{GradesChanged, Weight};
use domain::ledger::{Entry, Event};
use domain::publication::{Hidden, Publication};
use domain::record::Severity;
use domain::screening::{CaseDecided, Screened};
use domain::statute::{Adopted, Proposed, State};
use jiff::civil::Date;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

/// Statements that run for every filed row: looking one up costs as much as a small insert.
#[derive(Default)]
pub(crate) struct Hot<'c> {
    record: Held<'c>,
    publication: Held<'c>,
}

/// One entry on its way into the views.
pub(crate) struct Projection<'a, 'c> {
    pub conn: &'c Connection,
    pub late: &'a mut Late,
    pub hot: &'a mut Hot<'c>,
    pub seq: u64,
    pub entry: &'a Entry,
    pub public: Option<&'a Masked>,
    /// Makes the masked fields of an earlier entry anew, for a record that comes back.
    pub shown: &'a crate::open::Public,
    /// A look-up has just found no record of the document that is filed.
    pub first: bool,
}

impl Projection<'_, '_> {
    /// Notes whom the event touches. A look-up changes nobody's position; `screening` has it.
    fn touch(&mut self, event: &Event) {
        if let (Some(entity), false) = (event.entity(), matches!(event, Event::Screened(_))) {
            self.late.history.push((entity, self.seq));
        }
    }

    /// Writes what the event changes.
    pub fn project(&mut self, event: &Event) -> Result<(), Trouble> {
        self.touch(event);
        match event {
            Event::LawAdopted(event) => self.adopted(event),
            Event::LawProposed(event) => self.proposed(event),
            Event::LawDeclined(event) => self.run(
                "UPDATE proposal SET state = ?2, declined = ?3 WHERE seq = ?1",
                params![
                    event.proposal,
                    State::Declined.word(),
                    serde_json::to_string(event)?
                ],
            ),
            Event::GradesChanged(event) => self.grades_changed(event),
            Event::GradeRun(event) => self.run(
                "INSERT INTO grade_run (seq, run, law, at) VALUES (?1, ?2, ?3, ?4)",
                params![
                    self.seq,
                    serde_json::to_string(event)?,
                    self.entry.law,
                    self.entry.at
                ],
            ),
            Event::Replayed(event) => self.run(
                "INSERT INTO replayed (seq, replayed, at) VALUES (?1, ?2, ?3)",
                params![self.seq, serde_json::to_string(event)?, self.entry.at],
            ),
            Event::OrganRegistered(event) => self.organ(event),
            Event::EntityRegistered(event) => self.registered(event),
            Event::EntityRenamed(event) => self.renamed(event),
            Event::EntityAliased(event) => self.aliased(event),
            Event::Submitted(event) => self.submitted(event),
            Event::DutyDeclared(event) => self.declared(event),
            Event::DutyReminded(event) => self.reminded(event),
            Event::Filed(event) => self.filed(event),
            Event::Revoked(event) => self.revoked(event),
            Event::Hidden(event) => self.hidden(event),
            Event::Screened(event) => self.screened(event),
            Event::CaseDecided(event) => self.case_decided(event),
            Event::Doubted(event) => self.doubted(event),
            Event::Commitment(_)
            | Event::Listing(_)
            | Event::Attention(_)
            | Event::Discipline(_)
            | Event::Feedback(_)
            | Event::Repair(_)
            | Event::Objection(_)
            | Event::Referral(_)
            | Event::Notice(_)
            | Event::Inspector(_)
            | Event::Draw(_)
            | Event::Visit(_) => self.step(event),
            Event::Exchange(step) => self.exchanged(&step.did),
            Event::Relieved(event) => self.relieved(event),
            Event::PartnerEntered(partner) => self.run(
                "INSERT INTO partner (word, name, partner) VALUES (?1, ?2, ?3) ON CONFLICT (word) \
                 DO UPDATE SET name = excluded.name, partner = excluded.partner",
                params![partner.word, partner.name, serde_json::to_string(partner)?],
            ),
            Event::DutyMoved(event) => self.duty_moved(event),
            Event::Refused(event) => self.run(
                "INSERT INTO refusal (seq, refused) VALUES (?1, ?2)",
                params![self.seq, serde_json::to_string(event)?],
            ),
            // The body itself was changed; the entry that says so changes no view.
            Event::Redacted(_) => Ok(()),
        }
    }

    fn adopted(&self, event: &Adopted) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO law (seq, digest, at, rules, unconfirmed, proposal, signed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.seq,
                event.digest,
                self.entry.at,
                event.rules,
                event.unconfirmed,
                event.proposal,
                serde_json::to_string(&event.signed)?,
            ],
        )?;
        match event.proposal {
            Some(proposal) => self.run(
                "UPDATE proposal SET state = ?2 WHERE seq = ?1",
                params![proposal, State::Adopted.word()],
            ),
            None => Ok(()),
        }
    }

    fn proposed(&self, event: &Proposed) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO proposal (seq, proposed, at, state) VALUES (?1, ?2, ?3, ?4)",
            params![
                self.seq,
                serde_json::to_string(event)?,
                self.entry.at,
                State::Open.word()
            ],
        )
    }

    fn grades_changed(&self, event: &GradesChanged) -> Result<(), Trouble> {
        let as_of = number(event.as_of);
        for change in &event.changes {
            let entity = change.entity.as_str();
            self.run(
                "INSERT INTO grade (entity, scale, score, grade, as_of, next, seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (entity) DO UPDATE SET \
                 scale = excluded.scale, score = excluded.score, grade = excluded.grade, \
                 as_of = excluded.as_of, next = excluded.next, seq = excluded.seq",
                params![
                    entity,
                    change.scale,
                    change.score,
                    change.grade,
                    as_of,
                    change.next.map(number),
                    self.seq
                ],
            )?;
            self.run(
                "INSERT INTO grade_change (entity, seq, as_of, scale, score, grade) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    entity,
                    self.seq,
                    as_of,
                    change.scale,
                    change.score,
                    change.grade
                ],
            )?;
        }
        Ok(())
    }

    pub(crate) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), Trouble> {
        run(self.conn, sql, params).map(|_| ())
    }

    fn organ(&mut self, organ: &Organ) -> Result<(), Trouble> {
        let code = organ.code.as_str();
        let known = run(
            self.conn,
            "UPDATE organ SET name = ?2, parent = ?3, division = ?4 WHERE code = ?1",
            params![
                code,
                organ.name,
                organ.parent.as_ref().map(Code::as_str),
                organ.division
            ],
        )?;
        if known > 0 {
            return Ok(());
        }
        self.late.count("organ", 1);
        self.run(
            "INSERT INTO organ (code, name, parent, division) VALUES (?1, ?2, ?3, ?4)",
            params![
                code,
                organ.name,
                organ.parent.as_ref().map(Code::as_str),
                organ.division
            ],
        )
    }

    fn doubted(&mut self, event: &Doubted) -> Result<(), Trouble> {
        self.late.doubts = Some(true);
        self.run(
            "INSERT INTO doubt (seq, code, stated, registered, docket, filer, source, day) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                self.seq,
                event.code.as_str(),
                event.stated,
                event.registered,
                event.docket,
                event.filer.as_str(),
                event.source,
                number(event.on),
            ],
        )
    }

    /// A register may state the same entity again: the first entry keeps its row.
    fn registered(&mut self, event: &Registered) -> Result<(), Trouble> {
        let code = event.code.as_str();
        let columns = params![
            self.seq,
            code,
            event.name,
            event.registered.map(number),
            event.address,
            event.form,
            event.division,
            event.nonconforming,
            event.provisional,
            event.source,
        ];
        let fresh = run(
            self.conn,
            "INSERT INTO entity (seq, code, name, registered, address, form, division, \
             nonconforming, provisional, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
             ON CONFLICT (code) DO NOTHING",
            columns,
        )?;
        if fresh == 0 {
            self.run(
                "UPDATE entity SET name = ?3, registered = ?4, address = ?5, form = ?6, \
                 division = ?7, nonconforming = ?8, provisional = ?9, source = ?10 \
                 WHERE code = ?2 AND seq < ?1",
                columns,
            )?;
            self.name_unless_known(code, &event.name)?;
        } else {
            self.late.count("entity", 1);
            self.name(code, &event.name, false)?;
        }
        event
            .aliases
            .iter()
            .try_for_each(|alias| self.alias(alias, code))
    }

    fn renamed(&mut self, event: &Renamed) -> Result<(), Trouble> {
        let code = event.code.as_str();
        self.run(
            "UPDATE entity SET name = ?2 WHERE code = ?1",
            params![code, event.name],
        )?;
        self.run(
            "INSERT INTO former_name (seq, entity, name, since) VALUES (?1, ?2, ?3, ?4)",
            params![self.seq, code, event.former, number(event.since)],
        )?;
        if !self.is_known(code, &event.former)? {
            self.name(code, &event.former, true)?;
        }
        self.name_unless_known(code, &event.name)?;
        self.settle_doubts(code, &event.name)
    }

    /// The register now says what the documents said.
    fn settle_doubts(&self, code: &str, name: &str) -> Result<(), Trouble> {
        let sql = "SELECT seq, stated FROM doubt WHERE code = ?1";
        let doubts: Vec<(u64, String)> = many(self.conn, sql, params![code], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        for (seq, stated) in doubts {
            if plain_name(&stated) == plain_name(name) {
                self.run("DELETE FROM doubt WHERE seq = ?1", params![seq])?;
            }
        }
        Ok(())
    }

    fn name_unless_known(&mut self, code: &str, name: &str) -> Result<(), Trouble> {
        if self.is_known(code, name)? {
            Ok(())
        } else {
            self.name(code, name, false)
        }
    }

    fn is_known(&self, code: &str, name: &str) -> Result<bool, Trouble> {
        any(
            self.conn,
            "SELECT 1 FROM name WHERE plain = ?1 AND entity = ?2",
            params![plain_name(name), code],
        )
    }

    /// Makes a name findable. One entry states a present name, a former one, or one of each.
    fn name(&mut self, code: &str, name: &str, former: bool) -> Result<(), Trouble> {
        let plain = plain_name(name);
        let id = name_id(plain.chars().count(), former, self.seq);
        self.run(
            "INSERT INTO name (id, entity, plain) VALUES (?1, ?2, ?3)",
            params![id, code, plain],
        )?;
        self.late.names.push((id, tokens(&plain)));
        Ok(())
    }

    fn aliased(&mut self, event: &Aliased) -> Result<(), Trouble> {
        self.alias(&event.alias, event.code.as_str())
    }

    fn alias(&self, alias: &str, code: &str) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO alias (alias, entity) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![alias, code],
        )
    }

    fn submitted(&mut self, event: &Submission) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO submission (seq, source, filer, file, day, accepted, rejected, total, \
             findings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.seq,
                event.source,
                event.filer.as_str(),
                event.file,
                number(event.on),
                event.accepted,
                event.rejected,
                event.rows,
                serde_json::to_string(&event.findings)?,
            ],
        )?;
        self.run(
            "INSERT INTO source_state (source, delivered) VALUES (?1, ?2) ON CONFLICT (source) \
             DO UPDATE SET delivered = excluded.delivered \
             WHERE excluded.delivered > source_state.delivered",
            params![event.source, number(event.on)],
        )
    }

    /// A decision that was declared or filed before is not declared a second time.
    fn declared(&mut self, event: &Declared) -> Result<(), Trouble> {
        let debt = Debt {
            kind: event.kind,
            organ: &event.organ,
            docket: &event.docket,
            key: &event.key,
            due: &event.due,
            near: event.near,
        };
        let (kind, key) = (event.kind, &event.key);
        if is_open(self.conn, kind, key)?.is_some() || is_done(self.conn, kind, key)? {
            return Ok(());
        }
        self.owe(&debt, None)
    }

    fn reminded(&mut self, event: &Reminded) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO reminder (seq, duty, organ, docket, stage, day) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                self.seq,
                event.duty,
                event.organ.as_str(),
                event.docket,
                event.stage,
                number(event.on)
            ],
        )?;
        self.run(
            "UPDATE duty SET reminded = ?2 WHERE seq = ?1 AND reminded < ?2",
            params![event.duty, event.stage],
        )
    }

    fn filed(&mut self, event: &Filed) -> Result<(), Trouble> {
        let due = match &event.corrects {
            Some(correction) => {
                self.run(
                    "UPDATE record SET superseded = 1, gone = min(gone, ?2) WHERE seq = ?1",
                    params![correction.entry, number(event.filed)],
                )?;
                self.fades(correction.entry, event.filed)?;
                self.take_off(correction.entry)?;
                None
            }
            None => self.fulfil(event)?,
        };
        if self.late.has_doubts(self.conn)? {
            // Filed anew, whichever of code and name was wrong.
            self.run(
                "DELETE FROM doubt WHERE docket = ?1 AND filer = ?2",
                params![event.docket, event.filer.as_str()],
            )?;
        }
        self.record(event, due)?;
        self.show(self.seq, event, self.public)
    }

    /// `due`: of the duty that the decision opened and this filing does.
    fn record(&mut self, event: &Filed, due: Option<&Due>) -> Result<(), Trouble> {
        let weight = Weight::of(event);
        let gone = weight.map_or(event.decided, |weight| weight.gone);
        let rule = due.map(|due| self.rule(due)).transpose()?;
        let rule = rule.and_then(|rule| i64::try_from(rule).ok());
        let common = [
            event.source.as_str().into(),
            event.act.word().into(),
            event.organ.as_str().into(),
            event.filer.as_str().into(),
            severity(event).map(Severity::word).into(),
            rule.map_or(ValueRef::Null, ValueRef::Integer),
        ];
        let common =
            (self.late.commons.records).place(self.conn, &common::RECORD, &common, self.seq)?;
        let (document, part) = halves(&event.key);
        self.hot.record.run(
            self.conn,
            "INSERT INTO record (seq, common, entity, docket, document, part, decided, filed, \
             version, superseded, revoked, fine, repairable, gone, opened, last) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, ?10, ?11, ?12, ?13, ?14)",
            params![
                self.seq,
                common,
                event.entity.as_ref().map(Code::as_str),
                event.docket,
                document,
                part,
                number(event.decided),
                number(event.filed),
                event.version,
                event.fine,
                weight.and_then(|weight| weight.repairable).map(number),
                number(gone),
                due.map(|due| number(due.opened)),
                due.and_then(|due| due.last).map(number),
            ],
        )
    }

    fn rule(&mut self, due: &Due) -> Result<u64, Trouble> {
        let rule = [
            ValueRef::Integer(due.budget.into()),
            (&*due.basis.statute).into(),
            (&*due.basis.article).into(),
            ValueRef::Integer(due.basis.confirmed.into()),
        ];
        (self.late.commons.rules).place(self.conn, &common::RULE, &rule, self.seq)
    }

    /// A record without entity is that of a natural person and never stands on the portal.
    pub(crate) fn show(
        &mut self,
        seq: u64,
        event: &Filed,
        masked: Option<&Masked>,
    ) -> Result<(), Trouble> {
        let Publication::Shown { from, window } = &event.publication else {
            return Ok(());
        };
        let Some(entity) = &event.entity else {
            return Ok(());
        };
        self.late.count(event.act.word(), 1);
        let common = [
            event.source.as_str().into(),
            event.act.word().into(),
            event.organ.as_str().into(),
            event.organ_name.as_str().into(),
            severity(event).map(Severity::word).into(),
            (&*window.basis.statute).into(),
            (&*window.basis.article).into(),
            ValueRef::Integer(window.basis.confirmed.into()),
            masked.map_or("[]", |masked| &masked.columns).into(),
        ];
        let common = (self.late.commons.publications).place(
            self.conn,
            &common::PUBLICATION,
            &common,
            self.seq,
        )?;
        self.hot.publication.run(
            self.conn,
            "INSERT INTO publication (seq, common, entity, docket, decided, shown_from, repairable, \
             hidden, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                seq,
                common,
                entity.as_str(),
                event.docket,
                number(event.decided),
                number(*from),
                number(window.repairable),
                number(window.hidden),
                masked.map_or("[]", |masked| &masked.texts),
            ],
        )
    }

    /// Takes a record off the portal; says whether it stood there.
    pub(crate) fn take_off(&mut self, seq: u64) -> Result<bool, Trouble> {
        let sql = "DELETE FROM publication WHERE seq = ?1 RETURNING \
                   (SELECT act FROM publication_common AS c WHERE c.seq = publication.common)";
        let act = one(self.conn, sql, params![seq], |row| {
            crate::sql::act_at(row, 0)
        })?;
        if let Some(act) = act {
            self.late.count(act.word(), -1);
        }
        Ok(act.is_some())
    }

    /// Does the duty to file: the declared one, or one that was opened by the decision itself. The
    /// latter is returned; it needs no row of its own, because it stands in that of the record.
    ///
    /// A document about several parties is one duty, done by the first of them.
    fn fulfil<'e>(&mut self, event: &'e Filed) -> Result<Option<&'e Due>, Trouble> {
        if self.late.has_duties(self.conn)? {
            let key = duty_key(&event.organ, &event.docket);
            if let Some(duty) = is_open(self.conn, Kind::Publish, &key)? {
                self.settle(duty, event.filed, self.seq)?;
                return Ok(None);
            }
        }
        let Some(due) = &event.due else {
            return Ok(None);
        };
        let done = !self.first && is_done(self.conn, Kind::Publish, &event.key)?;
        Ok((!done).then_some(due))
    }

    fn revoked(&mut self, event: &Revoked) -> Result<(), Trouble> {
        self.run(
            "UPDATE record SET revoked = 1, gone = min(gone, ?2) WHERE seq = ?1",
            params![event.record, number(event.filed)],
        )?;
        self.fades(event.record, event.filed)?;
        if self.take_off(event.record)? {
            self.withdraw(event)?;
        }
        let key = duty_key(&event.organ, &event.docket);
        let Some(due) = &event.due else { return Ok(()) };
        let (organ, docket) = (&event.organ, event.docket.as_str());
        let debt = Debt {
            kind: Kind::Withdraw,
            organ,
            docket,
            key: &key,
            due,
            near: None,
        };
        self.owe(&debt, Some((event.filed, event.record)))
    }

    /// The public learns of it only if it could see the record before.
    fn withdraw(&self, event: &Revoked) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO withdrawal (seq, record, docket, organ, entity, how, reason, document, \
             day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.seq,
                event.record,
                event.docket,
                event.organ.as_str(),
                event.entity.as_ref().map(Code::as_str),
                event.how.name(),
                event.reason,
                event.document,
                number(event.filed),
            ],
        )
    }

    fn hidden(&mut self, event: &Hidden) -> Result<(), Trouble> {
        self.take_off(event.record).map(|_| ())
    }

    /// Marks an open duty as done.
    fn settle(&self, duty: u64, done: Date, record: u64) -> Result<(), Trouble> {
        self.run(
            "UPDATE duty SET done = ?2, record = ?3 WHERE seq = ?1",
            params![duty, number(done), record],
        )?;
        self.run("DELETE FROM duty_open WHERE seq = ?1", params![duty])
    }

    fn owe(&mut self, debt: &Debt<'_>, done: Option<(Date, u64)>) -> Result<(), Trouble> {
        self.late.duties = None;
        self.run(
            "INSERT INTO duty (seq, kind, organ, docket, key, opened, budget, last, near, statute, \
             article, confirmed, done, record, reminded) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0)",
            params![
                self.seq,
                debt.kind.word(),
                debt.organ.as_str(),
                debt.docket,
                debt.key.bytes(),
                number(debt.due.opened),
                debt.due.budget,
                debt.due.last.map(number),
                debt.near.map(number),
                debt.due.basis.statute,
                debt.due.basis.article,
                debt.due.basis.confirmed,
                done.map(|(day, _)| number(day)),
                done.map(|(_, record)| record),
            ],
        )?;
        match done {
            Some(_) => Ok(()),
            None => self.run(
                "INSERT INTO duty_open (seq, kind, key) VALUES (?1, ?2, ?3)",
                params![self.seq, debt.kind.word(), debt.key.bytes()],
            ),
        }
    }

    fn screened(&mut self, event: &Screened) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO screening (seq, entity, organ, matter, case_no, day) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                self.seq,
                event.entity.as_ref().map(Code::as_str),
                self.entry.organ,
                event.matter,
                event.case_no,
                number(desk::clock::day_of(self.entry.at)),
            ],
        )
    }

    fn case_decided(&mut self, event: &CaseDecided) -> Result<(), Trouble> {
        self.run(
            "INSERT INTO decided_case (seq, organ, matter, case_no, decided) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (organ, case_no) DO NOTHING",
            params![
                self.seq,
                event.organ.as_str(),
                event.matter,
                event.case_no,
                number(event.decided)
            ],
        )
    }
}

/// A duty to be entered.
struct Debt<'a> {
    kind: Kind,
    organ: &'a Code,
    docket: &'a str,
    key: &'a Key,
    due: &'a Due,
    near: Option<Date>,
}

fn severity(event: &Filed) -> Option<Severity> {
    event.severity.as_ref().map(|severity| severity.class)
}

/// Length of the name in the highest bits, so that ascending ids mean ascending lengths.
fn name_id(length: usize, former: bool, seq: u64) -> i64 {
    let length = i64::try_from(length.min(255)).unwrap_or(255);
    let seq = i64::try_from(seq).unwrap_or(i64::MAX) & ((1 << 47) - 1);
    length << 48 | i64::from(former) << 47 | seq
}

/// Tokens of a name and of its initials, as the full-text index takes them.
pub(crate) fn tokens(plain: &str) -> String {
    let mut tokens = name_tokens(plain);
    tokens.push(' ');
    tokens.push_str(&initial_tokens(plain));
    tokens
}
