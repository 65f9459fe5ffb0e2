//! Tables as CSV, as spreadsheets open it.

/// A table being written.
#[derive(Debug)]
pub(crate) struct Csv(String);

impl Csv {
    /// Begins with the mark that makes spreadsheets read UTF-8, and the heads.
    pub fn new(heads: &[&str]) -> Self {
        let mut csv = Self("\u{feff}".to_owned());
        csv.row(heads.iter().copied());
        csv
    }

    /// A table that goes on in another place; it has no heads.
    pub fn part() -> Self {
        Self(String::new())
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.cell(cell);
        }
        self.0.push_str("\r\n");
    }

    /// What a spreadsheet would take for a formula gets an apostrophe in front.
    fn cell(&mut self, cell: &str) {
        let guard = if cell.starts_with(['=', '+', '@', '\t']) {
            "'"
        } else {
            ""
        };
        if !cell.contains(['"', ',', '\n', '\r']) {
            self.0.push_str(guard);
            self.0.push_str(cell);
            return;
        }
        self.0.push('"');
        self.0.push_str(guard);
        self.0.push_str(&cell.replace('"', "\"\""));
        self.0.push('"');
    }

    pub fn text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        let mut csv = Csv::part();
        csv.row(["甲", "a,b", "\"乙\"", "=1+1", "-", "-5"]);
        assert_eq!(csv.text(), "甲,\"a,b\",\"\"\"乙\"\"\",'=1+1,-,-5\r\n");
        assert_eq!(Csv::new(&["头"]).text(), "\u{feff}头\r\n");
    }
}
