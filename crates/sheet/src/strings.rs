//! The shared strings of a workbook: the one thing that must be kept while rows stream by.

use crate::Refused;

const CHUNK_BITS: u32 = 20;
const CHUNK: usize = 1 << CHUNK_BITS;
const PLACES: usize = 1 << 16;

/// Texts by number, in chunks so that growing never holds an old and a new copy at once.
#[derive(Debug)]
pub(crate) struct SharedStrings {
    chunks: Vec<String>,
    places: Vec<Vec<Place>>,
    used: usize,
    limit: usize,
}

/// `at` is the chunk's number and, in the lower twenty bits, the place in it.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: u32,
    len: u32,
}

impl SharedStrings {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            chunks: Vec::new(),
            places: Vec::new(),
            used: 0,
            limit: limit.min(1 << 30),
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> Result<(), Refused> {
        self.used += text.len() + size_of::<Place>();
        if self.used > self.limit || text.len() >= CHUNK {
            return Err(Refused::SharedStrings { limit: self.limit });
        }
        if self
            .chunks
            .last()
            .is_none_or(|c| CHUNK - c.len() <= text.len())
        {
            // What stays free at the end of a chunk counts as used.
            self.used += self.chunks.last().map_or(0, |c| CHUNK - c.len());
            let room = if self.chunks.is_empty() {
                text.len()
            } else {
                CHUNK
            };
            self.chunks.push(String::with_capacity(room));
        }
        let index = self.chunks.len() - 1;
        let Some(chunk) = self.chunks.last_mut() else {
            return Ok(());
        };
        let at = u32::try_from((index << CHUNK_BITS) | chunk.len()).unwrap_or(u32::MAX);
        chunk.push_str(text);
        self.keep(Place {
            at,
            len: u32::try_from(text.len()).unwrap_or(0),
        });
        Ok(())
    }

    fn keep(&mut self, place: Place) {
        match self.places.last_mut() {
            Some(block) if block.len() < PLACES => block.push(place),
            _ => self.places.push(vec![place]),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let place = self.places.get(index / PLACES)?.get(index % PLACES)?;
        let start = place.at as usize & (CHUNK - 1);
        self.chunks
            .get((place.at >> CHUNK_BITS) as usize)?
            .get(start..start + place.len as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_short_and_long_texts_apart_up_to_its_cap() {
        let mut strings = SharedStrings::new(4 << 20);
        let long = "长".repeat(100_000);
        for text in ["甲", long.as_str(), "", "乙"] {
            strings.push(text).unwrap();
        }
        for index in 4..100_000 {
            strings.push(&index.to_string()).unwrap();
        }
        assert_eq!(strings.get(0), Some("甲"));
        assert_eq!(strings.get(1), Some(long.as_str()));
        assert_eq!((strings.get(2), strings.get(3)), (Some(""), Some("乙")));
        assert_eq!(strings.get(99_999), Some("99999"));
        assert_eq!(strings.get(100_000), None);
        let full = (0..1_000_000).find_map(|_| strings.push("一二三四").err());
        assert!(matches!(full, Some(Refused::SharedStrings { .. })));
    }
}
