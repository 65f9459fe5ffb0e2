//! What can go wrong below the ports, before it becomes a fault of the desk.

use desk::{Fault, Place};
use domain::ledger::tree::Unreadable;
use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error(transparent)]
    Tree(#[from] Unreadable),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Stored data contradict themselves (Chinese, for the operator).
    #[error("{0}")]
    Broken(String),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Trouble {
    pub fn broken(what: impl Into<String>) -> Self {
        Self::Broken(what.into())
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Fault(fault) => fault,
            Trouble::Broken(what) => Self::broken(what),
            Trouble::Sql(error) if is_busy(&error) => Self::new(Place::Busy, error),
            Trouble::Json(error) => Self::new(Place::Broken, error),
            other => Self::store(other),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}
