//! Tells new findings from known ones.

use std::collections::BTreeSet;

use crate::check::Finding;
use crate::driver::analysis::AnalysedFile;
use crate::graph::Confidence;
use crate::io::Baseline;
use crate::rules::{CheckDefault, Knowledge, Selected};

/// What a baseline is compared with.
pub struct CompareRequest<'a> {
    /// What is known.
    pub known: &'a Baseline,
    /// The files of the run.
    pub files: &'a [AnalysedFile],
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// The checks that reported.
    pub selected: &'a Selected,
    /// What was less sure was not found.
    pub least: Confidence,
}

/// What differs from a baseline.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Places that are not known, and those of checks that no baseline excuses.
    pub new: Vec<Finding>,
    /// How many places are known.
    pub known: usize,
    /// What is known and was not found although it could have been, in the order of the keys.
    pub stale: Vec<Stale>,
    /// What is known after this run.
    pub next: Baseline,
}

/// An entry that has to leave a baseline, or to become less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Its key.
    pub key: String,
    /// How many places it stands for.
    pub known: usize,
    /// How many there are.
    pub found: usize,
}

/// Compares findings, one for each place, with what is known. Places are counted: where there are more of a key than are
/// known, the last ones are new.
pub fn compare(request: &CompareRequest<'_>, findings: Vec<Finding>) -> Comparison {
    let mut comparison = Comparison::default();
    let mut found = Baseline::default();
    for finding in findings {
        let rule = request.knowledge.check(&finding.code);
        // A file that cannot be analysed hides what else is in it.
        if rule.is_some_and(|rule| rule.default == CheckDefault::Always) {
            comparison.new.push(finding);
            continue;
        }
        let key = finding.key(&finding.place());
        if found.count(&key) < request.known.count(&key) {
            comparison.known += 1;
        } else {
            comparison.new.push(finding);
        }
        found.add(key);
    }
    let sight = Sight::new(request);
    for (key, &known) in &request.known.counts {
        let count = found.count(key);
        if count >= known {
            continue;
        }
        if sight.has(key) {
            comparison.stale.push(Stale { key: key.clone(), known, found: count });
        } else {
            found.counts.insert(key.clone(), known);
        }
    }
    comparison.next = found;
    comparison
}

/// How many places come to a baseline and how many leave it.
pub fn difference(before: &Baseline, after: &Baseline) -> (usize, usize) {
    let more = |left: &Baseline, right: &Baseline| {
        left.counts.iter().map(|(key, count)| count.saturating_sub(right.count(key))).sum()
    };
    (more(after, before), more(before, after))
}

/// What a run could have found.
struct Sight<'a> {
    request: &'a CompareRequest<'a>,
    /// Names of the modules that were asked for; `None` when that is all of the project.
    modules: Option<Modules>,
}

/// Names of modules: those that were asked for, and the others.
struct Modules {
    selected: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl<'a> Sight<'a> {
    fn new(request: &'a CompareRequest<'a>) -> Self {
        let own = || request.files.iter().filter(|file| !file.is_third_party);
        let is_all = own().all(|file| file.source.is_selected);
        let names = |is_selected: bool| {
            let wanted = own().filter(move |file| file.source.is_selected == is_selected);
            wanted.map(|file| as_word(&file.source.unique_name)).collect()
        };
        let modules = (!is_all).then(|| Modules { selected: names(true), others: names(false) });
        Self { request, modules }
    }

    /// Whether a place of this key would have been found: its check ran, and one of its ends lies in what was asked for.
    fn has(&self, key: &str) -> bool {
        let mut words = key.split(' ');
        let code = words.next().unwrap_or_default();
        let is_check = self.request.knowledge.check(code).is_some();
        if (is_check && !self.request.selected.contains(code)) || self.request.least > Confidence::Probable {
            return false;
        }
        let Some(modules) = &self.modules else { return true };
        words.skip(1).any(|function| modules.is_selected(function))
    }
}

impl Modules {
    /// Whether a function, by its dotted name, is in a module that was asked for.
    fn is_selected(&self, function: &str) -> bool {
        let ends = function.match_indices('.').map(|(at, _)| at).chain([function.len()]);
        let names = ends.map(|end| &function[..end]).collect::<Vec<_>>();
        // The longest name is that of the module: `a.b.f` is in `a.b` if there is one, else in `a`.
        let known = |name: &&str| self.selected.contains(*name) || self.others.contains(*name);
        names.into_iter().rev().find(known).is_some_and(|name| self.selected.contains(name))
    }
}

/// A name as keys spell it.
fn as_word(name: &str) -> String {
    name.chars().map(|character| if character.is_whitespace() { '_' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::driver::baseline::{Modules, difference};
    use crate::io::Baseline;

    #[test]
    fn the_longest_module_counts() {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let modules = Modules { selected: set(&["a", "a.b.c"]), others: set(&["a.b"]) };
        for (name, expected) in [
            ("a.f", true),
            ("a.b.f", false),
            ("a.b.c.f", true),
            ("a.b.cc.f", false),
            ("-", false),
            ("a", true),
        ] {
            assert_eq!(modules.is_selected(name), expected, "{name}");
        }
    }

    #[test]
    fn places_are_counted() {
        let baseline = |counts: &[(&str, usize)]| {
            let counts: BTreeMap<_, _> = counts.iter().map(|&(key, count)| (key.to_owned(), count)).collect();
            Baseline { counts }
        };
        let (before, after) = (baseline(&[("a", 3), ("b", 1)]), baseline(&[("a", 1), ("c", 2)]));
        assert_eq!(difference(&before, &after), (2, 3));
    }
}
