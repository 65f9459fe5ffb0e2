//! The real clock: the only place of the platform that asks the machine for the time.

use crate::{Common, Stop};
use desk::clock::{Clock, HandClock};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::sync::Arc;

/// China time: UTC+8 since 1991, without summer time; no time-zone files are needed.
const CHINA: Offset = Offset::constant(8);

/// The machine's clock, read in China.
#[derive(Debug)]
pub struct WallClock;

impl WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge that knows the time"
    )]
    pub fn instant() -> Timestamp {
        Timestamp::now()
    }
}

impl Clock for WallClock {
    fn today(&self) -> Date {
        CHINA.to_datetime(Self::instant()).date()
    }

    fn now(&self) -> i64 {
        Self::instant().as_millisecond()
    }
}

/// The clock a command runs by: frozen where `--today` is given.
pub fn of(common: &Common) -> Result<Arc<dyn Clock>, Stop> {
    Ok(match common.today {
        Some(day) => Arc::new(HandClock::at(day)),
        None => Arc::new(WallClock),
    })
}

/// Reads a day as people type it.
pub fn day(text: &str) -> Result<Date, String> {
    let plain = text.trim().replace(['/', '.'], "-");
    Date::strptime("%Y-%m-%d", plain).map_err(|_| format!("“{text}”不是日期，应写作 2026-05-12"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_as_people_type_them() {
        for text in ["2026-05-12", "2026/5/12", " 2026.05.12 "] {
            assert_eq!(day(text), Ok(date(2026, 5, 12)), "{text}");
        }
        assert!(day("2026-13-01").is_err());
    }
}
