//! Referrals: a breach by an organ, an institution, a state firm or their staff is told to the bodies
//! that answer for them. It is never shown on the portal (R89).

use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::code::Code;
use crate::person::Key;
use crate::procedure::{Deadline, Delivery, Document, OutOfStep, Person, Shift, Term};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whose breach it is.
///
/// STORED: part of referral events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "breaker", rename_all = "kebab-case")]
pub enum Breaker {
    Organ {
        code: Code,
    },
    Institution {
        code: Code,
    },
    /// 国有企业
    StateFirm {
        code: Code,
    },
    /// Somebody who works for one of them; the key leads to the person only through the desk.
    Staff {
        employer: Code,
        key: Key,
    },
}

impl Breaker {
    /// The word under which the law pack answers for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Organ { .. } => "organ",
            Self::Institution { .. } => "institution",
            Self::StateFirm { .. } => "state-firm",
            Self::Staff { .. } => "staff",
        }
    }
}

/// What a body is to the breaker.
///
/// STORED: part of referral events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Office {
    Superior,
    Audit,
    Employer,
    /// 纪检监察机关
    Inspectorate,
    /// 组织人事部门
    Personnel,
}

impl Office {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Superior => "上级主管单位",
            Self::Audit => "审计机关",
            Self::Employer => "所在单位",
            Self::Inspectorate => "纪检监察机关",
            Self::Personnel => "组织人事部门",
        }
    }
}

/// What the law pack says about such a breach: who is told, and how long a reply may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// [`Breaker::word`].
    pub breaker: String,
    pub offices: Vec<Office>,
    pub reply: Term,
    /// Word of the template of the letter.
    pub template: String,
}

/// A breach as determined, and which body each office is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub breaker: Breaker,
    /// 认定文书
    pub document: Document,
    /// The day the document took effect; absent while it can be appealed.
    pub effective: Option<Date>,
    /// What was broken, in Chinese.
    pub facts: String,
    pub bodies: Vec<(Office, Code)>,
}

/// One letter to one body.
///
/// STORED: part of referral events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Letter {
    pub breaker: Breaker,
    pub office: Office,
    pub recipient: Code,
    pub document: Document,
    pub facts: String,
    pub template: String,
    pub by: Person,
    pub on: Date,
    pub basis: Basis,
}

/// What happened to a referral.
///
/// STORED: restricted; no view for the public folds it. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Sent {
        letter: Letter,
        term: Term,
    },
    /// The body signed for it; its time to reply begins.
    Received {
        receipt: Delivery,
        clock: Deadline,
    },
    Shifted {
        shift: Shift,
    },
    Replied {
        words: String,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Sent { letter, .. } => vec![letter.basis.clone()],
            Self::Received { .. } | Self::Shifted { .. } | Self::Replied { .. } => Vec::new(),
        }
    }
}

/// A referral as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Referral {
    Sent {
        letter: Letter,
        term: Term,
    },
    Received {
        letter: Letter,
        receipt: Delivery,
        clock: Deadline,
    },
    Replied {
        letter: Letter,
        receipt: Delivery,
        clock: Deadline,
        words: String,
        by: Person,
        on: Date,
        late: bool,
    },
}

/// Why nothing is referred, received or replied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The law pack names nobody to be told of such a breach.
    Silent {
        breaker: &'static str,
    },
    /// No document in effect determines the breach.
    NotDetermined {
        basis: Basis,
    },
    NoFacts {
        basis: Basis,
    },
    /// The register does not say which body holds an office the law names.
    NoBody {
        office: Office,
        basis: Basis,
    },
    NoProof {
        basis: Basis,
    },
    NotRecipient,
    NoWords {
        basis: Basis,
    },
    OutOfStep {
        state: &'static str,
    },
}

impl Refusal {
    /// The article that says no; absent where none allows it, or another body must act.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::Silent { .. } | Self::NotRecipient | Self::OutOfStep { .. } => None,
            Self::NotDetermined { basis }
            | Self::NoFacts { basis }
            | Self::NoBody { basis, .. }
            | Self::NoProof { basis }
            | Self::NoWords { basis } => Some(basis),
        }
    }

    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::Silent { breaker } => {
                format!("规则包没有规定“{breaker}”失信的通报对象，请先补充规则和依据")
            }
            Self::NotDetermined { .. } => {
                "没有生效的认定文书，不能通报；请在文书生效后办理".to_owned()
            }
            Self::NoFacts { .. } => "请写明失信事实".to_owned(),
            Self::NoBody { office, .. } => {
                format!("没有登记{}，请先在单位名录中补充", office.name())
            }
            Self::NoProof { .. } => "请登记签收凭证和日期".to_owned(),
            Self::NotRecipient => "只能由收文单位签收和答复".to_owned(),
            Self::NoWords { .. } => "请写明处理情况".to_owned(),
            Self::OutOfStep { state } => format!("通报现为“{state}”，不能办理这一步"),
        }
    }
}

/// Tells every office that the law names, all or none; each letter is a case of its own.
pub fn refer(
    breach: &Breach,
    route: Option<&Ruled<Route>>,
    by: &Person,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let word = breach.breaker.word();
    let route = route.filter(|route| route.value().breaker == word);
    let route = route.ok_or(Refusal::Silent { breaker: word })?;
    let basis = || route.basis().clone();
    let in_effect = breach.effective.is_some_and(|from| from <= today);
    if !in_effect || !breach.document.complete(today) {
        return Err(Refusal::NotDetermined { basis: basis() });
    }
    if breach.facts.trim().is_empty() {
        return Err(Refusal::NoFacts { basis: basis() });
    }
    let letter = |office: &Office| {
        let body = breach.bodies.iter().find(|(known, _)| known == office);
        let (_, recipient) = body.ok_or_else(|| Refusal::NoBody {
            office: *office,
            basis: basis(),
        })?;
        Ok(Event::Sent {
            letter: Letter {
                breaker: breach.breaker.clone(),
                office: *office,
                recipient: *recipient,
                document: breach.document.clone(),
                facts: breach.facts.clone(),
                template: route.value().template.clone(),
                by: by.clone(),
                on: today,
                basis: basis(),
            },
            term: route.value().reply,
        })
    };
    route.value().offices.iter().map(letter).collect()
}

impl Referral {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        match (state, event.clone()) {
            (None, Event::Sent { letter, term }) => Ok(Self::Sent { letter, term }),
            (Some(Self::Sent { letter, .. }), Event::Received { receipt, clock }) => {
                Ok(Self::Received {
                    letter,
                    receipt,
                    clock,
                })
            }
            (
                Some(Self::Received {
                    letter,
                    receipt,
                    clock,
                }),
                Event::Shifted { shift },
            ) => Ok(Self::Received {
                letter,
                receipt,
                clock: clock.shifted(&shift),
            }),
            (
                Some(Self::Received {
                    letter,
                    receipt,
                    clock,
                }),
                Event::Replied {
                    words,
                    by,
                    on,
                    late,
                },
            ) => Ok(Self::Replied {
                letter,
                receipt,
                clock,
                words,
                by,
                on,
                late,
            }),
            _ => Err(OutOfStep),
        }
    }

    pub fn letter(&self) -> &Letter {
        match self {
            Self::Sent { letter, .. }
            | Self::Received { letter, .. }
            | Self::Replied { letter, .. } => letter,
        }
    }

    /// The letter, for the organ that sent it and the body that got it, and nobody else. There is no
    /// way to ask for it without an organ: the portal has none.
    pub fn visible(&self, organ: &Code) -> Option<&Letter> {
        let letter = self.letter();
        (letter.by.organ == *organ || letter.recipient == *organ).then_some(letter)
    }

    /// Signs for the letter.
    pub fn receive(
        &self,
        receipt: &Delivery,
        by: &Person,
        today: Date,
        calendar: &Calendar,
    ) -> Result<Event, Refusal> {
        let Self::Sent { letter, term } = self else {
            return Err(Refusal::OutOfStep { state: self.name() });
        };
        self.recipient(by)?;
        if !receipt.proved(today) || receipt.on < letter.on {
            return Err(Refusal::NoProof {
                basis: letter.basis.clone(),
            });
        }
        let clock = Deadline::told(receipt.on, *term, letter.basis.clone(), calendar);
        Ok(Event::Received {
            receipt: receipt.clone(),
            clock,
        })
    }

    /// Replies, also late.
    pub fn reply(&self, words: &str, by: &Person, today: Date) -> Result<Event, Refusal> {
        let Self::Received { letter, clock, .. } = self else {
            return Err(Refusal::OutOfStep { state: self.name() });
        };
        self.recipient(by)?;
        if words.trim().is_empty() {
            return Err(Refusal::NoWords {
                basis: letter.basis.clone(),
            });
        }
        Ok(Event::Replied {
            words: words.to_owned(),
            by: by.clone(),
            on: today,
            late: clock.over(today),
        })
    }

    fn recipient(&self, by: &Person) -> Result<(), Refusal> {
        let right = by.organ == self.letter().recipient;
        if right {
            Ok(())
        } else {
            Err(Refusal::NotRecipient)
        }
    }

    /// Whether a reply is missing past its day.
    pub fn overdue(&self, today: Date) -> bool {
        match self {
            Self::Received { clock, .. } => clock.over(today),
            Self::Sent { .. } | Self::Replied { .. } => false,
        }
    }

    /// What the day asks for: a last day that another calendar moves.
    pub fn tick(&self, today: Date, calendar: &Calendar) -> Option<Event> {
        match self {
            Self::Received { clock, .. } => clock
                .reproject(today, calendar)
                .map(|shift| Event::Shifted { shift }),
            Self::Sent { .. } | Self::Replied { .. } => None,
        }
    }

    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "已发出",
            Self::Received { .. } => "已签收",
            Self::Replied { .. } => "已答复",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::tests::{calendar, clerk, code, ruled};
    use crate::procedure::{Method, Unit};
    use jiff::civil::date;

    const DAY: Date = date(2026, 5, 12);

    fn route() -> Ruled<Route> {
        ruled(Route {
            breaker: "staff".to_owned(),
            offices: vec![Office::Employer, Office::Inspectorate],
            reply: Term {
                days: 5,
                unit: Unit::Working,
            },
            template: "referral".to_owned(),
        })
    }

    fn breach() -> Breach {
        let key = Key::of(&[1; 32], "1");
        Breach {
            breaker: Breaker::Staff {
                employer: code(3),
                key,
            },
            document: Document {
                name: "认定书".to_owned(),
                number: "枣认〔2026〕1号".to_owned(),
                on: DAY,
                organ: code(1),
            },
            effective: Some(DAY),
            facts: "政务失信".to_owned(),
            bodies: vec![(Office::Employer, code(3)), (Office::Inspectorate, code(4))],
        }
    }

    fn sent() -> Vec<Referral> {
        let events = refer(&breach(), Some(&route()), &clerk(), DAY).unwrap();
        events
            .iter()
            .map(|event| Referral::apply(None, event).unwrap())
            .collect()
    }

    #[test]
    fn r89_everybody_the_law_names_is_told_or_nobody_is() {
        let offices: Vec<Office> = sent().iter().map(|one| one.letter().office).collect();
        assert_eq!(offices, [Office::Employer, Office::Inspectorate]);
        type Change = fn(&mut Breach);
        let cases: [(&str, Change); 4] = [
            ("没有登记纪检监察机关", |one| {
                one.bodies.truncate(1)
            }),
            ("没有生效的认定文书", |one| one.effective = None),
            ("写明失信事实", |one| one.facts.clear()),
            ("没有规定“organ”", |one| {
                one.breaker = Breaker::Organ { code: code(3) }
            }),
        ];
        for (words, change) in cases {
            let mut breach = breach();
            change(&mut breach);
            let refused = refer(&breach, Some(&route()), &clerk(), DAY).unwrap_err();
            assert!(refused.text().contains(words), "{}", refused.text());
        }
        assert!(
            refer(&breach(), None, &clerk(), DAY).is_err(),
            "no basis, no letter"
        );
    }

    #[test]
    fn r89_a_referral_is_seen_by_its_two_parties_signed_for_and_replied_in_time() {
        let referral = sent().remove(0);
        let visible: Vec<bool> = [1, 3, 4]
            .map(|at| referral.visible(&code(at)).is_some())
            .into();
        assert_eq!(visible, [true, true, false], "not even by the other body");
        let body = Person {
            account: "li".to_owned(),
            organ: code(3),
        };
        assert!(
            referral.reply("已处理", &body, DAY).is_err(),
            "no reply before the receipt"
        );
        let receipt = Delivery {
            method: Method::Direct,
            proof: "签1号".to_owned(),
            on: DAY,
        };
        let other = Person {
            organ: code(4),
            ..body.clone()
        };
        let refused = referral.receive(&receipt, &other, DAY, &calendar());
        assert_eq!(refused, Err(Refusal::NotRecipient));
        let event = referral.receive(&receipt, &body, DAY, &calendar()).unwrap();
        let referral = Referral::apply(Some(referral), &event).unwrap();
        assert!(!referral.overdue(date(2026, 5, 19)) && referral.overdue(date(2026, 5, 20)));
        let event = referral
            .reply("已责令改正", &body, date(2026, 5, 20))
            .unwrap();
        assert!(matches!(event, Event::Replied { late: true, .. }));
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        let referral = Referral::apply(Some(referral), &event).unwrap();
        assert!(referral.reply("再答", &body, DAY).is_err(), "one reply");
    }
}
