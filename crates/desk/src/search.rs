//! Finding an entity by what a person types: code, part of a name, former name, pinyin initials.
//!
//! Both databases index the tokens made here, so recall is the same on both. Bigrams, because a
//! dictionary loses brands and trigrams cannot answer two characters.

use domain::entity::plain_name;
use pinyin::ToPinyin;

/// What a person typed, in the forms it may match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text without blanks, brackets folded, upper case.
    pub plain: String,
    /// The telling bigrams of `plain`, each of which must occur; empty for a single character. A
    /// name that holds them all need not contain the text: the store compares.
    pub grams: Vec<String>,
    /// Bigrams of pinyin initials (marked `~`), if the text is Latin letters only.
    pub initials: Vec<String>,
}

/// Prepares a search text; `None` if nothing is left of it.
pub fn query(text: &str) -> Option<Query> {
    let plain = plain_name(text);
    if plain.is_empty() {
        return None;
    }
    let letters = plain.chars().all(|c| c.is_ascii_alphabetic());
    let initials = if letters {
        marked(&bigrams(&plain))
    } else {
        Vec::new()
    };
    Some(Query {
        grams: telling(bigrams(&plain)),
        initials,
        plain,
    })
}

/// So many telling bigrams narrow a search enough.
const TELLING: usize = 4;

/// Leaves out bigrams that half of all names hold: merging their long lists costs much and narrows
/// nothing. A text of such bigrams only keeps them all, and finds its twenty names at once.
fn telling(grams: Vec<String>) -> Vec<String> {
    let mut rare: Vec<String> = grams
        .iter()
        .filter(|gram| !COMMON.contains(&gram.as_str()))
        .cloned()
        .collect();
    rare.truncate(TELLING);
    // One alone may stand in tens of thousands of names; then the common ones narrow as well.
    if rare.len() < 2 { grams } else { rare }
}

/// Bigrams of places, trades and legal forms.
const COMMON: &[&str] = &[
    "有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有", "集团", "团有", "合作", "作社",
    "专业", "业合", "农民", "民专", "分公", "个体", "经营", "营部", "商行", "商店", "山东", "东省",
    "省枣", "枣庄", "庄市", "济南", "南市", "青岛", "岛市", "淄博", "博市", "东营", "营市", "烟台",
    "台市", "潍坊", "坊市", "济宁", "宁市", "泰安", "安市", "威海", "海市", "日照", "照市", "临沂",
    "沂市", "德州", "州市", "聊城", "城市", "滨州", "菏泽", "泽市", "滕州", "市中", "中区", "城区",
    "区分", "科技", "技有", "贸易", "易有", "商贸", "贸有", "工程", "程有", "建筑", "筑工", "发展",
    "展有", "管理", "理有", "咨询", "询有", "服务", "务有", "销售", "售有", "电子", "子商", "商务",
    "制造", "造有", "机械", "械制", "设备", "备有", "材料", "料有", "建材", "材有", "食品", "品有",
    "物流", "流有", "运输", "输有", "文化", "化传", "传媒", "媒有", "农业", "业科", "业有", "业发",
];

/// The tokens of a name for the full-text index, separated by blanks.
pub fn name_tokens(name: &str) -> String {
    bigrams(&plain_name(name)).join(" ")
}

/// The tokens of a name's pinyin initials, separated by blanks.
pub fn initial_tokens(name: &str) -> String {
    marked(&bigrams(&initials(name))).join(" ")
}

/// First letters of the pinyin of a name, upper case; Latin letters and digits stay.
pub fn initials(name: &str) -> String {
    let plain = plain_name(name);
    let mut out = String::new();
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some((word, letters)) = READINGS.iter().find(|(word, _)| rest.starts_with(word)) {
            out.push_str(letters);
            rest = rest.get(word.len()..).unwrap_or_default();
            continue;
        }
        if first.is_ascii_alphanumeric() {
            out.push(first);
        } else if let Some(letter) = first
            .to_pinyin()
            .and_then(|p| p.first_letter().chars().next())
        {
            out.push(letter.to_ascii_uppercase());
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Words whose characters have several readings, as they are read in names.
const READINGS: &[(&str, &str)] = &[
    ("重庆", "CQ"),
    ("厦门", "XM"),
    ("长安", "CA"),
    ("长江", "CJ"),
    ("长城", "CC"),
    ("长春", "CC"),
    ("长沙", "CS"),
    ("长清", "CQ"),
    ("朝阳", "CY"),
    ("银行", "YH"),
    ("商行", "SH"),
    ("行业", "HY"),
    ("重工", "ZG"),
    ("重型", "ZX"),
    ("会计", "KJ"),
    ("莘县", "SX"),
    ("单县", "SX"),
    ("乐陵", "LL"),
    ("东阿", "DE"),
    ("台儿庄", "TEZ"),
];

fn bigrams(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

fn marked(grams: &[String]) -> Vec<String> {
    grams.iter().map(|gram| format!("~{gram}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_read_names_as_people_do() {
        for (name, wanted) in [
            ("枣庄市华泰化工有限公司", "ZZSHTHGYXGS"),
            ("重庆银行（Ａ）", "CQYHA"),
            ("台儿庄区长江商行", "TEZQCJSH"),
        ] {
            assert_eq!(initials(name), wanted, "{name}");
        }
    }

    #[test]
    fn common_parts_of_names_do_not_slow_a_search() {
        assert_eq!(
            query("枣庄市华泰化工有限公司").unwrap().grams,
            ["市华", "华泰", "泰化", "化工"]
        );
        assert_eq!(query("枣庄市").unwrap().grams, ["枣庄", "庄市"]);
    }

    #[test]
    fn a_text_of_letters_may_be_initials() {
        let query = query(" hthg ").unwrap();
        assert_eq!(query.plain, "HTHG");
        assert_eq!(query.initials, ["~HT", "~TH", "~HG"]);
        assert!(initial_tokens("枣庄市华泰化工有限公司").contains("~HT ~TH ~HG"));
    }
}
