//! A visit as a person reads it.

use crate::Desk;
use crate::procedure::Fact;
use domain::inspection::visit::{
    Asker, Begun, Case, Cause, Event, Evidence, Notice, PlannedItem, Recusal, Reply, Stage,
};

pub(crate) fn title(case: &Case) -> String {
    let items: Vec<&str> = case.task.items().map(|(_, item)| &*item.name).collect();
    format!("检查：{}", items.join("、"))
}

/// What a visit states. What was complained of, and why an organ holds its own inspector back, is for
/// the organs alone.
pub(crate) fn facts(desk: &Desk, case: &Case, organ: bool) -> Vec<Fact> {
    let mut facts = planned(desk, case, organ);
    for approval in case.approvals() {
        let document = &approval.document;
        let text = format!("{}（{}，{}）", document.name, document.number, document.on);
        facts.push(Fact::new("审批", text));
    }
    if let Some(ready) = case.ready() {
        facts.push(match &ready.notice {
            Notice::Served { delivery } => {
                let text = format!(
                    "{}{}送达（{}）",
                    delivery.on,
                    delivery.method.name(),
                    delivery.proof
                );
                Fact::new("检查通知书", text)
            }
            Notice::Waived { basis } => Fact::by("检查通知书", ready.notice.name(), basis),
        });
    }
    let recusals = case.recusals.iter();
    facts.extend(recusals.map(|one| Fact::new("回避", recusal(desk, one, organ))));
    if let Some(begun) = case.begun() {
        facts.extend(on_the_spot(desk, case, begun));
    }
    facts.extend(outcome(case));
    facts
}

fn planned(desk: &Desk, case: &Case, organ: bool) -> Vec<Fact> {
    let task = &case.task;
    let mut facts = Vec::new();
    match &task.cause {
        Cause::Lot { draw, .. } => {
            facts.push(Fact::new("检查来源", format!("双随机抽查（批次{draw}）")));
        }
        Cause::Exception {
            name, words, basis, ..
        } => {
            facts.push(Fact::by("检查来源", name.clone(), basis));
            if organ {
                facts.push(Fact::new("触发内容", words.clone()));
            }
        }
    }
    for part in &task.parts {
        let role = if part.lead { "牵头" } else { "参加" };
        for item in &part.items {
            let way = if item.on_site { "现场" } else { "非现场" };
            let text = format!(
                "{}（{}，{way}，{}{role}）",
                item.name,
                item.kind.name(),
                part.organ
            );
            facts.push(Fact::by("检查事项", text, &item.basis));
            facts.extend(checks(desk, item));
        }
        let team: Vec<String> = part.team.iter().map(|one| called(desk, one)).collect();
        facts.push(Fact::new("检查人员", team.join("、")));
    }
    facts.push(Fact::new("最迟开始检查", task.until.to_string()));
    facts
}

fn checks(desk: &Desk, item: &PlannedItem) -> Option<Fact> {
    let published = desk.law().inspection_item(&item.code)?;
    let checks = published.value().checks.iter();
    let texts: Vec<&str> = checks.map(|check| &*check.text).collect();
    (!texts.is_empty())
        .then(|| Fact::new("检查标准", format!("{}：{}", item.name, texts.join("；"))))
}

/// Name and certificate of an inspector, as whoever is visited may know them.
fn called(desk: &Desk, certificate: &str) -> String {
    match desk.inspector(certificate) {
        Ok(Some(one)) => format!("{}（执法证号{certificate}）", one.enrolment.called),
        _ => format!("执法证号{certificate}"),
    }
}

fn recusal(desk: &Desk, one: &Recusal, organ: bool) -> String {
    let law = desk.law();
    let mut grounds = law.recusal_grounds().iter();
    let ground = grounds.find(|ground| ground.value().word == one.ground);
    let ground = ground.map_or(&*one.ground, |ground| &*ground.value().name);
    let (who, words) = match &one.asked {
        Asker::Entity { .. } => ("被检查单位", one.words.as_str()),
        Asker::Organ { .. } if organ => ("检查机关", one.words.as_str()),
        Asker::Organ { .. } => ("检查机关", ""),
    };
    let mut text = format!("{}{who}对执法证号{}提出回避", one.on, one.certificate);
    if !words.is_empty() {
        text.push_str(&format!("（{ground}：{words}）"));
    }
    match &one.decided {
        None => text.push_str("，待决定"),
        Some(ruling) if ruling.granted => {
            let comes = ruling.comes.as_ref();
            let comes = comes.map_or_else(
                || "人员暂缺".to_owned(),
                |comes| format!("由执法证号{comes}替换"),
            );
            text.push_str(&format!(
                "；{}决定回避，{comes}：{}",
                ruling.on, ruling.reason
            ));
        }
        Some(ruling) => {
            text.push_str(&format!("；{}决定不回避：{}", ruling.on, ruling.reason));
        }
    }
    text
}

fn on_the_spot(desk: &Desk, case: &Case, begun: &Begun) -> Vec<Fact> {
    let start = &begun.start;
    let scanned = if start.scanned {
        "，已扫码入企"
    } else {
        ""
    };
    let text = format!("{}，到场{}{scanned}", start.on, start.present.join("、"));
    let mut facts = vec![Fact::new("开始检查", text)];
    for (_, item) in case.task.items() {
        let Some(found) = begun.outcome(&item.code) else {
            continue;
        };
        let mut text = format!("{}：{}", item.name, desk.result_name(&found.result));
        if !found.words.is_empty() {
            text.push_str(&format!("，{}", found.words));
        }
        for answer in &found.answers {
            let said = match &answer.answer {
                Reply::Tick(true) => "符合",
                Reply::Tick(false) => "不符合",
                Reply::Text(text) => text,
            };
            let check = desk.law().inspection_item(&item.code);
            let check = check.and_then(|rule| rule.value().check(&answer.key).cloned());
            let asked = check.map_or_else(|| answer.key.clone(), |check| check.text);
            text.push_str(&format!("；{asked}：{said}"));
        }
        facts.push(Fact::new("检查结果", text));
    }
    for arrived in begun.records.values() {
        let record = &arrived.record;
        let entity = match (&record.entity_signed, record.note.as_str()) {
            (Some(digest), _) => format!("，企业已签名（摘要{digest:x}）"),
            (None, "") => String::new(),
            (None, note) => format!("，企业未签名：{note}"),
        };
        let text = format!("执法证号{}签名{entity}", record.signed_by.join("、"));
        facts.push(Fact::new("检查笔录", text));
        facts.extend(record.evidence.iter().map(shown));
    }
    facts
}

fn shown(evidence: &Evidence) -> Fact {
    let text = format!(
        "{}（摘要{:x}）{}",
        evidence.name, evidence.digest, evidence.note
    );
    Fact::new("证据", text)
}

fn outcome(case: &Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    for task in case.follow_ups() {
        let mut items = case.task.items();
        let item = items.find(|(_, item)| item.code == task.item);
        let item = item.map_or(&*task.item, |(_, item)| &*item.name);
        let mut text = format!("{item}：{}，{}以前", task.what, task.by_day);
        if let Some(done) = &task.done {
            let late = if done.late { "（逾期）" } else { "" };
            text.push_str(&format!("；{}办结{late}：{}", done.on, done.words));
        }
        facts.push(Fact::new("后续处理", text));
    }
    match &case.stage {
        Stage::Published { on, late, ends, .. } => {
            let late = if *late { "（逾期）" } else { "" };
            let text = format!("{on}{late}，至{ends}自动停止");
            facts.push(Fact::new("公示检查结果", text));
            facts.push(Fact::new("效力", "检查结果本身不是行政处罚"));
        }
        Stage::Unreached {
            why,
            evidence,
            words,
            on,
        } => {
            facts.push(Fact::new(
                "无法联系",
                format!("{on}，{}：{words}", why.name()),
            ));
            facts.extend(evidence.iter().map(shown));
        }
        Stage::CalledOff { reason, on } => {
            facts.push(Fact::new("撤销检查", format!("{on}：{reason}")));
        }
        _ => {}
    }
    facts
}

/// What a step did, and what was written with it, as everybody who sees the visit may read it.
pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: &str| (what.to_owned(), String::new());
    match event {
        Event::Assigned { task, .. } => match &task.cause {
            Cause::Lot { draw, .. } => plain(&format!("安排检查（双随机抽查批次{draw}）")),
            Cause::Exception { name, .. } => plain(&format!("安排检查（{name}）")),
        },
        Event::Approved { document, .. } => plain(&format!(
            "{}批准检查（{}）",
            document.organ, document.number
        )),
        Event::Joined { part, .. } => plain(&format!("{}并入联合检查", part.organ)),
        Event::Noticed { notice, .. } => plain(notice.name()),
        Event::RecusalAsked {
            certificate,
            asked,
            words,
            ..
        } => {
            let words = match asked {
                Asker::Entity { .. } => words.clone(),
                Asker::Organ { .. } => String::new(),
            };
            (format!("提出执法证号{certificate}回避"), words)
        }
        Event::RecusalDecided {
            granted,
            out,
            comes,
            reason,
            ..
        } => {
            let what = match (granted, comes) {
                (true, Some(comes)) => format!("决定执法证号{out}回避，由执法证号{comes}替换"),
                (true, None) => format!("决定执法证号{out}回避"),
                (false, _) => format!("决定执法证号{out}不回避"),
            };
            (what, reason.clone())
        }
        Event::Begun { on, .. } => plain(&format!("{on}开始检查")),
        Event::Recorded { record, .. } => plain(&format!("{}上传检查笔录", record.organ)),
        Event::Ended { .. } => plain("检查结束"),
        Event::Published { late: true, .. } => plain("公示检查结果（逾期）"),
        Event::Published { .. } => plain("公示检查结果"),
        Event::FollowUpSet { what, by_day, .. } => {
            (format!("安排后续处理，{by_day}以前"), what.clone())
        }
        Event::FollowedUp { words, .. } => ("后续处理办结".to_owned(), words.clone()),
        Event::Unreached { why, words, .. } => (format!("无法联系：{}", why.name()), words.clone()),
        Event::CalledOff { reason, .. } => ("撤销检查".to_owned(), reason.clone()),
        Event::Shifted { shift } => plain(&format!("公示期限改至{}", shift.to)),
        Event::Escalated { last, .. } => {
            plain(&format!("检查结果逾期未公示（{last}届满），报信用办督办"))
        }
        Event::Filled {
            certificate,
            reason,
            ..
        } => (
            format!("补充检查人员（执法证号{certificate}）"),
            reason.clone(),
        ),
    }
}
