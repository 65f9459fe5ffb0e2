//! Exchanges with an adapter.

use crate::adapter::Adapter;
use crate::folder::open;
use carrier::{Carriers, Receipt, Sent, Text};
use domain::notice::Outcome;

pub const SECRET: &str = "9f2c1e7ab05d4c38a6e1f0b7d2934c5e";

pub fn carriers(port: u16) -> Carriers {
    open(&format!(
        "[sms]\nurl = \"http://127.0.0.1:{port}/sms\"\nsecret = \"{SECRET}\"\nsign = \"枣庄信用\"\n\
         timeout_seconds = 1\n"
    ))
    .unwrap()
}

pub fn message() -> Text {
    Text {
        id: "n-812".to_owned(),
        to: "13812345678".to_owned(),
        text: "您有一份告知待查收，请登录信用平台查看。".to_owned(),
        at: "2026-05-12T02:00:00.7Z".parse().unwrap(),
    }
}

#[test]
fn the_request_is_as_documented_and_its_tag_verifies() {
    let adapter = Adapter::open("202 Accepted", r#"{"id":"SP-1","more":true}"#);
    let carriers = carriers(adapter.port);
    let id = "SP-1".to_owned();
    assert_eq!(carriers.sms(&message()), Sent::Accepted { id });
    let heard = adapter.heard();
    assert_eq!(heard.line, "POST /sms HTTP/1.1\r\n");
    assert_eq!(heard.header("content-type"), "application/json");
    assert_eq!(
        std::str::from_utf8(&heard.body).unwrap(),
        "{\"id\":\"n-812\",\"to\":\"13812345678\",\"text\":\"您有一份告知待查收，请登录信用平台查看。\",\
         \"sign\":\"枣庄信用\",\"at\":\"2026-05-12T10:00:00+08:00\"}"
    );
    let (time, tag) = (
        heard.header("x-chengheng-timestamp"),
        heard.header("x-chengheng-signature"),
    );
    assert_eq!(time, "1778551200");
    let now = message().at;
    assert!(carriers.verify(&heard.body, time, tag, now));
    assert!(!carriers.verify(b"{}", time, tag, now));
    let later = "2026-05-12T02:05:01Z".parse().unwrap();
    assert!(
        !carriers.verify(&heard.body, time, tag, later),
        "a recorded message"
    );
    assert!(
        !Carriers::default().verify(&heard.body, time, tag, now),
        "no adapter, no receipts"
    );
}

#[test]
fn each_answer_means_one_thing() {
    for (status, body, forever, reason) in [
        (
            "422 No",
            r#"{"reason":"13812345678 是空号"}"#,
            true,
            "短信适配器答复 422：138****5678 是空号",
        ),
        ("400 No", "", true, "短信适配器答复 400"),
        ("408 No", "", false, "短信适配器答复 408"),
        ("429 No", "{}", false, "短信适配器答复 429"),
        (
            "401 No",
            "<html>",
            false,
            "短信适配器答复 401，请核对 [sms] 的 secret 和两端时钟",
        ),
        (
            "404 No",
            "",
            false,
            "短信适配器答复 404，请核对 [sms] 的 url",
        ),
        (
            "302 No",
            "",
            false,
            "短信适配器答复 302，请核对 [sms] 的 url",
        ),
        (
            "503 No",
            r#"{"reason":"运营商忙"}"#,
            false,
            "短信适配器答复 503：运营商忙",
        ),
        (
            "200 OK",
            "{}",
            false,
            "短信适配器答复已接收，但没有给出可用的 id",
        ),
        (
            "200 OK",
            r#"{"id":""}"#,
            false,
            "短信适配器答复已接收，但没有给出可用的 id",
        ),
        ("", "", false, "短信适配器超时没有答复"),
        ("nonsense", "", false, "与短信适配器的连接中断"),
    ] {
        let adapter = Adapter::open(status, body);
        let reason = reason.to_owned();
        let sent = carriers(adapter.port).sms(&message());
        assert_eq!(sent, Sent::Failed { reason, forever }, "{status} {body}");
        let _ = adapter.heard();
    }
}

#[test]
fn an_adapter_that_is_not_there_is_tried_again() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let reason = "短信适配器拒绝连接，请确认它在运行，并核对 [sms] 的 url".to_owned();
    let sent = carriers(port).sms(&message());
    assert_eq!(
        sent,
        Sent::Failed {
            reason,
            forever: false
        }
    );
}

#[test]
fn what_can_never_be_sent_is_refused_before_it_leaves() {
    let carriers = carriers(1);
    let wrong = |change: &dyn Fn(&mut Text)| {
        let mut text = message();
        change(&mut text);
        match carriers.sms(&text) {
            Sent::Failed {
                reason,
                forever: true,
            } => reason,
            sent => panic!("{sent:?}"),
        }
    };
    for to in [
        "",
        "1381234567x",
        "138 1234 5678",
        "+",
        "1381",
        "１３８１２３４５６７８",
    ] {
        let reason = wrong(&|text| text.to = to.to_owned());
        assert_eq!(reason, "手机号码不合规范，只用数字，国际号码以 + 开头");
    }
    assert_eq!(
        wrong(&|text| text.text = " ".to_owned()),
        "短信内容为空或过长"
    );
    assert_eq!(
        wrong(&|text| text.text = "长".repeat(1001)),
        "短信内容为空或过长"
    );
    assert!(wrong(&|text| text.id = "a b".to_owned()).starts_with("告知编号"));
}

#[test]
fn a_receipt_says_delivered_or_failed_and_nothing_between() {
    let read = |body: &str| Receipt::read(body.as_bytes());
    let good = read(
        r#"{"id":"n-812","outcome":"delivered","proof":"DELIVRD 8842","at":"2026-05-12T10:00:09+08:00"}"#,
    );
    let good = good.unwrap();
    let proof = "DELIVRD 8842".to_owned();
    assert_eq!(
        (good.id.as_str(), good.outcome),
        ("n-812", Outcome::Delivered { proof })
    );
    assert_eq!(good.at.as_second(), 1_778_551_209);
    let bad = read(
        r#"{"id":"n-812","outcome":"failed","reason":"13812345678 停机","forever":true,"at":"2026-05-12T02:00:09Z"}"#,
    );
    let reason = "138****5678 停机".to_owned();
    assert_eq!(
        bad.unwrap().outcome,
        Outcome::Failed {
            reason,
            forever: true
        }
    );
    for body in [
        "",
        "[]",
        r#"{"id":"n","outcome":"delivered","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"delivered","proof":" ","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"delivered","proof":"P","reason":"R","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"delivered","proof":"P","forever":true,"at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"failed","proof":"P","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"sent","proof":"P","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","outcome":"delivered","proof":"P","at":"yesterday"}"#,
        r#"{"id":"n o","outcome":"delivered","proof":"P","at":"2026-05-12T02:00:09Z"}"#,
        r#"{"id":"n","to":"1","outcome":"delivered","proof":"P","at":"2026-05-12T02:00:09Z"}"#,
    ] {
        let error = read(body).unwrap_err().to_string();
        assert!(error.starts_with("回执无法识别："), "{body}: {error}");
    }
}

#[test]
fn a_request_of_ours_sent_back_is_no_receipt() {
    let adapter = Adapter::open("200 OK", r#"{"id":"SP-1"}"#);
    let _ = carriers(adapter.port).sms(&message());
    assert!(Receipt::read(&adapter.heard().body).is_err());
}

#[test]
fn neither_number_nor_secret_shows() {
    let shown = format!("{:?} {:?}", message(), carriers(1));
    assert!(shown.contains("138****5678"), "{shown}");
    assert!(
        !shown.contains("13812345678") && !shown.contains(SECRET),
        "{shown}"
    );
}
