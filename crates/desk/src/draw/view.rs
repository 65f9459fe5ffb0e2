//! A batch as a person reads it.

use crate::procedure::Fact;
use domain::inspection::batch::{Amount, Batch, Event, LeftOut, Stage, Tier, Wish};
use domain::inspection::draw::Change;

pub(crate) fn facts(batch: &Batch) -> Vec<Fact> {
    let mut facts = planned(batch);
    let frozen = match &batch.stage {
        Stage::Frozen(frozen) | Stage::Drawn { frozen, .. } => Some(frozen),
        _ => None,
    };
    if let Some(frozen) = frozen {
        facts.push(Fact::new("名单摘要", frozen.digest.clone()));
        for tier in &frozen.tiers {
            facts.push(Fact::by("抽取比例", share(tier), &tier.basis));
        }
        facts.push(Fact::new("未列入名单", left_out(&frozen.left_out)));
    }
    match &batch.stage {
        Stage::Drawn {
            objects, on, seed, ..
        } => {
            facts.push(Fact::new("抽取结果", format!("{on}抽取{objects}户")));
            facts.push(Fact::new("随机种子", seed.value().to_owned()));
        }
        Stage::Voided { silent, .. } if !silent.is_empty() => {
            facts.push(Fact::new("没有公开数值的参与方", silent.join("、")));
        }
        _ => {}
    }
    facts
}

/// What was planned.
pub(super) fn planned(batch: &Batch) -> Vec<Fact> {
    let plan = &batch.plan;
    let mut facts = Vec::new();
    for item in &plan.items {
        let way = if item.on_site { "现场" } else { "非现场" };
        let text = format!(
            "{}（{}，{way}，{}）",
            item.name,
            item.kind.name(),
            item.organ
        );
        facts.push(Fact::by("检查事项", text, &item.basis));
    }
    facts.push(Fact::new("对象范围", scope(batch)));
    facts.push(Fact::new(
        "抽取数量",
        match plan.amount {
            Amount::Within(part) => format!("各等级法定比例下限至上限的{part}%处"),
            Amount::About(count) => format!("约{count}户，在各等级法定比例以内"),
        },
    ));
    facts.push(Fact::new(
        "检查期间",
        format!("{}至{}", plan.from, plan.until),
    ));
    facts.push(Fact::new("随机数来源", source(&plan.seed)));
    facts
}

fn scope(batch: &Batch) -> String {
    let scope = &batch.plan.scope;
    let mut parts = Vec::new();
    if !scope.divisions.is_empty() {
        parts.push(format!("区划{}", scope.divisions.join("、")));
    }
    if scope.licensed {
        parts.push("持有牵头机关许可的单位".to_owned());
    }
    if !scope.codes.is_empty() {
        parts.push(format!("列明的{}户", scope.codes.len()));
    }
    match parts.is_empty() {
        true => "名录中的全部单位".to_owned(),
        false => parts.join("，"),
    }
}

pub(super) fn source(wish: &Wish) -> String {
    match wish {
        Wish::Lottery {
            name, number, on, ..
        } => format!("{name}第{number}期，{on}开奖"),
        Wish::Parties { names } => format!("{}共同产生", names.join("、")),
        Wish::Vrf { key } => format!("平台的可验证随机函数，公钥{key}"),
    }
}

fn share(tier: &Tier) -> String {
    let percent = f64::from(tier.share) / 10_000.0;
    format!("等级{}：{}户，{percent}%", tier.grade, tier.objects)
}

fn left_out(left_out: &LeftOut) -> String {
    format!(
        "已达年度频次上限{}户，没有等级{}户，按规定不抽{}户",
        left_out.capped, left_out.ungraded, left_out.resting
    )
}

pub(crate) fn told(event: &Event) -> (String, String) {
    match event {
        Event::Planned { plan, .. } => ("编制抽查方案".to_owned(), plan.title.clone()),
        Event::Agreed { by, .. } => (format!("{}同意联合检查", by.organ), String::new()),
        Event::Committed {
            party, commitment, ..
        } => (format!("{party}提交承诺摘要"), commitment.clone()),
        Event::Frozen { digest, .. } => ("冻结抽取名单".to_owned(), digest.clone()),
        Event::Revealed { party, value, .. } => (format!("{party}公开数值"), value.clone()),
        Event::Drawn { objects, seed, .. } => (format!("抽取{objects}户"), seed.value().to_owned()),
        Event::Changed { change } => match change {
            Change::Replaced(replaced) => ("候补对象递补".to_owned(), replaced.reason.clone()),
            Change::Redrawn(redrawn) => ("重新抽取检查人员".to_owned(), redrawn.reason.clone()),
        },
        Event::Voided { reason, .. } => ("终止本批次".to_owned(), reason.clone()),
    }
}
