//! A rule or a worked example as a table instead of TOML.

use toml::{Table, Value};

/// Keys and what a reader calls them.
const NAMES: [(&str, &str); 38] = [
    ("id", "回答的问题"),
    ("when", "适用于"),
    ("from", "首日"),
    ("until", "末日"),
    ("article", "条"),
    ("checked", "核对日期"),
    ("reaches_back", "溯及以前的理由"),
    ("show", "公示方式"),
    ("min", "最短公示期"),
    ("max", "最长公示期"),
    ("days", "期限（天）"),
    ("unit", "计日方式"),
    ("reminders", "提醒日（第几天）"),
    ("simple", "简易程序"),
    ("minor", "轻微"),
    ("ordinary", "一般"),
    ("serious", "严重"),
    ("unclear", "须机关写明"),
    ("other", "其他种类"),
    ("fined", "按数额划分的种类"),
    ("thresholds", "数额标准"),
    ("bars", "不适用的情形"),
    ("requires", "应当具备的条件"),
    ("why", "说明"),
    ("given", "已知"),
    ("expect", "应得"),
    ("act", "行政行为"),
    ("severity", "失信程度"),
    ("facet", "情形"),
    ("facets", "情形"),
    ("kind", "义务"),
    ("kinds", "处罚种类"),
    ("decided", "决定日期"),
    ("valid_until", "有效期至"),
    ("procedure", "程序"),
    ("fine", "罚款（元）"),
    ("on", "起算日"),
    ("findings", "查明"),
];

/// Words of the rule language and what a reader calls them.
const WORDS: [(&str, &str); 19] = [
    ("publicity.term", "公示期限"),
    ("publicity.licence", "许可公示"),
    ("severity.class", "失信程度"),
    ("duty.term", "办理期限"),
    ("commitment.eligible", "能否适用告知承诺"),
    ("penalty", "行政处罚"),
    ("licence", "行政许可"),
    ("minor", "轻微"),
    ("ordinary", "一般（普通）"),
    ("serious", "严重"),
    ("simple", "简易程序"),
    ("working", "工作日"),
    ("calendar", "自然日"),
    ("withheld", "不公示"),
    ("while-valid", "有效期内公示"),
    ("eligible", "可以适用"),
    ("no-rule", "法律没有规定"),
    ("publish", "报送公示"),
    ("withdraw", "撤回公示"),
];

/// The rows of a block, in the order in which they are written; empty if it cannot be read.
pub(super) fn rows(body: &str) -> Vec<(String, String)> {
    let Ok(table) = body.parse::<Table>() else {
        return Vec::new();
    };
    let mut rows: Vec<(usize, String, String)> = table
        .iter()
        .map(|(key, value)| (place(body, key), name(key), text(value)))
        .collect();
    rows.sort();
    rows.into_iter().map(|(_, key, text)| (key, text)).collect()
}

fn place(body: &str, key: &str) -> usize {
    body.lines()
        .position(|line| line.trim_start().starts_with(key))
        .unwrap_or(usize::MAX)
}

fn name(key: &str) -> String {
    let known = NAMES.iter().find(|(word, _)| *word == key);
    known.map_or(key, |(_, name)| name).to_owned()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        Value::Array(values) if values.is_empty() => "无".to_owned(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join("；"),
        Value::Table(table) => match table.get("text") {
            Some(Value::String(text)) => text.clone(),
            _ => pairs(table),
        },
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(true) => "是".to_owned(),
        Value::Boolean(false) => "否".to_owned(),
        Value::Datetime(day) => day.to_string(),
    }
}

fn pairs(table: &Table) -> String {
    let pairs = table
        .iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("repairable", value) => format!("最早可申请修复 {}", text(value)),
            ("hidden", value) => format!("停止公示 {}", text(value)),
            ("due", value) => format!("期限届满 {}", text(value)),
            ("barred", value) => format!("妨碍：{}", text(value)),
            (key, value) => format!("{} {}", name(key), text(value)),
        });
    pairs.collect::<Vec<_>>().join("，")
}

fn word(text: &str) -> String {
    if let Some((_, name)) = WORDS.iter().find(|(word, _)| *word == text) {
        return (*name).to_owned();
    }
    let span = text
        .starts_with('P')
        .then(|| text.parse::<jiff::Span>().ok())
        .flatten();
    span.map_or_else(|| text.to_owned(), crate::cite::span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_as_a_table_in_its_own_order() {
        let body = "id = \"publicity.term\"\nwhen = { act = \"penalty\", severity = \"minor\" }\n\
                    from = \"2026-04-01\"\nmin = \"P0D\"\nmax = \"P3M\"\n";
        let wanted = [
            ("回答的问题", "公示期限"),
            ("适用于", "行政行为 行政处罚，失信程度 轻微"),
            ("首日", "2026-04-01"),
            ("最短公示期", "不限"),
            ("最长公示期", "3 个月"),
        ];
        let rows = rows(body);
        let found: Vec<_> = rows
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect();
        assert_eq!(found, wanted);
    }
}
