//! The zip container of a workbook, read by us so that nothing is believed that was not checked.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::bytes::{Fields, read_at};
use crate::{Limits, Refused};

const ENTRIES: usize = 4_096;
const DIRECTORY_BYTES: u64 = 1 << 20;
const END_BYTES: u64 = 22;
const COMMENT_BYTES: u64 = 65_535;
/// Below this a part may shrink as well as it likes; a bomb is not this small.
const RATIO_FREE: u64 = 4 << 20;

/// One file in the container, as its directory states it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    offset: u64,
}

#[derive(Debug)]
pub(crate) struct Package {
    file: File,
    bytes: u64,
    entries: Vec<Entry>,
    limits: Limits,
    /// Bytes that came out of all parts so far.
    unpacked: Arc<AtomicU64>,
}

impl Package {
    pub(crate) fn open(mut file: File, limits: &Limits) -> Result<Self, Refused> {
        let bytes = file.seek(SeekFrom::End(0))?;
        let directory = directory(&mut file, bytes)?;
        let entries = entries(&directory)?;
        let package = Self {
            file,
            bytes,
            entries,
            limits: limits.clone(),
            unpacked: Arc::default(),
        };
        package.check()?;
        Ok(package)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|e| e.name.as_str())
    }

    fn check(&self) -> Result<(), Refused> {
        for entry in &self.entries {
            check_name(&entry.name)?;
            if entry.flags & 1 != 0 {
                return Err(Refused::Encrypted);
            }
        }
        // A part whose directory entry already admits to too much is refused before it is opened.
        for entry in &self.entries {
            let over = entry.unpacked > RATIO_FREE
                && entry.unpacked / entry.packed.max(1) > self.limits.ratio;
            if over || entry.unpacked > self.limits.unpacked_bytes {
                return Err(Refused::Bomb {
                    part: entry.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Part names do not distinguish upper and lower case.
    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|e| e.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    pub(crate) fn part(&self, name: &str) -> Result<Part, Refused> {
        let entry = self
            .entry(name)
            .ok_or_else(|| Refused::truncated(format!("缺少 {name}")))?;
        let mut file = self.file.try_clone()?;
        let start = data_start(&mut file, entry)?;
        if start
            .checked_add(entry.packed)
            .is_none_or(|end| end > self.bytes)
        {
            return Err(Refused::truncated(&entry.name));
        }
        if !matches!(entry.method, 0 | 8) {
            return Err(Refused::Unsupported {
                found: "该压缩方式的工作簿",
            });
        }
        Ok(Part {
            file,
            at: start,
            left: entry.packed,
            input: Vec::new(),
            input_at: 0,
            inflate: (entry.method == 8).then(|| Decompress::new(false)),
            crc: Crc::new(),
            packed: 0,
            made: 0,
            checked: false,
            entry: entry.clone(),
            limits: self.limits.clone(),
            unpacked: Arc::clone(&self.unpacked),
            ended: false,
        })
    }

    /// Lets the sheet that is read in the end be looked at before without counting it twice.
    pub(crate) fn forget(&self, bytes: u64) {
        self.unpacked.fetch_sub(bytes, Ordering::Relaxed);
    }
}

fn check_name(name: &str) -> Result<(), Refused> {
    let unsafe_path = name.starts_with(['/', '\\'])
        || name.contains('\0')
        || name.get(1..2) == Some(":")
        || name.split(['/', '\\']).any(|part| part == "..");
    if unsafe_path {
        return Err(Refused::UnsafePath {
            name: name.chars().take(80).collect(),
        });
    }
    if name.to_ascii_lowercase().starts_with("xl/externallinks/") {
        return Err(Refused::ExternalLink {
            name: name.chars().take(80).collect(),
        });
    }
    Ok(())
}

/// The central directory, after the record at the end of the file that says where it is.
fn directory(file: &mut File, bytes: u64) -> Result<Vec<u8>, Refused> {
    let lost = || Refused::truncated("找不到压缩目录");
    let tail_len = bytes.min(END_BYTES + COMMENT_BYTES);
    file.seek(SeekFrom::Start(bytes - tail_len))?;
    let mut tail = Vec::new();
    file.take(tail_len).read_to_end(&mut tail)?;
    let at = memchr::memmem::rfind(&tail, b"PK\x05\x06").ok_or_else(lost)?;
    let end = Fields(tail.get(at..).unwrap_or_default());
    let (count, size, offset) = (
        end.u16(10).ok_or_else(lost)?,
        end.u32(12).ok_or_else(lost)?,
        end.u32(16).ok_or_else(lost)?,
    );
    if usize::from(count) > ENTRIES || u64::from(size) > DIRECTORY_BYTES {
        return Err(Refused::malformed("压缩包内文件过多"));
    }
    if u64::from(offset) + u64::from(size) > bytes {
        return Err(lost());
    }
    file.seek(SeekFrom::Start(u64::from(offset)))?;
    let mut directory = Vec::new();
    file.take(u64::from(size)).read_to_end(&mut directory)?;
    Ok(directory)
}

fn entries(directory: &[u8]) -> Result<Vec<Entry>, Refused> {
    let mut entries = Vec::new();
    let mut rest = directory;
    while rest.starts_with(b"PK\x01\x02") {
        let (entry, len) = entry(rest).ok_or_else(|| Refused::truncated("压缩目录"))?;
        entries.push(entry);
        if entries.len() > ENTRIES {
            return Err(Refused::malformed("压缩包内文件过多"));
        }
        rest = rest.get(len..).unwrap_or_default();
    }
    Ok(entries)
}

fn entry(bytes: &[u8]) -> Option<(Entry, usize)> {
    let fields = Fields(bytes);
    let name_len = usize::from(fields.u16(28)?);
    let extra_len = usize::from(fields.u16(30)?);
    let name = bytes.get(46..46 + name_len)?;
    let extra = bytes.get(46 + name_len..46 + name_len + extra_len)?;
    let mut wide = wide_sizes(extra);
    let mut size = |at| -> Option<u64> {
        let narrow = fields.u32(at)?;
        if narrow == u32::MAX {
            wide.next()
        } else {
            Some(u64::from(narrow))
        }
    };
    let (unpacked, packed, offset) = (size(24)?, size(20)?, size(42)?);
    let entry = Entry {
        name: String::from_utf8_lossy(name).into_owned(),
        flags: fields.u16(8)?,
        method: fields.u16(10)?,
        crc: fields.u32(16)?,
        packed,
        unpacked,
        offset,
    };
    Some((
        entry,
        46 + name_len + extra_len + usize::from(fields.u16(32)?),
    ))
}

/// The 64-bit values of the zip64 field; writers put it in even where the file is small.
fn wide_sizes(mut extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut found: &[u8] = &[];
    while let Some((id, len)) = Fields(extra).u16(0).zip(Fields(extra).u16(2)) {
        let end = 4 + usize::from(len);
        if id == 1 {
            found = extra.get(4..end).unwrap_or_default();
        }
        extra = extra.get(end..).unwrap_or_default();
    }
    found
        .chunks_exact(8)
        .filter_map(|c| c.try_into().ok())
        .map(u64::from_le_bytes)
}

/// The local header repeats the names; only its length is taken from it.
fn data_start(file: &mut File, entry: &Entry) -> Result<u64, Refused> {
    let cut_off = || Refused::truncated(&entry.name);
    file.seek(SeekFrom::Start(entry.offset))?;
    let mut header = Vec::new();
    file.take(30).read_to_end(&mut header)?;
    let fields = Fields(&header);
    if !header.starts_with(b"PK\x03\x04") {
        return Err(cut_off());
    }
    let lens = fields.u16(26).zip(fields.u16(28)).ok_or_else(cut_off)?;
    entry
        .offset
        .checked_add(30 + u64::from(lens.0) + u64::from(lens.1))
        .ok_or_else(cut_off)
}

/// One part, unpacked block by block; every block is counted before it is made.
pub(crate) struct Part {
    file: File,
    at: u64,
    left: u64,
    input: Vec<u8>,
    input_at: usize,
    inflate: Option<Decompress>,
    crc: Crc,
    packed: u64,
    made: u64,
    checked: bool,
    entry: Entry,
    limits: Limits,
    unpacked: Arc<AtomicU64>,
    ended: bool,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.entry.name)
            .finish_non_exhaustive()
    }
}

const INPUT: usize = 64 << 10;

impl Part {
    pub(crate) fn name(&self) -> &str {
        &self.entry.name
    }

    /// Says that the whole part was read and found sound before, so its sum is not taken again.
    pub(crate) fn checked(mut self) -> Self {
        self.checked = true;
        self
    }

    /// Bytes that came out so far.
    pub(crate) fn unpacked(&self) -> u64 {
        self.made
    }

    /// Fills the room left in `out`; nothing added means the part is at its end and sound.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>) -> Result<usize, Refused> {
        let start = out.len();
        while out.len() < out.capacity() && !self.ended {
            self.step(out)?;
        }
        let fresh = out.get(start..).unwrap_or_default();
        if !self.checked {
            self.crc.update(fresh);
        }
        self.made += fresh.len() as u64;
        self.count(fresh.len() as u64)?;
        if self.ended && !self.checked && self.crc.sum() != self.entry.crc {
            return Err(Refused::truncated(&self.entry.name));
        }
        Ok(fresh.len())
    }

    fn step(&mut self, out: &mut Vec<u8>) -> Result<(), Refused> {
        if self.input_at == self.input.len() {
            self.read()?;
        }
        let input = self.input.get(self.input_at..).unwrap_or_default();
        let Some(inflate) = &mut self.inflate else {
            let take = input.len().min(out.capacity() - out.len());
            out.extend_from_slice(input.get(..take).unwrap_or_default());
            self.input_at += take;
            self.ended = self.left == 0 && self.input_at == self.input.len();
            return Ok(());
        };
        let (before, made) = (inflate.total_in(), out.len());
        let status = inflate
            .decompress_vec(input, out, FlushDecompress::None)
            .map_err(|_| Refused::truncated(&self.entry.name))?;
        let used = usize::try_from(inflate.total_in() - before).unwrap_or(0);
        self.input_at += used;
        self.ended = status == Status::StreamEnd;
        if !self.ended && used == 0 && out.len() == made && self.left == 0 {
            return Err(Refused::truncated(&self.entry.name));
        }
        Ok(())
    }

    /// Files share one position between their clones, so each read says where.
    fn read(&mut self) -> Result<(), Refused> {
        let want = self.left.min(INPUT as u64);
        self.input.resize(usize::try_from(want).unwrap_or(INPUT), 0);
        read_at(&self.file, &mut self.input, self.at)
            .map_err(|_| Refused::truncated(&self.entry.name))?;
        self.at += want;
        self.left -= want;
        self.packed += want;
        self.input_at = 0;
        Ok(())
    }

    fn count(&self, fresh: u64) -> Result<(), Refused> {
        let all = self.unpacked.fetch_add(fresh, Ordering::Relaxed) + fresh;
        let over = self.made > RATIO_FREE && self.made / self.packed.max(1) > self.limits.ratio;
        if over || all > self.limits.unpacked_bytes {
            return Err(Refused::Bomb {
                part: self.entry.name.clone(),
            });
        }
        Ok(())
    }
}
