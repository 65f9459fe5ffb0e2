//! R7: whoever changes a byte in the file is found, and where.

use crate::city::*;
use desk::ports::Ledger;
use rusqlite::Connection;
use store::Sqlite;

fn city(folder: &Folder) -> Sqlite {
    let store = folder.open();
    append(&store, vec![organ(1, "市场监管局"), entity(1, "甲公司")]).unwrap();
    append(&store, (1..=600).map(penalty).collect()).unwrap();
    store
}

/// Changes the file, asks `verify`, and changes it back.
fn broken(store: &Sqlite, conn: &Connection, change: &str, back: &str) -> Option<(u64, String)> {
    conn.execute_batch(change).unwrap();
    let verified = store.verify(&mut |_, _| ()).unwrap();
    conn.execute_batch(back).unwrap();
    verified.broken
}

#[test]
fn r7_every_table_of_the_ledger_is_guarded() {
    let folder = Folder::new("tamper");
    let store = city(&folder);
    let conn = Connection::open(folder.file()).unwrap();
    conn.execute_batch(
        "CREATE TEMP TABLE e AS SELECT * FROM entry; CREATE TEMP TABLE t AS SELECT * FROM tile; \
         CREATE TEMP TABLE h AS SELECT * FROM head",
    )
    .unwrap();
    let back = "DELETE FROM main.entry; INSERT INTO main.entry SELECT * FROM e; \
         DELETE FROM main.tile; INSERT INTO main.tile SELECT * FROM t; \
         DELETE FROM main.head; INSERT INTO main.head SELECT * FROM h";
    let cases = [
        ("UPDATE entry SET leaf = zeroblob(32) WHERE seq = 77", 77),
        ("UPDATE entry SET body = x'00' WHERE seq = 78", 78),
        ("UPDATE entry SET body = substr(body, 2) WHERE seq = 79", 79),
        ("DELETE FROM entry WHERE seq = 80", 80),
        (
            "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 82), \
          leaf = (SELECT leaf FROM entry WHERE seq = 82) WHERE seq = 81",
            0,
        ),
        (
            "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 590), \
          leaf = (SELECT leaf FROM entry WHERE seq = 590) WHERE seq = 591",
            602,
        ),
        ("DELETE FROM entry WHERE seq = 601", 602),
        (
            "UPDATE tile SET nodes = zeroblob(16352) WHERE spot = 1",
            256,
        ),
        ("DELETE FROM tile WHERE spot = 0", 0),
        ("INSERT INTO tile (spot, nodes) VALUES (9, x'00')", 602),
        ("UPDATE head SET size = 601", 602 - 1),
        ("UPDATE head SET root = zeroblob(32)", 602),
        (
            "UPDATE head SET checkpoint = replace(checkpoint, '602', '601')",
            602,
        ),
        (
            "UPDATE head SET checkpoint = replace(checkpoint, 'test.example', 'other.example')",
            602,
        ),
        ("UPDATE head SET checkpoint = ''", 602),
    ];
    for (change, expected) in cases {
        let found = broken(&store, &conn, change, back);
        assert_eq!(
            found.as_ref().map(|(seq, _)| *seq),
            Some(expected),
            "R7 {change} {found:?}"
        );
    }
    assert_eq!(store.verify(&mut |_, _| ()).unwrap().broken, None);
}

#[test]
fn r7_one_flipped_byte_anywhere_in_an_entry_is_found() {
    let folder = Folder::new("flip");
    let store = folder.open();
    append(&store, vec![entity(1, "甲公司"), penalty(1)]).unwrap();
    let conn = Connection::open(folder.file()).unwrap();
    for column in ["body", "leaf"] {
        let read = format!("SELECT {column} FROM entry WHERE seq = 1");
        let write = format!("UPDATE entry SET {column} = ?1 WHERE seq = 1");
        let whole: Vec<u8> = conn.query_row(&read, [], |row| row.get(0)).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            conn.execute(&write, [flipped]).unwrap();
            let broken = store.verify(&mut |_, _| ()).unwrap().broken;
            assert_eq!(broken.map(|(seq, _)| seq), Some(1), "R7 {column} byte {at}");
        }
        conn.execute(&write, [whole]).unwrap();
    }
    assert_eq!(store.verify(&mut |_, _| ()).unwrap().broken, None);
}
