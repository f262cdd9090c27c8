//! One move of the whole program from one library to another.

use rustc_hash::FxHashMap;

use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::replace::groups::{Groups, Holder};
use crate::plan::replace::imports::{Spelling, spell};
use crate::plan::replace::template::needs_async;
use crate::plan::replace::values::{Owned, Values, values_of};
use crate::plan::step::NewArgument;
use crate::plan::verdict::KeepReason;
use crate::rules::{ClassChange, Library, Migration};
use crate::semantic::{ComprehensionKind, FunctionId, SiteId, Value, ValueId};

/// A change of one expression or statement.
#[derive(Clone, Debug)]
pub(super) struct Edit<'a> {
    pub(super) holder: Holder,
    pub(super) module: ModuleId,
    pub(super) value: ValueId,
    pub(super) kind: EditKind<'a>,
}

/// What changes.
#[derive(Clone, Debug)]
pub(super) enum EditKind<'a> {
    /// A call, an attribute or a name, with the arguments as they become.
    Template { text: &'a str, arguments: Vec<NewArgument>, added: Vec<String> },
    /// Something is written around it.
    Around(&'a str),
    /// `with` becomes `async with`.
    With(SiteId),
    /// `for` becomes `async for`.
    For(SiteId),
    /// A class is named where its objects are told from others; of exceptions there may be several.
    Class { names: &'a [Box<str>], is_listed: bool, is_annotation: bool },
}

/// One move.
pub(super) struct Mover<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) library: &'a Library,
    pub(super) migration: &'a Migration,
    pub(super) values: Values,
    pub(super) groups: Groups,
    pub(super) edits: Vec<Edit<'a>>,
    /// Functions that must be coroutine functions, with what asks for that.
    pub(super) needs: Vec<(Holder, ProgramFunctionId)>,
    /// Functions that the library calls.
    pub(super) registered: Vec<(Holder, ProgramFunctionId)>,
    /// Calls that other plans must leave alone.
    pub(super) sites: Vec<(Holder, ModuleId, SiteId)>,
    /// Uses of the library that stay whatever happens.
    pub(super) stays: bool,
    pub(super) reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
}

impl<'a> Mover<'a> {
    pub(super) fn new(
        ctx: &'a Context<'a>,
        library: &'a Library,
        migration: &'a Migration,
        reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
    ) -> Self {
        Self {
            ctx,
            library,
            migration,
            values: values_of(ctx, library),
            groups: Groups::default(),
            edits: Vec::new(),
            needs: Vec::new(),
            registered: Vec::new(),
            sites: Vec::new(),
            stays: false,
            reasons,
        }
    }

    pub(super) fn leaving(&self) -> &'a [Box<str>] {
        if self.migration.whole { &self.library.modules } else { &[] }
    }

    /// What is known of a value as an object that the move is about.
    pub(super) fn object(&self, module: ModuleId, value: ValueId) -> Option<(&'a ClassChange, &Owned)> {
        let owned = self.values.get(&(module, value)).filter(|owned| owned.is_object)?;
        self.migration.class(&owned.name).map(|class| (class, owned))
    }

    /// Whether a value is an object whose way through the program counts; exceptions come from everywhere.
    pub(super) fn is_tracked(&self, module: ModuleId, value: ValueId) -> bool {
        self.object(module, value).is_some_and(|(class, _)| !class.exception)
    }

    /// Whether code of a module may change.
    pub(super) fn is_editable(&self, module: ModuleId) -> bool {
        let request = self.ctx.request;
        (request.is_selected)(module)
            && !request.refused.contains(&module)
            && self.ctx.program.facts(module).problems.is_empty()
            && !self.ctx.program.modules[module].is_test
    }

    /// Adds an edit; what cannot be edited is refused.
    pub(super) fn edit(&mut self, edit: Edit<'a>) {
        let template = match &edit.kind {
            EditKind::Template { text, .. } | EditKind::Around(text) => *text,
            EditKind::With(_) | EditKind::For(_) => "async ",
            EditKind::Class { .. } => "",
        };
        let spelling = Spelling { module: edit.module, is_name: false };
        let may_spell = spell(self.ctx, self.migration, self.leaving(), spelling, template).is_some();
        if !self.is_editable(edit.module) || !may_spell {
            self.groups.refuse(edit.holder.clone());
        }
        if needs_async(template) {
            let function = self.function_at(edit.module, edit.value);
            let id = self.ctx.program.function(edit.module, function);
            if self.is_in_lazy_code(edit.module, edit.value) {
                self.groups.refuse(edit.holder.clone());
            }
            self.needs.push((edit.holder.clone(), id));
        }
        self.edits.push(edit);
    }

    /// The function whose code makes a value.
    pub(super) fn function_at(&self, module: ModuleId, value: ValueId) -> FunctionId {
        let facts = self.ctx.program.facts(module);
        let mut around = facts
            .functions
            .iter_enumerated()
            .rev()
            .filter(|(_, item)| item.first_value <= value && value < item.end_value);
        around.next().map_or(facts.module_function(), |(id, _)| id)
    }

    /// Whether a value is made in a generator expression, in a nested comprehension or in the body of a class.
    fn is_in_lazy_code(&self, module: ModuleId, value: ValueId) -> bool {
        let facts = self.ctx.program.facts(module);
        let range = facts.value_ranges[value];
        let function = self.function_at(module, value);
        let mut around = 0;
        for (id, other) in facts.values.iter_enumerated() {
            let Value::Comprehension { kind, .. } = other else { continue };
            if facts.value_ranges[id].contains_range(range) && self.function_at(module, id) == function {
                around += if *kind == ComprehensionKind::Generator { 2 } else { 1 };
            }
        }
        let is_in_class =
            facts.classes.iter().any(|class| class.function == function && class.range.contains_range(range));
        around > 1 || is_in_class
    }
}
