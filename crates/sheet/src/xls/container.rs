//! The compound file around an XLS workbook: sectors, chains and a directory.
//!
//! Read by us because every chain of a hostile file may be a ring: a stream is never followed for
//! more sectors than the file has.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use crate::bytes::{Fields, read_at};
use crate::limits::XLS_BYTES;
use crate::{Limits, Refused};

const HEADER_BYTES: usize = 512;
const MINI_SECTOR: usize = 64;
/// Streams below this lie in the small sectors; the format knows no other value.
const MINI_LIMIT: u32 = 4_096;
const LAST: u32 = 0xFFFF_FFFA;
const FREE: u32 = u32::MAX;
const DIRECTORY_ENTRIES: usize = 4_096;
const NAME_BYTES: usize = 64;

#[derive(Debug)]
pub(crate) struct Container {
    file: File,
    bytes: usize,
    sector: usize,
    sectors: usize,
    table: Vec<u32>,
    directory: Vec<Stream>,
    mini_limit: u32,
    mini_start: u32,
}

#[derive(Debug, Clone)]
struct Stream {
    name: String,
    start: u32,
    len: u64,
}

fn damaged() -> Refused {
    Refused::truncated("OLE 容器")
}

impl Container {
    pub(crate) fn open(mut file: File, limits: &Limits) -> Result<Self, Refused> {
        let bytes = file.seek(SeekFrom::End(0))?;
        let limit = limits.file_bytes.min(XLS_BYTES);
        if bytes > limit {
            return Err(Refused::TooLarge { bytes, limit });
        }
        let mut header = vec![0; HEADER_BYTES];
        read_at(&file, &mut header, 0).map_err(|_| damaged())?;
        let fields = Fields(&header);
        let sector = match fields.u16(30) {
            Some(9) => 512,
            Some(12) => 4_096,
            _ => return Err(damaged()),
        };
        let bytes = usize::try_from(bytes).map_err(|_| damaged())?;
        let sectors = bytes.div_ceil(sector);
        let number = |at| fields.u32(at).ok_or_else(damaged);
        if number(56)? > MINI_LIMIT {
            return Err(damaged());
        }
        let mut container = Self {
            file,
            bytes,
            sector,
            sectors,
            table: Vec::new(),
            directory: Vec::new(),
            mini_limit: number(56)?,
            mini_start: number(60)?,
        };
        let blocks = container.table_blocks(&header, number(68)?)?;
        container.read_table(&blocks)?;
        container.read_directory(number(48)?)?;
        Ok(container)
    }

    /// The sectors that hold the sector table: 109 in the header, more in a chain of their own.
    fn table_blocks(&self, header: &[u8], mut next: u32) -> Result<Vec<u32>, Refused> {
        let mut blocks = numbers(header.get(76..).unwrap_or_default());
        let mut bytes = Vec::new();
        while next < LAST {
            if blocks.len() > self.sectors + 109 {
                return Err(damaged());
            }
            self.sector(next, &mut bytes)?;
            let more = numbers(&bytes);
            let (last, more) = more.split_last().ok_or_else(damaged)?;
            blocks.extend_from_slice(more);
            next = *last;
        }
        blocks.retain(|b| *b < LAST);
        blocks.truncate(self.sectors);
        Ok(blocks)
    }

    fn read_table(&mut self, blocks: &[u32]) -> Result<(), Refused> {
        let mut bytes = Vec::new();
        for block in blocks {
            self.sector(*block, &mut bytes)?;
            self.table.extend(numbers(&bytes));
            // Entries beyond the end of the file stand for nothing.
            if self.table.len() > self.sectors {
                self.table.truncate(self.sectors);
                break;
            }
        }
        Ok(())
    }

    fn read_directory(&mut self, start: u32) -> Result<(), Refused> {
        let chain = self.chain(start, DIRECTORY_ENTRIES * 128 / self.sector)?;
        let mut bytes = Vec::new();
        for block in chain {
            self.sector(block, &mut bytes)?;
            self.directory
                .extend(bytes.chunks_exact(128).filter_map(stream));
        }
        Ok(())
    }

    /// The last sector of a file may be short; it is filled up with zeros.
    fn sector(&self, index: u32, into: &mut Vec<u8>) -> Result<(), Refused> {
        let start = (index as usize + 1)
            .checked_mul(self.sector)
            .ok_or_else(damaged)?;
        let end = self.sectors * self.sector;
        if start >= end {
            return Err(damaged());
        }
        into.clear();
        into.resize(self.sector, 0);
        let len = self.sector.min(self.bytes.saturating_sub(start));
        read_at(
            &self.file,
            into.get_mut(..len).unwrap_or_default(),
            start as u64,
        )?;
        Ok(())
    }

    fn chain(&self, start: u32, max: usize) -> Result<Vec<u32>, Refused> {
        let mut chain = Vec::new();
        let mut next = start;
        while next < LAST {
            if chain.len() >= max.min(self.sectors) {
                return Err(damaged());
            }
            chain.push(next);
            next = *self.table.get(next as usize).ok_or_else(damaged)?;
        }
        if next == FREE && !chain.is_empty() {
            return Err(damaged());
        }
        Ok(chain)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.directory
            .iter()
            .any(|s| s.name.eq_ignore_ascii_case(name))
    }

    /// Opens a stream for reading from its beginning; small ones lie in the root's own stream.
    pub(crate) fn stream(self, name: &str) -> Result<Bytes, Refused> {
        let found = self
            .directory
            .iter()
            .find(|s| s.name.eq_ignore_ascii_case(name));
        let stream = found.cloned().ok_or_else(damaged)?;
        let len = usize::try_from(stream.len).map_err(|_| damaged())?;
        if stream.len < u64::from(self.mini_limit) {
            let whole = self.small(&stream, len)?;
            return Ok(Bytes {
                container: self,
                chain: Vec::new(),
                len,
                small: Some(whole),
            });
        }
        let chain = self.chain(stream.start, self.sectors)?;
        if chain.len() * self.sector < len {
            return Err(damaged());
        }
        Ok(Bytes {
            container: self,
            chain,
            len,
            small: None,
        })
    }

    fn small(&self, stream: &Stream, len: usize) -> Result<Vec<u8>, Refused> {
        let root = self.directory.first().ok_or_else(damaged)?;
        let chain = self.chain(root.start, self.sectors)?;
        let mut links = Vec::new();
        let mut bytes = Vec::new();
        for block in self.chain(self.mini_start, self.sectors)? {
            self.sector(block, &mut bytes)?;
            links.extend(numbers(&bytes));
        }
        let mut whole = Vec::new();
        let mut next = stream.start;
        while whole.len() < len {
            let place = (next as usize)
                .checked_mul(MINI_SECTOR)
                .ok_or_else(damaged)?;
            let block = chain.get(place / self.sector).ok_or_else(damaged)?;
            self.sector(*block, &mut bytes)?;
            let from = place % self.sector;
            whole.extend_from_slice(bytes.get(from..from + MINI_SECTOR).ok_or_else(damaged)?);
            next = links.get(next as usize).copied().unwrap_or(LAST);
        }
        whole.truncate(len);
        Ok(whole)
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .filter_map(|c| c.try_into().ok())
        .map(u32::from_le_bytes)
        .collect()
}

fn stream(entry: &[u8]) -> Option<Stream> {
    let fields = Fields(entry);
    let name_bytes = usize::from(fields.u16(NAME_BYTES)?).min(NAME_BYTES);
    let units: Vec<u16> = entry
        .get(..name_bytes)?
        .chunks_exact(2)
        .filter_map(|c| c.try_into().ok())
        .map(u16::from_le_bytes)
        .take_while(|u| *u != 0)
        .collect();
    let kind = *entry.get(66)?;
    // 1 storage, 2 stream, 5 root; the rest are gaps.
    matches!(kind, 1 | 2 | 5).then_some(())?;
    Some(Stream {
        name: String::from_utf16_lossy(&units),
        start: fields.u32(116)?,
        // The upper half is rubbish in files with small sectors.
        len: u64::from(fields.u32(120)?),
    })
}

/// The bytes of one stream at any place.
#[derive(Debug)]
pub(crate) struct Bytes {
    container: Container,
    chain: Vec<u32>,
    len: usize,
    small: Option<Vec<u8>>,
}

impl Bytes {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Appends up to `want` bytes from `at`, and says how many there were.
    pub(crate) fn read(
        &self,
        at: usize,
        want: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, Refused> {
        let end = at.saturating_add(want).min(self.len);
        if let Some(small) = &self.small {
            into.extend_from_slice(small.get(at..end).unwrap_or_default());
            return Ok(end.saturating_sub(at));
        }
        let size = self.container.sector;
        let mut bytes = Vec::new();
        let mut place = at;
        while place < end {
            let block = self.chain.get(place / size).ok_or_else(damaged)?;
            self.container.sector(*block, &mut bytes)?;
            let from = place % size;
            let len = (size - from).min(end - place);
            into.extend_from_slice(bytes.get(from..from + len).unwrap_or_default());
            place += len;
        }
        Ok(place.saturating_sub(at))
    }
}
