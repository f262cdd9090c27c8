//! Adds the imports that changed code needs to the head of a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::AddedImport;
use crate::rewrite::edits::Edits;
use crate::rewrite::extend_import::{Extensions, imports};
use crate::rewrite::header::{Start, header};
use crate::rewrite::layout::{LineEnd, is_blank_line, is_first_on_line, logical_line_end, newline_at};
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{Ranged, Stmt, StmtImportFrom, range_of};
use crate::text::TextRange;

/// Adds `added` to the imports of the file, except what it imports already; `extensions` gets names of modules from
/// which the leading block imports others.
pub(crate) fn add_imports<'a>(
    acc: &mut Edits,
    extensions: &mut Extensions<'a>,
    parsed: &'a Parsed,
    text: &str,
    added: &[AddedImport],
) -> Result<(), Refusal> {
    let mut modules = BTreeSet::new();
    let mut names: BTreeMap<(bool, &str), BTreeSet<&str>> = BTreeMap::new();
    for import in added {
        match import {
            AddedImport::Module(module) if !has_module(parsed, module) => {
                modules.insert(module.as_str());
            }
            AddedImport::From { module, name } => {
                match place_of(parsed, module, name) {
                    NamePlace::There => {}
                    NamePlace::Beside(statement) => {
                        extensions.ask(statement, statement.names.len() - 1, name, None)?;
                    }
                    // Relative imports come last.
                    NamePlace::Nowhere => {
                        names.entry((module.starts_with('.'), module)).or_default().insert(name);
                    }
                }
            }
            AddedImport::Module(_) => {}
        }
    }
    write(acc, parsed, text, &modules, &names);
    Ok(())
}

/// Adds imports below the statements in which each of these aliases stands, except what the file imports already.
pub(crate) fn import_beside(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    wanted: &BTreeMap<TextRange, Vec<&AddedImport>>,
) {
    for (alias, added) in wanted {
        let Some(statement) = parsed.body().iter().find(|stmt| range_of(*stmt).contains_range(*alias)) else {
            continue;
        };
        let (mut modules, mut names) = (BTreeSet::new(), BTreeMap::<&str, BTreeSet<&str>>::new());
        for import in added {
            match import {
                AddedImport::Module(module) if !has_module(parsed, module) => {
                    modules.insert(format!("import {module}"));
                }
                AddedImport::From { module, name } => {
                    if !matches!(place_of(parsed, module, name), NamePlace::There) {
                        names.entry(module).or_default().insert(name);
                    }
                }
                AddedImport::Module(_) => {}
            }
        }
        let lines = modules.into_iter().chain(names.iter().map(|(module, names)| from_line(module, names)));
        let newline = newline_at(text, 0);
        let block: String = lines.flat_map(|line| [line, newline.to_owned()]).collect();
        if !block.is_empty() {
            let end = logical_line_end(parsed, text, range_of(statement).end());
            acc.import(end.offset, end.place(&block, newline));
        }
    }
}

enum NamePlace<'a> {
    There,
    Beside(&'a StmtImportFrom),
    Nowhere,
}

fn has_module(parsed: &Parsed, module: &str) -> bool {
    parsed.body().iter().any(|stmt| {
        let Stmt::Import(import) = stmt else { return false };
        import.names.iter().any(|alias| alias.asname.is_none() && alias.name.as_str() == module)
    })
}

/// Looks for an import of `name` that runs before any function of the file is defined.
fn place_of<'a>(parsed: &'a Parsed, module: &str, name: &str) -> NamePlace<'a> {
    let mut beside = None;
    for stmt in parsed.body() {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => break,
            Stmt::ImportFrom(import) if spelled_module(import) == module => {
                if imports(import, name, None) {
                    return NamePlace::There;
                }
                let is_star = import.names.iter().any(|alias| alias.name.as_str() == "*");
                if !is_star && beside.is_none() {
                    beside = Some(import);
                }
            }
            _ => {}
        }
    }
    beside.map_or(NamePlace::Nowhere, NamePlace::Beside)
}

fn spelled_module(import: &StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    format!("{dots}{}", import.module.as_ref().map_or("", |module| module.as_str()))
}

fn write(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    modules: &BTreeSet<&str>,
    names: &BTreeMap<(bool, &str), BTreeSet<&str>>,
) {
    let header = header(parsed, text);
    let newline = newline_at(text, 0);
    let module_lines: Vec<String> = modules.iter().map(|module| format!("import {module}")).collect();
    let name_lines = |relative: bool| -> Vec<String> {
        let of_kind = names.iter().filter(|((is_relative, _), _)| *is_relative == relative);
        of_kind.map(|((_, module), names)| from_line(module, names)).collect()
    };
    let (absolute, relative) = (name_lines(false), name_lines(true));
    match (header.last_import, header.first_plain) {
        (Some(last), Some(first)) => {
            write_before(acc, text, first, &module_lines, newline);
            let after_relative = is_relative(last);
            let groups = [(absolute, true), (relative, after_relative)];
            let block = blocks(&groups, newline);
            if !block.is_empty() {
                let end = logical_line_end(parsed, text, last.end().to_u32());
                acc.import(end.offset, end.place(&block, newline));
            }
        }
        (last, _) => {
            let first_group: Vec<String> = module_lines.into_iter().chain(absolute).collect();
            let has_first_group = !first_group.is_empty();
            let block = blocks(&[(first_group, true), (relative, !has_first_group)], newline);
            if !block.is_empty() {
                let start =
                    last.map(|last| Start::Below(logical_line_end(parsed, text, last.end().to_u32())));
                write_block(acc, parsed, text, start.unwrap_or(header.start), &block, newline);
            }
        }
    }
}

fn from_line(module: &str, names: &BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    format!("from {module} import {}", names.join(", "))
}

/// The lines of `groups`; a group that does not continue the one before it starts with a blank line.
fn blocks(groups: &[(Vec<String>, bool)], newline: &str) -> String {
    let mut block = String::new();
    for (lines, continues) in groups.iter().filter(|(lines, _)| !lines.is_empty()) {
        if !continues {
            block.push_str(newline);
        }
        for line in lines {
            block.push_str(line);
            block.push_str(newline);
        }
    }
    block
}

fn is_relative(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::ImportFrom(import) if import.level > 0)
}

/// Puts `lines` before `first`, on its line when it is not the first there.
fn write_before(acc: &mut Edits, text: &str, first: &Stmt, lines: &[String], newline: &str) {
    if lines.is_empty() {
        return;
    }
    let offset = range_of(first).start();
    if !is_first_on_line(text, offset) {
        acc.import(offset, format!("{}; ", lines.join("; ")));
        return;
    }
    let mut block = blocks(&[(lines.to_vec(), true)], newline);
    if is_relative(first) {
        block.push_str(newline);
    }
    acc.import(offset, block);
}

/// Puts `block` at `start`, apart from what comes before and after it.
fn write_block(acc: &mut Edits, parsed: &Parsed, text: &str, start: Start, block: &str, newline: &str) {
    let (end, before) = match start {
        Start::Top(offset) => (LineEnd { offset, is_terminated: true }, ""),
        Start::Below(end) => (end, newline),
    };
    let rest_is_apart = end.offset as usize == text.len() || is_blank_line(text, end.offset);
    let blank_lines = match parsed.body().iter().find(|stmt| range_of(*stmt).start() >= end.offset) {
        _ if rest_is_apart => 0,
        Some(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) => 2,
        Some(_) | None => 1,
    };
    let block = format!("{before}{block}{}", newline.repeat(blank_lines));
    acc.import(end.offset, end.place(&block, newline));
}

#[cfg(test)]
mod tests {
    use crate::plan::AddedImport;
    use crate::rewrite::add_import::add_imports;
    use crate::rewrite::edits::Edits;
    use crate::rewrite::extend_import::Extensions;
    use crate::syntax::parse;

    fn check(before: &str, after: &str) {
        let added = [
            AddedImport::From { module: "._asyncshift".to_owned(), name: "sync".to_owned() },
            AddedImport::Module("asyncio".to_owned()),
        ];
        assert_eq!(add(before, &added), after);
        assert_eq!(add(after, &added), after, "a second run changes nothing");
    }

    fn add(text: &str, added: &[AddedImport]) -> String {
        let parsed = parse(text);
        let (mut edits, mut extensions) = (Edits::default(), Extensions::default());
        add_imports(&mut edits, &mut extensions, &parsed, text, added).unwrap();
        extensions.write(&mut edits, &parsed, text);
        edits.finish(text).unwrap().apply(text)
    }

    #[test]
    fn joins_the_leading_block() {
        check(
            "import os\nfrom a import b\n\nx = 1\nimport late\n",
            "import asyncio\nimport os\nfrom a import b\n\nfrom ._asyncshift import sync\n\nx = 1\nimport late\n",
        );
        check("from .a import b\n", "import asyncio\n\nfrom .a import b\nfrom ._asyncshift import sync\n");
    }

    #[test]
    fn stays_below_future_imports_and_docstrings() {
        let new = "import asyncio\n\nfrom ._asyncshift import sync\n";
        check("\"\"\"Doc.\"\"\"\n\nx = 1\n", &format!("\"\"\"Doc.\"\"\"\n\n{new}\nx = 1\n"));
        check("\"\"\"Doc.\"\"\"\nx = 1\n", &format!("\"\"\"Doc.\"\"\"\n\n{new}\nx = 1\n"));
        check("\"\"\"Doc.\"\"\"", &format!("\"\"\"Doc.\"\"\"\n\n{}", new.trim_end()));
        check(
            "from __future__ import annotations\n\ndef f(): pass\n",
            &format!("from __future__ import annotations\n\n{new}\ndef f(): pass\n"),
        );
        check(
            "from __future__ import annotations\nimport os\n",
            "from __future__ import annotations\nimport asyncio\nimport os\n\nfrom ._asyncshift import sync\n",
        );
    }

    #[test]
    fn stays_below_the_opening_comment() {
        let new = "import asyncio\n\nfrom ._asyncshift import sync\n";
        check("", new);
        check("def f(): pass\n", &format!("{new}\n\ndef f(): pass\n"));
        check("#!/usr/bin/python\nx = 1\n", &format!("#!/usr/bin/python\n\n{new}\nx = 1\n"));
        check(
            "# -*- coding: utf-8 -*-\n# Of x.\nx = 1\n",
            &format!("# -*- coding: utf-8 -*-\n\n{new}\n# Of x.\nx = 1\n"),
        );
        check("# Licence\n# more\n\nx = 1\n", &format!("# Licence\n# more\n\n{new}\nx = 1\n"));
        check("# Of x.\nx = 1\n", &format!("{new}\n# Of x.\nx = 1\n"));
        check("\n# Only", &format!("\n# Only\n\n{}", new.trim_end()));
        check("\u{feff}x = 1\n", &format!("\u{feff}{new}\nx = 1\n"));
    }

    #[test]
    fn keeps_line_endings_and_semicolons() {
        check(
            "import os\r\nx = 1\r\n",
            "import asyncio\r\nimport os\r\n\r\nfrom ._asyncshift import sync\r\nx = 1\r\n",
        );
        check(
            "from __future__ import annotations; import a; x = 1  # c\ny = 2\n",
            "from __future__ import annotations; import asyncio; import a; x = 1  # c\n\nfrom ._asyncshift import sync\ny = 2\n",
        );
        check("import a", "import asyncio\nimport a\n\nfrom ._asyncshift import sync");
        check("\x0cimport a\n", "\x0cimport asyncio\nimport a\n\nfrom ._asyncshift import sync\n");
        check(
            "from a import \\\n    b\n",
            "import asyncio\nfrom a import \\\n    b\n\nfrom ._asyncshift import sync\n",
        );
    }

    #[test]
    fn extends_what_is_there() {
        check(
            "import asyncio\nfrom ._asyncshift import LoopLocal\n",
            "import asyncio\nfrom ._asyncshift import LoopLocal, sync\n",
        );
    }

    #[test]
    fn imports_inside_blocks_do_not_count() {
        check(
            "try:\n    import asyncio\nexcept ImportError:\n    pass\n",
            "import asyncio\n\nfrom ._asyncshift import sync\n\ntry:\n    import asyncio\nexcept ImportError:\n    pass\n",
        );
    }
}
