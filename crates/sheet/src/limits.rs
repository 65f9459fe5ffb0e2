//! How much a filed table may cost us.

/// Bounds on one filed table. Beyond any of them the file is refused, never cut short in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file as filed. XLS files are held to 64 MiB even where this is larger.
    pub file_bytes: u64,
    /// All the bytes that come out of one workbook's zip parts together.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for each packed byte of a part, once the part is past its first 4 MiB.
    pub ratio: u64,
    /// Rows below the header.
    pub rows: u32,
    /// Columns of the sheet.
    pub columns: u32,
    /// UTF-8 bytes of one cell. The spreadsheet programs stop at 32,767 characters.
    pub cell_bytes: usize,
    /// Text of a workbook's shared strings together with its index; the one part kept in memory.
    pub shared_strings_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            unpacked_bytes: 1 << 30,
            ratio: 200,
            rows: 1_000_000,
            columns: 512,
            cell_bytes: 128 << 10,
            shared_strings_bytes: 32 << 20,
        }
    }
}

/// One row may not be longer than this, however many cells share it: a batch holds at least one.
pub(crate) const ROW_BYTES: usize = 4 << 20;

/// The old binary format cannot stream its string table in blocks, so its files stay small.
pub(crate) const XLS_BYTES: u64 = 64 << 20;
