//! `from m import f` becomes `from m import f, async_f`, in the layout it has.

use std::collections::{BTreeMap, BTreeSet};

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{
    indentation, is_first_on_line, line_start, newline_at, token_after, tokens_from,
};
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{StmtImportFrom, TokenKind, range_of};
use crate::text::TextRange;

/// Names to be added to `from … import` statements, each once per statement.
#[derive(Default)]
pub(crate) struct Extensions<'a> {
    /// New entries, in order, by statement and the position of the alias they follow.
    entries: BTreeMap<(u32, usize), Entries<'a>>,
    /// What was asked for, by statement.
    asked: BTreeSet<(u32, String)>,
}

struct Entries<'a> {
    statement: &'a StmtImportFrom,
    names: Vec<String>,
}

impl<'a> Extensions<'a> {
    /// Asks for `name`, known as `alias`, beside the entry of `statement` at `position`.
    pub(crate) fn ask(
        &mut self,
        statement: &'a StmtImportFrom,
        position: usize,
        name: &str,
        alias: Option<&str>,
    ) -> Result<(), Refusal> {
        let is_star = statement.names.iter().any(|entry| entry.name.as_str() == "*");
        let is_future = statement.level == 0
            && statement.module.as_ref().is_some_and(|name| name.as_str() == "__future__");
        if is_star || is_future {
            return Err(Refusal::NodeNotFound { range: range_of(statement) });
        }
        if imports(statement, name, alias) {
            return Ok(());
        }
        let spelled = alias.map_or_else(|| name.to_owned(), |alias| format!("{name} as {alias}"));
        let start = range_of(statement).start();
        if self.asked.insert((start, spelled.clone())) {
            let entries = self
                .entries
                .entry((start, position))
                .or_insert_with(|| Entries { statement, names: Vec::new() });
            entries.names.push(spelled);
        }
        Ok(())
    }

    /// Writes all entries.
    pub(crate) fn write(&self, acc: &mut Edits, parsed: &Parsed, text: &str) {
        for (&(_, position), entries) in &self.entries {
            write_after(acc, parsed, text, entries.statement, position, &entries.names);
        }
    }
}

/// Whether `statement` imports `name` under the name `alias`, or its own.
pub(crate) fn imports(statement: &StmtImportFrom, name: &str, alias: Option<&str>) -> bool {
    let local = alias.unwrap_or(name);
    statement.names.iter().any(|entry| {
        let entry_local = entry.asname.as_ref().unwrap_or(&entry.name);
        entry.name.as_str() == name && entry_local.as_str() == local
    })
}

fn write_after(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    statement: &StmtImportFrom,
    position: usize,
    names: &[String],
) {
    let alias = range_of(&statement.names[position]);
    let inline: String = names.iter().flat_map(|name| [", ", name]).collect();
    let is_in_brackets =
        range_of(statement).end() > range_of(&statement.names[statement.names.len() - 1]).end();
    if !is_in_brackets || !is_first_on_line(text, alias.start()) {
        acc.close(alias.end(), inline);
        return;
    }
    let newline = newline_at(text, line_start(text, alias.start()));
    let line = format!("{newline}{}", indentation(text, alias.start()));
    if let Some((TokenKind::Comma, comma)) = token_after(parsed, alias.end()) {
        match end_of_rest(parsed, comma.end()) {
            Some(end) => acc.close(end, format!("{line}{},", names.join(&format!(",{line}")))),
            None => acc.close(alias.end(), inline),
        }
        return;
    }
    acc.close(alias.end(), ",");
    // A comment between the entry and the bracket stays with its entry.
    let end = end_of_rest(parsed, alias.end()).unwrap_or(alias.end());
    acc.close(end, format!("{line}{}", names.join(&format!(",{line}"))));
}

/// Where the line of `offset` ends, its comment included, when no more code is on it.
fn end_of_rest(parsed: &Parsed, offset: u32) -> Option<u32> {
    let mut end = TextRange::empty(offset);
    for token in tokens_from(parsed, offset) {
        match token.kind() {
            TokenKind::Comment => end = range_of(token),
            TokenKind::NonLogicalNewline => return Some(end.end()),
            _ => return None,
        }
    }
    None
}
