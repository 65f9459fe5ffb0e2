//! A rule or a worked example as a table instead of TOML.

use super::names::{self, Names};
use toml::{Table, Value};

/// What stands beside a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Text(String),
    Lines(Vec<String>),
    Grid {
        heads: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

pub(super) type Rows = Vec<(String, Shown)>;

/// Writes values of rules for readers.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub names: &'a Names,
}

impl Reader<'_> {
    /// The rows of a block, in the order in which they are written; empty if it cannot be read.
    /// Keys in `without` are left out.
    pub fn rows(&self, body: &str, without: &[&str]) -> Rows {
        let Ok(table) = body.parse::<Table>() else {
            return Vec::new();
        };
        let shown = table
            .iter()
            .filter(|(key, _)| !without.contains(&key.as_str()));
        let mut rows: Vec<(usize, String, Shown)> = shown
            .map(|(key, value)| (place(body, key), names::key(key), self.shown(key, value)))
            .collect();
        rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        rows.into_iter()
            .map(|(_, key, shown)| (key, shown))
            .collect()
    }

    fn shown(&self, key: &str, value: &Value) -> Shown {
        let tables: Vec<&Table> = value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_table)
            .collect();
        if tables.iter().any(|row| row.contains_key("grade")) {
            return self.grid(&tables);
        }
        match (tables.len(), value) {
            (0, Value::String(word)) if key == "id" => Shown::Text(names::question(word)),
            (0, value) => Shown::Text(self.text(key, value)),
            _ => Shown::Lines(tables.iter().map(|row| self.line(row)).collect()),
        }
    }

    fn grid(&self, tables: &[&Table]) -> Shown {
        let mut keys: Vec<&String> = tables.iter().flat_map(|row| row.keys()).collect();
        keys.sort_by_key(|key| (names::order(key), *key));
        keys.dedup();
        let cell = |row: &Table, key: &str| {
            let value = row.get(key);
            value.map_or_else(|| "—".to_owned(), |value| self.text(key, value))
        };
        let row = |table: &&Table| keys.iter().map(|key| cell(table, key)).collect();
        Shown::Grid {
            rows: tables.iter().map(row).collect(),
            heads: keys.iter().map(|key| names::key(key)).collect(),
        }
    }

    /// A clause is its text with its article; anything else is its pairs.
    fn line(&self, row: &Table) -> String {
        let text = |key: &str| row.get(key).and_then(Value::as_str);
        let article = text("article").unwrap_or_default();
        let cited = text("statute");
        let cited = cited.map(|id| format!("《{}》{article}", self.names.get("statute", id)));
        match (text("text"), cited) {
            (Some(text), Some(cited)) => format!("{text}（{cited}）"),
            (Some(text), None) if !article.is_empty() => format!("{text}（{article}）"),
            (Some(text), None) => text.to_owned(),
            (None, Some(cited)) => cited,
            (None, None) => self.pairs(row),
        }
    }

    fn text(&self, key: &str, value: &Value) -> String {
        match value {
            Value::String(word) if word == "*" => "全部事项".to_owned(),
            Value::String(word) => self.names.value(key, word),
            Value::Array(values) if values.is_empty() => "无".to_owned(),
            Value::Array(values) => {
                let texts: Vec<String> = values.iter().map(|one| self.text(key, one)).collect();
                texts.join("；")
            }
            Value::Table(table) if table.contains_key("statute") || table.contains_key("text") => {
                self.line(table)
            }
            Value::Table(table) => self.pairs(table),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Boolean(true) => "是".to_owned(),
            Value::Boolean(false) => "否".to_owned(),
            Value::Datetime(day) => day.to_string(),
        }
    }

    fn pairs(&self, table: &Table) -> String {
        let mut keys: Vec<&String> = table.keys().collect();
        keys.sort_by_key(|key| (names::order(key), *key));
        let pairs = keys.into_iter().filter_map(|key| {
            let text = self.text(key, table.get(key)?);
            Some(match key.as_str() {
                "repairable" => format!("最早可申请修复 {text}"),
                "hidden" => format!("停止公示 {text}"),
                "due" => format!("期限届满 {text}"),
                "barred" => format!("妨碍：{text}"),
                "score" => format!("得分 {text}"),
                "points" => format!("万分之 {text}"),
                "ends" => format!("届满 {text}"),
                "kind" | "class" => text,
                key => format!("{} {text}", names::key(key)),
            })
        });
        pairs.collect::<Vec<_>>().join("，")
    }
}

/// Line on which a key is written.
fn place(body: &str, key: &str) -> usize {
    let written = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    body.lines().position(written).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Rows {
        let names = Names::default();
        Reader { names: &names }.rows(body, &["checked"])
    }

    #[test]
    fn a_rule_reads_as_a_table_in_its_own_order() {
        let body = "id = \"publicity.term\"\nwhen = { act = \"penalty\", severity = \"minor\" }\n\
                    from = \"2026-04-01\"\nmin = \"P0D\"\nmax = \"P3M\"\nchecked = \"2026-01-01\"\n";
        let wanted = [
            ("回答的问题", "公示期限"),
            ("适用于", "行政行为 行政处罚，失信程度 轻微"),
            ("首日", "2026-04-01"),
            ("最短期限", "不限"),
            ("最长期限", "3 个月"),
        ];
        let wanted = wanted.map(|(key, text)| (key.to_owned(), Shown::Text(text.to_owned())));
        assert_eq!(texts(body), wanted);
    }

    #[test]
    fn clauses_are_lines_and_grades_a_grid() {
        let body = "criteria = [{ key = \"a\", text = \"甲\" }, { key = \"b\", text = \"乙\", article = \"N2\" }]\n\
                    rates = [{ grade = \"A\", least = 0 }, { grade = \"B\", least = 1, method = \"抽查\" }]\n";
        let found = texts(body);
        let lines = Shown::Lines(vec!["甲".to_owned(), "乙（N2）".to_owned()]);
        assert_eq!(found[0], ("列入情形".to_owned(), lines));
        let grid = Shown::Grid {
            heads: ["等级", "下限", "方式"].map(str::to_owned).to_vec(),
            rows: vec![
                ["A", "0", "—"].map(str::to_owned).to_vec(),
                ["B", "1", "抽查"].map(str::to_owned).to_vec(),
            ],
        };
        assert_eq!(found[1], ("比例（万分之）和频次".to_owned(), grid));
    }
}
