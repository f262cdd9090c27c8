//! A call graph as a picture, in the language of Mermaid (<https://mermaid.js.org/syntax/flowchart.html>).

use std::io::{self, Write};

use crate::base::Id;
use crate::graph::{Confidence, NodeId};
use crate::report::graph_view::GraphView;

/// Writes a `flowchart`: async functions are filled, what blocks has a red border, what is outside a dashed one;
/// lines of what does not run at once are dotted, and those that are only possible are gray.
pub fn write_graph_mermaid(out: &mut dyn Write, view: &GraphView<'_>) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for &node in &view.part.nodes {
        writeln!(out, "  n{}[\"{}\"]", node.index(), escaped(&view.name(node)))?;
    }
    let mut possible = Vec::new();
    for (number, (caller, callee, kind, confidence)) in view.arrows().into_iter().enumerate() {
        let line = if kind.runs_now() { "-->" } else { "-.->" };
        writeln!(out, "  n{} {line}|{kind}| n{}", caller.index(), callee.index())?;
        if confidence == Confidence::Possible {
            possible.push(number.to_string());
        }
    }
    if !possible.is_empty() {
        writeln!(out, "  linkStyle {} stroke:gray", possible.join(","))?;
    }
    let is_async: Test<'_> = &|node| view.is_async(node);
    let is_external: Test<'_> = &|node| view.function(node).is_none();
    let classes = [
        ("async", "fill:lightblue", is_async),
        ("external", "stroke-dasharray:3 3", is_external),
        ("blocking", "stroke:red", view.is_blocking),
    ];
    for (name, style, has) in classes {
        let members: Vec<String> = view
            .part
            .nodes
            .iter()
            .filter(|&&node| has(node))
            .map(|node| format!("n{}", node.index()))
            .collect();
        if !members.is_empty() {
            writeln!(out, "  classDef {name} {style}\n  class {} {name}", members.join(","))?;
        }
    }
    Ok(())
}

/// A question about nodes.
type Test<'a> = &'a dyn Fn(NodeId) -> bool;

/// Text as it may stand between the quotes of a label: what Mermaid or HTML reads is written by number.
fn escaped(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | ';' => {
                label.push('#');
                label.push_str(&u32::from(character).to_string());
                label.push(';');
            }
            _ if character.is_control() => label.push(' '),
            _ => label.push(character),
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use crate::report::graph_mermaid::escaped;

    #[test]
    fn labels_are_text() {
        assert_eq!(escaped("a.b"), "a.b");
        assert_eq!(escaped("a.<lambda1>"), "a.#60;lambda1#62;");
        assert_eq!(escaped("\"#quot;`"), "#34;#35;quot#59;#96;");
    }
}
