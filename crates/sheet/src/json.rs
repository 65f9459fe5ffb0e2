//! Rows as JSON: `[{…}, …]`, `{"rows": [{…}, …]}` or one object after another.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use domain::intake::Form;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::batch::{Batch, Body, Rows};
use crate::limits::ROW_BYTES;
use crate::table::{Head, plain_name};
use crate::text::TextReader;
use crate::{Encoding, Limits, Refused};

const BLOCK: usize = 256 << 10;
/// Keys of one object; far above any table, and what keeps a hostile object cheap.
const KEYS: usize = 4_096;

/// Reads object after object; keys unknown to the first object make a row surplus.
#[derive(Debug)]
pub(crate) struct Reader {
    frames: Frames,
    header: Vec<String>,
    row: u32,
    rows: u32,
    cell_bytes: usize,
    ended: bool,
}

/// A JSON table begins with an object, alone or in an array; `[编号],…` is a CSV header.
pub(crate) fn looks_like(file: &mut File, encoding: Encoding) -> Result<bool, Refused> {
    let start = file.stream_position()?;
    let mut bytes = Vec::with_capacity(1024);
    file.by_ref().take(1024).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(start))?;
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        bytes.retain(|b| *b != 0);
    }
    let mut signs = bytes.iter().filter(|b| !b.is_ascii_whitespace());
    let pair = (signs.next(), signs.next());
    Ok(matches!(
        pair,
        (Some(b'['), Some(b'{' | b']')) | (Some(b'{'), Some(b'"' | b'}'))
    ))
}

pub(crate) fn open(
    file: File,
    encoding: Encoding,
    limits: &Limits,
) -> Result<(Reader, Head), Refused> {
    let mut frames = Frames::open(TextReader::utf8(file, encoding))?;
    let first = frames.object(1)?.ok_or(Refused::NoHeader)?;
    let pairs = parse(frames.bytes(first), 1)?;
    let names = pairs.iter().map(|(key, _)| key.clone()).collect();
    let head = Head::of(0, names, limits)?;
    let header = head.header.clone();
    let reader = Reader {
        frames,
        header,
        row: 0,
        rows: limits.rows,
        cell_bytes: limits.cell_bytes,
        ended: false,
    };
    Ok((reader, head))
}

impl Reader {
    pub(crate) fn next(&mut self) -> Result<Option<Batch>, Refused> {
        let mut rows = Rows::new(self.header.len());
        while !self.ended && !rows.full() {
            let number = self.row + 1;
            let Some(frame) = self.frames.object(number)? else {
                self.ended = true;
                break;
            };
            if number > self.rows {
                return Err(Refused::TooManyRows { limit: self.rows });
            }
            let end = frame.end;
            self.read(frame, number, &mut rows)?;
            self.frames.at = end;
            self.row = number;
        }
        Ok((!rows.is_empty()).then_some(Batch(Body::Rows(rows))))
    }

    fn read(&self, frame: Range<usize>, number: u32, rows: &mut Rows) -> Result<(), Refused> {
        for (index, (key, value)) in parse(self.frames.bytes(frame), number)?.iter().enumerate() {
            let raw = value.get();
            let column = self.column(index, key);
            match raw.as_bytes().first() {
                Some(b'{' | b'[') => {
                    return Err(Refused::Nested {
                        row: number,
                        key: key.clone(),
                    });
                }
                Some(b'"') => {
                    let text: String =
                        serde_json::from_str(raw).map_err(|_| Refused::BadJson { row: number })?;
                    self.check(text.len(), number)?;
                    rows.put(column, &text, Form::Text);
                }
                Some(b'n') => {}
                _ => {
                    self.check(raw.len(), number)?;
                    rows.put(column, raw, Form::Text);
                }
            }
        }
        rows.close(number);
        Ok(())
    }

    fn check(&self, len: usize, row: u32) -> Result<(), Refused> {
        if len > self.cell_bytes {
            return Err(Refused::LongCell {
                row,
                limit: self.cell_bytes,
            });
        }
        Ok(())
    }

    /// Keys usually stand in the order of the header, so the place is tried before the search.
    fn column(&self, index: usize, key: &str) -> usize {
        if self.header.get(index).is_some_and(|name| name == key) {
            return index;
        }
        let plain = plain_name(key);
        self.header
            .iter()
            .position(|name| *name == plain)
            .unwrap_or(usize::MAX)
    }
}

fn parse(bytes: &[u8], row: u32) -> Result<Vec<(String, &RawValue)>, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::Encoding { row })?;
    let Pairs(pairs) = serde_json::from_str(text).map_err(|_| Refused::BadJson { row })?;
    Ok(pairs)
}

/// An object's members in the order of the file.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    if pairs.len() >= KEYS {
                        return Err(serde::de::Error::custom("too many keys"));
                    }
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(InOrder)
    }
}

/// Cuts the text into the objects of the outermost array, by brackets and quotes alone.
#[derive(Debug)]
struct Frames {
    source: TextReader,
    bytes: Vec<u8>,
    at: usize,
    ended: bool,
    array: bool,
}

impl Frames {
    fn open(source: TextReader) -> Result<Self, Refused> {
        let mut frames = Self {
            source,
            bytes: Vec::new(),
            at: 0,
            ended: false,
            array: false,
        };
        frames.fill()?;
        let bytes = frames.bytes.as_slice();
        if let Some(rest) = array_start(bytes.trim_ascii_start()) {
            frames.at = bytes.len() - rest.len();
            frames.array = true;
        }
        Ok(frames)
    }

    fn fill(&mut self) -> Result<(), Refused> {
        self.bytes.drain(..self.at);
        self.at = 0;
        self.ended = self.source.fill(&mut self.bytes, BLOCK)? == 0;
        Ok(())
    }

    fn bytes(&self, frame: Range<usize>) -> &[u8] {
        self.bytes.get(frame).unwrap_or_default()
    }

    /// The next object; the caller moves `at` behind it when it is done with it.
    fn object(&mut self, row: u32) -> Result<Option<Range<usize>>, Refused> {
        loop {
            match self.gap() {
                Some(b'{') => break,
                Some(b']') if self.array => return Ok(None),
                Some(_) => return Err(Refused::BadJson { row }),
                None if !self.ended => self.fill()?,
                None if self.array => return Err(Refused::truncated("JSON 数组没有结束")),
                None => return Ok(None),
            }
        }
        loop {
            if let Some(len) = object_len(self.bytes(self.at..self.bytes.len())) {
                return Ok(Some(self.at..self.at + len));
            }
            if self.ended {
                return Err(Refused::truncated(format!("第 {row} 条记录没有结束")));
            }
            if self.bytes.len() - self.at > ROW_BYTES {
                return Err(Refused::LongRow {
                    row,
                    limit: ROW_BYTES,
                });
            }
            self.fill()?;
        }
    }

    /// Moves over what may stand between two objects and shows what follows.
    fn gap(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            let between = byte.is_ascii_whitespace() || (self.array && *byte == b',');
            if !between {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }
}

/// What follows `[` or `{"rows":[`.
fn array_start(bytes: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = bytes.strip_prefix(b"[") {
        return Some(rest);
    }
    let rest = bytes.strip_prefix(b"{")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"rows\"")?.trim_ascii_start();
    rest.strip_prefix(b":")?
        .trim_ascii_start()
        .strip_prefix(b"[")
}

fn object_len(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
