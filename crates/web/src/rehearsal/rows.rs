//! The rows of a rehearsal on their way into a file.

use crate::catalog::Csv;
use desk::Fault;
use desk::rehearsal::{GradeMove, RecordMove, Row};
use domain::record::Severity;
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Rows of each kind that the page shows.
pub(super) const SHOWN: usize = 200;
/// Rows that fit into one file; a spreadsheet takes no more.
const MOST: u64 = 1_000_000;

const HEADS: [&str; 19] = [
    "变动",
    "统一社会信用代码",
    "单位名称",
    "行政区划",
    "主体类型",
    "现得分",
    "现等级",
    "拟得分",
    "拟等级",
    "原因",
    "账本编号",
    "文书号",
    "决定日期",
    "现程度",
    "拟程度",
    "现可修复日期",
    "现停止公示日期",
    "拟可修复日期",
    "拟停止公示日期",
];

/// Writes every row, and keeps the first ones.
pub(super) struct Rows {
    out: BufWriter<File>,
    written: u64,
    pub cut: u64,
    pub grades: Vec<GradeMove>,
    pub records: Vec<RecordMove>,
    fault: Option<std::io::Error>,
}

impl Rows {
    pub fn create(path: &Path) -> Result<Self, Fault> {
        let mut out = BufWriter::new(File::create(path).map_err(Fault::store)?);
        let heads = Csv::new(&HEADS).text();
        out.write_all(heads.as_bytes()).map_err(Fault::store)?;
        Ok(Self {
            out,
            written: 0,
            cut: 0,
            grades: Vec::new(),
            records: Vec::new(),
            fault: None,
        })
    }

    pub fn take(&mut self, row: Row) {
        let text = match &row {
            Row::Grade(row) => grade(row),
            Row::Record(row) => record(row),
        };
        if self.written >= MOST {
            self.cut += 1;
        } else if self.fault.is_none() {
            self.written += 1;
            self.fault = self.out.write_all(text.as_bytes()).err();
        }
        match row {
            Row::Grade(row) if self.grades.len() < SHOWN => self.grades.push(row),
            Row::Record(row) if self.records.len() < SHOWN => self.records.push(row),
            _ => {}
        }
    }

    /// Closes the file; what failed while writing fails here.
    pub fn finish(&mut self) -> Result<(), Fault> {
        match self.fault.take() {
            Some(error) => Err(Fault::store(error)),
            None => self.out.flush().map_err(Fault::store),
        }
    }
}

fn grade(row: &GradeMove) -> String {
    let mut csv = Csv::part();
    let (score, then) = (row.score.to_string(), row.then_score.to_string());
    let causes = row.causes.join("；");
    let cells = [
        "等级",
        row.code.as_str(),
        &row.name,
        &row.division,
        &row.form,
        &score,
        &row.grade,
        &then,
        &row.then_grade,
        &causes,
    ];
    let rest = HEADS.len() - cells.len();
    csv.row(cells.into_iter().chain(std::iter::repeat_n("", rest)));
    csv.text()
}

fn record(row: &RecordMove) -> String {
    let mut csv = Csv::part();
    let entity = row.entity.map(|code| code.to_string()).unwrap_or_default();
    let class = |class: Option<Severity>| class.map_or("", Severity::name);
    let (repair, end) = days(row.shown);
    let (then_repair, then_end) = days(row.then_shown);
    let seq = row.record.to_string();
    let decided = row.decided.to_string();
    let cells = [
        &seq,
        &row.docket,
        &decided,
        class(row.severity),
        class(row.then_severity),
        &repair,
        &end,
        &then_repair,
        &then_end,
    ];
    let before = ["记录", entity.as_str()].into_iter();
    let before = before.chain(std::iter::repeat_n("", HEADS.len() - cells.len() - 2));
    csv.row(before.chain(cells));
    csv.text()
}

fn days(shown: Option<(Date, Date)>) -> (String, String) {
    match shown {
        Some((repair, end)) => (repair.to_string(), end.to_string()),
        None => ("不公示".to_owned(), "不公示".to_owned()),
    }
}
