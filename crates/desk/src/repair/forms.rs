//! The forms about an application: what can be handed in, and what can be done with it.

use super::application::COMMITMENT;
use crate::procedure::Hand;
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use crate::procedure::view::duties;
use domain::repair::{Case, Stage};
use jiff::civil::Date;
use law::Pack;

/// The form of an application. Which materials it has follows from the law of the day (R94).
pub(crate) fn beginnings(law: &Pack, day: Date) -> Vec<Verb> {
    let mut fields = vec![
        Field::new("record", "记录编号", Input::Number),
        Field::new("entity", "主体统一社会信用代码", Input::Code)
            .optional()
            .hint("窗口代办时填写"),
    ];
    // Some severity may have materials of its own; the form offers all, the decision takes what is asked.
    let mut asked: Vec<Choice> = Vec::new();
    for of_day in requirements(law, day) {
        if !asked.iter().any(|known| known.word == of_day.word) {
            asked.push(of_day);
        }
    }
    for one in asked.iter().filter(|one| one.word != COMMITMENT) {
        let key = |part: &str| format!("{}_{part}", one.word);
        fields.push(
            Field::new(key("name"), format!("{}：文书名称", one.name), Input::Line).optional(),
        );
        fields.push(Field::new(key("number"), "文号", Input::Line).optional());
        fields.push(Field::new(key("on"), "日期", Input::Day).optional());
        fields.push(
            Field::new(key("organ"), "出具单位代码", Input::Code)
                .optional()
                .hint("不填为认定单位"),
        );
    }
    fields.push(
        Field::new(
            "promise",
            "我单位承诺：依法经营，所提供材料真实有效，接受监督，违背承诺愿意承担责任",
            Input::Flag,
        )
        .optional(),
    );
    let marking = vec![
        Field::new("record", "记录编号", Input::Number),
        Field::new("until", "不可修复至", Input::Day),
        Field::new("statute", "依据（规则包中的法规编号）", Input::Line),
        Field::new("article", "条文", Input::Line),
    ];
    vec![
        Verb::new("file", "申请信用修复", Hand::Applicant, fields),
        Verb::new(
            "mark",
            "标注依法不可修复",
            Hand::Organ,
            [marking, form::document("决定文书")].concat(),
        ),
    ]
}

/// The materials the law of the day asks for, whatever the severity.
pub(super) fn requirements(law: &Pack, day: Date) -> Vec<Choice> {
    let classes = domain::record::Severity::ALL.map(Some);
    let rules = classes
        .into_iter()
        .chain([None])
        .filter_map(|class| match class {
            Some(class) => law.conditions_for("repair.materials", class, day),
            None => law.conditions("repair.materials", day),
        });
    let clauses = rules.flat_map(|ruled| ruled.value().requires.to_vec());
    clauses
        .map(|clause| Choice::new(&*clause.key, &*clause.text))
        .collect()
}

/// What can be done with an application.
pub(crate) fn verbs(law: &Pack, case: &Case) -> Vec<Verb> {
    [
        taking(case),
        deciding(case),
        pausing(law, case),
        applying(case),
        vec![
            Verb::new("annul", "撤销修复", Hand::Organ, Vec::new())
                .when(case.open() || matches!(case.stage, Stage::Approved { .. })),
        ],
    ]
    .concat()
}

/// From the office to the unit, and whether the unit takes it.
fn taking(case: &Case) -> Vec<Verb> {
    let filed = case.stage == Stage::Filed;
    let forwarded = matches!(case.stage, Stage::Forwarded(_));
    let accepted = matches!(case.stage, Stage::Accepted(_));
    let handed = handed(case);
    let asks = (forwarded || accepted) && !handed.is_empty();
    vec![
        Verb::new("forward", "转送认定单位", Hand::Office, Vec::new()).when(filed),
        Verb::new("accept", "受理", Hand::Organ, Vec::new()).when(forwarded),
        Verb::new(
            "turn-away",
            "不予受理",
            Hand::Organ,
            [reason(), form::remedy()].concat(),
        )
        .when(forwarded),
        Verb::new(
            "ask",
            "请申请人重新提交无法辨认的材料",
            Hand::Organ,
            [
                vec![Field::new("material", "材料", Input::One(handed))],
                reason(),
            ]
            .concat(),
        )
        .when(asks),
    ]
}

/// The decision, and more time for it.
fn deciding(case: &Case) -> Vec<Verb> {
    let accepted = matches!(case.stage, Stage::Accepted(_));
    vec![
        Verb::new(
            "extend",
            "延长办理期限",
            Hand::Organ,
            [form::delivery(), reason()].concat(),
        )
        .when(accepted && !case.extended),
        Verb::new(
            "approve",
            "同意修复",
            Hand::Organ,
            form::document("修复决定书"),
        )
        .when(accepted),
        Verb::new(
            "refuse",
            "不予修复",
            Hand::Organ,
            [form::document("决定书"), reason(), form::remedy()].concat(),
        )
        .when(accepted),
    ]
}

/// Stopping a period that runs, and letting it go on.
fn pausing(law: &Pack, case: &Case) -> Vec<Verb> {
    let running = case.clocks.iter().filter(|clock| clock.outcome.is_none());
    let duties = duties(law, running.map(|clock| clock.duty));
    let any = !duties.is_empty();
    vec![
        Verb::new(
            "suspend",
            "中止期限",
            Hand::Administration,
            form::suspend(duties.clone()),
        )
        .when(any),
        Verb::new(
            "resume",
            "恢复期限",
            Hand::Administration,
            vec![
                Field::new("duty", "期限", Input::One(duties)),
                Field::new("until", "恢复计算的日期", Input::Day),
            ],
        )
        .when(any),
    ]
}

/// What the applicant does.
fn applying(case: &Case) -> Vec<Verb> {
    let open = case.open();
    let handed = handed(case);
    let supplies = open && !handed.is_empty();
    vec![
        Verb::new(
            "supply",
            "重新提交材料",
            Hand::Applicant,
            [
                vec![Field::new("material", "材料", Input::One(handed))],
                form::document("文书"),
                vec![Field::new("organ", "出具单位代码", Input::Code).optional()],
            ]
            .concat(),
        )
        .when(supplies),
        Verb::new("withdraw", "撤回申请", Hand::Applicant, Vec::new()).when(open),
    ]
}

fn reason() -> Vec<Field> {
    vec![Field::new("reason", "理由", Input::Text)]
}

/// The documents that were handed in; the promise is no paper that could be unreadable.
fn handed(case: &Case) -> Vec<Choice> {
    let materials = case.application.materials.iter();
    materials
        .filter(|one| one.key != COMMITMENT)
        .map(|one| Choice::new(one.key.as_str(), one.document.name.as_str()))
        .collect()
}
