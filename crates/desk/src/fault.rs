//! Faults: we failed, and nothing was decided.

use std::error::Error;
use std::fmt;

/// Where a failure arose. The cause goes to the operator's log; a user sees the sentence only.
#[derive(Debug)]
pub struct Fault {
    pub place: Place,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The part that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The database or its disk.
    Store,
    /// The file or stream a user sent could not be read to its end.
    Input,
    /// Keys or signatures.
    Key,
    /// The law pack or the sources.
    Pack,
    /// Another process holds the data folder, or it is being made anew.
    Busy,
    /// Another version of the program made the data folder.
    Version,
    /// Stored data contradict themselves.
    Broken,
}

impl Fault {
    pub fn new(place: Place, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            place,
            source: Some(source.into()),
        }
    }

    pub fn store(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Place::Store, source)
    }

    pub fn broken(what: impl Into<String>) -> Self {
        Self::new(Place::Broken, what.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self.place {
            Place::Store => "数据库读写失败，本次操作没有生效",
            Place::Input => "文件读取中断，本次操作没有生效",
            Place::Key => "密钥或签名不可用",
            Place::Pack => "规则包或数据源定义有误",
            Place::Busy => "数据目录正被占用，请稍后再试",
            Place::Version => {
                "数据目录由另一个版本的程序建立，没有改动；请用那个版本打开，或者另建数据目录"
            }
            Place::Broken => "存储的数据前后矛盾，请运行 ledger verify",
        };
        out.write_str(sentence)?;
        if let Some(source) = &self.source {
            write!(out, "（{source}）")?;
        }
        Ok(())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}
