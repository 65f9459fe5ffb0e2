//! Search for entities: by code, old number, name, part of a name, or initials.
//!
//! The order is what a clerk expects: what was typed exactly, then what begins with it, then what
//! contains it, and each time the shortest names first. Ids of names begin with the length, and
//! FTS5 gives rows by ascending id, so a search for a very common part reads as many rows as it
//! shows and no more.

use crate::sql::{code_at, limit, many, one, text_at};
use crate::trouble::Trouble;
use desk::ports::Hit;
use desk::search::{Query, initials};
use domain::entity::plain_name;
use rusqlite::{Connection, params};

/// Names that begin with the text and are looked at. Where there are more, the full-text index
/// gives the shortest ones.
const PREFIXES: i64 = 256;

/// Names that hold all bigrams and are compared with the text. A part that stands across two words
/// (化工程有) shares its bigrams with tens of thousands of names that hold them apart.
const CANDIDATES: i64 = 65_536;

/// After so many bigrams another one hardly narrows the search.
const GRAMS: usize = 12;

struct Search<'a> {
    conn: &'a Connection,
    query: &'a Query,
    most: usize,
    hits: Vec<Hit>,
}

pub(crate) fn find(conn: &Connection, query: &Query, most: usize) -> Result<Vec<Hit>, Trouble> {
    let mut search = Search {
        conn,
        query,
        most,
        hits: Vec::new(),
    };
    search.codes()?;
    search.aliases()?;
    search.beginning()?;
    search.containing()?;
    search.initials()?;
    Ok(search.hits)
}

impl Search<'_> {
    fn full(&self) -> bool {
        self.hits.len() >= self.most
    }

    /// Adds the entity with this code; `by` is the other name or number that matched.
    fn add(&mut self, code: &str, by: Option<&str>) -> Result<(), Trouble> {
        if self.full() || self.hits.iter().any(|hit| hit.code.as_str() == code) {
            return Ok(());
        }
        let sql = "SELECT code, name, provisional FROM entity WHERE code = ?1";
        let hit = one(self.conn, sql, params![code], |row| {
            let name: String = row.get(1)?;
            let by = by
                .filter(|_| !self.says(&plain_name(&name)))
                .map(str::to_owned);
            Ok(Hit {
                code: code_at(row, 0)?,
                name,
                by,
                provisional: row.get(2)?,
            })
        })?;
        self.hits.extend(hit);
        Ok(())
    }

    /// Whether the present name itself answers the search, so that no former name need explain it.
    fn says(&self, plain: &str) -> bool {
        let wanted = self.query.plain.as_str();
        let spelt = || !self.query.initials.is_empty() && initials(plain).contains(wanted);
        plain.contains(wanted) || spelt()
    }

    /// Adds entities by name, shortest first.
    fn add_names(&mut self, mut names: Vec<(String, String)>) -> Result<(), Trouble> {
        names.sort_by_cached_key(|(_, plain)| (plain.chars().count(), plain.clone()));
        names
            .iter()
            .try_for_each(|(code, plain)| self.add(code, Some(plain)))
    }

    fn codes(&mut self) -> Result<(), Trouble> {
        let text = &self.query.plain;
        if text.len() < 2 || text.len() > 18 || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Ok(());
        }
        let sql = "SELECT code FROM entity WHERE code >= ?1 AND code < ?1 || '~' \
                   ORDER BY code LIMIT ?2";
        let read = |row: &rusqlite::Row<'_>| Ok(row.get::<_, String>(0)?);
        let codes = many(self.conn, sql, params![text, limit(self.most)], read)?;
        codes.iter().try_for_each(|code| self.add(code, None))
    }

    fn aliases(&mut self) -> Result<(), Trouble> {
        let sql = "SELECT entity, alias FROM alias WHERE alias = ?1 ORDER BY entity LIMIT ?2";
        let params = params![self.query.plain, limit(self.most)];
        let found = many(self.conn, sql, params, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        found
            .iter()
            .try_for_each(|(code, alias)| self.add(code, Some(alias)))
    }

    /// Names equal to the text, and those that begin with it.
    fn beginning(&mut self) -> Result<(), Trouble> {
        if self.full() {
            return Ok(());
        }
        let sql = "SELECT entity, plain FROM name WHERE plain >= ?1 AND plain < ?1 || char(1114111) \
                   ORDER BY plain LIMIT ?2";
        let names = many(self.conn, sql, params![self.query.plain, PREFIXES], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        self.add_names(names)
    }

    /// Names that contain the text anywhere.
    fn containing(&mut self) -> Result<(), Trouble> {
        let wanted = self.query.plain.as_str();
        self.matching(&self.query.grams, |plain| plain.contains(wanted))
    }

    /// Names whose initials contain the letters. Letters of a name are its initials too.
    fn initials(&mut self) -> Result<(), Trouble> {
        let wanted = self.query.plain.as_str();
        self.matching(&self.query.initials, |plain| {
            initials(plain).contains(wanted)
        })
    }

    /// Names that hold all tokens and stand the test: bigrams may also match far apart.
    fn matching(&mut self, tokens: &[String], test: impl Fn(&str) -> bool) -> Result<(), Trouble> {
        let Some(expression) = expression(tokens) else {
            return Ok(());
        };
        let mut statement = self.conn.prepare_cached(
            "SELECT n.entity, n.plain FROM name_text AS t CROSS JOIN name AS n ON n.id = t.rowid \
             WHERE t.name_text MATCH ?1 ORDER BY t.rowid LIMIT ?2",
        )?;
        let mut rows = statement.query(params![expression, CANDIDATES])?;
        while !self.full()
            && let Some(row) = rows.next()?
        {
            let plain = text_at(row, 1)?;
            if test(plain) {
                self.add(text_at(row, 0)?, Some(plain))?;
            }
        }
        Ok(())
    }
}

/// The tokens as an FTS5 expression in which each must occur; `None` if there is none to look for.
fn expression(tokens: &[String]) -> Option<String> {
    let usable = tokens.iter().filter(|token| token.chars().all(is_kept));
    let quoted: Vec<String> = usable
        .take(GRAMS)
        .map(|token| format!("\"{token}\""))
        .collect();
    (!quoted.is_empty()).then(|| quoted.join(" "))
}

/// Whether the tokenizer of the index keeps this character (see views.sql).
fn is_kept(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || "~()&.-".contains(c)
}
