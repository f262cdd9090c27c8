//! The page of a library: what blocks in it, what stands for that on the async side, what becomes of code; in Markdown.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::report::rule_text::{attribute_parts, blocking_text, function_parts, rewrite_text};
use crate::report::summary::capital;
use crate::rules::{ClassRule, ExampleOutcome, FunctionRule, Knowledge, Library, Protocol, ProtocolRule};

/// Writes the page of one library.
pub fn write_library_page(out: &mut dyn Write, knowledge: &Knowledge, library: &Library) -> io::Result<()> {
    writeln!(out, "# {}\n", library.name)?;
    if !library.summary.is_empty() {
        writeln!(out, "{}.\n", capital(&library.summary))?;
    }
    writeln!(out, "- Modules: {}", code_list(library.modules.iter().map(|name| &**name)))?;
    if !library.distributions.is_empty() {
        writeln!(out, "- Installed by: {}", library.distributions.join(", "))?;
    }
    if let Some(role) = &library.role {
        writeln!(out, "- Role in `prefer`: `{role}`")?;
    }
    if let Some(version) = &library.min_version {
        writeln!(out, "- Async side from version {version}")?;
    }
    if let Some(note) = &library.note {
        writeln!(out, "\n{}.", capital(note))?;
    }
    write_functions(out, &knowledge.functions_of(library))?;
    for class in knowledge.classes_of(library) {
        write_class(out, class)?;
    }
    for example in &library.examples {
        writeln!(out, "\n## Example: {}\n", example.why)?;
        if !example.requires.is_empty() {
            let requires = code_list(example.requires.iter().map(|text| &**text));
            writeln!(out, "In a project that requires {requires}:\n")?;
        }
        if let Some(prefer) = &example.prefer {
            writeln!(out, "In a project that prefers `{prefer}`:\n")?;
        }
        match &example.outcome {
            ExampleOutcome::After(after) => {
                write_code(out, &example.before)?;
                writeln!(out, "\nbecomes\n")?;
                write_code(out, after)?;
            }
            ExampleOutcome::Untouched => {
                write_code(out, &example.before)?;
                writeln!(out, "\nstays as it is.")?;
            }
        }
    }
    Ok(())
}

/// What an effect says, and what goes with it: rules that say the same share a line.
type Groups<'a> = BTreeMap<String, Vec<&'a str>>;

fn write_functions(out: &mut dyn Write, functions: &[&FunctionRule]) -> io::Result<()> {
    if functions.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Functions\n")?;
    let mut groups = Groups::new();
    for function in functions {
        groups.entry(function_parts(function).join("; ")).or_default().push(&function.name);
    }
    write_groups(out, groups)
}

/// Writes what rules say of a class itself and of its own members, as a list.
pub(crate) fn write_class_facts(out: &mut dyn Write, class: &ClassRule) -> io::Result<()> {
    if class.is_stand_in {
        writeln!(out, "- the name stands for a class that has no public one")?;
    }
    if let [first, rest @ ..] = &*class.bases {
        writeln!(
            out,
            "- has what `{first}` has{}",
            if rest.is_empty() { "" } else { ", and its other bases" }
        )?;
    }
    if let Some(mirror) = &class.mirror {
        writeln!(out, "- its async twin is {}", rewrite_text(mirror))?;
    }
    for rewrite in &class.replacements {
        writeln!(out, "- {}", rewrite_text(rewrite))?;
    }
    if let Some(reason) = &class.thread_bound {
        writeln!(out, "- stays on its thread: {reason}")?;
    }
    if let Some(blocking) = class.constructor.blocking {
        writeln!(out, "- making one {}", blocking_text(blocking))?;
    }
    for rule in class.protocols() {
        if let Some(blocking) = rule.blocking {
            writeln!(out, "- {} {}", protocol_text(rule), blocking_text(blocking))?;
        }
    }
    if let Some(note) = &class.note {
        writeln!(out, "- {note}")?;
    }
    let mut groups = Groups::new();
    for method in class.methods().iter().chain(class.any_method.as_deref()) {
        let name = method.name.rsplit('.').next().unwrap_or(&method.name);
        groups.entry(function_parts(method).join("; ")).or_default().push(name);
    }
    for attribute in class.attributes() {
        groups.entry(attribute_parts(attribute).join("; ")).or_default().push(&attribute.name);
    }
    write_groups(out, groups)
}

fn write_class(out: &mut dyn Write, class: &ClassRule) -> io::Result<()> {
    let mut facts = Vec::new();
    write_class_facts(&mut facts, class)?;
    // A class that is only there to be a type has nothing to tell.
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## `{}`\n", class.name)?;
    out.write_all(&facts)
}

fn protocol_text(rule: &ProtocolRule) -> &'static str {
    match rule.protocol {
        Protocol::Enter => "entering `with`",
        Protocol::Exit => "leaving `with`",
        Protocol::Iterate => "each step of `for`",
        Protocol::AsyncEnter => "entering `async with`",
        Protocol::AsyncIterate => "each step of `async for`",
        Protocol::Await => "`await`",
    }
}

fn write_groups(out: &mut dyn Write, groups: Groups<'_>) -> io::Result<()> {
    for (text, names) in groups {
        writeln!(out, "- {}: {text}", code_list(names.into_iter()))?;
    }
    Ok(())
}

fn code_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn write_code(out: &mut dyn Write, code: &str) -> io::Result<()> {
    writeln!(out, "```python\n{}\n```", code.trim_matches('\n'))
}
