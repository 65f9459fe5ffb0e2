//! The second stage over ready indicators, on several threads.

use domain::grade::{Card, Column, Misfit, Scale, Sheet};

/// Points, score and grade of many entities, one column for each indicator of the scale.
///
/// Each thread makes the sheet of its own stretch of rows; the sheets follow each other in the order
/// of the rows.
pub fn score(scale: &Scale, columns: &[Column<'_>], threads: usize) -> Result<Vec<Sheet>, Misfit> {
    let card = Card::new(scale);
    let rows = columns.first().map_or(0, Column::len);
    let stretch = rows.div_ceil(threads.max(1)).max(1);
    let ranges: Vec<_> = (0..rows)
        .step_by(stretch)
        .map(|from| from..rows.min(from + stretch))
        .collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = ranges
            .into_iter()
            .map(|range| scope.spawn(|| card.score(columns, range)))
            .collect();
        let sheets = running
            .into_iter()
            .map(|one| one.join().unwrap_or(Err(Misfit::Rows)));
        sheets.collect()
    })
}
