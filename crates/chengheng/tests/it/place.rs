//! A data folder of its own for each test, and the binary run in it.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// An invented market authority; its organisation part is not allocated.
pub const ORGAN: &str = "11370400MAY0000175";
/// The invented source unit of `sources/penalty-2018/good.csv`.
pub const OFFICE: &str = "11370400MAY0000250";

pub struct Place {
    pub root: PathBuf,
}

impl Place {
    pub fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("chengheng-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chengheng"));
        command
            .args(words)
            .arg("--data")
            .arg(self.data())
            .stdin(Stdio::null());
        command
    }

    /// Runs to the end.
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::of(self.command(words).output().unwrap())
    }

    /// Runs with `--json`; the last line is the answer.
    pub fn json(&self, words: &[&str]) -> (i32, Value) {
        let ran = self.run(&[words, &["--json"]].concat());
        let last = ran.out.lines().last().unwrap_or_default();
        let value = serde_json::from_str(last);
        (
            ran.code,
            value.unwrap_or_else(|error| panic!("{words:?}: {error}: {}{}", ran.out, ran.err)),
        )
    }

    pub fn with_input(&self, words: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::of(output)
    }

    /// Number of entries, from a full verification.
    pub fn size(&self) -> u64 {
        let (code, verified) = self.json(&["ledger", "verify"]);
        assert_eq!(code, 0, "{verified}");
        verified["entries"].as_u64().unwrap()
    }

    /// A register of invented organisations, imported.
    pub fn with_register(&self) {
        let register = self.file("register.csv", REGISTER);
        let (code, done) =
            self.json(&["entity", "import", text(&register), "--today", "2026-05-01"]);
        assert_eq!((code, done["added"].as_u64()), (0, Some(3)), "{done}");
    }

    /// Starts `serve` on a free port and waits until it answers.
    pub fn serve(&self, more: &[&str]) -> Server {
        let words = [&["serve", "--listen", "127.0.0.1:0", "--json"], more].concat();
        let mut child = self
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap();
        let address = started["address"].as_str().unwrap();
        let address = address
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse()
            .unwrap();
        Server { child, address }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// What a process left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            // A process that died of a signal has no code, and that is never right.
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A running server; killed without warning when it goes out of scope.
pub struct Server {
    pub child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn connect(&self) -> TcpStream {
        let begun = Instant::now();
        loop {
            match TcpStream::connect(self.address) {
                Ok(stream) => return stream,
                Err(error) if begun.elapsed() > Duration::from_secs(10) => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and the exit code.
    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub const REGISTER: &str = "统一社会信用代码,名称,主体类别,成立日期,住所
91370404MAY42KH57E,枣庄峄城区拟筱霁医药有限公司,企业,2012-03-01,枣庄市峄城区
92370402MAYJ2J5867,枣庄市市中区拟筱煜五金店,个体工商户,2019-06-01,枣庄市市中区
93370405MAYUATN06N,枣庄市台儿庄区拟筱骁果蔬种植专业合作社,农民专业合作社,2015-09-10,枣庄市台儿庄区
";

/// A table of penalties on the registered organisations: (docket number, decided, fact).
pub fn penalties(rows: &[(u32, &str, &str)]) -> String {
    let mut table = String::from(
        "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_FRDB,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,\
         CF_JDRQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM,CF_YZCD,CF_CFCX\n",
    );
    for (number, decided, fact) in rows {
        table += &format!(
            "枣庄峄城区拟筱霁医药有限公司,法人及非法人组织,91370404MAY42KH57E,拟某某,\
             枣市监罚〔2026〕{number}号,未按规定公示,{fact},《测试条例》第七十九条,罚款,罚款2000元,0.2,\
             {decided},枣庄市拟设市场监督管理局,{ORGAN},枣庄市拟设市场监督管理局,{ORGAN},一般,普通程序\n"
        );
    }
    table
}
