//! Why a step of a visit is refused, with the article that says so and the way on.

use super::Unfit;
use crate::basis::Basis;
use crate::code::Code;
use jiff::civil::Date;

/// Why nothing was decided. A basis is absent where the law is silent or another organ must act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The visit is in another state than the step needs.
    OutOfStep {
        state: &'static str,
    },
    /// The law pack does not say what the step needs.
    Silent {
        what: &'static str,
    },
    /// Another organ leads the visit.
    NotLead,
    /// The organ takes no part in the visit.
    NotYours,
    /// The item is not on the published list of the organ (R65).
    Unpublished {
        item: String,
        basis: Option<Basis>,
    },
    /// The item may not be looked at in this way.
    Way {
        item: String,
        on_site: bool,
        basis: Basis,
    },
    /// An item stands twice in the visit.
    Twice {
        item: String,
    },
    NoItems {
        basis: Option<Basis>,
    },
    /// Not exactly one organ leads.
    Leads,
    /// An organ has a part already.
    Already {
        organ: Code,
    },
    /// The last day to begin has passed.
    Window {
        until: Date,
    },
    /// A last day that lies before today.
    Past {
        day: Date,
    },
    /// The law names no such exception.
    UnknownException {
        word: String,
    },
    NoWords {
        what: &'static str,
        basis: Option<Basis>,
    },
    /// The cap over all organs is used up, and no exception is named (R63).
    Cap {
        visits: u16,
        cap: u16,
        basis: Basis,
    },
    ItemCap {
        item: String,
        visits: u16,
        cap: u16,
        basis: Basis,
    },
    /// The grade is not visited without a clue (R68).
    LowRisk {
        basis: Basis,
    },
    Unfit {
        certificate: String,
        why: Unfit,
        basis: Option<Basis>,
    },
    /// Not everybody approved (R65).
    NotApproved {
        organs: Vec<Code>,
        basis: Option<Basis>,
    },
    /// The approval names no complete document of the organ.
    NoDocument {
        basis: Option<Basis>,
    },
    Approved,
    NoProof {
        basis: Option<Basis>,
    },
    /// The law does not let the notice be left out.
    NoWaiver {
        basis: Option<Basis>,
    },
    /// The day lies in the future, or before a step it rests on.
    Day {
        from: Date,
        until: Date,
    },
    UnknownGround {
        word: String,
    },
    /// The inspector stands in no team of the visit.
    NotInTeam {
        certificate: String,
    },
    /// The inspector stands in a team already.
    InTeam {
        certificate: String,
    },
    /// A recusal was asked for and is not decided (R67).
    Pending {
        certificate: String,
        basis: Option<Basis>,
    },
    NothingAsked {
        certificate: String,
    },
    /// Too few may inspect.
    TooFew {
        organ: Code,
        fit: usize,
        least: u16,
        basis: Basis,
    },
    TooFewSigned {
        signed: usize,
        least: u16,
        basis: Basis,
    },
    /// Somebody signed who was not there for the organ.
    Absent {
        certificate: String,
        basis: Option<Basis>,
    },
    /// The item is another organ's (R64).
    OtherItem {
        item: String,
        basis: Option<Basis>,
    },
    Recorded {
        item: String,
    },
    /// Another record was sent under this number of the phone.
    Conflict {
        client: String,
    },
    UnknownResult {
        word: String,
    },
    UnknownCheck {
        item: String,
        key: String,
        basis: Basis,
    },
    NoEvidence {
        basis: Option<Basis>,
    },
    /// Items that nobody recorded.
    Missing {
        items: Vec<String>,
        basis: Option<Basis>,
    },
    /// Nothing is wrong with the item.
    NoProblem {
        item: String,
        basis: Option<Basis>,
    },
    FollowUpOpen {
        item: String,
    },
    NoFollowUp {
        item: String,
    },
}

impl Refusal {
    /// The article that says no.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::Way { basis, .. }
            | Self::Cap { basis, .. }
            | Self::ItemCap { basis, .. }
            | Self::LowRisk { basis }
            | Self::TooFew { basis, .. }
            | Self::TooFewSigned { basis, .. }
            | Self::UnknownCheck { basis, .. } => Some(basis),
            Self::Unpublished { basis, .. }
            | Self::NoItems { basis }
            | Self::NoWords { basis, .. }
            | Self::Unfit { basis, .. }
            | Self::NotApproved { basis, .. }
            | Self::NoDocument { basis }
            | Self::NoProof { basis }
            | Self::NoWaiver { basis }
            | Self::Pending { basis, .. }
            | Self::Absent { basis, .. }
            | Self::OtherItem { basis, .. }
            | Self::NoEvidence { basis }
            | Self::Missing { basis, .. }
            | Self::NoProblem { basis, .. } => basis.as_ref(),
            _ => None,
        }
    }

    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        self.planned()
            .or_else(|| self.readied())
            .unwrap_or_else(|| self.recorded())
    }

    fn planned(&self) -> Option<String> {
        Some(match self {
            Self::Unpublished { item, .. } => {
                format!("检查事项“{item}”不在本单位公布的检查事项清单内，不得检查")
            }
            Self::Way {
                item,
                on_site: true,
                ..
            } => {
                format!("检查事项“{item}”不得以现场方式检查，请改用非现场方式")
            }
            Self::Way { item, .. } => format!("检查事项“{item}”只能以现场方式检查"),
            Self::Twice { item } => format!("检查事项“{item}”重复，一次检查中每个事项只查一次"),
            Self::NoItems { .. } => "每个参加单位至少要有一个检查事项".to_owned(),
            Self::Leads => "联合检查须有且只有一个牵头单位".to_owned(),
            Self::Already { organ } => format!("{organ}已经参加这次检查"),
            Self::Window { until } => {
                format!("检查期限已于{until}届满，请撤销后重新安排检查")
            }
            Self::Past { day } => format!("截止日{day}早于今日，请重新填写"),
            Self::UnknownException { word } => {
                format!("规则包没有规定触发情形“{word}”，请按抽查安排或者先补充依据")
            }
            Self::Cap { visits, cap, .. } => format!(
                "该企业本年度各部门现场检查已有{visits}次，达到年度上限{cap}次；没有投诉举报、线索、事故或者法定情形的，不得再查一般检查事项，可改用非现场方式或者并入其他部门的检查"
            ),
            Self::ItemCap {
                item, visits, cap, ..
            } => {
                format!("检查事项“{item}”本年度已检查{visits}次，达到上限{cap}次")
            }
            Self::LowRisk { .. } => {
                "该企业风险等级的抽查比例为零，没有投诉举报、线索或者法定情形的，不实施现场检查"
                    .to_owned()
            }
            Self::Unfit {
                certificate, why, ..
            } => {
                format!("执法证号{certificate}：{}", why.text())
            }
            _ => return None,
        })
    }

    fn readied(&self) -> Option<String> {
        Some(match self {
            Self::OutOfStep { state } => format!("检查现为“{state}”，不能办理这一步"),
            Self::Silent { what } => format!("规则包没有规定{what}，请先补充规则和依据"),
            Self::NotLead => "由牵头单位办理".to_owned(),
            Self::NotYours => "只能由参加这次检查的单位办理".to_owned(),
            Self::NoWords { what, .. } => format!("请写明{what}"),
            Self::NotApproved { organs, .. } => {
                let organs: Vec<&str> = organs.iter().map(Code::as_str).collect();
                format!(
                    "{}尚未批准检查（检查审批表），不能通知和检查",
                    organs.join("、")
                )
            }
            Self::NoDocument { .. } => "请登记本单位检查审批表的名称、文号和日期".to_owned(),
            Self::Approved => "本单位已经批准".to_owned(),
            Self::NoProof { .. } => "请登记检查通知书的送达凭证和日期".to_owned(),
            Self::NoWaiver { .. } => "没有依据不事先通知，请送达检查通知书后再检查".to_owned(),
            Self::Day { from, until } => format!("日期须在{from}至{until}之间"),
            Self::UnknownGround { word } => format!("规则包没有规定回避情形“{word}”"),
            Self::NotInTeam { certificate } => {
                format!("执法证号{certificate}不在这次检查的人员之中")
            }
            Self::InTeam { certificate } => {
                format!("执法证号{certificate}已在这次检查的人员之中")
            }
            Self::Pending { certificate, .. } => {
                format!("对执法证号{certificate}的回避申请尚未决定")
            }
            Self::NothingAsked { certificate } => {
                format!("没有对执法证号{certificate}提出待决定的回避申请")
            }
            Self::TooFew {
                organ, fit, least, ..
            } => format!(
                "{organ}到场且有资格的执法人员{fit}人，少于{least}人，不能开始检查；请补充人员"
            ),
            _ => return None,
        })
    }

    fn recorded(&self) -> String {
        match self {
            Self::TooFewSigned { signed, least, .. } => {
                format!("检查笔录由{signed}名执法人员签名，少于{least}名")
            }
            Self::Absent { certificate, .. } => {
                format!("执法证号{certificate}不是本单位到场的执法人员，不能签名")
            }
            Self::OtherItem { item, .. } => {
                format!("检查事项“{item}”不属于本单位，由所属单位记录和签名")
            }
            Self::Recorded { item } => format!("检查事项“{item}”已经有检查结果"),
            Self::Conflict { client } => {
                format!("编号{client}的记录已经上传，内容与这次不同；请用新的编号")
            }
            Self::UnknownResult { word } => format!("检查结果代码“{word}”不在规则包内"),
            Self::UnknownCheck { item, key, .. } => {
                format!("检查事项“{item}”公布的检查标准中没有“{key}”")
            }
            Self::NoEvidence { .. } => "请附照片等证据".to_owned(),
            Self::Missing { items, .. } => {
                format!("检查事项“{}”尚无检查结果", items.join("”“"))
            }
            Self::NoProblem { item, .. } => {
                format!("检查事项“{item}”没有发现问题，无须后续处理")
            }
            Self::FollowUpOpen { item } => format!("检查事项“{item}”的后续处理尚未办结"),
            Self::NoFollowUp { item } => format!("检查事项“{item}”没有待办的后续处理"),
            _ => String::new(),
        }
    }
}
