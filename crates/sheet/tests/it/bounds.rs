//! Long files come in blocks that stay small.

use sheet::Table;

use crate::craft::{open, read};
use rust_xlsxwriter::Workbook;

const ROWS: u32 = 120_000;

/// Rows, and the largest batch in bytes.
fn drain(table: &mut Table) -> (u32, usize) {
    let (mut rows, mut largest) = (0, 0);
    let mut last = 1;
    while let Some(batch) = table.next().unwrap() {
        batch
            .each(|row| {
                assert_eq!(row.number, last + 1);
                last = row.number;
                rows += 1;
            })
            .unwrap();
        largest = largest.max(batch.bytes());
    }
    (rows, largest)
}

#[test]
fn r27_120_000_rows_of_csv_in_small_blocks() {
    let mut text = String::from("名称,号,说明\n");
    for row in 0..ROWS {
        text += &format!("甲公司{row},\"{row},号\",没有\"\"的\n");
    }
    let (rows, largest) = drain(&mut open(text.as_bytes()).unwrap());
    assert_eq!(rows, ROWS);
    assert!(largest <= 1 << 20, "{largest}");
}

#[test]
fn r27_120_000_rows_of_xlsx_in_small_batches() {
    for constant in [false, true] {
        let mut book = Workbook::new();
        let sheet = if constant {
            book.add_worksheet_with_constant_memory().unwrap()
        } else {
            book.add_worksheet()
        };
        sheet.write_row(0, 0, ["名称", "号"]).unwrap();
        for row in 1..=ROWS {
            sheet.write_string(row, 0, format!("甲公司{row}")).unwrap();
            sheet.write_number(row, 1, row).unwrap();
        }
        let (rows, largest) = drain(&mut open(&book.save_to_buffer().unwrap()).unwrap());
        assert_eq!(rows, ROWS);
        assert!(largest <= 2 << 20, "{largest}");
    }
}

#[test]
fn r27_120_000_rows_of_json() {
    let rows: Vec<String> = (0..ROWS)
        .map(|i| format!("{{\"名称\":\"甲{i}\",\"号\":{i}}}"))
        .collect();
    let mut table = open(format!("[{}]", rows.join(",\n")).as_bytes()).unwrap();
    let (mut count, mut largest) = (0, 0);
    while let Some(batch) = table.next().unwrap() {
        batch.each(|_| count += 1).unwrap();
        largest = largest.max(batch.bytes());
    }
    assert_eq!(count, ROWS);
    assert!(largest <= 2 << 20);
}

#[test]
fn tables_and_batches_go_to_other_threads() {
    fn send<T: Send>() {}
    send::<Table>();
    send::<sheet::Batch>();
    send::<sheet::Answer>();
}

#[test]
fn synonymous_headers_are_kept_as_written() {
    let (header, _) =
        read("行政相对人名称*,＊处罚决定书文号, 金额（万元） \na,b,c\n".as_bytes()).unwrap();
    assert_eq!(header, ["行政相对人名称", "处罚决定书文号", "金额（万元）"]);
}
