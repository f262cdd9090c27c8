//! Conditions on the arguments of a call, and the view of a call that they are tested against.

use serde::{Deserialize, Serialize};

/// A literal value in a call or a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal<'a> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(&'a str),
}

/// What a call passes for one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument<'a> {
    /// Surely nothing: the parameter's default applies.
    Absent,
    /// A literal.
    Literal(Literal<'a>),
    /// An expression whose value is not known, or perhaps something through `*args` or `**kwargs`.
    Opaque,
}

/// Which parameter is meant: by keyword, by position, or by either.
///
/// Positions count without the receiver. At least one of the two is present.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ArgumentRef {
    /// The parameter's keyword; `None` when it is positional-only.
    pub name: Option<Box<str>>,
    /// The parameter's position; `None` when it is keyword-only.
    pub position: Option<u16>,
}

/// The arguments of one call, as far as they are literal.
pub trait ArgumentView {
    /// What is passed for `parameter`. With `*args` or `**kwargs` in the call, a parameter that is not
    /// written out is [`Argument::Opaque`].
    fn argument(&self, parameter: &ArgumentRef) -> Argument<'_>;

    /// Whether the expression passed for `parameter` is, combines with `|`, or is a call of, what `qualified` names; a
    /// local name stands for what it was given.
    fn mentions(&self, parameter: &ArgumentRef, qualified: &str) -> bool {
        let _ = (parameter, qualified);
        false
    }
}

/// Something that holds for a call or does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The parameter that is looked at.
    pub parameter: ArgumentRef,
    /// What its argument must be.
    pub test: Test,
}

/// What a [`Condition`] asks of an argument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// It is this truth value: `False` and `0` are the same to Python.
    IsBool(bool),
    /// It is this number, however it is spelled.
    IsNumber(f64),
    /// It is this string.
    IsStr(Box<str>),
    /// It is `None`.
    IsNone,
    /// It is a string with this in it, as `"b"` in a file mode.
    Contains(Box<str>),
    /// It is passed at all (`true`), or left out (`false`).
    Given(bool),
    /// It is or combines this constant, as `os.WNOHANG`, or is a call of it, as `io.BytesIO`.
    Mentions(Box<str>),
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Met {
    /// It does not.
    No,
    /// Nobody can say before the program runs.
    Perhaps,
    /// It does.
    Yes,
}

impl Condition {
    /// Whether the condition holds for a call with these arguments.
    pub fn met(&self, arguments: &dyn ArgumentView) -> Met {
        let argument = arguments.argument(&self.parameter);
        match &self.test {
            Test::Given(wanted) => match argument {
                Argument::Absent => Met::from(!wanted),
                Argument::Literal(_) => Met::from(*wanted),
                // It may have come through `**kwargs`; only the call's author knows.
                Argument::Opaque => Met::Perhaps,
            },
            Test::Mentions(name) => {
                if arguments.mentions(&self.parameter, name) {
                    return Met::Yes;
                }
                match argument {
                    Argument::Absent | Argument::Literal(_) => Met::No,
                    Argument::Opaque => Met::Perhaps,
                }
            }
            Test::IsBool(_) | Test::IsNumber(_) | Test::IsStr(_) | Test::IsNone | Test::Contains(_) => {
                match argument {
                    Argument::Absent => Met::No,
                    Argument::Literal(literal) => Met::from(self.test.accepts(literal)),
                    Argument::Opaque => Met::Perhaps,
                }
            }
        }
    }
}

impl From<bool> for Met {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Test {
    #[expect(
        clippy::float_cmp,
        clippy::cast_precision_loss,
        reason = "rules compare with small exact numbers"
    )]
    fn accepts(&self, literal: Literal<'_>) -> bool {
        match (self, literal) {
            (Self::IsBool(wanted), Literal::Bool(found)) => *wanted == found,
            (Self::IsBool(wanted), Literal::Int(found)) => *wanted == (found != 0),
            (Self::IsNumber(wanted), Literal::Int(found)) => *wanted == found as f64,
            (Self::IsNumber(wanted), Literal::Float(found)) => *wanted == found,
            (Self::IsStr(wanted), Literal::Str(found)) => **wanted == *found,
            (Self::Contains(part), Literal::Str(found)) => found.contains(&**part),
            (Self::IsNone, Literal::None) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A call written as `(parameter, argument)` pairs.
    pub(crate) struct Arguments(pub(crate) Vec<(&'static str, Argument<'static>)>);

    impl ArgumentView for Arguments {
        fn argument(&self, parameter: &ArgumentRef) -> Argument<'_> {
            let position = parameter.position.map(|position| position.to_string());
            self.0
                .iter()
                .find(|(key, _)| parameter.name.as_deref() == Some(*key) || position.as_deref() == Some(*key))
                .map_or(Argument::Absent, |(_, argument)| *argument)
        }
    }

    fn timeout(test: Test) -> Condition {
        Condition { parameter: ArgumentRef { name: Some("timeout".into()), position: Some(1) }, test }
    }

    #[test]
    fn numbers_match_by_value_and_place() {
        let zero = timeout(Test::IsNumber(0.0));
        let call = |key, literal| Arguments(vec![(key, Argument::Literal(literal))]);
        assert_eq!(zero.met(&call("timeout", Literal::Int(0))), Met::Yes);
        assert_eq!(zero.met(&call("1", Literal::Float(0.0))), Met::Yes);
        assert_eq!(zero.met(&call("timeout", Literal::Int(3))), Met::No);
        assert_eq!(zero.met(&call("timeout", Literal::None)), Met::No);
        assert_eq!(zero.met(&Arguments(vec![])), Met::No);
        assert_eq!(zero.met(&Arguments(vec![("timeout", Argument::Opaque)])), Met::Perhaps);
    }

    #[test]
    fn given_looks_at_presence_only() {
        let call = Arguments(vec![("1", Argument::Literal(Literal::None))]);
        assert_eq!(timeout(Test::Given(true)).met(&call), Met::Yes);
        assert_eq!(timeout(Test::Given(false)).met(&Arguments(vec![])), Met::Yes);
    }

    #[test]
    fn falsehood_is_zero() {
        let call = Arguments(vec![("timeout", Argument::Literal(Literal::Int(0)))]);
        assert_eq!(timeout(Test::IsBool(false)).met(&call), Met::Yes);
    }
}
