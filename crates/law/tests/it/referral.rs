//! Who is told of a breach by an organ or by its staff.

use crate::support::pack;
use crate::town::{Files, also, changed, loaded, refused};
use domain::code::Code;
use domain::person::Key;
use domain::procedure::{Term, Unit};
use domain::referral::{Breaker, Office};
use jiff::civil::{Date, date};
use law::diff;

const DAY: Date = date(2026, 5, 12);
const PATH: &str = "cn/law/referral.md";

fn breakers() -> [Breaker; 4] {
    let code = Code::read("91110000600037341L").unwrap();
    let key = Key::of(&[1; 32], "1");
    [
        Breaker::Organ { code },
        Breaker::Institution { code },
        Breaker::StateFirm { code },
        Breaker::Staff {
            employer: code,
            key,
        },
    ]
}

#[test]
fn r89_every_breaker_has_those_the_mission_document_names() {
    let pack = pack();
    for breaker in breakers() {
        let word = breaker.word();
        let route = pack.route(word, DAY).unwrap();
        let wanted = match breaker {
            Breaker::Staff { .. } => {
                vec![Office::Employer, Office::Inspectorate, Office::Personnel]
            }
            _ => vec![Office::Superior, Office::Audit],
        };
        assert_eq!(route.value().offices, wanted, "{word}");
        assert_eq!(route.value().breaker, word);
        assert_eq!(
            route.basis().to_string(),
            "sd/xinyongban-2019-8 art. （十四）"
        );
        assert!(!route.basis().confirmed, "the days of the reply are ours");
        let template = pack.notice(&route.value().template).unwrap();
        assert!(template.body.contains("{until}"));
        assert!(pack.route(word, date(2019, 12, 9)).is_none());
    }
    assert!(pack.route("enterprise", DAY).is_none());
}

#[test]
fn r89_the_route_and_the_duty_give_the_same_days() {
    let pack = pack();
    let duty = pack.duty("referral-reply", DAY).unwrap();
    let reply = pack.route("staff", DAY).unwrap().value().reply;
    assert_eq!(
        (reply.days, reply.unit),
        (duty.value().days, duty.value().unit)
    );
}

const ROUTE: &str = r#"
```rule
id = "referral.route"
when = { breaker = "staff" }
from = "2020-01-01"
offices = ["employer", "inspectorate"]
reply = { days = 10, unit = "calendar" }
template = "referral-sent"
article = "41"
```
```case
why = "工作人员"
given = { breaker = "staff", on = "2020-03-02" }
expect = { offices = ["employer", "inspectorate"], reply_days = 10 }
```
"#;

fn routed() -> Files {
    let covered = "[[subject]]\nid = \"referral.route\"\nbreaker = \"staff\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"grade.scale\"";
    let mut files = changed(
        "catalog/coverage.toml",
        "[[subject]]\nid = \"grade.scale\"",
        covered,
    );
    files.push((PATH.to_owned(), ROUTE.to_owned()));
    files
}

#[test]
fn r89_a_route_that_leads_nowhere_does_not_load() {
    let faults = [
        (
            "breaker = \"staff\" }\nfrom",
            "breaker = \"firm\" }\nfrom",
            "不能是 `firm`",
        ),
        ("when = { breaker = \"staff\" }\n", "", "缺少 `breaker`"),
        (
            "[\"employer\", \"inspectorate\"]\nreply",
            "[]\nreply",
            "`offices` 不能为空",
        ),
        (
            "[\"employer\", \"inspectorate\"]\nreply",
            "[\"press\"]\nreply",
            "press",
        ),
        (
            "[\"employer\", \"inspectorate\"]\nreply",
            "[\"employer\", \"employer\"]\nreply",
            "通报对象 `offices` 列了两次",
        ),
        ("days = 10", "days = 0", "答复期限 `reply` 须大于零"),
        (
            "unit = \"calendar\"",
            "unit = \"calendar\", hours = 1",
            "hours",
        ),
        (
            "template = \"referral-sent\"",
            "template = \"letter\"",
            "`letter` 不在封闭目录中",
        ),
        (
            "reply_days = 10",
            "reply_days = 15",
            "应为 所在单位 纪检监察机关 / 15，规则答 所在单位 纪检监察机关 / 10",
        ),
        ("breaker = \"staff\", on", "on", "缺少提问所需的事实"),
        (
            "breaker = \"staff\" }\nfrom",
            "breaker = \"staff\", kind = \"x\" }\nfrom",
            "`when` 中的 `kind`",
        ),
    ];
    for (old, new, message) in faults {
        refused(also(routed(), PATH, old, new), PATH, message);
    }
    let bare = ROUTE.split("```case").next().unwrap();
    refused(
        also(routed(), PATH, ROUTE, bare),
        PATH,
        "规则 `referral.route` 没有用例",
    );
    let twice = format!("{ROUTE}{ROUTE}");
    refused(
        also(routed(), PATH, ROUTE, &twice),
        PATH,
        "同一天有两条规则",
    );
    let ended = also(
        routed(),
        PATH,
        "from = \"2020-01-01\"",
        "from = \"2020-01-01\"\nuntil = \"2030-06-30\"",
    );
    refused(
        ended,
        "catalog/coverage.toml",
        "referral.route staff 自 2030-07-01 起没有规则",
    );
}

#[test]
fn r89_a_reply_is_not_timed_in_two_ways() {
    let duty = "\n```rule\nid = \"duty.term\"\nwhen = { kind = \"referral-reply\" }\nfrom = \"2020-01-01\"\ndays = 10\nunit = \"calendar\"\narticle = \"42\"\n```\n```case\nwhy = \"答复\"\ngiven = { kind = \"referral-reply\", on = \"2020-03-02\" }\nexpect = { due = \"2020-03-12\" }\n```\n";
    let row = "[[duty]]\nkind = \"referral-reply\"\nname = \"答复\"\nstart = \"签收\"\n\n[[duty]]\nkind = \"list-comment\"";
    let files = also(
        routed(),
        "catalog/duties.toml",
        "[[duty]]\nkind = \"list-comment\"",
        row,
    );
    let files = also(files, PATH, ROUTE, &format!("{ROUTE}{duty}"));
    loaded(files.clone());
    let other = also(files, PATH, "reply = { days = 10", "reply = { days = 15");
    let other = also(other, PATH, "reply_days = 10", "reply_days = 15");
    refused(other, PATH, "的 duty.term referral-reply 不一致");
}

#[test]
fn r118_a_changed_route_is_told_and_found_by_its_article() {
    let old = loaded(routed());
    let told = "[\"employer\", \"inspectorate\"]";
    let more = "[\"employer\", \"inspectorate\", \"personnel\"]";
    let new = also(also(routed(), PATH, told, more), PATH, told, more);
    let new = loaded(new);
    let lines: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "修改规则 cn/law referral.route（staff）自 2020-01-01〔cn/law art. 41〕：offices employer、inspectorate → employer、inspectorate、personnel"
        ]
    );
    let reply = old.route("staff", date(2020, 3, 2)).unwrap().value().reply;
    let wanted = Term {
        days: 10,
        unit: Unit::Calendar,
    };
    assert_eq!(reply, wanted);
    let found = old.depending("cn/law", Some("41"));
    let what: Vec<&str> = found.iter().map(|place| place.what.as_str()).collect();
    assert_eq!(what, ["referral.route staff（41）"]);
}
