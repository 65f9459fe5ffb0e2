//! Reading a shard batch by batch.

use crate::layout::Fault;
use domain::grade::{Class, Kind, Plan, Run, Tally};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows decoded at a time: small enough that all columns of a batch stay in the cache.
const BATCH: usize = 8_192;

/// One column of a file, row group by row group.
struct Column<T: DataType> {
    place: usize,
    open: Option<ColumnReaderImpl<T>>,
    values: Vec<T::T>,
}

/// An open file and where its reading stands.
struct Table {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    group: usize,
    /// Rows of the row group that are not read yet.
    left: usize,
}

impl Table {
    fn open(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|source| Fault::File {
            path: path.to_owned(),
            source,
        })?;
        let reader = SerializedFileReader::new(file).map_err(|source| Fault::Parquet {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            group: 0,
            left: 0,
        })
    }

    fn column<T: DataType>(&self, name: &str) -> Result<Column<T>, Fault> {
        let columns = self.reader.metadata().file_metadata().schema_descr();
        let columns = columns.columns().iter();
        let found = columns.enumerate().find(|(_, column)| {
            column.name() == name
                && column.physical_type() == T::get_physical_type()
                && column.max_def_level() == 0
        });
        let (place, _) = found.ok_or_else(|| Fault::Column {
            path: self.path.clone(),
            column: name.to_owned(),
        })?;
        Ok(Column {
            place,
            open: None,
            values: Vec::with_capacity(BATCH),
        })
    }

    /// How many rows the next batch has, and the row group it begins, if it begins one; 0 at the end.
    fn step(&mut self) -> (usize, Option<usize>) {
        let mut begun = None;
        while self.left == 0 {
            let groups = self.reader.metadata().row_groups();
            let Some(group) = groups.get(self.group) else {
                return (0, None);
            };
            self.left = usize::try_from(group.num_rows()).unwrap_or_default();
            begun = Some(self.group);
            self.group += 1;
        }
        let rows = self.left.min(BATCH);
        self.left -= rows;
        (rows, begun)
    }

    fn read<T: DataType>(
        &self,
        column: &mut Column<T>,
        (rows, begun): (usize, Option<usize>),
    ) -> Result<(), Fault> {
        let read = || -> Result<usize, ParquetError> {
            if let Some(group) = begun {
                let reader = self.reader.get_row_group(group)?;
                let reader = reader.get_column_reader(column.place)?;
                column.open = Some(get_typed_column_reader::<T>(reader));
            }
            column.values.clear();
            let Some(open) = &mut column.open else {
                return Ok(0);
            };
            let (_, read, _) = open.read_records(rows, None, None, &mut column.values)?;
            Ok(read)
        };
        let mut read = read;
        match read() {
            Ok(read) if read == rows => Ok(()),
            Ok(_) => Err(self.damaged("列的行数不等")),
            Err(source) => Err(Fault::Parquet {
                path: self.path.clone(),
                source,
            }),
        }
    }

    fn damaged(&self, what: &'static str) -> Fault {
        Fault::Damaged {
            path: self.path.clone(),
            what,
        }
    }
}

/// The entities of a shard.
pub(crate) struct Entities {
    table: Table,
    number: Column<Int64Type>,
    code: Column<ByteArrayType>,
    stated: Vec<Column<Int64Type>>,
}

/// One entity of a batch.
pub(crate) struct Entity<'a> {
    pub number: i64,
    pub code: &'a [u8; 18],
}

impl Entities {
    /// `stated`: ids of the stated indicators of the scale, in its order.
    pub(crate) fn open(path: &Path, stated: &[&str]) -> Result<Self, Fault> {
        let table = Table::open(path)?;
        let stated = stated.iter().map(|id| table.column(id));
        Ok(Self {
            number: table.column("entity")?,
            code: table.column("code")?,
            stated: stated.collect::<Result<_, Fault>>()?,
            table,
        })
    }

    /// Reads the next batch; how many entities it has, 0 at the end.
    pub(crate) fn next_batch(&mut self) -> Result<usize, Fault> {
        let step = self.table.step();
        if step.0 > 0 {
            self.table.read(&mut self.number, step)?;
            self.table.read(&mut self.code, step)?;
            for column in &mut self.stated {
                self.table.read(column, step)?;
            }
        }
        Ok(step.0)
    }

    pub(crate) fn get(&self, row: usize, stated: &mut Vec<i64>) -> Result<Entity<'_>, Fault> {
        let code = self.code.values.get(row).map(ByteArray::data);
        let code = code.and_then(|code| <&[u8; 18]>::try_from(code).ok());
        let code = code.ok_or_else(|| self.table.damaged("统一社会信用代码不是18位"))?;
        stated.clear();
        let values = self.stated.iter().map(|column| column.values.get(row));
        stated.extend(values.map(|value| value.copied().unwrap_or_default()));
        let number = self.number.values.get(row).copied();
        Ok(Entity {
            number: number.unwrap_or_default(),
            code,
        })
    }

    pub(crate) fn damaged(&self, what: &'static str) -> Fault {
        self.table.damaged(what)
    }
}

/// The facts of a shard, entity by entity.
pub(crate) struct Facts {
    table: Table,
    number: Column<Int64Type>,
    kind: Column<Int32Type>,
    class: Column<Int32Type>,
    /// Left out where the scale does not look at amounts.
    amount: Option<Column<Int64Type>>,
    none: Vec<i64>,
    day: Column<Int32Type>,
    known: Column<Int32Type>,
    gone: Column<Int32Type>,
    /// First row of the batch that is not taken yet.
    at: usize,
}

impl Facts {
    pub(crate) fn open(path: &Path, plan: &Plan) -> Result<Self, Fault> {
        let table = Table::open(path)?;
        let amount = plan.reads_amounts().then(|| table.column("amount"));
        Ok(Self {
            number: table.column("entity")?,
            kind: table.column("kind")?,
            class: table.column("class")?,
            amount: amount.transpose()?,
            none: vec![0; BATCH],
            day: table.column("day")?,
            known: table.column("known")?,
            gone: table.column("gone")?,
            table,
            at: 0,
        })
    }

    /// Takes the facts of one entity; how many there were.
    pub(crate) fn take(
        &mut self,
        number: i64,
        plan: &Plan,
        tally: &mut Tally,
    ) -> Result<usize, Fault> {
        let mut taken = 0;
        loop {
            let rest = self.number.values.get(self.at..).unwrap_or_default();
            let Some(first) = rest.first() else {
                if self.next_batch()? == 0 {
                    return Ok(taken);
                }
                continue;
            };
            if *first < number {
                return Err(self.table.damaged("事实的主体不在主体文件中，或次序有误"));
            }
            let own = rest.iter().take_while(|other| **other == number).count();
            plan.take_run(tally, self.run(self.at, self.at + own));
            let last = own < rest.len();
            self.at += own;
            taken += own;
            if last {
                return Ok(taken);
            }
        }
    }

    /// Whether facts are left that no entity took.
    pub(crate) fn rest(&mut self) -> Result<bool, Fault> {
        Ok(self.at < self.number.values.len() || self.next_batch()? > 0)
    }

    fn next_batch(&mut self) -> Result<usize, Fault> {
        let step = self.table.step();
        self.at = 0;
        if step.0 == 0 {
            self.number.values.clear();
            return Ok(0);
        }
        let table = &self.table;
        table.read(&mut self.number, step)?;
        for column in [
            &mut self.kind,
            &mut self.class,
            &mut self.day,
            &mut self.known,
            &mut self.gone,
        ] {
            table.read(column, step)?;
        }
        if let Some(amount) = &mut self.amount {
            table.read(amount, step)?;
        }
        let known = |values: &[i32], end: usize| {
            let greatest = values.iter().fold(0, |most, value| most.max(*value as u32));
            (greatest as usize) < end
        };
        if known(&self.kind.values, Kind::ALL.len()) && known(&self.class.values, Class::ALL.len())
        {
            Ok(step.0)
        } else {
            Err(table.damaged("事实的种类或程度不存在"))
        }
    }

    fn run(&self, from: usize, to: usize) -> Run<'_> {
        fn cut<T>(values: &[T], from: usize, to: usize) -> &[T] {
            values.get(from..to).unwrap_or_default()
        }
        let amount = self.amount.as_ref().map_or(&self.none, |one| &one.values);
        Run {
            kind: cut(&self.kind.values, from, to),
            class: cut(&self.class.values, from, to),
            amount: cut(amount, from, to),
            day: cut(&self.day.values, from, to),
            known: cut(&self.known.values, from, to),
            gone: cut(&self.gone.values, from, to),
        }
    }
}
