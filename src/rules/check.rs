//! The words of one check: code, name, messages, explanation, examples.

use serde::{Deserialize, Serialize};

use crate::rules::template::Template;
use crate::rules::terms::{Category, CheckCategory, CheckDefault, Level};

/// A check, as its rule file describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRule {
    /// The code, `AS101`.
    pub code: Box<str>,
    /// The name in kebab case, `blocking-call`.
    pub name: Box<str>,
    /// What kind of trouble it looks for.
    pub category: CheckCategory,
    /// One line on what it finds.
    pub summary: Box<str>,
    /// How much a finding weighs.
    pub level: Level,
    /// Whether it reports unasked.
    pub default: CheckDefault,
    /// Whether some of its findings can be fixed.
    pub fixable: bool,
    /// The first version that has it.
    pub since: Box<str>,
    /// Categories of the calls that it reports, when it looks for calls that block.
    pub blocks: Box<[Category]>,
    /// Why it exists and what to do, in Markdown.
    pub explanation: Box<str>,
    /// Code that it reports and code that it does not.
    pub examples: Box<[CheckExample]>,
    /// What a finding says.
    pub wording: Wording,
    /// Other wordings by name, sorted.
    pub variants: Box<[(Box<str>, Wording)]>,
    /// Lists of words that the detector looks for, by name, sorted.
    pub words: Box<[WordList]>,
}

/// A name, and the words under it.
pub type WordList = (Box<str>, Box<[Box<str>]>);

/// What a finding says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// What is wrong.
    pub message: Template,
    /// What to do about it.
    pub help: Option<Template>,
}

/// Code that a check reports, and how it should look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckExample {
    /// Code with a finding.
    pub bad: Box<str>,
    /// Code without one.
    pub good: Box<str>,
    /// The configuration under which that is so; empty for the default.
    pub settings: Box<str>,
}

impl CheckRule {
    /// The wording for this situation, or the general one when the check has none for it.
    pub fn wording(&self, variant: &str) -> &Wording {
        self.variants
            .iter()
            .find(|(name, _)| **name == *variant)
            .map_or(&self.wording, |(_, wording)| wording)
    }

    /// The words of this list; none when the rule has no such list.
    pub fn words(&self, list: &str) -> &[Box<str>] {
        self.words.iter().find(|(name, _)| **name == *list).map_or(&[], |(_, words)| words)
    }

    /// Whether `word` is in this list.
    pub fn has_word(&self, list: &str, word: &str) -> bool {
        self.words(list).iter().any(|known| **known == *word)
    }
}
