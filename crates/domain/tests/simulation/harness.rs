//! Drives nouns through a city: commands, clock jumps, crashes, changes of law and calendar.
//!
//! A run is a list of [`Step`]s that follows from a seed. Every step carries its own seed, so a
//! step means something even when steps before it are dropped; that is how a failure shrinks.
//!
//! **To bring a noun in**: implement [`Noun`] in a file of its own beside this one, and add it to
//! `nouns()` in `main.rs`. All nouns share one log. Each sees every entry ([`Noun::apply`]), so a noun
//! that needs another's cases folds that other's events into a mirror of its own, and may write
//! entries of several nouns in one transaction: either all of [`Turn::answer`] is appended or none.

use crate::city::{City, LAST};
use crate::dice::Dice;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;

/// One entry of the log: an event of a case of a noun.
#[derive(Clone)]
pub struct Stored {
    /// [`Noun::name`] of whose event it is.
    pub noun: &'static str,
    /// Number of the case; a new case takes [`City::seq`] plus its place in the transaction.
    pub case: u64,
    json: String,
    live: Option<Rc<dyn Any>>,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}#{} {}", self.noun, self.case, self.json)
    }
}

impl Stored {
    pub fn new<E: Serialize + Clone + 'static>(noun: &'static str, case: u64, event: E) -> Self {
        Self {
            noun,
            case,
            json: serde_json::to_string(&event).unwrap(),
            live: Some(Rc::new(event)),
        }
    }

    /// The event: as it was decided while the city lives, read from its JSON after a crash.
    pub fn read<E: DeserializeOwned + Clone + 'static>(&self) -> E {
        match self.live.as_ref().and_then(|live| live.downcast_ref::<E>()) {
            Some(event) => event.clone(),
            None => serde_json::from_str(&self.json).unwrap(),
        }
    }

    /// Noun and step.
    fn kind(&self) -> String {
        let step = self.json.split('"').nth(3).unwrap_or_default();
        format!("{} {step}", self.noun)
    }

    fn after_crash(&self) -> Self {
        Self {
            live: None,
            ..self.clone()
        }
    }
}

/// What came of one command.
#[derive(Debug)]
pub struct Turn {
    /// What was asked, for a reader ([`City::say`]).
    pub said: String,
    /// One transaction, or the words of the refusal.
    pub answer: Result<Vec<Stored>, String>,
}

/// Which cases a check looks at.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// The cases that the last transaction touched.
    Touched(&'a [Stored]),
    /// Every case: the day or the law changed.
    All,
}

/// An invariant that does not hold: its name and the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub rule: &'static str,
    pub what: String,
}

/// Fails with the name of an invariant.
pub fn hold(holds: bool, rule: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds {
        Ok(())
    } else {
        Err(Broken { rule, what: what() })
    }
}

/// What one noun brings to the city. Its state changes through [`Noun::apply`] alone.
pub trait Noun {
    /// The word on its entries.
    fn name(&self) -> &'static str;

    /// Draws one command of anybody, lawful or not, and decides it. Changes nothing.
    fn command(&self, city: &City, dice: &mut Dice) -> Turn;

    /// What the day asks for by itself: ends, escalations, shifted clocks. Must come to rest: when
    /// called again at once it returns nothing.
    fn tick(&self, city: &City) -> Vec<Stored>;

    /// Folds one entry, of whatever noun. An entry that skips a step is an error.
    fn apply(&mut self, entry: &Stored) -> Result<(), String>;

    /// The invariants, asked after every step.
    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken>;

    /// Writes the whole state, in a fixed order; two states are the same when this is.
    fn state(&self, out: &mut dyn std::fmt::Write) -> std::fmt::Result;
}

/// What happens in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody commands something of the noun at this place.
    Command(usize),
    /// The clock jumps by days, and the timer runs.
    Jump(u16),
    /// The clock jumps, and the timer stands still: what is past its end must have ended anyway.
    Stall(u16),
    /// The process dies between two commands; the state is rebuilt from the log.
    Crash,
    Calendar,
    Law,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub event: Event,
    pub seed: u64,
}

/// What a run came to.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub commands: u64,
    pub accepted: u64,
    pub refused: u64,
    pub entries: u64,
    pub days: i64,
    pub crashes: u64,
    /// Entries by noun and step: what the run reached at all.
    pub reached: BTreeMap<String, u64>,
    /// Refusals by their first words.
    pub refusals: BTreeMap<String, u64>,
    pub digest: String,
}

/// Where and why a run failed.
#[derive(Debug, Clone)]
pub struct Failure {
    pub step: usize,
    pub broken: Broken,
    pub trail: Vec<String>,
}

/// A set of nouns, made new: the harness makes one at the start and one after each crash.
pub type Make = fn() -> Vec<Box<dyn Noun>>;

/// The steps of a run: `commands` commands spread over ten years.
pub fn script(seed: u64, commands: usize, nouns: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    let mut steps = Vec::new();
    let mut made = 0;
    // Ten years hold some 1,400 jumps of one to five days, and a few long ones.
    let gap = (commands / 1_300).max(1);
    while made < commands {
        for _ in 0..=dice.below(2 * gap) {
            let event = Event::Command(dice.below(nouns));
            steps.push(Step {
                event,
                seed: dice.next(),
            });
            made += 1;
        }
        let event = match dice.below(100) {
            0..=84 => Event::Jump(u16::try_from(dice.between(1, 4)).unwrap()),
            85..=92 => Event::Stall(u16::try_from(dice.between(1, 9)).unwrap()),
            93 => Event::Jump(u16::try_from(dice.between(20, 60)).unwrap()),
            94 => Event::Crash,
            95..=97 => Event::Calendar,
            _ => Event::Law,
        };
        steps.push(Step {
            event,
            seed: dice.next(),
        });
    }
    steps.push(Step {
        event: Event::Crash,
        seed: dice.next(),
    });
    steps
}

struct Run {
    city: City,
    nouns: Vec<Box<dyn Noun>>,
    log: Vec<Stored>,
    tally: Tally,
    trail: Vec<String>,
}

/// Runs the steps; the first invariant that does not hold stops it.
pub fn run(seed: u64, steps: &[Step], make: Make, trace: bool) -> Result<Tally, Box<Failure>> {
    let mut run = Run {
        city: City::new(seed),
        nouns: make(),
        log: Vec::new(),
        tally: Tally::default(),
        trail: Vec::new(),
    };
    run.city.trace = trace;
    let first = run.city.today;
    for (at, step) in steps.iter().enumerate() {
        run.step(*step, make).map_err(|broken| {
            Box::new(Failure {
                step: at,
                broken,
                trail: std::mem::take(&mut run.trail),
            })
        })?;
        if run.city.today >= LAST {
            break;
        }
    }
    run.tally.days = i64::from((run.city.today - first).get_days());
    run.tally.entries = run.city.seq;
    run.tally.digest = digest(&run.nouns);
    Ok(run.tally)
}

impl Run {
    fn step(&mut self, step: Step, make: Make) -> Result<(), Broken> {
        let mut dice = Dice::new(step.seed);
        self.city.rested &= matches!(step.event, Event::Command(_) | Event::Crash);
        match step.event {
            Event::Command(at) => self.command(at, &mut dice),
            Event::Jump(days) => {
                self.city.jump(i64::from(days));
                self.dawn("");
                self.check_all()?;
                self.tick()
            }
            Event::Stall(days) => {
                self.city.jump(i64::from(days));
                self.dawn(" (timer stands still)");
                self.check_all()
            }
            Event::Crash => self.crash(make),
            Event::Calendar => {
                let said = self.city.change_calendar(&mut dice);
                self.note(|_| said);
                self.tick()
            }
            Event::Law => {
                let said = self.city.change_law(&mut dice);
                self.note(|_| said);
                self.check_all()?;
                self.tick()
            }
        }
    }

    fn command(&mut self, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        self.city.minute = (self.city.minute + 1).min(24 * 60 - 1);
        let Some(noun) = self.nouns.get(at) else {
            return Ok(());
        };
        let turn = noun.command(&self.city, dice);
        self.tally.commands += 1;
        match turn.answer {
            Ok(entries) => {
                self.tally.accepted += 1;
                self.note(|_| format!("{} -> {entries:?}", turn.said));
                self.append(&entries)?;
                self.check(Scope::Touched(&entries))
            }
            Err(words) => {
                self.tally.refused += 1;
                let head: String = words
                    .chars()
                    .filter(|c| !c.is_ascii_digit())
                    .take(12)
                    .collect();
                *self.tally.refusals.entry(head).or_default() += 1;
                self.note(|_| format!("{} -> no: {words}", turn.said));
                Ok(())
            }
        }
    }

    /// Lets every noun do what the day asks for, until all rest.
    fn tick(&mut self) -> Result<(), Broken> {
        let mut ticked = Vec::new();
        for round in 0.. {
            let mut quiet = true;
            for at in 0..self.nouns.len() {
                let entries = self.nouns[at].tick(&self.city);
                quiet &= entries.is_empty();
                if !entries.is_empty() {
                    self.note(|_| format!("tick -> {entries:?}"));
                    self.append(&entries)?;
                    ticked.extend(entries);
                }
            }
            if quiet {
                break;
            }
            hold(round < 8, "the timer comes to rest", || {
                format!("round {round}")
            })?;
        }
        self.city.rested = true;
        self.check(Scope::Touched(&ticked))?;
        self.check_all()
    }

    fn append(&mut self, entries: &[Stored]) -> Result<(), Broken> {
        for entry in entries {
            for noun in &mut self.nouns {
                let applied = noun.apply(entry);
                hold(applied.is_ok(), "no step is skipped", || {
                    format!("{entry:?}: {applied:?}")
                })?;
            }
            *self.tally.reached.entry(entry.kind()).or_default() += 1;
            self.log.push(entry.clone());
            self.city.seq += 1;
        }
        Ok(())
    }

    fn crash(&mut self, make: Make) -> Result<(), Broken> {
        let before = digest(&self.nouns);
        let mut nouns = make();
        for entry in &self.log {
            let entry = entry.after_crash();
            for noun in &mut nouns {
                let applied = noun.apply(&entry);
                hold(applied.is_ok(), "the log folds", || {
                    format!("{entry:?}: {applied:?}")
                })?;
            }
        }
        self.nouns = nouns;
        self.tally.crashes += 1;
        self.note(|_| "crash".to_owned());
        let after = digest(&self.nouns);
        hold(before == after, "a rebuild gives the same state", || {
            format!("{before} {after}")
        })
    }

    fn check_all(&self) -> Result<(), Broken> {
        self.check(Scope::All)
    }

    fn check(&self, scope: Scope<'_>) -> Result<(), Broken> {
        self.nouns
            .iter()
            .try_for_each(|noun| noun.check(&self.city, scope))
    }

    fn note(&mut self, words: impl FnOnce(&City) -> String) {
        if self.city.trace {
            self.trail.push(words(&self.city));
        }
    }

    /// Notes a day; of days on which nothing happened only the last is kept.
    fn dawn(&mut self, how: &str) {
        if self
            .trail
            .last()
            .is_some_and(|line| line.starts_with("== "))
        {
            self.trail.pop();
        }
        self.note(|city| format!("== {}{how}", city.today));
    }
}

/// SHA-256 over the state of all nouns.
fn digest(nouns: &[Box<dyn Noun>]) -> String {
    let mut text = String::new();
    for noun in nouns {
        text.push_str(noun.name());
        noun.state(&mut text).unwrap();
    }
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Drops steps while the same invariant still fails: halves first, then single steps.
pub fn shrink(seed: u64, steps: &[Step], make: Make, rule: &str) -> Vec<Step> {
    let fails = |steps: &[Step]| {
        let found = run(seed, steps, make, false).err();
        found
            .filter(|failure| failure.broken.rule == rule)
            .map(|failure| failure.step)
    };
    let mut kept = steps.to_vec();
    if let Some(last) = fails(&kept) {
        kept.truncate(last + 1);
    }
    let mut size = kept.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < kept.len() {
            let mut fewer = kept.clone();
            fewer.drain(at..(at + size).min(fewer.len()));
            match fails(&fewer) {
                Some(last) => {
                    fewer.truncate(last + 1);
                    kept = fewer;
                }
                None => at += size,
            }
        }
        size /= 2;
    }
    kept
}

/// Runs a seed; a failure is shrunk and told with its seed, step and shortest trail.
pub fn live(seed: u64, commands: usize, make: Make) -> Tally {
    let steps = script(seed, commands, make().len());
    match run(seed, &steps, make, false) {
        Ok(tally) => tally,
        Err(failure) => {
            let short = shrink(seed, &steps, make, failure.broken.rule);
            let told = run(seed, &short, make, true).err();
            let trail = told.map(|told| told.trail.join("\n")).unwrap_or_default();
            panic!(
                "seed {seed} step {} breaks `{}`: {}\nshrunk to {} steps:\n{short:?}\n{trail}",
                failure.step,
                failure.broken.rule,
                failure.broken.what,
                short.len(),
            );
        }
    }
}
