//! The rows of one worksheet.

use domain::intake::Form;

use super::xml::{Attrs, Blocks, Escaped, Event, Xml, decimal, unescape, without_hex_escapes};
use super::{Inflated, book::RichText};
use crate::batch::{Batch, Body, Rows};
use crate::limits::ROW_BYTES;
use crate::merged::Merged;
use crate::serial::{self, Epoch};
use crate::strings::SharedStrings;
use crate::{Limits, Refused};

/// What a cell's meaning depends on besides itself.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) strings: SharedStrings,
    pub(crate) dates: Vec<bool>,
    pub(crate) epoch: Epoch,
    pub(crate) limits: Limits,
}

/// Reads the cells of one row after another into a batch.
#[derive(Debug)]
pub(crate) struct Cells<S> {
    xml: Xml<S>,
    context: Context,
    /// Number of the last row seen, as the sheet shows it.
    row: u32,
    filled: u32,
    header_row: u32,
    text: RichText,
    value: String,
}

#[derive(Debug)]
pub(crate) struct Reader {
    cells: Cells<Inflated>,
    width: usize,
    merged: Merged,
    ended: bool,
}

impl Reader {
    pub(super) fn new(
        mut cells: Cells<Inflated>,
        width: usize,
        header: u32,
        merged: Merged,
    ) -> Self {
        cells.header_row = header;
        Self {
            cells,
            width,
            merged,
            ended: false,
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Batch>, Refused> {
        let mut rows = Rows::new(self.width);
        while !self.ended && !rows.full() {
            let Some(number) = self.cells.row(&mut rows)? else {
                self.ended = true;
                break;
            };
            if number <= self.cells.header_row {
                rows.drop_row();
                continue;
            }
            if !self.merged.is_empty() {
                let width = u32::try_from(self.width).unwrap_or(u32::MAX);
                self.merged.at(number - 1, width, |left, right| {
                    for column in left..=right {
                        rows.put(column as usize, "", Form::Merged);
                    }
                })?;
            }
            rows.close(number);
        }
        Ok((!rows.is_empty()).then_some(Batch(Body::Rows(rows))))
    }
}

/// How a cell says what its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
    Date,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    column: u32,
    kind: Kind,
    date: bool,
}

/// What stood inside a cell besides its text.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    formula: bool,
    value: bool,
}

impl<S: Blocks> Cells<S> {
    pub(super) fn new(xml: Xml<S>, context: Context) -> Self {
        Self {
            xml,
            context,
            row: 0,
            filled: 0,
            header_row: 0,
            text: RichText::default(),
            value: String::new(),
        }
    }

    pub(super) fn into_context(self) -> Context {
        self.context
    }

    /// The first filled rows as plain text, for finding the header.
    pub(super) fn first(
        &mut self,
        max: usize,
        width: usize,
    ) -> Result<Vec<(u32, Vec<String>)>, Refused> {
        let mut rows = Rows::new(width);
        while rows.len() < max {
            let Some(number) = self.row(&mut rows)? else {
                break;
            };
            rows.close(number);
        }
        let mut first = Vec::new();
        rows.each(&mut |row| {
            first.push((
                row.number,
                row.cells.iter().map(|c| c.text.to_owned()).collect(),
            ));
        });
        Ok(first)
    }

    /// Reads the next row that has cells; the caller closes it.
    fn row(&mut self, rows: &mut Rows) -> Result<Option<u32>, Refused> {
        loop {
            match self.xml.next()? {
                Some(Event::Open {
                    name: b"row",
                    attrs,
                    empty,
                }) => {
                    let number = attrs.number(b"r").unwrap_or(self.row.saturating_add(1));
                    if number <= self.row {
                        return Err(Refused::malformed(format!("第 {number} 行顺序错乱")));
                    }
                    self.row = number;
                    if !empty {
                        self.cells(rows)?;
                        return Ok(Some(number));
                    }
                }
                Some(
                    Event::Close(b"sheetData")
                    | Event::Open {
                        name: b"sheetData",
                        empty: true,
                        ..
                    },
                ) => {
                    return Ok(None);
                }
                Some(_) => {}
                None => return Err(Refused::truncated(self.xml.part())),
            }
        }
    }

    fn cells(&mut self, rows: &mut Rows) -> Result<(), Refused> {
        let (mut next_column, mut filled) = (0_u32, 0_u32);
        loop {
            let (open, empty) = match self.xml.next()? {
                Some(Event::Open {
                    name: b"c",
                    attrs,
                    empty,
                }) => (open(attrs, next_column, &self.context.dates)?, empty),
                Some(Event::Close(b"row")) => break,
                Some(_) => continue,
                None => return Err(Refused::truncated(self.xml.part())),
            };
            next_column = open.column.saturating_add(1);
            if empty {
                continue;
            }
            let seen = self.inside(open.kind == Kind::Inline)?;
            if seen.formula || seen.value {
                filled += 1;
                self.check_place(open.column, filled)?;
                self.put(open, seen, rows)?;
            }
        }
        self.filled += u32::from(filled > 0);
        if rows.row_bytes() > ROW_BYTES {
            return Err(Refused::LongRow {
                row: self.row,
                limit: ROW_BYTES,
            });
        }
        Ok(())
    }

    /// Reads up to the end of a cell and leaves its text in `self.text` or `self.value`.
    fn inside(&mut self, inline: bool) -> Result<Seen, Refused> {
        let mut seen = Seen::default();
        let (mut in_value, mut in_formula) = (false, false);
        self.value.clear();
        self.text.clear();
        let limit = self.context.limits.cell_bytes;
        if self.plain(inline)? {
            return Ok(Seen {
                formula: false,
                value: true,
            });
        }
        loop {
            match self.xml.next()? {
                Some(Event::Close(b"c")) => break,
                Some(Event::Open {
                    name: b"v", empty, ..
                }) => {
                    in_value = !empty;
                    seen.value = true;
                }
                Some(Event::Close(b"v")) => in_value = false,
                Some(Event::Open {
                    name: b"f", empty, ..
                }) => {
                    in_formula = !empty;
                    seen.formula = true;
                }
                Some(Event::Close(b"f")) => in_formula = false,
                Some(Event::Text(raw, Escaped::Yes)) if in_value => unescape(raw, &mut self.value)?,
                Some(Event::Open { name: b"is", .. }) => seen.value = true,
                Some(other) if !in_formula => self.text.take(other, limit)?,
                Some(_) => {}
                None => return Err(Refused::truncated(self.xml.part())),
            }
            if self.value.len() > limit || self.text.joined().len() > limit {
                return Err(Refused::LongCell {
                    row: self.row,
                    limit,
                });
            }
        }
        Ok(seen)
    }

    /// Reads a cell that holds one value or one run of text and nothing else; `false` where it may
    /// hold more.
    fn plain(&mut self, inline: bool) -> Result<bool, Refused> {
        let (open, close): (&[u8], &[u8]) = if inline {
            (b"<is><t>", b"</t></is></c>")
        } else {
            (b"<v>", b"</v></c>")
        };
        let Some(raw) = self.xml.between(open, close) else {
            return Ok(false);
        };
        let limit = self.context.limits.cell_bytes;
        if raw.len() > limit {
            return Err(Refused::LongCell {
                row: self.row,
                limit,
            });
        }
        if inline {
            self.text.single(raw)?;
        } else {
            unescape(raw, &mut self.value)?;
        }
        Ok(true)
    }

    /// A value far away from the table is a trap or a slip; nothing is ever allocated up to it.
    fn check_place(&self, column: u32, filled: u32) -> Result<(), Refused> {
        let limits = &self.context.limits;
        let far = || Refused::FarCell {
            address: name(self.row, column),
        };
        if column >= limits.columns {
            let wide = filled > limits.columns / 2;
            return Err(if wide {
                Refused::TooManyColumns {
                    limit: limits.columns,
                }
            } else {
                far()
            });
        }
        let last = limits.rows.saturating_add(self.header_row.max(1));
        if self.row > last {
            let long = self.filled > limits.rows / 2;
            return Err(if long {
                Refused::TooManyRows { limit: limits.rows }
            } else {
                far()
            });
        }
        Ok(())
    }

    fn put(&mut self, open: Open, seen: Seen, rows: &mut Rows) -> Result<(), Refused> {
        let column = open.column as usize;
        let value = self.value.as_str();
        if value.is_empty() && open.kind != Kind::Inline {
            let missing = seen.formula && !(open.kind == Kind::Text && seen.value);
            rows.put(column, "", if missing { Form::NoValue } else { Form::Text });
            return Ok(());
        }
        let wrong = || Refused::malformed(format!("单元格 {}", name(self.row, open.column)));
        match open.kind {
            Kind::Shared => {
                let index = decimal(value.as_bytes()).ok_or_else(wrong)? as usize;
                let text = self.context.strings.get(index).ok_or_else(wrong)?;
                rows.put(column, text, Form::Text);
            }
            Kind::Inline => rows.put(column, self.text.joined(), Form::Text),
            Kind::Text if value.contains("_x") => {
                let mut plain = String::new();
                without_hex_escapes(value, &mut plain);
                rows.put(column, &plain, Form::Text);
            }
            Kind::Text => rows.put(column, value, Form::Text),
            Kind::Bool => rows.put(
                column,
                if value == "1" { "TRUE" } else { "FALSE" },
                Form::Bool,
            ),
            Kind::Error => rows.put(column, value, Form::Error),
            Kind::Date => rows.put(column, &iso_day(value), Form::Date),
            Kind::Number if !open.date && serial::is_plain(value.as_bytes()) => {
                rows.put(column, value, Form::Number);
            }
            Kind::Number => {
                let number: f64 = value.trim().parse().map_err(|_| wrong())?;
                if !number.is_finite() {
                    return Err(wrong());
                }
                let date = if open.date {
                    serial::date(number, self.context.epoch)
                } else {
                    None
                };
                match date {
                    Some(day) => rows.put(column, &day, Form::Date),
                    None => rows.put(column, &serial::number(number), Form::Number),
                }
            }
        }
        Ok(())
    }
}

fn open(attrs: Attrs<'_>, next_column: u32, dates: &[bool]) -> Result<Open, Refused> {
    let mut open = Open {
        column: next_column,
        kind: Kind::Number,
        date: false,
    };
    for (key, value) in attrs.iter() {
        match key {
            b"r" => {
                let (_, column) = address(value).ok_or_else(|| Refused::malformed("单元格地址"))?;
                open.column = column;
            }
            b"t" => {
                open.kind = match value {
                    b"s" => Kind::Shared,
                    b"str" => Kind::Text,
                    b"inlineStr" => Kind::Inline,
                    b"b" => Kind::Bool,
                    b"e" => Kind::Error,
                    b"d" => Kind::Date,
                    _ => Kind::Number,
                };
            }
            b"s" => {
                let style = decimal(value).and_then(|s| dates.get(s as usize));
                open.date = style.copied().unwrap_or(false);
            }
            _ => {}
        }
    }
    Ok(open)
}

/// `2024-01-31T00:00:00` as the rest of the sheet shows days.
fn iso_day(value: &str) -> String {
    let (day, time) = value.split_once('T').unwrap_or((value, ""));
    let time = time.trim_end_matches('Z');
    let day = day.replace('-', "/");
    if time.is_empty() || time.starts_with("00:00:00") {
        day
    } else {
        format!("{day} {time}")
    }
}

/// `BC12` as row and column counted from 0; the row is `None` where there are no digits.
pub(super) fn address(reference: &[u8]) -> Option<(Option<u32>, u32)> {
    let reference = reference.strip_prefix(b"$").unwrap_or(reference);
    let mut column = 0_u32;
    let mut letters = 0;
    for byte in reference {
        if !byte.is_ascii_alphabetic() {
            break;
        }
        let value = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
        letters += 1;
    }
    let digits = reference.get(letters..).unwrap_or_default();
    let row = match digits {
        [b'$', digits @ ..] | digits if !digits.is_empty() => {
            Some(decimal(digits)?.checked_sub(1)?)
        }
        _ => None,
    };
    Some((row, column.checked_sub(1)?))
}

/// `BC12` from a row as shown and a column counted from 0.
pub(crate) fn name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_and_write_alike() {
        for (text, row, column) in [
            ("A1", 0, 0),
            ("Z9", 8, 25),
            ("AA10", 9, 26),
            ("XFD1048576", 1_048_575, 16_383),
        ] {
            assert_eq!(address(text.as_bytes()), Some((Some(row), column)));
            assert_eq!(name(row + 1, column), text);
        }
        assert_eq!(address(b"$B$3"), Some((Some(2), 1)));
        assert_eq!(address(b"7"), None);
        assert_eq!(address(b"ZZZZZZZZZZ1"), None);
        assert_eq!(address(b"A0"), None);
    }
}
