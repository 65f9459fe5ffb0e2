//! Visits of the city: drawn and complained of, by one organ or several, with phones that send twice,
//! late and out of order.

use crate::city::{City, basis, ruled};
use crate::dice::Dice;
use crate::harness::{Broken, Noun, Scope, Stored, Turn, hold};
use domain::basis::Ruled;
use domain::code::Code;
use domain::inspection::visit::{
    Absence, Ask, Case, Cause, Command, Entering, Event, Evidence, ExceptionRule, Given, Inspector,
    ItemRule, Law, Outcome, Part, Plan, RESULT, Record, ResultRule, Share, Staff, Stage, Visited,
    Wanted, Why, ask, assign, decide,
};
use domain::inspection::{Item, Rate};
use domain::ledger::Hash;
use domain::procedure::{Delivery, Method, Person};
use domain::retention::Retention;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub const VISIT: &str = "visit";

/// Organisations that are visited: few, so that their caps are reached.
const VISITED: usize = 6;

#[derive(Default)]
pub struct Visits {
    cases: BTreeMap<u64, Case>,
    open: BTreeSet<u64>,
    /// What the entries alone say, beside the cases.
    approved: BTreeSet<(u64, Code)>,
    begun: BTreeMap<(Code, i16), u16>,
    entered: BTreeMap<u64, Entered>,
}

/// What was so when a visit began.
#[derive(Debug)]
struct Entered {
    /// Visits on site that the entity had in the year before this one.
    before: u16,
    approved: bool,
    /// Members of the team who were there, by organ.
    present: BTreeMap<Code, usize>,
}

/// The law of the city about visits, which stays the same for ten years.
struct Pack {
    items: BTreeMap<String, Ruled<ItemRule>>,
    results: BTreeMap<String, Ruled<ResultRule>>,
    exceptions: BTreeMap<String, Ruled<ExceptionRule>>,
    grounds: BTreeMap<String, Ruled<String>>,
    team: Ruled<u16>,
    inspectors: BTreeMap<String, Inspector>,
}

fn law<T>(value: T) -> Ruled<T> {
    ruled(value, "cn/city", "visit")
}

/// Item `word` of the organ at a place: general, key, or looked at from afar alone.
fn item(at: usize, word: &str) -> String {
    format!("{word}{at}")
}

fn certificate(at: usize, who: usize) -> String {
    format!("{at}-{who}")
}

/// How many visits the grade of an entity allows in a year; nobody of the first comes without a clue.
fn cap(city: &City, entity: &Code) -> (u16, Option<u16>) {
    let at = city.entities.iter().position(|(code, _)| code == entity);
    match at.unwrap() % 4 {
        0 => (0, None),
        1 => (300, Some(1)),
        2 => (900, Some(2)),
        _ => (9_000, None),
    }
}

impl Pack {
    fn new(city: &City) -> Self {
        let mut items = BTreeMap::new();
        let mut inspectors = BTreeMap::new();
        for (at, organ) in city.organs.iter().enumerate() {
            for (word, kind) in [
                ("general", Item::General),
                ("key", Item::Key),
                ("far", Item::General),
            ] {
                let rule = ItemRule {
                    name: item(at, word),
                    kind,
                    on_site: word != "far",
                    remote: word == "far",
                    line: format!("line{at}"),
                    organs: BTreeSet::from([*organ]),
                    per_year: None,
                    checks: BTreeSet::new(),
                };
                items.insert(item(at, word), law(rule));
            }
            for who in 0..5 {
                // The last one of each organ let his certificate run out.
                let until = if who == 4 {
                    date(2025, 12, 31)
                } else {
                    date(2040, 12, 31)
                };
                let tied = city.entities.iter().skip(at + who).step_by(11);
                let inspector = Inspector {
                    organ: *organ,
                    lines: BTreeSet::from([format!("line{at}")]),
                    until,
                    recused: tied.map(|(code, _)| *code).collect(),
                };
                inspectors.insert(certificate(at, who), inspector);
            }
        }
        let word = |word: &str| word.to_owned();
        let result = |name: &str, problem| {
            let name = name.to_owned();
            law(ResultRule { name, problem })
        };
        let complaint = ExceptionRule {
            name: word("投诉举报"),
            unannounced: true,
        };
        Self {
            items,
            results: BTreeMap::from([
                (word("fine"), result("未发现问题", false)),
                (word("wrong"), result("发现问题已责令改正", true)),
            ]),
            exceptions: BTreeMap::from([(word("complaint"), law(complaint))]),
            grounds: BTreeMap::from([(word("kin"), law(word("近亲属")))]),
            team: law(2),
            inspectors,
        }
    }
}

impl Visits {
    /// Asks with the law of the city and what it knows of the entity.
    fn ask<T>(
        &self,
        city: &City,
        entity: &Code,
        but: Option<(u64, Date)>,
        what: impl FnOnce(&Given<'_>) -> T,
    ) -> T {
        let pack = Pack::new(city);
        let (most, per_year) = cap(city, entity);
        let rate = law(Rate {
            grade: "grade".to_owned(),
            least: 0,
            most,
            per_year,
            method: "双随机".to_owned(),
        });
        let order = basis("cn/city", "order");
        let shown = law(Retention {
            what: RESULT.to_owned(),
            keep: 1.year(),
        });
        let law = Law {
            items: &pack.items,
            results: &pack.results,
            exceptions: &pack.exceptions,
            grounds: &pack.grounds,
            team: Some(&pack.team),
            rate: Some(&rate),
            result: city.term(RESULT, city.today),
            shown: Some(&shown),
            order: Some(&order),
            calendar: &city.calendar,
        };
        let staff = Staff {
            inspectors: &pack.inspectors,
        };
        let (but, day) = but.map_or((None, city.today), |(id, day)| (Some(id), day));
        let visited = Visited::count(self.cases.values(), entity, but, day);
        what(&Given {
            law: &law,
            staff: &staff,
            visited: &visited,
            today: city.today,
        })
    }

    fn assign(&self, city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let entity = city.entities[dice.below(VISITED)].0;
        let first = dice.below(city.organs.len());
        let mut parts = vec![share(city, first, true, dice)];
        if dice.chance(30) {
            parts.push(share(city, dice.below(city.organs.len()), false, dice));
        }
        let why = if dice.chance(75) {
            Why::Lot {
                draw: 1,
                ticket: "00".to_owned(),
            }
        } else {
            Why::Exception {
                word: ["complaint", "hurry"][usize::from(dice.chance(10))].to_owned(),
                words: "有人反映".to_owned(),
            }
        };
        let plan = Plan {
            why,
            entity,
            parts,
            until: city.today + dice.between(-1, 60).days(),
        };
        let by = clerk(city.organs[first]);
        let event = self.ask(city, &entity, None, |given| assign(&plan, &by, given));
        let event = event.map_err(|no| no.text())?;
        Ok(vec![Stored::new(VISIT, city.seq, event)])
    }

    fn act(&self, city: &City, dice: &mut Dice) -> Result<Vec<Stored>, String> {
        let open = self.open.iter().nth(dice.below(self.open.len()));
        let any = self.cases.keys().nth(dice.below(self.cases.len()));
        let Some(id) = open.filter(|_| dice.chance(95)).or(any) else {
            return Err("no visit".to_owned());
        };
        let case = &self.cases[id];
        let entity = case.task.entity;
        if dice.chance(5) {
            let team = case.task.parts[0].team.iter();
            let wanted = Ask {
                certificate: team.last().cloned().unwrap_or_default(),
                ground: "kin".to_owned(),
                words: "有亲属关系".to_owned(),
            };
            let events = self.ask(city, &entity, Some((*id, city.today)), |given| {
                ask(case, &entity, "boss", wanted, given)
            });
            return stored(*id, events.map_err(|no| no.text())?);
        }
        let sensible = dice.chance(75).then(|| next(city, case, dice)).flatten();
        let (organ, command) = sensible.unwrap_or_else(|| anything(city, case, dice));
        let day = match &command {
            Command::Begin(entering) => entering.on,
            _ => city.today,
        };
        let repeated = sent(case, organ, &command);
        let by = clerk(organ);
        let events = self.ask(city, &entity, Some((*id, day)), |given| {
            decide(case, command, &by, given)
        });
        assert!(
            !repeated || events.as_ref().is_ok_and(Vec::is_empty),
            "what was sent before changes nothing: {events:?}"
        );
        stored(*id, events.map_err(|no| no.text())?)
    }

    /// Notes what the entries say by themselves, so that the rules can be asked a second time.
    fn note(&mut self, id: u64, case: &Case, event: &Event) {
        match event {
            Event::Approved { by, .. } => {
                self.approved.insert((id, by.organ));
            }
            Event::Begun { on, present, .. } => {
                let parts = &case.task.parts;
                let there = |part: &Part| {
                    let team = part.team.iter();
                    let there = team.filter(|one| present.contains(one)).count();
                    (part.organ, there)
                };
                let year = (case.task.entity, on.year());
                let visits = self.begun.entry(year).or_default();
                let mut organs = parts.iter().map(|part| (id, part.organ));
                let entered = Entered {
                    before: *visits,
                    approved: organs.all(|organ| self.approved.contains(&organ)),
                    present: parts.iter().map(there).collect(),
                };
                let mut items = parts.iter().flat_map(|part| &part.items);
                *visits += u16::from(items.any(|item| item.on_site));
                self.entered.insert(id, entered);
            }
            _ => {}
        }
    }

    fn check_one(&self, city: &City, id: u64) -> Result<(), Broken> {
        let case = &self.cases[&id];
        let at = || format!("visit {id}: {case:?}");
        let Some(begun) = case.begun() else {
            return Ok(());
        };
        let Some(entered) = self.entered.get(&id) else {
            return hold(false, "r65 what is recorded has begun", at);
        };
        hold(entered.approved, "r65 nothing begins without approval", at)?;
        let enough = entered.present.values().all(|there| *there >= 2);
        hold(enough, "r65 two inspectors of each organ are there", at)?;
        let (most, cap) = cap(city, &case.task.entity);
        let bare = case.task.parts.iter().any(|part| {
            let excused = !part.joined && matches!(case.task.cause, Cause::Exception { .. });
            let mut items = part.items.iter();
            !excused && items.any(|item| item.on_site && item.kind == Item::General)
        });
        let within = cap.is_none_or(|cap| entered.before < cap);
        hold(!bare || within, "r63 no visit beyond the cap", at)?;
        hold(!bare || most > 0, "r68 no visit without a clue", at)?;
        let own = begun.records.values().all(|arrived| {
            let record = &arrived.record;
            let part = case.task.part(&record.organ);
            let item =
                |outcome: &Outcome| part.is_some_and(|part| part.item(&outcome.item).is_some());
            arrived.by.organ == record.organ && record.results.iter().all(item)
        });
        hold(own, "r64 each organ records its own items", at)?;
        let stays_away = |one: &String| case.out(one) || case.contested(one);
        let kept_out = !begun.start.present.iter().any(stays_away);
        hold(kept_out, "r67 nobody recused is there", at)?;
        self.check_result(city, case)
    }

    /// Each ended visit is shown, or its clock says that it is late.
    fn check_result(&self, city: &City, case: &Case) -> Result<(), Broken> {
        let at = || format!("visit {}: {case:?}", case.id);
        let clock = case.clocks().iter().find(|clock| clock.duty == RESULT);
        match (&case.stage, clock) {
            (Stage::Begun(_), clock) => hold(clock.is_none(), "no skipped step", at),
            (_, None) => hold(false, "r66 an ended visit has a clock", at),
            (Stage::Published { on, late, .. }, Some(clock)) => {
                let passed = clock.deadline.last.is_some_and(|last| *on > last);
                hold(*late == passed, "r66 a late result says so", at)
            }
            (_, Some(clock)) => {
                let told = clock.escalated.is_some() || !clock.deadline.over(city.today);
                hold(!city.rested || told, "r66 a missing result is told", at)
            }
        }
    }
}

fn stored(id: u64, events: Vec<Event>) -> Result<Vec<Stored>, String> {
    let events = events.into_iter();
    Ok(events.map(|event| Stored::new(VISIT, id, event)).collect())
}

fn clerk(organ: Code) -> Person {
    Person {
        account: "clerk".to_owned(),
        organ,
    }
}

/// What an organ wants to look at, mostly its own, and with mostly three inspectors.
fn share(city: &City, at: usize, lead: bool, dice: &mut Dice) -> Share {
    let mut items = Vec::new();
    for word in ["general", "key", "far"] {
        if dice.chance(45) {
            let of = if dice.chance(97) { at } else { dice.below(8) };
            items.push(Wanted {
                code: item(of, word),
                on_site: (word != "far") ^ dice.chance(2),
            });
        }
    }
    let size = if dice.chance(85) { 3 } else { 2 };
    let first = dice.below(2);
    let team = (first..first + size).map(|who| certificate(at, who % 4));
    let mut team: Vec<String> = team.collect();
    if dice.chance(4) {
        team.push(certificate(at, 4));
    }
    Share {
        organ: city.organs[at],
        items,
        team,
        lead,
        lot: None,
    }
}

/// The step that a visit waits for.
fn next(city: &City, case: &Case, dice: &mut Dice) -> Option<(Code, Command)> {
    let lead = case.task.lead()?.organ;
    if case.lapsed(city.today) {
        let reason = "期限已过".to_owned();
        return Some((lead, Command::CallOff { reason }));
    }
    if let Some(asked) = case.recusals.iter().find(|one| one.decided.is_none()) {
        let mut parts = case.task.parts.iter();
        let part = parts.find(|part| part.team.contains(&asked.certificate))?;
        return Some((part.organ, decided(city, part, &asked.certificate, dice)));
    }
    let step = match &case.stage {
        Stage::Assigned { .. } => match case.lacking().first() {
            Some(organ) => {
                let document = city.document(*organ, city.today, dice);
                return Some((*organ, Command::Approve { document }));
            }
            None if case.task.cause.excepted() && dice.chance(50) => Command::Waive,
            None => Command::Notify {
                delivery: delivery(city),
            },
        },
        Stage::Ready(_) => begin(city, case, dice),
        Stage::Begun(_) => match case.missing().first() {
            Some(item) => {
                let mut items = case.task.items();
                let (part, _) = items.find(|(_, planned)| planned.code == *item)?;
                let client = format!("{}-{item}", case.id);
                return Some((part.organ, record(part, item, &client, dice)));
            }
            None => Command::End,
        },
        Stage::Ended(_) if dice.chance(20) => Command::Publish,
        Stage::Ended(_) | Stage::Published { .. } => return follow(city, case, dice),
        _ => return None,
    };
    Some((lead, step))
}

/// Anything, of anybody.
fn anything(city: &City, case: &Case, dice: &mut Dice) -> (Code, Command) {
    let organ = city.organ(dice);
    let at = city
        .organs
        .iter()
        .position(|known| *known == organ)
        .unwrap();
    let part = case
        .task
        .parts
        .get(dice.below(case.task.parts.len()))
        .unwrap();
    let planned = part.items.get(dice.below(part.items.len())).unwrap();
    let own = if dice.chance(60) { part.organ } else { organ };
    let command = match dice.below(15) {
        0 => Command::Approve {
            document: city.document(own, city.today, dice),
        },
        1 | 2 => {
            let share = share(city, at, false, dice);
            return (organ, Command::Join { share });
        }
        3 => Command::Notify {
            delivery: delivery(city),
        },
        4 => Command::Waive,
        5 => Command::AskRecusal(Ask {
            certificate: part.team.first().cloned().unwrap_or_default(),
            ground: "kin".to_owned(),
            words: "本人申报".to_owned(),
        }),
        6 => decided(city, part, &certificate(at, 0), dice),
        7 => Command::Fill {
            certificate: certificate(at, dice.below(5)),
            reason: "递补".to_owned(),
        },
        8 => begin(city, case, dice),
        9 | 10 => record(
            part,
            &planned.code,
            &format!("{}-{}", case.id, planned.code),
            dice,
        ),
        11 => record(part, &item(at, "general"), "other", dice),
        12 => Command::End,
        13 => Command::Publish,
        _ => return (own, ending(dice)),
    };
    (own, command)
}

fn ending(dice: &mut Dice) -> Command {
    if dice.chance(50) {
        return Command::CallOff {
            reason: "计划调整".to_owned(),
        };
    }
    Command::Unreached {
        why: Absence::Moved,
        evidence: if dice.chance(80) {
            vec![evidence()]
        } else {
            Vec::new()
        },
        words: "大门紧闭".to_owned(),
    }
}

fn decided(city: &City, part: &Part, out: &str, dice: &mut Dice) -> Command {
    let at = city.organs.iter().position(|organ| *organ == part.organ);
    let comes = certificate(at.unwrap(), dice.below(5));
    Command::DecideRecusal {
        certificate: out.to_owned(),
        granted: dice.chance(60),
        comes: dice.chance(60).then_some(comes),
        reason: "经核实".to_owned(),
    }
}

fn delivery(city: &City) -> Delivery {
    Delivery {
        method: Method::Electronic,
        proof: "签1号".to_owned(),
        on: city.today,
    }
}

/// A beginning as phones send it: mostly today's, with everybody or nearly everybody there.
fn begin(city: &City, case: &Case, dice: &mut Dice) -> Command {
    let teams = case.task.parts.iter().flat_map(|part| &part.team);
    let present = teams.filter(|_| dice.chance(96)).cloned().collect();
    Command::Begin(Entering {
        on: city.today - (dice.between(-1, 6) / 4).days(),
        scanned: dice.chance(80),
        present,
        device: "phone".to_owned(),
        at: "09:00".to_owned(),
    })
}

fn record(part: &Part, item: &str, client: &str, dice: &mut Dice) -> Command {
    let signers = part.team.iter().take(if dice.chance(95) { 9 } else { 1 });
    let outcome = Outcome {
        item: item.to_owned(),
        result: ["fine", "wrong"][usize::from(dice.chance(40))].to_owned(),
        words: "已查看".to_owned(),
        answers: Vec::new(),
        problem: false,
    };
    Command::Record(Box::new(Record {
        organ: part.organ,
        client: client.to_owned(),
        results: vec![outcome],
        evidence: Vec::new(),
        signed_by: signers.cloned().collect(),
        entity_signed: Some(Hash::from_bytes([3; 32])),
        note: String::new(),
        taken: "10:00".to_owned(),
    }))
}

fn evidence() -> Evidence {
    Evidence {
        name: "1.jpg".to_owned(),
        media: "image/jpeg".to_owned(),
        bytes: 1,
        digest: Hash::from_bytes([1; 32]),
        note: String::new(),
    }
}

/// What comes after a problem.
fn follow(city: &City, case: &Case, dice: &mut Dice) -> Option<(Code, Command)> {
    if let Some(item) = case.unfollowed().first() {
        let mut items = case.task.items();
        let (part, _) = items.find(|(_, planned)| planned.code == *item)?;
        let set = Command::SetFollowUp {
            item: (*item).to_owned(),
            what: "复查".to_owned(),
            by_day: city.today + dice.between(-1, 30).days(),
        };
        return Some((part.organ, set));
    }
    let task = case.follow_ups().iter().find(|task| task.done.is_none())?;
    let words = "已改正".to_owned();
    let item = task.item.clone();
    Some((task.organ, Command::FollowUp { item, words }))
}

/// Whether the phone sent just this before.
fn sent(case: &Case, organ: Code, command: &Command) -> bool {
    let Command::Record(record) = command else {
        return false;
    };
    let begun = case.begun();
    let known = begun.and_then(|begun| begun.records.get(&record.client));
    known.is_some_and(|known| {
        let mut bare = known.record.clone();
        bare.results.iter_mut().for_each(|one| one.problem = false);
        organ == record.organ && bare == **record
    })
}

impl Noun for Visits {
    fn name(&self) -> &'static str {
        VISIT
    }

    fn command(&self, city: &City, dice: &mut Dice) -> Turn {
        let answer = if dice.chance(15) {
            self.assign(city, dice)
        } else {
            self.act(city, dice)
        };
        Turn {
            said: city.say(|| format!("{} visit", city.today)),
            answer,
        }
    }

    fn tick(&self, city: &City) -> Vec<Stored> {
        let events = self.open.iter().flat_map(|id| {
            let case = &self.cases[id];
            let moved = case.reproject(city.today, &city.calendar);
            let events = moved.into_iter().chain(case.tick(city.today));
            events.map(|event| Stored::new(VISIT, *id, event))
        });
        events.collect()
    }

    fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        if entry.noun != VISIT {
            return Ok(());
        }
        let event: Event = entry.read();
        let after = match self.cases.remove(&entry.case) {
            None => Case::begin(entry.case, &event).ok_or("no case begins")?,
            Some(before) => {
                self.note(entry.case, &before, &event);
                let after = before.apply(&event);
                after.map_err(|_| "a step is skipped".to_owned())?
            }
        };
        match after.open() {
            true => self.open.insert(entry.case),
            false => self.open.remove(&entry.case),
        };
        self.cases.insert(entry.case, after);
        Ok(())
    }

    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken> {
        match scope {
            Scope::Touched(entries) => {
                let mut own = entries.iter().filter(|entry| entry.noun == VISIT);
                own.try_for_each(|entry| self.check_one(city, entry.case))
            }
            Scope::All => {
                let mut open = self.open.iter();
                open.try_for_each(|id| self.check_one(city, *id))
            }
        }
    }

    fn state(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{:?}{:?}", self.cases, self.begun)
    }
}
