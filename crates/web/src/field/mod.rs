//! `/field`: what inspectors take along on a phone, with network or without. The page keeps what is filled
//! in on the phone and hands it in when it can; what counts is what the ledger says.

mod evidence;
mod home;
mod sync;
mod worker;

pub use evidence::FOLDER as EVIDENCE;
pub(crate) use evidence::{MOST, evidence, keep};
pub(crate) use home::{home, tasks};
pub(crate) use sync::sync;
pub(crate) use worker::worker;

use crate::account::Clerk;
use crate::problem::Problem;
use crate::trouble::Trouble;
use desk::ports::Role;
use desk::procedure::Who;

const ROLES: [Role; 1] = [Role::Organ];

/// Who asks, for answers that a script reads: it is told, and not led to the log-in page.
fn who(clerk: Result<Clerk, Trouble>) -> Result<Who, Problem> {
    let clerk = clerk.map_err(|trouble| match trouble {
        login @ Trouble::Login(_) => {
            Problem::from(login).remedy("重新登录后再上传，已填写的内容保存在手机上")
        }
        other => other.into(),
    })?;
    clerk.organ(&ROLES)?;
    Ok(Who::of(&clerk.account))
}
