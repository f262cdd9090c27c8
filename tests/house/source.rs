//! Rust sources with comments and strings set apart.

use std::fs;
use std::path::Path;

/// One file under `src/`.
pub(crate) struct SourceCode {
    /// Relative to `src/`, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text without comments and without what stands in strings; lines are kept.
    pub(crate) code: String,
    literals: Vec<(usize, String)>,
}

/// All files below a folder, by path.
pub(crate) fn sources(root: &Path) -> Vec<SourceCode> {
    let mut files = Vec::new();
    collect(root, root, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceCode>) {
    for entry in fs::read_dir(folder).expect("src is there") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("it is below the root");
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push(SourceCode::new(parts.join("/"), fs::read_to_string(&path).expect("it is text")));
        }
    }
}

impl SourceCode {
    pub(crate) fn new(path: String, text: String) -> Self {
        let (code, literals) = split(&text);
        Self { path, text, code, literals }
    }

    /// The folder below `src/`; `lib.rs` and `main.rs` have none.
    pub(crate) fn floor(&self) -> Option<&str> {
        self.path.split_once('/').map(|(floor, _)| floor)
    }

    /// The modules that lead to the file: `semantic`, `lower` for `semantic/lower/mod.rs`.
    pub(crate) fn modules(&self) -> Vec<&str> {
        let path = self.path.trim_end_matches(".rs");
        path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
    }

    pub(crate) fn is_mod(&self) -> bool {
        self.path.ends_with("/mod.rs")
    }

    /// The code before the file's own tests, which stand last and may import from anywhere.
    pub(crate) fn code_without_tests(&self) -> &str {
        &self.code[..self.tests_start()]
    }

    /// All string literals, those of tests as well, but not the names of programs that are run.
    pub(crate) fn string_literals(&self) -> impl Iterator<Item = &str> {
        let is_program = |at: usize| self.code.get(..at).is_some_and(|code| code.ends_with("Command::new("));
        self.literals.iter().filter(move |(at, _)| !is_program(*at)).map(|(_, text)| text.as_str())
    }

    /// Whether the code names a crate or module: `toml::de`, `use toml`, `std::{fs, io}`.
    pub(crate) fn names(&self, name: &str) -> bool {
        let code = self.code_without_tests();
        if let Some((parent, child)) = name.split_once("::") {
            let parent = format!("{parent}::");
            return code.split(&parent).skip(1).any(|rest| first_names(rest).any(|found| found == child));
        }
        code.match_indices(name).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            let after = &code[at + name.len()..];
            let is_whole =
                !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':' || it == '.');
            is_whole
                && (after.starts_with("::") || code[..at].ends_with("use ") && after.starts_with([';', ' ']))
        })
    }

    fn tests_start(&self) -> usize {
        if self.path.ends_with("/tests.rs") {
            return 0;
        }
        let starts = ["mod tests {", "pub(crate) mod tests {"].map(|line| format!("#[cfg(test)]\n{line}"));
        let found = starts.iter().filter_map(|start| self.code.find(start)).min();
        found.unwrap_or(self.code.len())
    }
}

/// The names that directly follow a `path::`, one or several in braces.
fn first_names(rest: &str) -> impl Iterator<Item = &str> {
    let group = rest.strip_prefix('{').map_or(rest, |inner| inner.split('}').next().unwrap_or(inner));
    let is_group = rest.starts_with('{');
    let parts = if is_group { group.split(',').collect::<Vec<_>>() } else { vec![group] };
    parts.into_iter().map(|part| {
        let part = part.trim_start();
        &part[..part.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(part.len())]
    })
}

/// Blanks comments and the inside of strings, byte for byte, and returns the strings with their places.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = if text[at..].starts_with("//") {
            text[at..].find('\n').map_or(bytes.len(), |length| at + length)
        } else if text[at..].starts_with("/*") {
            text[at..].find("*/").map_or(bytes.len(), |length| at + length + 2)
        } else if let Some((inner, end)) = string_at(text, at) {
            literals.push((at, text[inner.0..inner.1].to_owned()));
            end
        } else if let Some(end) = character_at(text, at) {
            end
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    (String::from_utf8(code).expect("whole characters are blanked"), literals)
}

/// The inside and the end of the string literal that begins at `at`.
fn string_at(text: &str, at: usize) -> Option<((usize, usize), usize)> {
    let rest = &text[at..];
    let after_name = text[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_');
    if let Some(raw) = rest.strip_prefix('r').filter(|_| !after_name) {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        if !raw[hashes..].starts_with('"') {
            return None;
        }
        let inner = at + 1 + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inner + text[inner..].find(&close)?;
        return Some(((inner, end), end + close.len()));
    }
    if !rest.starts_with('"') {
        return None;
    }
    let mut end = at + 1;
    let bytes = text.as_bytes();
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some(((at + 1, end.min(bytes.len())), (end + 1).min(bytes.len())))
}

/// The end of the character literal that begins at `at`; a lifetime is none.
fn character_at(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix('\'')?;
    let mut characters = rest.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        return rest[2..].find('\'').map(|length| at + 1 + 2 + length + 1);
    }
    let (close, quote) = characters.next()?;
    (quote == '\'').then_some(at + 1 + close + 1)
}

#[test]
fn sets_strings_and_comments_apart() {
    let text =
        "let a = \"x//y\"; // crate::no\nlet b = r#\"\"q\"\"#; let c = '\"'; fn f<'a>() {}\n".to_owned();
    let file = SourceCode::new("base/a.rs".to_owned(), text);
    assert_eq!(file.string_literals().collect::<Vec<_>>(), ["x//y", "\"q\""]);
    assert!(!file.code.contains("crate") && file.code.contains("fn f<'a>() {}"));
}

#[test]
fn knows_which_crates_are_named() {
    let file = |text: &str| SourceCode::new("base/a.rs".to_owned(), text.to_owned());
    assert!(file("use std::{io, fs};\n").names("std::fs"));
    assert!(file("fn f() { std::fs::read(p) }\n").names("std::fs"));
    assert!(file("use toml::Value;\n").names("toml"));
    assert!(!file("use crate::toml::Value; // toml::x\n").names("toml"));
    assert!(!file("use std::io;\n").names("std::fs"));
}
