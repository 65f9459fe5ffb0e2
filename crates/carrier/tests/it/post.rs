//! A small mail server: answers each step as told and remembers what it was told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the server does at a step.
#[derive(Clone, Copy)]
pub enum Does {
    Say(&'static str),
    /// Closes the line.
    Drop,
    /// Says nothing and keeps the line open.
    Hang,
}

/// The steps with an unusual answer.
pub type Steps = &'static [(&'static str, Does)];

pub struct Post {
    pub port: u16,
    thread: JoinHandle<String>,
}

impl Post {
    /// Serves one connection. `steps` names the steps with an unusual answer: a verb, `hello` for the
    /// greeting, or `.` for the end of a mail.
    pub fn open(steps: Steps) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || talk(listener.accept().unwrap().0, steps));
        Self { port, thread }
    }

    /// Everything the client said.
    pub fn heard(self) -> String {
        self.thread.join().unwrap()
    }
}

fn talk(mut line: TcpStream, steps: &[(&str, Does)]) -> String {
    line.set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut reader = BufReader::new(line.try_clone().unwrap());
    let (mut heard, mut inside, mut step) = (String::new(), false, "hello".to_owned());
    loop {
        let told = steps.iter().find(|(name, _)| *name == step);
        let does = told.map_or_else(|| usual(&step), |(_, does)| *does);
        match does {
            Does::Say(text) if !inside => write!(line, "{text}\r\n").unwrap(),
            Does::Say(_) => {}
            Does::Drop => return heard,
            Does::Hang => {
                let mut rest = String::new();
                while reader.read_line(&mut rest).is_ok_and(|read| read > 0) {}
                return heard;
            }
        }
        inside |= step == "DATA" && matches!(does, Does::Say(text) if text.starts_with('3'));
        let mut text = String::new();
        if step == "QUIT" || reader.read_line(&mut text).unwrap_or(0) == 0 {
            return heard;
        }
        heard.push_str(&text);
        let text = text.trim_end();
        inside &= text != ".";
        let verb = text.split([' ', ':']).next().unwrap_or_default();
        step = if inside { "inside" } else { verb }.to_owned();
    }
}

fn usual(step: &str) -> Does {
    Does::Say(match step {
        "hello" => "220 post.example.cn ESMTP",
        "EHLO" => "250-post.example.cn\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
        "AUTH" => "235 2.7.0 ok",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        "." => "250 2.0.0 queued as 4Q2",
        _ => "250 2.1.0 ok",
    })
}
