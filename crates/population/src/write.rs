//! Writing the files of a population from entities in the order of their codes.

use crate::layout::{FACT, Fault, GROUP, part, properties, schema};
use domain::code::Code;
use domain::grade::{Fact, shard};
use parquet::basic::Type as Physical;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes a population; memory is a row group of each shard, whatever the number of entities.
#[derive(Debug)]
pub struct Writer {
    shards: Vec<Shard>,
    stated: usize,
    last: Option<Code>,
    written: Written,
}

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    pub entities: u64,
    pub facts: u64,
}

#[derive(Debug)]
struct Shard {
    /// Number of the next entity.
    next: i64,
    entities: Table,
    facts: Table,
}

impl Writer {
    /// Begins a population in an empty or new folder; `stated` are the ids of stated indicators.
    pub fn create(folder: &Path, shards: u16, stated: &[&str]) -> Result<Self, Fault> {
        let mut columns = vec![("entity", Physical::INT64), ("code", Physical::BYTE_ARRAY)];
        columns.extend(stated.iter().map(|id| (*id, Physical::INT64)));
        let (entity, fact) = (folder.join("entity"), folder.join("fact"));
        for path in [&entity, &fact] {
            std::fs::create_dir_all(path).map_err(|source| Fault::File {
                path: path.clone(),
                source,
            })?;
        }
        let shards = (0..usize::from(shards.max(1))).map(|shard| {
            Ok(Shard {
                next: i64::try_from(shard).unwrap_or_default() << 40,
                entities: Table::create(part(&entity, shard), "entity", &columns)?,
                facts: Table::create(part(&fact, shard), "fact", &FACT)?,
            })
        });
        Ok(Self {
            shards: shards.collect::<Result<_, Fault>>()?,
            stated: stated.len(),
            last: None,
            written: Written::default(),
        })
    }

    /// Adds an entity with its facts. Codes ascend from call to call, days within the facts.
    pub fn push(&mut self, code: &Code, stated: &[i64], facts: &[Fact]) -> Result<(), Fault> {
        if self.last.is_some_and(|last| last >= *code) {
            return Err(Fault::Order("统一社会信用代码应当递增"));
        }
        if !facts.is_sorted_by_key(|fact| fact.day) {
            return Err(Fault::Order("同一主体的事实应当按日期递增"));
        }
        if stated.len() != self.stated {
            return Err(Fault::Order("主体直接载明的指标个数不符"));
        }
        self.last = Some(*code);
        self.written.entities += 1;
        self.written.facts += u64::try_from(facts.len()).unwrap_or_default();
        let count = u16::try_from(self.shards.len()).unwrap_or(u16::MAX);
        let shard = usize::from(shard(code, count));
        let Some(shard) = self.shards.get_mut(shard) else {
            return Err(Fault::Order("分片不存在"));
        };
        shard.push(code, stated, facts)
    }

    /// Closes all files. Without it they are not readable.
    pub fn finish(self) -> Result<Written, Fault> {
        for shard in self.shards {
            shard.entities.finish()?;
            shard.facts.finish()?;
        }
        Ok(self.written)
    }
}

impl Shard {
    fn push(&mut self, code: &Code, stated: &[i64], facts: &[Fact]) -> Result<(), Fault> {
        let number = self.next;
        self.next += 1;
        let row = [Cell::Long(number), Cell::Text(*code.as_bytes())];
        let stated = stated.iter().map(|value| Cell::Long(*value));
        self.entities.push(row.into_iter().chain(stated))?;
        facts
            .iter()
            .try_for_each(|fact| self.facts.push(fact_row(number, fact).into_iter()))
    }
}

/// The cells of [`FACT`].
fn fact_row(number: i64, fact: &Fact) -> [Cell; 8] {
    [
        Cell::Long(number),
        Cell::Int(i32::from(fact.kind.number())),
        Cell::Int(fact.class as i32),
        Cell::Long(fact.amount),
        Cell::Int(fact.day),
        Cell::Int(fact.known),
        Cell::Int(fact.gone),
        Cell::Long(i64::try_from(fact.record).unwrap_or(i64::MAX)),
    ]
}

/// One value of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell {
    Int(i32),
    Long(i64),
    Text([u8; 18]),
}

/// One Parquet file being written, with the rows of the row group at hand.
pub(crate) struct Table {
    path: PathBuf,
    writer: SerializedFileWriter<File>,
    columns: Vec<Values>,
    rows: usize,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Table({}, {} rows)", self.path.display(), self.rows)
    }
}

enum Values {
    Int(Vec<i32>),
    Long(Vec<i64>),
    /// Codes one after another.
    Text(Vec<u8>),
}

impl Table {
    pub(crate) fn create(
        path: PathBuf,
        name: &str,
        columns: &[(&str, Physical)],
    ) -> Result<Self, Fault> {
        let file = File::create(&path).map_err(|source| Fault::File {
            path: path.clone(),
            source,
        })?;
        let fault = |source| Fault::Parquet {
            path: path.clone(),
            source,
        };
        let schema = schema(name, columns).map_err(fault)?;
        let writer = SerializedFileWriter::new(file, schema, properties()).map_err(fault)?;
        let columns = columns.iter().map(|(_, physical)| match physical {
            Physical::INT32 => Values::Int(Vec::new()),
            Physical::INT64 => Values::Long(Vec::new()),
            _ => Values::Text(Vec::new()),
        });
        Ok(Self {
            columns: columns.collect(),
            path,
            writer,
            rows: 0,
        })
    }

    /// Adds a row, cell by cell in the order of the columns.
    pub(crate) fn push(&mut self, row: impl Iterator<Item = Cell>) -> Result<(), Fault> {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            match (column, cell) {
                (Values::Int(values), Cell::Int(value)) => values.push(value),
                (Values::Long(values), Cell::Long(value)) => values.push(value),
                (Values::Text(values), Cell::Text(value)) => values.extend_from_slice(&value),
                _ => return Err(Fault::Order("列的类型不符")),
            }
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Fault> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let columns = &mut self.columns;
        let group = self.writer.next_row_group();
        let done = group.and_then(|group| write_group(group, columns));
        done.map_err(|source| Fault::Parquet {
            path: self.path.clone(),
            source,
        })
    }

    pub(crate) fn finish(mut self) -> Result<(), Fault> {
        self.flush()?;
        let done = self.writer.close();
        done.map(|_| ()).map_err(|source| Fault::Parquet {
            path: self.path,
            source,
        })
    }
}

fn write_group(
    mut group: SerializedRowGroupWriter<'_, File>,
    columns: &mut [Values],
) -> Result<(), ParquetError> {
    for values in columns {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        match values {
            Values::Int(values) => {
                column
                    .typed::<Int32Type>()
                    .write_batch(values, None, None)?;
                values.clear();
            }
            Values::Long(values) => {
                column
                    .typed::<Int64Type>()
                    .write_batch(values, None, None)?;
                values.clear();
            }
            Values::Text(values) => {
                let whole = ByteArray::from(std::mem::take(values));
                let codes = (0..whole.len()).step_by(18);
                let codes: Vec<ByteArray> = codes.map(|from| whole.slice(from, 18)).collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&codes, None, None)?;
            }
        }
        column.close()?;
    }
    group.close().map(|_| ())
}
