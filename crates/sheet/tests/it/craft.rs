//! Files made for one test, honest and otherwise.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use domain::intake::Form;
use sheet::{Limits, Refused, Table};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// An open file without a name, holding `bytes`.
pub fn file(bytes: &[u8]) -> File {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("sheet-it-{}-{number}", std::process::id()));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .expect("temp file");
    std::fs::remove_file(&path).expect("unlink");
    file.write_all(bytes).expect("write");
    file.seek(SeekFrom::Start(0)).expect("seek");
    file
}

pub fn content(mut file: File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).expect("seek");
    file.read_to_end(&mut bytes).expect("read");
    bytes
}

pub fn open(bytes: &[u8]) -> Result<Table, Refused> {
    sheet::open_file(file(bytes), &Limits::default())
}

/// One row as owned values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<(String, Form)>,
    pub surplus: bool,
}

impl Row {
    pub fn texts(&self) -> Vec<&str> {
        self.cells.iter().map(|(text, _)| text.as_str()).collect()
    }
}

pub fn rows(table: &mut Table) -> Result<Vec<Row>, Refused> {
    let mut all = Vec::new();
    while let Some(batch) = table.next()? {
        batch.each(|row| {
            assert_eq!(row.cells.len(), table.header().len());
            let cells = row
                .cells
                .iter()
                .map(|c| (c.text.to_owned(), c.form))
                .collect();
            all.push(Row {
                number: row.number,
                cells,
                surplus: row.surplus,
            });
        })?;
    }
    Ok(all)
}

pub fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>), Refused> {
    read_under(bytes, &Limits::default())
}

pub fn read_under(bytes: &[u8], limits: &Limits) -> Result<(Vec<String>, Vec<Row>), Refused> {
    let mut table = sheet::open_file(file(bytes), limits)?;
    let rows = rows(&mut table)?;
    Ok((table.header().to_vec(), rows))
}

pub fn refusal(bytes: &[u8]) -> Refused {
    read(bytes).expect_err("should be refused")
}

/// A workbook of which each part can be replaced.
pub struct Craft {
    parts: Vec<(String, Vec<u8>)>,
    sheets: Vec<(String, &'static str, String)>,
    pub book: String,
}

pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Craft {
    pub fn new() -> Self {
        Self {
            parts: Vec::new(),
            sheets: Vec::new(),
            book: String::new(),
        }
    }

    /// One visible sheet with these rows, and whatever stands behind them.
    pub fn sheet(rows: &str, tail: &str) -> Self {
        Self::new().and_sheet("数据", "visible", rows, tail)
    }

    pub fn and_sheet(mut self, name: &str, state: &'static str, rows: &str, tail: &str) -> Self {
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData>{tail}</worksheet>"
        );
        self.sheets.push((name.to_owned(), state, xml));
        self
    }

    pub fn part(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.parts.push((name.to_owned(), content.into()));
        self
    }

    pub fn strings(self, items: &str) -> Self {
        let xml = format!(
            "<?xml version=\"1.0\"?><sst xmlns=\"{MAIN}\" count=\"9999999\" uniqueCount=\"4294967295\">{items}</sst>"
        );
        self.part("xl/sharedStrings.xml", xml)
    }

    pub fn build(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let own = |name: &str| self.parts.iter().any(|(n, _)| n == name);
        for (name, content) in self
            .standard()
            .iter()
            .filter(|(n, _)| !own(n))
            .chain(&self.parts)
        {
            let method =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(name.as_str(), method).expect("part");
            zip.write_all(content).expect("content");
        }
        zip.finish().expect("zip").into_inner()
    }

    fn standard(&self) -> Vec<(String, Vec<u8>)> {
        let mut sheets = String::new();
        let mut links = String::new();
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
            (
                "_rels/.rels".to_owned(),
                format!("<Relationships><Relationship Id=\"rId1\" Type=\"{REL}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").into_bytes(),
            ),
        ];
        for (index, (name, state, xml)) in self.sheets.iter().enumerate() {
            let id = index + 1;
            sheets += &format!(
                "<sheet name=\"{name}\" sheetId=\"{id}\" state=\"{state}\" r:id=\"rId{id}\"/>"
            );
            links += &format!(
                "<Relationship Id=\"rId{id}\" Type=\"{REL}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
            );
            parts.push((
                format!("xl/worksheets/sheet{id}.xml"),
                xml.clone().into_bytes(),
            ));
        }
        for (part, kind) in [
            ("sharedStrings.xml", "sharedStrings"),
            ("styles.xml", "styles"),
        ] {
            links += &format!(
                "<Relationship Id=\"{kind}\" Type=\"{REL}/{kind}\" Target=\"/xl/{part}\"/>"
            );
        }
        let book = format!(
            "<?xml version=\"1.0\"?><workbook xmlns=\"{MAIN}\" xmlns:r=\"{REL}\">{}<sheets>{sheets}</sheets></workbook>",
            self.book
        );
        parts.push(("xl/workbook.xml".to_owned(), book.into_bytes()));
        parts.push((
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships>{links}</Relationships>").into_bytes(),
        ));
        parts
    }
}

/// Inline text cells in one row.
pub fn row(number: u32, texts: &[&str]) -> String {
    let cells: String = texts
        .iter()
        .map(|t| format!("<c t=\"inlineStr\"><is><t>{t}</t></is></c>"))
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

/// A BIFF8 workbook in a compound file.
pub struct Biff(Vec<u8>);

impl Biff {
    pub fn record(&mut self, kind: u16, body: &[u8]) -> &mut Self {
        self.0.extend(kind.to_le_bytes());
        self.0
            .extend(u16::try_from(body.len()).expect("short").to_le_bytes());
        self.0.extend(body);
        self
    }

    fn bof(&mut self, kind: u16) -> &mut Self {
        let mut body = vec![0; 16];
        body[..2].copy_from_slice(&0x0600_u16.to_le_bytes());
        body[2..4].copy_from_slice(&kind.to_le_bytes());
        self.record(0x0809, &body)
    }

    /// `globals` and `cells` write what they like between the frame records.
    pub fn workbook(globals: impl Fn(&mut Biff), cells: impl Fn(&mut Biff)) -> Vec<u8> {
        let write = |place: u32| {
            let mut biff = Biff(Vec::new());
            biff.bof(5);
            globals(&mut biff);
            let mut sheet = place.to_le_bytes().to_vec();
            sheet.extend([0, 0, 6, 0]);
            sheet.extend(b"Sheet1");
            biff.record(0x0085, &sheet).record(0x000A, &[]);
            let start = u32::try_from(biff.0.len()).expect("small");
            biff.bof(0x10);
            cells(&mut biff);
            biff.record(0x000A, &[]);
            (biff.0, start)
        };
        let (_, start) = write(0);
        write(start).0
    }

    pub fn cell(&mut self, kind: u16, row: u16, column: u16, xf: u16, body: &[u8]) -> &mut Self {
        let mut whole = Vec::new();
        for number in [row, column, xf] {
            whole.extend(number.to_le_bytes());
        }
        whole.extend(body);
        self.record(kind, &whole)
    }

    /// A text cell outside the shared strings.
    pub fn label(&mut self, row: u16, column: u16, text: &str) -> &mut Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut body = u16::try_from(units.len())
            .expect("short")
            .to_le_bytes()
            .to_vec();
        body.push(1);
        body.extend(units.iter().flat_map(|u| u.to_le_bytes()));
        self.cell(0x0204, row, column, 0, &body)
    }
}

pub fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut ole = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))
        .expect("ole");
    for (name, bytes) in streams {
        ole.create_stream(name)
            .expect("stream")
            .write_all(bytes)
            .expect("content");
    }
    ole.flush().expect("flush");
    ole.into_inner().into_inner()
}
