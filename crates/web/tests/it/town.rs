//! A small town: two departments, an office, a counter, one entity with two records.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use desk::clock::HandClock;
use desk::entity::Confirmed;
use desk::intake::{Mode, Order, Sources, Summary};
use desk::ports::{Account, Role};
use desk::{Actor, Desk, Secrets, publication};
use domain::code::Code;
use domain::entity::Organ;
use domain::ledger::Suite;
use domain::ledger::checkpoint::Checkpoint;
use jiff::civil::date;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Options, Public, Sign, Sqlite};
use tower::ServiceExt;

pub const ENTITY: &str = "91370404MAY42KH57E";
pub const ENTITY_NAME: &str = "枣庄峄城区拟筱霁医药有限公司";
/// An entity without any record.
pub const CLEAN: &str = "91370404MAY42KHA8N";
pub const MARKET: &str = "11370400MAY0000175";
pub const OFFICE: &str = "11370400MAY0000250";
pub const PASSWORD: &str = "枣庄-测试-口令";

pub struct Town {
    pub desk: Desk,
    pub router: Router,
    pub web: web::Web,
    pub folder: PathBuf,
    pub clock: Arc<HandClock>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

static COUNT: AtomicU64 = AtomicU64::new(0);

impl Town {
    /// Stands on 2026-06-01.
    pub fn new() -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("web-it-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let clock = Arc::new(HandClock::at(date(2026, 6, 1)));
        let (desk, key) = open(&folder, clock.clone());
        let other = domain::code::with_check("11370400MAY000099").unwrap();
        people(&desk, other);
        let web = web::Web {
            desk: desk.clone(),
            demo: true,
            logins: Vec::new(),
            data_dir: folder.clone(),
            site: web::SiteConfig {
                title: "信用中国（山东枣庄）".to_owned(),
                office: "枣庄市拟设信用办公室".to_owned(),
                contact: "0632-0000000".to_owned(),
                ..web::SiteConfig::default()
            },
            key,
            secure: false,
            upload_bytes: 8 << 20,
            receipts: None,
        };
        Self {
            router: web::router(web.clone()),
            web,
            desk,
            folder,
            clock,
        }
    }

    /// Hands a CSV in as the market supervision department.
    pub fn intake(&self, source: &str, table: &str) -> Summary {
        let file = self.folder.join("table.csv");
        fs::write(&file, table).unwrap();
        let order = Order {
            source: source.to_owned(),
            filer: code(MARKET),
            actor: Actor {
                name: "market".to_owned(),
                organ: Some(code(MARKET)),
            },
            file,
            mode: Mode::New,
            dry_run: false,
            answer: None,
        };
        self.desk.intake(&order, &mut |_| {}).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The same town under another name.
    pub fn named(mut self, title: &str) -> Self {
        title.clone_into(&mut self.web.site.title);
        self.router = web::router(self.web.clone());
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn get_as(&self, cookie: &str, path: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn post_form(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    pub async fn post_json(&self, key: &str, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()));
        self.send(request.unwrap()).await
    }

    /// Posts a multipart form with one file.
    pub async fn post_file(
        &self,
        heads: [(&str, &str); 1],
        path: &str,
        texts: &[(&str, &str)],
        file: &str,
    ) -> Answer {
        let mut body = String::new();
        for (name, text) in texts {
            body += &format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
            );
        }
        body += &format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--cut--\r\n"
        );
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        for (name, value) in heads {
            request = request.header(name, value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Logs in; the cookie of the session.
    pub async fn log_in(&self, name: &str) -> String {
        let form = format!("name={name}&password={}", encoded(PASSWORD));
        let answer = self.post_form("", "/login", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// Two penalties and a person's penalty, from the source's own good examples, handed in by the
/// department itself.
pub fn penalties() -> String {
    let good = root().join("sources/penalty-2018/good.csv");
    let text = fs::read_to_string(good).unwrap();
    text.lines()
        .take(4)
        .collect::<Vec<_>>()
        .join("\n")
        .replace(OFFICE, MARKET)
        + "\n"
}

pub fn code(text: &str) -> Code {
    Code::read(text).unwrap()
}

/// Percent-encodes everything that is not a letter or a digit.
pub fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn open(folder: &Path, clock: Arc<HandClock>) -> (Desk, String) {
    let law = Arc::new(law::Pack::load(texts(&root().join("law"))).unwrap());
    let files = texts(&root().join("sources"));
    let tables = files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix("/table.toml")?, text.as_str())));
    let sources = Arc::new(Sources::read(tables).unwrap());
    let signer = seal::Signer::generate(Suite::International, "test.example/log").unwrap();
    let key = signer.verifier().to_string();
    let sign: Sign = Arc::new(move |checkpoint: &Checkpoint| {
        Ok(signer
            .sign_note(checkpoint.to_string())
            .unwrap()
            .to_string())
    });
    let shown = Arc::clone(&sources);
    let public: Public = Arc::new(move |event, entry| publication::public(event, entry, &shown));
    let options = Options {
        public,
        durability: store::Durability::Off,
        ..Options::new(
            folder.join("chengheng.db"),
            Suite::International,
            "test.example/log",
            sign,
        )
    };
    let store = Arc::new(Sqlite::open(options).unwrap());
    let secrets = Secrets {
        salts: Arc::new(|| Ok([7; 16])),
        persons: "test".into(),
        sign: Arc::new(|text| Ok(text.to_owned())),
        vrf: None,
    };
    (
        Desk::open(store, law, sources, clock, secrets).unwrap(),
        key,
    )
}

fn people(desk: &Desk, other: Code) {
    let operator = Actor::operator();
    for (code, name) in [
        (code(MARKET), "枣庄市拟设市场监督管理局"),
        (code(OFFICE), "枣庄市拟设信用办公室"),
        (other, "枣庄市拟设交通运输局"),
    ] {
        let organ = Organ {
            code,
            name: name.to_owned(),
            parent: None,
            division: "370400".to_owned(),
        };
        desk.register_organ(&operator, organ).unwrap();
    }
    let register = std::env::temp_dir().join(format!(
        "register-{}-{}.csv",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    let rows = format!(
        "统一社会信用代码,名称\n{ENTITY},{ENTITY_NAME}\n92370402MAY21G3B9Q,枣庄市市中区拟铄湛理发店\n{CLEAN},枣庄市拟澄商贸有限公司\n"
    );
    fs::write(&register, rows).unwrap();
    desk.import_entities(&operator, &register, &Confirmed::None, &mut |_| {})
        .unwrap();
    fs::remove_file(&register).unwrap();
    let password = web::hash_password(PASSWORD).unwrap();
    for (name, role, organ) in [
        ("office", Role::Office, Some(code(OFFICE))),
        ("deputy", Role::Office, Some(code(OFFICE))),
        ("market", Role::Organ, Some(code(MARKET))),
        ("traffic", Role::Organ, Some(other)),
        ("counter", Role::Counter, Some(code(MARKET))),
    ] {
        let account = Account {
            name: name.to_owned(),
            title: format!("{name}经办人"),
            organ,
            role,
            password: password.clone(),
            key: web::key_digest(&format!("key-{name}")),
            closed: false,
            person: String::new(),
        };
        desk.store.put_account(&account).unwrap();
    }
}

fn texts(folder: &Path) -> Vec<(String, String)> {
    fn collect(root: &Path, folder: &Path, out: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, out);
            } else if path
                .extension()
                .is_some_and(|end| end == "md" || end == "toml")
            {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                out.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    collect(folder, folder, &mut out);
    out
}
