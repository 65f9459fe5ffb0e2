//! How an entry lies on disk: length-prefixed bytes, packed, one version byte ahead.
//!
//! STORED: from the first release on, a new shape takes a new version byte and the former ones are read
//! for ever.

use super::entry::{Content, Entry, SALT, Seed, Stated, Value};
use super::hash::{Hash, Suite};
use super::packer::Packer;
use crate::basis::Basis;
use crate::code::Code;
use lz4_flex::block;
use std::sync::LazyLock;

const VERSION: u8 = 4;
/// Words most entries are made of. A block of LZ4 says what to copy from here, so the names of fields
/// and columns take a third of what they are written with. Its last lines are the columns of tables in
/// the form in which [`names`] writes them.
///
/// STORED: no byte of it may ever change, or the entries packed with it are lost.
const DICTIONARY: &[u8] = include_bytes!("dictionary.txt");
static PACKER: LazyLock<Packer> = LazyLock::new(|| Packer::new(DICTIONARY));
const OPEN: u8 = 0;
const REDACTED: u8 = 1;
/// How the salts of the values are kept.
const ONE_BY_ONE: u8 = 0;
const FROM_SM: u8 = 1;
const FROM_SHA: u8 = 2;

/// The stored bytes of an entry.
pub fn encode(entry: &Entry) -> Vec<u8> {
    pack(&plain(entry))
}

fn plain(entry: &Entry) -> Vec<u8> {
    if entry.seed.is_some() {
        let values = entry.values.iter();
        let stated = values.filter_map(|value| Some((value.name.as_str(), value.text()?)));
        return plain_stated(entry, &stated.collect::<Vec<_>>());
    }
    let value = |value: &Value| value.name.len() + value.text().map_or(0, str::len) + SALT + 20;
    let mut out = front(entry, entry.values.iter().map(value).sum());
    names(
        &mut out,
        entry.values.iter().map(|value| value.name.as_str()),
    );
    for value in &entry.values {
        match &value.content {
            Content::Open {
                text: content,
                salt,
            } => {
                out.push(OPEN);
                out.extend_from_slice(salt);
                text(&mut out, content);
            }
            Content::Redacted { digest } => {
                out.push(REDACTED);
                out.extend_from_slice(digest.as_bytes());
            }
        }
    }
    out
}

/// The stored bytes of an entry whose values are what `stated` is behind salts derived from its seed.
pub fn encode_stated(entry: &Entry, stated: &[Stated<'_>]) -> Vec<u8> {
    pack(&plain_stated(entry, stated))
}

fn plain_stated(entry: &Entry, stated: &[Stated<'_>]) -> Vec<u8> {
    let value = |(name, text): &Stated<'_>| name.len() + text.len() + 4;
    let mut out = front(entry, stated.iter().map(value).sum());
    names(&mut out, stated.iter().map(|(name, _)| *name));
    stated
        .iter()
        .for_each(|(_, text)| number(&mut out, text.len()));
    stated
        .iter()
        .for_each(|(_, text)| out.extend_from_slice(text.as_bytes()));
    out
}

/// All names stand together, since rows of one table have the same ones: the packer copies them as
/// one piece.
fn names<'a>(out: &mut Vec<u8>, names: impl ExactSizeIterator<Item = &'a str>) {
    number(out, names.len());
    names.for_each(|name| text(out, name));
}

/// Version byte, length, and the block.
fn pack(plain: &[u8]) -> Vec<u8> {
    let block = PACKER.pack(plain);
    let mut out = Vec::with_capacity(block.len() + 6);
    out.push(VERSION);
    number(&mut out, plain.len());
    out.extend_from_slice(&block);
    out
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut input = Input(packed);
    if input.byte()? != VERSION {
        return None;
    }
    let length = input.number()?;
    // A byte of a block stands for 255 at most: a longer length is damage, and no reason to ask for
    // that much memory.
    let possible = input.0.len().checked_mul(255)? >= length;
    let plain = possible.then(|| block::decompress_with_dict(input.0, length, DICTIONARY));
    plain?.ok().filter(|plain| plain.len() == length)
}

/// All that stands before the values, which take about `room` bytes.
fn front(entry: &Entry, room: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + entry.head.len() + room);
    out.extend_from_slice(&entry.at.to_be_bytes());
    text(&mut out, &entry.actor);
    text(&mut out, &entry.organ);
    text(&mut out, entry.entity.as_ref().map_or("", Code::as_str));
    text(&mut out, &entry.kind);
    text(&mut out, &entry.law);
    number(&mut out, entry.bases.len());
    for basis in &entry.bases {
        text(&mut out, &basis.statute);
        text(&mut out, &basis.article);
        out.push(u8::from(basis.confirmed));
    }
    text(&mut out, &entry.head);
    match &entry.seed {
        None => out.push(ONE_BY_ONE),
        Some(seed) => {
            out.push(match seed.suite {
                Suite::National => FROM_SM,
                Suite::International => FROM_SHA,
            });
            out.extend_from_slice(&seed.salt);
        }
    }
    out
}

/// Reads stored bytes; `None` if they are not a whole entry.
pub fn decode(bytes: &[u8]) -> Option<Entry> {
    read(&unpack(bytes)?)
}

/// Whether the stored bytes are the one form of `entry`. How they are packed does not count, because
/// another version of the packer may find other words to copy.
pub fn is_form_of(bytes: &[u8], entry: &Entry) -> bool {
    unpack(bytes).is_some_and(|stored| stored == plain(entry))
}

fn read(plain: &[u8]) -> Option<Entry> {
    let mut input = Input(plain);
    let mut entry = Entry {
        at: i64::from_be_bytes(input.array()?),
        actor: input.text()?,
        organ: input.text()?,
        entity: match input.text()?.as_str() {
            "" => None,
            code => Some(Code::read(code)?),
        },
        kind: input.text()?,
        law: input.text()?,
        bases: input.list(Input::basis)?,
        head: input.text()?,
        seed: input.seed()?,
        values: Vec::new(),
    };
    let names = input.list(Input::text)?;
    entry.values = match entry.seed {
        None => {
            let value = |name| {
                Some(Value {
                    name,
                    content: input.content()?,
                })
            };
            names.into_iter().map(value).collect::<Option<_>>()?
        }
        Some(seed) => {
            let lengths: Option<Vec<_>> = names.iter().map(|_| input.number()).collect();
            let texts: Option<Vec<_>> = lengths?
                .into_iter()
                .map(|length| input.string(length))
                .collect();
            Entry::seal_values(seed.suite, &seed.salt, names.into_iter().zip(texts?))
        }
    };
    input.0.is_empty().then_some(entry)
}

fn number(out: &mut Vec<u8>, mut value: usize) {
    while let (low, true) = ((value & 0x7f) as u8, value > 0x7f) {
        out.push(low | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        self.string(length)
    }

    fn string(&mut self, length: usize) -> Option<String> {
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()?;
        (0..length).map(|_| read(self)).collect()
    }

    fn basis(&mut self) -> Option<Basis> {
        Some(Basis {
            statute: self.text()?.into(),
            article: self.text()?.into(),
            confirmed: self.byte()? == 1,
        })
    }

    fn seed(&mut self) -> Option<Option<Seed>> {
        let suite = match self.byte()? {
            ONE_BY_ONE => return Some(None),
            FROM_SM => Suite::National,
            FROM_SHA => Suite::International,
            _ => return None,
        };
        let salt = self.array()?;
        Some(Some(Seed { suite, salt }))
    }

    fn content(&mut self) -> Option<Content> {
        match self.byte()? {
            OPEN => Some(Content::Open {
                salt: self.array()?,
                text: self.text()?,
            }),
            REDACTED => Some(Content::Redacted {
                digest: Hash::from_bytes(self.array()?),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT_HERE: [u8; SALT] = [5; SALT];

    fn entry(values: &[Stated<'_>]) -> Entry {
        let code = crate::code::Code::read("91370404MAY42KH57E");
        let basis = Basis {
            statute: "cn/ndrc-58-2023".into(),
            article: "N2".into(),
            confirmed: true,
        };
        let owned = values
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()));
        Entry {
            at: 1_795_395_600_000,
            actor: "clerk".into(),
            organ: String::new(),
            entity: code,
            kind: "filed".into(),
            law: "a312".into(),
            bases: vec![basis],
            head: r#"{"event":"filed","docket":"枣市监罚〔2026〕1号"}"#.into(),
            values: Entry::seal_values(Suite::International, &SALT_HERE, owned),
            seed: (!values.is_empty()).then_some(Seed {
                suite: Suite::International,
                salt: SALT_HERE,
            }),
        }
    }

    #[test]
    fn what_is_stated_is_stored_and_hashed_like_what_is_sealed() {
        let long = "当事人销售过期食品".repeat(400);
        let rows: [&[Stated<'_>]; 4] = [
            &[],
            &[("CF_XDR_MC", "拟某公司")],
            &[("A", "1"), ("B", ""), ("C", "3")],
            &[("CF_SY", &long), ("CF_NR", "罚款")],
        ];
        for stated in rows {
            let whole = entry(stated);
            let header = Entry {
                values: Vec::new(),
                ..whole.clone()
            };
            let body = encode_stated(&header, stated);
            assert_eq!(body, encode(&whole));
            assert_eq!(decode(&body).as_ref(), Some(&whole));
            assert!(is_form_of(&body, &whole) && !is_form_of(&body, &entry(&[("A", "2")])));
            for suite in [Suite::National, Suite::International] {
                let leaf = header.leaf_of(suite, &SALT_HERE, stated);
                let sealed = Entry {
                    values: Entry::seal_values(
                        suite,
                        &SALT_HERE,
                        stated
                            .iter()
                            .map(|(name, text)| (name.to_string(), text.to_string())),
                    ),
                    ..header.clone()
                };
                assert_eq!(leaf, sealed.leaf(suite));
            }
        }
    }

    #[test]
    fn redacted_entries_are_read() {
        let mut redacted = entry(&[("A", "1"), ("B", "2")]);
        assert_eq!(redacted.redact(Suite::International, &["B"]), 1);
        let body = encode(&redacted);
        assert_eq!(decode(&body).as_ref(), Some(&redacted));
        assert!(is_form_of(&body, &redacted));
    }

    #[test]
    fn damage_is_no_entry_and_asks_for_no_memory() {
        let body = encode(&entry(&[("A", "1")]));
        for at in 0..body.len() {
            assert_eq!(decode(&body[..at]), None, "{at}");
        }
        let mut long = vec![VERSION];
        number(&mut long, usize::MAX);
        assert_eq!(decode(&long), None);
        number(&mut long, 1 << 40);
        assert_eq!(decode(&[&long[..], &body[1..]].concat()), None);
        assert_eq!(decode(&[9, 1, 2]), None);
    }

    /// STORED: what was packed with these words is read with them.
    #[test]
    fn the_dictionary_is_what_it_was() {
        let digest = Suite::International.digest(&[DICTIONARY]);
        assert_eq!(
            format!("{digest:x}"),
            "2d178699f0c48bf51b56eda341d470d6ad8e7e2fee276c77353036ded4e0c135"
        );
    }
}
