//! Who asks or acts, and what that lets them do. The decisions in `domain` ask again which organ it is.

use crate::Actor;
use crate::ports::{Account, Role, Row};
use domain::code::Code;
use domain::person::Key;
use domain::procedure::Person;

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub account: String,
    pub role: Role,
    /// The organ acted for; of an entity's account, the entity.
    pub code: Option<Code>,
    /// Of a natural person's account.
    pub person: Option<Key>,
}

/// Whose hand a verb is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// 信用办
    Office,
    /// A department.
    Organ,
    /// The entity it is about.
    Entity,
    /// The entity, or the hall's counter in its presence.
    Applicant,
    /// A department or the office.
    Administration,
    /// A natural person who is linked to a listing.
    Linked,
}

impl Hand {
    /// What a user reads about whose it is.
    pub fn name(self) -> &'static str {
        match self {
            Self::Office => "信用办",
            Self::Organ => "办理机关",
            Self::Entity => "主体本人",
            Self::Applicant => "主体本人或者政务大厅窗口",
            Self::Administration => "办理机关或者信用办",
            Self::Linked => "被关联的本人",
        }
    }
}

impl Who {
    /// The person behind an account.
    pub fn of(account: &Account) -> Self {
        Self {
            account: account.name.clone(),
            role: account.role,
            code: account.organ,
            person: Key::read(&account.person),
        }
    }

    /// The operator on the command line, for the organ he names, or for the office.
    pub fn operator(organ: Option<Code>, office: bool) -> Self {
        Self {
            account: "operator".to_owned(),
            role: if office { Role::Office } else { Role::Organ },
            code: organ,
            person: None,
        }
    }

    pub fn actor(&self) -> Actor {
        let administration = matches!(self.role, Role::Office | Role::Organ | Role::Counter);
        Actor {
            name: self.account.clone(),
            organ: self.code.filter(|_| administration),
        }
    }

    pub fn is_office(&self) -> bool {
        self.role == Role::Office
    }

    /// The entity whose account it is.
    pub fn entity(&self) -> Option<Code> {
        self.code.filter(|_| self.role == Role::Entity)
    }

    /// The organ acted for.
    pub fn organ(&self) -> Option<Code> {
        let acts = matches!(self.role, Role::Office | Role::Organ | Role::Counter);
        self.code.filter(|_| acts)
    }

    /// As the decisions name who acts; `None` for whoever acts for no organ.
    pub fn person(&self) -> Option<Person> {
        Some(Person {
            account: self.account.clone(),
            organ: self.organ()?,
        })
    }

    /// Whether a verb in this hand is theirs at all.
    pub fn holds(&self, hand: Hand) -> bool {
        match hand {
            Hand::Office => self.role == Role::Office,
            Hand::Organ => self.role == Role::Organ,
            Hand::Entity => self.role == Role::Entity,
            Hand::Applicant => matches!(self.role, Role::Entity | Role::Counter),
            Hand::Administration => matches!(self.role, Role::Office | Role::Organ),
            Hand::Linked => self.role == Role::Person,
        }
    }

    /// Whether they may see a procedure.
    ///
    /// A tag of attention is seen by the organ that set it, a referral by sender and recipient, and by
    /// nobody else, the office included (R89, R91). An entity sees what is about itself once it was told.
    pub fn sees(&self, row: &Row) -> bool {
        let part = self.organ().is_some_and(|own| {
            [row.organ, row.other].contains(&Some(own)) || row.others.contains(&own)
        });
        match (row.noun.as_str(), self.role) {
            ("attention", Role::Office | Role::Organ) => {
                self.organ().is_some() && row.organ == self.organ()
            }
            ("referral", Role::Office | Role::Organ) => part,
            // The notice of a referral says as much as the referral.
            ("notice", Role::Office) if row.topic == "referral-sent" => part,
            (_, Role::Office) => true,
            (_, Role::Organ) => part,
            ("repair" | "objection", Role::Counter) => !row.internal,
            ("attention" | "referral" | "feedback" | "notice", Role::Entity) => false,
            // The register of inspectors and batches are about nobody in particular.
            ("inspector" | "draw", Role::Entity) => false,
            (_, Role::Entity) if row.internal => false,
            (_, Role::Entity) => self.entity().is_some() && row.entity == self.entity(),
            (_, Role::Counter | Role::Person | Role::Partner) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn r89_the_notice_of_a_referral_is_seen_by_whom_it_went_to() {
        let code = |text: &str| Code::read(text).unwrap();
        let (office, organ) = (code("11370400MAY0000250"), code("11370400MAY0000175"));
        let row = |topic: &str| Row {
            id: 1,
            noun: "notice".to_owned(),
            entity: None,
            organ: Some(organ),
            other: None,
            others: Vec::new(),
            about: Some(2),
            topic: topic.to_owned(),
            state: String::new(),
            open: true,
            internal: false,
            opened: date(2026, 6, 1),
            touched: 1,
        };
        let cases = [
            ("referral-sent", true, organ, true),
            ("referral-sent", true, office, false),
            ("referral-sent", false, organ, true),
            ("feedback-due", true, office, true),
            ("feedback-due", false, office, false),
        ];
        for (template, is_office, own, sees) in cases {
            let who = Who::operator(Some(own), is_office);
            assert_eq!(who.sees(&row(template)), sees, "{template} {own}");
        }
    }
}
