//! What is asked on the command line.

use crate::Outcome;
use domain::ledger::Suite;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A work and its settings.
#[derive(Debug)]
pub struct Ask {
    pub work: String,
    settings: BTreeMap<String, String>,
}

impl Ask {
    /// `WORK --name value …`; `None` when a value is missing.
    pub fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let work = words.next()?;
        let mut settings = BTreeMap::new();
        while let Some(word) = words.next() {
            settings.insert(word.strip_prefix("--")?.to_owned(), words.next()?);
        }
        Some(Self { work, settings })
    }

    pub fn text(&self, name: &str) -> Outcome<&str> {
        let text = self.settings.get(name).map(String::as_str);
        text.ok_or_else(|| format!("--{name} is missing").into())
    }

    pub fn path(&self, name: &str) -> Outcome<PathBuf> {
        Ok(self.text(name)?.into())
    }

    pub fn number(&self, name: &str, usual: usize) -> Outcome<usize> {
        match self.settings.get(name) {
            Some(text) => Ok(text
                .parse()
                .map_err(|_| format!("--{name} {text}: no number"))?),
            None => Ok(usual),
        }
    }

    pub fn or<'a>(&'a self, name: &str, usual: &'a str) -> &'a str {
        self.settings.get(name).map_or(usual, String::as_str)
    }

    /// `--suite sm` (usual) or `sha`.
    pub fn suite(&self) -> Outcome<Suite> {
        match self.or("suite", "sm") {
            "sm" => Ok(Suite::National),
            "sha" => Ok(Suite::International),
            other => Err(format!("--suite {other}: sm or sha").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_without_value_is_refused() {
        let read = |text: &str| Ask::read(text.split(' ').map(str::to_owned));
        assert!(read("csv --file").is_none());
        let ask = read("csv --file a.csv --rows 5").unwrap();
        assert_eq!(
            (ask.text("file").unwrap(), ask.number("rows", 1).unwrap()),
            ("a.csv", 5)
        );
        assert!(ask.text("none").is_err() && ask.number("file", 1).is_err());
    }
}
