//! Statistical proof: shares are met, neighbours are as likely as anybody, loads are balanced (R62).

use crate::made::{Wish, lottery, made, town};
use domain::inspection::draw::{Stream, assign, lots};
use domain::ledger::{Hash, Suite};

const SEEDS: u32 = 10_000;
/// A bound that one in some hundred thousand fair cases would break.
const SIGMAS: f64 = 4.7;

fn seed(number: u32) -> Hash {
    Suite::International.digest(&[b"seed", &number.to_be_bytes()])
}

fn within(hits: u32, trials: u32, chance: f64, what: &str) {
    let mean = f64::from(trials) * chance;
    let deviation = (f64::from(trials) * chance * (1.0 - chance)).sqrt();
    let off = (f64::from(hits) - mean).abs();
    assert!(
        off <= SIGMAS * deviation + 0.5,
        "{what}: {hits} of {trials}, expected {mean:.1} ± {deviation:.1}"
    );
}

#[test]
fn r62_everybody_is_drawn_as_often_as_the_share_says() {
    // The last layer is so small that its share is less than one object.
    let layers: &[(u32, &[u16], u32)] = &[
        (10_000, &[], 50),
        (50_000, &[], 40),
        (200_000, &[], 33),
        (1_000_000, &[], 5),
        (30_000, &[], 3),
    ];
    let made = made(&Wish {
        suite: Suite::International,
        source: lottery(),
        layers,
        posts: &[],
        inspectors: &[],
    });
    let mut hits: Vec<Vec<u32>> = layers.iter().map(|one| vec![0; one.2 as usize]).collect();
    for number in 0..SEEDS {
        for (layer, lot) in lots(&made.frame, &seed(number)).iter().enumerate() {
            let (share, _, size) = layers[layer];
            let due = u64::from(share) * u64::from(size);
            let least = usize::try_from(due / 1_000_000).unwrap();
            assert!((least..=least + 1).contains(&lot.quota), "layer {layer}");
            for at in lot.drawn() {
                hits[layer][*at as usize] += 1;
            }
        }
    }
    for (layer, hits) in hits.iter().enumerate() {
        let share = f64::from(layers[layer].0) / 1e6;
        for (at, hits) in hits.iter().enumerate() {
            within(
                *hits,
                SEEDS,
                share,
                &format!("object {at} of layer {layer}"),
            );
        }
    }
}

#[test]
fn r61_neighbours_are_drawn_together_as_often_as_any_pair() {
    let size = 24;
    let made = made(&Wish {
        suite: Suite::International,
        source: lottery(),
        layers: &[(250_000, &[], size)],
        posts: &[],
        inspectors: &[],
    });
    let count = size as usize;
    let mut pairs = vec![0_u32; count * count];
    for number in 0..SEEDS {
        let lots = lots(&made.frame, &seed(number));
        let drawn = lots[0].drawn();
        assert_eq!(drawn.len(), 6);
        for one in drawn {
            for other in drawn {
                pairs[*one as usize * count + *other as usize] += 1;
            }
        }
    }
    let chance = (6.0 / 24.0) * (5.0 / 23.0);
    for one in 0..count {
        for other in 0..one {
            let hits = pairs[one * count + other];
            within(hits, SEEDS, chance, &format!("pair {one} {other}"));
        }
    }
    let neighbours: u32 = (1..count).map(|at| pairs[at * count + at - 1]).sum();
    let trials = SEEDS * u32::try_from(count - 1).unwrap();
    within(neighbours, trials, chance, "all neighbours together");
}

#[test]
fn r61_every_inspector_is_as_likely_as_another_and_so_is_every_pair() {
    let posts: &[u16] = &[0];
    let inspectors = [(posts, 0); 6];
    let made = made(&Wish {
        suite: Suite::International,
        source: lottery(),
        layers: &[(1_000_000, &[0], 1)],
        posts: &[2],
        inspectors: &inspectors,
    });
    let mut pairs = [[0_u32; 6]; 6];
    for number in 0..SEEDS {
        let seed = seed(number);
        let lots = lots(&made.frame, &seed);
        let assigned = assign(&made.frame, &seed, &lots);
        let [one, other] = assigned.jobs[0].team[..] else {
            panic!("a team of two");
        };
        pairs[one.min(other) as usize][one.max(other) as usize] += 1;
    }
    for (one, hits) in pairs.iter().enumerate() {
        for hits in hits.iter().skip(one + 1) {
            within(*hits, SEEDS, 1.0 / 15.0, "pair of inspectors");
        }
    }
}

#[test]
fn r62_numbers_below_a_bound_are_equally_likely() {
    let mut stream = Stream::new(Suite::National, &seed(1), "test");
    let mut hits = [0_u32; 7];
    for _ in 0..70_000 {
        hits[usize::try_from(stream.below(7)).unwrap()] += 1;
    }
    for hits in hits {
        within(hits, 70_000, 1.0 / 7.0, "number");
    }
}

#[test]
fn r67_nobody_is_sent_where_he_is_recused_and_loads_are_even() {
    let made = town(Suite::International, lottery());
    for number in 0..500 {
        let seed = seed(number);
        let lots = lots(&made.frame, &seed);
        let assigned = assign(&made.frame, &seed, &lots);
        for job in &assigned.jobs {
            assert_eq!(job.team.len(), 2, "R61: never one alone");
            assert_ne!(job.team[0], job.team[1]);
            for member in &job.team {
                assert!(!made.frame.recused.contains(&(*member, job.ticket)));
                let inspector = &made.frame.inspectors[*member as usize];
                assert!(inspector.posts.contains(&job.post));
            }
        }
    }
}
