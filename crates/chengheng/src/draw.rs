//! `draw`: batches of random inspections from a plan in a file, and their check by the published file alone.

use crate::procedure::stop;
use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use desk::ports::Role;
use desk::procedure::{Done, Given, Noun, Who};
use domain::inspection::batch::Stage;
use domain::inspection::draw::{Published, commitment, verify};
use domain::ledger::Suite;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 按方案文件抽取：编制、冻结名单，随机数来源已经具备的随即抽取
    #[command(after_help = PLAN)]
    Make {
        /// 方案文件（TOML），或者已有批次的编号
        plan: String,
        /// 牵头机关；方案文件写明的不必再填
        #[arg(long, value_name = "CODE")]
        organ: Option<String>,
        /// 开奖号码，如 2,5,9,17,22,30;11
        #[arg(long)]
        numbers: Option<String>,
    },
    /// 只凭公布的文件重算一次抽取，指出第一处不符；不需要数据目录
    Verify { file: PathBuf },
    /// 参与方生成数值的承诺摘要（--suite 与账本一致）；数值自己保管，名单冻结以后再公开
    Commit {
        /// 方案中的参与方名称
        name: String,
        /// 至少16个字符，不填则随机生成
        value: Option<String>,
    },
}

const PLAN: &str = "\
方案文件的例子（各项与工作台的表单相同，chengheng procedure form draw 可以列出）：
  organ = \"11370400MAY0000175\"
  title = \"2026年第一批登记事项抽查\"
  items = [\"market-registration\"]
  about = 200
  from  = \"2026-09-10\"
  until = \"2026-11-30\"
  source = \"vrf\"            # 或 lottery（另写 lottery_name、lottery_number、lottery_on、lottery_form）
                             # 或 parties（另写 parties = [\"市信用办\", \"企业代表\"]，数值写在 [values] 里）";

/// A plan as it is written: the fields of the form, and the values of parties that are at hand.
#[derive(Debug, Deserialize)]
struct Plan {
    organ: Option<String>,
    /// Values of the parties, by name.
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(flatten)]
    fields: BTreeMap<String, toml::Value>,
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Make {
            plan,
            organ,
            numbers,
        } => make(plan, organ.as_deref(), numbers.as_deref(), common, out),
        Command::Verify { file } => check(file, out),
        Command::Commit { name, value } => {
            let suite = common.suite.unwrap_or_default().suite();
            commit(suite, name, value.as_deref(), out)
        }
    }
}

fn make(
    plan: &str,
    organ: Option<&str>,
    numbers: Option<&str>,
    common: &Common,
    out: Out,
) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let (id, who, values) = match plan.parse::<u64>() {
        Ok(id) => (id, leader(&room, id)?, BTreeMap::new()),
        Err(_) => begin(&room, Path::new(plan), organ)?,
    };
    let maker = Maker { room, who, id };
    maker.go(&values, numbers)?;
    maker.room.publish()?;
    maker.tell(out)
}

/// Plans the batch of a file.
fn begin(
    room: &Room,
    path: &Path,
    organ: Option<&str>,
) -> Result<(u64, Who, BTreeMap<String, String>), Stop> {
    let text = fs::read_to_string(path).map_err(|error| Stop::file(path, &error))?;
    let broken = |error| Stop::Refused(format!("{}：{error}", path.display()));
    let plan: Plan = toml::from_str(&text).map_err(broken)?;
    let organ = organ
        .or(plan.organ.as_deref())
        .ok_or_else(|| Stop::usage("请用 --organ 或者在方案文件里用 organ 写明牵头机关"))?;
    let who = Who::operator(Some(room.organ(organ)?), false);
    let fields = plan.fields.iter().flat_map(|(key, value)| {
        let list = match value {
            toml::Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        list.iter().map(|value| (key.clone(), written(value)))
    });
    let given: Given = fields.collect();
    let done = room
        .desk
        .begin(&who, Noun::Draw, "plan", given)
        .map_err(stop)?;
    Ok((done.procedure, who, plan.values))
}

fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Float(number) => number.to_string(),
        // The form has no such field; it says so by its name.
        toml::Value::Array(_) | toml::Value::Table(_) => String::new(),
    }
}

/// Whoever leads a batch acts for it.
fn leader(room: &Room, id: u64) -> Result<Who, Stop> {
    let row = room.desk.draw_row(id)?;
    let row = row.ok_or_else(|| Stop::Refused(format!("没有编号为 {id} 的批次")))?;
    Ok(Who::operator(Some(row.batch.plan.organ), false))
}

/// One batch on its way.
struct Maker {
    room: Room,
    who: Who,
    id: u64,
}

impl Maker {
    fn act(&self, verb: &str, fields: &[(&str, &str)]) -> Result<Done, Stop> {
        let fields = fields.iter();
        let given = fields
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        self.room
            .desk
            .act(&self.who, self.id, verb, given)
            .map_err(stop)
    }

    fn stage(&self) -> Result<Stage, Stop> {
        let row = self.room.desk.draw_row(self.id)?;
        row.map(|row| row.batch.stage)
            .ok_or_else(|| Stop::Fault(format!("批次 {} 不见了", self.id)))
    }

    /// As far as what is known allows.
    fn go(&self, values: &BTreeMap<String, String>, numbers: Option<&str>) -> Result<(), Stop> {
        let suite = self.room.desk.store.suite();
        if self.stage()? == Stage::Planned {
            self.agree()?;
            for (name, value) in values {
                let commitment = format!("{:x}", commitment(suite, name, value));
                self.act("commit", &[("party", name), ("commitment", &commitment)])?;
            }
            self.act("freeze", &[])?;
        }
        for (name, value) in values {
            self.act("reveal", &[("party", name), ("value", value)])?;
        }
        let row = self.room.desk.draw_row(self.id)?;
        let wish = row.map(|row| (row.batch.plan.seed.clone(), row.batch.revealed().is_ok()));
        match (wish, numbers) {
            (Some((domain::inspection::batch::Wish::Lottery { .. }, _)), Some(numbers)) => {
                self.act("draw", &[("numbers", numbers)]).map(drop)
            }
            (Some((domain::inspection::batch::Wish::Lottery { .. }, _)), None)
            | (Some((_, false)) | None, _) => Ok(()),
            (Some((_, true)), _) => self.act("draw", &[]).map(drop),
        }
    }

    /// The operator vouches for organs that go along, as he does for the one that leads.
    fn agree(&self) -> Result<(), Stop> {
        let row = self.room.desk.draw_row(self.id)?;
        let partners = row.map(|row| row.batch.partners()).unwrap_or_default();
        for organ in partners {
            let who = Who {
                role: Role::Organ,
                ..Who::operator(Some(organ), false)
            };
            let agreed = self.room.desk.act(&who, self.id, "agree", Given::default());
            agreed.map_err(stop)?;
        }
        Ok(())
    }

    fn tell(&self, out: Out) -> Result<Ending, Stop> {
        let file = self.room.folder.draw(self.id);
        let (state, digest, objects) = match self.stage()? {
            Stage::Planned => ("planned", String::new(), 0),
            Stage::Frozen(frozen) => ("frozen", frozen.digest, 0),
            Stage::Drawn {
                frozen, objects, ..
            } => ("drawn", frozen.digest, objects),
            Stage::Voided { .. } => ("voided", String::new(), 0),
        };
        out.say(format!("批次 {}", self.id))?;
        out.say(format!("名单摘要 {digest}"))?;
        match state {
            "drawn" => out.say(format!("已抽取 {objects} 户"))?,
            "frozen" => out.say(format!(
                "名单已冻结。随机数来源具备后：chengheng draw make {} --numbers …，或在工作台登记",
                self.id
            ))?,
            _ => {}
        }
        out.say(format!("公布的文件 {}", file.display()))?;
        out.last(&json!({
            "draw": self.id, "state": state, "digest": digest, "objects": objects, "file": file,
        }))?;
        Ok(Ending::Done)
    }
}

fn check(path: &Path, out: Out) -> Result<Ending, Stop> {
    let text = fs::read_to_string(path).map_err(|error| Stop::file(path, &error))?;
    let file: Published = match serde_json::from_str(&text) {
        Ok(file) => file,
        Err(error) => return differs(out, &format!("文件读不出：{error}")),
    };
    match verify(&file, &proves) {
        Err(difference) => differs(out, &difference.to_string()),
        Ok(verified) => {
            let seed = verified.seed.map(|seed| format!("{seed:x}"));
            let (objects, drawn) = (verified.frame.size(), file.drawn.len());
            out.say(format!("名单摘要相符：{:x}", verified.digest))?;
            match &seed {
                Some(seed) => {
                    out.say(format!("随机种子相符：{seed}"))?;
                    out.say(format!(
                        "抽取结果、检查组、候补和{}项变更与重算一致：{objects}户中抽取{drawn}户",
                        file.changes.len()
                    ))?;
                }
                None => out.say(format!("名单已冻结，共{objects}户，尚未抽取"))?,
            }
            out.last(&json!({
                "valid": true, "digest": format!("{:x}", verified.digest), "seed": seed,
                "objects": objects, "drawn": drawn, "changes": file.changes.len(),
            }))?;
            Ok(Ending::Done)
        }
    }
}

fn differs(out: Out, why: &str) -> Result<Ending, Stop> {
    out.say(format!("不符：{why}"))?;
    out.last(&json!({ "valid": false, "difference": why }))?;
    Ok(Ending::Findings)
}

/// Checks the proof of a verifiable random function.
fn proves(key: &str, proof: &str, alpha: &[u8]) -> Option<[u8; 64]> {
    let key: [u8; 32] = bytes(key)?.try_into().ok()?;
    seal::vrf::verify(&key, &bytes(proof)?, alpha)
}

/// Lower-case hexadecimal digits, the one form they have in a file.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if !digits.bytes().all(plain) {
        return None;
    }
    let one = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    pairs.iter().map(one).collect()
}

fn commit(suite: Suite, name: &str, value: Option<&str>, out: Out) -> Result<Ending, Stop> {
    let value = match value {
        Some(value) => value.to_owned(),
        None => crate::folder::hex(&crate::random::<16>()?),
    };
    if value.chars().count() < domain::inspection::draw::SHORTEST {
        return Err(Stop::Refused("数值至少16个字符，过短的会被猜出".to_owned()));
    }
    let commitment = format!("{:x}", commitment(suite, name, &value));
    out.say(format!("数值（自己保管）　{value}"))?;
    out.say(format!("承诺摘要（现在提交）　{commitment}"))?;
    out.last(&json!({ "party": name, "value": value, "commitment": commitment }))?;
    Ok(Ending::Done)
}
