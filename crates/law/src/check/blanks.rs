//! Blank forms: each belongs to a matter, and each matter that takes commitments has its own (R24).

use super::Whole;
use crate::catalog;
use crate::finding::{Remark, Topic};

pub(super) fn blanks(whole: &Whole) -> Vec<Remark> {
    let mut found = strays(whole);
    found.extend(overlaps(whole));
    found.extend(missing(whole));
    found
}

/// A form of a matter nobody published.
fn strays(whole: &Whole) -> Vec<Remark> {
    let known = |code: &str| {
        let mut rows = whole.catalogs.commitments.iter();
        rows.any(|row| row.code == code)
    };
    let strays = whole.blanks.iter().filter(|blank| !known(&blank.code));
    let strays = strays.map(|blank| {
        let message = format!("承诺事项 `{}` 不在承诺目录中", blank.code);
        Remark::fault(&blank.file, 1, Topic::Dangling, message)
    });
    strays.collect()
}

/// On no day is it open which edition is to be signed.
fn overlaps(whole: &Whole) -> Vec<Remark> {
    let mut found = Vec::new();
    for (place, blank) in whole.blanks.iter().enumerate() {
        let later = whole.blanks.iter().skip(place + 1);
        let same = later.filter(|other| other.code == blank.code && other.overlaps(blank));
        found.extend(same.map(|other| {
            let message = format!("与 {} 同一天都是现行版本，旧版须写明 `until`", other.file);
            Remark::fault(&blank.file, 1, Topic::Overlap, message)
        }));
    }
    found
}

/// Without its form a matter cannot be used: the paper has to name the edition that was signed.
fn missing(whole: &Whole) -> Vec<Remark> {
    let rows = whole.catalogs.commitments.iter().enumerate();
    let missing = rows.filter(|(_, row)| row.on && whole.blank(&row.code, &row.form).is_none());
    let missing = missing.map(|(place, row)| {
        let line = whole.catalogs.line(catalog::COMMITMENTS, place);
        let (code, form) = (&row.code, &row.form);
        let message = format!("承诺事项 `{code}` 没有现行版本 `{form}` 的承诺书文本");
        Remark::fault(catalog::COMMITMENTS, line, Topic::Dangling, message)
    });
    missing.collect()
}
