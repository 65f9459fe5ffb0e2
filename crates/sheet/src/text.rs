//! Which encoding a text file is in, and its bytes as blocks.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use crate::Refused;

/// How the text of a CSV or JSON file is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark, which Excel needs to open it rightly.
    Utf8Bom,
    /// GB 18030, of which GBK and GB 2312 are parts.
    Gb18030,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The name a clerk knows it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8（带 BOM）",
            Self::Gb18030 => "GB 18030",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }
}

const SAMPLE: usize = 64 << 10;

/// Finds the encoding from the content and leaves `file` at the first byte of text.
pub(crate) fn detect(file: &mut File) -> Result<Encoding, Refused> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(SAMPLE);
    file.by_ref().take(SAMPLE as u64).read_to_end(&mut head)?;
    let (encoding, skip) = match head.as_slice() {
        [] => return Err(Refused::Empty),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8Bom, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        [0x84, 0x31, 0x95, 0x33, ..] => (Encoding::Gb18030, 4),
        _ => (without_mark(file, head)?, 0),
    };
    file.seek(SeekFrom::Start(skip))?;
    Ok(encoding)
}

fn without_mark(file: &mut File, head: Vec<u8>) -> Result<Encoding, Refused> {
    if let Some(wide) = utf16_by_nuls(&head)? {
        return Ok(wide);
    }
    let mut sample = head;
    // An English header over Chinese rows says nothing: look on to the first byte that does.
    loop {
        if let Some(at) = sample.iter().position(|b| !b.is_ascii()) {
            sample.drain(..at);
            file.by_ref().take(SAMPLE as u64).read_to_end(&mut sample)?;
            return Ok(judge(&sample));
        }
        sample.clear();
        if file.by_ref().take(SAMPLE as u64).read_to_end(&mut sample)? == 0 {
            return Ok(Encoding::Utf8);
        }
    }
}

/// Text has no NUL bytes unless it is UTF-16, and then they keep to one side.
fn utf16_by_nuls(head: &[u8]) -> Result<Option<Encoding>, Refused> {
    let mut nuls = [0_usize; 2];
    for pair in head.chunks_exact(2) {
        for (count, byte) in nuls.iter_mut().zip(pair) {
            *count += usize::from(*byte == 0);
        }
    }
    match nuls {
        [0, 0] => Ok(None),
        [0, _] => Ok(Some(Encoding::Utf16Le)),
        [_, 0] => Ok(Some(Encoding::Utf16Be)),
        _ => Err(Refused::NotATable {
            found: "二进制文件",
        }),
    }
}

/// A UTF-8 file with one broken byte must not turn into nonsense by being read as GB 18030, so
/// UTF-8 wins wherever its long sequences are far more frequent than its faults.
fn judge(sample: &[u8]) -> Encoding {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| c.len_utf8() > 2).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let cut_off = std::str::from_utf8(sample)
        .err()
        .is_none_or(|e| e.error_len().is_none());
    if cut_off || sound > broken * 10 {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    }
}

/// Bytes of a text file, turned into UTF-8 where its encoding cannot be cut into records as it is.
pub(crate) enum TextReader {
    Plain(File),
    Decoded(Box<Decoding>),
}

pub(crate) struct Decoding {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    lines: u32,
    ended: bool,
}

impl std::fmt::Debug for TextReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Decoded(_) => "Decoded",
        })
    }
}

impl TextReader {
    /// Raw where UTF-8 or GB 18030: neither uses a quote, delimiter or line end inside a character.
    pub(crate) fn raw_or_utf8(file: File, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => Self::utf8(file, encoding),
            _ => Self::Plain(file),
        }
    }

    pub(crate) fn utf8(file: File, encoding: Encoding) -> Self {
        let from = match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => return Self::Plain(file),
            Encoding::Gb18030 => GB18030,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        };
        let decoder = from.new_decoder_without_bom_handling();
        Self::Decoded(Box::new(Decoding {
            file,
            decoder,
            raw: Vec::new(),
            lines: 0,
            ended: false,
        }))
    }

    /// Appends about `want` bytes; nothing appended means the end of the file.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>, want: usize) -> Result<usize, Refused> {
        match self {
            Self::Plain(file) => Ok(file.by_ref().take(want as u64).read_to_end(out)?),
            Self::Decoded(decoding) => decoding.fill(out, want),
        }
    }
}

impl Decoding {
    fn fill(&mut self, out: &mut Vec<u8>, want: usize) -> Result<usize, Refused> {
        if self.ended {
            return Ok(0);
        }
        self.raw.clear();
        let read = self
            .file
            .by_ref()
            .take(want as u64)
            .read_to_end(&mut self.raw)?;
        self.ended = read < want;
        let room = self
            .decoder
            .max_utf8_buffer_length(read)
            .unwrap_or(read * 3 + 16);
        let start = out.len();
        out.resize(start + room, 0);
        let target = out.get_mut(start..).unwrap_or_default();
        let (result, _, written) = self
            .decoder
            .decode_to_utf8_without_replacement(&self.raw, target, self.ended);
        out.truncate(start + written);
        let fresh = out.get(start..).unwrap_or_default();
        self.lines += u32::try_from(memchr::memchr_iter(b'\n', fresh).count()).unwrap_or(0);
        match result {
            DecoderResult::Malformed(..) => Err(Refused::Encoding {
                row: self.lines + 1,
            }),
            _ => Ok(written),
        }
    }
}
