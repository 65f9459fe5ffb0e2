//! Golden vectors: whole published files, which other implementations read too. `BLESS=1` writes them anew.

use crate::made::{Made, lottery, town};
use domain::inspection::draw::{
    Opening, Party, Published, Seed, Source, Standing, commitment, verify,
};
use domain::ledger::Suite;
use jiff::civil::date;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/draw/vectors")
}

fn by_lottery(suite: Suite) -> (Made, Published) {
    let made = town(suite, lottery());
    let numbers = vec![vec![30, 2, 9, 17, 22, 5], vec![11]];
    let source = &made.frame.source;
    let seed = Seed::of_lottery(suite, &made.digest(), source, numbers).unwrap();
    let file = made.drawn(seed);
    (made, file)
}

fn by_parties(suite: Suite) -> (Made, Published) {
    let values = [
        "信用办的数值 5f1c2a",
        "驻局纪检组的数值 90be17",
        "企业代表的数值 d3a844",
    ];
    let names = ["市信用办", "驻局纪检组", "企业代表"];
    let parties = names.into_iter().zip(values).map(|(name, value)| Party {
        name: name.to_owned(),
        commitment: format!(
            "{:x}",
            commitment(suite, name, &format!("{value} 0123456789"))
        ),
    });
    let source = Source::Parties {
        parties: parties.collect(),
    };
    let made = town(suite, source);
    let values = values.map(|value| format!("{value} 0123456789")).to_vec();
    let source = &made.frame.source;
    let seed = Seed::of_parties(suite, &made.digest(), source, values).unwrap();
    let file = made.drawn(seed);
    (made, file)
}

/// The same with a closed firm and a recusal after the draw.
fn changed((made, mut file): (Made, Published)) -> Published {
    let seed = verify(&file, &|_, _, _| None).unwrap().seed.unwrap();
    let on = date(2026, 9, 20);
    // One whose reserve must not be visited by a member of the team.
    let replaced = file.drawn.iter().rev().find_map(|drawn| {
        let mut standing = Standing::new(&made.frame, seed, &file.drawn, &file.reserves);
        let (_, comes) = standing.next(&drawn.ticket).ok()?;
        let opening: Opening = made.openings[&comes];
        let changes = standing
            .replace(&drawn.ticket, opening, "企业已注销", on)
            .ok()?;
        (changes.len() > 1).then_some((standing, changes))
    });
    let (mut standing, mut changes) = replaced.expect("a reserve with a recusal");
    let first = file.drawn.first().unwrap().clone();
    let post = made.frame.layers[first.spot.layer as usize].posts[0];
    let member = first.teams[0][0];
    changes.push(
        standing
            .redraw(&first.ticket, post, member, "曾在该企业任职", on)
            .unwrap(),
    );
    file.changes = changes;
    file
}

#[test]
fn r61_golden_files_are_what_this_program_writes() {
    let files = [
        ("lottery-sm", by_lottery(Suite::National).1),
        ("lottery-sha", by_lottery(Suite::International).1),
        ("parties-sm", by_parties(Suite::National).1),
        ("changes-sha", changed(by_parties(Suite::International))),
        ("frozen-sm", town(Suite::National, lottery()).frozen()),
    ];
    for (name, file) in files {
        let path = folder().join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&file).unwrap() + "\n";
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap();
        assert_eq!(golden, text, "{name}");
        let read: Published = serde_json::from_str(&golden).unwrap();
        assert_eq!(read, file, "{name}");
        verify(&read, &|_, _, _| None).unwrap();
    }
}

/// What the proof of `vrf-sha.json` proves, which `independent.py make` wrote from `vrf-sha.input.json`.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const PROOF: &str = "e1d82abc3bc7f081d80e2867ad24804d1ad08e633b7c3d9afbeab5dc0d94c9dc8b39d9e7aff1cac34b73dcc80bf519b33cb685e1004bcc1e8c58fb3b9e9aa532d952ad855373caf77a20fadecab2b50f";
const OUTPUT: [u8; 64] = [
    0x20, 0x83, 0x6a, 0x6e, 0x81, 0xb4, 0xce, 0xd0, 0xea, 0x7e, 0x98, 0x23, 0x28, 0x30, 0x74, 0x69,
    0x42, 0xac, 0xfb, 0xe1, 0xfb, 0xad, 0xe4, 0x85, 0xc7, 0x9f, 0x07, 0xd8, 0x7b, 0x02, 0x65, 0x67,
    0x68, 0x09, 0xe6, 0x59, 0xb6, 0xba, 0x2e, 0x63, 0x56, 0xfe, 0xf6, 0x6a, 0x62, 0x4e, 0x28, 0xa6,
    0x04, 0x58, 0x60, 0x52, 0x6d, 0x45, 0x0b, 0x00, 0x70, 0x8d, 0xef, 0x32, 0x95, 0x43, 0xd0, 0x0e,
];

#[test]
fn r61_a_golden_file_that_another_implementation_wrote_is_verified() {
    let text = std::fs::read_to_string(folder().join("vrf-sha.json")).unwrap();
    let file: Published = serde_json::from_str(&text).unwrap();
    let proved = |key: &str, proof: &str, alpha: &[u8]| {
        let known = key == KEY && proof == PROOF && hex(alpha) == file.digest;
        known.then_some(OUTPUT)
    };
    let verified = verify(&file, &proved).unwrap();
    assert_eq!(
        verified.seed.map(|seed| format!("{seed:x}")),
        Some("38211d81411c279868f8c63f1aec4f4abe1839befbb2600afa777b3a754473ae".to_owned())
    );
    assert!(verify(&file, &|_, _, _| None).is_err());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn r61_how_a_lottery_is_printed_does_not_matter() {
    let made = town(Suite::National, lottery());
    let seed = |numbers: [Vec<u16>; 2]| {
        let numbers = numbers.to_vec();
        Seed::of_lottery(Suite::National, &made.digest(), &made.frame.source, numbers)
    };
    let one = seed([vec![30, 2, 9, 17, 22, 5], vec![11]]).unwrap().1;
    let other = seed([vec![2, 5, 9, 17, 22, 30], vec![11]]).unwrap().1;
    assert_eq!(one, other);
    for wrong in [
        [vec![2, 5, 9, 17, 22], vec![11]],
        [vec![2, 5, 9, 17, 22, 22], vec![11]],
        [vec![2, 5, 9, 17, 22, 34], vec![11]],
        [vec![2, 5, 9, 17, 22, 30], vec![0]],
    ] {
        assert!(seed(wrong.clone()).is_err(), "{wrong:?}");
    }
}
