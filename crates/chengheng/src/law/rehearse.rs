//! `law rehearse`: another pack over the whole population.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, pack, progress};
use desk::rehearsal::{GradeMove, Moves, RecordMove, Rehearsal, Row};
use domain::record::Severity;
use jiff::civil::Date;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const HEAD: [&str; 10] = [
    "类别",
    "统一社会信用代码",
    "名称或文书号",
    "地区",
    "主体类型",
    "现行",
    "拟采用",
    "现行分值或期限",
    "拟采用分值或期限",
    "原因",
];

pub fn run(with: &Path, csv: Option<&Path>, common: &Common, out: Out) -> Result<Ending, Stop> {
    let with = Arc::new(pack::of_folder(with)?);
    let room = Room::open(common, Need::Ledger)?;
    let mut table = csv.map(Table::create).transpose()?;
    let bar = progress::entries(out);
    let rehearsal = room.desk.rehearse(
        &with,
        &mut |row| {
            if let Some(table) = &mut table {
                table.row(&row);
            }
        },
        &mut |done, whole| {
            bar.set_length(whole);
            bar.set_position(done);
        },
    )?;
    bar.finish_and_clear();
    if let Some(table) = table {
        table.finish()?;
    }
    tell(&rehearsal, out)?;
    out.last(&serde_json::to_value(&rehearsal).map_err(Stop::fault)?)?;
    Ok(Ending::Done)
}

fn tell(found: &Rehearsal, out: Out) -> Result<(), Stop> {
    for change in &found.changes {
        out.say(change.to_string())?;
    }
    out.say(format!(
        "{}：评价 {} 户，{}",
        found.as_of,
        found.entities,
        moves(&found.moved)
    ))?;
    for (from, to, count) in &found.grades {
        out.say(format!("　{from} → {to}　{count} 户"))?;
    }
    for (title, groups) in [("地区", &found.districts), ("主体类型", &found.forms)] {
        for (name, group) in groups {
            out.say(format!("　{title} {name}　{}", moves(group)))?;
        }
    }
    for (cause, count) in &found.causes {
        out.say(format!("　原因 {cause}　{count} 户"))?;
    }
    if found.records > 0 {
        out.say(format!(
            "已归集的 {} 条决定中，按拟采用的规则包会有 {} 条结论不同（已作出的决定仍依当时的规则）",
            found.records, found.records_moved
        ))?;
    }
    Ok(())
}

fn moves(moves: &Moves) -> String {
    format!(
        "等级提高 {}，降低 {}，仅分值变化 {}",
        moves.up, moves.down, moves.score_only
    )
}

/// The rows as CSV; the first failure is kept and told at the end.
struct Table {
    writer: csv::Writer<File>,
    failed: Option<csv::Error>,
}

impl Table {
    fn create(path: &Path) -> Result<Self, Stop> {
        let file = File::create(path).map_err(|error| Stop::file(path, &error))?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(HEAD).map_err(Stop::fault)?;
        Ok(Self {
            writer,
            failed: None,
        })
    }

    fn row(&mut self, row: &Row) {
        let cells = match row {
            Row::Grade(moved) => grade(moved),
            Row::Record(moved) => record(moved),
        };
        if self.failed.is_none() {
            self.failed = self.writer.write_record(cells).err();
        }
    }

    fn finish(mut self) -> Result<(), Stop> {
        if let Some(failed) = self.failed {
            return Err(Stop::fault(failed));
        }
        Ok(self.writer.flush()?)
    }
}

fn grade(moved: &GradeMove) -> [String; 10] {
    [
        "等级".to_owned(),
        moved.code.to_string(),
        moved.name.clone(),
        moved.division.clone(),
        moved.form.clone(),
        moved.grade.clone(),
        moved.then_grade.clone(),
        moved.score.to_string(),
        moved.then_score.to_string(),
        moved.causes.join("；"),
    ]
}

fn record(moved: &RecordMove) -> [String; 10] {
    let class = |class: Option<Severity>| class.map(Severity::name).unwrap_or("—").to_owned();
    let shown = |shown: Option<(Date, Date)>| match shown {
        Some((repairable, hidden)) => format!("可修复 {repairable}，公示至 {hidden} 前一日"),
        None => "不公示".to_owned(),
    };
    [
        "决定".to_owned(),
        moved
            .entity
            .map(|code| code.to_string())
            .unwrap_or_default(),
        moved.docket.clone(),
        String::new(),
        String::new(),
        class(moved.severity),
        class(moved.then_severity),
        shown(moved.shown),
        shown(moved.then_shown),
        format!("决定日期 {}", moved.decided),
    ]
}
