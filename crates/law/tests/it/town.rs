//! A small pack with one rule of every kind, and ways to change it.

use law::{Finding, Pack, Remark};

fn statute(title: &str, rank: &str, more: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nissuer = \"甲\"\nnumber = \"测〔2020〕1号\"\nissued = \"2020-01-01\"\nfrom = \"2020-01-01\"\nsource = \"测试\"\nrank = \"{rank}\"\n{more}+++\n"
    )
}

const DUTY: &str = r#"
```rule
id = "duty.term"
when = { kind = "list-notice" }
from = "2020-01-01"
days = 10
unit = "calendar"
article = "1"
```
```case
why = "告知"
given = { kind = "list-notice", on = "2020-03-02" }
expect = { due = "2020-03-12" }
```

```rule
id = "duty.term"
when = { kind = "list-comment" }
from = "2020-01-01"
days = 30
unit = "calendar"
article = "2"
```
```case
why = "征求意见"
given = { kind = "list-comment", on = "2020-03-02" }
expect = { due = "2020-04-01" }
```
"#;

const SCALE: &str = r#"
> 第一条 评价规则向社会公布。

```rule
id = "grade.scale"
when = { form = ["enterprise"] }
from = "2020-06-01"
article = "1"
checked = "2026-11-23"
scale = "general"
name = "综合评价规则"
start = 100
least = 0
most = 100
valid = "P1M"
indicators = [
    { id = "serious", name = "严重处罚", count = { kinds = ["penalty"], from = "serious", months = 36 } },
    { id = "listed", name = "名单", count = { kinds = ["blacklist"] } },
    { id = "fade", name = "近期处罚", fading = { kinds = ["penalty"], to = "ordinary", months = 12 } },
    { id = "honors", name = "荣誉", stated = true },
]
items = [
    { id = "serious", name = "严重处罚", each = { of = "serious", points = -20, most = 3 }, article = "2" },
    { id = "fade", name = "近期处罚", faded = { of = "fade", each = -10, window = 365, most = 20 }, article = "3" },
    { id = "honors", name = "荣誉", steps = { of = "honors", at = [[1, 2], [3, 5]] }, article = "4", statute = "cn/law" },
]
cuts = [
    { word = "A", name = "优", least = 90 },
    { word = "B", name = "良", least = 70 },
    { word = "C", name = "差", least = 0 },
]
floors = [{ name = "在名单内", of = "listed", least = 1, grade = "C", article = "5" }]
```
```case
why = "没有事实的，为起评分"
given = { form = "enterprise", on = "2020-07-01" }
expect = { score = 100, grade = "A" }
```
```case
why = "一条严重处罚扣二十分"
given = { form = "enterprise", on = "2020-07-01", facts = [{ kind = "penalty", class = "serious", day = "2020-06-02" }] }
expect = { score = 80, grade = "B" }
```
```case
why = "在名单内的，直接为最低等级"
given = { form = "enterprise", on = "2020-07-01", facts = [{ kind = "blacklist", day = "2020-06-02" }], stated = { honors = 3 } }
expect = { score = 100, grade = "C" }
```
```case
why = "评价规则施行前不评价"
given = { form = "enterprise", on = "2020-05-31" }
expect = "no-rule"
```

```rule
id = "inspection.rate"
when = { item = "general" }
from = "2020-06-01"
article = "6"
rates = [
    { grade = "A", least = 0, most = 100, per_year = 1, method = "书面检查", article = "7" },
    { grade = "B", least = 100, most = 500, per_year = 2, method = "常规抽查" },
    { grade = "C", least = 500, most = 2000, method = "重点抽查" },
]
```
```case
why = "等级高的少查"
given = { item = "general", grade = "A", on = "2020-07-01" }
expect = { least = 0, most = 100 }
```
"#;

const LISTS: &str = r#"
```rule
id = "list.type"
list = "wages"
name = "拖欠工资名单"
level = "national"
from = "2020-01-01"
article = "8"
organ = "人力资源社会保障部门"
criteria = [{ key = "arrears", text = "责令后仍不支付", article = "9" }]
evidence = ["order"]
notice = "list-notice"
plea = "list-notice"
exits = [{ key = "paid", text = "已经支付" }]
min = "P6M"
max = "P3Y"
roles = ["representative"]
reviewer = "上一级部门"
appeal = "可以申请行政复议"
```
```case
why = "自列入之日起三年"
given = { list = "wages", on = "2020-03-02", findings = ["arrears"], evidence = ["order"] }
expect = { ends = "2023-03-02" }
```
```case
why = "没有生效文书的，不得列入"
given = { list = "wages", on = "2020-03-02", findings = ["arrears"] }
expect = "no-evidence"
```
```case
why = "不符合列入条件"
given = { list = "wages", on = "2020-03-02", findings = ["other"], evidence = ["order"] }
expect = "no-criterion"
```

```rule
id = "measure.effect"
measure = "bid-ban"
name = "限制投标"
class = 1
from = "2020-01-01"
article = "10"
triggers = ["wages"]
targets = ["enterprise"]
implementer = "招标人"
matters = ["bidding"]
max = "P3Y"
```
```case
why = "在名单内的企业不得投标"
given = { list = "wages", form = "enterprise", matter = "bidding", on = "2020-03-02" }
expect = { measures = ["bid-ban"] }
```
```case
why = "别的事项不受影响"
given = { list = "wages", form = "enterprise", matter = "fund", on = "2020-03-02" }
expect = "no-rule"
```

```rule
id = "measure.effect"
measure = "travel"
name = "限制乘坐飞机"
class = 1
from = "2020-01-01"
article = "11"
triggers = ["wages"]
targets = ["enterprise"]
personal = true
roles = ["representative"]
implementer = "民航部门"
matters = ["*"]
ends = "with-list"
```
```case
why = "只及于依据写明的人员"
given = { list = "wages", form = "enterprise", matter = "fund", on = "2020-03-02", role = "representative" }
expect = { measures = ["travel"] }
```
```case
why = "没有写明的人员不受影响"
given = { list = "wages", form = "enterprise", matter = "fund", on = "2020-03-02", role = "controller" }
expect = "no-rule"
```
"#;

const OTHERS: &str = r#"
```rule
id = "repair.materials"
from = "2020-01-01"
article = "12"
requires = [{ key = "duty", text = "义务履行完毕", article = "13" }]
```
```case
why = "缺少证明"
given = { on = "2020-03-02" }
expect = { barred = ["duty"] }
```

```rule
id = "repair.materials"
when = { severity = "serious" }
from = "2020-01-01"
until = "2020-12-31"
article = "14"
displaced = { statute = "cn/law", article = "12", text = "不再要求培训" }
requires = [{ key = "duty", text = "义务履行完毕" }, { key = "training", text = "参加培训" }]
```
```case
why = "二〇二〇年的严重失信按当年的规定"
given = { on = "2020-03-02", severity = "serious", findings = ["duty"] }
expect = { barred = ["training"] }
```
```case
why = "以后不再要求"
given = { on = "2021-01-01", severity = "serious", findings = ["duty"] }
expect = "eligible"
```

```rule
id = "commitment.excluded"
from = "2020-01-01"
article = "15"
bars = [{ key = "safety", text = "直接关系公共安全" }]
```
```case
why = "公共安全"
given = { on = "2020-03-02", findings = ["safety"] }
expect = { barred = ["safety"] }
```

```rule
id = "retention.term"
when = { what = "adverse" }
from = "2020-01-01"
article = "16"
keep = "P5Y"
```
```case
why = "保存五年"
given = { what = "adverse", on = "2020-02-29" }
expect = { due = "2025-02-28" }
```

```rule
id = "report.contents"
when = { report = "standard" }
from = "2020-01-01"
article = "17"
name = "信用报告"
sections = [{ key = "cover", text = "封面" }, { key = "records", text = "记录", article = "18" }]
valid = "P30D"
```
```case
why = "栏目和有效期"
given = { report = "standard", on = "2020-03-02" }
expect = { sections = ["cover", "records"], valid_until = "2020-04-01" }
```

```rule
id = "assessment.formula"
from = "2020-01-01"
article = "19"
formula = "on-time"
name = "及时率"
over = "in-time"
of = "due"
text = "按时数除以应报数"
```
```case
why = "十件中八件按时"
given = { formula = "on-time", on = "2020-03-02", counts = { in-time = 8, due = 10 } }
expect = { points = 8000 }
```
```case
why = "没有应报的，没有比率"
given = { formula = "on-time", on = "2020-03-02", counts = { in-time = 0, due = 0 } }
expect = "none"
```
"#;

const CATALOGS: [(&str, &str); 15] = [
    (
        "notices",
        "[[notice]]\nword = \"referral-sent\"\ntitle = \"通报\"\nbody = \"{name}：{reason}。查看：{link}\"\nchannels = [\"inside\"]\nbasis = { statute = \"cn/law\", article = \"26\" }\n",
    ),
    (
        "duties",
        "[[duty]]\nkind = \"list-notice\"\nname = \"告知\"\nstart = \"送达\"\n\n[[duty]]\nkind = \"list-comment\"\nname = \"征求意见\"\nstart = \"公布\"\n",
    ),
    (
        "coverage",
        "[[subject]]\nid = \"grade.scale\"\nform = \"enterprise\"\nfrom = \"2020-06-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"inspection.rate\"\nitem = \"general\"\nfrom = \"2020-06-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"retention.term\"\nwhat = \"adverse\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"report.contents\"\nreport = \"standard\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"repair.materials\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n",
    ),
    (
        "forms",
        "[[form]]\nword = \"enterprise\"\nname = \"企业\"\npairs = [\"91\"]\n\n[[form]]\nword = \"person\"\nname = \"自然人\"\nnatural = true\n",
    ),
    (
        "roles",
        "[[role]]\nword = \"representative\"\nname = \"法定代表人\"\n",
    ),
    (
        "evidence",
        "[[evidence]]\nword = \"order\"\nname = \"限期支付决定\"\n",
    ),
    (
        "retentions",
        "[[retention]]\nword = \"adverse\"\nname = \"失信信息\"\n",
    ),
    (
        "reports",
        "[[report]]\nword = \"standard\"\nname = \"标准版\"\n",
    ),
    (
        "counts",
        "[[count]]\nword = \"in-time\"\nname = \"按时数\"\n\n[[count]]\nword = \"due\"\nname = \"应报数\"\n",
    ),
    (
        "base",
        "[[class]]\nword = \"administration\"\nname = \"行政管理信息\"\nlevel = \"national\"\nbasis = { statute = \"cn/law\", article = \"20\" }\n\n[[class]]\nword = \"town\"\nname = \"本地信息\"\nlevel = \"local\"\nbasis = { statute = \"sd/regulation\", article = \"3\" }\n",
    ),
    (
        "forbidden",
        "[[kind]]\nname = \"血型\"\naliases = [\"ABO\"]\nbasis = { statute = \"cn/law\", article = \"21\" }\n",
    ),
    (
        "data-sets",
        "[[set]]\nword = \"penalty\"\nname = \"行政处罚\"\nclass = \"administration\"\nversion = 1\nfrom = \"2020-01-01\"\nact = \"penalty\"\norgan = \"处罚机关\"\ncadence = \"on-event\"\nrange = \"public\"\nmatch = [\"docket\"]\nbasis = { statute = \"cn/law\", article = \"22\" }\n\n[[set.field]]\ncode = \"docket\"\nname = \"文号\"\ntype = \"docket\"\nlength = 64\nneed = \"yes\"\n\n[[set.field]]\ncode = \"person\"\nname = \"证件号码\"\ntype = \"id\"\nneed = \"conditional\"\ncondition = \"自然人\"\nrange = \"none\"\nmask = \"id\"\n",
    ),
    (
        "matters",
        "[[matter]]\ncode = \"bidding\"\nname = \"招标投标\"\ndomain = \"招标投标\"\ncategory = \"工程\"\nstage = \"评标前\"\nsets = [\"penalty\"]\nuse = \"refusal\"\neffect = { statute = \"cn/law\", article = \"10\" }\nbasis = { statute = \"cn/law\", article = \"23\" }\n\n[[matter]]\ncode = \"fund\"\nname = \"资金\"\ndomain = \"资金\"\nbasis = { statute = \"cn/law\", article = \"23\" }\n",
    ),
    (
        "commitments",
        "[[commitment]]\ncode = \"licence\"\nname = \"许可\"\nkind = \"approval\"\norgan = \"审批局\"\ninformed = [{ key = \"area\", text = \"面积\" }]\nverify = \"P2M\"\nconsequences = [{ key = \"revoke\", text = \"撤销决定\", article = \"24\" }]\non = true\nform = \"1\"\nbasis = { statute = \"cn/law\", article = \"25\" }\n\n[[commitment]]\ncode = \"diploma\"\nname = \"学历证明\"\nkind = \"proof\"\norgan = \"人社局\"\ninformed = [{ key = \"true\", text = \"属实\" }]\nverify = \"P1M\"\nconsequences = [{ key = \"revoke\", text = \"撤销决定\" }]\non = true\nform = \"1\"\nproof = { certificate = \"学历证明\", issuer = \"学校\", source = \"学信网\", method = \"联网核验\" }\nbasis = { statute = \"cn/law\", article = \"25\" }\n\n[[commitment]]\ncode = \"blasting\"\nname = \"爆破作业\"\nkind = \"approval\"\norgan = \"公安局\"\ninformed = [{ key = \"x\", text = \"条件\" }]\nverify = \"P2M\"\nconsequences = [{ key = \"revoke\", text = \"撤销决定\" }]\nexcluded = \"safety\"\nform = \"1\"\nbasis = { statute = \"cn/law\", article = \"25\" }\n",
    ),
    (
        "acts",
        "[[act]]\nword = \"penalty\"\nname = \"行政处罚\"\nadverse = true\nbasis = { statute = \"cn/law\", article = \"22\" }\n",
    ),
];

fn form(title: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nfrom = \"2020-01-01\"\n+++\n\n# {title}\n\n## 承诺\n\n属实。\n"
    )
}

pub type Files = Vec<(String, String)>;

/// The pack as it stands; it loads.
pub fn files() -> Files {
    let mut files = vec![
        ("cn/law/statute.md".to_owned(), statute("测试法", "law", "")),
        ("cn/law/duty.md".to_owned(), DUTY.to_owned()),
        ("cn/law/scale.md".to_owned(), SCALE.to_owned()),
        ("cn/law/list.md".to_owned(), LISTS.to_owned()),
        ("cn/law/other.md".to_owned(), OTHERS.to_owned()),
    ];
    let further = [
        ("cn/rule", "测试规章", "ministry-rule"),
        ("cn/notice", "测试通知", "normative"),
        ("cn/memo", "测试合作备忘录", "memorandum"),
        ("sd/regulation", "测试条例", "local-regulation"),
    ];
    for (folder, title, rank) in further {
        files.push((format!("{folder}/statute.md"), statute(title, rank, "")));
    }
    for (name, text) in CATALOGS {
        files.push((format!("catalog/{name}.toml"), text.to_owned()));
    }
    for (code, title) in [("licence", "许可承诺书"), ("diploma", "学历承诺书")] {
        files.push((format!("forms/{code}/1.md"), form(title)));
    }
    files
}

/// The pack with one text of one file changed; the text must be there.
#[track_caller]
pub fn changed(path: &str, old: &str, new: &str) -> Files {
    let mut files = files();
    let (_, text) = files.iter_mut().find(|(known, _)| known == path).unwrap();
    assert!(text.contains(old), "{path} does not contain {old}");
    *text = text.replacen(old, new, 1);
    files
}

/// The pack with the lists and measures in another statute.
pub fn lists_in(folder: &str) -> Files {
    let mut files = files();
    for (path, _) in &mut files {
        if path == "cn/law/list.md" {
            *path = format!("{folder}/list.md");
        }
    }
    files
}

/// Changes one text of a file of these.
#[track_caller]
pub fn also(mut files: Files, path: &str, old: &str, new: &str) -> Files {
    let (_, text) = files.iter_mut().find(|(known, _)| known == path).unwrap();
    assert!(text.contains(old), "{path} does not contain {old}");
    *text = text.replacen(old, new, 1);
    files
}

pub fn pack() -> Pack {
    loaded(files())
}

#[track_caller]
pub fn loaded(files: Files) -> Pack {
    match Pack::load(files) {
        Ok(pack) => pack,
        Err(found) => panic!("the pack does not load: {found:#?}"),
    }
}

/// Asserts that the files do not load, for this reason.
#[track_caller]
pub fn refused(files: Files, file: &str, message: &str) {
    let found = Pack::load(files).expect_err("a faulty pack loaded");
    let named = |one: &Finding| one.file == file && one.message.contains(message);
    assert!(
        found.iter().any(named),
        "wanted {file} {message}\nfound {found:#?}"
    );
}

/// Asserts that the report has a remark with this text, and that the pack loads all the same.
#[track_caller]
pub fn remarked(files: Files, topic: law::Topic, message: &str) {
    let found = law::examine(files, None);
    assert!(
        found.digest.is_some(),
        "does not load: {:#?}",
        found.remarks
    );
    let named = |one: &Remark| one.topic == topic && one.message.contains(message);
    let remarks = &found.remarks;
    assert!(
        remarks.iter().any(named),
        "wanted {message}\nfound {remarks:#?}"
    );
}
