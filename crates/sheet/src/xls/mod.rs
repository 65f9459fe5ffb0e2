//! XLS (BIFF8, as written since Excel 97 and still by WPS), read record by record.

mod container;
mod records;

use std::collections::HashMap;
use std::fs::File;

use container::Container;
use domain::intake::Form;
use records::{Long, Records};

use crate::batch::{Batch, Body, Rows};
use crate::bytes::Fields;
use crate::limits::ROW_BYTES;
use crate::merged::{Area, Merged};
use crate::serial::{self, Epoch};
use crate::strings::SharedStrings;
use crate::table::{self, Found};
use crate::xlsx::cell_name;
use crate::{Limits, Refused};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const FILEPASS: u16 = 0x002F;
const BOUNDSHEET: u16 = 0x0085;
const DATEMODE: u16 = 0x0022;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const MERGEDCELLS: u16 = 0x00E5;
const LABELSST: u16 = 0x00FD;
const LABEL: u16 = 0x0204;
const RSTRING: u16 = 0x00D6;
const RK: u16 = 0x027E;
const MULRK: u16 = 0x00BD;
const NUMBER: u16 = 0x0203;
const FORMULA: u16 = 0x0006;
const STRING: u16 = 0x0207;
const BOOLERR: u16 = 0x0205;
const BIFF8: u16 = 0x0600;
const STYLES: usize = 1 << 16;
const SHEETS: usize = 1_000;
const WIDTH: usize = 256;

#[derive(Debug)]
struct Sheet {
    name: String,
    place: usize,
    hidden: bool,
}

/// What a cell's meaning depends on besides itself.
#[derive(Debug)]
struct Globals {
    sheets: Vec<Sheet>,
    strings: SharedStrings,
    dates: Vec<bool>,
    epoch: Epoch,
}

#[derive(Debug)]
pub(crate) struct Reader {
    records: Records,
    globals: Globals,
    limits: Limits,
    width: usize,
    header_row: u32,
    merged: Merged,
    /// Row in hand as the sheet shows it; 0 before the first.
    row: u32,
    filled: u32,
    /// Columns of a formula whose text comes in a record of its own.
    awaits_text: Option<u32>,
    depth: u32,
    ended: bool,
}

pub(crate) fn open(file: File, limits: &Limits) -> Result<Found<Reader>, Refused> {
    let container = Container::open(file, limits)?;
    kind(&container)?;
    let mut records = Records::new(container.stream("Workbook")?);
    let globals = globals(&mut records, limits)?;
    if globals.sheets.iter().all(|s| s.hidden) {
        return Err(Refused::NoSheet);
    }
    let places: Vec<(usize, String)> = globals
        .sheets
        .iter()
        .filter(|s| !s.hidden)
        .map(|s| (s.place, s.name.clone()))
        .collect();
    let mut reader = Reader::new(records, globals, limits);
    for (place, sheet) in places.into_iter().take(table::SHEETS_TRIED) {
        let rows = reader.first(place)?;
        let head = match table::head(rows, limits) {
            Err(Refused::NoHeader) => continue,
            other => other?,
        };
        reader.merged = reader.read_merged(place)?;
        reader.width = head.header.len();
        reader.rewind(place);
        reader.header_row = head.row;
        let names = |hidden| {
            let of = move |s: &&Sheet| s.hidden == hidden;
            reader
                .globals
                .sheets
                .iter()
                .filter(of)
                .map(|s| s.name.as_str())
        };
        let notes = table::sheet_notes(names(true), names(false).filter(|n| *n != sheet));
        return Ok(Found {
            reader,
            head,
            sheet,
            notes,
        });
    }
    Err(Refused::NoHeader)
}

fn kind(container: &Container) -> Result<(), Refused> {
    if container.has("EncryptedPackage") {
        return Err(Refused::Encrypted);
    }
    if container.has("Workbook") {
        return Ok(());
    }
    if container.has("Book") {
        return Err(Refused::Unsupported {
            found: "Excel 95 及更早的工作簿",
        });
    }
    let word = container.has("WordDocument");
    Err(Refused::NotATable {
        found: if word { "Word 文档" } else { "OLE 文件" },
    })
}

fn cut_off() -> Refused {
    Refused::truncated("工作簿")
}

fn globals(records: &mut Records, limits: &Limits) -> Result<Globals, Refused> {
    let mut globals = Globals {
        sheets: Vec::new(),
        strings: SharedStrings::new(limits.shared_strings_bytes),
        dates: Vec::new(),
        epoch: Epoch::From1900,
    };
    let mut custom: HashMap<u16, bool> = HashMap::new();
    if records.next()? != Some(BOF) || Fields(&records.body).u16(0) != Some(BIFF8) {
        return Err(Refused::Unsupported {
            found: "Excel 95 及更早的工作簿",
        });
    }
    loop {
        match records.next()?.ok_or_else(cut_off)? {
            EOF => return Ok(globals),
            FILEPASS => return Err(Refused::Encrypted),
            DATEMODE if Fields(&records.body).u16(0) == Some(1) => globals.epoch = Epoch::From1904,
            BOUNDSHEET => {
                globals.sheets.extend(bound_sheet(&records.body));
                if globals.sheets.len() > SHEETS {
                    return Err(Refused::malformed("工作表过多"));
                }
            }
            FORMAT if custom.len() < STYLES => {
                let id = Fields(&records.body).u16(0).ok_or_else(cut_off)?;
                let mut code = String::new();
                Long::new(records, 2, limits.cell_bytes).text(&mut code)?;
                custom.insert(id, serial::format_is_date(&code));
            }
            XF if globals.dates.len() < STYLES => {
                let id = Fields(&records.body).u16(2).ok_or_else(cut_off)?;
                let own = custom.get(&id).copied();
                globals
                    .dates
                    .push(own.unwrap_or_else(|| serial::builtin_is_date(id)));
            }
            SST => read_strings(records, limits, &mut globals.strings)?,
            _ => {}
        }
    }
}

/// The count in the record is not believed; each text is met before it is kept.
fn read_strings(
    records: &mut Records,
    limits: &Limits,
    strings: &mut SharedStrings,
) -> Result<(), Refused> {
    let unique = Fields(&records.body).u32(4).ok_or_else(cut_off)?;
    let mut long = Long::new(records, 8, limits.cell_bytes);
    let mut text = String::new();
    for _ in 0..unique {
        long.text(&mut text)?;
        strings.push(&text)?;
    }
    Ok(())
}

/// Charts and macro sheets are listed too, with a type of their own.
fn bound_sheet(body: &[u8]) -> Option<Sheet> {
    let place = Fields(body).u32(0)? as usize;
    let (state, kind) = (*body.get(4)?, *body.get(5)?);
    let (chars, wide) = (usize::from(*body.get(6)?), *body.get(7)? & 1 != 0);
    let name = short_text(body.get(8..)?, chars, wide);
    (kind == 0).then_some(Sheet {
        name,
        place,
        hidden: state & 3 != 0,
    })
}

fn short_text(bytes: &[u8], chars: usize, wide: bool) -> String {
    if !wide {
        return bytes.iter().take(chars).map(|b| char::from(*b)).collect();
    }
    let units = bytes
        .chunks_exact(2)
        .take(chars)
        .filter_map(|c| c.try_into().ok());
    char::decode_utf16(units.map(u16::from_le_bytes))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The value of one cell on its way into a batch.
enum Value {
    Number(f64),
    Bool(bool),
    Error(u8),
    Empty,
}

impl Reader {
    fn new(records: Records, globals: Globals, limits: &Limits) -> Self {
        Self {
            records,
            globals,
            limits: limits.clone(),
            width: WIDTH + 1,
            header_row: 0,
            merged: Merged::default(),
            row: 0,
            filled: 0,
            awaits_text: None,
            depth: 0,
            ended: false,
        }
    }

    fn rewind(&mut self, place: usize) {
        self.records.go_to(place);
        self.row = 0;
        self.filled = 0;
        self.awaits_text = None;
        self.depth = 0;
        self.header_row = 0;
        self.ended = false;
    }

    fn first(&mut self, place: usize) -> Result<Vec<(u32, Vec<String>)>, Refused> {
        self.rewind(place);
        self.merged = Merged::default();
        self.width = WIDTH + 1;
        let rows = self.rows(table::TITLE_ROWS)?;
        let mut first = Vec::new();
        rows.each(&mut |row| {
            first.push((
                row.number,
                row.cells.iter().map(|c| c.text.to_owned()).collect(),
            ));
        });
        Ok(first)
    }

    /// Merged areas are listed behind the cells.
    fn read_merged(&mut self, place: usize) -> Result<Merged, Refused> {
        self.records.go_to(place);
        let mut merged = Merged::default();
        let mut depth = 0_u32;
        loop {
            match self.records.next()?.ok_or_else(cut_off)? {
                BOF => depth += 1,
                EOF if depth <= 1 => return Ok(merged),
                EOF => depth -= 1,
                MERGEDCELLS => {
                    for bytes in self
                        .records
                        .body
                        .get(2..)
                        .unwrap_or_default()
                        .chunks_exact(8)
                    {
                        if let Some(area) = area(bytes) {
                            merged.push(area)?;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Batch>, Refused> {
        let rows = self.rows(usize::MAX)?;
        Ok((!rows.is_empty()).then_some(Batch(Body::Rows(rows))))
    }

    fn rows(&mut self, max: usize) -> Result<Rows, Refused> {
        let mut rows = Rows::new(self.width);
        while !self.ended {
            let place = self.records.place();
            let kind = self.records.next()?.ok_or_else(cut_off)?;
            match kind {
                BOF => self.depth += 1,
                EOF if self.depth <= 1 => {
                    self.close(&mut rows)?;
                    self.ended = true;
                }
                EOF => self.depth -= 1,
                // Charts inside the sheet have cells of their own.
                _ if self.depth > 1 => {}
                STRING => self.formula_text(&mut rows)?,
                LABELSST | LABEL | RSTRING | RK | MULRK | NUMBER | FORMULA | BOOLERR => {
                    if self.turn_row(&mut rows)? && (rows.full() || rows.len() >= max) {
                        // This record begins a row of the next batch.
                        self.records.go_to(place);
                        return Ok(rows);
                    }
                    self.cell(kind, &mut rows)?;
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    /// Closes the row in hand where the record belongs to a later one, and says whether it did.
    fn turn_row(&mut self, rows: &mut Rows) -> Result<bool, Refused> {
        let row = u32::from(Fields(&self.records.body).u16(0).ok_or_else(cut_off)?) + 1;
        if row < self.row {
            return Err(Refused::malformed(format!("第 {row} 行顺序错乱")));
        }
        if row == self.row {
            return Ok(false);
        }
        self.close(rows)?;
        self.row = row;
        Ok(true)
    }

    fn close(&mut self, rows: &mut Rows) -> Result<(), Refused> {
        self.awaits_text = None;
        if self.row == 0 {
            return Ok(());
        }
        if self.row <= self.header_row {
            rows.drop_row();
            return Ok(());
        }
        self.filled += 1;
        let width = u32::try_from(self.width).unwrap_or(u32::MAX);
        self.merged.at(self.row - 1, width, |left, right| {
            for column in left..=right {
                rows.put(column as usize, "", Form::Merged);
            }
        })?;
        rows.close(self.row);
        Ok(())
    }

    fn cell(&mut self, kind: u16, rows: &mut Rows) -> Result<(), Refused> {
        let fields = Fields(&self.records.body);
        let column = u32::from(fields.u16(2).ok_or_else(cut_off)?);
        let xf = fields.u16(4).ok_or_else(cut_off)?;
        self.awaits_text = None;
        self.check_place(column, rows)?;
        match kind {
            LABELSST => {
                let index = fields.u32(6).ok_or_else(cut_off)?;
                let text = self.globals.strings.get(index as usize);
                let wrong =
                    || Refused::malformed(format!("单元格 {}", cell_name(self.row, column)));
                rows.put(column as usize, text.ok_or_else(wrong)?, Form::Text);
            }
            LABEL | RSTRING => {
                let mut text = String::new();
                Long::new(&mut self.records, 6, self.limits.cell_bytes).text(&mut text)?;
                rows.put(column as usize, &text, Form::Text);
            }
            RK => {
                let packed = fields.u32(6).ok_or_else(cut_off)?;
                self.put(column, xf, Value::Number(unpack(packed)), rows);
            }
            MULRK => self.many(column, rows)?,
            NUMBER => {
                let number = fields.f64(6).ok_or_else(cut_off)?;
                self.put(column, xf, Value::Number(number), rows);
            }
            FORMULA => {
                let value = formula(&self.records.body).ok_or_else(cut_off)?;
                match value {
                    Some(value) => self.put(column, xf, value, rows),
                    None => self.awaits_text = Some(column),
                }
            }
            _ => {
                let (code, error) = pair(&self.records.body, 6).ok_or_else(cut_off)?;
                let value = if error == 1 {
                    Value::Error(code)
                } else {
                    Value::Bool(code != 0)
                };
                self.put(column, xf, value, rows);
            }
        }
        Ok(())
    }

    fn many(&mut self, first: u32, rows: &mut Rows) -> Result<(), Refused> {
        let body = std::mem::take(&mut self.records.body);
        let packed = body
            .get(4..body.len().saturating_sub(2))
            .unwrap_or_default();
        for (column, cell) in (first..).zip(packed.chunks_exact(6)) {
            self.check_place(column, rows)?;
            let fields = Fields(cell);
            if let (Some(xf), Some(number)) = (fields.u16(0), fields.u32(2)) {
                self.put(column, xf, Value::Number(unpack(number)), rows);
            }
        }
        self.records.body = body;
        Ok(())
    }

    fn formula_text(&mut self, rows: &mut Rows) -> Result<(), Refused> {
        let Some(column) = self.awaits_text.take() else {
            return Ok(());
        };
        let mut text = String::new();
        Long::new(&mut self.records, 0, self.limits.cell_bytes).text(&mut text)?;
        rows.put(column as usize, &text, Form::Text);
        Ok(())
    }

    fn put(&self, column: u32, xf: u16, value: Value, rows: &mut Rows) {
        let column = column as usize;
        match value {
            Value::Bool(value) => {
                rows.put(column, if value { "TRUE" } else { "FALSE" }, Form::Bool);
            }
            Value::Error(code) => rows.put(column, error_text(code), Form::Error),
            Value::Empty => {}
            Value::Number(number) if !number.is_finite() => rows.put(column, "#NUM!", Form::Error),
            Value::Number(number) => {
                let date = self
                    .globals
                    .dates
                    .get(usize::from(xf))
                    .copied()
                    .unwrap_or(false);
                let day = if date {
                    serial::date(number, self.globals.epoch)
                } else {
                    None
                };
                match day {
                    Some(day) => rows.put(column, &day, Form::Date),
                    None => rows.put(column, &serial::number(number), Form::Number),
                }
            }
        }
    }

    fn check_place(&self, column: u32, rows: &Rows) -> Result<(), Refused> {
        let address = || cell_name(self.row, column);
        if column >= self.limits.columns {
            return Err(Refused::FarCell { address: address() });
        }
        if self.row > self.limits.rows.saturating_add(self.header_row.max(1)) {
            return Err(match self.filled > self.limits.rows / 2 {
                true => Refused::TooManyRows {
                    limit: self.limits.rows,
                },
                false => Refused::FarCell { address: address() },
            });
        }
        if rows.row_bytes() > ROW_BYTES {
            return Err(Refused::LongRow {
                row: self.row,
                limit: ROW_BYTES,
            });
        }
        Ok(())
    }
}

fn area(bytes: &[u8]) -> Option<Area> {
    let fields = Fields(bytes);
    Some(Area {
        top: u32::from(fields.u16(0)?),
        bottom: u32::from(fields.u16(2)?),
        left: u32::from(fields.u16(4)?),
        right: u32::from(fields.u16(6)?),
    })
}

fn pair(body: &[u8], at: usize) -> Option<(u8, u8)> {
    Some((*body.get(at)?, *body.get(at + 1)?))
}

/// A number in four bytes: whole or the upper half of a double, perhaps in hundredths.
fn unpack(packed: u32) -> f64 {
    let number = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        number / 100.0
    } else {
        number
    }
}

/// The stored result of a formula; the inner `None` says that its text follows.
#[expect(
    clippy::option_option,
    reason = "cut off, text to follow and a value are three things"
)]
fn formula(body: &[u8]) -> Option<Option<Value>> {
    let fields = Fields(body);
    if fields.u16(12)? != 0xFFFF {
        return Some(Some(Value::Number(fields.f64(6)?)));
    }
    let code = *body.get(8)?;
    Some(match *body.get(6)? {
        0 => None,
        1 => Some(Value::Bool(code != 0)),
        2 => Some(Value::Error(code)),
        _ => Some(Value::Empty),
    })
}

fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
