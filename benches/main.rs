//! `bench WORK [--name value …]`: runs one work once and prints one line.

use benches::ask::Ask;
use benches::{Outcome, check, code, draw, ledger, screen, search, served, through};
use std::process::ExitCode;

/// The allocator of the product, see `chengheng`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USE: &str = "bench code|csv|xlsx|through|city|draw|ledger|screen|search|lookup|receipt|start [--name value …]";

fn main() -> ExitCode {
    match Ask::read(std::env::args().skip(1))
        .ok_or_else(|| USE.into())
        .and_then(|ask| run(&ask))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(ask: &Ask) -> Outcome<()> {
    match ask.work.as_str() {
        "code" => code::run(ask),
        "csv" | "xlsx" => check::run(ask),
        "through" => through::run(ask),
        "city" => through::city(ask),
        "draw" => draw::run(ask),
        "ledger" => ledger::run(ask),
        "screen" => screen::run(ask),
        "search" => search::run(ask),
        "lookup" => served::lookup(ask),
        "receipt" => served::receipt(ask),
        "start" => served::start(ask),
        _ => Err(USE.into()),
    }
}
