//! Look-ups over HTTP: the binary serves a data folder on this machine, wrk asks.

use crate::Outcome;
use crate::ask::Ask;
use crate::measure::{now_mb, own_mb, peak_mb, tell, timed};
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a server may take to answer the first time.
const PATIENCE: Duration = Duration::from_secs(120);

/// The binary at work; it ends with the value.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to end then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts to serve; the address does not answer yet.
    fn begin(ask: &Ask) -> Outcome<Self> {
        let address = format!("127.0.0.1:{}", ask.number("port", 18_190)?);
        if TcpStream::connect(&address).is_ok() {
            return Err(format!("something serves {address} already").into());
        }
        let mut command = command(ask)?;
        command
            .args(["serve", "--listen", &address])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Self {
            child: command.spawn()?,
            address,
        })
    }

    /// Waits until this path is answered with 200; returns the answer.
    fn wait(&self, path: &str) -> Outcome<String> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Ok(answer) = self.get(path)
                && answer.starts_with("HTTP/1.1 200")
            {
                return Ok(answer);
            }
            sleep(Duration::from_millis(5));
        }
        Err(format!("no answer to {path}").into())
    }

    fn get(&self, path: &str) -> Outcome<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn memory(&self) -> Outcome<Value> {
        let process = self.child.id().to_string();
        Ok(
            json!({ "now_mb": now_mb(&process)?, "own_mb": own_mb(&process)?, "peak_mb": peak_mb(&process)? }),
        )
    }

    /// One round of wrk: one thread, as the peers are measured.
    fn round(&self, ask: &Ask, kind: &str, seconds: usize, key: &str) -> Outcome<Value> {
        let connections = format!("-c{}", ask.number("connections", 32)?);
        let (time, url) = (format!("-d{seconds}s"), format!("http://{}", self.address));
        let arguments = [
            "-t1",
            &connections,
            &time,
            "-s",
            "benches/load.lua",
            &url,
            "--",
        ];
        let out = Command::new("wrk")
            .args(arguments)
            .args([kind, ask.text("codes")?, key])
            .output()?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("RESULT "))
            .ok_or(text.clone())?;
        let round: Value = serde_json::from_str(line)?;
        match (count(&round, "errors"), count(&round, "not_2xx")) {
            (Some(0), Some(0)) => Ok(round),
            _ => Err(format!("{kind}: {line}").into()),
        }
    }
}

/// The binary on the data folder, on the day of the peers' data.
fn command(ask: &Ask) -> Outcome<Command> {
    let mut command = Command::new(ask.path("server")?);
    command
        .arg("--data")
        .arg(ask.path("folder")?)
        .args(["--today", "2024-06-30"]);
    Ok(command)
}

/// Look-ups without a receipt beside the bare route of the same server, round by round.
pub fn lookup(ask: &Ask) -> Outcome<()> {
    let server = Server::begin(ask)?;
    let first = server.wait(&path(ask)?)?;
    let bytes = first.split("\r\n\r\n").nth(1).map_or(0, str::len);
    server.round(ask, "get", 2, "")?;
    let (mut pings, mut looks) = (Vec::new(), Vec::new());
    for _ in 0..ask.number("rounds", 3)? {
        pings.push(server.round(ask, "ping", ask.number("seconds", 8)?, "")?);
        looks.push(server.round(ask, "get", ask.number("seconds", 8)?, "")?);
    }
    let share = figure(&middle(&looks)) / figure(&middle(&pings));
    tell(
        "lookup",
        json!({
            "lookup": middle(&looks), "bare": middle(&pings), "share_of_bare": (share * 1000.0).round() / 1000.0,
            "rounds": looks, "bare_rounds": pings, "server": server.memory()?, "connections": 32, "receipt": false,
            "answer_bytes": bytes, "warm": true, "wrk": "on the same cores",
        }),
    )
}

/// Look-ups whose receipt is in the ledger and on disk before the answer.
pub fn receipt(ask: &Ask) -> Outcome<()> {
    let key = key(ask)?;
    let server = Server::begin(ask)?;
    server.wait(&path(ask)?)?;
    server.round(ask, "post", 2, &key)?;
    let mut rounds = Vec::new();
    for _ in 0..ask.number("rounds", 3)? {
        rounds.push(server.round(ask, "post", ask.number("seconds", 8)?, &key)?);
    }
    tell(
        "receipt",
        json!({
            "receipt": middle(&rounds), "rounds": rounds, "server": server.memory()?, "durable": true,
            "connections": ask.number("connections", 32)?, "warm": true, "wrk": "on the same cores",
        }),
    )
}

/// From the start of the process to the first look-up that is answered.
pub fn start(ask: &Ask) -> Outcome<()> {
    let mut times = Vec::new();
    let mut memory = Value::Null;
    for _ in 0..ask.number("rounds", 3)? {
        let (server, time) = timed(|| {
            let server = Server::begin(ask)?;
            server.wait(&path(ask)?)?;
            Outcome::Ok(server)
        });
        memory = server?.memory()?;
        times.push((time.as_secs_f64() * 1000.0).round() / 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2);
    tell(
        "start",
        json!({ "first_answer_s": middle, "rounds": times, "server": memory, "file_cache": "warm" }),
    )
}

/// A look-up of the first code.
fn path(ask: &Ask) -> Outcome<String> {
    let codes = std::fs::read_to_string(ask.path("codes")?)?;
    Ok(format!(
        "/api/v1/entities/{}",
        codes.lines().next().ok_or("no codes")?
    ))
}

/// An account for a system, made by the binary; returns its key.
fn key(ask: &Ask) -> Outcome<String> {
    let name = format!("bench{}", std::process::id());
    let mut command = command(ask)?;
    command.args([
        "--json", "account", "add", &name, "--role", "counter", "--system",
    ]);
    command.args(["--organ", ask.text("organ")?]);
    let out = command.output()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line: Map<String, Value> = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    let key = line.get("key").and_then(Value::as_str).ok_or("no key")?;
    Ok(key.to_owned())
}

fn figure(round: &Value) -> f64 {
    round["per_s"].as_f64().unwrap_or_default()
}

/// The round with the median rate.
fn middle(rounds: &[Value]) -> Value {
    let mut rounds = rounds.to_vec();
    rounds.sort_by(|one, other| figure(one).total_cmp(&figure(other)));
    rounds.get(rounds.len() / 2).cloned().unwrap_or_default()
}

fn count(round: &serde_json::Value, name: &str) -> Option<u64> {
    round.get(name)?.as_u64()
}
