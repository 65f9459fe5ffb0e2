//! Masking (脱敏): what the public may see of a value that identifies a person.
//!
//! BASIS: domain practice of 信用中国 exports and PIPL art. 28; the publication view is the only
//! caller, so a page cannot show what was not masked.

use crate::intake::Mask;
use std::borrow::Cow;
use std::ops::Range;

/// What kind of personal detail was found in free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Detail {
    /// 居民身份证号
    CitizenId,
    /// 手机号
    Mobile,
    /// 银行卡号
    BankCard,
    /// 自然人住址
    Address,
}

impl Detail {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::CitizenId => "居民身份证号",
            Self::Mobile => "手机号码",
            Self::BankCard => "银行卡号",
            Self::Address => "自然人住址",
        }
    }
}

/// Masks a value as its column prescribes.
pub fn apply(mask: Mask, value: &str) -> Cow<'_, str> {
    match mask {
        Mask::Name => name(value).into(),
        Mask::Id => id(value).into(),
        Mask::Phone => phone(value).into(),
        Mask::Address => address(value).into(),
        Mask::Account => account(value).into(),
        Mask::Text => scrub(value),
        Mask::None => value.into(),
    }
}

/// 姓 + one star a further character; the last character stays when there are three or more.
pub fn name(value: &str) -> String {
    let value = value.trim();
    let count = value.chars().count();
    let keep = |at: usize| at == 0 && count > 1 || at + 1 == count && count > 2;
    value
        .chars()
        .enumerate()
        .map(|(at, c)| if keep(at) { c } else { '*' })
        .collect()
}

/// The first six characters (the division) stay.
pub fn id(value: &str) -> String {
    let value = value.trim();
    let kept = if value.chars().count() > 8 { 6 } else { 0 };
    star_from(value, kept, 0)
}

/// The first three and the last four digits stay.
pub fn phone(value: &str) -> String {
    let value = value.trim();
    if value.chars().count() < 9 {
        star_from(value, 0, 2)
    } else {
        star_from(value, 3, 4)
    }
}

/// The last four digits stay.
pub fn account(value: &str) -> String {
    let value = value.trim();
    let shown = if value.chars().count() > 8 { 4 } else { 0 };
    star_from(value, 0, shown)
}

/// The address down to the district (区, 县, or the city below a city); the rest is one mark.
pub fn address(value: &str) -> String {
    let value = value.trim();
    let mut cut = None;
    for (at, c) in value.char_indices() {
        match c {
            '区' | '县' | '旗' => {
                cut = Some(at + c.len_utf8());
                break;
            }
            '市' | '省' => cut = Some(at + c.len_utf8()),
            _ if value
                .get(..at)
                .is_some_and(|before| before.chars().count() > 18) =>
            {
                break;
            }
            _ => {}
        }
    }
    let kept = cut.and_then(|end| value.get(..end)).unwrap_or("");
    if kept.len() == value.len() {
        value.to_owned()
    } else {
        format!("{kept}****")
    }
}

fn star_from(value: &str, first: usize, last: usize) -> String {
    let count = value.chars().count();
    let keep = |at: usize| at < first || at + last >= count;
    value
        .chars()
        .enumerate()
        .map(|(at, c)| if keep(at) { c } else { '*' })
        .collect()
}

/// Stars every number and address in free text that identifies a person (R107).
pub fn scrub(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (detail, range) in found {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&masked(detail, text.get(range.clone()).unwrap_or_default()));
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out.into()
}

fn masked(detail: Detail, found: &str) -> String {
    match detail {
        Detail::CitizenId => id(found),
        Detail::Mobile => phone(found),
        Detail::BankCard => account(found),
        Detail::Address => address(found),
    }
}

/// Finds personal details in free text: byte ranges in order, not overlapping.
pub fn find(text: &str) -> Vec<(Detail, Range<usize>)> {
    if !may_hold(text) {
        return Vec::new();
    }
    let mut found = numbers(text);
    found.extend(addresses(text).map(|range| (Detail::Address, range)));
    found.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(_, range)| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    found
}

/// A cheap look at every text of every row: only one with eleven digits in a run, a full-width
/// digit or a character of [`HOME_WORDS`] needs the full search.
fn may_hold(text: &str) -> bool {
    let (mut rest, mut run) = (text.as_bytes(), 0);
    loop {
        rest = match rest {
            [] => return false,
            // 住, 户, 庭: each word has one of them.
            [0xe4, 0xbd, 0x8f, ..] | [0xe6, 0x88, 0xb7, ..] | [0xe5, 0xba, 0xad, ..] => {
                return true;
            }
            [0xef, 0xbc, 0x90..=0x99, ..] => return true,
            // Chinese characters end a run; so does ASCII, but for what may separate two digits.
            [0xe4..=0xe9, _, _, rest @ ..] => {
                run = 0;
                rest
            }
            [b'0'..=b'9', rest @ ..] => {
                run += 1;
                if run == SHORTEST {
                    return true;
                }
                rest
            }
            [b' ' | b'-' | 0x80.., rest @ ..] => rest,
            [_, rest @ ..] => {
                run = 0;
                rest
            }
        };
    }
}

/// Digits of a mobile number, the shortest thing we look for.
const SHORTEST: usize = 11;

// A digit of a run: its value (10 for the check letter X), where it stands, and whether a
// separator stood before it.
#[derive(Clone, Copy)]
struct Digit {
    value: u8,
    start: usize,
    end: usize,
    gap: bool,
}

fn numbers(text: &str) -> Vec<(Detail, Range<usize>)> {
    let mut found = Vec::new();
    let mut run: Vec<Digit> = Vec::new();
    let (mut before, mut gap) = (None, false);
    let mut chars = text.char_indices().peekable();
    while let Some((start, raw)) = chars.next() {
        let c = crate::intake::docket::fold(raw);
        let end = start + raw.len_utf8();
        if let Some(value) = digit(c, run.len()) {
            let next = Digit {
                value,
                start,
                end,
                gap: std::mem::take(&mut gap),
            };
            run.push(next);
            continue;
        }
        let next_is_digit = chars
            .peek()
            .is_some_and(|(_, c)| crate::intake::docket::fold(*c).is_ascii_digit());
        if !run.is_empty() && next_is_digit && !gap && matches!(c, ' ' | '-' | '·') {
            gap = true;
            continue;
        }
        search(&run, before, Some(c), &mut found);
        run.clear();
        gap = false;
        before = Some(c);
    }
    search(&run, before, None, &mut found);
    found
}

fn digit(c: char, before: usize) -> Option<u8> {
    match c {
        'x' | 'X' if before >= 17 => Some(10),
        _ => c.to_digit(10).and_then(|value| u8::try_from(value).ok()),
    }
}

fn search(
    run: &[Digit],
    before: Option<char>,
    after: Option<char>,
    found: &mut Vec<(Detail, Range<usize>)>,
) {
    if run.len() < SHORTEST {
        return;
    }
    // An id inside a longer number is still an id: a clerk forgot the space.
    let mut rest = run;
    let mut held = false;
    while let Some(window) = rest.get(..18) {
        if is_citizen_id(window) {
            push(Detail::CitizenId, window, found);
            held = true;
            rest = rest.get(18..).unwrap_or_default();
        } else {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    // A letter beside the digits makes them part of a code (a credit code, a licence number).
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if held || latin(before) || latin(after) {
        return;
    }
    for part in pieces(run) {
        if is_bank_card(part) {
            push(Detail::BankCard, part, found);
        } else if let Some(part) = mobile(part) {
            push(Detail::Mobile, part, found);
        }
    }
}

// The whole run with its separators, or, when that is nothing, each unbroken part of it.
fn pieces(run: &[Digit]) -> Vec<&[Digit]> {
    if is_bank_card(run) || mobile(run).is_some() {
        return vec![run];
    }
    run.chunk_by(|_, next| !next.gap).collect()
}

fn push(detail: Detail, digits: &[Digit], found: &mut Vec<(Detail, Range<usize>)>) {
    if let (Some(first), Some(last)) = (digits.first(), digits.last()) {
        found.push((detail, first.start..last.end));
    }
}

/// GB 11643: weights modulo 11, the check written as one of `10X98765432`.
fn is_citizen_id(digits: &[Digit]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let (Some(last), Some(body)) = (digits.get(17), digits.get(..17)) else {
        return false;
    };
    if digits.len() != 18 || body.iter().any(|digit| digit.value > 9) {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.value) * weight)
        .sum();
    let check = usize::try_from(sum % 11).ok().and_then(|at| CHECKS.get(at));
    check == Some(&last.value) && born(body) && body.first().is_some_and(|first| first.value > 0)
}

fn born(body: &[Digit]) -> bool {
    let number = |range: Range<usize>| {
        let part = body.get(range).unwrap_or_default();
        part.iter()
            .fold(0_i16, |sum, digit| sum * 10 + i16::from(digit.value))
    };
    let (year, month, day) = (number(6..10), number(10..12), number(12..14));
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return false;
    };
    (1850..2200).contains(&year) && jiff::civil::Date::new(year, month, day).is_ok()
}

/// Whether the text is one citizen id with the right check character.
pub fn is_id(text: &str) -> bool {
    let mut digits = Vec::with_capacity(18);
    for (start, c) in text.char_indices() {
        let Some(value) = digit(crate::intake::docket::fold(c), digits.len()) else {
            return false;
        };
        digits.push(Digit {
            value,
            start,
            end: start + c.len_utf8(),
            gap: false,
        });
    }
    is_citizen_id(&digits)
}

// 1[3-9] and nine more digits, with or without the country code.
fn mobile(digits: &[Digit]) -> Option<&[Digit]> {
    let own = match digits.len() {
        11 => digits,
        13 if digits.first()?.value == 8 && digits.get(1)?.value == 6 => digits.get(2..)?,
        _ => return None,
    };
    let fits = own.first()?.value == 1 && own.get(1)?.value >= 3;
    fits.then_some(own)
}

// 16 to 19 digits with the right Luhn check, and not a credit code of digits only.
fn is_bank_card(digits: &[Digit]) -> bool {
    let plain = digits.iter().all(|digit| digit.value < 10);
    let issued = digits
        .first()
        .is_some_and(|first| (3..=6).contains(&first.value) || first.value == 9);
    (16..=19).contains(&digits.len()) && plain && issued && luhn(digits) && !is_credit_code(digits)
}

fn luhn(digits: &[Digit]) -> bool {
    let doubled = |value: u8| if value > 4 { 2 * value - 9 } else { 2 * value };
    let odd = |(at, digit): (usize, &Digit)| {
        u32::from(if at % 2 == 1 {
            doubled(digit.value)
        } else {
            digit.value
        })
    };
    digits.iter().rev().enumerate().map(odd).sum::<u32>() % 10 == 0
}

fn is_credit_code(digits: &[Digit]) -> bool {
    let Some(digits) = digits.first_chunk::<18>().filter(|_| digits.len() == 18) else {
        return false;
    };
    crate::code::check_bytes(&digits.map(|digit| b'0' + digit.value.min(9)))
}

/// Words that announce where a person lives; 住所 is left out, it announces an organisation's.
const HOME_WORDS: [&str; 7] = [
    "住址",
    "家住",
    "现住",
    "户籍",
    "居住地",
    "居住于",
    "家庭地址",
];
/// How far behind such a word an address may end, in characters.
const REACH: usize = 40;

fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    HOME_WORDS
        .iter()
        .flat_map(move |word| text.match_indices(word))
        .filter_map(move |(at, word)| {
            let start = at + word.len();
            let rest = text.get(start..)?;
            let lead: usize = rest
                .chars()
                .take_while(|c| is_lead(*c))
                .map(char::len_utf8)
                .sum();
            let body = rest.get(lead..)?;
            let length = precise(body)?;
            Some(start + lead..start + lead + length)
        })
}

fn is_lead(c: char) -> bool {
    matches!(
        c,
        ':' | '：' | ' ' | '为' | '是' | '在' | '于' | '址' | '地' | '所'
    )
}

// Length of an address that names a house: it reaches to the last 号, 室, 栋… before the clause ends.
fn precise(body: &str) -> Option<usize> {
    let mut last = None;
    let mut placed = false;
    for (at, c) in body.char_indices().take(REACH) {
        match c {
            '，' | '。' | '；' | '、' | ',' | ';' | '\n' | '）' | ')' => break,
            '区' | '县' | '市' | '镇' | '乡' | '街' | '路' | '村' | '小' => placed = true,
            '号' | '室' | '栋' | '幢' | '户' if placed => last = Some(at + c.len_utf8()),
            _ => {}
        }
        if c == '村' {
            last = last.max(Some(at + c.len_utf8()));
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citizen_id(division: u32, born: u32, serial: u32) -> String {
        let body = format!("{division:06}{born:08}{:03}", serial % 1000);
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = body
            .chars()
            .zip(weights)
            .map(|(c, w)| c.to_digit(10).unwrap() * w)
            .sum();
        let check = "10X98765432".chars().nth(sum as usize % 11).unwrap();
        format!("{body}{check}")
    }

    fn wide(text: &str) -> String {
        text.chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
            .collect()
    }

    // A corpus of a thousand texts, made by arithmetic so that every run reads the same.
    fn corpus() -> Vec<(String, String)> {
        let made = |n: u32| {
            let born = 19_500_101 + n % 70 * 10_000 + n % 12 * 100 + n % 28;
            let id = citizen_id(370_400 + n % 7, born, n * 7);
            let written = match n % 5 {
                0 => id.to_lowercase(),
                1 => wide(&id),
                2 => format!("{} {} {}", &id[..6], &id[6..14], &id[14..]),
                _ => id.clone(),
            };
            let text = match n % 4 {
                0 => format!("当事人张某（身份证号{written}）于2026年5月1日无证经营，货值{n}元。"),
                1 => format!("经查，{written}，现有询问笔录〔2026〕{n}号佐证。"),
                2 => format!("法定代表人身份证号码：{written}；统一社会信用代码91370404MAY42KH57E"),
                _ => format!("{written}李某销售过期食品{n}件"),
            };
            (text, written)
        };
        (0..1000).map(made).collect()
    }

    #[test]
    fn r107_every_id_of_a_thousand_texts_is_found_and_starred() {
        let corpus = corpus();
        assert_eq!(corpus.len(), 1000);
        for (text, written) in corpus {
            let found = find(&text);
            let ids: Vec<_> = found
                .iter()
                .filter(|(d, _)| *d == Detail::CitizenId)
                .collect();
            assert_eq!(ids.len(), 1, "{text}");
            let shown = scrub(&text);
            assert!(!shown.contains(&written), "{shown}");
            assert!(shown.contains("********"), "{shown}");
        }
    }

    #[test]
    fn r107_finds_phones_cards_and_homes() {
        let cases = [
            ("电话13812345678联系", Detail::Mobile, "138****5678"),
            ("电话+8613812345678", Detail::Mobile, "138****5678"),
            ("电话138 1234 5678", Detail::Mobile, "138******5678"),
            ("卡号6222021001116245702转账", Detail::BankCard, "5702"),
            (
                "住址：枣庄市薛城区光明路拟某小区3号楼2单元101室。",
                Detail::Address,
                "枣庄市薛城区****",
            ),
            ("家住滕州市拟某镇拟某村，", Detail::Address, "滕州市****"),
        ];
        for (text, detail, shown) in cases {
            let found = find(text);
            assert_eq!(
                found.iter().map(|(d, _)| *d).collect::<Vec<_>>(),
                [detail],
                "{text}"
            );
            assert!(scrub(text).contains(shown), "{text} → {}", scrub(text));
        }
    }

    #[test]
    fn leaves_what_identifies_an_organisation() {
        let texts = [
            "统一社会信用代码91370404MAY42KH57E",
            "统一社会信用代码91110000600037341L",
            "统一社会信用代码914403001922038216",
            "枣市监罚〔2026〕12345678901号",
            "货值123456789012元，许可证JY13704020012345",
            "住所地枣庄市薛城区光明路1号",
            "2026年5月12日10时30分至2026年5月13日",
            "",
        ];
        for text in texts {
            assert!(
                find(text)
                    .iter()
                    .all(|(d, _)| *d == Detail::Mobile && text.contains("12345678901")),
                "{text}: {:?}",
                find(text)
            );
        }
        assert!(
            find("枣市监罚〔2026〕12345678901号").is_empty(),
            "12… is no mobile number"
        );
    }

    #[test]
    fn r10_masks_each_kind_of_value() {
        let cases = [
            (Mask::Name, "王五", "王*"),
            (Mask::Name, "欧阳某某", "欧**某"),
            (Mask::Name, "丁", "*"),
            (Mask::Id, "37040219900101001X", "370402************"),
            (Mask::Id, "1234", "****"),
            (Mask::Phone, "13812345678", "138****5678"),
            (Mask::Phone, "88001122", "******22"),
            (Mask::Account, "6222021001116245702", "***************5702"),
            (
                Mask::Address,
                "山东省枣庄市薛城区光明路1号",
                "山东省枣庄市薛城区****",
            ),
            (Mask::Address, "光明路1号", "****"),
            (Mask::Text, "电话13812345678", "电话138****5678"),
            (Mask::None, "枣市监罚〔2026〕1号", "枣市监罚〔2026〕1号"),
        ];
        for (mask, value, shown) in cases {
            assert_eq!(apply(mask, value), shown, "{mask:?} {value}");
        }
    }

    #[test]
    fn a_right_check_makes_an_id() {
        assert!(is_id("11010519491231002X") && is_id("11010519491231002x"));
        for wrong in [
            "110105194912310021",
            "11010519491331002X",
            "1101051949123100",
            "",
            "甲",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
