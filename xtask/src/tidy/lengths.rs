//! How long functions and files are.

use super::Finding;
use super::rust::Source;

/// Most lines of a function.
const FUNCTION: usize = 70;
/// Most lines of a file without its tests.
const FILE: usize = 800;

pub fn check(source: &Source<'_>, out: &mut Vec<Finding>) {
    let length = source.length();
    if length > FILE {
        let message = format!("{length} lines without tests, {FILE} is the most");
        out.push(source.text.finding(1, "file", message));
    }
    for function in source.functions() {
        if function.lines > FUNCTION {
            let message = format!(
                "`{}` has {} lines, {FUNCTION} is the most",
                function.name, function.lines
            );
            out.push(source.text.finding(function.line, "function", message));
        }
    }
}

/// Median and ninth decile of both, for information.
pub fn figures(sources: &[Source<'_>]) -> String {
    let functions = sources
        .iter()
        .flat_map(Source::functions)
        .map(|function| function.lines);
    let files = sources
        .iter()
        .map(Source::length)
        .filter(|length| *length > 0);
    let (functions, files) = (spread(functions.collect()), spread(files.collect()));
    format!("functions: {functions} (aim 8, 35); files without tests: {files} (aim 150, 450)")
}

fn spread(mut lengths: Vec<usize>) -> String {
    lengths.sort_unstable();
    let at = |tenths: usize| {
        lengths
            .get(lengths.len() * tenths / 10)
            .copied()
            .unwrap_or(0)
    };
    format!(
        "{} of them, median {}, p90 {}, longest {}",
        lengths.len(),
        at(5),
        at(9),
        lengths.last().unwrap_or(&0)
    )
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    #[test]
    fn reports_long_functions_and_files() {
        let body = |lines: usize| "    a();\n".repeat(lines - 2);
        let text = format!(
            "fn fits() {{\n{}}}\nfn long() {{\n{}}}\n",
            body(70),
            body(71)
        );
        let text = Text::new("crates/a/src/a.rs", &text);
        let mut found = Vec::new();
        check(&Source::read(&text), &mut found);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].check), (71, "function"));
        let text = Text::new("crates/a/src/a.rs", &"const A: u8 = 1;\n".repeat(801));
        found.clear();
        check(&Source::read(&text), &mut found);
        assert_eq!(
            found
                .iter()
                .map(|finding| finding.check)
                .collect::<Vec<_>>(),
            ["file"]
        );
    }

    #[test]
    fn states_the_middle_and_the_ninth_decile() {
        assert_eq!(
            spread((1..=10).collect()),
            "10 of them, median 6, p90 10, longest 10"
        );
        assert_eq!(spread(Vec::new()), "0 of them, median 0, p90 0, longest 0");
    }
}
