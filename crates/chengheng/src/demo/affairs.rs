//! Procedures of the invented city: commitments, listings, measures, repairs, objections, each step by the
//! desk's own verbs. What the law refuses is refused here as well, and stands in the ledger.

use super::chance::Chance;
use super::city::{City, Resident};
use crate::Stop;
use crate::room::Room;
use desk::Actor;
use desk::ports::{Filter, ListFilter, Portal, Procedures, Role, Row};
use desk::procedure::{Given, NotDone, Noun, Who};
use domain::code::Code;
use domain::exchange::{Answer, Partner};
use domain::record::Act;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// So many commitments a thousand entities make in two years.
const COMMITMENTS: usize = 60;
/// So many listings are proposed for ten thousand entities in two years.
const LISTINGS: usize = 14;
/// So many ask for repair of a thousand penalties that can be repaired, each week.
const REPAIRS: usize = 4;
/// So many objections a thousand entities file in two years.
const OBJECTIONS: usize = 4;
const WORKING_DAYS: usize = 498;

/// The other platform of the city; it listens, now and then late.
const PROVINCE: &str = "province";

/// What was done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    pub begun: u64,
    pub acts: u64,
    pub refused: u64,
}

/// The course of the procedures.
pub struct Affairs {
    /// Commitments and the day on which their organ looks at them.
    checks: BTreeMap<Date, Vec<(u64, Code)>>,
    serial: usize,
    pub done: Done,
}

/// Everything a day has at hand.
pub struct Day<'a> {
    pub room: &'a Room,
    pub city: &'a City,
    pub chance: &'a mut Chance,
    pub day: Date,
    /// How many residents are registered.
    pub registered: usize,
}

pub type Fields = Vec<(&'static str, String)>;

impl Affairs {
    pub fn new(room: &Room) -> Result<Self, Stop> {
        let partner = Partner {
            word: PROVINCE.to_owned(),
            name: "拟省公共信用信息平台".to_owned(),
            key: String::new(),
            rank: 1,
            receives: true,
            closed: false,
        };
        room.desk.enter_partner(&Actor::operator(), partner)?;
        Ok(Self {
            checks: BTreeMap::new(),
            serial: 0,
            done: Done::default(),
        })
    }

    /// What happens on a working day.
    pub fn run(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        self.commit(at)?;
        self.check(at)?;
        self.propose(at)?;
        self.ask(at)?;
        self.object(at)?;
        for noun in ["listing", "repair", "objection", "feedback"] {
            let filter = Filter {
                noun: Some(noun.to_owned()),
                open: Some(true),
                ascending: true,
                limit: 400,
                ..Filter::default()
            };
            for row in at.room.store.procedures(&filter)? {
                self.go_on(at, &row)?;
            }
        }
        self.listen(at)
    }

    fn mean(at: &mut Day<'_>, of_thousand: usize) -> usize {
        let daily = at.registered * of_thousand / WORKING_DAYS;
        at.chance.count(daily)
    }

    fn number(&mut self, word: &str, day: Date) -> String {
        self.serial += 1;
        format!("拟{word}〔{}〕{}号", day.year(), self.serial)
    }

    fn commit(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        let bureau = at
            .city
            .organ("拟州市行政审批服务局")
            .map(|organ| organ.code);
        let Some(bureau) = bureau else { return Ok(()) };
        for _ in 0..Self::mean(at, COMMITMENTS) {
            let Some(resident) = resident(at) else {
                continue;
            };
            let matter = at.chance.word(&[
                "no-violation-proof",
                "registration-proof",
                "deferred-materials",
            ]);
            let mut fields = vec![
                ("matter", matter.to_owned()),
                ("entity", resident.code.to_string()),
                ("reason", "办理行政许可（演示数据）".to_owned()),
                ("content", "所作承诺真实有效，愿意接受核查".to_owned()),
                ("liability", "违背承诺的，依法撤销决定并承担责任".to_owned()),
                ("range", "public".to_owned()),
                ("original_digest", format!("{:064x}", self.serial)),
                ("original_format", "PDF".to_owned()),
                ("signature", "电子签章有效".to_owned()),
            ];
            if matter == "deferred-materials" {
                let by = at.day.saturating_add(20.days());
                fields.push(("supply_by", by.to_string()));
            }
            self.serial += 1;
            let clerk = clerk(bureau);
            if let Some(id) = self.begin(at, &clerk, Noun::Commitment, "register", fields)? {
                let days = i64::try_from(5 + at.chance.below(60)).unwrap_or(30);
                let on = at.day.saturating_add(days.days());
                self.checks.entry(on).or_default().push((id, bureau));
            }
        }
        Ok(())
    }

    /// Most promises are kept; a few are looked into, told, and determined.
    fn check(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        let later = self.checks.split_off(&at.day.saturating_add(1.days()));
        for (id, bureau) in std::mem::replace(&mut self.checks, later)
            .into_values()
            .flatten()
        {
            let clerk = clerk(bureau);
            let steps = at.room.store.steps(id)?;
            let state = desk::procedure::fold(id, &steps)?.map_or("", |case| case.state());
            let after = |days: i64| at.day.saturating_add(days.days());
            match state {
                "履行中" if at.chance.in_thousand(955) => {
                    self.act(at, &clerk, id, "keep", Vec::new())?;
                }
                "履行中" => {
                    let found = vec![
                        ("breach", "broken".to_owned()),
                        ("unkept", "partly".to_owned()),
                        ("what", "现场核查与承诺不符（演示数据）".to_owned()),
                    ];
                    self.act(at, &clerk, id, "find", found)?;
                    self.checks.entry(after(3)).or_default().push((id, bureau));
                }
                "核查发现未履行" => {
                    let mut told = delivered(at.day);
                    told.push(("reasons", "核查结果与承诺不符".to_owned()));
                    told.push(("where_to", WHERE.to_owned()));
                    self.act(at, &clerk, id, "notify", told)?;
                    self.checks.entry(after(16)).or_default().push((id, bureau));
                }
                "已告知" => {
                    let mut fields = self.document("认", at.day);
                    fields.push(("severity", "ordinary".to_owned()));
                    fields.push(("where_to", WHERE.to_owned()));
                    if self.act(at, &clerk, id, "determine", fields)? {
                        self.act(at, &clerk, id, "push", Vec::new())?;
                    } else {
                        let why = vec![("reason", "查清后不予认定".to_owned())];
                        self.act(at, &clerk, id, "clear", why)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn propose(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        let wanted = at.chance.below(WORKING_DAYS * 10_000);
        if wanted >= at.registered * LISTINGS {
            return Ok(());
        }
        let organ = at
            .city
            .organ("拟州市市场监督管理局")
            .map(|organ| organ.code);
        let (Some(organ), Some(resident)) = (organ, resident(at)) else {
            return Ok(());
        };
        let law = at.room.desk.law();
        let Some(list) = law.list("market-serious", at.day) else {
            return Ok(());
        };
        let ground = list
            .value()
            .criteria
            .first()
            .map(|clause| clause.key.to_string());
        let decided = at.day.saturating_sub(20.days());
        let fields = vec![
            ("list", "market-serious".to_owned()),
            ("entity", resident.code.to_string()),
            ("grounds", ground.unwrap_or_default()),
            ("evidence", "penalty-decision".to_owned()),
            ("evidence_name", "行政处罚决定书".to_owned()),
            ("evidence_number", self.number("市监罚", decided)),
            ("evidence_on", decided.to_string()),
            ("effective", decided.to_string()),
            (
                "reasons",
                "性质恶劣、情节严重、社会危害较大（演示数据）".to_owned(),
            ),
        ];
        self.begin(at, &clerk(organ), Noun::Listing, "propose", fields)
            .map(drop)
    }

    /// Asks for repair of penalties whose shortest term has run.
    fn ask(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        let Some(organ) = at.chance.pick(&at.city.organs).map(|organ| organ.code) else {
            return Ok(());
        };
        let filter = ListFilter {
            organ: Some(organ),
            after: Some((at.day.saturating_sub(100.days()), 0)),
            limit: 40,
            ..ListFilter::default()
        };
        for record in at.room.store.list(Act::Penalty, &filter)? {
            if !at.chance.in_thousand(REPAIRS * 5) || record.window.repairable > at.day {
                continue;
            }
            let fields = vec![
                ("record", record.seq.to_string()),
                ("corrected_name", "罚款缴纳凭证（演示数据）".to_owned()),
                ("corrected_number", self.number("缴", at.day)),
                (
                    "corrected_on",
                    record.decided.saturating_add(10.days()).to_string(),
                ),
                ("promise", "是".to_owned()),
            ];
            self.begin(at, &firm(record.entity), Noun::Repair, "file", fields)?;
        }
        Ok(())
    }

    fn object(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        for _ in 0..Self::mean(at, OBJECTIONS) {
            let Some(organ) = at.chance.pick(&at.city.organs).map(|organ| organ.code) else {
                continue;
            };
            let filter = ListFilter {
                organ: Some(organ),
                limit: 30,
                ..ListFilter::default()
            };
            let shown = at.room.store.list(Act::Penalty, &filter)?;
            let Some(record) = at.chance.pick(&shown) else {
                continue;
            };
            let fields = vec![
                ("record", record.seq.to_string()),
                (
                    "grounds",
                    "处罚决定已经变更，公示内容与事实不符（演示数据）".to_owned(),
                ),
            ];
            self.begin(at, &firm(record.entity), Noun::Objection, "file", fields)?;
        }
        Ok(())
    }

    /// The next step of an open procedure; not everybody acts at once, and some let their time run out.
    fn go_on(&mut self, at: &mut Day<'_>, row: &Row) -> Result<(), Stop> {
        if row.opened == at.day || !at.chance.in_thousand(450) {
            return Ok(());
        }
        let (Some(organ), office) = (row.organ, office(at.city)) else {
            return Ok(());
        };
        let by = clerk(organ);
        let day = at.day;
        match (row.noun.as_str(), row.state.as_str()) {
            ("listing", "拟列入") => {
                let mut fields = delivered(day);
                fields.push(("number", self.number("告", day)));
                self.act(at, &by, row.id, "notify", fields)?;
            }
            ("listing", "已告知" | "已陈述申辩") => self.conclude(at, row, &by)?,
            ("listing", "已决定列入，待送达公布") => {
                let mut fields = delivered(day);
                fields.push(("repair", self.number("修告", day)));
                self.act(at, &by, row.id, "publish", fields)?;
            }
            ("listing", "已列入") if at.chance.in_thousand(30) => self.measure(at, row)?,
            ("repair", "待转送") => {
                self.act(at, &office, row.id, "forward", Vec::new())?;
            }
            ("repair", "待受理") => {
                self.act(at, &by, row.id, "accept", Vec::new())?;
            }
            ("repair", "办理中") if at.chance.in_thousand(900) => {
                let fields = self.document("修", day);
                self.act(at, &by, row.id, "approve", fields)?;
            }
            ("repair", "办理中") => {
                let mut fields = self.document("不修", day);
                fields.push(("reason", "整改尚未完成".to_owned()));
                fields.push(("where_to", WHERE.to_owned()));
                self.act(at, &by, row.id, "refuse", fields)?;
            }
            ("objection", "待办理") => {
                self.act(at, &office, row.id, "forward", Vec::new())?;
            }
            ("objection", "核查中") => {
                let upheld = at.chance.in_thousand(250);
                let mut fields = self.document("核", day);
                fields.push((
                    "outcome",
                    if upheld { "upheld" } else { "refused" }.to_owned(),
                ));
                fields.push(("reason", "已核对原案卷（演示数据）".to_owned()));
                fields.push(("where_to", WHERE.to_owned()));
                self.act(at, &by, row.id, "decide", fields)?;
            }
            ("objection", "已有结果，待告知") => {
                self.act(at, &office, row.id, "tell", delivered(day))?;
            }
            ("feedback", _) => {
                self.act(
                    at,
                    &by,
                    row.id,
                    "report",
                    vec![("executed", "是".to_owned())],
                )?;
            }
            _ => {}
        }
        Ok(())
    }

    fn conclude(&mut self, at: &mut Day<'_>, row: &Row, by: &Who) -> Result<(), Stop> {
        let Some(view) = at.room.desk.view(by, row.id)? else {
            return Ok(());
        };
        // A clerk waits until the time for the plea is over.
        let open = view
            .clocks
            .iter()
            .any(|clock| clock.who.is_empty() && clock.last.is_none_or(|last| last >= at.day));
        if open {
            return Ok(());
        }
        let mut fields = self.document("列", at.day);
        if at.chance.in_thousand(850) {
            fields.push(("list", "是".to_owned()));
        }
        fields.push(("answer", "对陈述申辩意见已经核实答复".to_owned()));
        self.act(at, by, row.id, "decide", fields).map(drop)
    }

    /// An organ takes a measure the law names for the list, in a case of its own.
    fn measure(&mut self, at: &mut Day<'_>, row: &Row) -> Result<(), Stop> {
        let law = at.room.desk.law();
        let triggered = law.triggered(&row.topic, at.day);
        let usable = triggered.iter().find(|rule| {
            let rule = rule.value();
            !rule.class.optional() && !rule.personal
        });
        let Some(rule) = usable.map(|rule| rule.value()) else {
            return Ok(());
        };
        let matter = law
            .matters()
            .iter()
            .find(|matter| rule.matters.has(&matter.code));
        let organ = at
            .city
            .organ("拟州市住房和城乡建设局")
            .map(|organ| organ.code);
        let (Some(matter), Some(organ)) = (matter, organ) else {
            return Ok(());
        };
        let fields = vec![
            ("listing", row.id.to_string()),
            ("measure", rule.word.clone()),
            ("matter", matter.code.clone()),
            ("case_no", self.number("办", at.day)),
        ];
        self.begin(at, &clerk(organ), Noun::Measure, "use", fields)
            .map(drop)
    }

    /// The province acknowledges what it was sent, most days.
    fn listen(&mut self, at: &mut Day<'_>) -> Result<(), Stop> {
        for receiver in [PROVINCE] {
            for pending in at.room.store.messages(receiver, 0, 50)? {
                if at.chance.in_thousand(700) {
                    let serial = pending.sent.message.serial;
                    let actor = Actor {
                        name: receiver.to_owned(),
                        organ: None,
                    };
                    let done = at
                        .room
                        .desk
                        .acknowledge(&actor, serial, receiver, Answer::Applied);
                    done.map_err(crate::procedure::stop)?;
                }
            }
        }
        Ok(())
    }

    pub fn document(&mut self, word: &str, day: Date) -> Fields {
        vec![
            ("document_name", "决定书".to_owned()),
            ("document_number", self.number(word, day)),
            ("document_on", day.to_string()),
        ]
    }

    pub fn begin(
        &mut self,
        at: &Day<'_>,
        who: &Who,
        noun: Noun,
        verb: &str,
        fields: Fields,
    ) -> Result<Option<u64>, Stop> {
        match at.room.desk.begin(who, noun, verb, given(fields)) {
            Ok(done) => {
                self.done.begun += 1;
                Ok(Some(done.procedure))
            }
            Err(no) => self.refused(verb, no).map(|()| None),
        }
    }

    pub fn act(
        &mut self,
        at: &Day<'_>,
        who: &Who,
        id: u64,
        verb: &str,
        fields: Fields,
    ) -> Result<bool, Stop> {
        let fields = fields
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        self.act_with(at, who, id, verb, fields)
    }

    /// The same where the names of fields are made up on the way.
    pub fn act_with(
        &mut self,
        at: &Day<'_>,
        who: &Who,
        id: u64,
        verb: &str,
        fields: impl IntoIterator<Item = (String, String)>,
    ) -> Result<bool, Stop> {
        match at
            .room
            .desk
            .act(who, id, verb, fields.into_iter().collect())
        {
            Ok(_) => {
                self.done.acts += 1;
                Ok(true)
            }
            Err(no) => self.refused(verb, no).map(|()| false),
        }
    }

    /// What the law refuses is part of a city; a form filled in wrongly is a mistake of ours.
    fn refused(&mut self, verb: &str, no: NotDone) -> Result<(), Stop> {
        match no {
            NotDone::Refused { .. } => {
                self.done.refused += 1;
                Ok(())
            }
            NotDone::Fault(fault) => Err(fault.into()),
            other => Err(Stop::fault(format!("{verb}：{}", other.text()))),
        }
    }
}

const WHERE: &str = "可以在收到决定之日起六十日内申请行政复议，或者依法提起行政诉讼（演示数据）";

fn given(fields: Fields) -> Given {
    fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

pub fn delivered(day: Date) -> Fields {
    vec![
        ("delivery_method", "direct".to_owned()),
        ("delivery_proof", "送达回证（演示数据）".to_owned()),
        ("delivery_on", day.to_string()),
    ]
}

fn resident(at: &mut Day<'_>) -> Option<Resident> {
    let place = at.chance.below(at.registered);
    at.city.residents.get(place).cloned()
}

pub fn clerk(organ: Code) -> Who {
    Who {
        account: "clerk".to_owned(),
        role: Role::Organ,
        code: Some(organ),
        person: None,
    }
}

/// The office's account in the demo.
pub fn office(city: &City) -> Who {
    Who {
        account: "office".to_owned(),
        role: Role::Office,
        code: city.organ(OFFICE).map(|organ| organ.code),
        person: None,
    }
}

/// The organ the office belongs to.
pub const OFFICE: &str = "拟州市发展和改革委员会";

pub fn firm(entity: Code) -> Who {
    Who {
        account: "firm".to_owned(),
        role: Role::Entity,
        code: Some(entity),
        person: None,
    }
}
