//! Verification of proofs, and the proof as a text that can be checked off-line.
//!
//! Nothing here reads the tree: whoever holds a leaf, a proof and a root can check it alone.

use super::checkpoint::{Malformed, Note, decimal};
use super::hash::{Hash, Suite};
use base64ct::{Base64, Encoding};
use std::fmt;

/// Whether `leaf` stands at `index` in the tree of `size` leaves with this root
/// (BASIS: RFC 9162 §2.1.3.2; the proofs are those of RFC 6962).
pub fn verify_inclusion(
    suite: Suite,
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    path: &[Hash],
) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for other in path {
        if last == 0 {
            return false;
        }
        if is_right(place, last) {
            hash = suite.node(other, &hash);
            climb(&mut place, &mut last);
        } else {
            hash = suite.node(&hash, other);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// A tree with `size` leaves and this `root`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Leaves in the tree.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Whether the tree `new` begins with the tree `old`, so that nothing was changed or taken out
/// (BASIS: RFC 9162 §2.1.4.2).
pub fn verify_consistency(suite: Suite, old: &Head, new: &Head, path: &[Hash]) -> bool {
    if old.size == new.size {
        return path.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return path.is_empty() && old.root == suite.empty();
    }
    old.size < new.size && grows(suite, old, new, path) == Some(true)
}

fn grows(suite: Suite, old: &Head, new: &Head, path: &[Hash]) -> Option<bool> {
    // The old tree is a node of the new one exactly where its size is a power of two.
    let (start, path) = match old.size.is_power_of_two() {
        true => (&old.root, path),
        false => path.split_first()?,
    };
    let skip = (old.size - 1).trailing_ones();
    let (mut place, mut last) = ((old.size - 1) >> skip, (new.size - 1) >> skip);
    let (mut was, mut is) = (*start, *start);
    for other in path {
        if last == 0 {
            return None;
        }
        if is_right(place, last) {
            was = suite.node(other, &was);
            is = suite.node(other, &is);
            climb(&mut place, &mut last);
        } else {
            is = suite.node(&is, other);
        }
        place >>= 1;
        last >>= 1;
    }
    Some(last == 0 && was == old.root && is == new.root)
}

/// Whether the next hash of the proof lies to the left. The last node of a row may be without a
/// sibling there; then its sibling stands on a higher row, and to the left.
const fn is_right(place: u64, last: u64) -> bool {
    place & 1 == 1 || place == last
}

/// Climbs over the rows on which the last node has no sibling.
const fn climb(place: &mut u64, last: &mut u64) {
    while *place & 1 == 0 && *place != 0 {
        *place >>= 1;
        *last >>= 1;
    }
}

/// A proof that needs no server: the place of an entry, the hashes up to the root, and the signed
/// checkpoint that states the root (C2SP tlog-proof).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Bytes the format carries for us. They are not covered by the signature.
    pub extra: Option<Vec<u8>>,
    /// Place of the entry in the ledger, from 0.
    pub index: u64,
    /// Hashes from the sibling of the leaf up to the child of the root.
    pub path: Vec<Hash>,
    /// Signed checkpoint of a tree that holds the entry.
    pub checkpoint: Note,
}

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1\n";

impl Proof {
    /// Reads the text of a proof.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let rest = text
            .strip_prefix(FIRST_LINE)
            .ok_or(Malformed("首行须为存证证明的格式名"))?;
        let (head, note) = rest
            .split_once("\n\n")
            .ok_or(Malformed("证明与检查点之间须有空行"))?;
        let mut lines = head.split('\n').peekable();
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra =
            extra.map(|line| Base64::decode_vec(line.strip_prefix("extra ").unwrap_or_default()));
        let extra = extra
            .transpose()
            .map_err(|_| Malformed("附加数据须为 Base64"))?;
        let index = lines
            .next()
            .and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(Malformed("须给出条目序号"))?;
        let path = lines.map(str::parse).collect::<Result<_, _>>();
        let path = path.map_err(|_| Malformed("证明各行须为摘要"))?;
        Ok(Self {
            extra,
            index,
            path,
            checkpoint: Note::parse(note)?,
        })
    }

    /// Whether the proof leads from this leaf to the root that the checkpoint states. The signature
    /// under the checkpoint is checked by `seal::Verifier`.
    pub fn covers(&self, suite: Suite, leaf: &Hash) -> bool {
        self.checkpoint.checkpoint().is_ok_and(|stated| {
            verify_inclusion(
                suite,
                leaf,
                self.index,
                stated.size,
                &stated.root,
                &self.path,
            )
        })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(FIRST_LINE)?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", Base64::encode_string(extra))?;
        }
        writeln!(out, "index {}", self.index)?;
        self.path
            .iter()
            .try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::{SUITES, grow, leaves};
    use super::*;

    fn flip(hash: &Hash, bit: usize) -> Hash {
        let mut bytes = *hash.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Hash::from_bytes(bytes)
    }

    #[test]
    fn every_leaf_is_proved_and_no_other_place_or_size() {
        for suite in SUITES {
            for size in 1..=40 {
                let (edge, shelf) = grow(suite, size);
                let (tree, root, all) = (edge.over(&shelf), edge.root(), leaves(suite, size));
                for (index, leaf) in (0..size).zip(&all) {
                    let path = tree.inclusion(index, size).unwrap();
                    for place in 0..size + 3 {
                        let proved = verify_inclusion(suite, leaf, place, size, &root, &path);
                        assert_eq!(proved, place == index, "{index} as {place} of {size}");
                    }
                    assert!(!verify_inclusion(
                        suite,
                        leaf,
                        index,
                        2 * size + 1,
                        &root,
                        &path
                    ));
                    let cut = path.split_last().map(|(_, rest)| rest);
                    assert!(cut.is_none_or(|cut| {
                        !verify_inclusion(suite, leaf, index, size, &root, cut)
                    }));
                    let longer = [path.as_slice(), &[root]].concat();
                    assert!(!verify_inclusion(suite, leaf, index, size, &root, &longer));
                }
            }
        }
    }

    #[test]
    fn no_bit_of_an_inclusion_proof_can_be_changed() {
        for (suite, size, index) in [
            (SUITES[0], 77, 13),
            (SUITES[1], 300, 256),
            (SUITES[1], 5, 4),
        ] {
            let (edge, shelf) = grow(suite, size);
            let (root, path) = (
                edge.root(),
                edge.over(&shelf).inclusion(index, size).unwrap(),
            );
            let leaf = edge.over(&shelf).leaf(index).unwrap();
            assert!(verify_inclusion(suite, &leaf, index, size, &root, &path));
            for bit in 0..256 {
                assert!(!verify_inclusion(
                    suite,
                    &flip(&leaf, bit),
                    index,
                    size,
                    &root,
                    &path
                ));
                assert!(!verify_inclusion(
                    suite,
                    &leaf,
                    index,
                    size,
                    &flip(&root, bit),
                    &path
                ));
                for at in 0..path.len() {
                    let mut changed = path.clone();
                    changed[at] = flip(&changed[at], bit);
                    assert!(!verify_inclusion(
                        suite, &leaf, index, size, &root, &changed
                    ));
                }
            }
        }
    }

    #[test]
    fn growth_is_proved_for_every_pair_of_sizes() {
        for suite in SUITES {
            let (edge, shelf) = grow(suite, 70);
            let tree = edge.over(&shelf);
            let head = |size| Head {
                size,
                root: tree.root_at(size).unwrap(),
            };
            for new in 0..=70 {
                for old in 0..=new {
                    let path = tree.consistency(old, new).unwrap();
                    let (old, new) = (head(old), head(new));
                    assert!(
                        verify_consistency(suite, &old, &new, &path),
                        "{old:?} {new:?}"
                    );
                    let longer = [path.as_slice(), &[new.root]].concat();
                    assert!(!verify_consistency(suite, &old, &new, &longer));
                    if old.size == new.size {
                        continue;
                    }
                    assert!(
                        !verify_consistency(suite, &new, &old, &path),
                        "{new:?} {old:?}"
                    );
                    let next = Head {
                        size: old.size + 1,
                        ..old
                    };
                    assert!(!verify_consistency(suite, &next, &new, &path));
                    let cut = path.split_last().map(|(_, rest)| rest);
                    assert!(cut.is_none_or(|cut| !verify_consistency(suite, &old, &new, cut)));
                }
            }
        }
    }

    #[test]
    fn no_bit_of_a_consistency_proof_can_be_changed() {
        for (suite, old, new) in [(SUITES[0], 37, 300), (SUITES[1], 64, 77), (SUITES[1], 6, 7)] {
            let (edge, shelf) = grow(suite, new);
            let path = edge.over(&shelf).consistency(old, new).unwrap();
            let old = Head {
                size: old,
                root: edge.over(&shelf).root_at(old).unwrap(),
            };
            let new = Head {
                size: new,
                root: edge.root(),
            };
            assert!(verify_consistency(suite, &old, &new, &path));
            for bit in 0..256 {
                let changed = Head {
                    root: flip(&old.root, bit),
                    ..old
                };
                assert!(!verify_consistency(suite, &changed, &new, &path));
                let changed = Head {
                    root: flip(&new.root, bit),
                    ..new
                };
                assert!(!verify_consistency(suite, &old, &changed, &path));
                for at in 0..path.len() {
                    let mut changed = path.clone();
                    changed[at] = flip(&changed[at], bit);
                    assert!(!verify_consistency(suite, &old, &new, &changed));
                }
            }
        }
    }

    #[test]
    fn a_proof_of_one_suite_is_nothing_in_the_other() {
        let (edge, shelf) = grow(Suite::National, 9);
        let path = edge.over(&shelf).inclusion(3, 9).unwrap();
        let leaf = edge.over(&shelf).leaf(3).unwrap();
        assert!(verify_inclusion(
            Suite::National,
            &leaf,
            3,
            9,
            &edge.root(),
            &path
        ));
        assert!(!verify_inclusion(
            Suite::International,
            &leaf,
            3,
            9,
            &edge.root(),
            &path
        ));
    }

    #[test]
    fn the_text_of_a_proof_is_read_back_and_checked() {
        let suite = Suite::International;
        let (edge, shelf) = grow(suite, 5);
        let path = edge.over(&shelf).inclusion(4, 5).unwrap();
        let leaf = edge.over(&shelf).leaf(4).unwrap();
        let note = format!(
            "log.example/credit\n5\n{}\n\n— log.example/credit AAAAAQI=\n",
            edge.root()
        );
        let golden = format!(
            "c2sp.org/tlog-proof@v1\nextra aGk=\nindex 4\n{}\n\n{note}",
            path[0]
        );
        let proof = Proof::parse(&golden).unwrap();
        assert_eq!(proof.to_string(), golden);
        assert_eq!(
            (proof.extra.as_deref(), proof.index),
            (Some(b"hi".as_slice()), 4)
        );
        assert_eq!(proof.path, path);
        assert!(proof.covers(suite, &leaf));
        assert!(!proof.covers(suite, &flip(&leaf, 0)));
        assert!(
            !Proof {
                index: 3,
                ..proof.clone()
            }
            .covers(suite, &leaf)
        );
        let plain = golden.replace("extra aGk=\n", "");
        assert_eq!(Proof::parse(&plain).unwrap().to_string(), plain);

        let single = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
        assert_eq!(Proof::parse(&single).unwrap().path, []);
        for (part, wrong) in [
            ("proof@v1", "proof@v2"),
            ("index 4", "index 04"),
            ("index 4", "index +4"),
            ("index 4\n", ""),
            ("extra aGk=", "extra aGk"),
            ("extra aGk=\n", "extra aGk=\nextra aGk=\n"),
            ("=\n\nlog.example", "=\nlog.example"),
        ] {
            assert!(
                Proof::parse(&golden.replace(part, wrong)).is_err(),
                "{wrong}"
            );
        }
    }
}
