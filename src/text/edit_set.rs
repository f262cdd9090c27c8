//! Edits of one text that can be applied together.

use std::iter::Peekable;

use thiserror::Error;

use crate::text::edit::Edit;
use crate::text::range::TextRange;

/// Sorted by start, pairwise disjoint, on character boundaries.
///
/// An insertion touches the ranges at its sides and conflicts with neither; it goes before a replacement that starts there.
/// Insertions at one offset keep the order in which they were given, and equal ones stay apart, because nested expressions need
/// them: `a()()()` becomes `await (await (await a())())()` with the same token twice at one place. A replacement
/// or deletion given twice counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
}

/// Why edits cannot be applied together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
    /// Two edits change the same bytes.
    #[error("edits at {:?} and {:?} overlap", .0.range, .1.range)]
    Overlap(Box<Edit>, Box<Edit>),
    /// An edit reaches past the end of the text.
    #[error("edit at {:?} lies outside the text", .0.range)]
    OutOfBounds(Box<Edit>),
    /// An edit starts or ends inside a character.
    #[error("edit at {:?} cuts a character", .0.range)]
    InsideCharacter(Box<Edit>),
}

impl EditSet {
    /// The set of `edits` for `text`.
    pub fn new(edits: Vec<Edit>, text: &str) -> Result<Self, Conflict> {
        for edit in &edits {
            let range = edit.range.to_usize();
            if range.end > text.len() {
                return Err(Conflict::OutOfBounds(Box::new(edit.clone())));
            }
            if !text.is_char_boundary(range.start) || !text.is_char_boundary(range.end) {
                return Err(Conflict::InsideCharacter(Box::new(edit.clone())));
            }
        }
        Self::from_checked(edits)
    }

    /// Both sets together, for the same text.
    ///
    /// What both contain counts once, equal insertions at one offset included, so that two units may ask for one import.
    /// Insertions that only one has keep their order, those of `self` first.
    pub fn union(&self, other: &Self) -> Result<Self, Conflict> {
        let mut merged = Vec::with_capacity(self.edits.len() + other.edits.len());
        let mut left = self.edits.iter().peekable();
        let mut right = other.edits.iter().peekable();
        loop {
            let offset = match (left.peek(), right.peek()) {
                (Some(first), Some(second)) => first.range.start().min(second.range.start()),
                (Some(only), None) | (None, Some(only)) => only.range.start(),
                (None, None) => break,
            };
            let first = insertions_at(&mut left, offset);
            let second = insertions_at(&mut right, offset);
            join_insertions(&mut merged, &first, &second);
            merged.extend(left.next_if(|edit| edit.range.start() == offset).cloned());
            merged.extend(right.next_if(|edit| edit.range.start() == offset).cloned());
        }
        Self::from_checked(merged)
    }

    /// The text after all edits.
    ///
    /// # Panics
    /// When `text` is not the text the set was made for and an edit does not fit it.
    pub fn apply(&self, text: &str) -> String {
        let added: usize = self.edits.iter().map(|edit| edit.replacement.len()).sum();
        let mut result = String::with_capacity(text.len() + added);
        let mut position = 0;
        for edit in &self.edits {
            let range = edit.range.to_usize();
            result.push_str(&text[position..range.start]);
            result.push_str(&edit.replacement);
            position = range.end;
        }
        result.push_str(&text[position..]);
        result
    }

    /// The set that takes the text after all edits back to `text`.
    pub fn inverse(&self, text: &str) -> Result<Self, Conflict> {
        let mut inverse = Vec::with_capacity(self.edits.len());
        let (mut position, mut moved) = (0, 0);
        for edit in &self.edits {
            moved += edit.range.start() - position;
            let end = moved + edit.replacement.len() as u32;
            let original = edit.range.get(text).unwrap_or_default();
            inverse.push(Edit::replace(TextRange::new(moved, end), original));
            (position, moved) = (edit.range.end(), end);
        }
        Self::new(inverse, &self.apply(text))
    }

    /// The edits in the order in which they are applied.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.edits.iter()
    }

    /// How many edits there are.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// Whether applying it changes nothing, as there is no edit.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Sorts, merges repeated replacements, and checks that what is left is disjoint.
    fn from_checked(mut edits: Vec<Edit>) -> Result<Self, Conflict> {
        // The sort is stable: insertions at one offset stay in order, and before what starts there.
        edits.sort_by_key(|edit| edit.range);
        edits.dedup_by(|next, kept| !kept.is_insertion() && next == kept);
        for pair in edits.windows(2) {
            if pair[1].range.start() < pair[0].range.end() {
                return Err(Conflict::Overlap(Box::new(pair[0].clone()), Box::new(pair[1].clone())));
            }
        }
        Ok(Self { edits })
    }
}

impl<'a> IntoIterator for &'a EditSet {
    type Item = &'a Edit;
    type IntoIter = std::slice::Iter<'a, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn insertions_at<'a>(edits: &mut Peekable<std::slice::Iter<'a, Edit>>, offset: u32) -> Vec<&'a Edit> {
    std::iter::from_fn(|| edits.next_if(|edit| edit.is_insertion() && edit.range.start() == offset)).collect()
}

/// Appends a sequence in which both `first` and `second` stand in order, what they share only once.
fn join_insertions(acc: &mut Vec<Edit>, first: &[&Edit], second: &[&Edit]) {
    if is_subsequence(second, first) {
        acc.extend(first.iter().copied().cloned());
        return;
    }
    if is_subsequence(first, second) {
        acc.extend(second.iter().copied().cloned());
        return;
    }
    let mut rest = first;
    let mut pending = Vec::new();
    for edit in second {
        let Some(index) = rest.iter().position(|candidate| candidate == edit) else {
            pending.push((*edit).clone());
            continue;
        };
        acc.extend(rest[..index].iter().copied().cloned());
        acc.append(&mut pending);
        acc.push((*edit).clone());
        rest = &rest[index + 1..];
    }
    acc.extend(rest.iter().copied().cloned());
    acc.append(&mut pending);
}

fn is_subsequence(short: &[&Edit], long: &[&Edit]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|edit| rest.any(|candidate| candidate == edit))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

    use crate::text::{Conflict, Edit, EditSet, TextRange};

    fn check(text: &str, edits: Vec<Edit>, expected: &str) {
        assert_eq!(EditSet::new(edits, text).unwrap().apply(text), expected);
    }

    fn delete(start: u32, end: u32) -> Edit {
        Edit::delete(TextRange::new(start, end))
    }

    #[test]
    fn edits_are_sorted() {
        let call = Edit::replace(TextRange::new(4, 5), "y");
        check("x = f()", vec![call, Edit::insert(4, "await "), Edit::insert(0, "# ")], "# x = await y()");
    }

    #[test]
    fn insertions_at_one_offset_keep_their_order() {
        check(
            "f()",
            vec![Edit::insert(0, "await "), Edit::insert(0, "("), Edit::insert(3, ")")],
            "await (f())",
        );
    }

    #[test]
    fn equal_insertions_stay_apart() {
        let open = Edit::insert(0, "await (");
        let edits =
            vec![open.clone(), open, Edit::insert(0, "await "), Edit::insert(3, ")"), Edit::insert(5, ")")];
        check("a()()()", edits, "await (await (await a())())()");
    }

    #[test]
    fn repeated_deletion_counts_once() {
        check("abc", vec![delete(1, 2), delete(1, 2)], "ac");
    }

    #[test]
    fn neighbours_do_not_conflict() {
        check("abcd", vec![delete(0, 2), Edit::insert(2, "-"), delete(2, 4)], "-");
    }

    #[test]
    fn overlaps_conflict() {
        for (first, second) in [
            (delete(0, 2), delete(1, 3)),
            (delete(0, 3), delete(0, 2)),
            (delete(0, 3), Edit::insert(1, "x")),
            (delete(0, 3), Edit::replace(TextRange::new(0, 3), "x")),
        ] {
            let conflict = EditSet::new(vec![first, second], "abc").unwrap_err();
            assert!(matches!(conflict, Conflict::Overlap(..)), "{conflict}");
        }
    }

    #[test]
    fn places_outside_the_text_or_inside_a_character_conflict() {
        let outside = EditSet::new(vec![Edit::insert(3, "")], "é").unwrap_err();
        assert_eq!(outside.to_string(), "edit at 3..3 lies outside the text");
        let inside = EditSet::new(vec![Edit::insert(1, "")], "é").unwrap_err();
        assert_eq!(inside.to_string(), "edit at 1..1 cuts a character");
    }

    #[test]
    fn two_units_may_ask_for_one_import() {
        let text = "f()\n";
        let import = Edit::insert(0, "import asyncio\n");
        let first = EditSet::new(vec![import.clone(), Edit::insert(0, "import a\n")], text).unwrap();
        let second = EditSet::new(vec![Edit::insert(0, "import b\n"), import], text).unwrap();
        let both = first.union(&second).unwrap();
        assert_eq!(both.apply(text), "import b\nimport asyncio\nimport a\nf()\n");
    }

    #[test]
    fn union_reports_conflicts() {
        let first = EditSet::new(vec![delete(0, 2)], "abc").unwrap();
        let second = EditSet::new(vec![delete(1, 3)], "abc").unwrap();
        assert!(first.union(&second).is_err());
    }

    const TEXT: &str = "ab\ncdé\nfgh";

    fn some_edits() -> impl Strategy<Value = Vec<Edit>> {
        vec((0_u32..13, 0_u32..3, "[xy]{0,2}"), 0..5).prop_map(|edits| {
            let to_edit = |(start, length, text)| Edit::replace(TextRange::new(start, start + length), text);
            edits.into_iter().map(to_edit).collect()
        })
    }

    proptest! {
        #[test]
        fn is_sorted_disjoint_and_on_boundaries(edits in some_edits()) {
            let Ok(set) = EditSet::new(edits, TEXT) else { return Ok(()) };
            let ranges: Vec<_> = set.iter().map(|edit| edit.range).collect();
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end() <= pair[1].start()));
            prop_assert!(ranges.iter().all(|range| range.get(TEXT).is_some()));
        }

        #[test]
        fn applying_equals_one_edit_after_the_other_from_the_end(edits in some_edits()) {
            let Ok(set) = EditSet::new(edits, TEXT) else { return Ok(()) };
            let mut text = TEXT.to_owned();
            for edit in set.iter().rev() {
                text.replace_range(edit.range.to_usize(), &edit.replacement);
            }
            prop_assert_eq!(set.apply(TEXT), text);
        }

        #[test]
        fn building_again_changes_nothing(edits in some_edits()) {
            let Ok(set) = EditSet::new(edits, TEXT) else { return Ok(()) };
            prop_assert_eq!(EditSet::new(set.iter().cloned().collect(), TEXT), Ok(set));
        }

        #[test]
        fn union_is_idempotent_and_absorbs(one in some_edits(), two in some_edits()) {
            let (Ok(one), Ok(two)) = (EditSet::new(one, TEXT), EditSet::new(two, TEXT)) else { return Ok(()) };
            prop_assert_eq!(one.union(&one), Ok(one.clone()));
            prop_assert_eq!(one.union(&EditSet::default()), Ok(one.clone()));
            let Ok(both) = one.union(&two) else {
                prop_assert!(two.union(&one).is_err());
                return Ok(());
            };
            prop_assert_eq!(both.union(&one), Ok(both.clone()));
            prop_assert_eq!(both.union(&two), Ok(both.clone()));
            prop_assert_eq!(one.union(&both), Ok(both.clone()));
            prop_assert_eq!(two.union(&both), Ok(both));
        }

        #[test]
        fn disjoint_places_join_in_any_order(one in some_edits(), two in some_edits()) {
            let (Ok(one), Ok(two)) = (EditSet::new(one, TEXT), EditSet::new(two, TEXT)) else { return Ok(()) };
            let shares_place = one.iter().any(|edit| two.iter().any(|other| edit.range.start() == other.range.start()));
            if !shares_place {
                prop_assert_eq!(one.union(&two).ok(), two.union(&one).ok());
            }
        }
    }
}
