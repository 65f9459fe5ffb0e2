//! Tables as departments hand them in: real CSV and XLSX files with the columns of a source.

use crate::Stop;
use domain::intake::Plan;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A row by column code.
pub type Row = HashMap<&'static str, String>;

/// How an organ's system writes its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// CSV with Chinese headers.
    Names,
    /// CSV with column codes.
    Codes,
    /// A workbook.
    Book,
}

impl Manner {
    /// Every organ keeps to its own manner.
    pub fn of(organ: usize) -> Self {
        match organ % 5 {
            0 => Self::Book,
            1 | 2 => Self::Codes,
            _ => Self::Names,
        }
    }
}

/// Writes the rows with all columns of the source; returns the path. A workbook bears the day on
/// which it was written: with the true one, two cities of one seed would differ.
pub fn write(
    folder: &Path,
    manner: Manner,
    plan: &Plan,
    rows: &[Row],
    day: Date,
) -> Result<PathBuf, Stop> {
    let suffix = if manner == Manner::Book {
        "xlsx"
    } else {
        "csv"
    };
    let path = folder.join(format!("{}.{suffix}", plan.spec().source.name));
    match manner {
        Manner::Book => book(&path, plan, rows, day).map_err(Stop::fault)?,
        Manner::Names | Manner::Codes => csv(&path, manner, plan, rows).map_err(Stop::fault)?,
    }
    Ok(path)
}

fn csv(path: &Path, manner: Manner, plan: &Plan, rows: &[Row]) -> Result<(), csv::Error> {
    let columns = &plan.spec().columns;
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(columns.iter().map(|column| match manner {
        Manner::Codes => column.code.as_str(),
        _ => column.name.as_str(),
    }))?;
    for row in rows {
        out.write_record(
            columns
                .iter()
                .map(|column| row.get(column.code.as_str()).map_or("", String::as_str)),
        )?;
    }
    Ok(out.flush()?)
}

fn book(
    path: &Path,
    plan: &Plan,
    rows: &[Row],
    day: Date,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let (month, date) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    let written = ExcelDateTime::from_ymd(day.year().unsigned_abs(), month, date)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = book.add_worksheet();
    let columns = &plan.spec().columns;
    for (place, column) in (0_u16..).zip(columns) {
        sheet.write_string(0, place, &column.name)?;
        for (line, row) in (1_u32..).zip(rows) {
            if let Some(text) = row
                .get(column.code.as_str())
                .filter(|text| !text.is_empty())
            {
                sheet.write_string(line, place, text)?;
            }
        }
    }
    book.save(path)
}

/// The register as its office hands it over.
pub fn register(path: &Path, residents: &[&super::city::Resident]) -> Result<(), csv::Error> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record([
        "统一社会信用代码",
        "名称",
        "主体类别",
        "成立日期",
        "住所",
        "行政区划代码",
    ])?;
    for it in residents {
        let registered = it.registered.to_string();
        out.write_record([
            it.code.as_str(),
            &it.name,
            it.form,
            &registered,
            &it.address,
            it.division,
        ])?;
    }
    Ok(out.flush()?)
}
