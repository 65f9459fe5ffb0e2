//! Words of the rule language and of the catalogs, and what a reader calls them.

use law::{Pack, RuleText};
use std::collections::BTreeMap;
use toml::Table;

/// Keys and what a reader calls them, in the order in which columns are shown.
const KEYS: [(&str, &str); 134] = [
    ("id", "回答的问题"),
    ("when", "适用于"),
    ("list", "名单"),
    ("measure", "措施"),
    ("formula", "公式"),
    ("scale", "评价规则"),
    ("name", "名称"),
    ("word", "代号"),
    ("key", "代号"),
    ("from", "首日"),
    ("until", "末日"),
    ("article", "条"),
    ("checked", "核对日期"),
    ("displaced", "被取代"),
    ("reaches_back", "溯及以前的理由"),
    ("class", "类别"),
    ("incentive", "激励"),
    ("level", "层级"),
    ("show", "公示方式"),
    ("min", "最短期限"),
    ("max", "最长期限"),
    ("ends", "结束"),
    ("days", "期限（天）"),
    ("unit", "计日方式"),
    ("reminders", "提醒日（第几天）"),
    ("keep", "保存期限"),
    ("valid", "有效期"),
    ("grade", "等级"),
    ("least", "下限"),
    ("most", "上限"),
    ("per_year", "每年至多（次）"),
    ("method", "方式"),
    ("rates", "比例（万分之）和频次"),
    ("sector", "行业"),
    ("line", "执法条线"),
    ("checks", "检查标准"),
    ("problem", "有问题"),
    ("follow", "须有后续处理"),
    ("size", "最少人数"),
    ("code", "代码"),
    ("simple", "简易程序"),
    ("minor", "轻微"),
    ("ordinary", "一般"),
    ("serious", "严重"),
    ("unclear", "须机关写明"),
    ("other", "其他种类"),
    ("fined", "按数额划分的种类"),
    ("thresholds", "数额标准"),
    ("organ", "认定机关"),
    ("criteria", "列入情形"),
    ("evidence", "据以列入的文书"),
    ("notice", "事先告知"),
    ("plea", "陈述申辩"),
    ("exits", "退出途径"),
    ("bars", "不适用的情形"),
    ("requires", "应当具备的条件"),
    ("sections", "内容"),
    ("triggers", "由哪些名单触发"),
    ("targets", "对象"),
    ("personal", "及于个人"),
    ("roles", "及于的身份"),
    ("role", "身份"),
    ("implementer", "实施单位"),
    ("matters", "适用事项"),
    ("matter", "事项"),
    ("reviewer", "审核"),
    ("appeal", "救济途径"),
    ("breaker", "失信主体类别"),
    ("offices", "通报单位"),
    ("reply", "答复期限"),
    ("template", "告知模板"),
    ("channels", "告知方式"),
    ("body", "正文"),
    ("comment", "公开征求意见"),
    ("also", "其他依据"),
    ("over", "分子"),
    ("of", "分母"),
    ("text", "内容"),
    ("why", "说明"),
    ("given", "已知"),
    ("expect", "应得"),
    ("act", "行政行为"),
    ("severity", "失信程度"),
    ("facet", "情形"),
    ("facets", "情形"),
    ("form", "主体类型"),
    ("item", "检查事项"),
    ("what", "保存的内容"),
    ("report", "报告"),
    ("kind", "种类"),
    ("kinds", "处罚种类"),
    ("decided", "决定日期"),
    ("valid_until", "有效期至"),
    ("procedure", "程序"),
    ("fine", "罚款（元）"),
    ("amount", "金额（元）"),
    ("day", "日期"),
    ("known", "入账日期"),
    ("gone", "停止使用"),
    ("on", "日期"),
    ("facts", "事实"),
    ("stated", "申报的数值"),
    ("findings", "查明"),
    ("start", "基础分"),
    ("indicators", "指标"),
    ("items", "计分项"),
    ("cuts", "等级线"),
    ("floors", "直接判级"),
    ("points", "分值"),
    ("each", "每件"),
    ("steps", "分段"),
    ("at", "分段"),
    ("share", "比例"),
    ("faded", "随时间减弱"),
    ("fading", "随时间减弱"),
    ("count", "件数"),
    ("sum", "金额合计"),
    ("worst", "最重的程度"),
    ("since", "距最近一次"),
    ("months", "近几个月"),
    ("window", "窗口（日）"),
    ("times", "满分"),
    ("part", "分子"),
    ("whole", "分母"),
    ("unless", "不计的条件"),
    ("basis", "依据"),
    ("statute", "法规"),
    ("title", "名称"),
    ("issuer", "制定机关"),
    ("number", "文号"),
    ("issued", "公布日期"),
    ("source", "来源"),
    ("rank", "效力层级"),
    ("replaces", "取代"),
];

/// Words that no catalog lists.
const WORDS: [(&str, &str); 64] = [
    ("publicity.term", "公示期限"),
    ("publicity.breach", "违诺公示期限"),
    ("referral.route", "失信通报的去向"),
    ("suspension.eligible", "期限可否中止"),
    ("reorganisation.eligible", "破产重整可否暂时解除"),
    ("publicity.licence", "许可公示"),
    ("severity.class", "失信程度"),
    ("duty.term", "办理期限"),
    ("commitment.eligible", "能否适用告知承诺"),
    ("commitment.excluded", "不适用告知承诺的事项"),
    ("repair.eligible", "能否修复"),
    ("repair.materials", "修复材料"),
    ("grade.scale", "评价规则"),
    ("inspection.rate", "抽查比例"),
    ("list.type", "名单种类"),
    ("measure.effect", "惩戒和激励措施"),
    ("retention.term", "保存期限"),
    ("report.contents", "报告内容"),
    ("assessment.formula", "考核公式"),
    ("penalty", "行政处罚"),
    ("licence", "行政许可"),
    ("abnormal", "经营异常名录"),
    ("blacklist", "严重失信主体名单"),
    ("honorlist", "守信名单"),
    ("watchlist", "重点关注名单"),
    ("commitment", "信用承诺"),
    ("broken", "违诺"),
    ("passed", "检查未发现问题"),
    ("failed", "检查发现问题"),
    ("honor", "守信荣誉"),
    ("enforcement", "被执行信息"),
    ("arrears", "欠缴"),
    ("unreported", "未公示年度报告"),
    ("unclassed", "不分程度"),
    ("minor", "轻微"),
    ("ordinary", "一般"),
    ("serious", "严重"),
    ("simple", "简易程序"),
    ("working", "工作日"),
    ("calendar", "自然日"),
    ("withheld", "不公示"),
    ("while-valid", "有效期内公示"),
    ("eligible", "可以适用"),
    ("no-rule", "法律没有规定"),
    ("no-criterion", "没有列入情形"),
    ("no-evidence", "没有合格的文书"),
    ("publish", "报送公示"),
    ("national", "全国"),
    ("local", "本地"),
    ("general", "一般检查事项"),
    ("key", "重点检查事项"),
    ("with-list", "随名单结束"),
    ("superior", "上级主管单位"),
    ("audit", "审计机关"),
    ("employer", "所在单位"),
    ("inspectorate", "纪检监察机关"),
    ("personnel", "组织人事部门"),
    ("organ", "机关"),
    ("institution", "事业单位"),
    ("state-firm", "国有企业"),
    ("staff", "工作人员"),
    ("inside", "站内信"),
    ("email", "电子邮件"),
    ("sms", "短信"),
];

/// What the words of a pack are called.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By catalog, then by word.
    shelves: BTreeMap<&'static str, BTreeMap<String, String>>,
}

impl Names {
    pub fn of(law: &Pack) -> Self {
        let mut names = Self::default();
        for rule in law.rules() {
            names.rule(rule);
        }
        for (shelf, words) in [
            ("roles", law.roles()),
            ("evidence", law.evidence()),
            ("what", law.retentions()),
            ("report", law.reports()),
            ("count", law.counts()),
        ] {
            names.shelf(shelf, words.iter().map(|row| (&row.word, &row.name)));
        }
        names.shelf("statute", law.statutes().map(|one| (&one.id, &one.title)));
        names.shelf("form", law.forms().iter().map(|row| (&row.word, &row.name)));
        names.shelf(
            "duty",
            law.duties().iter().map(|row| (&row.kind, &row.name)),
        );
        names.shelf(
            "facet",
            law.facets().iter().map(|row| (&row.word, &row.name)),
        );
        names.shelf(
            "matter",
            law.matters().iter().map(|row| (&row.code, &row.name)),
        );
        names.shelf(
            "template",
            law.notices().iter().map(|row| (&row.word, &row.title)),
        );
        names.shelf("set", law.sets().iter().map(|row| (&row.word, &row.name)));
        names.shelf(
            "class",
            law.classes().iter().map(|row| (&row.word, &row.name)),
        );
        names
    }

    /// Lists, measures and formulas name themselves.
    fn rule(&mut self, rule: &RuleText) {
        let shelf = match rule.id.as_str() {
            "list.type" => "list",
            "measure.effect" => "measure",
            "assessment.formula" => "formula",
            "grade.scale" => "scale",
            _ => return,
        };
        let Ok(body) = rule.body.parse::<Table>() else {
            return;
        };
        let text = |key: &str| body.get(key).and_then(|value| value.as_str());
        if let (Some(word), Some(name)) = (text(shelf), text("name")) {
            let words = self.shelves.entry(shelf).or_default();
            words.insert(word.to_owned(), name.to_owned());
        }
    }

    fn shelf<'a>(
        &mut self,
        shelf: &'static str,
        rows: impl Iterator<Item = (&'a String, &'a String)>,
    ) {
        let words = self.shelves.entry(shelf).or_default();
        words.extend(rows.map(|(word, name)| (word.clone(), name.clone())));
    }

    /// A word of one catalog; the word itself where nobody named it.
    pub fn get(&self, shelf: &str, word: &str) -> String {
        let found = self.shelves.get(shelf).and_then(|words| words.get(word));
        found.cloned().unwrap_or_else(|| word.to_owned())
    }

    /// A word of whichever catalog knows it.
    pub fn any(&self, word: &str) -> String {
        let found = self.shelves.values().find_map(|words| words.get(word));
        found.cloned().unwrap_or_else(|| self.value("", word))
    }

    pub fn all(&self, shelf: &str, words: &[String]) -> Vec<String> {
        words.iter().map(|word| self.get(shelf, word)).collect()
    }

    /// What stands under a key of a rule.
    pub fn value(&self, key: &str, word: &str) -> String {
        let found = shelf_of(key).and_then(|shelf| self.shelves.get(shelf)?.get(word));
        if let Some(name) = found {
            return name.clone();
        }
        if let Some((_, name)) = WORDS.iter().find(|(known, _)| *known == word) {
            return (*name).to_owned();
        }
        let span = word
            .starts_with('P')
            .then(|| word.parse::<jiff::Span>().ok())
            .flatten();
        span.map_or_else(|| word.to_owned(), crate::cite::span)
    }
}

/// The catalog whose words stand under a key.
fn shelf_of(key: &str) -> Option<&'static str> {
    Some(match key {
        "form" | "targets" => "form",
        "role" | "roles" => "roles",
        "evidence" => "evidence",
        "what" => "what",
        "report" => "report",
        "over" | "of" | "counts" => "count",
        "notice" | "plea" | "kind" => "duty",
        "facet" | "facets" => "facet",
        "matter" | "matters" => "matter",
        "list" | "triggers" => "list",
        "measure" | "measures" => "measure",
        "formula" => "formula",
        "template" => "template",
        _ => return None,
    })
}

/// What a key is called.
pub(super) fn key(key: &str) -> String {
    let known = KEYS.iter().find(|(word, _)| *word == key);
    known.map_or(key, |(_, name)| name).to_owned()
}

/// Where the column of a key stands.
pub(super) fn order(key: &str) -> usize {
    let place = KEYS.iter().position(|(word, _)| *word == key);
    place.unwrap_or(KEYS.len())
}

/// What the question of a rule is called.
pub(crate) fn question(id: &str) -> String {
    let known = WORDS.iter().find(|(word, _)| *word == id);
    known.map_or(id, |(_, name)| name).to_owned()
}
