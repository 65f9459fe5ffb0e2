//! What is wrong with a pack, in words the person who edited the file can act on.

use serde::Serialize;
use std::fmt;

/// One fault of a law file. A pack with a finding does not load.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Path of the file inside `law/`.
    pub file: String,
    /// Line the fault is on, counted from 1.
    pub line: usize,
    /// Chinese text.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{} {}", self.file, self.line, self.message)
    }
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A file, block, key or value that cannot be read as what it should be.
    Unreadable,
    MissingArticle,
    MissingCase,
    /// A worked example does not come out as written.
    BrokenCase,
    Gap,
    Overlap,
    /// A word that no closed catalog lists, or a reference that leads nowhere.
    Dangling,
    /// A basis of too low a rank, or none.
    Rank,
    /// Something the law forbids to set up, whatever the basis.
    Forbidden,
    /// Two parts that cannot both hold.
    Conflict,
    /// A part that can never have an effect.
    Unreachable,
    /// The article is an anchor of ours: nobody read the number yet.
    Anchor,
    /// A basis that is enough for the time being only.
    Provisional,
    /// Nobody compared it with the statute for a long time.
    Stale,
}

impl Topic {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "写法",
            Self::MissingArticle => "缺条文",
            Self::MissingCase => "缺用例",
            Self::BrokenCase => "用例不成立",
            Self::Gap => "时间空档",
            Self::Overlap => "时间重叠",
            Self::Dangling => "无所指",
            Self::Rank => "依据层级",
            Self::Forbidden => "禁止设置",
            Self::Conflict => "互相矛盾",
            Self::Unreachable => "不起作用",
            Self::Anchor => "条文号待补",
            Self::Provisional => "暂行依据",
            Self::Stale => "久未核对",
        }
    }
}

/// One line of the full report on a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Remark {
    /// Path of the file inside `law/`.
    pub file: String,
    /// Line it is about, counted from 1.
    pub line: usize,
    pub topic: Topic,
    /// Whether a pack with it does not load.
    pub fatal: bool,
    /// Chinese text.
    pub message: String,
}

impl Remark {
    /// Something that keeps the pack from loading.
    pub(crate) fn fault(file: &str, line: usize, topic: Topic, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            topic,
            fatal: true,
            message: message.into(),
        }
    }

    /// Something to know that does not keep the pack from loading.
    pub(crate) fn note(file: &str, line: usize, topic: Topic, message: impl Into<String>) -> Self {
        Self {
            fatal: false,
            ..Self::fault(file, line, topic, message)
        }
    }

    pub(crate) fn unreadable(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self::fault(file, line, Topic::Unreadable, message)
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topic = self.topic.name();
        write!(
            out,
            "{}:{} 【{topic}】{}",
            self.file, self.line, self.message
        )
    }
}

impl From<Remark> for Finding {
    fn from(remark: Remark) -> Self {
        Self {
            file: remark.file,
            line: remark.line,
            message: remark.message,
        }
    }
}

/// In the order of the files, each thing once.
pub(crate) fn sorted(mut remarks: Vec<Remark>) -> Vec<Remark> {
    remarks.sort();
    remarks.dedup();
    remarks
}
