//! The frame: everything the draw depends on but the seed, as one text (`docs/DRAW.md` §3).

use super::seed::{Form, Party, Source};
use super::{FORMAT, Ticket, tagged};
use crate::code::Code;
use crate::inspection::Item;
use crate::ledger::{Hash, Suite};
use std::collections::BTreeSet;
use std::fmt;
use std::fmt::Write as _;

/// Who may be drawn, at which share, and who may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub suite: Suite,
    pub title: String,
    /// The organ that leads.
    pub organ: Code,
    /// Digest of the law pack the shares come from.
    pub law: String,
    /// Hexadecimal digits of [`super::secret_digest`].
    pub secret: String,
    pub source: Source,
    pub items: Vec<FrameItem>,
    pub posts: Vec<Post>,
    pub inspectors: Vec<Inspector>,
    pub layers: Vec<Layer>,
    /// Number of an inspector and the object he must not inspect, ascending.
    pub recused: Vec<(u32, Ticket)>,
}

/// An item that is inspected, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameItem {
    pub code: String,
    pub organ: Code,
    pub kind: Item,
}

/// A team that an object needs: of one organ, for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post {
    pub organ: Code,
    /// Members.
    pub size: u16,
}

/// 检查人员, by the number of the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspector {
    pub certificate: String,
    /// Numbers of the posts, ascending.
    pub posts: Vec<u16>,
    /// Visits already had.
    pub load: u32,
}

/// Objects that are drawn at one share and need the same posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// In millionths.
    pub share: u32,
    pub posts: Vec<u16>,
    /// Ascending.
    pub objects: Vec<Ticket>,
}

/// The text is no frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// From 1.
    pub line: usize,
    /// What should stand there, in Chinese.
    pub wanted: &'static str,
}

impl fmt::Display for Misread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "抽取名单第{}行：应为{}", self.line, self.wanted)
    }
}

impl Frame {
    /// Digest of a frame's text.
    pub fn digest(suite: Suite, text: &str) -> Hash {
        tagged(suite, "frame", &[text.as_bytes()])
    }

    /// Number of objects.
    pub fn size(&self) -> usize {
        self.layers.iter().map(|layer| layer.objects.len()).sum()
    }

    pub fn text(&self) -> String {
        let mut out = String::with_capacity(4096 + 33 * self.size() + 48 * self.recused.len());
        // Writing into a text cannot fail.
        let _ = self.head(&mut out);
        for layer in &self.layers {
            let count = layer.objects.len();
            let _ = writeln!(
                out,
                "layer\t{}\t{}\t{count}",
                layer.share,
                joined(&layer.posts)
            );
            for ticket in &layer.objects {
                ticket.write(&mut out);
                out.push('\n');
            }
        }
        for (inspector, ticket) in &self.recused {
            let _ = writeln!(out, "recused\t{inspector}\t{ticket}");
        }
        out.push_str("end\n");
        out
    }

    fn head(&self, out: &mut String) -> fmt::Result {
        let suite = match self.suite {
            Suite::National => "sm",
            Suite::International => "sha",
        };
        writeln!(out, "{FORMAT}\nsuite\t{suite}\ntitle\t{}", self.title)?;
        writeln!(out, "organ\t{}\nlaw\t{}", self.organ, self.law)?;
        writeln!(out, "secret\t{}", self.secret)?;
        match &self.source {
            Source::Lottery {
                name,
                number,
                on,
                form,
            } => writeln!(out, "seed\tlottery\t{name}\t{number}\t{on}\t{form}")?,
            Source::Parties { parties } => {
                out.push_str("seed\tparties");
                for party in parties {
                    write!(out, "\t{}\t{}", party.name, party.commitment)?;
                }
                out.push('\n');
            }
            Source::Vrf { key } => writeln!(out, "seed\tvrf\t{key}")?,
        }
        for item in &self.items {
            writeln!(
                out,
                "item\t{}\t{}\t{}",
                item.code,
                item.organ,
                item.kind.word()
            )?;
        }
        for post in &self.posts {
            writeln!(out, "post\t{}\t{}", post.organ, post.size)?;
        }
        for one in &self.inspectors {
            let posts = joined(&one.posts);
            writeln!(out, "inspector\t{}\t{posts}\t{}", one.certificate, one.load)?;
        }
        Ok(())
    }

    /// Reads a frame back; a text that [`Frame::text`] would not have written is refused, so that one
    /// frame has one digest.
    pub fn read(text: &str) -> Result<Self, Misread> {
        let mut lines = Lines {
            rest: text,
            number: 0,
        };
        let frame = read(&mut lines)?;
        match lines.rest.is_empty() {
            true => Ok(frame),
            false => Err(Misread {
                line: lines.number + 1,
                wanted: "文件结束",
            }),
        }
    }
}

fn joined(numbers: &[u16]) -> String {
    let texts: Vec<String> = numbers.iter().map(u16::to_string).collect();
    texts.join(",")
}

/// The lines of a text, each ended by a line feed.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    /// The line that comes next, without taking it.
    fn peek(&self) -> &'a str {
        self.rest.split_once('\n').map_or("", |(line, _)| line)
    }

    fn take(&mut self) -> Option<&'a str> {
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        self.number += 1;
        Some(line)
    }

    /// The fields of the next line, if it begins with this word.
    fn fields(&mut self, word: &str) -> Option<Vec<&'a str>> {
        let fields = self.peek().strip_prefix(word)?.strip_prefix('\t')?;
        self.take()?;
        Some(fields.split('\t').collect())
    }

    fn one(&mut self, word: &'static str) -> Result<&'a str, Misread> {
        match self.fields(word).as_deref() {
            Some([value]) => Ok(value),
            Some(_) => Err(self.taken(word)),
            None => Err(self.wanted(word)),
        }
    }

    /// The line that comes next is not what it should be.
    fn wanted(&self, wanted: &'static str) -> Misread {
        Misread {
            line: self.number + 1,
            wanted,
        }
    }

    /// The line just taken is not what it should be.
    fn taken(&self, wanted: &'static str) -> Misread {
        Misread {
            line: self.number,
            wanted,
        }
    }
}

fn read(lines: &mut Lines<'_>) -> Result<Frame, Misread> {
    if lines.peek() != FORMAT {
        return Err(lines.wanted(FORMAT));
    }
    lines.take();
    let suite = match lines.one("suite")? {
        "sm" => Suite::National,
        "sha" => Suite::International,
        _ => return Err(lines.taken("suite sm 或者 sha")),
    };
    let title = lines.one("title")?.to_owned();
    let organ = Code::read(lines.one("organ")?).ok_or_else(|| lines.taken("organ"))?;
    let law = lines.one("law")?.to_owned();
    let secret = lines.one("secret")?.to_owned();
    let fields = lines.fields("seed").ok_or_else(|| lines.wanted("seed"))?;
    let source = source(&fields).ok_or_else(|| lines.taken("seed"))?;
    let items = rows(lines, "item", item)?;
    let posts = rows(lines, "post", post)?;
    let inspectors = rows(lines, "inspector", |fields| inspector(fields, posts.len()))?;
    let mut layers = Vec::new();
    while let Some(fields) = lines.fields("layer") {
        let (layer, size) = layer(&fields, posts.len()).ok_or_else(|| lines.taken("layer"))?;
        layers.push(objects(lines, layer, size)?);
    }
    let recused = rows(lines, "recused", |fields| recusal(fields, inspectors.len()))?;
    if !recused.is_sorted_by(|one, next| one < next) {
        return Err(lines.taken("recused 按编号和标识升序"));
    }
    if !inspectors.is_sorted_by(|one: &Inspector, next| one.certificate < next.certificate) {
        return Err(lines.taken("inspector 按执法证号升序"));
    }
    if !items.is_sorted_by(|one, next| one.code < next.code) {
        return Err(lines.taken("item 按代码升序"));
    }
    if lines.peek() != "end" || lines.take().is_none() {
        return Err(lines.wanted("end"));
    }
    Ok(Frame {
        suite,
        title,
        organ,
        law,
        secret,
        source,
        items,
        posts,
        inspectors,
        layers,
        recused,
    })
}

fn rows<T>(
    lines: &mut Lines<'_>,
    word: &'static str,
    read: impl Fn(&[&str]) -> Option<T>,
) -> Result<Vec<T>, Misread> {
    let mut rows = Vec::new();
    while let Some(fields) = lines.fields(word) {
        rows.push(read(&fields).ok_or_else(|| lines.taken(word))?);
    }
    Ok(rows)
}

fn source(fields: &[&str]) -> Option<Source> {
    match fields {
        ["lottery", name, number, on, form] => Some(Source::Lottery {
            name: (*name).to_owned(),
            number: (*number).to_owned(),
            on: on.parse().ok()?,
            form: Form::read(form)?,
        }),
        ["parties", rest @ ..] if !rest.is_empty() => {
            let (pairs, []) = rest.as_chunks::<2>() else {
                return None;
            };
            let party = |[name, commitment]: &[&str; 2]| Party {
                name: (*name).to_owned(),
                commitment: (*commitment).to_owned(),
            };
            let parties: Vec<Party> = pairs.iter().map(party).collect();
            let names: BTreeSet<&str> = parties.iter().map(|one| one.name.as_str()).collect();
            (names.len() == parties.len()).then_some(Source::Parties { parties })
        }
        ["vrf", key] => Some(Source::Vrf {
            key: (*key).to_owned(),
        }),
        _ => None,
    }
}

fn item(fields: &[&str]) -> Option<FrameItem> {
    let [code, organ, kind] = fields else {
        return None;
    };
    Some(FrameItem {
        code: (*code).to_owned(),
        organ: Code::read(organ)?,
        kind: Item::ALL.into_iter().find(|known| known.word() == *kind)?,
    })
}

fn post(fields: &[&str]) -> Option<Post> {
    let [organ, size] = fields else {
        return None;
    };
    let size = plain(size).filter(|size| *size > 0)?;
    Some(Post {
        organ: Code::read(organ)?,
        size,
    })
}

fn inspector(fields: &[&str], posts: usize) -> Option<Inspector> {
    let [certificate, held, load] = fields else {
        return None;
    };
    Some(Inspector {
        certificate: (*certificate).to_owned(),
        posts: numbers(held, posts).filter(|held| !held.is_empty())?,
        load: plain(load)?,
    })
}

fn layer(fields: &[&str], posts: usize) -> Option<(Layer, usize)> {
    let [share, needed, size] = fields else {
        return None;
    };
    let share: u32 = plain(share)?;
    let layer = Layer {
        share,
        posts: numbers(needed, posts)?,
        objects: Vec::new(),
    };
    (u64::from(share) <= super::objects::WHOLE).then_some((layer, plain(size)?))
}

fn objects(lines: &mut Lines<'_>, mut layer: Layer, size: usize) -> Result<Layer, Misread> {
    let least = lines.rest.len() / 33;
    layer.objects.reserve(size.min(least));
    for _ in 0..size {
        let ticket = lines.take().and_then(|line| line.parse().ok());
        let ticket: Ticket = ticket.ok_or_else(|| lines.taken("32位标识"))?;
        if layer.objects.last().is_some_and(|last| *last >= ticket) {
            return Err(lines.taken("升序的标识"));
        }
        layer.objects.push(ticket);
    }
    Ok(layer)
}

fn recusal(fields: &[&str], inspectors: usize) -> Option<(u32, Ticket)> {
    let [inspector, ticket] = fields else {
        return None;
    };
    let number: u32 = plain(inspector)?;
    ((number as usize) < inspectors).then_some((number, ticket.parse().ok()?))
}

/// A number in its one form.
fn plain<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    let number: T = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Numbers of posts, ascending; each must be there.
fn numbers(text: &str, posts: usize) -> Option<Vec<u16>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let read: Option<Vec<u16>> = text.split(',').map(plain).collect();
    let ascending = |list: &Vec<u16>| list.is_sorted_by(|one, next| one < next);
    let known = |list: &Vec<u16>| list.iter().all(|post| usize::from(*post) < posts);
    read.filter(|list| ascending(list) && known(list))
}
