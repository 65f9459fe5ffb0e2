//! A population written, graded in one pass, and damaged.

use domain::basis::Basis;
use domain::code::Code;
use domain::grade::*;
use jiff::civil::{Date, date};
use population::*;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const TODAY: Date = date(2026, 11, 23);

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("population-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn basis() -> Basis {
    Basis {
        statute: "cn/invented".into(),
        article: "N1".into(),
        confirmed: false,
    }
}

fn filter(kind: Kind, months: Option<u16>) -> Filter {
    Filter {
        kinds: Kinds::default().with(kind),
        from: Class::Unclassed,
        to: Class::Serious,
        months,
    }
}

fn scale() -> Scale {
    let indicator = |id: &str, value| Indicator {
        id: id.to_owned(),
        name: id.to_owned(),
        value,
    };
    let item = |id: &str, points| Item {
        id: id.to_owned(),
        name: id.to_owned(),
        points,
        unless: None,
        basis: basis(),
    };
    let cut = |word: &str, least| Cut {
        word: word.to_owned(),
        name: word.to_owned(),
        least,
    };
    Scale {
        id: "invented".to_owned(),
        name: "测试".to_owned(),
        start: 85,
        least: 0,
        most: 100,
        indicators: vec![
            indicator("penalties", Value::Count(filter(Kind::Penalty, Some(36)))),
            indicator("fines", Value::Sum(filter(Kind::Penalty, None))),
            indicator("tax", Value::Stated),
            indicator("honours", Value::Count(filter(Kind::Honor, Some(12)))),
            indicator("capital", Value::Stated),
        ],
        items: vec![
            item(
                "penalties",
                Points::Each {
                    of: 0,
                    each: -4,
                    most: 9,
                },
            ),
            item(
                "fines",
                Points::Steps {
                    of: 1,
                    steps: vec![(1, -1), (40_000, -9)],
                },
            ),
            item(
                "tax",
                Points::Steps {
                    of: 2,
                    steps: vec![(1, 2), (3, -6)],
                },
            ),
            item(
                "honours",
                Points::Each {
                    of: 3,
                    each: 3,
                    most: 3,
                },
            ),
            item(
                "capital",
                Points::Each {
                    of: 4,
                    each: 1,
                    most: 5,
                },
            ),
        ],
        cuts: vec![cut("A", 90), cut("B", 75), cut("C", 60), cut("D", 0)],
        floors: Vec::new(),
        basis: basis(),
    }
}

struct Person {
    code: Code,
    stated: Vec<i64>,
    facts: Vec<Fact>,
}

fn code(number: usize) -> Code {
    Code::read(&format!("91370400MA3{number:06}X")).unwrap()
}

fn fact(record: u64, kind: Kind, day: i32) -> Fact {
    Fact {
        record,
        kind,
        class: Class::Minor,
        amount: 7_000,
        day,
        known: day + (record % 9) as i32,
        gone: if record.is_multiple_of(5) {
            day + 400
        } else {
            i32::MAX
        },
        repairable: None,
    }
}

/// More facts than a batch holds, entities without any, and one whose facts cross batches.
fn people() -> Vec<Person> {
    let today = day_number(TODAY);
    let person = |number: usize| {
        let many = match number {
            40 => 20_000,
            number if number.is_multiple_of(7) => 0,
            number => number % 60,
        };
        let kinds = [Kind::Penalty, Kind::Passed, Kind::Honor, Kind::Failed];
        let mut facts: Vec<Fact> = (0..many)
            .map(|place| {
                let mixed = number * 31 + place * 17;
                let day = today + 2 - (mixed * 13 % 2_500) as i32;
                fact(mixed as u64, kinds[mixed % 4], day)
            })
            .collect();
        facts.sort_by_key(|fact| fact.day);
        Person {
            code: code(number),
            stated: vec![(number % 5) as i64, (number % 7) as i64 - 1],
            facts,
        }
    };
    (0..700).map(person).collect()
}

fn write(folder: &Path, people: &[Person], shards: u16) -> Written {
    // The columns stand in another order than the scale asks for them.
    let mut writer = Writer::create(folder, shards, &["capital", "tax"]).unwrap();
    for person in people {
        let stated = [person.stated[1], person.stated[0]];
        writer.push(&person.code, &stated, &person.facts).unwrap();
    }
    writer.finish().unwrap()
}

/// The digest from its definition, by the evaluator of one entity.
fn expected(people: &[Person], shards: u16) -> (Vec<u64>, [u8; 32]) {
    let scale = scale();
    let mut counts = vec![0; 4];
    let mut told = vec![Vec::new(); usize::from(shards)];
    for person in people {
        let values = indicators(&scale, &person.facts, &person.stated, TODAY);
        let graded = grade(&scale, &values);
        counts[usize::from(graded.grade)] += 1;
        let told = &mut told[usize::from(shard(&person.code, shards))];
        told.extend_from_slice(person.code.as_bytes());
        told.extend_from_slice(&graded.score.to_le_bytes());
        told.push(graded.grade);
    }
    if shards == SHARDS {
        // The definition of the ledger and the one of the files are the same.
        let mut digest = domain::grade::Digest::default();
        for person in people {
            let values = indicators(&scale, &person.facts, &person.stated, TODAY);
            digest.add(&person.code, grade(&scale, &values));
        }
        let digest = digest.finish();
        let bytes = (0..32).map(|at| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap());
        let bytes: Vec<u8> = bytes.collect();
        return (counts, bytes.try_into().unwrap());
    }
    let digests: Vec<u8> = told.iter().flat_map(Sha256::digest).collect();
    (counts, Sha256::digest(digests).into())
}

#[test]
fn r58_a_population_has_one_digest_whatever_the_threads() {
    for shards in [1, 5, 16] {
        one_digest(shards);
    }
}

fn one_digest(shards: u16) {
    let folder = Folder::new(&format!("digest{shards}"));
    let people = people();
    let written = write(&folder.0, &people, shards);
    let files = Files::open(&folder.0).unwrap();
    let (grades, digest) = expected(&people, shards);
    assert!(grades.iter().all(|count| *count > 0), "{grades:?}");
    for threads in [1, 2, 3, 9] {
        let summary = run(&files, &scale(), TODAY, threads).unwrap();
        assert_eq!(summary.digest, digest, "{threads} threads");
        assert_eq!(summary.grades, grades);
        assert_eq!(
            (summary.entities, summary.facts),
            (written.entities, written.facts)
        );
    }
    assert_eq!(written.entities, 700);
}

type Answers = Mutex<Vec<(i64, Code, Graded, Vec<i64>)>>;

struct Collect(&'static Answers);

impl Sink for Collect {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let code = Code::from_bytes(row.code).unwrap();
        let row = (row.entity, code, row.graded, row.indicators.to_vec());
        self.0.lock().unwrap().push(row);
        Ok(())
    }
}

#[test]
fn every_answer_is_handed_on_with_its_indicators() {
    static ROWS: Answers = Mutex::new(Vec::new());
    let folder = Folder::new("rows");
    let people = people();
    write(&folder.0, &people, 3);
    let files = Files::open(&folder.0).unwrap();
    run_into(&files, &scale(), TODAY, 2, &|_| {
        Ok(Box::new(Collect(&ROWS)))
    })
    .unwrap();
    let mut rows = ROWS.lock().unwrap().clone();
    rows.sort_by_key(|row| row.1);
    assert_eq!(rows.len(), people.len());
    for (person, (entity, code, graded, values)) in people.iter().zip(rows) {
        let expected = indicators(&scale(), &person.facts, &person.stated, TODAY);
        assert_eq!((code, &values), (person.code, &expected));
        assert_eq!(graded, grade(&scale(), &values));
        assert_eq!(entity >> 40, i64::from(shard(&code, 3)));
    }
}

#[test]
fn results_are_files_of_their_own() {
    let folder = Folder::new("results");
    write(&folder.0, &people(), 2);
    let out = folder.0.join("out");
    std::fs::create_dir_all(&out).unwrap();
    let sink = |shard| -> Result<Box<dyn Sink>, Fault> {
        Ok(Box::new(Results::create(&out, shard, &scale())?))
    };
    let files = Files::open(&folder.0).unwrap();
    let summary = run_into(&files, &scale(), TODAY, 2, &sink).unwrap();
    assert_eq!(summary, run(&files, &scale(), TODAY, 1).unwrap());
    let rows: i64 = (0..2)
        .map(|shard| {
            use parquet::file::reader::{FileReader, SerializedFileReader};
            let file = std::fs::File::open(out.join(format!("part-{shard:04}.parquet"))).unwrap();
            let reader = SerializedFileReader::new(file).unwrap();
            let head = reader.metadata().file_metadata().clone();
            let names: Vec<&str> = head
                .schema_descr()
                .columns()
                .iter()
                .map(|one| one.name())
                .collect();
            assert_eq!(
                names.join(" "),
                "entity code penalties fines tax honours capital score grade"
            );
            head.num_rows()
        })
        .sum();
    assert_eq!(rows, 700);
}

#[test]
fn what_is_out_of_order_is_refused() {
    let folder = Folder::new("order");
    let mut writer = Writer::create(&folder.0, 2, &[]).unwrap();
    writer.push(&code(2), &[], &[]).unwrap();
    let facts = [fact(1, Kind::Honor, 9), fact(2, Kind::Honor, 8)];
    for refused in [
        writer.push(&code(2), &[], &[]),
        writer.push(&code(1), &[], &[]),
        writer.push(&code(3), &[], &facts),
        writer.push(&code(3), &[1], &[]),
    ] {
        assert!(matches!(refused, Err(Fault::Order(_))), "{refused:?}");
    }
}

#[test]
fn damaged_files_are_faults_and_never_answers() {
    let folder = Folder::new("damaged");
    let people = people();
    write(&folder.0, &people, 2);
    let files = Files::open(&folder.0).unwrap();
    let grade = |files: &Files, scale: &Scale| run(files, scale, TODAY, 2);

    let mut unknown = scale();
    unknown.indicators[2].id = "none".to_owned();
    let fault = grade(&files, &unknown).unwrap_err();
    assert!(
        matches!(&fault, Fault::Column { column, .. } if column == "none"),
        "{fault}"
    );

    // Facts of another shard, and so of entities that are not there.
    let mut crossed = files.clone();
    crossed.facts.reverse();
    let fault = grade(&crossed, &scale()).unwrap_err();
    assert!(matches!(fault, Fault::Damaged { .. }), "{fault}");

    let half = std::fs::read(&files.facts[0]).unwrap();
    std::fs::write(&files.facts[0], &half[..half.len() / 2]).unwrap();
    let fault = grade(&files, &scale()).unwrap_err();
    assert!(fault.to_string().contains("part-0000.parquet"), "{fault}");

    std::fs::remove_file(&files.facts[0]).unwrap();
    let fault = Files::open(&folder.0).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "分片文件不成套：主体文件 2 个，事实文件 1 个"
    );
}

#[test]
fn columns_are_scored_alike_on_any_number_of_threads() {
    let scale = scale();
    let rows: Vec<[i32; 5]> = (0..3_000)
        .map(|row| [row % 12, row * 31 % 90_000, row % 5, row % 4, row % 9 - 2])
        .collect();
    let columns: Vec<Vec<i32>> = (0..5)
        .map(|of| rows.iter().map(|row| row[of]).collect())
        .collect();
    let columns: Vec<Column<'_>> = columns
        .iter()
        .map(|column| Column::Narrow(column))
        .collect();
    for threads in [1, 2, 7] {
        let sheets = score(&scale, &columns, threads).unwrap();
        let scores = sheets
            .iter()
            .flat_map(|sheet| sheet.score.iter().zip(&sheet.grade));
        for (row, (score, place)) in rows.iter().zip(scores) {
            let graded = grade(&scale, &row.map(i64::from));
            assert_eq!((*score, *place), (graded.score, graded.grade));
        }
        assert_eq!(
            sheets.iter().map(|sheet| sheet.score.len()).sum::<usize>(),
            rows.len()
        );
    }
    assert_eq!(score(&scale, &columns[1..], 2), Err(Misfit::Columns(5)));
}

#[test]
fn a_code_keeps_its_shard() {
    // STORED: these places are on disk.
    let shards: Vec<u16> = (0..8).map(|number| shard(&code(number), 64)).collect();
    assert_eq!(shards, [59, 50, 41, 16, 15, 6, 45, 36]);
}
