//! Invented names. Each holds the character 拟, so that nobody takes it for a real one.

use super::chance::Chance;

const SYLLABLES: [&str; 32] = [
    "郅", "珩", "翊", "泓", "骁", "祎", "煜", "彧", "岚", "昀", "湛", "栩", "岑", "峤", "筱", "蔚",
    "霖", "霁", "澄", "铄", "衡", "沅", "澹", "屹", "瑾", "骞", "沐", "桁", "曦", "陌", "杳", "弋",
];

const TRADES: [&str; 20] = [
    "建筑工程",
    "建材",
    "食品加工",
    "餐饮管理",
    "商贸",
    "物流",
    "机械制造",
    "化工",
    "医药",
    "农业科技",
    "物业服务",
    "教育咨询",
    "矿业",
    "信息技术",
    "环保科技",
    "装饰工程",
    "家具",
    "汽车服务",
    "纺织",
    "文化传媒",
];

const FORMS: [&str; 6] = [
    "有限公司",
    "有限公司",
    "有限公司",
    "有限责任公司",
    "股份有限公司",
    "（有限合伙）",
];

const SHOPS: [&str; 12] = [
    "早点铺",
    "烟酒店",
    "服装店",
    "便利店",
    "理发店",
    "五金店",
    "饭店",
    "水果店",
    "药店",
    "书店",
    "打印社",
    "修理铺",
];

const CROPS: [&str; 5] = ["果蔬种植", "粮食种植", "畜禽养殖", "水产养殖", "苗木"];
const GROUPS: [&str; 5] = [
    "行业协会",
    "商会",
    "志愿服务队",
    "职业培训学校",
    "养老服务中心",
];
const INSTITUTES: [&str; 5] = ["第一中学", "实验小学", "人民医院", "图书馆", "检验检测中心"];

/// What sort of name a category of codes calls for.
pub fn entity(chance: &mut Chance, category: &str, place: &str) -> String {
    let brand = format!("拟{}{}", chance.word(&SYLLABLES), chance.word(&SYLLABLES));
    match category {
        "92" => format!("{place}{brand}{}", chance.word(&SHOPS)),
        "93" => format!("{place}{brand}{}专业合作社", chance.word(&CROPS)),
        "52" => format!("{place}{brand}{}", chance.word(&GROUPS)),
        "12" => format!("{place}{brand}{}", chance.word(&INSTITUTES)),
        _ => format!(
            "{place}{brand}{}{}",
            chance.word(&TRADES),
            chance.word(&FORMS)
        ),
    }
}

/// A person who does not exist.
pub fn person(chance: &mut Chance) -> String {
    format!("拟某{}", chance.word(&SYLLABLES))
}

/// A street that does not exist.
pub fn address(chance: &mut Chance, place: &str) -> String {
    format!(
        "{place}拟{}路{}号",
        chance.word(&SYLLABLES),
        chance.below(900) + 1
    )
}
