//! The Merkle tree of the ledger (RFC 6962), kept in tiles of height 8 (C2SP tlog-tiles).
//!
//! A complete tile is written once and never changes. The incomplete right edge lives in memory and
//! is rebuilt at start from the tiles and at most 255 leaves. No input or output happens here: what
//! was completed is handed back to be written, what is needed is read through [`Tiles`].

use super::hash::{HASH_BYTES, Hash, Suite};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Hashes in the lowest row of a complete tile.
pub const TILE_WIDTH: usize = 256;

/// Rows of nodes below the root of a tile.
const TILE_HEIGHT: u32 = 8;

/// All nodes of a tile: 256 + 128 + … + 1.
pub const TILE_NODES: usize = 2 * TILE_WIDTH - 1;

/// Bytes of a stored tile.
pub const TILE_BYTES: usize = TILE_NODES * HASH_BYTES;

/// Bytes of a complete tile as it is published: the lowest row only.
pub const PUBLISHED_BYTES: usize = TILE_WIDTH * HASH_BYTES;

/// Tile levels a tree of 2⁶⁴ leaves can have.
const MOST_LEVELS: u8 = 8;

type Node = [u8; HASH_BYTES];

/// A complete tile, ready to be written.
///
/// STORED: nodes row by row, lowest row first, root last. The inner rows could be computed from the
/// lowest, but 255 hashes for each proof cost more than reading 8 kilobytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// 0 = the lowest row are leaves of the tree; 1 = roots of tiles of level 0; …
    pub level: u8,
    /// Place among the tiles of its level, from 0.
    pub index: u64,
    nodes: Vec<Node>,
}

impl Tile {
    /// What the store writes: [`TILE_BYTES`] bytes, of which the first [`PUBLISHED_BYTES`] are the
    /// tile of C2SP.
    pub fn bytes(&self) -> &[u8] {
        self.nodes.as_flattened()
    }
}

/// Position of the first node of `row` inside a tile; row 0 is the lowest.
const fn row_start(row: u32) -> usize {
    2 * TILE_WIDTH - ((2 * TILE_WIDTH) >> row)
}

/// The incomplete tile at the right end of one level.
#[derive(Debug, Clone)]
struct Partial {
    index: u64,
    width: usize,
    nodes: Vec<Node>,
}

impl Partial {
    fn new(index: u64) -> Self {
        Self {
            index,
            width: 0,
            nodes: vec![[0; HASH_BYTES]; TILE_NODES],
        }
    }

    /// Takes as many hashes as fit, computes the nodes they complete, returns how many it took.
    fn fill(&mut self, suite: Suite, hashes: &[Hash]) -> usize {
        let (before, taken) = (self.width, hashes.len().min(TILE_WIDTH - self.width));
        let free = self.nodes.iter_mut().skip(before);
        free.zip(hashes.iter().take(taken))
            .for_each(|(node, hash)| *node = *hash.as_bytes());
        self.width = before + taken;
        for row in 1..=TILE_HEIGHT {
            self.raise(suite, row, before >> row);
        }
        taken
    }

    /// Computes the nodes of `row` from the place `from` up to what the row below can carry.
    fn raise(&mut self, suite: Suite, row: u32, from: usize) {
        let (below, above) = self.nodes.split_at_mut(row_start(row));
        let below = below.get(row_start(row - 1)..).unwrap_or_default();
        let pairs = below.as_chunks::<2>().0.iter().zip(above);
        for ([left, right], node) in pairs.take(self.width >> row).skip(from) {
            *node = *suite
                .node(&Hash::from_bytes(*left), &Hash::from_bytes(*right))
                .as_bytes();
        }
    }

    /// Hands out the tile if it is complete and starts the next one.
    fn complete(&mut self, level: u8) -> Option<Tile> {
        if self.width < TILE_WIDTH {
            return None;
        }
        let Self { index, nodes, .. } = std::mem::replace(self, Self::new(self.index + 1));
        Some(Tile {
            level,
            index,
            nodes,
        })
    }

    /// Roots of the complete subtrees, smallest (rightmost) first.
    fn peaks(&self) -> impl Iterator<Item = Hash> {
        (0..TILE_HEIGHT)
            .filter(|row| (self.width >> row) & 1 == 1)
            .filter_map(|row| self.nodes.get(row_start(row) + (self.width >> row) - 1))
            .map(|node| Hash::from_bytes(*node))
    }

    fn node(&self, spot: &Spot) -> Option<Hash> {
        let known = spot.tile == self.index && spot.column < self.width >> spot.row;
        let node = known.then(|| self.nodes.get(spot.place()))??;
        Some(Hash::from_bytes(*node))
    }
}

/// Where a node lies: in which tile, and where in that tile.
struct Spot {
    level: u8,
    tile: u64,
    row: u32,
    column: usize,
}

impl Spot {
    /// Finds the node over the leaves `index · 2^height ..  (index + 1) · 2^height`.
    fn of(height: u32, index: u64) -> Self {
        let row = height % TILE_HEIGHT;
        let columns = TILE_HEIGHT - row;
        let [column, ..] = (index & ((1 << columns) - 1)).to_le_bytes();
        Self {
            level: (height / TILE_HEIGHT).to_le_bytes()[0],
            tile: index >> columns,
            row,
            column: column.into(),
        }
    }

    fn place(&self) -> usize {
        row_start(self.row) + self.column
    }
}

/// The right edge of the tree: everything that is not yet in a complete tile, and the size.
///
/// A writer clones it (some 16 kB for each level), extends the clone, writes the tiles and the
/// entries in one transaction, and puts the clone in place when the transaction is durable.
#[derive(Debug, Clone)]
pub struct Edge {
    suite: Suite,
    size: u64,
    levels: Vec<Partial>,
}

impl Edge {
    /// Edge of a ledger without entries.
    pub fn new(suite: Suite) -> Self {
        Self {
            suite,
            size: 0,
            levels: Vec::new(),
        }
    }

    /// Rebuilds the edge of a tree with `size` leaves. `tail` are the leaf hashes after the last
    /// complete tile of level 0 (`size % 256` of them).
    ///
    /// The caller compares [`Edge::root`] with the last checkpoint; a tile that was changed on disk
    /// shows there.
    pub fn restore(
        suite: Suite,
        size: u64,
        tail: &[Hash],
        tiles: &dyn Tiles,
    ) -> Result<Self, Unreadable> {
        let mut edge = Self {
            suite,
            size,
            levels: Vec::new(),
        };
        let mut whole = size;
        for level in 0..MOST_LEVELS {
            let (index, width) = (whole / 256, whole % 256);
            let row = match level.checked_sub(1) {
                None => tail.to_vec(),
                Some(below) => (whole - width..whole)
                    .map(|tile| {
                        tiles
                            .root(below, tile)?
                            .ok_or(Unreadable::Absent(below, tile))
                    })
                    .collect::<Result<_, _>>()?,
            };
            if u64::try_from(row.len()) != Ok(width) {
                return Err(Unreadable::Tail {
                    expected: width,
                    given: row.len(),
                });
            }
            let mut partial = Partial::new(index);
            partial.fill(suite, &row);
            edge.levels.push(partial);
            whole = index;
            if whole == 0 {
                break;
            }
        }
        Ok(edge)
    }

    /// Suite of the tree.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf and returns the tiles this completed, lowest level first.
    #[must_use = "a tile that is not written is lost"]
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        self.extend(&[leaf])
    }

    /// Appends leaves and returns the tiles this completed, in the order of their completion.
    /// Each 256 leaves make 16 kB of tiles, so a very long run is given in parts.
    #[must_use = "a tile that is not written is lost"]
    pub fn extend(&mut self, leaves: &[Hash]) -> Vec<Tile> {
        let mut done = Vec::new();
        self.raise(0, leaves, &mut done);
        self.size += u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        done
    }

    fn raise(&mut self, level: u8, mut hashes: &[Hash], done: &mut Vec<Tile>) {
        while !hashes.is_empty() {
            let at = usize::from(level);
            if self.levels.len() <= at {
                self.levels.push(Partial::new(0));
            }
            let Some(partial) = self.levels.get_mut(at) else {
                return;
            };
            let taken = partial.fill(self.suite, hashes);
            hashes = hashes.get(taken..).unwrap_or_default();
            if let Some(tile) = partial.complete(level) {
                let root = tile.nodes.last().map(|node| Hash::from_bytes(*node));
                done.push(tile);
                self.raise(level + 1, root.as_slice(), done);
            }
        }
    }

    /// Root of the tree as it stands.
    pub fn root(&self) -> Hash {
        let peaks = self.levels.iter().flat_map(Partial::peaks);
        peaks
            .reduce(|right, left| self.suite.node(&left, &right))
            .unwrap_or_else(|| self.suite.empty())
    }

    /// The incomplete tile of a level as it is published, or nothing where the level ends with a
    /// complete tile.
    pub fn partial(&self, level: u8) -> Option<(TilePath, &[u8])> {
        let partial = self
            .levels
            .get(usize::from(level))
            .filter(|partial| partial.width > 0)?;
        let width = u16::try_from(partial.width).ok()?;
        let path = TilePath {
            level,
            index: partial.index,
            width,
        };
        Some((path, partial.nodes.get(..partial.width)?.as_flattened()))
    }

    /// The whole tree: this edge, and the store for all that is complete.
    pub fn over<'a>(&'a self, tiles: &'a dyn Tiles) -> Tree<'a> {
        Tree { edge: self, tiles }
    }

    fn node(&self, spot: &Spot) -> Option<Hash> {
        self.levels.get(usize::from(spot.level))?.node(spot)
    }
}

/// Complete tiles, as a store keeps them.
pub trait Tiles {
    /// The [`TILE_BYTES`] bytes of [`Tile::bytes`], or nothing where no such tile was written.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Cow<'_, [u8]>>, Unreadable>;

    /// Root of a tile: its last 32 bytes. A store that can read a part of a row does so here,
    /// because [`Edge::restore`] asks for up to 255 roots on each level.
    fn root(&self, level: u8, index: u64) -> Result<Option<Hash>, Unreadable> {
        let Some(bytes) = self.tile(level, index)? else {
            return Ok(None);
        };
        node_in(&bytes, TILE_NODES - 1)
            .map(Some)
            .ok_or(Unreadable::Misshapen(level, index))
    }
}

fn node_in(tile: &[u8], place: usize) -> Option<Hash> {
    let nodes = tile.as_chunks::<HASH_BYTES>().0;
    (tile.len() == TILE_BYTES)
        .then(|| nodes.get(place))?
        .map(|node| Hash::from_bytes(*node))
}

/// A tree that can be asked: edge first, then the store.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    edge: &'a Edge,
    tiles: &'a dyn Tiles,
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tree")
            .field("size", &self.edge.size)
            .finish_non_exhaustive()
    }
}

impl Tree<'_> {
    /// Hash of the leaf `index`.
    pub fn leaf(&self, index: u64) -> Result<Hash, Unreadable> {
        self.reader(index.saturating_add(1))?.node(0, index)
    }

    /// Root the tree had when it had `size` leaves.
    pub fn root_at(&self, size: u64) -> Result<Hash, Unreadable> {
        self.reader(size)?.subtree(0, size)
    }

    /// Proof that the leaf `index` is in the tree of the first `size` leaves: the sibling of the leaf
    /// first, the child of the root last (BASIS: RFC 6962 §2.1.1).
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, Unreadable> {
        let mut reader = self.reader(size)?;
        if index >= size {
            return Err(Unreadable::Beyond { asked: index, size });
        }
        let (mut path, mut low, mut high) = (Vec::with_capacity(64), 0, size);
        while high - low > 1 {
            let middle = low + half(high - low);
            if index < middle {
                path.push(reader.subtree(middle, high)?);
                high = middle;
            } else {
                path.push(reader.subtree(low, middle)?);
                low = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// Proof that the tree of `new` leaves begins with the tree of `old` leaves
    /// (BASIS: RFC 6962 §2.1.2). Empty where `old` is 0 or equal to `new`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Unreadable> {
        let mut reader = self.reader(new)?;
        if old > new {
            return Err(Unreadable::Beyond {
                asked: old,
                size: new,
            });
        }
        let (mut path, mut low, mut high) = (Vec::new(), 0, new);
        while old != 0 && old != high {
            let middle = low + half(high - low);
            if old <= middle {
                path.push(reader.subtree(middle, high)?);
                high = middle;
            } else {
                path.push(reader.subtree(low, middle)?);
                low = middle;
            }
        }
        // The verifier has the root of the old tree; it needs our part only where that part is not
        // the old tree itself.
        if low > 0 {
            path.push(reader.subtree(low, high)?);
        }
        path.reverse();
        Ok(path)
    }

    /// A published tile, complete or of any width the tree has had.
    pub fn published(&self, path: TilePath) -> Result<Option<Vec<u8>>, Unreadable> {
        let wanted = usize::from(path.width) * HASH_BYTES;
        if let Some((edge, bytes)) = self.edge.partial(path.level)
            && edge.index == path.index
        {
            return Ok(bytes.get(..wanted).map(<[u8]>::to_vec));
        }
        let Some(bytes) = self.tiles.tile(path.level, path.index)? else {
            return Ok(None);
        };
        let bytes = bytes.get(..wanted).filter(|_| bytes.len() == TILE_BYTES);
        bytes
            .map(|row| Some(row.to_vec()))
            .ok_or(Unreadable::Misshapen(path.level, path.index))
    }

    fn reader(&self, size: u64) -> Result<Reader<'_>, Unreadable> {
        if size > self.edge.size {
            return Err(Unreadable::Beyond {
                asked: size,
                size: self.edge.size,
            });
        }
        Ok(Reader {
            tree: self,
            held: Vec::new(),
        })
    }
}

/// The largest power of two smaller than `leaves` (`leaves` > 1).
const fn half(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Reads nodes for one proof and fetches each tile once.
struct Reader<'a> {
    tree: &'a Tree<'a>,
    held: Vec<(u8, u64, Cow<'a, [u8]>)>,
}

impl Reader<'_> {
    /// Root over the leaves `low..high`, where `low` is a multiple of the largest power of two below
    /// their number: the ranges of RFC 6962 all are.
    fn subtree(&mut self, low: u64, high: u64) -> Result<Hash, Unreadable> {
        let suite = self.tree.edge.suite;
        let (mut end, mut root) = (high, None);
        while end > low {
            let height = (end - low).trailing_zeros();
            let left = self.node(height, (end >> height) - 1)?;
            root = Some(root.map_or(left, |right| suite.node(&left, &right)));
            end -= 1 << height;
        }
        Ok(root.unwrap_or_else(|| suite.empty()))
    }

    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Unreadable> {
        let spot = Spot::of(height, index);
        match self.tree.edge.node(&spot) {
            Some(hash) => Ok(hash),
            None => node_in(self.tile(&spot)?, spot.place())
                .ok_or(Unreadable::Misshapen(spot.level, spot.tile)),
        }
    }

    fn tile(&mut self, spot: &Spot) -> Result<&[u8], Unreadable> {
        let (level, index) = (spot.level, spot.tile);
        let held = self
            .held
            .iter()
            .position(|(l, i, _)| (*l, *i) == (level, index));
        let at = match held {
            Some(at) => at,
            None => {
                let bytes = self.tree.tiles.tile(level, index)?;
                self.held
                    .push((level, index, bytes.ok_or(Unreadable::Absent(level, index))?));
                self.held.len() - 1
            }
        };
        self.held
            .get(at)
            .map(|(_, _, bytes)| &**bytes)
            .ok_or(Unreadable::Absent(level, index))
    }
}

/// Why the tree could not answer.
#[derive(Debug)]
pub enum Unreadable {
    /// Asked for more than the tree has.
    Beyond { asked: u64, size: u64 },
    /// The store has no tile of this level and index though the tree needs it.
    Absent(u8, u64),
    /// The stored tile of this level and index has a wrong length.
    Misshapen(u8, u64),
    /// The edge was to be rebuilt from a wrong number of leaves.
    Tail { expected: u64, given: usize },
    /// The store failed.
    Store(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond { asked, size } => write!(out, "所求位置 {asked} 超出账本长度 {size}"),
            Self::Absent(level, index) => write!(out, "账本缺少第 {level} 层第 {index} 号瓦片"),
            Self::Misshapen(level, index) => {
                write!(out, "账本第 {level} 层第 {index} 号瓦片长度不对")
            }
            Self::Tail { expected, given } => {
                write!(out, "重建账本边缘须 {expected} 个叶子，实得 {given} 个")
            }
            Self::Store(_) => out.write_str("账本存储读取失败"),
        }
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(cause) => Some(&**cause),
            _ => None,
        }
    }
}

/// Address of a published tile below `tile/`, for example `0/x001/x234/067` or `1/000.p/17`
/// (BASIS: C2SP tlog-tiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TilePath {
    /// Level of the tile; see [`Tile::level`].
    pub level: u8,
    /// Place in its level.
    pub index: u64,
    /// Hashes in the tile: 256 where it is complete.
    pub width: u16,
}

const COMPLETE: u16 = 256;

impl fmt::Display for TilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/", self.level)?;
        let (mut scale, mut rest) = (1, self.index);
        while rest >= 1000 {
            rest /= 1000;
            scale *= 1000;
        }
        while scale > 1 {
            write!(out, "x{:03}/", self.index / scale % 1000)?;
            scale /= 1000;
        }
        write!(out, "{:03}", self.index % 1000)?;
        if self.width < COMPLETE {
            write!(out, ".p/{}", self.width)
        } else {
            Ok(())
        }
    }
}

impl FromStr for TilePath {
    type Err = NoTile;

    /// Accepts only the form that [`fmt::Display`] prints, so that each tile has one address.
    fn from_str(text: &str) -> Result<Self, NoTile> {
        let read = || {
            let (level, rest) = text.split_once('/')?;
            let (number, width) = match rest.split_once(".p/") {
                Some((number, width)) => (number, width.parse().ok()?),
                None => (rest, COMPLETE),
            };
            let index = number.split('/').try_fold(0_u64, |sum, part| {
                let digits = part.strip_prefix('x').unwrap_or(part).parse::<u64>().ok()?;
                sum.checked_mul(1000)?.checked_add(digits)
            })?;
            Some(Self {
                level: level.parse().ok()?,
                index,
                width,
            })
        };
        let path = read()
            .filter(|path| path.level < 64 && path.width > 0)
            .ok_or(NoTile)?;
        if path.to_string() == text {
            Ok(path)
        } else {
            Err(NoTile)
        }
    }
}

/// The text is not the address of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTile;

impl fmt::Display for NoTile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("瓦片地址不合 C2SP 格式")
    }
}

impl std::error::Error for NoTile {}

#[cfg(test)]
pub(super) mod tests {
    use super::super::proof::{Head, verify_consistency, verify_inclusion};
    use super::*;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use std::cell::Cell;
    use std::collections::HashMap;

    pub const SUITES: [Suite; 2] = [Suite::National, Suite::International];

    /// Tiles in memory; counts how often it was asked.
    #[derive(Default)]
    pub struct Shelf {
        tiles: HashMap<(u8, u64), Vec<u8>>,
        reads: Cell<usize>,
    }

    impl Shelf {
        fn put(&mut self, tiles: Vec<Tile>) {
            for tile in tiles {
                let bytes = tile.bytes().to_vec();
                let former = self.tiles.insert((tile.level, tile.index), bytes);
                assert!(
                    former.is_none(),
                    "tile {}/{} written twice",
                    tile.level,
                    tile.index
                );
            }
        }
    }

    impl Tiles for Shelf {
        fn tile(&self, level: u8, index: u64) -> Result<Option<Cow<'_, [u8]>>, Unreadable> {
            self.reads.set(self.reads.get() + 1);
            Ok(self
                .tiles
                .get(&(level, index))
                .map(|bytes| Cow::Borrowed(bytes.as_slice())))
        }
    }

    pub fn entry(index: u64) -> Vec<u8> {
        format!("entry {index}").into_bytes()
    }

    pub fn leaves(suite: Suite, size: u64) -> Vec<Hash> {
        (0..size).map(|index| suite.leaf(&entry(index))).collect()
    }

    pub fn grow(suite: Suite, size: u64) -> (Edge, Shelf) {
        let (mut edge, mut shelf) = (Edge::new(suite), Shelf::default());
        shelf.put(edge.extend(&leaves(suite, size)));
        (edge, shelf)
    }

    /// The definition of RFC 6962 §2.1, word by word.
    fn defined(suite: Suite, leaves: &[Hash]) -> Hash {
        match leaves {
            [] => suite.empty(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                suite.node(&defined(suite, left), &defined(suite, right))
            }
        }
    }

    /// Sizes on both sides of every border between tiles, and some between.
    fn sizes() -> impl Iterator<Item = u64> {
        let borders = [
            511, 512, 513, 767, 1000, 65_535, 65_536, 65_537, 65_792, 70_000,
        ];
        (0..=20)
            .chain([100, 254, 255, 256, 257, 258, 300])
            .chain(borders)
    }

    #[test]
    fn roots_agree_with_the_vectors_of_certificate_transparency() {
        let entries: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let (mut edge, shelf) = (Edge::new(Suite::International), Shelf::default());
        assert_eq!(format!("{:x}", edge.root()), roots[0]);
        for (bytes, root) in entries.iter().zip(&roots[1..]) {
            assert!(edge.push(Suite::International.leaf(bytes)).is_empty());
            assert_eq!(format!("{:x}", edge.root()), *root, "size {}", edge.size());
        }
        let path = edge.over(&shelf).inclusion(5, 8).unwrap();
        let path = path
            .iter()
            .map(|hash| format!("{hash:x}"))
            .collect::<Vec<_>>();
        let expected = [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            roots[4],
        ];
        assert_eq!(path, expected);
    }

    #[test]
    fn roots_follow_the_definition_in_both_suites() {
        for suite in SUITES {
            let all = leaves(suite, 70_000);
            let (edge, shelf) = grow(suite, 70_000);
            for size in sizes() {
                let expected = defined(suite, &all[..usize::try_from(size).unwrap()]);
                assert_eq!(grow(suite, size).0.root(), expected, "{suite:?} {size}");
                assert_eq!(
                    edge.over(&shelf).root_at(size).unwrap(),
                    expected,
                    "at {size}"
                );
            }
        }
    }

    #[test]
    fn proofs_agree_with_a_second_implementation() {
        let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
        let (mut edge, mut shelf) = (Edge::new(Suite::International), Shelf::default());
        let mut chance = 1_u64;
        for size in 1..=3000_u64 {
            theirs.push(entry(size - 1));
            shelf.put(edge.push(Suite::International.leaf(&entry(size - 1))));
            if size > 70 && size % 13 != 0 && size % 256 > 1 {
                continue;
            }
            let tree = edge.over(&shelf);
            assert_eq!(
                edge.root().as_bytes().as_slice(),
                theirs.root().as_bytes().as_slice()
            );
            for _ in 0..12 {
                chance = chance
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let index = (chance >> 20) % size;
                let path = tree.inclusion(index, size).unwrap();
                let flat = path
                    .iter()
                    .flat_map(|hash| *hash.as_bytes())
                    .collect::<Vec<_>>();
                let proof = theirs.prove_inclusion(usize::try_from(index).unwrap());
                assert_eq!(flat, proof.as_bytes(), "leaf {index} of {size}");
                let path = tree.consistency(index + 1, size).unwrap();
                let flat = path
                    .iter()
                    .flat_map(|hash| *hash.as_bytes())
                    .collect::<Vec<_>>();
                let added = usize::try_from(size - index - 1).unwrap();
                if added > 0 {
                    let proof = theirs.prove_consistency(added);
                    assert_eq!(flat, proof.as_bytes(), "{} to {size}", index + 1);
                }
            }
        }
    }

    #[test]
    fn an_edge_restored_at_any_size_goes_on_as_before() {
        let suite = Suite::International;
        let all = leaves(suite, 70_600);
        for size in sizes() {
            let (mut edge, shelf) = grow(suite, size);
            let at = usize::try_from(size).unwrap();
            let tail = &all[at - at % 256..at];
            let mut again = Edge::restore(suite, size, tail, &shelf).unwrap();
            assert_eq!((again.size(), again.root()), (size, edge.root()), "{size}");
            let more = &all[at..at + 600];
            assert_eq!(again.extend(more), edge.extend(more), "tiles after {size}");
            assert_eq!(again.root(), edge.root(), "root after {size}");
        }
    }

    #[test]
    fn an_edge_is_not_restored_from_too_little() {
        let suite = Suite::National;
        let (_, mut shelf) = grow(suite, 600);
        let tail = &leaves(suite, 600)[512..];
        let restore = |tail, shelf: &Shelf| Edge::restore(suite, 600, tail, shelf).unwrap_err();
        let short = restore(&tail[1..], &shelf);
        assert!(
            matches!(
                short,
                Unreadable::Tail {
                    expected: 88,
                    given: 87
                }
            ),
            "{short:?}"
        );
        shelf.tiles.get_mut(&(0, 0)).unwrap().pop();
        let cut = restore(tail, &shelf);
        assert!(matches!(cut, Unreadable::Misshapen(0, 0)), "{cut:?}");
        shelf.tiles.remove(&(0, 0));
        let absent = restore(tail, &shelf);
        assert!(matches!(absent, Unreadable::Absent(0, 0)), "{absent:?}");
    }

    #[test]
    fn the_same_tiles_come_out_of_any_batches() {
        let suite = Suite::National;
        let all = leaves(suite, 1500);
        let expected = Edge::new(suite).extend(&all);
        for batch in [1, 2, 7, 255, 256, 257, 1000] {
            let mut edge = Edge::new(suite);
            let tiles = all
                .chunks(batch)
                .flat_map(|part| edge.extend(part))
                .collect::<Vec<_>>();
            assert_eq!(tiles, expected, "batches of {batch}");
        }
    }

    #[test]
    fn seventy_thousand_leaves_make_the_tiles_of_the_c2sp_example() {
        let suite = Suite::International;
        let all = leaves(suite, 70_000);
        let (edge, shelf) = grow(suite, 70_000);
        let count = |level| shelf.tiles.keys().filter(|(of, _)| *of == level).count();
        assert_eq!([count(0), count(1), count(2)], [273, 1, 0]);
        let partial = |level| edge.partial(level).map(|(path, _)| path.to_string());
        let names = ["0/273.p/112", "1/001.p/17", "2/000.p/1"];
        assert_eq!([0, 1, 2].map(|level| partial(level).unwrap()), names);
        assert_eq!(partial(3), None);

        let tree = edge.over(&shelf);
        let read = |path: &str| tree.published(path.parse().unwrap()).unwrap();
        let flat = |hashes: &[Hash]| {
            hashes
                .iter()
                .flat_map(|h| *h.as_bytes())
                .collect::<Vec<_>>()
        };
        assert_eq!(read("0/272").unwrap(), flat(&all[272 * 256..273 * 256]));
        assert_eq!(read("0/273.p/112").unwrap(), flat(&all[273 * 256..]));
        assert_eq!(
            read("0/273.p/5").unwrap(),
            flat(&all[273 * 256..273 * 256 + 5])
        );
        assert_eq!(read("0/007.p/9").unwrap(), flat(&all[7 * 256..7 * 256 + 9]));
        let roots = all
            .chunks(256)
            .take(273)
            .map(|part| defined(suite, part))
            .collect::<Vec<_>>();
        assert_eq!(read("1/000").unwrap(), flat(&roots[..256]));
        assert_eq!(read("1/001.p/17").unwrap(), flat(&roots[256..]));
        assert_eq!(
            read("2/000.p/1").unwrap(),
            flat(&[defined(suite, &roots[..256])])
        );
        for absent in [
            "0/273",
            "0/273.p/113",
            "0/274.p/1",
            "2/000",
            "3/000.p/1",
            "63/000",
        ] {
            assert_eq!(read(absent), None, "{absent}");
        }
    }

    #[test]
    fn former_trees_are_proved_from_the_present_one() {
        let suite = Suite::International;
        let all = leaves(suite, 70_000);
        let (edge, shelf) = grow(suite, 70_000);
        let tree = edge.over(&shelf);
        let present = Head {
            size: 70_000,
            root: edge.root(),
        };
        for size in sizes() {
            let root = tree.root_at(size).unwrap();
            let path = tree.consistency(size, 70_000).unwrap();
            assert!(
                verify_consistency(suite, &Head { size, root }, &present, &path),
                "{size}"
            );
            for index in [0, size / 3, size / 2, size.saturating_sub(1)] {
                let Some(leaf) = all
                    .get(usize::try_from(index).unwrap())
                    .filter(|_| index < size)
                else {
                    continue;
                };
                assert_eq!(tree.leaf(index).unwrap(), *leaf);
                let path = tree.inclusion(index, size).unwrap();
                assert!(
                    verify_inclusion(suite, leaf, index, size, &root, &path),
                    "{index}/{size}"
                );
            }
        }
    }

    #[test]
    fn a_proof_reads_each_tile_once() {
        let (edge, shelf) = grow(Suite::International, 70_000);
        edge.over(&shelf).inclusion(1234, 70_000).unwrap();
        assert_eq!(
            shelf.reads.get(),
            2,
            "one tile of level 0 and one of level 1"
        );
    }

    #[test]
    fn what_is_not_there_is_not_proved() {
        let (edge, mut shelf) = grow(Suite::National, 600);
        let tree = edge.over(&shelf);
        assert!(matches!(
            tree.inclusion(0, 601),
            Err(Unreadable::Beyond {
                asked: 601,
                size: 600
            })
        ));
        assert!(matches!(
            tree.inclusion(9, 9),
            Err(Unreadable::Beyond { asked: 9, size: 9 })
        ));
        assert!(matches!(
            tree.consistency(8, 7),
            Err(Unreadable::Beyond { .. })
        ));
        assert!(matches!(tree.leaf(600), Err(Unreadable::Beyond { .. })));
        assert!(matches!(
            tree.leaf(u64::MAX),
            Err(Unreadable::Beyond { .. })
        ));
        assert!(matches!(tree.root_at(601), Err(Unreadable::Beyond { .. })));
        shelf
            .tiles
            .get_mut(&(0, 0))
            .unwrap()
            .truncate(PUBLISHED_BYTES);
        shelf.tiles.remove(&(0, 1));
        let tree = edge.over(&shelf);
        assert!(matches!(
            tree.inclusion(1, 600),
            Err(Unreadable::Misshapen(0, 0))
        ));
        assert!(matches!(
            tree.inclusion(300, 600),
            Err(Unreadable::Absent(0, 1))
        ));
        assert!(tree.inclusion(550, 600).is_ok(), "needs the edge only");
    }

    #[test]
    fn tile_paths_have_one_form() {
        let cases = [
            ("0/000", 0, 0, 256),
            ("0/999", 0, 999, 256),
            ("1/x001/000", 1, 1000, 256),
            ("0/x001/x234/067", 0, 1_234_067, 256),
            ("2/x001/x234/067.p/17", 2, 1_234_067, 17),
            (
                "63/x018/x446/x744/x073/x709/x551/615.p/255",
                63,
                u64::MAX,
                255,
            ),
        ];
        for (text, level, index, width) in cases {
            let path = TilePath {
                level,
                index,
                width,
            };
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
        }
        for wrong in [
            "",
            "0",
            "0/",
            "0/0",
            "0/0000",
            "00/000",
            "64/000",
            "-1/000",
            "+1/000",
            "0/x000/001",
            "0/1000",
            "0/001/000",
            "0/x001/x000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000/",
            "/000",
            "0/x01/000",
            "0/000.p/1.p/1",
            "0/+01",
            "entries/000",
            "0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(wrong.parse::<TilePath>(), Err(NoTile), "{wrong}");
        }
    }
}
