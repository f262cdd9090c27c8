//! What a project depends on, what of it blocks, and what could stand in its place: data, and the words for it.

use crate::report::summary::{Summary, counted};
use crate::rules::{Category, Form, Safety};

/// All libraries with what their reports need.
pub struct DependenciesView<'a> {
    /// Third-party libraries: those that block first, by their calls, then by name.
    pub libraries: &'a [LibraryUse],
    /// The standard library.
    pub standard: &'a LibraryUse,
    /// The manifests that were read, as shown.
    pub manifests: &'a [String],
    /// How much was analysed.
    pub summary: &'a Summary,
}

impl DependenciesView<'_> {
    /// The libraries that the code uses, and those that are only declared.
    pub(crate) fn split(&self) -> (Vec<&LibraryUse>, Vec<&LibraryUse>) {
        let is_used = |library: &LibraryUse| library.is_imported() || library.blocking.calls > 0;
        let (used, rest): (Vec<&LibraryUse>, Vec<&LibraryUse>) =
            self.libraries.iter().partition(|library| is_used(library));
        (used, rest.into_iter().filter(|library| !library.declarations.is_empty()).collect())
    }

    /// Says of the libraries that are only declared what they have in common.
    pub(crate) fn only_declared(&self) -> &'static str {
        let is_whole = self.summary.selected_files == self.summary.files;
        if is_whole {
            "Declared, with no import of that name:"
        } else {
            "Declared, with no import of that name in the selected files:"
        }
    }
}

/// One library, and what the project has to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryUse {
    /// Whether it is the standard library.
    pub is_standard: bool,
    /// Its name in the rules; else that of its distribution, or of its module.
    pub name: String,
    /// Distributions that install it: those that are declared, else those that the rules name; empty: unknown.
    pub distributions: Vec<String>,
    /// What the rules say.
    pub rules: RuleState,
    /// Whether its installed source was analysed as well.
    pub is_followed: bool,
    /// What it is.
    pub description: Option<String>,
    /// What to know before a move.
    pub note: Option<String>,
    /// Where it is imported.
    pub imports: ImportUse,
    /// Where it is declared.
    pub declarations: Vec<Declared>,
    /// What it does to the thread.
    pub blocking: BlockingUse,
    /// What has equivalents, the best first.
    pub replacements: Vec<Replacement>,
}

/// What the rules say of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// Nothing.
    Missing,
    /// That nothing in it blocks.
    Harmless,
    /// That something in it blocks.
    Blocking,
}

impl RuleState {
    /// The word as reports spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Harmless => "harmless",
            Self::Blocking => "blocking",
        }
    }
}

/// Where a library is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportUse {
    /// First parts of the modules, sorted.
    pub modules: Vec<String>,
    /// How many files of the project import it, those of tests left out.
    pub files: usize,
    /// How many files of tests do.
    pub test_files: usize,
    /// Whether all of it is for type checkers only.
    pub is_type_only: bool,
    /// Whether the code goes on without it, wherever it is imported.
    pub is_optional: bool,
}

/// A line that declares a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The distribution.
    pub distribution: String,
    /// Versions that will do, or the version of a lock.
    pub specifier: String,
    /// The condition on the environment.
    pub marker: Option<String>,
    /// What the line is for.
    pub kind: DeclaredKind,
    /// Who needs it.
    pub group: String,
    /// The file, as shown.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What a line that declares a library is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// The project needs it.
    Requirement,
    /// It bounds the version.
    Constraint,
    /// It fixes the version.
    Lock,
}

impl DeclaredKind {
    /// The word as reports spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::Constraint => "constraint",
            Self::Lock => "lock",
        }
    }
}

/// What calls of a library do to the thread. Tests are counted apart, and only in `test_calls`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockingUse {
    /// Places that block.
    pub calls: usize,
    /// Places that block, in tests.
    pub test_calls: usize,
    /// Places by what they wait for, the most frequent first.
    pub categories: Vec<(Category, usize)>,
    /// What is called, the most frequent first.
    pub callees: Vec<CalleeUse>,
    /// Names of the async functions that reach a place, sorted.
    pub async_functions: Vec<String>,
    /// What threads can do for these places.
    pub threads: Threads,
}

/// Something that blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalleeUse {
    /// Its public name.
    pub name: String,
    /// What it waits for.
    pub category: Category,
    /// Where, in order.
    pub spots: Vec<Spot>,
    /// Its async equivalents.
    pub equivalents: Vec<EquivalentUse>,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file, as shown.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// An async equivalent, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquivalentUse {
    /// The library it belongs to.
    pub library: String,
    /// Its dotted name.
    pub target: String,
    /// How it is used.
    pub form: Form,
    /// How far it keeps the meaning.
    pub safety: Safety,
    /// What to know before accepting it.
    pub note: Option<String>,
}

/// How many places a thread may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threads {
    /// As they are.
    pub fine: usize,
    /// After somebody has thought about it.
    pub review: usize,
    /// Never.
    pub never: usize,
}

/// A library that has async equivalents of what blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Its name.
    pub name: String,
    /// Whether it is the same library's async side.
    pub is_native: bool,
    /// Whether the configuration prefers it.
    pub is_preferred: bool,
    /// Whether the project declares it.
    pub is_declared: bool,
    /// Whether the project imports it.
    pub is_imported: bool,
    /// The oldest version that will do.
    pub min_version: Option<String>,
    /// How many of the project's places have an equivalent there.
    pub readiness: Readiness,
}

/// Places by how far their equivalents keep the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The meaning stays.
    pub drop_in: usize,
    /// Somebody reads the change.
    pub review: usize,
    /// Somebody writes the code.
    pub suggest: usize,
    /// There is no equivalent.
    pub none: usize,
}

impl LibraryUse {
    /// Whether anything imports it.
    pub fn is_imported(&self) -> bool {
        self.imports.files + self.imports.test_files > 0
    }

    /// The version of a lock, or else one that a requirement fixes, or else the versions that the project asks for;
    /// several when that depends on the environment, and `None` when nothing declares it.
    pub fn version(&self) -> Option<String> {
        let of_kind = |kind| self.declarations.iter().filter(move |declared| declared.kind == kind);
        let is_fixed = |declared: &&Declared| {
            let specifier = &declared.specifier;
            specifier.starts_with("==") && !specifier.contains([',', '*'])
        };
        let has_version = |declared: &&Declared| !declared.specifier.is_empty();
        let chosen = of_kind(DeclaredKind::Lock)
            .find(has_version)
            .or_else(|| of_kind(DeclaredKind::Requirement).find(is_fixed))
            .or_else(|| of_kind(DeclaredKind::Requirement).find(has_version))
            .or_else(|| of_kind(DeclaredKind::Constraint).find(has_version))
            .or_else(|| of_kind(DeclaredKind::Requirement).next())?;
        let is_alternative = |declared: &&Declared| {
            let is_conditional = declared.kind == DeclaredKind::Lock || declared.marker.is_some();
            is_conditional && declared.file == chosen.file && has_version(declared)
        };
        let mut versions = vec![chosen.specifier.as_str()];
        for declared in of_kind(chosen.kind).filter(is_alternative) {
            if !versions.contains(&declared.specifier.as_str()) {
                versions.push(&declared.specifier);
            }
        }
        let text = versions.join(" or ");
        Some(if text.is_empty() { "any".to_owned() } else { text })
    }

    /// How many files import it, with what is special about that.
    pub(crate) fn files_text(&self) -> String {
        let ImportUse { files, test_files, is_type_only, is_optional, .. } = self.imports;
        let count = match (files, test_files) {
            (0, 0) => return "-".to_owned(),
            (0, tests) => format!("{tests} of tests"),
            (files, _) => files.to_string(),
        };
        match (is_type_only, is_optional) {
            (true, _) => format!("{count}, types only"),
            (false, true) => format!("{count}, optional"),
            (false, false) => count,
        }
    }

    /// Everything about its blocking in one sentence.
    pub fn sentence(&self) -> String {
        let blocking = &self.blocking;
        if blocking.calls == 0 {
            return self.outlook();
        }
        let reached = match blocking.async_functions.len() {
            0 => "not reached from async functions".to_owned(),
            count => format!("reached from {}", counted(count, "async function")),
        };
        let kinds = categories_text(blocking);
        format!("blocks: {} ({kinds}), {reached}; {}", counted(blocking.calls, "call"), self.ways_text())
    }

    /// What the counts of a table leave to be said.
    pub(crate) fn outlook(&self) -> String {
        match (self.blocking.calls, self.blocking.test_calls, self.rules) {
            (0, 0, RuleState::Missing) if self.is_followed => {
                "no rules; nothing in its source surely blocks here".to_owned()
            }
            (0, 0, RuleState::Missing) => "no rules".to_owned(),
            (0, 0, RuleState::Harmless) => "never blocks".to_owned(),
            (0, 0, RuleState::Blocking) => "does not block here".to_owned(),
            (0, tests, _) => format!("blocks in tests only: {}", counted(tests, "call")),
            _ => format!("{}; {}", categories_text(&self.blocking), self.ways_text()),
        }
    }

    /// What can be done about the places that block.
    fn ways_text(&self) -> String {
        let ready = |readiness: Readiness| readiness.none < self.blocking.calls;
        let mut ways: Vec<String> = self
            .replacements
            .iter()
            .filter(|replacement| {
                // What the project prefers is named even where it has nothing to offer.
                let is_wanted = replacement.is_preferred && !self.is_standard;
                ready(replacement.readiness) || is_wanted
            })
            .map(|replacement| {
                let readiness = replacement.readiness;
                // It is replaced piece by piece: nothing is expected to cover it.
                let readiness = if self.is_standard { Readiness { none: 0, ..readiness } } else { readiness };
                format!("{}: {}", replacement.label(), readiness.text())
            })
            .collect();
        if ways.is_empty() {
            ways.push("no async equivalent known".to_owned());
        }
        ways.push(format!("threads: {}", self.blocking.threads.text()));
        ways.join("; ")
    }
}

impl Replacement {
    /// Its name, with the version it needs and what the project already has to do with it.
    pub(crate) fn label(&self) -> String {
        let name = if self.is_native { "its async side" } else { &self.name };
        let version = self.min_version.as_ref().map(|version| format!(" >={version}")).unwrap_or_default();
        let marks: Vec<&str> = [
            (self.is_preferred, "preferred"),
            (self.is_declared && !self.is_native, "declared"),
            (self.is_imported && !self.is_native, "imported"),
        ]
        .into_iter()
        .filter_map(|(holds, word)| holds.then_some(word))
        .collect();
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        format!("{name}{version}{marks}")
    }
}

impl Readiness {
    /// The counts that are not zero.
    pub(crate) fn text(self) -> String {
        counts(&[
            (self.drop_in, Safety::DropIn.as_str()),
            (self.review, Safety::Review.as_str()),
            (self.suggest, Safety::Suggest.as_str()),
            (self.none, "none"),
        ])
    }
}

impl Threads {
    /// How many places a thread may run.
    pub(crate) fn text(self) -> String {
        match self {
            Self { review: 0, never: 0, .. } => "all".to_owned(),
            Self { fine: 0, review: 0, .. } => "none".to_owned(),
            Self { fine, review, never } => counts(&[(fine, "yes"), (review, "review"), (never, "never")]),
        }
    }
}

/// What places wait for, with counts where there is more than one kind.
pub(crate) fn categories_text(blocking: &BlockingUse) -> String {
    if let [(category, _)] = blocking.categories[..] {
        return category.as_str().to_owned();
    }
    let parts = blocking.categories.iter().map(|(category, count)| format!("{category} {count}"));
    parts.collect::<Vec<_>>().join(", ")
}

fn counts(parts: &[(usize, &str)]) -> String {
    let shown = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    shown.collect::<Vec<_>>().join(", ")
}
