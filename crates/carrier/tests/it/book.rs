//! `docs/SMS.md` says what the code does: its example verifies, its reference adapter works.

use crate::adapter::Adapter;
use crate::folder::Folder;
use crate::sms::{SECRET, carriers, message};
use carrier::{Receipt, Sent};
use domain::notice::Outcome;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const BOOK: &str = include_str!("../../../../docs/SMS.md");

fn fence(language: &str) -> &'static str {
    let (_, rest) = BOOK.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

#[test]
fn the_example_of_the_page_verifies() {
    assert!(
        BOOK.contains(SECRET),
        "the page and the tests have one secret"
    );
    let carriers = carriers(1);
    let requests: Vec<&str> = fence("http").split("POST ").skip(1).collect();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let field = |name: &str| {
            let line = request.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap().trim_start_matches(": ")
        };
        let time = field("X-Chengheng-Timestamp");
        let body = request.split("\n\n").nth(1).unwrap().as_bytes();
        let now = jiff::Timestamp::from_second(time.parse().unwrap()).unwrap();
        assert!(
            carriers.verify(body, time, field("X-Chengheng-Signature"), now),
            "{request}"
        );
    }
    let last = fence("http").split("\n\n").last().unwrap();
    let receipt = Receipt::read(last.as_bytes()).unwrap();
    assert!(matches!(receipt.outcome, Outcome::Delivered { .. }));
}

#[test]
fn the_configuration_of_the_page_is_sound() {
    let folder = Folder::new();
    folder.file("smtp.password", "p\n");
    folder.file("sms.secret", SECRET);
    let path = folder.file("carriers.toml", fence("toml"));
    carrier::Carriers::open(&path).unwrap();
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The reference adapter, where this machine has Python.
fn reference(folder: &Folder, change: &dyn Fn(&str) -> String) -> Option<(Running, u16)> {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let script = folder.file("adapter.py", &change(fence("python")));
    let child = Command::new("python3")
        .arg(script)
        .current_dir(folder.path(""))
        .env("SMS_SECRET", SECRET)
        .env("PORT", port.to_string())
        .stderr(Stdio::null())
        .spawn();
    let running = Running(child.ok()?);
    let up = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    up.then_some((running, port))
}

/// The reference adapter checks the time, so this message is of now.
fn fresh() -> carrier::Text {
    let mut text = message();
    let mut clock = Command::new("date");
    let out = clock.arg("+%s").output().unwrap();
    let second = String::from_utf8(out.stdout).unwrap();
    text.at = jiff::Timestamp::from_second(second.trim().parse().unwrap()).unwrap();
    text
}

#[test]
fn the_reference_adapter_sends_once_for_each_id() {
    let folder = Folder::new();
    let noisy = |script: &str| {
        script.replace(
            "def send(order): return",
            "def send(order): open('log', 'a').write(order['text'] + '\\n'); return",
        )
    };
    let Some((_running, port)) = reference(&folder, &noisy) else {
        return;
    };
    let carriers = carriers(port);
    for _ in 0..3 {
        let id = "SP-n-812".to_owned();
        assert_eq!(carriers.sms(&fresh()), Sent::Accepted { id });
    }
    let log = std::fs::File::open(folder.path("log")).unwrap();
    assert_eq!(BufReader::new(log).lines().count(), 1, "sent once");
    let stale = carriers.sms(&message());
    let reason = "短信适配器答复 401：签名或时间不符，请核对 [sms] 的 secret 和两端时钟".to_owned();
    assert_eq!(
        stale,
        Sent::Failed {
            reason,
            forever: false
        }
    );
}

#[test]
fn the_reports_of_the_reference_adapter_are_receipts() {
    let folder = Folder::new();
    let platform = Adapter::open("204 No Content", "");
    let reporting = |script: &str| {
        let port = platform.port;
        script
            .replace(
                "os.environ.get(\"PLATFORM\", \"\")",
                &format!("'http://127.0.0.1:{port}'"),
            )
            .replace(
                "def send(order): return",
                "def send(order): report(order['id'], outcome='delivered', proof='P'); return",
            )
    };
    let Some((_running, port)) = reference(&folder, &reporting) else {
        return;
    };
    let carriers = carriers(port);
    let text = fresh();
    assert!(matches!(carriers.sms(&text), Sent::Accepted { .. }));
    let heard = platform.heard();
    assert_eq!(heard.line, "POST /api/v1/notices/receipts HTTP/1.1\r\n");
    let (time, tag) = (
        heard.header("x-chengheng-timestamp"),
        heard.header("x-chengheng-signature"),
    );
    assert!(carriers.verify(&heard.body, time, tag, text.at));
    let receipt = Receipt::read(&heard.body).unwrap();
    let proof = "P".to_owned();
    assert_eq!(
        (receipt.id, receipt.outcome),
        (text.id, Outcome::Delivered { proof })
    );
}

#[test]
fn the_reference_adapter_tries_again_what_it_did_not_send() {
    let folder = Folder::new();
    let failing = |script: &str| {
        script.replace(
            "def send(order): return",
            "def send(order):\n    if not os.path.exists('down'): open('down', 'w'); raise OSError('运营商忙')\n    return",
        )
    };
    let Some((_running, port)) = reference(&folder, &failing) else {
        return;
    };
    let carriers = carriers(port);
    let reason = "短信适配器答复 503：运营商忙".to_owned();
    assert_eq!(
        carriers.sms(&fresh()),
        Sent::Failed {
            reason,
            forever: false
        }
    );
    let id = "SP-n-812".to_owned();
    assert_eq!(carriers.sms(&fresh()), Sent::Accepted { id });
}
