//! Applies the steps of one file.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Id, IdVec};
use crate::plan::{AddedImport, Callee, FileChange, Step};
use crate::rewrite::add_import::{add_imports, import_beside};
use crate::rewrite::async_blocks::{async_fors, async_withs};
use crate::rewrite::await_call::{await_call, change_callee};
use crate::rewrite::convert::{convert, decorate, end_iteration, reannotate, redecorate};
use crate::rewrite::delegate::delegate;
use crate::rewrite::edits::Edits;
use crate::rewrite::extend_import::Extensions;
use crate::rewrite::interpolation::check_interpolations;
use crate::rewrite::list_export::list_export;
use crate::rewrite::locate::{Nodes, locate};
use crate::rewrite::offload::offload;
use crate::rewrite::refusal::Refusal;
use crate::rewrite::remove_import::remove_imports;
use crate::rewrite::reshape::reshape;
use crate::rewrite::source::Source;
use crate::rewrite::substitute::substitute;
use crate::rewrite::verify::{Expected, verify};
use crate::rewrite::wrapper::twin_place;
use crate::semantic::ModuleFacts;
use crate::syntax::{Parsed, parse};
use crate::text::TextRange;

/// What a rewrite must respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewriteOptions {
    /// The oldest Python that must run the result.
    pub target_version: (u8, u8),
}

/// Applies `change` to `text`, whose facts are `facts`, and verifies the result.
///
/// ```text
/// def f():                async def async_f():
///     return g().x            return (await async_g()).x
///
///
///                         f = sync(async_f)
/// ```
pub fn rewrite(
    text: &str,
    facts: &ModuleFacts,
    change: &FileChange,
    options: &RewriteOptions,
) -> Result<String, Refusal> {
    let parsed = parse(text);
    if let Some(error) = parsed.errors().first() {
        return Err(Refusal::SyntaxErrorInSource { range: error.range, message: error.message.clone() });
    }
    let nodes = locate(&parsed);
    let edits = edits_of(&parsed, text, &nodes, facts, change, *options)?;
    check_interpolations(&edits, &nodes, options.target_version)?;
    let is_doubled = edits.has_twins();
    let edits = edits.finish(text)?;
    if edits.is_empty() {
        return Ok(text.to_owned());
    }
    let result = edits.apply(text);
    let names = async_names(facts, change);
    verify(&parsed, text, &result, &Expected { target_version: options.target_version, names, is_doubled })?;
    // A patch of these edits can be taken back, and what no edit touches is as it was.
    if edits.inverse(text)?.apply(&result) != text {
        return Err(Refusal::NotReversible);
    }
    Ok(result)
}

/// The names under which functions become async that had other ones before.
fn async_names<'a>(facts: &ModuleFacts, change: &'a FileChange) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for step in &change.steps {
        match step {
            Step::Convert { function, new_name, .. } => {
                let old = facts.functions.get(*function).map(|function| facts.name(function.name));
                names.extend(Some(new_name.as_str()).filter(|&name| Some(name) != old));
            }
            Step::Await { callee: Callee::Renamed(name), .. } => {
                names.insert(name);
            }
            _ => {}
        }
    }
    names
}

fn edits_of(
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    facts: &ModuleFacts,
    change: &FileChange,
    options: RewriteOptions,
) -> Result<Edits, Refusal> {
    let mut edits = Edits::default();
    let mut extensions = Extensions::default();
    let (mut withs, mut loops, mut removed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut beside_imports: BTreeMap<TextRange, Vec<&AddedImport>> = BTreeMap::new();
    let mut done = BTreeMap::new();
    let mut delegations: BTreeMap<TextRange, (&str, bool)> = BTreeMap::new();
    for step in &change.steps {
        let is_repeated = is_repeated(&mut done, facts, step)?;
        if is_repeated {
            continue;
        }
        match step {
            Step::Convert { function, new_name, wrapper, is_twin, guard } => {
                let function = nodes.function(find(&facts.functions, *function)?.name_range)?;
                if *is_twin {
                    edits.twin(twin_place(parsed, text, function));
                }
                convert(&mut edits, parsed, text, function, new_name, wrapper.as_deref())?;
                if let Some(guard) = guard {
                    decorate(&mut edits, text, function, guard);
                }
            }
            Step::Await { site, callee } => {
                let range = find(&facts.sites, *site)?.range;
                check_decorator(nodes, range, options)?;
                await_call(&mut edits, parsed, text, nodes, nodes.call(range)?, callee)?;
            }
            Step::Call { site, callee } => {
                let range = find(&facts.sites, *site)?.range;
                change_callee(&mut edits, nodes.call(range)?, callee)?;
            }
            Step::Rename { function, new_name } => {
                edits.replace(find(&facts.functions, *function)?.name_range, new_name);
            }
            Step::Redecorate { decorator, name, .. } => {
                let range = *find(&facts.value_ranges, *decorator)?;
                redecorate(&mut edits, nodes.decorator(range)?, name)?;
            }
            Step::ListExport { function, new_name } => {
                let old = facts.name(find(&facts.functions, *function)?.name);
                list_export(&mut edits, parsed, text, old, new_name);
            }
            Step::Reannotate { value, name, cut, .. } => {
                let range = *find(&facts.value_ranges, *value)?;
                let ends = match cut {
                    Some((last, gone)) => Some((
                        find(&facts.value_ranges, *last)?.end(),
                        find(&facts.value_ranges, *gone)?.end(),
                    )),
                    None => None,
                };
                reannotate(&mut edits, text, range, name, ends)?;
            }
            Step::EndIteration { function } => {
                let function = nodes.function(find(&facts.functions, *function)?.name_range)?;
                end_iteration(&mut edits, function);
            }
            Step::Delegate { site, item, is_async } => {
                let asked =
                    delegations.entry(find(&facts.sites, *site)?.range).or_insert((item.as_str(), false));
                asked.1 |= is_async;
            }
            Step::Offload { site, via } => {
                let range = find(&facts.sites, *site)?.range;
                check_decorator(nodes, range, options)?;
                offload(&mut edits, parsed, text, nodes, nodes.call(range)?, via);
            }
            Step::AsyncWith { site } => {
                withs.insert(find(&facts.sites, *site)?.range);
            }
            Step::AsyncFor { site } => {
                loops.insert(find(&facts.sites, *site)?.range);
            }
            Step::Collect { .. }
            | Step::CloseLoop { .. }
            | Step::Unroll { .. }
            | Step::Unthread { .. }
            | Step::Hoist { .. }
            | Step::LetCancelThrough { .. }
            | Step::AwaitInstead { .. } => {
                reshape(&mut edits, &Source { parsed, text, nodes, facts }, step)?;
            }
            Step::Substitute { value, with, .. } => {
                substitute(&mut edits, parsed, text, nodes, facts, *value, with)?;
            }
            Step::Import { beside, added } => {
                beside_imports.entry(find(&facts.imports, *beside)?.range).or_default().push(added);
            }
            Step::RemoveImport { import } => {
                removed.insert(find(&facts.imports, *import)?.range);
            }
            Step::ExtendImport { import, name, alias } => {
                let (statement, position) = nodes.alias(find(&facts.imports, *import)?.range)?;
                extensions.ask(statement, position, name, alias.as_deref())?;
            }
        }
    }
    for (range, (item, is_async)) in delegations {
        delegate(&mut edits, parsed, text, nodes.delegation(range)?, item, is_async)?;
    }
    import_beside(&mut edits, parsed, text, &beside_imports);
    remove_imports(&mut edits, parsed, text, &removed);
    async_withs(&mut edits, nodes, &withs)?;
    async_fors(&mut edits, text, nodes, &loops)?;
    add_imports(&mut edits, &mut extensions, parsed, text, &change.imports)?;
    extensions.write(&mut edits, parsed, text);
    Ok(edits)
}

/// Whether the same was asked before; two different steps for one call or function contradict each other.
///
/// Different sites can stand for one call: the target of `x[f()] += 1` is read and written.
fn is_repeated<'a>(
    done: &mut BTreeMap<TextRange, &'a Step>,
    facts: &ModuleFacts,
    step: &'a Step,
) -> Result<bool, Refusal> {
    let range = match step {
        Step::Convert { function, .. } | Step::Rename { function, .. } => {
            find(&facts.functions, *function)?.name_range
        }
        Step::Await { site, .. }
        | Step::Offload { site, .. }
        | Step::Call { site, .. }
        | Step::Unroll { site, .. }
        | Step::Unthread { site, .. }
        | Step::AwaitInstead { site } => find(&facts.sites, *site)?.range,
        Step::Substitute { value, .. } => *find(&facts.value_ranges, *value)?,
        Step::RemoveImport { .. }
        | Step::Import { .. }
        | Step::AsyncWith { .. }
        | Step::AsyncFor { .. }
        | Step::ExtendImport { .. }
        | Step::Redecorate { .. }
        | Step::Reannotate { .. }
        | Step::ListExport { .. }
        | Step::EndIteration { .. }
        | Step::Collect { .. }
        | Step::CloseLoop { .. }
        | Step::Hoist { .. }
        | Step::LetCancelThrough { .. }
        | Step::Delegate { .. } => return Ok(false),
    };
    let Some(earlier) = done.insert(range, step) else { return Ok(false) };
    let is_same = match (earlier, step) {
        (Step::Await { callee: first, .. }, Step::Await { callee: second, .. }) => first == second,
        (Step::Call { callee: first, .. }, Step::Call { callee: second, .. }) => first == second,
        (Step::Offload { via: first, .. }, Step::Offload { via: second, .. }) => first == second,
        (Step::Substitute { with: first, .. }, Step::Substitute { with: second, .. }) => first == second,
        (first, second) => first == second,
    };
    if is_same { Ok(true) } else { Err(Refusal::Contradiction { range }) }
}

fn find<I: Id, T>(table: &IdVec<I, T>, id: I) -> Result<&T, Refusal> {
    table.get(id).ok_or(Refusal::UnknownId)
}

/// Before PEP 614 a decorator was a dotted name, perhaps called.
fn check_decorator(nodes: &Nodes<'_>, range: TextRange, options: RewriteOptions) -> Result<(), Refusal> {
    if nodes.is_decorator(range) && options.target_version < (3, 9) {
        return Err(Refusal::AwaitInDecorator { range });
    }
    Ok(())
}
