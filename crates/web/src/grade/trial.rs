//! `/scale/try`: what the scale says about invented facts of no organisation. Nothing is kept.

use super::explanation::{Behind, View};
use super::view::ScaleView;
use crate::frame::Frame;
use crate::house::App;
use crate::limit::Token;
use crate::trouble::page;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::grade::Explanation;
use domain::grade::{Class, Fact, Kind, Value, day_number};
use domain::publication::{Window, showing};
use domain::record::{Act, Severity};
use jiff::civil::Date;
use law::Pack;
use std::collections::BTreeMap;

/// Lines a form begins with, how many a button adds, and how many there may be.
const LINES: usize = 4;
const MORE: usize = 4;
const MOST_LINES: usize = 24;
/// Facts of one line.
const MOST_FACTS: u64 = 20;

/// One line of the form as it was typed.
#[derive(Debug, Clone, Default)]
struct Line {
    kind: String,
    class: String,
    count: String,
    day: String,
    amount: String,
}

/// The form as it was typed.
#[derive(Debug, Clone)]
struct Asked {
    form: String,
    on: String,
    lines: Vec<Line>,
    stated: BTreeMap<String, String>,
}

#[derive(Template)]
#[template(path = "grade/trial.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    /// Word and name of the forms of organisation that are graded.
    forms: Vec<(String, String)>,
    /// Indicators that are typed in as numbers: id and name.
    stated: Vec<(String, String)>,
    faults: Vec<(String, String)>,
    view: Option<View>,
    cuts: Vec<super::view::CutView>,
}

impl Page {
    fn kinds(&self) -> [Kind; 12] {
        Kind::ALL
    }

    fn word(kind: &Kind) -> String {
        kind.number().to_string()
    }

    fn classes(&self) -> [Severity; 3] {
        Severity::ALL
    }

    fn wrong(&self, field: &str) -> bool {
        self.faults.iter().any(|(at, _)| at == field)
    }
}

pub(crate) async fn form(State(app): State<App>, frame: Frame) -> Response {
    let asked = Asked {
        form: String::new(),
        on: frame.day.to_string(),
        lines: vec![Line::default(); LINES],
        stated: BTreeMap::new(),
    };
    answer(&app.desk().law(), frame, asked, false)
}

pub(crate) async fn trial(
    State(app): State<App>,
    _token: Token,
    frame: Frame,
    Form(given): Form<BTreeMap<String, String>>,
) -> Response {
    let mut asked = Asked::read(&given);
    let more = given.contains_key("more");
    if more {
        let lines = (asked.lines.len() + MORE).min(MOST_LINES);
        asked.lines.resize(lines, Line::default());
    }
    answer(&app.desk().law(), frame, asked, !more)
}

fn answer(law: &Pack, frame: Frame, asked: Asked, calculate: bool) -> Response {
    let forms = graded(law, frame.day);
    let view = ScaleView::all(law, frame.day).into_iter().next();
    let mut shown = Page {
        stated: view
            .as_ref()
            .map(|view| stated(&view.scale))
            .unwrap_or_default(),
        cuts: view.map(|view| view.cuts).unwrap_or_default(),
        forms,
        asked,
        faults: Vec::new(),
        view: None,
        frame,
    };
    if calculate {
        match explained(law, &shown.asked) {
            Ok(view) => shown.view = Some(view),
            Err(faults) => shown.faults = faults,
        }
    }
    let status = match shown.faults.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page(shown)).into_response()
}

/// Forms of organisation that some scale grades on the day.
fn graded(law: &Pack, day: Date) -> Vec<(String, String)> {
    let forms = law.forms().iter().filter(|form| !form.natural);
    let graded = forms.filter(|form| law.scale(&form.word, day).is_some());
    graded
        .map(|form| (form.word.clone(), form.name.clone()))
        .collect()
}

fn stated(scale: &domain::grade::Scale) -> Vec<(String, String)> {
    let typed = scale.indicators.iter();
    let typed = typed.filter(|one| matches!(one.value, Value::Stated));
    typed
        .map(|one| (one.id.clone(), one.name.clone()))
        .collect()
}

impl Asked {
    fn read(given: &BTreeMap<String, String>) -> Self {
        let text = |key: &str| given.get(key).map_or("", |text| text.trim()).to_owned();
        let lines = (0..MOST_LINES).take_while(|at| given.contains_key(&format!("kind{at}")));
        let lines: Vec<Line> = lines
            .map(|at| Line {
                kind: text(&format!("kind{at}")),
                class: text(&format!("class{at}")),
                count: text(&format!("count{at}")),
                day: text(&format!("day{at}")),
                amount: text(&format!("amount{at}")),
            })
            .collect();
        let stated = given.iter().filter_map(|(key, value)| {
            let id = key.strip_prefix("stated-")?;
            Some((id.to_owned(), value.trim().to_owned()))
        });
        Self {
            form: text("form"),
            on: text("on"),
            lines,
            stated: stated.collect(),
        }
    }
}

type Faults = Vec<(String, String)>;

fn explained(law: &Pack, asked: &Asked) -> Result<View, Faults> {
    let wrong = |field: &str, text: &str| vec![(field.to_owned(), text.to_owned())];
    let Ok(on) = asked.on.parse::<Date>() else {
        return Err(wrong("on", "请填写评价日期"));
    };
    let Some(ruled) = law.scale(&asked.form, on) else {
        return Err(wrong(
            "form",
            "这类主体在这一天没有评价规则，请另选主体类型或者日期",
        ));
    };
    let mut invented = Invented::default();
    for (at, line) in asked.lines.iter().enumerate() {
        invented.take(law, at, line, on);
    }
    let scale = ruled.value();
    let numbers = invented.numbers(&stated(scale), &asked.stated);
    if !invented.faults.is_empty() {
        return Err(invented.faults);
    }
    let explanation = Explanation::of(scale, &invented.facts, &numbers, on);
    let labels = invented.labels;
    Ok(View::of(law, explanation, &|record| Behind {
        label: labels.get(&record).cloned().unwrap_or_default(),
        href: None,
    }))
}

/// The facts typed in, and what is wrong with them.
#[derive(Debug, Default)]
struct Invented {
    facts: Vec<Fact>,
    labels: BTreeMap<u64, String>,
    faults: Faults,
}

impl Invented {
    fn take(&mut self, law: &Pack, at: usize, line: &Line, on: Date) {
        if line.kind.is_empty() {
            return;
        }
        let row = at + 1;
        let before = self.faults.len();
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.number().to_string() == line.kind);
        let day = line.day.parse::<Date>().ok().filter(|day| *day <= on);
        let amount = number(&line.amount, 0);
        let count = number(&line.count, 1).filter(|count| (1..=MOST_FACTS).contains(count));
        let class = Severity::read(&line.class);
        let mut wrong = |field: &str, text: &str| {
            self.faults
                .push((format!("{field}{at}"), format!("第 {row} 行：{text}")));
        };
        if day.is_none() {
            wrong("day", "请填写日期，不能晚于评价日期");
        }
        if amount.is_none() {
            wrong("amount", "金额应为整数");
        }
        if count.is_none() {
            wrong("count", &format!("件数应在 1 到 {MOST_FACTS} 之间"));
        }
        if kind == Some(Kind::Penalty) && class.is_none() {
            wrong("class", "请选择处罚的失信程度");
        }
        let read = kind.zip(day).zip(amount.zip(count));
        let Some(((kind, day), (amount, count))) = read.filter(|_| self.faults.len() == before)
        else {
            return;
        };
        let fact = fact(law, kind, class, day, amount);
        for _ in 0..count {
            self.add(row, fact);
        }
    }

    fn add(&mut self, row: usize, fact: Fact) {
        let record = self.facts.len() as u64 + 1;
        let name = match fact.class {
            Class::Unclassed => fact.kind.name().to_owned(),
            class => format!("{}（{}）", fact.kind.name(), class.name()),
        };
        self.labels.insert(record, format!("第 {row} 行 {name}"));
        self.facts.push(Fact { record, ..fact });
    }

    fn numbers(
        &mut self,
        wanted: &[(String, String)],
        given: &BTreeMap<String, String>,
    ) -> Vec<i64> {
        let mut numbers = Vec::new();
        for (id, name) in wanted {
            let typed = given.get(id).map_or("", String::as_str);
            match number(typed, 0).and_then(|number| i64::try_from(number).ok()) {
                Some(number) => numbers.push(number),
                None => self
                    .faults
                    .push((format!("stated-{id}"), format!("{name}应为整数"))),
            }
        }
        numbers
    }
}

/// A whole number; an empty field is `usual`.
fn number(text: &str, usual: u64) -> Option<u64> {
    match text {
        "" => Some(usual),
        text => text.parse::<u32>().ok().map(u64::from),
    }
}

/// A penalty weighs as long as the law shows it; what the law lets nobody see weighs nothing.
fn fact(law: &Pack, kind: Kind, class: Option<Severity>, day: Date, amount: u64) -> Fact {
    let class = class.filter(|_| kind == Kind::Penalty);
    let window = class.and_then(|class| window(law, class, day));
    let gone = match (kind, &window) {
        (Kind::Penalty, Some(window)) => day_number(window.hidden),
        (Kind::Penalty, None) => day_number(day),
        _ => i32::MAX,
    };
    Fact {
        record: 0,
        kind,
        class: class.map_or(Class::Unclassed, Class::from),
        amount: i64::try_from(amount).unwrap_or(i64::MAX),
        day: day_number(day),
        known: day_number(day),
        gone,
        repairable: window.map(|window| day_number(window.repairable)),
    }
}

fn window(law: &Pack, class: Severity, day: Date) -> Option<Window> {
    let ruled = law.publicity(Act::Penalty, Some(class), &[], day)?;
    showing(day, None, &ruled).ok().flatten()
}
