//! Findings as plain data, and the builder that keeps their promises.

use crate::graph::Confidence;
use crate::rules::{CheckRule, Level, Placeholder};
use crate::text::TextRange;

/// Where a finding stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// In the text.
    Text(TextRange),
    /// On a line, from 1, of a file whose text is not known.
    Line(u32),
}

/// One step of a chain: at a place, something is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// The caller's number for the file.
    pub file: u32,
    /// The place.
    pub range: TextRange,
    /// Name of what is reached from there.
    pub label: String,
}

/// Something that a check found.
///
/// Made by [`FindingBuilder`] only: the words are those of the check's rule, and a chain that is not
/// empty starts at the finding's own place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Code of the check.
    pub code: String,
    /// Name of the check.
    pub name: String,
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
            level: rule.level,
            message: String::new(),
            help: None,
            file,
            spot,
            function: None,
            confidence: Confidence::Definite,
            chain: Vec::new(),
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

    /// Adds the way to the cause: what is reached from the finding's own place, and from there on.
    #[must_use]
    pub fn chain(mut self, label: String, rest: Vec<Hop>) -> Self {
        if let Spot::Text(range) = self.finding.spot {
            self.finding.chain = vec![Hop { file: self.finding.file, range, label }];
            self.finding.chain.extend(rest);
        }
        self
    }

    /// The finding, in the words of the check's rule.
    pub fn finish(self) -> Finding {
        let values: Vec<(Placeholder, &str)> =
            self.values.iter().map(|(placeholder, value)| (*placeholder, value.as_str())).collect();
        let wording = self.rule.wording(self.variant);
        Finding {
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
    fn words_come_from_the_rule_and_the_chain_starts_at_the_finding() {
        let rule = Knowledge::embedded().check("AS101").unwrap();
        let range = TextRange::new(4, 9);
        let rest = vec![Hop { file: 2, range: TextRange::new(0, 1), label: "lib.wait".to_owned() }];
        let finding = FindingBuilder::new(rule, 1, Spot::Text(range))
            .variant("equivalent")
            .value(Placeholder::Callee, "lib.wait")
            .value(Placeholder::Category, "sleep")
            .value(Placeholder::Equivalent, "lib.async_wait")
            .chain("app.f".to_owned(), rest)
            .finish();
        assert_eq!(finding.message, "`lib.wait` blocks the event loop (sleep)");
        assert_eq!(finding.help.as_deref(), Some("await `lib.async_wait` instead"));
        assert_eq!((finding.chain[0].file, finding.chain[0].range), (1, range));
        assert_eq!(finding.chain.len(), 2);
    }
}
