//! `account`: who may log in. A password or a key is printed once and kept nowhere.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use clap::ValueEnum;
use desk::ports::{Account, Accounts, Role};
use domain::code::Code;
use serde_json::json;

/// Symbols of generated passwords: 32, none of which can be taken for another.
const SYMBOLS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 新建账号，密码或接口密钥只显示这一次
    Add(Add),
    /// 列出账号
    List,
}

#[derive(Debug, clap::Args)]
pub struct Add {
    /// 登录名
    name: String,
    /// office 信用办，organ 部门，counter 服务大厅，entity 主体，person 自然人，partner 交换对方
    #[arg(
        long,
        value_name = "office|organ|counter|entity|person|partner",
        hide_possible_values = true
    )]
    role: RoleName,
    /// 所属单位（部门账号必填）
    #[arg(long, value_name = "CODE")]
    organ: Option<String>,
    /// 主体的统一社会信用代码（主体账号必填）
    #[arg(long, value_name = "CODE")]
    entity: Option<String>,
    /// 自然人的证件号码（自然人账号必填）：只用于生成加密标识，不保存
    #[arg(long, value_name = "NUMBER")]
    identity: Option<String>,
    /// 显示名称
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// 给业务系统用：生成接口密钥，不能登录网页
    #[arg(long)]
    system: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Office,
    Organ,
    Counter,
    Entity,
    Person,
    Partner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Office => Self::Office,
            RoleName::Organ => Self::Organ,
            RoleName::Counter => Self::Counter,
            RoleName::Entity => Self::Entity,
            RoleName::Person => Self::Person,
            RoleName::Partner => Self::Partner,
        }
    }
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Add(add) => create(add, common, out),
        Command::List => list(common, out),
    }
}

fn create(add: &Add, common: &Common, out: Out) -> Result<Ending, Stop> {
    let role = Role::from(add.role);
    if role == Role::Organ && add.organ.is_none() {
        return Err(Stop::usage("部门账号必须用 --organ 写明所属单位"));
    }
    if (role == Role::Entity) != add.entity.is_some() {
        return Err(Stop::usage(
            "主体账号必须用 --entity 写明主体代码，其他账号不能写",
        ));
    }
    if (role == Role::Person) != add.identity.is_some() {
        return Err(Stop::usage(
            "自然人账号必须用 --identity 写明证件号码，其他账号不能写",
        ));
    }
    let room = Room::open(common, Need::Make)?;
    let name = add.name.trim();
    if room.store.account(name)?.is_some() {
        return Err(Stop::Refused(format!("已有名为 {name} 的账号")));
    }
    let organ = match (&add.organ, &add.entity) {
        (_, Some(entity)) => Some(entity_code(&room, entity)?),
        (Some(organ), None) => Some(room.organ(organ)?),
        (None, None) => None,
    };
    let title = add.title.as_deref().unwrap_or(name);
    let person = add
        .identity
        .as_deref()
        .map(|identity| room.desk.key_of(identity));
    let account = Account {
        person: person
            .map(|key| key.as_str().to_owned())
            .unwrap_or_default(),
        ..account(name, title, role, organ)
    };
    let secret = if add.system {
        put_system(&room, account)?
    } else {
        put_person(&room, account)?
    };
    room.publish()?;
    let kind = if add.system { "接口密钥" } else { "密码" };
    out.say(format!(
        "账号 {name} 已建立，{kind}只显示这一次：\n{secret}"
    ))?;
    let field = if add.system { "key" } else { "password" };
    out.last(&json!({ "name": name, "role": role, field: secret }))?;
    Ok(Ending::Done)
}

/// The code of an organisation that is in the register.
fn entity_code(room: &Room, text: &str) -> Result<Code, Stop> {
    let code = Code::read(text.trim()).filter(|code| room.desk.name(code).is_some());
    code.ok_or_else(|| Stop::Refused(format!("主体库中没有代码 {text}")))
}

/// An account of a person; returns the password.
pub fn put_person(room: &Room, account: Account) -> Result<String, Stop> {
    let password = password()?;
    let hash = web::hash_password(&password).ok_or_else(|| Stop::fault("密码摘要没有算出来"))?;
    put(
        room,
        Account {
            password: hash,
            ..account
        },
    )?;
    Ok(password)
}

fn put_system(room: &Room, account: Account) -> Result<String, Stop> {
    let key = web::new_key().ok_or_else(|| Stop::fault("取不到随机数"))?;
    put(
        room,
        Account {
            key: web::key_digest(&key),
            ..account
        },
    )?;
    Ok(key)
}

/// An account that cannot be used yet: it has neither password nor key.
pub fn account(name: &str, title: &str, role: Role, organ: Option<Code>) -> Account {
    Account {
        name: name.to_owned(),
        title: title.to_owned(),
        organ,
        person: String::new(),
        role,
        password: String::new(),
        key: String::new(),
        closed: false,
    }
}

fn put(room: &Room, account: Account) -> Result<(), Stop> {
    Ok(room.store.put_account(&account)?)
}

/// Sixteen symbols of five bits: 80 bits.
fn password() -> Result<String, Stop> {
    let bytes = crate::random::<16>()?;
    let symbol = |byte: u8| SYMBOLS.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
    Ok(bytes
        .into_iter()
        .map(|byte| char::from(symbol(byte)))
        .collect())
}

fn list(common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let mut rows = Vec::new();
    for account in room.store.accounts()? {
        let organ = account.organ.map_or(String::new(), |code| code.to_string());
        let kind = if account.key.is_empty() {
            "人员"
        } else {
            "系统"
        };
        let state = if account.closed { "停用" } else { "在用" };
        let role = serde_json::to_value(account.role).map_err(Stop::fault)?;
        let word = role.as_str().unwrap_or_default();
        out.say(format!(
            "{}\t{}\t{word}\t{organ}\t{kind}\t{state}",
            account.name, account.title
        ))?;
        rows.push(
            json!({ "name": account.name, "title": account.title, "role": role, "organ": organ,
            "system": !account.key.is_empty(), "closed": account.closed }),
        );
    }
    out.last(&json!({ "accounts": rows }))?;
    Ok(Ending::Done)
}
