//! The answers as files: one Parquet file a shard.

use crate::layout::{Fault, part};
use crate::run::{Row, Sink};
use crate::write::{Cell, Table};
use domain::grade::Scale;
use parquet::basic::Type as Physical;
use std::path::Path;

/// A sink that writes `part-NNNN.parquet` with `entity`, `code`, the indicators, `score` and `grade`
/// (the place of the grade), in the order of the codes.
#[derive(Debug)]
pub struct Results {
    table: Option<Table>,
}

impl Results {
    /// Begins the file of one shard in a folder that exists.
    pub fn create(folder: &Path, shard: usize, scale: &Scale) -> Result<Self, Fault> {
        let mut columns = vec![("entity", Physical::INT64), ("code", Physical::BYTE_ARRAY)];
        let indicators = scale.indicators.iter();
        columns.extend(indicators.map(|one| (one.id.as_str(), Physical::INT64)));
        columns.extend([("score", Physical::INT32), ("grade", Physical::INT32)]);
        let table = Table::create(part(folder, shard), "graded", &columns)?;
        Ok(Self { table: Some(table) })
    }
}

impl Sink for Results {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let Some(table) = &mut self.table else {
            return Err(Fault::Order("结果文件已经写完"));
        };
        let head = [Cell::Long(row.entity), Cell::Text(*row.code)];
        let indicators = row.indicators.iter().map(|value| Cell::Long(*value));
        let tail = [
            Cell::Int(row.graded.score),
            Cell::Int(row.graded.grade.into()),
        ];
        table.push(head.into_iter().chain(indicators).chain(tail))
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.table.take().map_or(Ok(()), Table::finish)
    }
}
