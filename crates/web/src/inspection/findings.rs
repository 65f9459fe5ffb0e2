//! What came of a draw, in words.

use super::lines::{Names, organ};
use desk::Desk;
use desk::draw::{Crowd, Exchange, Gap, Object, Outcome, Turn};
use domain::code::Code;
use jiff::civil::Date;
use law::Pack;

/// Drawn organisations on one page.
const ROWS: usize = 200;

/// A drawn organisation.
pub(super) struct Line {
    pub number: usize,
    pub code: Code,
    pub name: String,
    /// Who comes, and the certificates.
    pub teams: Vec<(String, Vec<String>)>,
    pub instead_of: Option<String>,
    pub gone: bool,
}

/// A change after the draw.
pub(super) struct Changed {
    pub on: Date,
    pub name: String,
    pub what: String,
    pub reason: String,
}

/// What came of a draw.
pub(super) struct Findings {
    /// Those of this page.
    pub lines: Vec<Line>,
    /// Organisations that are inspected: those that left are not counted.
    pub standing: usize,
    pub reserves: usize,
    /// Where the page before and the page after begin.
    pub before: Option<usize>,
    pub after: Option<usize>,
    /// Why teams are as they are.
    pub notes: Vec<String>,
    pub changes: Vec<Changed>,
}

impl Findings {
    pub fn of(desk: &Desk, law: &Pack, names: &Names, outcome: &Outcome, from: usize) -> Self {
        let words = Words { desk, law, names };
        let objects = (1_usize..).zip(&outcome.objects).skip(from).take(ROWS);
        let count = outcome.objects.len();
        let load = &outcome.loads;
        let even = format!(
            "抽取时，检查人员本年的检查任务（连同本批次）最少的 {} 次，最多的 {} 次。",
            load.least, load.most
        );
        let gaps = outcome.gaps.iter().map(|gap| words.gap(gap));
        let crowds = outcome.crowds.iter().map(|crowd| words.crowd(crowd));
        Self {
            lines: objects
                .map(|(number, object)| words.line(number, object))
                .collect(),
            standing: outcome.objects.iter().filter(|one| !one.gone).count(),
            reserves: outcome.reserves,
            before: (from > 0).then(|| from.saturating_sub(ROWS)),
            after: Some(from.saturating_add(ROWS)).filter(|next| *next < count),
            notes: std::iter::once(even).chain(gaps).chain(crowds).collect(),
            changes: outcome
                .turns
                .iter()
                .map(|turn| words.change(turn))
                .collect(),
        }
    }
}

/// Where the names come from.
struct Words<'a> {
    desk: &'a Desk,
    law: &'a Pack,
    names: &'a Names,
}

impl Words<'_> {
    fn entity(&self, code: &Code) -> String {
        self.desk.name(code).unwrap_or_else(|| code.to_string())
    }

    /// An organ with the line it looks at.
    fn post(&self, code: &Code, line: &str) -> String {
        let mut lines = self.law.inspection_lines().iter();
        let known = lines.find(|known| known.word == line);
        let line = known.map_or(line, |known| known.name.as_str());
        format!("{}（{line}）", organ(self.names, code))
    }

    fn line(&self, number: usize, object: &Object) -> Line {
        let teams = object.teams.iter();
        Line {
            number,
            code: object.code,
            name: self.entity(&object.code),
            teams: teams
                .map(|(organ, line, team)| (self.post(organ, line), team.clone()))
                .collect(),
            instead_of: object.instead_of.as_ref().map(|code| self.entity(code)),
            gone: object.gone,
        }
    }

    fn gap(&self, gap: &Gap) -> String {
        format!(
            "{}：{}少 {} 人，因为这一条线共有 {} 人，其中 {} 人应当回避。",
            self.entity(&gap.code),
            self.post(&gap.organ, &gap.line),
            gap.lacking,
            gap.holders,
            gap.recused
        )
    }

    fn crowd(&self, crowd: &Crowd) -> String {
        let posts = crowd.posts.iter();
        let posts: Vec<String> = posts.map(|(organ, line)| self.post(organ, line)).collect();
        format!(
            "执法证号 {} 的任务比其他人多：{}的 {} 个检查组，没有别人可以替他们去。",
            crowd.certificates.join("、"),
            posts.join("、"),
            crowd.jobs
        )
    }

    fn change(&self, turn: &Turn) -> Changed {
        let what = match &turn.exchange {
            Exchange::Object(code) => format!("不再检查，由候补的{}递补", self.entity(code)),
            Exchange::Member { out, comes } => {
                format!("检查人员 {out} 不参加，重新抽取 {comes}")
            }
        };
        Changed {
            on: turn.on,
            name: self.entity(&turn.code),
            what,
            reason: turn.reason.clone(),
        }
    }
}
