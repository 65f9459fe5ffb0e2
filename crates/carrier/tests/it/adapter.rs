//! A small adapter: answers one request as told and remembers it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

pub struct Adapter {
    pub port: u16,
    thread: JoinHandle<Heard>,
}

#[derive(Debug, Default)]
pub struct Heard {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Heard {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

impl Adapter {
    /// Serves one request; with an empty status it answers nothing for two seconds.
    pub fn open(status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || serve(&listener, status, body));
        Self { port, thread }
    }

    pub fn heard(self) -> Heard {
        self.thread.join().unwrap()
    }
}

fn serve(listener: &TcpListener, status: &str, body: &str) -> Heard {
    let (mut line, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(line.try_clone().unwrap());
    let mut heard = Heard::default();
    reader.read_line(&mut heard.line).unwrap();
    loop {
        let mut text = String::new();
        reader.read_line(&mut text).unwrap();
        let Some((name, value)) = text.trim_end().split_once(": ") else {
            break;
        };
        heard.headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = heard.header("content-length").parse().unwrap_or(0);
    heard.body.resize(length, 0);
    reader.read_exact(&mut heard.body).unwrap();
    if status.is_empty() {
        std::thread::sleep(Duration::from_secs(2));
    } else {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nLocation: /else\r\n");
        let _ = write!(line, "{head}Connection: close\r\n\r\n{body}");
    }
    heard
}
