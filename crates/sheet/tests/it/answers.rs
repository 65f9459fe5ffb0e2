use domain::intake::Cell;
use sheet::template::{TemplateColumn, template};
use sheet::{Answer, Encoding, Format, Layout};

use crate::craft::{content, file, open, read, rows};

/// Files a table, answers each row, and reads the answer back.
fn answered(filed: &[u8]) -> (Layout, Vec<u8>) {
    let mut table = open(filed).unwrap();
    let out = file(b"");
    let layout = table.layout();
    let mut answer =
        Answer::create(layout, table.filed_header(), out.try_clone().unwrap()).unwrap();
    while let Some(batch) = table.next().unwrap() {
        batch
            .each(|row| {
                answer
                    .row(row.cells, "退回", "文号重复；\n“=1+1” 不是金额")
                    .unwrap()
            })
            .unwrap();
    }
    answer.finish().unwrap();
    (layout, content(out))
}

const FILED: &str = "名称*,代码,注\r\n甲公司,913301000000000000,\"=HYPERLINK(\"\"x\"\")\"\r\n乙公司,000123,\"a,b\"\r\n";

#[test]
fn r27_answer_is_the_filed_sheet_and_two_columns() {
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(FILED.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let json = "[{\"名称*\":\"甲公司\",\"代码\":\"913301000000000000\",\"注\":\"=HYPERLINK(\\\"x\\\")\"},{\"名称*\":\"乙公司\",\"代码\":\"000123\",\"注\":\"a,b\"}]";
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["名称*", "代码", "注"]).unwrap();
    sheet
        .write_row(1, 0, ["甲公司", "913301000000000000", ""])
        .unwrap();
    sheet.write_string(1, 2, "=HYPERLINK(\"x\")").unwrap();
    sheet.write_row(2, 0, ["乙公司", "000123", "a,b"]).unwrap();
    let cases = [
        FILED.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", FILED.as_bytes()].concat(),
        encoding_rs::GB18030.encode(FILED).0.into_owned(),
        wide,
        json.as_bytes().to_vec(),
        book.save_to_buffer().unwrap(),
    ];
    for filed in cases {
        let (layout, bytes) = answered(&filed);
        let mut table = open(&bytes).unwrap();
        assert_eq!(table.layout(), layout);
        assert_eq!(
            table.filed_header(),
            ["名称*", "代码", "注", "处理结果", "问题说明"]
        );
        let found = rows(&mut table).unwrap();
        let problem = "文号重复；\n“=1+1” 不是金额";
        assert_eq!(
            found[0].texts(),
            [
                "甲公司",
                "913301000000000000",
                "=HYPERLINK(\"x\")",
                "退回",
                problem
            ]
        );
        assert_eq!(
            found[1].texts(),
            ["乙公司", "000123", "a,b", "退回", problem]
        );
        assert!(
            found
                .iter()
                .flat_map(|r| &r.cells)
                .all(|c| c.1 == domain::intake::Form::Text)
        );
    }
}

#[test]
fn original_csv_rows_come_back_byte_for_byte() {
    let (_, bytes) = answered(FILED.as_bytes());
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\r\n乙公司,000123,\"a,b\",退回,"), "{text}");
}

#[test]
fn xls_is_answered_as_xlsx() {
    let layout = Layout {
        format: Format::Xls,
        encoding: Encoding::Utf8,
        delimiter: b',',
    };
    let out = file(b"");
    let mut answer = Answer::create(layout, &["甲".to_owned()], out.try_clone().unwrap()).unwrap();
    answer
        .row(&[Cell::text("1")], "通过", &"长".repeat(40_000))
        .unwrap();
    answer.finish().unwrap();
    let (header, found) = read(&content(out)).unwrap();
    assert_eq!(header, ["甲", "处理结果", "问题说明"]);
    assert_eq!(found[0].cells[2].0.chars().count(), 32_767);
}

#[test]
fn r27_template_reads_back_to_its_header_and_no_rows() {
    let kinds: Vec<String> = ["警告", "罚款", "其他"].map(str::to_owned).to_vec();
    let base = TemplateColumn {
        code: "CF_WSH",
        name: "文号",
        need: true,
        hint: "按决定书填写",
        values: &[],
        date: false,
        code18: false,
        amount: false,
    };
    let columns = [
        base,
        TemplateColumn {
            name: "处罚类别",
            values: &kinds,
            ..base
        },
        TemplateColumn {
            name: "决定日期",
            date: true,
            hint: "",
            ..base
        },
        TemplateColumn {
            name: "统一社会信用代码",
            code18: true,
            need: false,
            ..base
        },
        TemplateColumn {
            name: "罚款金额",
            amount: true,
            need: false,
            ..base
        },
    ];
    let out = file(b"");
    template(&columns, out.try_clone().unwrap()).unwrap();
    let bytes = content(out);
    let mut table = open(&bytes).unwrap();
    assert_eq!(
        table.header(),
        [
            "文号",
            "处罚类别",
            "决定日期",
            "统一社会信用代码",
            "罚款金额"
        ]
    );
    assert_eq!(table.filed_header()[0], "文号*");
    assert_eq!(table.sheet(), Some("填报"));
    assert!(rows(&mut table).unwrap().is_empty());
    assert!(table.notes().iter().any(|n| n.contains("字典")));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(
        &mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(),
        &mut xml,
    )
    .unwrap();
    assert!(
        xml.contains("字典!$B$1:$B$3")
            && xml.contains("type=\"textLength\"")
            && xml.contains("state=\"frozen\"")
    );
}
