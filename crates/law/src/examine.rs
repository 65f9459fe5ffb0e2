//! The full report on a pack, for `law check`: faults, notes, counts and what was proved.

use crate::check::{self, is_anchor};
use crate::finding::{Remark, Topic, sorted};
use crate::load;
use crate::pack::{Pack, Report};
use crate::rule::{Rule, Says};
use domain::basis::Basis;
use domain::grade::{Scale, proof};
use domain::publication::Publicity;
use jiff::civil::Date;
use serde::Serialize;

/// Everything there is to say about a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Absent where the pack does not load.
    pub digest: Option<String>,
    pub report: Option<Report>,
    pub values: Option<Values>,
    /// Sorted by file and line; whether one of them keeps the pack from loading stands with it.
    pub remarks: Vec<Remark>,
    pub properties: Vec<Property>,
}

impl Examination {
    /// Whether the pack loads and every property holds.
    pub fn passed(&self) -> bool {
        let fatal = self.remarks.iter().any(|remark| remark.fatal);
        !fatal && self.properties.iter().all(|property| property.holds)
    }
}

/// How many stated values somebody compared with the statute: rules, their parts, catalog rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Values {
    pub confirmed: usize,
    pub unconfirmed: usize,
    /// Values whose article number nobody read.
    pub anchors: usize,
}

/// A property of the whole pack, and how it was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Property {
    /// The claim, in Chinese.
    pub claim: String,
    pub holds: bool,
    /// How it was proved, in Chinese.
    pub how: String,
    /// What shows that it does not hold.
    pub counterexample: Option<String>,
}

/// Examines the files of a pack, whether it loads or not.
pub fn examine(
    files: impl IntoIterator<Item = (String, String)>,
    stale: Option<Date>,
) -> Examination {
    match load::load(files) {
        Ok(pack) => pack.examine(stale),
        Err(remarks) => Examination {
            digest: None,
            report: None,
            values: None,
            remarks,
            properties: Vec::new(),
        },
    }
}

impl Pack {
    /// The full report; what was last compared before `stale` counts as stale.
    pub fn examine(&self, stale: Option<Date>) -> Examination {
        let mut remarks = check::notes(&self.whole, stale);
        let mut properties = Vec::new();
        for (rule, scale) in self.scale_rules() {
            let property = repair(scale);
            remarks.extend(
                property
                    .counterexample
                    .as_ref()
                    .map(|text| Remark::note(&rule.file, rule.line, Topic::Conflict, text.clone())),
            );
            properties.push(property);
        }
        properties.push(self.rates_fall());
        properties.push(self.effects_end());
        properties.push(self.persons_ungraded());
        Examination {
            digest: Some(self.digest().to_owned()),
            report: Some(self.check()),
            values: Some(self.values()),
            remarks: sorted(remarks),
            properties,
        }
    }

    fn scale_rules(&self) -> impl Iterator<Item = (&Rule, &Scale)> {
        self.whole.rules.iter().filter_map(|rule| match &rule.says {
            Says::Scale(scale, _) => Some((rule, &**scale)),
            _ => None,
        })
    }

    fn values(&self) -> Values {
        let mut values = Values {
            confirmed: 0,
            unconfirmed: 0,
            anchors: 0,
        };
        let mut count = |basis: &Basis| {
            values.confirmed += usize::from(basis.confirmed);
            values.unconfirmed += usize::from(!basis.confirmed);
            values.anchors += usize::from(is_anchor(&basis.article));
        };
        for rule in &self.whole.rules {
            count(&rule.own_basis());
            rule.says.bases().into_iter().for_each(&mut count);
        }
        let rows = self.whole.catalogs.cited();
        rows.iter().for_each(|row| count(&row.basis));
        values
    }

    /// Loading refuses anything else; here it is shown once more, over all rules together.
    fn rates_fall(&self) -> Property {
        let mut pairs = 0;
        let mut counterexample = None;
        for rule in &self.whole.rules {
            let Says::Rates(rates) = &rule.says else {
                continue;
            };
            for (place, (better, _)) in rates.iter().enumerate() {
                for (worse, _) in rates.iter().skip(place + 1) {
                    pairs += 1;
                    if !better.no_more_than(worse) {
                        let (file, line) = (&rule.file, rule.line);
                        let (better, worse) = (&better.grade, &worse.grade);
                        counterexample = Some(format!("{file}:{line} {better} 多于 {worse}"));
                    }
                }
            }
        }
        Property {
            claim: "等级越高，检查的比例下限、上限和频次都不会更多".to_owned(),
            holds: counterexample.is_none(),
            how: format!("穷尽比较同一规则内的每一对等级，共 {pairs} 对"),
            counterexample,
        }
    }

    fn effects_end(&self) -> Property {
        let (mut lists, mut measures, mut terms) = (0, 0, 0);
        let mut endless = Vec::new();
        for rule in &self.whole.rules {
            let ends = match &rule.says {
                Says::List(list, _) => {
                    lists += 1;
                    ends(list.max) && !list.exits.is_empty()
                }
                Says::Measure(measure) => {
                    measures += 1;
                    match measure.end {
                        domain::measure::End::After(span) => ends(span),
                        domain::measure::End::WithList => self.triggers_end(&measure.triggers),
                    }
                }
                Says::Publicity(Publicity::Shown(term)) | Says::Breach(term) => {
                    terms += 1;
                    // A term of no length is over on the day it begins.
                    jiff::civil::date(2000, 1, 1).checked_add(term.max).is_ok()
                }
                _ => true,
            };
            if !ends {
                endless.push(format!("{}:{}", rule.file, rule.line));
            }
        }
        Property {
            claim: "没有不会结束的不利后果".to_owned(),
            holds: endless.is_empty(),
            how: format!(
                "逐条查看全部 {lists} 种名单、{measures} 项措施、{terms} 条公示期限：每一条都有最长期限；随名单结束的措施，其名单都有最长期限"
            ),
            counterexample: (!endless.is_empty()).then(|| endless.join("；")),
        }
    }

    /// Whether every type of these lists has an end.
    fn triggers_end(&self, words: &[String]) -> bool {
        self.whole.rules.iter().all(|rule| match &rule.says {
            Says::List(list, _) if words.contains(&list.word) => ends(list.max),
            _ => true,
        })
    }

    fn persons_ungraded(&self) -> Property {
        let forms = self.forms().iter().filter(|form| form.natural);
        let natural: Vec<&str> = forms.map(|form| form.word.as_str()).collect();
        let mut graded = Vec::new();
        for (rule, _) in self.scale_rules() {
            let words = rule.subject.words();
            if words.split(' ').any(|word| natural.contains(&word)) {
                graded.push(format!("{}:{}", rule.file, rule.line));
            }
        }
        let scales = self.scale_rules().count();
        Property {
            claim: "自然人不评分、不评级".to_owned(),
            holds: graded.is_empty(),
            how: format!(
                "逐条查看全部 {scales} 条评价规则的适用主体；评价函数只接受统一社会信用代码"
            ),
            counterexample: (!graded.is_empty()).then(|| graded.join("；")),
        }
    }
}

fn ends(span: jiff::Span) -> bool {
    let start = jiff::civil::date(2000, 1, 1);
    start.checked_add(span).is_ok_and(|end| end > start)
}

fn repair(scale: &Scale) -> Property {
    let found = proof::worsening(scale).map(|found| found.to_string());
    Property {
        claim: format!("“{}”：不利事实失效后，得分和等级都不会变差", scale.name),
        holds: found.is_none(),
        how: "按事实的种类、程度和时间窗分组，穷尽每组失效时各指标的变化（在计分的转折点之间单调），逐一比较得分和直接判级"
            .to_owned(),
        counterexample: found,
    }
}
