//! 抽查批次: from the plan to the draw. Who may be drawn is frozen before anybody can know the seed.

use super::draw::{Change, Form, Party, SHORTEST, Seed, Source};
use super::{Item, Rate};
use crate::basis::{Basis, Ruled};
use crate::code::Code;
use crate::procedure::{OutOfStep, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A whole share and a whole fill, in millionths.
const WHOLE: u64 = 1_000_000;

/// Millionths in a basis point.
const POINT: u64 = 100;

/// What an organ wants to inspect, whom, how many and by which seed.
///
/// STORED: part of batch events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub title: String,
    /// The organ that leads.
    pub organ: Code,
    /// Items with the organ that looks at them.
    pub items: Vec<Planned>,
    pub scope: Scope,
    pub amount: Amount,
    pub seed: Wish,
    /// First and last day of the visits.
    pub from: Date,
    pub until: Date,
}

/// An item of a plan.
///
/// STORED: part of batch events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub code: String,
    pub name: String,
    pub organ: Code,
    pub kind: Item,
    /// 执法条线 of the inspectors it takes.
    pub line: String,
    /// Somebody comes to the entity for it (R74).
    pub on_site: bool,
    pub basis: Basis,
}

/// 对象名录: whom it is drawn from.
///
/// STORED: part of batch events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Beginnings of divisions; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divisions: Vec<String>,
    /// Only who holds a licence of the leading organ.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub licensed: bool,
    /// Only these, where any are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

/// How many, within what the law lays down for each grade.
///
/// STORED: part of batch events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// Where between least (0) and most (100) of every grade, in hundredths.
    Within(u8),
    /// About so many objects in all, as far as least and most allow.
    About(u32),
}

/// The source of the seed as planned; commitments come later.
///
/// STORED: part of batch events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "kebab-case")]
pub enum Wish {
    Lottery {
        name: String,
        number: String,
        on: Date,
        form: Form,
    },
    Parties {
        names: Vec<String>,
    },
    /// Hexadecimal digits of the public key.
    Vrf {
        key: String,
    },
}

/// A grade in a frozen frame.
///
/// STORED: part of batch events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub grade: String,
    pub objects: u64,
    /// In millionths.
    pub share: u32,
    pub basis: Basis,
}

/// Who is in scope and cannot be drawn, and why.
///
/// STORED: part of batch events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeftOut {
    /// At the most visits of the year.
    pub capped: u64,
    /// Nobody grades them, so no share is known.
    pub ungraded: u64,
    /// The law has no share for the grade, or it is nothing (R68).
    pub resting: u64,
}

/// Why somebody in scope cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    Capped,
    Ungraded,
    Resting,
}

impl LeftOut {
    pub fn count(&mut self, out: Out) {
        match out {
            Out::Capped => self.capped += 1,
            Out::Ungraded => self.ungraded += 1,
            Out::Resting => self.resting += 1,
        }
    }
}

/// The place among the rates by which somebody may be drawn. `had` are the visits of the year over all
/// organs (R63), `looked` says that an item was looked at as often as its own cap allows.
pub fn place(
    rates: &[Ruled<Rate>],
    grade: Option<&str>,
    had: u16,
    looked: bool,
) -> Result<usize, Out> {
    let grade = grade.ok_or(Out::Ungraded)?;
    let mut known = rates.iter().enumerate();
    let found = known.find(|(_, rate)| rate.value().grade == grade);
    let (place, rate) = found.ok_or(Out::Resting)?;
    match looked || rate.value().per_year.is_some_and(|cap| had >= cap) {
        true => Err(Out::Capped),
        false => Ok(place),
    }
}

/// What happened to a batch.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Planned {
        plan: Box<Plan>,
        by: Person,
        on: Date,
    },
    /// Another organ goes along.
    Agreed {
        by: Person,
        on: Date,
    },
    /// A party handed in what binds it to a value it keeps to itself.
    Committed {
        party: String,
        commitment: String,
        by: Person,
        on: Date,
    },
    Frozen {
        /// Hexadecimal digits of the digest of the frame.
        digest: String,
        tiers: Vec<Tier>,
        left_out: LeftOut,
        inspectors: u32,
        by: Person,
        on: Date,
    },
    Revealed {
        party: String,
        value: String,
        by: Person,
        on: Date,
    },
    Drawn {
        seed: Seed,
        objects: u32,
        by: Person,
        on: Date,
    },
    Changed {
        change: Change,
    },
    /// It ends without a draw.
    Voided {
        reason: String,
        /// Parties that did not reveal.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        silent: Vec<String>,
        by: Person,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Planned { plan, .. } => {
                plan.items.iter().map(|item| item.basis.clone()).collect()
            }
            Self::Frozen { tiers, .. } => tiers.iter().map(|tier| tier.basis.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Batch {
    pub plan: Plan,
    /// Other organs that go along.
    pub agreed: BTreeSet<Code>,
    pub commitments: BTreeMap<String, String>,
    pub values: BTreeMap<String, String>,
    pub stage: Stage,
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    Planned,
    Frozen(Frozen),
    Drawn {
        frozen: Frozen,
        seed: Seed,
        objects: u32,
        on: Date,
    },
    Voided {
        reason: String,
        silent: Vec<String>,
        on: Date,
    },
}

/// What was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frozen {
    pub digest: String,
    pub tiers: Vec<Tier>,
    pub left_out: LeftOut,
    pub on: Date,
}

impl Frozen {
    fn of(event: &Event) -> Option<Self> {
        let Event::Frozen {
            digest,
            tiers,
            left_out,
            on,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            digest: digest.clone(),
            tiers: tiers.clone(),
            left_out: left_out.clone(),
            on: *on,
        })
    }
}

/// Why something is not planned, frozen or drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoTitle,
    NoItems,
    /// The item is not published (R65).
    Unpublished {
        item: String,
    },
    /// General and key items have other shares.
    Mixed,
    /// The leading organ has no item of its own.
    NoneOwn,
    Window,
    /// The lottery's result is known already, or will be before the frame is frozen.
    Lottery {
        on: Date,
    },
    Parties,
    NotYours,
    NotAsked,
    Already,
    NotAgreed {
        organ: Code,
    },
    NoSuchParty,
    NoCommitment {
        party: String,
    },
    NotACommitment,
    TooShort,
    NoRates {
        item: Item,
    },
    /// Nobody in scope can be drawn.
    Empty {
        left_out: LeftOut,
    },
    /// Fewer than a team of inspectors hold the line.
    FewInspectors {
        organ: Code,
        line: String,
        have: usize,
        need: usize,
    },
    /// The day of the lottery has not come.
    Early {
        on: Date,
    },
    Silent {
        parties: Vec<String>,
    },
    Seed {
        why: String,
    },
    NoReason,
    OutOfStep {
        state: &'static str,
    },
}

impl Refusal {
    /// What a user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::NoTitle => "请填写批次名称".to_owned(),
            Self::NoItems => "请至少选择一个检查事项".to_owned(),
            Self::Unpublished { item } => {
                format!("检查事项“{item}”没有公布，不得检查；先列入检查事项清单")
            }
            Self::Mixed => "一般检查事项和重点检查事项的比例不同，请分批抽取".to_owned(),
            Self::NoneOwn => "牵头机关至少要有一个自己的检查事项".to_owned(),
            Self::Window => "检查期间的首日不得早于今天，末日不得早于首日".to_owned(),
            Self::Lottery { on } => {
                format!("开奖日{on}须晚于冻结名单之日，名单冻结时任何人不得知道开奖结果")
            }
            Self::Parties => "参与方至少两个，名称不得重复，也不得含有制表符".to_owned(),
            Self::NotYours => "只能由牵头机关或者信用办办理".to_owned(),
            Self::NotAsked => "本机关不是这一批次的配合部门".to_owned(),
            Self::Already => "已经办理过这一步".to_owned(),
            Self::NotAgreed { organ } => format!("配合部门{organ}还没有同意参加"),
            Self::NoSuchParty => "方案中没有这个参与方".to_owned(),
            Self::NoCommitment { party } => format!("{party}还没有提交数值的承诺摘要"),
            Self::NotACommitment => "承诺摘要应为64位小写十六进制数字".to_owned(),
            Self::TooShort => format!("数值至少{SHORTEST}个字符，过短的会被猜出"),
            Self::NoRates { item } => {
                format!("规则包没有{}的抽查比例，不能抽取", item.name())
            }
            Self::Empty { left_out } => format!(
                "名录中没有可以抽取的对象（已达年度上限{}、没有等级{}、按规定不抽{}）",
                left_out.capped, left_out.ungraded, left_out.resting
            ),
            Self::FewInspectors {
                organ,
                line,
                have,
                need,
            } => format!("{organ}在条线“{line}”只有{have}名有效的检查人员，至少需要{need}名"),
            Self::Early { on } => format!("开奖日{on}还没有到"),
            Self::Silent { parties } => format!(
                "{}还没有公开数值；逾期不公开的，终止本批次并公布其名称",
                parties.join("、")
            ),
            Self::Seed { why } => why.clone(),
            Self::NoReason => "请写明理由".to_owned(),
            Self::OutOfStep { state } => format!("本批次{state}，不能办理这一步"),
        }
    }
}

/// Plans a batch. `items` are what the law publishes for the asked codes; a code without any is missing.
pub fn plan(plan: Plan, by: &Person, today: Date) -> Result<Event, Refusal> {
    if plan.title.trim().is_empty() || plan.title.contains(['\t', '\n']) {
        return Err(Refusal::NoTitle);
    }
    let kinds: BTreeSet<Item> = plan.items.iter().map(|item| item.kind).collect();
    match kinds.len() {
        0 => return Err(Refusal::NoItems),
        1 => {}
        _ => return Err(Refusal::Mixed),
    }
    if plan.organ != by.organ {
        return Err(Refusal::NotYours);
    }
    if !plan.items.iter().any(|item| item.organ == plan.organ) {
        return Err(Refusal::NoneOwn);
    }
    if plan.from < today || plan.until < plan.from {
        return Err(Refusal::Window);
    }
    match &plan.seed {
        Wish::Lottery { on, .. } if *on <= today => return Err(Refusal::Lottery { on: *on }),
        Wish::Parties { names } => {
            let distinct: BTreeSet<&String> = names.iter().collect();
            let fit = |name: &&String| !name.trim().is_empty() && !name.contains(['\t', '\n']);
            if names.len() < 2 || distinct.len() < names.len() || !names.iter().all(|n| fit(&n)) {
                return Err(Refusal::Parties);
            }
        }
        _ => {}
    }
    Ok(Event::Planned {
        plan: Box::new(plan),
        by: by.clone(),
        on: today,
    })
}

/// The share of a grade in a batch, in millionths.
pub fn share(rate: &Rate, fill: u64) -> u32 {
    let (least, most) = (u64::from(rate.least), u64::from(rate.most));
    let share = least * POINT + (most.saturating_sub(least)) * POINT * fill.min(WHOLE) / WHOLE;
    u32::try_from(share.min(WHOLE)).unwrap_or(u32::MAX)
}

/// Where between least and most an amount lies, in millionths, for so many objects of each rate.
pub fn fill(amount: Amount, sizes: &[(&Rate, u64)]) -> u64 {
    let about = match amount {
        Amount::Within(part) => return (u64::from(part) * WHOLE / 100).min(WHOLE),
        Amount::About(count) => u64::from(count),
    };
    let points = |pick: fn(&Rate) -> u16| -> u64 {
        sizes
            .iter()
            .map(|(rate, count)| u64::from(pick(rate)) * count)
            .sum()
    };
    let (least, most) = (points(|rate| rate.least), points(|rate| rate.most));
    let wanted = about * (WHOLE / POINT);
    match most.saturating_sub(least) {
        0 => 0,
        span => (wanted.saturating_sub(least).min(span)) * WHOLE / span,
    }
}

impl Batch {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        match (state, event) {
            (None, Event::Planned { plan, .. }) => Ok(Self {
                plan: (**plan).clone(),
                agreed: BTreeSet::new(),
                commitments: BTreeMap::new(),
                values: BTreeMap::new(),
                stage: Stage::Planned,
                changes: Vec::new(),
            }),
            (Some(mut state), event) => {
                state.take(event)?;
                Ok(state)
            }
            (None, _) => Err(OutOfStep),
        }
    }

    fn take(&mut self, event: &Event) -> Result<(), OutOfStep> {
        match (&self.stage, event) {
            (Stage::Planned, Event::Agreed { by, .. }) => {
                self.agreed.insert(by.organ);
            }
            (
                Stage::Planned,
                Event::Committed {
                    party, commitment, ..
                },
            ) => {
                self.commitments.insert(party.clone(), commitment.clone());
            }
            (Stage::Planned, Event::Frozen { .. }) => {
                self.stage = Stage::Frozen(Frozen::of(event).ok_or(OutOfStep)?);
            }
            (Stage::Frozen(_), Event::Revealed { party, value, .. }) => {
                self.values.insert(party.clone(), value.clone());
            }
            (
                Stage::Frozen(frozen),
                Event::Drawn {
                    seed, objects, on, ..
                },
            ) => {
                self.stage = Stage::Drawn {
                    frozen: frozen.clone(),
                    seed: seed.clone(),
                    objects: *objects,
                    on: *on,
                };
            }
            (Stage::Drawn { .. }, Event::Changed { change }) => self.changes.push(change.clone()),
            (
                Stage::Planned | Stage::Frozen(_),
                Event::Voided {
                    reason, silent, on, ..
                },
            ) => {
                self.stage = Stage::Voided {
                    reason: reason.clone(),
                    silent: silent.clone(),
                    on: *on,
                };
            }
            _ => return Err(OutOfStep),
        }
        Ok(())
    }

    /// What a user reads.
    pub fn name(&self) -> &'static str {
        match &self.stage {
            Stage::Planned => "已编制方案",
            Stage::Frozen(_) => "名单已冻结，待抽取",
            Stage::Drawn { .. } => "已抽取",
            Stage::Voided { .. } => "已终止",
        }
    }

    pub fn open(&self) -> bool {
        matches!(self.stage, Stage::Planned | Stage::Frozen(_))
    }

    /// Whether general items are inspected, whose share and number of visits the law limits.
    pub fn kind(&self) -> Item {
        self.plan.items.first().map_or(Item::Key, |item| item.kind)
    }

    /// Other organs whose items are inspected.
    pub fn partners(&self) -> BTreeSet<Code> {
        let organs = self.plan.items.iter().map(|item| item.organ);
        organs.filter(|organ| *organ != self.plan.organ).collect()
    }

    /// Teams that an object needs: organ and line, each once, in ascending order.
    pub fn posts(&self) -> Vec<(Code, String)> {
        let posts = self.plan.items.iter();
        let posts: BTreeSet<_> = posts.map(|item| (item.organ, item.line.clone())).collect();
        posts.into_iter().collect()
    }

    fn planned(&self) -> Result<(), Refusal> {
        match self.stage {
            Stage::Planned => Ok(()),
            _ => Err(Refusal::OutOfStep { state: self.name() }),
        }
    }

    fn frozen(&self) -> Result<&Frozen, Refusal> {
        match &self.stage {
            Stage::Frozen(frozen) => Ok(frozen),
            _ => Err(Refusal::OutOfStep { state: self.name() }),
        }
    }

    fn led(&self, by: &Person, office: &Code) -> Result<(), Refusal> {
        match by.organ == self.plan.organ || by.organ == *office {
            true => Ok(()),
            false => Err(Refusal::NotYours),
        }
    }

    /// Another organ agrees to enter together with the others.
    pub fn agree(&self, by: &Person, today: Date) -> Result<Event, Refusal> {
        self.planned()?;
        if !self.partners().contains(&by.organ) {
            return Err(Refusal::NotAsked);
        }
        if self.agreed.contains(&by.organ) {
            return Err(Refusal::Already);
        }
        Ok(Event::Agreed {
            by: by.clone(),
            on: today,
        })
    }

    fn party(&self, name: &str) -> Result<(), Refusal> {
        match &self.plan.seed {
            Wish::Parties { names } if names.iter().any(|known| known == name) => Ok(()),
            _ => Err(Refusal::NoSuchParty),
        }
    }

    /// Takes in what binds a party. Once in, it is not exchanged: a party that could would wait for
    /// the others.
    pub fn commit(
        &self,
        party: &str,
        commitment: &str,
        by: &Person,
        office: &Code,
        today: Date,
    ) -> Result<Event, Refusal> {
        self.planned()?;
        self.led(by, office)?;
        self.party(party)?;
        if self.commitments.contains_key(party) {
            return Err(Refusal::Already);
        }
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if commitment.len() != 64 || !commitment.bytes().all(digit) {
            return Err(Refusal::NotACommitment);
        }
        Ok(Event::Committed {
            party: party.to_owned(),
            commitment: commitment.to_owned(),
            by: by.clone(),
            on: today,
        })
    }

    /// The source of the seed with everything that has to be known before the frame is frozen.
    pub fn source(&self) -> Result<Source, Refusal> {
        Ok(match &self.plan.seed {
            Wish::Lottery {
                name,
                number,
                on,
                form,
            } => Source::Lottery {
                name: name.clone(),
                number: number.clone(),
                on: *on,
                form: form.clone(),
            },
            Wish::Parties { names } => {
                let party = |name: &String| match self.commitments.get(name) {
                    Some(commitment) => Ok(Party {
                        name: name.clone(),
                        commitment: commitment.clone(),
                    }),
                    None => Err(Refusal::NoCommitment {
                        party: name.clone(),
                    }),
                };
                let parties: Result<Vec<Party>, Refusal> = names.iter().map(party).collect();
                Source::Parties { parties: parties? }
            }
            Wish::Vrf { key } => Source::Vrf { key: key.clone() },
        })
    }

    /// Whether the frame may be frozen today; the source of its seed.
    pub fn ready(&self, by: &Person, office: &Code, today: Date) -> Result<Source, Refusal> {
        self.planned()?;
        self.led(by, office)?;
        if let Some(organ) = self.partners().difference(&self.agreed).next() {
            return Err(Refusal::NotAgreed { organ: *organ });
        }
        if let Wish::Lottery { on, .. } = &self.plan.seed
            && *on <= today
        {
            return Err(Refusal::Lottery { on: *on });
        }
        self.source()
    }

    /// A party says its value; the draw checks it against the commitment.
    pub fn reveal(
        &self,
        party: &str,
        value: &str,
        by: &Person,
        office: &Code,
        today: Date,
    ) -> Result<Event, Refusal> {
        self.frozen()?;
        self.led(by, office)?;
        self.party(party)?;
        if self.values.contains_key(party) {
            return Err(Refusal::Already);
        }
        if value.chars().count() < SHORTEST {
            return Err(Refusal::TooShort);
        }
        Ok(Event::Revealed {
            party: party.to_owned(),
            value: value.to_owned(),
            by: by.clone(),
            on: today,
        })
    }

    /// The values of all parties, in the order of the plan.
    pub fn revealed(&self) -> Result<Vec<String>, Refusal> {
        let Wish::Parties { names } = &self.plan.seed else {
            return Ok(Vec::new());
        };
        let silent: Vec<String> = names
            .iter()
            .filter(|name| !self.values.contains_key(*name))
            .cloned()
            .collect();
        match silent.is_empty() {
            true => Ok(names
                .iter()
                .filter_map(|name| self.values.get(name).cloned())
                .collect()),
            false => Err(Refusal::Silent { parties: silent }),
        }
    }

    /// Whether it may be drawn today; what was frozen.
    pub fn due(&self, by: &Person, office: &Code, today: Date) -> Result<&Frozen, Refusal> {
        let frozen = self.frozen()?;
        self.led(by, office)?;
        match &self.plan.seed {
            Wish::Lottery { on, .. } if today < *on => Err(Refusal::Early { on: *on }),
            _ => Ok(frozen),
        }
    }

    /// Ends a batch without a draw; parties that kept silent are named.
    pub fn void(
        &self,
        reason: &str,
        by: &Person,
        office: &Code,
        today: Date,
    ) -> Result<Event, Refusal> {
        if !self.open() {
            return Err(Refusal::OutOfStep { state: self.name() });
        }
        self.led(by, office)?;
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        let silent = match (&self.stage, self.revealed()) {
            (Stage::Frozen(_), Err(Refusal::Silent { parties })) => parties,
            _ => Vec::new(),
        };
        Ok(Event::Voided {
            reason: reason.to_owned(),
            silent,
            by: by.clone(),
            on: today,
        })
    }
}

/// The rate of each grade of a kind of item, as the law of the day has it.
pub fn rate_of<'a>(rates: &'a [Ruled<Rate>], grade: &str) -> Option<&'a Ruled<Rate>> {
    rates.iter().find(|rate| rate.value().grade == grade)
}
