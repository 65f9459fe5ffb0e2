//! Reads a TOML table by using it up: what nobody took is a finding.

use crate::finding::{Remark, Topic};
use serde::de::DeserializeOwned;

/// A table of a law file, and what was wrong with it so far.
pub(crate) struct Fields<'a> {
    file: &'a str,
    /// Line of the fence; the table itself starts on the next one.
    line: usize,
    body: &'a str,
    table: toml::Table,
    faults: Vec<Remark>,
}

impl<'a> Fields<'a> {
    /// Reads the body of a block; a text that is no TOML is one finding.
    pub fn read(file: &'a str, line: usize, body: &'a str) -> Result<Self, Remark> {
        match body.parse::<toml::Table>() {
            Ok(table) => Ok(Self {
                file,
                line,
                body,
                table,
                faults: Vec::new(),
            }),
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                let before = body.get(..offset).unwrap_or_default();
                let at = line + 1 + before.matches('\n').count();
                let message = format!("不是合法的 TOML：{}", error.message());
                Err(Remark::unreadable(file, at, message))
            }
        }
    }

    /// Takes an optional key; a value that cannot be read is a finding.
    pub fn take<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let value = self.table.remove(key)?;
        match value.try_into::<T>() {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(key, format!("`{key}` 的值不正确：{}", error.message()));
                None
            }
        }
    }

    /// Takes a mandatory key.
    pub fn need<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        if !self.table.contains_key(key) {
            self.report(key, format!("缺少 `{key}`"));
            return None;
        }
        self.take(key)
    }

    /// Takes a mandatory list that may not be empty.
    pub fn some<T: DeserializeOwned>(&mut self, key: &str) -> Option<Vec<T>> {
        let list: Vec<T> = self.need(key)?;
        if list.is_empty() {
            self.report(key, format!("`{key}` 不能为空"));
            return None;
        }
        Some(list)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// File and line of the block.
    pub fn place(&self) -> (String, usize) {
        (self.file.to_owned(), self.line)
    }

    pub fn report(&mut self, key: &str, message: impl Into<String>) {
        let topic = if key == "article" {
            Topic::MissingArticle
        } else {
            Topic::Unreadable
        };
        let line = self.line_of(key);
        self.faults
            .push(Remark::fault(self.file, line, topic, message));
    }

    /// Ends the reading: keys nobody took become findings.
    pub fn finish(mut self) -> Vec<Remark> {
        let left: Vec<String> = self.table.keys().cloned().collect();
        for key in left {
            self.report(&key, format!("不认识的键 `{key}`"));
        }
        self.faults
    }

    fn line_of(&self, key: &str) -> usize {
        let place = self.body.lines().position(|line| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        });
        place.map_or(self.line, |index| self.line + 1 + index)
    }
}
