//! 检查人员名录库: who may inspect, with which certificate, for which lines, and where he must not go.
//!
//! An inspector is here as an officer of an organ. Nothing is counted against him: visits are counted
//! only so that work is shared evenly (R61).

use crate::basis::{Basis, Ruled};
use crate::code::Code;
use crate::procedure::{OutOfStep, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An entry of the register as an organ hands it in.
///
/// STORED: part of inspector events. `called` is lifted out of the head, so that it can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// 执法证号
    pub certificate: String,
    /// Name of the officer.
    pub called: String,
    pub organ: Code,
    /// 执法条线: words of `law/catalog/inspections.toml`.
    pub lines: Vec<String>,
    /// Last day on which the certificate is valid.
    pub until: Date,
    /// The account with which results are handed in from the field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
}

/// 回避: an organisation this inspector must not inspect.
///
/// STORED: part of inspector events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recusal {
    pub entity: Code,
    /// Word of the ground.
    pub ground: String,
    pub on: Date,
    pub basis: Basis,
}

/// What happened to an inspector's entry.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Enrolled {
        enrolment: Enrolment,
        by: Person,
        on: Date,
    },
    /// Lines, validity or account changed.
    Amended {
        lines: Vec<String>,
        until: Date,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        account: String,
        by: Person,
        on: Date,
    },
    Recused {
        recusal: Recusal,
        /// What the relation is, for the organ alone.
        words: String,
        by: Person,
    },
    /// The ground is gone.
    Unrecused {
        entity: Code,
        reason: String,
        by: Person,
        on: Date,
    },
    /// He does not inspect any more.
    Left {
        reason: String,
        by: Person,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Recused { recusal, .. } => vec![recusal.basis.clone()],
            _ => Vec::new(),
        }
    }
}

/// An inspector as he stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspector {
    pub enrolment: Enrolment,
    pub recusals: Vec<Recusal>,
    /// The day he left.
    pub left: Option<Date>,
}

/// Why nothing is entered or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoCertificate,
    /// The number stands in the register already.
    Taken,
    NoLines,
    /// The law's catalog has no such line.
    UnknownLine {
        line: String,
    },
    Expired {
        until: Date,
    },
    NotYours,
    Gone,
    /// The catalog has no such ground of recusal.
    UnknownGround,
    Recused,
    NotRecused,
    NoReason,
}

impl Refusal {
    /// What a user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::NoCertificate => "请填写姓名和执法证号；没有执法证的人员不得检查".to_owned(),
            Self::Taken => "这个执法证号已在名录库中，请在原有条目上变更".to_owned(),
            Self::NoLines => "请至少选择一个执法条线".to_owned(),
            Self::UnknownLine { line } => format!("目录中没有执法条线“{line}”"),
            Self::Expired { until } => format!("执法证已于{until}到期，换证后再登记"),
            Self::NotYours => "只能由检查人员所在机关办理".to_owned(),
            Self::Gone => "该检查人员已退出名录库".to_owned(),
            Self::UnknownGround => "目录中没有这一回避事由".to_owned(),
            Self::Recused => "已登记对该单位回避".to_owned(),
            Self::NotRecused => "没有登记对该单位回避".to_owned(),
            Self::NoReason => "请写明理由".to_owned(),
        }
    }
}

/// Enters an inspector. `lines` are those of the catalog, `taken` says that the number is in use.
pub fn enrol(
    enrolment: Enrolment,
    by: &Person,
    lines: &[&str],
    taken: bool,
    today: Date,
) -> Result<Event, Refusal> {
    let blank = |text: &str| text.trim().is_empty();
    if blank(&enrolment.certificate) || blank(&enrolment.called) {
        return Err(Refusal::NoCertificate);
    }
    if taken {
        return Err(Refusal::Taken);
    }
    if enrolment.organ != by.organ {
        return Err(Refusal::NotYours);
    }
    check(&enrolment.lines, enrolment.until, lines, today)?;
    Ok(Event::Enrolled {
        enrolment,
        by: by.clone(),
        on: today,
    })
}

fn check(held: &[String], until: Date, lines: &[&str], today: Date) -> Result<(), Refusal> {
    if held.is_empty() {
        return Err(Refusal::NoLines);
    }
    if let Some(line) = held.iter().find(|line| !lines.contains(&line.as_str())) {
        return Err(Refusal::UnknownLine { line: line.clone() });
    }
    match until < today {
        true => Err(Refusal::Expired { until }),
        false => Ok(()),
    }
}

impl Inspector {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        let Some(mut state) = state else {
            return match event {
                Event::Enrolled { enrolment, .. } => Ok(Self {
                    enrolment: enrolment.clone(),
                    recusals: Vec::new(),
                    left: None,
                }),
                _ => Err(OutOfStep),
            };
        };
        match event {
            Event::Enrolled { .. } => return Err(OutOfStep),
            Event::Amended {
                lines,
                until,
                account,
                ..
            } => {
                state.enrolment.lines.clone_from(lines);
                state.enrolment.until = *until;
                state.enrolment.account.clone_from(account);
            }
            Event::Recused { recusal, .. } => state.recusals.push(recusal.clone()),
            Event::Unrecused { entity, .. } => {
                state.recusals.retain(|recusal| recusal.entity != *entity);
            }
            Event::Left { on, .. } => state.left = Some(*on),
        }
        Ok(state)
    }

    /// Whether he may be sent on a day.
    pub fn serves(&self, day: Date) -> bool {
        self.left.is_none() && day <= self.enrolment.until
    }

    pub fn recused(&self, entity: &Code) -> bool {
        self.recusals.iter().any(|one| one.entity == *entity)
    }

    fn own(&self, by: &Person) -> Result<(), Refusal> {
        match (self.left, self.enrolment.organ == by.organ) {
            (Some(_), _) => Err(Refusal::Gone),
            (None, false) => Err(Refusal::NotYours),
            (None, true) => Ok(()),
        }
    }

    /// Changes lines, validity or account.
    pub fn amend(
        &self,
        held: Vec<String>,
        until: Date,
        account: String,
        by: &Person,
        lines: &[&str],
        today: Date,
    ) -> Result<Event, Refusal> {
        self.own(by)?;
        check(&held, until, lines, today)?;
        Ok(Event::Amended {
            lines: held,
            until,
            account,
            by: by.clone(),
            on: today,
        })
    }

    /// Declares that he must not inspect an organisation, by a ground of the catalog (R67).
    pub fn recuse(
        &self,
        entity: Code,
        ground: Option<&Ruled<String>>,
        words: &str,
        by: &Person,
        today: Date,
    ) -> Result<Event, Refusal> {
        self.own(by)?;
        let ground = ground.ok_or(Refusal::UnknownGround)?;
        if self.recused(&entity) {
            return Err(Refusal::Recused);
        }
        let recusal = Recusal {
            entity,
            ground: ground.value().clone(),
            on: today,
            basis: ground.basis().clone(),
        };
        Ok(Event::Recused {
            recusal,
            words: words.to_owned(),
            by: by.clone(),
        })
    }

    /// Takes a recusal back, with a reason.
    pub fn unrecuse(
        &self,
        entity: Code,
        reason: &str,
        by: &Person,
        today: Date,
    ) -> Result<Event, Refusal> {
        self.own(by)?;
        if !self.recused(&entity) {
            return Err(Refusal::NotRecused);
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        Ok(Event::Unrecused {
            entity,
            reason: reason.to_owned(),
            by: by.clone(),
            on: today,
        })
    }

    pub fn leave(&self, reason: &str, by: &Person, today: Date) -> Result<Event, Refusal> {
        self.own(by)?;
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        Ok(Event::Left {
            reason: reason.to_owned(),
            by: by.clone(),
            on: today,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn person(organ: &str) -> Person {
        Person {
            account: "clerk".to_owned(),
            organ: Code::read(organ).unwrap(),
        }
    }

    fn enrolment(by: &Person) -> Enrolment {
        Enrolment {
            certificate: "37040012".to_owned(),
            called: "李某".to_owned(),
            organ: by.organ,
            lines: vec!["fire".to_owned()],
            until: date(2027, 12, 31),
            account: String::new(),
        }
    }

    #[test]
    fn r61_nobody_inspects_without_a_valid_certificate_for_a_known_line() {
        let by = person("11370400MAY0000175");
        let today = date(2026, 6, 1);
        let lines = ["fire", "market"];
        let enter = |enrolment, taken| enrol(enrolment, &by, &lines, taken, today);
        assert!(enter(enrolment(&by), false).is_ok());
        assert_eq!(enter(enrolment(&by), true), Err(Refusal::Taken));
        let mut late = enrolment(&by);
        late.until = date(2026, 5, 31);
        assert!(matches!(enter(late, false), Err(Refusal::Expired { .. })));
        let mut other = enrolment(&by);
        other.lines = vec!["astrology".to_owned()];
        assert!(matches!(
            enter(other, false),
            Err(Refusal::UnknownLine { .. })
        ));
    }

    #[test]
    fn r67_a_recusal_names_a_ground_of_the_catalog_and_is_the_organs_own() {
        let by = person("11370400MAY0000175");
        let today = date(2026, 6, 1);
        let entered = enrol(enrolment(&by), &by, &["fire"], false, today).unwrap();
        let inspector = Inspector::apply(None, &entered).unwrap();
        let firm = Code::read("91370404MAY42KH57E").unwrap();
        let basis = Basis {
            statute: "cn/test".into(),
            article: "1".into(),
            confirmed: false,
        };
        #[expect(clippy::disallowed_methods, reason = "a test is its own law")]
        let ground = Ruled::by_law("kin".to_owned(), basis);
        let none = inspector.recuse(firm, None, "", &by, today);
        assert_eq!(none, Err(Refusal::UnknownGround));
        let other = person("11370400MAY0000250");
        let foreign = inspector.recuse(firm, Some(&ground), "", &other, today);
        assert_eq!(foreign, Err(Refusal::NotYours));
        let event = inspector.recuse(firm, Some(&ground), "配偶任职", &by, today);
        let inspector = Inspector::apply(Some(inspector), &event.unwrap()).unwrap();
        assert!(inspector.recused(&firm));
        let again = inspector.recuse(firm, Some(&ground), "", &by, today);
        assert_eq!(again, Err(Refusal::Recused));
        let back = inspector.unrecuse(firm, "已离婚", &by, today).unwrap();
        assert!(
            !Inspector::apply(Some(inspector), &back)
                .unwrap()
                .recused(&firm)
        );
    }
}
