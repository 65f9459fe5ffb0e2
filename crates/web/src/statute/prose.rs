//! Prose of the library: the folder of a statute or the file of a catalog becomes a way there.

use super::depending::catalog;
use law::Pack;

/// A piece of a line; with an address it is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub text: String,
    pub href: Option<String>,
}

/// What a text may name: the words as written, what a reader calls it, and its address.
type Target = (String, String, String);

/// Knows every statute and catalog of a pack.
#[derive(Debug)]
pub(super) struct Prose(Vec<Target>);

impl Prose {
    pub fn of(law: &Pack) -> Self {
        let statutes = law.statutes().map(|one| {
            let href = format!("/law/{}", one.id);
            (one.id.clone(), format!("《{}》", one.title), href)
        });
        let files = law
            .files()
            .keys()
            .filter(|path| path.starts_with("catalog/"));
        let catalogs = files.map(|path| {
            let (name, href) = catalog(path);
            (path.clone(), name.to_owned(), href.to_owned())
        });
        let mut targets: Vec<Target> = statutes.chain(catalogs).collect();
        // A longer name goes before the one it begins with.
        targets.sort_by_key(|(written, ..)| std::cmp::Reverse(written.len()));
        Self(targets)
    }

    pub fn lines(&self, text: &str) -> Vec<Vec<Span>> {
        text.lines().map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut rest = line;
        while let Some((at, (written, name, href))) = self.first(rest) {
            let (before, found) = rest.split_at(at);
            if !before.is_empty() {
                spans.push(plain(before));
            }
            spans.push(Span {
                text: name.clone(),
                href: Some(href.clone()),
            });
            rest = found.strip_prefix(written.as_str()).unwrap_or_default();
        }
        if !rest.is_empty() {
            spans.push(plain(rest));
        }
        spans
    }

    /// The first place at which something is named.
    fn first(&self, text: &str) -> Option<(usize, &Target)> {
        let found = self
            .0
            .iter()
            .filter_map(|target| Some((text.find(&target.0)?, target)));
        found.min_by_key(|(at, target)| (*at, std::cmp::Reverse(target.0.len())))
    }
}

fn plain(text: &str) -> Span {
    Span {
        text: text.to_owned(),
        href: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_the_text_becomes_a_link_with_the_title() {
        let target = |id: &str| (id.to_owned(), format!("《{id}》"), format!("/law/{id}"));
        let prose = Prose(vec![target("cn/x-1"), target("cn/x")]);
        let spans = prose.line("见 cn/x-1 和 cn/x。");
        let texts: Vec<(&str, Option<&str>)> = spans
            .iter()
            .map(|span| (span.text.as_str(), span.href.as_deref()))
            .collect();
        let wanted = [
            ("见 ", None),
            ("《cn/x-1》", Some("/law/cn/x-1")),
            (" 和 ", None),
            ("《cn/x》", Some("/law/cn/x")),
            ("。", None),
        ];
        assert_eq!(texts, wanted);
    }
}
