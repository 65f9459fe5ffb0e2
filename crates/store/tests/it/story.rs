//! One story through the ports, from the founding of the ledger to a rebuild of all views.

use crate::city::*;
use desk::ports::*;
use desk::search::query;
use domain::duty::{Declared, Kind, Reminded, State};
use domain::entity::{Aliased, Renamed};
use domain::filing::{Correction, Filed, Revocation, Revoked, Submission, duty_key};
use domain::ledger::event::Redacted;
use domain::ledger::proof::verify_inclusion;
use domain::ledger::{Event, Hash};
use domain::publication::{Hidden, Publication};
use domain::record::{Act, Severity};
use domain::screening::{CaseDecided, Outcome, Screened};
use domain::statute::Adopted;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Sqlite;

fn found_city(store: &Sqlite) {
    let law = Adopted {
        digest: "law-1".into(),
        rules: 3,
        unconfirmed: 1,
        proposal: None,
        signed: Vec::new(),
    };
    let former = "枣庄市旧名商行".to_owned();
    let renamed = Renamed {
        code: entity_code(2),
        former,
        name: "枣庄市长江商行".into(),
        since: date(2020, 1, 1),
        source: "registry".into(),
    };
    let alias = Aliased {
        code: entity_code(1),
        alias: "370400018012345".into(),
        source: "r".into(),
    };
    let city = vec![
        seal(Event::LawAdopted(law), &[]),
        organ(1, "市场监管局"),
        organ(2, "行政审批局"),
        entity(1, "枣庄市华泰化工有限公司"),
        entity(2, "枣庄市旧名商行"),
        seal(Event::EntityRenamed(renamed), &[]),
        seal(Event::EntityAliased(alias), &[]),
    ];
    append(store, city).unwrap();
}

fn file(store: &Sqlite, filed: Filed) -> u64 {
    let sealed = seal(Event::Filed(Box::new(filed)), &[("content", "罚款一万元")]);
    append(store, vec![sealed]).unwrap().0[0]
}

fn corrected(earlier: u64) -> Filed {
    let correction = Correction {
        entry: earlier,
        reason: "金额有误".into(),
    };
    Filed {
        version: 2,
        corrects: Some(correction),
        ..filed(1)
    }
}

fn revoked(record: u64, number: u32) -> Event {
    Event::Revoked(Revoked {
        record,
        organ: organ_code(1),
        entity: Some(entity_code(1)),
        docket: docket_of(number),
        how: Revocation::Revoked,
        document: "枣市监撤〔2026〕1号".into(),
        reason: "事实不清".into(),
        decided: date(2026, 6, 1),
        filed: date(2026, 6, 3),
        due: Some(due()),
    })
}

/// The views are what a replay of the entries gives, and the ledger holds (R7, R38).
fn holds(store: &Sqlite) {
    let rebuilt = store.rebuild(&mut |_, _| ()).unwrap();
    assert!(rebuilt.equal(), "R38 {rebuilt:#?}");
    let verified = store.verify(&mut |_, _| ()).unwrap();
    assert_eq!(verified.broken, None, "R7");
    assert_eq!(verified.entries, store.size().unwrap());
}

#[test]
fn a_city_is_founded_and_found() {
    let folder = Folder::new("found");
    let store = folder.open();
    found_city(&store);
    assert_eq!(store.count_entities().unwrap(), 2);
    assert_eq!(store.organs().unwrap().len(), 2);
    let profile = store.profile(&entity_code(2)).unwrap().unwrap();
    assert_eq!(profile.registered.name, "枣庄市长江商行", "R11");
    assert_eq!(
        profile.former,
        [("枣庄市旧名商行".to_owned(), date(2020, 1, 1))],
        "R11"
    );
    let old = store.by_alias("370400018012345").unwrap();
    assert_eq!(old[0].registered.code, entity_code(1), "R11");
    let found = |text: &str| {
        let hits = store.find(&query(text).unwrap(), 10).unwrap();
        hits.into_iter()
            .map(|hit| (hit.name, hit.by))
            .collect::<Vec<_>>()
    };
    let (first, second) = (
        "枣庄市华泰化工有限公司".to_owned(),
        "枣庄市长江商行".to_owned(),
    );
    assert_eq!(found("华泰"), [(first.clone(), None)]);
    assert_eq!(found("hthg"), [(first.clone(), None)]);
    assert_eq!(
        found("旧名"),
        [(second.clone(), Some("枣庄市旧名商行".to_owned()))],
        "R11"
    );
    assert_eq!(found("枣"), [(second, None), (first, None)]);
    assert_eq!(found("泰华"), []);
    assert_eq!(ask(&store, |tx| tx.adopted()), Some("law-1".to_owned()));
    let mut names = Vec::new();
    store
        .each_former_name(&mut |_, name| names.push(name.to_owned()))
        .unwrap();
    store
        .each_entity(&mut |row| names.push(row.name.to_owned()))
        .unwrap();
    assert_eq!(
        names,
        ["枣庄市旧名商行", "枣庄市华泰化工有限公司", "枣庄市长江商行"]
    );
    holds(&store);
}

#[test]
fn a_penalty_is_filed_corrected_and_revoked() {
    let folder = Folder::new("penalty");
    let store = folder.open();
    found_city(&store);
    let first = file(&store, filed(1));
    let shown = store.shown(first).unwrap().unwrap();
    assert_eq!(shown.entity_name, "枣庄市华泰化工有限公司");
    assert_eq!(
        shown.fields,
        [("处罚内容".to_owned(), "罚款一万元".to_owned())]
    );
    assert_eq!(store.front().unwrap().penalties, 1);

    let second = file(&store, corrected(first));
    assert_eq!(store.shown(first).unwrap(), None);
    let standing = ask(&store, |tx| tx.standing(&key(1))).unwrap();
    assert_eq!(
        (standing.seq, standing.version, standing.revoked),
        (second, 2, false)
    );
    assert_eq!(
        store.filed(&organ_code(1), "枣市监罚[2026]1号").unwrap(),
        [standing]
    );
    let listed = store
        .list(
            Act::Penalty,
            &ListFilter {
                limit: 5,
                ..Default::default()
            },
        )
        .unwrap();
    assert_eq!(
        listed.iter().map(|row| row.seq).collect::<Vec<_>>(),
        [second]
    );

    append(&store, vec![seal(revoked(second, 1), &[])]).unwrap();
    assert_eq!(store.shown_of(&entity_code(1)).unwrap(), []);
    let withdrawn = store.withdrawn(5).unwrap();
    assert_eq!(
        (withdrawn[0].how, withdrawn[0].reason.as_str()),
        (Revocation::Revoked, "事实不清")
    );
    let standing = ask(&store, move |tx| tx.record(second)).unwrap();
    assert!(standing.revoked && standing.shown.is_none(), "R36");
    assert_eq!(store.front().unwrap().penalties, 0);
    let history = store.history(&entity_code(1), 20).unwrap();
    let kinds: Vec<_> = history
        .iter()
        .map(|(_, entry)| entry.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "revoked",
            "filed",
            "filed",
            "entity-aliased",
            "entity-registered"
        ]
    );
    holds(&store);
}

#[test]
fn a_record_ends_by_itself() {
    let folder = Folder::new("ends");
    let store = folder.open();
    found_city(&store);
    let seq = file(&store, filed(1));
    let ending = |day| ask(&store, move |tx| tx.ending(day, 10)).len();
    assert_eq!(
        (ending(date(2027, 5, 11)), ending(date(2027, 5, 12))),
        (0, 1),
        "R5"
    );
    let hidden = Hidden {
        record: seq,
        entity: Some(entity_code(1)),
        docket: docket_of(1),
        due: date(2027, 5, 12),
        on: date(2027, 6, 1),
        basis: basis(),
    };
    append(&store, vec![seal(Event::Hidden(hidden), &[])]).unwrap();
    assert_eq!(ending(date(2030, 1, 1)), 0, "R5");
    assert_eq!(store.shown(seq).unwrap(), None, "R5");
    let mut shown = 0;
    store.each_shown(&mut |_| shown += 1).unwrap();
    assert_eq!(shown, 0);
    // A decision revoked after its term is not announced: the public could not see it any more.
    append(&store, vec![seal(revoked(seq, 1), &[])]).unwrap();
    assert_eq!(store.withdrawn(5).unwrap(), []);
    holds(&store);
}

#[test]
fn what_is_withheld_never_reaches_the_portal() {
    let folder = Folder::new("withheld");
    let store = folder.open();
    found_city(&store);
    let why = domain::publication::Withheld::NaturalPerson;
    let publication = Publication::Withheld {
        why,
        basis: Some(basis()),
    };
    let person = Filed {
        publication,
        entity: None,
        ..filed(3)
    };
    let seq = file(&store, person);
    append(&store, vec![seal(revoked(seq, 3), &[])]).unwrap();
    assert_eq!(store.shown(seq).unwrap(), None, "R10");
    assert_eq!(store.withdrawn(5).unwrap(), [], "R10");
    holds(&store);
}

#[test]
fn duties_are_opened_reminded_and_done() {
    let folder = Folder::new("duties");
    let store = folder.open();
    found_city(&store);
    let declared = |number| {
        let near = Some(date(2026, 5, 18));
        Event::DutyDeclared(Declared {
            kind: Kind::Publish,
            organ: organ_code(1),
            source: "penalty-2018".into(),
            docket: docket_of(number),
            key: duty_key(&organ_code(1), &docket_of(number)),
            due: due(),
            near,
        })
    };
    let twice = vec![
        seal(declared(1), &[]),
        seal(declared(2), &[]),
        seal(declared(1), &[]),
    ];
    let seqs = append(&store, twice).unwrap().0;
    let open = ask(&store, |tx| tx.open_duties(0, 10));
    assert_eq!(
        open.iter().map(|duty| duty.seq).collect::<Vec<_>>(),
        seqs[..2]
    );
    let (duty, organ, docket) = (seqs[0], organ_code(1), docket_of(1));
    let reminded = Reminded {
        duty,
        organ,
        docket,
        stage: 5,
        on: date(2026, 5, 19),
    };
    append(&store, vec![seal(Event::DutyReminded(reminded), &[])]).unwrap();
    let of = |number| {
        ask(&store, move |tx| {
            tx.has_duty(Kind::Publish, &duty_key(&organ_code(1), &docket_of(number)))
        })
    };
    assert!(of(1) && !of(4));
    assert_eq!(ask(&store, |tx| tx.open_duties(0, 1))[0].reminded, 5);
    assert_eq!(
        store.reminders(Some(&organ_code(1)), 5).unwrap()[0].stage,
        5
    );

    file(&store, filed(1));
    file(
        &store,
        Filed {
            filed: date(2026, 5, 20),
            ..filed(4)
        },
    );
    let open = ask(&store, |tx| tx.open_duties(0, 10));
    assert_eq!(
        open.iter().map(|duty| duty.seq).collect::<Vec<_>>(),
        [seqs[1]]
    );
    // A duty that is done stays known, so that nobody declares it again.
    assert!(of(1) && of(2) && of(4));
    for (day, state, expected) in [
        (date(2026, 5, 13), State::Open, 1),
        (date(2026, 5, 18), State::Near, 1),
        (date(2026, 5, 22), State::Overdue, 1),
        (date(2026, 5, 22), State::Late, 1),
        (date(2026, 5, 22), State::InTime, 1),
        (date(2026, 5, 22), State::Unknown, 0),
    ] {
        let filter = DutyFilter {
            state: Some(state),
            today: Some(day),
            limit: 10,
            ..Default::default()
        };
        let rows = store.duties(&filter).unwrap();
        assert_eq!(rows.len(), expected, "R30 {day} {state:?}");
        assert!(
            rows.iter().all(|row| row.state == state),
            "R30 {day} {state:?}"
        );
    }
    let organ = Some(organ_code(1));
    let filter = DutyFilter {
        organ,
        after: Some(seqs[0]),
        limit: 10,
        ..Default::default()
    };
    assert_eq!(store.duties(&filter).unwrap().len(), 2);
    let figures = store
        .duty_figures(date(2026, 5, 1), date(2026, 5, 31), TODAY)
        .unwrap();
    let found = &figures[0];
    assert_eq!(
        (found.total, found.in_time, found.late, found.overdue),
        (3, 1, 1, 1),
        "R31"
    );
    assert_eq!(found.organ_name, "市场监管局");
    holds(&store);
}

#[test]
fn files_cases_and_receipts_are_counted() {
    let folder = Folder::new("cases");
    let store = folder.open();
    found_city(&store);
    let submission = Submission {
        source: "penalty-2018".into(),
        filer: organ_code(1),
        file: "abc".into(),
        on: TODAY,
        rows: 3,
        accepted: 2,
        rejected: 1,
        findings: BTreeMap::from([("DQ1001".to_owned(), 1)]),
    };
    let case = |case_no: &str| {
        let (matter, case_no) = ("licence-1".to_owned(), case_no.to_owned());
        Event::CaseDecided(CaseDecided {
            organ: organ_code(1),
            matter,
            case_no,
            decided: TODAY,
        })
    };
    let screened = Screened {
        entity: Some(entity_code(1)),
        matter: "licence-1".into(),
        case_no: "A-1".into(),
        outcome: Outcome::Clear,
        effects: 0,
    };
    let events = [
        Event::Submitted(submission.clone()),
        Event::Screened(screened),
        case("A-1"),
        case("A-2"),
    ];
    let sealed = events.into_iter().map(|event| seal(event, &[])).collect();
    let seqs = append(&store, sealed).unwrap().0;
    assert_eq!(
        store.submissions(Some(&organ_code(1)), 5).unwrap(),
        [(seqs[0], submission)]
    );
    assert_eq!(store.submissions(Some(&organ_code(2)), 5).unwrap(), []);
    let before = ask(&store, |tx| {
        tx.submission("penalty-2018", &organ_code(1), "abc")
    });
    assert_eq!(before, Some(seqs[0]));
    assert_eq!(store.deliveries().unwrap()["penalty-2018"], TODAY);
    let figures = store.screening_figures(TODAY, TODAY).unwrap();
    assert_eq!((figures[0].decided, figures[0].screened), (2, 1), "R47");
    let missing = store.unscreened(None, 5).unwrap();
    assert_eq!(
        missing
            .iter()
            .map(|row| row.case_no.as_str())
            .collect::<Vec<_>>(),
        ["A-2"],
        "R47"
    );
    assert!(ask(&store, |tx| tx.case(&organ_code(1), "A-2")));
    holds(&store);
}

#[test]
fn a_value_is_redacted_and_the_tree_still_holds() {
    let folder = Folder::new("redact");
    let store = folder.open();
    found_city(&store);
    let seq = append(&store, vec![penalty(1)]).unwrap().0[0];
    let redacted = Redacted {
        entry: seq,
        names: vec!["content".into()],
        reason: "误报".into(),
    };
    submit(&store, move |tx| {
        let mut entry = tx.entry(seq)?.unwrap();
        assert_eq!(entry.redact(SUITE, &["content"]), 1);
        tx.redact(seq, &entry)?;
        tx.append(seal(Event::Redacted(redacted), &[])).map(|_| ())
    })
    .unwrap();
    assert_eq!(store.entry(seq).unwrap().unwrap().value("content"), None);
    assert_eq!(store.shown(seq).unwrap().unwrap().fields, []);
    holds(&store);
    let refused = submit(&store, move |tx| {
        let mut entry = tx.entry(seq)?.unwrap();
        entry.actor = "somebody else".into();
        tx.redact(seq, &entry)
    });
    assert!(refused.is_err());
    holds(&store);
}

/// A record keeps the names it was shown with; another edition of its source must not mix them up.
#[test]
fn r10_what_is_left_of_a_redacted_record_stands_under_its_own_column() {
    let folder = Folder::new("editions");
    let store = folder.open();
    found_city(&store);
    let values = [("content", "罚款一万元"), ("fine", "1")];
    let sealed = seal(Event::Filed(Box::new(filed(1))), &values);
    let seq = append(&store, vec![sealed]).unwrap().0[0];
    drop(store);
    let mut options = folder.options();
    options.public = Arc::new(|event, entry| {
        matches!(event, Event::Filed(_)).then(|| Masked {
            columns: r#"["新列","罚款金额","处罚内容"]"#.into(),
            texts: serde_json::to_string(&["新", "1", entry.value("content").unwrap_or("")])
                .unwrap(),
        })
    });
    let store = Sqlite::open(options).unwrap();
    submit(&store, move |tx| {
        let mut entry = tx.entry(seq)?.unwrap();
        assert_eq!(entry.redact(SUITE, &["fine"]), 1);
        tx.redact(seq, &entry)
    })
    .unwrap();
    let fields = store.shown(seq).unwrap().unwrap().fields;
    let of = |name: &str| fields.iter().find(|(column, _)| column == name);
    assert_eq!(of("处罚内容").unwrap().1, "罚款一万元");
    assert_eq!(of("罚款金额").unwrap().1, "1");
    assert_eq!(fields.len(), 2);
}

#[test]
fn proofs_lead_to_the_checkpoint_after_a_new_start() {
    let folder = Folder::new("proofs");
    let store = folder.open();
    found_city(&store);
    append(&store, (1..700).map(penalty).collect()).unwrap();
    let committed = submit(&store, |tx| {
        let seq = tx.append(penalty(800))?;
        tx.prove(seq);
        Ok(())
    })
    .unwrap();
    drop(store);
    let store = folder.open();
    let size = store.size().unwrap();
    assert_eq!(
        (committed.size, &committed.checkpoint),
        (size, &store.checkpoint().unwrap())
    );
    let root: Hash = store.verify(&mut |_, _| ()).unwrap().root.parse().unwrap();
    let (seq, path) = &committed.proofs[0];
    for (seq, path) in [(*seq, path.clone()), (3, store.inclusion(3, size).unwrap())] {
        let leaf = store.leaf(seq).unwrap().unwrap();
        assert!(
            verify_inclusion(SUITE, &leaf, seq, size, &root, &path),
            "R46 {seq}"
        );
    }
    assert_eq!(
        store.tile(0, 1, 256).unwrap().map(|tile| tile.len()),
        Some(8_192)
    );
    assert_eq!(store.tile(0, 9, 256).unwrap(), None);
    assert!(!store.consistency(300, size).unwrap().is_empty());
    let changes = store.changes(Some(size - 3), 10).unwrap();
    assert_eq!(
        changes.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        [size - 2, size - 1]
    );
}

#[test]
fn pages_of_a_list_follow_each_other() {
    let folder = Folder::new("pages");
    let store = folder.open();
    found_city(&store);
    append(&store, (1..=25).map(penalty).collect()).unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let severity = Some(Severity::Ordinary);
        let filter = ListFilter {
            organ: Some(organ_code(1)),
            severity,
            after,
            limit: 10,
        };
        let page = store.list(Act::Penalty, &filter).unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.decided, last.seq));
        seen.extend(page.iter().map(|row| row.seq));
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted_by(|a, b| a > b));
}

/// A row changed behind the ledger's back is found and put right by a rebuild.
#[test]
fn a_changed_view_is_made_anew() {
    let folder = Folder::new("rebuild");
    let store = folder.open();
    found_city(&store);
    let seq = file(&store, filed(1));
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other
        .execute("UPDATE publication SET hidden = hidden + 1", [])
        .unwrap();
    other
        .execute(
            "INSERT INTO name_text (rowid, tokens) VALUES (1, '错字')",
            [],
        )
        .unwrap();
    let rebuilt = store.rebuild(&mut |_, _| ()).unwrap();
    let differing: Vec<_> = rebuilt
        .views
        .iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(view, _)| view.as_str())
        .collect();
    assert_eq!(differing, ["name_text", "publication"], "R38");
    assert_eq!(
        store.shown(seq).unwrap().unwrap().window.hidden,
        date(2027, 5, 12),
        "R38"
    );
    holds(&store);
    assert_eq!(store.find(&query("华泰").unwrap(), 5).unwrap().len(), 1);
}

#[test]
fn accounts_and_sessions_live_beside_the_ledger() {
    let folder = Folder::new("accounts");
    let store = folder.open();
    let mut account = Account {
        name: "li".into(),
        title: "经办人".into(),
        organ: Some(organ_code(1)),
        role: Role::Organ,
        password: "$argon2id$".into(),
        key: String::new(),
        closed: false,
        person: String::new(),
    };
    store.put_account(&account).unwrap();
    store.put_session("digest", "li", 2_000).unwrap();
    assert_eq!(
        store.session("digest", 1_999).unwrap(),
        Some(account.clone())
    );
    assert_eq!(store.session("digest", 2_000).unwrap(), None);
    assert_eq!(store.account_by_key("").unwrap(), None);
    account.closed = true;
    store.put_account(&account).unwrap();
    assert_eq!(store.session("digest", 1_000).unwrap(), None);
    assert_eq!(store.accounts().unwrap(), [account]);
    assert_eq!(store.size().unwrap(), 0);
}

#[test]
fn a_backup_is_a_whole_ledger() {
    let folder = Folder::new("backup");
    let store = folder.open();
    found_city(&store);
    let copies = Folder::new("copy");
    store.backup(&copies.file()).unwrap();
    assert!(store.backup(&copies.file()).is_err());
    append(&store, vec![penalty(1)]).unwrap();
    let copy = copies.open();
    assert_eq!((copy.size().unwrap(), store.size().unwrap()), (7, 8));
    holds(&copy);
}

#[test]
fn a_foreign_or_newer_file_is_refused() {
    let folder = Folder::new("refuse");
    drop(folder.open());
    let mut other = folder.options();
    other.origin = "elsewhere".into();
    assert!(Sqlite::open(other).is_err());
    assert_eq!(
        store::log_of(&folder.file()).unwrap(),
        Some((SUITE, "test.example/log".to_owned()))
    );
    let refused_after = |sql: &str| {
        let conn = rusqlite::Connection::open(folder.file()).unwrap();
        assert_eq!(conn.execute(sql, []).unwrap(), 1);
        drop(conn);
        let refused = Sqlite::open(folder.options()).unwrap_err();
        assert_eq!(refused.place, desk::Place::Version);
        refused.to_string()
    };
    let changed = refused_after("UPDATE schema SET digest = 'x'");
    assert!(changed.contains("另一个版本的程序"), "{changed}");
    let newer = refused_after("INSERT INTO schema (version, digest) VALUES (2, 'x')");
    assert!(newer.contains("第 2 版"), "{newer}");
}
