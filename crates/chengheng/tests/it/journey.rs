//! The life of one penalty, on a hand-moved clock, through the real store and the real desk.
//!
//! `tests/journey/penalty.txt` is what a reader of the ledger would see; `BLESS=1` writes it anew.

use crate::place::{ORGAN, Place, REGISTER, penalties};
use desk::clock::HandClock;
use desk::duty::Announced;
use desk::entity::Confirmed;
use desk::intake::{Mode, Order, Sources, Summary};
use desk::ports::{Duties, Ledger};
use desk::{Actor, Desk, Secrets, publication, screening};
use domain::code::Code;
use domain::entity::Organ;
use domain::ledger::{Event, Suite};
use domain::publication::Publication;
use domain::screening::{Outcome, Question};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use law::Pack;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Options, Sqlite};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journey/penalty.txt");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

struct Journey {
    place: Place,
    clock: Arc<HandClock>,
    store: Arc<Sqlite>,
    desk: Desk,
    key: seal::Verifier,
    organ: Code,
}

impl Journey {
    fn begin() -> Self {
        let place = Place::new("journey");
        let sources = Arc::new(sources());
        let signer = seal::Signer::generate(Suite::National, "chengheng.test/journey").unwrap();
        let key = signer.verifier().clone();
        let shown = Arc::clone(&sources);
        let options = Options {
            public: Arc::new(move |event, entry| publication::public(event, entry, &shown)),
            ..Options::new(
                place.root.join("chengheng.db"),
                Suite::National,
                "chengheng.test/journey",
                Arc::new(move |checkpoint| {
                    Ok(signer
                        .sign_note(checkpoint.to_string())
                        .unwrap()
                        .to_string())
                }),
            )
        };
        let store = Arc::new(Sqlite::open(options).unwrap());
        let clock = Arc::new(HandClock::at(date(2026, 5, 1)));
        let secrets = Secrets {
            salts: Arc::new(|| Ok([7; 16])),
            persons: Arc::from("journey"),
            sign: Arc::new(|text| Ok(text.to_owned())),
            vrf: None,
        };
        let law = Arc::new(Pack::load(files(&Path::new(ROOT).join("law"))).unwrap());
        let desk = Desk::open(
            Arc::clone(&store) as _,
            law,
            sources,
            Arc::clone(&clock) as _,
            secrets,
        )
        .unwrap();
        Self {
            place,
            clock,
            store,
            desk,
            key,
            organ: Code::read(ORGAN).unwrap(),
        }
    }

    fn register(&self) {
        let name = "枣庄市拟设市场监督管理局".to_owned();
        let organ = Organ {
            code: self.organ,
            name,
            parent: None,
            division: "370400".to_owned(),
        };
        assert!(self.desk.register_organ(&Actor::operator(), organ).unwrap());
        let file = self.place.file("register.csv", REGISTER);
        let done = self
            .desk
            .import_entities(&Actor::operator(), &file, &Confirmed::None, &mut |_| {})
            .unwrap();
        assert_eq!(done.added, 3);
    }

    fn announce(&self, decided: Date) {
        let announced = Announced {
            organ: self.organ,
            source: "penalty-2018".to_owned(),
            docket: "枣市监罚〔2026〕1号".to_owned(),
            decided,
        };
        assert!(
            self.desk
                .announce(&self.clerk(), announced.clone())
                .unwrap()
        );
        assert!(
            !self.desk.announce(&self.clerk(), announced).unwrap(),
            "announcing twice changes nothing"
        );
    }

    /// Every day up to and with `last` is ticked twice; the second time does nothing.
    fn pass(&self, from: Date, last: Date) {
        for day in from.series(1.day()).take_while(|day| *day <= last) {
            self.clock.set(day);
            self.desk.tick().unwrap();
            let again = self.desk.tick().unwrap();
            assert_eq!(
                (again.hidden, again.reminded),
                (0, 0),
                "R5, R30: idempotent on {day}"
            );
        }
    }

    fn file(&self, fact: &str, mode: Mode) -> Summary {
        let order = Order {
            source: "penalty-2018".to_owned(),
            filer: self.organ,
            actor: self.clerk(),
            file: self
                .place
                .file("penalty.csv", penalties(&[(1, "2026/05/12", fact)])),
            mode,
            dry_run: false,
            answer: None,
        };
        self.desk.intake(&order, &mut |_| {}).unwrap()
    }

    /// Looks the entity up and verifies the receipt with the public key alone.
    fn look_up(&self, case_no: &str) -> Outcome {
        let question = Question {
            code: "91370404MAY42KH57E".to_owned(),
            matter: "bidding".to_owned(),
            case_no: case_no.to_owned(),
            stage: String::new(),
            caller: "counter".to_owned(),
            organ: ORGAN.to_owned(),
        };
        let receipt = self.desk.screen_now(&self.clerk(), question).unwrap();
        let text = serde_json::to_string(&receipt).unwrap();
        screening::verify(&text, &self.key)
            .expect("R46: the receipt verifies off-line")
            .outcome
    }

    fn clerk(&self) -> Actor {
        Actor {
            name: "clerk".to_owned(),
            organ: Some(self.organ),
        }
    }

    /// The ledger about this penalty, a line an entry.
    fn story(&self) -> String {
        let entries = self.store.changes(None, 10_000).unwrap();
        let lines = entries.iter().filter_map(|(seq, entry)| {
            let event: Event = serde_json::from_str(&entry.head).unwrap();
            self.line(*seq, entry.at, &event)
        });
        lines
            .map(|line| line.trim_end().to_owned() + "\n")
            .collect()
    }

    fn line(&self, seq: u64, at: i64, event: &Event) -> Option<String> {
        let day = day_of(at);
        let law = self.desk.law();
        let calendar = law.calendar();
        Some(match event {
            Event::DutyDeclared(it) => format!(
                "{}  decided    {}    announced: entry {seq}, to be filed by {}    {}",
                it.due.opened, it.docket, it.due.last?, it.due.basis
            ),
            Event::DutyReminded(it) => {
                format!(
                    "{}  reminded   working day {} since the decision    duty of entry {}",
                    it.on, it.stage, it.duty
                )
            }
            Event::Filed(it) => {
                let late =
                    it.due
                        .as_ref()
                        .map(|due| match due.late_by(it.filed, calendar).unwrap() {
                            Some(days) => {
                                format!("{days} working day(s) late (due {})", due.last.unwrap())
                            }
                            None => "in time".to_owned(),
                        });
                let what = match &it.corrects {
                    Some(corrects) => format!(
                        "corrected  entry {seq}, version {}, in place of entry {}: {}",
                        it.version, corrects.entry, corrects.reason
                    ),
                    None => format!(
                        "filed      entry {seq}, {}    {}",
                        late.unwrap_or_default(),
                        it.severity.as_ref()?.class.name()
                    ),
                };
                format!("{}  {what}\n{}", it.filed, shown(&it.publication))
            }
            Event::Screened(it) => {
                format!(
                    "{day}  looked up  case {}: {}, {} effect(s)    entry {seq}",
                    it.case_no,
                    it.outcome.word(),
                    it.effects
                )
            }
            Event::Hidden(it) => {
                format!(
                    "{}  hidden     entry {seq} ends entry {}, true end {}    {}",
                    it.on, it.record, it.due, it.basis
                )
            }
            Event::GradesChanged(it) => {
                let change = it.changes.first()?;
                format!(
                    "{}  graded     {}, {} points    entry {seq}",
                    it.as_of, change.grade, change.score
                )
            }
            _ => return None,
        })
    }
}

fn shown(publication: &Publication) -> String {
    match publication {
        Publication::Shown { from, window } => format!(
            "{from}  shown      until {}, repair from {}    {}",
            window.hidden, window.repairable, window.basis
        ),
        Publication::Withheld { why, .. } => format!("            withheld   {why:?}"),
    }
}

fn day_of(at: i64) -> Date {
    let china = jiff::tz::Offset::constant(8);
    china
        .to_datetime(jiff::Timestamp::from_millisecond(at).unwrap())
        .date()
}

fn sources() -> Sources {
    let folder = Path::new(ROOT).join("sources");
    let tables: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (
                name,
                fs::read_to_string(entry.path().join("table.toml")).unwrap(),
            )
        })
        .collect();
    Sources::read(
        tables
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    )
    .unwrap()
}

fn files(root: &Path) -> Vec<(String, String)> {
    fn below(root: &Path, folder: PathBuf, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(root, path, files);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    below(root, root.to_owned(), &mut files);
    files
}

#[test]
fn the_journey_of_one_penalty() {
    let journey = Journey::begin();
    journey.register();
    journey.clock.set(date(2026, 5, 12));
    journey.announce(date(2026, 5, 12));
    journey.pass(date(2026, 5, 12), date(2026, 5, 22));
    let filed = journey.file("事实甲", Mode::New);
    assert_eq!(
        (filed.accepted, filed.findings.get("DQ1012")),
        (1, Some(&1)),
        "R30: late, and counted {filed:?}"
    );
    let size = journey.store.size().unwrap();
    assert!(journey.file("事实甲", Mode::New).repeated);
    assert_eq!(
        journey.store.size().unwrap(),
        size,
        "R33: the same file twice adds nothing"
    );
    journey.clock.set(date(2026, 5, 25));
    assert_eq!(journey.look_up("甲-1"), Outcome::Effects);
    journey.clock.set(date(2026, 5, 26));
    let reason = "违法事实表述有误".to_owned();
    assert_eq!(
        journey
            .file("事实甲（更正）", Mode::Correct { reason })
            .accepted,
        1,
        "R36"
    );
    assert_eq!(journey.look_up("甲-2"), Outcome::Effects);
    journey.clock.set(date(2027, 5, 12) - 1.day());
    assert_eq!(journey.desk.tick().unwrap().hidden, 0);
    assert_eq!(
        journey.look_up("甲-3"),
        Outcome::Effects,
        "the last day it counts"
    );
    // The machine stands still for forty days beyond the end.
    journey.clock.set(date(2027, 5, 12) + 40.days());
    assert_ne!(
        journey.look_up("甲-4"),
        Outcome::Effects,
        "nothing past its end is ever an effect"
    );
    assert_eq!(journey.desk.tick().unwrap().hidden, 1, "R5: ended once");
    assert_eq!(journey.desk.tick().unwrap().hidden, 0, "R5: and once only");
    let figures = journey
        .store
        .duty_figures(date(2026, 5, 1), date(2026, 5, 31), date(2027, 6, 21))
        .unwrap();
    let figures: Vec<_> = figures
        .iter()
        .map(|it| (it.total, it.late, it.overdue))
        .collect();
    assert_eq!(figures, [(1, 1, 0)], "R30: one duty, done late");
    let verified = journey.store.verify(&mut |_, _| {}).unwrap();
    assert_eq!(verified.broken, None, "R7");
    let rebuilt = journey.store.rebuild(&mut |_, _| {}).unwrap();
    assert!(rebuilt.equal(), "R38: {:?}", rebuilt.views);
    let story = journey.story();
    if std::env::var_os("BLESS").is_some() {
        fs::write(GOLDEN, &story).unwrap();
    }
    assert_eq!(
        story,
        fs::read_to_string(GOLDEN).unwrap_or_default(),
        "BLESS=1 writes it anew"
    );
}
