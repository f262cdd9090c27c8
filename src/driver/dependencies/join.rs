//! One entry for each library that is imported, declared or called.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::base::Settings;
use crate::driver::analysis::Analysis;
use crate::driver::dependencies::imports::{Imported, imports, root};
use crate::driver::dependencies::names::Names;
use crate::driver::dependencies::replacements::{Surroundings, replacements, threads};
use crate::driver::dependencies::setup_script::read_setup_scripts;
use crate::driver::dependencies::sites::{BlockingCall, BlockingCalls, Place, blocking_calls};
use crate::effects::Passage;
use crate::graph::{Confidence, Node};
use crate::io::{Declaration, DeclarationKind, ManifestWarning, Manifests, read_manifests};
use crate::report::{
    BlockingUse, CalleeUse, Declared, DeclaredKind, EquivalentUse, ImportUse, LibraryUse, RuleState, Spot,
};
use crate::rules::{Category, Knowledge};

/// What is asked.
pub struct DependenciesRequest<'a> {
    /// The analysed project.
    pub analysis: &'a Analysis,
    /// The folder that shown paths are relative to.
    pub current_dir: &'a Path,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// What is less sure is left out.
    pub least: Confidence,
}

/// What a project depends on.
pub struct Dependencies {
    /// Third-party libraries: those that block first, by their calls, then by name.
    pub libraries: Vec<LibraryUse>,
    /// The standard library.
    pub standard: LibraryUse,
    /// The manifests that were read, as shown.
    pub manifests: Vec<String>,
    /// What is wrong with them.
    pub warnings: Vec<ManifestWarning>,
}

/// Joins manifests, imports and calls.
pub fn dependencies(request: &DependenciesRequest<'_>) -> Dependencies {
    let DependenciesRequest { analysis, knowledge, settings, .. } = *request;
    let mut manifests = read_manifests(&analysis.roots, request.current_dir);
    read_setup_scripts(&mut manifests, analysis);
    let Manifests { declarations, own, files, warnings } = manifests;
    let names = Names::new(knowledge, &declarations);
    let passage = Passage::new(&analysis.program, &analysis.graph, settings, request.least);
    let calls = blocking_calls(analysis, knowledge, &passage, &|name| names.of_module(name));
    let mut entries: BTreeMap<String, Entry<'_>> = BTreeMap::new();
    let imports = imports(analysis, knowledge);
    for import in imports.iter().filter(|import| !names.is_helper(analysis, import)) {
        entries.entry(names.of_module(&import.dotted)).or_default().imports.push(import);
    }
    let wanted = |declared: &&Declaration| {
        declared.kind == DeclarationKind::Requirement && !own.contains(&declared.name)
    };
    for declared in declarations.iter().filter(wanted) {
        entries.entry(names.of_distribution(&declared.name)).or_default();
    }
    for library in calls.keys() {
        entries.entry(library.clone()).or_default();
    }
    // Constraints and locks say more of a library, but nobody needs one because of them.
    for declared in &declarations {
        if let Some(entry) = entries.get_mut(&names.of_distribution(&declared.name)) {
            entry.declarations.push(declared);
        }
    }
    let is_standard =
        |name: &str| knowledge.library(name).is_some_and(|library| library.distributions.is_empty());
    let standard_name = knowledge.libraries().iter().find(|library| library.distributions.is_empty());
    let standard_name = standard_name.map(|library| library.name.to_string()).unwrap_or_default();
    let declared: BTreeSet<String> = entries
        .iter()
        .filter(|(_, entry)| entry.declarations.iter().any(wanted))
        .map(|(name, _)| name.clone())
        .collect();
    let imported: BTreeSet<String> =
        entries.iter().filter(|(_, entry)| !entry.imports.is_empty()).map(|(name, _)| name.clone()).collect();
    let around = Surroundings { knowledge, settings, declared: &declared, imported: &imported };
    let installed = analysis.program.modules.iter().filter(|module| module.is_third_party);
    let followed: BTreeSet<String> = installed.map(|module| names.of_module(&module.name)).collect();
    let join = Join { request, passage: &passage, calls: &calls, around: &around, followed: &followed };
    let standard = join.library(&standard_name, &Entry::default());
    let mut libraries: Vec<LibraryUse> = entries
        .iter()
        .filter(|(name, _)| !is_standard(name))
        .map(|(name, entry)| join.library(name, entry))
        .collect();
    libraries.sort_by_key(|library| {
        let blocking = &library.blocking;
        (Reverse(blocking.calls), Reverse(blocking.test_calls), library.name.to_lowercase())
    });
    Dependencies { libraries, standard, manifests: files, warnings }
}

/// What was found of one library.
#[derive(Default)]
struct Entry<'a> {
    imports: Vec<&'a Imported>,
    declarations: Vec<&'a Declaration>,
}

struct Join<'a> {
    request: &'a DependenciesRequest<'a>,
    passage: &'a Passage<'a>,
    calls: &'a BlockingCalls,
    around: &'a Surroundings<'a>,
    /// Libraries whose source was read.
    followed: &'a BTreeSet<String>,
}

impl Join<'_> {
    fn library(&self, name: &str, entry: &Entry<'_>) -> LibraryUse {
        let knowledge = self.request.knowledge;
        let library = knowledge.library(name);
        let (own, in_tests): (BTreeMap<_, _>, BTreeMap<_, _>) = self
            .calls
            .get(name)
            .into_iter()
            .flatten()
            .map(|(place, calls)| (*place, calls))
            .partition(|(place, _)| !self.request.analysis.program.modules[place.0].is_test);
        let rules = match library {
            None => RuleState::Missing,
            Some(library) if knowledge.has_blocking(library) => RuleState::Blocking,
            Some(_) => RuleState::Harmless,
        };
        let mut distributions: Vec<String> =
            entry.declarations.iter().map(|declared| declared.name.clone()).collect();
        if distributions.is_empty() {
            let known = library.into_iter().flat_map(|library| &library.distributions);
            distributions = known.map(ToString::to_string).collect();
        }
        distributions.sort();
        distributions.dedup();
        LibraryUse {
            is_standard: library.is_some_and(|library| library.distributions.is_empty()),
            name: name.to_owned(),
            distributions,
            rules,
            is_followed: self.followed.contains(name),
            description: library.map(|library| library.summary.to_string()).filter(|text| !text.is_empty()),
            note: library.and_then(|library| library.note.as_deref()).map(str::to_owned),
            imports: self.import_use(&entry.imports),
            declarations: entry.declarations.iter().map(|declared| declaration(declared)).collect(),
            blocking: self.blocking_use(name, &own, in_tests.len()),
            replacements: replacements(self.around, name, &own),
        }
    }

    fn import_use(&self, imports: &[&Imported]) -> ImportUse {
        let program = &self.request.analysis.program;
        let modules: BTreeSet<&str> = imports.iter().map(|import| root(&import.dotted)).collect();
        let files: BTreeSet<_> = imports.iter().map(|import| import.module).collect();
        let (tests, own): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|module| program.modules[*module].is_test);
        // Tests may count on what the program can do without.
        let counted = |import: &&&Imported| own.is_empty() || !program.modules[import.module].is_test;
        let all = |holds: fn(&Imported) -> bool| {
            !imports.is_empty() && imports.iter().filter(counted).all(|import| holds(import))
        };
        ImportUse {
            modules: modules.into_iter().map(str::to_owned).collect(),
            files: own.len(),
            test_files: tests.len(),
            is_type_only: all(|import| import.is_type_only),
            is_optional: all(|import| import.is_optional || import.is_type_only),
        }
    }

    fn blocking_use(
        &self,
        library: &str,
        places: &BTreeMap<Place, &Vec<BlockingCall>>,
        test_calls: usize,
    ) -> BlockingUse {
        let mut categories: BTreeMap<Category, usize> = BTreeMap::new();
        let mut callees: BTreeMap<&str, (&BlockingCall, Vec<Spot>)> = BTreeMap::new();
        for (place, calls) in places {
            let kinds: BTreeSet<Category> = calls.iter().map(|call| call.category).collect();
            for category in kinds {
                *categories.entry(category).or_default() += 1;
            }
            let names: BTreeMap<&str, &BlockingCall> =
                calls.iter().map(|call| (call.name.as_str(), call)).collect();
            for (name, call) in names {
                let callee = callees.entry(name).or_insert((call, Vec::new()));
                callee.1.push(self.spot(place));
            }
        }
        let mut categories: Vec<(Category, usize)> = categories.into_iter().collect();
        categories.sort_by_key(|(category, count)| (Reverse(*count), *category));
        let mut callees: Vec<CalleeUse> =
            callees.into_values().map(|(call, spots)| self.callee(library, call, spots)).collect();
        callees
            .sort_by(|left, right| right.spots.len().cmp(&left.spots.len()).then(left.name.cmp(&right.name)));
        BlockingUse {
            calls: places.len(),
            test_calls,
            categories,
            callees,
            async_functions: self.async_functions(places),
            threads: threads(places.values().copied()),
        }
    }

    fn spot(&self, &(module, range, _): &Place) -> Spot {
        let file = self.request.analysis.file(module);
        let place = file.text.line_column(range.start());
        Spot { file: file.source.display.clone(), line: place.line, column: place.column }
    }

    fn callee(&self, library: &str, call: &BlockingCall, mut spots: Vec<Spot>) -> CalleeUse {
        spots.sort();
        let equivalents = self.request.knowledge.equivalents(&call.qualified);
        let equivalents = equivalents.iter().map(|equivalent| EquivalentUse {
            library: equivalent.library().unwrap_or(library).to_owned(),
            target: equivalent.target.to_string(),
            form: equivalent.form,
            safety: equivalent.safety,
            note: equivalent.note().map(str::to_owned),
        });
        CalleeUse {
            name: call.name.clone(),
            category: call.category,
            spots,
            equivalents: equivalents.collect(),
        }
    }

    /// The async functions of the project, not of its tests, that reach one of these places without a thread between.
    fn async_functions(&self, places: &BTreeMap<Place, &Vec<BlockingCall>>) -> Vec<String> {
        if places.is_empty() {
            return Vec::new();
        }
        let Analysis { program, graph, .. } = self.request.analysis;
        let leaves = places.values().copied().flatten().map(|call| call.leaf).collect();
        let effects = self.passage.spread(leaves);
        let mut names = Vec::new();
        for (id, node) in graph.nodes() {
            let Node::Function(function) = node else { continue };
            if effects.blocked(id).is_none() {
                continue;
            }
            let (module, local) = program.locate_function(*function);
            let is_own = !program.is_third_party(module) && !program.modules[module].is_test;
            if is_own && program.facts(module).functions[local].traits.is_async {
                names.push(program.function_name(*function));
            }
        }
        names.sort();
        names
    }
}

fn declaration(declared: &Declaration) -> Declared {
    Declared {
        distribution: declared.name.clone(),
        specifier: declared.specifier.clone(),
        marker: declared.marker.clone(),
        kind: match declared.kind {
            DeclarationKind::Requirement => DeclaredKind::Requirement,
            DeclarationKind::Constraint => DeclaredKind::Constraint,
            DeclarationKind::Lock => DeclaredKind::Lock,
        },
        group: declared.group.to_string(),
        file: declared.file.clone(),
        line: declared.line,
    }
}
