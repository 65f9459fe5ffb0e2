//! Penalties of the city, as far as a repair must know them.

use super::{Drawn, RECORD, Repairs};
use crate::city::{City, basis};
use crate::dice::Dice;
use crate::harness::Stored;
use domain::code::Code;
use domain::repair::{Burden, Effect, EffectKind, Target, Unrepairable};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A penalty with its terms in months, and its ban, if the law forbids a repair for a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "step", rename = "made")]
pub struct Made {
    pub entity: Code,
    pub organ: Code,
    pub docket: String,
    pub decided: Date,
    pub min: i64,
    pub max: i64,
    pub banned: Option<i64>,
}

impl Made {
    pub fn burden(&self, record: u64) -> Burden {
        let after = |months: i64| self.decided.checked_add(months.months()).unwrap();
        let basis = basis("cn/city", "publicity");
        let effect = |kind| Effect {
            kind,
            measure: (kind == EffectKind::Measure).then(|| "convenience-limit".to_owned()),
            from: self.decided,
            ends: after(self.max),
            basis: basis.clone(),
        };
        let kinds = [
            EffectKind::Publicity,
            EffectKind::Sharing,
            EffectKind::Use,
            EffectKind::Measure,
            EffectKind::Weight,
        ];
        Burden {
            record,
            target: Target::Penalty,
            entity: self.entity,
            organ: self.organ,
            docket: self.docket.clone(),
            severity: None,
            decided: self.decided,
            repairable: after(self.min),
            basis: basis.clone(),
            effects: kinds.map(effect).into(),
            unrepairable: self.banned.map(|months| Unrepairable {
                until: after(months),
                basis: basis.clone(),
            }),
            held: Vec::new(),
        }
    }
}

impl Repairs {
    /// An organ decides a penalty and files it.
    pub(super) fn file_record(&self, city: &City, dice: &mut Dice) -> Drawn {
        let decided = city.today.checked_sub(dice.between(0, 20).days()).unwrap();
        let (min, max) = [(0, 3), (3, 12), (12, 36)][dice.below(3)];
        let made = Made {
            entity: city.entity(dice).0,
            organ: city.organ(dice),
            docket: format!("枣罚〔{}〕{}号", decided.year(), city.seq),
            decided,
            min,
            max,
            banned: dice.chance(10).then(|| dice.between(1, 40)),
        };
        Ok(vec![Stored::new(RECORD, city.seq, made)])
    }
}
