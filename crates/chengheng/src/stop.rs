//! How a command ends: the exit codes are a contract with scripts outside the repository.

use desk::{Fault, Place};
use std::io;
use std::process::ExitCode;

/// How a command that ran to its end went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Exit code 0.
    Done,
    /// Exit code 1: it ran, and there is something to look at.
    Findings,
}

impl Ending {
    /// `Findings` where there are some.
    pub fn of(clean: bool) -> Self {
        if clean { Self::Done } else { Self::Findings }
    }

    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Stop {
    /// Exit code 1: the answer is no, and nothing was written.
    Refused(String),
    /// Exit code 2: the command line asks for something that cannot be meant.
    Usage(String),
    /// Exit code 3: we failed.
    Fault(String),
    /// Whoever reads our output went away; there is nobody to tell.
    Gone,
}

impl Stop {
    pub fn refused(what: impl ToString) -> Self {
        Self::Refused(what.to_string())
    }

    pub fn usage(what: impl ToString) -> Self {
        Self::Usage(what.to_string())
    }

    pub fn fault(what: impl ToString) -> Self {
        Self::Fault(what.to_string())
    }

    /// A file of the operator's that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &io::Error) -> Self {
        let what = match error.kind() {
            io::ErrorKind::NotFound => "文件不存在".to_owned(),
            io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
            io::ErrorKind::IsADirectory => "这是一个文件夹".to_owned(),
            _ => error.to_string(),
        };
        Self::Refused(format!("{}：{what}", path.display()))
    }

    pub fn code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Fault(_) => 3,
            Self::Gone => 0,
        }
    }

    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Usage(_) => "usage",
            Self::Fault(_) => "fault",
            Self::Gone => "gone",
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Refused(text) | Self::Usage(text) | Self::Fault(text) => text,
            Self::Gone => "",
        }
    }
}

impl From<Stop> for ExitCode {
    fn from(stop: Stop) -> Self {
        Self::from(stop.code())
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        // A file that breaks off is the sender's; everything else is ours.
        match fault.place {
            Place::Input => Self::refused(fault),
            _ => Self::fault(fault),
        }
    }
}

/// Errors of our own output.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Gone,
            _ => Self::Fault(format!("输出失败：{error}")),
        }
    }
}
