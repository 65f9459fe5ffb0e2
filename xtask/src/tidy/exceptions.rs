//! The exceptions file: `check<TAB>path<TAB>reason`, one a line. An exception nobody needs is a finding.

use super::Finding;
use crate::run::Outcome;
use std::fs;
use std::path::Path;

const FILE: &str = "xtask/tidy-exceptions.txt";

#[derive(Debug)]
pub struct Exceptions(Vec<Exception>);

#[derive(Debug)]
struct Exception {
    line: usize,
    check: String,
    /// A file, or a folder with `/` at its end; after a `#` the word the message must contain.
    path: String,
    word: String,
    reason: String,
    used: bool,
}

impl Exceptions {
    pub fn read(root: &Path) -> Outcome<Self> {
        let text =
            fs::read_to_string(root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        Self(
            lines
                .map(|(index, line)| Exception::parse(index + 1, line))
                .collect(),
        )
    }

    /// Whether the finding is excused; remembers which exception was needed.
    pub fn covers(&mut self, finding: &Finding) -> bool {
        let fits = |exception: &&mut Exception| exception.fits(finding);
        let Some(exception) = self.0.iter_mut().find(fits) else {
            return false;
        };
        exception.used = true;
        true
    }

    /// Exceptions without a reason, and those that excuse nothing any more.
    pub fn unused(self, out: &mut Vec<Finding>) {
        for exception in self.0 {
            let message = match (exception.used, exception.reason.is_empty()) {
                (_, true) => "an exception needs a reason",
                (false, _) => "excuses nothing any more; take it out",
                (true, false) => continue,
            };
            let message = message.to_owned();
            out.push(Finding {
                path: FILE.to_owned(),
                line: exception.line,
                check: "exception",
                message,
            });
        }
    }
}

impl Exception {
    fn parse(line: usize, text: &str) -> Self {
        let mut parts = text.split('\t').map(|part| part.trim().to_owned());
        let mut part = || parts.next().unwrap_or_default();
        let (check, place, reason) = (part(), part(), part());
        let (path, word) = place.split_once('#').unwrap_or((&place, ""));
        let (path, word) = (path.to_owned(), word.to_owned());
        Self {
            line,
            check,
            path,
            word,
            reason,
            used: false,
        }
    }

    fn fits(&self, finding: &Finding) -> bool {
        let place = match self.path.ends_with('/') {
            true => finding.path.starts_with(&self.path),
            false => finding.path == self.path,
        };
        place && self.check == finding.check && finding.message.contains(&self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(check: &'static str, path: &str, message: &str) -> Finding {
        Finding {
            path: path.to_owned(),
            line: 1,
            check,
            message: message.to_owned(),
        }
    }

    #[test]
    fn excuses_what_is_listed_and_nothing_else() {
        let mut list =
            Exceptions::parse("# head\nfunction\ta.rs#`long`\tone table, read as a whole\n");
        assert!(list.covers(&finding("function", "a.rs", "`long` has 80 lines")));
        assert!(!list.covers(&finding("function", "a.rs", "`longer` has 80 lines")));
        assert!(!list.covers(&finding("function", "b.rs", "`long` has 80 lines")));
        assert!(!list.covers(&finding("file", "a.rs", "`long`")));
        let mut folder = Exceptions::parse("word\tcrates/law/#ubject\ta rule's own subject\n");
        assert!(folder.covers(&finding("word", "crates/law/src/rule.rs", "`Subject`")));
        assert!(!folder.covers(&finding("word", "crates/web/src/rule.rs", "`Subject`")));
        let mut left = Vec::new();
        list.unused(&mut left);
        assert_eq!(left, []);
    }

    #[test]
    fn reports_exceptions_without_reason_or_use() {
        let mut list = Exceptions::parse("file\ta.rs\nfile\tb.rs\tgenerated table\n");
        assert!(list.covers(&finding("file", "a.rs", "900 lines")));
        let mut left = Vec::new();
        list.unused(&mut left);
        let lines: Vec<_> = left.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2]);
    }
}
