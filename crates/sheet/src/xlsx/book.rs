//! The small parts of a workbook: its sheets, its styles and its shared strings.

use std::collections::HashMap;

use super::package::Package;
use super::xml::{Escaped, Event, Xml, unescape, without_hex_escapes};
use crate::serial::{self, Epoch};
use crate::strings::SharedStrings;
use crate::{Limits, Refused};

const SHEETS: usize = 1_000;
const STYLES: usize = 1 << 16;

#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) epoch: Epoch,
    pub(crate) strings_part: Option<String>,
    pub(crate) styles_part: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) part: String,
    pub(crate) hidden: bool,
}

/// A relationship between parts.
struct Link {
    id: String,
    kind: String,
    target: String,
}

pub(crate) fn read(package: &Package) -> Result<Book, Refused> {
    let root = links(package, "_rels/.rels", "")?;
    let part = root
        .into_iter()
        .find(|l| l.kind.ends_with("/officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |l| l.target);
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
    let links = links(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
    let mut book = Book {
        sheets: Vec::new(),
        epoch: Epoch::From1900,
        strings_part: None,
        styles_part: None,
    };
    let target = |kind: &str| {
        links
            .iter()
            .find(|l| l.kind.ends_with(kind))
            .map(|l| l.target.clone())
    };
    book.strings_part = target("/sharedStrings").filter(|p| package.has(p));
    book.styles_part = target("/styles").filter(|p| package.has(p));
    read_sheets(package, &part, &links, &mut book)?;
    Ok(book)
}

fn read_sheets(
    package: &Package,
    part: &str,
    links: &[Link],
    book: &mut Book,
) -> Result<(), Refused> {
    let mut xml = Xml::new(package.part(part)?);
    while let Some(event) = xml.next()? {
        let Event::Open { name, attrs, .. } = event else {
            continue;
        };
        match name {
            b"workbookPr" => {
                if matches!(attrs.raw(b"date1904"), Some(b"1" | b"true")) {
                    book.epoch = Epoch::From1904;
                }
            }
            b"sheet" => {
                let id = attrs.text(b"id")?.unwrap_or_default();
                let link = links
                    .iter()
                    .find(|l| l.id == id && l.kind.ends_with("/worksheet"));
                let Some(link) = link else { continue };
                let hidden = attrs.raw(b"state").is_some_and(|state| state != b"visible");
                let name = attrs.text(b"name")?.unwrap_or_default();
                book.sheets.push(Sheet {
                    name,
                    part: link.target.clone(),
                    hidden,
                });
                if book.sheets.len() > SHEETS {
                    return Err(Refused::malformed("工作表过多"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn links(package: &Package, part: &str, folder: &str) -> Result<Vec<Link>, Refused> {
    let mut links = Vec::new();
    if !package.has(part) {
        return Ok(links);
    }
    let mut xml = Xml::new(package.part(part)?);
    while let Some(event) = xml.next()? {
        let Event::Open {
            name: b"Relationship",
            attrs,
            ..
        } = event
        else {
            continue;
        };
        let target = attrs.text(b"Target")?.unwrap_or_default();
        let kind = attrs.text(b"Type")?.unwrap_or_default();
        if attrs.raw(b"TargetMode").is_some_and(|m| m == b"External") {
            if kind.ends_with("/worksheet") || kind.ends_with("/officeDocument") {
                return Err(Refused::ExternalLink {
                    name: target.chars().take(80).collect(),
                });
            }
            continue;
        }
        let id = attrs.text(b"Id")?.unwrap_or_default();
        links.push(Link {
            id,
            kind,
            target: resolve(folder, &target)?,
        });
        if links.len() > SHEETS * 4 {
            return Err(Refused::malformed("工作簿内的关联过多"));
        }
    }
    Ok(links)
}

fn resolve(folder: &str, target: &str) -> Result<String, Refused> {
    if target.split(['/', '\\']).any(|part| part == "..") {
        // Links from `xl/` to its parents exist (`../customXml`), but no part we read lies there.
        return Ok(String::new());
    }
    Ok(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    })
}

/// For each cell style, whether its numbers are shown as dates.
pub(crate) fn date_styles(package: &Package, part: &str) -> Result<Vec<bool>, Refused> {
    let mut xml = Xml::new(package.part(part)?);
    let mut custom: HashMap<u32, bool> = HashMap::new();
    let mut styles = Vec::new();
    let mut cell_styles = false;
    while let Some(event) = xml.next()? {
        match event {
            Event::Open {
                name: b"numFmt",
                attrs,
                ..
            } if custom.len() < STYLES => {
                if let (Some(id), Some(code)) =
                    (attrs.number(b"numFmtId"), attrs.text(b"formatCode")?)
                {
                    custom.insert(id, serial::format_is_date(&code));
                }
            }
            Event::Open {
                name: b"cellXfs", ..
            } => cell_styles = true,
            Event::Close(b"cellXfs") => cell_styles = false,
            Event::Open {
                name: b"xf", attrs, ..
            } if cell_styles && styles.len() < STYLES => {
                let id = attrs.number(b"numFmtId").unwrap_or(0);
                let own = custom.get(&id).copied();
                let builtin = u16::try_from(id).is_ok_and(serial::builtin_is_date);
                styles.push(own.unwrap_or(builtin));
            }
            _ => {}
        }
    }
    Ok(styles)
}

pub(crate) fn strings(
    package: &Package,
    part: Option<&str>,
    limits: &Limits,
) -> Result<SharedStrings, Refused> {
    let mut strings = SharedStrings::new(limits.shared_strings_bytes);
    let Some(part) = part else { return Ok(strings) };
    let mut xml = Xml::new(package.part(part)?);
    let mut text = RichText::default();
    let mut ended = false;
    while let Some(event) = xml.next()? {
        match event {
            Event::Open {
                name: b"si", empty, ..
            } => {
                text.clear();
                if empty {
                    strings.push("")?;
                }
            }
            Event::Close(b"si") => {
                if text.joined().len() > limits.cell_bytes {
                    return Err(Refused::SharedStrings {
                        limit: limits.cell_bytes,
                    });
                }
                strings.push(text.joined())?;
            }
            Event::Close(b"sst") => ended = true,
            Event::Open {
                name: b"sst",
                empty: true,
                ..
            } => ended = true,
            other => text.take(other, limits.cell_bytes)?,
        }
    }
    if !ended {
        return Err(Refused::truncated(part));
    }
    Ok(strings)
}

/// Joins the runs of a rich text and leaves its phonetic readings out.
#[derive(Debug, Default)]
pub(crate) struct RichText {
    raw: String,
    joined: String,
    inside: bool,
    phonetic: bool,
}

impl RichText {
    pub(crate) fn clear(&mut self) {
        self.raw.clear();
        self.joined.clear();
        self.inside = false;
        self.phonetic = false;
    }

    pub(crate) fn take(&mut self, event: Event<'_>, limit: usize) -> Result<(), Refused> {
        match event {
            Event::Open {
                name: b"t",
                empty: false,
                ..
            } => self.inside = !self.phonetic,
            Event::Close(b"t") => self.inside = false,
            Event::Open {
                name: b"rPh",
                empty: false,
                ..
            } => self.phonetic = true,
            Event::Close(b"rPh") => self.phonetic = false,
            // What goes beyond the limit by far is not kept; the caller refuses the whole.
            Event::Text(raw, escaped) if self.inside && self.joined.len() <= limit => {
                self.raw.clear();
                match escaped {
                    Escaped::Yes => unescape(raw, &mut self.raw)?,
                    Escaped::No => self.raw.push_str(&String::from_utf8_lossy(raw)),
                }
                without_hex_escapes(&self.raw, &mut self.joined);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a text that is one run by itself.
    pub(crate) fn single(&mut self, raw: &[u8]) -> Result<(), Refused> {
        self.raw.clear();
        unescape(raw, &mut self.raw)?;
        without_hex_escapes(&self.raw, &mut self.joined);
        Ok(())
    }

    pub(crate) fn joined(&self) -> &str {
        &self.joined
    }
}
