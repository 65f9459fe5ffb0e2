//! Objections: the mark on every output, the answer, and the correction that reaches whoever was misinformed.

use crate::intake::restate::{self, NotRestated};
use crate::ports::{Filter, Role, Sealed, Standing};
use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use crate::procedure::look::{Look, Within};
use crate::procedure::sitting::{pausing, term};
use crate::procedure::view::duties;
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use crate::{Fault, repair};
use domain::basis::{Basis, Ruled};
use domain::code::Code;
use domain::intake::docket::Key as Digest;
use domain::ledger::{Entry, Event as Happened, Step};
use domain::objection::{self, Case, Command, Event, Objection, Objector, Outcome, Scope, Stage};
use domain::person::Key;
use domain::procedure::{Document, Person, Term};
use domain::repair::Ease;
use jiff::civil::Date;
use law::Pack;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) fn state(case: &Case) -> &'static str {
    match &case.stage {
        Stage::Filed => "待办理",
        Stage::Forwarded { .. } => "核查中",
        Stage::Decided { .. } => "已有结果，待告知",
        Stage::Told { outcome, .. } => outcome.name(),
        Stage::Withdrawn { .. } => "已撤回",
    }
}

pub(crate) fn parts(case: &Case) -> Parts {
    Parts {
        entity: Some(case.objection.entity),
        organ: Some(case.objection.provider),
        about: Some(case.objection.record),
        topic: case.objection.field.clone().unwrap_or_default(),
        open: !matches!(case.stage, Stage::Told { .. } | Stage::Withdrawn { .. }),
        // What a linked person writes about himself is not the entity's to read (R88).
        internal: matches!(case.objection.by, Objector::Linked { .. }),
        ..Parts::default()
    }
}

pub(crate) fn beginnings() -> Vec<Verb> {
    let fields = vec![
        Field::new("record", "记录编号", Input::Number),
        Field::new("entity", "主体统一社会信用代码", Input::Code)
            .optional()
            .hint("窗口代办时填写"),
        Field::new("field", "有异议的栏目", Input::Line)
            .optional()
            .hint("不填表示对整条记录有异议"),
        Field::new("grounds", "事实和理由", Input::Text),
        Field::new("authority_number", "授权委托书编号", Input::Line)
            .optional()
            .hint("代理人提出时填写"),
        Field::new("authority_on", "授权委托书日期", Input::Day).optional(),
    ];
    vec![
        Verb::new("file", "提出异议", Hand::Applicant, fields),
        Verb::new(
            "file-linked",
            "对本人被关联提出异议",
            Hand::Linked,
            vec![
                Field::new("record", "名单认定编号", Input::Number),
                Field::new("grounds", "事实和理由", Input::Text),
            ],
        ),
    ]
}

/// What a disputed record is: whose, by whom, and what its filed form says.
struct Disputed {
    record: u64,
    entity: Code,
    provider: Code,
    docket: String,
    linked: Vec<Key>,
    filed: Option<(Standing, Entry)>,
}

impl Disputed {
    /// `None` where nobody could object to it: it is not there, or it was never shown to anybody.
    fn of(sitting: &mut Sitting<'_>, record: u64) -> Result<Option<Self>, Fault> {
        let mut look = Within(sitting.tx);
        if let Some(standing) = look.record(record)? {
            let entry = look.entry(record)?;
            let (Some(entity), Some(entry)) = (standing.entity, entry) else {
                return Ok(None);
            };
            return Ok(Some(Self {
                record,
                entity,
                provider: standing.organ,
                docket: standing.docket.clone(),
                linked: Vec::new(),
                filed: Some((standing, entry)),
            }));
        }
        Ok(match look.case(record)? {
            Some(Any::Listing(listing)) => listing.entry().map(|entry| Self {
                record,
                entity: entry.entity,
                provider: entry.organ,
                docket: entry.document.number.clone(),
                linked: entry.persons.iter().map(|link| link.key.clone()).collect(),
                filed: None,
            }),
            Some(Any::Commitment(case)) => {
                case.broken()
                    .zip(case.paper.promisor.entity())
                    .map(|(broken, entity)| Self {
                        record,
                        entity,
                        provider: case.paper.organ,
                        docket: broken.document.number.clone(),
                        linked: Vec::new(),
                        filed: None,
                    })
            }
            _ => None,
        })
    }
}

/// Who heard of the record, and by which number the next message goes.
struct Reach {
    received: BTreeSet<String>,
    sender: String,
    serial: u64,
    office: Code,
}

impl Reach {
    /// Receivers are the partners that get messages, and the organs that looked the entity up within the
    /// time for which look-ups are kept (R104).
    fn of(sitting: &mut Sitting<'_>, entity: &Code, office: Code) -> Result<Self, Fault> {
        let partners = sitting.tx.partners()?.into_iter();
        let partners = partners.filter(|partner| partner.receives && !partner.closed);
        let mut received: BTreeSet<String> = partners.map(|partner| partner.word).collect();
        let kept = sitting.law.retention("access-log", sitting.today);
        let since = kept.and_then(|kept| sitting.today.checked_sub(kept.value().keep).ok());
        let lookers = sitting.tx.lookers(entity, since.unwrap_or(Date::MIN))?;
        received.extend(lookers.iter().map(ToString::to_string));
        Ok(Self {
            received,
            sender: sitting.desk.store.origin(),
            serial: sitting.tx.next_serial()?,
            office,
        })
    }

    fn facts<'a>(&'a self, disputed: &'a Disputed) -> objection::Facts<'a> {
        objection::Facts {
            record: disputed.record,
            entity: disputed.entity,
            provider: disputed.provider,
            docket: &disputed.docket,
            linked: &disputed.linked,
            received: &self.received,
            sender: &self.sender,
            serial: self.serial,
            office: self.office,
        }
    }
}

/// The clocks of the law of a day, held together for one decision.
struct OfDay {
    own: Option<Ruled<Term>>,
    assisted: Option<Ruled<Term>>,
    forward: Option<Ruled<Term>>,
    answer: Option<Ruled<Term>>,
    notify: Option<Ruled<Term>>,
    report: Option<Ruled<Term>>,
}

impl OfDay {
    fn of(law: &Pack, day: Date) -> Self {
        let of = |duty: &str| term(law, duty, day);
        Self {
            own: of("objection-own"),
            assisted: of("objection-assisted"),
            forward: of("objection-forward"),
            answer: of("objection-answer"),
            notify: of("objection-notify"),
            report: of("repair-report"),
        }
    }

    fn law<'a>(&'a self, pack: &'a Pack) -> objection::Law<'a> {
        objection::Law {
            own: self.own.as_ref(),
            assisted: self.assisted.as_ref(),
            forward: self.forward.as_ref(),
            answer: self.answer.as_ref(),
            notify: self.notify.as_ref(),
            report: self.report.as_ref(),
            calendar: pack.calendar(),
        }
    }
}

/// Files an objection.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let record = doing.given.number("record");
    let entity = match doing.who.role {
        Role::Person => None,
        Role::Counter => doing.given.code("entity"),
        _ => doing.who.entity(),
    };
    let field = doing.given.some("field");
    let grounds = doing.given.text("grounds");
    let authority = doing
        .given
        .some("authority_number")
        .zip(doing.given.some_day("authority_on"));
    doing.given.finish()?;
    let disputed = Disputed::of(doing.sitting, record)?;
    let theirs = |disputed: &Disputed| match &doing.who.person {
        Some(key) => disputed.linked.contains(key),
        None => Some(disputed.entity) == entity,
    };
    let Some(disputed) = disputed.filter(theirs) else {
        return Err(refused(&objection::Refusal::NotYours));
    };
    let field = column(doing.sitting, &disputed, field)?;
    let by = objector(doing, authority, disputed.entity);
    let office = doing.sitting.office()?;
    let none = || Fault::broken("no code for the office");
    let unit = office
        .or_else(|| Code::read("000000000000000000"))
        .ok_or_else(none)?;
    let objection = Objection {
        record,
        field,
        entity: disputed.entity,
        provider: disputed.provider,
        by,
        grounds,
        scope: match Some(disputed.provider) == office {
            true => Scope::Own,
            false => Scope::Assisted,
        },
    };
    file(doing.sitting, objection, &disputed, unit)
}

/// The column meant by what was written; a record that is no row of a table has none to check against.
fn column(
    sitting: &Sitting<'_>,
    disputed: &Disputed,
    field: Option<String>,
) -> Result<Option<String>, NotDone> {
    let (Some(text), Some((standing, entry))) = (&field, &disputed.filed) else {
        return Ok(field);
    };
    let known = restate::column(sitting.desk, standing, entry, text);
    let (code, _) = known
        .ok_or_else(|| NotDone::no(format!("记录没有“{text}”这一栏目，请核对栏目名称"), None))?;
    Ok(Some(code))
}

/// Decides whether the objection is taken, and writes that it is.
fn file(
    sitting: &mut Sitting<'_>,
    objection: Objection,
    disputed: &Disputed,
    office: Code,
) -> Result<(), NotDone> {
    let open = open_about(sitting, disputed.record)?;
    let open: Vec<&Case> = open.iter().collect();
    let law = Arc::clone(&sitting.law);
    let reach = Reach::of(sitting, &disputed.entity, office)?;
    let of_day = OfDay::of(&law, sitting.today);
    let id = sitting.tx.next();
    let facts = reach.facts(disputed);
    let events = objection::file(
        objection,
        &open,
        id,
        &facts,
        &of_day.law(&law),
        sitting.today,
    );
    for event in events.map_err(|no| refused(&no))? {
        write(sitting, None, disputed.entity, event)?;
    }
    crate::notice::about_objection(sitting, id, "objection-filed")?;
    Ok(())
}

fn objector(doing: &Doing<'_, '_>, authority: Option<(String, Date)>, entity: Code) -> Objector {
    let account = doing.who.account.clone();
    match (&doing.who.person, authority) {
        (Some(key), _) => Objector::Linked { key: key.clone() },
        (None, Some((number, on))) => Objector::Agent {
            account,
            authority: Document {
                name: "授权委托书".to_owned(),
                number,
                on,
                organ: entity,
            },
        },
        (None, None) => Objector::Entity { account },
    }
}

fn open_about(sitting: &mut Sitting<'_>, record: u64) -> Result<Vec<Case>, Fault> {
    let filter = Filter {
        noun: Some("objection".to_owned()),
        about: Some(record),
        open: Some(true),
        ascending: true,
        limit: usize::MAX,
        ..Filter::default()
    };
    let cases = sitting.cases(&filter)?.into_iter();
    Ok(cases
        .filter_map(|(_, case)| match case {
            Any::Objection(case) => Some(case),
            _ => None,
        })
        .collect())
}

pub(crate) fn verbs(law: &Pack, case: &Case) -> Vec<Verb> {
    let filed = case.stage == Stage::Filed;
    let assisted = case.objection.scope == Scope::Assisted;
    let answers = matches!(case.stage, Stage::Forwarded { .. }) || filed && !assisted;
    let decided = matches!(case.stage, Stage::Decided { .. });
    let running = case.clocks.iter().filter(|clock| clock.outcome.is_none());
    let duties = duties(law, running.map(|clock| clock.duty));
    let outcomes = vec![
        Choice::new("upheld", "异议成立，撤回记录"),
        Choice::new("corrected", "异议成立，更正内容"),
        Choice::new("refused", "异议不成立"),
    ];
    let deciding = [
        vec![
            Field::new("outcome", "核查结果", Input::One(outcomes)),
            Field::new("reason", "理由", Input::Text),
            Field::new("field", "更正的栏目", Input::Line)
                .optional()
                .hint("更正内容时填写"),
            Field::new("right", "正确的内容", Input::Text).optional(),
            Field::new("where_to", "救济途径", Input::Text)
                .optional()
                .hint("异议不成立时必须告知"),
        ],
        form::document("核查依据"),
    ]
    .concat();
    vec![
        Verb::new("forward", "转送提供单位", Hand::Office, Vec::new()).when(filed && assisted),
        Verb::new("decide", "作出核查结果", Hand::Administration, deciding).when(answers),
        Verb::new("tell", "告知异议人", Hand::Office, form::delivery()).when(decided),
        Verb::new(
            "suspend",
            "中止期限",
            Hand::Office,
            form::suspend(duties.clone()),
        )
        .when(!duties.is_empty()),
        Verb::new(
            "resume",
            "恢复期限",
            Hand::Office,
            vec![
                Field::new("duty", "期限", Input::One(duties.clone())),
                Field::new("until", "恢复计算的日期", Input::Day),
            ],
        )
        .when(!duties.is_empty()),
        Verb::new("withdraw", "撤回异议", Hand::Applicant, Vec::new()).when(case.disputed()),
    ]
}

/// Does one thing with an objection.
pub(crate) fn act(doing: &mut Doing<'_, '_>, case: Case) -> Result<(), NotDone> {
    let disputed = Disputed::of(doing.sitting, case.objection.record)?;
    let Some(disputed) = disputed else {
        return Err(Fault::broken("a disputed record is not there").into());
    };
    if doing.verb == "withdraw" {
        return withdraw(doing, &case, &disputed);
    }
    let by = doing.person()?;
    let command = command(doing, &disputed, &by)?;
    doing.given.finish()?;
    let verb = doing.verb.to_owned();
    let office = doing.sitting.office_for(doing.who, &by)?;
    let sitting = &mut *doing.sitting;
    let law = Arc::clone(&sitting.law);
    let restated = match &command.0 {
        Command::Decide {
            outcome: Outcome::Corrected { field, reason, .. },
            ..
        } => Some(restated(sitting, &disputed, field, &command.1, reason)?),
        _ => None,
    };
    let reach = Reach::of(sitting, &disputed.entity, office)?;
    let of_day = OfDay::of(&law, sitting.today);
    let facts = reach.facts(&disputed);
    let events = objection::decide(
        &case,
        command.0,
        &by,
        &facts,
        &of_day.law(&law),
        sitting.today,
    );
    for event in events.map_err(|no| refused(&no))? {
        write(sitting, Some(case.id), disputed.entity, event.clone())?;
        if let Event::Decided {
            outcome, evidence, ..
        } = &event
        {
            follow(sitting, &case, &disputed, outcome, evidence, &by)?;
        }
    }
    if let Some(restated) = restated {
        sitting.tx.append(restated)?;
    }
    let template = match verb.as_str() {
        "forward" => "objection-forwarded",
        "decide" => "objection-decided",
        _ => "clock-moved",
    };
    if verb != "tell" {
        crate::notice::about_objection(sitting, case.id, template)?;
    }
    Ok(())
}

/// What an outcome does to the record: withdrawn everywhere, or left as it is.
fn follow(
    sitting: &mut Sitting<'_>,
    case: &Case,
    disputed: &Disputed,
    outcome: &Outcome,
    evidence: &Document,
    by: &Person,
) -> Result<(), NotDone> {
    if !matches!(outcome, Outcome::Upheld { .. }) {
        return Ok(());
    }
    let law = Arc::clone(&sitting.law);
    let record = disputed.record;
    let found = repair::burden(&mut Within(sitting.tx), &law, record, sitting.today)?;
    if let Some(burden) = found {
        repair::relieve(
            sitting,
            &burden,
            Ease::Withdrawn,
            Some(case.id),
            &case.basis,
        )?;
    }
    if let Some(Any::Listing(listing)) = sitting.case(record)? {
        crate::listing::upheld(sitting, record, &listing, evidence, by)?;
    }
    Ok(())
}

/// The command, and the value a correction puts in.
fn command(
    doing: &mut Doing<'_, '_>,
    disputed: &Disputed,
    by: &Person,
) -> Result<(Command, String), NotDone> {
    let today = doing.sitting.today;
    let desk = doing.sitting.desk;
    let given = &mut doing.given;
    let mut right = String::new();
    let command = match doing.verb {
        "forward" => Command::Forward,
        "decide" => {
            let word = given.line("outcome");
            let reason = given.text("reason");
            let field = given.some("field");
            right = given.text("right");
            let where_to = given.text("where_to");
            let evidence = given.document(by.organ);
            let outcome = match word.as_str() {
                "upheld" => Outcome::Upheld { reason },
                "corrected" => corrected(desk, disputed, field, &right, reason)?,
                _ => Outcome::Refused {
                    reason,
                    basis: refusal_basis(&doing.sitting.law, today)?,
                    remedy: domain::procedure::Remedy {
                        review_until: None,
                        litigation_until: None,
                        where_to,
                    },
                },
            };
            Command::Decide { outcome, evidence }
        }
        "tell" => Command::Tell {
            delivery: given.delivery(),
        },
        "suspend" => Command::Suspend {
            duty: given.line("duty"),
            from: given.day("from"),
            reason: given.text("reason"),
            basis: pausing(&doing.sitting.law, today)?,
        },
        "resume" => Command::Resume {
            duty: given.line("duty"),
            until: given.day("until"),
        },
        other => return Err(NotDone::Missing(format!("异议没有“{other}”这一步"))),
    };
    Ok((command, right))
}

/// The article by which objections are answered.
fn refusal_basis(law: &Pack, day: Date) -> Result<Basis, NotDone> {
    let term = term(law, "objection-assisted", day).or_else(|| term(law, "objection-own", day));
    term.map(|term| term.basis().clone())
        .ok_or_else(|| NotDone::no("规则包没有关于异议处理的规定，不能办理", None))
}

/// The digests of the wrong and the right value; the values themselves stand in the two versions.
fn corrected(
    desk: &crate::Desk,
    disputed: &Disputed,
    field: Option<String>,
    right: &str,
    reason: String,
) -> Result<Outcome, NotDone> {
    let Some((standing, entry)) = &disputed.filed else {
        return Err(NotDone::no(
            "名单认定和违诺认定没有可以单独更正的栏目，请撤回或者维持",
            None,
        ));
    };
    let field = field.ok_or_else(|| NotDone::no("请填写更正的栏目", None))?;
    let found = restate::column(desk, standing, entry, &field);
    let (code, wrong) =
        found.ok_or_else(|| NotDone::no(format!("记录没有“{field}”这一栏目"), None))?;
    Ok(Outcome::Corrected {
        wrong: Digest::of([code.as_str(), wrong.as_str()]),
        right: Digest::of([code.as_str(), right]),
        field: code,
        reason,
    })
}

fn restated(
    sitting: &mut Sitting<'_>,
    disputed: &Disputed,
    field: &str,
    right: &str,
    reason: &str,
) -> Result<Sealed, NotDone> {
    let Some((standing, entry)) = &disputed.filed else {
        return Err(NotDone::no("没有可以更正的栏目", None));
    };
    let reason = format!("异议成立：{reason}");
    let made = restate::restate(
        sitting.desk,
        &sitting.actor,
        standing,
        entry,
        (field, right),
        &reason,
    );
    made.map_err(|no| match no {
        NotRestated::NoColumn => NotDone::no(format!("记录没有“{field}”这一栏目"), None),
        NotRestated::Redacted => {
            NotDone::no("记录中的个人信息已经涂除，请由报送单位重新报送更正", None)
        }
        NotRestated::Findings(found) => {
            NotDone::no(format!("更正后的记录不合格：{}", found.join("；")), None)
        }
        NotRestated::Fault(fault) => NotDone::Fault(fault),
    })
}

fn withdraw(doing: &mut Doing<'_, '_>, case: &Case, disputed: &Disputed) -> Result<(), NotDone> {
    doing.given.finish()?;
    let own = match doing.who.role {
        Role::Counter => true,
        _ => doing.who.entity() == Some(case.objection.entity),
    };
    if !own {
        return Err(refused(&objection::Refusal::NotYours));
    }
    let sitting = &mut *doing.sitting;
    let law = Arc::clone(&sitting.law);
    let none = || Fault::broken("no code for the office");
    let office = Code::read("000000000000000000").ok_or_else(none)?;
    let reach = Reach::of(sitting, &disputed.entity, office)?;
    let of_day = OfDay::of(&law, sitting.today);
    let facts = reach.facts(disputed);
    let by = case.objection.by.clone();
    let events = case.withdraw(&by, &facts, &of_day.law(&law), sitting.today);
    for event in events.map_err(|no| refused(&no))? {
        write(sitting, Some(case.id), disputed.entity, event)?;
    }
    Ok(())
}

/// Silence goes up to the office and never settles an objection.
pub(crate) fn tick(sitting: &mut Sitting<'_>, case: &Case) -> Result<(), Fault> {
    let silent = case.tick(sitting.today).into_iter();
    let moved = case.reproject(sitting.today, sitting.law.calendar());
    for event in silent.chain(moved) {
        let escalated = matches!(event, Event::Escalated { .. });
        write(sitting, Some(case.id), case.objection.entity, event)?;
        if escalated {
            crate::notice::escalated(sitting, "objection", case.id)?;
        }
    }
    Ok(())
}

fn write(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    entity: Code,
    did: Event,
) -> Result<u64, Fault> {
    sitting.append(Happened::Objection(Step {
        procedure,
        entity: Some(entity),
        did,
    }))
}

fn refused(no: &objection::Refusal) -> NotDone {
    NotDone::no(no.text(), None)
}

pub(crate) fn facts(case: &Case) -> Vec<Fact> {
    let objection = &case.objection;
    let mut facts = vec![
        Fact::new("记录编号", objection.record.to_string()),
        Fact::new("事实和理由", objection.grounds.clone()),
        Fact::by("办理依据", "自收到异议之日起计算", &case.basis),
    ];
    facts.extend(
        objection
            .field
            .clone()
            .map(|field| Fact::new("有异议的栏目", field)),
    );
    if let Stage::Decided { outcome, .. } | Stage::Told { outcome, .. } = &case.stage {
        facts.push(Fact::new("结果", outcome.name()));
        let (Outcome::Upheld { reason }
        | Outcome::Corrected { reason, .. }
        | Outcome::Refused { reason, .. }) = outcome;
        facts.push(Fact::new("理由", reason.clone()));
        if let Outcome::Refused { basis, remedy, .. } = outcome {
            facts.push(Fact::by("救济途径", remedy.where_to.clone(), basis));
        }
    }
    facts
}

pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: String| (what, String::new());
    match event {
        Event::Filed { filed, .. } => ("提出异议".to_owned(), filed.grounds.clone()),
        Event::Forwarded { .. } => plain("转送提供单位核查".to_owned()),
        Event::Decided { outcome, .. } => {
            let (Outcome::Upheld { reason }
            | Outcome::Corrected { reason, .. }
            | Outcome::Refused { reason, .. }) = outcome;
            (outcome.name().to_owned(), reason.clone())
        }
        Event::Told { .. } => plain("告知异议人".to_owned()),
        Event::Withdrawn { .. } => plain("撤回异议".to_owned()),
        Event::Escalated { last, .. } => plain(format!("期限{last}届满未办，报信用办督办")),
        Event::ClockMoved { moved, .. } => plain(format!("期限变动：{}", moved.duty)),
    }
}
