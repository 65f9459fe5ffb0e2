//! Numbers of a spreadsheet as its reader sees them.

/// Serial numbers of a workbook count days from one of two starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Epoch {
    /// Day 1 is 1900-01-01, and day 60 the 1900-02-29 that never was.
    #[default]
    From1900,
    /// Day 0 is 1904-01-01.
    From1904,
}

/// Days from 1970-01-01 back to 1899-12-30 and 1904-01-01.
const BEFORE_1900: i64 = 25_569;
const BEFORE_1904: i64 = 24_107;
/// 9999-12-31, the last day the spreadsheet programs know.
const LAST_SERIAL: f64 = 2_958_466.0;
const DAY_SECONDS: i64 = 86_400;

/// `YYYY/MM/DD`, with the time where it is not midnight, or the time alone where there is no day.
pub(crate) fn date(serial: f64, epoch: Epoch) -> Option<String> {
    if !(0.0..LAST_SERIAL).contains(&serial) {
        return None;
    }
    let seconds = whole((serial * 86_400.0).round());
    let (day, second) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
    let time = format!(
        "{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    if day == 0 && epoch == Epoch::From1900 {
        return Some(time);
    }
    let days = match epoch {
        // Before the false leap day the count is one short.
        Epoch::From1900 if day < 60 => day + 1 - BEFORE_1900,
        Epoch::From1900 => day - BEFORE_1900,
        Epoch::From1904 => day - BEFORE_1904,
    };
    let (year, month, dom) = civil(days);
    let date = format!("{year:04}/{month:02}/{dom:02}");
    Some(if second == 0 {
        date
    } else {
        format!("{date} {time}")
    })
}

/// Day of the proleptic Gregorian calendar, from days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let doe = shifted.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

fn whole(value: f64) -> i64 {
    // Held below 2^43 by the range of `serial`.
    value as i64
}

/// The number as a sheet shows it: fifteen digits at most after rounding, no exponent for whole
/// numbers below 1e21.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e21 || (size > 0.0 && size < 1e-9) {
        return format!("{value:E}");
    }
    if value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// True where the stored text is already what [`number`] would give.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty()
        && digits.len() <= 15
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() == 1 || digits.first() != Some(&b'0'))
}

/// Built-in number formats that show a date or a time, the Chinese, Japanese and Korean included.
pub(crate) fn builtin_is_date(id: u16) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58 | 71..=81)
}

/// Whether a custom number format shows a date: a `y`, `m`, `d`, `h`, `s` or their Chinese words
/// outside quotes, brackets and escapes, in its first section.
pub(crate) fn format_is_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(sign) = chars.next() {
        match sign {
            '"' => {
                let words: String = chars.by_ref().take_while(|c| *c != '"').collect();
                if words.contains(['年', '月', '日']) {
                    return true;
                }
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if matches!(
                    inner.to_ascii_lowercase().as_str(),
                    "h" | "hh" | "m" | "mm" | "s" | "ss"
                ) {
                    return true;
                }
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            ';' => break,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | '年' | '月' | '日' => {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_become_days() {
        let cases = [
            (1.0, "1900/01/01"),
            (59.0, "1900/02/28"),
            (61.0, "1900/03/01"),
            (45_292.0, "2024/01/01"),
            (45_351.0, "2024/02/29"),
            (45_292.5, "2024/01/01 12:00:00"),
            (0.25, "06:00:00"),
            (2_958_465.0, "9999/12/31"),
        ];
        for (serial, day) in cases {
            assert_eq!(
                date(serial, Epoch::From1900).as_deref(),
                Some(day),
                "{serial}"
            );
        }
        assert_eq!(
            date(43_830.0, Epoch::From1904).as_deref(),
            Some("2024/01/01")
        );
        assert_eq!(date(-1.0, Epoch::From1900), None);
        assert_eq!(date(f64::NAN, Epoch::From1900), None);
        assert_eq!(date(1e300, Epoch::From1900), None);
    }

    #[test]
    fn numbers_keep_their_digits() {
        let cases = [
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (12.35, "12.35"),
            (913_301_000_000_000_000.0, "913301000000000000"),
            (-2.5, "-2.5"),
            (1e21, "1E21"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn formats_tell_dates_from_amounts() {
        for code in [
            "yyyy/m/d",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy年m月",
            "h:mm",
            "[h]:mm",
            "mmm-yy",
        ] {
            assert!(format_is_date(code), "{code}");
        }
        for code in [
            "General",
            "0.00",
            "#,##0.00\"元\"",
            "@",
            "[Red]0.00",
            "0_ ;[Red]\\-0\\ ",
            "¥#,##0",
            "\"days\"0",
        ] {
            assert!(!format_is_date(code), "{code}");
        }
    }
}
