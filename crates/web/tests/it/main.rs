//! The router in one process with a real store: what each reader gets to see.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "clippy knows only functions marked as tests, and the helpers beside them are tests too"
)]

mod api;
mod authority;
mod authz;
mod canary;
mod catalogs;
mod counter;
mod desk_pages;
mod draws;
mod exchange;
mod field;
mod grades;
mod law_changes;
mod library;
mod my;
mod portal;
mod procedures;
mod town;
