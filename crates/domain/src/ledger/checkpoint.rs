//! The signed statement of the ledger about itself: so many entries, this root.
//!
//! A [`Note`] is any signed text (C2SP signed-note); a [`Checkpoint`] is the text of one kind of note
//! (C2SP tlog-checkpoint). Making and checking the signatures is the work of the crate `seal`.

use super::hash::Hash;
use base64ct::{Base64, Encoding};
use std::fmt;

/// More signatures than this on one note are refused before any is looked at.
const MOST_SIGNATURES: usize = 100;

/// Size and root of the ledger at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the ledger, as a rule its address without `https://`.
    pub origin: String,
    /// Entries in the ledger.
    pub size: u64,
    /// Root over these entries.
    pub root: Hash,
    /// Further lines, which are signed but say nothing about the tree. As a rule none.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Reads the text of a note. Everything that the format does not provide for is refused.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let body = text
            .strip_suffix('\n')
            .ok_or(Malformed("末行须以换行结尾"))?;
        let mut lines = body.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty());
        let origin = line().ok_or(Malformed("第一行须为账本名称"))?;
        let size = line()
            .and_then(decimal)
            .ok_or(Malformed("第二行须为账本长度"))?;
        let root = line().and_then(|text| text.parse().ok());
        let root = root.ok_or(Malformed("第三行须为根摘要"))?;
        let extensions = lines.map(str::to_owned).collect::<Vec<_>>();
        if extensions.iter().any(String::is_empty) || text.contains(control) {
            return Err(Malformed("附加行不得为空，全文不得含控制字符"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }
}

impl fmt::Display for Checkpoint {
    /// Prints the text that is signed.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// Reads a number in the only form the formats allow: no sign, no leading zero.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

fn control(letter: char) -> bool {
    letter < ' ' && letter != '\n'
}

/// A text and the signatures under it. Reading it proves nothing; see `seal::Verifier`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with its last line end.
    pub text: String,
    /// Signatures in the order in which they stand.
    pub signatures: Vec<Signature>,
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Name of the key.
    pub name: String,
    /// Short number of the key; together with the name it says which key and which algorithm.
    pub key_id: u32,
    /// The signature, in the encoding of the algorithm.
    pub bytes: Vec<u8>,
}

impl Note {
    /// Reads a signed note. The last empty line parts the text from the signatures.
    pub fn parse(note: &str) -> Result<Self, Malformed> {
        let (text, rest) = note
            .rsplit_once("\n\n")
            .ok_or(Malformed("正文与签名之间须有空行"))?;
        let text = format!("{text}\n");
        Self::check_text(&text)?;
        let lines = rest
            .strip_suffix('\n')
            .ok_or(Malformed("末行须以换行结尾"))?;
        if lines.split('\n').count() > MOST_SIGNATURES {
            return Err(Malformed("签名过多"));
        }
        let signatures = lines.split('\n').map(Signature::parse);
        Ok(Self {
            text,
            signatures: signatures.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a text may be signed at all: it ends with a line end and has no control characters.
    pub fn check_text(text: &str) -> Result<(), Malformed> {
        match text.ends_with('\n') && !text.contains(control) {
            true => Ok(()),
            false => Err(Malformed("正文须以换行结尾，且不得含控制字符")),
        }
    }

    /// Whether a key may have this name: not empty, no blanks, no `+`.
    pub fn check_name(name: &str) -> Result<(), Malformed> {
        let wrong = |letter: char| letter.is_whitespace() || letter == '+' || letter < ' ';
        match name.is_empty() || name.contains(wrong) {
            true => Err(Malformed("密钥名称不得为空，不得含空白或加号")),
            false => Ok(()),
        }
    }

    /// The checkpoint that the text states.
    pub fn checkpoint(&self) -> Result<Checkpoint, Malformed> {
        Checkpoint::parse(&self.text)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(out, "{signature}"))
    }
}

impl Signature {
    fn parse(line: &str) -> Result<Self, Malformed> {
        let shape = Malformed("签名行须为“— 名称 Base64”");
        let (name, coded) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or(shape)?;
        Note::check_name(name)?;
        let bytes = Base64::decode_vec(coded).map_err(|_| shape)?;
        let (key_id, signature) = bytes.split_first_chunk().ok_or(shape)?;
        if signature.is_empty() {
            return Err(shape);
        }
        let key_id = u32::from_be_bytes(*key_id);
        Ok(Self {
            name: name.to_owned(),
            key_id,
            bytes: signature.to_vec(),
        })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coded = [&self.key_id.to_be_bytes(), self.bytes.as_slice()].concat();
        write!(out, "— {} {}", self.name, Base64::encode_string(&coded))
    }
}

/// The text is not in the form it must have; says in which point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub(super) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "格式不符：{}", self.0)
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP tlog-checkpoint.
    const GOLDEN: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
";

    #[test]
    fn the_example_of_the_specification_is_read_and_printed() {
        let note = Note::parse(GOLDEN).unwrap();
        assert_eq!(note.to_string(), GOLDEN);
        assert_eq!(note.signatures.len(), 1);
        let signature = &note.signatures[0];
        assert_eq!(signature.name, "example.com/behind-the-sofa");
        assert_eq!((signature.key_id, signature.bytes.len()), (0x033d_e0ae, 64));
        let checkpoint = note.checkpoint().unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(
            checkpoint.root.to_string(),
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        );
        assert_eq!(checkpoint.extensions, [""; 0]);
        assert_eq!(checkpoint.to_string(), note.text);
    }

    #[test]
    fn extension_lines_are_kept() {
        let text = "城市账本\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n一\n二 three\n";
        let checkpoint = Checkpoint::parse(text).unwrap();
        assert_eq!(checkpoint.extensions, ["一", "二 three"]);
        assert_eq!(checkpoint.to_string(), text);
    }

    #[test]
    fn a_checkpoint_of_another_form_is_refused() {
        let text = &GOLDEN[..GOLDEN.find("\n\n").unwrap() + 1];
        assert!(Checkpoint::parse(text).is_ok());
        for (part, wrong) in [
            ("20852163", "020852163"),
            ("20852163", "+20852163"),
            ("20852163", "-1"),
            ("20852163", " 20852163"),
            ("20852163", ""),
            ("20852163", "18446744073709551616"),
            ("20852163", "20852163\r"),
            ("example.com/behind-the-sofa", ""),
            ("q2I=\n", "q2I="),
            ("q2I=\n", "q2I\n"),
            ("q2I=\n", "q2J=\n"),
            ("q2I=\n", "q2I= \n"),
            ("q2I=\n", "q2I=\n\n"),
            ("q2I=\n", "q2I=\n\nmore\n"),
            ("q2I=\n", "q2I=\nwith\ttab\n"),
        ] {
            assert!(
                Checkpoint::parse(&text.replace(part, wrong)).is_err(),
                "{wrong:?}"
            );
        }
        assert!(Checkpoint::parse("").is_err());
    }

    #[test]
    fn a_note_of_another_form_is_refused() {
        for (part, wrong) in [
            ("\n\n—", "\n—"),
            ("— example", "- example"),
            ("— example", "—  example"),
            ("sofa Az3g", "sofa  Az3g"),
            ("sofa Az3g", "so+fa Az3g"),
            ("sofa Az3g", "so\u{3000}fa Az3g"),
            ("YQ8=\n", "YQ8="),
            ("YQ8=\n", "YQ8\n"),
            ("YQ8=\n", "YQ9=\n"),
            ("YQ8=\n", "YQ8=\ntrailing\n"),
            ("YQ8=\n", "YQ8=\n\n"),
            ("YQ8=\n", "YQ8= \n"),
            ("20852163\n", "20852163\r\n"),
        ] {
            assert!(
                Note::parse(&GOLDEN.replace(part, wrong)).is_err(),
                "{wrong:?}"
            );
        }
        for wrong in [
            "",
            "\n",
            "\n\n",
            "text\n",
            "text\n\n",
            "text\n\n— a AAAAAQ==\n",
        ] {
            assert!(Note::parse(wrong).is_err(), "{wrong:?}");
        }
        let line = "— a AAAAAQI=\n";
        let signed = |times: usize| Note::parse(&format!("text\n\n{}", line.repeat(times)));
        assert_eq!(signed(100).unwrap().signatures.len(), 100);
        assert!(signed(101).is_err());
    }

    #[test]
    fn the_last_empty_line_parts_text_and_signatures() {
        let note = Note::parse("one\n\ntwo\n\n— a AAAAAQI=\n").unwrap();
        assert_eq!(note.text, "one\n\ntwo\n");
        assert_eq!(note.signatures[0].to_string(), "— a AAAAAQI=");
    }
}
