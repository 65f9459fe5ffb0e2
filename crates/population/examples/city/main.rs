//! An invented population of any size, graded: for measurements and for the test of difference.
//! Not shipped.
//!
//! `city WORK --name value …`
//!
//! | work | settings | does |
//! |---|---|---|
//! | `make` | `dir` `entities` `seed` `shards` | writes a population |
//! | `run` | `dir` `threads` `out`? | grades it, answers into `out` if given |
//! | `sql` | `dir` `dialect` | prints the same as SQL over its files |
//! | `random` | `dir` `entities` `seed` | a random population and scale, its SQL in every dialect, our answers |
//! | `columns` | `file` `rows` `threads` | second stage over ready indicators (rule set of the peers) |
//! | `one` | | one explanation, and 1,000 entities graded anew |

mod ask;
mod columns;
mod invent;
mod one;
mod random;
mod scales;
mod told;

use ask::Ask;
use population::{Dialect, Files, Results, Sink, Tables, Writer, run, run_into, sql_over};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// The allocator of the product, see `chengheng`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a work returns.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match Ask::read(std::env::args().skip(1)).and_then(|ask| work(&ask)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn work(ask: &Ask) -> Outcome {
    match ask.work.as_str() {
        "make" => make(ask),
        "run" => grade(ask),
        "sql" => print_sql(ask),
        "random" => random::run(ask),
        "columns" => columns::run(ask),
        "one" => one::run(),
        other => Err(format!("`{other}` is no work").into()),
    }
}

fn make(ask: &Ask) -> Outcome {
    let begin = Instant::now();
    let entities = ask.number("entities", 10_000)?;
    let shards = u16::try_from(ask.number("shards", 16)?)?;
    let scale = scales::city();
    let stated = scales::stated(&scale);
    let mut writer = Writer::create(Path::new(ask.text("dir")?), shards, &stated)?;
    let mut dice = invent::Dice::new(ask.number("seed", 7)?);
    let mut facts = Vec::new();
    for number in 0..entities {
        let many = invent::many(&mut dice);
        invent::facts(&mut dice, many, &mut facts);
        let stated = invent::stated(&mut dice, stated.len());
        writer.push(&invent::code(number, entities)?, &stated, &facts)?;
    }
    let written = writer.finish()?;
    told::tell(
        "make",
        begin,
        json!({ "entities": written.entities, "facts": written.facts }),
    )
}

fn grade(ask: &Ask) -> Outcome {
    let files = Files::open(Path::new(ask.text("dir")?))?;
    let scale = scales::city();
    let threads = usize::try_from(ask.number("threads", 2)?)?;
    let begin = Instant::now();
    let summary = match ask.find("out") {
        None => run(&files, &scale, scales::TODAY, threads)?,
        Some(out) => {
            std::fs::create_dir_all(out)?;
            let sink = |shard| -> Result<Box<dyn Sink>, _> {
                Ok(Box::new(Results::create(Path::new(out), shard, &scale)?))
            };
            run_into(&files, &scale, scales::TODAY, threads, &sink)?
        }
    };
    let seconds = begin.elapsed().as_secs_f64();
    told::tell(
        "run",
        begin,
        json!({
            "threads": threads,
            "entities": summary.entities,
            "facts": summary.facts,
            "entities_per_s": (summary.entities as f64 / seconds).round(),
            "grades": summary.grades,
            "digest": told::hex(&summary.digest),
        }),
    )
}

fn print_sql(ask: &Ask) -> Outcome {
    let word = ask.find("dialect").unwrap_or("duckdb");
    let dialect = Dialect::read(word).ok_or("--dialect: postgres, duckdb or spark")?;
    let dir = ask.find("dir").unwrap_or(".");
    let (fact, entity) = (
        format!("read_parquet('{dir}/fact/*.parquet')"),
        format!("read_parquet('{dir}/entity/*.parquet')"),
    );
    let tables = match dialect {
        Dialect::DuckDb => Tables {
            fact: &fact,
            entity: &entity,
        },
        _ => Tables::default(),
    };
    println!(
        "{}",
        sql_over(&scales::city(), dialect, scales::TODAY, tables)
    );
    Ok(())
}
