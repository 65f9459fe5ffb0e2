//! Invented entities and facts, the same for the same seed everywhere.

use crate::Outcome;
use crate::scales::TODAY;
use domain::code::Code;
use domain::grade::{Class, Fact, Kind, day_number};

/// SplitMix64.
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most - least).unwrap_or_default() + 1;
        least + i64::try_from(self.below(width)).unwrap_or_default()
    }

    pub fn day(&mut self, least: i32, most: i32) -> i32 {
        i32::try_from(self.between(least.into(), most.into())).unwrap_or(least)
    }

    /// True `share` times in a hundred.
    pub fn often(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let place = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(place).copied()
    }
}

/// Codes in ascending order, with the right check character, spread over the whole range.
pub fn code(number: u64, of: u64) -> Outcome<Code> {
    const SYMBOLS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let step = 31u64.pow(9) / of.max(1);
    let mut rest = number * step.max(1);
    let mut text = *b"91370400MA3000000X";
    for place in text.get_mut(8..17).ok_or("17 symbols")?.iter_mut().rev() {
        *place = *SYMBOLS.get((rest % 31) as usize).ok_or("31 symbols")?;
        rest /= 31;
    }
    let value = |symbol: &u8| {
        SYMBOLS
            .iter()
            .position(|one| one == symbol)
            .unwrap_or_default()
    };
    let mut weight = 1;
    let mut sum = 0;
    for symbol in text.iter().take(17) {
        sum = (sum + value(symbol) * weight) % 31;
        weight = weight * 3 % 31;
    }
    let check = SYMBOLS.get((31 - sum) % 31).ok_or("31 symbols")?;
    text[17] = *check;
    Code::from_bytes(&text).ok_or_else(|| "no code".into())
}

/// How many facts an entity has: 25 in the mean, none for some, hundreds for few.
pub fn many(dice: &mut Dice) -> usize {
    let many = match dice.below(100) {
        0..=4 => 0,
        5..=64 => dice.between(1, 20),
        65..=89 => dice.between(10, 52),
        90..=98 => dice.between(40, 130),
        _ => dice.between(100, 400),
    };
    usize::try_from(many).unwrap_or_default()
}

/// Facts of one entity, by day.
pub fn facts(dice: &mut Dice, many: usize, out: &mut Vec<Fact>) {
    out.clear();
    for _ in 0..many {
        let record = dice.below(1 << 40);
        out.push(fact(dice, record));
    }
    out.sort_by_key(|fact| fact.day);
}

fn fact(dice: &mut Dice, record: u64) -> Fact {
    let today = day_number(TODAY);
    // Most of what an organ states about an entity is no reproach.
    let kind = if dice.often(70) {
        dice.pick(&[
            Kind::Licence,
            Kind::Commitment,
            Kind::Passed,
            Kind::Passed,
            Kind::Honor,
        ])
    } else {
        dice.pick(&Kind::ALL)
    };
    let kind = kind.unwrap_or(Kind::Passed);
    let day = dice.day(today - 2_880, today + 3);
    let fined = matches!(kind, Kind::Penalty | Kind::Arrears | Kind::Enforcement);
    let unit = 10i64.pow(u32::try_from(dice.between(2, 5)).unwrap_or(2));
    let class = if kind == Kind::Penalty {
        dice.pick(&[Class::Minor, Class::Minor, Class::Ordinary, Class::Serious])
    } else {
        None
    };
    Fact {
        record,
        kind,
        class: class.unwrap_or(Class::Unclassed),
        amount: if fined {
            unit * dice.between(1, 100)
        } else {
            0
        },
        day,
        known: day
            + if dice.often(3) {
                dice.day(21, 900)
            } else {
                dice.day(0, 20)
            },
        gone: gone(dice, kind, day),
        repairable: None,
    }
}

fn gone(dice: &mut Dice, kind: Kind, day: i32) -> i32 {
    if dice.often(4) {
        // Retracted.
        return day + dice.day(0, 900);
    }
    match kind {
        Kind::Licence => day + 365 * dice.day(1, 10),
        kind if kind.adverse() && dice.often(60) => day + 365 * dice.day(1, 3),
        _ => i32::MAX,
    }
}

/// Values of stated indicators.
pub fn stated(dice: &mut Dice, many: usize) -> Vec<i64> {
    (0..many).map(|_| dice.between(0, 4)).collect()
}
