//! The forms of a visit.

use crate::procedure::Hand;
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use domain::inspection::visit::{Absence, Case, Cause, PlannedItem, Stage};
use jiff::civil::Date;
use law::Pack;

pub(super) const ABSENCES: [(&str, Absence); 4] = [
    ("closed", Absence::Closed),
    ("moved", Absence::Moved),
    ("dissolved", Absence::Dissolved),
    ("no-such-place", Absence::NoSuchPlace),
];

const EVIDENCE: &str =
    "每行一份：文件名 类型 字节数 摘要 说明，如 p1.jpg image/jpeg 20480 64位十六进制摘要 门头";

pub(crate) fn beginnings(law: &Pack) -> Vec<Verb> {
    let exceptions = law.inspection_exceptions().iter();
    let exceptions = exceptions
        .map(|one| Choice::new(one.value().word.as_str(), one.value().name.as_str()))
        .collect();
    let mut assign = vec![
        Field::new("entity", "被检查单位统一社会信用代码", Input::Code),
        Field::new("exception", "触发情形", Input::One(exceptions)),
        Field::new("words", "投诉举报、线索等的内容", Input::Text).hint("被检查单位看不到"),
    ];
    assign.extend(share(law));
    assign.extend([
        Field::new("until", "最迟在哪一天开始检查", Input::Day),
        Field::new("apart", "另行检查，不并入其他部门的检查", Input::Flag).optional(),
        Field::new("apart_reason", "另行检查的理由", Input::Text).optional(),
    ]);
    let mut join = vec![Field::new("visit", "检查编号", Input::Number)];
    join.extend(share(law));
    vec![
        Verb::new("assign", "安排检查", Hand::Administration, assign),
        Verb::new("join", "并入联合检查", Hand::Administration, join),
    ]
}

/// What one organ looks at, and who goes.
fn share(law: &Pack) -> [Field; 3] {
    let items = law.inspection_items().iter().map(|item| {
        let item = item.value();
        let name = format!("{}（{}）", item.name, item.kind.name());
        Choice::new(item.code.as_str(), name)
    });
    [
        Field::new("items", "检查事项", Input::Several(items.collect())),
        Field::new("remote", "非现场检查", Input::Flag)
            .optional()
            .hint("不入企，不占用年度频次"),
        Field::new("team", "检查人员执法证号", Input::Line).hint("用逗号分开"),
    ]
}

/// Who can be named: the certificates of the whole team, or some of them.
fn members(case: &Case, of: impl Fn(&str) -> bool) -> Vec<Choice> {
    let parts = case.task.parts.iter().flat_map(|part| &part.team);
    parts
        .filter(|certificate| of(certificate))
        .map(|certificate| Choice::new(certificate.as_str(), certificate.as_str()))
        .collect()
}

fn chosen<'a>(items: impl Iterator<Item = &'a PlannedItem>) -> Vec<Choice> {
    items
        .map(|item| Choice::new(item.code.as_str(), item.name.as_str()))
        .collect()
}

pub(crate) fn verbs(law: &Pack, case: &Case, day: Date) -> Vec<Verb> {
    let mut verbs = before(case, day);
    verbs.extend(recusal(law, case));
    verbs.extend(during(law, case));
    verbs.extend(after(case));
    verbs
}

/// Until the inspectors are there.
fn before(case: &Case, day: Date) -> Vec<Verb> {
    let assigned = matches!(case.stage, Stage::Assigned { .. });
    let approved = case.lacking().is_empty();
    let notifiable = case.joinable(day) && approved;
    let before = assigned || matches!(case.stage, Stage::Ready(_));
    let reason = || Field::new("reason", "理由", Input::Text);
    let fill = vec![
        Field::new("certificate", "检查人员执法证号", Input::Line),
        reason(),
    ];
    let absences = ABSENCES.map(|(word, why)| Choice::new(word, why.name()));
    let unreached = vec![
        Field::new("why", "情形", Input::One(absences.to_vec())),
        Field::new("words", "经过", Input::Text),
        Field::new("evidence", "证据", Input::Text).hint(EVIDENCE),
    ];
    let administration = Hand::Administration;
    let waivable = matches!(case.task.cause, Cause::Exception { .. });
    vec![
        Verb::new(
            "approve",
            "批准检查",
            administration,
            form::document("检查审批表"),
        )
        .when(assigned && !approved),
        Verb::new("notify", "送达检查通知书", administration, form::delivery()).when(notifiable),
        Verb::new("waive", "依法不事先通知", administration, Vec::new())
            .when(notifiable && waivable),
        Verb::new("fill", "补充检查人员", administration, fill).when(before),
        Verb::new("unreached", "登记无法联系", administration, unreached).when(before && approved),
        Verb::new("call_off", "撤销检查", administration, vec![reason()]).when(before),
    ]
}

/// 回避 (R67).
fn recusal(law: &Pack, case: &Case) -> Vec<Verb> {
    let before = matches!(case.stage, Stage::Assigned { .. } | Stage::Ready(_));
    let administration = Hand::Administration;
    let pending = members(case, |certificate| case.contested(certificate));
    let grounds = law.recusal_grounds().iter();
    let grounds: Vec<Choice> = grounds
        .map(|one| Choice::new(one.value().word.as_str(), one.value().name.as_str()))
        .collect();
    let ask = || {
        let free = members(case, |certificate| !case.contested(certificate));
        vec![
            Field::new("certificate", "检查人员执法证号", Input::One(free)),
            Field::new("ground", "回避情形", Input::One(grounds.clone())),
            Field::new("words", "理由", Input::Text),
        ]
    };
    let mut decide = vec![
        Field::new(
            "certificate",
            "检查人员执法证号",
            Input::One(pending.clone()),
        ),
        Field::new("granted", "决定回避（不选为不回避）", Input::Flag).optional(),
    ];
    // Who was drawn is replaced by who is drawn.
    if case
        .task
        .parts
        .iter()
        .any(|part| case.task.lot(part).is_none())
    {
        decide.push(
            Field::new("comes", "替换人员执法证号", Input::Line)
                .optional()
                .hint("不填则暂缺；抽取的人员由系统另行抽取，不得指定"),
        );
    }
    decide.push(Field::new("reason", "理由", Input::Text));
    vec![
        Verb::new("ask_recusal", "申请检查人员回避", Hand::Entity, ask()).when(before && case.told),
        Verb::new("declare_recusal", "提出检查人员回避", administration, ask()).when(before),
        Verb::new("decide_recusal", "决定是否回避", administration, decide)
            .when(before && !pending.is_empty()),
    ]
}

/// On the spot.
fn during(law: &Pack, case: &Case) -> Vec<Verb> {
    let begun = matches!(case.stage, Stage::Begun(_));
    let all = || Input::Several(members(case, |_| true));
    let enter = vec![
        Field::new("on", "检查日期", Input::Day),
        Field::new("scanned", "已扫码入企", Input::Flag).optional(),
        Field::new("present", "到场的检查人员", all()),
        Field::new("device", "设备名称", Input::Line)
            .optional()
            .hint("不填为工作台"),
        Field::new("at", "设备上的时间", Input::Line).optional(),
    ];
    let codes = law.inspection_results().iter();
    let codes: Vec<Choice> = codes
        .map(|one| Choice::new(one.value().word.as_str(), one.value().name.as_str()))
        .collect();
    let missing = case.missing();
    let mut record = Vec::new();
    let items = case.task.items().map(|(_, item)| item);
    for item in items.filter(|item| missing.contains(&item.code)) {
        record.extend(outcome(law, item, &codes));
    }
    record.extend([
        Field::new("signed_by", "签名的检查人员", all()).hint("只填本机关到场的人员"),
        Field::new("entity_signed", "企业签名的笔录摘要", Input::Line)
            .optional()
            .hint("64位十六进制；企业未签名的不填"),
        Field::new("note", "企业未签名的情况", Input::Text).optional(),
        Field::new("evidence", "证据", Input::Text)
            .optional()
            .hint(EVIDENCE),
        Field::new("taken", "记录完成时间", Input::Line).optional(),
        Field::new("client", "记录编号", Input::Line)
            .optional()
            .hint("由设备生成，重复上传时不变；不填则自动编号"),
    ]);
    vec![
        Verb::new("begin_visit", "开始检查", Hand::Administration, enter)
            .when(matches!(case.stage, Stage::Ready(_))),
        Verb::new("record", "上传检查笔录", Hand::Administration, record).when(begun),
        Verb::new("end", "结束检查", Hand::Administration, Vec::new())
            .when(begun && missing.is_empty()),
    ]
}

/// What is written down about an item; every organ fills in its own.
fn outcome(law: &Pack, item: &PlannedItem, codes: &[Choice]) -> Vec<Field> {
    let (code, name) = (&item.code, &item.name);
    let published = law.inspection_item(code);
    let checks = published.map(|rule| rule.value().checks.clone());
    let checks: Vec<Choice> = checks
        .unwrap_or_default()
        .into_iter()
        .map(|check| Choice::new(check.key, check.text))
        .collect();
    let mut fields = vec![
        Field::new(
            format!("result.{code}"),
            format!("{name}：检查结果"),
            Input::One(codes.to_vec()),
        )
        .optional(),
        Field::new(
            format!("words.{code}"),
            format!("{name}：情况"),
            Input::Text,
        )
        .optional()
        .hint("发现问题的必填"),
    ];
    if !checks.is_empty() {
        let label = format!("{name}：符合的检查标准");
        fields.push(Field::new(format!("checks.{code}"), label, Input::Several(checks)).optional());
    }
    fields
}

/// When they have left.
fn after(case: &Case) -> Vec<Verb> {
    let open = |code: &str| {
        let mut tasks = case.follow_ups().iter();
        tasks.any(|task| task.item == code && task.done.is_none())
    };
    let items = || case.task.items().map(|(_, item)| item);
    let problems = items().filter(|item| {
        let outcome = case.begun().and_then(|begun| begun.outcome(&item.code));
        outcome.is_some_and(|outcome| outcome.problem) && !open(&item.code)
    });
    let problems = chosen(problems);
    let waiting = chosen(items().filter(|item| open(&item.code)));
    let (some, owed) = (!problems.is_empty(), !waiting.is_empty());
    let set = vec![
        Field::new("item", "检查事项", Input::One(problems)),
        Field::new("what", "后续处理的内容", Input::Text),
        Field::new("by_day", "最迟在哪一天办结", Input::Day),
    ];
    let follow = vec![
        Field::new("item", "检查事项", Input::One(waiting)),
        Field::new("words", "后续处理的结果", Input::Text),
    ];
    let administration = Hand::Administration;
    vec![
        Verb::new("publish", "公示检查结果", administration, Vec::new())
            .when(matches!(case.stage, Stage::Ended(_))),
        Verb::new("set_follow_up", "安排后续处理", administration, set).when(some),
        Verb::new("follow_up", "登记后续处理结果", administration, follow).when(owed),
    ]
}
