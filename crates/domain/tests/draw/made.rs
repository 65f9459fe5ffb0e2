//! Frames and draws made up for the tests.

use domain::code::{Code, Exceptions, check};
use domain::inspection::Item;
use domain::inspection::draw::{
    Frame, FrameItem, Frozen, Inspector, Layer, Opening, Post, Published, Seed, Source, Ticket,
    assign, blind, lots, publish, secret_digest,
};
use domain::ledger::{Hash, Suite};
use jiff::civil::date;
use std::collections::BTreeMap;

/// Invented codes: the organisation part begins with `MAY`, which is not allocated.
pub fn code(number: u32) -> Code {
    let digits: Vec<char> = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().collect();
    let mut rest = number as usize;
    let mut body = String::new();
    for _ in 0..5 {
        body.insert(0, digits[rest % 31]);
        rest /= 31;
    }
    let start = format!("91370404MAY{body}");
    let last = digits.iter().flat_map(|inner| {
        let start = &start;
        digits
            .iter()
            .map(move |outer| format!("{start}{inner}{outer}"))
    });
    let mut valid = last.filter_map(|text| {
        let checked = check(&text, &Exceptions::default());
        checked.code.filter(|code| code.as_str() == text)
    });
    valid.next().unwrap()
}

pub fn organ(number: u32) -> Code {
    code(900_000 + number)
}

/// A frame with its secret and what opens each ticket.
pub struct Made {
    pub frame: Frame,
    pub openings: BTreeMap<Ticket, Opening>,
}

/// What a frame is made of: shares in millionths with posts and number of objects; posts with their
/// size; inspectors with posts and earlier visits.
pub struct Wish<'a> {
    pub suite: Suite,
    pub source: Source,
    pub layers: &'a [(u32, &'a [u16], u32)],
    pub posts: &'a [u16],
    pub inspectors: &'a [(&'a [u16], u32)],
}

pub fn made(wish: &Wish<'_>) -> Made {
    let secret = [7; 32];
    let mut openings = BTreeMap::new();
    let mut next = 0;
    let mut layers = Vec::new();
    for (share, posts, count) in wish.layers {
        let mut objects = Vec::new();
        for _ in 0..*count {
            let opening = blind(wish.suite, &secret, code(next));
            next += 1;
            let ticket = opening.ticket(wish.suite);
            openings.insert(ticket, opening);
            objects.push(ticket);
        }
        objects.sort_unstable();
        layers.push(Layer {
            share: *share,
            posts: posts.to_vec(),
            objects,
        });
    }
    let inspectors = (1..).zip(wish.inspectors);
    let inspectors = inspectors.map(|(number, (posts, load))| Inspector {
        certificate: format!("37040{number:04}"),
        posts: posts.to_vec(),
        load: *load,
    });
    let items = vec![
        FrameItem {
            code: "fire-safety".to_owned(),
            organ: organ(0),
            kind: Item::Key,
        },
        FrameItem {
            code: "market-registration".to_owned(),
            organ: organ(1),
            kind: Item::General,
        },
    ];
    let post = |size: &u16| Post {
        organ: organ(0),
        size: *size,
    };
    let frame = Frame {
        suite: wish.suite,
        title: "2026年第一批双随机抽查（虚构）".to_owned(),
        organ: organ(0),
        law: "0".repeat(64),
        secret: format!("{:x}", secret_digest(wish.suite, &secret)),
        source: wish.source.clone(),
        items,
        posts: wish.posts.iter().map(post).collect(),
        inspectors: inspectors.collect(),
        layers,
        recused: Vec::new(),
    };
    Made { frame, openings }
}

impl Made {
    pub fn frozen(&self) -> Published {
        let frozen = Frozen {
            entry: 41,
            on: date(2026, 9, 1),
        };
        Published::frozen(self.frame.suite, self.frame.text(), frozen)
    }

    pub fn digest(&self) -> Hash {
        Frame::digest(self.frame.suite, &self.frame.text())
    }

    /// The whole file of a draw by a seed.
    pub fn drawn(&self, (stated, seed): (Seed, Hash)) -> Published {
        let lots = lots(&self.frame, &seed);
        let assigned = assign(&self.frame, &seed, &lots);
        let parts = publish(&self.frame, &lots, &assigned, |layer, at| {
            let layer = &self.frame.layers[layer as usize];
            Some(self.openings[&layer.objects[at as usize]])
        });
        self.frozen().with(stated, parts)
    }
}

pub fn lottery() -> Source {
    Source::Lottery {
        name: "双色球".to_owned(),
        number: "2026103".to_owned(),
        on: date(2026, 9, 8),
        form: domain::inspection::draw::Form::read("6/1-33;1/1-16").unwrap(),
    }
}

/// A city in small: two suites of layers, three posts, some inspectors with visits and recusals.
pub fn town(suite: Suite, source: Source) -> Made {
    let mut made = made(&Wish {
        suite,
        source,
        layers: &[
            (10_000, &[0, 1], 60),
            (50_000, &[0, 1], 90),
            (200_000, &[0, 1], 31),
            (500_000, &[1, 2], 11),
        ],
        posts: &[2, 2, 2],
        inspectors: &[
            (&[0], 0),
            (&[0, 1], 0),
            (&[0, 2], 1),
            (&[1], 0),
            (&[1, 2], 0),
            (&[1], 3),
            (&[2], 0),
            (&[0, 1, 2], 0),
        ],
    });
    for (layer, inspector, step) in [(1, 3, 2), (2, 1, 3), (2, 4, 2)] {
        let some = made.frame.layers[layer].objects.iter().step_by(step);
        let recused: Vec<(u32, Ticket)> = some.map(|ticket| (inspector, *ticket)).collect();
        made.frame.recused.extend(recused);
    }
    let of_last = made.frame.layers[3]
        .objects
        .iter()
        .map(|ticket| (7, *ticket));
    made.frame.recused.extend(of_last);
    made.frame.recused.sort_unstable();
    made
}
