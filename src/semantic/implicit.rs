//! Special methods that the language runs without a call
//! (<https://docs.python.org/3/reference/datamodel.html#special-method-names>).

/// What asks for special methods of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Implicit {
    /// A condition, and `bool()`.
    Truth,
    /// An interpolation.
    Text,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `in`.
    Contains,
    /// `str()`.
    Str,
    /// `repr()` and `ascii()`.
    Repr,
    /// `bytes()`.
    Bytes,
    /// `format()`.
    Format,
    /// `len()`.
    Len,
    /// `hash()`.
    Hash,
    /// `int()`.
    Int,
    /// `float()`.
    Float,
    /// `abs()`.
    Abs,
    /// `round()`.
    Round,
    /// `reversed()`.
    Reversed,
    /// `iter()`.
    Iter,
    /// `next()`.
    Next,
    /// `aiter()`.
    Aiter,
    /// `anext()`.
    Anext,
    /// `dir()`.
    Dir,
}

impl Implicit {
    /// The methods that are tried; the first that is defined runs.
    pub const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Truth => &["__bool__", "__len__"],
            Self::Text => &["__format__", "__str__", "__repr__"],
            Self::Equal => &["__eq__"],
            Self::NotEqual => &["__ne__", "__eq__"],
            Self::Less => &["__lt__"],
            Self::LessOrEqual => &["__le__"],
            Self::Greater => &["__gt__"],
            Self::GreaterOrEqual => &["__ge__"],
            Self::Contains => &["__contains__", "__iter__"],
            Self::Str => &["__str__", "__repr__"],
            Self::Repr => &["__repr__"],
            Self::Bytes => &["__bytes__"],
            Self::Format => &["__format__", "__str__"],
            Self::Len => &["__len__"],
            Self::Hash => &["__hash__"],
            Self::Int => &["__int__", "__index__"],
            Self::Float => &["__float__", "__index__"],
            Self::Abs => &["__abs__"],
            Self::Round => &["__round__"],
            Self::Reversed => &["__reversed__"],
            Self::Iter => &["__iter__"],
            Self::Next => &["__next__"],
            Self::Aiter => &["__aiter__"],
            Self::Anext => &["__anext__"],
            Self::Dir => &["__dir__"],
        }
    }

    /// What a comparison by a special method asks for.
    pub fn of_comparison(method: &str) -> Option<Self> {
        Some(match method {
            "__eq__" => Self::Equal,
            "__ne__" => Self::NotEqual,
            "__lt__" => Self::Less,
            "__le__" => Self::LessOrEqual,
            "__gt__" => Self::Greater,
            "__ge__" => Self::GreaterOrEqual,
            "__contains__" => Self::Contains,
            _ => return None,
        })
    }

    /// What a builtin asks of its first argument.
    pub fn of_builtin(builtin: &str) -> Option<Self> {
        Some(match builtin {
            "str" => Self::Str,
            "repr" | "ascii" => Self::Repr,
            "bytes" => Self::Bytes,
            "format" => Self::Format,
            "bool" => Self::Truth,
            "len" => Self::Len,
            "hash" => Self::Hash,
            "int" => Self::Int,
            "float" => Self::Float,
            "abs" => Self::Abs,
            "round" => Self::Round,
            "reversed" => Self::Reversed,
            "iter" => Self::Iter,
            "next" => Self::Next,
            "aiter" => Self::Aiter,
            "anext" => Self::Anext,
            "dir" => Self::Dir,
            _ => return None,
        })
    }
}
