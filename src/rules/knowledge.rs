//! All rules together, and the questions other floors ask of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::rules::check::CheckRule;
use crate::rules::class::{ClassRule, Member, Protocol, ProtocolRule};
use crate::rules::function::FunctionRule;
use crate::rules::library::{DecoratorRule, EntryRule, ExceptionRule, Library, VariableRule};
use crate::rules::table::Table;

/// Every rule that is loaded; it does not change afterwards.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// In order of first appearance.
    pub(crate) libraries: Vec<Library>,
    /// Dotted module name to its library.
    pub(crate) modules: FxHashMap<Box<str>, u32>,
    /// First parts of `modules`.
    pub(crate) roots: BTreeSet<Box<str>>,
    pub(crate) functions: Table<FunctionRule>,
    pub(crate) classes: Table<ClassRule>,
    pub(crate) decorators: Table<DecoratorRule>,
    pub(crate) exceptions: Table<ExceptionRule>,
    pub(crate) entries: Table<EntryRule>,
    pub(crate) variables: Table<VariableRule>,
    /// Sorted by code.
    pub(crate) checks: Vec<CheckRule>,
    /// Stands for the files that were laid over the embedded ones.
    pub(crate) added: u64,
}

/// The ends of a constructor's dotted names.
const CONSTRUCTORS: [&str; 2] = [".__init__", ".__new__"];

impl Knowledge {
    /// A number that stands for the files that lie over the embedded ones; 0 for none.
    pub fn added(&self) -> u64 {
        self.added
    }

    /// The function, method or constructor with this dotted name or alias. A method is found under its
    /// class's name and under the names of classes that inherit it.
    pub fn function(&self, qualified: &str) -> Option<&FunctionRule> {
        if let Some(function) = self.functions.get(qualified) {
            return Some(function);
        }
        if let Some(class) = self.classes.get(qualified) {
            return Some(&class.constructor);
        }
        let (class, name) = qualified.rsplit_once('.')?;
        match self.member(class, name)? {
            Member::Method(method) => Some(method),
            Member::Attribute(_) => None,
        }
    }

    /// The name under which a library offers what has this name or alias: that of its rule, and for an inherited method
    /// that of the class it was found in.
    pub fn public_name<'a>(&'a self, qualified: &'a str) -> Cow<'a, str> {
        if let Some(function) = self.functions.get(qualified) {
            return Cow::Borrowed(&function.name);
        }
        if let Some(class) = self.classes.get(qualified) {
            return Cow::Borrowed(&class.name);
        }
        let owner = qualified.rsplit_once('.').and_then(|(class, name)| Some((self.class(class)?, name)));
        match owner {
            Some((class, name)) => Cow::Owned(format!("{}.{name}", class.name)),
            None => Cow::Borrowed(qualified),
        }
    }

    /// Whether a rule says what a call of this name is: a function, a class, a decorator, a method. The
    /// constructor of a class that has rules is one of them, also by its special names.
    pub fn describes(&self, qualified: &str) -> bool {
        self.function(qualified).is_some()
            || self.decorator(qualified).is_some()
            || CONSTRUCTORS
                .iter()
                .any(|name| qualified.strip_suffix(name).is_some_and(|class| self.class(class).is_some()))
    }

    /// The class with this dotted name or alias.
    pub fn class(&self, qualified: &str) -> Option<&ClassRule> {
        self.classes.get(qualified)
    }

    /// The decorator with this dotted name or alias.
    pub fn decorator(&self, qualified: &str) -> Option<&DecoratorRule> {
        self.decorators.get(qualified)
    }

    /// The exception with this dotted name or alias.
    pub fn exception(&self, qualified: &str) -> Option<&ExceptionRule> {
        self.exceptions.get(qualified)
    }

    /// The entry point with this dotted name or alias.
    pub fn entry(&self, qualified: &str) -> Option<&EntryRule> {
        self.entries.get(qualified)
    }

    /// The entry point that a method of this name is in a class, or in the first of its bases for which a rule says so.
    pub fn inherited_entry(&self, class: &str, name: &str) -> Option<&EntryRule> {
        let of = |class: &str| self.entries.get(&format!("{class}.{name}"));
        of(class).or_else(|| self.linearize(class).find_map(|class| of(&class.name)))
    }

    /// The module-level variable with this dotted name or alias.
    pub fn variable(&self, qualified: &str) -> Option<&VariableRule> {
        self.variables.get(qualified)
    }

    /// A member of a class, its own or that of the first base that has it; else what stands for every method.
    pub fn member(&self, class: &str, name: &str) -> Option<Member<'_>> {
        let described = self.linearize(class).find_map(|class| class.own_member(name));
        // A library that makes methods while it runs makes none that Python itself calls, and no private ones.
        let is_made = || !name.starts_with('_');
        described.or_else(|| {
            let any = self.linearize(class).find_map(|class| class.any_method.as_deref());
            any.filter(|_| is_made()).map(Member::Method)
        })
    }

    /// The class whose name stands before that of a member: the class itself, also for what it inherits. A class that
    /// stands in for one of its bases, and says nothing of its own about the member, leaves it to the base.
    pub fn member_class<'a>(&'a self, class: &'a str, name: &str) -> &'a str {
        let is_told =
            |rule: &&ClassRule| !rule.is_stand_in || rule.own_member(name).is_some() || rule.mirror.is_some();
        self.linearize(class).find(is_told).map_or(class, |rule| &rule.name)
    }

    /// How instances of a class, or of the first base that says so, behave in a statement.
    pub fn protocol(&self, class: &str, protocol: Protocol) -> Option<&ProtocolRule> {
        self.linearize(class).find_map(|class| class.own_protocol(protocol))
    }

    /// Whether a module belongs to some library, or holds a package that does.
    pub fn knows_module(&self, module: &str) -> bool {
        self.roots.contains(module) || self.owner(module).is_some()
    }

    /// The library that a dotted name belongs to, by the longest module that leads to it.
    pub fn owner(&self, qualified: &str) -> Option<&Library> {
        let mut prefix = qualified;
        loop {
            if let Some(index) = self.modules.get(prefix) {
                return Some(&self.libraries[*index as usize]);
            }
            (prefix, _) = prefix.rsplit_once('.')?;
        }
    }

    /// All libraries, in the order of their files.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// The module-level functions of a library, sorted by name.
    pub fn functions_of(&self, library: &Library) -> Vec<&FunctionRule> {
        let mut found = self.functions.named(|name| self.owns(library, name));
        found.retain(|rule| self.owns(library, &rule.name));
        found.sort_by(|left, right| left.name.cmp(&right.name));
        found
    }

    /// The classes of a library, sorted by name.
    pub fn classes_of(&self, library: &Library) -> Vec<&ClassRule> {
        let mut found = self.classes.named(|name| self.owns(library, name));
        found.retain(|rule| self.owns(library, &rule.name));
        found.sort_by(|left, right| left.name.cmp(&right.name));
        found
    }

    /// The module-level functions with a name or alias below a module, in the order of their files.
    pub fn functions_under(&self, module: &str) -> Vec<&FunctionRule> {
        self.functions.named(|name| is_under(module, name))
    }

    /// The classes with a name or alias below a module, in the order of their files.
    pub fn classes_under(&self, module: &str) -> Vec<&ClassRule> {
        self.classes.named(|name| is_under(module, name))
    }

    /// All module-level functions, in the order of their files.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionRule> {
        self.functions.iter()
    }

    /// All classes, in the order of their files.
    pub fn classes(&self) -> impl Iterator<Item = &ClassRule> {
        self.classes.iter()
    }

    /// All decorators, in the order of their files.
    pub fn decorators(&self) -> impl Iterator<Item = &DecoratorRule> {
        self.decorators.iter()
    }

    /// Names and aliases of all functions, classes and decorators.
    pub fn callable_names(&self) -> Vec<&str> {
        [self.functions.names(), self.classes.names(), self.decorators.names()].concat()
    }

    /// Names and aliases of all module-level variables.
    pub fn variable_names(&self) -> Vec<&str> {
        self.variables.names()
    }

    /// All checks, sorted by code.
    pub fn checks(&self) -> &[CheckRule] {
        &self.checks
    }

    /// The check with this code or name.
    pub fn check(&self, code_or_name: &str) -> Option<&CheckRule> {
        self.checks.iter().find(|check| *check.code == *code_or_name || *check.name == *code_or_name)
    }

    fn owns(&self, library: &Library, qualified: &str) -> bool {
        // Most names begin like no module of the library, which is quickly seen.
        library.modules.iter().any(|module| qualified.starts_with(&**module))
            && self.owner(qualified).is_some_and(|owner| owner.name == library.name)
    }

    /// The class and its bases, each once, depth first and from left to right.
    pub(crate) fn linearize<'a>(&'a self, class: &str) -> impl Iterator<Item = &'a ClassRule> + use<'a> {
        let mut waiting: Vec<&ClassRule> = self.classes.get(class).into_iter().collect();
        let mut seen: Vec<&str> = Vec::new();
        std::iter::from_fn(move || {
            loop {
                let class = waiting.pop()?;
                if seen.contains(&&*class.name) {
                    continue;
                }
                seen.push(&class.name);
                waiting.extend(class.bases.iter().rev().filter_map(|base| self.classes.get(base)));
                return Some(class);
            }
        })
    }
}

fn is_under(module: &str, name: &str) -> bool {
    name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
}
