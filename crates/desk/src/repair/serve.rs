//! 两书同达: the decision and the way to repair it are served together (R102).

use super::burden::burden;
use super::{OfDay, refused, write};
use crate::ports::Standing;
use crate::procedure::look::{Beside, Within};
use crate::procedure::{Given, NotDone, Sitting, Who, form};
use crate::{Desk, Fault};
use domain::procedure::{Document, Remedy};
use domain::repair::{self, Burden, Event, Joint, Notice};
use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;

/// The duty to serve the notice of repair with a decision.
const DUTY: &str = "repair-notice";

/// An adverse record whose notice of repair was not served yet.
#[derive(Debug, Clone, Serialize)]
pub struct Serving {
    pub record: u64,
    pub docket: String,
    pub organ: domain::code::Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<domain::code::Code>,
    pub decided: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    pub late: bool,
}

/// The notice as it is printed: what weighs, from when it can end, when it ends by itself, how to ask.
#[derive(Debug, Clone)]
pub struct Served {
    pub burden: Burden,
    pub notice: Notice,
    pub entity_name: String,
    pub organ_name: String,
}

impl Desk {
    /// Records whose notice of repair is still owed, oldest decision first.
    pub fn serving(
        &self,
        organ: Option<&domain::code::Code>,
        limit: usize,
    ) -> Result<Vec<Serving>, Fault> {
        let law = self.law();
        let today = self.clock.today();
        let rows = self.store.untold(organ, limit)?.into_iter();
        let owed = rows.filter_map(|standing: Standing| {
            let term = crate::procedure::sitting::term(&law, DUTY, standing.decided)?;
            let last =
                domain::procedure::Deadline::open(standing.decided, &term, law.calendar()).last;
            Some(Serving {
                record: standing.seq,
                docket: standing.docket,
                organ: standing.organ,
                entity: standing.entity,
                decided: standing.decided,
                late: last.is_some_and(|last| last < today),
                last,
            })
        });
        Ok(owed.collect())
    }

    /// The notice of repair of a record, to be printed and served with the decision.
    pub fn repair_notice(&self, record: u64) -> Result<Option<Result<Served, NotDone>>, Fault> {
        let law = self.law();
        let today = self.clock.today();
        let Some(burden) = burden(&mut Beside(self.store.as_ref()), &law, record, today)? else {
            return Ok(None);
        };
        Ok(Some(self.written(burden, today)))
    }

    fn written(&self, burden: Burden, today: Date) -> Result<Served, NotDone> {
        let law = self.law();
        let of_day = OfDay::for_burden(&law, &burden, today);
        let (channel, remedy) = ways();
        let notice = Notice::write(&burden, &of_day.law(&law), channel, remedy);
        let organs = self.store.organs()?;
        let organ = organs.into_iter().find(|organ| organ.code == burden.organ);
        Ok(Served {
            notice: notice.map_err(|no| refused(&no))?,
            entity_name: self.name(&burden.entity).unwrap_or_default(),
            organ_name: organ.map(|organ| organ.name).unwrap_or_default(),
            burden,
        })
    }

    /// Enters that decision and notice of repair were served by one delivery.
    ///
    /// # Errors
    /// [`NotDone`]: another organ's record, served before, or two deliveries instead of one.
    pub fn serve_repair_notice(
        &self,
        who: &Who,
        record: u64,
        given: Given,
    ) -> Result<u64, NotDone> {
        let (desk, who) = (self.clone(), who.clone());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, who.actor());
            match told(&mut sitting, &who, record, given) {
                Err(NotDone::Fault(fault)) => Err(fault),
                outcome => Ok(outcome),
            }
        })?;
        outcome
    }
}

fn ways() -> (String, Remedy) {
    let channel = "“信用中国”网站、本平台“我的”页面或者政务服务大厅窗口".to_owned();
    let remedy = Remedy {
        review_until: None,
        litigation_until: None,
        where_to: "对处罚决定不服的，按决定书载明的途径申请行政复议或者提起行政诉讼；对公示内容有异议的，可以在本平台提出异议".to_owned(),
    };
    (channel, remedy)
}

/// The fields of the form.
pub fn fields() -> Vec<form::Field> {
    [form::document("决定书"), form::delivery()].concat()
}

fn told(sitting: &mut Sitting<'_>, who: &Who, record: u64, given: Given) -> Result<u64, NotDone> {
    let by = who
        .person()
        .ok_or_else(|| NotDone::Forbidden("当前账号没有所属单位，不能代表单位办理".to_owned()))?;
    let mut given = given.named(&fields());
    let document: Document = given.document(by.organ);
    let delivery = given.delivery();
    given.finish()?;
    let law = Arc::clone(&sitting.law);
    let today = sitting.today;
    let Some(burden) = burden(&mut Within(sitting.tx), &law, record, today)? else {
        return Err(NotDone::no("没有这条记录，或者记录已经不再产生影响", None));
    };
    if sitting.tx.told(record)? {
        return Err(refused(&repair::Refusal::OutOfOrder {
            wanted: "尚未送达"
        }));
    }
    let term = sitting.term(DUTY);
    let joint = Joint::owed(&burden, term.as_ref(), law.calendar());
    let of_day = OfDay::for_burden(&law, &burden, today);
    let (channel, remedy) = ways();
    let notice = Notice::write(&burden, &of_day.law(&law), channel, remedy);
    let notice = notice.map_err(|no| refused(&no))?;
    let served = (document, &delivery);
    let events = repair::tell(
        &joint,
        &burden,
        notice,
        served,
        delivery.clone(),
        &by,
        today,
    );
    let mut entry = 0;
    for event in events.map_err(|no| refused(&no))? {
        debug_assert!(matches!(event, Event::Told(_)));
        entry = write(sitting, None, burden.entity, event)?;
    }
    crate::notice::repair_notice(sitting, &burden)?;
    Ok(entry)
}
