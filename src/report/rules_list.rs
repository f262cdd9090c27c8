//! The list of what rules describe: libraries and checks.

use std::io::{self, Write};

use serde_json::json;

use crate::report::style::{BOLD, DIM};
use crate::report::summary::counted;
use crate::rules::{Knowledge, Library};

/// How many rules a library has.
struct Counts<'a> {
    library: &'a Library,
    callables: usize,
    blocking: usize,
    classes: usize,
}

/// Writes libraries and checks as text.
pub fn write_rules_text(out: &mut dyn Write, knowledge: &Knowledge) -> io::Result<()> {
    let counts = count(knowledge);
    let width = counts.iter().map(|count| count.library.name.len()).max().unwrap_or(0);
    for Counts { library, callables, blocking, classes } in &counts {
        let name = &library.name;
        writeln!(
            out,
            "{BOLD}{name:width$}{BOLD:#}  {callables:5} callables, {blocking:4} block, {classes:3} classes  {DIM}{}{DIM:#}",
            library.summary
        )?;
    }
    writeln!(out)?;
    for check in knowledge.checks() {
        writeln!(out, "{BOLD}{}{BOLD:#}  {}  {DIM}{}{DIM:#}", check.code, check.name, check.summary)?;
    }
    let callables: usize = counts.iter().map(|count| count.callables).sum();
    let blocking: usize = counts.iter().map(|count| count.blocking).sum();
    writeln!(
        out,
        "\n{}, {} of which {blocking} block; {}.",
        if counts.len() == 1 { "1 library".to_owned() } else { format!("{} libraries", counts.len()) },
        counted(callables, "callable"),
        counted(knowledge.checks().len(), "check")
    )
}

/// Writes libraries and checks as JSON.
pub fn write_rules_json(out: &mut dyn Write, knowledge: &Knowledge) -> io::Result<()> {
    let libraries: Vec<_> = count(knowledge)
        .iter()
        .map(|Counts { library, callables, blocking, classes }| {
            json!({
                "name": library.name,
                "summary": library.summary,
                "modules": library.modules,
                "distributions": library.distributions,
                "role": library.role,
                "min_version": library.min_version,
                "callables": callables,
                "blocking": blocking,
                "classes": classes,
            })
        })
        .collect();
    let checks: Vec<_> = knowledge
        .checks()
        .iter()
        .map(|check| json!({ "code": check.code, "name": check.name, "summary": check.summary }))
        .collect();
    let value = json!({ "version": 1, "libraries": libraries, "checks": checks });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

/// Counts by library, sorted by name. Constructors that do something count as callables, as methods do.
fn count(knowledge: &Knowledge) -> Vec<Counts<'_>> {
    let mut counts: Vec<Counts<'_>> = knowledge
        .libraries()
        .iter()
        .map(|library| Counts { library, callables: 0, blocking: 0, classes: 0 })
        .collect();
    counts.sort_by(|left, right| left.library.name.cmp(&right.library.name));
    let position = |counts: &[Counts<'_>], name: &str| {
        let owner = knowledge.owner(name)?;
        counts.iter().position(|count| count.library.name == owner.name)
    };
    for function in knowledge.functions() {
        if let Some(at) = position(&counts, &function.name) {
            counts[at].callables += 1;
            counts[at].blocking += usize::from(function.blocking.is_some());
        }
    }
    for class in knowledge.classes() {
        if let Some(at) = position(&counts, &class.name) {
            let methods = class.methods();
            counts[at].classes += 1;
            counts[at].callables += methods.len() + 1;
            let blocking = methods.iter().filter(|method| method.blocking.is_some()).count();
            counts[at].blocking += blocking + usize::from(class.constructor.blocking.is_some());
        }
    }
    counts
}
