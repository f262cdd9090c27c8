//! Writes `# noqa` comments into a text, and takes out suppressions that are of no use.

use std::collections::{BTreeMap, BTreeSet};

use crate::syntax::{BoundLines, Selector, SuppressionStyle, SuppressionText, parse, suppressions};
use crate::text::{Conflict, Edit, EditSet, TextRange};

/// Why suppressions of a file are left as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoqaRefusal {
    /// The file is no Python, so nobody knows where a comment may stand.
    #[error("the file has syntax errors")]
    SyntaxErrors,
    /// A comment would stand where it is none, or hide code.
    #[error("a comment would change the code")]
    ChangesCode,
    /// Edits want the same place.
    #[error(transparent)]
    Conflict(#[from] Conflict),
}

/// Adds codes to `# noqa` comments at the end of the lines on which places stand, with the number of codes that are new.
pub fn add_noqa(text: &str, wanted: &[(u32, &str)]) -> Result<(String, usize), NoqaRefusal> {
    let parsed = parse(text);
    if !parsed.errors().is_empty() {
        return Err(NoqaRefusal::SyntaxErrors);
    }
    let lines = BoundLines::new(&parsed, text);
    let mut by_line: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for &(offset, code) in wanted {
        by_line.entry(lines.end(offset)).or_default().insert(code);
    }
    let mut edits = Vec::new();
    let (mut added, mut comments) = (0, parsed.comments().len());
    for (end, codes) in by_line {
        let next = parsed.comments().partition_point(|comment| comment.range.start() < end);
        let last = next.checked_sub(1).map(|index| parsed.comments()[index].range);
        let comment = last.filter(|range| range.end() == end);
        let known = comment.and_then(|range| listed(range.get(text)?).map(|list| (range.start(), list)));
        let mut codes: Vec<&str> = codes.into_iter().collect();
        if let Some((start, list)) = known {
            codes.retain(|code| !list.iter().any(|selector| selector.text == *code));
            if let (Some(last), false) = (list.last(), codes.is_empty()) {
                let at = start + last.range.end as u32;
                edits.push(Edit::insert(at, format!(", {}", codes.join(", "))));
            }
        } else {
            comments += usize::from(comment.is_none());
            let line = text[..end as usize].trim_end_matches([' ', '\t', '\x0c']);
            let blanks = TextRange::new(line.len() as u32, end);
            edits.push(Edit::replace(blanks, format!("  # noqa: {}", codes.join(", "))));
        }
        added += codes.len();
    }
    let new = EditSet::new(edits, text)?.apply(text);
    let checked = parse(&new);
    if !checked.errors().is_empty() || checked.comments().len() != comments {
        return Err(NoqaRefusal::ChangesCode);
    }
    Ok((new, added))
}

/// The codes of the `# noqa` with a list in a comment.
fn listed(comment: &str) -> Option<Vec<Selector>> {
    let noqa = |found: &SuppressionText| found.style == SuppressionStyle::Noqa;
    suppressions(comment).into_iter().filter(noqa).find_map(|found| found.selectors)
}

/// Takes selectors out of suppressions, each given by the range of the suppression and the selector; one that has no
/// selector left goes, with its reason, and so does a line that holds nothing else. Says how many went.
pub fn remove_suppressions(text: &str, unused: &[(TextRange, &str)]) -> Result<(String, usize), NoqaRefusal> {
    let parsed = parse(text);
    let mut by_comment: BTreeMap<TextRange, BTreeSet<&str>> = BTreeMap::new();
    for &(range, selector) in unused {
        by_comment.entry(range).or_default().insert(selector);
    }
    let mut new = text.to_owned();
    let mut removed = 0;
    // From the last to the first: what is still to be done stays where it is.
    for (range, selectors) in by_comment.into_iter().rev() {
        let Some(found) = range.get(text).and_then(|comment| suppressions(comment).into_iter().next()) else {
            continue;
        };
        let all = found.selectors.unwrap_or_default();
        let (gone, kept): (Vec<Selector>, Vec<Selector>) =
            all.into_iter().partition(|selector| selectors.contains(selector.text.as_str()));
        if gone.is_empty() && !kept.is_empty() {
            continue;
        }
        removed += gone.len().max(1);
        let edit = match (kept.first(), kept.last()) {
            (Some(_), Some(_)) => shorter(text, range, &gone, &kept),
            _ => whole(&new, range),
        };
        new = EditSet::new(vec![edit], &new)?.apply(&new);
    }
    if parse(&new).errors().len() != parsed.errors().len() {
        return Err(NoqaRefusal::ChangesCode);
    }
    Ok((new, removed))
}

/// The list without those that go.
fn shorter(text: &str, comment: TextRange, gone: &[Selector], kept: &[Selector]) -> Edit {
    let at = |offset: usize| comment.start() + offset as u32;
    let all = || gone.iter().chain(kept);
    let start = all().map(|selector| selector.range.start).min().unwrap_or_default();
    let end = all().map(|selector| selector.range.end).max().unwrap_or_default();
    let spelled = |selector: &Selector| {
        let range = TextRange::new(at(selector.range.start), at(selector.range.end));
        range.get(text).unwrap_or(&selector.text).to_owned()
    };
    let list: Vec<String> = kept.iter().map(spelled).collect();
    Edit::replace(TextRange::new(at(start), at(end)), list.join(", "))
}

/// Without the suppression, the blanks before it, and its line if nothing else is on it.
fn whole(text: &str, comment: TextRange) -> Edit {
    let is_break = |character: char| character == '\n' || character == '\r';
    let (before, after) = (&text[..comment.start() as usize], &text[comment.end() as usize..]);
    let rest = &after[..after.find(is_break).unwrap_or(after.len())];
    if !rest.trim().is_empty() {
        // Another part of the comment takes its place.
        let blanks = rest.len() - rest.trim_start().len();
        return Edit::delete(TextRange::new(comment.start(), comment.end() + blanks as u32));
    }
    let end = comment.end() + rest.len() as u32;
    let line = before.rfind(is_break).map_or(0, |at| at + 1);
    if before[line..].trim().is_empty() {
        let line_break = &after[rest.len()..];
        let length = if line_break.starts_with("\r\n") { 2 } else { usize::from(!line_break.is_empty()) };
        return Edit::delete(TextRange::new(line as u32, end + length as u32));
    }
    Edit::delete(TextRange::new(before.trim_end().len() as u32, end))
}

#[cfg(test)]
mod tests {
    use crate::rewrite::{NoqaRefusal, add_noqa, remove_suppressions};
    use crate::syntax::{parse, suppressions};
    use crate::text::TextRange;

    /// Adds AS101 and AS104 to the line where `@` stands, and AS101 once more.
    fn add(marked: &str, expected: &str, count: usize) {
        let at = marked.find('@').unwrap() as u32;
        let text = marked.replacen('@', "", 1);
        let found = add_noqa(&text, &[(at, "AS104"), (at, "AS101"), (at, "AS101")]);
        assert_eq!(found, Ok((expected.to_owned(), count)));
    }

    #[test]
    fn comments_stand_where_python_allows_them() {
        add("@f()\ng()\n", "f()  # noqa: AS101, AS104\ng()\n", 2);
        add("@f()", "f()  # noqa: AS101, AS104", 2);
        add("@f() \t\r\ng()\r\n", "f()  # noqa: AS101, AS104\r\ng()\r\n", 2);
        add("f(\n    @g(),\n)\n", "f(\n    g(),  # noqa: AS101, AS104\n)\n", 2);
        add("x = @f() + \\\n    1\n", "x = f() + \\\n    1  # noqa: AS101, AS104\n", 2);
        add("@f('''\n# noqa\n''')\n", "f('''\n# noqa\n''')  # noqa: AS101, AS104\n", 2);
        add("x = f'''{\n@f()}\n'''\n", "x = f'''{\nf()}\n'''  # noqa: AS101, AS104\n", 2);
        add("x = '''\n''' + @f(\n)\n", "x = '''\n''' + f(  # noqa: AS101, AS104\n)\n", 2);
    }

    #[test]
    fn comments_that_are_there_are_joined() {
        add("@f()  # why\n", "f()  # why  # noqa: AS101, AS104\n", 2);
        add("@f()  # noqa: E501 long\n", "f()  # noqa: E501, AS101, AS104 long\n", 2);
        add("@f()  # noqa:AS104\n", "f()  # noqa:AS104, AS101\n", 1);
        add("@f()  # noqa: as101,as104\n", "f()  # noqa: as101,as104\n", 0);
        add("@f()  # noqa: because\n", "f()  # noqa: because  # noqa: AS101, AS104\n", 2);
    }

    #[test]
    fn broken_files_are_left_alone() {
        assert_eq!(add_noqa("f(\n", &[(0, "AS101")]), Err(NoqaRefusal::SyntaxErrors));
    }

    /// Removes the selectors, wherever they stand; `*` means a suppression without a list.
    fn remove(text: &str, selectors: &[&str], expected: &str) {
        let mut unused = Vec::new();
        for comment in parse(text).comments() {
            for found in suppressions(comment.range.get(text).unwrap()) {
                let start = comment.range.start();
                let range = TextRange::new(start + found.range.start as u32, start + found.range.end as u32);
                let all = match found.selectors {
                    Some(selectors) => selectors.into_iter().map(|selector| selector.text).collect(),
                    None => vec!["*".to_owned()],
                };
                unused.extend(all.into_iter().map(|selector| (range, selector)));
            }
        }
        unused.retain(|(_, selector)| selectors.contains(&selector.as_str()));
        let borrowed: Vec<_> = unused.iter().map(|(range, selector)| (*range, selector.as_str())).collect();
        assert_eq!(remove_suppressions(text, &borrowed), Ok((expected.to_owned(), unused.len())));
    }

    #[test]
    fn what_is_of_no_use_goes() {
        remove("f()  # noqa: AS101\ng()\n", &["AS101"], "f()\ng()\n");
        remove("f()  # noqa: AS101, E501  why\n", &["AS101"], "f()  # noqa: E501  why\n");
        remove("f()  # noqa: E501 AS101,AS104\n", &["AS101"], "f()  # noqa: E501, AS104\n");
        remove("f()  # type: ignore # noqa: AS101\n", &["AS101"], "f()  # type: ignore\n");
        remove("f()  # noqa: AS101 # pylint: x\n", &["AS101"], "f()  # pylint: x\n");
        remove("if x:\r\n    # noqa: AS101\r\n    f()\r\n", &["AS101"], "if x:\r\n    f()\r\n");
        remove(
            "f()  # asyncshift: ignore[blocking, AS101] x\n",
            &["blocking"],
            "f()  # asyncshift: ignore[AS101] x\n",
        );
        remove("f()  # asyncshift: ignore why\n", &["*"], "f()\n");
    }

    #[test]
    fn several_of_a_comment_go() {
        let text = "f()  # noqa: AS101  # asyncshift: ignore[AS104]\ng()  # noqa: AS101";
        remove(text, &["AS101", "AS104"], "f()\ng()");
        remove(text, &["AS104"], "f()  # noqa: AS101\ng()  # noqa: AS101");
        remove(text, &["AS101"], "f()  # asyncshift: ignore[AS104]\ng()");
    }
}
