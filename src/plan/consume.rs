//! How the values of a generator expression, or of what a call returns, are used up.

use crate::graph::EdgeKind;
use crate::link::ModuleId;
use crate::plan::context::Context;
use crate::semantic::{
    ArgumentKind, ComprehensionKind, Consumer, SiteId, SiteKind, StatementId, Value, ValueId, ValueUse,
    calls_its_argument, consumer, well_known,
};

/// Who goes through an iterable, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consumption {
    /// A `for` statement.
    For {
        /// The loop.
        site: SiteId,
        /// Its body has a `break` of it, or a `return`.
        leaves_early: bool,
    },
    /// A `for` clause of a comprehension or generator expression.
    Clause {
        /// The clause.
        site: SiteId,
    },
    /// A call that goes through all of its first argument at once: `sum(x)`, `",".join(x)`.
    Collected {
        /// The call.
        call: SiteId,
        /// The display that a call with nothing else in it amounts to.
        display: Option<ComprehensionKind>,
    },
    /// `*x` in a call or display, or the right side of `a, b = x`.
    Spread,
    /// A call that goes through its first argument as far as it needs to, for which the runtime has an async
    /// twin of the same name with a prefix: `any(x)`, `next(x, None)`.
    ShortCircuit {
        /// The call.
        call: SiteId,
        /// The twin.
        twin: &'static str,
    },
    /// A call that hands out what it goes through, step by step: `enumerate(x)`, `zip(x, y)`.
    Passed {
        /// The call.
        call: SiteId,
        /// The runtime's async twin.
        twin: &'static str,
    },
    /// `yield from x`, a statement of its own.
    Delegated {
        /// The `yield from`.
        site: SiteId,
    },
    /// A call that takes only the first item and says so with `StopIteration`: `next(x)`.
    Advanced {
        /// The call.
        call: SiteId,
    },
    /// Nobody: the value is thrown away.
    Dropped,
    /// It is kept, returned, passed on, or used in more than one way.
    Unknown,
}

/// How the result of the call at `site` is used up.
pub(super) fn consumption(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Consumption {
    let item = &ctx.program.facts(module).sites[site];
    match item.kind {
        SiteKind::Call { value, .. } => consumption_of(ctx, module, value, item.place.statement),
        _ => Consumption::Unknown,
    }
}

/// How `value`, which is made in `statement`, is used up.
pub(super) fn consumption_of(
    ctx: &Context<'_>,
    module: ModuleId,
    value: ValueId,
    statement: StatementId,
) -> Consumption {
    let facts = ctx.program.facts(module);
    match facts.uses(value, statement)[..] {
        [] => Consumption::Dropped,
        [ValueUse::Site(site)] => match facts.sites[site].kind {
            SiteKind::For { is_async: false, .. } => {
                Consumption::For { site, leaves_early: facts.leaves_early(facts.sites[site].place.statement) }
            }
            SiteKind::Comprehension { is_async: false, .. } => Consumption::Clause { site },
            SiteKind::Unpack { .. } => Consumption::Spread,
            _ => Consumption::Unknown,
        },
        // What `yield from` returns is a value of its own.
        [ValueUse::Site(site), ValueUse::Part(made)]
            if matches!(facts.sites[site].kind, SiteKind::YieldFrom { .. })
                && facts.uses(made, statement).is_empty() =>
        {
            Consumption::Delegated { site }
        }
        [ValueUse::Argument { kind: ArgumentKind::Starred, .. }] => Consumption::Spread,
        [ValueUse::Part(part)] if matches!(facts.values[part], Value::Starred(_)) => Consumption::Spread,
        [ValueUse::Argument { site, position, kind: ArgumentKind::Positional }] => {
            by_call(ctx, module, site, position)
        }
        _ => Consumption::Unknown,
    }
}

/// What the call at `site` does with an argument that it gets by position.
pub(super) fn by_call(ctx: &Context<'_>, module: ModuleId, call: SiteId, position: usize) -> Consumption {
    let facts = ctx.program.facts(module);
    let Some((_, arguments)) = facts.call(call) else { return Consumption::Unknown };
    let Some(name) = foreign_callee(ctx, module, call) else { return Consumption::Unknown };
    let is_only = arguments.len() == 1;
    let is_plain = arguments.iter().all(|argument| argument.kind == ArgumentKind::Positional);
    let given = arguments.iter().filter(|argument| argument.kind == ArgumentKind::Positional).count();
    match consumer(name) {
        Some(Consumer::Collects) if position == 0 => {
            let display = match name {
                well_known::LIST => Some(ComprehensionKind::List),
                well_known::SET => Some(ComprehensionKind::Set),
                _ => None,
            };
            Consumption::Collected { call, display: display.filter(|_| is_only) }
        }
        // With several they compare their arguments.
        Some(Consumer::Compares) if position == 0 && given == 1 => {
            Consumption::Collected { call, display: None }
        }
        Some(Consumer::ShortCircuits(twin)) if is_only => Consumption::ShortCircuit { call, twin },
        Some(Consumer::Advances(twin)) if position == 0 && is_plain && given == 2 => {
            Consumption::ShortCircuit { call, twin }
        }
        Some(Consumer::Advances(_)) if is_only => Consumption::Advanced { call },
        Some(Consumer::Passes(twin)) if is_plain || position == 0 => Consumption::Passed { call, twin },
        _ => Consumption::Unknown,
    }
}

/// The dotted name of what a call calls, when that is one thing outside of the program.
pub(super) fn foreign_callee<'a>(ctx: &'a Context<'_>, module: ModuleId, call: SiteId) -> Option<&'a str> {
    let facts = ctx.program.facts(module);
    let resolution = ctx.graph.site(ctx.program.site_index(module, call))?;
    if resolution.incomplete.is_some() {
        return None;
    }
    let mut found = None;
    let mut calls_own = false;
    for &id in &resolution.edges {
        let edge = ctx.graph.edge(id);
        if edge.range != facts.sites[call].range || edge.kind != EdgeKind::Call {
            continue;
        }
        match ctx.graph.external_name(edge.callee) {
            Some(name) if found.is_none_or(|known| known == name) => found = Some(name),
            Some(_) => return None,
            None => calls_own = true,
        }
    }
    // What takes a function calls it on behalf of its caller.
    found.filter(|name| !calls_own || calls_its_argument(name))
}
