//! A scale (评价规则): what is counted, how many points it gives, where the grades begin (R58).

use super::{Says, Subject, When, whole};
use crate::answer::Own;
use crate::fields::Fields;
use domain::basis::Basis;
use domain::grade::{
    Class, Cut, Filter, Floor, Indicator, Item, Kind, Kinds, Points, Scale, Value,
};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIndicator {
    id: String,
    name: String,
    count: Option<WrittenFilter>,
    sum: Option<WrittenFilter>,
    worst: Option<WrittenFilter>,
    since: Option<WrittenFilter>,
    fading: Option<WrittenFilter>,
    #[serde(default)]
    stated: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFilter {
    kinds: Vec<Kind>,
    from: Option<Class>,
    to: Option<Class>,
    months: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    id: String,
    name: String,
    each: Option<Each>,
    steps: Option<Steps>,
    share: Option<Share>,
    faded: Option<Faded>,
    unless: Option<String>,
    article: String,
    statute: Option<String>,
    checked: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    of: String,
    points: i32,
    most: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    of: String,
    at: Vec<(i64, i32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    part: String,
    whole: String,
    times: i32,
    least: i64,
    each: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faded {
    of: String,
    each: i32,
    window: i32,
    most: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCut {
    word: String,
    name: String,
    least: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFloor {
    name: String,
    of: String,
    least: i64,
    grade: String,
    article: String,
    statute: Option<String>,
    checked: Option<Date>,
}

// Every key is taken before the first `?`, so that one fault does not hide the others.
pub(super) fn read(when: When, basis: &Basis, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let id = fields.need("scale");
    let name = fields.need("name");
    let (start, least, most) = (
        fields.need("start"),
        fields.need("least"),
        fields.need("most"),
    );
    let valid = fields.take("valid");
    let valid = whole("valid", valid, fields);
    let indicators: Option<Vec<WrittenIndicator>> = fields.some("indicators");
    let items: Option<Vec<WrittenItem>> = fields.some("items");
    let cuts: Option<Vec<WrittenCut>> = fields.some("cuts");
    let floors: Vec<WrittenFloor> = fields.take("floors").unwrap_or_default();
    if when.form.is_empty() {
        fields.report("when", "`when` 缺少 `form`");
    }
    let mut reading = Reading { basis, fields };
    let indicators = reading.indicators(indicators?);
    let items = reading.items(items?, &indicators);
    let cuts = reading.cuts(cuts?);
    let floors = reading.floors(floors, &indicators, &cuts);
    let scale = Scale {
        id: id?,
        name: name?,
        start: start?,
        least: least?,
        most: most?,
        indicators,
        items,
        cuts,
        floors,
        basis: basis.clone(),
    };
    if !(scale.least..=scale.most).contains(&scale.start) {
        fields.report("start", "`start` 须在 `least` 和 `most` 之间");
    }
    let subject = Subject::Scale {
        sector: when.sector,
        forms: when.form,
    };
    Some((subject, Says::Scale(Arc::new(scale), valid)))
}

/// A scale while its parts are read one after the other.
struct Reading<'a, 'b> {
    basis: &'a Basis,
    fields: &'a mut Fields<'b>,
}

impl Reading<'_, '_> {
    fn indicators(&mut self, written: Vec<WrittenIndicator>) -> Vec<Indicator> {
        let mut read: Vec<Indicator> = Vec::new();
        for one in written {
            if read.iter().any(|known| known.id == one.id) {
                self.fields
                    .report("indicators", format!("指标 `{}` 列了两次", one.id));
            }
            read.extend(self.indicator(one));
        }
        read
    }

    fn indicator(&mut self, written: WrittenIndicator) -> Option<Indicator> {
        let id = written.id;
        let sign =
            |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
        if !id.bytes().all(sign) || !id.starts_with(|first: char| first.is_ascii_lowercase()) {
            let message = format!("指标 `{id}` 只能用小写字母、数字和下划线，以字母开头");
            self.fields.report("indicators", message);
        }
        let filters = [
            written.count.map(|filter| Value::Count(filter.read())),
            written.sum.map(|filter| Value::Sum(filter.read())),
            written.worst.map(|filter| Value::Worst(filter.read())),
            written.since.map(|filter| Value::Since(filter.read())),
            written.fading.map(|filter| Value::Fading(filter.read())),
            written.stated.then_some(Value::Stated),
        ];
        let value = self.one("indicators", &id, filters.into_iter().flatten())?;
        if let Some(fault) = filter_fault(&value) {
            self.fields
                .report("indicators", format!("指标 `{id}`{fault}"));
        }
        Some(Indicator {
            id,
            name: written.name,
            value,
        })
    }

    fn items(&mut self, written: Vec<WrittenItem>, indicators: &[Indicator]) -> Vec<Item> {
        let mut read: Vec<Item> = Vec::new();
        for one in written {
            if read.iter().any(|known| known.id == one.id) {
                self.fields
                    .report("items", format!("计分项 `{}` 列了两次", one.id));
            }
            read.extend(self.item(one, indicators));
        }
        read
    }

    fn item(&mut self, written: WrittenItem, indicators: &[Indicator]) -> Option<Item> {
        let own = Own {
            article: Some(written.article),
            statute: written.statute,
            checked: written.checked,
        };
        let id = written.id;
        let unless = match written.unless {
            None => None,
            Some(word) => Some(self.place("items", &id, &word, indicators)?),
        };
        let each = written.each.map(|each| self.each(&id, each, indicators));
        let steps = written
            .steps
            .map(|steps| self.steps(&id, steps, indicators));
        let share = written
            .share
            .map(|share| self.share(&id, &share, indicators));
        let faded = written
            .faded
            .map(|faded| self.faded(&id, &faded, indicators));
        let ways = [each, steps, share, faded];
        let points = self.one("items", &id, ways.into_iter().flatten())??;
        Some(Item {
            id,
            name: written.name,
            points,
            unless,
            basis: own.basis(self.basis),
        })
    }

    fn each(&mut self, id: &str, each: Each, indicators: &[Indicator]) -> Option<Points> {
        if each.most < 1 {
            self.fields
                .report("items", format!("计分项 `{id}` 的 `most` 须大于零"));
        }
        Some(Points::Each {
            of: self.place("items", id, &each.of, indicators)?,
            each: each.points,
            most: each.most,
        })
    }

    fn steps(&mut self, id: &str, steps: Steps, indicators: &[Indicator]) -> Option<Points> {
        let rising = steps.at.is_sorted_by(|one, next| one.0 < next.0);
        if steps.at.is_empty() || !rising {
            self.fields.report(
                "items",
                format!("计分项 `{id}` 的 `at` 须逐级增大，且不为空"),
            );
        }
        Some(Points::Steps {
            of: self.place("items", id, &steps.of, indicators)?,
            steps: steps.at,
        })
    }

    fn share(&mut self, id: &str, share: &Share, indicators: &[Indicator]) -> Option<Points> {
        Some(Points::Share {
            part: self.place("items", id, &share.part, indicators)?,
            whole: self.place("items", id, &share.whole, indicators)?,
            times: share.times,
            least: share.least,
            each: share.each,
        })
    }

    fn faded(&mut self, id: &str, faded: &Faded, indicators: &[Indicator]) -> Option<Points> {
        let of = self.place("items", id, &faded.of, indicators)?;
        let fading = |one: &Indicator| matches!(one.value, Value::Fading(_));
        if !indicators.get(of).is_some_and(fading) {
            self.fields.report(
                "items",
                format!("计分项 `{id}` 的 `faded` 须用 fading 指标"),
            );
        }
        if faded.window < 1 || faded.most < 0 {
            self.fields.report(
                "items",
                format!("计分项 `{id}` 的 `window` 须大于零，`most` 不得小于零"),
            );
        }
        Some(Points::Faded {
            of,
            each: faded.each,
            window: faded.window,
            most: faded.most,
        })
    }

    fn cuts(&mut self, written: Vec<WrittenCut>) -> Vec<Cut> {
        if written.len() < 2 || !written.is_sorted_by(|one, next| one.least > next.least) {
            self.fields
                .report("cuts", "等级线 `cuts` 至少两级，须从高到低");
        }
        if let Some(word) = super::twice(written.iter().map(|cut| cut.word.as_str())) {
            self.fields.report("cuts", format!("等级 {word} 列了两次"));
        }
        let cut = |written: WrittenCut| Cut {
            word: written.word,
            name: written.name,
            least: written.least,
        };
        written.into_iter().map(cut).collect()
    }

    fn floors(
        &mut self,
        written: Vec<WrittenFloor>,
        indicators: &[Indicator],
        cuts: &[Cut],
    ) -> Vec<Floor> {
        let floors = written.into_iter();
        floors
            .filter_map(|one| self.floor(one, indicators, cuts))
            .collect()
    }

    fn floor(
        &mut self,
        written: WrittenFloor,
        indicators: &[Indicator],
        cuts: &[Cut],
    ) -> Option<Floor> {
        let of = self.place("floors", &written.name, &written.of, indicators)?;
        let Some(grade) = cuts.iter().position(|cut| cut.word == written.grade) else {
            let message = format!("“{}”的等级 {} 不在 `cuts` 中", written.name, written.grade);
            self.fields.report("floors", message);
            return None;
        };
        let own = Own {
            article: Some(written.article),
            statute: written.statute,
            checked: written.checked,
        };
        Some(Floor {
            name: written.name,
            of,
            least: written.least,
            grade,
            basis: own.basis(self.basis),
        })
    }

    /// The place of an indicator.
    fn place(&mut self, key: &str, of: &str, word: &str, known: &[Indicator]) -> Option<usize> {
        let place = known.iter().position(|indicator| indicator.id == word);
        if place.is_none() {
            self.fields
                .report(key, format!("`{of}` 所用的指标 `{word}` 没有定义"));
        }
        place
    }

    /// The only one of several ways to write a thing.
    fn one<T>(&mut self, key: &str, id: &str, mut ways: impl Iterator<Item = T>) -> Option<T> {
        let first = ways.next();
        if first.is_none() || ways.next().is_some() {
            self.fields
                .report(key, format!("`{id}` 须恰有一种写法，多写、不写都不行"));
        }
        first
    }
}

impl WrittenFilter {
    fn read(self) -> Filter {
        let kinds = self.kinds.into_iter().fold(Kinds::default(), Kinds::with);
        Filter {
            kinds,
            from: self.from.unwrap_or(Class::Unclassed),
            to: self.to.unwrap_or(Class::Serious),
            months: self.months,
        }
    }
}

fn filter_fault(value: &Value) -> Option<&'static str> {
    let filter = match value {
        Value::Stated => return None,
        Value::Fading(filter) if filter.months.is_none() => return Some("须写明 `months`"),
        Value::Count(filter)
        | Value::Sum(filter)
        | Value::Worst(filter)
        | Value::Since(filter)
        | Value::Fading(filter) => filter,
    };
    if filter.kinds == Kinds::default() {
        return Some("的 `kinds` 不能为空");
    }
    if filter.months == Some(0) {
        return Some("的 `months` 须大于零");
    }
    (filter.from > filter.to).then_some("的 `from` 高于 `to`")
}
