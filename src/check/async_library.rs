//! Tells which async library a module is written for, so that advice can fit it.

use crate::base::IdVec;
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::semantic::{ImportKind, ModuleFacts};

/// For every module, which of some names belongs to the async library that it uses.
///
/// A name's library is its first part: `anyio` and `anyio.Event` belong to anyio. The first name stands for modules of
/// which nothing is known.
pub(crate) struct AsyncLibraries<'a> {
    names: &'a [Box<str>],
    chosen: IdVec<ModuleId, Option<usize>>,
    times: Vec<usize>,
    common: usize,
}

impl<'a> AsyncLibraries<'a> {
    /// Reads the imports of all modules; `names` are words of a check, the usual library's first.
    pub(crate) fn new(request: &CheckRequest<'_>, names: &'a [Box<str>]) -> Self {
        let mut times = vec![0usize; names.len()];
        let mut chosen = IdVec::new();
        for module in &request.program.modules {
            let found = imported(&module.facts, names);
            if let Some(index) = found.filter(|_| !module.is_third_party) {
                times[index] += 1;
            }
            chosen.push(found);
        }
        // Of equals the first.
        let common = (0..names.len()).rev().max_by_key(|&index| times[index]).unwrap_or(0);
        Self { names, chosen, times, common }
    }

    /// Whether modules of the project use one of these libraries, and others another one.
    pub(crate) fn is_mixed_with(&self, libraries: &[Box<str>]) -> bool {
        let is_listed =
            |index: usize| libraries.iter().any(|library| **library == *first_part(&self.names[index]));
        let used = |wanted: bool| {
            (0..self.names.len()).any(|index| self.times[index] > 0 && is_listed(index) == wanted)
        };
        used(true) && used(false)
    }

    /// The name that fits a module: by its own imports, else by those of most modules of the project.
    pub(crate) fn of(&self, module: ModuleId) -> &'a str {
        self.names.get(self.chosen[module].unwrap_or(self.common)).map_or("", |name| name)
    }
}

/// The first of the libraries that a module imports.
fn imported(facts: &ModuleFacts, names: &[Box<str>]) -> Option<usize> {
    let of_import = |kind: ImportKind| {
        let module = match kind {
            ImportKind::Module { module, .. } => Some(module),
            ImportKind::From { module, level: 0, .. } | ImportKind::Star { module, level: 0 } => module,
            ImportKind::From { .. } | ImportKind::Star { .. } => None,
        };
        let library = first_part(facts.name(module?));
        names.iter().position(|name| first_part(name) == library)
    };
    facts.imports.iter().filter_map(|import| of_import(import.kind)).min()
}

fn first_part(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

#[cfg(test)]
mod tests {
    use crate::check::async_library::imported;
    use crate::semantic::lower;
    use crate::syntax::parse;

    fn of(text: &str) -> Option<usize> {
        let names: Vec<Box<str>> = vec!["usual.Event".into(), "other.Event".into()];
        imported(&lower(&parse(text), text), &names)
    }

    #[test]
    fn any_import_of_a_library_counts() {
        assert_eq!(of("import other\n"), Some(1));
        assert_eq!(of("from other.lowlevel import checkpoint\n"), Some(1));
        assert_eq!(of("import other.abc as abc\n"), Some(1));
    }

    #[test]
    fn the_first_library_wins_and_own_modules_are_none() {
        assert_eq!(of("import other\nimport usual\n"), Some(0));
        assert_eq!(of("from .other import x\nimport another\n"), None);
    }
}
