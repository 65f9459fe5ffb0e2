//! `law check`: everything there is to say about a pack, at once.

use crate::{Common, Ending, Out, Stop, clock, pack};
use jiff::Span;
use jiff::civil::Date;
use law::{Examination, Topic};
use serde_json::json;

pub fn run(stale: Option<u32>, common: &Common, out: Out) -> Result<Ending, Stop> {
    let limit = stale.map(|days| limit(days, common)).transpose()?;
    let examined = law::examine(pack::files(common)?, limit);
    tell(&examined, out)?;
    let old = |topic| limit.is_some() && topic == Topic::Stale;
    let stale = examined.remarks.iter().any(|remark| old(remark.topic));
    out.last(&object(&examined)?)?;
    Ok(Ending::of(examined.passed() && !stale))
}

fn limit(days: u32, common: &Common) -> Result<Date, Stop> {
    let today = clock::of(common)?.today();
    today
        .checked_sub(Span::new().days(i64::from(days)))
        .map_err(Stop::usage)
}

fn tell(examined: &Examination, out: Out) -> Result<(), Stop> {
    for remark in &examined.remarks {
        let weight = if remark.fatal { "错误" } else { "提示" };
        out.say(format!(
            "{}:{}　{weight}　{}　{}",
            remark.file,
            remark.line,
            remark.topic.name(),
            remark.message
        ))?;
    }
    for property in &examined.properties {
        let holds = if property.holds {
            "成立"
        } else {
            "不成立"
        };
        out.say(format!(
            "性质　{}：{holds}（{}）",
            property.claim, property.how
        ))?;
        if let Some(counterexample) = &property.counterexample {
            out.say(format!("　　反例：{counterexample}"))?;
        }
    }
    let fatal = examined
        .remarks
        .iter()
        .filter(|remark| remark.fatal)
        .count();
    let (Some(report), Some(digest)) = (&examined.report, &examined.digest) else {
        return out.say(format!("规则包不能装入，共 {fatal} 处问题"));
    };
    out.say(format!("规则包摘要 {digest}"))?;
    out.say(format!(
        "法规 {}　规则 {}（已核对 {}，未核对 {}）　用例 {}　工作日历 {}",
        report.statutes,
        report.rules,
        report.confirmed,
        report.unconfirmed,
        report.cases,
        years(&report.years),
    ))?;
    match &examined.values {
        None => Ok(()),
        Some(values) => out.say(format!(
            "规定值 {}：已与原文核对 {}，未核对 {}，其中条文号待补 {}",
            values.confirmed + values.unconfirmed,
            values.confirmed,
            values.unconfirmed,
            values.anchors
        )),
    }
}

fn years(years: &[i16]) -> String {
    match (years.first(), years.last()) {
        (Some(first), Some(last)) => format!("{first}—{last}"),
        _ => "无".to_owned(),
    }
}

/// The counts stand at the top, the findings beside them.
fn object(examined: &Examination) -> Result<serde_json::Value, Stop> {
    let mut object = serde_json::to_value(&examined.report).map_err(Stop::fault)?;
    if !object.is_object() {
        object = json!({});
    }
    let of = |fatal| {
        let remarks = examined.remarks.iter();
        let some = remarks.filter(move |remark| remark.fatal == fatal);
        some.cloned().collect::<Vec<_>>()
    };
    if let Some(fields) = object.as_object_mut() {
        fields.insert("digest".to_owned(), json!(examined.digest));
        fields.insert("findings".to_owned(), json!(of(true)));
        fields.insert("remarks".to_owned(), json!(of(false)));
        fields.insert("values".to_owned(), json!(examined.values));
        fields.insert("properties".to_owned(), json!(examined.properties));
    }
    Ok(object)
}
