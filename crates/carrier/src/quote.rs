//! What may be said of an address, and what may be repeated of a carrier's answer.

use domain::mask::{phone, scrub};

/// Most characters of a carrier's answer that become part of a reason.
const MOST: usize = 200;

/// An address as it may stand in a log: the first letter and the domain, or the ends of a number.
pub fn mask(to: &str) -> String {
    match to.rsplit_once('@') {
        Some((user, domain)) => format!("{}@{}", cover(user), clean(domain)),
        None => phone(&clean(to)),
    }
}

/// What a carrier said, without the address: servers repeat it, whole or its first half, and a reason
/// is kept for ever.
pub(crate) fn quote(answer: &str, to: &str) -> String {
    let user = to.rsplit_once('@').map_or(to, |(user, _)| user);
    let mut out = String::new();
    for word in clean(answer).split_inclusive(|c| !part(c)) {
        let (body, end) = match word.chars().next_back() {
            Some(last) if !part(last) => word.split_at(word.len() - last.len_utf8()),
            _ => (word, ""),
        };
        if body.contains('@') {
            out.push_str(&mask(body));
        } else if body.eq_ignore_ascii_case(to) {
            out.push_str(&phone(body));
        } else if !user.is_empty() && body.eq_ignore_ascii_case(user) {
            out.push_str(&cover(body));
        } else {
            out.push_str(body);
        }
        out.push_str(end);
    }
    scrub(out.trim()).chars().take(MOST).collect()
}

/// What was said, to be put behind a code.
pub(crate) fn colon(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!("：{said}")
    }
}

/// Whether a letter can be part of an address.
fn part(c: char) -> bool {
    c.is_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn cover(user: &str) -> String {
    let first = clean(user).chars().next();
    first.into_iter().chain("***".chars()).collect()
}

/// Control characters would let an answer forge lines of a log.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_domain_and_a_number_its_ends() {
        for (to, shown) in [
            ("zhangsan@example.cn", "z***@example.cn"),
            ("@example.cn", "***@example.cn"),
            ("13812345678", "138****5678"),
            ("a@b\r\nX: y@c.cn", "a***@c.cn"),
            ("", ""),
        ] {
            assert_eq!(mask(to), shown, "{to}");
        }
    }

    #[test]
    fn an_answer_is_repeated_without_the_address() {
        for (to, answer, quoted) in [
            (
                "zhangsan@example.cn",
                "5.1.1 <ZhangSan@Example.cn>: Recipient rejected, see li@other.cn",
                "5.1.1 <Z***@Example.cn>: Recipient rejected, see l***@other.cn",
            ),
            (
                "zhangsan@example.cn",
                "User zhangsan unknown",
                "User z*** unknown",
            ),
            (
                "13812345678",
                "号码 13812345678 是空号\n",
                "号码 138****5678 是空号",
            ),
            ("1062", "1062 未知", "**62 未知"),
            ("a@b.cn", "转至13912345678", "转至139****5678"),
        ] {
            assert_eq!(quote(answer, to), quoted);
        }
        assert_eq!(quote(&"长".repeat(900), "a@b.cn").chars().count(), MOST);
    }
}
