//! `carriers.toml`: read key by key, so that each mistake is named with its remedy.

use std::fmt;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// A file that is there, or is named, cannot be read.
    #[error("无法读取 {}：{}", path.display(), why(source))]
    Unreadable { path: PathBuf, source: io::Error },
    /// The line is named and not shown: it may hold a secret.
    #[error("carriers.toml 第 {line} 行不是合法的 TOML，请检查引号、等号和重复的键")]
    Syntax { line: usize },
    /// A key, written `[section].key`, and what to do about it.
    #[error("carriers.toml 的 {key}：{remedy}")]
    Key { key: String, remedy: String },
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "文件不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        io::ErrorKind::InvalidData => "不是 UTF-8 文本".to_owned(),
        _ => error.to_string(),
    }
}

/// A secret on its way from the file to whoever uses it.
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The whole file.
pub(crate) struct File {
    table: Table,
    folder: PathBuf,
}

impl File {
    /// Reads the file; none where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Broken> {
        let text = match text_of(path) {
            Err(Broken::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            text => text?,
        };
        let table = text.parse::<Table>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            Broken::Syntax { line }
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Some(Self { table, folder }))
    }

    /// Takes a section out.
    pub(crate) fn section(&mut self, name: &'static str) -> Result<Option<Section>, Broken> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Section {
                name,
                table,
                folder: self.folder.clone(),
                known: Vec::new(),
            })),
            Some(_) => Err(Broken::Key {
                key: name.to_owned(),
                remedy: format!("应是一节，写作 [{name}]"),
            }),
        }
    }

    /// What is left was not known.
    pub(crate) fn finish(self) -> Result<(), Broken> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(Broken::Key {
                key: key.clone(),
                remedy: "不认识，只有 [smtp] 和 [sms] 两节，请改正或删除".to_owned(),
            }),
        }
    }
}

/// One section; keys are taken out as they are read.
pub(crate) struct Section {
    name: &'static str,
    table: Table,
    folder: PathBuf,
    known: Vec<&'static str>,
}

impl Section {
    pub(crate) fn broken(&self, key: &str, remedy: impl Into<String>) -> Broken {
        Broken::Key {
            key: format!("[{}].{key}", self.name),
            remedy: remedy.into(),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    /// A text that may be missing.
    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>, Broken> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(_) => Err(self.broken(key, "应是非空的文字，用双引号括起")),
        }
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, key: &'static str, remedy: &str) -> Result<String, Broken> {
        let text = self.text(key)?;
        text.ok_or_else(|| self.broken(key, format!("缺少这一项，{remedy}")))
    }

    /// A whole number within bounds.
    pub(crate) fn whole(
        &mut self,
        key: &'static str,
        otherwise: u16,
        bounds: RangeInclusive<u16>,
    ) -> Result<u16, Broken> {
        let number = match self.take(key) {
            None => Some(otherwise),
            Some(value) => value.as_integer().and_then(|n| u16::try_from(n).ok()),
        };
        number.filter(|n| bounds.contains(n)).ok_or_else(|| {
            let (least, most) = (bounds.start(), bounds.end());
            self.broken(key, format!("应是 {least} 到 {most} 之间的整数，不加引号"))
        })
    }

    /// A secret, in the file or in a file of its own.
    pub(crate) fn secret(
        &mut self,
        key: &'static str,
        file: &'static str,
    ) -> Result<Option<Secret>, Broken> {
        let here = self.text(key)?;
        match (here, self.text(file)?) {
            (Some(_), Some(_)) => Err(self.broken(key, format!("与 {file} 只能写一个"))),
            (Some(here), None) => Ok(Some(Secret(here))),
            (None, None) => Ok(None),
            (None, Some(path)) => {
                let text = text_of(&self.folder.join(path))?;
                let text = text.trim_end_matches(['\r', '\n']);
                if text.is_empty() {
                    return Err(self.broken(file, "所指的文件是空的"));
                }
                Ok(Some(Secret(text.to_owned())))
            }
        }
    }

    /// The certificates to trust in place of the public ones, as DER.
    pub(crate) fn roots(&mut self, key: &'static str) -> Result<Option<Vec<Vec<u8>>>, Broken> {
        let Some(path) = self.text(key)? else {
            return Ok(None);
        };
        let text = text_of(&self.folder.join(path))?;
        let mut roots = Vec::new();
        for item in ureq::tls::parse_pem(text.as_bytes()) {
            match item {
                Ok(ureq::tls::PemItem::Certificate(root)) => roots.push(root.der().to_vec()),
                Ok(_) => {}
                Err(_) => return Err(self.broken(key, "所指的文件有损坏的 PEM 段")),
            }
        }
        if roots.is_empty() {
            return Err(self.broken(key, "所指的文件里没有证书，应是 PEM 格式的根证书"));
        }
        Ok(Some(roots))
    }

    /// What is left was not known.
    pub(crate) fn finish(self) -> Result<(), Broken> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => {
                let remedy = format!("不认识，可用的键是 {}", self.known.join("、"));
                Err(self.broken(key, remedy))
            }
        }
    }
}

fn text_of(path: &Path) -> Result<String, Broken> {
    std::fs::read_to_string(path).map_err(|source| Broken::Unreadable {
        path: path.to_owned(),
        source,
    })
}
