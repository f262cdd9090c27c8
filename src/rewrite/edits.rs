//! Collects the edits of one file and orders those that meet at one offset.

use std::cmp::Reverse;

use crate::rewrite::wrapper::TwinPlace;
use crate::text::{Conflict, Edit, EditSet, TextRange};

/// The edits of one file, in any order.
#[derive(Default)]
pub(crate) struct Edits {
    entries: Vec<(Rank, Edit)>,
    /// Functions that are repeated.
    twins: Vec<TwinPlace>,
    /// Ranges whose lines move to the right, with by how much.
    indented: Vec<(TextRange, String)>,
}

impl Edits {
    /// Replaces `range`.
    pub(crate) fn replace(&mut self, range: TextRange, text: impl Into<String>) {
        self.entries.push((Rank::Replace, Edit::replace(range, text)));
    }

    /// Inserts `text` before `node`; of nodes that start together the longest one's text comes first.
    pub(crate) fn open(&mut self, node: TextRange, text: impl Into<String>) {
        self.entries.push((Rank::Open(Reverse(node.end())), Edit::insert(node.start(), text)));
    }

    /// Inserts `text`, a closing bracket or the like, after what ends at `offset`.
    pub(crate) fn close(&mut self, offset: u32, text: impl Into<String>) {
        self.entries.push((Rank::Close, Edit::insert(offset, text)));
    }

    /// Inserts the wrapper of a function that starts at `start`; of functions that end together the innermost is first.
    pub(crate) fn wrapper(&mut self, start: u32, offset: u32, text: impl Into<String>) {
        self.entries.push((Rank::Wrapper(Reverse(start)), Edit::insert(offset, text)));
    }

    /// Inserts import statements.
    pub(crate) fn import(&mut self, offset: u32, text: impl Into<String>) {
        self.entries.push((Rank::Import, Edit::insert(offset, text)));
    }

    /// Inserts lines after the statement that ends at `offset`.
    pub(crate) fn line_after(&mut self, offset: u32, text: impl Into<String>) {
        self.entries.push((Rank::Line, Edit::insert(offset, text)));
    }

    /// Moves each line that starts at one of `starts` to the right by `unit`, and what is inserted in `range`.
    pub(crate) fn indent(&mut self, range: TextRange, starts: &[u32], unit: &str) {
        for &start in starts {
            self.entries.push((Rank::Indent, Edit::insert(start, unit)));
        }
        self.indented.push((range, unit.to_owned()));
    }

    /// All edits without their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.entries.iter().map(|(_, edit)| edit)
    }

    /// Leaves a function as it is: what changes in it changes in a repetition below it.
    pub(crate) fn twin(&mut self, place: TwinPlace) {
        self.twins.push(place);
    }

    /// Whether some functions are repeated.
    pub(crate) fn has_twins(&self) -> bool {
        !self.twins.is_empty()
    }

    /// Turns the edits inside of repeated functions into insertions of their repetitions; a function inside another
    /// is repeated with it.
    fn repeat_twins(&mut self, text: &str) -> Result<(), Conflict> {
        let mut twins = std::mem::take(&mut self.twins);
        twins.sort_by_key(|twin| (twin.body.start(), Reverse(twin.body.end())));
        let mut end = 0;
        for twin in twins {
            if twin.body.start() < end {
                continue;
            }
            end = twin.body.end();
            let is_inside = |(rank, edit): &(Rank, Edit)| {
                *rank != Rank::Import
                    && edit.range.start() >= twin.body.start()
                    && edit.range.end() <= twin.body.end()
            };
            let (inside, outside) = std::mem::take(&mut self.entries).into_iter().partition(is_inside);
            self.entries = outside;
            let start = twin.body.start();
            let mut moved: Vec<(Rank, Edit)> = inside;
            moved.sort_by_key(|(rank, _)| *rank);
            let edits = moved.into_iter().map(|(_, edit)| Edit {
                range: TextRange::new(edit.range.start() - start, edit.range.end() - start),
                ..edit
            });
            let body = twin.body.get(text).unwrap_or_default();
            let repeated = EditSet::new(edits.collect(), body)?.apply(body);
            let (offset, text) = twin.insertion(&repeated);
            self.wrapper(start, offset, text);
        }
        Ok(())
    }

    /// The set of all edits for `text`.
    pub(crate) fn finish(mut self, text: &str) -> Result<EditSet, Conflict> {
        for (range, unit) in &self.indented {
            let inserted = self
                .entries
                .iter_mut()
                .filter(|(_, edit)| range.start() < edit.range.start() && edit.range.end() <= range.end());
            for (_, edit) in inserted {
                edit.replacement = indented(&edit.replacement, unit);
            }
        }
        self.repeat_twins(text)?;
        self.entries.sort_by_key(|(rank, _)| *rank);
        EditSet::new(self.entries.into_iter().map(|(_, edit)| edit).collect(), text)
    }
}

/// `text` with `unit` before each of its lines that is not blank, the first one aside.
fn indented(text: &str, unit: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for (index, line) in text.split_inclusive(['\n', '\r']).enumerate() {
        let is_after_break = index > 0 && !(line == "\n" && result.ends_with('\r'));
        if is_after_break && !line.trim().is_empty() {
            result.push_str(unit);
        }
        result.push_str(line);
    }
    result
}

/// Order of insertions at one offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Close,
    Line,
    Indent,
    Wrapper(Reverse<u32>),
    Import,
    Open(Reverse<u32>),
    /// Replacements never meet an insertion at its offset: the set puts them after it.
    Replace,
}

#[cfg(test)]
mod tests {
    use crate::rewrite::edits::Edits;
    use crate::text::TextRange;

    #[test]
    fn outermost_opens_first_and_wrappers_come_after_brackets() {
        let mut edits = Edits::default();
        edits.wrapper(0, 6, " # outer");
        edits.wrapper(1, 6, " # inner");
        edits.open(TextRange::new(0, 3), "(await ");
        edits.open(TextRange::new(0, 6), "await ");
        edits.close(3, ")");
        edits.close(6, ")");
        assert_eq!(
            edits.finish("f().g()").unwrap().apply("f().g()"),
            "await (await f()).g() # inner # outer)"
        );
    }
}
