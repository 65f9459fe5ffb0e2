//! 诚衡: the command line. Its commands, options and exit codes are a contract.

mod account;
mod backup;
mod calendar;
mod cli;
mod clock;
mod code;
mod demo;
mod draw;
mod duty;
mod entity;
mod exchange;
mod filing;
mod folder;
mod grade;
mod intake;
mod law;
mod ledger;
mod notice;
mod organ;
mod out;
mod pack;
mod procedure;
mod progress;
mod room;
mod screening;
mod serve;
mod stop;

pub(crate) use cli::{Common, SuiteName};
pub(crate) use out::Out;
pub(crate) use stop::{Ending, Stop};

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

/// Intake hands rows from thread to thread; the system allocator pays dearly for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let asked = match cli::read() {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    log();
    let out = Out {
        json: asked.common.json,
    };
    match asked.run(out) {
        Ok(ending) => ExitCode::from(ending.code()),
        Err(stop) => {
            out.stop(&stop);
            stop.into()
        }
    }
}

/// The operator's log goes to standard error; `RUST_LOG` chooses what of it.
fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second subscriber cannot be set; then the first one is good.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Fresh randomness from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Stop> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Stop::Fault(format!("取不到随机数：{error}")))?;
    Ok(bytes)
}

/// Refuses a file that is not there before a folder is made for it.
pub(crate) fn readable(path: &Path) -> Result<(), Stop> {
    let file = File::open(path).map_err(|error| Stop::file(path, &error))?;
    let kind = file.metadata().map_err(|error| Stop::file(path, &error))?;
    if kind.is_dir() {
        return Err(Stop::Refused(format!("{}：这是一个文件夹", path.display())));
    }
    Ok(())
}
