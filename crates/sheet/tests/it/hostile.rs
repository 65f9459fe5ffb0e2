//! Files that mean harm, or look as if they did: each gets its own refusal.

use std::io::{Cursor, Write};

use sheet::{Limits, Refused};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::craft::{Biff, Craft, MAIN, ole, open, read, read_under, refusal, row, rows};

fn head() -> String {
    row(1, &["名称", "号"])
}

#[test]
fn far_cell_is_refused_by_its_address() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let craft = Craft::sheet(&(head() + far), "");
    let bytes = craft.build();
    assert!(bytes.len() < 32 << 10);
    let refused = refusal(&bytes);
    assert!(matches!(&refused, Refused::FarCell { address } if address == "XFD1048576"));
    assert!(refused.to_string().contains("XFD1048576"));
    // Alone in its sheet it stands where the header should be.
    assert!(matches!(
        refusal(&Craft::sheet(far, "").build()),
        Refused::FarCell { .. }
    ));
    let down = "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>";
    assert!(matches!(
        refusal(&Craft::sheet(&(head() + down), "").build()),
        Refused::FarCell { .. }
    ));
}

#[test]
fn far_format_without_value_does_no_harm() {
    let far = row(2, &["甲", "1"]) + "<row r=\"1048576\"><c r=\"XFD1048576\" s=\"0\"/></row>";
    assert_eq!(
        read(&Craft::sheet(&(head() + &far), "").build())
            .unwrap()
            .1
            .len(),
        1
    );
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    for data in [
        "<row r=\"2\"><c r=\"ZZZZZZZZZ2\"><v>1</v></c></row>",
        "<row r=\"2\"><c t=\"s\"><v>4294967295</v></c></row>",
        "<row r=\"2\"><c t=\"s\"><v>99999999999999999999</v></c></row>",
        "<row r=\"2\"><c><v>1e999</v></c></row>",
        "<row r=\"2\"><c><v>NaN</v></c></row>",
        "<row r=\"1\"><c><v>1</v></c></row>",
    ] {
        let refused = refusal(&Craft::sheet(&(head() + data), "").build());
        assert!(
            matches!(refused, Refused::Malformed { .. }),
            "{data}: {refused:?}"
        );
    }
}

/// `megabytes` of one letter in a cell of the sheet, or as the part called `name`.
fn bomb(name: &str, megabytes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let base = Craft::sheet(&head(), "").strings("").build();
    let mut base = zip::ZipArchive::new(Cursor::new(base)).unwrap();
    for index in 0..base.len() {
        let part = base.by_index_raw(index).unwrap();
        if part.name().unwrap() != name {
            zip.raw_copy_file(part).unwrap();
        }
    }
    zip.start_file(name, options).unwrap();
    let block = "<row/>".repeat(180_000);
    write!(zip, "<worksheet><sheetData>{}", head()).unwrap();
    for _ in 0..megabytes {
        zip.write_all(block.as_bytes()).unwrap();
    }
    zip.write_all(b"</sheetData></worksheet>").unwrap();
    zip.finish().unwrap().into_inner()
}

/// Sets the unpacked size that the directory states for `name`.
fn lie(mut bytes: Vec<u8>, name: &str, size: u32) -> Vec<u8> {
    let starts: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == b"PK\x01\x02")
        .map(|(i, _)| i)
        .collect();
    for at in starts {
        if bytes[at + 46..].starts_with(name.as_bytes()) {
            bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn zip_bombs_are_refused_declared_or_not() {
    let sheet = "xl/worksheets/sheet1.xml";
    let bytes = bomb(sheet, 64);
    assert!(bytes.len() < 1 << 20);
    let refused = refusal(&bytes);
    assert!(
        matches!(refused, Refused::Bomb { .. }),
        "{refused:?} {}",
        bytes.len()
    );
    assert!(matches!(
        refusal(&lie(bytes.clone(), sheet, 1_000)),
        Refused::Bomb { .. }
    ));
    // Ten gigabytes are declared with the zip64 marker and without their field.
    assert!(matches!(
        refusal(&lie(bytes, sheet, u32::MAX)),
        Refused::Truncated { .. } | Refused::Bomb { .. }
    ));
    let limits = Limits {
        ratio: u64::MAX,
        unpacked_bytes: 16 << 20,
        ..Limits::default()
    };
    let strings = bomb("xl/sharedStrings.xml", 64);
    for bytes in [strings.clone(), lie(strings, "xl/sharedStrings.xml", 10)] {
        assert!(matches!(
            read_under(&bytes, &limits).unwrap_err(),
            Refused::Bomb { .. }
        ));
    }
}

#[test]
fn shared_strings_have_a_cap() {
    let items: String = (0..50_000)
        .map(|i| format!("<si><t>文字{i}号</t></si>"))
        .collect();
    let bytes = Craft::sheet(&head(), "").strings(&items).build();
    let limits = Limits {
        shared_strings_bytes: 256 << 10,
        ..Limits::default()
    };
    assert!(matches!(
        read_under(&bytes, &limits).unwrap_err(),
        Refused::SharedStrings { .. }
    ));
    assert!(read(&bytes).is_ok());
}

#[test]
fn dtd_and_entities_are_refused_in_every_part() {
    let xxe = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    let laughs = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    let parts = [
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "docProps/app.xml",
        "xl/_rels/workbook.xml.rels",
    ];
    for part in parts {
        for dtd in [xxe, laughs] {
            let bytes = Craft::sheet(&head(), "")
                .part(part, format!("<?xml version=\"1.0\"?>{dtd}<x>&e;</x>"))
                .build();
            let refused = refusal(&bytes);
            assert!(
                matches!(&refused, Refused::Entity { part: p } if p == part),
                "{part}: {refused:?}"
            );
        }
    }
    // Behind a long comment, where only the reader of the part meets it.
    let late = format!("<!--{}-->{xxe}<worksheet/>", "x".repeat(5_000));
    assert!(matches!(
        refusal(
            &Craft::sheet(&head(), "")
                .part("xl/worksheets/sheet1.xml", late)
                .build()
        ),
        Refused::Entity { .. }
    ));
    let used = head() + "<row r=\"2\"><c t=\"inlineStr\"><is><t>&e;</t></is></c></row>";
    assert!(matches!(
        refusal(&Craft::sheet(&used, "").build()),
        Refused::Entity { .. }
    ));
}

#[test]
fn unsafe_paths_and_external_links_are_refused() {
    for name in [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "C:\\x",
        "xl\\..\\..\\x",
        "xl/../../x",
    ] {
        let refused = refusal(&Craft::sheet(&head(), "").part(name, "x").build());
        assert!(
            matches!(refused, Refused::UnsafePath { .. }),
            "{name}: {refused:?}"
        );
    }
    let linked =
        Craft::sheet(&head(), "").part("xl/externalLinks/externalLink1.xml", "<externalLink/>");
    assert!(matches!(
        refusal(&linked.build()),
        Refused::ExternalLink { .. }
    ));
    let remote = "<Relationships><Relationship Id=\"rId1\" TargetMode=\"External\" Type=\"x/worksheet\" Target=\"http://a/b\"/></Relationships>";
    let remote = Craft::sheet(&head(), "").part("xl/_rels/workbook.xml.rels", remote);
    assert!(matches!(
        refusal(&remote.build()),
        Refused::ExternalLink { .. }
    ));
}

#[test]
fn passwords_are_named_as_such() {
    let packed = ole(&[
        ("EncryptedPackage", &[7; 9_000]),
        ("EncryptionInfo", &[1; 200]),
    ]);
    let filepass = ole(&[(
        "Workbook",
        &Biff::workbook(
            |b| {
                b.record(0x002F, &[0; 6]);
            },
            |b| {
                b.label(0, 0, "x");
            },
        ),
    )]);
    let mut flagged = Craft::sheet(&head(), "").build();
    let at = flagged.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    flagged[at + 8] |= 1;
    for bytes in [packed, filepass, flagged] {
        let refused = refusal(&bytes);
        assert!(matches!(refused, Refused::Encrypted), "{refused:?}");
        assert!(refused.to_string().contains("取消密码"));
    }
}

#[test]
fn macros_and_other_containers_are_told_apart() {
    let part = |name: &str| Craft::sheet(&head(), "").part(name, "x").build();
    assert!(matches!(
        refusal(&part("xl/vbaProject.bin")),
        Refused::Unsupported { .. }
    ));
    assert!(matches!(
        refusal(&part("xl/workbook.bin")),
        Refused::Unsupported { .. }
    ));
    assert!(matches!(
        refusal(&part("word/document.xml")),
        Refused::NotATable { .. }
    ));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.txt", SimpleFileOptions::default())
        .unwrap();
    assert!(matches!(
        refusal(&zip.finish().unwrap().into_inner()),
        Refused::NotATable { found: "压缩包" }
    ));
    assert!(matches!(
        refusal(&ole(&[("WordDocument", &[0; 5_000])])),
        Refused::NotATable { .. }
    ));
    assert!(matches!(
        refusal(&ole(&[("Book", &[0; 5_000])])),
        Refused::Unsupported { .. }
    ));
}

#[test]
fn hidden_sheets_alone_are_no_table() {
    let hidden = Craft::new().and_sheet("藏", "hidden", &head(), "");
    assert!(matches!(refusal(&hidden.build()), Refused::NoSheet));
    assert!(matches!(
        refusal(&Craft::sheet("", "").build()),
        Refused::NoHeader
    ));
}

#[test]
fn zip_directory_with_too_many_entries_is_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..5_000 {
        zip.start_file(format!("x{index}"), SimpleFileOptions::default())
            .unwrap();
    }
    assert!(matches!(
        refusal(&zip.finish().unwrap().into_inner()),
        Refused::Malformed { .. }
    ));
}

#[test]
fn rings_in_a_compound_file_end() {
    let good = ole(&[(
        "Workbook",
        &Biff::workbook(
            |_| {},
            |b| {
                for r in 0..900 {
                    b.label(r, 0, "甲公司案");
                }
            },
        ),
    )]);
    // Every entry of the sector table points at its own sector or the next one but one.
    let table = usize::try_from(u32::from_le_bytes(good[76..80].try_into().unwrap())).unwrap();
    for step in [0_u32, 1] {
        let mut bytes = good.clone();
        let start = (table + 1) * 512;
        for index in 0..128_u32 {
            let at = start + 4 * index as usize;
            bytes[at..at + 4].copy_from_slice(&(index / 2 * 2 + step).to_le_bytes());
        }
        assert!(matches!(refusal(&bytes), Refused::Truncated { .. }));
    }
}

#[test]
fn an_endless_tag_or_text_is_refused() {
    let tag = format!("<row r=\"2\" {}=\"1\"/>", "x".repeat(3 << 20));
    assert!(matches!(
        refusal(&Craft::sheet(&(head() + &tag), "").build()),
        Refused::Malformed { .. } | Refused::Bomb { .. }
    ));
    let text = row(2, &[&"甲".repeat(60_000)]);
    assert!(matches!(
        refusal(&Craft::sheet(&(head() + &text), "").build()),
        Refused::LongCell { row: 2, .. }
    ));
    let string = format!("<si><t>{}</t></si>", "x".repeat(200_000));
    assert!(matches!(
        refusal(&Craft::sheet(&head(), "").strings(&string).build()),
        Refused::SharedStrings { .. }
    ));
}

#[test]
fn wide_and_long_tables_are_refused_as_such() {
    let names: Vec<String> = (0..600).map(|i| format!("列{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(matches!(
        refusal(&Craft::sheet(&row(1, &names), "").build()),
        Refused::TooManyColumns { .. }
    ));
    assert!(matches!(
        refusal(names.join(",").as_bytes()),
        Refused::TooManyColumns { .. }
    ));
    let limits = Limits {
        rows: 3,
        file_bytes: 1 << 20,
        ..Limits::default()
    };
    let data: String = (2..8).map(|i| row(i, &["甲", "1"])).collect();
    let refused = read_under(&Craft::sheet(&(head() + &data), "").build(), &limits).unwrap_err();
    assert!(
        matches!(refused, Refused::TooManyRows { limit: 3 }),
        "{refused:?}"
    );
    let csv = "a,b\n".to_owned() + &"1,2\n".repeat(4);
    assert!(matches!(
        read_under(csv.as_bytes(), &limits).unwrap_err(),
        Refused::TooManyRows { limit: 3 }
    ));
    let json = "{\"a\":\"1\"}\n".repeat(4);
    assert!(matches!(
        read_under(json.as_bytes(), &limits).unwrap_err(),
        Refused::TooManyRows { limit: 3 }
    ));
    let big = vec![b'x'; 2 << 20];
    assert!(matches!(
        read_under(&big, &limits).unwrap_err(),
        Refused::TooLarge { .. }
    ));
}

#[test]
fn a_table_dropped_half_read_leaves_nothing_running() {
    let data: String = (2..20_000).map(|i| row(i, &["甲公司", "1"])).collect();
    let bytes = Craft::sheet(&(head() + &data), "").build();
    for _ in 0..50 {
        let mut table = open(&bytes).unwrap();
        assert!(table.next().unwrap().is_some());
    }
    assert_eq!(rows(&mut open(&bytes).unwrap()).unwrap().len(), 19_998);
}

#[test]
fn utf16_parts_do_not_slip_past_the_dtd_check() {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE x><worksheet xmlns=\"{MAIN}\"/>"
    );
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let bytes = Craft::sheet(&head(), "")
        .part("xl/worksheets/sheet1.xml", wide)
        .build();
    assert!(matches!(refusal(&bytes), Refused::Malformed { .. }));
}

/// Each of these once cost far more time than its size; the test hangs where one still does.
#[test]
fn nothing_costs_more_than_its_size() {
    let signs = format!("<row r=\"2\" x=\"{}\"/>", ">".repeat(900_000));
    assert!(read(&Craft::sheet(&(head() + &signs), "").build()).is_ok());
    let merges = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(60_000);
    let data: String = (2..2_000).map(|i| row(i, &["甲", "1"])).collect();
    let refused = refusal(&Craft::sheet(&(head() + &data), &merges).build());
    assert!(matches!(refused, Refused::Malformed { .. }), "{refused:?}");
    let formats: String = (0..65_000)
        .map(|i| format!("<numFmt numFmtId=\"{i}\" formatCode=\"0\"/>"))
        .collect();
    let styles = format!(
        "<styleSheet>{formats}<cellXfs>{}</cellXfs></styleSheet>",
        "<xf numFmtId=\"99999\"/>".repeat(65_000)
    );
    assert!(
        read(
            &Craft::sheet(&head(), "")
                .part("xl/styles.xml", styles)
                .build()
        )
        .is_ok()
    );
    let keys: String = (0..200_000).map(|i| format!(",\"k{i}\":1")).collect();
    let refused = refusal(format!("[{{\"a\":1}},{{\"a\":1{keys}}}]").as_bytes());
    assert!(
        matches!(refused, Refused::BadJson { row: 2 }),
        "{refused:?}"
    );
}
