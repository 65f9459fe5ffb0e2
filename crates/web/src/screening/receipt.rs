//! `/counter/{seq}`: the answer to a look-up with its receipt, read back from the ledger.

use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::{Desk, Fault};
use domain::ledger::checkpoint::Note;
use domain::screening::{Allowed, Effect, Listed, Outcome, RECEIPT, Receipt, ReceiptEntry, Sheet};
use law::Pack;

/// A sheet with its bases in words.
pub(crate) struct View {
    pub sheet: Sheet,
    pub effects: Vec<(Effect, Cite)>,
    pub lists: Vec<(Listed, Cite)>,
    pub measures: Vec<(Allowed, Cite)>,
    pub commitment: Option<(bool, Cite)>,
    pub matter: String,
}

impl View {
    pub fn of(law: &Pack, sheet: Sheet) -> Self {
        let effects = sheet.effects.iter();
        let effects = effects
            .map(|effect| (effect.clone(), Cite::of(law, &effect.basis)))
            .collect();
        let lists = sheet.lists.iter();
        let lists = lists
            .map(|list| (list.clone(), Cite::of(law, &list.basis)))
            .collect();
        let measures = sheet.measures.iter();
        let measures = measures
            .map(|measure| (measure.clone(), Cite::of(law, &measure.basis)))
            .collect();
        let commitment = sheet.commitment.as_ref();
        let commitment = commitment.map(|found| (found.eligible, Cite::of(law, &found.basis)));
        let matter = law.matter(&sheet.question.matter);
        let matter = matter.map_or_else(
            || sheet.question.matter.clone(),
            |matter| matter.name.clone(),
        );
        Self {
            effects,
            lists,
            measures,
            commitment,
            matter,
            sheet,
        }
    }

    /// What is being worked on about a record or a listing, in words.
    pub fn pending(&self, record: &u64) -> &'static str {
        self.sheet.pending(*record)
    }

    /// Style of the traffic light.
    pub fn light(&self) -> &'static str {
        match self.sheet.outcome {
            Outcome::Clear => "light-green",
            Outcome::Effects => "light-red",
            Outcome::UnknownEntity | Outcome::StaleSource | Outcome::Degraded => "light-yellow",
        }
    }

    /// The word beside the light: colour is never alone.
    pub fn word(&self) -> &'static str {
        match self.sheet.outcome {
            Outcome::Clear => "无不良记录",
            Outcome::Effects => "有公示记录",
            Outcome::UnknownEntity => "未匹配主体",
            Outcome::StaleSource => "数据源延迟",
            Outcome::Degraded => "服务降级",
        }
    }

    /// Time of the answer in China.
    pub fn time(&self) -> String {
        time(self.sheet.at)
    }
}

/// A moment as it stands on paper: China time to the second.
pub(crate) fn time(at: i64) -> String {
    const CHINA: i64 = 8 * 3_600_000;
    let stamp = jiff::Timestamp::from_millisecond(at.saturating_add(CHINA));
    stamp.map_or_else(
        |_| String::new(),
        |stamp| stamp.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

#[derive(Template)]
#[template(path = "screening/receipt.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    view: View,
    receipt: Receipt,
}

pub(crate) async fn receipt(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    let receipt = own(&app, &clerk, seq).await?;
    let broken = |error: serde_json::Error| Fault::broken(error.to_string());
    let sheet = serde_json::from_value(receipt.sheet.clone()).map_err(broken)?;
    let view = View::of(&app.desk().law(), sheet);
    Ok(page(Page {
        frame,
        clerk,
        view,
        receipt,
    }))
}

/// The receipt as a file for the case.
pub(crate) async fn download(
    State(app): State<App>,
    clerk: Clerk,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    let receipt = own(&app, &clerk, seq).await?;
    let body =
        serde_json::to_string_pretty(&receipt).map_err(|error| Fault::broken(error.to_string()))?;
    let name = format!("attachment; filename=\"receipt-{seq}.json\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_DISPOSITION, &name),
        ],
        body,
    )
        .into_response())
}

/// The receipt, if the clerk's organ asked for it; the office sees all.
async fn own(app: &App, clerk: &Clerk, seq: u64) -> Result<Receipt, Trouble> {
    let receipt = app.read(move |desk| read_back(desk, seq)).await?;
    let receipt = receipt.ok_or_else(|| Trouble::Missing("没有这个编号的查询回执。".to_owned()))?;
    let organ = clerk
        .account
        .organ
        .map(|code| code.to_string())
        .unwrap_or_default();
    if clerk.is_office() || (!organ.is_empty() && receipt.entry.organ == organ) {
        return Ok(receipt);
    }
    Err(Trouble::Forbidden(
        "这份回执由其他单位取得，只有该单位可以查看内容。".to_owned(),
    ))
}

/// Makes a receipt anew from the ledger: the same sheet under today's checkpoint.
pub(super) fn read_back(desk: &Desk, seq: u64) -> Result<Option<Receipt>, Fault> {
    let Some(entry) = desk
        .store
        .entry(seq)?
        .filter(|entry| entry.kind == "screened")
    else {
        return Ok(None);
    };
    let (Some(parts), Some(text)) = (ReceiptEntry::of(seq, &entry), entry.value("sheet")) else {
        return Ok(None);
    };
    let broken = |error: String| Fault::broken(error);
    let sheet = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
    let note = desk.store.checkpoint()?;
    let parsed = Note::parse(&note).and_then(|note| note.checkpoint());
    let size = parsed.map_err(|error| broken(error.to_string()))?.size;
    Ok(Some(Receipt {
        format: RECEIPT.to_owned(),
        number: format!("{}/{seq}", desk.store.origin()),
        sheet,
        entry: parts,
        proof: desk.store.inclusion(seq, size)?,
        checkpoint: note.to_string(),
        suite: desk.store.suite(),
    }))
}
