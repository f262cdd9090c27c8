//! Rules in words, as pages and explanations print them: short parts, to be joined or listed.

use crate::rules::{AttributeRule, Blocking, FunctionRule, Mirror, Offload, Rewrite};

/// What a function does: its effect, what stands for it, what to know.
pub(crate) fn function_parts(function: &FunctionRule) -> Vec<String> {
    let effect = match (function.blocking, function.is_async) {
        (Some(blocking), _) => blocking_text(blocking),
        (None, true) => "awaited".to_owned(),
        (None, false) => "does not block".to_owned(),
    };
    let lazily = if function.is_lazy { ", when the result is iterated" } else { "" };
    let sometimes = if function.unless.is_empty() { "" } else { ", but not with every argument" };
    let mut parts = vec![format!("{effect}{lazily}{sometimes}")];
    parts.extend(function.rewrite.iter().map(|rewrite| rewrite_text(rewrite)));
    parts.extend(function.replacements.iter().map(rewrite_text));
    parts.extend(function.mirror.iter().map(|mirror| mirror_text(mirror)));
    match &function.offload {
        _ if function.blocking.is_none() => {}
        Offload::Safe => {}
        Offload::Review(reason) => parts.push(format!("look before a thread runs it: {reason}")),
        Offload::Never(reason) => parts.push(format!("not in a thread: {reason}")),
    }
    if let Some(versions) = &function.versions {
        let words = ["since", "deprecated in", "removed in"];
        let versions = [&versions.since, &versions.deprecated, &versions.removed];
        let stated = words.iter().zip(versions).filter_map(|(word, version)| Some((word, version.as_ref()?)));
        parts.extend(stated.map(|(word, version)| format!("{word} {version}")));
    }
    if function.probes_loop {
        parts.push("tells whether an event loop is running".to_owned());
    }
    parts.extend(function.note.as_deref().map(str::to_owned));
    parts
}

/// What reading an attribute does, what stands for it, what to know.
pub(crate) fn attribute_parts(attribute: &AttributeRule) -> Vec<String> {
    let mut parts = vec![attribute.blocking.map_or_else(|| "attribute".to_owned(), blocking_text)];
    parts.extend(attribute.mirror.iter().map(|mirror| mirror_text(mirror)));
    parts.extend(attribute.replacements.iter().map(rewrite_text));
    parts.extend(attribute.note.as_deref().map(str::to_owned));
    parts
}

/// How something blocks.
pub(crate) fn blocking_text(blocking: Blocking) -> String {
    format!("blocks ({}, {})", blocking.category, blocking.severity)
}

/// One async equivalent.
pub(crate) fn rewrite_text(rewrite: &Rewrite) -> String {
    let mut facts = vec![rewrite.form.to_string(), rewrite.safety.to_string()];
    facts.extend(rewrite.library.as_ref().map(|library| format!("of {library}")));
    facts.extend(rewrite.min_version.as_ref().map(|version| format!("from {version}")));
    facts.extend(rewrite.min_python.map(|(major, minor)| format!("Python {major}.{minor}")));
    let note = rewrite.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    format!("`{}` ({}){note}", rewrite.target, facts.join(", "))
}

fn mirror_text(mirror: &Mirror) -> String {
    match mirror {
        Mirror::Missing => "its async twin has none".to_owned(),
        Mirror::Member(member) => {
            let mut parts: Vec<String> = member.name.iter().map(|name| format!("`{name}`")).collect();
            parts.extend(member.form.map(|form| format!("({form})")));
            parts.extend(member.rename.iter().map(|(from, to)| format!("with `{to}` for `{from}`")));
            parts.extend(member.drop.iter().map(|name| format!("without `{name}`")));
            let note = member.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("on its async twin {}{note}", parts.join(" "))
        }
    }
}
