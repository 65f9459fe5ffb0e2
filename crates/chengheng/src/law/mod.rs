//! `law`: the law pack, what another pack would change, and how one is adopted.

mod change;
mod check;
mod rehearse;

use crate::{Common, Ending, Out, Stop};
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 检查规则包：装入全部法规、规则和用例，一次报告所有问题和已证明的性质
    Check {
        /// 另外列出超过这么多天没有人与法规原文核对过的规则
        #[arg(long, value_name = "DAYS")]
        stale: Option<u32>,
    },
    /// 比较两个规则包：逐条列出新增、删除和修改
    Diff {
        /// 旧规则包：文件夹，或者在用过的规则包的摘要；current 为现行
        old: String,
        /// 新规则包，写法相同；built-in 为程序自带
        new: String,
    },
    /// 预演：用另一规则包评价全部主体，列出谁会变动、因何变动，不作任何改动
    Rehearse {
        /// 拟采用的规则包文件夹
        #[arg(long, value_name = "DIR")]
        with: PathBuf,
        /// 把逐户、逐条的变动写入这个 CSV 文件
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
    },
    /// 提出采用一个规则包，等待第二人签署
    Propose(change::Propose),
    /// 签署提案：规则包即日起采用（须由提出人以外的信用办账号签署）
    Adopt(change::Sign),
    /// 否决或者撤回提案
    Decline(change::Decline),
    /// 规则包的采用历史和提案
    History,
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Check { stale } => check::run(*stale, common, out),
        Command::Diff { old, new } => change::diff(old, new, common, out),
        Command::Rehearse { with, csv } => rehearse::run(with, csv.as_deref(), common, out),
        Command::Propose(propose) => change::propose(propose, common, out),
        Command::Adopt(sign) => change::adopt(sign, common, out),
        Command::Decline(decline) => change::decline(decline, common, out),
        Command::History => change::history(common, out),
    }
}
