//! Short messages by the adapter of the operator; `docs/SMS.md` has the contract.

use crate::config::{Broken, Secret, Section};
use crate::quote::{colon, quote};
use crate::tag::Key;
use crate::{Sent, Text, wrong_id};
use jiff::{Timestamp, tz};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Fewest characters of the shared secret.
const SECRET: usize = 16;

/// Most bytes of an answer that are read.
const ANSWER: u64 = 16 * 1024;

/// Most characters of a message: some fifteen short messages in one.
const TEXT: usize = 1000;

/// Answers that blame us or the moment, not the message. The other 4xx are final: 401, 403, 404 and 405
/// mean that secret or address are wrong here, and the notice must survive until they are put right.
const AGAIN: [u16; 7] = [401, 403, 404, 405, 408, 425, 429];

/// The adapter of the installation.
pub struct Sms {
    url: String,
    key: Key,
    sign: String,
    agent: Agent,
}

/// The body of a request. The order of the keys is part of the example in `docs/SMS.md`.
#[derive(Serialize)]
struct Request<'a> {
    id: &'a str,
    to: &'a str,
    text: &'a str,
    sign: &'a str,
    at: String,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

#[derive(Deserialize)]
struct Refused {
    reason: String,
}

impl fmt::Debug for Sms {
    /// The address may hold a token, so not even that is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").finish_non_exhaustive()
    }
}

impl Sms {
    pub(crate) fn open(mut section: Section) -> Result<Self, Broken> {
        let url = section.needed("url", "填写短信适配器的地址")?;
        if !sound(&url) {
            let remedy = "应是 http:// 或 https:// 开头的地址，不含用户名和口令";
            return Err(section.broken("url", remedy));
        }
        let secret = section.secret("secret", "secret_file")?;
        let long = |secret: &&Secret| secret.0.chars().count() >= SECRET;
        let key = secret.as_ref().filter(long);
        let key = key.and_then(|secret| Key::new(secret.0.as_bytes()));
        let key = key.ok_or_else(|| {
            let remedy = format!(
                "缺少或不足 {SECRET} 个字符，可用 openssl rand -hex 32 生成，也可写在 secret_file 里"
            );
            section.broken("secret", remedy)
        })?;
        let sign = section.needed("sign", "填写已报备的短信签名")?;
        if sign.chars().count() > 20
            || sign.contains(|c: char| c.is_control() || "【】".contains(c))
        {
            return Err(section.broken("sign", "最多 20 个字，不带【】和换行"));
        }
        let roots = section.roots("ca_file")?;
        let timeout = section.whole("timeout_seconds", 10, 1..=300)?;
        section.finish()?;
        let agent = agent(roots, Duration::from_secs(timeout.into()));
        Ok(Self {
            url,
            key,
            sign,
            agent,
        })
    }

    pub(crate) fn send(&self, text: &Text) -> Sent {
        if let Some(reason) = wrong(text) {
            return Sent::forever(reason);
        }
        let at = text.at.as_second();
        let Some(body) = self.body(text, at) else {
            return Sent::again("短信无法编码");
        };
        let timestamp = at.to_string();
        let result = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header("X-Chengheng-Timestamp", &timestamp)
            .header("X-Chengheng-Signature", self.key.tag(&timestamp, &body))
            .send(body.as_slice());
        match result {
            Ok(answer) => judge(answer, &text.to),
            Err(error) => Sent::again(reason(&error)),
        }
    }

    /// Whether a report of delivery comes from the adapter: tagged with the shared secret, and lately.
    /// `timestamp` and `signature` are the texts of its two headers.
    pub fn verify(&self, body: &[u8], timestamp: &str, signature: &str, now: Timestamp) -> bool {
        self.key.verify(body, timestamp, signature, now)
    }

    fn body(&self, text: &Text, at: i64) -> Option<Vec<u8>> {
        let at = Timestamp::from_second(at).ok()?;
        let request = Request {
            id: &text.id,
            to: &text.to,
            text: &text.text,
            sign: &self.sign,
            at: at.display_with_offset(tz::offset(8)).to_string(),
        };
        serde_json::to_vec(&request).ok()
    }
}

/// No proxy of the environment, no redirect, no line kept: telephone numbers go to the configured
/// address only, and a line the adapter closed meanwhile never costs an attempt.
fn agent(roots: Option<Vec<Vec<u8>>>, timeout: Duration) -> Agent {
    let roots = roots.map_or(RootCerts::WebPki, |roots| {
        let roots = roots
            .iter()
            .map(|root| Certificate::from_der(root).to_owned());
        RootCerts::from(roots)
    });
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .proxy(None)
        .timeout_global(Some(timeout))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .user_agent("chengheng")
        .build()
        .new_agent()
}

fn sound(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else {
        return false;
    };
    let scheme = matches!(url.scheme_str(), Some("http" | "https"));
    let named = url
        .authority()
        .is_some_and(|authority| !authority.as_str().contains('@'));
    scheme && named && url.host().is_some_and(|host| !host.is_empty())
}

/// What is wrong with a message whatever the adapter says.
fn wrong(text: &Text) -> Option<&'static str> {
    let digits = text.to.strip_prefix('+').unwrap_or(&text.to);
    let number = (5..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let empty = text.text.trim().is_empty() || text.text.chars().count() > TEXT;
    wrong_id(&text.id)
        .or((!number).then_some("手机号码不合规范，只用数字，国际号码以 + 开头"))
        .or(empty.then_some("短信内容为空或过长"))
}

fn judge(mut answer: Response<ureq::Body>, to: &str) -> Sent {
    let status = answer.status().as_u16();
    let read = answer.body_mut().with_config().limit(ANSWER).read_to_vec();
    let body = read.unwrap_or_default();
    if matches!(status, 200 | 202) {
        let accepted = serde_json::from_slice::<Accepted>(&body).ok();
        let id = accepted.map(|accepted| accepted.id).filter(|id| named(id));
        return id.map_or_else(
            || Sent::again("短信适配器答复已接收，但没有给出可用的 id"),
            |id| Sent::Accepted { id },
        );
    }
    let said = serde_json::from_slice::<Refused>(&body).map(|refused| refused.reason);
    let said = said
        .map(|said| colon(&quote(&said, to)))
        .unwrap_or_default();
    let remedy = match status {
        401 | 403 => "，请核对 [sms] 的 secret 和两端时钟",
        404 | 405 | 300..=399 => "，请核对 [sms] 的 url",
        _ => "",
    };
    let forever = (400..500).contains(&status) && !AGAIN.contains(&status);
    Sent::failed(format!("短信适配器答复 {status}{said}{remedy}"), forever)
}

/// The carrier's id becomes part of the ledger.
fn named(id: &str) -> bool {
    (1..=128).contains(&id.len()) && !id.contains(char::is_control)
}

fn reason(error: &ureq::Error) -> &'static str {
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    match error {
        ureq::Error::Timeout(_) => "短信适配器超时没有答复",
        ureq::Error::HostNotFound => "找不到短信适配器的主机，请核对 [sms] 的 url",
        ureq::Error::Io(inner) if refused(inner) => {
            "短信适配器拒绝连接，请确认它在运行，并核对 [sms] 的 url"
        }
        _ if error.to_string().contains("certificate") => {
            "短信适配器的证书没有通过校验，请核对 [sms] 的 url 和 ca_file"
        }
        _ => "与短信适配器的连接中断",
    }
}
