//! A seeded crowd fills in every form the desk offers, rightly and wrongly, over years, with crashes and
//! changes of the law, on the real store.
//!
//! A run of another seed or length: `SIMULATION_SEED=7 SIMULATION_STEPS=20000 cargo test --release -p desk
//! --test it city_life -- --ignored --nocapture`.

use super::procedures::City;
use super::room::{Row as Filed, entity_code};
use desk::ports::{Filter, Role, Row};
use desk::procedure::form::{Field, Kind};
use desk::procedure::{Given, NotDone, Noun, Who};
use domain::code::Code;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

/// SplitMix64: the same seed throws the same dice everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }
}

/// What happened, by name.
#[derive(Debug, Default)]
struct Tally {
    steps: u64,
    done: BTreeMap<String, u64>,
    no: BTreeMap<String, u64>,
    refused: u64,
    wrong: u64,
    reopened: u64,
    days: i64,
}

struct Life {
    city: City,
    dice: Dice,
    today: Date,
    entities: Vec<Code>,
    crowd: Vec<Who>,
    records: Vec<u64>,
    procedures: Vec<u64>,
    tally: Tally,
}

impl Life {
    fn new(seed: u64) -> Self {
        let today = date(2026, 4, 2);
        let city = City::new(&format!("life-{seed}"), today);
        let mut entities = vec![city.entity];
        for number in 2..=4 {
            entities.push(city.room.entity(number, &format!("拟州第{number}有限公司")));
        }
        let firm = |code: Code| Who {
            account: format!("firm-{code}"),
            code: Some(code),
            ..city.firm()
        };
        let mut crowd = vec![
            city.office(),
            city.clerk(city.organ),
            city.clerk(city.other),
        ];
        crowd.extend(entities.iter().copied().map(firm));
        crowd.push(Who {
            account: "counter".to_owned(),
            role: Role::Counter,
            ..city.clerk(city.other)
        });
        for (organ, line, first) in [(city.organ, "market", 1), (city.other, "labour", 4)] {
            for number in first..first + 3 {
                enrol(&city, organ, line, number);
            }
        }
        Self {
            city,
            dice: Dice(seed),
            today,
            entities,
            crowd,
            records: Vec::new(),
            procedures: Vec::new(),
            tally: Tally::default(),
        }
    }

    fn who(&mut self) -> Who {
        self.dice.pick(&self.crowd).unwrap().clone()
    }

    /// One thing somebody does.
    fn step(&mut self) {
        self.tally.steps += 1;
        match self.dice.below(100) {
            0..=6 => self.file(),
            7..=40 => self.begin(),
            41..=88 => self.act(),
            89..=96 => self.later(),
            97 => self.long_later(),
            _ => self.reopen(),
        }
    }

    fn file(&mut self) {
        let number = self.dice.below(self.entities.len());
        let code = self.entities[number];
        let name = self.city.room.desk.name(&code).unwrap();
        let decided = self.today.strftime("%Y/%m/%d").to_string();
        let docket = format!("拟罚〔{}〕{}号", self.today.year(), self.tally.steps);
        let mut row = Filed::new(code, &name, &docket);
        row.decided = &decided;
        let organ = self.city.organ;
        let summary = self.city.room.file(organ, &[row]);
        assert_eq!(summary.accepted, 1, "{summary:?}");
        let records = self.city.room.desk.store.records_of(&code).unwrap();
        self.records.extend(records.last().map(|record| record.seq));
    }

    fn begin(&mut self) {
        for _ in 0..8 {
            if self.begun() {
                return;
            }
        }
    }

    /// Whether there was anything to begin.
    fn begun(&mut self) -> bool {
        let who = self.who();
        let noun = *self.dice.pick(&Noun::ALL).unwrap();
        let mut topic = None;
        let verbs = self.city.room.desk.beginnings(&who, noun, None).unwrap();
        let Some(mut verb) = self.dice.pick(&verbs).cloned() else {
            return false;
        };
        let narrowing = |field: &&Field| matches!(&*field.key, "list" | "listing" | "matter");
        if let Some(field) = verb.fields.iter().find(narrowing).cloned() {
            // The page asks again with what was chosen, and the desk narrows the other choices.
            topic = self.value(&field, &who).pop();
            let verbs = self.city.room.desk.beginnings(&who, noun, topic.as_deref());
            let narrowed = verbs.unwrap().into_iter().find(|one| one.word == verb.word);
            verb = narrowed.unwrap_or(verb);
        }
        let fields = self.fill(&verb.fields, &who, topic);
        match self.city.room.desk.begin(&who, noun, verb.word, fields) {
            Ok(done) => {
                // A mark on a record is an entry and no procedure.
                if let Some(row) = self.row(done.procedure) {
                    allowed(&who, verb.word, None, &row);
                    self.procedures.push(done.procedure);
                }
                let name = format!("{} {}", noun.word(), verb.word);
                *self.tally.done.entry(name).or_default() += 1;
            }
            Err(no) => self.told_no(no, verb.word),
        }
        true
    }

    fn act(&mut self) {
        for _ in 0..8 {
            if self.acted() {
                return;
            }
        }
    }

    /// Whether there was anything to do.
    fn acted(&mut self) -> bool {
        let Some(id) = self.chosen() else {
            return false;
        };
        let before = self.row(id).unwrap();
        let mut who = self.who();
        if self.dice.chance(70) {
            // Most of the time somebody whose matter it is.
            let theirs = |one: &&Who| {
                let joint = one.code.is_some_and(|code| before.others.contains(&code));
                one.code == before.organ || one.code == before.entity || joint
            };
            let theirs: Vec<Who> = self.crowd.iter().filter(theirs).cloned().collect();
            who = self.dice.pick(&theirs).cloned().unwrap_or(who);
        }
        let steps = self.city.room.desk.store.steps(id).unwrap();
        let case = desk::procedure::fold(id, &steps).unwrap().unwrap();
        let mut verbs = self.city.room.desk.verbs(&who, id, &case).unwrap();
        if self.dice.chance(10) {
            // Somebody types the address of a form that is not his.
            let other = self.who();
            verbs = self.city.room.desk.verbs(&other, id, &case).unwrap();
        }
        let ending = |word: &str| {
            matches!(
                word,
                "withdraw" | "drop" | "deregister" | "fail" | "void" | "call_off" | "unreached"
            )
        };
        let Some(verb) = self.dice.pick(&verbs).cloned() else {
            return false;
        };
        if ending(verb.word) && self.dice.chance(80) {
            return false;
        }
        let fields = self.fill(&verb.fields, &who, None);
        match self.city.room.desk.act(&who, id, verb.word, fields) {
            Ok(_) => {
                allowed(&who, verb.word, Some(&before), &self.row(id).unwrap());
                let name = format!("{} {}", before.noun, verb.word);
                *self.tally.done.entry(name).or_default() += 1;
            }
            Err(no) => {
                self.told_no(no, verb.word);
                assert_eq!(self.row(id), Some(before), "a refusal changes nothing");
            }
        }
        true
    }

    /// Mostly something of the last months, now and then something old.
    fn chosen(&mut self) -> Option<u64> {
        let latest = self.procedures.len().saturating_sub(30);
        let from = if self.dice.chance(85) { latest } else { 0 };
        self.dice.pick(&self.procedures[from..]).copied()
    }

    fn told_no(&mut self, no: NotDone, verb: &str) {
        match no {
            NotDone::Fault(fault) => panic!("{verb}: {fault}"),
            NotDone::Wrong(wrong) => {
                assert!(!wrong.is_empty(), "{verb} says what is wrong");
                self.tally.wrong += 1;
            }
            other => {
                assert!(!other.text().trim().is_empty(), "{verb} says why not");
                *self
                    .tally
                    .no
                    .entry(format!(
                        "{verb}: {}",
                        other.text().chars().take(60).collect::<String>()
                    ))
                    .or_default() += 1;
                self.tally.refused += 1;
            }
        }
    }

    fn later(&mut self) {
        let days = i64::try_from(self.dice.below(9)).unwrap();
        self.on(days);
    }

    fn long_later(&mut self) {
        let days = i64::try_from(self.dice.below(200)).unwrap();
        self.on(days);
    }

    fn on(&mut self, days: i64) {
        self.today = self.today.checked_add(days.days()).unwrap();
        self.tally.days += days;
        self.city.room.clock.set(self.today);
        // Now and then the timer did not run, and the pages are asked all the same.
        if self.dice.chance(80) {
            self.city.room.desk.tick().unwrap();
        }
        let attempts = self.city.room.desk.dispatch(&Bad).unwrap();
        assert_eq!(attempts, 0, "nobody left an address");
    }

    /// The process is gone; another opens the same folder.
    fn reopen(&mut self) {
        self.city.room.reopen();
        self.tally.reopened += 1;
    }

    fn row(&self, id: u64) -> Option<Row> {
        let filter = Filter {
            after: Some(id - 1),
            ascending: true,
            limit: 1,
            ..Filter::default()
        };
        let rows = self.city.room.desk.store.procedures(&filter).unwrap();
        rows.into_iter().find(|row| row.id == id)
    }

    fn fill(&mut self, fields: &[Field], who: &Who, topic: Option<String>) -> Given {
        let mut out = Vec::new();
        for field in fields {
            let spare = match &*field.key {
                "persons" => 70,
                "second" | "second_items" | "codes" | "divisions" | "licensed" => 90,
                "partner" | "partner_items" => 75,
                key if key.starts_with("lottery_") || key == "parties" => 5,
                // Mostly an organ writes down what is its own.
                key if key.contains('.') && self.foreign(key, who) => 95,
                key if key.contains('.') => 5,
                _ => 50,
            };
            if !field.need && self.dice.chance(spare) || self.dice.chance(1) {
                continue;
            }
            let narrowed = matches!(&*field.key, "list" | "listing" | "matter");
            match topic.clone().filter(|_| narrowed) {
                Some(chosen) => out.push((field.key.to_string(), chosen)),
                None => {
                    let values = self.value(field, who).into_iter();
                    out.extend(values.map(|value| (field.key.to_string(), value)));
                }
            }
        }
        // Whoever chose one source of the seed leaves the fields of the others empty.
        let source = out.iter().find(|(key, _)| key == "source");
        let source = source.map(|(_, word)| word.clone()).unwrap_or_default();
        if source != "lottery" {
            out.retain(|(key, _)| !key.starts_with("lottery_"));
        }
        if source != "parties" {
            out.retain(|(key, _)| key != "parties");
        }
        if self.dice.chance(1) {
            out.push(("typo".to_owned(), "1".to_owned()));
        }
        out.into_iter().collect()
    }

    fn value(&mut self, field: &Field, who: &Who) -> Vec<String> {
        if let Some(known) = self.known(&field.key, who) {
            return known;
        }
        if self.dice.chance(1) {
            return vec!["\u{202e}'; drop table entry; --".repeat(3)];
        }
        vec![match &field.kind {
            Kind::Line => self.line(&field.key, who),
            Kind::Text if field.key == "persons" => "法定代表人 370402199001010011 张某".to_owned(),
            Kind::Text if field.key == "evidence" => {
                format!("p1.jpg image/jpeg 20480 {} 门头", "ab".repeat(32))
            }
            Kind::Text if field.key == "codes" => self.code("entity").to_string(),
            Kind::Text => "经核查，情况属实，已依照规定处理".to_owned(),
            Kind::Day => self.day(&field.key),
            Kind::Code => self.code(&field.key).to_string(),
            Kind::Number => self.number(&field.key, who),
            Kind::Flag => if self.dice.chance(75) { "是" } else { "否" }.to_owned(),
            Kind::One(choices) => {
                let choice = self.dice.pick(choices).map(|choice| choice.word.clone());
                choice.unwrap_or_default()
            }
            Kind::Several(choices) => {
                let share = if self.dice.chance(80) { 100 } else { 30 };
                let some = choices.iter().filter(|_| self.dice.chance(share));
                return some.map(|choice| choice.word.clone()).collect();
            }
        }]
    }

    fn line(&mut self, key: &str, who: &Who) -> String {
        let theirs = self.theirs(who);
        match key {
            "certificate" | "comes" => theirs[self.dice.below(3)].to_owned(),
            "team" => {
                let out = self.dice.below(3);
                let team: Vec<&str> = (0..3)
                    .filter(|at| *at != out)
                    .map(|at| theirs[at])
                    .collect();
                team.join(",")
            }
            "identity" => "370402199001010011".to_owned(),
            "field" => "处罚内容".to_owned(),
            "statute" => "cn/ndrc-36-2025".to_owned(),
            "article" => "N3".to_owned(),
            "entity_signed" | "commitment" => "cd".repeat(32),
            "lottery_form" => "6/1-33;1/1-16".to_owned(),
            "numbers" => "2,5,9,17,22,30;11".to_owned(),
            "value" => "枣庄石榴园第十七排第三棵树开了花".to_owned(),
            "parties" => "企业代表,媒体代表".to_owned(),
            _ => format!("拟文{}号", self.dice.next() % 100_000),
        }
    }

    /// The inspectors of somebody's organ.
    fn theirs(&self, who: &Who) -> [&'static str; 3] {
        match who.code == Some(self.city.other) {
            true => ["Z4", "Z5", "Z6"],
            false => ["Z1", "Z2", "Z3"],
        }
    }

    /// Whether a field of a record is about an item of another organ.
    fn foreign(&self, key: &str, who: &Who) -> bool {
        key.ends_with("labour-patrol") != (who.code == Some(self.city.other))
    }

    /// What somebody's organ looks at; mostly people know it.
    fn known(&mut self, key: &str, who: &Who) -> Option<Vec<String>> {
        let other = who.code == Some(self.city.other);
        let words: &[&str] = match (key, other) {
            _ if self.dice.chance(5) => return None,
            ("signed_by", _) => &self.theirs(who),
            ("items", false) | ("partner_items", true) => &["annual-report", "market-registration"],
            ("items", true) | ("partner_items", false) => &["labour-patrol"],
            _ => return None,
        };
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn day(&mut self, key: &str) -> String {
        let days = i64::try_from(self.dice.below(12)).unwrap();
        if key == "lottery_on" {
            return self.today.tomorrow().unwrap().to_string();
        }
        let later = matches!(key, "until" | "supply_by" | "valid_until" | "by_day");
        let days = match later {
            true => 20 + days,
            false if self.dice.chance(80) => 0,
            false => 3 - days,
        };
        self.today.checked_add(days.days()).unwrap().to_string()
    }

    fn number(&mut self, key: &str, who: &Who) -> String {
        if key == "amount" {
            return (self.dice.next() % 2_000_000).to_string();
        }
        let mut among = match key {
            "record" => self.records.clone(),
            _ => self.procedures.clone(),
        };
        if self.dice.chance(80) {
            // Somebody knows what is his.
            let desk = &self.city.room.desk;
            among.retain(|id| match key {
                "record" => {
                    let record = desk.store.record(*id).unwrap();
                    record.is_some_and(|one| one.entity == who.code || Some(one.organ) == who.code)
                }
                "visit" => self.row(*id).unwrap().noun == "visit",
                _ => self.row(*id).unwrap().noun == "listing",
            });
        }
        let chosen = self.dice.pick(&among).copied();
        chosen.unwrap_or_default().to_string()
    }

    fn code(&mut self, key: &str) -> Code {
        if key == "entity" && self.dice.chance(95) {
            return *self.dice.pick(&self.entities).unwrap();
        }
        let strange = entity_code(90);
        let among = [self.city.organ, self.city.other, self.city.office, strange];
        *self.dice.pick(&among).unwrap()
    }

    /// What must hold after every step.
    fn holds(&self) {
        let desk = &self.city.room.desk;
        let reader = desk.index.read().unwrap();
        for entity in &self.entities {
            let portal = desk
                .store
                .listed(self.today, Some(entity), None, usize::MAX);
            let mut portal: Vec<u64> = portal.unwrap().iter().map(|one| one.id).collect();
            let mut held = Vec::new();
            for (id, listing) in reader.listings(entity) {
                if listing.public(self.today) {
                    held.push(id);
                }
                let Some(entry) = listing.entry() else {
                    continue;
                };
                assert!(entry.ends > entry.document.on, "everything adverse ends");
            }
            portal.sort_unstable();
            held.sort_unstable();
            assert_eq!(
                portal, held,
                "the portal and the look-ups hold the same lists of {entity}"
            );
        }
    }

    /// What must hold of the whole, and is dear to ask.
    fn whole(&mut self) {
        self.city.room.desk.tick().unwrap();
        self.city.whole();
        for record in &self.records {
            self.city.shown(*record);
        }
        let pledges = self
            .city
            .room
            .desk
            .store
            .pledged(self.today, None, usize::MAX)
            .unwrap();
        // The public sees the results of visits that were published, and of no others (R66).
        let shown = self.city.room.desk.inspected(None, usize::MAX).unwrap();
        let shown: BTreeSet<u64> = shown.into_iter().map(|row| row.id).collect();
        let states = self.procedures.iter().filter_map(|id| self.row(*id));
        let published = states.filter(|row| row.noun == "visit" && row.state == "已公示");
        let published: BTreeSet<u64> = published.map(|row| row.id).collect();
        assert!(published.is_subset(&shown), "{published:?} {shown:?}");
        for id in shown {
            assert_eq!(self.row(id).unwrap().state, "已公示");
        }
        for (number, ends) in pledges.into_iter().filter_map(|pledge| pledge.broken) {
            assert!(ends > self.today, "{number} is over and still shown");
        }
    }
}

fn enrol(city: &City, organ: Code, line: &str, number: u32) {
    let (certificate, called) = (format!("Z{number}"), format!("拟{number}"));
    let account = "clerk";
    let fields = [
        ("certificate", &*certificate),
        ("called", &*called),
        ("lines", line),
        ("until", "2099-01-01"),
        ("account", account),
    ];
    city.begin(&city.clerk(organ), Noun::Inspector, "enrol", &fields);
}

/// Whose hand each verb is in, said once more and without the code under test.
fn allowed(who: &Who, verb: &str, before: Option<&Row>, after: &Row) {
    // To a referral the body replies that it was sent to; to an information the entity.
    let referred = after.noun == "referral";
    let of_entity = !referred
        && matches!(
            verb,
            "plead" | "pledge" | "supply" | "withdraw" | "reply" | "object" | "ask_recusal"
        );
    let of_administration = matches!(
        verb,
        "notify"
            | "decide"
            | "publish"
            | "accept"
            | "refuse"
            | "approve"
            | "determine"
            | "decline"
            | "forward"
            | "lift"
            | "remove"
            | "annul"
            | "propose"
            | "check"
            | "restore"
            | "enrol"
            | "plan"
            | "freeze"
            | "draw"
            | "assign"
            | "join"
            | "waive"
            | "declare_recusal"
            | "decide_recusal"
            | "fill"
            | "begin_visit"
            | "record"
            | "end"
            | "set_follow_up"
            | "follow_up"
            | "unreached"
            | "call_off"
    );
    if who.role == Role::Entity {
        assert_eq!(who.code, after.entity, "an entity acts for itself: {verb}");
        assert!(!of_administration, "an entity does not {verb}");
    } else {
        let counter = who.role == Role::Counter;
        assert!(
            !of_entity || counter,
            "{:?} does not {verb} for an entity",
            who.role
        );
        let row = before.unwrap_or(after);
        let joint = who.code.is_some_and(|code| row.others.contains(&code));
        let joins = verb == "join" && after.others.iter().any(|code| who.code == Some(*code));
        let part = who.code == row.organ || who.code == row.other || joint || joins;
        let fits = part || who.role == Role::Office || counter || row.noun == "measure";
        assert!(fits, "{:?} {:?} did {verb} of {row:?}", who.role, who.code);
    }
}

/// Nothing may leave a house where nobody left an address.
struct Bad;

impl desk::notice::Carrier for Bad {
    fn send(
        &self,
        _: domain::notice::Channel,
        _: u64,
        to: &str,
        _: &str,
        _: &str,
    ) -> desk::notice::Sent {
        panic!("something was sent to {to}")
    }
}

fn live(seed: u64, steps: u64) -> Tally {
    let mut life = Life::new(seed);
    for step in 0..steps {
        life.step();
        life.holds();
        if step % 400 == 399 {
            life.whole();
        }
    }
    life.whole();
    life.tally
}

#[test]
fn issue_4_a_crowd_at_the_desk_breaks_nothing() {
    for seed in 1..=2 {
        let tally = live(seed, 400);
        let done: u64 = tally.done.values().sum();
        assert!(done > 60 && tally.reopened > 2, "{tally:#?}");
    }
}

#[test]
#[ignore = "long; see the head of the file"]
fn a_crowd_for_as_long_as_asked() {
    let asked = |name: &str, usual: u64| {
        let value = std::env::var(name).ok();
        value.map_or(usual, |value| value.parse().unwrap())
    };
    let start = std::time::Instant::now();
    let tally = live(
        asked("SIMULATION_SEED", 1),
        asked("SIMULATION_STEPS", 20_000),
    );
    let minutes = start.elapsed().as_secs_f64() / 60.0;
    println!(
        "{tally:#?}\n{:.0} simulated days per minute",
        tally.days as f64 / minutes
    );
}
