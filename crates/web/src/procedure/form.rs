//! Forms of verbs, whatever the verb: the fields the desk names, with what was typed and what is wrong.

use desk::procedure::{Choice, Field, Kind, Noun, Verb, Wrong};

/// What the reader has typed, field by field; a field chosen several times stands several times.
pub(crate) type Typed = Vec<(String, String)>;

/// Up to so many choices are shown side by side, more in a list that opens.
const SIDE_BY_SIDE: usize = 5;

/// Verbs that bring something in or move it on and can be made good by another step. Everything else is
/// shown once more before it is done, so that a new verb is never done by a slip of the hand.
const LIGHT: [(&str, &str); 24] = [
    ("commitment", "register"),
    ("commitment", "accept"),
    ("commitment", "keep"),
    ("commitment", "push"),
    ("commitment", "suspend"),
    ("commitment", "resume"),
    ("listing", "propose"),
    ("listing", "receive"),
    ("listing", "suspend"),
    ("listing", "resume"),
    ("attention", "tag"),
    ("attention", "clear"),
    ("feedback", "report"),
    ("repair", "file"),
    ("repair", "forward"),
    ("repair", "accept"),
    ("repair", "ask"),
    ("repair", "supply"),
    ("repair", "suspend"),
    ("repair", "resume"),
    ("objection", "file"),
    ("objection", "forward"),
    ("referral", "receive"),
    ("notice", "revive"),
];

/// Whether a verb is shown once more before it is done.
pub(crate) fn asked_twice(noun: Noun, verb: &str) -> bool {
    !LIGHT.contains(&(noun.word(), verb))
}

/// A form ready to be shown.
#[derive(Debug)]
pub(crate) struct Form {
    pub verb: &'static str,
    pub name: &'static str,
    /// Where it is sent.
    pub action: String,
    pub inputs: Vec<Input>,
    /// What was typed stands here, so it is shown open.
    pub open: bool,
    pub twice: bool,
}

/// How a field is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Line,
    Text,
    Day,
    Number,
    Flag,
    Radios,
    List,
    Boxes,
}

impl Shape {
    fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Text => "text",
            Self::Day => "day",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Radios => "radios",
            Self::List => "list",
            Self::Boxes => "boxes",
        }
    }
}

/// One field.
#[derive(Debug)]
pub(crate) struct Input {
    pub id: String,
    pub key: String,
    pub label: String,
    pub hint: String,
    pub need: bool,
    pub shape: Shape,
    pub value: String,
    /// Word, name, and whether it is chosen.
    pub choices: Vec<(String, String, bool)>,
    pub wrong: Option<String>,
}

impl Input {
    fn of(verb: &str, field: &Field, typed: &Typed, wrong: &[Wrong]) -> Self {
        let key = field.key.to_string();
        let values: Vec<&str> = typed
            .iter()
            .filter(|(name, _)| *name == key)
            .map(|(_, value)| value.as_str())
            .collect();
        let (shape, choices) = shape(&field.kind);
        let chosen = |choice: &Choice| {
            let on = values.contains(&choice.word.as_str());
            (choice.word.clone(), choice.name.clone(), on)
        };
        let wrong = wrong.iter().find(|one| one.field == key);
        Self {
            id: format!("{verb}-{key}"),
            label: field.label.clone(),
            hint: field.hint.clone(),
            need: field.need,
            shape,
            value: values.join("，"),
            choices: choices.iter().map(chosen).collect(),
            wrong: wrong.map(|one| one.text.clone()),
            key,
        }
    }

    /// Whether it is shown in the shape of this word.
    pub fn is(&self, shape: &str) -> bool {
        self.shape.word() == shape
    }

    /// Ids of what explains the field.
    pub fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let wrong = self.wrong.as_ref().map(|_| format!("{}-wrong", self.id));
        hint.into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }

    /// Where a link to the field leads: in a group, to its first choice.
    pub fn place(&self) -> String {
        match self.shape {
            Shape::Radios | Shape::Boxes => format!("{}-1", self.id),
            _ => self.id.clone(),
        }
    }

    /// What was answered, in the words of the form.
    pub fn answer(&self) -> String {
        match self.shape {
            Shape::Flag if self.value.is_empty() => "否".to_owned(),
            Shape::Flag => "是".to_owned(),
            Shape::Radios | Shape::List | Shape::Boxes => {
                let chosen = self.choices.iter().filter(|(_, _, on)| *on);
                let names: Vec<&str> = chosen.map(|(_, name, _)| name.as_str()).collect();
                names.join("；")
            }
            _ => self.value.clone(),
        }
    }
}

fn shape(kind: &Kind) -> (Shape, &[Choice]) {
    match kind {
        Kind::Line | Kind::Code => (Shape::Line, &[]),
        Kind::Text => (Shape::Text, &[]),
        Kind::Day => (Shape::Day, &[]),
        Kind::Number => (Shape::Number, &[]),
        Kind::Flag => (Shape::Flag, &[]),
        // Where the choices are not known, the word is typed.
        Kind::One(choices) | Kind::Several(choices) if choices.is_empty() => (Shape::Line, &[]),
        Kind::One(choices) if choices.len() <= SIDE_BY_SIDE => (Shape::Radios, choices),
        Kind::One(choices) => (Shape::List, choices),
        Kind::Several(choices) => (Shape::Boxes, choices),
    }
}

impl Form {
    pub fn of(noun: Noun, verb: &Verb, action: String, filled: Option<&Filled>) -> Self {
        let filled = filled.filter(|filled| filled.verb == verb.word);
        let nothing = (Typed::new(), Vec::new());
        let (typed, wrong) =
            filled.map_or((&nothing.0, &nothing.1), |one| (&one.typed, &one.wrong));
        let inputs = verb.fields.iter();
        Self {
            verb: verb.word,
            name: verb.name,
            action,
            inputs: inputs
                .map(|field| Input::of(verb.word, field, typed, wrong))
                .collect(),
            open: filled.is_some(),
            twice: asked_twice(noun, verb.word),
        }
    }

    /// Puts a value into a field nobody has typed into yet.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        for input in &mut self.inputs {
            let empty = input.value.is_empty() && !input.choices.iter().any(|(_, _, on)| *on);
            if input.key == key && empty {
                value.clone_into(&mut input.value);
                for (word, _, on) in &mut input.choices {
                    *on = word == value;
                }
            }
        }
        self
    }
}

/// A form that came back: what was typed, and why it was not done.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub verb: String,
    pub typed: Typed,
    pub wrong: Vec<Wrong>,
    /// The no of the law, with its article.
    pub refusal: Option<(String, Option<crate::cite::Cite>)>,
}

impl Filled {
    pub fn failed(&self) -> bool {
        !self.wrong.is_empty() || self.refusal.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::procedure::Hand;

    fn verb(kind: Kind) -> Verb {
        Verb::new(
            "decide",
            "作出决定",
            Hand::Organ,
            vec![Field::new("list", "名单", kind)],
        )
    }

    #[test]
    fn a_field_keeps_what_was_typed_and_says_what_is_wrong() {
        let choices = vec![Choice::new("a", "甲"), Choice::new("b", "乙")];
        let filled = Filled {
            verb: "decide".to_owned(),
            typed: vec![
                ("list".to_owned(), "b".to_owned()),
                ("list".to_owned(), "a".to_owned()),
            ],
            wrong: vec![Wrong {
                field: "list".to_owned(),
                text: "名单：不对".to_owned(),
            }],
            refusal: None,
        };
        for (kind, shape, value, answer) in [
            (
                Kind::Several(choices.clone()),
                Shape::Boxes,
                "b，a",
                "甲；乙",
            ),
            (Kind::Several(Vec::new()), Shape::Line, "b，a", "b，a"),
            (Kind::One(choices), Shape::Radios, "b，a", "甲；乙"),
            (Kind::Text, Shape::Text, "b，a", "b，a"),
            (Kind::Flag, Shape::Flag, "b，a", "是"),
        ] {
            let form = Form::of(Noun::Listing, &verb(kind), String::new(), Some(&filled));
            let input = &form.inputs[0];
            assert_eq!((input.shape, input.value.as_str()), (shape, value));
            assert_eq!(input.answer(), answer);
            assert_eq!(input.described(), "decide-list-wrong");
            assert!(form.open && form.twice);
        }
        let form = Form::of(Noun::Listing, &verb(Kind::Line), String::new(), None);
        let form = form.with("list", "tax-serious");
        assert_eq!(form.inputs[0].value, "tax-serious");
        assert!(!form.open);
    }

    #[test]
    fn what_cannot_be_taken_back_is_asked_twice() {
        for (noun, word, twice) in [
            (Noun::Listing, "decide", true),
            (Noun::Commitment, "determine", true),
            (Noun::Repair, "approve", true),
            (Noun::Repair, "accept", false),
            (Noun::Notice, "serve", true),
            (Noun::Listing, "something-new", true),
        ] {
            assert_eq!(asked_twice(noun, word), twice, "{word}");
        }
    }
}
