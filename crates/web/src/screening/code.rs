//! The code in whatever a clerk types, pastes or scans.

use domain::code::Code;

const LENGTH: usize = 18;

/// Finds the code in a text, such as the address in the QR code of a business licence.
///
/// A run of exactly 18 letters and digits goes first; inside a longer run only a code with the right
/// check character counts, because any long number holds 18 digits.
pub(super) fn extract(text: &str) -> Option<Code> {
    if let Some(code) = Code::read(text) {
        return Some(code);
    }
    let upper = text.to_ascii_uppercase();
    let runs = || upper.split(|c: char| !c.is_ascii_alphanumeric());
    let exact = runs()
        .filter(|run| run.len() == LENGTH)
        .filter_map(Code::read);
    let inside = runs().filter(|run| run.len() > LENGTH).flat_map(|run| {
        let starts = 0..=run.len() - LENGTH;
        starts.filter_map(move |start| Code::read(run.get(start..start + LENGTH)?))
    });
    let mut exact: Vec<Code> = exact.collect();
    exact.sort_by_key(|code| !code.conforms());
    exact
        .into_iter()
        .next()
        .or_else(|| inside.into_iter().find(Code::conforms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r57_finds_the_code_in_what_a_scanner_types() {
        let code = domain::code::with_check("91370400MA3C0T2X3").unwrap();
        let cases = [
            format!("{code}"),
            format!(" {} ", code.as_str().to_lowercase()),
            format!(
                "http://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=extShow&serial={code}-SAIC_SHOW_10000091"
            ),
            format!("https://example.cn/qr/{code}"),
            format!("统一社会信用代码：{code}，名称：某某公司"),
            format!("XX{code}00"),
        ];
        for text in cases {
            assert_eq!(extract(&text), Some(code), "{text}");
        }
        for text in ["枣庄某某公司", "", "12345", "https://example.cn/a/b"] {
            assert_eq!(extract(text), None, "{text}");
        }
    }
}
