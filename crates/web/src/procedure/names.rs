//! What a procedure is about, in words a reader knows.

use crate::statute::Names;
use desk::ports::Row;
use law::Pack;

/// What a row is about: the list, the matter, the measure by its name.
pub(crate) fn about(law: &Pack, names: &Names, row: &Row) -> String {
    let word = row.topic.as_str();
    match row.noun.as_str() {
        "listing" | "attention" => names.get("list", word),
        "measure" | "feedback" => names.get("measure", word),
        "commitment" if row.entity.is_none() => {
            let short: String = word.chars().take(8).collect();
            format!("自然人承诺（标识 {short}）")
        }
        "commitment" => law
            .commitment(word)
            .map_or_else(|| word.to_owned(), |row| row.name.clone()),
        "notice" => law
            .notice(word)
            .map_or_else(|| word.to_owned(), |template| template.title.clone()),
        "referral" => breaker(word).to_owned(),
        _ => word.to_owned(),
    }
}

fn breaker(word: &str) -> &str {
    match word {
        "organ" => "机关失信",
        "institution" => "事业单位失信",
        "state-firm" => "国有企业失信",
        "staff" => "工作人员失信",
        other => other,
    }
}

/// A duty by its name in the catalog.
pub(crate) fn duty(law: &Pack, word: &str) -> String {
    let known = law.duties().iter().find(|kind| kind.kind == word);
    match (known, word) {
        (Some(kind), _) => kind.name.clone(),
        (None, "commitment-verify") => "核查承诺履行情况".to_owned(),
        (None, other) => other.to_owned(),
    }
}
