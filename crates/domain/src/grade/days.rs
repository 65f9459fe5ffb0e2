//! Days as whole numbers, and the calendar months of a window.

use jiff::{Span, civil::Date};

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Days since 1970-01-01, as facts and exported files count them.
pub fn number(date: Date) -> i32 {
    let days = EPOCH.duration_until(date).as_secs() / 86_400;
    // INVARIANT: the calendar of jiff ends with the year 9999, so the number always fits.
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// The date of a day number; `None` outside the years -9999 to 9999.
pub fn date(number: i32) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(number).ok()?).ok()
}

/// The last day before the window of `months` calendar months that ends with `day`.
///
/// A month without that day ends on its last day. Without a window every day lies inside.
pub(super) fn cutoff(day: i32, months: Option<u16>) -> i32 {
    let Some(months) = months else {
        return i32::MIN;
    };
    let span = Span::new().try_months(months);
    let before = span.ok().zip(date(day));
    before
        .and_then(|(span, day)| day.checked_sub(span).ok())
        .map_or(i32::MIN, number)
}

/// The first day whose window of `months` no longer holds `day`.
pub(super) fn leaves(day: i32, months: u16) -> Option<i32> {
    let span = Span::new().try_months(months).ok()?;
    let mut later = number(date(day)?.checked_add(span).ok()?);
    // 31 January and one month is 28 February, whose window still begins on 29 January.
    while cutoff(later, Some(months)) < day {
        later += 1;
    }
    Some(later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as on;

    #[test]
    fn numbers_and_dates_are_each_other_inverse() {
        for (day, expected) in [
            (on(1970, 1, 1), 0),
            (on(1969, 12, 31), -1),
            (on(2026, 11, 23), 20_780),
        ] {
            assert_eq!(number(day), expected);
            assert_eq!(date(expected), Some(day));
        }
        assert_eq!(date(i32::MAX), None);
    }

    #[test]
    fn a_window_begins_the_day_after_the_same_day_months_ago() {
        let cases = [
            (on(2026, 11, 23), 12, on(2025, 11, 23)),
            (on(2026, 3, 31), 1, on(2026, 2, 28)),
            (on(2024, 3, 31), 1, on(2024, 2, 29)),
            (on(2024, 2, 29), 12, on(2023, 2, 28)),
        ];
        for (day, months, last) in cases {
            assert_eq!(cutoff(number(day), Some(months)), number(last), "{day}");
        }
        assert_eq!(cutoff(0, None), i32::MIN);
    }

    #[test]
    fn a_day_leaves_its_window_on_the_first_day_that_does_not_hold_it() {
        for months in [1, 3, 12, 36, 60] {
            for day in number(on(2023, 12, 25))..number(on(2024, 4, 5)) {
                let left = leaves(day, months).unwrap();
                assert!(cutoff(left, Some(months)) >= day, "{day} {months}");
                assert!(cutoff(left - 1, Some(months)) < day, "{day} {months}");
            }
        }
    }
}
