//! 双随机抽查 as a lot that anybody can recompute.
//!
//! BASIS of every rule here: `docs/DRAW.md`, format `chengheng-draw/1`. The frame is frozen and its
//! digest made known before the seed exists; from then on everything follows from both, recusals and
//! closed firms included. Nothing here draws a random number of its own.

mod after;
mod file;
mod frame;
mod objects;
mod seed;
mod stream;
mod teams;
mod ticket;
mod verify;

pub use after::{Change, Redrawn, Replaced, Standing, Unchanged};
pub use file::{
    Drawn, Frozen, Loads, Parts, Published, Reserve, Seed, Short, Spot, Tight, publish,
};
pub use frame::{Frame, FrameItem, Inspector, Layer, Misread, Post};
pub use objects::{Lot, lots};
pub use seed::{Form, Group, Party, SHORTEST, Source, Unsuitable, VRF_BYTES, commitment};
pub use stream::Stream;
pub use teams::{Assigned, Job, assign};
pub use ticket::{Opening, Salt, Ticket, blind, secret_digest};
pub use verify::{Difference, Proof, Verified, verify};

use crate::ledger::{Hash, Suite};

/// Name of the format, first line of a frame.
pub const FORMAT: &str = "chengheng-draw/1";

/// Digest of the parts under a tag that no other use of the hash has.
fn tagged(suite: Suite, tag: &str, parts: &[&[u8]]) -> Hash {
    let mut all: Vec<&[u8]> = vec![FORMAT.as_bytes(), b" ", tag.as_bytes(), &[0]];
    all.extend(parts);
    suite.digest(&all)
}
