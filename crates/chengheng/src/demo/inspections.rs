//! Inspections of the invented city: batches drawn by lot, and what became of each visit.

use super::affairs::{Affairs, Day, Fields, clerk, delivered, firm, office};
use crate::Stop;
use desk::ports::{Filter, Procedures};
use desk::procedure::{Case, Noun, fold};
use domain::code::Code;
use domain::inspection::Item;
use domain::inspection::draw::commitment;
use domain::inspection::visit;
use domain::ledger::Suite;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Months in which a batch is drawn; one more is under way when the two years end.
const MONTHS: [i8; 3] = [3, 6, 9];
/// Days before the end on which the last batch is drawn.
const LATEST: i64 = 12;
/// Inspectors of an organ.
const INSPECTORS: usize = 6;
/// Visits in a thousand that find something wrong.
const PROBLEMS: usize = 90;
/// Visits in a thousand that meet a closed door.
const ABSENT: usize = 20;
/// Entities in a thousand that ask for somebody else.
const RECUSALS: usize = 15;

/// Organs that inspect: name, line, items, and whether another goes along with it.
const BATCHES: [(&str, &str, &str, &str); 4] = [
    ("市场监督管理局", "market", "market-registration", "379902"),
    ("人力资源和社会保障局", "labour", "labour-patrol", "379903"),
    ("市场监督管理局", "market", "annual-report", "379904"),
    ("市场监督管理局", "market", "market-registration", "379921"),
];
/// The organ that goes along in every other batch.
const PARTNER: (&str, &str, &str) = ("生态环境局", "environment", "pollution-site");

/// The account of the demo that inspects.
pub const INSPECTOR: &str = "inspector";

/// What comes next in a visit.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Approve,
    Notify,
    Go,
    Publish,
    Follow,
}

/// The course of the inspections.
pub struct Inspections {
    end: Date,
    begun: bool,
    batches: usize,
    last: Option<Date>,
    /// Batches that wait for their lottery: number, and the day of it.
    lotteries: BTreeMap<Date, u64>,
    turns: BTreeMap<Date, Vec<(u64, Turn)>>,
}

impl Inspections {
    pub fn new(end: Date) -> Self {
        Self {
            end,
            begun: false,
            batches: 0,
            last: None,
            lotteries: BTreeMap::new(),
            turns: BTreeMap::new(),
        }
    }

    /// What happens on a working day.
    pub fn run(&mut self, affairs: &mut Affairs, at: &mut Day<'_>) -> Result<(), Stop> {
        if self.due(at.day) && !at.room.desk.law().rates(Item::General, at.day).is_empty() {
            self.last = Some(at.day);
            self.plan(affairs, at)?;
        }
        let later = self.lotteries.split_off(&at.day.saturating_add(1.days()));
        for draw in std::mem::replace(&mut self.lotteries, later).into_values() {
            let numbers = numbers(at);
            self.drawn(affairs, at, draw, vec![("numbers", numbers)])?;
        }
        let later = self.turns.split_off(&at.day.saturating_add(1.days()));
        for (id, turn) in std::mem::replace(&mut self.turns, later)
            .into_values()
            .flatten()
        {
            self.take(affairs, at, id, turn)?;
        }
        Ok(())
    }

    /// The first working day of a month of batches, and one day near the end.
    fn due(&self, day: Date) -> bool {
        let latest = self.end.saturating_sub(LATEST.days());
        let since = |first: Date| day >= first && self.last.is_none_or(|last| last < first);
        let month = MONTHS.contains(&day.month()) && since(day.first_of_month());
        month || since(latest)
    }

    fn plan(&mut self, affairs: &mut Affairs, at: &mut Day<'_>) -> Result<(), Stop> {
        if !std::mem::replace(&mut self.begun, true) {
            for (name, line, ..) in BATCHES.iter().take(2) {
                enrol(affairs, at, name, line)?;
            }
            enrol(affairs, at, PARTNER.0, PARTNER.1)?;
        }
        let place = self.batches;
        self.batches += 1;
        let Some((name, _, item, division)) = BATCHES.get(place % BATCHES.len()) else {
            return Ok(());
        };
        let (Some(lead), Some(partner)) = (organ(at, name), organ(at, PARTNER.0)) else {
            return Ok(());
        };
        let by_lottery = place % 2 == 1;
        let until = at.day.saturating_add(75.days());
        let title = format!("{}年第{}批双随机抽查（演示数据）", at.day.year(), place + 1);
        let mut fields = vec![
            ("title", title),
            ("items", (*item).to_owned()),
            ("divisions", (*division).to_owned()),
            ("licensed", "1".to_owned()),
            ("within", "0".to_owned()),
            ("from", at.day.to_string()),
            ("until", until.to_string()),
        ];
        match by_lottery {
            true => self.by_lottery(affairs, at, lead, fields),
            false => {
                fields.push(("partner", partner.to_string()));
                fields.push(("partner_items", PARTNER.2.to_owned()));
                self.by_parties(affairs, at, (lead, partner), fields)
            }
        }
    }

    /// A batch that waits for a lottery of the week after.
    fn by_lottery(
        &mut self,
        affairs: &mut Affairs,
        at: &mut Day<'_>,
        lead: Code,
        mut fields: Fields,
    ) -> Result<(), Stop> {
        let opens = at.day.saturating_add(7.days());
        let number = format!("{}{:03}", opens.year(), opens.day_of_year());
        fields.extend([
            ("source", "lottery".to_owned()),
            ("lottery_name", "拟州福利彩票（虚构）".to_owned()),
            ("lottery_number", number),
            ("lottery_on", opens.to_string()),
            ("lottery_form", "6/1-33;1/1-16".to_owned()),
        ]);
        let who = clerk(lead);
        if let Some(draw) = affairs.begin(at, &who, Noun::Draw, "plan", fields)?
            && affairs.act(at, &who, draw, "freeze", Vec::new())?
        {
            self.lotteries.insert(opens, draw);
        }
        Ok(())
    }

    /// A batch of two organs whose seed three parties make.
    fn by_parties(
        &mut self,
        affairs: &mut Affairs,
        at: &mut Day<'_>,
        (lead, partner): (Code, Code),
        mut fields: Fields,
    ) -> Result<(), Stop> {
        fields.push(("source", "parties".to_owned()));
        fields.push(("parties", PARTIES.join(",")));
        let who = clerk(lead);
        let Some(draw) = affairs.begin(at, &who, Noun::Draw, "plan", fields)? else {
            return Ok(());
        };
        affairs.act(at, &clerk(partner), draw, "agree", Vec::new())?;
        let value = |_| format!("{:032x}", at.chance.next());
        let values: Vec<String> = PARTIES.iter().map(value).collect();
        let suite = at.room.desk.store.suite();
        for (name, value) in PARTIES.iter().zip(&values) {
            let commitment = format!("{:x}", commitment(suite, name, value));
            let fields = vec![("party", (*name).to_owned()), ("commitment", commitment)];
            affairs.act(at, &who, draw, "commit", fields)?;
        }
        if affairs.act(at, &who, draw, "freeze", Vec::new())? {
            for (name, value) in PARTIES.iter().zip(values) {
                let fields = vec![("party", (*name).to_owned()), ("value", value)];
                affairs.act(at, &office(at.city), draw, "reveal", fields)?;
            }
            self.drawn(affairs, at, draw, Vec::new())?;
        }
        Ok(())
    }

    /// Draws, and sees to the visits that came of it.
    fn drawn(
        &mut self,
        affairs: &mut Affairs,
        at: &mut Day<'_>,
        draw: u64,
        fields: Fields,
    ) -> Result<(), Stop> {
        let row = at.room.desk.draw_row(draw)?;
        let Some(lead) = row.map(|row| row.batch.plan.organ) else {
            return Ok(());
        };
        if !affairs.act(at, &clerk(lead), draw, "draw", fields)? {
            return Ok(());
        }
        let filter = Filter {
            noun: Some(Noun::Visit.word().to_owned()),
            about: Some(draw),
            ascending: true,
            limit: 10_000,
            ..Filter::default()
        };
        for row in at.room.store.procedures(&filter)? {
            self.later(at, row.id, Turn::Approve, 1, 12);
        }
        Ok(())
    }

    fn later(&mut self, at: &mut Day<'_>, id: u64, turn: Turn, least: usize, more: usize) {
        let days = i64::try_from(least + at.chance.below(more)).unwrap_or(1);
        let on = at.day.saturating_add(days.days());
        self.turns.entry(on).or_default().push((id, turn));
    }

    fn take(
        &mut self,
        affairs: &mut Affairs,
        at: &mut Day<'_>,
        id: u64,
        turn: Turn,
    ) -> Result<(), Stop> {
        let Some(Case::Visit(case)) = fold(id, &at.room.store.steps(id)?)? else {
            return Ok(());
        };
        let Some(lead) = case.task.lead().map(|part| part.organ) else {
            return Ok(());
        };
        match turn {
            Turn::Approve => {
                for organ in case.lacking() {
                    let fields = affairs.document("查", at.day);
                    affairs.act(at, &clerk(organ), id, "approve", fields)?;
                }
                self.later(at, id, Turn::Notify, 1, 3);
            }
            Turn::Notify => {
                affairs.act(at, &clerk(lead), id, "notify", delivered(at.day))?;
                if at.chance.in_thousand(RECUSALS) {
                    recuse(affairs, at, &case)?;
                }
                self.later(at, id, Turn::Go, 2, 12);
            }
            Turn::Go => self.go(affairs, at, &case, lead)?,
            Turn::Publish => {
                affairs.act(at, &clerk(lead), id, "publish", Vec::new())?;
                for item in case.unfollowed() {
                    let by_day = at.day.saturating_add(20.days());
                    let fields = vec![
                        ("item", item.to_owned()),
                        ("what", "复查整改情况（演示数据）".to_owned()),
                        ("by_day", by_day.to_string()),
                    ];
                    let owner = case.task.items().find(|(_, one)| one.code == item);
                    let owner = owner.map_or(lead, |(part, _)| part.organ);
                    affairs.act(at, &clerk(owner), id, "set_follow_up", fields)?;
                    self.later(at, id, Turn::Follow, 8, 16);
                }
            }
            Turn::Follow => {
                for task in case.follow_ups().iter().filter(|task| task.done.is_none()) {
                    let fields = vec![
                        ("item", task.item.clone()),
                        ("words", "已经整改到位（演示数据）".to_owned()),
                    ];
                    affairs.act(at, &clerk(task.organ), id, "follow_up", fields)?;
                }
            }
        }
        Ok(())
    }

    /// On the spot: a closed door, or a record of every organ.
    fn go(
        &mut self,
        affairs: &mut Affairs,
        at: &mut Day<'_>,
        case: &visit::Case,
        lead: Code,
    ) -> Result<(), Stop> {
        let id = case.id;
        if at.chance.in_thousand(ABSENT) {
            let digest = Suite::National.digest(&[&at.chance.next().to_be_bytes()]);
            let fields = vec![
                ("why", "moved".to_owned()),
                ("words", "登记地址已无该单位（演示数据）".to_owned()),
                (
                    "evidence",
                    format!("door.jpg image/jpeg 20480 {digest} 门头"),
                ),
            ];
            if affairs.act(at, &clerk(lead), id, "unreached", fields)?
                && let Some(draw) = case.task.draw()
            {
                return self.reserve(at, draw, id);
            }
            return Ok(());
        }
        let present = case.task.parts.iter().flat_map(|part| part.team.clone());
        let fields = vec![
            ("on", at.day.to_string()),
            ("scanned", "1".to_owned()),
            ("present", present.collect::<Vec<_>>().join(",")),
        ];
        if !affairs.act(at, &clerk(lead), id, "begin_visit", fields)? {
            return Ok(());
        }
        for part in &case.task.parts {
            let mut fields: Vec<(String, String)> = vec![
                ("signed_by".to_owned(), part.team.join(",")),
                (
                    "note".to_owned(),
                    "企业负责人在场，口头认可（演示数据）".to_owned(),
                ),
            ];
            for item in &part.items {
                let wrong = at.chance.in_thousand(PROBLEMS);
                let result = if wrong { "ordered" } else { "no-problem" };
                fields.push((format!("result.{}", item.code), result.to_owned()));
                if wrong {
                    let words = "现场与登记事项不一致，已责令改正（演示数据）".to_owned();
                    fields.push((format!("words.{}", item.code), words));
                }
            }
            affairs.act_with(at, &clerk(part.organ), id, "record", fields)?;
        }
        self.later(at, id, Turn::Publish, 1, 22);
        Ok(())
    }

    /// The visit of the reserve that has just come in.
    fn reserve(&mut self, at: &mut Day<'_>, draw: u64, after: u64) -> Result<(), Stop> {
        let filter = Filter {
            noun: Some(Noun::Visit.word().to_owned()),
            about: Some(draw),
            after: Some(after),
            ascending: true,
            limit: 10_000,
            ..Filter::default()
        };
        let rows = at.room.store.procedures(&filter)?;
        if let Some(row) = rows.last().filter(|row| row.opened == at.day) {
            self.later(at, row.id, Turn::Approve, 1, 3);
        }
        Ok(())
    }
}

const PARTIES: [&str; 3] = ["市信用办", "驻局纪检监察组", "企业代表"];

/// The entity asks for somebody else, and his organ agrees.
fn recuse(affairs: &mut Affairs, at: &mut Day<'_>, case: &visit::Case) -> Result<(), Stop> {
    let Some(part) = case.task.lead() else {
        return Ok(());
    };
    let Some(certificate) = part.team.first() else {
        return Ok(());
    };
    let ask = vec![
        ("certificate", certificate.clone()),
        ("ground", "employment".to_owned()),
        ("words", "该检查人员曾在本单位任职（演示数据）".to_owned()),
    ];
    if affairs.act(at, &firm(case.task.entity), case.id, "ask_recusal", ask)? {
        let decide = vec![
            ("certificate", certificate.clone()),
            ("granted", "1".to_owned()),
            ("reason", "情况属实（演示数据）".to_owned()),
        ];
        affairs.act(at, &clerk(part.organ), case.id, "decide_recusal", decide)?;
    }
    Ok(())
}

fn organ(at: &Day<'_>, name: &str) -> Option<Code> {
    at.city
        .organ(&format!("拟州市{name}"))
        .map(|organ| organ.code)
}

fn enrol(affairs: &mut Affairs, at: &mut Day<'_>, name: &str, line: &str) -> Result<(), Stop> {
    let Some(organ) = organ(at, name) else {
        return Ok(());
    };
    for number in 1..=INSPECTORS {
        let account = match (name, number) {
            ("市场监督管理局", 1) => INSPECTOR,
            _ => "",
        };
        let certificate = format!(
            "3799{}{number:02}",
            organ.as_str().get(11..15).unwrap_or_default()
        );
        let fields = vec![
            ("certificate", certificate),
            (
                "called",
                format!(
                    "拟{}",
                    at.chance.word(&["甲", "乙", "丙", "丁", "戊", "己"])
                ),
            ),
            ("lines", line.to_owned()),
            ("until", at.day.saturating_add(4.years()).to_string()),
            ("account", account.to_owned()),
        ];
        affairs.begin(at, &clerk(organ), Noun::Inspector, "enrol", fields)?;
    }
    Ok(())
}

/// What the invented lottery gave.
fn numbers(at: &mut Day<'_>) -> String {
    let mut red = std::collections::BTreeSet::new();
    while red.len() < 6 {
        red.insert(1 + at.chance.below(33));
    }
    let red: Vec<String> = red.iter().map(ToString::to_string).collect();
    format!("{};{}", red.join(","), 1 + at.chance.below(16))
}
