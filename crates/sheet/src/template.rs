//! Empty workbooks for a department to fill in, with the checks a spreadsheet program can do.

use std::io::{self, Seek, Write};

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

/// One column of a template.
#[derive(Debug, Clone, Copy)]
pub struct TemplateColumn<'a> {
    /// Name of the column in the catalog, shown in the hint.
    pub code: &'a str,
    /// Its Chinese name, which becomes the header.
    pub name: &'a str,
    /// Must be filled: red, and followed by `*`.
    pub need: bool,
    pub hint: &'a str,
    /// The closed list of values; empty where anything goes.
    pub values: &'a [String],
    pub date: bool,
    /// An eighteen-character code such as the unified social credit code.
    pub code18: bool,
    pub amount: bool,
}

const LAST_ROW: u32 = 1_048_575;
const LIST_SHEET: &str = "字典";
/// A spreadsheet program shows no longer hint and no longer hint title.
const HINT_CHARS: usize = 255;
const TITLE_CHARS: usize = 32;

/// Writes a template; read back, it is a table with this header and no rows.
///
/// # Errors
/// When writing fails.
pub fn template(columns: &[TemplateColumn<'_>], out: impl Write + Seek + Send) -> io::Result<()> {
    workbook(columns)
        .and_then(|mut book| book.save_to_writer(out))
        .map_err(io::Error::other)
}

fn workbook(columns: &[TemplateColumn<'_>]) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("填报")?.set_freeze_panes(1, 0)?;
    for (index, column) in (0_u16..).zip(columns) {
        sheet.set_column_format(index, &cell_style(column))?;
        sheet.set_column_width(index, width(column))?;
        let head = column.name.to_owned() + if column.need { "*" } else { "" };
        sheet.write_string_with_format(0, index, head, &head_style(column))?;
        if let Some(rule) = rule(column, index)? {
            sheet.add_data_validation(1, index, LAST_ROW, index, &rule)?;
        }
    }
    if columns.iter().any(|c| !c.values.is_empty()) {
        lists(book.add_worksheet(), columns)?;
    }
    Ok(book)
}

/// Text keeps the digits of codes; dates and amounts must stay what their checks look at.
fn cell_style(column: &TemplateColumn<'_>) -> Format {
    match column {
        TemplateColumn { date: true, .. } => Format::new().set_num_format("yyyy/mm/dd"),
        TemplateColumn { amount: true, .. } => Format::new(),
        _ => Format::new().set_num_format("@"),
    }
}

fn head_style(column: &TemplateColumn<'_>) -> Format {
    let style = Format::new()
        .set_num_format("@")
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(Color::RGB(0x00DD_EBF7));
    if column.need {
        style.set_font_color(Color::Red)
    } else {
        style
    }
}

/// Wide characters take two places.
fn width(column: &TemplateColumn<'_>) -> f64 {
    let places = u32::try_from(column.name.chars().count())
        .unwrap_or(20)
        .min(20)
        * 2
        + 4;
    f64::from(places.max(if column.code18 { 22 } else { 12 }))
}

fn lists(sheet: &mut Worksheet, columns: &[TemplateColumn<'_>]) -> Result<(), XlsxError> {
    sheet.set_name(LIST_SHEET)?.set_hidden(true);
    for (index, column) in (0_u16..).zip(columns) {
        for (row, value) in (0_u32..).zip(column.values) {
            sheet.write_string(row, index, value)?;
        }
    }
    Ok(())
}

fn rule(column: &TemplateColumn<'_>, index: u16) -> Result<Option<DataValidation>, XlsxError> {
    let any = DataValidation::new();
    let rule = if !column.values.is_empty() {
        let letters = rust_xlsxwriter::utility::column_number_to_name(index);
        let last = column.values.len();
        let list = format!("={LIST_SHEET}!${letters}$1:${letters}${last}");
        any.allow_list_formula(Formula::new(list))
    } else if column.date {
        // Text dates are read as well, so a wrong one is only warned about.
        let range = DataValidationRule::Between(
            ExcelDateTime::from_ymd(1949, 10, 1)?,
            ExcelDateTime::from_ymd(2099, 12, 31)?,
        );
        any.allow_date(range)
            .set_error_style(DataValidationErrorStyle::Information)
    } else if column.code18 {
        any.allow_text_length(DataValidationRule::EqualTo(18_u32))
    } else if column.amount {
        any.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
            .set_error_style(DataValidationErrorStyle::Information)
    } else if column.hint.is_empty() {
        return Ok(None);
    } else {
        any.allow_any_value()
    };
    let hint = if column.hint.is_empty() {
        column.code
    } else {
        column.hint
    };
    rule.set_input_title(first(column.name, TITLE_CHARS))?
        .set_input_message(first(hint, HINT_CHARS))?
        .set_error_title(first(column.name, TITLE_CHARS))?
        .set_error_message(first(hint, HINT_CHARS))
        .map(Some)
}

fn first(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}
