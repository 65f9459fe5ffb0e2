//! Starting programs, and timing what takes long.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a task says when it cannot be done; the text goes to the person at the terminal.
pub type Outcome<T = ()> = Result<T, String>;

/// The cargo that started us, so that the toolchain stays the same.
pub fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program_in(root, program)
}

/// A program to be started in `folder`.
pub fn program_in(folder: &Path, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Runs to the end, output to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("cannot start `{name}`: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{command:?} ended with {status}")),
    }
}

/// Runs to the end and returns what it printed.
pub fn read(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cannot start `{name}`: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{command:?} ended with {}", output.status)),
    }
}

/// Whether a program answers to these arguments; nothing is printed.
pub fn answers(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The build folder, wherever the configuration puts it.
pub fn target(root: &Path) -> Outcome<PathBuf> {
    let text = read(cargo(root).args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let folder = json
        .get("target_directory")
        .and_then(|folder| folder.as_str());
    folder
        .map(PathBuf::from)
        .ok_or_else(|| "cargo metadata names no target directory".to_owned())
}

/// How a stage ended.
#[derive(Debug)]
pub enum End {
    Passed,
    /// Not run, and why.
    Skipped(String),
    Failed(String),
}

/// Stages run one after the other; a failed one does not keep the next from being run.
#[derive(Debug, Default)]
pub struct Stages(Vec<(&'static str, Duration, End)>);

impl Stages {
    pub fn stage(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<End>) {
        println!("── {name}");
        let start = Instant::now();
        let end = work().unwrap_or_else(End::Failed);
        self.0.push((name, start.elapsed(), end));
    }

    pub fn failed(&self) -> bool {
        self.0
            .iter()
            .any(|(_, _, end)| matches!(end, End::Failed(_)))
    }

    /// Prints every stage with its time, then one closing line.
    pub fn close(self) -> Outcome {
        println!("\n── stages");
        let mut total = Duration::ZERO;
        for (name, took, end) in &self.0 {
            total += *took;
            println!("{:>8.1} s  {name}: {}", took.as_secs_f64(), describe(end));
        }
        let count = |want: fn(&End) -> bool| self.0.iter().filter(|(_, _, end)| want(end)).count();
        let failed = count(|end| matches!(end, End::Failed(_)));
        let skipped = count(|end| matches!(end, End::Skipped(_)));
        let passed = self.0.len() - failed - skipped;
        let sum = format!(
            "{passed} passed, {skipped} skipped, {failed} failed, {:.0} s",
            total.as_secs_f64()
        );
        if failed > 0 {
            return Err(sum);
        }
        println!("all stages done: {sum}");
        Ok(())
    }
}

fn describe(end: &End) -> String {
    match end {
        End::Passed => "passed".to_owned(),
        End::Skipped(why) => format!("SKIPPED, {why}"),
        End::Failed(why) => format!("FAILED, {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_stage_fails_the_whole_and_the_rest_still_runs() {
        let mut stages = Stages::default();
        let mut ran = 0;
        stages.stage("a", || Err("broken".to_owned()));
        stages.stage("b", || {
            ran += 1;
            Ok(End::Passed)
        });
        stages.stage("c", || Ok(End::Skipped("no tool".to_owned())));
        assert!(stages.failed());
        assert_eq!(ran, 1);
        assert!(
            stages
                .close()
                .unwrap_err()
                .starts_with("1 passed, 1 skipped, 1 failed")
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_and_not_a_panic() {
        assert!(run(&mut Command::new("no-such-program-here")).is_err());
        assert!(!answers(&mut Command::new("no-such-program-here")));
    }
}
