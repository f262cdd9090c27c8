//! All modules of a run, and dense ids for all their functions and classes.

use rustc_hash::FxHashMap;

use crate::base::{Id, IdVec};
use crate::link::ids::{ModuleId, ProgramClassId, ProgramFunctionId};
use crate::link::names::GlobalNames;
use crate::semantic::{
    BindingId, ClassId, DefinitionId, FunctionId, ModuleFacts, ScopeId, SiteId, ValueId, well_known,
};

/// What one file contributes.
pub struct ModuleInput {
    /// Its dotted name, unique in the program; a package has its own, without `__init__`.
    pub name: String,
    /// Whether it is a package (`__init__.py`).
    pub is_package: bool,
    /// Whether it holds tests, which call the program but are not part of it.
    pub is_test: bool,
    /// Whether it is installed code that the project imports, and no part of the project.
    pub is_third_party: bool,
    /// The caller's number for the file.
    pub file: u32,
    /// Its facts.
    pub facts: ModuleFacts,
}

/// A module with the offsets that make its ids dense over the program.
#[derive(Debug)]
pub struct Module {
    /// Its dotted name.
    pub name: Box<str>,
    /// Whether it is a package.
    pub is_package: bool,
    /// Whether it holds tests.
    pub is_test: bool,
    /// Whether it is installed code that the project imports, and no part of the project.
    pub is_third_party: bool,
    /// The caller's number for the file.
    pub file: u32,
    /// Its facts.
    pub facts: ModuleFacts,
    first_function: u32,
    first_class: u32,
    first_value: u32,
    first_definition: u32,
    first_binding: u32,
    first_site: u32,
    first_store: u32,
    /// The module scope's bindings by program-wide name.
    globals: FxHashMap<crate::base::Symbol, BindingId>,
}

/// All modules, linked. Output that depends on it depends only on names and contents, not on the
/// order in which files were given.
#[derive(Debug)]
pub struct Program {
    /// Modules in order of name.
    pub modules: IdVec<ModuleId, Module>,
    /// Names of all modules, interned once for the program.
    pub names: GlobalNames,
    by_name: FxHashMap<Box<str>, ModuleId>,
    totals: Totals,
    described: Described,
}

/// Third-party code that counts as foreign, under the name that it is known by.
#[derive(Debug, Default)]
struct Described {
    functions: FxHashMap<ProgramFunctionId, Box<str>>,
    classes: FxHashMap<ProgramClassId, Box<str>>,
    globals: FxHashMap<(ModuleId, BindingId), Box<str>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    functions: u32,
    classes: u32,
    values: u32,
    definitions: u32,
    bindings: u32,
    sites: u32,
    stores: u32,
}

/// Joins modules. Of two that claim one name, the caller must have renamed one.
pub fn link(mut inputs: Vec<ModuleInput>) -> Program {
    // The helper that a conversion adds is the tool's own; what it does is known.
    inputs.retain(|input| input.name.rsplit('.').next() != Some(well_known::RUNTIME_MODULE));
    inputs.sort_by(|left, right| left.name.cmp(&right.name).then(left.file.cmp(&right.file)));
    let names = GlobalNames::new(inputs.iter().map(|input| &input.facts));
    let mut modules = IdVec::new();
    let mut by_name = FxHashMap::default();
    let mut totals = Totals::default();
    for input in inputs {
        let facts = input.facts;
        let id: ModuleId = modules.next_id();
        let mut globals = FxHashMap::default();
        for (binding, item) in facts.bindings.iter_enumerated() {
            if item.scope.index() == 0 {
                globals.insert(names.symbol(id, item.name), binding);
            }
        }
        let next = Totals {
            functions: totals.functions + len(facts.functions.len()),
            classes: totals.classes + len(facts.classes.len()),
            values: totals.values + len(facts.values.len()),
            definitions: totals.definitions + len(facts.definitions.len()),
            bindings: totals.bindings + len(facts.bindings.len()),
            sites: totals.sites + len(facts.sites.len()),
            stores: totals.stores + len(facts.stores.len()),
        };
        by_name.entry(input.name.as_str().into()).or_insert(id);
        modules.push(Module {
            name: input.name.into(),
            is_package: input.is_package,
            is_test: input.is_test,
            is_third_party: input.is_third_party,
            file: input.file,
            facts,
            first_function: totals.functions,
            first_class: totals.classes,
            first_value: totals.values,
            first_definition: totals.definitions,
            first_binding: totals.bindings,
            first_site: totals.sites,
            first_store: totals.stores,
            globals,
        });
        totals = next;
    }
    Program { modules, names, by_name, totals, described: Described::default() }
}

fn len(len: usize) -> u32 {
    u32::try_from(len).expect("a program has fewer than 2^32 items of a kind")
}

impl Program {
    /// The module of this dotted name.
    pub fn module_named(&self, name: &str) -> Option<ModuleId> {
        self.by_name.get(name).copied()
    }

    /// Whether a module is installed code that the project imports.
    pub fn is_third_party(&self, module: ModuleId) -> bool {
        self.modules[module].is_third_party
    }

    /// Whether a function is installed code that the project imports.
    pub fn is_third_party_function(&self, function: ProgramFunctionId) -> bool {
        self.is_third_party(self.locate_function(function).0)
    }

    /// The name under which a third party's function counts as foreign.
    pub fn described_function(&self, function: ProgramFunctionId) -> Option<&str> {
        self.described.functions.get(&function).map(|name| &**name)
    }

    /// The name under which a third party's class counts as foreign.
    pub fn described_class(&self, class: ProgramClassId) -> Option<&str> {
        self.described.classes.get(&class).map(|name| &**name)
    }

    /// The name under which a third party's global counts as foreign.
    pub fn described_global(&self, module: ModuleId, binding: BindingId) -> Option<&str> {
        self.described.globals.get(&(module, binding)).map(|name| &**name)
    }

    pub(crate) fn describe_function(&mut self, function: ProgramFunctionId, name: &str) {
        self.described.functions.entry(function).or_insert_with(|| name.into());
    }

    pub(crate) fn describe_class(&mut self, class: ProgramClassId, name: &str) {
        self.described.classes.entry(class).or_insert_with(|| name.into());
    }

    pub(crate) fn describe_global(&mut self, module: ModuleId, binding: BindingId, name: &str) {
        self.described.globals.entry((module, binding)).or_insert_with(|| name.into());
    }

    /// The facts of `module`.
    pub fn facts(&self, module: ModuleId) -> &ModuleFacts {
        &self.modules[module].facts
    }

    /// The program-wide id of a function.
    pub fn function(&self, module: ModuleId, function: FunctionId) -> ProgramFunctionId {
        ProgramFunctionId::from_index(self.modules[module].first_function as usize + function.index())
    }

    /// The module and file-local id of a function.
    pub fn locate_function(&self, function: ProgramFunctionId) -> (ModuleId, FunctionId) {
        let (module, local) = self.locate(function.index(), |module| module.first_function);
        (module, FunctionId::from_index(local))
    }

    /// The program-wide id of a class.
    pub fn class(&self, module: ModuleId, class: ClassId) -> ProgramClassId {
        ProgramClassId::from_index(self.modules[module].first_class as usize + class.index())
    }

    /// The module and file-local id of a class.
    pub fn locate_class(&self, class: ProgramClassId) -> (ModuleId, ClassId) {
        let (module, local) = self.locate(class.index(), |module| module.first_class);
        (module, ClassId::from_index(local))
    }

    /// Position of a value among all values of the program.
    pub fn value_index(&self, module: ModuleId, value: ValueId) -> usize {
        self.modules[module].first_value as usize + value.index()
    }

    /// The value at a position among all values of the program.
    pub fn locate_value(&self, index: usize) -> (ModuleId, ValueId) {
        let (module, local) = self.locate(index, |module| module.first_value);
        (module, ValueId::from_index(local))
    }

    /// Position of a version of a name among all of the program.
    pub fn definition_index(&self, module: ModuleId, definition: DefinitionId) -> usize {
        self.modules[module].first_definition as usize + definition.index()
    }

    /// Position of a binding among all of the program.
    pub fn binding_index(&self, module: ModuleId, binding: BindingId) -> usize {
        self.modules[module].first_binding as usize + binding.index()
    }

    /// Position of a site among all of the program.
    pub fn site_index(&self, module: ModuleId, site: SiteId) -> usize {
        self.modules[module].first_site as usize + site.index()
    }

    /// The site at a position among all of the program.
    pub fn locate_site(&self, index: usize) -> (ModuleId, SiteId) {
        let (module, local) = self.locate(index, |module| module.first_site);
        (module, SiteId::from_index(local))
    }

    /// Position of a store, by its index in its module, among all of the program.
    pub fn store_index(&self, module: ModuleId, store: usize) -> usize {
        self.modules[module].first_store as usize + store
    }

    /// The module of a store, and its index there.
    pub fn locate_store(&self, index: usize) -> (ModuleId, usize) {
        self.locate(index, |module| module.first_store)
    }

    /// How many functions there are, module bodies included.
    pub fn function_count(&self) -> usize {
        self.totals.functions as usize
    }

    /// How many classes there are.
    pub fn class_count(&self) -> usize {
        self.totals.classes as usize
    }

    /// How many values there are.
    pub fn value_count(&self) -> usize {
        self.totals.values as usize
    }

    /// How many versions of names there are.
    pub fn definition_count(&self) -> usize {
        self.totals.definitions as usize
    }

    /// How many bindings there are.
    pub fn binding_count(&self) -> usize {
        self.totals.bindings as usize
    }

    /// How many sites there are.
    pub fn site_count(&self) -> usize {
        self.totals.sites as usize
    }

    /// The binding of a global name.
    pub fn global(&self, module: ModuleId, name: crate::base::Symbol) -> Option<BindingId> {
        self.modules[module].globals.get(&name).copied()
    }

    /// The dotted name of a function: `package.module.Class.method`; a module's own for its body.
    pub fn function_name(&self, function: ProgramFunctionId) -> String {
        let (module, local) = self.locate_function(function);
        let module = &self.modules[module];
        dotted(&module.name, &module.facts.qualified_name(local))
    }

    /// The dotted name of a class.
    pub fn class_name(&self, class: ProgramClassId) -> String {
        let (module, local) = self.locate_class(class);
        let module = &self.modules[module];
        dotted(&module.name, &module.facts.qualified_class_name(local))
    }

    /// Whether `scope` is a module's own scope.
    pub fn is_module_scope(scope: ScopeId) -> bool {
        scope.index() == 0
    }

    fn locate(&self, index: usize, first: impl Fn(&Module) -> u32) -> (ModuleId, usize) {
        let at = self.modules.as_slice().partition_point(|module| first(module) as usize <= index);
        let module = ModuleId::from_index(at.saturating_sub(1));
        (module, index - first(&self.modules[module]) as usize)
    }
}

fn dotted(module: &str, inside: &str) -> String {
    if inside.is_empty() { module.to_owned() } else { format!("{module}.{inside}") }
}
