//! Shares of grades in a batch, and who cannot be drawn at all (R62, R63, R68).

use domain::basis::{Basis, Ruled};
use domain::inspection::Rate;
use domain::inspection::batch::{Amount, Out, fill, place, share};
use proptest::prelude::*;

fn rate(grade: &str, least: u16, most: u16, per_year: Option<u16>) -> Rate {
    Rate {
        grade: grade.to_owned(),
        least,
        most,
        per_year,
        method: String::new(),
    }
}

proptest! {
    #[test]
    fn r62_a_share_never_leaves_what_the_law_lays_down(
        least in 0_u16..=10_000, span in 0_u16..=10_000,
        others in 0_u64..100_000, count in 1_u64..100_000, about in 0_u32..200_000,
    ) {
        let one = rate("B", least, least.saturating_add(span).min(10_000), None);
        let other = rate("C", 1_000, 2_000, None);
        let sizes = [(&one, count), (&other, others)];
        for amount in [Amount::About(about), Amount::Within(0), Amount::Within(100)] {
            let fill = fill(amount, &sizes);
            for (rate, _) in sizes {
                let share = share(rate, fill);
                prop_assert!(share >= u32::from(rate.least) * 100);
                prop_assert!(share <= u32::from(rate.most) * 100);
            }
        }
        let drawn = |amount| -> u64 {
            let fill = fill(amount, &sizes);
            sizes.iter().map(|(rate, size)| u64::from(share(rate, fill)) * size).sum()
        };
        let (fewest, most) = (drawn(Amount::Within(0)), drawn(Amount::Within(100)));
        let wanted = (u64::from(about) * 1_000_000).clamp(fewest, most);
        // A millionth of fill and of share for each object is what whole numbers cost.
        prop_assert!(drawn(Amount::About(about)).abs_diff(wanted) <= 3 * (count + others));
    }
}

#[test]
fn r63_r68_who_cannot_be_drawn_is_left_out_for_a_reason() {
    let basis = || Basis {
        statute: "cn/test".into(),
        article: "1".into(),
        confirmed: false,
    };
    #[expect(clippy::disallowed_methods, reason = "a test is its own law")]
    let law = |rate| Ruled::by_law(rate, basis());
    let rates = [
        law(rate("A", 0, 100, Some(1))),
        law(rate("B", 300, 500, None)),
    ];
    assert_eq!(place(&rates, Some("A"), 0, false), Ok(0));
    assert_eq!(place(&rates, Some("A"), 1, false), Err(Out::Capped));
    assert_eq!(place(&rates, Some("B"), 9, false), Ok(1));
    assert_eq!(place(&rates, Some("B"), 0, true), Err(Out::Capped));
    assert_eq!(place(&rates, Some("E"), 0, false), Err(Out::Resting));
    assert_eq!(place(&rates, None, 0, false), Err(Out::Ungraded));
}
