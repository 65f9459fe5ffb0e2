//! A small pull reader for the XML of workbooks: bounded memory, no DTD, no entities but the five.
//!
//! The general readers keep a whole event in memory however long it is; here a token that does not
//! fit into [`TOKEN`] refuses the part.

use memchr::{memchr, memmem};

use super::package::Part;
use crate::Refused;

/// Longest tag or run of text.
const TOKEN: usize = 1 << 20;
const BLOCK: usize = 64 << 10;

/// Where the bytes of a part come from.
pub(crate) trait Blocks {
    /// Appends what comes next; `false` at the end.
    fn more(&mut self, into: &mut Vec<u8>) -> Result<bool, Refused>;
    fn name(&self) -> &str;
}

impl Blocks for Part {
    fn more(&mut self, into: &mut Vec<u8>) -> Result<bool, Refused> {
        into.reserve(BLOCK);
        Ok(self.fill(into)? > 0)
    }

    fn name(&self) -> &str {
        self.name()
    }
}

#[derive(Debug)]
pub(crate) struct Xml<S> {
    source: S,
    bytes: Vec<u8>,
    at: usize,
    ended: bool,
}

/// Names are without their prefix.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    Open {
        name: &'a [u8],
        attrs: Attrs<'a>,
        empty: bool,
    },
    Close(&'a [u8]),
    /// Still escaped, unless it stood in CDATA.
    Text(&'a [u8], Escaped),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escaped {
    Yes,
    No,
}

/// The attributes of one tag as they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attrs<'a>(&'a [u8]);

impl<S: Blocks> Xml<S> {
    pub(crate) fn new(source: S) -> Self {
        Self::after(source, Vec::new())
    }

    /// Goes on where somebody else has read the beginning.
    pub(crate) fn after(source: S, bytes: Vec<u8>) -> Self {
        Self {
            source,
            bytes,
            at: 0,
            ended: false,
        }
    }

    pub(crate) fn part(&self) -> &str {
        self.source.name()
    }

    fn more(&mut self) -> Result<bool, Refused> {
        if self.bytes.len() - self.at > TOKEN {
            return Err(Refused::malformed(format!(
                "{} 中有过长的内容",
                self.part()
            )));
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        self.ended = self.ended || !self.source.more(&mut self.bytes)?;
        Ok(!self.ended)
    }

    /// Length from `at` up to `sign`; `None` where the part ends before.
    fn until(&mut self, sign: u8) -> Result<Option<usize>, Refused> {
        let mut seen = 0;
        loop {
            let rest = self.bytes.get(self.at + seen..).unwrap_or_default();
            if let Some(len) = memchr(sign, rest) {
                return Ok(Some(seen + len));
            }
            seen += rest.len();
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Event<'_>>, Refused> {
        loop {
            if self.at >= self.bytes.len() {
                if !self.more()? {
                    return Ok(None);
                }
                continue;
            }
            if self.bytes.get(self.at) != Some(&b'<') {
                let len = self.until(b'<')?.unwrap_or(self.bytes.len() - self.at);
                return Ok(Some(Event::Text(self.take(len), Escaped::Yes)));
            }
            while self.bytes.len() - self.at < 2 && self.more()? {}
            match self.bytes.get(self.at + 1) {
                Some(b'!') => {
                    if let Some(len) = self.bang()? {
                        let whole = self.take(len);
                        let inner = whole.get(9..len - 3).unwrap_or_default();
                        return Ok(Some(Event::Text(inner, Escaped::No)));
                    }
                }
                Some(b'?') => {
                    let len = self.through(b"?>")?;
                    self.at += len;
                }
                _ => return self.tag().map(Some),
            }
        }
    }

    /// The text between `open` and `close` where exactly that comes next and is at hand; nearly
    /// every cell of a large sheet is one of two such patterns.
    pub(crate) fn between(&mut self, open: &[u8], close: &[u8]) -> Option<&[u8]> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(open)?;
        let len = memchr(b'<', rest)?;
        rest.get(len..)?.starts_with(close).then_some(())?;
        let start = self.at + open.len();
        self.at = start + len + close.len();
        self.bytes.get(start..start + len)
    }

    fn take(&mut self, len: usize) -> &[u8] {
        let start = self.at;
        self.at += len;
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn cut_off(&self) -> Refused {
        Refused::truncated(self.part())
    }

    /// Length from `at` through the end of `mark`.
    fn through(&mut self, mark: &[u8]) -> Result<usize, Refused> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if let Some(at) = memmem::find(rest, mark) {
                return Ok(at + mark.len());
            }
            if !self.more()? {
                return Err(self.cut_off());
            }
        }
    }

    /// Skips a comment, shows CDATA by its length, and refuses every declaration.
    fn bang(&mut self) -> Result<Option<usize>, Refused> {
        while self.bytes.len() - self.at < 9 && self.more()? {}
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"<!--") {
            let len = self.through(b"-->")?;
            self.at += len;
            return Ok(None);
        }
        if rest.starts_with(b"<![CDATA[") {
            return self.through(b"]]>").map(Some);
        }
        Err(Refused::Entity {
            part: self.part().to_owned(),
        })
    }

    fn tag(&mut self) -> Result<Event<'_>, Refused> {
        let (mut len, mut quote) = (1, None);
        loop {
            let Some(byte) = self.bytes.get(self.at + len).copied() else {
                if !self.more()? {
                    return Err(self.cut_off());
                }
                continue;
            };
            // `>` may stand in a quoted value.
            match quote {
                None if byte == b'>' => break,
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                Some(open) if open == byte => quote = None,
                _ => {}
            }
            len += 1;
        }
        let inner = self.take(len + 1);
        Ok(event(inner.get(1..len).unwrap_or_default()))
    }
}

fn event(tag: &[u8]) -> Event<'_> {
    if let Some(name) = tag.strip_prefix(b"/") {
        return Event::Close(local(name.trim_ascii_end()));
    }
    let (tag, empty) = match tag.strip_suffix(b"/") {
        Some(tag) => (tag, true),
        None => (tag, false),
    };
    let end = tag
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(tag.len());
    let (name, attrs) = tag.split_at(end);
    Event::Open {
        name: local(name),
        attrs: Attrs(attrs),
        empty,
    }
}

fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(at) => name.get(at + 1..).unwrap_or_default(),
        None => name,
    }
}

impl<'a> Attrs<'a> {
    /// The value of `name`, still escaped.
    pub(crate) fn raw(self, name: &[u8]) -> Option<&'a [u8]> {
        self.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(self, name: &[u8]) -> Result<Option<String>, Refused> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let mut text = String::new();
        unescape(raw, &mut text)?;
        Ok(Some(text))
    }

    pub(crate) fn number(self, name: &[u8]) -> Option<u32> {
        decimal(self.raw(name)?)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let equals = memchr(b'=', rest)?;
            let name = local(rest.get(..equals)?.trim_ascii());
            let value = rest.get(equals + 1..)?.trim_ascii_start();
            let quote = *value.first()?;
            let value = value.get(1..)?;
            let len = memchr(quote, value)?;
            rest = value.get(len + 1..)?;
            Some((name, value.get(..len)?))
        })
    }
}

/// A plain decimal number without sign.
pub(crate) fn decimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |sum, digit| {
        let value = digit.checked_sub(b'0').filter(|v| *v < 10)?;
        sum.checked_mul(10)?.checked_add(u32::from(value))
    })
}

/// Appends `raw` with its character references resolved.
pub(crate) fn unescape(raw: &[u8], into: &mut String) -> Result<(), Refused> {
    let text = std::str::from_utf8(raw).map_err(|_| Refused::malformed("文字不是 UTF-8 编码"))?;
    let mut rest = text;
    if memchr(b'&', raw).is_none() {
        into.push_str(text);
        return Ok(());
    }
    while let Some((before, after)) = rest.split_once('&') {
        into.push_str(before);
        let (name, tail) = after
            .split_once(';')
            .ok_or_else(|| Refused::malformed("字符引用没有结束"))?;
        into.push(reference(name)?);
        rest = tail;
    }
    into.push_str(rest);
    Ok(())
}

fn reference(name: &str) -> Result<char, Refused> {
    let code = match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => match name.strip_prefix('#') {
            Some(digits) => digits.strip_prefix(['x', 'X']).map_or_else(
                || digits.parse().ok(),
                |hex| u32::from_str_radix(hex, 16).ok(),
            ),
            None => {
                return Err(Refused::Entity {
                    part: name.chars().take(40).collect(),
                });
            }
        },
    };
    code.and_then(char::from_u32)
        .ok_or_else(|| Refused::malformed("字符引用无效"))
}

/// Spreadsheet programs write control characters as `_x000D_`; appends the text without them.
pub(crate) fn without_hex_escapes(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some(at) = memmem::find(rest.as_bytes(), b"_x") {
        let (before, after) = rest.split_at(at);
        into.push_str(before);
        let code = after
            .get(2..6)
            .filter(|_| after.as_bytes().get(6) == Some(&b'_'));
        let sign = code
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match sign {
            Some(sign) => {
                into.push(sign);
                rest = after.get(7..).unwrap_or_default();
            }
            None => {
                into.push_str("_x");
                rest = after.get(2..).unwrap_or_default();
            }
        }
    }
    into.push_str(rest);
}
