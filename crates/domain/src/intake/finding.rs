//! Findings: what is wrong with a row, in words the filing clerk can act on.
//!
//! A finding is made in the inner loop over millions of rows and read by a person a few thousand
//! times, so it keeps the reason and the cell; the sentence is written when somebody asks for it.

use crate::code::Checked;
use crate::mask::Detail;
use jiff::civil::Date;
use std::sync::Arc;

/// 主体名称与代码不匹配
pub const UNKNOWN_PARTY: &str = "DQ1001";
/// 代码错误或与类别不符
pub const CODE: &str = "DQ1002";
/// 必填缺失、应空未空
pub const NEED: &str = "DQ1003";
/// 取值不在范围内
pub const VALUE: &str = "DQ1004";
/// 日期错误
pub const DATE: &str = "DQ1005";
/// 金额错误
pub const AMOUNT: &str = "DQ1006";
/// 处罚类别与内容不符
pub const KINDS: &str = "DQ1007";
/// 机关代码错误
pub const ORGAN: &str = "DQ1008";
/// 重复报送
pub const DUPLICATE: &str = "DQ1009";
/// 文本含个人信息
pub const PERSONAL: &str = "DQ1010";
/// 不予公示或涉密
pub const NOT_PUBLIC: &str = "DQ1011";
/// 迟报
pub const LATE: &str = "DQ1012";
/// 占位符
pub const PLACEHOLDER: &str = "DQ1013";
/// 文号不规范
pub const DOCKET: &str = "DQ1014";
/// 公示截止期不符
pub const PUBLISH_END: &str = "DQ1015";
/// 单元格形式错误 (formula without value, number in a code column, merged cell)
pub const FORM: &str = "DQ1016";
/// 表头问题
pub const HEADER: &str = "DQ1017";
/// 字数不符
pub const LENGTH: &str = "DQ1018";

/// Every code with the heading a report shows.
pub const CODES: [(&str, &str); 18] = [
    (UNKNOWN_PARTY, "主体名称与代码不匹配"),
    (CODE, "主体代码错误或与类别不符"),
    (NEED, "必填项缺失或不应填写"),
    (VALUE, "取值不在规定范围"),
    (DATE, "日期错误"),
    (AMOUNT, "金额错误"),
    (KINDS, "处罚类别与内容不一致"),
    (ORGAN, "机关代码错误"),
    (DUPLICATE, "重复报送"),
    (PERSONAL, "文本含个人信息"),
    (NOT_PUBLIC, "不予公示或涉密"),
    (LATE, "超过报送时限"),
    (PLACEHOLDER, "占位符或无效文字"),
    (DOCKET, "文号不规范"),
    (PUBLISH_END, "公示截止期不一致"),
    (FORM, "单元格形式错误"),
    (HEADER, "表头问题"),
    (LENGTH, "字数不符"),
];

/// The heading of a code, where it is one of ours.
pub fn heading(code: &str) -> Option<&'static str> {
    CODES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, heading)| *heading)
}

/// What a finding does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The row is accepted; the sender is told.
    Note,
    /// The row is not accepted.
    Reject,
}

impl Level {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Reject => "退回",
        }
    }
}

/// One thing wrong with a row, or with the header.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Stable code from [`CODES`], or one the source states.
    pub code: Arc<str>,
    pub level: Level,
    /// Index of the column in the source, see [`super::Spec::column`]; none for a whole row.
    pub column: Option<u16>,
    /// Code and name of the column.
    pub field: Option<Field>,
    pub reason: Reason,
    /// The cell as it stood, cut to [`SHOWN`] characters.
    pub value: Box<str>,
}

/// A column as the sender knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub code: Arc<str>,
    pub name: Arc<str>,
}

/// The text of a column that asks whether the row is secret.
pub(crate) const SECRET_FLAG: &str = "是";

/// So many characters of a cell are quoted back.
pub const SHOWN: usize = 40;

/// Why there is a finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    Missing,
    MissingIf(Arc<str>),
    Forbidden(Arc<str>),
    TooShort(u32),
    TooLong(u32),
    NotListed(Arc<str>),
    ReadAs(Arc<str>),
    NoDate(&'static str),
    Future(Date),
    Before(Arc<str>),
    TooFar(Arc<str>, i32),
    NoAmount,
    TooManyDigits(u8, u8),
    Unit {
        text_fen: i64,
    },
    WrongCode(Box<Checked>),
    Nonconforming,
    KindMismatch {
        individual: bool,
    },
    IndividualAsPerson,
    NoAmountForKind(Arc<str>),
    NoKindForAmount(Arc<str>),
    NotOrgan,
    Banned(Arc<str>),
    Control,
    Placeholder,
    Personal(Detail),
    WrongId,
    SimpleProcedure,
    Secret(&'static str),
    Docket(Box<str>),
    Repeated(u32),
    DigitsLost,
    NoValue,
    FormulaError,
    MergedCell,
    Surplus,
    HeaderMissing,
    HeaderTwice,
    HeaderUnknown,
    HeaderBlank,
    /// Found by the desk, which knows the register, the accounts, the ledger and the calendar.
    Outside(Outside),
}

/// Findings that need the outside world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// DQ1001: the code's entity bears another name.
    NameOfAnother { registered: Box<str> },
    /// DQ1001: the document uses a name that was given up.
    FormerName { today: Box<str> },
    /// DQ1001: nobody in the register has the code.
    UnknownCode,
    /// DQ1002: the code breaks GB 32100 and no register knows it.
    NonconformingUnknown,
    /// DQ1008: the organ is not in the register of organs.
    UnknownOrgan,
    /// DQ1008: the account hands in for another organ.
    OtherOrgan { account: Box<str> },
    /// DQ1009: the decision is already there.
    Filed { entry: u64, on: Date },
    /// DQ1003: the kinds of penalty do not fix the class, and the organ did not state it.
    ClassUnclear,
    /// DQ1012
    Late { last_day: Date, days: u32 },
    /// DQ1015: the stated end differs from the computed one, which prevails.
    PublishEnd { stated: Date, computed: Date },
}

impl Finding {
    /// A finding of the desk about a cell.
    pub fn outside(plan: &super::Plan, column: Option<u16>, value: &str, found: Outside) -> Self {
        Self {
            code: found.code().into(),
            level: found.level(),
            column,
            field: column.and_then(|index| plan.field(index)),
            reason: Reason::Outside(found),
            value: shown(value),
        }
    }

    /// What is wrong, with the value.
    pub fn message(&self) -> String {
        self.reason.message(&self.value)
    }

    /// What the clerk can do about it.
    pub fn remedy(&self) -> String {
        self.reason.remedy()
    }

    pub fn rejects(&self) -> bool {
        self.level == Level::Reject
    }
}

/// Cuts a cell to what is quoted back.
pub(crate) fn shown(text: &str) -> Box<str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

impl Outside {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameOfAnother { .. } | Self::FormerName { .. } | Self::UnknownCode => {
                UNKNOWN_PARTY
            }
            Self::NonconformingUnknown => CODE,
            Self::UnknownOrgan | Self::OtherOrgan { .. } => ORGAN,
            Self::Filed { .. } => DUPLICATE,
            Self::ClassUnclear => NEED,
            Self::Late { .. } => LATE,
            Self::PublishEnd { .. } => PUBLISH_END,
        }
    }

    /// A former name, an unknown code, lateness and a wrong end are told and do not reject.
    pub fn level(&self) -> Level {
        match self {
            Self::FormerName { .. }
            | Self::UnknownCode
            | Self::Late { .. }
            | Self::PublishEnd { .. } => Level::Note,
            _ => Level::Reject,
        }
    }

    fn message(&self, value: &str) -> String {
        match self {
            Self::NameOfAnother { registered } => {
                format!("主体名称`{value}`与代码登记的名称`{registered}`不一致")
            }
            Self::FormerName { today } => format!("`{value}`是曾用名，现名称为`{today}`"),
            Self::UnknownCode => format!("主体库中没有代码`{value}`，已建临时主体待核实"),
            Self::NonconformingUnknown => format!("代码`{value}`校验不符，主体库中也没有该代码"),
            Self::UnknownOrgan => format!("机关代码`{value}`不在单位名录中"),
            Self::OtherOrgan { account } => {
                format!("机关代码`{value}`与报送账号所属单位`{account}`不符")
            }
            Self::Filed { entry, on } => format!("该决定已于{on}报送（第{entry}号记录）"),
            Self::ClassUnclear => "按处罚种类不能确定失信严重程度，须由处罚机关填报".to_owned(),
            Self::Late { last_day, days } => {
                format!("应于{last_day}前报送，已迟{days}个工作日")
            }
            Self::PublishEnd { stated, computed } => {
                format!("填报的公示截止期{stated}与按规定计算的{computed}不一致，以计算结果为准")
            }
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NameOfAnother { .. } => {
                "请核对名称与统一社会信用代码；主体已更名的，先更新主体库"
            }
            Self::FormerName { .. } => "已按代码归集，下次报送请用现名称",
            Self::UnknownCode => "请核对代码；代码无误的，等待登记机关数据更新",
            Self::NonconformingUnknown => "请按营业执照核对代码",
            Self::UnknownOrgan => "请核对机关代码，或联系信用办登记该单位",
            Self::OtherOrgan { .. } => "请用作出决定单位的账号报送",
            Self::Filed { .. } => "内容有变化的，请按更正报送，不要重复新增",
            Self::ClassUnclear => "请在“失信严重程度”列填写轻微、一般或严重",
            Self::Late { .. } => "已接收并计入及时性考核，请缩短报送间隔",
            Self::PublishEnd { .. } => "该列可以不填，由系统计算",
        }
    }
}

impl Reason {
    fn message(&self, value: &str) -> String {
        match self {
            Self::Missing => "必填项缺失".into(),
            Self::MissingIf(why) => format!("{why}时必填，现为空"),
            Self::Forbidden(why) => format!("{why}时不应填写，现为`{value}`"),
            Self::TooShort(min) => format!("`{value}`不足{min}个字"),
            Self::TooLong(max) => format!("超过{max}个字：`{value}`"),
            Self::NotListed(bad) => format!("`{bad}`不在允许取值内"),
            Self::ReadAs(read) => format!("`{value}`已按`{read}`读取"),
            Self::NoDate(format) => format!("`{value}`不是{format}格式的真实日期"),
            Self::Future(today) => format!("日期`{value}`晚于今天（{today}）"),
            Self::Before(other) => format!("日期`{value}`早于“{other}”"),
            Self::TooFar(other, days) => format!("日期`{value}`超过“{other}”后{days}天"),
            Self::NoAmount => format!("`{value}`不是不带符号的数字金额"),
            Self::TooManyDigits(digits, decimals) => {
                format!("金额`{value}`超出整数{digits}位、小数{decimals}位")
            }
            Self::Unit { text_fen } => format!(
                "金额`{value}`万元远大于文字中的{}元，疑似把元当作万元填写",
                yuan(*text_fen)
            ),
            Self::WrongCode(checked) => format!("代码`{value}`错误：{checked}"),
            Self::Nonconforming => format!("代码`{value}`属于已公布的不规范代码，待主体库核实"),
            Self::KindMismatch { individual: true } => {
                format!("代码`{value}`以92开头，类别应为个体工商户")
            }
            Self::KindMismatch { individual: false } => {
                format!("代码`{value}`不以92开头，类别应为法人及非法人组织")
            }
            Self::IndividualAsPerson => format!("`{value}`是个体工商户，不应按自然人报送"),
            Self::NoAmountForKind(kind) => format!("处罚类别含“{kind}”，本列为空或为0"),
            Self::NoKindForAmount(kind) => format!("填有`{value}`，处罚类别却不含“{kind}”"),
            Self::NotOrgan => format!("代码`{value}`不是行政机关或被授权组织的代码"),
            _ => self.message_more(value),
        }
    }

    fn message_more(&self, value: &str) -> String {
        match self {
            Self::Banned(text) => format!("含有不允许的文字`{text}`"),
            Self::Control => "含有不可见的控制字符".into(),
            Self::Placeholder => format!("`{value}`是占位符，按空值处理"),
            Self::Personal(detail) => format!("文本中疑似出现{}", detail.name()),
            Self::WrongId => "居民身份证号码校验不符".into(),
            Self::SimpleProcedure => "按简易程序作出的处罚，归集但不公示".into(),
            Self::Secret(SECRET_FLAG) => "填报为涉密".into(),
            Self::Secret(mark) => format!("文本带有密级标识`{mark}`"),
            Self::Docket(display) => {
                format!("文号`{value}`缺少〔年份〕或括号不规范，按`{display}`匹配")
            }
            Self::Repeated(0) => "与本文件中前面的行重复".into(),
            Self::Repeated(row) => format!("与本文件第{row}行重复"),
            Self::DigitsLost => format!("`{value}`以数值形式存放，位数或前导零可能已丢失"),
            Self::NoValue => "公式没有计算结果".into(),
            Self::FormulaError => format!("公式出错：`{value}`"),
            Self::MergedCell => "单元格被合并，本行没有自己的值".into(),
            Self::Surplus => "本行的单元格多于表头".into(),
            Self::HeaderMissing => "表头缺少必填列".into(),
            Self::HeaderTwice => format!("表头中有两列是同一字段：`{value}`"),
            Self::HeaderUnknown => format!("未登记的列`{value}`，没有读取"),
            Self::HeaderBlank => "有一列没有列名，没有读取".into(),
            Self::Outside(found) => found.message(value),
            _ => String::new(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Missing | Self::MissingIf(_) => "请补填后重新报送".into(),
            Self::Forbidden(_) => "请清空该单元格".into(),
            Self::TooShort(_) => "请填写完整内容".into(),
            Self::TooLong(max) => format!("请缩减到{max}个字以内"),
            Self::NotListed(_) => "请从模板的下拉列表中选择".into(),
            Self::ReadAs(_) => "下次报送请按模板取值填写".into(),
            Self::NoDate(format) => format!("请按{format}填写，例如{}", example(format)),
            Self::Future(_) | Self::Before(_) | Self::TooFar(..) => "请核对决定文书上的日期".into(),
            Self::NoAmount | Self::TooManyDigits(..) => "请只填数字，单位为万元，例如0.2".into(),
            Self::Unit { .. } => "该列单位为万元，请换算后填写".into(),
            Self::WrongCode(checked) => match checked.mended {
                Some(code) => format!("是否应为{code}？请按营业执照核对"),
                None => "请按营业执照或登记证书核对代码".into(),
            },
            Self::Nonconforming => "无需处理，待系统核实".into(),
            Self::KindMismatch { .. } => "请核对相对人类别与代码".into(),
            Self::IndividualAsPerson => "请将类别改为个体工商户，并填写统一社会信用代码".into(),
            Self::NoAmountForKind(_) => "请补填本列，金额以万元为单位".into(),
            Self::NoKindForAmount(kind) => format!("请在处罚类别中加上“{kind}”，或清空本列"),
            Self::NotOrgan => "请填写作出决定机关的统一社会信用代码".into(),
            _ => self.remedy_more().into(),
        }
    }

    fn remedy_more(&self) -> &'static str {
        match self {
            Self::Banned(_) | Self::Control => "请删除后填写真实内容",
            Self::Placeholder => "没有内容的请留空；必填项请补填",
            Self::Personal(_) => "请删除或以*代替后重新报送",
            Self::WrongId => "请按证件核对号码",
            Self::SimpleProcedure => "无需处理",
            Self::Secret(_) => "涉密内容不得通过本平台报送，请按保密规定处理",
            Self::Docket(_) => "请按“机关代字〔年份〕序号”填写",
            Self::Repeated(_) => "请删除重复的行；内容有变化的按更正报送",
            Self::DigitsLost => "请将该列设为文本格式后重新填写",
            Self::NoValue | Self::FormulaError => "请将公式粘贴为数值",
            Self::MergedCell => "请取消合并并逐行填写",
            Self::Surplus => "请删除表头以外的内容，或补上列名",
            Self::HeaderMissing => "请使用最新模板",
            Self::HeaderTwice => "请只保留一列",
            Self::HeaderUnknown | Self::HeaderBlank => "确需报送的，请联系信用办登记该列",
            Self::Outside(found) => found.remedy(),
            _ => "请核对后重新报送",
        }
    }
}

fn example(format: &str) -> &'static str {
    if format.contains('-') {
        "2026-05-12"
    } else {
        "2026/05/12"
    }
}

// Fen as yuan, without a fraction where there is none.
fn yuan(fen: i64) -> String {
    if fen % 100 == 0 {
        (fen / 100).to_string()
    } else {
        format!("{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(reason: Reason) -> Finding {
        let value = "值".into();
        Finding {
            code: NEED.into(),
            level: Level::Reject,
            column: None,
            field: None,
            reason,
            value,
        }
    }

    #[test]
    fn r33_every_reason_has_a_sentence_and_a_remedy() {
        let text = || Arc::<str>::from("甲");
        let day = jiff::civil::date(2026, 5, 12);
        let checked = crate::code::check("9137040", &crate::code::Exceptions::default());
        let reasons = vec![
            Reason::Missing,
            Reason::MissingIf(text()),
            Reason::Forbidden(text()),
            Reason::TooShort(2),
            Reason::TooLong(2),
            Reason::NotListed(text()),
            Reason::ReadAs(text()),
            Reason::NoDate("YYYY/MM/DD"),
            Reason::Future(day),
            Reason::Before(text()),
            Reason::TooFar(text(), 3),
            Reason::NoAmount,
            Reason::TooManyDigits(12, 6),
            Reason::Unit { text_fen: 200_050 },
            Reason::WrongCode(Box::new(checked)),
            Reason::Nonconforming,
            Reason::KindMismatch { individual: true },
            Reason::KindMismatch { individual: false },
            Reason::IndividualAsPerson,
            Reason::NoAmountForKind(text()),
            Reason::NoKindForAmount(text()),
            Reason::NotOrgan,
            Reason::Banned(text()),
            Reason::Control,
            Reason::Placeholder,
            Reason::Personal(Detail::Mobile),
            Reason::WrongId,
            Reason::SimpleProcedure,
            Reason::Secret("机密"),
            Reason::Docket("甲".into()),
            Reason::Repeated(0),
            Reason::Repeated(3),
            Reason::DigitsLost,
            Reason::NoValue,
            Reason::FormulaError,
            Reason::MergedCell,
            Reason::Surplus,
            Reason::HeaderMissing,
            Reason::HeaderTwice,
            Reason::HeaderUnknown,
            Reason::HeaderBlank,
            Reason::Outside(Outside::UnknownCode),
            Reason::Outside(Outside::NameOfAnother {
                registered: "乙".into(),
            }),
            Reason::Outside(Outside::FormerName {
                today: "乙".into()
            }),
            Reason::Outside(Outside::NonconformingUnknown),
            Reason::Outside(Outside::UnknownOrgan),
            Reason::Outside(Outside::OtherOrgan {
                account: "乙".into(),
            }),
            Reason::Outside(Outside::Filed { entry: 1, on: day }),
            Reason::Outside(Outside::Late {
                last_day: day,
                days: 1,
            }),
            Reason::Outside(Outside::PublishEnd {
                stated: day,
                computed: day,
            }),
        ];
        for reason in reasons {
            let finding = finding(reason);
            assert!(!finding.message().is_empty(), "{finding:?}");
            assert!(!finding.remedy().is_empty(), "{finding:?}");
        }
    }

    #[test]
    fn quotes_no_more_than_a_clerk_can_read() {
        assert_eq!(shown("甲乙").as_ref(), "甲乙");
        assert_eq!(shown(&"甲".repeat(100)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn every_code_has_one_heading() {
        for (code, text) in CODES {
            assert_eq!(heading(code), Some(text));
        }
        assert_eq!(heading("c01_name"), None);
    }
}
