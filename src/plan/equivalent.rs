//! The async call that stands in place of a blocking one, where the catalogue has one that means the same.

use crate::base::{Version, normalized};
use crate::plan::context::Context;
use crate::plan::step::Callee;
use crate::rules::{Form, FunctionRule, Offload, Rewrite, Safety};
use crate::semantic::{Argument, ArgumentKind, ModuleFacts, SiteId};

/// In `accept`: every keyword means the same.
const ANY: &str = "*";

/// What becomes of the callee of a call that is awaited instead, and what that needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(super) callee: Callee,
    /// The module that has to be imported, if any.
    pub(super) module: Option<String>,
}

/// The drop-in equivalent, when this call's arguments can be mapped and no test replaces the name.
pub(super) fn drop_in(
    ctx: &Context<'_>,
    facts: &ModuleFacts,
    site: SiteId,
    rule: &FunctionRule,
) -> Option<Replacement> {
    let rewrite = rule.rewrite.as_deref()?;
    let is_new_enough = match (rewrite.min_python, ctx.request.settings.target_version) {
        (Some(least), Some(target)) => target >= least,
        _ => true,
    };
    // Outside of coroutines a wrapper's loop would run it, and with it the thread would change after all.
    let is_bound = matches!(rule.offload, Offload::Never(_));
    let function = facts.sites[site].place.function;
    if is_bound && !facts.functions[function].traits.is_async {
        return None;
    }
    let (owner, last) = rule.name.rsplit_once('.').unwrap_or(("", &rule.name));
    if rewrite.form != Form::Await
        || rewrite.safety != Safety::DropIn
        || !is_new_enough
        || !has_version(ctx, &rule.name, rewrite)
        || ctx.is_patched(last)
    {
        return None;
    }
    let (target_owner, name) = rewrite.target.rsplit_once('.')?;
    let knowledge = ctx.request.knowledge;
    let is_method = knowledge.class(owner).is_some();
    let stays_on_receiver =
        is_method && knowledge.class(target_owner).is_some_and(|class| *class.name == *owner);
    // A method of another class needs an instance of that class.
    if !stays_on_receiver && (is_method || knowledge.class(target_owner).is_some()) {
        return None;
    }
    let (_, arguments) = facts.call(site)?;
    if !are_mapped(facts, arguments, rewrite, stays_on_receiver) {
        return None;
    }
    let keywords = rewrite.rename.iter().map(|(from, to)| (from.to_string(), to.to_string())).collect();
    Some(if stays_on_receiver {
        Replacement { callee: Callee::Twin { name: name.to_owned(), keywords }, module: None }
    } else {
        let spelling = rewrite.target.to_string();
        Replacement { callee: Callee::Replaced { spelling, keywords }, module: Some(target_owner.to_owned()) }
    })
}

/// Whether the project only works with versions of the library that have the equivalent.
fn has_version(ctx: &Context<'_>, name: &str, rewrite: &Rewrite) -> bool {
    let Some(needed) = rewrite.min_version.as_deref().and_then(Version::parse) else { return true };
    let knowledge = ctx.request.knowledge;
    let library = match &rewrite.library {
        Some(library) => knowledge.library(library),
        None => knowledge.owner(name),
    };
    let mut distributions = library.into_iter().flat_map(|library| &library.distributions);
    distributions.any(|distribution| {
        let known = ctx.request.versions.get(&normalized(distribution));
        known.is_some_and(|known| *known >= needed)
    })
}

/// Whether every argument of a call means something to the equivalent.
fn are_mapped(facts: &ModuleFacts, arguments: &[Argument], rewrite: &Rewrite, is_same_class: bool) -> bool {
    let is_known = |name: &str| {
        let is_listed = rewrite.rename.iter().any(|(from, _)| **from == *name)
            || rewrite.accept.iter().any(|word| **word == *name || &**word == ANY);
        // The twin in one class takes what the other takes, but for what is said of it.
        is_listed || (is_same_class && !rewrite.drop.iter().any(|word| **word == *name))
    };
    let is_mapped = arguments.iter().all(|argument| match argument.kind {
        ArgumentKind::Positional => true,
        ArgumentKind::Starred | ArgumentKind::DoubleStarred => is_same_class && rewrite.drop.is_empty(),
        ArgumentKind::Keyword(name) => is_known(facts.name(name)),
    });
    let positional = arguments.iter().filter(|argument| argument.kind == ArgumentKind::Positional).count();
    let fits = rewrite.positional.is_none_or(|most| positional <= usize::from(most));
    is_mapped && fits && rewrite.add.is_empty()
}
