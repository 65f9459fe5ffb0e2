use calamine::{Data, Reader as _};
use domain::intake::Form;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};
use sheet::Format;

use crate::craft::{Biff, Craft, MAIN, Row, ole, open, read, row, rows};

fn forms(row: &Row) -> Vec<(&str, Form)> {
    row.cells
        .iter()
        .map(|(text, form)| (text.as_str(), *form))
        .collect()
}

fn writer_book(constant: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Style::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let sheet = if constant {
        book.add_worksheet_with_constant_memory().unwrap()
    } else {
        book.add_worksheet()
    };
    for (column, name) in (0..).zip(["名称*", "日期", "金额", "有效", "代码"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    for row in 1..3_001 {
        sheet
            .write_string(row, 0, format!("甲 & <乙> {}", row % 7))
            .unwrap();
        let date = ExcelDateTime::from_ymd(2026, 1, u8::try_from(row % 28 + 1).unwrap()).unwrap();
        sheet
            .write_datetime_with_format(row, 1, &date, &day)
            .unwrap();
        sheet.write_number(row, 2, f64::from(row) / 4.0).unwrap();
        sheet.write_boolean(row, 3, row % 2 == 0).unwrap();
        sheet
            .write_number(row, 4, 91_330_100_000_000_000.0 + f64::from(row) * 16.0)
            .unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn r27_round_trip_through_writer_with_calamine_as_oracle() {
    for constant in [false, true] {
        let bytes = writer_book(constant);
        let mut table = open(&bytes).unwrap();
        assert_eq!(table.header(), ["名称", "日期", "金额", "有效", "代码"]);
        assert_eq!(
            (table.layout().format, table.sheet()),
            (Format::Xlsx, Some("Sheet1"))
        );
        let ours = rows(&mut table).unwrap();
        let mut oracle = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = oracle.worksheet_range("Sheet1").unwrap();
        assert_eq!(ours.len() + 1, range.height());
        for (mine, theirs) in ours.iter().zip(range.rows().skip(1)) {
            assert_eq!(mine.cells[0], (theirs[0].to_string(), Form::Text));
            let Data::DateTime(day) = &theirs[1] else {
                panic!("{:?}", theirs[1])
            };
            let (year, month, dom, ..) = day.to_ymd_hms_milli();
            assert_eq!(
                mine.cells[1],
                (format!("{year:04}/{month:02}/{dom:02}"), Form::Date)
            );
            let Data::Float(amount) = theirs[2] else {
                panic!("{:?}", theirs[2])
            };
            assert_eq!(mine.cells[2], (amount.to_string(), Form::Number));
            assert_eq!(mine.cells[3].1, Form::Bool);
            assert_eq!(mine.cells[4].1, Form::Number);
            assert_eq!(mine.cells[4].0.len(), 17);
        }
        assert_eq!(ours[2_999].number, 3_001);
    }
}

#[test]
fn every_kind_of_cell_says_how_it_was_stored() {
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>\
         <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/></cellXfs></styleSheet>"
    );
    let data = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>45292</v></c><c r=\"C2\" s=\"2\"><v>45292.25</v></c>\
        <c r=\"D2\"><f>A1&amp;\"&gt;\"</f></c><c r=\"E2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c r=\"F2\" t=\"b\"><v>1</v></c>\
        <c r=\"G2\"><v>9.1330100000000003E+17</v></c><c r=\"H2\" t=\"str\"><f>\"x\"</f><v>x&#10;y</v></c><c r=\"I2\" t=\"d\"><v>2026-05-12T00:00:00</v></c>\
        <c r=\"J2\"><f>B1</f><v></v></c></row>";
    let names: Vec<String> = (1..=10).map(|i| format!("列{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let craft = Craft::sheet(&(row(1, &names) + data), "")
        .strings("<si><t>没用</t></si><si><r><t>富</t></r><r><t xml:space=\"preserve\"> 文_x000D_</t></r><rPh sb=\"0\" eb=\"1\"><t>fu</t></rPh></si>")
        .part("xl/styles.xml", styles);
    let (_, found) = read(&craft.build()).unwrap();
    assert_eq!(
        forms(&found[0]),
        [
            ("富 文\r", Form::Text),
            ("2024/01/01", Form::Date),
            ("2024/01/01 06:00:00", Form::Date),
            ("", Form::NoValue),
            ("#DIV/0!", Form::Error),
            ("TRUE", Form::Bool),
            ("913301000000000000", Form::Number),
            ("x\ny", Form::Text),
            ("2026/05/12", Form::Date),
            ("", Form::NoValue),
        ]
    );
}

#[test]
fn formula_written_without_result_is_no_value() {
    let craft = Craft::sheet(
        &(row(1, &["甲", "乙"])
            + "<row r=\"2\"><c t=\"inlineStr\"><is><t>x</t></is></c><c><f>A2*2</f><v/></c></row>"),
        "",
    );
    let (_, found) = read(&craft.build()).unwrap();
    assert_eq!(found[0].cells[1], (String::new(), Form::NoValue));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["甲", "乙"]).unwrap();
    sheet
        .write_formula(1, 0, Formula::new("=1+1").set_result("2"))
        .unwrap();
    let (_, found) = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(found[0].cells[0], ("2".to_owned(), Form::Number));
}

#[test]
fn merged_data_cells_are_told_though_listed_behind() {
    let data = row(1, &["甲", "乙", "丙"])
        + &row(2, &["一", "二", "三"])
        + "<row r=\"3\"><c r=\"C3\" t=\"inlineStr\"><is><t>四</t></is></c></row>"
        + &row(4, &["五"]);
    let tail =
        "<mergeCells count=\"2\"><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:C2\"/></mergeCells>";
    let (_, found) = read(&Craft::sheet(&data, tail).build()).unwrap();
    assert_eq!(
        forms(&found[0]),
        [("一", Form::Text), ("二", Form::Text), ("", Form::Merged)]
    );
    assert_eq!(
        forms(&found[1]),
        [("", Form::Merged), ("", Form::Text), ("四", Form::Text)]
    );
    assert_eq!(
        forms(&found[2]),
        [("五", Form::Text), ("", Form::Text), ("", Form::Text)]
    );
}

#[test]
fn hidden_sheets_are_skipped_by_name_and_others_named() {
    let craft = Craft::new()
        .and_sheet("旧表", "hidden", &row(1, &["旧", "表"]), "")
        .and_sheet("空表", "visible", "", "")
        .and_sheet("深藏", "veryHidden", &row(1, &["旧", "表"]), "")
        .and_sheet(
            "数据",
            "visible",
            &(row(1, &["甲", "乙"]) + &row(3, &["1", "2"])),
            "",
        )
        .and_sheet("说明", "visible", &row(1, &["看", "我"]), "");
    let mut table = open(&craft.build()).unwrap();
    assert_eq!(table.sheet(), Some("数据"));
    assert_eq!(rows(&mut table).unwrap()[0].number, 3);
    let notes = table.notes().join("；");
    assert!(
        notes.contains("旧表、深藏") && notes.contains("空表、说明"),
        "{notes}"
    );
}

#[test]
fn permuted_and_gapped_columns_keep_their_places() {
    let data = "<row r=\"2\"><c r=\"C2\" t=\"inlineStr\"><is><t>丙</t></is></c><c r=\"A2\" t=\"inlineStr\"><is><t>甲</t></is></c></row>\
                <row><c t=\"inlineStr\"><is><t>一</t></is></c><c r=\"F3\"><v>7</v></c></row>";
    let (header, found) =
        read(&Craft::sheet(&(row(1, &["A", "", "C"]) + data), "").build()).unwrap();
    assert_eq!(header, ["A", "", "C"]);
    assert_eq!(found[0].texts(), ["甲", "", "丙"]);
    assert_eq!((found[1].number, found[1].surplus), (3, true));
}

#[test]
fn sheet_1904_dates() {
    let mut craft = Craft::sheet(
        &(row(1, &["甲", "乙"]) + "<row r=\"2\"><c s=\"1\"><v>43830</v></c></row>"),
        "",
    )
    .part(
        "xl/styles.xml",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
    );
    craft.book = "<workbookPr date1904=\"1\"/>".to_owned();
    let (_, found) = read(&craft.build()).unwrap();
    assert_eq!(found[0].cells[0], ("2024/01/01".to_owned(), Form::Date));
}

/// Shared strings of which the second breaks over a `CONTINUE` in its middle, with a change of width.
fn strings(biff: &mut Biff) {
    let mut body = [3_u32.to_le_bytes(), 3_u32.to_le_bytes()].concat();
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    body.extend([2, 0, 1]);
    body.extend(wide("名称"));
    body.extend([4, 0, 1]);
    body.extend(wide("文号"));
    biff.record(0x00FC, &body);
    let mut rest = vec![0];
    rest.extend(b"ab");
    // A rich text with one run and a phonetic block behind it.
    rest.extend([1, 0, 0x0D, 1, 0, 2, 0, 0, 0]);
    rest.extend(wide("甲"));
    rest.extend([0; 4]);
    rest.extend([9, 9]);
    biff.record(0x003C, &rest);
}

fn xls() -> Vec<u8> {
    let globals = |biff: &mut Biff| {
        let mut format = 164_u16.to_le_bytes().to_vec();
        let code = "yyyy\"-\"mm";
        format.extend([u8::try_from(code.len()).unwrap(), 0, 0]);
        format.extend(code.as_bytes());
        biff.record(0x0022, &[0, 0]).record(0x041E, &format);
        for id in [0_u16, 14, 164] {
            let mut xf = vec![0; 20];
            xf[2..4].copy_from_slice(&id.to_le_bytes());
            biff.record(0x00E0, &xf);
        }
        strings(biff);
    };
    let cells = |biff: &mut Biff| {
        let index = |i: u32| i.to_le_bytes();
        biff.cell(0x00FD, 0, 0, 0, &index(0))
            .cell(0x00FD, 0, 1, 0, &index(1));
        for (column, name) in (2..).zip(["数", "日", "对", "错", "式"]) {
            biff.label(0, column, name);
        }
        biff.cell(0x00FD, 2, 0, 0, &index(2));
        let rk = |whole: u32| (whole << 2) | 2;
        let mut many = Vec::new();
        many.extend(rk(450).wrapping_add(1).to_le_bytes());
        many.extend(1_u16.to_le_bytes());
        many.extend(rk(45_292).to_le_bytes());
        many.extend(3_u16.to_le_bytes());
        biff.cell(0x00BD, 2, 2, 0, &many);
        biff.cell(0x0205, 2, 4, 0, &[1, 0])
            .cell(0x0205, 2, 5, 0, &[0x17, 1]);
        let mut text = vec![0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
        text.extend([0; 8]);
        biff.cell(0x0006, 2, 6, 0, &text)
            .record(0x0207, &[2, 0, 0, b'o', b'k']);
        biff.cell(0x0203, 3, 3, 2, &45_351.5_f64.to_le_bytes());
        biff.cell(0x0203, 3, 2, 0, &0.1_f64.to_le_bytes());
        biff.record(0x00E5, &[1, 0, 2, 0, 3, 0, 0, 0, 0, 0]);
    };
    ole(&[("Workbook", &Biff::workbook(globals, cells))])
}

#[test]
fn r27_reads_xls_as_calamine_does() {
    let bytes = xls();
    let mut table = open(&bytes).unwrap();
    assert_eq!(
        table.header(),
        ["名称", "文号ab", "数", "日", "对", "错", "式"]
    );
    assert_eq!(
        (table.layout().format, table.layout().extension()),
        (Format::Xls, "xlsx")
    );
    let found = rows(&mut table).unwrap();
    assert_eq!(
        forms(&found[0]),
        [
            ("甲", Form::Text),
            ("", Form::Text),
            ("4.5", Form::Number),
            ("2024/01/01", Form::Date),
            ("TRUE", Form::Bool),
            ("#REF!", Form::Error),
            ("ok", Form::Text),
        ]
    );
    assert_eq!(found[1].cells[0].1, Form::Merged);
    assert_eq!(
        found[1].cells[3],
        ("2024/02/29 12:00:00".to_owned(), Form::Date)
    );
    assert_eq!((found[0].number, found[1].number), (3, 4));
    let mut oracle = calamine::Xls::new(std::io::Cursor::new(bytes)).unwrap();
    let range = oracle.worksheet_range("Sheet1").unwrap();
    let at = |row, column| {
        range
            .get_value((row, column))
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    for (column, name) in (0..).zip(table.header()) {
        assert_eq!(at(0, column), *name);
    }
    assert_eq!(
        (at(2, 0), at(2, 2), at(3, 2)),
        ("甲".into(), "4.5".into(), "0.1".into())
    );
}

#[test]
fn long_xls_is_read_in_batches() {
    let cells = |biff: &mut Biff| {
        biff.label(0, 0, "名称").label(0, 1, "数");
        for row in 1..20_001_u16 {
            biff.label(row, 0, "甲公司").cell(
                0x027E,
                row,
                1,
                0,
                &((u32::from(row) << 2) | 2).to_le_bytes(),
            );
        }
    };
    let bytes = ole(&[("Workbook", &Biff::workbook(|_| {}, cells))]);
    let mut table = open(&bytes).unwrap();
    let found = rows(&mut table).unwrap();
    assert_eq!(found.len(), 20_000);
    assert!(
        found
            .iter()
            .all(|r| r.cells[1].0 == (r.number - 1).to_string())
    );
}
