//! Values of a configuration file that know their key and their line, so that complaints can name both.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::io::config_error::{ConfigError, Expected};
use crate::text::LineIndex;

/// A configuration file while it is read.
pub(crate) struct ConfigText<'a> {
    pub(crate) path: &'a Path,
    lines: LineIndex,
}

/// A value with its key and its place.
pub(crate) struct Value<'a> {
    file: &'a ConfigText<'a>,
    key: String,
    offset: usize,
    content: &'a DeValue<'a>,
}

/// A table with its key.
pub(crate) struct Table<'a> {
    file: &'a ConfigText<'a>,
    key: String,
    offset: usize,
    content: &'a DeTable<'a>,
}

impl<'a> ConfigText<'a> {
    pub(crate) fn new(path: &'a Path, text: &str) -> Self {
        Self { path, lines: LineIndex::new(text) }
    }

    pub(crate) fn line(&self, offset: usize) -> u32 {
        self.lines.line(offset as u32)
    }

    pub(crate) fn root(&'a self, table: &'a DeTable<'a>) -> Table<'a> {
        Table { file: self, key: String::new(), offset: 0, content: table }
    }
}

impl<'a> Table<'a> {
    /// The value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        self.entries().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All keys with their values, in the order of the file.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.content.iter().map(|(name, value)| (name.get_ref().as_ref(), self.value(name.get_ref(), value)))
    }

    /// Complains about the first key that is not in `known`.
    pub(crate) fn check_keys(&self, known: &[&str]) -> Result<(), ConfigError> {
        for name in self.content.keys() {
            let key = name.get_ref().as_ref();
            if known.contains(&key) {
                continue;
            }
            return Err(ConfigError::UnknownKey {
                path: self.file.path.to_owned(),
                line: self.file.line(name.span().start),
                key: self.join(key),
                suggestion: nearest(key, known).map(str::to_owned),
            });
        }
        Ok(())
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&self, key: &'static str) -> Result<Value<'a>, ConfigError> {
        self.get(key).ok_or_else(|| ConfigError::MissingKey {
            path: self.file.path.to_owned(),
            line: self.file.line(self.offset),
            table: self.key.clone(),
            key,
        })
    }

    fn value(&self, name: &str, value: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        Value { file: self.file, key: self.join(name), offset: value.span().start, content: value.get_ref() }
    }

    fn join(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }
}

impl<'a> Value<'a> {
    pub(crate) fn line(&self) -> u32 {
        self.file.line(self.offset)
    }

    pub(crate) fn string(&self) -> Result<&'a str, ConfigError> {
        self.content.as_str().ok_or_else(|| self.wrong_type(Expected::String))
    }

    pub(crate) fn non_empty(&self) -> Result<String, ConfigError> {
        let text = self.string()?;
        if text.trim().is_empty() {
            return Err(self.wrong_value(Expected::NonEmpty, text));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn strings(&self) -> Result<Vec<String>, ConfigError> {
        let Some(items) = self.content.as_array() else { return Err(self.wrong_type(Expected::Strings)) };
        let to_string = |item: &'a Spanned<DeValue<'a>>| {
            let text = item.get_ref().as_str().map(str::to_owned);
            text.ok_or_else(|| self.item(item).wrong_type(Expected::Strings))
        };
        items.iter().map(to_string).collect()
    }

    /// The values of an array, each with its own place.
    pub(crate) fn items(&self) -> Result<Vec<Self>, ConfigError> {
        let Some(items) = self.content.as_array() else { return Err(self.wrong_type(Expected::Array)) };
        Ok(items.iter().map(|item| self.item(item)).collect())
    }

    pub(crate) fn table(&self) -> Result<Table<'a>, ConfigError> {
        self.table_or(Expected::Table)
    }

    pub(crate) fn tables(&self) -> Result<Vec<Table<'a>>, ConfigError> {
        let Some(items) = self.content.as_array() else { return Err(self.wrong_type(Expected::Tables)) };
        items.iter().map(|item| self.item(item).table_or(Expected::Tables)).collect()
    }

    pub(crate) fn boolean(&self) -> Result<bool, ConfigError> {
        self.content.as_bool().ok_or_else(|| self.wrong_type(Expected::Boolean))
    }

    pub(crate) fn positive_integer(&self) -> Result<usize, ConfigError> {
        let Some(integer) = self.content.as_integer() else {
            return Err(self.wrong_type(Expected::PositiveInteger));
        };
        let number =
            usize::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|&number| number > 0);
        number.ok_or_else(|| self.wrong_value(Expected::PositiveInteger, integer.as_str()))
    }

    pub(crate) fn wrong_type(&self, expected: Expected) -> ConfigError {
        ConfigError::WrongType {
            path: self.file.path.to_owned(),
            line: self.line(),
            key: self.key.clone(),
            expected,
            found: type_name(self.content),
        }
    }

    pub(crate) fn wrong_value(&self, expected: Expected, value: &str) -> ConfigError {
        ConfigError::WrongValue {
            path: self.file.path.to_owned(),
            line: self.line(),
            key: self.key.clone(),
            expected,
            value: value.to_owned(),
        }
    }

    fn table_or(&self, expected: Expected) -> Result<Table<'a>, ConfigError> {
        let Some(content) = self.content.as_table() else { return Err(self.wrong_type(expected)) };
        Ok(Table { file: self.file, key: self.key.clone(), offset: self.offset, content })
    }

    fn item(&self, item: &'a Spanned<DeValue<'a>>) -> Self {
        Self { file: self.file, key: self.key.clone(), offset: item.span().start, content: item.get_ref() }
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The known key that `key` is most likely a slip of; the first of equals.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let key = key.replace('_', "-");
    let limit = (key.chars().count() / 3).max(1);
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&key, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
