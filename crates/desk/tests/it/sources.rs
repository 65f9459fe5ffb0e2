//! Golden tests of the sources: `good.csv` has no finding, `bad.csv` has those of `findings.txt`.
//!
//! `BLESS=1` rewrites `findings.txt`; read the difference before you keep it.

use desk::intake::pipeline::{self, Summary};
use desk::intake::source::{self, Sources};
use domain::code::Exceptions;
use domain::intake::{Cell, Context, Finding, Findings, PartyKind, Plan, Range, Role};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const TODAY: Date = date(2026, 6, 30);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources() -> Sources {
    let folders = fs::read_dir(root().join("sources"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let texts: Vec<(String, String)> = folders
        .filter(|folder| folder.join("table.toml").exists())
        .map(|folder| {
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(folder.join("table.toml")).unwrap())
        })
        .collect();
    Sources::read(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    )
    .unwrap()
}

// The findings of a file, one a line: where, what, which column, in words, and what to do.
fn lines(plan: &Arc<Plan>, file: &Path, today: Date) -> (Summary, Vec<String>) {
    let table = sheet::open(file, &sheet::Limits::default()).unwrap();
    let bound = plan.bind(table.header()).unwrap();
    let exceptions = Exceptions::default();
    let context = Context {
        today,
        exceptions: &exceptions,
    };
    let mut lines: Vec<String> = bound
        .notes()
        .iter()
        .map(|note| line("表头", note))
        .collect();
    let mut sink = |row: u32, finding: &Finding| lines.push(line(&format!("第{row}行"), finding));
    let summary = pipeline::check(table, &bound, &context, 2, &mut sink).unwrap();
    (summary, lines)
}

fn line(place: &str, finding: &Finding) -> String {
    let field = finding
        .field
        .as_ref()
        .map_or(String::new(), |f| format!("{} {}", f.code, f.name));
    let (code, level) = (&finding.code, finding.level.name());
    format!(
        "{place}\t{code}\t{level}\t{field}\t{}\t{}",
        finding.message(),
        finding.remedy()
    )
}

#[test]
fn r27_a_good_file_of_every_source_has_no_finding() {
    for plan in sources().iter() {
        let name = &plan.spec().source.name;
        let (summary, lines) = lines(
            plan,
            &root().join("sources").join(name).join("good.csv"),
            TODAY,
        );
        assert!(lines.is_empty(), "{name}: {lines:#?}");
        assert!(
            summary.rows > 2 && summary.accepted == summary.rows,
            "{name}: {summary:?}"
        );
    }
}

#[test]
fn r33_a_bad_file_of_every_source_has_the_findings_written_beside_it() {
    for plan in sources().iter() {
        let folder = root().join("sources").join(&plan.spec().source.name);
        let (summary, lines) = lines(plan, &folder.join("bad.csv"), TODAY);
        let found = lines.join("\n") + "\n";
        let golden = folder.join("findings.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &found).unwrap();
        }
        assert_eq!(
            found,
            fs::read_to_string(&golden).unwrap(),
            "{}",
            golden.display()
        );
        assert_eq!(summary.accepted + summary.rejected, summary.rows);
    }
}

#[test]
fn r33_the_bad_penalties_show_every_code_intake_decides_alone() {
    let sources = sources();
    let file = root().join("sources/penalty-2018/bad.csv");
    let (summary, lines) = lines(sources.get("penalty-2018").unwrap(), &file, TODAY);
    // 1001 and 1012 need the register and the calendar, 1016 a workbook.
    for code in [
        1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1013, 1014, 1015, 1017, 1018,
    ] {
        let code = format!("DQ{code}");
        assert!(lines.iter().any(|line| line.contains(&code)), "{code}");
    }
    assert!(summary.accepted > 0, "notes do not reject");
}

#[test]
fn r27_the_header_decides_the_edition_of_each_file() {
    let sources = sources();
    for plan in sources.iter() {
        let name = &plan.spec().source.name;
        let file = root().join("sources").join(name).join("good.csv");
        let header = sheet::open(&file, &sheet::Limits::default())
            .unwrap()
            .header()
            .to_owned();
        let family = sources
            .iter()
            .filter(|other| other.spec().source.family == plan.spec().source.family);
        for asked in family {
            let found = sources.detect(&asked.spec().source.name, &header).unwrap();
            assert_eq!(&found.spec().source.name, name);
        }
    }
}

#[test]
fn r27_columns_are_known_by_code_and_by_name_in_any_order_and_dress() {
    for plan in sources().iter() {
        let columns = &plan.spec().columns;
        let dressed: Vec<String> = columns
            .iter()
            .rev()
            .enumerate()
            .map(|(at, column)| match at % 4 {
                0 => format!("* {} *", column.code),
                1 => column.name.replace('（', "(").replace('）', ")"),
                2 => format!("\u{3000}{}（必填）", column.name),
                _ => column.synonyms.first().unwrap_or(&column.name).clone(),
            })
            .collect();
        let bound = plan.bind(&dressed).unwrap();
        assert!(bound.notes().is_empty(), "{:?}", bound.notes());
        assert_eq!(plan.fit(&dressed), (columns.len(), true));
    }
}

#[test]
fn every_column_is_read_waived_or_reported() {
    let sources = sources();
    let plan = sources.get("penalty-2018").unwrap();
    let mut header: Vec<String> = plan
        .spec()
        .columns
        .iter()
        .map(|column| column.code.clone())
        .collect();
    header.extend(["序号", "新列", ""].map(str::to_owned));
    let bound = plan.bind(&header).unwrap();
    assert_eq!(
        bound.notes().len(),
        2,
        "waived: 序号; reported: 新列 and the nameless one"
    );
    header.push("处罚决定日期".to_owned());
    let twice = plan.bind(&header).unwrap_err();
    assert!(twice.iter().any(|f| f.message().contains("两列")));
    let missing = plan.bind(&["CF_WSH".to_owned()]).unwrap_err();
    let needed = plan
        .spec()
        .columns
        .iter()
        .filter(|column| column.need)
        .count();
    assert_eq!(missing.iter().filter(|f| f.rejects()).count(), needed - 1);
}

#[test]
fn r10_no_column_that_names_a_person_is_public() {
    for plan in sources().iter() {
        let spec = plan.spec();
        assert!(spec.columns.iter().all(|column| column.free_text
            != (column.mask == domain::intake::Mask::None)
            || !column.free_text));
        let person = spec.column(spec.role(Role::PersonId).unwrap()).unwrap();
        assert_eq!(person.range, Range::None, "{}", person.code);
        for column in spec
            .columns
            .iter()
            .filter(|column| column.name.contains("证件号码") || column.name.contains("身份证"))
        {
            assert!(
                column.range == Range::None && column.mask == domain::intake::Mask::Id,
                "{}",
                column.code
            );
        }
    }
}

#[test]
fn a_row_becomes_a_typed_filing() {
    let sources = sources();
    let plan = sources.get("penalty-2018").unwrap();
    let mut table = sheet::open(
        &root().join("sources/penalty-2018/good.csv"),
        &sheet::Limits::default(),
    )
    .unwrap();
    let bound = plan.bind(table.header()).unwrap();
    let exceptions = Exceptions::default();
    let context = Context {
        today: TODAY,
        exceptions: &exceptions,
    };
    let (mut filings, mut found) = (Vec::new(), Findings::new());
    let batch = table.next().unwrap().unwrap();
    let mut rows = Vec::new();
    let text = |cell: &Cell<'_>| cell.text.to_owned();
    batch
        .each(|row| rows.push(row.cells.iter().map(text).collect::<Vec<_>>()))
        .unwrap();
    for row in &rows {
        let cells: Vec<_> = row.iter().map(|text| Cell::text(text)).collect();
        let filing = bound.filing(&cells, &context).unwrap();
        bound.check(&cells, &context, &mut found);
        assert_eq!(bound.decision(&cells, &found), Some(filing.key));
        assert_eq!(
            bound.checked_filing(&cells, &context, &found).as_ref(),
            Some(&filing)
        );
        filings.push(filing);
    }
    let kinds = [
        PartyKind::Legal,
        PartyKind::Individual,
        PartyKind::Person,
        PartyKind::Legal,
    ];
    assert!(filings.iter().map(|f| f.party.kind).take(4).eq(kinds));
    let fourth = &filings[3];
    assert_eq!(fourth.kinds, ["罚款", "没收违法所得", "没收非法财物"]);
    assert_eq!(
        (fourth.fine, fourth.decided),
        (Some(1_000_000), date(2026, 5, 2))
    );
    assert_eq!(fourth.valid_until, Some(date(2099, 12, 31)));
    assert_eq!(filings[4].kinds, ["吊销许可证件", "其他"]);
    assert_eq!(filings[4].party.aliases, ["370400000000001"]);
    assert_eq!(
        (filings[4].publish, filings[5].publish),
        (Some(true), Some(false))
    );
    assert_eq!(filings[2].party.code, None);
    let id = plan.spec().role(Role::PersonId).unwrap();
    let person = &filings[2];
    assert!(person.values.iter().any(|(index, _)| *index == id));
    assert!(person.party.aliases.is_empty());
    let mut keys: Vec<_> = filings.iter().map(|f| f.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), filings.len());
}

#[test]
fn findings_of_one_row_do_not_leak_into_the_next() {
    let sources = sources();
    let plan = sources.get("penalty-2018").unwrap();
    let header: Vec<String> = plan
        .spec()
        .columns
        .iter()
        .map(|column| column.code.clone())
        .collect();
    let bound = plan.bind(&header).unwrap();
    let exceptions = Exceptions::default();
    let context = Context {
        today: TODAY,
        exceptions: &exceptions,
    };
    let mut found = Findings::new();
    bound.check(&[], &context, &mut found);
    let first = found.as_slice().to_vec();
    assert!(found.rejected());
    bound.check(&[Cell::text("")], &context, &mut found);
    assert_eq!(found.take(), first);
}

// Equal to the reference checker of the peers, row by row and check by check.
#[test]
fn r33_the_fifteen_checks_count_like_the_reference() {
    let text = fs::read_to_string(root().join("benches/sources/peer-penalty/table.toml")).unwrap();
    let plan = Arc::new(source::read(&text).unwrap());
    let peers = root().join("../shared/peers");
    let folder = std::env::temp_dir().join(format!("chengheng-peers-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (size, rows) in [("2k", "2000"), ("100k", "100000")] {
        let (out, file) = (folder.join(size), folder.join(format!("{size}.csv")));
        let wanted = peers.join(format!("intake{size}.errors.json"));
        let made = Command::new("python3")
            .arg(peers.join("gen_intake.py"))
            .arg(rows)
            .arg(&out)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output();
        if !made.is_ok_and(|made| made.status.success()) {
            println!("skipped: the reference checker or Python is absent");
            continue;
        }
        let mut wanted: BTreeMap<String, u64> =
            serde_json::from_str(&fs::read_to_string(wanted).unwrap()).unwrap();
        let (summary, _) = lines(&plan, &file, date(2024, 6, 30));
        assert_eq!(Some(summary.rows), wanted.remove("rows"));
        assert_eq!(Some(summary.rejected), wanted.remove("bad_rows"));
        assert_eq!(summary.findings, wanted);
    }
    fs::remove_dir_all(&folder).unwrap();
}
