//! Who is sent where: random, recused nowhere, loads as even as they can be (`docs/DRAW.md` §8).

use super::{Frame, Inspector, Lot, Stream, Ticket};
use crate::ledger::Hash;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// A drawn object with one of the posts it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Place among all drawn objects.
    pub object: u32,
    pub ticket: Ticket,
    pub post: u16,
    /// Numbers of inspectors, in the order in which they came in.
    pub team: Vec<u32>,
}

/// Teams of all jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// By final number.
    pub jobs: Vec<Job>,
    /// Of every inspector, earlier visits included.
    pub loads: Vec<u32>,
    /// Inspectors who may fill a post of some job.
    pub concerned: BTreeSet<u32>,
    /// Groups that could not be relieved by anybody outside, in the order in which they were settled.
    pub settled: Vec<Vec<u32>>,
}

/// A set of inspectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crew(Vec<u64>);

impl Crew {
    pub(super) fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn word(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn take(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.word(number as usize / 64) >> (number % 64) & 1 == 1
    }

    pub(super) fn without(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }

    /// How many are in both.
    fn shared(&self, other: &Self) -> usize {
        let words = self.0.iter().zip(&other.0);
        words
            .map(|(one, other)| (one & other).count_ones() as usize)
            .sum()
    }

    /// The one at a place among those in both, ascending.
    fn shared_at(&self, other: &Self, mut place: usize) -> Option<u32> {
        for (at, (one, other)) in self.0.iter().zip(&other.0).enumerate() {
            let mut word = one & other;
            let count = word.count_ones() as usize;
            if place >= count {
                place -= count;
                continue;
            }
            for _ in 0..place {
                word &= word - 1;
            }
            return u32::try_from(at * 64 + word.trailing_zeros() as usize).ok();
        }
        None
    }

    /// Ascending.
    pub(super) fn members(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let start = u32::try_from(at * 64).unwrap_or(u32::MAX);
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(start + bit)
            })
        })
    }
}

/// Who may fill which post at which object.
pub(super) struct Rights {
    posts: Vec<Crew>,
    recused: HashMap<Ticket, Crew>,
    count: usize,
}

impl Rights {
    /// Recusals are kept for the objects in question only: a frame may have many, a draw few.
    pub(super) fn of(frame: &Frame, objects: impl Iterator<Item = Ticket>) -> Self {
        Self::ranked(frame, &Ranks::none(frame), objects)
    }

    fn ranked(frame: &Frame, ranks: &Ranks, objects: impl Iterator<Item = Ticket>) -> Self {
        let count = frame.inspectors.len();
        let mut posts = vec![Crew::none(count); frame.posts.len()];
        for (number, inspector) in (0_u32..).zip(&frame.inspectors) {
            for post in &inspector.posts {
                if let Some(crew) = posts.get_mut(usize::from(*post)) {
                    crew.add(ranks.rank(number));
                }
            }
        }
        let mut recused: HashMap<Ticket, Crew> = HashMap::new();
        if !frame.recused.is_empty() {
            let asked: std::collections::HashSet<Ticket> = objects.collect();
            for (number, ticket) in &frame.recused {
                if asked.contains(ticket) {
                    let crew = recused.entry(*ticket).or_insert_with(|| Crew::none(count));
                    crew.add(ranks.rank(*number));
                }
            }
        }
        Self {
            posts,
            recused,
            count,
        }
    }

    /// Who holds the post and is not recused from the object.
    pub(super) fn able(&self, ticket: &Ticket, post: u16) -> Crew {
        let held = self.posts.get(usize::from(post));
        let mut able = held.cloned().unwrap_or_else(|| Crew::none(self.count));
        if let Some(recused) = self.recused.get(ticket) {
            able.without(recused);
        }
        able
    }

    /// How many hold the post, and how many of these are recused from the object.
    pub(super) fn counts(&self, ticket: &Ticket, post: u16) -> (usize, usize) {
        let Some(held) = self.posts.get(usize::from(post)) else {
            return (0, 0);
        };
        let recused = self.recused.get(ticket);
        (
            held.shared(held),
            recused.map_or(0, |recused| held.shared(recused)),
        )
    }
}

/// Sends inspectors to everything that was drawn.
pub fn assign(frame: &Frame, seed: &Hash, lots: &[Lot]) -> Assigned {
    let mut jobs = jobs(frame, lots);
    Stream::new(frame.suite, seed, "jobs").shuffle(&mut jobs);
    let ranks = Ranks::of(frame, seed);
    let rights = Rights::ranked(frame, &ranks, jobs.iter().map(|job| job.ticket));
    let mut hall = Hall::new(frame, &ranks, &jobs);
    let mut stream = Stream::new(frame.suite, seed, "teams");
    for (number, job) in (0_u32..).zip(&mut jobs) {
        let size = frame
            .posts
            .get(usize::from(job.post))
            .map_or(0, |post| post.size);
        let mut able = rights.able(&job.ticket, job.post);
        for _ in 0..size {
            let Some(member) = hall.choose(&able, &mut stream) else {
                break;
            };
            able.take(member);
            job.team.push(member);
            hall.send(member, number);
        }
    }
    let settled = Evening {
        rights: &rights,
        hall: &mut hall,
        jobs: &mut jobs,
    }
    .run();
    ranks.back(jobs, &hall, settled)
}

/// Inspectors in the order in which they are looked at. It is drawn by lot, so that whoever numbers
/// them favours nobody.
struct Ranks {
    /// Number by rank.
    numbers: Vec<u32>,
    /// Rank by number.
    ranks: Vec<u32>,
}

impl Ranks {
    fn of(frame: &Frame, seed: &Hash) -> Self {
        let mut numbers: Vec<u32> = (0_u32..).take(frame.inspectors.len()).collect();
        Stream::new(frame.suite, seed, "ranks").shuffle(&mut numbers);
        let mut ranks = vec![0; numbers.len()];
        for (rank, number) in (0_u32..).zip(&numbers) {
            if let Some(place) = ranks.get_mut(*number as usize) {
                *place = rank;
            }
        }
        Self { numbers, ranks }
    }

    /// Everybody by his own number: the order in which they stand in the frame.
    fn none(frame: &Frame) -> Self {
        let numbers: Vec<u32> = (0_u32..).take(frame.inspectors.len()).collect();
        Self {
            ranks: numbers.clone(),
            numbers,
        }
    }

    fn rank(&self, number: u32) -> u32 {
        self.ranks.get(number as usize).copied().unwrap_or(number)
    }

    fn number(&self, rank: u32) -> u32 {
        self.numbers.get(rank as usize).copied().unwrap_or(rank)
    }

    /// From ranks to the numbers of the frame.
    fn back(&self, mut jobs: Vec<Job>, hall: &Hall, settled: Vec<Vec<u32>>) -> Assigned {
        for member in jobs.iter_mut().flat_map(|job| &mut job.team) {
            *member = self.number(*member);
        }
        let mut loads = vec![0; hall.loads.len()];
        for (rank, load) in (0_u32..).zip(&hall.loads) {
            if let Some(place) = loads.get_mut(self.number(rank) as usize) {
                *place = *load;
            }
        }
        let group = |group: Vec<u32>| {
            let mut group: Vec<u32> = group.into_iter().map(|rank| self.number(rank)).collect();
            group.sort_unstable();
            group
        };
        Assigned {
            concerned: hall
                .concerned
                .members()
                .map(|rank| self.number(rank))
                .collect(),
            settled: settled.into_iter().map(group).collect(),
            loads,
            jobs,
        }
    }
}

fn jobs(frame: &Frame, lots: &[Lot]) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut object = 0;
    for (layer, lot) in frame.layers.iter().zip(lots) {
        for at in lot.drawn() {
            let ticket = layer.objects.get(*at as usize).copied();
            for (post, ticket) in layer.posts.iter().zip(std::iter::repeat(ticket)) {
                jobs.extend(ticket.map(|ticket| Job {
                    object,
                    ticket,
                    post: *post,
                    team: Vec::new(),
                }));
            }
            object += 1;
        }
    }
    jobs
}

/// Who has how much to do.
struct Hall {
    loads: Vec<u32>,
    /// Those of each load.
    levels: BTreeMap<u32, Crew>,
    /// Jobs of each, ascending.
    jobs: Vec<BTreeSet<u32>>,
    /// Who may fill a post of some job.
    concerned: Crew,
}

impl Hall {
    /// By rank.
    fn new(frame: &Frame, ranks: &Ranks, jobs: &[Job]) -> Self {
        let count = frame.inspectors.len();
        let ranked = ranks.numbers.iter();
        let ranked: Vec<&Inspector> = ranked
            .filter_map(|number| frame.inspectors.get(*number as usize))
            .collect();
        let loads: Vec<u32> = ranked.iter().map(|one| one.load).collect();
        let mut levels = BTreeMap::new();
        for (number, load) in (0_u32..).zip(&loads) {
            let crew = levels.entry(*load).or_insert_with(|| Crew::none(count));
            crew.add(number);
        }
        let needed: BTreeSet<u16> = jobs.iter().map(|job| job.post).collect();
        let mut concerned = Crew::none(count);
        for (rank, one) in (0_u32..).zip(&ranked) {
            if one.posts.iter().any(|post| needed.contains(post)) {
                concerned.add(rank);
            }
        }
        Self {
            loads,
            levels,
            jobs: vec![BTreeSet::new(); count],
            concerned,
        }
    }

    fn load(&self, number: u32) -> u32 {
        self.loads.get(number as usize).copied().unwrap_or_default()
    }

    /// One of those who have least to do.
    fn choose(&self, able: &Crew, stream: &mut Stream) -> Option<u32> {
        for level in self.levels.values() {
            match able.shared(level) {
                0 => {}
                count => return able.shared_at(level, stream.place(count)),
            }
        }
        None
    }

    fn send(&mut self, number: u32, job: u32) {
        self.shift(number, true);
        if let Some(jobs) = self.jobs.get_mut(number as usize) {
            jobs.insert(job);
        }
    }

    fn relieve(&mut self, number: u32, job: u32) {
        self.shift(number, false);
        if let Some(jobs) = self.jobs.get_mut(number as usize) {
            jobs.remove(&job);
        }
    }

    fn shift(&mut self, number: u32, more: bool) {
        let count = self.loads.len();
        let Some(load) = self.loads.get_mut(number as usize) else {
            return;
        };
        if let Some(level) = self.levels.get_mut(load) {
            level.take(number);
        }
        *load = if more {
            *load + 1
        } else {
            load.saturating_sub(1)
        };
        let level = self.levels.entry(*load);
        level.or_insert_with(|| Crew::none(count)).add(number);
    }
}

/// Evens loads out until nobody can be relieved.
struct Evening<'a> {
    rights: &'a Rights,
    hall: &'a mut Hall,
    jobs: &'a mut [Job],
}

impl Evening<'_> {
    /// The groups that were settled.
    fn run(&mut self) -> Vec<Vec<u32>> {
        let mut groups = Vec::new();
        let mut open = self.hall.concerned.clone();
        while let Some(start) = self.busiest(&open) {
            match self.search(start, &open) {
                Found::Path(path) => self.hand_on(&path),
                Found::Nobody(group) => {
                    open.without(&group);
                    groups.push(group.members().collect());
                }
            }
        }
        groups
    }

    fn busiest(&self, open: &Crew) -> Option<u32> {
        let levels = self.hall.levels.values().rev();
        levels.filter_map(|level| level.shared_at(open, 0)).next()
    }

    /// Looks from `start` for somebody who has less to do by two or more.
    fn search(&self, start: u32, open: &Crew) -> Found {
        let load = self.hall.load(start);
        let mut reached = Crew::none(self.hall.loads.len());
        reached.add(start);
        // The job by which somebody was reached, and from whom.
        let mut from: HashMap<u32, (u32, u32)> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(giver) = queue.pop_front() {
            for number in self.hall.jobs.get(giver as usize).into_iter().flatten() {
                for taker in self.takers(*number, open, &reached) {
                    reached.add(taker);
                    from.insert(taker, (giver, *number));
                    if self.hall.load(taker) + 2 <= load {
                        return Found::Path(path(&from, taker));
                    }
                    queue.push_back(taker);
                }
            }
        }
        Found::Nobody(reached)
    }

    /// Who could come into a job and was not thought of yet.
    fn takers(&self, number: u32, open: &Crew, reached: &Crew) -> Vec<u32> {
        let Some(job) = self.jobs.get(number as usize) else {
            return Vec::new();
        };
        let mut able = self.rights.able(&job.ticket, job.post);
        able.without(reached);
        for member in &job.team {
            able.take(*member);
        }
        able.members().filter(|number| open.has(*number)).collect()
    }

    fn hand_on(&mut self, path: &[(u32, u32, u32)]) {
        for (giver, number, taker) in path {
            if let Some(job) = self.jobs.get_mut(*number as usize)
                && let Some(place) = job.team.iter_mut().find(|member| *member == giver)
            {
                *place = *taker;
                self.hall.relieve(*giver, *number);
                self.hall.send(*taker, *number);
            }
        }
    }
}

enum Found {
    /// Giver, job, taker, one after the other.
    Path(Vec<(u32, u32, u32)>),
    Nobody(Crew),
}

fn path(from: &HashMap<u32, (u32, u32)>, end: u32) -> Vec<(u32, u32, u32)> {
    let mut path = Vec::new();
    let mut taker = end;
    while let Some((giver, job)) = from.get(&taker) {
        path.push((*giver, *job, taker));
        taker = *giver;
    }
    path.reverse();
    path
}
