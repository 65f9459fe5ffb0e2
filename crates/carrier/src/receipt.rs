//! 回执: what the adapter reports after it took a message.

use domain::notice::Outcome;
use jiff::Timestamp;
use serde::Deserialize;

/// Most bytes of proof or reason; both become part of the ledger.
const MOST: usize = 500;

/// A report of the adapter about one notice, as it comes to `POST /api/v1/notices/receipts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of the notice, as it was handed over.
    pub id: String,
    /// Delivered or failed.
    pub outcome: Outcome,
    /// When it arrived or failed, as the carrier says.
    pub at: Timestamp,
}

/// Why a body is no receipt; for whoever writes the adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("回执无法识别：{0}")]
pub struct Malformed(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: String,
    outcome: Word,
    proof: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    forever: bool,
    at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Delivered,
    Failed,
}

impl Receipt {
    /// Reads a body. Verify its signature first: what this returns is believed.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        let body: Body =
            serde_json::from_slice(body).map_err(|error| Malformed(error.to_string()))?;
        if let Some(wrong) = crate::wrong_id(&body.id) {
            return Err(Malformed(format!("id：{wrong}")));
        }
        let outcome = match (body.outcome, body.proof, body.reason) {
            (Word::Delivered, Some(proof), None) if !body.forever => Outcome::Delivered {
                proof: said("proof", proof)?,
            },
            (Word::Failed, None, Some(reason)) => Outcome::Failed {
                reason: crate::quote::quote(&said("reason", reason)?, ""),
                forever: body.forever,
            },
            _ => {
                let rule =
                    "outcome 为 delivered 时只写 proof，为 failed 时只写 reason（可加 forever）";
                return Err(Malformed(rule.to_owned()));
            }
        };
        Ok(Self {
            id: body.id,
            outcome,
            at: body.at,
        })
    }
}

fn said(key: &str, text: String) -> Result<String, Malformed> {
    let sound = !text.trim().is_empty() && text.len() <= MOST && !text.contains(char::is_control);
    if sound {
        return Ok(text);
    }
    Err(Malformed(format!(
        "{key} 不能为空，不能含控制字符，最多 {MOST} 字节"
    )))
}
