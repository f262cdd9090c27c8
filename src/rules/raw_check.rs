//! Checks as rule files spell them: their words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::rules::at::At;
use crate::rules::terms::{Category, CheckCategory, CheckDefault, Level};

/// A check's words; what it looks for is code.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawCheck {
    /// The code, `AS101`.
    pub(crate) code: At<String>,
    /// The name in kebab case.
    pub(crate) name: At<String>,
    /// What kind of trouble it looks for.
    pub(crate) category: CheckCategory,
    /// One line on what it finds.
    pub(crate) summary: String,
    /// How much a finding weighs.
    pub(crate) level: Level,
    /// Whether it reports unasked.
    pub(crate) default: CheckDefault,
    /// Some of its findings can be fixed.
    #[serde(default)]
    pub(crate) fixable: bool,
    /// The first version that has it.
    pub(crate) since: String,
    /// Categories of the calls that it reports, when it looks for calls that block.
    #[serde(default)]
    pub(crate) blocks: Vec<Category>,
    /// Code of the check whose message, help, variants and words it shares.
    pub(crate) words_of: Option<At<String>>,
    /// What a finding says, with placeholders in braces; needed unless the words are another check's.
    pub(crate) message: Option<At<String>>,
    /// What to do about it.
    pub(crate) help: Option<At<String>>,
    /// Why it exists and what to do, in Markdown.
    pub(crate) explanation: String,
    /// Other wordings, by situation.
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, RawWording>,
    /// Lists of words that it looks for.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, Vec<String>>,
    /// Code that it reports, and code that it does not.
    #[serde(default)]
    pub(crate) examples: Vec<RawCheckExample>,
}

/// A wording for one situation.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWording {
    /// What a finding says.
    pub(crate) message: At<String>,
    /// What to do about it.
    pub(crate) help: Option<At<String>>,
}

/// Code with a finding, and without.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCheckExample {
    /// With a finding.
    pub(crate) bad: String,
    /// Without one.
    pub(crate) good: String,
    /// The configuration under which that is so, as `asyncshift.toml` has it.
    #[serde(default)]
    pub(crate) settings: String,
}
