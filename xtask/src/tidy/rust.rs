//! Reads Rust just well enough: what is code, what is a string, what is a test.

use super::Text;

/// A Rust file, seen three ways. Lines count from 1.
#[derive(Debug)]
pub struct Source<'a> {
    pub text: &'a Text,
    /// The file with comments and the insides of strings blanked; line ends stay.
    pub code: Vec<char>,
    /// Strings outside tests, with the line on which each begins.
    pub strings: Vec<(usize, String)>,
    /// Comments outside tests, with their lines.
    pub comments: Vec<(usize, String)>,
    /// For each line (index 0 is line 1): whether it belongs to a test.
    pub test: Vec<bool>,
}

/// A function and the lines it takes, from `fn` to its closing brace.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

impl<'a> Source<'a> {
    pub fn read(text: &'a Text) -> Self {
        let mut reader = Reader::new(&text.text);
        reader.run();
        let Reader {
            code,
            mut strings,
            mut comments,
            ..
        } = reader;
        let lines = text.text.lines().count();
        let whole = text.path.contains("/tests/") || text.path.ends_with("/tests.rs");
        let mut test = vec![whole; lines + 1];
        for (from, to) in tests(&code) {
            test.iter_mut()
                .take(to)
                .skip(from - 1)
                .for_each(|line| *line = true);
        }
        let real = |line: &usize| !test.get(line - 1).copied().unwrap_or(whole);
        strings.retain(|(line, _)| real(line));
        comments.retain(|(line, _)| real(line));
        Self {
            text,
            code,
            strings,
            comments,
            test,
        }
    }

    pub fn is_test(&self, line: usize) -> bool {
        self.test
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(false)
    }

    /// Lines of the file without its tests.
    pub fn length(&self) -> usize {
        let lines = self.text.text.lines().count();
        self.test.iter().take(lines).filter(|test| !**test).count()
    }

    /// Identifiers outside tests, with line and the identifier before.
    pub fn identifiers(&self) -> Vec<(usize, String, String)> {
        let (mut line, mut word, mut before) = (1, String::new(), String::new());
        let mut found = Vec::new();
        for letter in self.code.iter().copied().chain([' ']) {
            if letter.is_alphanumeric() || letter == '_' {
                word.push(letter);
                continue;
            }
            if !word.is_empty() {
                if !self.is_test(line) {
                    found.push((line, before, word.clone()));
                }
                before = std::mem::take(&mut word);
            }
            if letter == '\n' {
                line += 1;
            } else if !letter.is_whitespace() {
                before.clear();
            }
        }
        found
    }

    /// Functions outside tests that have a body.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for start in keyword(&self.code, "fn") {
            let name: String = self
                .code
                .iter()
                .skip(start + 3)
                .take_while(|c| c.is_alphanumeric() || **c == '_')
                .collect();
            let line = line_of(&self.code, start);
            if name.is_empty() || self.is_test(line) {
                continue;
            }
            if let Some((_, end)) = body(&self.code, start) {
                let lines = line_of(&self.code, end) - line + 1;
                found.push(Function { name, line, lines });
            }
        }
        found
    }
}

/// Line ranges (both ends included) of items marked as tests.
fn tests(code: &[char]) -> Vec<(usize, usize)> {
    const MARKS: [&str; 3] = ["#[cfg(test)]", "#[cfg(all(test", "#[test]"];
    let text: String = code.iter().collect();
    let mut found = Vec::new();
    for mark in MARKS {
        for (at, _) in text.match_indices(mark) {
            let start = text.get(..at).unwrap_or_default().chars().count();
            let end = item_end(code, start + mark.len());
            found.push((line_of(code, start), line_of(code, end)));
        }
    }
    found
}

/// Where the item ends that begins at `from`: at its `;` or its closing brace.
fn item_end(code: &[char], from: usize) -> usize {
    body(code, from).map_or_else(
        || {
            code.iter()
                .skip(from)
                .position(|c| *c == ';')
                .map_or(code.len(), |at| from + at)
        },
        |(_, end)| end,
    )
}

/// The braces of the body that begins after `from`; none if a `;` ends the item first.
fn body(code: &[char], from: usize) -> Option<(usize, usize)> {
    let (mut round, mut open, mut depth) = (0_i32, None, 0_i32);
    for (at, letter) in code.iter().enumerate().skip(from) {
        match letter {
            '(' | '[' if open.is_none() => round += 1,
            ')' | ']' if open.is_none() => round -= 1,
            ';' if open.is_none() && round == 0 => return None,
            '{' => {
                open = open.or(Some(at));
                depth += 1;
            }
            '}' => {
                depth -= 1;
                if let (0, Some(start)) = (depth, open) {
                    return Some((start, at));
                }
            }
            _ => {}
        }
    }
    None
}

/// Positions of a keyword followed by a blank.
fn keyword(code: &[char], word: &str) -> Vec<usize> {
    let word: Vec<char> = word.chars().chain([' ']).collect();
    let fits = |(at, window): (usize, &[char])| {
        let before = at.checked_sub(1).and_then(|at| code.get(at));
        let free = before.is_none_or(|c| !c.is_alphanumeric() && *c != '_');
        (free && window == word).then_some(at)
    };
    code.windows(word.len())
        .enumerate()
        .filter_map(fits)
        .collect()
}

fn line_of(code: &[char], at: usize) -> usize {
    1 + code.iter().take(at).filter(|c| **c == '\n').count()
}

/// Walks over a file and parts it.
struct Reader {
    input: Vec<char>,
    at: usize,
    line: usize,
    code: Vec<char>,
    strings: Vec<(usize, String)>,
    comments: Vec<(usize, String)>,
}

impl Reader {
    fn new(text: &str) -> Self {
        let input: Vec<char> = text.chars().collect();
        let code = Vec::with_capacity(input.len());
        Self {
            input,
            at: 0,
            line: 1,
            code,
            strings: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> char {
        self.input.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn run(&mut self) {
        while self.at < self.input.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '/') => self.comment(),
                ('/', '*') => self.block(),
                ('"', _) => self.string(0, false),
                ('r', '"' | '#') if self.starts_raw() => self.raw(),
                ('\'', _) => self.letter(),
                _ => self.keep(),
            }
        }
    }

    /// Takes one letter as it is.
    fn keep(&mut self) {
        let letter = self.peek(0);
        self.line += usize::from(letter == '\n');
        self.code.push(letter);
        self.at += 1;
    }

    /// Takes one letter and leaves a blank in the code.
    fn blank(&mut self) -> char {
        let letter = self.peek(0);
        self.line += usize::from(letter == '\n');
        self.code.push(if letter == '\n' { '\n' } else { ' ' });
        self.at += 1;
        letter
    }

    fn comment(&mut self) {
        let (line, mut text) = (self.line, String::new());
        while self.at < self.input.len() && self.peek(0) != '\n' {
            text.push(self.blank());
        }
        self.comments.push((line, text));
    }

    fn block(&mut self) {
        let (line, mut text, mut depth) = (self.line, String::new(), 0);
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    text.push(self.blank());
                    if self.at >= self.input.len() {
                        break;
                    }
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                break;
            }
        }
        self.comments.push((line, text));
    }

    /// A raw string begins here, not an identifier that ends in `r` or a raw identifier.
    fn starts_raw(&self) -> bool {
        let before = self
            .at
            .checked_sub(1)
            .and_then(|at| self.input.get(at))
            .copied()
            .unwrap_or(' ');
        let marks = (1..).take_while(|ahead| self.peek(*ahead) == '#').count();
        let word = (before.is_alphanumeric() || before == '_') && !matches!(before, 'b' | 'c');
        !word && self.peek(marks + 1) == '"'
    }

    fn raw(&mut self) {
        self.keep();
        let mut marks = 0;
        while self.peek(0) == '#' {
            self.blank();
            marks += 1;
        }
        self.string(marks, true);
    }

    fn string(&mut self, marks: usize, raw: bool) {
        let (line, mut text) = (self.line, String::new());
        self.keep();
        while self.at < self.input.len() {
            let letter = self.peek(0);
            if letter == '"' && (1..=marks).all(|ahead| self.peek(ahead) == '#') {
                self.keep();
                for _ in 0..marks {
                    self.blank();
                }
                break;
            }
            text.push(self.blank());
            if letter == '\\' && !raw {
                text.push(self.blank());
            }
        }
        self.strings.push((line, text));
    }

    /// A letter in quotes, or the mark of a lifetime.
    fn letter(&mut self) {
        let quoted = self.peek(1) == '\\' || self.peek(2) == '\'';
        self.keep();
        if !quoted {
            return;
        }
        if self.blank() == '\\' {
            self.blank();
        }
        while self.at < self.input.len() && self.peek(0) != '\'' {
            self.blank();
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r##"
//! Head "not a string"
fn one(a: [u8; 3]) -> char {
    let s = "fn two() { \" // no comment"; /* { */
    let r = r#"a "quoted" { brace"#;
    let c = '{'; let d = '\''; let e: &'static str = s;
    c
}
trait T { fn without(&self, b: [u8; 2]); fn short(&self) {} }
#[cfg(test)]
mod tests {
    const S: &str = "in a test";
    #[test]
    fn three() { assert!(true); }
}
"##;

    #[test]
    fn parts_code_strings_comments_and_tests() {
        let text = Text::new("crates/a/src/a.rs", SAMPLE);
        let source = Source::read(&text);
        let strings: Vec<_> = source
            .strings
            .iter()
            .map(|(line, text)| (*line, text.as_str()))
            .collect();
        assert_eq!(
            strings,
            [
                (4, r#"fn two() { \" // no comment"#),
                (5, r#"a "quoted" { brace"#)
            ]
        );
        assert_eq!(
            source
                .comments
                .iter()
                .map(|(line, _)| *line)
                .collect::<Vec<_>>(),
            [2, 4]
        );
        let functions: Vec<_> = source
            .functions()
            .into_iter()
            .map(|f| (f.name, f.line, f.lines))
            .collect();
        assert_eq!(
            functions,
            [("one".to_owned(), 3, 6), ("short".to_owned(), 9, 1)]
        );
        assert_eq!(source.length(), 9);
        assert!(source.is_test(12) && !source.is_test(9));
        assert!(
            source
                .identifiers()
                .iter()
                .all(|(_, _, word)| word != "three" && word != "two")
        );
    }

    #[test]
    fn a_file_of_tests_is_a_test_from_the_first_line() {
        let text = Text::new("crates/a/tests/it/main.rs", "fn a() {}\n");
        let source = Source::read(&text);
        assert_eq!((source.length(), source.functions().len()), (0, 0));
    }
}
