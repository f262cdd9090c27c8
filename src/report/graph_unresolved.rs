//! Calls of which not everything is known, by reason, the most frequent first: what to teach next.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use crate::base::Id;
use crate::graph::{Gap, OpenCall};
use crate::link::ModuleId;
use crate::report::callee_text::callee_text;
use crate::report::graph_view::GraphView;
use crate::report::json::coverage_json;
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, grouped, write_coverage};
use crate::semantic::well_known;

/// Number of the schema.
const VERSION: u32 = 1;

/// How many callees are listed for a reason.
const LISTED: usize = 10;

/// The reason of calls that merely have a foreign name.
const NAMED_ONLY: &str = "named-only";

/// Calls that share a reason.
#[derive(Default)]
struct Group<'a> {
    /// Calls without a target.
    without: usize,
    /// Calls with targets that may not be all.
    partial: usize,
    /// Calls by what is called, in order of places.
    callees: BTreeMap<String, Vec<&'a OpenCall>>,
}

/// Writes reasons and under each the callees that are most frequent, and the summary.
pub fn write_unresolved_text(
    out: &mut dyn Write,
    view: &GraphView<'_>,
    calls: &[OpenCall],
) -> io::Result<()> {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for call in calls {
        let group = groups.entry(reason(&call.gap)).or_default();
        match &call.gap {
            Gap::NoTarget(_) => group.without += 1,
            Gap::MoreTargets(_) => group.partial += 1,
            Gap::NamedOnly(_) => {}
        }
        group.callees.entry(subject(view, call)).or_default().push(call);
    }
    let total = |group: &Group<'_>| group.callees.values().map(Vec::len).sum::<usize>();
    let mut ordered: Vec<(&str, Group<'_>)> = groups.into_iter().collect();
    ordered.sort_by_key(|(reason, group)| (*reason == NAMED_ONLY, Reverse(total(group)), *reason));
    for (reason, group) in &ordered {
        let detail = if *reason == NAMED_ONLY {
            "of foreign packages without rules".to_owned()
        } else {
            format!(
                "{} without a target, {} that may have more",
                grouped(group.without),
                grouped(group.partial)
            )
        };
        writeln!(out, "{BOLD}{reason}: {}{BOLD:#}, {detail}", counted(total(group), "call"))?;
        let mut callees: Vec<(&String, &Vec<&OpenCall>)> = group.callees.iter().collect();
        callees.sort_by_key(|(text, calls)| (Reverse(calls.len()), *text));
        for (text, calls) in callees.iter().take(LISTED) {
            let Some(first) = calls.first() else { continue };
            let place = view.spot(first.module, start(view, first));
            writeln!(out, "  {:>6}  {text}  {DIM}{place}{DIM:#}", grouped(calls.len()))?;
        }
        if callees.len() > LISTED {
            writeln!(out, "          {DIM}… and {}{DIM:#}", counted(callees.len() - LISTED, "other"))?;
        }
    }
    let count = |is_it: fn(&Gap) -> bool| grouped(calls.iter().filter(|call| is_it(&call.gap)).count());
    writeln!(
        out,
        "{BOLD}{} without a target, {} that may have more, {} only named.{BOLD:#}",
        counted(calls.iter().filter(|call| matches!(call.gap, Gap::NoTarget(_))).count(), "call"),
        count(|gap| matches!(gap, Gap::MoreTargets(_))),
        count(|gap| matches!(gap, Gap::NamedOnly(_))),
    )?;
    write_coverage(out, view.summary)
}

/// Writes one object, a call a line.
pub fn write_unresolved_json(
    out: &mut dyn Write,
    view: &GraphView<'_>,
    calls: &[OpenCall],
) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"unresolved\": [")?;
    for (index, call) in calls.iter().enumerate() {
        let comma = if index + 1 == calls.len() { "" } else { "," };
        writeln!(out, "    {}{comma}", open_call_json(view, call))?;
    }
    writeln!(out, "  ],\n  \"summary\": {}\n}}", coverage_json(view.summary))
}

/// One call with its place and what is missing.
pub(crate) fn open_call_json(view: &GraphView<'_>, call: &OpenCall) -> serde_json::Value {
    let place = view.spot(call.module, start(view, call));
    let (targets, name) = match &call.gap {
        Gap::NoTarget(_) => ("none", None),
        Gap::MoreTargets(_) => ("some", None),
        Gap::NamedOnly(name) => ("named", Some(name)),
    };
    json!({
        "file": place.path,
        "line": place.line,
        "column": place.column,
        "function": view.name(call.caller),
        "callee": called(view, call.module, call),
        "reason": reason(&call.gap),
        "targets": targets,
        "name": name,
    })
}

/// One call on a line.
pub(crate) fn write_open_call(out: &mut dyn Write, view: &GraphView<'_>, call: &OpenCall) -> io::Result<()> {
    let place = view.spot(call.module, start(view, call));
    let source = view.source(call.module, &place);
    writeln!(
        out,
        "    {place}  {}  {source}  {DIM}{}{DIM:#}",
        called(view, call.module, call),
        reason(&call.gap)
    )
}

fn reason(gap: &Gap) -> &'static str {
    match gap {
        Gap::NoTarget(reason) | Gap::MoreTargets(reason) => reason.as_str(),
        Gap::NamedOnly(_) => NAMED_ONLY,
    }
}

/// What calls are counted by: what is called, or the package that a foreign name belongs to.
fn subject(view: &GraphView<'_>, call: &OpenCall) -> String {
    match &call.gap {
        Gap::NoTarget(_) | Gap::MoreTargets(_) => called(view, call.module, call),
        Gap::NamedOnly(name) => root(name).to_owned(),
    }
}

/// The package of a foreign name; of a builtin, the class.
fn root(name: &str) -> &str {
    let builtin = name.strip_prefix(well_known::BUILTINS_PREFIX);
    let skipped = builtin.map_or(0, |rest| name.len() - rest.len());
    let end = name[skipped..].find('.').map_or(name.len(), |end| skipped + end);
    &name[..end]
}

fn called(view: &GraphView<'_>, module: ModuleId, call: &OpenCall) -> String {
    let facts = view.program.facts(module);
    facts.call(call.site).map(|(callee, _)| callee_text(facts, callee)).unwrap_or_default()
}

fn start(view: &GraphView<'_>, call: &OpenCall) -> u32 {
    debug_assert!(
        call.site.index() < view.program.facts(call.module).sites.len(),
        "calls are of this program"
    );
    view.program.facts(call.module).sites[call.site].range.start()
}

#[cfg(test)]
mod tests {
    use crate::report::graph_unresolved::root;

    #[test]
    fn names_are_counted_by_package() {
        assert_eq!(root("kombu.utils.uuid"), "kombu");
        assert_eq!(root("kombu"), "kombu");
        assert_eq!(root("builtins.dict.get.get"), "builtins.dict");
        assert_eq!(root("builtins.dict"), "builtins.dict");
    }
}
