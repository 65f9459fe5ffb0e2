//! The draw itself, the visits that come of it, and what is changed afterwards.

use super::{frame, of, refused, secret, write};
use crate::ports::KeptFrame;
use crate::procedure::{Case, NotDone, Sitting};
use crate::visit::{self, Rules};
use crate::{Desk, Fault};
use domain::code::Code;
use domain::inspection::Item;
use domain::inspection::batch::{Batch, Event, Refusal, Stage};
use domain::inspection::draw::{
    Change, Drawn, Frame, Frozen, Opening, Published, Seed, Source, Standing, Ticket, Unchanged,
    Unsuitable, assign, blind, lots, publish,
};
use domain::inspection::visit::{
    self as visit_of, Command, Given, Lot, Plan, Share, Visited, Wanted, Why, decide,
};
use domain::ledger::{Event as Happened, Hash};
use domain::procedure::{Person, Refused};

/// Bytes of a code.
const CODE: usize = 18;

/// A frozen frame with what opens its tickets.
pub(super) struct Opened {
    pub frame: Frame,
    pub digest: Hash,
    text: String,
    codes: Vec<u8>,
    secret: [u8; 32],
}

impl Opened {
    pub fn of(desk: &Desk, id: u64, kept: Option<KeptFrame>) -> Result<Self, Fault> {
        let kept = kept.ok_or_else(|| missing(id))?;
        let frame = Frame::read(&kept.text).map_err(|why| Fault::broken(why.to_string()))?;
        Ok(Self {
            digest: Frame::digest(frame.suite, &kept.text),
            secret: secret(desk, id),
            text: kept.text,
            codes: kept.codes,
            frame,
        })
    }

    /// Code and salt of an object.
    pub fn open(&self, layer: u32, at: u32) -> Option<Opening> {
        let before = self.frame.layers.iter().take(layer as usize);
        let first: usize = before.map(|layer| layer.objects.len()).sum();
        let start = (first + at as usize) * CODE;
        let bytes = self.codes.get(start..start + CODE)?;
        let code = Code::read(str::from_utf8(bytes).ok()?)?;
        Some(blind(self.frame.suite, &self.secret, code))
    }

    /// The ticket of a code in this frame, drawn or not.
    pub fn opening(&self, code: Code) -> Opening {
        blind(self.frame.suite, &self.secret, code)
    }

    /// The file as it is published, without changes that came later.
    pub fn published(
        self,
        entry: u64,
        frozen: jiff::civil::Date,
        seed: &Seed,
    ) -> Result<(Published, Frame), Fault> {
        let frozen = Frozen { entry, on: frozen };
        let parts = self.computed(&value(seed)?);
        let file = Published::of(&self.digest, self.text, frozen);
        Ok((file.with(seed.clone(), parts), self.frame))
    }

    fn computed(&self, seed: &Hash) -> domain::inspection::draw::Parts {
        let lots = lots(&self.frame, seed);
        let assigned = assign(&self.frame, seed, &lots);
        publish(&self.frame, &lots, &assigned, |layer, at| {
            self.open(layer, at)
        })
    }
}

pub(super) fn missing(id: u64) -> Fault {
    Fault::broken(format!("批次 {id} 的名单不在数据库中"))
}

/// The seed that an event of ours states.
pub(super) fn value(seed: &Seed) -> Result<Hash, Fault> {
    let seed = Hash::from_hex(seed.value());
    seed.ok_or_else(|| Fault::broken("账本中的随机种子读不出"))
}

/// Draws, and assigns a visit to every object that was drawn.
pub(super) fn draw(
    sitting: &mut Sitting<'_>,
    id: u64,
    batch: &Batch,
    numbers: &str,
    by: &Person,
) -> Result<(), NotDone> {
    let opened = Opened::of(sitting.desk, id, sitting.tx.frame(id)?)?;
    let (suite, digest, source) = (opened.frame.suite, &opened.digest, &opened.frame.source);
    let unfit = |why: Unsuitable| {
        refused(&Refusal::Seed {
            why: why.to_string(),
        })
    };
    let (seed, hash) = match source {
        Source::Lottery { .. } => {
            Seed::of_lottery(suite, digest, source, read(numbers)?).map_err(unfit)?
        }
        Source::Parties { .. } => {
            let values = batch.revealed().map_err(|no| refused(&no))?;
            Seed::of_parties(suite, digest, source, values).map_err(unfit)?
        }
        Source::Vrf { key } => {
            let vrf = sitting
                .desk
                .secrets()
                .vrf
                .as_ref()
                .filter(|vrf| vrf.key() == *key);
            let vrf =
                vrf.ok_or_else(|| NotDone::no("名单写明的随机函数密钥不在本平台，不能抽取", None))?;
            let (proof, output) = vrf.prove(digest.as_bytes());
            Seed::of_vrf(suite, digest, source, proof, Some(output)).map_err(unfit)?
        }
    };
    let parts = opened.computed(&hash);
    write(
        sitting,
        Some(id),
        Event::Drawn {
            seed,
            objects: u32::try_from(parts.drawn.len()).unwrap_or(u32::MAX),
            by: by.clone(),
            on: sitting.today,
        },
    )?;
    let sending = Sending {
        id,
        batch,
        frame: &opened.frame,
        rules: Rules::of(sitting)?,
        by,
    };
    for drawn in &parts.drawn {
        sending.send(sitting, drawn)?;
    }
    Ok(())
}

/// `2,5,9,17,22,30;11`
fn read(numbers: &str) -> Result<Vec<Vec<u16>>, NotDone> {
    let group = |text: &str| -> Option<Vec<u16>> {
        let numbers = text.split([',', '，', ' ']).map(str::trim);
        numbers
            .filter(|one| !one.is_empty())
            .map(|one| one.parse().ok())
            .collect()
    };
    let groups: Option<Vec<Vec<u16>>> = numbers.split([';', '；']).map(group).collect();
    groups.ok_or_else(|| NotDone::no("开奖号码应写成 2,5,9,17,22,30;11 的样子", None))
}

/// Everything a visit of this batch is assigned by.
struct Sending<'a> {
    id: u64,
    batch: &'a Batch,
    frame: &'a Frame,
    rules: Rules,
    by: &'a Person,
}

impl Sending<'_> {
    /// Assigns the visit of a drawn object, or lets it go along with one that is planned already (R63).
    fn send(&self, sitting: &mut Sitting<'_>, drawn: &Drawn) -> Result<(), NotDone> {
        let shares = shares(self.batch, self.frame, drawn);
        let cases = visit::of_entity(sitting, &drawn.code)?;
        let planned = cases.iter().find(|case| {
            let own = |share: &Share| case.task.part(&share.organ).is_none();
            case.joinable(sitting.today) && shares.iter().all(own)
        });
        let rate = frame::rate(sitting.desk, &drawn.code, Item::General)?;
        let but = planned.map(|case| case.id);
        let visited = Visited::count(&cases, &drawn.code, but, sitting.today);
        let ask = |ask: &dyn Fn(&Given<'_>) -> Result<Vec<visit_of::Event>, visit_of::Refusal>| {
            self.rules.ask(rate.as_ref(), &visited, |given| ask(given))
        };
        let Some(planned) = planned else {
            let plan = Plan {
                why: Why::Lot {
                    draw: self.id,
                    ticket: drawn.ticket.to_string(),
                },
                entity: drawn.code,
                parts: shares,
                until: self.batch.plan.until,
            };
            let lead = of(self.batch.plan.organ, self.by);
            let events = ask(&|given| visit_of::assign(&plan, &lead, given).map(|one| vec![one]));
            return self.keep(sitting, drawn, None, events);
        };
        for mut share in shares {
            share.lead = false;
            share.lot = Some(Lot {
                draw: self.id,
                ticket: drawn.ticket.to_string(),
            });
            let organ = of(share.organ, self.by);
            // The parts are of different organs, so none stands in the way of another.
            let events = ask(&|given| {
                let share = share.clone();
                decide(planned, Command::Join { share }, &organ, given)
            });
            self.keep(sitting, drawn, Some(planned.id), events)?;
        }
        Ok(())
    }

    /// Writes what was decided. The lot stands; that the law forbids the visit meanwhile is kept with
    /// its reason.
    fn keep(
        &self,
        sitting: &mut Sitting<'_>,
        drawn: &Drawn,
        visit: Option<u64>,
        events: Result<Vec<visit_of::Event>, visit_of::Refusal>,
    ) -> Result<(), NotDone> {
        match events {
            Ok(events) => {
                for event in events {
                    visit::write(sitting, visit, drawn.code, event)?;
                }
            }
            Err(no) => {
                sitting.append(Happened::Refused(Refused {
                    noun: "visit".to_owned(),
                    procedure: Some(self.id),
                    verb: "assign".to_owned(),
                    text: format!("{}：{}", drawn.code, no.text()),
                    basis: no.basis().cloned(),
                    on: sitting.today,
                }))?;
            }
        }
        Ok(())
    }
}

/// What each organ does at an object: its items, and the members of all its teams.
fn shares(batch: &Batch, frame: &Frame, drawn: &Drawn) -> Vec<Share> {
    let mut organs = vec![batch.plan.organ];
    organs.extend(batch.partners());
    let layer = frame.layers.get(drawn.spot.layer as usize);
    let posts = layer
        .map(|layer| layer.posts.as_slice())
        .unwrap_or_default();
    let share = |organ: Code| {
        let items = batch.plan.items.iter().filter(|item| item.organ == organ);
        let mut team = Vec::new();
        for (post, members) in posts.iter().zip(&drawn.teams) {
            let own = frame
                .posts
                .get(usize::from(*post))
                .is_some_and(|post| post.organ == organ);
            for member in members.iter().filter(|_| own) {
                let inspector = frame.inspectors.get(*member as usize);
                team.extend(inspector.map(|one| one.certificate.clone()));
            }
        }
        Share {
            organ,
            items: items
                .map(|item| Wanted {
                    code: item.code.clone(),
                    on_site: item.on_site,
                })
                .collect(),
            team,
            lead: organ == batch.plan.organ,
            lot: None,
        }
    };
    organs.into_iter().map(share).collect()
}

/// Changes a draw as it stands.
fn after<T>(
    sitting: &mut Sitting<'_>,
    id: u64,
    work: impl FnOnce(&mut Standing<'_>, &Opened) -> Result<T, Unchanged>,
) -> Result<(T, Batch, Frame), NotDone> {
    let Some(Case::Draw(batch)) = sitting.case(id)? else {
        return Err(NotDone::Missing(format!("没有编号为{id}的批次")));
    };
    let Stage::Drawn { seed, .. } = &batch.stage else {
        return Err(NotDone::no("批次还没有抽取", None));
    };
    let opened = Opened::of(sitting.desk, id, sitting.tx.frame(id)?)?;
    let seed = value(seed)?;
    let parts = opened.computed(&seed);
    let mut standing = Standing::new(&opened.frame, seed, &parts.drawn, &parts.reserves);
    for change in &batch.changes {
        standing.take(change);
    }
    let done = work(&mut standing, &opened).map_err(|why| NotDone::no(text(why), None))?;
    Ok((done, *batch, opened.frame))
}

fn text(why: Unchanged) -> String {
    match why {
        Unchanged::NotDrawn => "该单位不在本批次的抽取结果中".to_owned(),
        Unchanged::NoReserve => "本层没有候补对象了".to_owned(),
        Unchanged::NotThere => "该检查人员不在这个检查组".to_owned(),
        Unchanged::Nobody { holders, recused } => format!(
            "没有可以替换的检查人员：这一条线共{holders}人，其中{recused}人对该单位回避，其余已在组内"
        ),
    }
}

/// Lets the next reserve come in for an object that cannot be inspected, and sends the inspectors there.
pub(crate) fn replace(
    sitting: &mut Sitting<'_>,
    id: u64,
    ticket: &str,
    reason: &str,
    by: &Person,
) -> Result<(), NotDone> {
    let today = sitting.today;
    let ticket: Ticket = ticket
        .parse()
        .map_err(|_| NotDone::no("标识读不出", None))?;
    let (changes, batch, frame) = after(sitting, id, |standing, opened| {
        let (spot, _) = standing.next(&ticket)?;
        let opening = opened.open(spot.layer, spot.at);
        let opening = opening.ok_or(Unchanged::NoReserve)?;
        standing.replace(&ticket, opening, reason, today)
    })?;
    let mut drawn = None;
    for change in changes {
        match &change {
            Change::Replaced(replaced) => drawn = Some(replaced.by.clone()),
            Change::Redrawn(redrawn) => {
                if let Some(drawn) = &mut drawn {
                    exchange(&frame, drawn, redrawn.post, redrawn.out, redrawn.comes);
                }
            }
        }
        write(sitting, Some(id), Event::Changed { change })?;
    }
    let sending = Sending {
        id,
        batch: &batch,
        frame: &frame,
        rules: Rules::of(sitting)?,
        by,
    };
    match drawn {
        Some(drawn) => sending.send(sitting, &drawn),
        None => Ok(()),
    }
}

fn exchange(frame: &Frame, drawn: &mut Drawn, post: u16, out: u32, comes: u32) {
    let layer = frame.layers.get(drawn.spot.layer as usize);
    let posts = layer
        .map(|layer| layer.posts.as_slice())
        .unwrap_or_default();
    for (known, team) in posts.iter().zip(&mut drawn.teams) {
        if *known == post
            && let Some(place) = team.iter_mut().find(|member| **member == out)
        {
            *place = comes;
        }
    }
}

/// Draws somebody else for a member who is recused; gives his certificate.
pub(crate) fn redraw(
    sitting: &mut Sitting<'_>,
    id: u64,
    ticket: &str,
    certificate: &str,
    reason: &str,
) -> Result<String, NotDone> {
    let today = sitting.today;
    let ticket: Ticket = ticket
        .parse()
        .map_err(|_| NotDone::no("标识读不出", None))?;
    let ((change, comes), ..) = after(sitting, id, |standing, opened| {
        let inspectors = &opened.frame.inspectors;
        let member = (0_u32..)
            .zip(inspectors)
            .find(|(_, one)| one.certificate == certificate);
        let (member, _) = member.ok_or(Unchanged::NotThere)?;
        let drawn = standing.of(&ticket).ok_or(Unchanged::NotDrawn)?;
        let layer = opened.frame.layers.get(drawn.spot.layer as usize);
        let posts = layer
            .map(|layer| layer.posts.as_slice())
            .unwrap_or_default();
        let mut at = posts.iter().zip(&drawn.teams);
        let post = at
            .find(|(_, team)| team.contains(&member))
            .map(|(post, _)| *post);
        let change = standing.redraw(
            &ticket,
            post.ok_or(Unchanged::NotThere)?,
            member,
            reason,
            today,
        )?;
        let Change::Redrawn(redrawn) = &change else {
            return Err(Unchanged::NotThere);
        };
        let comes = inspectors.get(redrawn.comes as usize);
        let comes = comes
            .map(|one| one.certificate.clone())
            .ok_or(Unchanged::NotThere)?;
        Ok((change, comes))
    })?;
    write(sitting, Some(id), Event::Changed { change })?;
    Ok(comes)
}
