//! Sources: the tables others hand in, read from the texts of `sources/`.

use domain::intake::{Plan, Spec};
use domain::screening::Freshness;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All sources of a pack, compiled, by name.
#[derive(Debug, Default)]
pub struct Sources {
    plans: BTreeMap<String, Arc<Plan>>,
    /// Names of the public columns of each, as JSON.
    shown: BTreeMap<String, Arc<str>>,
}

/// Reads one `table.toml`.
///
/// # Errors
/// Every fault of the text, in English: it is read by whoever writes sources, not by clerks.
pub fn read(text: &str) -> Result<Plan, Vec<String>> {
    let spec: Spec = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
    Plan::compile(spec)
}

fn names(spec: &Spec) -> String {
    let names: Vec<&str> = spec.public().map(|column| column.name.as_str()).collect();
    serde_json::json!(names).to_string()
}

impl Sources {
    /// Reads the sources of a folder, given as names and texts of their `table.toml`.
    ///
    /// # Errors
    /// All faults of all sources at once, each with its folder.
    pub fn read<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<String>> {
        let mut sources = Self::default();
        let mut faults = Vec::new();
        for (folder, text) in texts {
            match read(text) {
                Ok(plan) if plan.spec().source.name == folder => {
                    let shown = names(plan.spec()).into();
                    sources.shown.insert(folder.to_owned(), shown);
                    sources.plans.insert(folder.to_owned(), Arc::new(plan));
                }
                Ok(plan) => {
                    let name = &plan.spec().source.name;
                    faults.push(format!(
                        "sources/{folder}: the source calls itself `{name}`"
                    ));
                }
                Err(found) => {
                    faults.extend(
                        found
                            .iter()
                            .map(|fault| format!("sources/{folder}: {fault}")),
                    );
                }
            }
        }
        if faults.is_empty() {
            Ok(sources)
        } else {
            Err(faults)
        }
    }

    pub fn get(&self, name: &str) -> Option<&Arc<Plan>> {
        self.plans.get(name)
    }

    /// Chinese names of the columns the public may see, as JSON.
    pub fn shown(&self, name: &str) -> Option<&Arc<str>> {
        self.shown.get(name)
    }

    /// The source as it was stated: its columns, ranges and masks.
    pub fn spec(&self, name: &str) -> Option<&Spec> {
        self.get(name).map(|plan| plan.spec())
    }

    /// How fresh each table is on `day`. The editions of one family are one table: the last edition
    /// stands for it, and a delivery in any of them counts. What never came is stale.
    pub fn freshness(&self, delivered: &BTreeMap<String, Date>, day: Date) -> Vec<Freshness> {
        let mut families: BTreeMap<&str, (&Spec, Option<Date>)> = BTreeMap::new();
        for spec in self.iter().map(|plan| plan.spec()) {
            let last = delivered.get(&spec.source.name).copied();
            let family = families.entry(&spec.source.family).or_insert((spec, last));
            *family = (spec, family.1.max(last));
        }
        let fresh = families.into_values().map(|(spec, delivered)| {
            let allowed = i32::from(spec.source.stale_days);
            let late = |last: Date| day.since(last).map_or(true, |age| age.get_days() > allowed);
            let (source, title) = (spec.source.name.clone(), spec.source.title.clone());
            Freshness {
                source,
                title,
                delivered,
                stale: delivered.is_none_or(late),
            }
        });
        fresh.collect()
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.plans.values()
    }

    /// The edition a header follows, among those of the named source's family: a complete one
    /// before an incomplete one, then the one that knows most columns, then the named one.
    pub fn detect(&self, name: &str, header: &[String]) -> Option<&Arc<Plan>> {
        let named = self.get(name)?;
        let family = &named.spec().source.family;
        let rank = |plan: &Arc<Plan>| {
            let (known, complete) = plan.fit(header);
            (complete, known, Arc::ptr_eq(plan, named))
        };
        self.iter()
            .filter(|plan| plan.spec().source.family == *family)
            .max_by_key(|plan| rank(plan))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, family: &str, columns: &[&str]) -> String {
        let head = format!(
            "[source]\nname = '{name}'\ntitle = '甲'\nact = 'penalty'\nfamily = '{family}'\n\
             organ = '甲'\ncadence = '每日'\nstale_days = 1\nbasis = ['甲']\n"
        );
        let column =
            |code: &&str| format!("[[column]]\ncode = '{code}'\nname = '{code}名'\nneed = true\n");
        head + &columns.iter().map(column).collect::<String>()
    }

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn r27_the_header_decides_the_edition() {
        let (old, new) = (
            text("a-1", "a", &["A", "B"]),
            text("a-2", "a", &["A", "B", "C"]),
        );
        let other = text("b-1", "b", &["A", "B", "C", "D"]);
        let texts = [
            ("a-1", old.as_str()),
            ("a-2", new.as_str()),
            ("b-1", other.as_str()),
        ];
        let sources = Sources::read(texts).unwrap();
        let of = |name, names: &[&str]| {
            sources
                .detect(name, &header(names))
                .map(|plan| plan.spec().source.name.clone())
        };
        for named in ["a-1", "a-2"] {
            assert_eq!(of(named, &["B", "A*"]).as_deref(), Some("a-1"));
            assert_eq!(
                of(named, &["（A名）", " Ｂ ", "C名", "D"]).as_deref(),
                Some("a-2")
            );
            assert_eq!(of(named, &["X"]).as_deref(), Some(named));
        }
        assert_eq!(of("c", &["A"]), None);
    }

    #[test]
    fn a_table_is_stale_when_no_edition_of_it_came_in_time() {
        let (old, new) = (text("a-1", "a", &["A"]), text("a-2", "a", &["A"]));
        let sources = Sources::read([("a-1", old.as_str()), ("a-2", new.as_str())]).unwrap();
        let date = jiff::civil::date;
        let of = |delivered: &[(&str, Date)]| {
            let delivered = delivered
                .iter()
                .map(|(name, day)| ((*name).to_owned(), *day))
                .collect();
            sources
                .freshness(&delivered, date(2026, 5, 12))
                .into_iter()
                .map(|f| (f.source, f.stale))
                .collect::<Vec<_>>()
        };
        let table = |stale| vec![("a-2".to_owned(), stale)];
        assert_eq!(of(&[]), table(true));
        assert_eq!(of(&[("a-1", date(2026, 5, 11))]), table(false));
        assert_eq!(
            of(&[("a-1", date(2025, 5, 11)), ("a-2", date(2026, 5, 10))]),
            table(true)
        );
    }

    #[test]
    fn reports_every_fault_of_every_source() {
        let twice = text("a", "a", &["A", "A"]);
        let wrong = text("b", "b", &["A"])
            .replace("need = true", "need_if = { Z = ['x'] }\nmin = 2\nmax = 1");
        let faults = Sources::read([
            ("a", twice.as_str()),
            ("b", &wrong),
            ("c", "x"),
            ("d", &twice),
        ]);
        let faults = faults.unwrap_err();
        for part in [
            "sources/a: two columns are called",
            "there is no column `Z`",
            "`min` is greater",
            "sources/c",
        ] {
            assert!(
                faults.iter().any(|fault| fault.contains(part)),
                "{part}: {faults:?}"
            );
        }
    }
}
