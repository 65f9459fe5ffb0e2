//! What anybody may see of visits.

use crate::ports::Inspected;
use crate::{Desk, Fault};
use domain::code::Code;

impl Desk {
    /// Results of visits that are shown today, one row a visit and item, latest first, with their names.
    pub fn inspected(&self, entity: Option<&Code>, limit: usize) -> Result<Vec<Inspected>, Fault> {
        let today = self.clock.today();
        let mut rows = self.store.inspected(entity, today, limit)?;
        for row in &mut rows {
            row.result_name = self.result_name(&row.result);
        }
        Ok(rows)
    }

    /// What a user reads for a word of a result.
    pub fn result_name(&self, word: &str) -> String {
        let law = self.law();
        let mut codes = law.inspection_results().iter();
        let code = codes.find(|code| code.value().word == word);
        code.map_or_else(|| word.to_owned(), |code| code.value().name.clone())
    }
}
