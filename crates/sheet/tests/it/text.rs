use encoding_rs::{GB18030, GBK};
use proptest::prelude::*;
use sheet::{Encoding, Format, Refused};

use crate::craft::{content, file, open, read, refusal, rows};

const GOOD: &str = "案件名称,处罚决定书文号,罚款金额\r\n甲公司案,枣市监罚〔2026〕1号,1.5\r\n\r\n乙㐂公司,\"二,号\",\r\n";

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let unit = |u: u16| {
        if big {
            u.to_be_bytes()
        } else {
            u.to_le_bytes()
        }
    };
    text.encode_utf16().flat_map(unit).collect()
}

fn good_rows(bytes: &[u8]) -> (Encoding, u8) {
    let mut table = open(bytes).unwrap();
    assert_eq!(table.header(), ["案件名称", "处罚决定书文号", "罚款金额"]);
    let found = rows(&mut table).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].number, found[1].number), (2, 4));
    assert_eq!(found[0].texts(), ["甲公司案", "枣市监罚〔2026〕1号", "1.5"]);
    assert_eq!(found[1].texts()[0], "乙㐂公司");
    assert_eq!(table.layout().format, Format::Csv);
    (table.layout().encoding, table.layout().delimiter)
}

#[test]
fn r27_reads_every_encoding_departments_use() {
    let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    let cases = [
        (GOOD.as_bytes().to_vec(), Encoding::Utf8),
        (marked(b"\xEF\xBB\xBF", GOOD.into()), Encoding::Utf8Bom),
        (GB18030.encode(GOOD).0.into_owned(), Encoding::Gb18030),
        (marked(b"\xFF\xFE", utf16(GOOD, false)), Encoding::Utf16Le),
        (marked(b"\xFE\xFF", utf16(GOOD, true)), Encoding::Utf16Be),
        (utf16(GOOD, false), Encoding::Utf16Le),
        (utf16(GOOD, true), Encoding::Utf16Be),
    ];
    for (bytes, encoding) in cases {
        assert_eq!(good_rows(&bytes), (encoding, b','));
    }
}

#[test]
fn r27_reads_gbk_and_every_delimiter() {
    for (sign, delimiter) in [(",", b','), (";", b';'), ("\t", b'\t')] {
        let text = GOOD
            .replace("二,号", "二号")
            .replace(',', sign)
            .replace('㐂', "喜");
        let mut table = open(&GBK.encode(&text).0).unwrap();
        assert_eq!(table.header().len(), 3);
        assert_eq!(table.layout().delimiter, delimiter);
        assert_eq!(table.layout().encoding, Encoding::Gb18030);
        assert_eq!(rows(&mut table).unwrap().len(), 2);
    }
}

#[test]
fn english_header_does_not_hide_gbk_rows() {
    let mut text = String::from("name,code\n");
    for row in 0..30_000 {
        text += &format!("plain{row},x\n");
    }
    text += "甲公司,乙\n";
    let mut table = open(&GBK.encode(&text).0).unwrap();
    let found = rows(&mut table).unwrap();
    assert_eq!(found.last().unwrap().texts(), ["甲公司", "乙"]);
    assert_eq!(found.last().unwrap().number, 30_002);
}

#[test]
fn names_the_row_with_broken_bytes() {
    let mut utf8 = GOOD.as_bytes().to_vec();
    let at = utf8.windows(3).rposition(|w| w == "乙".as_bytes()).unwrap();
    utf8[at + 1] = b'x';
    assert!(
        matches!(refusal(&utf8), Refused::Encoding { row: 4 }),
        "{:?}",
        refusal(&utf8)
    );
    let mut gbk = GB18030.encode(GOOD).0.into_owned();
    gbk.truncate(gbk.len() - 2);
    gbk.extend(b"\xFF\xFF\r\n");
    assert!(
        matches!(refusal(&gbk), Refused::Encoding { row: 4 }),
        "{:?}",
        refusal(&gbk)
    );
    let mut wide = [b"\xFF\xFE".as_slice(), &utf16("名称,号\n甲,", false)].concat();
    wide.extend([0x00, 0xD8, b'x', 0]);
    assert!(matches!(refusal(&wide), Refused::Encoding { row: 2 }));
}

#[test]
fn finds_the_header_below_a_title() {
    let table = open("行政处罚信息,,\n\n名称*, 号 ,备注\n甲,1,\n".as_bytes()).unwrap();
    assert_eq!(table.header(), ["名称", "号", "备注"]);
    assert_eq!(table.filed_header()[0], "名称*");
    assert_eq!(table.header_row(), 3);
    assert!(table.notes()[0].contains("第 3 行"));
}

#[test]
fn refuses_what_has_no_usable_header() {
    assert!(matches!(refusal(b"\n\n,,\n"), Refused::NoHeader));
    assert!(matches!(refusal(b""), Refused::Empty));
    let twice = refusal("名称,号,名称\n".as_bytes());
    assert!(matches!(&twice, Refused::DuplicateHeader { name } if name == "名称"));
    assert!(twice.to_string().contains("名称"));
    assert!(matches!(
        refusal("a,\"b\nc,d\n".as_bytes()),
        Refused::OpenQuote { row: 1 }
    ));
    assert!(matches!(
        refusal("a,b\nc,d\n,\"".as_bytes()),
        Refused::OpenQuote { row: 3 }
    ));
}

#[test]
fn a_quote_left_open_is_refused_before_it_fills_the_memory() {
    let mut bytes = "名称,号\n甲,\"".as_bytes().to_vec();
    bytes.resize(12 << 20, b'x');
    assert!(matches!(refusal(&bytes), Refused::OpenQuote { row: 2 }));
    let mut plain = "名称,号\n甲,".as_bytes().to_vec();
    plain.resize(12 << 20, b'x');
    assert!(matches!(refusal(&plain), Refused::LongRow { row: 2, .. }));
}

#[test]
fn tells_foreign_files_by_their_content() {
    for (bytes, word) in [
        (b"%PDF-1.7 x".as_slice(), "PDF"),
        (b"<html><table>", "网页"),
        (b"\x89PNG\r\n", "图片"),
        (b"a\0\0b\0\0\0c", "二进制"),
    ] {
        let refused = refusal(bytes);
        assert!(matches!(refused, Refused::NotATable { .. }), "{refused:?}");
        assert!(refused.to_string().contains(word), "{refused}");
    }
}

#[test]
fn short_and_long_rows_are_told_apart() {
    let (_, found) = read("甲,乙\n1\n1,2,,\n1,2,3\n".as_bytes()).unwrap();
    assert_eq!(found[0].texts(), ["1", ""]);
    assert_eq!(
        found.iter().map(|r| r.surplus).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn r27_json_rows_in_three_shapes() {
    let objects = [
        r#"{"名称":"甲\n乙","号":913301000000000000,"有":true}"#,
        r#"{"号":null,"名称":"丙","多":"x"}"#,
    ];
    let array = format!("[{}]", objects.join(","));
    let cases = [
        array.clone(),
        format!("{{ \"rows\" : {array} }}"),
        objects.join("\n"),
    ];
    for text in cases {
        let mut table = open(text.as_bytes()).unwrap();
        assert_eq!(table.header(), ["名称", "号", "有"]);
        assert_eq!(table.layout().format, Format::Json);
        let found = rows(&mut table).unwrap();
        assert_eq!(found[0].texts(), ["甲\n乙", "913301000000000000", "true"]);
        assert_eq!(found[1].texts(), ["丙", "", ""]);
        assert_eq!((found[0].surplus, found[1].surplus), (false, true));
        assert_eq!(found[1].number, 2);
    }
    let (header, _) = read(&GB18030.encode(&array).0).unwrap();
    assert_eq!(header[0], "名称");
}

#[test]
fn json_refusals_name_the_record() {
    let nested = refusal(r#"[{"a":"1"},{"a":{"b":1}}]"#.as_bytes());
    assert!(matches!(&nested, Refused::Nested { row: 2, key } if key == "a"));
    assert!(matches!(
        refusal(br#"[{"a":"1"},{"a":}]"#),
        Refused::BadJson { row: 2 }
    ));
    assert!(matches!(
        refusal(br#"[{"a":"1"},{"a":"2"}"#),
        Refused::Truncated { .. }
    ));
    assert!(matches!(
        refusal(br#"[{"a":"1"},{"a":"2"#),
        Refused::Truncated { .. }
    ));
    assert!(matches!(refusal(b"[]"), Refused::NoHeader));
    let deep = format!(
        "[{{\"a\":{}1{}}}]",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(matches!(
        refusal(deep.as_bytes()),
        Refused::Nested { row: 1, .. } | Refused::BadJson { .. }
    ));
    let endless = format!("[{{\"a\":\"{}", "x".repeat(9 << 20));
    assert!(matches!(
        refusal(endless.as_bytes()),
        Refused::LongRow { row: 1, .. }
    ));
}

fn by_csv_crate(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever quotes, delimiters and line ends do, we read the records the `csv` crate reads.
    #[test]
    fn splits_as_the_csv_crate(body in proptest::collection::vec(
        proptest::sample::select(vec!["a", "\"", "\"\"", ",", "\n", "\r\n", "甲", " ", ";"]), 0..60)
    ) {
        let text = format!("h1,h2,h3,h4\n{}", body.concat());
        let parity = read(text.as_bytes());
        if let Ok((_, found)) = parity {
            let filled = |row: &&Vec<String>| row.iter().any(|c| !c.trim_ascii().is_empty());
            let oracle = by_csv_crate(&text);
            let expected: Vec<Vec<String>> = oracle.iter().skip(1).filter(filled).map(|row| {
                (0..4).map(|i| row.get(i).cloned().unwrap_or_default()).collect()
            }).collect();
            let ours: Vec<Vec<String>> = found.iter().map(|r| r.texts().iter().map(|t| (*t).to_owned()).collect()).collect();
            prop_assert_eq!(ours, expected);
        } else {
            let refused = parity.unwrap_err();
            prop_assert!(matches!(refused, Refused::OpenQuote { .. }), "{:?}", refused);
        }
    }

    /// What the `csv` crate writes we read back, in blocks however they fall.
    #[test]
    fn reads_what_the_csv_crate_writes(cells in proptest::collection::vec("[a甲\",;\n\t ]{0,12}", 3..60)) {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(["一", "二", "三"]).unwrap();
        let sent: Vec<&[String]> = cells.chunks_exact(3).filter(|r| r.iter().any(|c| !c.trim_ascii().is_empty())).collect();
        for row in &sent {
            writer.write_record(*row).unwrap();
        }
        let (_, found) = read(&writer.into_inner().unwrap()).unwrap();
        let ours: Vec<Vec<&str>> = found.iter().map(super::craft::Row::texts).collect();
        prop_assert_eq!(ours, sent);
    }
}

#[test]
fn the_file_is_read_from_its_beginning_whoever_held_it() {
    let mut held = file(GOOD.as_bytes());
    std::io::Seek::seek(&mut held, std::io::SeekFrom::End(0)).unwrap();
    assert_eq!(
        sheet::open_file(held.try_clone().unwrap(), &sheet::Limits::default())
            .unwrap()
            .header()
            .len(),
        3
    );
    assert_eq!(content(held), GOOD.as_bytes());
}
