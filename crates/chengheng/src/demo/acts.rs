//! Invented decisions, as rows of the tables they are filed with.

use super::chance::Chance;
use super::city::{Office, Resident};
use super::names;
use super::tables::Row;
use jiff::ToSpan;
use jiff::civil::Date;

const LICENCES: [(&str, &str); 8] = [
    ("食品经营许可证", "普通"),
    ("道路运输经营许可证", "普通"),
    ("排污许可证", "普通"),
    ("危险化学品经营许可证", "普通"),
    ("建筑业企业资质证书", "认可"),
    ("公共场所卫生许可证", "普通"),
    ("特种设备使用登记证", "登记"),
    ("消防验收意见书", "核准"),
];

const BREACHES: [&str; 8] = [
    "未按规定办理许可",
    "超标排放污染物",
    "未按规定公示信息",
    "拖欠工资",
    "未落实安全生产责任",
    "产品质量不合格",
    "虚假宣传",
    "未按规定明码标价",
];

/// Kinds of penalty and their shares.
const PENALTIES: [(&str, usize); 8] = [
    ("罚款", 590),
    ("警告", 150),
    ("罚款;没收违法所得", 110),
    ("通报批评", 40),
    ("责令停产停业", 50),
    ("暂扣许可证件", 30),
    ("吊销许可证件", 20),
    ("限制从业", 10),
];

/// One decision, known to the organ that made it.
#[derive(Debug, Clone)]
pub struct Act {
    pub source: &'static str,
    pub docket: String,
    pub decided: Date,
    pub party: String,
    pub row: Row,
}

/// A licence of `organ` for `to`.
pub fn licence(
    chance: &mut Chance,
    organ: &Office,
    to: &Resident,
    serial: usize,
    day: Date,
) -> Option<Act> {
    let (certificate, kind) = *chance.pick(&LICENCES)?;
    let docket = format!("{}许准字〔{}〕{serial}号", organ.short, day.year());
    let until = match chance.below(10) {
        0 => Date::new(2099, 12, 31).ok()?,
        years @ 1..=5 => day.checked_add(i64::try_from(years).ok()?.years()).ok()?,
        _ => day.checked_add(3.years()).ok()?,
    };
    let mut row = party("XK", to);
    put(&mut row, "XK_XKWS", "准予行政许可决定书");
    put(&mut row, "XK_WSH", &docket);
    put(&mut row, "XK_XKLB", kind);
    put(&mut row, "XK_XKZS", certificate);
    put(&mut row, "XK_XKBH", &format!("拟{}{serial:06}", day.year()));
    put(
        &mut row,
        "XK_NR",
        &format!("准予核发{certificate}（演示数据）"),
    );
    put(&mut row, "XK_JDRQ", &written(day));
    put(&mut row, "XK_YXQZ", &written(day));
    put(&mut row, "XK_YXQZI", &written(until));
    put(&mut row, "XK_ZT", "1");
    by(
        &mut row,
        ["XK_XKJG", "XK_XKJGDM", "XK_LYDW", "XK_LYDWDM"],
        organ,
    );
    let party = to.code.to_string();
    Some(Act {
        source: "licence-2018",
        docket,
        decided: day,
        party,
        row,
    })
}

/// A penalty of `organ` on `to`.
pub fn penalty(
    chance: &mut Chance,
    organ: &Office,
    to: &Resident,
    serial: usize,
    day: Date,
) -> Act {
    let docket = format!("{}罚决〔{}〕{serial}号", organ.short, day.year());
    let kinds = kinds(chance);
    let breach = chance.word(&BREACHES);
    let mut row = party("CF", to);
    if chance.in_thousand(12) {
        person(chance, &mut row, serial);
    }
    put(&mut row, "CF_WSH", &docket);
    put(&mut row, "CF_WFXW", breach);
    put(
        &mut row,
        "CF_SY",
        &format!("经查，当事人{breach}，事实清楚（演示数据）。"),
    );
    put(
        &mut row,
        "CF_YJ",
        &format!("《拟州市演示条例》第{}条", chance.below(90) + 1),
    );
    put(&mut row, "CF_CFLB", kinds);
    let content = punished(chance, kinds, &mut row);
    put(&mut row, "CF_NR", &content);
    put(&mut row, "CF_JDRQ", &written(day));
    let simple = kinds == "警告" && chance.in_thousand(400);
    put(
        &mut row,
        "CF_CFCX",
        if simple {
            "简易程序"
        } else {
            "普通程序"
        },
    );
    if simple {
        put(&mut row, "CF_SFGS", "否");
        put(&mut row, "CF_SFGS_LY", "简易程序作出，不属于应当公示的情形");
    }
    by(
        &mut row,
        ["CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM"],
        organ,
    );
    let party = row.get("CF_XDR_SHXYM").filter(|code| !code.is_empty());
    let party = party
        .or_else(|| row.get("CF_XDR_MC"))
        .cloned()
        .unwrap_or_default();
    Act {
        source: "penalty-2018",
        docket,
        decided: day,
        party,
        row,
    }
}

fn kinds(chance: &mut Chance) -> &'static str {
    let place = chance.weigh(PENALTIES.iter().map(|(_, share)| *share));
    let row = place.and_then(|place| PENALTIES.get(place));
    row.map_or("罚款", |(kinds, _)| kinds)
}

/// The content, with the amounts and certificates the kinds go with.
fn punished(chance: &mut Chance, kinds: &str, row: &mut Row) -> String {
    let mut parts = Vec::new();
    for kind in kinds.split(';') {
        match kind {
            "罚款" => {
                let yuan = (chance.below(60) + 1)
                    * [100, 500, 1_000, 5_000]
                        .get(chance.below(4))
                        .copied()
                        .unwrap_or(100);
                put(row, "CF_NR_FK", &wan(yuan));
                parts.push(format!("罚款{yuan}元"));
            }
            "没收违法所得" => {
                let yuan = (chance.below(90) + 1) * 100;
                put(row, "CF_NR_WFFF", &wan(yuan));
                parts.push(format!("没收违法所得{yuan}元"));
            }
            "暂扣许可证件" | "吊销许可证件" => {
                put(
                    row,
                    "CF_NR_ZKDX",
                    &format!("拟营业许可证 拟{:06}", chance.below(1_000_000)),
                );
                parts.push(kind.to_owned());
            }
            other => parts.push(other.to_owned()),
        }
    }
    parts.join("；")
}

/// Yuan in units of ten thousand, as the table asks.
fn wan(yuan: usize) -> String {
    let text = format!("{}.{:04}", yuan / 10_000, yuan % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn party(prefix: &str, to: &Resident) -> Row {
    let fields: [(&'static str, &str); 4] = match prefix {
        "XK" => [
            ("XK_XDR_MC", &to.name),
            ("XK_XDR_LB", to.party_kind()),
            ("XK_XDR_SHXYM", to.code.as_str()),
            ("XK_FRDB", &to.principal),
        ],
        _ => [
            ("CF_XDR_MC", &to.name),
            ("CF_XDR_LB", to.party_kind()),
            ("CF_XDR_SHXYM", to.code.as_str()),
            ("CF_FRDB", &to.principal),
        ],
    };
    fields
        .into_iter()
        .map(|(code, text)| (code, text.to_owned()))
        .collect()
}

/// Turns the party into a natural person: invented, with a number of a division that does not exist.
fn person(chance: &mut Chance, row: &mut Row, serial: usize) {
    put(row, "CF_XDR_MC", &names::person(chance));
    put(row, "CF_XDR_LB", "自然人");
    put(row, "CF_XDR_SHXYM", "");
    put(row, "CF_FRDB", "");
    put(row, "CF_XDR_ZJLX", "身份证");
    put(row, "CF_XDR_ZJHM", &number(serial));
}

/// A number with the check character of GB 11643 that no person can have.
fn number(serial: usize) -> String {
    let body = format!("37999919700101{:03}", serial % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
        .sum();
    let check = "10X98765432"
        .chars()
        .nth(usize::try_from(sum % 11).unwrap_or(0))
        .unwrap_or('X');
    format!("{body}{check}")
}

fn by(row: &mut Row, [name, code, source, source_code]: [&'static str; 4], organ: &Office) {
    put(row, name, &organ.name);
    put(row, code, organ.code.as_str());
    put(row, source, &organ.name);
    put(row, source_code, organ.code.as_str());
}

/// Days until somebody looks into a licence whose name and code contradict each other, at least;
/// three times that at most. Such doubts lie in a queue, so that the city always has some.
const DOUBTED: usize = 20;

/// Spoils a row the way clerks do. Returns the days until they notice as well.
pub fn spoil(chance: &mut Chance, act: &Act) -> (Row, usize) {
    let mut row = act.row.clone();
    let [name, code, decided, docket] = match act.source {
        "licence-2018" => ["XK_XDR_MC", "XK_XDR_SHXYM", "XK_JDRQ", "XK_WSH"],
        _ => ["CF_XDR_MC", "CF_XDR_SHXYM", "CF_JDRQ", "CF_WSH"],
    };
    let mut noticed = 1;
    match chance.below(5) {
        0 => put(
            &mut row,
            decided,
            &written(act.decided.saturating_add(3.years())),
        ),
        1 => put(&mut row, code, &act.party.chars().rev().collect::<String>()),
        2 => {
            put(&mut row, name, "拟州市拟无此户商贸有限公司");
            if act.source == "licence-2018" {
                noticed = DOUBTED + chance.below(2 * DOUBTED);
            }
        }
        3 => put(&mut row, docket, ""),
        _ => put(&mut row, code, "00000000000000000X"),
    }
    (row, noticed)
}

fn written(day: Date) -> String {
    day.strftime("%Y/%m/%d").to_string()
}

fn put(row: &mut Row, code: &'static str, text: &str) {
    row.insert(code, text.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stand_in_ten_thousands() {
        for (yuan, wanted) in [
            (2_000, "0.2"),
            (100, "0.01"),
            (50_000, "5"),
            (125_500, "12.55"),
        ] {
            assert_eq!(wan(yuan), wanted);
        }
    }

    #[test]
    fn invented_numbers_have_a_right_check_character() {
        for serial in [1, 77, 999] {
            assert!(
                domain::code::is_citizen_id(&number(serial)),
                "{}",
                number(serial)
            );
        }
    }
}
