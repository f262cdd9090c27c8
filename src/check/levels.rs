//! The levels that a project gives to checks.

use std::collections::BTreeMap;

use crate::base::Level;
use crate::check::finding::Finding;
use crate::rules::{CheckRule, Knowledge, Selected, UnknownCode, matches_selector};

/// Levels by code, for those checks that a project has given one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    of_codes: BTreeMap<Box<str>, Level>,
}

impl Levels {
    /// Reads layers of selectors with levels, the one that wins last. Within a layer the more specific selector wins: a code
    /// or name over the beginning of a code, the longer beginning over the shorter, any of them over a category, that over
    /// `ALL`; of equals the later one.
    pub fn resolve(layers: &[&[(String, Level)]], knowledge: &Knowledge) -> Result<Self, UnknownCode> {
        let mut of_codes = BTreeMap::new();
        for layer in layers {
            for (selector, _) in *layer {
                Selected::known(selector, knowledge)?;
            }
            for check in knowledge.checks() {
                let meant = layer.iter().filter(|(selector, _)| matches_selector(selector, check));
                // Of equals `max_by_key` takes the last.
                if let Some((_, level)) = meant.max_by_key(|(selector, _)| specificity(selector, check)) {
                    of_codes.insert(check.code.clone(), *level);
                }
            }
        }
        Ok(Self { of_codes })
    }

    /// Gives findings their levels. What weighs less than its check usually does, weighs as much less than the new level.
    pub fn apply(&self, findings: &mut [Finding], knowledge: &Knowledge) {
        for finding in findings {
            let Some(&level) = self.of_codes.get(finding.code.as_str()) else { continue };
            let Some(rule) = knowledge.check(&finding.code) else { continue };
            finding.level = level.lowered_by((rule.level as u8).saturating_sub(finding.level as u8));
        }
    }
}

/// Greater for what means fewer checks.
fn specificity(selector: &str, check: &CheckRule) -> usize {
    const WHOLE: usize = usize::MAX;
    if *check.code == *selector || *check.name == *selector {
        WHOLE
    } else if check.code.starts_with(selector) {
        1 + selector.len()
    } else {
        usize::from(selector != "ALL")
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Level::{self, Error, Note, Warning};
    use crate::check::{FindingBuilder, Levels, Spot};
    use crate::rules::Knowledge;

    /// The level of a finding of AS104, one below its check's level where it is lowered.
    fn check(config: &[(&str, Level)], flags: &[(&str, Level)], expected: (Level, Level)) {
        let knowledge = Knowledge::embedded();
        let owned = |layer: &[(&str, Level)]| {
            layer.iter().map(|(selector, level)| ((*selector).to_owned(), *level)).collect::<Vec<_>>()
        };
        let levels = Levels::resolve(&[&owned(config), &owned(flags)], knowledge).unwrap();
        let builder = || FindingBuilder::new(knowledge.check("AS104").unwrap(), 0, Spot::Line(1));
        let mut findings = [builder().finish(), builder().lowered().finish()];
        levels.apply(&mut findings, knowledge);
        assert_eq!((findings[0].level, findings[1].level), expected);
    }

    #[test]
    fn the_more_specific_wins_and_flags_win_over_all() {
        check(&[], &[], (Warning, Note));
        check(&[("AS104", Error)], &[], (Error, Warning));
        check(&[("AS104", Error), ("AS1", Note), ("blocking", Note), ("ALL", Note)], &[], (Error, Warning));
        check(&[("AS10", Error), ("AS1", Note), ("blocking", Note)], &[], (Error, Warning));
        check(&[("blocking-disk", Note), ("AS104", Error)], &[], (Error, Warning));
        check(&[("AS104", Error)], &[("blocking", Note)], (Note, Note));
    }

    #[test]
    fn unknown_selectors_are_errors() {
        let rules = [("AS999".to_owned(), Note)];
        let error = Levels::resolve(&[&rules], Knowledge::embedded()).unwrap_err();
        assert_eq!(error.selector, "AS999");
    }
}
