//! `/catalogs` and `/catalogs/{catalog}`.

use super::cell::{Cell, Sheet, Shown};
use super::{
    acts, blanks, commitments, figures, inspections, lists, matters, measures, notices, sets,
};
use crate::frame::Frame;
use crate::house::App;
use crate::statute::Names;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use law::Pack;

/// What a catalog is made from.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub law: &'a Pack,
    pub names: Names,
    pub day: Date,
}

impl<'a> Source<'a> {
    pub fn of(law: &'a Pack, day: Date) -> Self {
        Self {
            law,
            names: Names::of(law),
            day,
        }
    }
}

#[derive(Template)]
#[template(path = "catalog/sheet.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub sheet: Sheet,
    pub digest: String,
}

impl Page {
    fn shown<'a>(cell: &'a Cell) -> Shown<'a> {
        Shown { cell }
    }
}

/// One entry of the first page.
struct Entry {
    href: &'static str,
    title: &'static str,
    note: &'static str,
    rows: usize,
}

#[derive(Template)]
#[template(path = "catalog/home.html")]
struct Home {
    frame: Frame,
    entries: Vec<Entry>,
}

pub(crate) async fn home(State(app): State<App>, frame: Frame) -> Response {
    let law = &app.desk().law();
    let mut entries = kept(law, frame.day);
    entries.extend(done(law, frame.day));
    page(Home { frame, entries })
}

fn entry(href: &'static str, title: &'static str, note: &'static str, rows: usize) -> Entry {
    Entry {
        href,
        title,
        note,
        rows,
    }
}

/// What is gathered, used, and followed by something.
fn kept(law: &Pack, day: Date) -> Vec<Entry> {
    vec![
        entry(
            "/catalogs/sets",
            "数据清单",
            "采集哪些公共信用信息：数据集、字段、公开范围和报送单位",
            law.sets().len(),
        ),
        entry(
            "/catalogs/acts",
            "行政行为和处罚种类",
            "归集哪些行政行为，处罚有哪些种类",
            law.acts().len(),
        ),
        entry(
            "/catalogs/matters",
            "应用清单",
            "在哪些事项查询信用信息，结果能起什么作用",
            law.matters().len(),
        ),
        entry(
            "/catalogs/lists",
            "名单目录",
            "严重失信主体名单等：列入情形、程序、最长期限和退出途径",
            law.lists(day).len(),
        ),
        entry(
            "/catalogs/measures",
            "惩戒和激励措施",
            "可以采取哪些措施，由哪些名单触发，依据哪一条",
            law.all_measures(day).len(),
        ),
    ]
}

/// What is promised, told, looked at and counted.
fn done(law: &Pack, day: Date) -> Vec<Entry> {
    vec![
        entry(
            "/catalogs/commitments",
            "告知承诺事项",
            "哪些事项和证明可以承诺代替，违诺有什么后果",
            law.commitments().len(),
        ),
        entry(
            "/catalogs/forms",
            "承诺书示范文本",
            "各版本的承诺书，可以下载",
            law.blanks().len(),
        ),
        entry(
            "/catalogs/notices",
            "告知模板",
            "平台告知谁、怎样告知、依据哪一条",
            law.notices().len(),
        ),
        entry(
            "/catalogs/inspections",
            "检查事项清单",
            "可以检查哪些事项，看什么，怎样检查，依据哪一条；清单以外的不得检查",
            law.inspection_items().len(),
        ),
        entry(
            "/catalogs/rates",
            "抽查比例和频次",
            "各等级的抽查比例、频次和方式",
            domain::inspection::Item::ALL.len(),
        ),
        entry(
            "/catalogs/retention",
            "保存期限",
            "各类信息保存多久",
            law.retentions().len(),
        ),
        entry(
            "/catalogs/formulas",
            "考核公式",
            "部门考核怎样计算",
            law.formulas(day).len(),
        ),
    ]
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    Path(catalog): Path<String>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let source = Source::of(law, frame.day);
    let sheet = match catalog.as_str() {
        "sets" => sets::sheet(&source),
        "acts" => acts::sheet(&source),
        "matters" => matters::sheet(&source),
        "lists" => lists::sheet(&source),
        "measures" => measures::sheet(&source),
        "commitments" => commitments::sheet(&source),
        "forms" => blanks::sheet(&source),
        "notices" => notices::sheet(&source),
        "inspections" => inspections::sheet(&source),
        "rates" => figures::rates(&source),
        "retention" => figures::retention(&source),
        "formulas" => figures::formulas(&source),
        _ => return Err(Trouble::Missing("没有这个目录。".to_owned())),
    };
    Ok(shown(frame, sheet, law))
}

pub(super) fn shown(frame: Frame, sheet: Sheet, law: &Pack) -> Response {
    let digest = law.digest().to_owned();
    page(Page {
        frame,
        sheet,
        digest,
    })
}
