//! Two years of an invented city, day by day, through the real use cases.

use super::acts::{self, Act};
use super::affairs::{Affairs, Day};
use super::chance::Chance;
use super::city::{City, Office, Resident};
use super::inspections::Inspections;
use super::tables::{self, Manner, Row};
use crate::room::Room;
use crate::{Out, Stop, progress};
use desk::clock::{Clock, HandClock};
use desk::duty::Announced;
use desk::entity::Confirmed;
use desk::filing::Refusal;
use desk::intake::{Mode, NotTaken, Order, Summary};
use desk::ports::Filings;
use desk::{Actor, Fault};
use domain::code::Code;
use domain::filing::Revocation;
use domain::screening::{CaseDecided, Question, Receipt};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

/// So many licences a thousand entities get in two years.
const LICENCES: usize = 1_650;
/// So many penalties a thousand entities get in two years.
const PENALTIES: usize = 330;
/// So many look-ups a thousand entities see in two years.
const SCREENINGS: usize = 275;
/// Rows spoiled in a thousand.
const SPOILED: usize = 30;
/// Decisions filed late in a thousand.
const LATE: usize = 35;
/// Penalties in a thousand that a case system announces before they are filed.
const ANNOUNCED_PENALTIES: usize = 500;
/// The same for licences.
const ANNOUNCED_LICENCES: usize = 20;
/// An organ whose share of the decisions is at least this files on two days of the week, the
/// others on one.
const BUSY: usize = 50;
/// Working days of two years, about.
const WORKING_DAYS: usize = 498;

/// What came to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub entities: u64,
    pub organs: u64,
    pub tables: u64,
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub corrected: u64,
    pub revoked: u64,
    pub renamed: u64,
    pub announced: u64,
    pub screenings: u64,
    pub cases: u64,
    pub procedures: u64,
    pub acts: u64,
    pub refused: u64,
    pub hidden: u64,
    pub reminded: u64,
    pub findings: BTreeMap<String, u64>,
}

/// A decision that waits to be filed.
struct Waiting {
    /// First day on which its organ would file it.
    from: Date,
    act: Act,
}

/// The course of the two years.
pub struct Course<'a> {
    room: &'a Room,
    clock: Arc<HandClock>,
    chance: Chance,
    city: City,
    folder: PathBuf,
    /// By organ, then by source.
    waiting: BTreeMap<(usize, &'static str), Vec<Waiting>>,
    /// Last serial of an organ's dockets in a year.
    serials: HashMap<(usize, i16), usize>,
    /// Filed penalties that may be corrected or revoked later: organ and act.
    filed: Vec<(usize, Act)>,
    /// How many residents the register has handed over.
    registered: usize,
    cases: u64,
    affairs: Affairs,
    inspections: Inspections,
    tally: Tally,
}

impl<'a> Course<'a> {
    pub fn new(
        room: &'a Room,
        clock: Arc<HandClock>,
        chance: Chance,
        city: City,
        folder: PathBuf,
        end: Date,
    ) -> Result<Self, Stop> {
        Ok(Self {
            affairs: Affairs::new(room)?,
            inspections: Inspections::new(end),
            room,
            clock,
            chance,
            city,
            folder,
            waiting: BTreeMap::new(),
            serials: HashMap::new(),
            filed: Vec::new(),
            registered: 0,
            cases: 0,
            tally: Tally::default(),
        })
    }

    /// Runs from `start` to `end`, both included.
    pub fn run(mut self, start: Date, end: Date, out: Out) -> Result<Tally, Stop> {
        let length = start.until(end).map_err(Stop::fault)?.get_days() + 1;
        let bar = progress::days(u64::try_from(length).unwrap_or(0), out);
        self.register_organs()?;
        for day in start.series(1.day()).take_while(|day| *day <= end) {
            bar.set_message(day.to_string());
            self.clock.set(day);
            self.day(day)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        let done = self.affairs.done;
        self.tally.procedures = done.begun;
        self.tally.acts = done.acts;
        self.tally.refused = done.refused;
        Ok(self.tally)
    }

    fn register_organs(&mut self) -> Result<(), Stop> {
        for organ in self.city.organs.clone() {
            let added = self
                .room
                .register_organ(organ.code, organ.name, organ.parent)?;
            self.tally.organs += u64::from(added);
        }
        Ok(())
    }

    fn day(&mut self, day: Date) -> Result<(), Stop> {
        if day.day() == 1 || self.registered == 0 {
            self.hand_over_register(day)?;
        }
        let ticked = self.room.desk.tick()?;
        self.tally.hidden += ticked.hidden;
        self.tally.reminded += ticked.reminded;
        if !self.works(day) {
            return Ok(());
        }
        self.decide(day)?;
        for organ in 0..self.city.organs.len() {
            if self.files_on(organ, day) {
                self.file(organ, day)?;
            }
        }
        self.mend(day)?;
        let mut at = Day {
            room: self.room,
            city: &self.city,
            chance: &mut self.chance,
            day,
            registered: self.registered,
        };
        self.affairs.run(&mut at)?;
        self.inspections.run(&mut self.affairs, &mut at)?;
        self.look_up(day)
    }

    /// Years without official calendar are worked by the week: nothing here is a legal term.
    fn works(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.room
            .desk
            .law()
            .calendar()
            .is_working(day)
            .unwrap_or(!weekend)
    }

    /// Each organ keeps to its own days of the week.
    fn files_on(&self, place: usize, day: Date) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let organ = self.city.organs.get(place);
        let busy = organ.is_some_and(|organ| organ.licences.max(organ.penalties) >= BUSY);
        weekday == place % 5 || busy && weekday == (place + 2) % 5
    }

    /// The register hands over who is new, and from the second time on some new names.
    fn hand_over_register(&mut self, day: Date) -> Result<(), Stop> {
        let first = self.registered == 0;
        let upto = self
            .city
            .residents
            .partition_point(|resident| resident.registered <= day);
        let mut changed: Vec<usize> = (self.registered..upto).collect();
        if !first {
            for _ in 0..self.registered / 1_500 {
                let place = self.chance.below(self.registered);
                if let Some(resident) = self.city.residents.get_mut(place) {
                    resident.name = renamed(&resident.name);
                    changed.push(place);
                }
            }
        }
        changed.sort_unstable();
        changed.dedup();
        self.registered = upto;
        if changed.is_empty() {
            return Ok(());
        }
        let rows: Vec<&Resident> = changed
            .iter()
            .filter_map(|place| self.city.residents.get(*place))
            .collect();
        let file = self.folder.join("拟州市主体登记库.csv");
        tables::register(&file, &rows).map_err(Stop::fault)?;
        let actor = Actor::operator();
        let imported = self
            .room
            .desk
            .import_entities(&actor, &file, &Confirmed::None, &mut |_| {});
        let imported = imported.map_err(Stop::fault)?;
        self.tally.entities += imported.added;
        self.tally.renamed += imported.renamed;
        Ok(())
    }

    /// Organs decide; what has a case system announces it.
    fn decide(&mut self, day: Date) -> Result<(), Stop> {
        let mut announced = Vec::new();
        for _ in 0..self.mean(LICENCES) {
            let act = self.act(day, |organ| organ.licences, acts::licence);
            self.wait(act, day, &mut announced);
        }
        for _ in 0..self.mean(PENALTIES) {
            let act = self.act(
                day,
                |organ| organ.penalties,
                |chance, organ, to, serial, day| {
                    Some(acts::penalty(chance, organ, to, serial, day))
                },
            );
            self.wait(act, day, &mut announced);
        }
        let actor = Actor {
            name: "case-system".to_owned(),
            organ: None,
        };
        self.tally.announced += self.room.desk.announce_all(&actor, announced)?;
        Ok(())
    }

    /// How often something happens today, given how often a thousand entities see it in two years.
    fn mean(&mut self, of_thousand: usize) -> usize {
        let daily = self.city.residents.len() * of_thousand / WORKING_DAYS;
        self.chance.count(daily)
    }

    fn act(
        &mut self,
        day: Date,
        share: impl Fn(&Office) -> usize + Copy,
        make: impl Fn(&mut Chance, &Office, &Resident, usize, Date) -> Option<Act>,
    ) -> Option<(usize, Act)> {
        let shares = self.city.organs.iter().map(share);
        let place = self.chance.weigh(shares)?;
        let resident = self.resident()?;
        let organ = self.city.organs.get(place)?;
        let serial = self.serials.entry((place, day.year())).or_default();
        *serial += 1;
        let act = make(&mut self.chance, organ, &resident, *serial, day)?;
        Some((place, act))
    }

    /// Somebody the register has handed over; a few get into trouble again and again.
    fn resident(&mut self) -> Option<Resident> {
        let among = if self.chance.in_thousand(150) {
            self.registered / 100 + 1
        } else {
            self.registered
        };
        let place = self.chance.below(among.min(self.registered));
        self.city.residents.get(place).cloned()
    }

    fn wait(&mut self, act: Option<(usize, Act)>, day: Date, announced: &mut Vec<Announced>) {
        let Some((place, act)) = act else { return };
        let Some(organ) = self.city.organs.get(place).map(|organ| organ.code) else {
            return;
        };
        let share = match act.source {
            "penalty-2018" => ANNOUNCED_PENALTIES,
            _ => ANNOUNCED_LICENCES,
        };
        if self.chance.in_thousand(share) {
            announced.push(announcement(organ, &act));
        }
        let delay = if self.chance.in_thousand(LATE) {
            12 + self.chance.below(25)
        } else {
            1
        };
        let from = day.saturating_add(i64::try_from(delay).unwrap_or(1).days());
        self.waiting
            .entry((place, act.source))
            .or_default()
            .push(Waiting { from, act });
    }

    /// Hands in what is ready, some of it spoiled; the spoiled rows come again next time.
    fn file(&mut self, place: usize, day: Date) -> Result<(), Stop> {
        for source in ["licence-2018", "penalty-2018"] {
            let Some(waiting) = self.waiting.get_mut(&(place, source)) else {
                continue;
            };
            let (ready, later): (Vec<Waiting>, Vec<Waiting>) = std::mem::take(waiting)
                .into_iter()
                .partition(|waiting| waiting.from <= day);
            *waiting = later;
            if ready.is_empty() {
                continue;
            }
            let mut rows = Vec::with_capacity(ready.len());
            for Waiting { act, .. } in ready {
                rows.push(self.row(place, act, day));
            }
            self.hand_in(place, source, &rows, Mode::New)?;
        }
        Ok(())
    }

    /// The row an organ writes for a decision. A spoiled one is written again when it is noticed.
    fn row(&mut self, place: usize, act: Act, day: Date) -> Row {
        if self.chance.in_thousand(SPOILED) {
            let (row, noticed) = acts::spoil(&mut self.chance, &act);
            let from = day.saturating_add(i64::try_from(noticed).unwrap_or(1).days());
            let waiting = self.waiting.entry((place, act.source)).or_default();
            waiting.push(Waiting { from, act });
            return row;
        }
        let row = act.row.clone();
        if act.source == "penalty-2018" && self.chance.in_thousand(25) {
            self.filed.push((place, act));
        }
        row
    }

    fn hand_in(
        &mut self,
        place: usize,
        source: &str,
        rows: &[Row],
        mode: Mode,
    ) -> Result<Summary, Stop> {
        let (Some(organ), Some(plan)) = (
            self.city.organs.get(place),
            self.room.desk.sources.get(source),
        ) else {
            return Err(Stop::fault(format!("没有数据源 {source}")));
        };
        let file = tables::write(
            &self.folder,
            Manner::of(place),
            plan,
            rows,
            self.clock.today(),
        )?;
        let actor = Actor {
            name: format!("clerk-{place}"),
            organ: Some(organ.code),
        };
        let order = Order {
            source: source.to_owned(),
            filer: organ.code,
            actor,
            file,
            mode,
            dry_run: false,
            answer: None,
        };
        let summary = self.room.desk.intake(&order, &mut |_| {}).map_err(told)?;
        self.tally.tables += 1;
        self.tally.rows += summary.rows;
        self.tally.accepted += summary.accepted;
        self.tally.rejected += summary.rejected;
        for (code, count) in &summary.findings {
            *self.tally.findings.entry(code.clone()).or_default() += count;
        }
        Ok(summary)
    }

    /// Now and then an organ corrects what it filed, or its decision loses its force.
    fn mend(&mut self, day: Date) -> Result<(), Stop> {
        if self.filed.len() < 8 {
            return Ok(());
        }
        let (place, act) = self.filed.swap_remove(self.chance.below(self.filed.len()));
        if self.chance.in_thousand(700) {
            self.correct(place, &act)
        } else {
            self.revoke(place, &act, day)
        }
    }

    fn correct(&mut self, place: usize, act: &Act) -> Result<(), Stop> {
        let mut row = act.row.clone();
        row.insert(
            "CF_SY",
            format!(
                "{}更正：补充说明送达情况。",
                row.get("CF_SY").map_or("", String::as_str)
            ),
        );
        let reason = "原报送的违法事实表述不完整".to_owned();
        let summary = self.hand_in(place, act.source, &[row], Mode::Correct { reason })?;
        self.tally.corrected += summary.accepted;
        Ok(())
    }

    fn revoke(&mut self, place: usize, act: &Act, day: Date) -> Result<(), Stop> {
        let Some(organ) = self.city.organs.get(place).map(|organ| organ.code) else {
            return Ok(());
        };
        let standing = self.room.store.filed(&organ, &act.docket)?;
        let Some(standing) = standing.into_iter().find(|standing| !standing.revoked) else {
            return Ok(());
        };
        let how = [
            Revocation::Revoked,
            Revocation::Changed,
            Revocation::Unlawful,
        ];
        let order = desk::filing::Order {
            record: standing.seq,
            organ,
            how: self
                .chance
                .pick(&how)
                .copied()
                .unwrap_or(Revocation::Revoked),
            document: format!("拟复决〔{}〕{}号", day.year(), self.tally.revoked + 1),
            reason: "经行政复议，原处罚决定认定事实不清（演示数据）".to_owned(),
            decided: day,
        };
        let actor = Actor {
            name: format!("clerk-{place}"),
            organ: Some(organ),
        };
        match self.room.desk.revoke(&actor, order) {
            Ok(_) => self.tally.revoked += 1,
            Err(Refusal::Fault(fault)) => return Err(fault.into()),
            Err(refusal) => tracing::warn!("{refusal}"),
        }
        Ok(())
    }

    /// The hall looks up before it decides; now and then it forgets to.
    fn look_up(&mut self, day: Date) -> Result<(), Stop> {
        let hall = self.city.organ("拟州市行政审批服务局");
        let Some(hall) = hall.map(|organ| organ.code) else {
            return Ok(());
        };
        let actor = Actor {
            name: "counter".to_owned(),
            organ: Some(hall),
        };
        let mut decided = Vec::new();
        let (send, receipts) = mpsc::channel::<Result<Receipt, Fault>>();
        for _ in 0..self.mean(SCREENINGS) {
            let Some((resident, case)) = self.case(hall, day) else {
                continue;
            };
            if !self.chance.in_thousand(60) {
                let send = send.clone();
                let answered = Box::new(move |receipt| drop(send.send(receipt)));
                let question = question(&resident, &case);
                self.room.desk.screen(&actor, question, answered);
            }
            if self.chance.in_thousand(800) {
                decided.push(case);
            }
        }
        drop(send);
        for receipt in receipts {
            receipt?;
            self.tally.screenings += 1;
        }
        self.tally.cases += self.room.desk.decide_cases(&actor, decided)?;
        Ok(())
    }

    /// A matter somebody comes to the hall with.
    fn case(&mut self, hall: Code, day: Date) -> Option<(Resident, CaseDecided)> {
        let resident = self.resident()?;
        let law = self.room.desk.law();
        let matters = law.matters();
        let matter = matters.get(self.chance.below(matters.len().min(6)))?;
        self.cases += 1;
        let case = CaseDecided {
            organ: hall,
            matter: matter.code.to_string(),
            case_no: format!("拟办〔{}〕{:05}", day.year(), self.cases),
            decided: day,
        };
        Some((resident, case))
    }
}

fn question(resident: &Resident, case: &CaseDecided) -> Question {
    Question {
        code: resident.code.to_string(),
        matter: case.matter.clone(),
        case_no: case.case_no.clone(),
        stage: "受理".to_owned(),
        caller: "counter".to_owned(),
        organ: case.organ.to_string(),
    }
}

fn announcement(organ: Code, act: &Act) -> Announced {
    Announced {
        organ,
        source: act.source.to_owned(),
        docket: act.docket.clone(),
        decided: act.decided,
    }
}

fn renamed(name: &str) -> String {
    let from = name.find('拟').unwrap_or(0);
    let (before, after) = name.split_at(from);
    format!("{before}拟新{}", after.strip_prefix('拟').unwrap_or(after))
}

fn told(error: NotTaken) -> Stop {
    match error {
        NotTaken::Fault(fault) => fault.into(),
        other => Stop::fault(other),
    }
}
