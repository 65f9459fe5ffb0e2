//! Cut and damaged files are refused or read, and never stop the process.

use crate::craft::{Biff, Craft, ole, read, row};
use encoding_rs::GB18030;

fn books() -> Vec<Vec<u8>> {
    let data: String = (1..400)
        .map(|i| row(i, &[&format!("甲{i}"), &format!("第{}号", i * 7919), "丙"]))
        .collect();
    let strings: String = (0..300).map(|i| format!("<si><t>文{i}</t></si>")).collect();
    let tail = "<mergeCells><mergeCell ref=\"A9:B12\"/></mergeCells>";
    let mut csv = String::from("名称,号,注\n");
    for i in 0..500 {
        csv += &format!("甲{i},\"第{i},号\",\"丙\"\"{i}\"\n");
    }
    let json: String = (0..300)
        .map(|i| format!("{{\"名称\":\"甲{i}\",\"号\":{i}}}\n"))
        .collect();
    let cells = |b: &mut Biff| {
        for r in 0..300 {
            b.label(r, 0, "甲公司")
                .label(r, 1, "乙")
                .cell(0x0203, r, 2, 0, &1.5_f64.to_le_bytes());
        }
    };
    vec![
        Craft::sheet(&data, tail)
            .strings(&strings)
            .part(
                "xl/styles.xml",
                "<styleSheet><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
            )
            .build(),
        ole(&[("Workbook", &Biff::workbook(|_| {}, cells))]),
        csv.clone().into_bytes(),
        GB18030.encode(&csv).0.into_owned(),
        json.into_bytes(),
    ]
}

#[test]
fn good_files_are_read_whole() {
    let counts: Vec<usize> = books().iter().map(|b| read(b).unwrap().1.len()).collect();
    assert_eq!(counts, [398, 299, 500, 500, 300]);
}

#[test]
fn a_cut_workbook_is_always_refused() {
    for bytes in books().iter().take(2) {
        for end in (0..bytes.len())
            .step_by(1_024)
            .chain([bytes.len() / 2, bytes.len() - 600])
        {
            if end < bytes.len() {
                let refused = read(&bytes[..end]).expect_err("cut file read as whole");
                assert!(!refused.to_string().is_empty());
            }
        }
    }
}

#[test]
fn a_cut_text_file_never_panics() {
    for bytes in books().iter().skip(2) {
        for end in (0..bytes.len()).step_by(1_024) {
            drop(read(&bytes[..end]));
        }
    }
}

/// A small generator is enough here, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}

#[test]
fn two_thousand_damaged_files_never_panic() {
    let books = books();
    // Also with the parts stored as they are, so that damage reaches the XML and the records.
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for round in 0..2_000 {
        let mut bytes = books[round % books.len()].clone();
        for _ in 0..=dice.below(6) {
            let at = dice.below(bytes.len());
            match dice.below(4) {
                0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
                1 => bytes[at] ^= 1 << dice.below(8),
                2 => {
                    let end = (at + dice.below(40)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let end = (at + dice.below(40)).min(bytes.len());
                    bytes[at..end].fill(0xFF);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        drop(read(&bytes));
    }
}

#[test]
fn damaged_xml_never_panics() {
    let data: String = (1..60).map(|i| row(i, &["甲", "乙"])).collect();
    let xml = format!("<worksheet><sheetData>{data}</sheetData><mergeCells><mergeCell ref=\"A9:B12\"/></mergeCells></worksheet>").into_bytes();
    let mut dice = Dice(42);
    for _ in 0..600 {
        let mut damaged = xml.clone();
        for _ in 0..=dice.below(4) {
            let at = dice.below(damaged.len());
            damaged[at] = b"<>/\"'&;!=A0 \xFF"[dice.below(13)];
        }
        drop(read(
            &Craft::sheet("", "")
                .part("xl/worksheets/sheet1.xml", damaged)
                .build(),
        ));
    }
}
