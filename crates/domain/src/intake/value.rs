//! Readers of single values: dates and amounts as tables write them.

use super::DateFormat;
use jiff::civil::Date;

impl DateFormat {
    /// The pattern a user reads.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Iso => "YYYY-MM-DD",
            Self::Slash | Self::Loose => "YYYY/MM/DD",
        }
    }

    /// Reads a date that exists; anything around it makes it no date.
    pub fn read(self, text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        match self {
            Self::Iso => fixed(bytes, b'-'),
            Self::Slash => parted(text, &['/']),
            Self::Loose => packed(bytes).or_else(|| {
                parted(
                    text.strip_suffix('日').unwrap_or(text),
                    &['/', '-', '.', '年', '月'],
                )
            }),
        }
    }
}

fn fixed(bytes: &[u8], mark: u8) -> Option<Date> {
    let &[y1, y2, y3, y4, a, m1, m2, b, d1, d2] = bytes else {
        return None;
    };
    let year = [y1, y2, y3, y4];
    (a == mark && b == mark).then(|| day(&year, &[m1, m2], &[d1, d2]))?
}

fn packed(bytes: &[u8]) -> Option<Date> {
    let &[y1, y2, y3, y4, m1, m2, d1, d2] = bytes else {
        return None;
    };
    day(&[y1, y2, y3, y4], &[m1, m2], &[d1, d2])
}

fn parted(text: &str, marks: &[char]) -> Option<Date> {
    if let Some(date) = fixed(text.as_bytes(), b'/') {
        return Some(date);
    }
    let mut parts = text.split(marks);
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    let sized = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&date.len());
    (sized && parts.next().is_none())
        .then(|| day(year.as_bytes(), month.as_bytes(), date.as_bytes()))?
}

fn day(year: &[u8], month: &[u8], day: &[u8]) -> Option<Date> {
    let year = number(year)?;
    if year == 0 {
        return None;
    }
    Date::new(
        year,
        i8::try_from(number(month)?).ok()?,
        i8::try_from(number(day)?).ok()?,
    )
    .ok()
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0_i16, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i16::from(byte - b'0'))
    })
}

/// Days since 0000-03-01, for differences between dates.
pub fn serial(date: Date) -> i32 {
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
}

/// An amount in 0.000001 万元, which is one fen, so money never meets a floating point number.
pub type Fen = i64;

/// One 万元 in fen.
pub const WAN: Fen = 1_000_000;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadAmount {
    /// A sign, a thousands mark, a Chinese digit: not a plain decimal number.
    Malformed,
    TooLong,
}

/// Reads a plain decimal number of 万元.
pub(crate) fn amount(text: &str, digits: u8, decimals: u8) -> Result<Fen, BadAmount> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return Err(BadAmount::Malformed),
        None => (text, ""),
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) {
        return Err(BadAmount::Malformed);
    }
    // More than twelve digits before the point would leave 64 bits.
    let digits = usize::from(digits.min(12));
    if whole.len() > digits || part.len() > usize::from(decimals) {
        return Err(BadAmount::TooLong);
    }
    let padded = part.bytes().chain(std::iter::repeat(b'0')).take(6);
    let fen = whole
        .bytes()
        .chain(padded)
        .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    Ok(fen)
}

/// Every amount a text names in 元 or 万元, with Arabic or Chinese digits, in fen.
pub(crate) fn amounts_in(text: &str) -> impl Iterator<Item = Fen> {
    text.match_indices('元').filter_map(move |(at, _)| {
        let before = text.get(..at)?.trim_end_matches("人民币").trim_end();
        let before = before.strip_suffix('整').unwrap_or(before);
        let (before, scale) = match before.strip_suffix(['万', '萬']) {
            Some(rest) if ends_in_arabic(rest) => (rest, WAN),
            _ => (before, 100),
        };
        if ends_in_arabic(before) {
            arabic(before, scale)
        } else {
            chinese(before).map(|n| n * 100)
        }
    })
}

fn ends_in_arabic(text: &str) -> bool {
    text.bytes()
        .last()
        .is_some_and(|byte| byte.is_ascii_digit())
}

fn arabic(before: &str, scale: Fen) -> Option<Fen> {
    let head =
        before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '，'));
    let number: String = before
        .get(head.len()..)?
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let in_millionths = amount(&number, 12, 6).ok()?;
    in_millionths
        .checked_mul(scale)
        .map(|product| product / WAN)
}

// Capital and plain Chinese numerals up to 亿, read from the right end of the text.
fn chinese(before: &str) -> Option<i64> {
    let numeral =
        |c: char| "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬".contains(c);
    let head = before.trim_end_matches(numeral);
    let text = before.get(head.len()..)?;
    let (mut total, mut section, mut digit) = (0_i64, 0_i64, 0_i64);
    let mut any = false;
    for c in text.chars() {
        any = true;
        if let Some(value) = chinese_digit(c) {
            digit = value;
            continue;
        }
        match c {
            '十' | '拾' => section += digit.max(1) * 10,
            '百' | '佰' => section += digit * 100,
            '千' | '仟' => section += digit * 1000,
            '万' | '萬' => total += (section + digit) * 10_000,
            _ => total = (total + section + digit).checked_mul(100_000_000)?,
        }
        if matches!(c, '万' | '萬' | '亿') {
            section = 0;
        }
        digit = 0;
    }
    any.then_some(total + section + digit)
}

fn chinese_digit(c: char) -> Option<i64> {
    let rows = ["零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖"];
    let found = rows
        .iter()
        .find_map(|row| row.chars().position(|digit| digit == c));
    let found = found.or((c == '两').then_some(2))?;
    i64::try_from(found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dq1005_reads_only_real_dates_in_the_prescribed_form() {
        let cases = [
            (DateFormat::Slash, "2026/05/12", true),
            (DateFormat::Slash, "2026/5/2", true),
            (DateFormat::Slash, "2026-05-12", false),
            (DateFormat::Slash, "2026/02/30", false),
            (DateFormat::Slash, "26/05/12", false),
            (DateFormat::Slash, "2026/005/12", false),
            (DateFormat::Slash, "2026/05/12/", false),
            (DateFormat::Slash, "0000/05/12", false),
            (DateFormat::Iso, "2024-02-29", true),
            (DateFormat::Iso, "2024/02/29", false),
            (DateFormat::Iso, "20240501", false),
            (DateFormat::Iso, "2024-2-9", false),
            (DateFormat::Loose, "20240501", true),
            (DateFormat::Loose, "2024年5月1日", true),
            (DateFormat::Loose, "2024.05.01", true),
            (DateFormat::Loose, "五月", false),
        ];
        for (format, text, good) in cases {
            assert_eq!(format.read(text).is_some(), good, "{format:?} {text}");
        }
    }

    #[test]
    fn counts_days_between_dates() {
        let days = |a, b| serial(b) - serial(a);
        assert_eq!(days(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(days(date(2023, 12, 31), date(2024, 12, 31)), 366);
        assert_eq!(days(date(1900, 2, 28), date(1900, 3, 1)), 1);
        let mut day = date(1999, 12, 31);
        for next in 1..2000 {
            day = day.tomorrow().unwrap();
            assert_eq!(days(date(1999, 12, 31), day), next);
        }
    }

    #[test]
    fn dq1006_reads_amounts_to_the_fen() {
        let cases = [
            ("0.2", Ok(200_000)),
            ("123.4567", Ok(123_456_700)),
            ("0.000001", Ok(1)),
            ("0.0000001", Err(BadAmount::TooLong)),
            ("1234567890123", Err(BadAmount::TooLong)),
            ("-5", Err(BadAmount::Malformed)),
            ("1,000", Err(BadAmount::Malformed)),
            ("壹万", Err(BadAmount::Malformed)),
            ("1.", Err(BadAmount::Malformed)),
            (".5", Err(BadAmount::Malformed)),
            ("1e3", Err(BadAmount::Malformed)),
            ("", Err(BadAmount::Malformed)),
        ];
        for (text, wanted) in cases {
            assert_eq!(amount(text, 12, 6), wanted, "{text}");
        }
    }

    #[test]
    fn dq1006_finds_the_amounts_a_text_names() {
        let cases: [(&str, &[Fen]); 9] = [
            ("罚款2000元", &[200_000]),
            ("罚款人民币2,000.50元整", &[200_050]),
            ("处0.5万元罚款", &[500_000]),
            ("罚款壹万元", &[1_000_000]),
            ("罚款贰万叁仟伍佰元", &[2_350_000]),
            ("没收三百元，罚款十二元", &[30_000, 1_200]),
            ("罚款两亿元", &[20_000_000_000]),
            ("单元房", &[]),
            ("警告", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(amounts_in(text).collect::<Vec<_>>(), wanted, "{text}");
        }
    }
}
