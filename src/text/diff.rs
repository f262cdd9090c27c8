//! Unified diffs that `git apply` takes, to the byte.

use std::ops::Range;

use rustc_hash::FxHashSet;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::text::quote::quote;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The patch that turns the bytes `old` of the file `path` into `new`; empty when they are equal.
///
/// The bytes are those of the file, not of its decoded text: a patch of a Latin-1 file is in Latin-1. `path` is relative to where
/// the patch will be applied, with forward slashes.
pub fn diff_file(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let mut patch = header(path).into_bytes();
    let old_name = file_line("---", &format!("a/{path}"));
    push_hunks(&mut patch, &old_name, path, old, new);
    patch
}

/// The patch that creates the file `path` with the bytes `new`.
pub fn diff_new_file(path: &str, new: &[u8]) -> Vec<u8> {
    let mut patch = header(path).into_bytes();
    patch.extend_from_slice(b"new file mode 100644\n");
    if new.is_empty() {
        // Without a hunk, only the id of the empty blob tells git that this is a whole patch.
        patch.extend_from_slice(b"index 0000000..e69de29\n");
        return patch;
    }
    push_hunks(&mut patch, "--- /dev/null\n", path, b"", new);
    patch
}

fn header(path: &str) -> String {
    format!("diff --git {} {}\n", quote(&format!("a/{path}")), quote(&format!("b/{path}")))
}

/// A `---` or `+++` line; after a name with a space, a tab says where the name ends.
fn file_line(mark: &str, name: &str) -> String {
    let tab = if name.contains(' ') { "\t" } else { "" };
    format!("{mark} {}{tab}\n", quote(name))
}

fn push_hunks(acc: &mut Vec<u8>, old_name: &str, path: &str, old: &[u8], new: &[u8]) {
    acc.extend_from_slice(old_name.as_bytes());
    acc.extend_from_slice(file_line("+++", &format!("b/{path}")).as_bytes());
    let old_lines = split_lines(old);
    let new_lines = split_lines(new);
    let operations = operations(&equal_lines(&old_lines, &new_lines), old_lines.len(), new_lines.len());
    for hunk in group_diff_ops(operations, CONTEXT) {
        push_hunk(acc, &hunk, &old_lines, &new_lines);
    }
}

/// Pairs of equal lines, ascending on both sides, as many as there can be.
///
/// A line that the other side lacks is in no pair, so those are left out first: the time a comparison takes grows with the square
/// of the differences that are left.
fn equal_lines(old: &[&[u8]], new: &[&[u8]]) -> Vec<(usize, usize)> {
    let in_old: FxHashSet<&[u8]> = old.iter().copied().collect();
    let in_new: FxHashSet<&[u8]> = new.iter().copied().collect();
    let old_shared: Vec<usize> = (0..old.len()).filter(|&index| in_new.contains(old[index])).collect();
    let new_shared: Vec<usize> = (0..new.len()).filter(|&index| in_old.contains(new[index])).collect();
    let old_lines: Vec<&[u8]> = old_shared.iter().map(|&index| old[index]).collect();
    let new_lines: Vec<&[u8]> = new_shared.iter().map(|&index| new[index]).collect();
    let mut pairs = Vec::new();
    // Deletions and insertions can name a place on the other side that is off by a line, so only their lengths are used.
    let (mut old_index, mut new_index) = (0, 0);
    for operation in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        let (tag, old_range, new_range) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            pairs.extend(
                (0..old_range.len()).map(|step| (old_shared[old_index + step], new_shared[new_index + step])),
            );
        }
        old_index += old_range.len();
        new_index += new_range.len();
    }
    pairs
}

/// What to do between and at the `pairs` of equal lines, in order and without gaps.
fn operations(pairs: &[(usize, usize)], old_count: usize, new_count: usize) -> Vec<DiffOp> {
    let mut operations = Vec::new();
    let (mut old_index, mut new_index) = (0, 0);
    for &(old_equal, new_equal) in pairs {
        push_change(&mut operations, old_index..old_equal, new_index..new_equal);
        match operations.last_mut() {
            Some(DiffOp::Equal { len, .. }) => *len += 1,
            _ => operations.push(DiffOp::Equal { old_index: old_equal, new_index: new_equal, len: 1 }),
        }
        (old_index, new_index) = (old_equal + 1, new_equal + 1);
    }
    push_change(&mut operations, old_index..old_count, new_index..new_count);
    operations
}

fn push_change(acc: &mut Vec<DiffOp>, old: Range<usize>, new: Range<usize>) {
    let (old_index, old_len) = (old.start, old.len());
    let (new_index, new_len) = (new.start, new.len());
    match (old_len, new_len) {
        (0, 0) => {}
        (_, 0) => acc.push(DiffOp::Delete { old_index, old_len, new_index }),
        (0, _) => acc.push(DiffOp::Insert { old_index, new_index, new_len }),
        _ => acc.push(DiffOp::Replace { old_index, old_len, new_index, new_len }),
    }
}

fn push_hunk(acc: &mut Vec<u8>, hunk: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let old_span = span(first.old_range().start, last.old_range().end);
    let new_span = span(first.new_range().start, last.new_range().end);
    acc.extend_from_slice(format!("@@ -{old_span} +{new_span} @@\n").as_bytes());
    for operation in hunk {
        let (tag, old_range, new_range) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            push_lines(acc, b' ', &old[old_range]);
            continue;
        }
        push_lines(acc, b'-', &old[old_range]);
        push_lines(acc, b'+', &new[new_range]);
    }
}

/// `line,count`, counted from 1; an empty span names the line before it, and a count of one is left out.
fn span(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

fn push_lines(acc: &mut Vec<u8>, mark: u8, lines: &[&[u8]]) {
    for line in lines {
        acc.push(mark);
        acc.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            acc.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// Splits after each line feed, as git does; a carriage return is part of its line.
fn split_lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use crate::text::{diff_file, diff_new_file};

    fn check(path: &str, old: &str, new: &str, expected: &str) {
        let patch = diff_file(path, old.as_bytes(), new.as_bytes());
        assert_eq!(String::from_utf8(patch).unwrap(), expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("x.py", "a\n", "a\n", "");
    }

    #[test]
    fn three_lines_of_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        check(
            "x.py",
            old,
            &old.replace('5', "five"),
            "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
        );
    }

    #[test]
    fn missing_newline_and_carriage_returns_are_kept() {
        check(
            "x.py",
            "a\r\nb",
            "a\r\nb\n",
            "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+b\n",
        );
    }

    #[test]
    fn special_names_are_quoted() {
        let expected = "diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n@@ -0,0 +1 @@\n+x\n";
        check("a b.py", "", "x\n", expected);
        let patch = String::from_utf8(diff_new_file("é.py", b"x\n")).unwrap();
        assert_eq!(
            patch,
            "diff --git \"a/\\303\\251.py\" \"b/\\303\\251.py\"\nnew file mode 100644\n--- /dev/null\n+++ \"b/\\303\\251.py\"\n@@ -0,0 +1 @@\n+x\n"
        );
    }

    #[test]
    fn rewritten_files_of_megabytes_are_compared_quickly() {
        let lines = |name: &str| {
            let lines: Vec<String> = (0..60_000).map(|line| format!("{name} = {}\n", line / 2)).collect();
            lines.concat()
        };
        let (old, new) = (lines("x"), lines("y"));
        let patch = diff_file("x.py", old.as_bytes(), new.as_bytes());
        assert!(patch.len() > old.len() + new.len());
        let changed = old.replace("7\n", "seven\n");
        assert!(!diff_file("x.py", old.as_bytes(), changed.as_bytes()).is_empty());
    }
}
