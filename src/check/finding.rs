//! Findings as plain data, and the builder that keeps their promises.

use serde::{Deserialize, Serialize};

use crate::graph::Confidence;
use crate::rules::{Category, CheckCategory, CheckRule, Level, Placeholder};
use crate::text::TextRange;

/// Where a finding stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Spot {
    /// In the text.
    Text(TextRange),
    /// On a line, from 1, of a file whose text is not known.
    Line(u32),
}

/// One step of a chain: at a place, something is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hop {
    /// The caller's number for the file.
    pub file: u32,
    /// The place.
    pub range: TextRange,
    /// Name of what is reached from there.
    pub label: String,
    /// Dotted name of the function in which the place stands; empty at the top of a module.
    pub function: String,
    /// Whether that function could be made async as it stands: Python awaits no special method and no property, and a
    /// function inside another one is what somebody else made of it.
    pub is_plain: bool,
}

/// What makes a finding with a chain: its last hop, which other findings can share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What the call at the end of the chain waits for.
    pub category: Category,
    /// Name of what is called there.
    pub callee: String,
    /// What to await in its place, if something is known.
    pub equivalent: Option<String>,
    /// Whether an event loop is known to come there from the finding's place; else it is one that blocks whoever calls it.
    pub is_on_loop: bool,
}

/// Where something was found, and the way from there to its cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The caller's number for the file.
    pub file: u32,
    /// Where in the file.
    pub spot: Spot,
    /// Dotted name of the function in which it stands: the async root of the chain.
    pub function: Option<String>,
    /// How much this place weighs.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// From the place to the cause; empty when it is the cause.
    pub chain: Vec<Hop>,
}

/// Something that a check found.
///
/// Made by [`FindingBuilder`] only: the words are those of the check's rule, and a chain that is not
/// empty starts at the finding's own place. A detector finds one place at a time; what shares a cause is
/// joined by [`crate::check::group`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Code of the check.
    pub code: String,
    /// Name of the check.
    pub name: String,
    /// What kind of trouble it is.
    pub category: CheckCategory,
    /// How much it weighs.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The caller's number for the file.
    pub file: u32,
    /// Where in the file.
    pub spot: Spot,
    /// Dotted name of the function in which it stands.
    pub function: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// From the finding's place to the cause.
    pub chain: Vec<Hop>,
    /// What it is about, in a word or name that stays when lines move: the callee, or the name that is wrong.
    pub subject: String,
    /// What other findings can share with it.
    pub cause: Option<Cause>,
    /// All places that share the cause, in order; empty for a finding that stands alone.
    pub places: Vec<Place>,
}

impl Finding {
    /// Dotted name of the function that holds what the finding is about.
    pub fn holder(&self) -> &str {
        match self.chain.last() {
            Some(hop) => &hop.function,
            None => self.function.as_deref().unwrap_or_default(),
        }
    }

    /// The finding as a place of its own.
    pub fn place(&self) -> Place {
        Place {
            file: self.file,
            spot: self.spot,
            function: self.function.clone(),
            level: self.level,
            confidence: self.confidence,
            chain: self.chain.clone(),
        }
    }
}

/// Makes a [`Finding`] of one check.
pub struct FindingBuilder<'a> {
    rule: &'a CheckRule,
    variant: &'a str,
    values: Vec<(Placeholder, String)>,
    finding: Finding,
}

impl<'a> FindingBuilder<'a> {
    /// Starts a finding of the check `rule` in `file` at `spot`.
    pub fn new(rule: &'a CheckRule, file: u32, spot: Spot) -> Self {
        let finding = Finding {
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            category: rule.category,
            level: rule.level,
            message: String::new(),
            help: None,
            file,
            spot,
            function: None,
            confidence: Confidence::Definite,
            chain: Vec::new(),
            subject: String::new(),
            cause: None,
            places: Vec::new(),
        };
        Self { rule, variant: "", values: Vec::new(), finding }
    }

    /// Takes another of the rule's wordings.
    #[must_use]
    pub fn variant(mut self, variant: &'a str) -> Self {
        self.variant = variant;
        self
    }

    /// Fills a placeholder of the wording.
    #[must_use]
    pub fn value(mut self, placeholder: Placeholder, value: impl Into<String>) -> Self {
        self.values.push((placeholder, value.into()));
        self
    }

    /// Names the function in which it stands.
    #[must_use]
    pub fn function(mut self, name: String) -> Self {
        self.finding.function = Some(name);
        self
    }

    /// Says how sure it is.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// Lowers the rule's level for what weighs less.
    #[must_use]
    pub fn at_most(mut self, level: Level) -> Self {
        self.finding.level = self.finding.level.min(level);
        self
    }

    /// Lowers the level by one, to no less than a note.
    #[must_use]
    pub fn lowered(mut self) -> Self {
        self.finding.level = match self.finding.level {
            Level::Error => Level::Warning,
            Level::Warning | Level::Note => Level::Note,
        };
        self
    }

    /// Says what it is about, when that is not its callee.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.finding.subject = subject.into();
        self
    }

    /// Adds the way to the cause, whose first hop stands at the finding's own place.
    #[must_use]
    pub fn chain(mut self, chain: Vec<Hop>) -> Self {
        self.finding.chain = chain;
        self
    }

    /// Says what is at the end of the chain.
    #[must_use]
    pub fn cause(mut self, cause: Cause) -> Self {
        self.finding.cause = Some(cause);
        self
    }

    /// The finding, in the words of the check's rule.
    pub fn finish(self) -> Finding {
        let values: Vec<(Placeholder, &str)> =
            self.values.iter().map(|(placeholder, value)| (*placeholder, value.as_str())).collect();
        let wording = self.rule.wording(self.variant);
        let subject = if self.finding.subject.is_empty() {
            let value = |wanted| values.iter().find(|(placeholder, _)| *placeholder == wanted);
            let about = value(Placeholder::Callee)
                .or_else(|| value(Placeholder::Function))
                .or_else(|| value(Placeholder::Path));
            about.map(|(_, text)| (*text).to_owned()).unwrap_or_default()
        } else {
            self.finding.subject
        };
        Finding {
            subject,
            message: wording.message.render(&values),
            help: wording.help.as_ref().map(|help| help.render(&values)),
            ..self.finding
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{FindingBuilder, Hop, Spot};
    use crate::rules::{Knowledge, Placeholder};
    use crate::text::TextRange;

    #[test]
    fn words_and_subject_come_from_the_rule_and_its_values() {
        let rule = Knowledge::embedded().check("AS101").unwrap();
        let range = TextRange::new(4, 9);
        let hop = |file, range, label: &str| Hop {
            file,
            range,
            label: label.to_owned(),
            function: String::new(),
            is_plain: true,
        };
        let chain = vec![hop(1, range, "app.f"), hop(2, TextRange::new(0, 1), "lib.wait")];
        let finding = FindingBuilder::new(rule, 1, Spot::Text(range))
            .variant("equivalent")
            .value(Placeholder::Callee, "lib.wait")
            .value(Placeholder::Category, "sleep")
            .value(Placeholder::Equivalent, "lib.async_wait")
            .chain(chain)
            .finish();
        assert_eq!(finding.message, "`lib.wait` blocks the event loop (sleep)");
        assert_eq!(finding.help.as_deref(), Some("await `lib.async_wait` instead"));
        assert_eq!(finding.subject, "lib.wait");
    }
}
