//! Older and other numbers: organisation code, registration number, citizen id.
//!
//! They name a party beside its code and never replace it.

use super::{WIDE_VALUES, normalise, weigh};
use jiff::civil::Date;

/// GB 11714, with 1 for its check character.
const ORGANISATION_WEIGHTS: [u8; 9] = [3, 7, 9, 10, 5, 8, 4, 2, 1];

/// GB 11643, with 1 for its check character.
const CITIZEN_WEIGHTS: [u8; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];

/// The ninth character of an organisation code, from its first eight.
pub fn organisation_check(body: &str) -> Option<char> {
    let body = <&[u8; 8]>::try_from(body.as_bytes()).ok()?;
    let (sum, bad) = weigh(&WIDE_VALUES, body, &ORGANISATION_WEIGHTS);
    let symbol = match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10)?,
    };
    (!bad).then_some(symbol)
}

/// Whether nine characters, with or without the hyphen, are an organisation code (GB 11714).
pub fn is_organisation_code(raw: &str) -> bool {
    let normal = normalise(raw);
    <&[u8; 9]>::try_from(normal.as_bytes()).is_ok_and(organisation_holds)
}

/// Whether nothing speaks against a 工商注册号 as an alias.
///
/// Fifteen digits carry a check digit (ISO 7064 MOD 11,10); numbers of 13 and 14 digits come from
/// before it and are found in real tables.
pub fn is_registration_number(raw: &str) -> bool {
    let normal = normalise(raw);
    let digits = normal.bytes().all(|byte| byte.is_ascii_digit());
    match normal.len() {
        13 | 14 => digits,
        15 => digits && registration_holds(&normal),
        _ => false,
    }
}

fn registration_holds(digits: &str) -> bool {
    let mut product = 10;
    let mut sum = 0;
    for digit in digits.bytes() {
        sum = (product + u32::from(digit - b'0')) % 10;
        let rest = if sum == 0 { 10 } else { sum };
        product = rest * 2 % 11;
    }
    sum == 1
}

/// Whether 18 characters are a 公民身份号码: right check character and a real date of birth.
///
/// Residence permits of Hong Kong, Macao, Taiwan and of foreigners follow the same rule.
pub fn is_citizen_id(raw: &str) -> bool {
    let normal = normalise(raw);
    <&[u8; 18]>::try_from(normal.as_bytes()).is_ok_and(citizen_holds)
}

pub(super) fn citizen_holds(bytes: &[u8; 18]) -> bool {
    // Nobody alive was born before 1900, and the two digits spare nearly every code the sum.
    matches!(
        bytes,
        [_, _, _, _, _, _, b'1', b'9', ..] | [_, _, _, _, _, _, b'2', b'0', ..]
    ) && citizen_sum_holds(bytes)
        && birth(bytes).is_some()
}

fn citizen_sum_holds(bytes: &[u8; 18]) -> bool {
    let (body, last) = bytes.split_at(17);
    let digits = body.iter().all(u8::is_ascii_digit);
    let last = last
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'X');
    if !(digits && last) {
        return false;
    }
    // The remainder table `10X98765432` means: the sum with the check (X = 10) is 1 mod 11.
    let values = bytes.map(|byte| if byte == b'X' { 10 } else { byte - b'0' });
    let products = values.iter().zip(CITIZEN_WEIGHTS);
    products
        .map(|(value, weight)| u32::from(*value) * u32::from(weight))
        .sum::<u32>()
        % 11
        == 1
}

fn birth(bytes: &[u8; 18]) -> Option<Date> {
    let number = |from: usize, to: usize| -> Option<i16> {
        std::str::from_utf8(bytes.get(from..to)?).ok()?.parse().ok()
    };
    let month = i8::try_from(number(10, 12)?).ok()?;
    let day = i8::try_from(number(12, 14)?).ok()?;
    Date::new(number(6, 10)?, month, day).ok()
}

#[inline(always)]
pub(super) fn organisation_holds(bytes: &[u8; 9]) -> bool {
    let (sum, bad) = weigh(&WIDE_VALUES, bytes, &ORGANISATION_WEIGHTS);
    let last = bytes[8];
    if !bad && last.is_ascii_digit() {
        return sum % 11 == 0;
    }
    // X stands for 10 as a check and for 33 in the alphabet.
    !bad && last == b'X' && sum % 11 == (33 - 10) % 11
}
