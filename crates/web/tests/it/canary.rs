use crate::town::{ENTITY, Town, penalties};

/// Columns nobody outside may see, with a value each that occurs nowhere else.
const CANARIES: [(&str, &str); 9] = [
    ("代码_2（工商注册号）", "370400200012347"),
    ("代码_4（税务登记号）", "370404777888999"),
    ("代码_5（事业单位证书号）", "137040000999"),
    ("法定代表人", "金丝雀甲"),
    ("法定代表人证件类型", "护照号"),
    ("法定代表人证件号码", "E77553311"),
    ("公示选择理由", "金丝雀理由乙"),
    ("备注", "金丝雀备注丙"),
    ("是否公示", "是"),
];

/// Puts a value into the first row of a table.
fn with(table: &str, column: &str, value: &str) -> String {
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    let at = lines[0]
        .split(',')
        .position(|head| head.trim_matches('*').ends_with(column))
        .unwrap();
    let mut cells: Vec<&str> = lines[1].split(',').collect();
    cells[at] = value;
    lines[1] = cells.join(",");
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn r10_no_portal_answer_holds_what_is_not_public() {
    let town = Town::new();
    let table = CANARIES.iter().fold(penalties(), |table, (column, value)| {
        with(&table, column, value)
    });
    let summary = town.intake("penalty-2018", &table);
    assert_eq!(summary.accepted, 3, "{summary:?}");
    let list = town.get("/penalties").await.text;
    let record = list
        .split("/record/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut answers = Vec::new();
    for path in [
        "/".to_owned(),
        "/penalties".to_owned(),
        "/withdrawn".to_owned(),
        format!("/record/{record}"),
        format!("/entity/{ENTITY}"),
        format!("/leave?code={ENTITY}"),
        format!("/search?q={ENTITY}"),
        format!("/api/v1/entities/{ENTITY}"),
        format!("/api/v1/entities/{ENTITY}/records"),
        "/api/v1/changes".to_owned(),
        format!("/api/v1/entities?q={ENTITY}"),
    ] {
        let answer = town.get(&path).await;
        assert!(answer.status.is_success(), "{path} {}", answer.text);
        answers.push((path, answer.text));
    }
    assert!(
        answers
            .iter()
            .any(|(_, text)| text.contains("枣市监罚〔2026〕2号"))
    );
    for (path, text) in answers {
        // 是 is in every Chinese page, 护照号 and the rest must be in none.
        for (column, value) in CANARIES.iter().filter(|(_, value)| *value != "是") {
            assert!(!text.contains(value), "R10 {path} shows {column}");
        }
        for person in ["370402199001010016", "枣市监罚〔2026〕4号"] {
            assert!(!text.contains(person), "R37 {path} shows a person's record");
        }
    }
}
