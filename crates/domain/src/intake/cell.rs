//! A cell as it stood in the filed table, before anybody gave it a meaning.

/// How a cell was stored. A spreadsheet keeps more than text, and each kind can lie in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Text, or any cell of a CSV or JSON file.
    #[default]
    Text,
    /// A number cell: a code typed into one has lost digits after the fifteenth, and leading zeros.
    Number,
    /// A number cell formatted as a date; the text is `YYYY/MM/DD`.
    Date,
    /// A true/false cell.
    Bool,
    /// A formula whose result was never stored.
    NoValue,
    /// A formula that ended in an error such as `#REF!`.
    Error,
    /// Covered by a merged area whose value stands in another cell.
    Merged,
}

/// One cell: its text as a reader of the sheet would see it, and how it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell<'a> {
    pub text: &'a str,
    pub form: Form,
}

impl<'a> Cell<'a> {
    pub const fn text(text: &'a str) -> Self {
        Self {
            text,
            form: Form::Text,
        }
    }
}
