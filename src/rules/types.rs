//! Type expressions of rule files: what a call returns, what an attribute holds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A type, or a value that flows through a call, as written in a rule file.
///
/// `"acme.Session | None"`, `"list[str]"`, `"self"`, `"argument:0"`, `"concurrent.futures.Future[result:0]"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeExpr {
    /// Nothing is known; written `unknown` or left out.
    Unknown,
    /// An instance of the class with this dotted name; `None`, `str` and other builtins stand bare.
    Class(Box<str>),
    /// The class object itself, written `type[X]`.
    ClassObject(Box<str>),
    /// One of several.
    Union(Box<[TypeExpr]>),
    /// A class with type arguments.
    Generic {
        /// The class's dotted name.
        origin: Box<str>,
        /// Its arguments, at least one.
        arguments: Box<[TypeExpr]>,
    },
    /// The receiver's own class.
    SelfType,
    /// The value of the argument at this position (`argument:0`).
    Argument(u16),
    /// What a call of the argument at this position returns (`result:0`).
    Result(u16),
    /// What awaiting the argument at this position gives (`awaited:0`).
    Awaited(u16),
    /// What iterating the argument at this position gives (`element:0`).
    Element(u16),
    /// What the receiver was given to keep (`kept`), by an argument listed in `keeps`.
    Kept,
}

/// A type expression that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read type `{text}`: {reason}")]
pub struct TypeError {
    text: String,
    reason: &'static str,
}

impl TypeExpr {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

impl FromStr for TypeExpr {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_union(text).map_err(|reason| TypeError { text: text.to_owned(), reason })
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("unknown"),
            Self::Class(name) => formatter.write_str(name),
            Self::ClassObject(name) => write!(formatter, "type[{name}]"),
            Self::Union(members) => write_joined(formatter, members, " | "),
            Self::Generic { origin, arguments } => {
                write!(formatter, "{origin}[")?;
                write_joined(formatter, arguments, ", ")?;
                formatter.write_str("]")
            }
            Self::SelfType => formatter.write_str("self"),
            Self::Argument(position) => write!(formatter, "argument:{position}"),
            Self::Result(position) => write!(formatter, "result:{position}"),
            Self::Awaited(position) => write!(formatter, "awaited:{position}"),
            Self::Element(position) => write!(formatter, "element:{position}"),
            Self::Kept => formatter.write_str("kept"),
        }
    }
}

/// Whether `text` is a dotted name of Python identifiers.
pub(crate) fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(|part| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|character| character.is_alphanumeric() || character == '_')
    })
}

fn write_joined(formatter: &mut fmt::Formatter<'_>, parts: &[TypeExpr], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(separator)?;
        }
        write!(formatter, "{part}")?;
    }
    Ok(())
}

fn parse_union(text: &str) -> Result<TypeExpr, &'static str> {
    let mut members =
        split_outside_brackets(text, '|')?.into_iter().map(parse_single).collect::<Result<Vec<_>, _>>()?;
    if members.len() == 1 { Ok(members.remove(0)) } else { Ok(TypeExpr::Union(members.into())) }
}

fn parse_single(text: &str) -> Result<TypeExpr, &'static str> {
    let text = text.trim();
    if let Some((origin, rest)) = text.split_once('[') {
        let Some(inner) = rest.strip_suffix(']') else { return Err("a bracket is not closed") };
        let origin = origin.trim();
        if !is_dotted_name(origin) {
            return Err("expected a dotted name before `[`");
        }
        if origin == "type" {
            let inner = inner.trim();
            return is_dotted_name(inner)
                .then(|| TypeExpr::ClassObject(inner.into()))
                .ok_or("expected one class in `type[...]`");
        }
        let arguments = split_outside_brackets(inner, ',')?
            .into_iter()
            .map(parse_union)
            .collect::<Result<Vec<_>, _>>()?;
        return Ok(TypeExpr::Generic { origin: origin.into(), arguments: arguments.into() });
    }
    if let Some((kind, position)) = text.split_once(':') {
        let position = position.parse().map_err(|_| "a position is a small number")?;
        return match kind {
            "argument" => Ok(TypeExpr::Argument(position)),
            "result" => Ok(TypeExpr::Result(position)),
            "awaited" => Ok(TypeExpr::Awaited(position)),
            "element" => Ok(TypeExpr::Element(position)),
            _ => Err("before `:` stands argument, result, awaited or element"),
        };
    }
    match text {
        "unknown" => Ok(TypeExpr::Unknown),
        "self" => Ok(TypeExpr::SelfType),
        "kept" => Ok(TypeExpr::Kept),
        name if is_dotted_name(name) => Ok(TypeExpr::Class(name.into())),
        _ => Err("expected a dotted name"),
    }
}

/// Splits at `separator` where no bracket is open, so that recursion consumes whole parts.
fn split_outside_brackets(text: &str, separator: char) -> Result<Vec<&str>, &'static str> {
    // Rule files of users are parsed too; nesting is bounded so that recursion is.
    const DEEPEST: usize = 32;
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (index, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1).ok_or("a bracket was not opened")?,
            _ if character == separator && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + character.len_utf8();
            }
            _ => {}
        }
        if depth > DEEPEST {
            return Err("it is nested too deeply");
        }
    }
    if depth > 0 {
        return Err("a bracket is not closed");
    }
    parts.push(&text[start..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "str",
            "acme.Session | None",
            "list[str]",
            "dict[str, acme.Client | None]",
            "concurrent.futures.Future[result:0]",
            "argument:0",
            "element:1",
            "awaited:0",
            "type[acme.Session]",
            "self",
            "kept",
            "unknown",
        ] {
            assert_eq!(text.parse::<TypeExpr>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_not_a_type() {
        for text in ["", "list[", "list]", "a..b", "argument:x", "given:0", "a |", "list[]", "1a"] {
            assert!(text.parse::<TypeExpr>().is_err(), "{text}");
        }
        assert!("[".repeat(100_000).parse::<TypeExpr>().is_err());
    }
}
