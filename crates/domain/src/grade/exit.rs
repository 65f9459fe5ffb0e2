//! The way to the next better grade: by lawful acts, and by itself.

use super::change::Moments;
use super::count::graded_on;
use super::days::{date, number};
use super::explain::shown;
use super::fact::Fact;
use super::points::Graded;
use super::scale::Scale;
use jiff::civil::Date;

/// How many grades are computed in search of the fewest repairs before the search is cut short.
const SEARCHED: usize = 4_096;

/// How an entity comes to a better grade than it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    pub now: Graded,
    /// The day from which it has a better grade although nothing new happens, and what it then has.
    pub alone: Option<(Date, Graded)>,
    /// Sets of repairs that lead there before. The first needs the fewest; each further one needs
    /// more but works from an earlier day.
    pub ways: Vec<Way>,
    pub search: Search,
}

/// A set of repairs, and the grade they give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The first day on which all of them may be asked for and, granted on that day, suffice.
    pub from: Date,
    pub repairs: Vec<Repair>,
    pub graded: Graded,
}

/// The repair of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    pub record: u64,
    /// The first day on which it may be asked for; the day of the question if that lies behind.
    pub from: Date,
}

/// How the ways were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Every set of fewer repairs was tried: none is smaller.
    Exhaustive,
    /// Too many sets to try all. From all repairs, one after another was left out as long as the
    /// rest sufficed: none in the set can be spared, but a smaller set of others may exist.
    Greedy,
}

/// Finds the way to a better grade than on `today`; `None` for an entity with the best grade.
pub fn exit(scale: &Scale, facts: &[Fact], stated: &[i64], today: Date) -> Option<Exit> {
    let day = number(today);
    let now = graded_on(scale, facts, stated, day);
    if now.grade == 0 {
        return None;
    }
    let mut moments = Moments::new(scale, facts, stated, day);
    let alone = moments.find(|(_, graded)| graded.grade < now.grade);
    let until = alone.map_or(i32::MAX, |(day, _)| day);
    let mut seek = Seek {
        scale,
        stated,
        facts,
        today: day,
        worse: now.grade,
        open: repairable(facts, day),
        left: SEARCHED,
    };
    let days = seek.days(until);
    let (ways, search) = seek.ways(&days);
    let alone = alone.and_then(|(day, graded)| Some((date(day)?, graded)));
    Some(Exit {
        now,
        alone,
        ways,
        search,
    })
}

/// Places of the adverse facts that weigh today or later and may be repaired, with the first day.
fn repairable(facts: &[Fact], today: i32) -> Vec<(usize, i32)> {
    let open = facts.iter().enumerate().filter_map(|(place, fact)| {
        let from = fact.repairable?.max(today);
        (fact.kind.adverse() && fact.known <= today && fact.gone > from).then_some((place, from))
    });
    open.collect()
}

struct Seek<'a> {
    scale: &'a Scale,
    stated: &'a [i64],
    facts: &'a [Fact],
    today: i32,
    worse: u8,
    open: Vec<(usize, i32)>,
    /// Grades that may still be computed.
    left: usize,
}

impl Seek<'_> {
    /// Days before `until` on which repairs may newly suffice: another may be asked for, or a fact
    /// leaves its window.
    fn days(&self, until: i32) -> Vec<i32> {
        let Some(last) = self.open.iter().map(|(_, from)| *from).max() else {
            return Vec::new();
        };
        let moments = Moments::new(self.scale, self.facts, self.stated, self.today);
        let mut days: Vec<i32> = moments
            .map(|(day, _)| day)
            .take(SEARCHED)
            .take_while(|day| *day < until)
            .collect();
        days.extend(self.open.iter().map(|(_, from)| *from));
        days.push(self.today);
        days.retain(|day| *day < until);
        days.sort_unstable();
        days.dedup();
        // The days on which nothing but the passing of time happens come last and may be many.
        let settled = days.partition_point(|day| *day <= last);
        days.truncate(settled + 64);
        days
    }

    fn ways(&mut self, days: &[i32]) -> (Vec<Way>, Search) {
        let hopeful: Vec<i32> = days
            .iter()
            .copied()
            .filter(|day| self.reaches(&self.open_on(*day), *day).is_some())
            .collect();
        let Some(first) = hopeful.first().copied() else {
            return (Vec::new(), Search::Exhaustive);
        };
        let mut ways: Vec<Way> = Vec::new();
        let mut before = i32::MAX;
        for size in 1..=self.open_on(first).len().max(self.open.len()) {
            let earlier = hopeful.iter().copied().filter(|day| *day < before);
            match self.earliest(size, earlier) {
                Err(Spent) => {
                    ways.extend(self.pruned(first));
                    return (ways, Search::Greedy);
                }
                Ok(None) => {}
                Ok(Some((day, way))) => {
                    before = day;
                    ways.push(way);
                }
            }
            if before == first {
                break;
            }
        }
        (ways, Search::Exhaustive)
    }

    /// Repairs that may be asked for by that day.
    fn open_on(&self, day: i32) -> Vec<usize> {
        let open = self.open.iter().filter(|(_, from)| *from <= day);
        open.map(|(place, _)| *place).collect()
    }

    fn earliest(
        &mut self,
        size: usize,
        days: impl Iterator<Item = i32>,
    ) -> Result<Option<(i32, Way)>, Spent> {
        for day in days {
            let open = self.open_on(day);
            let mut chosen = Vec::with_capacity(size);
            if let Some(graded) = self.choose(&open, size, &mut chosen, day)? {
                return Ok(Some((day, self.way(&chosen, day, graded))));
            }
        }
        Ok(None)
    }

    /// Adds `size` of `open` to `chosen` so that the grade is reached, in every combination.
    fn choose(
        &mut self,
        open: &[usize],
        size: usize,
        chosen: &mut Vec<usize>,
        day: i32,
    ) -> Result<Option<Graded>, Spent> {
        if size == 0 {
            self.left = self.left.checked_sub(1).ok_or(Spent)?;
            return Ok(self.reaches(chosen, day));
        }
        let mut rest = open;
        while let Some((first, after)) = rest.split_first().filter(|_| rest.len() >= size) {
            chosen.push(*first);
            if let Some(graded) = self.choose(after, size - 1, chosen, day)? {
                return Ok(Some(graded));
            }
            chosen.pop();
            rest = after;
        }
        Ok(None)
    }

    fn pruned(&self, day: i32) -> Option<Way> {
        let mut kept = self.open_on(day);
        let mut place = 0;
        while place < kept.len() {
            let mut without = kept.clone();
            without.remove(place);
            if self.reaches(&without, day).is_some() {
                kept = without;
            } else {
                place += 1;
            }
        }
        let graded = self.reaches(&kept, day)?;
        Some(self.way(&kept, day, graded))
    }

    /// The grade on `day` when these facts are repaired on it, if it is a better one.
    fn reaches(&self, repaired: &[usize], day: i32) -> Option<Graded> {
        let rest = self.facts.iter().enumerate();
        let rest: Vec<Fact> = rest
            .filter(|(place, _)| !repaired.contains(place))
            .map(|(_, fact)| *fact)
            .collect();
        let graded = graded_on(self.scale, &rest, self.stated, day);
        (graded.grade < self.worse).then_some(graded)
    }

    fn way(&self, repaired: &[usize], day: i32, graded: Graded) -> Way {
        let chosen = self
            .open
            .iter()
            .filter(|(place, _)| repaired.contains(place));
        let repairs = chosen.filter_map(|(place, from)| {
            Some(Repair {
                record: self.facts.get(*place)?.record,
                from: shown(*from),
            })
        });
        Way {
            from: shown(day),
            repairs: repairs.collect(),
            graded,
        }
    }
}

/// The search used up its grades.
struct Spent;
