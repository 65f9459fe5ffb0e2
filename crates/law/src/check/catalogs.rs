//! Catalogs: rows that fit together, and nothing on them that may not be gathered or decided.

use super::Whole;
use crate::catalog::{self, Commitment, Matter, Usage};
use crate::finding::{Remark, Topic};
use crate::rule::Says;
use crate::statute::Rank;
use std::collections::BTreeSet;

/// Nothing has two rows, and no code two forms.
pub(super) fn unique(whole: &Whole) -> Vec<Remark> {
    let catalogs = &whole.catalogs;
    let forms = catalogs.forms.iter();
    let pairs = forms.flat_map(|form| &form.pairs).cloned().collect();
    let versions = catalogs.sets.iter();
    let versions = versions.map(|set| format!("{} {}", set.word, set.version));
    let matters = catalogs.matters.iter().map(|row| row.code.clone());
    let commitments = catalogs.commitments.iter().map(|row| row.code.clone());
    let forms = catalogs.forms.iter().map(|row| row.word.clone());
    let notices = catalogs.notices.iter().map(|row| row.word.clone());
    let columns: [(&str, Vec<String>); 6] = [
        (catalog::FORMS, forms.collect()),
        (catalog::FORMS, pairs),
        (catalog::SETS, versions.collect()),
        (catalog::MATTERS, matters.collect()),
        (catalog::COMMITMENTS, commitments.collect()),
        (catalog::NOTICES, notices.collect()),
    ];
    let twice = columns.into_iter().flat_map(|(file, words)| {
        let twice = repeated(words).into_iter();
        twice.map(move |word| Remark::unreadable(file, 1, format!("`{word}` 列了两次")))
    });
    let empty = catalogs.forms.iter().enumerate();
    let empty = empty.filter(|(_, form)| form.pairs.is_empty() != form.natural);
    let empty = empty.map(|(place, form)| {
        let message = format!("主体类型 `{}`：自然人不写代码前两位，其他的须写", form.word);
        Remark::unreadable(
            catalog::FORMS,
            catalogs.line(catalog::FORMS, place),
            message,
        )
    });
    twice.chain(empty).collect()
}

fn repeated(words: Vec<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let twice = words.into_iter().filter(|word| !seen.insert(word.clone()));
    twice.collect()
}

/// Nothing is gathered outside the base catalogue, and nothing the law keeps from everybody (R26).
pub(super) fn sets(whole: &Whole) -> Vec<Remark> {
    let catalogs = &whole.catalogs;
    let mut found = Vec::new();
    for (place, class) in catalogs.classes.iter().enumerate() {
        let rank = whole.rank(&class.basis());
        if rank.is_some_and(|rank| !catalog::base_rank(class, rank)) {
            let level = class.level.name();
            let message = format!("“{}”的依据层级不符：{level}目录", class.name);
            let line = catalogs.line(catalog::BASE, place);
            found.push(Remark::fault(catalog::BASE, line, Topic::Rank, message));
        }
    }
    for (place, set) in catalogs.sets.iter().enumerate() {
        let line = catalogs.line(catalog::SETS, place);
        let mut report = |topic, message: String| {
            let message = format!("数据集 `{}`：{message}", set.word);
            found.push(Remark::fault(catalog::SETS, line, topic, message));
        };
        if !catalogs.classes.iter().any(|class| class.word == set.class) {
            let message = format!(
                "类别 `{}` 不在公共信用信息基础目录和本地补充目录中",
                set.class
            );
            report(Topic::Forbidden, message);
        }
        for text in forbidden(whole, set) {
            report(Topic::Forbidden, format!("“{text}”属于禁止归集的个人信息"));
        }
        for fault in set.faults() {
            report(Topic::Unreadable, fault);
        }
    }
    found
}

fn forbidden<'a>(whole: &'a Whole, set: &catalog::DataSet) -> BTreeSet<&'a str> {
    let fields = set.fields.iter().map(|field| &field.name);
    let names: Vec<&String> = std::iter::once(&set.name).chain(fields).collect();
    let kinds = whole.catalogs.forbidden.iter();
    kinds
        .flat_map(|kind| names.iter().filter_map(|name| kind.within(name)))
        .collect()
}

/// A notice can be filled and sent as it stands.
pub(super) fn notices(whole: &Whole) -> Vec<Remark> {
    let catalogs = &whole.catalogs;
    let rows = catalogs.notices.iter().enumerate();
    let faults = rows.flat_map(|(place, row)| {
        let line = catalogs.line(catalog::NOTICES, place);
        let faults = catalog::notice::faults(row).into_iter();
        faults.map(move |text| {
            let message = format!("告知模板 `{}`：{text}", row.word);
            Remark::unreadable(catalog::NOTICES, line, message)
        })
    });
    faults.collect()
}

/// Matters refuse only by an article that says so; commitments are complete and not excluded.
pub(super) fn matters(whole: &Whole) -> Vec<Remark> {
    let catalogs = &whole.catalogs;
    let matters = catalogs.matters.iter().enumerate();
    let matters = matters.flat_map(|(place, matter)| {
        let line = catalogs.line(catalog::MATTERS, place);
        let faults = matter_faults(whole, matter).into_iter();
        faults.map(move |(topic, message)| {
            let message = format!("事项 `{}`：{message}", matter.code);
            Remark::fault(catalog::MATTERS, line, topic, message)
        })
    });
    let commitments = catalogs.commitments.iter().enumerate();
    let commitments = commitments.flat_map(|(place, row)| {
        let line = catalogs.line(catalog::COMMITMENTS, place);
        let faults = commitment_faults(whole, row).into_iter();
        faults.map(move |(topic, message)| {
            let message = format!("承诺事项 `{}`：{message}", row.code);
            Remark::fault(catalog::COMMITMENTS, line, topic, message)
        })
    });
    matters.chain(commitments).collect()
}

fn matter_faults(whole: &Whole, matter: &Matter) -> Vec<(Topic, String)> {
    let known = |word: &String| whole.catalogs.sets.iter().any(|set| set.word == *word);
    let sets = matter.sets.iter().filter(|word| !known(word));
    let sets = sets.map(|word| (Topic::Dangling, format!("数据集 `{word}` 不在封闭目录中")));
    usage_fault(whole, matter).into_iter().chain(sets).collect()
}

/// A result is for reference, unless an article of sufficient rank says more (R45).
fn usage_fault(whole: &Whole, matter: &Matter) -> Option<(Topic, String)> {
    let usage = matter.usage.name();
    let Some(effect) = matter.effect() else {
        let message = format!("没有依据 `effect`，查询结果只能供参考（reference），不能“{usage}”");
        return (matter.usage != Usage::Reference).then_some((Topic::Forbidden, message));
    };
    if matter.usage == Usage::Reference {
        return Some((Topic::Conflict, "结果供参考的事项不写 `effect`".to_owned()));
    }
    let rank = whole.rank(&effect)?;
    let enough = rank.binding() || rank == Rank::LocalRegulation;
    let message = format!("{}不能作为“{usage}”的依据", rank.name());
    (!enough).then_some((Topic::Rank, message))
}

fn commitment_faults(whole: &Whole, row: &Commitment) -> Vec<(Topic, String)> {
    let faults = row.faults().into_iter();
    let faults = faults.map(|text| (Topic::Forbidden, text.to_owned()));
    let bar = row.excluded.iter().filter(|key| !barred(whole, key));
    let bar = bar.map(|key| {
        let message = format!("`excluded` 所指 `{key}` 不是 commitment.excluded 规则所列的情形");
        (Topic::Dangling, message)
    });
    faults.chain(bar).collect()
}

fn barred(whole: &Whole, key: &str) -> bool {
    let mut rules = whole.rules.iter();
    whole.lost_rule
        || rules.any(|rule| match &rule.says {
            Says::Conditions(says) if rule.id == "commitment.excluded" => {
                says.bars.iter().any(|bar| &*bar.key == key)
            }
            _ => false,
        })
}
