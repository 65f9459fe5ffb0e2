//! A filed table, whatever its format: its header, and its rows batch by batch.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::{Batch, Encoding, Limits, Refused, delimited, json, text, xls, xlsx};

/// The formats departments file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Xls,
    Json,
}

/// What the answer must imitate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub format: Format,
    /// Of CSV and JSON; UTF-8 for workbooks.
    pub encoding: Encoding,
    /// Of CSV: `,`, `;` or a tab.
    pub delimiter: u8,
}

impl Layout {
    /// The answer's file name ends so. XLS is answered in XLSX.
    pub const fn extension(&self) -> &'static str {
        match self.format {
            Format::Csv => "csv",
            Format::Xlsx | Format::Xls => "xlsx",
            Format::Json => "json",
        }
    }

    /// The answer's media type.
    pub const fn media_type(&self) -> &'static str {
        match self.format {
            Format::Csv => "text/csv",
            Format::Json => "application/json",
            Format::Xlsx | Format::Xls => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        }
    }
}

/// An open table; the rows are read as they are asked for.
#[derive(Debug)]
pub struct Table {
    layout: Layout,
    head: Head,
    sheet: Option<String>,
    notes: Vec<String>,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Csv(Box<delimited::Reader>),
    Xlsx(Box<xlsx::Reader>),
    Xls(Box<xls::Reader>),
    Json(Box<json::Reader>),
}

/// Opens the table at `path`.
///
/// # Errors
/// When it is not a table we read, or is beyond the limits.
pub fn open(path: &Path, limits: &Limits) -> Result<Table, Refused> {
    open_file(File::open(path)?, limits)
}

/// Opens a table; the format is found from the content, never from a name.
///
/// # Errors
/// When it is not a table we read, or is beyond the limits.
pub fn open_file(mut file: File, limits: &Limits) -> Result<Table, Refused> {
    let bytes = file.metadata()?.len();
    if bytes > limits.file_bytes {
        return Err(Refused::TooLarge {
            bytes,
            limit: limits.file_bytes,
        });
    }
    let mut magic = Vec::with_capacity(1024);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(1024).read_to_end(&mut magic)?;
    match magic.as_slice() {
        [] => Err(Refused::Empty),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => open_xlsx(file, limits),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => open_xls(file, limits),
        other => match foreign(other) {
            Some(found) => Err(Refused::NotATable { found }),
            None => open_text(file, limits),
        },
    }
}

/// Kinds of file that clerks take for tables, or that carry a table's name.
fn foreign(magic: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 8] = [
        (b"%PDF", "PDF 文件"),
        (b"Rar!", "RAR 压缩包"),
        (b"7z\xBC\xAF", "7z 压缩包"),
        (b"\x1F\x8B", "GZIP 压缩包"),
        (b"\x89PNG", "图片"),
        (b"\xFF\xD8\xFF", "图片"),
        (b"{\\rtf", "RTF 文档"),
        (b"PK", "压缩包"),
    ];
    let plain = magic
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(magic)
        .trim_ascii_start();
    if plain.starts_with(b"<") {
        return Some("网页或 XML 格式的表格，请用电子表格软件打开后另存为 XLSX");
    }
    known
        .iter()
        .find(|(start, _)| magic.starts_with(start))
        .map(|(_, found)| *found)
}

fn open_xlsx(file: File, limits: &Limits) -> Result<Table, Refused> {
    let found = xlsx::open(file, limits)?;
    Ok(Table::workbook(
        Format::Xlsx,
        found.head,
        found.sheet,
        found.notes,
        Rows::Xlsx(Box::new(found.reader)),
    ))
}

fn open_xls(file: File, limits: &Limits) -> Result<Table, Refused> {
    let found = xls::open(file, limits)?;
    Ok(Table::workbook(
        Format::Xls,
        found.head,
        found.sheet,
        found.notes,
        Rows::Xls(Box::new(found.reader)),
    ))
}

fn open_text(mut file: File, limits: &Limits) -> Result<Table, Refused> {
    let encoding = text::detect(&mut file)?;
    if json::looks_like(&mut file, encoding)? {
        let (reader, head) = json::open(file, encoding, limits)?;
        let layout = Layout {
            format: Format::Json,
            encoding,
            delimiter: b',',
        };
        return Ok(Table::new(layout, head, Rows::Json(Box::new(reader))));
    }
    let (reader, head, delimiter) = delimited::open(file, encoding, limits)?;
    let layout = Layout {
        format: Format::Csv,
        encoding,
        delimiter,
    };
    Ok(Table::new(layout, head, Rows::Csv(Box::new(reader))))
}

/// What opening a workbook finds.
#[derive(Debug)]
pub(crate) struct Found<R> {
    pub(crate) reader: R,
    pub(crate) head: Head,
    pub(crate) sheet: String,
    pub(crate) notes: Vec<String>,
}

impl Table {
    fn new(layout: Layout, head: Head, rows: Rows) -> Self {
        let notes = head.note().into_iter().collect();
        Self {
            layout,
            head,
            sheet: None,
            notes,
            rows,
        }
    }

    fn workbook(
        format: Format,
        head: Head,
        sheet: String,
        mut notes: Vec<String>,
        rows: Rows,
    ) -> Self {
        notes.extend(head.note());
        let layout = Layout {
            format,
            encoding: Encoding::Utf8,
            delimiter: b',',
        };
        Self {
            layout,
            head,
            sheet: Some(sheet),
            notes,
            rows,
        }
    }

    /// Column names, trimmed, without the `*` that templates put on required ones. A column may
    /// have an empty name where the sheet has a gap.
    pub fn header(&self) -> &[String] {
        &self.head.header
    }

    /// Column names as the sender wrote them, for the answer.
    pub fn filed_header(&self) -> &[String] {
        &self.head.filed
    }

    /// Row number of the header, 1 unless title or empty rows stand above it.
    pub fn header_row(&self) -> u32 {
        self.head.row
    }

    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The sheet that was read, of workbooks.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// What the sender should know about how the file was read, in Chinese.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The next block of rows; `None` at the end. After a refusal the table is of no further use.
    ///
    /// # Errors
    /// When the rest of the file is damaged, hostile or beyond the limits.
    #[expect(
        clippy::should_implement_trait,
        reason = "reading can refuse; `?` reads better here"
    )]
    pub fn next(&mut self) -> Result<Option<Batch>, Refused> {
        match &mut self.rows {
            Rows::Csv(reader) => reader.next(),
            Rows::Xlsx(reader) => reader.next(),
            Rows::Xls(reader) => reader.next(),
            Rows::Json(reader) => reader.next(),
        }
    }
}

/// The header of a table and where it stood.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) row: u32,
    pub(crate) header: Vec<String>,
    filed: Vec<String>,
}

/// So many sheets are tried for one that has a header.
pub(crate) const SHEETS_TRIED: usize = 20;

/// So many rows are looked at for a header below a title.
pub(crate) const TITLE_ROWS: usize = 5;

/// Finds the header among the first rows. Departments like a merged title above it, so the first
/// row with two filled cells is taken, and the first row at all where there is none.
pub(crate) fn head(rows: Vec<(u32, Vec<String>)>, limits: &Limits) -> Result<Head, Refused> {
    let filled = |row: &[String]| row.iter().filter(|c| !c.trim().is_empty()).count();
    let index = rows.iter().position(|(_, row)| filled(row) > 1);
    let (row, cells) = rows
        .into_iter()
        .nth(index.unwrap_or(0))
        .ok_or(Refused::NoHeader)?;
    let width = cells
        .iter()
        .rposition(|c| !c.trim().is_empty())
        .ok_or(Refused::NoHeader)?
        + 1;
    if width > limits.columns as usize {
        return Err(Refused::TooManyColumns {
            limit: limits.columns,
        });
    }
    let filed: Vec<String> = cells.into_iter().take(width).collect();
    let header: Vec<String> = filed.iter().map(|name| plain_name(name)).collect();
    let mut seen = HashSet::new();
    if let Some(name) = header
        .iter()
        .find(|n| !n.is_empty() && !seen.insert(n.as_str()))
    {
        return Err(Refused::DuplicateHeader { name: name.clone() });
    }
    Ok(Head { row, header, filed })
}

pub(crate) fn plain_name(filed: &str) -> String {
    let marked = |c: char| c.is_whitespace() || matches!(c, '*' | '＊' | '\u{FEFF}');
    filed.trim_matches(marked).to_owned()
}

impl Head {
    pub(crate) fn of(row: u32, names: Vec<String>, limits: &Limits) -> Result<Self, Refused> {
        head(vec![(row, names)], limits)
    }

    fn note(&self) -> Option<String> {
        (self.row > 1).then(|| format!("以第 {} 行为表头，其上的行未读取", self.row))
    }
}

/// Names of sheets that were not read, so that nobody believes they were.
pub(crate) fn sheet_notes<'a>(
    hidden: impl Iterator<Item = &'a str>,
    others: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let hidden = some_names(hidden).map(|names| format!("已跳过隐藏的工作表：{names}"));
    let others = some_names(others).map(|names| format!("只读取一个工作表，未读取：{names}"));
    hidden.into_iter().chain(others).collect()
}

const NAMED: usize = 10;

fn some_names<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = names.collect();
    let named = all
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join("、");
    let more = if all.len() > NAMED {
        format!("等 {} 个", all.len())
    } else {
        String::new()
    };
    (!all.is_empty()).then(|| named + &more)
}
