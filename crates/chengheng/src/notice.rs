//! `notice`, and the carriers `carriers.toml` of the data folder names (docs/SMS.md).

use crate::clock::WallClock;
use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use carrier::{Carriers, Mail, Receipt, Text};
use desk::notice::{Carrier, Sent};
use domain::notice::{Channel, Outcome};
use serde_json::json;

/// `notice`
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 把到时间的告知发出去一轮（serve 运行时每半分钟自动做一次）
    Send,
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    match command {
        Command::Send => {
            let attempts = room.desk.dispatch(&Post::open(&room)?)?;
            room.publish()?;
            out.say(format!("尝试发送 {attempts} 件告知"))?;
            out.last(&json!({ "attempts": attempts }))?;
        }
    }
    Ok(Ending::Done)
}

/// The ways out of this house.
#[derive(Debug)]
pub struct Post(Carriers);

impl Post {
    /// A mistake in `carriers.toml` stops the start, before a notice meets it.
    pub fn open(room: &Room) -> Result<Self, Stop> {
        let path = room.folder.root.join("carriers.toml");
        Carriers::open(&path).map(Self).map_err(Stop::refused)
    }

    /// The notice a report of the adapter is about and what became of it, once the report is believed.
    pub fn receipt(
        &self,
        body: &[u8],
        timestamp: &str,
        signature: &str,
    ) -> Result<(u64, Outcome), String> {
        if !self
            .0
            .verify(body, timestamp, signature, WallClock::instant())
        {
            return Err("签名不符，或者时间相差太大".to_owned());
        }
        let receipt = Receipt::read(body).map_err(|error| error.to_string())?;
        let id = receipt.id.parse();
        let id = id.map_err(|_| format!("没有编号为“{}”的告知", receipt.id))?;
        Ok((id, receipt.outcome))
    }
}

impl Carrier for Post {
    fn send(&self, channel: Channel, id: u64, to: &str, title: &str, text: &str) -> Sent {
        // Carriers compare this with their own clocks: the computer's, not the desk's.
        let (id, to, text, at) = (
            id.to_string(),
            to.to_owned(),
            text.to_owned(),
            WallClock::instant(),
        );
        let sent = match channel {
            Channel::Email => self.0.mail(&Mail {
                id,
                to,
                title: title.to_owned(),
                text,
                at,
            }),
            Channel::Sms => self.0.sms(&Text { id, to, text, at }),
            Channel::Inside => carrier::Sent::Accepted { id },
        };
        match sent {
            carrier::Sent::Accepted { id } => Sent::Accepted { id },
            carrier::Sent::Failed { reason, forever } => Sent::Failed { reason, forever },
            carrier::Sent::Absent => Sent::Absent,
        }
    }
}
