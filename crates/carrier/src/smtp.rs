//! E-mail by SMTP: one connection a mail, driven step by step, because what an answer means depends on
//! the step. That nobody lives at an address is final; that our password is wrong is not.

use crate::config::{Broken, Secret, Section};
use crate::quote::{colon, quote};
use crate::{Mail, Sent, wrong_id};
use jiff::Timestamp;
use lettre::address::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    Certificate, CertificateStore, SmtpConnection, TlsParameters,
};
use lettre::transport::smtp::commands;
use lettre::transport::smtp::extension::ClientId;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

/// How long the server may take over the good-bye; the mail is taken or refused by then.
const GOODBYE: Duration = Duration::from_secs(2);

/// Most characters of a title.
const TITLE: usize = 200;

/// Most bytes of a text.
const TEXT: usize = 256 * 1024;

/// The mail server of the installation.
pub(crate) struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    login: Option<Credentials>,
    from: Mailbox,
    timeout: Duration,
}

#[derive(Clone)]
enum Tls {
    None,
    Start(TlsParameters),
    Whole(TlsParameters),
}

/// Where a conversation stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    Encrypt,
    Login,
    Sender,
    Recipient,
    Content,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "连接",
            Self::Encrypt => "加密",
            Self::Login => "登录",
            Self::Sender => "发件人",
            Self::Recipient => "收件人",
            Self::Content => "正文",
        }
    }

    /// What the operator should look at when the server refuses this step.
    fn remedy(self) -> &'static str {
        match self {
            Self::Connect => "，请核对 [smtp] 的 host、port 和 tls",
            Self::Encrypt => "，请核对 [smtp] 的 tls",
            Self::Login => "，请核对 [smtp] 的 user 和 password",
            Self::Sender => "，请核对 [smtp] 的 from",
            Self::Recipient | Self::Content => "",
        }
    }

    fn of(self) -> impl Fn(Error) -> (Self, Error) {
        move |error| (self, error)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    pub(crate) fn open(mut section: Section) -> Result<Self, Broken> {
        let host = section.needed("host", "填写邮件服务器的主机名")?;
        if host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            return Err(section.broken("host", "只填主机名或 IP 地址，不带协议和路径"));
        }
        let word = section.needed("tls", "填写 \"none\"、\"starttls\" 或 \"tls\"")?;
        let roots = section.roots("ca_file")?;
        let (tls, port) = match word.as_str() {
            "none" => (Tls::None, 25),
            "starttls" => (Tls::Start(parameters(&section, &host, roots)?), 587),
            "tls" => (Tls::Whole(parameters(&section, &host, roots)?), 465),
            _ => return Err(section.broken("tls", "只能是 \"none\"、\"starttls\" 或 \"tls\"")),
        };
        let port = section.whole("port", port, 1..=u16::MAX)?;
        let login = login(&mut section)?;
        if login.is_some() && matches!(tls, Tls::None) && !loopback(&host) {
            let remedy = "为 \"none\" 时口令会明文传输，请改为 \"starttls\" 或 \"tls\"，或不登录";
            return Err(section.broken("tls", remedy));
        }
        let text = section.needed(
            "from",
            "填写发件地址，如 \"信用办 <credit@example.gov.cn>\"",
        )?;
        let from = sender(&text).ok_or_else(|| {
            section.broken(
                "from",
                "应是一个邮箱地址，或“名称 <地址>”，地址只用英文字符",
            )
        })?;
        let timeout = section.whole("timeout_seconds", 30, 1..=300)?;
        section.finish()?;
        Ok(Self {
            host,
            port,
            tls,
            login,
            from,
            timeout: Duration::from_secs(timeout.into()),
        })
    }

    pub(crate) fn send(&self, mail: &Mail) -> Sent {
        let id = format!("{}@{}", mail.id, self.from.email.domain());
        let written = check(mail).and_then(|to| {
            let bytes = self.write(mail, &to, &id);
            bytes.map(|bytes| (to, bytes))
        });
        let (to, bytes) = match written {
            Ok(written) => written,
            Err(reason) => return Sent::forever(reason),
        };
        match self.deliver(to, &bytes) {
            Ok(()) => Sent::Accepted { id },
            Err((step, error)) => {
                let final_here = matches!(step, Step::Recipient | Step::Content);
                let reason = self.reason(step, &error, &mail.to);
                Sent::failed(reason, final_here && error.is_permanent())
            }
        }
    }

    /// The mail as it goes over the line: seven-bit, so that any server takes it and no line of it can
    /// be mistaken for the end.
    fn write(&self, mail: &Mail, to: &Address, id: &str) -> Result<Vec<u8>, &'static str> {
        let lines: Vec<&str> = mail.text.lines().collect();
        let text = format!("{}\r\n", lines.join("\r\n"));
        let body = Body::new_with_encoding(text.into_bytes(), ContentTransferEncoding::Base64);
        let body = body.map_err(|_| "邮件正文无法编码")?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .raw_header(header("Subject", &mail.title))
            .date(day(mail.at).ok_or("邮件时间不合理")?)
            .message_id(Some(format!("<{id}>")))
            // RFC 3834: no out-of-office answer, please.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .header(ContentType::TEXT_PLAIN)
            .body(body);
        Ok(message.map_err(|_| "邮件无法编码")?.formatted())
    }

    fn deliver(&self, to: Address, bytes: &[u8]) -> Result<(), (Step, Error)> {
        let mut line = self.dial()?;
        let result = self.hand_over(&mut line, to, bytes);
        let answered = result
            .as_ref()
            .map_or_else(|(_, error)| error.status().is_some(), |()| true);
        // A line that is dead or mute is dropped; waiting for its good-bye would double the timeout.
        if answered && line.set_timeout(Some(GOODBYE)).is_ok() {
            let _ = line.quit();
        }
        result
    }

    fn dial(&self) -> Result<SmtpConnection, (Step, Error)> {
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let whole = match &self.tls {
            Tls::Whole(tls) => Some(tls),
            Tls::None | Tls::Start(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut line = SmtpConnection::connect(server, Some(self.timeout), &hello, whole, None)
            .map_err(Step::Connect.of())?;
        if let Tls::Start(tls) = &self.tls {
            line.starttls(tls, &hello).map_err(Step::Encrypt.of())?;
        }
        if let Some(login) = &self.login {
            line.auth(&[Mechanism::Plain, Mechanism::Login], login)
                .map_err(Step::Login.of())?;
        }
        Ok(line)
    }

    fn hand_over(
        &self,
        line: &mut SmtpConnection,
        to: Address,
        bytes: &[u8],
    ) -> Result<(), (Step, Error)> {
        let from = Some(self.from.email.clone());
        line.command(commands::Mail::new(from, Vec::new()))
            .map_err(Step::Sender.of())?;
        line.command(commands::Rcpt::new(to, Vec::new()))
            .map_err(Step::Recipient.of())?;
        line.command(commands::Data).map_err(Step::Content.of())?;
        line.message(bytes).map_err(Step::Content.of())?;
        Ok(())
    }

    fn reason(&self, step: Step, error: &Error, to: &str) -> String {
        let name = step.name();
        if let Some(code) = error.status() {
            let said = error.source().map(ToString::to_string).unwrap_or_default();
            let (said, remedy) = (colon(&quote(&said, to)), step.remedy());
            return format!("邮件服务器在“{name}”一步答复 {code}{said}{remedy}");
        }
        if let Some(kind) = broke(error) {
            let timed = matches!(kind, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
            if timed {
                return format!("邮件服务器在“{name}”一步超时没有答复");
            }
        }
        if error.to_string().contains("certificate") {
            return "邮件服务器的证书没有通过校验，请核对 [smtp] 的 host 和 ca_file".to_owned();
        }
        let remedy = step.remedy();
        if error.is_client() {
            return format!("邮件服务器不支持所配置的“{name}”方式{remedy}");
        }
        if error.is_response() {
            return format!("与邮件服务器的对话在“{name}”一步中断，或答复无法识别");
        }
        format!("与邮件服务器的连接在“{name}”一步失败{remedy}")
    }
}

/// The kind of the input-output error below, if there is one.
fn broke(error: &Error) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(error) = inner.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        source = inner.source();
    }
    None
}

fn parameters(
    section: &Section,
    host: &str,
    roots: Option<Vec<Vec<u8>>>,
) -> Result<TlsParameters, Broken> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(roots) = roots {
        builder = builder.certificate_store(CertificateStore::None);
        for root in roots {
            let root = Certificate::from_der(root);
            let root = root.map_err(|_| section.broken("ca_file", "所指的证书无法识别"))?;
            builder = builder.add_root_certificate(root);
        }
    }
    builder
        .build()
        .map_err(|_| section.broken("ca_file", "所指的证书无法识别"))
}

fn login(section: &mut Section) -> Result<Option<Credentials>, Broken> {
    let user = section.text("user")?;
    match (user, section.secret("password", "password_file")?) {
        (Some(user), Some(Secret(password))) => Ok(Some(Credentials::new(user, password))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(section.broken("user", "还缺 password 或 password_file")),
        (None, Some(_)) => Err(section.broken("password", "还缺 user")),
    }
}

/// A header by its name, encoded and folded.
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// For the Date header, which knows the years 1970 to 9999 only; the crate that writes it panics on others.
fn day(at: Timestamp) -> Option<SystemTime> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    let known = (seconds < 253_402_300_800).then(|| Duration::from_secs(seconds))?;
    SystemTime::UNIX_EPOCH.checked_add(known)
}

fn loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// `address` or `name <address>`.
fn sender(text: &str) -> Option<Mailbox> {
    if text.contains(char::is_control) {
        return None;
    }
    let Some((name, rest)) = text.split_once('<') else {
        return Some(Mailbox::new(None, address(text.trim())?));
    };
    let name = name.trim().trim_matches('"').trim();
    let name = (!name.is_empty()).then(|| name.to_owned());
    Some(Mailbox::new(name, address(rest.trim().strip_suffix('>')?)?))
}

/// A plain address. Quoted and non-ASCII forms are lawful and rare; they are the way by which headers
/// and commands are forged, and many servers refuse them.
fn address(text: &str) -> Option<Address> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(c);
    let sound = text.len() <= 254 && text.chars().all(plain);
    text.parse().ok().filter(|_| sound)
}

/// What is wrong with a mail whatever the server says; else its address.
fn check(mail: &Mail) -> Result<Address, &'static str> {
    if let Some(reason) = wrong_id(&mail.id) {
        return Err(reason);
    }
    let length = mail.title.chars().count();
    if mail.title.trim().is_empty() || length > TITLE {
        return Err("邮件主题为空或过长");
    }
    if mail.title.contains(char::is_control) {
        return Err("邮件主题含有换行等控制字符");
    }
    if mail.text.trim().is_empty() || mail.text.len() > TEXT {
        return Err("邮件正文为空或过长");
    }
    address(&mail.to).ok_or("邮箱地址不合规范，中文域名请写成 xn-- 形式")
}
