//! All modules of a run, and dense ids for all their functions and classes.

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::{Id, IdVec};
use crate::link::ids::{ModuleId, ProgramClassId, ProgramFunctionId};
use crate::link::names::GlobalNames;
use crate::link::offsets::Offsets;
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
    layout: Layout,
    described: Described,
}

/// Third-party code that counts as foreign, under the name that it is known by.
#[derive(Debug, Default)]
struct Described {
    functions: FxHashMap<ProgramFunctionId, Box<str>>,
    classes: FxHashMap<ProgramClassId, Box<str>>,
    globals: FxHashMap<(ModuleId, BindingId), Box<str>>,
}

/// Where the items of each kind start.
#[derive(Debug)]
struct Layout {
    functions: Offsets,
    classes: Offsets,
    values: Offsets,
    definitions: Offsets,
    bindings: Offsets,
    sites: Offsets,
    stores: Offsets,
}

/// Joins modules. Of two that claim one name, the caller must have renamed one.
pub fn link(mut inputs: Vec<ModuleInput>) -> Program {
    // The helper that a conversion adds is the tool's own; what it does is known.
    inputs.retain(|input| input.name.rsplit('.').next() != Some(well_known::RUNTIME_MODULE));
    inputs.sort_by(|left, right| left.name.cmp(&right.name).then(left.file.cmp(&right.file)));
    let names = GlobalNames::new(inputs.iter().map(|input| &input.facts));
    let mut by_name = FxHashMap::default();
    for (index, input) in inputs.iter().enumerate() {
        by_name.entry(input.name.as_str().into()).or_insert(ModuleId::from_index(index));
    }
    let modules: Vec<Module> = inputs
        .into_par_iter()
        .enumerate()
        .map(|(index, input)| Module::new(input, ModuleId::from_index(index), &names))
        .collect();
    let modules = IdVec::from(modules);
    let layout = Layout {
        functions: offsets(&modules, |facts| facts.functions.len()),
        classes: offsets(&modules, |facts| facts.classes.len()),
        values: offsets(&modules, |facts| facts.values.len()),
        definitions: offsets(&modules, |facts| facts.definitions.len()),
        bindings: offsets(&modules, |facts| facts.bindings.len()),
        sites: offsets(&modules, |facts| facts.sites.len()),
        stores: offsets(&modules, |facts| facts.stores.len()),
    };
    Program { modules, names, by_name, layout, described: Described::default() }
}

fn offsets(modules: &IdVec<ModuleId, Module>, len: impl Fn(&ModuleFacts) -> usize) -> Offsets {
    Offsets::new(modules.iter().map(|module| len(&module.facts)))
}

impl Module {
    fn new(input: ModuleInput, id: ModuleId, names: &GlobalNames) -> Self {
        let facts = input.facts;
        // The bindings of the module's own scope come first.
        let own = facts.bindings.iter().take_while(|binding| Program::is_module_scope(binding.scope)).count();
        let mut globals = FxHashMap::with_capacity_and_hasher(own, FxBuildHasher);
        for (binding, item) in facts.bindings.iter_enumerated() {
            if Program::is_module_scope(item.scope) {
                globals.insert(names.symbol(id, item.name), binding);
            }
        }
        Self {
            name: input.name.into(),
            is_package: input.is_package,
            is_test: input.is_test,
            is_third_party: input.is_third_party,
            file: input.file,
            facts,
            globals,
        }
    }
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
        ProgramFunctionId::from_index(self.layout.functions.start(module.index()) + function.index())
    }

    /// The module and file-local id of a function.
    pub fn locate_function(&self, function: ProgramFunctionId) -> (ModuleId, FunctionId) {
        let (module, local) = locate(&self.layout.functions, function.index());
        (module, FunctionId::from_index(local))
    }

    /// The program-wide id of a class.
    pub fn class(&self, module: ModuleId, class: ClassId) -> ProgramClassId {
        ProgramClassId::from_index(self.layout.classes.start(module.index()) + class.index())
    }

    /// The module and file-local id of a class.
    pub fn locate_class(&self, class: ProgramClassId) -> (ModuleId, ClassId) {
        let (module, local) = locate(&self.layout.classes, class.index());
        (module, ClassId::from_index(local))
    }

    /// Position of a value among all values of the program.
    pub fn value_index(&self, module: ModuleId, value: ValueId) -> usize {
        self.layout.values.start(module.index()) + value.index()
    }

    /// The value at a position among all values of the program.
    pub fn locate_value(&self, index: usize) -> (ModuleId, ValueId) {
        let (module, local) = locate(&self.layout.values, index);
        (module, ValueId::from_index(local))
    }

    /// Position of a version of a name among all of the program.
    pub fn definition_index(&self, module: ModuleId, definition: DefinitionId) -> usize {
        self.layout.definitions.start(module.index()) + definition.index()
    }

    /// Position of a binding among all of the program.
    pub fn binding_index(&self, module: ModuleId, binding: BindingId) -> usize {
        self.layout.bindings.start(module.index()) + binding.index()
    }

    /// Position of a site among all of the program.
    pub fn site_index(&self, module: ModuleId, site: SiteId) -> usize {
        self.layout.sites.start(module.index()) + site.index()
    }

    /// The site at a position among all of the program.
    pub fn locate_site(&self, index: usize) -> (ModuleId, SiteId) {
        let (module, local) = locate(&self.layout.sites, index);
        (module, SiteId::from_index(local))
    }

    /// Position of a store, by its index in its module, among all of the program.
    pub fn store_index(&self, module: ModuleId, store: usize) -> usize {
        self.layout.stores.start(module.index()) + store
    }

    /// The module of a store, and its index there.
    pub fn locate_store(&self, index: usize) -> (ModuleId, usize) {
        locate(&self.layout.stores, index)
    }

    /// How many functions there are, module bodies included.
    pub fn function_count(&self) -> usize {
        self.layout.functions.total()
    }

    /// How many classes there are.
    pub fn class_count(&self) -> usize {
        self.layout.classes.total()
    }

    /// How many values there are.
    pub fn value_count(&self) -> usize {
        self.layout.values.total()
    }

    /// How many versions of names there are.
    pub fn definition_count(&self) -> usize {
        self.layout.definitions.total()
    }

    /// How many bindings there are.
    pub fn binding_count(&self) -> usize {
        self.layout.bindings.total()
    }

    /// How many sites there are.
    pub fn site_count(&self) -> usize {
        self.layout.sites.total()
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
}

fn locate(offsets: &Offsets, position: usize) -> (ModuleId, usize) {
    let (module, local) = offsets.locate(position);
    (ModuleId::from_index(module), local)
}

fn dotted(module: &str, inside: &str) -> String {
    if inside.is_empty() { module.to_owned() } else { format!("{module}.{inside}") }
}
