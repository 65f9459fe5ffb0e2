//! Two other platforms: their messages come twice, late and in any order; ours are answered late.

use super::{Drawn, EXCHANGE, Repairs, clerk, near, paper, peers, receivers};
use crate::city::{City, basis};
use crate::dice::Dice;
use crate::harness::Stored;
use domain::exchange::{Answer, Event, Message, Says};
use domain::repair::Burden;
use jiff::ToSpan as _;

/// The message a platform sends about a record under a number. It follows from sender, record and
/// number alone, so drawing it again is hearing it again.
pub fn message(sender: &str, serial: u64, burden: &Burden) -> Message {
    let seed = burden.record.wrapping_mul(31) ^ serial.wrapping_mul(977) ^ sender.len() as u64;
    let mut dice = Dice::new(seed);
    let says = match dice.below(12) {
        0 => Says::Repaired,
        1 => Says::Annulled,
        2 => Says::Lifted,
        3 | 4 => Says::FellBack,
        5 => Says::Withdrawn,
        6 | 7 => Says::Disputed {
            objection: 1,
            field: None,
        },
        _ => Says::Settled { objection: 1 },
    };
    // The sender writes the docket in its own way.
    let docket = burden.docket.replace('〔', "[").replace('〕', "]");
    let after = i64::try_from(serial).unwrap();
    Message {
        sender: sender.to_owned(),
        serial,
        reference: domain::exchange::Reference::of(&burden.organ, &docket, burden.entity),
        docket,
        organ: burden.organ,
        on: burden.decided.checked_add((after * 9).days()).unwrap(),
        basis: basis("cn/city", "exchange"),
        says,
    }
}

impl Repairs {
    pub(super) fn draw_traffic(&self, city: &City, dice: &mut Dice) -> Drawn {
        match dice.below(10) {
            0..=4 => self.answer(city, dice),
            5 => self.review(city, dice),
            _ => self.hear(city, dice),
        }
    }

    fn hear(&self, city: &City, dice: &mut Dice) -> Drawn {
        let records: Vec<u64> = self.records.keys().rev().take(40).copied().collect();
        let record = *dice.pick(&records).ok_or("no record")?;
        let burden = self.records[&record].burden(record);
        let known = peers();
        let stranger = "somebody".to_owned();
        let sender = dice.pick(&known).filter(|_| !city.seq.is_multiple_of(29));
        let sender = sender.unwrap_or(&stranger);
        let serial = u64::try_from(dice.between(1, 7)).unwrap();
        let message = message(sender, serial, &burden);
        let events = self.inbox.receive(&message, &peers(), city.today);
        stored(events.map_err(|no| no.text())?)
    }

    fn review(&self, city: &City, dice: &mut Dice) -> Drawn {
        let recent = self.records.iter().rev().take(60);
        let waiting = recent.map(|(record, made)| made.burden(*record));
        let waiting: Vec<Burden> = waiting
            .filter(|burden| {
                let position = self.inbox.position(&burden.reference(), &peers());
                position.review.is_some()
            })
            .collect();
        let burden = dice.pick(&waiting).ok_or("nothing waits")?;
        let by = clerk(city, burden.organ, dice);
        let document = paper(burden.organ, near(city, dice));
        let upheld = dice.chance(50);
        let (reference, peers) = (burden.reference(), peers());
        let events = self
            .inbox
            .review(reference, &peers, upheld, document, by, city.today);
        stored(events.map_err(|no| no.text())?)
    }

    fn answer(&self, city: &City, dice: &mut Dice) -> Drawn {
        let waiting: Vec<u64> = self
            .outbox
            .waiting()
            .map(|pending| pending.sent.message.serial)
            .take(50)
            .collect();
        let any = u64::try_from(dice.between(1, 40)).unwrap();
        let serial = dice.pick(&waiting).copied().filter(|_| dice.chance(95));
        let mut words: Vec<String> = receivers().into_iter().collect();
        words.push("somebody".to_owned());
        let answer = [Answer::Applied, Answer::NotHeld][dice.below(2)];
        if dice.chance(20) {
            let receiver = dice.pick(&words).ok_or("nobody")?;
            let serial = serial.unwrap_or(any);
            let events = self
                .outbox
                .acknowledge(serial, receiver, answer, city.today);
            return stored(events.map_err(|no| no.text())?);
        }
        // One receiver works off what lies in its box.
        let receiver = dice.pick(&words).ok_or("nobody")?;
        let open = waiting.iter().take(20);
        let answers = open.filter_map(|serial| {
            let answered = self
                .outbox
                .acknowledge(*serial, receiver, answer, city.today);
            answered.ok()
        });
        stored(answers.flatten().collect())
    }
}

fn stored(events: Vec<Event>) -> Drawn {
    let events = events.into_iter();
    Ok(events
        .map(|event| Stored::new(EXCHANGE, 0, event))
        .collect())
}
