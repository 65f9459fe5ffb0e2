//! The answer to a filing: the sender's own table with what became of each row beside it.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use domain::intake::Cell;
use encoding_rs::GB18030;
use rust_xlsxwriter::{Color, Format as Style, Workbook, XlsxError};

use crate::{Encoding, Format, Layout};

/// Heads of the two columns we add.
pub const STATE: &str = "处理结果";
pub const PROBLEMS: &str = "问题说明";

/// Writes the answer row by row; memory does not grow with it.
#[derive(Debug)]
pub struct Answer(Sink);

#[derive(Debug)]
enum Sink {
    Csv(Text),
    Xlsx(Box<Book>),
    Json {
        out: BufWriter<File>,
        encoding: Encoding,
        keys: Vec<String>,
        first: bool,
    },
}

#[derive(Debug)]
struct Text {
    out: BufWriter<File>,
    encoding: Encoding,
    delimiter: char,
    line: String,
}

struct Book {
    book: Workbook,
    style: Style,
    row: u32,
    out: File,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book")
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// Begins an answer in the layout of what was filed; XLS is answered in XLSX.
    ///
    /// # Errors
    /// When writing fails.
    pub fn create(layout: Layout, header: &[String], mut out: File) -> io::Result<Self> {
        let names = || header.iter().map(String::as_str).chain([STATE, PROBLEMS]);
        match layout.format {
            Format::Csv => {
                out.write_all(mark(layout.encoding))?;
                let mut text = Text {
                    out: BufWriter::new(out),
                    encoding: layout.encoding,
                    delimiter: char::from(layout.delimiter),
                    line: String::new(),
                };
                text.row(names())?;
                Ok(Self(Sink::Csv(text)))
            }
            Format::Xlsx | Format::Xls => {
                let mut book = Box::new(Book::new(out)?);
                book.head(names())?;
                Ok(Self(Sink::Xlsx(book)))
            }
            Format::Json => {
                out.write_all(mark(layout.encoding))?;
                let mut out = BufWriter::new(out);
                encode(&mut out, layout.encoding, "[")?;
                let keys = names().map(quoted).collect();
                Ok(Self(Sink::Json {
                    out,
                    encoding: layout.encoding,
                    keys,
                    first: true,
                }))
            }
        }
    }

    /// Writes one row of the sender's, followed by its state and what is wrong with it.
    ///
    /// # Errors
    /// When writing fails, or a workbook is full.
    pub fn row(&mut self, cells: &[Cell<'_>], state: &str, problems: &str) -> io::Result<()> {
        let texts = cells.iter().map(|c| c.text).chain([state, problems]);
        match &mut self.0 {
            Sink::Csv(text) => text.row(texts),
            Sink::Xlsx(book) => book.row(texts),
            Sink::Json {
                out,
                encoding,
                keys,
                first,
            } => {
                let mut object = String::from(if *first { "\n{" } else { ",\n{" });
                *first = false;
                for (index, (key, text)) in keys.iter().zip(texts).enumerate() {
                    if index > 0 {
                        object.push(',');
                    }
                    object.push_str(key);
                    object.push(':');
                    object.push_str(&quoted(text));
                }
                object.push('}');
                encode(out, *encoding, &object)
            }
        }
    }

    /// Completes the file. Without this call it cannot be read.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Sink::Csv(mut text) => text.out.flush(),
            Sink::Xlsx(book) => book.finish(),
            Sink::Json {
                mut out, encoding, ..
            } => {
                encode(&mut out, encoding, "\n]\n")?;
                out.flush()
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// UTF-16 cannot be told without its mark; UTF-8 gets one where the sender had it.
const fn mark(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 | Encoding::Gb18030 => b"",
        Encoding::Utf8Bom => b"\xEF\xBB\xBF",
        Encoding::Utf16Le => b"\xFF\xFE",
        Encoding::Utf16Be => b"\xFE\xFF",
    }
}

fn encode(out: &mut impl Write, encoding: Encoding, text: &str) -> io::Result<()> {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => out.write_all(text.as_bytes()),
        Encoding::Gb18030 => out.write_all(&GB18030.encode(text).0),
        Encoding::Utf16Le => text
            .encode_utf16()
            .try_for_each(|u| out.write_all(&u.to_le_bytes())),
        Encoding::Utf16Be => text
            .encode_utf16()
            .try_for_each(|u| out.write_all(&u.to_be_bytes())),
    }
}

impl Text {
    fn row<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> io::Result<()> {
        self.line.clear();
        for (index, text) in texts.enumerate() {
            if index > 0 {
                self.line.push(self.delimiter);
            }
            field(&mut self.line, text, self.delimiter);
        }
        self.line.push_str("\r\n");
        encode(&mut self.out, self.encoding, &self.line)
    }
}

fn field(line: &mut String, text: &str, delimiter: char) {
    if !text.contains(['"', '\n', '\r', delimiter]) {
        return line.push_str(text);
    }
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

fn fault(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

/// What one cell of a workbook may hold.
const CELL_CHARS: usize = 32_767;

impl Book {
    fn new(out: File) -> io::Result<Self> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().map_err(fault)?;
        sheet.set_freeze_panes(1, 0).map_err(fault)?;
        // Text for every cell: codes keep their digits, and nothing is taken for a formula.
        Ok(Self {
            book,
            style: Style::new().set_num_format("@"),
            row: 0,
            out,
        })
    }

    fn head<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let style = self
            .style
            .clone()
            .set_bold()
            .set_background_color(Color::RGB(0x00DD_EBF7));
        self.write(names, &style)
    }

    fn row<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let style = self.style.clone();
        self.write(texts, &style)
    }

    fn write<'a>(&mut self, texts: impl Iterator<Item = &'a str>, style: &Style) -> io::Result<()> {
        let sheet = self.book.worksheet_from_index(0).map_err(fault)?;
        for (column, text) in (0_u16..).zip(texts) {
            if !text.is_empty() {
                let text = fitting(text);
                sheet
                    .write_string_with_format(self.row, column, text, style)
                    .map_err(fault)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.book.save_to_writer(&mut self.out).map_err(fault)?;
        self.out.flush()
    }
}

fn fitting(text: &str) -> &str {
    match text.char_indices().nth(CELL_CHARS) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
