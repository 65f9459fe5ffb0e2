//! Named rules over a whole row; a source switches them on by name in `table.toml`.

use super::check::{Row, Slot};
use super::filing::PartyKind;
use super::finding::{self, Finding, Level, Reason};
use super::{Role, docket, value};
use crate::code::{Code, Kind};
use crate::mask;
use crate::record::Procedure;

/// A rule that looks at several cells at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowRule {
    /// DQ1002: 92… is an 个体工商户 and nothing else is; neither is a natural person.
    Party,
    /// DQ1008: the code of an organ belongs to a body that may decide.
    Organ,
    /// DQ1006: an amount far above the one in the text was entered in yuan.
    Fine,
    /// DQ1007: a kind of penalty and its amount come together.
    Kinds,
    /// DQ1010: nobody is named by number or home address in free text.
    Personal,
    /// DQ1011: simple procedure is gathered and not published.
    Procedure,
    /// DQ1011: nothing with a secrecy mark enters.
    Secret,
    /// DQ1014: the docket has its year in 〔〕.
    Docket,
    /// DQ1015: a stated end of publicity before the decision is ignored.
    PublishEnd,
}

impl RowRule {
    const ALL: [(&'static str, Self); 9] = [
        ("party", Self::Party),
        ("organ", Self::Organ),
        ("fine", Self::Fine),
        ("kinds", Self::Kinds),
        ("personal", Self::Personal),
        ("procedure", Self::Procedure),
        ("secret", Self::Secret),
        ("docket", Self::Docket),
        ("publish-end", Self::PublishEnd),
    ];

    /// Reads the name used in `table.toml`.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| *rule)
    }

    pub(crate) fn apply(self, row: &Row<'_>, out: &mut Vec<Finding>) {
        match self {
            Self::Party => party(row, out),
            Self::Organ => organ(row, out),
            Self::Fine => out.extend(fine(row)),
            Self::Kinds => kinds(row, out),
            Self::Personal => personal(row, out),
            Self::Procedure => out.extend(procedure(row)),
            Self::Secret => secret(row, out),
            Self::Docket => out.extend(docket_form(row)),
            Self::PublishEnd => out.extend(publish_end(row)),
        }
    }
}

fn party(row: &Row<'_>, out: &mut Vec<Finding>) {
    let kind = row
        .part(Role::PartyKind)
        .and_then(|(_, _, text)| PartyKind::read(text));
    let code = row
        .part(Role::PartyCode)
        .and_then(|(index, _, text)| Some((index, Code::read(text)?)));
    if let (Some(kind), Some((index, code))) = (kind, code) {
        let individual = code.kind() == Kind::Individual;
        let reason = match (kind, individual) {
            (PartyKind::Person, true) => Some(Reason::IndividualAsPerson),
            (PartyKind::Legal, true) | (PartyKind::Individual, false) => {
                Some(Reason::KindMismatch { individual })
            }
            _ => None,
        };
        out.extend(reason.map(|reason| row.told(finding::CODE, Level::Reject, index, reason)));
    }
    if kind == Some(PartyKind::Person) && code.is_none() {
        out.extend(business_as_person(row));
    }
    out.extend(wrong_id(row));
}

/// Last characters of the names individual businesses bear.
const TRADE_ENDS: &str = "店部厂行馆坊社站城屋铺场园司摊吧堂";

fn business_as_person(row: &Row<'_>) -> Option<Finding> {
    let (index, _, name) = row.part(Role::PartyName)?;
    let trading = name
        .chars()
        .last()
        .is_some_and(|last| TRADE_ENDS.contains(last));
    // Names of persons in two or three characters may end like that too.
    let long = name.chars().count() > 5;
    (trading && long).then(|| {
        row.told(
            finding::CODE,
            Level::Reject,
            index,
            Reason::IndividualAsPerson,
        )
    })
}

fn wrong_id(row: &Row<'_>) -> Option<Finding> {
    let (index, _, id) = row.part(Role::PersonId)?;
    let shaped = id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (shaped && !mask::is_id(id))
        .then(|| row.told(finding::CODE, Level::Reject, index, Reason::WrongId))
}

fn organ(row: &Row<'_>, out: &mut Vec<Finding>) {
    for role in [Role::OrganCode, Role::SourceCode] {
        let Some((index, _, text)) = row.part(role) else {
            continue;
        };
        if Code::read(text).is_some_and(|code| !code.is_organ()) {
            out.push(row.told(finding::ORGAN, Level::Reject, index, Reason::NotOrgan));
        }
    }
}

/// So many times the amount in the text make an amount suspicious: yuan entered as 万元 is ten
/// thousand times, a slip of one or two digits is less.
const SUSPICIOUS: i64 = 100;

fn fine(row: &Row<'_>) -> Option<Finding> {
    let (index, slot, _) = row.part(Role::Fine)?;
    let fen = slot.fen()?;
    let (_, _, content) = row.part(Role::Content)?;
    let text_fen = value::amounts_in(content).max().filter(|most| *most > 0)?;
    let limit = text_fen.checked_mul(SUSPICIOUS)?;
    (fen > limit).then(|| {
        row.told(
            finding::AMOUNT,
            Level::Reject,
            index,
            Reason::Unit { text_fen },
        )
    })
}

fn kinds(row: &Row<'_>, out: &mut Vec<Finding>) {
    let Some((kinds_at, chosen, _)) = row.part(Role::Kinds) else {
        return;
    };
    let lanes = row.bound.plan.lanes.iter().zip(0..);
    for (lane, index) in lanes.filter(|(lane, _)| lane.goes_with != 0) {
        let slot = row.slot(index);
        let given = slot.filled() && slot.fen() != Some(0);
        let named = chosen.set() & lane.goes_with;
        let kind = |bits: u64| {
            let lowest = bits & bits.wrapping_neg();
            row.lane(kinds_at)
                .and_then(|lane| lane.text(lowest))
                .unwrap_or_default()
                .into()
        };
        let reason = match (given, named) {
            (false, named) if named != 0 => Reason::NoAmountForKind(kind(named)),
            (true, 0) => Reason::NoKindForAmount(kind(lane.goes_with)),
            _ => continue,
        };
        out.push(row.told(finding::KINDS, Level::Reject, index, reason));
    }
}

fn free_texts<'a>(row: &'a Row<'_>) -> impl Iterator<Item = (u16, &'a str)> {
    let columns = row.bound.plan.spec.columns.iter().zip(0..);
    let free = columns.filter(|(column, index)| column.free_text && row.slot(*index).filled());
    free.map(|(_, index)| (index, row.text(index)))
}

fn personal(row: &Row<'_>, out: &mut Vec<Finding>) {
    for (index, text) in free_texts(row) {
        let mut details: Vec<_> = mask::find(text)
            .into_iter()
            .map(|(detail, _)| detail)
            .collect();
        details.sort_unstable();
        details.dedup();
        let told = |detail| {
            row.told(
                finding::PERSONAL,
                Level::Reject,
                index,
                Reason::Personal(detail),
            )
        };
        out.extend(details.into_iter().map(told));
    }
}

fn procedure(row: &Row<'_>) -> Option<Finding> {
    let (index, _, text) = row.part(Role::Procedure)?;
    (Procedure::read(text) == Some(Procedure::Simple)).then(|| {
        row.told(
            finding::NOT_PUBLIC,
            Level::Note,
            index,
            Reason::SimpleProcedure,
        )
    })
}

fn secret(row: &Row<'_>, out: &mut Vec<Finding>) {
    if let Some((index, _, finding::SECRET_FLAG)) = row.part(Role::Secret) {
        let reason = Reason::Secret(finding::SECRET_FLAG);
        out.push(row.told(finding::NOT_PUBLIC, Level::Reject, index, reason));
    }
    for (index, text) in free_texts(row) {
        if let Some(mark) = secrecy_mark(text) {
            out.push(row.told(
                finding::NOT_PUBLIC,
                Level::Reject,
                index,
                Reason::Secret(mark),
            ));
        }
    }
}

/// A level of secrecy written as a mark (机密★10年, 密级：秘密, 【绝密】); the bare word is no mark,
/// 商业秘密 stands in many lawful texts.
fn secrecy_mark(text: &str) -> Option<&'static str> {
    // One search where three would find nothing.
    if !text.contains('密') {
        return None;
    }
    ["秘密", "机密", "绝密"].into_iter().find(|level| {
        text.match_indices(level).any(|(at, level)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + level.len()..).unwrap_or_default();
            let enclosed = before.ends_with(['（', '(', '【', '[', '〔', '［'])
                && after.starts_with(['）', ')', '】', ']', '〕', '］']);
            let headed = before
                .trim_end_matches([':', '：', ' ', '为'])
                .ends_with("密级");
            after.starts_with(['★', '☆']) || enclosed || headed
        })
    })
}

fn docket_form(row: &Row<'_>) -> Option<Finding> {
    let (index, slot, text) = row.part(Role::Docket)?;
    if matches!(slot, Slot::Bad(_)) || docket::is_regular(text) {
        return None;
    }
    let reason = Reason::Docket(docket::display(text).into());
    Some(row.told(finding::DOCKET, Level::Note, index, reason))
}

fn publish_end(row: &Row<'_>) -> Option<Finding> {
    let (index, slot, _) = row.part(Role::PublishUntil)?;
    let decided = row.part(Role::Decided)?;
    let early = slot.date()? < decided.1.date()?;
    let name = row.lane(decided.0)?.field.name.clone();
    early.then(|| {
        row.told(
            finding::PUBLISH_END,
            Level::Note,
            index,
            Reason::Before(name),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dq1011_a_mark_is_secret_and_a_word_is_not() {
        let cases = [
            ("机密★10年", Some("机密")),
            ("密级：秘密", Some("秘密")),
            ("【绝密】案卷", Some("绝密")),
            ("侵犯商业秘密，罚款", None),
            ("泄露国家机密的行为", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(secrecy_mark(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_rule_is_read_by_its_name() {
        for (name, rule) in RowRule::ALL {
            assert_eq!(RowRule::read(name), Some(rule));
        }
        assert_eq!(RowRule::read("fines"), None);
    }
}
