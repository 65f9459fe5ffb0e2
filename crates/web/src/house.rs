//! What every handler works with.

use crate::account::{Callers, Lockouts};
use crate::inspection::Outcomes;
use crate::intake::Jobs;
use crate::limit::Buckets;
use crate::metrics::Metrics;
use crate::rehearsal;
use crate::trouble::Trouble;
use desk::{Desk, Fault};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// Checks what the adapter of short messages reports; absent where there is none.
    pub receipts: Option<Receipts>,
}

/// Checks the report of a carrier: body, `X-Chengheng-Timestamp`, `X-Chengheng-Signature`. Gives the
/// notice and what became of it, or why the report is not believed.
#[derive(Clone)]
pub struct Receipts(pub Arc<Checks>);

/// What [`Receipts`] holds.
pub type Checks =
    dyn Fn(&[u8], &str, &str) -> Result<(u64, domain::notice::Outcome), String> + Send + Sync;

impl std::fmt::Debug for Receipts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Receipts")
    }
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
    pub rehearsals: rehearsal::Jobs,
    pub lockouts: Lockouts,
    pub buckets: Buckets,
    pub metrics: Metrics,
    /// Checks receipts; absent if the key's text cannot be read.
    pub verifier: Option<seal::Verifier>,
    pub stale: Stale,
    pub callers: Callers,
    pub outcomes: Outcomes,
}

pub(crate) type App = Arc<House>;

impl House {
    pub fn new(mut web: Web) -> Self {
        if web.site.title.trim().is_empty() {
            "公共信用信息平台".clone_into(&mut web.site.title);
        }
        Self {
            verifier: seal::Verifier::parse(&web.key).ok(),
            web,
            jobs: Jobs::default(),
            rehearsals: rehearsal::Jobs::default(),
            lockouts: Lockouts::default(),
            buckets: Buckets::default(),
            metrics: Metrics::default(),
            stale: Stale::default(),
            callers: Callers::default(),
            outcomes: Outcomes::default(),
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
///
/// One word holds the question and its answer, so that look-ups share no lock here: from the top
/// the entries followed, then the day (16 bits year, 4 month, 5 day), then the answer. Zero holds
/// nothing, because no day has month zero.
#[derive(Debug, Default)]
pub(crate) struct Stale(AtomicU64);

/// Bits of the answer and of day and answer together.
const ANSWER: u64 = 1;
const DAY_BITS: u32 = 26;

impl Stale {
    pub fn at(&self, as_of: u64, day: Date, look: impl FnOnce() -> bool) -> bool {
        let asked = asked(as_of, day);
        let kept = self.0.load(Ordering::Relaxed);
        if kept & !ANSWER == asked {
            return kept & ANSWER != 0;
        }
        let stale = look();
        // A ledger too long for the word is looked at each time.
        if asked >> DAY_BITS == as_of {
            self.0.store(asked | u64::from(stale), Ordering::Relaxed);
        }
        stale
    }
}

fn asked(as_of: u64, day: Date) -> u64 {
    let part = |number: i8| u64::from(number.unsigned_abs());
    let year = u64::from(day.year().cast_unsigned());
    (as_of << DAY_BITS) | (year << 10) | (part(day.month()) << 6) | (part(day.day()) << 1)
}

/// Names of all organs by code.
pub(crate) fn organ_names(desk: &Desk) -> Result<BTreeMap<String, String>, Fault> {
    let organs = desk.store.organs()?;
    Ok(organs
        .into_iter()
        .map(|organ| (organ.code.to_string(), organ.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn staleness_is_looked_at_once_for_an_index_and_a_day() {
        let (stale, first) = (Stale::default(), date(2026, 6, 1));
        let cases = [
            (0, first, true, true),
            (0, first, false, true),
            (1, first, false, false),
            (1, date(2026, 6, 2), true, true),
            (1, date(2026, 7, 2), false, false),
            (1, date(2027, 7, 2), true, true),
            (1, date(2027, 7, 2), false, true),
        ];
        for (as_of, day, seen, told) in cases {
            assert_eq!(stale.at(as_of, day, || seen), told, "{as_of} {day}");
        }
        for seen in [true, false] {
            assert_eq!(stale.at(1 << 40, first, || seen), seen, "too long to keep");
        }
    }
}
