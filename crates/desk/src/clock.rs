//! The clock of the platform: a day in China and an instant. Only the edge knows the real one.

use jiff::civil::Date;
use std::sync::Mutex;

/// What time it is, for whoever acts.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The civil day in Asia/Shanghai (fixed UTC+8 since 1991).
    fn today(&self) -> Date;
    /// Milliseconds since 1970-01-01T00:00Z.
    fn now(&self) -> i64;
}

/// A clock moved by hand: simulations, tests, and commands given `--today`.
#[derive(Debug)]
pub struct HandClock(Mutex<(Date, i64)>);

impl HandClock {
    /// Stands at nine in the morning of `day`, China time.
    pub fn at(day: Date) -> Self {
        Self(Mutex::new((day, morning(day))))
    }

    /// Moves to nine in the morning of `day`.
    pub fn set(&self, day: Date) {
        if let Ok(mut time) = self.0.lock() {
            *time = (day, morning(day));
        }
    }
}

impl Clock for HandClock {
    fn today(&self) -> Date {
        self.0.lock().map_or(Date::ZERO, |time| time.0)
    }

    fn now(&self) -> i64 {
        self.0.lock().map_or(0, |time| time.1)
    }
}

/// 09:00+08:00 of a day in milliseconds since 1970.
fn morning(day: Date) -> i64 {
    let days = i64::from(days_since_1970(day));
    (days * 24 + 1) * 3_600_000
}

/// The day in China of an instant in milliseconds since 1970-01-01T00:00Z.
pub fn day_of(at: i64) -> Date {
    let days = (at + 8 * 3_600_000).div_euclid(24 * 3_600_000);
    let span = jiff::SignedDuration::from_hours(days.saturating_mul(24));
    jiff::civil::date(1970, 1, 1)
        .checked_add(span)
        .unwrap_or(Date::ZERO)
}

/// Whole days from 1970-01-01 to `day`; negative before.
pub fn days_since_1970(day: Date) -> i32 {
    // Every row of a view has several days: a subtraction of dates costs forty times as much.
    domain::intake::serial(day) - EPOCH
}

/// 1970-01-01 as [`domain::intake::serial`] counts.
const EPOCH: i32 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_hand_clock_stands_at_nine_in_china() {
        let clock = HandClock::at(date(2026, 11, 23));
        assert_eq!(clock.today(), date(2026, 11, 23));
        assert_eq!(clock.now(), 1_795_395_600_000);
        clock.set(date(1970, 1, 1));
        assert_eq!(clock.now(), 3_600_000);
    }

    #[test]
    fn days_are_counted_as_between_dates() {
        let epoch = date(1970, 1, 1);
        for days in (-700_000..2_900_000).step_by(997) {
            let day = epoch.checked_add(jiff::Span::new().days(days)).unwrap();
            assert_eq!(days_since_1970(day), days, "{day}");
        }
    }
}
