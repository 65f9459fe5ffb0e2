//! How often entities of a grade are inspected (抽查比例).

use super::{Says, Subject, When, twice};
use crate::answer::Own;
use crate::fields::Fields;
use domain::basis::Basis;
use domain::inspection::Rate;
use jiff::civil::Date;
use serde::Deserialize;

/// The whole of a grade, in basis points.
const WHOLE: u16 = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    grade: String,
    least: u16,
    most: u16,
    per_year: Option<u16>,
    method: String,
    article: Option<String>,
    statute: Option<String>,
    checked: Option<Date>,
}

impl Written {
    fn read(self, rule: &Basis) -> (Rate, Basis) {
        let own = Own {
            article: self.article,
            statute: self.statute,
            checked: self.checked,
        };
        let rate = Rate {
            grade: self.grade,
            least: self.least,
            most: self.most,
            per_year: self.per_year,
            method: self.method,
        };
        (rate, own.basis(rule))
    }
}

pub(super) fn read(when: &When, basis: &Basis, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let written: Option<Vec<Written>> = fields.some("rates");
    let Some(item) = when.item else {
        fields.report("when", "`when` 缺少 `item`");
        return None;
    };
    let rates: Vec<(Rate, Basis)> = written?.into_iter().map(|one| one.read(basis)).collect();
    for fault in faults(&rates) {
        fields.report("rates", fault);
    }
    Some((Subject::Rate { item }, Says::Rates(rates)))
}

fn faults(rates: &[(Rate, Basis)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (rate, _) in rates {
        if rate.least > rate.most || rate.most > WHOLE {
            let grade = &rate.grade;
            faults.push(format!(
                "等级 {grade} 的比例须从小到大，且不超过 {WHOLE}（万分之）"
            ));
        }
    }
    for pair in rates.windows(2) {
        if let [(better, _), (worse, _)] = pair
            && !better.no_more_than(worse)
        {
            let (better, worse) = (&better.grade, &worse.grade);
            faults.push(format!(
                "等级 {better} 的检查多于等级 {worse}：等级越高，检查只能越少"
            ));
        }
    }
    let words = rates.iter().map(|(rate, _)| rate.grade.as_str());
    faults.extend(twice(words).map(|grade| format!("等级 {grade} 列了两次")));
    faults
}
