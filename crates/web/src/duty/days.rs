//! A duty with its day counter.

use crate::cite::Cite;
use desk::ports::DutyRow;
use desk::{Desk, Fault};
use domain::duty::State;
use domain::procedure::Shift;

/// A duty as the desk shows it.
pub(super) struct Line {
    pub row: DutyRow,
    pub cite: Cite,
    /// 距期限还剩几个工作日
    pub counter: String,
    /// What moved the last day, oldest first (R8).
    pub moved: Vec<String>,
}

impl Line {
    pub fn of(desk: &Desk, row: DutyRow) -> Result<Self, Fault> {
        let shifts = desk.store.shifts(row.seq)?;
        Ok(Self {
            cite: Cite::of(&desk.law(), &row.due.basis),
            counter: counter(desk, &row),
            moved: shifts.iter().map(told).collect(),
            row,
        })
    }

    /// Style of the state; its name stands beside it.
    pub fn tone(&self) -> &'static str {
        match self.row.state {
            State::Open | State::InTime => "tag-calm",
            State::Near | State::Unknown => "tag-minor",
            State::Late => "tag-ordinary",
            State::Overdue => "tag-serious",
        }
    }
}

fn told(shift: &Shift) -> String {
    let causes: Vec<String> = shift.causes.iter().map(ToString::to_string).collect();
    format!("{} 改至 {}：{}", shift.on, shift.to, causes.join("；"))
}

fn counter(desk: &Desk, row: &DutyRow) -> String {
    let law = desk.law();
    let (today, calendar) = (desk.clock.today(), law.calendar());
    let Some(last) = row.due.last else {
        return "当年工作日历未发布，期限待定".to_owned();
    };
    let unknown = "当年工作日历未发布".to_owned();
    match row.done {
        Some(done) if done <= last => format!("已于 {done} 办理"),
        Some(done) => calendar.between(last, done).map_or(unknown, |days| {
            format!("已于 {done} 办理，迟 {days} 个工作日")
        }),
        None if today > last => calendar
            .between(last, today)
            .map_or(unknown, |days| format!("已逾期 {days} 个工作日")),
        None => calendar
            .between(today, last)
            .map_or(unknown, |days| format!("距期限还剩 {days} 个工作日")),
    }
}
