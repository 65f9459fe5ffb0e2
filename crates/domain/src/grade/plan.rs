//! A scale prepared for one day, for many entities one after another without allocation.
//!
//! Facts that every indicator treats alike form a group: same answer for every filter and, where a
//! [`Value::Worst`] looks at them, same class. One look-up by kind, class and window finds the group
//! of a fact, and one record of four numbers a group is all that is kept of the facts. Indicators
//! are then sums over few groups, whatever the number of facts.

use super::days::{cutoff, number};
use super::fact::{Class, Fact, Kind, Kinds};
use super::points::{Graded, grade};
use super::scale::{Filter, Scale, Value};
use jiff::civil::Date;

/// Classes are numbered 0 to 3.
const CLASSES: usize = 4;

/// A [`Scale`] compiled for one day of evaluation.
#[derive(Debug, Clone)]
pub struct Plan {
    scale: Scale,
    day: i32,
    /// Last days before the windows, ascending, each once.
    cutoffs: Vec<i32>,
    /// Group of a fact by `(kind * CLASSES + class) * (cutoffs + 1) + windows that hold its day`.
    /// Group 0 is of no interest to any indicator.
    groups: Vec<u16>,
    gathers: Vec<Gather>,
    /// How many groups there are, group 0 included.
    kept: usize,
}

/// From which groups an indicator comes about.
#[derive(Debug, Clone)]
enum Gather {
    Count(Vec<u16>),
    Sum(Vec<u16>),
    /// Groups with the number of their class.
    Worst(Vec<(u16, i64)>),
    Since(Vec<u16>),
    Fading(Vec<u16>, i64),
    Stated,
}

/// What is kept of the facts of one group.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    count: i64,
    amount: i64,
    /// Sum of the days.
    days: i64,
    /// Greatest day; the least `i64` without any.
    latest: i64,
}

const EMPTY: Cell = Cell {
    count: 0,
    amount: 0,
    days: 0,
    latest: i64::MIN,
};

/// Working memory of one thread; one entity at a time.
#[derive(Debug, Clone)]
pub struct Tally {
    cells: Vec<Cell>,
    indicators: Vec<i64>,
}

impl Tally {
    /// The indicators of the entity that [`Plan::close`] closed last.
    pub fn indicators(&self) -> &[i64] {
        &self.indicators
    }
}

/// Facts of one entity, column by column; all columns have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    pub kind: &'a [i32],
    pub class: &'a [i32],
    pub amount: &'a [i64],
    pub day: &'a [i32],
    pub known: &'a [i32],
    pub gone: &'a [i32],
}

impl Plan {
    pub fn new(scale: &Scale, as_of: Date) -> Self {
        Self::on(scale, number(as_of))
    }

    /// The same for a day number.
    pub fn on(scale: &Scale, day: i32) -> Self {
        let filters = || scale.indicators.iter().filter_map(|one| one.value.filter());
        let mut cutoffs: Vec<i32> = filters()
            .filter(|filter| filter.months.is_some())
            .map(|filter| cutoff(day, filter.months))
            .collect();
        cutoffs.sort_unstable();
        cutoffs.dedup();
        let mut sorted = Sorted::new(scale, day, &cutoffs);
        let groups = sorted.place_all();
        let gathers = scale.indicators.iter().enumerate();
        let gathers = gathers.map(|(place, one)| sorted.gather(place, &one.value, day));
        let gathers = gathers.collect();
        let kept = sorted.kinds.len() + 1;
        Self {
            scale: scale.clone(),
            day,
            cutoffs,
            groups,
            gathers,
            kept,
        }
    }

    /// The last day before a window that ends with `day`; the least number without a window.
    pub fn cutoff(day: i32, months: Option<u16>) -> i32 {
        cutoff(day, months)
    }

    /// The day of evaluation.
    pub fn day(&self) -> i32 {
        self.day
    }

    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// Whether any indicator looks at amounts; a reader may leave the column out otherwise.
    pub fn reads_amounts(&self) -> bool {
        let mut values = self.scale.indicators.iter().map(|one| &one.value);
        values.any(|value| matches!(value, Value::Sum(_)))
    }

    /// Fresh working memory.
    pub fn tally(&self) -> Tally {
        Tally {
            cells: vec![EMPTY; self.kept],
            indicators: vec![0; self.gathers.len()],
        }
    }

    /// Takes one fact of the entity at hand.
    pub fn take(&self, tally: &mut Tally, fact: &Fact) {
        let held = self.cutoffs.iter().filter(|last| fact.day > **last).count();
        let row = usize::from(fact.kind.number()) * CLASSES + fact.class as usize;
        let place = row * (self.cutoffs.len() + 1) + held;
        let group = self.groups.get(place).copied().unwrap_or_default();
        let group = if fact.weighs(self.day) { group } else { 0 };
        add(&mut tally.cells, group, fact.amount, fact.day);
    }

    /// Takes facts of the entity at hand, column by column. A kind or class that does not exist
    /// weighs nothing: the reader of a file refuses it before.
    pub fn take_run(&self, tally: &mut Tally, run: Run<'_>) {
        match self.cutoffs.len() {
            0 => self.take_windows::<0>(tally, run),
            1 => self.take_windows::<1>(tally, run),
            2 => self.take_windows::<2>(tally, run),
            3 => self.take_windows::<3>(tally, run),
            4 => self.take_windows::<4>(tally, run),
            _ => self.take_any(tally, run),
        }
    }

    /// With the number of windows known, the loop over them disappears.
    fn take_windows<const WINDOWS: usize>(&self, tally: &mut Tally, run: Run<'_>) {
        let Some(cutoffs) = self.cutoffs.first_chunk::<WINDOWS>() else {
            return;
        };
        self.take_columns(tally, run, |day| {
            cutoffs.iter().map(|last| usize::from(day > *last)).sum()
        });
    }

    fn take_any(&self, tally: &mut Tally, run: Run<'_>) {
        self.take_columns(tally, run, |day| {
            self.cutoffs.iter().filter(|last| day > **last).count()
        });
    }

    #[inline]
    fn take_columns(&self, tally: &mut Tally, run: Run<'_>, held: impl Fn(i32) -> usize) {
        let width = self.cutoffs.len() + 1;
        let when = run.day.iter().zip(run.known).zip(run.gone);
        let what = run.kind.iter().zip(run.class).zip(run.amount);
        for (((kind, class), amount), ((day, known), gone)) in what.zip(when) {
            let weighs = (*day <= self.day) & (*known <= self.day) & (*gone > self.day);
            // A negative number becomes a place that no table has.
            let row = (*kind as u32 as usize)
                .wrapping_mul(CLASSES)
                .wrapping_add((*class as u32 as usize) & (CLASSES - 1));
            let place = row.wrapping_mul(width).wrapping_add(held(*day));
            let group = self.groups.get(place).copied().unwrap_or_default();
            let group = if weighs { group } else { 0 };
            add(&mut tally.cells, group, *amount, *day);
        }
    }

    /// Closes the entity at hand: its indicators stand in the tally, which is empty again.
    ///
    /// `stated` as for [`super::indicators`].
    pub fn close(&self, tally: &mut Tally, stated: &[i64]) -> Graded {
        let mut stated = stated.iter().copied();
        for (gather, out) in self.gathers.iter().zip(&mut tally.indicators) {
            *out = match gather {
                Gather::Stated => stated.next().unwrap_or_default(),
                _ => gather.value(&tally.cells, self.day),
            };
        }
        tally.cells.fill(EMPTY);
        grade(&self.scale, &tally.indicators)
    }

    /// One entity from its facts.
    pub fn grade(&self, tally: &mut Tally, facts: &[Fact], stated: &[i64]) -> Graded {
        for fact in facts {
            self.take(tally, fact);
        }
        self.close(tally, stated)
    }
}

#[inline]
fn add(cells: &mut [Cell], group: u16, amount: i64, day: i32) {
    if let Some(cell) = cells.get_mut(usize::from(group)) {
        cell.count = cell.count.wrapping_add(1);
        cell.amount = cell.amount.saturating_add(amount);
        cell.days = cell.days.wrapping_add(i64::from(day));
        cell.latest = cell.latest.max(i64::from(day));
    }
}

impl Gather {
    fn value(&self, cells: &[Cell], day: i32) -> i64 {
        let cell = |group: &u16| cells.get(usize::from(*group)).copied().unwrap_or(EMPTY);
        match self {
            Self::Count(groups) => groups.iter().map(|group| cell(group).count).sum(),
            Self::Sum(groups) => groups
                .iter()
                .fold(0, |sum: i64, group| sum.saturating_add(cell(group).amount)),
            Self::Worst(groups) => {
                let seen = groups.iter().filter(|(group, _)| cell(group).count > 0);
                seen.map(|(_, class)| *class).max().unwrap_or_default()
            }
            Self::Since(groups) => {
                let latest = groups.iter().map(|group| cell(group).latest).max();
                let latest = latest.filter(|latest| *latest > i64::MIN);
                latest.map_or(-1, |latest| i64::from(day) - latest)
            }
            Self::Fading(groups, last) => {
                let left = groups.iter().map(cell);
                left.map(|cell| cell.days - cell.count * last).sum()
            }
            Self::Stated => 0,
        }
    }
}

/// The groups while they are found: one set of indicators each, with a class where it matters.
struct Sorted<'a> {
    scale: &'a Scale,
    cutoffs: &'a [i32],
    /// Of each indicator: the last day before its window.
    lasts: Vec<i32>,
    /// Of group 1, 2, …: the indicators that take its facts, and the class if one asks for the worst.
    kinds: Vec<(Vec<usize>, Option<Class>)>,
}

impl<'a> Sorted<'a> {
    fn new(scale: &'a Scale, day: i32, cutoffs: &'a [i32]) -> Self {
        let filters = scale.indicators.iter().map(|one| one.value.filter());
        let lasts = filters.map(|filter| cutoff(day, filter.and_then(|filter| filter.months)));
        Self {
            scale,
            cutoffs,
            lasts: lasts.collect(),
            kinds: Vec::new(),
        }
    }

    fn place_all(&mut self) -> Vec<u16> {
        let mut groups = Vec::new();
        for kind in Kind::ALL {
            for class in Class::ALL {
                for held in 0..=self.cutoffs.len() {
                    groups.push(self.place(kind, class, held));
                }
            }
        }
        groups
    }

    /// Group of facts that `held` windows hold; the windows with the latest cut-offs are the last.
    fn place(&mut self, kind: Kind, class: Class, held: usize) -> u16 {
        let only = Kinds::default().with(kind);
        let takes = |filter: &Filter, last: &i32| {
            let inside = self.cutoffs.iter().take(held).any(|held| held == last);
            filter.kinds.0 & only.0 != 0
                && (filter.from..=filter.to).contains(&class)
                && (filter.months.is_none() || inside)
        };
        let values = self.scale.indicators.iter().map(|one| &one.value);
        let takers: Vec<usize> = values
            .zip(&self.lasts)
            .enumerate()
            .filter(|(_, (value, last))| value.filter().is_some_and(|filter| takes(filter, last)))
            .map(|(place, _)| place)
            .collect();
        if takers.is_empty() {
            return 0;
        }
        let worst = |place: &usize| {
            let one = self.scale.indicators.get(*place);
            one.is_some_and(|one| matches!(one.value, Value::Worst(_)))
        };
        let class = takers.iter().any(worst).then_some(class);
        self.find((takers, class))
    }

    fn find(&mut self, kind: (Vec<usize>, Option<Class>)) -> u16 {
        let place = self.kinds.iter().position(|known| *known == kind);
        let place = place.unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        u16::try_from(place + 1).unwrap_or_default()
    }

    fn gather(&self, indicator: usize, value: &Value, day: i32) -> Gather {
        let groups = (1u16..).zip(&self.kinds);
        let taken = groups.filter(|(_, (takers, _))| takers.contains(&indicator));
        let numbers = |taken: Vec<(u16, i64)>| taken.into_iter().map(|(group, _)| group).collect();
        let taken: Vec<(u16, i64)> = taken
            .map(|(group, (_, class))| (group, class.map_or(0, |class| class as i64)))
            .collect();
        match value {
            Value::Count(_) => Gather::Count(numbers(taken)),
            Value::Sum(_) => Gather::Sum(numbers(taken)),
            Value::Worst(_) => Gather::Worst(taken),
            Value::Since(_) => Gather::Since(numbers(taken)),
            Value::Fading(filter) if filter.months.is_none() => Gather::Count(Vec::new()),
            Value::Fading(filter) => {
                let last = i64::from(cutoff(day, filter.months));
                Gather::Fading(numbers(taken), last)
            }
            Value::Stated => Gather::Stated,
        }
    }
}
