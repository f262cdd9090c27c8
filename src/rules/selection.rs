//! Which checks report: codes, code prefixes and names against the checks that exist.

use std::collections::BTreeSet;

use crate::base::Selection;
use crate::rules::check::CheckRule;
use crate::rules::knowledge::Knowledge;
use crate::rules::terms::CheckDefault;

/// The checks that report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    codes: BTreeSet<Box<str>>,
}

/// A code, prefix or name that no check has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown check `{selector}`{}", suggestion.as_ref().map(|code| format!(", did you mean `{code}`?")).unwrap_or_default())]
pub struct UnknownCode {
    /// What was asked for.
    pub selector: String,
    /// The code or name that is nearest, if one is near.
    pub suggestion: Option<String>,
}

impl Selected {
    /// The checks that a selection means: `select` replaces the default set, `extend_select` adds, `ignore`
    /// takes out; checks that always report stay.
    pub fn resolve(selection: &Selection, knowledge: &Knowledge) -> Result<Self, UnknownCode> {
        let selectors =
            selection.select.iter().flatten().chain(&selection.extend_select).chain(&selection.ignore);
        for selector in selectors {
            Self::known(selector, knowledge)?;
        }
        let matches = |selectors: &[String], check: &CheckRule| {
            selectors.iter().any(|selector| matches_selector(selector, check))
        };
        let is_on = |check: &&CheckRule| {
            let is_chosen = match &selection.select {
                Some(selectors) => matches(selectors, check),
                None => check.default == CheckDefault::On,
            };
            let is_wanted = is_chosen || matches(&selection.extend_select, check);
            check.default == CheckDefault::Always || (is_wanted && !matches(&selection.ignore, check))
        };
        let codes = knowledge.checks().iter().filter(is_on).map(|check| check.code.clone()).collect();
        Ok(Self { codes })
    }

    /// Whether a selector means a check at all; the error names the nearest that would.
    pub fn known(selector: &str, knowledge: &Knowledge) -> Result<(), UnknownCode> {
        let is_known = knowledge.checks().iter().any(|check| matches_selector(selector, check));
        if is_known { Ok(()) } else { Err(unknown(selector, knowledge)) }
    }

    /// Whether the check with this code reports.
    pub fn contains(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    /// The codes of all checks that report, sorted.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|code| &**code)
    }
}

/// Whether a selector means this check: `ALL`, its name, its category, its code or a beginning of its code.
pub fn matches_selector(selector: &str, check: &CheckRule) -> bool {
    selector == "ALL"
        || *check.name == *selector
        || check.category.as_str() == selector
        || (!selector.is_empty() && check.code.starts_with(selector))
}

fn unknown(selector: &str, knowledge: &Knowledge) -> UnknownCode {
    const NEAR: f64 = 0.8;
    let upper = selector.to_uppercase();
    let words = knowledge.checks().iter().flat_map(|check| {
        let lower = selector.to_lowercase();
        let code = (strsim::jaro_winkler(&upper, &check.code), &*check.code);
        let name = (strsim::jaro_winkler(&lower, &check.name), &*check.name);
        let category = check.category.as_str();
        [code, name, (strsim::jaro_winkler(&lower, category), category)]
    });
    let nearest = words.reduce(|best, word| if word.0 > best.0 { word } else { best });
    let suggestion = nearest.filter(|(score, _)| *score >= NEAR).map(|(_, word)| word.to_owned());
    UnknownCode { selector: selector.to_owned(), suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(select: Option<&[&str]>, extend: &[&str], ignore: &[&str]) -> Result<String, String> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let selection =
            Selection { select: select.map(owned), extend_select: owned(extend), ignore: owned(ignore) };
        Selected::resolve(&selection, &knowledge())
            .map(|selected| selected.codes().collect::<Vec<_>>().join(" "))
            .map_err(|error| error.to_string())
    }

    fn knowledge() -> Knowledge {
        let check = |code: &str, name: &str, default: &str| {
            format!(
                "[check]\ncode = \"{code}\"\nname = \"{name}\"\ndefault = \"{default}\"\ncategory = \"blocking\"\nsummary = \"\"\n\
                 level = \"warning\"\nsince = \"0.1.0\"\nmessage = \"\"\nexplanation = \"\"\n"
            )
        };
        let texts = [
            check("AS001", "syntax-error", "always"),
            check("AS101", "blocking-call", "on"),
            check("AS102", "slow-call", "off"),
            check("AS201", "await-in-loop", "on"),
        ];
        let files: Vec<_> = texts.iter().map(|text| ("x.toml", text.as_str())).collect();
        Knowledge::load(&files).unwrap()
    }

    #[test]
    fn selects_by_code_prefix_and_name() {
        assert_eq!(codes(None, &[], &[]).unwrap(), "AS001 AS101 AS201");
        assert_eq!(codes(Some(&["AS1"]), &[], &[]).unwrap(), "AS001 AS101 AS102");
        assert_eq!(codes(None, &["slow-call"], &["AS2"]).unwrap(), "AS001 AS101 AS102");
        assert_eq!(codes(Some(&["ALL"]), &[], &["AS10"]).unwrap(), "AS001 AS201");
        assert_eq!(codes(Some(&[]), &[], &["ALL"]).unwrap(), "AS001");
    }

    #[test]
    fn an_unknown_code_suggests_the_nearest() {
        assert_eq!(
            codes(Some(&["AS111"]), &[], &[]).unwrap_err(),
            "unknown check `AS111`, did you mean `AS101`?"
        );
        assert_eq!(
            codes(None, &[], &["blocking-cal"]).unwrap_err(),
            "unknown check `blocking-cal`, did you mean `blocking-call`?"
        );
        assert_eq!(codes(None, &[""], &[]).unwrap_err(), "unknown check ``");
        assert_eq!(codes(None, &["xyz"], &[]).unwrap_err(), "unknown check `xyz`");
    }
}
