//! Accounts: log-in, sessions and keys.

mod caller;
mod clerk;
mod login;
mod logout;
mod password;
mod secret;

pub(crate) use caller::{Caller, Callers};
pub(crate) use clerk::Clerk;
pub(crate) use login::{Lockouts, form, login};
pub(crate) use logout::logout;
pub use password::{hash_password, password_fits};
pub use secret::{key_digest, new_key};

/// Cookie of a session.
pub(crate) const COOKIE: &str = "session";
