//! XLSX, read as a stream: one thread inflates the sheet, the caller's thread reads its rows.

mod book;
pub(crate) mod package;
mod rows;
mod xml;

use std::fs::File;
use std::sync::mpsc::{Receiver, sync_channel};

use memchr::memmem;
use package::{Package, Part};
pub(crate) use rows::Reader;
pub(crate) use rows::name as cell_name;
use rows::{Cells, Context};
use xml::{Blocks, Event, Xml};

use crate::merged::{Area, Merged};
use crate::table::{self, Found, Head};
use crate::{Limits, Refused};

/// Size of the blocks that go from the inflating thread to the reading one, and how many wait.
const BLOCK: usize = 256 << 10;
const WAITING: usize = 3;

pub(crate) fn open(file: File, limits: &Limits) -> Result<Found<Reader>, Refused> {
    let package = Package::open(file, limits)?;
    kind(&package)?;
    prologs(&package)?;
    let book = book::read(&package)?;
    let (visible, hidden): (Vec<_>, Vec<_>) = book.sheets.iter().partition(|s| !s.hidden);
    if visible.is_empty() {
        return Err(Refused::NoSheet);
    }
    let strings = book::strings(&package, book.strings_part.as_deref(), limits)?;
    let dates = match &book.styles_part {
        Some(part) => book::date_styles(&package, part)?,
        None => Vec::new(),
    };
    let mut context = Context {
        strings,
        dates,
        epoch: book.epoch,
        limits: limits.clone(),
    };
    for sheet in visible.iter().take(table::SHEETS_TRIED) {
        let (back, head) = head(&package, &sheet.part, context, limits)?;
        context = back;
        let Some(head) = head else { continue };
        let merged = merged(&package, &sheet.part)?;
        let cells = Cells::new(
            Xml::new(inflate(package.part(&sheet.part)?.checked())),
            context,
        );
        let reader = Reader::new(cells, head.header.len(), head.row, merged);
        let others = visible
            .iter()
            .map(|s| s.name.as_str())
            .filter(|n| *n != sheet.name);
        let notes = table::sheet_notes(hidden.iter().map(|s| s.name.as_str()), others);
        return Ok(Found {
            reader,
            head,
            sheet: sheet.name.clone(),
            notes,
        });
    }
    Err(Refused::NoHeader)
}

/// A zip file may be many things; each gets its own answer.
fn kind(package: &Package) -> Result<(), Refused> {
    let has = |name| package.has(name);
    if has("xl/vbaProject.bin") {
        return Err(Refused::Unsupported {
            found: "含宏的工作簿（XLSM）",
        });
    }
    if has("xl/workbook.bin") {
        return Err(Refused::Unsupported {
            found: "二进制工作簿（XLSB）",
        });
    }
    if has("word/document.xml") {
        return Err(Refused::NotATable {
            found: "Word 文档"
        });
    }
    if has("ppt/presentation.xml") {
        return Err(Refused::NotATable {
            found: "演示文稿"
        });
    }
    if has("content.xml") && has("mimetype") {
        return Err(Refused::Unsupported {
            found: "OpenDocument 表格（ODS）",
        });
    }
    if !has("[Content_Types].xml") {
        return Err(Refused::NotATable { found: "压缩包" });
    }
    Ok(())
}

/// A DTD can stand only before the first element. Parts we read are watched to their end; this
/// looks at the beginning of all the others too, because such a workbook is no accident.
fn prologs(package: &Package) -> Result<(), Refused> {
    let xml =
        |name: &&str| name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml");
    for name in package.names().filter(xml) {
        let mut start = Vec::with_capacity(1024);
        let Ok(mut part) = package.part(name) else {
            continue;
        };
        // A damaged part that nobody reads does no harm; one that is read is refused there.
        let _ = part.fill(&mut start);
        if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") || start.contains(&0) {
            return Err(Refused::malformed(format!("{name} 不是 UTF-8 编码")));
        }
        let declares = |mark: &[u8]| memmem::find(&start, mark).is_some();
        if declares(b"<!DOCTYPE") || declares(b"<!ENTITY") {
            return Err(Refused::Entity {
                part: name.to_owned(),
            });
        }
    }
    Ok(())
}

/// Looks at the first rows of a sheet; `None` where it has nothing that could be a header.
fn head(
    package: &Package,
    part: &str,
    context: Context,
    limits: &Limits,
) -> Result<(Context, Option<Head>), Refused> {
    let mut cells = Cells::new(Xml::new(package.part(part)?), context);
    let rows = cells.first(table::TITLE_ROWS, limits.columns as usize + 1)?;
    let head = match table::head(rows, limits) {
        Err(Refused::NoHeader) => None,
        other => Some(other?),
    };
    Ok((cells.into_context(), head))
}

/// Merged areas stand behind the rows they concern, so the sheet is run through once before it is
/// read; that costs its inflation and nothing else.
fn merged(package: &Package, name: &str) -> Result<Merged, Refused> {
    const END: &[u8] = b"sheetData>";
    let mut part = package.part(name)?;
    let mut merged = Merged::default();
    let mut block = Vec::with_capacity(BLOCK);
    let end = memmem::Finder::new(END);
    loop {
        let keep = block.len().min(END.len());
        block.drain(..block.len() - keep);
        if part.fill(&mut block)? == 0 {
            break;
        }
        if let Some(at) = closing(&end, &block) {
            block.drain(..at);
            read_merged(&mut part, block, &mut merged)?;
            break;
        }
    }
    package.forget(part.unpacked());
    Ok(merged)
}

fn closing(end: &memmem::Finder<'_>, block: &[u8]) -> Option<usize> {
    end.find_iter(block)
        .find(|at| {
            let before = at.checked_sub(1).and_then(|i| block.get(i));
            matches!(before, Some(b'/' | b':'))
        })
        .map(|at| at + end.needle().len())
}

fn read_merged(part: &mut Part, rest: Vec<u8>, merged: &mut Merged) -> Result<(), Refused> {
    let mut xml = Xml::after(part, rest);
    while let Some(event) = xml.next()? {
        let Event::Open {
            name: b"mergeCell",
            attrs,
            ..
        } = event
        else {
            continue;
        };
        let Some(area) = attrs.raw(b"ref").and_then(area) else {
            continue;
        };
        merged.push(area)?;
    }
    Ok(())
}

/// `B2:C4`
fn area(reference: &[u8]) -> Option<Area> {
    let colon = memchr::memchr(b':', reference)?;
    let (from, to) = reference.split_at(colon);
    let (top, left) = rows::address(from)?;
    let (bottom, right) = rows::address(to.get(1..)?)?;
    Some(Area {
        top: top?,
        bottom: bottom?,
        left,
        right,
    })
}

/// The inflating thread's end of a bounded channel.
#[derive(Debug)]
pub(crate) struct Inflated {
    blocks: Receiver<Result<Vec<u8>, Refused>>,
    name: String,
}

/// The thread ends with the part, with the first error, or when the reader is dropped.
fn inflate(mut part: Part) -> Inflated {
    let (sender, blocks) = sync_channel(WAITING);
    let name = part.name().to_owned();
    std::thread::spawn(move || {
        loop {
            let mut block = Vec::with_capacity(BLOCK);
            let filled = part.fill(&mut block);
            let last = !matches!(filled, Ok(1..));
            let sent = match filled {
                Ok(0) => break,
                Ok(_) => sender.send(Ok(block)),
                Err(refused) => sender.send(Err(refused)),
            };
            if last || sent.is_err() {
                break;
            }
        }
    });
    Inflated { blocks, name }
}

impl Blocks for Inflated {
    fn more(&mut self, into: &mut Vec<u8>) -> Result<bool, Refused> {
        match self.blocks.recv() {
            Ok(block) => {
                let block = block?;
                if into.is_empty() {
                    *into = block;
                } else {
                    into.extend_from_slice(&block);
                }
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Blocks for &mut Part {
    fn more(&mut self, into: &mut Vec<u8>) -> Result<bool, Refused> {
        (**self).more(into)
    }

    fn name(&self) -> &str {
        (**self).name()
    }
}
