//! 告知承诺事项和证明事项 (R13, R14)

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use crate::cite::span;
use law::Commitment;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let (proofs, others): (Vec<&Commitment>, Vec<&Commitment>) = source
        .law
        .commitments()
        .iter()
        .partition(|row| row.proof.is_some());
    let note = "不适用告知承诺的事项不能开通。违诺只产生所列的后果，并须经认定。";
    Sheet {
        title: "告知承诺事项".to_owned(),
        intro: "申请人可以自愿承诺符合条件，由办理机关先行办理、事后核查；不愿承诺的，按一般程序办理，不影响办理结果。".to_owned(),
        grids: vec![
            Grid {
                title: "承诺事项".to_owned(),
                id: "commitments",
                note: note.to_owned(),
                heads: vec!["事项", "承诺类型", "办理机关", "告知的条件", "核查期限", "违诺后果", "状态", "文书版本", "依据"],
                rows: others.into_iter().map(|one| row(source, one)).collect(),
            },
            Grid {
                title: "证明事项".to_owned(),
                id: "proofs",
                note: "以承诺代替证明的，由办理机关自行核查，不得再向申请人索要该证明。".to_owned(),
                heads: vec!["证明事项", "代替的证明", "原开具单位", "从哪里核查", "怎样核查", "核查期限", "违诺后果", "状态", "依据"],
                rows: proofs.into_iter().map(|one| proof(source, one)).collect(),
            },
        ],
        ..Sheet::default()
    }
}

fn row(source: &Source<'_>, one: &Commitment) -> Vec<Cell> {
    vec![
        Cell::text(&one.name),
        Cell::text(one.kind.name()),
        Cell::text(&one.organ),
        Cell::clauses(source.law, &one.informed),
        verify(one),
        Cell::clauses(source.law, &one.consequences),
        state(one),
        Cell::text(&one.form),
        Cell::cite(source.law, &one.basis),
    ]
}

fn proof(source: &Source<'_>, one: &Commitment) -> Vec<Cell> {
    let proof = one.proof.as_ref();
    let text = |read: fn(&law::Proof) -> &String| {
        Cell::text(proof.map(|proof| read(proof).clone()).unwrap_or_default())
    };
    vec![
        Cell::text(&one.name),
        text(|proof| &proof.certificate),
        text(|proof| &proof.issuer),
        text(|proof| &proof.source),
        text(|proof| &proof.method),
        verify(one),
        Cell::clauses(source.law, &one.consequences),
        state(one),
        Cell::cite(source.law, &one.basis),
    ]
}

fn verify(one: &Commitment) -> Cell {
    Cell::text(one.verify.map_or_else(|| "—".to_owned(), span))
}

fn state(one: &Commitment) -> Cell {
    match &one.excluded {
        Some(_) => Cell::Tag("不适用告知承诺".to_owned(), "tag-ordinary"),
        None => Cell::yes(one.on, "已开通", "未开通"),
    }
}
