//! Loads: as even as they can be, and the reason where they cannot (R61, R67).

use crate::made::{Wish, lottery, made};
use domain::inspection::draw::{Seed, assign, lots};
use domain::ledger::{Hash, Suite};
use proptest::prelude::*;

fn seed(number: u64) -> Hash {
    Suite::International.digest(&[&number.to_be_bytes()])
}

/// The smallest sum of squares of loads over every way to fill the jobs.
fn best(jobs: &[Vec<u32>], loads: &mut Vec<u32>) -> u64 {
    let Some((able, rest)) = jobs.split_first() else {
        return loads
            .iter()
            .map(|load| u64::from(*load) * u64::from(*load))
            .sum();
    };
    let mut least = u64::MAX;
    for (place, one) in able.iter().enumerate() {
        for other in &able[place + 1..] {
            loads[*one as usize] += 1;
            loads[*other as usize] += 1;
            least = least.min(best(rest, loads));
            loads[*one as usize] -= 1;
            loads[*other as usize] -= 1;
        }
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn r61_loads_have_the_smallest_sum_of_squares(
        held in proptest::collection::vec(1_u8..8, 3..6),
        start in proptest::collection::vec(0_u32..3, 6),
        recusals in proptest::collection::vec((0_u32..6, 0_usize..4), 0..4),
        number in any::<u64>(),
    ) {
        let posts: Vec<Vec<u16>> = held
            .iter()
            .map(|bits| (0..3).filter(|post| bits >> post & 1 == 1).collect())
            .collect();
        let inspectors: Vec<(&[u16], u32)> =
            posts.iter().zip(&start).map(|(posts, load)| (posts.as_slice(), *load)).collect();
        let mut made = made(&Wish {
            suite: Suite::International,
            source: lottery(),
            layers: &[(1_000_000, &[0], 2), (1_000_000, &[1, 2], 2)],
            posts: &[2, 2, 2],
            inspectors: &inspectors,
        });
        let all: Vec<_> = made.frame.layers.iter().flat_map(|layer| layer.objects.clone()).collect();
        for (inspector, object) in recusals {
            if (inspector as usize) < inspectors.len() {
                made.frame.recused.push((inspector, all[object]));
            }
        }
        made.frame.recused.sort_unstable();
        made.frame.recused.dedup();
        let seed = seed(number);
        let lots = lots(&made.frame, &seed);
        let assigned = assign(&made.frame, &seed, &lots);
        let able: Vec<Vec<u32>> = assigned.jobs.iter().map(|job| {
            (0..inspectors.len() as u32)
                .filter(|one| inspectors[*one as usize].0.contains(&job.post))
                .filter(|one| !made.frame.recused.contains(&(*one, job.ticket)))
                .collect()
        }).collect();
        prop_assume!(able.iter().all(|able| able.len() >= 2));
        let mut loads: Vec<u32> = inspectors.iter().map(|one| one.1).collect();
        let found: u64 = assigned.loads.iter().map(|load| u64::from(*load).pow(2)).sum();
        prop_assert_eq!(found, best(&able, &mut loads));
    }
}

#[test]
fn r61_where_loads_cannot_be_even_the_reason_is_named() {
    // Two inspectors alone hold post 1, which most objects need.
    let made = made(&Wish {
        suite: Suite::International,
        source: lottery(),
        layers: &[(1_000_000, &[0], 2), (1_000_000, &[1], 9)],
        posts: &[2, 2],
        inspectors: &[
            (&[0], 0),
            (&[0], 0),
            (&[0], 0),
            (&[0], 0),
            (&[1], 0),
            (&[1], 0),
        ],
    });
    let numbers = vec![vec![1, 2, 3, 4, 5, 6], vec![7]];
    let source = &made.frame.source;
    let suite = Suite::International;
    let file = made.drawn(Seed::of_lottery(suite, &made.digest(), source, numbers).unwrap());
    let tight = &file.tight;
    let told: Vec<_> = tight
        .iter()
        .map(|one| (&one.inspectors, &one.posts, one.jobs))
        .collect();
    assert!(told.contains(&(&vec![5], &vec![1], 9)) || told.contains(&(&vec![4], &vec![1], 9)));
    let all: std::collections::BTreeSet<u32> = tight
        .iter()
        .flat_map(|one| one.inspectors.clone())
        .collect();
    assert_eq!(all, [4, 5].into(), "{tight:?}");
    let loads = file.loads.unwrap();
    assert_eq!((loads.least, loads.most), (1, 9));
}

#[test]
fn r67_a_job_that_nobody_may_do_says_why() {
    let mut made = made(&Wish {
        suite: Suite::International,
        source: lottery(),
        layers: &[(1_000_000, &[0], 1)],
        posts: &[2],
        inspectors: &[(&[0], 0), (&[0], 0), (&[0], 0)],
    });
    let ticket = made.frame.layers[0].objects[0];
    made.frame.recused = vec![(0, ticket), (2, ticket)];
    let numbers = vec![vec![1, 2, 3, 4, 5, 6], vec![7]];
    let source = &made.frame.source;
    let suite = Suite::International;
    let file = made.drawn(Seed::of_lottery(suite, &made.digest(), source, numbers).unwrap());
    let [short] = &file.short[..] else {
        panic!("one short job: {:?}", file.short);
    };
    assert_eq!((short.lacking, short.holders, short.recused), (1, 3, 2));
    assert_eq!(file.drawn[0].teams, vec![vec![1]]);
}
