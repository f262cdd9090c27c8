//! Which file of the crate a file imports from, and in which order folders list their files.

use std::collections::BTreeMap;

use crate::house::source::SourceCode;

/// One name that code takes from the crate: `crate::a::b` has the path `a`, `b`.
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// Everything in blanked code that begins with `crate::`, the branches of braces apart.
pub(crate) fn imports(code: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let is_ours = !code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == '$');
        if !is_ours {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let mut paths = Vec::new();
        branches(&mut paths, &mut code[at + "crate::".len()..].chars().peekable(), &[]);
        let whole = paths.into_iter().filter(|path| !path.is_empty());
        found.extend(whole.map(|path| Import { line, path }));
    }
    found
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn branches(acc: &mut Vec<Vec<String>>, rest: &mut Characters<'_>, stem: &[String]) {
    let mut path = stem.to_vec();
    loop {
        while rest.next_if(|it| it.is_whitespace()).is_some() {}
        if rest.next_if_eq(&'{').is_some() {
            loop {
                branches(acc, rest, &path);
                while rest.next_if(|it| it.is_whitespace()).is_some() {}
                if rest.next_if_eq(&',').is_none() {
                    rest.next_if_eq(&'}');
                    return;
                }
                while rest.next_if(|it| it.is_whitespace()).is_some() {}
                if rest.next_if_eq(&'}').is_some() {
                    return;
                }
            }
        }
        let mut name = String::new();
        while let Some(it) = rest.next_if(|it| it.is_alphanumeric() || *it == '_') {
            name.push(it);
        }
        if name.is_empty() {
            break;
        }
        if name != "self" {
            path.push(name);
        }
        let mut colons = rest.clone();
        if colons.next() != Some(':') || colons.next() != Some(':') {
            break;
        }
        rest.next();
        rest.next();
    }
    acc.push(path);
    // `Name as Other`
    while rest.next_if(|it| it.is_alphanumeric() || *it == '_' || it.is_whitespace()).is_some() {}
}

/// The `mod` lines of every folder, and what its `mod.rs` hands on.
pub(crate) struct Order<'a> {
    files: BTreeMap<Vec<&'a str>, &'a SourceCode>,
    listed: BTreeMap<Vec<&'a str>, Vec<String>>,
    handed_on: BTreeMap<Vec<&'a str>, BTreeMap<String, String>>,
}

impl<'a> Order<'a> {
    pub(crate) fn of(files: &'a [SourceCode]) -> Self {
        let mut order = Self { files: BTreeMap::new(), listed: BTreeMap::new(), handed_on: BTreeMap::new() };
        for file in files {
            order.files.insert(file.modules(), file);
            if file.is_mod() {
                order.listed.insert(file.modules(), listed(&file.code));
                order.handed_on.insert(file.modules(), handed_on(&file.code));
            }
        }
        order
    }

    /// The path of the file that an import reaches; `None` for what is not the crate's.
    pub(crate) fn file_of(&self, import: &Import) -> Option<&'a str> {
        let mut reached: Vec<&str> = Vec::new();
        let mut names: Vec<&str> = import.path.iter().map(String::as_str).collect();
        names.reverse();
        while let Some(name) = names.pop() {
            let mut deeper = reached.clone();
            deeper.push(name);
            if let Some(known) = self.files.keys().find(|modules| **modules == deeper) {
                reached.clone_from(known);
                continue;
            }
            // A name that `mod.rs` hands on stands in one of its children.
            let Some(child) = self.handed_on.get(&reached).and_then(|names| names.get(name)) else { break };
            let mut deeper = reached.clone();
            deeper.push(child);
            match self.files.keys().find(|modules| **modules == deeper) {
                Some(known) => reached.clone_from(known),
                None => break,
            }
            names.push(name);
            if !self.files[&reached].is_mod() {
                break;
            }
        }
        self.files.get(&reached).map(|file| file.path.as_str())
    }

    /// The module that an import reaches although the folder that both share lists it later.
    pub(crate) fn later(&self, from: &SourceCode, import: &Import) -> Option<String> {
        let own = from.modules();
        let target = match self.file_of(import) {
            Some(path) => self.files.values().find(|file| file.path == path)?.modules(),
            None => return None,
        };
        let shared = own.iter().zip(&target).take_while(|(a, b)| a == b).count();
        // Inside one module, or from a child to what its own `mod.rs` defines.
        let (mine, theirs) = (own.get(shared)?, target.get(shared)?);
        let listed = self.listed.get(&own[..shared])?;
        let place = |name: &str| listed.iter().position(|it| it == name);
        (place(theirs) > place(mine)).then(|| (*theirs).to_owned())
    }
}

/// `mod` lines in order.
fn listed(code: &str) -> Vec<String> {
    let names = code.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(str::to_owned).collect()
}

/// Names that `pub use child::{…}` lines hand on, each with its child.
fn handed_on(code: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for statement in code.split(';') {
        let statement = statement.trim_start();
        let Some(use_at) = statement.find("use ").filter(|_| statement.starts_with("pub")) else { continue };
        let Some((child, rest)) = statement[use_at + 4..].split_once("::") else { continue };
        if child == "crate" || child == "std" {
            continue;
        }
        for name in rest.split(|it: char| !it.is_alphanumeric() && it != '_').filter(|name| !name.is_empty())
        {
            names.insert(name.to_owned(), child.to_owned());
        }
    }
    names
}
