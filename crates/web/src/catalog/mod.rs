//! The published catalogs, made from the law pack: what is gathered, where it is used, which lists
//! and measures there are, what is inspected (R13, R14, R25, R45, R65, R78, R82).

mod acts;
mod blanks;
mod cell;
mod commitments;
mod csv;
mod figures;
mod home;
mod inspections;
mod lists;
mod matters;
mod measures;
mod notices;
mod sets;

pub(crate) use blanks::blank;
pub(crate) use csv::Csv;
pub(crate) use home::{home, show};
pub(crate) use lists::list;
pub(crate) use measures::measure;
pub(crate) use sets::{set, sets_csv, sets_json};
