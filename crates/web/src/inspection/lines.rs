//! A batch in words.

use desk::draw::DrawRow;
use domain::code::Code;
use domain::inspection::batch::{Stage, Tier, Wish};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Names of organs by code.
pub(super) type Names = BTreeMap<String, String>;

pub(super) fn organ(names: &Names, code: &Code) -> String {
    let code = code.to_string();
    names.get(&code).cloned().unwrap_or(code)
}

/// What a reader learns of a batch at a glance.
pub(super) struct Glance {
    pub row: DrawRow,
    pub organ: String,
    /// Other organs that go along.
    pub partners: Vec<String>,
    pub items: String,
    pub count: String,
    pub source: String,
    /// What comes next.
    pub next: String,
}

impl Glance {
    pub fn of(row: DrawRow, names: &Names, today: Date) -> Self {
        let batch = &row.batch;
        let items = batch.plan.items.iter().map(|item| item.name.as_str());
        let mut items: Vec<&str> = items.collect();
        items.dedup();
        let partners = batch.partners();
        Self {
            organ: organ(names, &batch.plan.organ),
            partners: partners.iter().map(|code| organ(names, code)).collect(),
            items: items.join("、"),
            count: count(&batch.stage),
            source: source(&row),
            next: next(&row, today),
            row,
        }
    }

    /// Style of the badge; the word stands beside it.
    pub fn tone(&self) -> &'static str {
        match self.row.batch.stage {
            Stage::Planned => "",
            Stage::Frozen(_) => "tag-minor",
            Stage::Drawn { .. } => "tag-calm",
            Stage::Voided { .. } => "tag-ordinary",
        }
    }
}

fn count(stage: &Stage) -> String {
    // A grade without a share rests, and its organisations are not in the frame.
    let all = |tiers: &[Tier]| -> u64 {
        let drawable = tiers.iter().filter(|tier| tier.share > 0);
        drawable.map(|tier| tier.objects).sum()
    };
    match stage {
        Stage::Planned => "冻结名单时公布".to_owned(),
        Stage::Frozen(frozen) => format!("名单中 {} 户", all(&frozen.tiers)),
        Stage::Drawn {
            frozen, objects, ..
        } => format!("名单中 {} 户，抽取 {objects} 户", all(&frozen.tiers)),
        Stage::Voided { .. } => "没有抽取".to_owned(),
    }
}

fn source(row: &DrawRow) -> String {
    match row.batch.plan.seed {
        Wish::Vrf { .. } => "平台的可验证随机函数".to_owned(),
        _ => row.source(),
    }
}

fn next(row: &DrawRow, today: Date) -> String {
    let (batch, plan) = (&row.batch, &row.batch.plan);
    let then = match &plan.seed {
        Wish::Lottery { on, .. } => format!("{}开奖后抽取", day(*on, today)),
        Wish::Parties { .. } => "各参与方公开数值后抽取".to_owned(),
        Wish::Vrf { .. } => "随后抽取，结果由冻结的名单和公布的密钥唯一确定".to_owned(),
    };
    match &batch.stage {
        Stage::Planned if batch.partners() != batch.agreed => {
            format!("等待配合部门同意；冻结名单后，{then}")
        }
        Stage::Planned if batch.source().is_err() => {
            format!("等待各参与方提交承诺摘要；冻结名单后，{then}")
        }
        Stage::Planned => format!("待冻结名单；冻结后，{then}"),
        Stage::Frozen(_) => format!("名单已经冻结，{then}"),
        Stage::Drawn { .. } if today < plan.from => format!("{}起检查", day(plan.from, today)),
        Stage::Drawn { .. } if today <= plan.until => {
            format!("正在检查，至{}", day(plan.until, today))
        }
        Stage::Drawn { .. } => "检查期间已经结束".to_owned(),
        Stage::Voided { reason, on, .. } => format!("{}终止：{reason}", day(*on, today)),
    }
}

/// A day as people say it; the year only where it is another one.
fn day(on: Date, today: Date) -> String {
    let short = format!("{}月{}日", on.month(), on.day());
    match on.year() == today.year() {
        true => short,
        false => format!("{}年{short}", on.year()),
    }
}
