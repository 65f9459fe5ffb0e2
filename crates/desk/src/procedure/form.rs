//! Verbs as forms: what a page shows, an API takes and a command line types.
//!
//! Reading a field uses it up. What is left over is an error of its own, so a misspelt field is never
//! silently ignored.

use super::Hand;
use domain::code::{self, Code};
use domain::procedure::{Delivery, Document, Method, Remedy};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Something that can be done with a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verb {
    pub word: &'static str,
    /// What the button says.
    pub name: &'static str,
    #[serde(skip)]
    pub hand: Hand,
    /// Whether it makes sense in the present state. The decision itself says why not, with its article;
    /// a page offers only what does.
    #[serde(skip)]
    pub now: bool,
    pub fields: Vec<Field>,
}

impl Verb {
    pub fn new(word: &'static str, name: &'static str, hand: Hand, fields: Vec<Field>) -> Self {
        Self {
            word,
            name,
            hand,
            now: true,
            fields,
        }
    }

    #[must_use]
    pub fn when(mut self, now: bool) -> Self {
        self.now = now;
        self
    }
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    pub key: Cow<'static, str>,
    pub label: String,
    pub kind: Kind,
    pub need: bool,
    /// What to write, where the label does not say it all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Line,
    /// More than one line.
    Text,
    Day,
    Code,
    Number,
    Flag,
    One(Vec<Choice>),
    Several(Vec<Choice>),
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub word: String,
    pub name: String,
}

impl Choice {
    pub fn new(word: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            name: name.into(),
        }
    }
}

impl Field {
    pub fn new(key: impl Into<Cow<'static, str>>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            kind,
            need: true,
            hint: String::new(),
        }
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.need = false;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// The fields of a document.
pub fn document(label: &str) -> Vec<Field> {
    vec![
        Field::new("document_name", format!("{label}名称"), Kind::Line),
        Field::new("document_number", format!("{label}文号"), Kind::Line),
        Field::new("document_on", format!("{label}日期"), Kind::Day),
    ]
}

/// The fields of a delivery.
pub fn delivery() -> Vec<Field> {
    let methods = Method::ALL.into_iter();
    let methods = methods
        .map(|method| Choice::new(word_of(method), method.name()))
        .collect();
    vec![
        Field::new("delivery_method", "送达方式", Kind::One(methods)),
        Field::new("delivery_proof", "送达凭证", Kind::Line).hint("回证、挂号信或者公告的编号"),
        Field::new("delivery_on", "送达日期", Kind::Day),
    ]
}

/// The field for where to turn to.
pub fn remedy() -> Vec<Field> {
    vec![
        Field::new("where_to", "救济途径", Kind::Text)
            .hint("向哪个机关、在多长时间内申请行政复议或者提起诉讼，或者向谁反映"),
    ]
}

/// The fields for stopping a clock.
pub fn suspend(duties: Vec<Choice>) -> Vec<Field> {
    let mut fields = Vec::new();
    if !duties.is_empty() {
        fields.push(Field::new("duty", "期限", Kind::One(duties)));
    }
    fields.push(Field::new("from", "自哪一天起中止", Kind::Day));
    fields.push(Field::new("reason", "事由", Kind::Text));
    fields
}

fn word_of(method: Method) -> &'static str {
    match method {
        Method::Direct => "direct",
        Method::Left => "left",
        Method::Post => "post",
        Method::Electronic => "electronic",
        Method::Announcement => "announcement",
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    pub field: String,
    /// What is wrong, and what to do.
    pub text: String,
}

/// A form as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    fields: BTreeMap<String, Vec<String>>,
    labels: BTreeMap<String, String>,
    wrong: Vec<Wrong>,
}

impl FromIterator<(String, String)> for Given {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        let mut given = Self::default();
        for (key, value) in pairs {
            let value = value.trim().to_owned();
            if !value.is_empty() {
                given.fields.entry(key).or_default().push(value);
            }
        }
        given
    }
}

impl Given {
    /// Learns what the fields are called, for what is said about them.
    pub(crate) fn named(mut self, fields: &[Field]) -> Self {
        self.labels.extend(
            fields
                .iter()
                .map(|field| (field.key.to_string(), field.label.clone())),
        );
        self
    }

    fn wrong(&mut self, key: &str, text: &str) {
        let label = self.labels.get(key).map_or(key, String::as_str);
        self.wrong.push(Wrong {
            field: key.to_owned(),
            text: format!("{label}：{text}"),
        });
    }

    /// The value of a field that may be left empty.
    pub fn some(&mut self, key: &str) -> Option<String> {
        self.fields.remove(key)?.into_iter().next()
    }

    /// The value of a field that must be there.
    pub fn line(&mut self, key: &str) -> String {
        self.some(key).unwrap_or_else(|| {
            self.wrong(key, "没有填写");
            String::new()
        })
    }

    /// A text that may be empty; the decision itself says when it must not be.
    pub fn text(&mut self, key: &str) -> String {
        self.some(key).unwrap_or_default()
    }

    pub fn several(&mut self, key: &str) -> Vec<String> {
        let values = self.fields.remove(key).unwrap_or_default();
        let parts = values
            .iter()
            .flat_map(|value| value.split([',', '，', ';', '；']));
        parts
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub fn flag(&mut self, key: &str) -> bool {
        self.some(key)
            .is_some_and(|value| !matches!(value.as_str(), "false" | "no" | "0" | "否"))
    }

    pub fn some_day(&mut self, key: &str) -> Option<Date> {
        let text = self.some(key)?;
        let read = text.replace('/', "-").parse().ok();
        if read.is_none() {
            self.wrong(key, "日期应写成 2026-05-12 的样子");
        }
        read
    }

    pub fn day(&mut self, key: &str) -> Date {
        if !self.fields.contains_key(key) {
            self.wrong(key, "没有填写日期");
            return Date::ZERO;
        }
        self.some_day(key).unwrap_or(Date::ZERO)
    }

    pub fn some_code(&mut self, key: &str) -> Option<Code> {
        let text = self.some(key)?;
        let read = code::check(&text, &code::Exceptions::default()).code;
        if read.is_none() {
            self.wrong(key, "不是统一社会信用代码，请核对18位代码");
        }
        read
    }

    /// A code that must be there; an impossible one where it is not, and the form is refused.
    pub fn code(&mut self, key: &str) -> Option<Code> {
        if !self.fields.contains_key(key) {
            self.wrong(key, "没有填写");
            return None;
        }
        self.some_code(key)
    }

    pub fn some_number(&mut self, key: &str) -> Option<u64> {
        let text = self.some(key)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.wrong(key, "应为数字");
        }
        read
    }

    pub fn number(&mut self, key: &str) -> u64 {
        if !self.fields.contains_key(key) {
            self.wrong(key, "没有填写");
            return 0;
        }
        self.some_number(key).unwrap_or_default()
    }

    /// One of a few words, as `read` knows them.
    pub fn one<T>(&mut self, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.line(key);
        let found = read(&text);
        if found.is_none() && !text.is_empty() {
            self.wrong(key, "不在可选范围内，请从列出的选项中选择");
        }
        found
    }

    /// A document by the organ that acts.
    pub fn document(&mut self, organ: Code) -> Document {
        Document {
            name: self.line("document_name"),
            number: self.line("document_number"),
            on: self.day("document_on"),
            organ,
        }
    }

    pub fn delivery(&mut self) -> Delivery {
        let read = |text: &str| {
            Method::ALL
                .into_iter()
                .find(|method| word_of(*method) == text || method.name() == text)
        };
        Delivery {
            method: self.one("delivery_method", read).unwrap_or(Method::Direct),
            proof: self.line("delivery_proof"),
            on: self.day("delivery_on"),
        }
    }

    pub fn remedy(&mut self) -> Remedy {
        Remedy {
            review_until: None,
            litigation_until: None,
            where_to: self.line("where_to"),
        }
    }

    /// Says everything that is wrong at once; a field nobody asked for is wrong too.
    pub fn finish(&mut self) -> Result<(), Vec<Wrong>> {
        let left: Vec<String> = std::mem::take(&mut self.fields).into_keys().collect();
        for key in left {
            self.wrong(&key, "没有这一项，请核对名称");
        }
        match self.wrong.is_empty() {
            true => Ok(()),
            false => Err(std::mem::take(&mut self.wrong)),
        }
    }
}

/// What is wrong with a form before anything is decided: what is missing, what cannot be read, and what
/// nobody asked for. Whether it is lawful is another question, and only the decision answers it.
pub fn check(fields: &[Field], given: Given) -> Result<(), Vec<Wrong>> {
    let mut given = given.named(fields);
    for field in fields {
        let key = &*field.key;
        match (&field.kind, field.need) {
            (Kind::Day, true) => drop(given.day(key)),
            (Kind::Day, false) => drop(given.some_day(key)),
            (Kind::Code, true) => drop(given.code(key)),
            (Kind::Code, false) => drop(given.some_code(key)),
            (Kind::Number, true) => drop(given.number(key)),
            (Kind::Number, false) => drop(given.some_number(key)),
            (Kind::Several(_), true) if !given.fields.contains_key(key) => {
                given.wrong(key, "请至少选择一项");
            }
            (Kind::One(_), true) if !given.fields.contains_key(key) => {
                given.wrong(key, "请选择一项");
            }
            (Kind::Line | Kind::Text, true) => drop(given.line(key)),
            _ => drop(given.fields.remove(key)),
        }
    }
    given.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Given {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn says_everything_that_is_wrong_at_once_and_forgets_nothing() {
        let fields = [document("决定书"), delivery()].concat();
        let mut form = given(&[
            ("document_name", "决定书"),
            ("document_on", "昨天"),
            ("delivery_method", "鸽子"),
            ("surplus", "1"),
        ])
        .named(&fields);
        let organ = Code::read("11370400MAY0000175").unwrap();
        form.document(organ);
        form.delivery();
        let wrong = form.finish().unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|one| one.field.as_str()).collect();
        let all = [
            "document_number",
            "document_on",
            "delivery_method",
            "delivery_proof",
            "delivery_on",
            "surplus",
        ];
        assert_eq!(fields, all, "{wrong:?}");
        assert!(wrong[0].text.starts_with("决定书文号"), "{wrong:?}");
    }

    #[test]
    fn reads_what_a_page_an_api_and_a_person_write() {
        let mut form = given(&[
            ("document_on", "2026/05/12"),
            ("grounds", "a，b"),
            ("grounds", "c"),
            ("closing", "是"),
            ("empty", "  "),
        ]);
        assert_eq!(form.day("document_on"), jiff::civil::date(2026, 5, 12));
        assert_eq!(form.several("grounds"), ["a", "b", "c"]);
        assert!(form.flag("closing"));
        assert_eq!(form.some("empty"), None);
        assert_eq!(form.finish(), Ok(()));
    }

    #[test]
    fn a_form_is_checked_whole_before_anything_is_decided() {
        let fields = [
            delivery(),
            vec![
                Field::new("entity", "主体", Kind::Code).optional(),
                Field::new("amount", "金额", Kind::Number).optional(),
                Field::new("grounds", "条件", Kind::Several(Vec::new())),
                Field::new("list", "列入", Kind::Flag).optional(),
            ],
        ]
        .concat();
        let typed = given(&[
            ("delivery_on", "昨天"),
            ("entity", "123"),
            ("amount", "一百"),
            ("list", "1"),
            ("surplus", "1"),
        ]);
        let wrong = check(&fields, typed).unwrap_err();
        let keys: Vec<&str> = wrong.iter().map(|one| one.field.as_str()).collect();
        let all = [
            "delivery_method",
            "delivery_proof",
            "delivery_on",
            "entity",
            "amount",
            "grounds",
            "surplus",
        ];
        assert_eq!(keys, all, "{wrong:?}");
        let right = given(&[
            ("delivery_method", "direct"),
            ("delivery_proof", "回证1号"),
            ("delivery_on", "2026-05-12"),
            ("grounds", "food"),
        ]);
        assert_eq!(check(&fields, right), Ok(()));
    }
}
