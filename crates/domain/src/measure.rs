//! Measures (惩戒措施, 激励措施) as the law defines them.

use crate::basis::Basis;
use jiff::Span;
use serde::{Deserialize, Serialize};

/// The three classes of the national catalogue, which need bases of different rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Class {
    /// 减损权益或者增加义务
    Rights,
    /// 管理裁量范围内
    Discretion,
    /// 市场和行业自律: the platform informs, the receiver decides (R84).
    Private,
}

impl Class {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rights => "减损权益或者增加义务的措施",
            Self::Discretion => "管理裁量范围内的措施",
            Self::Private => "市场和行业自律的措施",
        }
    }

    /// Whether a receiver may answer that it does not apply the measure.
    pub fn optional(self) -> bool {
        self == Self::Private
    }
}

impl TryFrom<u8> for Class {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::Rights),
            2 => Ok(Self::Discretion),
            3 => Ok(Self::Private),
            _ => Err("class must be 1, 2 or 3"),
        }
    }
}

impl From<Class> for u8 {
    fn from(class: Class) -> Self {
        match class {
            Class::Rights => 1,
            Class::Discretion => 2,
            Class::Private => 3,
        }
    }
}

/// When a measure ends. There is no measure without an end.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// With the listing that triggered it.
    WithList,
    /// After this time, or with the listing if that is sooner.
    After(Span),
}

impl PartialEq for End {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::WithList, Self::WithList) => true,
            (Self::After(a), Self::After(b)) => a.fieldwise() == b.fieldwise(),
            _ => false,
        }
    }
}

/// A measure in force for some time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    pub word: String,
    pub name: String,
    pub class: Class,
    /// 激励: given for being on an honorlist.
    pub incentive: bool,
    /// Words of the lists that trigger it.
    pub triggers: Vec<String>,
    /// Words of the forms of organisation it may be taken against.
    pub targets: Vec<String>,
    /// Whether it touches persons; then only those in a role the basis names.
    pub personal: bool,
    /// Person roles the basis names.
    pub roles: Vec<String>,
    /// Who carries it out, in Chinese.
    pub implementer: String,
    pub matters: Matters,
    pub end: End,
    /// Every basis of the measure, its own first.
    pub bases: Vec<Basis>,
}

/// In which matters a measure may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matters {
    All,
    Listed(Vec<String>),
}

impl Matters {
    pub fn has(&self, code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Listed(codes) => codes.iter().any(|known| known == code),
        }
    }
}

/// What is known when measures are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Word of the list the entity is on.
    pub list: &'a str,
    /// Word of its form of organisation.
    pub form: &'a str,
    /// Code of the matter in hand.
    pub matter: &'a str,
    /// Role of a linked person; absent when the organisation itself is asked about.
    pub role: Option<&'a str>,
}

impl Measure {
    /// Whether the measure may be taken (R83); the date is for the law pack to decide.
    pub fn applies(&self, facts: &Facts<'_>) -> bool {
        let named = |words: &[String], word: &str| words.iter().any(|known| known == word);
        let person = match facts.role {
            Some(role) => self.personal && named(&self.roles, role),
            None => !self.personal,
        };
        named(&self.triggers, facts.list)
            && named(&self.targets, facts.form)
            && self.matters.has(facts.matter)
            && person
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ban() -> Measure {
        Measure {
            word: "bidding-ban".to_owned(),
            name: "限制投标".to_owned(),
            class: Class::Rights,
            incentive: false,
            triggers: vec!["wages".to_owned()],
            targets: vec!["enterprise".to_owned()],
            personal: false,
            roles: Vec::new(),
            implementer: "招标人".to_owned(),
            matters: Matters::Listed(vec!["bidding".to_owned()]),
            end: End::WithList,
            bases: Vec::new(),
        }
    }

    #[test]
    fn r83_each_condition_alone_forbids_the_measure() {
        let fits = Facts {
            list: "wages",
            form: "enterprise",
            matter: "bidding",
            role: None,
        };
        assert!(ban().applies(&fits));
        let list = Facts {
            list: "tax",
            ..fits
        };
        let form = Facts {
            form: "organ",
            ..fits
        };
        let matter = Facts {
            matter: "fund",
            ..fits
        };
        for other in [list, form, matter] {
            assert!(!ban().applies(&other), "{other:?}");
        }
    }

    #[test]
    fn r88_a_person_is_touched_only_in_a_named_role() {
        let facts = |role| Facts {
            list: "wages",
            form: "enterprise",
            matter: "bidding",
            role,
        };
        assert!(!ban().applies(&facts(Some("representative"))));
        let personal = Measure {
            personal: true,
            roles: vec!["representative".to_owned()],
            ..ban()
        };
        assert!(personal.applies(&facts(Some("representative"))));
        assert!(!personal.applies(&facts(Some("controller"))));
        assert!(!personal.applies(&facts(None)));
    }
}
