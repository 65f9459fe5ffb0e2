use super::sample::*;
use super::*;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    /// R58: whatever the scale and the facts, all executions give one answer.
    #[test]
    fn r58_every_execution_agrees_with_the_naive_one(
        scale in any_scale(),
        people in vec((vec(any_fact(), 0..30), vec(-2..40i64, 8)), 1..4),
    ) {
        let plan = Plan::new(&scale, TODAY);
        let mut tally = plan.tally();
        let mut rows = Vec::new();
        for (facts, stated) in &people {
            let expected = naive::indicators(&scale, facts, stated, TODAY);
            let graded = naive::grade(&scale, &expected);
            prop_assert_eq!(&indicators(&scale, facts, stated, TODAY), &expected);
            prop_assert_eq!(grade(&scale, &expected), graded);
            prop_assert_eq!(plan.grade(&mut tally, facts, stated), graded);
            prop_assert_eq!(tally.indicators(), &expected[..]);
            take_columns(&plan, &mut tally, facts);
            prop_assert_eq!(plan.close(&mut tally, stated), graded);
            prop_assert_eq!(tally.indicators(), &expected[..]);
            let explained = explain(&scale, facts, stated, TODAY);
            prop_assert_eq!(explained.graded, graded);
            let sum: i64 = explained.points.iter().map(|point| i64::from(point.points)).sum();
            prop_assert_eq!(explained.free, 85 + sum);
            rows.push((expected, graded));
        }
        compare_columns(&scale, &rows);
    }

    /// The second stage over columns, with values no fact could give.
    #[test]
    fn columns_agree_with_the_naive_points(
        scale in any_scale(),
        rows in vec(vec(prop_oneof![-3..30i64, any::<i32>().prop_map(i64::from)], 8), 1..5),
    ) {
        let places = scale.indicators.len();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| row[..places].to_vec())
            .map(|row| { let graded = naive::grade(&scale, &row); (row, graded) })
            .collect();
        compare_columns(&scale, &rows);
    }

    /// Daily runs may skip an entity until its next change: nothing happens before.
    #[test]
    fn nothing_changes_before_the_next_change(
        scale in any_scale(),
        facts in vec(any_fact(), 0..12),
        stated in vec(0..5i64, 8),
    ) {
        let begin = day_number(TODAY);
        let now = graded(&scale, &facts, &stated, begin);
        let next = next_change(&scale, &facts, &stated, TODAY).map(day_number);
        let end = next.unwrap_or(begin + 900).min(begin + 900);
        for day in begin + 1..end {
            prop_assert_eq!(graded(&scale, &facts, &stated, day), now, "day {}", day - begin);
        }
        if let Some(next) = next {
            prop_assert_ne!(graded(&scale, &facts, &stated, next), now);
        }
    }

    /// A scale that is proved never punishes a repair, whatever the facts.
    #[test]
    fn r58_a_proved_scale_never_punishes_the_end_of_an_adverse_fact(
        scale in any_scale(),
        facts in vec(any_fact(), 1..12),
        stated in vec(-1..5i64, 8),
    ) {
        // About three scales in ten are proved.
        if proof::worsening(&scale).is_none() {
            loses_nothing(&scale, &facts, &stated)?;
        }
    }

    #[test]
    fn r58_the_careful_scale_never_punishes_the_end_of_an_adverse_fact(
        facts in vec(any_fact(), 1..16),
        tax in 0..5i64,
    ) {
        loses_nothing(&careful(), &facts, &[tax])?;
    }

    /// A way out is one: the repairs may be asked for on its day and give the grade it says.
    #[test]
    fn r58_every_way_out_leads_there(
        facts in vec(any_fact(), 0..14),
        tax in 0..5i64,
    ) {
        let scale = careful();
        let facts: Vec<Fact> = numbered(facts);
        let Some(exit) = exit(&scale, &facts, &[tax], TODAY) else {
            prop_assert_eq!(graded(&scale, &facts, &[tax], day_number(TODAY)).grade, 0);
            return Ok(());
        };
        if let Some((day, reached)) = exit.alone {
            prop_assert_eq!(graded(&scale, &facts, &[tax], day_number(day)), reached);
            prop_assert!(reached.grade < exit.now.grade);
        }
        for way in &exit.ways {
            prop_assert!(exit.alone.is_none_or(|(day, _)| way.from < day));
            prop_assert_eq!(after(&scale, &facts, &[tax], way, None), way.graded);
            prop_assert!(way.graded.grade < exit.now.grade);
            for repair in &way.repairs {
                prop_assert!(repair.from <= way.from);
                let fewer = after(&scale, &facts, &[tax], way, Some(repair.record));
                prop_assert!(fewer.grade >= exit.now.grade, "{} can be spared", repair.record);
            }
        }
    }
}

fn graded(scale: &Scale, facts: &[Fact], stated: &[i64], day: i32) -> Graded {
    let day = day_date(day).unwrap();
    naive::grade(scale, &naive::indicators(scale, facts, stated, day))
}

fn numbered(mut facts: Vec<Fact>) -> Vec<Fact> {
    for (record, fact) in (1..).zip(&mut facts) {
        fact.record = record;
    }
    facts
}

/// The grade once the repairs of `way` are granted, except one.
fn after(scale: &Scale, facts: &[Fact], stated: &[i64], way: &Way, but: Option<u64>) -> Graded {
    let day = day_number(way.from);
    let repaired = |record| {
        let mut repairs = way.repairs.iter();
        Some(record) != but && repairs.any(|repair| repair.record == record)
    };
    let mut facts = facts.to_vec();
    for fact in &mut facts {
        if repaired(fact.record) {
            fact.gone = fact.gone.min(day);
        }
    }
    graded(scale, &facts, stated, day)
}

fn loses_nothing(scale: &Scale, facts: &[Fact], stated: &[i64]) -> Result<(), TestCaseError> {
    let today = day_number(TODAY);
    let before = graded(scale, facts, stated, today);
    for place in 0..facts.len() {
        if !facts[place].kind.adverse() {
            continue;
        }
        let mut rest = facts.to_vec();
        rest.remove(place);
        let now = graded(scale, &rest, stated, today);
        prop_assert!(now.grade <= before.grade && now.score >= before.score);
    }
    Ok(())
}

fn take_columns(plan: &Plan, tally: &mut Tally, facts: &[Fact]) {
    let numbers = |of: fn(&Fact) -> i32| facts.iter().map(of).collect::<Vec<i32>>();
    let amount: Vec<i64> = facts.iter().map(|fact| fact.amount).collect();
    plan.take_run(
        tally,
        Run {
            kind: &numbers(|fact| fact.kind as i32),
            class: &numbers(|fact| fact.class as i32),
            amount: &amount,
            day: &numbers(|fact| fact.day),
            known: &numbers(|fact| fact.known),
            gone: &numbers(|fact| fact.gone),
        },
    );
}

fn compare_columns(scale: &Scale, rows: &[(Vec<i64>, Graded)]) {
    // More than a block of rows, so that its border is crossed.
    let many: Vec<&(Vec<i64>, Graded)> = rows.iter().cycle().take(1_100).collect();
    let column = |of: usize| many.iter().map(|(row, _)| row[of]).collect::<Vec<i64>>();
    let wide: Vec<Vec<i64>> = (0..scale.indicators.len()).map(column).collect();
    let small = |column: &Vec<i64>| column.iter().map(|value| *value as i32).collect();
    let narrow: Vec<Vec<i32>> = wide.iter().map(small).collect();
    let card = Card::new(scale);
    let fits = wide
        .iter()
        .flatten()
        .all(|value| i32::try_from(*value).is_ok());
    let mut sheets = vec![card.score(&columns(&wide, Column::Wide), 0..1_100).unwrap()];
    if fits {
        sheets.push(
            card.score(&columns(&narrow, Column::Narrow), 0..1_100)
                .unwrap(),
        );
    }
    for sheet in sheets {
        for (row, (values, graded)) in many.iter().enumerate() {
            assert_eq!(
                (sheet.score[row], sheet.grade[row]),
                (graded.score, graded.grade)
            );
            for (item, points) in scale.items.iter().zip(&sheet.points) {
                assert_eq!(points.get(row), Some(naive::points(item, values)));
            }
        }
    }
}

fn columns<'a, T>(rows: &'a [Vec<T>], make: fn(&'a [T]) -> Column<'a>) -> Vec<Column<'a>> {
    rows.iter().map(|row| make(row)).collect()
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let scale = careful();
    let short = [1i64];
    let columns = vec![Column::Wide(&short); 9];
    let card = Card::new(&scale);
    assert_eq!(card.score(&columns[..8], 0..1), Err(Misfit::Columns(9)));
    assert_eq!(card.score(&columns, 0..2), Err(Misfit::Rows));
}

#[test]
fn points_beyond_32_bits_stop_at_their_end_everywhere() {
    let each = Points::Each {
        of: 0,
        each: i32::MIN,
        most: i32::MAX,
    };
    let share = Points::Share {
        part: 0,
        whole: 0,
        times: 1,
        least: i64::MAX,
        each: i32::MAX,
    };
    let steps = Points::Steps {
        of: 0,
        steps: vec![(0, i32::MIN), (i64::from(i32::MAX) + 5, i32::MAX)],
    };
    let scale = scale(
        vec![indicator("a", Value::Stated)],
        vec![
            item("each", each, None),
            item("share", share, None),
            item("steps", steps, None),
        ],
        vec![],
    );
    let rows: Vec<_> = [
        0,
        1,
        2,
        i64::from(i32::MAX),
        i64::from(i32::MAX) + 5,
        i64::MAX,
        i64::MIN,
    ]
    .map(|value| (vec![value], naive::grade(&scale, &[value])))
    .to_vec();
    compare_columns(&scale, &rows);
    assert_eq!(item_points(&scale.items[0], &[5]), i32::MIN);
    assert_eq!(item_points(&scale.items[1], &[5]), i32::MAX);
}

#[test]
fn r58_every_point_names_its_article_and_its_records() {
    let scale = careful();
    let facts = [
        fact(7, Kind::Penalty, Class::Serious, date(2026, 3, 1)),
        fact(8, Kind::Penalty, Class::Minor, date(2026, 5, 1)),
        fact(9, Kind::Failed, Class::Unclassed, date(2026, 6, 1)),
        fact(10, Kind::Honor, Class::Unclassed, date(2020, 6, 1)),
        fact(11, Kind::Penalty, Class::Serious, date(2020, 6, 1)),
    ];
    let explained = explain(&scale, &facts, &[1], TODAY);
    let told: Vec<(&str, i32, &[u64])> = explained
        .points
        .iter()
        .map(|point| (&*point.item.id, point.points, &*point.records))
        .collect();
    assert_eq!(
        told,
        [
            ("serious", -20, &[7][..]),
            ("lesser", -4, &[8]),
            ("fines", 0, &[7, 8]),
            ("failed", -3, &[9]),
            ("since", -2, &[8]),
            ("fading", -9, &[7, 8]),
            ("honours", 3, &[10]),
            ("tax", 2, &[]),
        ]
    );
    assert_eq!(
        explained.graded,
        Graded {
            score: 52,
            grade: 3
        }
    );
    assert_eq!(explained.points[0].basis.article.as_ref(), "serious");
    assert!(explained.floors.is_empty());
}

#[test]
fn r58_a_floor_overrides_the_score_and_says_so() {
    let scale = careful();
    let mut facts = [
        fact(1, Kind::Penalty, Class::Serious, date(2024, 3, 1)),
        fact(2, Kind::Penalty, Class::Serious, date(2024, 4, 1)),
    ];
    facts[0].amount = 1;
    let explained = explain(&scale, &facts, &[0], TODAY);
    assert_eq!(explained.graded.grade, 3);
    assert_eq!(explained.by_score, 3);
    assert_eq!(explained.floors[0].records, [1, 2]);
    let held = item(
        "held",
        Points::Each {
            of: 0,
            each: 5,
            most: 9,
        },
        Some(0),
    );
    let scale = super::sample::scale(scale.indicators, vec![held], scale.floors);
    let explained = explain(&scale, &facts, &[0], TODAY);
    assert_eq!((explained.by_score, explained.graded.grade), (1, 3));
    assert_eq!(explained.points[0].held_by.unwrap().id, "serious");
}

#[test]
fn the_way_out_names_the_fewest_repairs_and_the_earlier_dearer_ones() {
    let scale = careful();
    // 85 - 20 - 8 - 5 - … : three penalties; the serious one alone weighs enough.
    let mut facts = [
        fact(1, Kind::Penalty, Class::Serious, date(2026, 6, 1)),
        fact(2, Kind::Penalty, Class::Minor, date(2026, 10, 1)),
        fact(3, Kind::Penalty, Class::Minor, date(2026, 10, 2)),
    ];
    for (fact, repairable) in
        facts
            .iter_mut()
            .zip([date(2027, 6, 1), date(2027, 1, 1), date(2027, 1, 2)])
    {
        fact.repairable = Some(day_number(repairable));
    }
    let exit = exit(&scale, &facts, &[2], TODAY).unwrap();
    assert_eq!(exit.search, Search::Exhaustive);
    assert_eq!(
        exit.now,
        Graded {
            score: 40,
            grade: 3
        }
    );
    let told: Vec<(Date, Vec<u64>)> = exit
        .ways
        .iter()
        .map(|way| {
            (
                way.from,
                way.repairs.iter().map(|repair| repair.record).collect(),
            )
        })
        .collect();
    assert!(!told.is_empty(), "{exit:?}");
    assert_eq!(told[0].1, [1], "{exit:?}");
    let sizes: Vec<usize> = told.iter().map(|(_, records)| records.len()).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
    assert!(
        told.windows(2).all(|pair| pair[0].0 > pair[1].0),
        "{told:?}"
    );
}

#[test]
fn a_search_too_large_to_try_all_says_so_and_spares_what_it_can() {
    let filter = filter(&[Kind::Penalty], None);
    let scale = scale(
        vec![indicator("count", Value::Count(filter))],
        vec![item(
            "count",
            Points::Each {
                of: 0,
                each: -1,
                most: 90,
            },
            None,
        )],
        vec![],
    );
    let facts: Vec<Fact> = (0..40)
        .map(|record| Fact {
            repairable: Some(0),
            ..fact(record, Kind::Penalty, Class::Minor, date(2026, 1, 1))
        })
        .collect();
    let exit = exit(&scale, &facts, &[], TODAY).unwrap();
    assert_eq!((exit.now.score, exit.search), (45, Search::Greedy));
    assert_eq!(exit.ways[0].repairs.len(), 15);
    assert_eq!(
        exit.ways[0].graded,
        Graded {
            score: 60,
            grade: 2
        }
    );
    assert_eq!(exit.alone, None);
}

#[test]
fn r58_the_careful_scale_is_proved() {
    assert_eq!(
        proof::worsening(&careful()).map(|found| found.to_string()),
        None
    );
}

#[test]
fn r58_a_share_whose_single_points_weigh_more_is_caught() {
    let mut scale = careful();
    scale.items[3].points = Points::Share {
        part: 3,
        whole: 4,
        times: -15,
        least: 3,
        each: -10,
    };
    let found = proof::worsening(&scale).unwrap();
    assert_eq!(found.kind, Kind::Failed);
    let told = found.to_string();
    assert!(
        told.starts_with("一条检查发现问题记录失效后总分反而下降：计分项“计分项failed”由"),
        "{told}"
    );
    // Three of three failed, one of them repaired.
    let facts: Vec<Fact> = (1..4)
        .map(|record| fact(record, Kind::Failed, Class::Unclassed, date(2026, 5, 1)))
        .collect();
    let score = |facts: &[Fact]| graded(&scale, facts, &[2], day_number(TODAY)).score;
    assert!(score(&facts[1..]) < score(&facts));
}

#[test]
fn r58_a_whole_that_counts_more_adverse_facts_than_its_part_is_caught() {
    let mut scale = careful();
    scale.indicators[3].value = Value::Count(Filter {
        from: Class::Serious,
        ..filter(&[Kind::Failed], Some(12))
    });
    assert!(matches!(
        proof::worsening(&scale).unwrap().fault,
        proof::Fault::Points(_)
    ));
}

#[test]
fn r58_points_held_back_by_a_milder_fact_are_caught() {
    let mut scale = careful();
    // A minor penalty holds the points for serious ones back.
    scale.items[0].unless = Some(1);
    let found = proof::worsening(&scale).unwrap();
    assert_eq!(found.kind, Kind::Penalty);
    assert!(
        matches!(&found.fault, proof::Fault::Points(items) if items.iter().any(|(name, ..)| name == "计分项serious"))
    );
    // The other way round the serious one always weighs more than what it holds back.
    let mut scale = careful();
    scale.items[1].unless = Some(0);
    assert_eq!(
        proof::worsening(&scale).map(|found| found.to_string()),
        None
    );
}

#[test]
fn r58_a_reward_for_days_since_a_penalty_is_caught() {
    let mut scale = careful();
    scale.items[4].points = Points::Steps {
        of: 5,
        steps: vec![(0, -5), (365, 2)],
    };
    let found = proof::worsening(&scale).unwrap();
    assert!(
        found
            .indicators
            .iter()
            .any(|(name, _, after)| name == "指标since" && *after == -1)
    );
    let mut scale = careful();
    scale.floors = vec![floor(5, 900, 2)];
    assert!(matches!(
        proof::worsening(&scale).unwrap().fault,
        proof::Fault::Floor(_)
    ));
}
