//! Merged areas of a sheet: only the upper left cell of each holds its value.

use crate::Refused;

/// Rows and columns counted from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) top: u32,
    pub(crate) bottom: u32,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// More areas than this cost more memory than any filed table needs.
const AREAS: usize = 1 << 16;

/// The areas of one sheet, asked row by row from above.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    areas: Vec<Area>,
    next: usize,
    /// Areas that reach the row in hand.
    open: Vec<Area>,
    sorted: bool,
}

impl Merged {
    pub(crate) fn push(&mut self, area: Area) -> Result<(), Refused> {
        if self.areas.len() >= AREAS {
            return Err(Refused::malformed("合并单元格过多"));
        }
        self.areas.push(area);
        Ok(())
    }

    /// Moves down to `row` and calls `cover` with the columns of each area that reaches it, as far
    /// as the table is wide; the upper left cell is left out. Areas must not overlap: many that do
    /// would make every row cost the sum of them all.
    pub(crate) fn at(
        &mut self,
        row: u32,
        width: u32,
        mut cover: impl FnMut(u32, u32),
    ) -> Result<(), Refused> {
        if !self.sorted {
            self.areas.sort_by_key(|a| a.top);
            self.sorted = true;
        }
        while let Some(area) = self.areas.get(self.next).filter(|a| a.top <= row) {
            if area.bottom >= row && area.left < width && area.left <= area.right {
                self.open.push(Area {
                    right: area.right.min(width - 1),
                    ..*area
                });
            }
            self.next += 1;
        }
        self.open.retain(|a| a.bottom >= row);
        let covered: u64 = self
            .open
            .iter()
            .map(|a| u64::from(a.right - a.left) + 1)
            .sum();
        if covered > u64::from(width) {
            return Err(Refused::malformed(format!(
                "第 {} 行的合并单元格互相重叠",
                row + 1
            )));
        }
        for area in &self.open {
            let left = area.left + u32::from(area.top == row);
            if left <= area.right {
                cover(left, area.right);
            }
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_all_but_the_upper_left_cell() {
        let mut merged = Merged::default();
        merged
            .push(Area {
                top: 3,
                bottom: 4,
                left: 1,
                right: 2,
            })
            .unwrap();
        merged
            .push(Area {
                top: 1,
                bottom: 1,
                left: 0,
                right: 0,
            })
            .unwrap();
        let mut at = |row| {
            let mut seen = Vec::new();
            merged
                .at(row, 9, |left, right| seen.push((left, right)))
                .unwrap();
            seen
        };
        assert_eq!(at(1), []);
        assert_eq!(at(3), [(2, 2)]);
        assert_eq!(at(4), [(1, 2)]);
        assert_eq!(at(5), []);
    }

    #[test]
    fn overlapping_areas_are_refused() {
        let mut merged = Merged::default();
        for _ in 0..3 {
            merged
                .push(Area {
                    top: 0,
                    bottom: 9,
                    left: 0,
                    right: 16_383,
                })
                .unwrap();
        }
        assert!(merged.at(5, 4, |_, _| {}).is_err());
    }
}
