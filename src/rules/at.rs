//! Values of a rule file with the place where they stand.

use std::ops::Deref;

use serde::Deserialize;
use toml::Spanned;

/// A value and its place; to a schema it is the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub(crate) struct At<T>(Spanned<T>);

impl<T> Deref for At<T> {
    type Target = Spanned<T>;

    fn deref(&self) -> &Spanned<T> {
        &self.0
    }
}

/// A rule and the byte where it begins.
pub(crate) struct Located<T> {
    pub(crate) offset: usize,
    pub(crate) rule: T,
}

#[cfg(embedded_rules)]
impl<T: schemars::JsonSchema> schemars::JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
