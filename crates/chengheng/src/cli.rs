//! The command line as it is typed.

use crate::{Ending, Out, Stop};
use crate::{
    account, backup, calendar, clock, code, demo, draw, duty, entity, exchange, filing, grade,
    intake, law,
};
use crate::{ledger, notice, organ, procedure, screening, serve};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::ledger::Suite;
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
{about}

用法：{usage}

{all-args}{after-help}";

/// 诚衡：城市信用监管平台
///
/// 退出码：0 完成，1 被拒绝或有问题需要处理，2 命令写法有误，3 系统故障。
#[derive(Debug, Parser)]
#[command(name = "chengheng", version, help_template = HELP, disable_help_subcommand = true)]
#[command(subcommand_help_heading = "命令", next_help_heading = "选项")]
pub struct Asked {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// 数据目录
    #[arg(long, global = true, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// 以这一天为今天（缺省为北京时间当天）
    #[arg(long, global = true, value_name = "DATE", value_parser = clock::day)]
    pub today: Option<Date>,
    /// 给程序读：标准输出的最后一行是一个 JSON 对象
    #[arg(long, global = true)]
    pub json: bool,
    /// 用这个文件夹里的规则包，代替程序内置的
    #[arg(long, global = true, value_name = "DIR")]
    pub law: Option<PathBuf>,
    /// 用这个文件夹里的数据源定义，代替程序内置的
    #[arg(long, global = true, value_name = "DIR")]
    pub sources: Option<PathBuf>,
    /// 新建账本时选用的密码套件（缺省为 sm）：sm 为 SM3 与 SM2，sha 为 SHA-256 与 Ed25519
    #[arg(
        long,
        global = true,
        value_name = "sm|sha",
        hide_possible_values = true
    )]
    pub suite: Option<SuiteName>,
}

/// The suite as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SuiteName {
    #[default]
    Sm,
    Sha,
}

impl SuiteName {
    pub fn suite(self) -> Suite {
        match self {
            Self::Sm => Suite::National,
            Self::Sha => Suite::International,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务：门户、工作台和接口
    Serve(serve::Serve),
    /// 在新目录里造一座虚构的城市，按两年的日历实际运行各项业务，然后启动服务
    Demo(demo::Demo),
    /// 统一社会信用代码
    #[command(subcommand)]
    Code(code::Command),
    /// 工作日历
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// 主体登记库
    #[command(subcommand)]
    Entity(entity::Command),
    /// 单位登记册
    #[command(subcommand)]
    Organ(organ::Command),
    /// 报送一份表格
    Intake(intake::Intake),
    /// 下载数据源的空白模板
    Template(intake::Template),
    /// 登记已作出、尚未报送的决定
    Announce(duty::Announce),
    /// 撤回一条已公示的决定
    Revoke(filing::Revoke),
    /// 办理到期事项：停止公示、提醒；可以反复运行，会补上停机期间的
    Tick,
    /// 查询一个主体的信用记录，并取得回执
    Screen(screening::Screen),
    /// 查询回执
    #[command(subcommand)]
    Receipt(screening::ReceiptCommand),
    /// 办件
    #[command(subcommand)]
    Case(screening::CaseCommand),
    /// 承诺、名单、措施、修复、异议等办理事项
    #[command(subcommand)]
    Procedure(procedure::Command),
    /// 双随机抽查：抽取，以及只凭公布的文件复核
    #[command(subcommand)]
    Draw(draw::Command),
    /// 一个主体怎样退出：要做什么、由谁办、何时可以终止、何时自动终止
    ExitPath(procedure::ExitPath),
    /// 共享交换对方
    #[command(subcommand)]
    Partner(exchange::PartnerCommand),
    /// 与其他平台的报文
    #[command(subcommand)]
    Message(exchange::MessageCommand),
    /// 告知的发送
    #[command(subcommand)]
    Notice(notice::Command),
    /// 规则包
    #[command(subcommand)]
    Law(law::Command),
    /// 公共信用综合评价（只评价组织，不评价自然人）
    #[command(subcommand)]
    Grade(grade::Command),
    /// 导出全部主体的事实（Parquet，按代码分片），供其他引擎运行评价规则的 SQL
    Export(grade::Export),
    /// 存证账本
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// 涂除一条记录中的个人信息，账本仍可复核
    Redact(ledger::Redact),
    /// 账号
    #[command(subcommand)]
    Account(account::Command),
    /// 备份到一个文件，服务不必停止
    Backup(backup::Backup),
    /// 从备份恢复到新的数据目录
    Restore(backup::Restore),
}

impl Asked {
    pub fn run(&self, out: Out) -> Result<Ending, Stop> {
        let common = &self.common;
        match &self.command {
            Command::Serve(command) => serve::run(command, common, out),
            Command::Demo(command) => demo::run(command, common, out),
            Command::Code(command) => code::run(command, common, out),
            Command::Calendar(command) => calendar::run(command, common, out),
            Command::Entity(command) => entity::run(command, common, out),
            Command::Organ(command) => organ::run(command, common, out),
            Command::Intake(command) => intake::run(command, common, out),
            Command::Template(command) => intake::write_template(command, common, out),
            Command::Announce(command) => duty::announce(command, common, out),
            Command::Revoke(command) => filing::revoke(command, common, out),
            Command::Tick => duty::tick(common, out),
            Command::Screen(command) => screening::screen(command, common, out),
            Command::Receipt(command) => screening::receipt(command, out),
            Command::Case(command) => screening::case(command, common, out),
            Command::Procedure(command) => procedure::run(command, common, out),
            Command::Draw(command) => draw::run(command, common, out),
            Command::ExitPath(command) => procedure::exit_path(command, common, out),
            Command::Partner(command) => exchange::partner(command, common, out),
            Command::Message(command) => exchange::message(command, common, out),
            Command::Notice(command) => notice::run(command, common, out),
            Command::Law(command) => law::run(command, common, out),
            Command::Grade(command) => grade::run(command, common, out),
            Command::Export(command) => grade::export(command, common, out),
            Command::Ledger(command) => ledger::run(command, common, out),
            Command::Redact(command) => ledger::redact(command, common, out),
            Command::Account(command) => account::run(command, common, out),
            Command::Backup(command) => backup::backup(command, common, out),
            Command::Restore(command) => backup::restore(command, common, out),
        }
    }
}

/// Reads the command line; what cannot be meant is told in Chinese, with exit code 2.
pub fn read() -> Result<Asked, ExitCode> {
    Asked::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Whoever asked for help and went away needs none.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            eprintln!("命令不完整。\n\n{}", error.render());
            ExitCode::from(2)
        }
        _ => {
            let json = std::env::args().any(|word| word == "--json");
            Out { json }.stop(&Stop::Usage(sentence(&error)));
            ExitCode::from(2)
        }
    })
}

fn sentence(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(text).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("不认识的参数 {argument}"),
        ErrorKind::InvalidSubcommand => {
            format!(
                "没有名为 {} 的命令",
                context(ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => format!("{argument} 不能与其他参数同时使用"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 缺少取值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let source = std::error::Error::source(error).map(ToString::to_string);
            let why = source.map_or(String::new(), |source| format!("：{source}"));
            format!("{argument} 的取值“{value}”有误{why}")
        }
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的取值个数有误")
        }
        _ => format!("命令写法有误：{argument}{value}"),
    };
    format!("{what}。用 chengheng --help 或在命令后加 --help 查看用法")
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_every_command_has_a_chinese_help() {
        let mut command = Asked::command();
        command.build();
        command.clone().debug_assert();
        for below in command.get_subcommands() {
            let about = below
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                about.chars().any(|c| c > '\u{2fff}'),
                "{}: {about}",
                below.get_name()
            );
        }
    }
}
