//! A block of rows on its way from the reader to whoever checks them.

use domain::intake::{Cell, Form};

use crate::{Encoding, Refused, delimited};

/// An owned block of rows. Cheap to make, so that the reader is never what a check waits for: a
/// CSV block is decoded and split in the thread that calls [`Batch::each`].
#[derive(Debug)]
pub struct Batch(pub(crate) Body);

#[derive(Debug)]
pub(crate) enum Body {
    Raw(delimited::Block),
    Rows(Rows),
}

/// One row of the sheet, exactly as wide as the header.
#[derive(Debug, Clone, Copy)]
pub struct RowView<'a> {
    /// The row number the sender sees: the header is usually 1. For CSV the record number.
    pub number: u32,
    /// As many as the header has; cells that were not in the file are empty text.
    pub cells: &'a [Cell<'a>],
    /// The row has something but blanks to the right of the last header, or under an unknown JSON key.
    pub surplus: bool,
}

impl Batch {
    /// Calls `row` for each row that is not wholly empty, in the order of the sheet.
    ///
    /// # Errors
    /// When a CSV block turns out to be wrongly encoded or a cell too long; rows before the
    /// place have been passed on by then.
    pub fn each(&self, mut row: impl FnMut(RowView<'_>)) -> Result<(), Refused> {
        match &self.0 {
            Body::Raw(block) => block.each(&mut row),
            Body::Rows(rows) => {
                rows.each(&mut row);
                Ok(())
            }
        }
    }

    /// Bytes this batch holds.
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Body::Raw(block) => block.bytes(),
            Body::Rows(rows) => rows.bytes(),
        }
    }

    /// The encoding its text is still in.
    pub fn encoding(&self) -> Encoding {
        match &self.0 {
            Body::Raw(block) => block.encoding(),
            Body::Rows(_) => Encoding::Utf8,
        }
    }
}

/// Where one cell's text lies in [`Rows::text`].
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    start: u32,
    end: u32,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    number: u32,
    surplus: bool,
}

/// Parsed cells in one flat buffer: three allocations however many cells there are.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    width: usize,
    text: String,
    slots: Vec<Slot>,
    marks: Vec<Mark>,
    surplus: bool,
    row_start: usize,
}

const BATCH_ROWS: usize = 2_000;
const BATCH_SLOTS: usize = 100_000;
const BATCH_TEXT: usize = 1 << 20;

impl Rows {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// Bytes the row in hand has used so far.
    pub(crate) fn row_bytes(&self) -> usize {
        self.text.len() - self.row_start
    }

    pub(crate) fn full(&self) -> bool {
        self.marks.len() >= BATCH_ROWS
            || self.slots.len() + self.width > BATCH_SLOTS
            || self.text.len() >= BATCH_TEXT
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }

    /// Forgets the row in hand.
    pub(crate) fn drop_row(&mut self) {
        self.slots.truncate(self.marks.len() * self.width);
        self.text.truncate(self.row_start);
        self.surplus = false;
    }

    fn open_row(&mut self) {
        let wanted = (self.marks.len() + 1) * self.width;
        if self.slots.len() < wanted {
            self.slots.resize(wanted, Slot::default());
        }
    }

    /// Puts a cell into the row in hand; a cell beyond the width is only noted.
    pub(crate) fn put(&mut self, column: usize, text: &str, form: Form) {
        if column >= self.width {
            self.surplus |= !text.trim().is_empty() || !matches!(form, Form::Text | Form::Merged);
            return;
        }
        self.open_row();
        let start = offset(self.text.len());
        self.text.push_str(text);
        let end = offset(self.text.len());
        if let Some(slot) = self.slots.get_mut(self.marks.len() * self.width + column) {
            *slot = Slot { start, end, form };
        }
    }

    /// Closes the row in hand, or drops it where nothing in it was filled.
    pub(crate) fn close(&mut self, number: u32) {
        self.open_row();
        let start = self.marks.len() * self.width;
        let row = self.slots.get(start..).unwrap_or_default();
        let text = &self.text;
        let filled = self.surplus
            || row.iter().any(|slot| {
                !matches!(slot.form, Form::Text | Form::Merged)
                    || !slice(text, *slot).trim().is_empty()
            });
        if filled {
            self.marks.push(Mark {
                number,
                surplus: self.surplus,
            });
        } else {
            self.drop_row();
        }
        self.surplus = false;
        self.row_start = self.text.len();
    }

    pub(crate) fn each(&self, row: &mut dyn FnMut(RowView<'_>)) {
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(self.width);
        for (index, mark) in self.marks.iter().enumerate() {
            let start = index * self.width;
            let slots = self
                .slots
                .get(start..start + self.width)
                .unwrap_or_default();
            cells.clear();
            cells.extend(slots.iter().map(|s| Cell {
                text: slice(&self.text, *s),
                form: s.form,
            }));
            row(RowView {
                number: mark.number,
                cells: &cells,
                surplus: mark.surplus,
            });
        }
    }

    fn bytes(&self) -> usize {
        self.text.capacity()
            + self.slots.capacity() * size_of::<Slot>()
            + self.marks.capacity() * size_of::<Mark>()
    }
}

fn slice(text: &str, slot: Slot) -> &str {
    text.get(slot.start as usize..slot.end as usize)
        .unwrap_or_default()
}

/// A batch never holds more than a few MiB of text, so 32 bits are enough.
fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
