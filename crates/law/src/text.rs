//! The literate file format: Markdown whose fenced blocks are rules and cases.

/// A piece of a law file, in the order of the text, with the line it starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub line: usize,
    pub kind: Kind,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// TOML between two lines `+++` at the head of the file.
    Front,
    /// `## text`, with its depth.
    Heading(usize),
    Paragraph,
    /// Words of the statute itself, which somebody really read.
    Quote,
    /// A fenced block and the word behind the fence.
    Block(String),
}

const FRONT: &str = "+++";
const FENCE: &str = "```";

/// Splits a file into pieces. An unclosed block is returned as `Err` with its first line.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece>, usize> {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.read(index + 1, line);
    }
    reader.end_of_file()
}

/// The text between two lines `+++` at the head of a file, and what stands below, as written.
pub(crate) fn headed(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(FRONT)?.strip_prefix('\n')?;
    let (front, body) = rest.split_once("\n+++\n")?;
    Some((front, body))
}

#[derive(Default)]
struct Reader {
    done: Vec<Piece>,
    open: Option<Piece>,
}

impl Reader {
    fn read(&mut self, number: usize, line: &str) {
        match self.open.as_ref().map(|piece| piece.kind.clone()) {
            Some(Kind::Front) => self.inside(line, FRONT),
            Some(Kind::Block(_)) => self.inside(line, FENCE),
            _ => self.outside(number, line.trim()),
        }
    }

    fn inside(&mut self, line: &str, fence: &str) {
        if line.trim_end() == fence {
            self.close();
        } else if let Some(piece) = self.open.as_mut() {
            piece.text.push_str(line);
            piece.text.push('\n');
        }
    }

    fn outside(&mut self, number: usize, line: &str) {
        if let Some(word) = line.strip_prefix(FENCE) {
            self.start(number, Kind::Block(word.trim().to_owned()), "");
        } else if line == FRONT && self.done.is_empty() && self.open.is_none() {
            self.start(number, Kind::Front, "");
        } else if line.is_empty() {
            self.close();
        } else if let Some(quote) = line.strip_prefix('>') {
            self.extend(number, Kind::Quote, quote.trim());
        } else if line.starts_with('#') {
            let depth = line.chars().take_while(|sign| *sign == '#').count();
            self.start(
                number,
                Kind::Heading(depth),
                line.trim_start_matches('#').trim(),
            );
            self.close();
        } else {
            self.extend(number, Kind::Paragraph, line);
        }
    }

    fn extend(&mut self, number: usize, kind: Kind, text: &str) {
        match self.open.as_mut() {
            Some(piece) if piece.kind == kind => {
                piece.text.push('\n');
                piece.text.push_str(text);
            }
            _ => self.start(number, kind, text),
        }
    }

    fn start(&mut self, line: usize, kind: Kind, text: &str) {
        self.close();
        self.open = Some(Piece {
            line,
            kind,
            text: text.to_owned(),
        });
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    fn end_of_file(mut self) -> Result<Vec<Piece>, usize> {
        match &self.open {
            Some(Piece {
                line,
                kind: Kind::Front | Kind::Block(_),
                ..
            }) => Err(*line),
            _ => {
                self.close();
                Ok(self.done)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_file_in_the_order_of_the_text() {
        let text = "+++\ntitle = \"x\"\n+++\n# 标题\n说明\n第二行\n\n> 原文\n> 续\n\n```rule\nid = \"a\"\n```\n";
        let found: Vec<_> = pieces(text)
            .unwrap()
            .into_iter()
            .map(|piece| (piece.line, piece.kind, piece.text))
            .collect();
        let wanted = [
            (1, Kind::Front, "title = \"x\"\n"),
            (4, Kind::Heading(1), "标题"),
            (5, Kind::Paragraph, "说明\n第二行"),
            (8, Kind::Quote, "原文\n续"),
            (11, Kind::Block("rule".into()), "id = \"a\"\n"),
        ];
        assert_eq!(
            found,
            wanted.map(|(line, kind, text)| (line, kind, text.to_owned()))
        );
    }

    #[test]
    fn the_body_below_a_head_is_kept_as_written() {
        let text = "+++\ntitle = \"x\"\n+++\n# 标题\n\n| a |\n";
        assert_eq!(headed(text), Some(("title = \"x\"", "# 标题\n\n| a |\n")));
        assert_eq!(headed("# 标题\n"), None);
        assert_eq!(headed("+++\ntitle = \"x\"\n"), None);
    }

    #[test]
    fn an_unclosed_block_is_reported_by_its_first_line() {
        assert_eq!(pieces("正文\n\n```rule\nid = \"a\"\n"), Err(3));
        assert_eq!(pieces("+++\ntitle = \"x\"\n"), Err(1));
    }
}
