//! Portal, desks and API over HTTP. No SQL and no rule stands here.
//!
//! Pages are rendered on the server and work with scripts turned off. What a page may know about a
//! record comes through [`desk::ports::Portal`], which reads the publication view and nothing else.

mod account;
mod api;
mod assets;
mod catalog;
mod cite;
mod draft;
mod duty;
mod exchange;
mod extract;
mod feedback;
mod field;
mod filing;
mod frame;
mod grade;
mod health;
mod house;
mod inspection;
mod intake;
mod ledger;
mod limit;
mod metrics;
mod my;
mod notice;
mod portal;
mod problem;
mod procedure;
mod proposal;
mod rehearsal;
mod repair;
mod replay;
mod router;
mod screening;
mod statute;
mod trouble;

pub use account::{hash_password, key_digest, new_key, password_fits};
pub use field::EVIDENCE;
pub use house::{Checks, Login, Receipts, SiteConfig, Web};
pub use router::router;
