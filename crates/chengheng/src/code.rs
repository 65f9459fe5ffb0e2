//! `code`: unified social credit codes.

use crate::{Common, Ending, Out, Stop, pack};
use domain::code::{self, Exceptions, Verdict};
use serde::Serialize;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

const BUFFER: usize = 1 << 18;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 逐行校验标准输入中的统一社会信用代码，输出“代码<TAB>结论<TAB>原因”
    ///
    /// 结论为 valid、nonconforming、invalid 或 absent。有任何一行不是 valid 时退出码为 1。
    Check,
}

/// How many lines got which answer.
#[derive(Debug, Default, Serialize)]
struct Counts {
    lines: u64,
    valid: u64,
    nonconforming: u64,
    invalid: u64,
    absent: u64,
}

impl Counts {
    fn count(&mut self, verdict: Verdict) {
        self.lines += 1;
        *match verdict {
            Verdict::Valid => &mut self.valid,
            Verdict::Nonconforming => &mut self.nonconforming,
            Verdict::Invalid => &mut self.invalid,
            Verdict::Absent => &mut self.absent,
        } += 1;
    }
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let Command::Check = command;
    let law = pack::law(common)?;
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let counts = check(input, output, law.exceptions())?;
    out.last(&counts)?;
    Ok(Ending::of(counts.valid == counts.lines))
}

fn check(
    mut input: impl BufRead,
    mut output: impl Write,
    exceptions: &Exceptions,
) -> Result<Counts, Stop> {
    let mut counts = Counts::default();
    let mut line = Vec::with_capacity(64);
    let mut first = true;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let raw = written(&line, first);
        first = false;
        let text = String::from_utf8_lossy(raw);
        let checked = code::check(&text, exceptions);
        counts.count(checked.verdict);
        output.write_all(raw)?;
        output.write_all(b"\t")?;
        output.write_all(checked.verdict.as_str().as_bytes())?;
        output.write_all(b"\t")?;
        if !checked.reasons.is_empty() {
            output.write_all(checked.to_string().as_bytes())?;
        }
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(counts)
}

/// The line without its end and, at the very beginning, without a byte order mark.
fn written(line: &[u8], first: bool) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if first {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r35_every_line_is_echoed_with_its_verdict() {
        let input = "\u{feff}91350100M000100Y43\r\n00000000000000000X\n\n9135 0100m000100y43\n91350100M000100Y44";
        let mut output = Vec::new();
        let counts = check(input.as_bytes(), &mut output, &Exceptions::default()).unwrap();
        let text = String::from_utf8(output).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "91350100M000100Y43\tvalid\t");
        assert_eq!(lines[1].split('\t').nth(1), Some("absent"));
        assert!(lines[2].starts_with("\tabsent\t"));
        assert_eq!(lines[3], "9135 0100m000100y43\tvalid\t");
        assert!(lines[4].starts_with("91350100M000100Y44\tinvalid\t校验码错误"));
        assert_eq!(
            (counts.lines, counts.valid, counts.absent, counts.invalid),
            (5, 2, 2, 1)
        );
    }
}
