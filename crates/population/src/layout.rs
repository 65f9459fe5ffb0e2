//! Where the files lie, what their columns are called, what may go wrong with them.

use parquet::basic::{ConvertedType, Encoding, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::{ColumnPath, Type};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Why a population could not be read or written.
#[derive(Debug, Error)]
pub enum Fault {
    #[error("无法读写 `{path}`：{source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{path}` 不是可读的 Parquet 文件：{source}")]
    Parquet { path: PathBuf, source: ParquetError },
    #[error("`{path}` 缺少列 `{column}` 或列的类型不符")]
    Column { path: PathBuf, column: String },
    #[error("`{path}` 内容有误：{what}")]
    Damaged { path: PathBuf, what: &'static str },
    #[error("分片文件不成套：主体文件 {entities} 个，事实文件 {facts} 个")]
    Unpaired { entities: usize, facts: usize },
    #[error("写入次序有误：{0}")]
    Order(&'static str),
    #[error("计算线程中断")]
    Interrupted,
}

/// The files of a population, in the order of their shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub entities: Vec<PathBuf>,
    pub facts: Vec<PathBuf>,
}

impl Files {
    /// The files under the folder of a [`crate::Writer`].
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        let files = Self {
            entities: parts(&folder.join("entity"))?,
            facts: parts(&folder.join("fact"))?,
        };
        if files.entities.len() == files.facts.len() {
            Ok(files)
        } else {
            Err(Fault::Unpaired {
                entities: files.entities.len(),
                facts: files.facts.len(),
            })
        }
    }
}

fn parts(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault = |source| Fault::File {
        path: folder.to_owned(),
        source,
    };
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|word| word == "parquet") {
            parts.push(path);
        }
    }
    // Names are of one length, so their order is that of the shards.
    parts.sort_unstable();
    Ok(parts)
}

/// Path of one shard's file.
pub(crate) fn part(folder: &Path, shard: usize) -> PathBuf {
    folder.join(format!("part-{shard:04}.parquet"))
}

/// Rows of a row group: what a reader or writer holds of a file at a time.
pub(crate) const GROUP: usize = 1 << 16;

pub(crate) const FACT: [(&str, Physical); 8] = [
    ("entity", Physical::INT64),
    ("kind", Physical::INT32),
    ("class", Physical::INT32),
    ("amount", Physical::INT64),
    ("day", Physical::INT32),
    ("known", Physical::INT32),
    ("gone", Physical::INT32),
    ("record", Physical::INT64),
];

/// A flat schema without absent values; a text column is the one of bytes.
pub(crate) fn schema(name: &str, columns: &[(&str, Physical)]) -> Result<Arc<Type>, ParquetError> {
    let mut fields = Vec::with_capacity(columns.len());
    for (name, physical) in columns {
        let text = *physical == Physical::BYTE_ARRAY;
        let field = Type::primitive_type_builder(name, *physical)
            .with_repetition(Repetition::REQUIRED)
            .with_converted_type(if text {
                ConvertedType::UTF8
            } else {
                ConvertedType::NONE
            });
        fields.push(Arc::new(field.build()?));
    }
    let group = Type::group_type_builder(name).with_fields(fields).build()?;
    Ok(Arc::new(group))
}

/// Dictionaries throughout, but for the columns whose values hardly repeat.
pub(crate) fn properties() -> Arc<WriterProperties> {
    let record = ColumnPath::from("record");
    let code = ColumnPath::from("code");
    let properties = WriterProperties::builder()
        .set_created_by("chengheng".to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_dictionary_page_size_limit(4 << 20)
        .set_column_dictionary_enabled(record.clone(), false)
        .set_column_encoding(record, Encoding::DELTA_BINARY_PACKED)
        .set_column_dictionary_enabled(code, false);
    Arc::new(properties.build())
}
