//! Message templates with a closed set of placeholders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a template may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Placeholder {
    /// The library call that blocks, `time.sleep`.
    Callee,
    /// Its category, `network`.
    Category,
    /// The async equivalent, `asyncio.sleep`.
    Equivalent,
    /// The function the finding is about.
    Function,
    /// The called function of the program that leads to the callee.
    Through,
    /// A file's path.
    Path,
    /// What somebody else said: a parser's message, a panic's.
    Detail,
    /// The required prefix of a name.
    Prefix,
    /// A name that would be right.
    Suggestion,
    /// A line that belongs to it, such as that of the loop.
    Line,
    /// Another line that belongs to it.
    OtherLine,
    /// Another thing that belongs to it, as the code spells it.
    Other,
    /// How many there are.
    Count,
    /// What runs a function on a thread, in the async library of the code.
    Offload,
    /// A version of Python.
    Version,
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: &'static [Self] = &[
        Self::Callee,
        Self::Category,
        Self::Equivalent,
        Self::Function,
        Self::Through,
        Self::Path,
        Self::Detail,
        Self::Prefix,
        Self::Suggestion,
        Self::Line,
        Self::OtherLine,
        Self::Other,
        Self::Count,
        Self::Offload,
        Self::Version,
    ];

    /// The word between the braces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Callee => "callee",
            Self::Category => "category",
            Self::Equivalent => "equivalent",
            Self::Function => "function",
            Self::Through => "through",
            Self::Path => "path",
            Self::Detail => "detail",
            Self::Prefix => "prefix",
            Self::Suggestion => "suggestion",
            Self::Line => "line",
            Self::OtherLine => "other-line",
            Self::Other => "other",
            Self::Count => "count",
            Self::Offload => "offload",
            Self::Version => "version",
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Text with placeholders in braces; `{{` and `}}` are braces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pieces: Box<[Piece]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Piece {
    Text(Box<str>),
    Slot(Placeholder),
}

impl Template {
    /// Reads a template; the error is a message.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(index) = rest.find(['{', '}']) {
            literal.push_str(&rest[..index]);
            let brace = &rest[index..=index];
            rest = &rest[index + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let Some((word, after)) = rest.split_once('}').filter(|_| brace == "{") else {
                return Err(format!("unbalanced `{brace}` in template"));
            };
            let Some(slot) = Placeholder::ALL.iter().find(|slot| slot.as_str() == word) else {
                let known: Vec<_> = Placeholder::ALL.iter().map(|slot| slot.as_str()).collect();
                return Err(format!(
                    "unknown placeholder `{{{word}}}`, expected one of {}",
                    known.join(", ")
                ));
            };
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal).into()));
            }
            pieces.push(Piece::Slot(*slot));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal.into()));
        }
        Ok(Self { pieces: pieces.into() })
    }

    /// The placeholders in it, in order of appearance.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Slot(slot) => Some(*slot),
        })
    }

    /// The text with every placeholder replaced; one without a value keeps its braces, so that it is seen.
    pub fn render(&self, values: &[(Placeholder, &str)]) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Slot(slot) => {
                    if let Some((_, value)) = values.iter().find(|(key, _)| key == slot) {
                        text.push_str(value);
                    } else {
                        text.push('{');
                        text.push_str(slot.as_str());
                        text.push('}');
                    }
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_values_and_braces() {
        let template = Template::parse("`{callee}` blocks: {{{category}}}").unwrap();
        let values = [(Placeholder::Callee, "time.sleep"), (Placeholder::Category, "sleep")];
        assert_eq!(template.render(&values), "`time.sleep` blocks: {sleep}");
        assert_eq!(template.render(&values[..1]), "`time.sleep` blocks: {{category}}");
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(Template::parse("{recv}").unwrap_err().starts_with("unknown placeholder `{recv}`"));
        assert_eq!(Template::parse("a { b").unwrap_err(), "unbalanced `{` in template");
        assert_eq!(Template::parse("a } b").unwrap_err(), "unbalanced `}` in template");
    }
}
