//! Blank forms of commitments (承诺书格式文本): what a promisor downloads, fills in and signs (R24).
//!
//! An edition is never edited once it was signed; a new one is put beside it, so that everybody can
//! still read what an old commitment said.

use crate::fields::Fields;
use crate::finding::Remark;
use crate::text;
use jiff::civil::Date;
use serde::Serialize;

/// Folder of the forms: one folder a matter, one file an edition.
pub(crate) const FOLDER: &str = "forms/";

/// The blank form of one commitment matter in one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blank {
    /// Path of the file inside `law/`.
    pub file: String,
    /// Code of its matter in `law/catalog/commitments.toml`.
    pub code: String,
    pub edition: String,
    pub title: String,
    /// First day on which it may be signed.
    pub from: Date,
    /// Last day on which it may be signed; absent while it may.
    pub until: Option<Date>,
    /// Markdown.
    pub text: String,
}

impl Blank {
    /// Whether it may be signed on the day.
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether there is a day on which both may be signed.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.in_force(other.from) || other.in_force(self.from)
    }

    /// What tells it from every other form.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.code, self.edition)
    }
}

/// Reads `forms/<code>/<edition>.md`.
pub(crate) fn read(file: &str, text: &str) -> Result<Blank, Vec<Remark>> {
    let wrong = |line: usize, message: &str| vec![Remark::unreadable(file, line, message)];
    let Some((code, edition)) = place(file) else {
        let message = "承诺书文本须放在 forms/<事项代码>/<版本>.md";
        return Err(wrong(1, message));
    };
    let Some((front, body)) = text::headed(text) else {
        return Err(wrong(1, "缺少 `+++` 之间的文件头"));
    };
    let mut fields = Fields::read(file, 1, front).map_err(|fault| vec![fault])?;
    let title = fields.need::<String>("title");
    let from = fields.need::<Date>("from");
    let until = fields.take::<Date>("until");
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        fields.report("until", "`until` 早于 `from`");
    }
    if title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        fields.report("title", "`title` 不能为空");
    }
    if body.trim().is_empty() {
        fields.report("title", "承诺书没有正文");
    }
    // What cannot be split into pieces would be left out of the difference of two packs.
    if text::pieces(body).is_err() {
        fields.report("title", "代码块没有结束");
    }
    let faults = fields.finish();
    match (title, from) {
        (Some(title), Some(from)) if faults.is_empty() => Ok(Blank {
            file: file.to_owned(),
            code: code.to_owned(),
            edition: edition.to_owned(),
            title,
            from,
            until,
            text: body.trim().to_owned(),
        }),
        _ => Err(faults),
    }
}

fn place(file: &str) -> Option<(&str, &str)> {
    let (code, name) = file.strip_prefix(FOLDER)?.split_once('/')?;
    let edition = name.strip_suffix(".md")?;
    let whole = !code.is_empty() && !edition.is_empty() && !edition.contains('/');
    whole.then_some((code, edition))
}
