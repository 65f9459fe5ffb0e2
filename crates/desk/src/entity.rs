//! Entities: taking over a register of organisations from a table.

use crate::ports::{Profile, Sealed, Transaction};
use crate::{Actor, Desk, Fault};
use domain::code::{self, Code, Verdict};
use domain::entity::{Aliased, Registered, Renamed, plain_name};
use domain::intake::Cell;
use domain::ledger::Event;
use jiff::civil::Date;
use serde::Serialize;
use sheet::{Limits, Refused, RowView};
use std::collections::HashSet;
use std::path::Path;

/// How many rows one transaction takes over.
const BLOCK: usize = 4_000;

/// Headers under which registers hand the columns over, best known first.
const COLUMNS: [(Column, &[&str]); 7] = [
    (
        Column::Code,
        &["统一社会信用代码", "信用代码", "代码", "code", "uscc"],
    ),
    (
        Column::Name,
        &[
            "企业名称",
            "名称",
            "主体名称",
            "单位名称",
            "机构名称",
            "name",
        ],
    ),
    (Column::Form, &["企业类型", "主体类别", "类型", "type"]),
    (
        Column::Registered,
        &["成立日期", "注册日期", "登记日期", "registered"],
    ),
    (
        Column::Address,
        &["注册地址", "住所", "地址", "所在地", "address"],
    ),
    (Column::Division, &["行政区划代码", "行政区划", "division"]),
    (
        Column::Alias,
        &["工商注册号", "注册号", "原注册号", "alias"],
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Code,
    Name,
    Form,
    Registered,
    Address,
    Division,
    Alias,
}

/// Which non-conforming published codes may enter (R35: only by confirmation).
#[derive(Debug, Clone, Default)]
pub enum Confirmed {
    #[default]
    None,
    All,
    Codes(HashSet<String>),
}

impl Confirmed {
    fn holds(&self, code: &Code) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Codes(codes) => codes.contains(code.as_str()),
        }
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    pub rows: u64,
    pub added: u64,
    /// The register confirmed an entity so far known from documents only.
    pub confirmed: u64,
    pub renamed: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Accepted with a remark, such as an organisation part that breaks GB 11714.
    pub remarked: u64,
    /// The first rejections: row and reason.
    pub problems: Vec<(u32, String)>,
}

/// So many rejections are told by row; the rest is counted.
const TOLD: usize = 1_000;

/// Why a register was not taken over at all.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    #[error("{0}")]
    File(#[from] Refused),
    #[error("表头缺少“{0}”列")]
    Header(&'static str),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Desk {
    /// Takes over a register: new entities, changed names, old numbers. Importing again adds nothing.
    pub fn import_entities(
        &self,
        actor: &Actor,
        file: &Path,
        confirmed: &Confirmed,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Imported, NotImported> {
        let mut table = sheet::open(
            file,
            &Limits {
                rows: 20_000_000,
                ..Limits::default()
            },
        )?;
        let places = Places::find(table.header())?;
        let source = file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let mut import = Import {
            desk: self,
            actor,
            confirmed,
            source: source.unwrap_or_default(),
            done: Imported::default(),
            block: Vec::new(),
        };
        while let Some(batch) = table.next()? {
            batch.each(|row| import.row(&row, &places))?;
            if import.block.len() >= BLOCK {
                import.flush()?;
                progress(import.done.rows);
            }
        }
        import.flush()?;
        Ok(import.done)
    }
}

/// Where each column stands in this file.
struct Places(Vec<(Column, usize)>);

impl Places {
    fn find(header: &[String]) -> Result<Self, NotImported> {
        let mut places = Vec::new();
        for (column, names) in COLUMNS {
            let at = names.iter().find_map(|name| {
                header
                    .iter()
                    .position(|head| head.eq_ignore_ascii_case(name))
            });
            match (column, at) {
                (_, Some(at)) => places.push((column, at)),
                (Column::Code, None) => return Err(NotImported::Header("统一社会信用代码")),
                (Column::Name, None) => return Err(NotImported::Header("企业名称")),
                _ => {}
            }
        }
        Ok(Self(places))
    }

    fn text<'a>(&self, cells: &[Cell<'a>], column: Column) -> &'a str {
        let place = self.0.iter().find(|(known, _)| *known == column);
        place
            .and_then(|(_, at)| cells.get(*at))
            .map_or("", |cell| cell.text.trim())
    }
}

struct Import<'a> {
    desk: &'a Desk,
    actor: &'a Actor,
    confirmed: &'a Confirmed,
    source: String,
    done: Imported,
    block: Vec<Registered>,
}

impl Import<'_> {
    fn row(&mut self, row: &RowView<'_>, places: &Places) {
        self.done.rows += 1;
        match self.read(row.cells, places) {
            Ok(entity) => self.block.push(entity),
            Err(reason) => {
                self.done.rejected += 1;
                if self.done.problems.len() < TOLD {
                    self.done.problems.push((row.number, reason));
                }
            }
        }
    }

    fn read(&mut self, cells: &[Cell<'_>], places: &Places) -> Result<Registered, String> {
        let raw = places.text(cells, Column::Code);
        let checked = code::check(raw, self.desk.law().exceptions());
        let code = match (checked.verdict, checked.code) {
            (Verdict::Valid, Some(code)) => code,
            (Verdict::Nonconforming, Some(code)) if self.confirmed.holds(&code) => code,
            (Verdict::Nonconforming, _) => {
                return Err(format!(
                    "代码 {raw} 不合规，须经确认才能收录（--confirm）：{checked}"
                ));
            }
            (Verdict::Absent, _) => return Err("缺少统一社会信用代码".to_owned()),
            _ => return Err(format!("代码 {raw} 无效：{checked}")),
        };
        let name = places.text(cells, Column::Name);
        if name.is_empty() {
            return Err("缺少名称".to_owned());
        }
        self.done.remarked += u64::from(checked.reasons.iter().any(|reason| reason.is_warning()));
        let division = places.text(cells, Column::Division);
        Ok(Registered {
            code,
            name: name.to_owned(),
            registered: day(places.text(cells, Column::Registered)),
            address: places.text(cells, Column::Address).to_owned(),
            form: places.text(cells, Column::Form).to_owned(),
            division: if division.is_empty() {
                code.division()
            } else {
                division
            }
            .to_owned(),
            aliases: aliases(places.text(cells, Column::Alias)),
            nonconforming: checked.verdict == Verdict::Nonconforming,
            provisional: false,
            source: self.source.clone(),
        })
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return Ok(());
        }
        let today = self.desk.clock.today();
        let prepared: Result<Vec<_>, Fault> = block
            .into_iter()
            .map(|entity| {
                let event = Event::EntityRegistered(entity.clone());
                self.desk
                    .seal(self.actor, event, [])
                    .map(|sealed| (entity, sealed))
            })
            .collect();
        let prepared = prepared?;
        let (desk, actor) = (self.desk.clone(), self.actor.clone());
        let (counts, _) = self.desk.write(move |transaction| {
            let mut counts = Imported::default();
            for (entity, sealed) in prepared {
                take_over(
                    &desk,
                    &actor,
                    transaction,
                    entity,
                    sealed,
                    today,
                    &mut counts,
                )?;
            }
            Ok(counts)
        })?;
        self.done.added += counts.added;
        self.done.confirmed += counts.confirmed;
        self.done.renamed += counts.renamed;
        self.done.unchanged += counts.unchanged;
        Ok(())
    }
}

fn take_over(
    desk: &Desk,
    actor: &Actor,
    transaction: &mut dyn Transaction,
    entity: Registered,
    sealed: Sealed,
    today: Date,
    counts: &mut Imported,
) -> Result<(), Fault> {
    let Some(known) = transaction.entity(&entity.code)? else {
        counts.added += 1;
        return transaction.append(sealed).map(drop);
    };
    for event in changes(&known, &entity, today) {
        match &event {
            Event::EntityRenamed(_) => counts.renamed += 1,
            Event::EntityRegistered(_) => counts.confirmed += 1,
            _ => {}
        }
        transaction.append(desk.seal(actor, event, [])?)?;
    }
    counts.unchanged += u64::from(changes(&known, &entity, today).is_empty());
    Ok(())
}

/// What differs between the register's row and what is known; history is never overwritten.
fn changes(known: &Profile, entity: &Registered, today: Date) -> Vec<Event> {
    let mut events = Vec::new();
    let before = &known.registered;
    if plain_name(&before.name) != plain_name(&entity.name) {
        events.push(Event::EntityRenamed(Renamed {
            code: entity.code,
            former: before.name.clone(),
            name: entity.name.clone(),
            since: today,
            source: entity.source.clone(),
        }));
    }
    if before.provisional {
        events.push(Event::EntityRegistered(entity.clone()));
    }
    for alias in entity
        .aliases
        .iter()
        .filter(|alias| !before.aliases.contains(alias))
    {
        events.push(Event::EntityAliased(Aliased {
            code: entity.code,
            alias: alias.clone(),
            source: entity.source.clone(),
        }));
    }
    events
}

fn aliases(text: &str) -> Vec<String> {
    text.split([';', '；', ',', '，', ' '])
        .map(str::trim)
        .filter(|alias| !alias.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A date as registers write it; anything else is left out, it decides nothing.
fn day(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next()?.replace(['/', '.'], "-");
    Date::strptime("%Y-%m-%d", day).ok()
}
