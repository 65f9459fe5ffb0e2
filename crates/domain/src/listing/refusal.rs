//! Why a step of a listing is refused, with the article that says so and the way on.

use crate::basis::Basis;
use crate::procedure::Unmoved;
use jiff::civil::Date;

/// Why nothing was decided. A variant without basis means that no law allows the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The case is in another state than the step needs.
    OutOfStep {
        state: &'static str,
    },
    /// The list is not in the pack, or not in force on the day (超范围).
    Unlisted {
        list: String,
    },
    /// An internal tag is no listing.
    Internal {
        basis: Basis,
    },
    /// The law pack does not say how long something takes.
    Silent {
        what: &'static str,
    },
    NoGround {
        basis: Basis,
    },
    /// No criterion of the list has this word.
    UnknownGround {
        key: String,
        basis: Basis,
    },
    NoEvidence {
        basis: Basis,
    },
    /// The list may not rest on documents of this kind.
    WrongEvidence {
        evidence: String,
        basis: Basis,
    },
    /// The document is not in effect.
    NotEffective {
        number: String,
        basis: Basis,
    },
    NoReasons {
        basis: Basis,
    },
    RoleNotNamed {
        role: String,
        basis: Basis,
    },
    /// Another organ leads the case.
    NotYours,
    NoProof {
        basis: Basis,
    },
    NoDocument {
        basis: Basis,
    },
    /// A document or delivery is older than what it follows on.
    TooOld {
        after: Date,
        basis: Basis,
    },
    /// The entity may still answer.
    PleaOpen {
        last: Date,
        basis: Basis,
    },
    PleaSuspended {
        since: Date,
        basis: Basis,
    },
    /// The last day cannot be computed without the official calendar.
    PleaUnknown {
        basis: Basis,
    },
    /// The decision does not say what became of the plea.
    Unanswered {
        basis: Basis,
    },
    /// The same entity has an open case on the same list.
    Double {
        case: u64,
        basis: Basis,
    },
    /// A seriously dishonest entity gets on no honorlist.
    Serious {
        listing: u64,
        basis: Basis,
    },
    /// The listing would be over before it was registered.
    TermOver {
        ends: Date,
        basis: Basis,
    },
    NoRepairNotice {
        basis: Basis,
    },
    NoExit {
        key: String,
        basis: Basis,
    },
    TooEarly {
        from: Date,
        basis: Basis,
    },
    NotLinked {
        basis: Basis,
    },
    Clock {
        why: Unmoved,
        basis: Basis,
    },
}

impl Refusal {
    /// The article that says no; absent where no law allows the step, or another organ must act.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::OutOfStep { .. } | Self::Unlisted { .. } => None,
            Self::Silent { .. } | Self::NotYours => None,
            Self::Internal { basis }
            | Self::NoGround { basis }
            | Self::UnknownGround { basis, .. }
            | Self::NoEvidence { basis }
            | Self::WrongEvidence { basis, .. }
            | Self::NotEffective { basis, .. }
            | Self::NoReasons { basis }
            | Self::RoleNotNamed { basis, .. }
            | Self::NoProof { basis }
            | Self::NoDocument { basis }
            | Self::TooOld { basis, .. }
            | Self::PleaOpen { basis, .. }
            | Self::PleaSuspended { basis, .. }
            | Self::PleaUnknown { basis }
            | Self::Unanswered { basis }
            | Self::Double { basis, .. }
            | Self::Serious { basis, .. }
            | Self::TermOver { basis, .. }
            | Self::NoRepairNotice { basis }
            | Self::NoExit { basis, .. }
            | Self::TooEarly { basis, .. }
            | Self::NotLinked { basis }
            | Self::Clock { basis, .. } => Some(basis),
        }
    }

    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        self.of_case().unwrap_or_else(|| self.of_step())
    }

    /// Refusals about what a case rests on.
    fn of_case(&self) -> Option<String> {
        Some(match self {
            Self::Unlisted { list } => {
                format!("名单“{list}”不在规则包的名单目录内或者当日无效，属于超范围，不得列入")
            }
            Self::Internal { .. } => "重点关注只作内部标注，不能按名单列入；请使用标注".to_owned(),
            Self::Silent { what } => {
                format!("规则包没有规定{what}，不能办理；请先补充规则和依据")
            }
            Self::NoGround { .. } => "没有写明符合哪一项列入条件，请按认定标准选择".to_owned(),
            Self::UnknownGround { key, .. } => {
                format!("“{key}”不是该名单的列入条件，请按认定标准选择")
            }
            Self::NoEvidence { .. } => "没有据以列入的生效文书，不得列入".to_owned(),
            Self::WrongEvidence { evidence, .. } => {
                format!("“{evidence}”不是该名单可以依据的文书种类")
            }
            Self::NotEffective { number, .. } => {
                format!("文书{number}尚未生效或者已被撤销，生效后再提出")
            }
            Self::NoReasons { .. } => "请写明拟列入的事实和理由".to_owned(),
            Self::RoleNotNamed { role, .. } => {
                format!("名单依据没有写明身份“{role}”，不得惩戒到人")
            }
            Self::Double { case, .. } => {
                format!("同一主体在同一名单上已有第{case}号案件，请在该案件办理")
            }
            Self::Serious { listing, .. } => {
                format!("主体在严重失信主体名单上（第{listing}号），移出以前不能列入守信名单")
            }
            Self::NotYours => "案件由其他机关办理，请移送提出机关".to_owned(),
            _ => return None,
        })
    }

    /// Refusals about a single step.
    fn of_step(&self) -> String {
        match self {
            Self::OutOfStep { state } => format!("案件现为“{state}”，不能办理这一步；请按顺序办理"),
            Self::NoProof { .. } => "没有送达凭证，请登记送达方式、凭证编号和日期".to_owned(),
            Self::NoDocument { .. } => {
                "请填写文书名称、文号和日期，文书须由有权机关作出".to_owned()
            }
            Self::TooOld { after, .. } => format!("日期不能早于{after}"),
            Self::PleaOpen { last, .. } => {
                format!("陈述申辩期至{last}，期满或者主体书面表示无补充后再作决定")
            }
            Self::PleaSuspended { since, .. } => {
                format!("陈述申辩期自{since}起中止，恢复并届满后再作决定")
            }
            Self::PleaUnknown { .. } => "相关年度工作日历尚未发布，陈述申辩期届满日待定".to_owned(),
            Self::Unanswered { .. } => "主体已经陈述申辩，决定须写明采纳情况和理由".to_owned(),
            Self::TermOver { ends, .. } => format!("列入期限已于{ends}届满，不再列入"),
            Self::NoRepairNotice { .. } => "列入决定须与信用修复告知书同时送达".to_owned(),
            Self::NoExit { key, .. } => format!("“{key}”不是该名单的移出情形"),
            Self::TooEarly { from, .. } => format!("自{from}起才可以申请提前移出"),
            Self::NotLinked { .. } => "该人员没有以这一身份列入，无须解除".to_owned(),
            Self::Clock { why, .. } => why.to_string(),
            other => other.of_case().unwrap_or_default(),
        }
    }
}
