//! Reads and writes the tables that departments file: CSV, XLSX, XLS and JSON rows.
//!
//! Everything is read as a stream under [`Limits`]; nothing is ever laid out as a dense sheet. The
//! size of what is kept does not depend on the file, except for the shared strings of a workbook,
//! which have a cap of their own. With the default limits the peak above the idle process stays
//! below **16 MiB for CSV and JSON** and below **64 MiB for XLSX and XLS**, whatever the file
//! claims or does; a file that would need more is refused with a sentence that says why.
//!
//! Where the memory goes, with the defaults:
//! - CSV: one block of 512 KiB for each batch alive, grown to at most 4 MiB for a single record;
//! - XLSX: 32 MiB shared strings, 1 MiB blocks on their way from the inflating thread, one batch
//!   (below 6 MiB), merged areas (1 MiB), zip directory (1 MiB);
//! - XLS: the same strings and batch, and the sector table (512 KiB);
//! - JSON: one object of at most 4 MiB and one batch.
//!
//! The crate knows no database and no rule: what a column means is decided in `domain`.

pub mod answer;
mod batch;
mod bytes;
mod delimited;
mod json;
mod limits;
mod merged;
mod refused;
mod serial;
mod strings;
mod table;
pub mod template;
mod text;
mod xls;
mod xlsx;

pub use answer::Answer;
pub use batch::{Batch, RowView};
pub use limits::Limits;
pub use refused::Refused;
pub use table::{Format, Layout, Table, open, open_file};
pub use text::Encoding;
