//! What every handler works with.

use crate::account::Lockouts;
use crate::intake::Jobs;
use crate::limit::Buckets;
use crate::metrics::Metrics;
use crate::trouble::Trouble;
use desk::{Desk, Fault};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

/// What the binary hands over.
#[derive(Debug, Clone)]
pub struct Web {
    pub desk: Desk,
    /// The records are invented: every page says so.
    pub demo: bool,
    /// Log-ins shown on the log-in page of a demo; empty otherwise.
    pub logins: Vec<Login>,
    /// Where uploads and answers are kept (`uploads/`, `answers/`).
    pub data_dir: PathBuf,
    pub site: SiteConfig,
    /// Text of the ledger's public key.
    pub key: String,
    /// Cookies go over HTTPS only.
    pub secure: bool,
    /// Most bytes of a table handed in.
    pub upload_bytes: usize,
}

/// A log-in of the demo.
#[derive(Debug, Clone)]
pub struct Login {
    pub name: String,
    pub password: String,
    pub title: String,
}

/// Who runs the site. Empty texts are not shown.
#[derive(Debug, Clone, Default)]
pub struct SiteConfig {
    /// 信用中国（山东枣庄）
    pub title: String,
    /// 主办单位
    pub office: String,
    pub contact: String,
    /// ICP 备案号
    pub icp: String,
    /// 公安备案号
    pub police: String,
    /// 网站标识码
    pub site_code: String,
}

/// Shared by all handlers.
#[derive(Debug)]
pub(crate) struct House {
    pub web: Web,
    pub jobs: Jobs,
    pub lockouts: Lockouts,
    pub buckets: Buckets,
    pub metrics: Metrics,
    /// Checks receipts; absent if the key's text cannot be read.
    pub verifier: Option<seal::Verifier>,
    pub stale: Stale,
}

pub(crate) type App = Arc<House>;

impl House {
    pub fn new(mut web: Web) -> Self {
        if web.site.title.is_empty() {
            "公共信用信息平台".clone_into(&mut web.site.title);
        }
        Self {
            verifier: seal::Verifier::parse(&web.key).ok(),
            web,
            jobs: Jobs::default(),
            lockouts: Lockouts::default(),
            buckets: Buckets::default(),
            metrics: Metrics::default(),
            stale: Stale::default(),
        }
    }

    pub fn desk(&self) -> &Desk {
        &self.web.desk
    }

    /// Runs a look into the store on a thread that may wait.
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Desk) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Trouble> {
        let desk = self.web.desk.clone();
        let done = tokio::task::spawn_blocking(move || look(&desk)).await;
        Ok(done.map_err(|error| Fault::broken(error.to_string()))??)
    }
}

/// Whether a source is stale, remembered until the index or the day moves on.
#[derive(Debug, Default)]
pub(crate) struct Stale(RwLock<(u64, Date, bool)>);

impl Stale {
    pub fn at(&self, as_of: u64, day: Date, look: impl FnOnce() -> bool) -> bool {
        if let Ok(kept) = self.0.read()
            && (kept.0, kept.1) == (as_of, day)
        {
            return kept.2;
        }
        let stale = look();
        if let Ok(mut kept) = self.0.write() {
            *kept = (as_of, day, stale);
        }
        stale
    }
}

/// Names of all organs by code.
pub(crate) fn organ_names(desk: &Desk) -> Result<BTreeMap<String, String>, Fault> {
    let organs = desk.store.organs()?;
    Ok(organs
        .into_iter()
        .map(|organ| (organ.code.to_string(), organ.name))
        .collect())
}
