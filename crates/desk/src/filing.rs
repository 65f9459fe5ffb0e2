//! Revoking a filed record: it leaves the portal at once, with a public reason.

use crate::{Actor, Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::duty::Kind;
use domain::filing::{Revocation, Revoked};
use domain::ledger::Event;
use jiff::civil::Date;

/// What the organ states when a decision lost its force.
#[derive(Debug, Clone)]
pub struct Order {
    pub record: u64,
    /// The organ that states it; must have decided or filed the record.
    pub organ: Code,
    pub how: Revocation,
    pub document: String,
    pub reason: String,
    pub decided: Date,
}

/// Why a revocation is not entered.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("没有编号为 {0} 的记录")]
    Unknown(u64),
    #[error("该记录由其他机关作出和报送，请由原机关办理")]
    Foreign,
    #[error("该记录已经撤回")]
    Already,
    #[error("撤回必须写明向社会公开的理由{}", basis.as_ref().map_or(String::new(), |basis| format!("（{basis}）")))]
    NoReason { basis: Option<Basis> },
    #[error("必须写明据以撤回的文书")]
    NoDocument,
    #[error("撤回文书日期 {0} 晚于今天")]
    Future(Date),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Desk {
    /// Enters a revocation (撤销、变更、确认违法、确认无效). Returns its entry.
    pub fn revoke(&self, actor: &Actor, order: Order) -> Result<u64, Refusal> {
        let due = self.due(Kind::Withdraw, order.decided);
        if order.reason.trim().is_empty() {
            return Err(Refusal::NoReason {
                basis: due.map(|due| due.basis),
            });
        }
        if order.document.trim().is_empty() {
            return Err(Refusal::NoDocument);
        }
        if order.decided > self.clock.today() {
            return Err(Refusal::Future(order.decided));
        }
        let (desk, actor) = (self.clone(), actor.clone());
        let (result, _) = self.write(move |transaction| {
            let Some(standing) = transaction.record(order.record)? else {
                return Ok(Err(Refusal::Unknown(order.record)));
            };
            if ![standing.organ, standing.filer].contains(&order.organ) {
                return Ok(Err(Refusal::Foreign));
            }
            if standing.revoked {
                return Ok(Err(Refusal::Already));
            }
            let event = Revoked {
                record: order.record,
                organ: standing.organ,
                entity: standing.entity,
                docket: standing.docket,
                how: order.how,
                document: order.document,
                reason: order.reason,
                decided: order.decided,
                filed: desk.clock.today(),
                due,
            };
            let sealed = desk.seal(&actor, Event::Revoked(event), [])?;
            transaction.append(sealed).map(Ok)
        })?;
        result
    }
}
