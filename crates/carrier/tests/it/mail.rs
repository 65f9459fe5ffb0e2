//! Conversations with a mail server.

use crate::folder::open;
use crate::post::{Does, Post, Steps};
use base64ct::{Base64, Encoding as _};
use carrier::{Carriers, Mail, Sent};
use std::time::{Duration, Instant};

const TITLE: &str =
    "关于拟将贵单位列入重点关注名单的告知（枣信告〔2026〕17号），请于收到后查阅并陈述申辩";

fn carriers(port: u16, more: &str) -> Carriers {
    open(&format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
         from = \"枣庄信用办 <credit@zz.example.cn>\"\ntimeout_seconds = 1\n{more}"
    ))
    .unwrap()
}

fn letter() -> Mail {
    Mail {
        id: "n-812".to_owned(),
        to: "zhangsan@example.cn".to_owned(),
        title: TITLE.to_owned(),
        text: "甲公司：\n拟列入名单。\n.\n\n陈述申辩期限见附件。".to_owned(),
        at: "2026-05-12T10:00:00+08:00".parse().unwrap(),
    }
}

/// The header with its folded lines put together.
fn header(heard: &str, name: &str) -> String {
    let head = heard
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .replace("\r\n ", " ");
    let start = format!("{name}: ");
    let lines: Vec<&str> = head
        .lines()
        .filter_map(|line| line.strip_prefix(&start))
        .collect();
    assert_eq!(lines.len(), 1, "{name} in {head}");
    lines[0].to_owned()
}

/// Decodes the base64 words of RFC 2047.
fn decoded(value: &str) -> String {
    let mut out = String::new();
    for word in value.split(' ') {
        let inside = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|word| word.strip_suffix("?="));
        match inside {
            Some(coded) => {
                assert!(word.len() <= 75, "RFC 2047: at most 75 characters a word");
                out.push_str(std::str::from_utf8(&Base64::decode_vec(coded).unwrap()).unwrap());
            }
            None => out.push_str(word),
        }
    }
    out
}

fn failed(sent: Sent) -> (String, bool) {
    match sent {
        Sent::Failed { reason, forever } => (reason, forever),
        sent => panic!("{sent:?}"),
    }
}

#[test]
fn a_mail_arrives_with_its_chinese_whole() {
    let post = Post::open(&[]);
    let carriers = carriers(post.port, "user = \"credit\"\npassword = \"口令 1\"\n");
    let id = "n-812@zz.example.cn".to_owned();
    assert_eq!(carriers.mail(&letter()), Sent::Accepted { id });
    let heard = post.heard();
    assert!(
        heard.is_ascii()
            && heard
                .lines()
                .all(|line| line.len() <= 78 || line.starts_with("AUTH"))
    );
    assert!(
        heard.starts_with("EHLO zz.example.cn\r\nAUTH PLAIN "),
        "{heard}"
    );
    assert!(
        heard.contains("MAIL FROM:<credit@zz.example.cn>\r\nRCPT TO:<zhangsan@example.cn>\r\n")
    );
    let mail = heard.split_once("DATA\r\n").unwrap().1;
    assert_eq!(decoded(&header(mail, "Subject")), TITLE);
    assert_eq!(
        decoded(&header(mail, "From")),
        "枣庄信用办<credit@zz.example.cn>"
    );
    assert_eq!(header(mail, "To"), "zhangsan@example.cn");
    assert_eq!(header(mail, "Message-ID"), "<n-812@zz.example.cn>");
    assert_eq!(header(mail, "Date"), "Tue, 12 May 2026 02:00:00 +0000");
    assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(mail, "Content-Type"), "text/plain; charset=utf-8");
    let body = mail.split_once("\r\n\r\n").unwrap().1;
    let body = body.split_once("\r\n.\r\n").unwrap().0.replace("\r\n", "");
    let text = String::from_utf8(Base64::decode_vec(&body).unwrap()).unwrap();
    assert_eq!(
        text,
        "甲公司：\r\n拟列入名单。\r\n.\r\n\r\n陈述申辩期限见附件。\r\n"
    );
    assert!(heard.ends_with("QUIT\r\n"));
}

#[test]
fn a_retry_is_the_same_message() {
    let ids = [0, 60].map(|later| {
        let post = Post::open(&[]);
        let mut mail = letter();
        mail.at += Duration::from_secs(later);
        assert!(matches!(
            carriers(post.port, "").mail(&mail),
            Sent::Accepted { .. }
        ));
        header(post.heard().split_once("DATA\r\n").unwrap().1, "Message-ID")
    });
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn only_the_recipient_and_the_content_fail_for_ever() {
    let cases: [(Steps, bool, &str); 10] = [
        (
            &[(
                "RCPT",
                Does::Say("550 5.1.1 <zhangsan@example.cn>: zhangsan unknown"),
            )],
            true,
            "邮件服务器在“收件人”一步答复 550：5.1.1 <z***@example.cn>: z*** unknown",
        ),
        (
            &[("RCPT", Does::Say("450-4.2.1 later\r\n450 4.2.1 please"))],
            false,
            "邮件服务器在“收件人”一步答复 450：4.2.1 later please",
        ),
        (
            &[(".", Does::Say("554 5.7.1 spam"))],
            true,
            "邮件服务器在“正文”一步答复 554：5.7.1 spam",
        ),
        (
            &[(".", Does::Say("451 busy"))],
            false,
            "邮件服务器在“正文”一步答复 451：busy",
        ),
        (
            &[("DATA", Does::Say("421 bye"))],
            false,
            "邮件服务器在“正文”一步答复 421：bye",
        ),
        (
            &[("hello", Does::Say("554 no"))],
            false,
            "邮件服务器在“连接”一步答复 554：no，请核对 [smtp] 的 host、port 和 tls",
        ),
        (
            &[("MAIL", Does::Say("553 not yours"))],
            false,
            "邮件服务器在“发件人”一步答复 553：not yours，请核对 [smtp] 的 from",
        ),
        (
            &[("AUTH", Does::Say("535 5.7.8 wrong"))],
            false,
            "邮件服务器在“登录”一步答复 535：5.7.8 wrong，请核对 [smtp] 的 user 和 password",
        ),
        (
            &[("EHLO", Does::Say("250 post"))],
            false,
            "邮件服务器不支持所配置的“登录”方式，请核对 [smtp] 的 user 和 password",
        ),
        (
            &[("RCPT", Does::Say("250 ok")), (".", Does::Drop)],
            false,
            "与邮件服务器的对话在“正文”一步中断，或答复无法识别",
        ),
    ];
    for (steps, forever, reason) in cases {
        let post = Post::open(steps);
        let login = "user = \"credit\"\npassword = \"1\"\n";
        let sent = carriers(post.port, login).mail(&letter());
        assert_eq!(failed(sent), (reason.to_owned(), forever));
        let _ = post.heard();
    }
}

#[test]
fn a_mute_server_costs_one_timeout() {
    for (steps, step) in [
        (&[("hello", Does::Hang)], "连接"),
        (&[("RCPT", Does::Hang)], "收件人"),
        (&[(".", Does::Hang)], "正文"),
    ] {
        let post = Post::open(steps);
        let begun = Instant::now();
        let sent = carriers(post.port, "").mail(&letter());
        let reason = format!("邮件服务器在“{step}”一步超时没有答复");
        assert_eq!(failed(sent), (reason, false));
        let took = begun.elapsed();
        assert!(
            took >= Duration::from_secs(1) && took < Duration::from_secs(4),
            "{took:?}"
        );
        let _ = post.heard();
    }
}

#[test]
fn a_taken_mail_is_taken_though_the_good_bye_hangs() {
    let post = Post::open(&[("QUIT", Does::Hang)]);
    assert!(matches!(
        carriers(post.port, "").mail(&letter()),
        Sent::Accepted { .. }
    ));
}

#[test]
fn no_server_and_no_encryption_are_tried_again() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let (reason, forever) = failed(carriers(port, "").mail(&letter()));
    assert_eq!(
        reason,
        "与邮件服务器的连接在“连接”一步失败，请核对 [smtp] 的 host、port 和 tls"
    );
    assert!(!forever);
    let post = Post::open(&[]);
    let text = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"starttls\"\nfrom = \"a@b.cn\"\n",
        post.port
    );
    let (reason, forever) = failed(open(&text).unwrap().mail(&letter()));
    assert_eq!(
        reason,
        "邮件服务器不支持所配置的“加密”方式，请核对 [smtp] 的 tls"
    );
    assert!(
        !forever && !post.heard().contains("MAIL"),
        "nothing leaves in clear"
    );
}

#[test]
fn forged_headers_and_commands_never_reach_the_server() {
    // Nobody listens: what is refused here is refused before a connection.
    let carriers = carriers(1, "");
    let wrong = |change: &dyn Fn(&mut Mail)| {
        let mut mail = letter();
        change(&mut mail);
        let (reason, forever) = failed(carriers.mail(&mail));
        assert!(forever, "{reason}");
        reason
    };
    for to in [
        "a@example.cn\r\nBcc: b@example.cn",
        "a@example.cn\nb",
        "a@example.cn>\r\nRCPT TO:<b@example.cn",
        "a@example.cn, b@example.cn",
        "\"a b\"@example.cn",
        "张三@example.cn",
        "a@例子.中国",
        "a@example.cn\0",
        "example.cn",
        "",
    ] {
        let reason = wrong(&|mail| mail.to = to.to_owned());
        assert_eq!(reason, "邮箱地址不合规范，中文域名请写成 xn-- 形式", "{to}");
    }
    for title in [
        "告知\r\nBcc: b@example.cn",
        "告知\nX: y",
        "告知\u{85}",
        "a\0",
    ] {
        let reason = wrong(&|mail| mail.title = title.to_owned());
        assert_eq!(reason, "邮件主题含有换行等控制字符");
    }
    for title in [" ".to_owned(), "长".repeat(201)] {
        assert_eq!(
            wrong(&|mail| mail.title.clone_from(&title)),
            "邮件主题为空或过长"
        );
    }
    for text in [" \n".to_owned(), "长".repeat(100_000)] {
        assert_eq!(
            wrong(&|mail| mail.text.clone_from(&text)),
            "邮件正文为空或过长"
        );
    }
    for id in ["", "n 1", "n>\r\nX: y", "告知"] {
        let reason = wrong(&|mail| mail.id = id.to_owned());
        assert_eq!(reason, "告知编号只能用字母、数字和 - _ .，最多 64 个字符");
    }
    let early = wrong(&|mail| mail.at = "1969-12-31T00:00:00Z".parse().unwrap());
    assert_eq!(early, "邮件时间不合理");
}

#[test]
fn neither_address_nor_text_shows() {
    let shown = format!("{:?}", letter());
    assert_eq!(shown, "Mail { id: \"n-812\", to: \"z***@example.cn\", .. }");
    let shown = format!(
        "{:?}",
        carriers(1, "user = \"credit\"\npassword = \"hunter2\"\n")
    );
    assert!(
        !shown.contains("hunter2") && !shown.contains("credit"),
        "{shown}"
    );
}
