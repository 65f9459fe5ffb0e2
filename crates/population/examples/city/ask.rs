//! `WORK --name value …`

use crate::Outcome;
use std::collections::BTreeMap;

pub struct Ask {
    pub work: String,
    settings: BTreeMap<String, String>,
}

impl Ask {
    pub fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let work = words.next().ok_or("which work?")?;
        let mut settings = BTreeMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or("a setting begins with --")?;
            let value = words.next().ok_or("a setting has a value")?;
            settings.insert(name.to_owned(), value);
        }
        Ok(Self { work, settings })
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    pub fn text(&self, name: &str) -> Outcome<&str> {
        self.find(name)
            .ok_or_else(|| format!("--{name} is missing").into())
    }

    pub fn number(&self, name: &str, usual: u64) -> Outcome<u64> {
        self.find(name).map_or(Ok(usual), |text| Ok(text.parse()?))
    }
}
