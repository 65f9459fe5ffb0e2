//! The forms of a batch.

use crate::procedure::Hand;
use crate::procedure::form::{Choice, Field, Kind as Input, Verb};
use domain::inspection::batch::{Batch, Stage, Wish};
use law::Pack;

const SOURCES: [(&str, &str); 3] = [
    ("lottery", "公开彩票的开奖结果"),
    ("parties", "多方事先承诺、事后公开"),
    ("vrf", "平台的可验证随机函数"),
];

fn items(law: &Pack) -> Input {
    let items = law.inspection_items().iter().map(|item| {
        let item = item.value();
        let name = format!("{}（{}）", item.name, item.kind.name());
        Choice::new(item.code.as_str(), name)
    });
    Input::Several(items.collect())
}

pub(crate) fn beginnings(law: &Pack) -> Vec<Verb> {
    let sources = SOURCES.map(|(word, name)| Choice::new(word, name)).to_vec();
    let fields = vec![
        Field::new("title", "批次名称", Input::Line),
        Field::new("items", "本机关的检查事项", items(law)),
        Field::new("partner", "配合部门代码", Input::Code).optional(),
        Field::new("partner_items", "配合部门的检查事项", items(law)).optional(),
        Field::new("second", "第二配合部门代码", Input::Code).optional(),
        Field::new("second_items", "第二配合部门的检查事项", items(law)).optional(),
        Field::new("remote", "非现场检查", Input::Flag)
            .optional()
            .hint("不入企，不占用年度频次"),
        Field::new("divisions", "区划代码开头", Input::Line)
            .optional()
            .hint("如 370402，几个用逗号分开；不填为全市"),
        Field::new("licensed", "只抽取持有本机关许可的单位", Input::Flag).optional(),
        Field::new("codes", "只抽取下列单位", Input::Text)
            .optional()
            .hint("每行一个统一社会信用代码；不填为名录中的全部单位"),
        Field::new("about", "大约抽取多少户", Input::Number)
            .optional()
            .hint("在各等级的法定比例以内分配"),
        Field::new("within", "在法定比例上下限之间取百分之几", Input::Number)
            .optional()
            .hint("0为下限，100为上限；两项都不填取50"),
        Field::new("from", "检查期间首日", Input::Day),
        Field::new("until", "检查期间末日", Input::Day),
        Field::new("source", "随机数来源", Input::One(sources)),
        Field::new("lottery_name", "彩票名称", Input::Line).optional(),
        Field::new("lottery_number", "期号", Input::Line).optional(),
        Field::new("lottery_on", "开奖日期", Input::Day)
            .optional()
            .hint("须晚于冻结名单之日"),
        Field::new("lottery_form", "号码形式", Input::Line)
            .optional()
            .hint("如双色球 6/1-33;1/1-16"),
        Field::new("parties", "参与方名称", Input::Line)
            .optional()
            .hint("用逗号分开，如 市信用办，驻局纪检组，企业代表"),
    ];
    vec![Verb::new(
        "plan",
        "编制抽查方案",
        Hand::Administration,
        fields,
    )]
}

pub(crate) fn verbs(batch: &Batch) -> Vec<Verb> {
    let planned = matches!(batch.stage, Stage::Planned);
    let frozen = matches!(batch.stage, Stage::Frozen(_));
    let names = match &batch.plan.seed {
        Wish::Parties { names } => names.clone(),
        _ => Vec::new(),
    };
    let several = !names.is_empty();
    let party = || {
        let choices = names
            .iter()
            .map(|name| Choice::new(name.as_str(), name.as_str()));
        Field::new("party", "参与方", Input::One(choices.collect()))
    };
    let lottery = matches!(batch.plan.seed, Wish::Lottery { .. });
    let mut numbers = Vec::new();
    if lottery {
        numbers.push(
            Field::new("numbers", "开奖号码", Input::Line)
                .hint("各组用分号分开，组内用逗号，如 2,5,9,17,22,30;11"),
        );
    }
    let silent = batch.revealed().is_err();
    vec![
        Verb::new("agree", "同意联合检查", Hand::Organ, Vec::new())
            .when(planned && batch.partners() != batch.agreed),
        Verb::new(
            "commit",
            "登记参与方的承诺摘要",
            Hand::Administration,
            vec![
                party(),
                Field::new("commitment", "承诺摘要", Input::Line)
                    .hint("在“验证抽查结果”页上由参与方自行生成，64位十六进制"),
            ],
        )
        .when(planned && several && batch.source().is_err()),
        Verb::new("freeze", "冻结抽取名单", Hand::Administration, Vec::new()).when(planned),
        Verb::new(
            "reveal",
            "登记参与方公开的数值",
            Hand::Administration,
            vec![party(), Field::new("value", "数值", Input::Line)],
        )
        .when(frozen && several && silent),
        Verb::new("draw", "抽取", Hand::Administration, numbers).when(frozen && !silent),
        Verb::new(
            "void",
            "终止本批次",
            Hand::Administration,
            vec![Field::new("reason", "理由", Input::Text)],
        )
        .when(planned || frozen),
    ]
}
