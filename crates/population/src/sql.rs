//! The same scale as SQL for an engine that is already there.
//!
//! Whole numbers only, and the same whole numbers: sums are cast back from the wider types some
//! engines give them, division rounds towards zero, windows are day numbers computed here.
//! Amounts so large that a sum leaves 64 bits are an error in SQL, where ours stop at the end.

use domain::grade::{Filter, Item, Kind, Plan, Points, Scale, Value, day_number};
use jiff::civil::Date;
use std::fmt::Write;

/// A family of engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL and what descends from it.
    Postgres,
    DuckDb,
    Spark,
}

impl Dialect {
    pub const ALL: [Self; 3] = [Self::Postgres, Self::DuckDb, Self::Spark];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    fn quoted(self, id: &str) -> String {
        match self {
            Self::Postgres | Self::DuckDb => format!("\"{}\"", id.replace('"', "\"\"")),
            Self::Spark => format!("`{}`", id.replace('`', "``")),
        }
    }

    /// `of / by`, rounded towards zero; NULL by 0.
    fn divided(self, of: &str, by: &str) -> String {
        match self {
            Self::Postgres => format!("({of}) / nullif({by}, 0)"),
            Self::DuckDb => format!("({of}) // nullif({by}, 0)"),
            Self::Spark => format!("({of}) div nullif({by}, 0)"),
        }
    }
}

/// What stands after `from`: names of tables, or calls such as `read_parquet('fact/*.parquet')`.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Columns `entity kind class amount day known gone`.
    pub fact: &'a str,
    /// Columns `entity code` and one for each stated indicator, by its id.
    pub entity: &'a str,
}

impl Default for Tables<'_> {
    fn default() -> Self {
        Self {
            fact: "fact",
            entity: "entity",
        }
    }
}

/// The scale as one query over the tables `fact` and `entity`.
///
/// It gives one row for each entity: `entity`, `code`, every indicator by its id, `score` and `grade`
/// (the place of the grade, 0 the best).
pub fn sql(scale: &Scale, dialect: Dialect, as_of: Date) -> String {
    sql_over(scale, dialect, as_of, Tables::default())
}

/// The same over other tables.
pub fn sql_over(scale: &Scale, dialect: Dialect, as_of: Date, tables: Tables<'_>) -> String {
    let query = Query {
        scale,
        dialect,
        day: day_number(as_of),
        tables,
    };
    let title = format!("-- {} {} {as_of}", scale.id, scale.name);
    [
        title.replace(char::is_control, " "),
        query.counted(),
        query.valued(),
        query.pointed(),
        query.scored(),
        query.graded(),
    ]
    .join("\n")
}

struct Query<'a> {
    scale: &'a Scale,
    dialect: Dialect,
    day: i32,
    tables: Tables<'a>,
}

impl Query<'_> {
    /// Facts that weigh, gathered by entity.
    fn counted(&self) -> String {
        let mut out = String::from("with counted as (\n  select f.entity as entity");
        for (place, one) in self.scale.indicators.iter().enumerate() {
            if let Some(sum) = self.gathered(&one.value) {
                let _ = write!(out, "\n    , {sum} as i{place}");
            }
        }
        let day = self.day;
        let _ = write!(
            out,
            "\n  from {} f\n  where f.day <= {day} and f.known <= {day} and f.gone > {day}{}\n  group by f.entity\n)",
            self.tables.fact,
            self.of_interest()
        );
        out
    }

    /// Leaves out facts that no indicator looks at, where one condition tells.
    fn of_interest(&self) -> String {
        let filters = || {
            self.scale
                .indicators
                .iter()
                .filter_map(|one| one.value.filter())
        };
        let kinds = filters().fold(0, |all, filter| all | filter.kinds.0);
        let mut out = self
            .kinds(kinds)
            .map_or(String::new(), |kinds| format!(" and {kinds}"));
        let last = filters().map(|filter| self.cutoff(filter)).min();
        if let Some(last) = last.filter(|last| *last > i32::MIN) {
            let _ = write!(out, " and f.day > {}", number(last.into()));
        }
        out
    }

    fn cutoff(&self, filter: &Filter) -> i32 {
        Plan::cutoff(self.day, filter.months)
    }

    fn kinds(&self, kinds: u16) -> Option<String> {
        let numbers = Kind::ALL.iter().map(|kind| kind.number());
        let taken: Vec<String> = numbers
            .filter(|number| kinds & 1 << number != 0)
            .map(|number| number.to_string())
            .collect();
        match taken.len() {
            0 => Some("1 = 0".to_owned()),
            all if all == Kind::ALL.len() => None,
            _ => Some(format!("f.kind in ({})", taken.join(", "))),
        }
    }

    fn condition(&self, filter: &Filter) -> String {
        let mut parts: Vec<String> = self.kinds(filter.kinds.0).into_iter().collect();
        let (from, to) = (filter.from as u8, filter.to as u8);
        if from == to {
            parts.push(format!("f.class = {from}"));
        } else if (from, to) != (0, 3) {
            parts.push(format!("f.class between {from} and {to}"));
        }
        let last = self.cutoff(filter);
        if last > i32::MIN {
            parts.push(format!("f.day > {}", number(last.into())));
        }
        if parts.is_empty() {
            parts.push("1 = 1".to_owned());
        }
        parts.join(" and ")
    }

    fn gathered(&self, value: &Value) -> Option<String> {
        let filter = value.filter()?;
        let when = format!("filter (where {})", self.condition(filter));
        let day = number(self.day.into());
        Some(match value {
            Value::Count(_) => format!("cast(count(*) {when} as bigint)"),
            Value::Sum(_) => format!("cast(sum(f.amount) {when} as bigint)"),
            Value::Worst(_) => format!("cast(max(f.class) {when} as bigint)"),
            Value::Since(_) => format!("{day} - cast(max(f.day) {when} as bigint)"),
            Value::Fading(_) if filter.months.is_none() => "cast(0 as bigint)".to_owned(),
            Value::Fading(_) => {
                let last = number(self.cutoff(filter).into());
                format!("cast(sum(cast(f.day as bigint) - {last}) {when} as bigint)")
            }
            Value::Stated => return None,
        })
    }

    /// One row for each entity, those without facts too.
    fn valued(&self) -> String {
        let mut out = String::from(", valued as (\n  select e.entity as entity, e.code as code");
        for (place, one) in self.scale.indicators.iter().enumerate() {
            let (from, none) = match one.value {
                Value::Stated => {
                    let column = self.dialect.quoted(&one.id);
                    (format!("cast(e.{column} as bigint)"), 0)
                }
                Value::Since(_) => (format!("c.i{place}"), -1),
                _ => (format!("c.i{place}"), 0),
            };
            let none = number(none);
            let _ = write!(out, "\n    , coalesce({from}, {none}) as i{place}");
        }
        let _ = write!(
            out,
            "\n  from {} e left join counted c on c.entity = e.entity\n)",
            self.tables.entity
        );
        out
    }

    fn pointed(&self) -> String {
        let mut out = String::from(", pointed as (\n  select v.*");
        for (place, item) in self.scale.items.iter().enumerate() {
            let points = self.points(item);
            let _ = write!(out, "\n    , {points} as p{place}");
        }
        out + "\n  from valued v\n)"
    }

    fn points(&self, item: &Item) -> String {
        let points = match &item.points {
            Points::Each { of, each, most } => {
                let counted = format!("least(greatest(v.i{of}, 0), {})", number((*most).into()));
                let points = format!("{} * {counted}", number((*each).into()));
                let product = i64::from(*each) * i64::from(*most);
                if i32::try_from(product).is_ok() {
                    points
                } else {
                    narrowed(&points)
                }
            }
            Points::Steps { of, steps } => stepped(*of, steps),
            Points::Share {
                part,
                whole,
                times,
                least,
                each,
            } => {
                let (times, each) = (number((*times).into()), number((*each).into()));
                let share = format!("{times} * v.i{part}");
                let share = self.dialect.divided(&share, &format!("v.i{whole}"));
                let least = number((*least).max(1));
                narrowed(&format!(
                    "case when v.i{whole} >= {least} then {share} else {each} * v.i{part} end"
                ))
            }
            Points::Faded {
                of,
                each,
                window,
                most,
            } if *window > 0 => {
                let product = format!("{} * v.i{of}", number((*each).into()));
                let points = self.dialect.divided(&product, &window.to_string());
                let most = i64::from(*most);
                let (most, least) = (number(most), number(-most));
                format!("least(greatest({points}, {least}), {most})")
            }
            Points::Faded { .. } => "0".to_owned(),
        };
        let points = item.unless.map_or(points.clone(), |of| {
            format!("case when v.i{of} > 0 then 0 else {points} end")
        });
        format!("cast({points} as bigint)")
    }

    fn scored(&self) -> String {
        let mut sum = number(self.scale.start.into());
        for place in 0..self.scale.items.len() {
            let _ = write!(sum, " + p.p{place}");
        }
        let least = number(self.scale.least.into());
        let most = number(self.scale.most.into());
        format!(
            ", scored as (\n  select p.*\n    , cast(least(greatest({sum}, {least}), {most}) as int) as total\n  from pointed p\n)"
        )
    }

    fn graded(&self) -> String {
        let mut out = String::from("select s.entity as entity, s.code as code");
        for (place, one) in self.scale.indicators.iter().enumerate() {
            let column = self.dialect.quoted(&one.id);
            let _ = write!(out, "\n  , s.i{place} as {column}");
        }
        let last = self.scale.cuts.len().saturating_sub(1);
        let mut grade = String::new();
        for (place, cut) in self.scale.cuts.iter().take(last).enumerate() {
            let least = number(cut.least.into());
            let _ = write!(grade, " when s.total >= {least} then {place}");
        }
        let mut grade = if grade.is_empty() {
            last.to_string()
        } else {
            format!("case{grade} else {last} end")
        };
        for floor in &self.scale.floors {
            let (of, least) = (floor.of, number(floor.least));
            grade = format!(
                "greatest({grade}, case when s.i{of} >= {least} then {} else 0 end)",
                floor.grade
            );
        }
        out + &format!("\n  , s.total as score\n  , cast({grade} as int) as grade\nfrom scored s")
    }
}

/// The points of the last step in order that is reached.
fn stepped(of: usize, steps: &[(i64, i32)]) -> String {
    if steps.is_empty() {
        return "0".to_owned();
    }
    let mut out = String::from("case");
    for (from, points) in steps.iter().rev() {
        let (from, points) = (number(*from), number((*points).into()));
        let _ = write!(out, " when v.i{of} >= {from} then {points}");
    }
    out + " else 0 end"
}

fn narrowed(points: &str) -> String {
    let (least, most) = (number(i32::MIN.into()), number(i32::MAX.into()));
    format!("least(greatest({points}, {least}), {most})")
}

/// A number of 64 bits that every dialect reads as one.
fn number(value: i64) -> String {
    if i32::try_from(value).is_ok_and(|value| value > i32::MIN) {
        format!("cast({value} as bigint)")
    } else {
        format!("cast('{value}' as bigint)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_dialects_are_read_back() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::read(dialect.word()), Some(dialect));
        }
        assert_eq!(Dialect::read("oracle"), None);
    }

    #[test]
    fn names_are_quoted_as_each_dialect_wants_it() {
        assert_eq!(Dialect::Spark.quoted("a`b"), "`a``b`");
        assert_eq!(Dialect::DuckDb.quoted("a\"b"), "\"a\"\"b\"");
    }
}
