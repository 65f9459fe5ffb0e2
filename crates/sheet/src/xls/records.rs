//! The record stream of a BIFF8 workbook.

use super::container::Bytes;
use crate::Refused;

pub(super) const CONTINUE: u16 = 0x003C;
const BLOCK: usize = 64 << 10;
/// A record holds no more than this; longer texts go on in `CONTINUE` records.
const RECORD_BYTES: usize = 8_224;

/// Reads record after record; the body of the last one is in `body`.
#[derive(Debug)]
pub(super) struct Records {
    bytes: Bytes,
    block: Vec<u8>,
    block_start: usize,
    at: usize,
    pub(super) body: Vec<u8>,
}

impl Records {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self {
            bytes,
            block: Vec::new(),
            block_start: 0,
            at: 0,
            body: Vec::new(),
        }
    }

    /// Where the next record begins.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn go_to(&mut self, place: usize) {
        self.at = place;
    }

    fn window(&mut self, at: usize, len: usize) -> Result<Option<&[u8]>, Refused> {
        if at.saturating_add(len) > self.bytes.len() {
            return Ok(None);
        }
        if at < self.block_start || at + len > self.block_start + self.block.len() {
            self.block.clear();
            self.block_start = at;
            self.bytes.read(at, BLOCK.max(len), &mut self.block)?;
        }
        let from = at - self.block_start;
        Ok(self.block.get(from..from + len))
    }

    /// The kind of the next record, without moving on.
    pub(super) fn peek(&mut self) -> Result<Option<u16>, Refused> {
        let at = self.at;
        Ok(match self.window(at, 2)? {
            Some([low, high]) => Some(u16::from_le_bytes([*low, *high])),
            _ => None,
        })
    }

    /// Moves to the next record; `None` where the stream ends, be it in the middle of one.
    pub(super) fn next(&mut self) -> Result<Option<u16>, Refused> {
        let at = self.at;
        let Some(&[a, b, c, d]) = self.window(at, 4)? else {
            return Ok(None);
        };
        let (kind, len) = (
            u16::from_le_bytes([a, b]),
            usize::from(u16::from_le_bytes([c, d])),
        );
        if len > RECORD_BYTES {
            return Err(Refused::malformed("工作簿记录过长"));
        }
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        let found = self
            .window(at + 4, len)?
            .map(|bytes| body.extend_from_slice(bytes));
        self.body = body;
        self.at = at + 4 + len;
        Ok(found.map(|()| kind))
    }
}

/// Reads bytes that may go on in `CONTINUE` records.
#[derive(Debug)]
pub(super) struct Long<'a> {
    records: &'a mut Records,
    at: usize,
    limit: usize,
}

impl<'a> Long<'a> {
    /// Begins at `at` of the record in hand; no text may be longer than `limit` bytes.
    pub(super) fn new(records: &'a mut Records, at: usize, limit: usize) -> Self {
        Self { records, at, limit }
    }

    fn ready(&mut self) -> Result<bool, Refused> {
        let mut moved = false;
        while self.at >= self.records.body.len() {
            if self.records.peek()? != Some(CONTINUE) || self.records.next()?.is_none() {
                return Err(Refused::truncated("工作簿文字"));
            }
            self.at = 0;
            moved = true;
        }
        Ok(moved)
    }

    fn byte(&mut self) -> Result<u8, Refused> {
        self.ready()?;
        let byte = self.records.body.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Refused> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Refused> {
        Ok(u32::from(self.u16()?) | (u32::from(self.u16()?) << 16))
    }

    fn skip(&mut self, mut len: usize) -> Result<(), Refused> {
        while len > 0 {
            self.ready()?;
            let step = len.min(self.records.body.len() - self.at);
            self.at += step;
            len -= step;
        }
        Ok(())
    }

    /// A text with its length before it, without its formatting runs and phonetic reading.
    pub(super) fn text(&mut self, into: &mut String) -> Result<(), Refused> {
        let chars = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 {
            usize::from(self.u16()?)
        } else {
            0
        };
        let extra = if flags & 4 != 0 {
            self.u32()? as usize
        } else {
            0
        };
        self.chars(chars, flags, into)?;
        self.skip(runs * 4)?;
        self.skip(extra)
    }

    /// Each `CONTINUE` inside the characters begins with a flag of its own.
    fn chars(&mut self, mut left: usize, flags: u8, into: &mut String) -> Result<(), Refused> {
        let mut wide = flags & 1 != 0;
        let mut units: Vec<u16> = Vec::with_capacity(left.min(RECORD_BYTES));
        while left > 0 {
            if self.ready()? {
                wide = self.byte()? & 1 != 0;
                continue;
            }
            units.push(if wide {
                self.u16()?
            } else {
                u16::from(self.byte()?)
            });
            left -= 1;
        }
        into.clear();
        into.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        if into.len() > self.limit {
            return Err(Refused::SharedStrings { limit: self.limit });
        }
        Ok(())
    }
}
