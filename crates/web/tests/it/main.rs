//! The router in one process with a real store: what each reader gets to see.

mod api;
mod authz;
mod canary;
mod counter;
mod desk_pages;
mod portal;
mod town;
