//! `carriers.toml`: what is absent, what is sound, and what is said of each mistake.

use crate::folder::{Folder, open};
use carrier::{Broken, Carriers, Mail, Sent, Text};
use domain::notice::{Channel, Outcome};

const SMTP: &str = "[smtp]\nhost = \"mail.example.cn\"\ntls = \"tls\"\nfrom = \"a@example.cn\"\n";
const SMS: &str = "[sms]\nurl = \"https://sms.example.cn/send\"\nsecret = \"0123456789abcdef\"\nsign = \"枣庄信用\"\n";

/// A root made for this test; nobody has its key.
const ROOT: &str = include_str!("root.pem");

#[test]
fn carriers_may_go_to_a_worker() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Carriers>();
}

#[test]
fn an_absent_channel_says_so() {
    let folder = Folder::new();
    let nothing = [
        Carriers::open(&folder.path("carriers.toml")).unwrap(),
        open("").unwrap(),
    ];
    for carriers in nothing {
        let at = "2026-05-12T02:00:00Z".parse().unwrap();
        let word = || "n-1".to_owned();
        let (id, to, text) = (word(), word(), word());
        let title = word();
        assert_eq!(
            carriers.mail(&Mail {
                id,
                to,
                title,
                text,
                at
            }),
            Sent::Absent
        );
        let (id, to, text) = (word(), word(), word());
        assert_eq!(carriers.sms(&Text { id, to, text, at }), Sent::Absent);
        let has = Channel::ALL.map(|channel| carriers.has(channel));
        assert_eq!(has, [true, false, false]);
    }
    let reason = "没有配置短信通道，请在 carriers.toml 中补充".to_owned();
    assert_eq!(
        Sent::Absent.outcome(Channel::Sms),
        Outcome::Failed {
            reason,
            forever: false
        }
    );
    let sms = open(SMS).unwrap();
    assert!(sms.has(Channel::Sms) && !sms.has(Channel::Email));
}

#[test]
fn every_way_to_encrypt_is_read() {
    for tls in ["none", "starttls", "tls"] {
        let text = SMTP.replace("\"tls\"", &format!("\"{tls}\""));
        let shown = format!("{:?}", open(&text).unwrap());
        let port = [("none", "25"), ("starttls", "587"), ("tls", "465")];
        let (_, port) = port.iter().find(|(name, _)| *name == tls).unwrap();
        assert!(shown.contains(&format!("port: {port}")), "{shown}");
    }
    let folder = Folder::new();
    folder.file("root.pem", ROOT);
    folder.file("password", "hunter2\n");
    folder.file("secret", "0123456789abcdef\r\n");
    let more = "user = \"u\"\npassword_file = \"password\"\nca_file = \"root.pem\"\nport = 2465\n";
    let sms = SMS.replace("secret = \"0123456789abcdef\"", "secret_file = \"secret\"");
    let text = format!("{SMTP}{more}{sms}ca_file = \"root.pem\"\ntimeout_seconds = 300\n");
    let carriers = Carriers::open(&folder.file("carriers.toml", &text)).unwrap();
    assert!(carriers.has(Channel::Email) && carriers.has(Channel::Sms));
}

#[test]
fn each_mistake_is_named_with_its_remedy() {
    for (text, said) in [
        (
            "[smpt]",
            "carriers.toml 的 smpt：不认识，只有 [smtp] 和 [sms] 两节，请改正或删除",
        ),
        ("smtp = 1", "carriers.toml 的 smtp：应是一节，写作 [smtp]"),
        (
            "[smtp]\n",
            "[smtp].host：缺少这一项，填写邮件服务器的主机名",
        ),
        (
            &SMTP.replace("mail.", "smtp://mail."),
            "[smtp].host：只填主机名或 IP 地址",
        ),
        (
            &SMTP.replace("\"tls\"", "\"ssl\""),
            "[smtp].tls：只能是 \"none\"、\"starttls\" 或 \"tls\"",
        ),
        (
            &SMTP.replace("tls = \"tls\"\n", ""),
            "[smtp].tls：缺少这一项",
        ),
        (
            &SMTP.replace("a@example.cn", "信用办"),
            "[smtp].from：应是一个邮箱地址",
        ),
        (
            &SMTP.replace("a@example.cn", "a <a@example.cn"),
            "[smtp].from：应是一个邮箱地址",
        ),
        (
            &format!("{SMTP}port = \"465\""),
            "[smtp].port：应是 1 到 65535 之间的整数，不加引号",
        ),
        (&format!("{SMTP}port = 0"), "[smtp].port：应是 1 到 65535"),
        (
            &format!("{SMTP}timeout_seconds = 301"),
            "[smtp].timeout_seconds：应是 1 到 300",
        ),
        (
            &format!("{SMTP}user = \"u\""),
            "[smtp].user：还缺 password 或 password_file",
        ),
        (
            &format!("{SMTP}password = \"p\""),
            "[smtp].password：还缺 user",
        ),
        (
            &format!("{SMTP}user = \"u\"\npassword = \"p\"\npassword_file = \"f\""),
            "[smtp].password：与 password_file 只能写一个",
        ),
        (
            &SMTP.replace("\"tls\"", "\"none\"\nuser = \"u\"\npassword = \"p\""),
            "[smtp].tls：为 \"none\" 时口令会明文传输",
        ),
        (
            &format!("{SMTP}hots = \"x\""),
            "[smtp].hots：不认识，可用的键是 host、tls、ca_file、port、user、password、password_file、from、timeout_seconds",
        ),
        (
            &format!("{SMTP}ca_file = \"none.pem\""),
            "none.pem：文件不存在",
        ),
        ("[sms]\n", "[sms].url：缺少这一项，填写短信适配器的地址"),
        (
            &SMS.replace("https", "ftp"),
            "[sms].url：应是 http:// 或 https:// 开头的地址",
        ),
        (
            &SMS.replace("sms.ex", "u:p@sms.ex"),
            "[sms].url：应是 http:// 或 https:// 开头的地址，不含用户名和口令",
        ),
        (
            &SMS.replace("0123456789abcdef", "short"),
            "[sms].secret：缺少或不足 16 个字符",
        ),
        (
            &SMS.replace("枣庄信用", "【枣庄信用】"),
            "[sms].sign：最多 20 个字，不带【】和换行",
        ),
        (
            &SMS.replace("\"枣庄信用\"", "\"\""),
            "[sms].sign：应是非空的文字，用双引号括起",
        ),
        (&format!("{SMS}retry = 3"), "[sms].retry：不认识"),
        (
            "[sms]\nsecret = hunter2hunter2hunter2\n",
            "carriers.toml 第 2 行不是合法的 TOML",
        ),
        (
            &format!("{SMS}{SMS}"),
            "carriers.toml 第 5 行不是合法的 TOML",
        ),
    ] {
        let broken = open(text).unwrap_err();
        let shown = format!("{broken} {broken:?}");
        assert!(broken.to_string().contains(said), "{text}: {broken}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("u:p@"),
            "{shown}"
        );
    }
}

#[test]
fn a_file_without_certificate_or_secret_is_named() {
    let folder = Folder::new();
    folder.file("empty", "\n");
    folder.file("text.pem", "no certificate\n");
    folder.file(
        "bad.pem",
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
    );
    folder.file(
        "odd.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    for (more, said) in [
        (
            "ca_file = \"text.pem\"",
            "[smtp].ca_file：所指的文件里没有证书，应是 PEM 格式的根证书",
        ),
        (
            "ca_file = \"bad.pem\"",
            "[smtp].ca_file：所指的文件有损坏的 PEM 段",
        ),
        (
            "ca_file = \"odd.pem\"",
            "[smtp].ca_file：所指的证书无法识别",
        ),
        (
            "user = \"u\"\npassword_file = \"empty\"",
            "[smtp].password_file：所指的文件是空的",
        ),
    ] {
        let path = folder.file("carriers.toml", &format!("{SMTP}{more}\n"));
        let broken = Carriers::open(&path).unwrap_err().to_string();
        assert!(broken.contains(said), "{broken}");
    }
    std::fs::write(folder.path("latin"), [0xff]).unwrap();
    let broken = Carriers::open(&folder.path("latin")).unwrap_err();
    assert!(
        matches!(broken, Broken::Unreadable { .. })
            && broken.to_string().contains("不是 UTF-8 文本")
    );
}
