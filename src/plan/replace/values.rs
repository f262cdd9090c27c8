//! The values of a library's classes and functions in the program.

use rustc_hash::FxHashMap;

use crate::link::ModuleId;
use crate::plan::context::Context;
use crate::rules::Library;
use crate::semantic::ValueId;

/// A value of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    /// The name under which the library offers it, or the class whose object it is.
    pub(super) name: Box<str>,
    /// Whether it is an object of that class.
    pub(super) is_object: bool,
    /// Whether it can be nothing else.
    pub(super) is_sole: bool,
}

/// Values of one library by module and value.
pub(super) type Values = FxHashMap<(ModuleId, ValueId), Owned>;

/// All values of a library, under its public names.
pub(super) fn values_of(ctx: &Context<'_>, library: &Library) -> Values {
    let knowledge = ctx.request.knowledge;
    let mut values: Values = FxHashMap::default();
    for item in ctx.request.library_values {
        if knowledge.owner(&item.name).is_none_or(|owner| owner.name != library.name) {
            continue;
        }
        let name: Box<str> = match knowledge.exception(&item.name) {
            Some(exception) => exception.name.clone(),
            None => knowledge.public_name(&item.name).into_owned().into(),
        };
        values
            .entry((item.module, item.value))
            .and_modify(|known| known.is_sole &= known.name == name)
            .or_insert(Owned { name, is_object: item.is_object, is_sole: item.is_sole });
    }
    values
}
