//! Chores of the repository: `cargo xtask <task>`.

mod assets;
mod browser;
mod chores;
mod difference;
mod run;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  demo [ARGS…]   prepare the page assets, build, and serve an invented city
  test           all checks: tests, tidy, clippy, format, browser, difference
  tidy           house rules that the compiler cannot check
  assets         fetch what package-lock.json pins and lay it out for crates/web
  browser        browser tests alone
  difference     grades in four engines compared (sets up DuckDB and Spark from PyPI)
  bless          write golden files anew (runs the tests with BLESS=1)
  bench [ARGS…]  run the load scripts of benches/
  release        build the release binary, print its size and digest
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = match task.as_str() {
        "demo" => chores::demo(&root(), &rest),
        "test" => test::all(&root()),
        "tidy" => tidy::run(&root()),
        "assets" => assets::prepare(&root()),
        "browser" => browser::alone(&root()),
        "difference" => difference::alone(&root(), &rest),
        "bless" => chores::bless(&root()),
        "bench" => chores::bench(&root(), &rest),
        "release" => chores::release(&root()),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {task}: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace, whatever folder the command was given in.
fn root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or(own.clone(), PathBuf::from)
}
