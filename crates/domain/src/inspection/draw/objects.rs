//! Which objects are drawn (`docs/DRAW.md` §7).

use super::{Frame, Stream};
use crate::ledger::Hash;
use std::collections::HashMap;

/// A whole share, in millionths.
pub(super) const WHOLE: u64 = 1_000_000;

/// What the lot gave in one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// How many are drawn.
    pub quota: usize,
    /// Numbers of objects in the layer: first the drawn ones, then the reserves, each in their order.
    pub order: Vec<u32>,
}

impl Lot {
    pub fn drawn(&self) -> &[u32] {
        self.order.get(..self.quota).unwrap_or(&self.order)
    }

    pub fn reserves(&self) -> &[u32] {
        self.order.get(self.quota..).unwrap_or_default()
    }
}

/// The lot of every layer, in their order.
pub fn lots(frame: &Frame, seed: &Hash) -> Vec<Lot> {
    let layers = frame.layers.iter().enumerate();
    layers
        .map(|(number, layer)| {
            let mut stream = Stream::new(frame.suite, seed, &format!("layer {number}"));
            lot(&mut stream, layer.objects.len(), layer.share)
        })
        .collect()
}

fn lot(stream: &mut Stream, size: usize, share: u32) -> Lot {
    let due = size as u64 * u64::from(share);
    let (mut quota, rest) = (due / WHOLE, due % WHOLE);
    if rest > 0 && stream.below(WHOLE) < rest {
        quota += 1;
    }
    let quota = usize::try_from(quota).unwrap_or(size).min(size);
    let length = size.min(2 * quota);
    // Only the front of the order is needed: what lies behind it stays where it is unless moved.
    let mut moved: HashMap<usize, usize> = HashMap::with_capacity(2 * length);
    let mut order = Vec::with_capacity(length);
    for place in 0..length {
        let other = place + stream.place(size - place);
        let here = moved.get(&place).copied().unwrap_or(place);
        let there = moved.insert(other, here).unwrap_or(other);
        // A place exchanged with itself keeps what lay there.
        let taken = if other == place { here } else { there };
        order.push(u32::try_from(taken).unwrap_or(u32::MAX));
    }
    Lot { quota, order }
}
