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
        let mut standing = Standing::new(&made.frame, seed, &file);
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
