//! What two packs say differently, in words of readers.

use super::names::{self, Names};
use jiff::civil::Date;
use law::{Change, Changed, Part};

/// One thing that another pack states otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Altered {
    /// 新增, 修改, 删除, with the style of its tag.
    pub how: &'static str,
    pub tone: &'static str,
    /// 规则, 目录 …
    pub part: &'static str,
    pub name: String,
    pub file: String,
    pub line: usize,
    pub until: Option<Date>,
    /// Key with the text before and after; only of what was changed.
    pub values: Vec<(String, Option<String>, Option<String>)>,
}

impl Altered {
    pub fn all(names: &Names, changes: &[Change]) -> Vec<Self> {
        changes
            .iter()
            .map(|change| Self::of(names, change))
            .collect()
    }

    fn of(names: &Names, change: &Change) -> Self {
        let name = match change.part {
            Part::Rule => rule(names, &change.name),
            Part::Statute => Some(format!("《{}》", names.get("statute", &change.name))),
            Part::Catalog | Part::Blank | Part::Calendar => None,
        };
        let values = change
            .values
            .iter()
            .filter(|_| change.changed == Changed::Changed);
        Self {
            how: change.changed.name(),
            tone: match change.changed {
                Changed::Added => "tag-calm",
                Changed::Removed => "tag-serious",
                Changed::Changed => "tag-ordinary",
            },
            part: change.part.name(),
            name: name.unwrap_or_else(|| change.name.clone()),
            file: change.file.clone(),
            line: change.line,
            until: change.until,
            values: values
                .map(|value| (path(&value.key), value.old.clone(), value.new.clone()))
                .collect(),
        }
    }
}

/// `cn/x publicity.term（penalty serious）自 2026-04-01` with every word written out.
fn rule(names: &Names, text: &str) -> Option<String> {
    let (statute, rest) = text.split_once(' ')?;
    let (head, from) = rest.rsplit_once("自 ")?;
    let (id, about) = head.trim().split_once('（').unwrap_or((head.trim(), ""));
    let title = names.get("statute", statute);
    let question = names::question(id);
    let about: Vec<String> = about
        .trim_end_matches('）')
        .split_whitespace()
        .map(|word| names.any(word))
        .collect();
    let about = match about.is_empty() {
        true => String::new(),
        false => format!("（{}）", about.join("、")),
    };
    Some(format!("《{title}》{question}{about}，{from} 起"))
}

/// `cuts.C.least` as a reader says it.
fn path(key: &str) -> String {
    if let Some(file) = key.strip_prefix("quote ") {
        return format!("引文（{file}）");
    }
    let parts: Vec<String> = key.split('.').map(names::key).collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_written_out() {
        let names = Names::default();
        let cases = [
            (
                "cn/x publicity.term（penalty serious）自 2026-04-01",
                "《cn/x》公示期限（行政处罚、严重），2026-04-01 起",
            ),
            (
                "cn/x grade.scale 自 2026-04-01",
                "《cn/x》评价规则，2026-04-01 起",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(rule(&names, text).as_deref(), Some(wanted));
        }
        assert_eq!(path("cuts.C.least"), "等级线 · C · 下限");
        assert_eq!(path("quote publicity.md"), "引文（publicity.md）");
    }
}
