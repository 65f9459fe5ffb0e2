//! The answer: the sender's own sheet plus what became of each row.

use super::row::Row;
use crate::{Fault, Place};
use domain::intake::{Cell, Finding};
use sheet::{Answer, Table};
use std::fs::File;
use std::path::Path;

/// An answer file being written.
#[derive(Debug)]
pub(super) struct Answering(Answer);

impl Answering {
    pub fn create(path: &Path, table: &Table) -> Result<Self, Fault> {
        let file = File::create(path).map_err(failed)?;
        Answer::create(table.layout(), table.filed_header(), file)
            .map(Self)
            .map_err(failed)
    }

    pub fn row(&mut self, row: &Row) -> Result<(), Fault> {
        let cells: Vec<Cell<'_>> = row
            .cells
            .iter()
            .map(|(text, form)| Cell { text, form: *form })
            .collect();
        let state = if row.rejected() { "退回" } else { "接收" };
        self.0
            .row(&cells, state, &problems(&row.findings))
            .map_err(failed)
    }

    pub fn finish(self) -> Result<(), Fault> {
        self.0.finish().map_err(failed)
    }
}

fn failed(error: std::io::Error) -> Fault {
    Fault::new(Place::Input, error)
}

/// All findings of a row in one cell: code, level, column, what is wrong, what to do.
fn problems(findings: &[Finding]) -> String {
    findings.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

/// One finding as a sentence.
pub fn sentence(finding: &Finding) -> String {
    let field = finding
        .field
        .as_ref()
        .map_or(String::new(), |field| format!("【{}】", field.name));
    let (code, level) = (&finding.code, finding.level.name());
    format!(
        "{code} {level} {field}{}。{}",
        finding.message(),
        finding.remedy()
    )
}
