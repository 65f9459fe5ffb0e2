//! CSV: comma, semicolon or tab between fields, quotes as RFC 4180 and the `csv` crate read them.

use std::borrow::Cow;
use std::fs::File;

use domain::intake::Cell;
use encoding_rs::GB18030;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

use crate::batch::{Batch, Body, RowView};
use crate::limits::ROW_BYTES;
use crate::table::{self, Head};
use crate::text::TextReader;
use crate::{Encoding, Limits, Refused};

const BLOCK: usize = 512 << 10;

/// How records and fields end in this file.
#[derive(Debug, Clone, Copy)]
struct Marks {
    delimiter: u8,
    /// `\n`, or `\r` in files from old Macintosh programs.
    eol: u8,
}

/// Cuts a file into blocks of whole records.
#[derive(Debug)]
pub(crate) struct Reader {
    source: TextReader,
    carry: Vec<u8>,
    ended: bool,
    /// Number of the first record in `carry`.
    record: u32,
    header_record: u32,
    shape: Shape,
    rows: u32,
}

/// What a block needs to know to split itself.
#[derive(Debug, Clone, Copy)]
struct Shape {
    marks: Marks,
    encoding: Encoding,
    width: usize,
    cell_bytes: usize,
}

/// Whole records as they stand in the file, in UTF-8 or GB 18030.
#[derive(Debug)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    first: u32,
    shape: Shape,
}

pub(crate) fn open(
    file: File,
    encoding: Encoding,
    limits: &Limits,
) -> Result<(Reader, Head, u8), Refused> {
    let mut source = TextReader::raw_or_utf8(file, encoding);
    let mut carry = Vec::with_capacity(BLOCK + 64);
    let ended = source.fill(&mut carry, BLOCK)? < BLOCK && source.fill(&mut carry, BLOCK)? == 0;
    let held = match encoding {
        Encoding::Gb18030 => Encoding::Gb18030,
        _ => Encoding::Utf8,
    };
    let marks = marks(&carry);
    let shape = Shape {
        marks,
        encoding: held,
        width: 0,
        cell_bytes: limits.cell_bytes,
    };
    let mut reader = Reader {
        source,
        carry,
        ended,
        record: 1,
        header_record: 1,
        shape,
        rows: limits.rows,
    };
    let head = reader.read_head(limits)?;
    Ok((reader, head, marks.delimiter))
}

/// The first line with any candidate decides, so a title line above the header does no harm.
fn marks(head: &[u8]) -> Marks {
    let eol = if memchr(b'\n', head).is_some() {
        b'\n'
    } else {
        b'\r'
    };
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in head {
        if *byte == b'"' {
            quoted = !quoted;
        } else if *byte == eol && !quoted && counts.iter().any(|(_, n)| *n > 0) {
            break;
        } else if !quoted && let Some(count) = counts.iter_mut().find(|(c, _)| c == byte) {
            count.1 += 1;
        }
    }
    // On a tie the comma wins: it stands first and `>` keeps the earlier one.
    let best = counts
        .into_iter()
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    Marks {
        delimiter: best.map_or(b',', |(c, _)| c),
        eol,
    }
}

impl Reader {
    fn read_head(&mut self, limits: &Limits) -> Result<Head, Refused> {
        let (_, lead) = self.cut(table::TITLE_ROWS as u32)?;
        let bytes = self.carry.get(..lead).unwrap_or_default();
        let text = decode(bytes, self.shape.encoding).map_err(|row| Refused::Encoding { row })?;
        let wide = Shape {
            width: limits.columns as usize + 1,
            ..self.shape
        };
        let mut rows = Vec::new();
        split(&text, 1, wide, &mut |row| {
            rows.push((
                row.number,
                row.cells.iter().map(|c| c.text.to_owned()).collect(),
            ));
        })?;
        let head = table::head(rows, limits)?;
        let (records, end) = scan(&self.carry, self.shape.marks, head.row).whole();
        let unended = records < head.row;
        self.carry
            .drain(..if unended { self.carry.len() } else { end });
        self.record += head.row;
        self.header_record = head.row;
        self.shape.width = head.header.len();
        Ok(head)
    }

    /// Records and bytes that stand whole in `carry`, read on until there is at least one.
    fn cut(&mut self, max: u32) -> Result<(u32, usize), Refused> {
        loop {
            let cut = scan(&self.carry, self.shape.marks, max);
            if cut.records > 0 && (!self.ended || cut.records >= max) {
                return Ok(cut.whole());
            }
            if self.ended {
                return match cut.open {
                    Some(record) => Err(Refused::OpenQuote {
                        row: self.record + record,
                    }),
                    None => Ok((
                        cut.records + u32::from(cut.end < self.carry.len()),
                        self.carry.len(),
                    )),
                };
            }
            if self.carry.len() >= ROW_BYTES {
                return Err(match cut.open {
                    Some(record) => Refused::OpenQuote {
                        row: self.record + record,
                    },
                    None => Refused::LongRow {
                        row: self.record,
                        limit: ROW_BYTES,
                    },
                });
            }
            self.ended = self.source.fill(&mut self.carry, BLOCK)? == 0;
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Batch>, Refused> {
        if self.carry.len() < BLOCK / 2 && !self.ended {
            self.carry.reserve_exact(BLOCK + 64);
            self.ended = self.source.fill(&mut self.carry, BLOCK)? == 0;
        }
        let (records, end) = self.cut(u32::MAX)?;
        if records == 0 {
            return Ok(None);
        }
        let mut rest = Vec::with_capacity(BLOCK + (BLOCK >> 3));
        rest.extend_from_slice(self.carry.get(end..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.carry, rest);
        bytes.truncate(end);
        let first = self.record;
        self.record = first.saturating_add(records);
        if self.record - 1 - self.header_record > self.rows {
            return Err(Refused::TooManyRows { limit: self.rows });
        }
        Ok(Some(Batch(Body::Raw(Block {
            bytes,
            first,
            shape: self.shape,
        }))))
    }
}

/// Where the whole records of some bytes end.
struct Cut {
    records: u32,
    end: usize,
    /// Index of the record in which a quote stayed open.
    open: Option<u32>,
}

impl Cut {
    fn whole(&self) -> (u32, usize) {
        (self.records, self.end)
    }
}

fn scan(bytes: &[u8], marks: Marks, max: u32) -> Cut {
    if max == u32::MAX && memchr(b'"', bytes).is_none() {
        let records = u32::try_from(memchr_iter(marks.eol, bytes).count()).unwrap_or(u32::MAX);
        return Cut {
            records,
            end: memrchr(marks.eol, bytes).map_or(0, |at| at + 1),
            open: None,
        };
    }
    let mut cut = Cut {
        records: 0,
        end: 0,
        open: None,
    };
    let mut from = 0;
    while cut.records < max {
        let Some(at) = find2(bytes, from, b'"', marks.eol) else {
            break;
        };
        from = at + 1;
        if bytes.get(at) == Some(&marks.eol) {
            cut.records += 1;
            cut.end = from;
        } else if opens(bytes, at, marks) {
            let Some(after) = close(bytes, from) else {
                cut.open = Some(cut.records);
                break;
            };
            from = after;
        }
    }
    cut
}

fn find2(bytes: &[u8], from: usize, a: u8, b: u8) -> Option<usize> {
    memchr2(a, b, bytes.get(from..)?).map(|at| from + at)
}

/// A quote opens a field only as its first byte; elsewhere it is text.
fn opens(bytes: &[u8], at: usize, marks: Marks) -> bool {
    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
    before.is_none_or(|b| *b == marks.delimiter || *b == marks.eol)
}

/// The place after the quote that closes a field whose text begins at `from`.
fn close(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        from += memchr(b'"', bytes.get(from..)?)? + 1;
        if bytes.get(from) != Some(&b'"') {
            return Some(from);
        }
        from += 1;
    }
}

/// `Err` is the number of the line, counted from 1, that cannot be read.
fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, u32> {
    if encoding != Encoding::Gb18030 {
        return match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(fault) => Err(line_of(bytes, fault.valid_up_to())),
        };
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 2);
    let (_, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    Err(line_of(bytes, read.saturating_sub(2)))
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.get(..at).unwrap_or_default();
    u32::try_from(memchr_iter(b'\n', before).count()).unwrap_or(0) + 1
}

impl Block {
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.capacity()
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.shape.encoding
    }

    pub(crate) fn each(&self, row: &mut dyn FnMut(RowView<'_>)) -> Result<(), Refused> {
        let text = decode(&self.bytes, self.shape.encoding).map_err(|line| Refused::Encoding {
            row: self.first + line - 1,
        })?;
        split(&text, self.first, self.shape, row)
    }
}

fn split(
    text: &str,
    first: u32,
    shape: Shape,
    row: &mut dyn FnMut(RowView<'_>),
) -> Result<(), Refused> {
    let mut fields = Fields {
        text,
        at: 0,
        marks: shape.marks,
    };
    let mut cells = Vec::with_capacity(shape.width);
    let mut escaped = Vec::new();
    let mut number = first;
    while fields.at < text.len() {
        let mut surplus = false;
        cells.clear();
        escaped.clear();
        loop {
            let field = fields.next();
            if field.text.len() > shape.cell_bytes {
                return Err(Refused::LongCell {
                    row: number,
                    limit: shape.cell_bytes,
                });
            }
            if cells.len() < shape.width {
                if field.escaped {
                    escaped.push(cells.len());
                }
                cells.push(Cell::text(field.text));
            } else {
                surplus |= !field.text.trim_ascii().is_empty();
            }
            if field.last {
                break;
            }
        }
        cells.resize(shape.width, Cell::default());
        pass(
            RowView {
                number,
                cells: &cells,
                surplus,
            },
            &escaped,
            row,
        );
        number += 1;
    }
    Ok(())
}

/// Passes a row on unless it is empty, with the doubled quotes taken out of the few fields that
/// have them.
fn pass(view: RowView<'_>, escaped: &[usize], row: &mut dyn FnMut(RowView<'_>)) {
    if escaped.is_empty() {
        if view.surplus || view.cells.iter().any(|c| !c.text.trim_ascii().is_empty()) {
            row(view);
        }
        return;
    }
    let plain: Vec<(usize, String)> = escaped
        .iter()
        .filter_map(|i| view.cells.get(*i).map(|cell| (*i, unescape(cell.text))))
        .collect();
    let mut cells: Vec<Cell<'_>> = view.cells.to_vec();
    for (index, text) in &plain {
        if let Some(cell) = cells.get_mut(*index) {
            *cell = Cell::text(text);
        }
    }
    pass(
        RowView {
            cells: &cells,
            ..view
        },
        &[],
        row,
    );
}

/// Text of a quoted field from behind its opening quote: `a""b"c` reads `a"bc`.
fn unescape(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('"') {
        plain.push_str(before);
        let Some(doubled) = after.strip_prefix('"') else {
            plain.push_str(after);
            return plain;
        };
        plain.push('"');
        rest = doubled;
    }
    plain.push_str(rest);
    plain
}

/// Walks through the fields of whole records.
struct Fields<'a> {
    text: &'a str,
    at: usize,
    marks: Marks,
}

struct Field<'a> {
    text: &'a str,
    escaped: bool,
    last: bool,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> Field<'a> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if bytes.get(start) == Some(&b'"')
            && let Some(after) = close(bytes, start + 1)
        {
            return self.quoted(start + 1, after);
        }
        let (end, last) = self.ends(start);
        Field {
            text: self.slice(start, end),
            escaped: false,
            last,
        }
    }

    /// Moves behind the field that goes on at `from`; its end, and whether the record ends there.
    fn ends(&mut self, from: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let Some(at) = find2(bytes, from, self.marks.delimiter, self.marks.eol) else {
            self.at = bytes.len();
            return (without_return(bytes, from, bytes.len()), true);
        };
        self.at = at + 1;
        if bytes.get(at) == Some(&self.marks.delimiter) {
            return (at, false);
        }
        (without_return(bytes, from, at), true)
    }

    fn quoted(&mut self, start: usize, after: usize) -> Field<'a> {
        let (end, last) = self.ends(after);
        let closed = after - 1;
        let inner = self.slice(start, closed);
        if end == after && memchr(b'"', inner.as_bytes()).is_none() {
            return Field {
                text: inner,
                escaped: false,
                last,
            };
        }
        Field {
            text: self.slice(start, end),
            escaped: true,
            last,
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}

fn without_return(bytes: &[u8], from: usize, end: usize) -> usize {
    match end.checked_sub(1).and_then(|i| bytes.get(i)) {
        Some(b'\r') if end > from => end - 1,
        _ => end,
    }
}
