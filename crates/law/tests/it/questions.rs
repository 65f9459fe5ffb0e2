//! The five questions, asked of a small pack.

use crate::town::pack;
use domain::blacklist::{Kind, Level};
use domain::code::Code;
use domain::inspection::Item;
use domain::measure::{Class, End, Facts};
use domain::record::Severity;
use jiff::civil::{Date, date};
use law::{AnyTerm, TermOf};

const DAY: Date = date(2020, 7, 1);

#[test]
fn r58_a_scale_carries_the_article_of_every_item() {
    let pack = pack();
    let scale = pack.scale("enterprise", DAY).unwrap();
    assert_eq!(scale.basis().to_string(), "cn/law art. 1");
    let bases: Vec<String> = scale
        .value()
        .items
        .iter()
        .map(|item| format!("{} {}", item.basis, item.basis.confirmed))
        .collect();
    // The comparison of a block covers its parts; another statute has to be compared by itself.
    assert_eq!(
        bases,
        [
            "cn/law art. 2 true",
            "cn/law art. 3 true",
            "cn/law art. 4 false"
        ]
    );
    assert_eq!(pack.scale("person", DAY), None);
    assert_eq!(pack.scale("enterprise", date(2020, 5, 31)), None);
    let valid = pack.validity("enterprise", DAY).unwrap();
    assert_eq!(valid.value().to_string(), "P1M");
}

#[test]
fn r60_a_rate_is_asked_for_by_grade_and_item() {
    let pack = pack();
    let rate = |grade: &str| pack.rate(Item::General, grade, DAY).unwrap();
    assert_eq!(rate("A").basis().to_string(), "cn/law art. 7");
    assert_eq!(rate("B").basis().to_string(), "cn/law art. 6");
    assert_eq!(
        (rate("C").value().most, rate("C").value().per_year),
        (2000, None)
    );
    assert_eq!(pack.rate(Item::Key, "A", DAY), None);
    assert_eq!(pack.rate(Item::General, "E", DAY), None);
    let words: Vec<&str> = pack
        .rates(Item::General, DAY)
        .iter()
        .map(|ruled| ruled.value().grade.as_str())
        .collect();
    assert_eq!(words, ["A", "B", "C"]);
}

#[test]
fn r83_each_conjunct_alone_forbids_a_measure() {
    let pack = pack();
    let fits = Facts {
        list: "wages",
        form: "enterprise",
        matter: "bidding",
        role: None,
    };
    let words = |facts: Facts<'_>, day| -> Vec<String> {
        let measures = pack.measures(&facts, day);
        measures
            .iter()
            .map(|ruled| ruled.value().word.clone())
            .collect()
    };
    assert_eq!(words(fits, DAY), ["bid-ban"]);
    let none: [String; 0] = [];
    assert_eq!(
        words(
            Facts {
                list: "tax",
                ..fits
            },
            DAY
        ),
        none
    );
    assert_eq!(
        words(
            Facts {
                form: "person",
                ..fits
            },
            DAY
        ),
        none
    );
    assert_eq!(
        words(
            Facts {
                matter: "fund",
                ..fits
            },
            DAY
        ),
        none
    );
    assert_eq!(words(fits, date(2019, 12, 31)), none);
    let person = Facts {
        role: Some("representative"),
        ..fits
    };
    assert_eq!(words(person, DAY), ["travel"]);
    let other = Facts {
        role: Some("controller"),
        ..fits
    };
    assert_eq!(words(other, DAY), none);
}

#[test]
fn r82_measures_are_a_catalogue_with_articles() {
    let pack = pack();
    let all = pack.all_measures(DAY);
    let shown: Vec<String> = all
        .iter()
        .map(|ruled| format!("{} {}", ruled.value().word, ruled.basis()))
        .collect();
    assert_eq!(shown, ["bid-ban cn/law art. 10", "travel cn/law art. 11"]);
    assert_eq!(all, pack.triggered("wages", DAY));
    let ban = all[0].value();
    assert_eq!((ban.class, ban.class.optional()), (Class::Rights, false));
    assert_eq!(ban.end, End::After("P3Y".parse().unwrap()));
}

#[test]
fn r78_a_list_type_states_everything() {
    let pack = pack();
    let lists = pack.lists(DAY);
    assert_eq!(lists.len(), 1);
    let list = lists[0].value();
    assert_eq!((list.kind, list.level), (Kind::Blacklist, Level::National));
    assert_eq!(list.criteria[0].basis.to_string(), "cn/law art. 9");
    assert_eq!(list.exits[0].basis.to_string(), "cn/law art. 8");
    assert!(pack.list("tax", DAY).is_none());
    assert!(pack.lists(date(2019, 12, 31)).is_empty());
}

#[test]
fn r3_a_case_of_2020_is_answered_by_the_law_of_2020() {
    let pack = pack();
    let keys = |day| -> Vec<String> {
        let ruled = pack
            .conditions_for("repair.materials", Severity::Serious, day)
            .unwrap();
        let requires = ruled.value().requires.iter();
        requires.map(|clause| clause.key.to_string()).collect()
    };
    assert_eq!(keys(date(2020, 12, 31)), ["duty", "training"]);
    assert_eq!(keys(date(2021, 1, 1)), ["duty"]);
    let old = pack.rules().find(|rule| rule.displaced.is_some()).unwrap();
    assert_eq!(old.about, "serious");
    assert_eq!(old.displaced.as_ref().unwrap().text, "不再要求培训");
    let general = pack.conditions("repair.materials", DAY).unwrap();
    assert_eq!(
        general.value().requires[0].basis.to_string(),
        "cn/law art. 13"
    );
}

#[test]
fn one_question_answers_every_term() {
    let pack = pack();
    let AnyTerm::Span(kept) = *pack
        .term(TermOf::Retention("adverse"), DAY)
        .unwrap()
        .value()
    else {
        panic!("no span")
    };
    assert_eq!(kept.to_string(), "P5Y");
    let duty = pack.term(TermOf::Duty("list-notice"), DAY).unwrap();
    assert!(matches!(duty.value(), AnyTerm::Duty(term) if term.days == 10));
    let grade = pack.term(TermOf::Grade("enterprise"), DAY).unwrap();
    assert!(matches!(grade.value(), AnyTerm::Span(span) if span.to_string() == "P1M"));
    assert!(pack.term(TermOf::Retention("nothing"), DAY).is_none());
}

#[test]
fn reports_and_formulas_are_dated_too() {
    let pack = pack();
    let contents = pack.contents("standard", DAY).unwrap();
    assert_eq!(
        contents.value().sections[1].basis.to_string(),
        "cn/law art. 18"
    );
    assert!(pack.contents("standard", date(2019, 12, 31)).is_none());
    let formulas = pack.formulas(DAY);
    assert_eq!(
        (formulas.len(), formulas[0].value().of.as_str()),
        (1, "due")
    );
    assert!(pack.formulas(date(2019, 12, 31)).is_empty());
}

#[test]
fn a_form_is_told_by_the_code_and_a_data_set_by_its_day() {
    let pack = pack();
    let code = |text: &str| Code::read(text).unwrap();
    let enterprise = pack.form_of(&code("91110000600037341L")).unwrap();
    assert_eq!(enterprise.word, "enterprise");
    assert!(pack.form_of(&code("12440600MB2C07549J")).is_none());
    let set = pack.set("penalty", DAY).unwrap();
    let ranges: Vec<&str> = set
        .fields
        .iter()
        .map(|field| set.range_of(field).name())
        .collect();
    assert_eq!((set.version, ranges), (1, vec!["社会公开", "不予共享"]));
    assert!(pack.set("penalty", date(2019, 12, 31)).is_none());
    let matter = pack.matter("bidding").unwrap();
    assert_eq!(matter.effect().unwrap().to_string(), "cn/law art. 10");
    assert_eq!(pack.matter("fund").unwrap().effect(), None);
    assert!(!pack.commitment("blasting").unwrap().on);
}

#[test]
fn r25_a_data_set_is_written_out_and_read_in_again() {
    let pack = pack();
    let set = pack.set("penalty", DAY).unwrap();
    let text = toml::Value::try_from(set).unwrap();
    let again: law::DataSet = text.clone().try_into().unwrap();
    assert_eq!(toml::Value::try_from(&again).unwrap(), text);
    let (first, second) = (&text["field"][0], &text["field"][1]);
    assert_eq!(first["type"].as_str(), Some("docket"));
    let shown = (second["range"].as_str(), second["mask"].as_str());
    assert_eq!(shown, (Some("none"), Some("id")));
}
