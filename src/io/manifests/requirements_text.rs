//! Requirements files (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).

use crate::base::normalized;
use crate::io::manifests::collect::{Collection, Included, ManifestFile};
use crate::io::manifests::declaration::{Declaration, DeclarationKind, Group, ManifestWarning, Manifests};
use crate::io::manifests::requirement::{Requirement, parse_requirement};

/// Reads a requirements or constraints file, and remembers the files that it includes.
pub(super) fn read_requirements(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    kind: DeclarationKind,
    group: &Group,
) {
    for (line, text) in logical_lines(&file.text) {
        match entry(&text) {
            Entry::Nothing => {}
            Entry::Include(path, kind_there) => {
                let folder = file.path.parent().unwrap_or(&file.path);
                let path = folder.join(path);
                if path.is_file() {
                    acc.include(Included { path, kind: kind.max(kind_there), group: group.clone() });
                } else {
                    let shown = acc.shown(&path);
                    acc.warn(file, line, format!("no such file: {shown}"));
                }
            }
            Entry::Requirement(requirement) => acc.add(file, line, kind, group, requirement),
            Entry::Broken => acc.warn(file, line, format!("cannot read the requirement `{text}`")),
        }
    }
}

impl Manifests {
    /// Adds what a string requires that stands in another kind of file, at a line of it.
    pub fn require(&mut self, text: &str, group: &Group, file: &str, line: u32) {
        if !self.files.iter().any(|known| known == file) {
            self.files.push(file.to_owned());
        }
        match line_requirement(text) {
            Ok(Some(Requirement { name, specifier, marker })) => self.declarations.push(Declaration {
                name,
                specifier,
                marker,
                kind: DeclarationKind::Requirement,
                group: group.clone(),
                file: file.to_owned(),
                line,
            }),
            Ok(None) => {}
            Err(()) => self.warnings.push(ManifestWarning {
                file: file.to_owned(),
                line,
                message: format!("cannot read the requirement `{text}`"),
            }),
        }
    }
}

/// What one line says.
enum Entry {
    Nothing,
    Include(String, DeclarationKind),
    Requirement(Requirement),
    Broken,
}

/// What a line, or a string of a list, requires, when that can be read.
pub(super) fn line_requirement(text: &str) -> Result<Option<Requirement>, ()> {
    match entry(text) {
        Entry::Requirement(requirement) => Ok(Some(requirement)),
        Entry::Nothing | Entry::Include(..) => Ok(None),
        Entry::Broken => Err(()),
    }
}

fn entry(text: &str) -> Entry {
    let text = text.trim();
    if text.is_empty() {
        return Entry::Nothing;
    }
    for (names, kind) in [
        (["--requirement", "-r"], DeclarationKind::Requirement),
        (["--constraint", "-c"], DeclarationKind::Constraint),
    ] {
        if let Some(path) = option_value(text, names) {
            return Entry::Include(unquoted(path).to_owned(), kind);
        }
    }
    let wanted = option_value(text, ["--editable", "-e"]).unwrap_or(text);
    if wanted.starts_with('-') {
        return Entry::Nothing;
    }
    // Options of a single requirement: hashes and the like.
    let wanted = wanted.find(" --").map_or(wanted, |at| &wanted[..at]).trim();
    if let Some(requirement) = parse_requirement(wanted) {
        return Entry::Requirement(requirement);
    }
    let is_address = wanted.contains("://") || wanted.starts_with("git@");
    let is_path = wanted.starts_with(['.', '/', '~', '$']) || wanted.contains(['/', '\\']);
    match named_by_address(wanted) {
        Some(name) if is_address || is_path => {
            Entry::Requirement(Requirement { name, specifier: String::new(), marker: None })
        }
        _ if is_address || is_path => Entry::Nothing,
        _ => Entry::Broken,
    }
}

/// The value of an option, after a space, an equals sign, or right behind its short form.
fn option_value<'a>(text: &'a str, [long, short]: [&str; 2]) -> Option<&'a str> {
    let long = text.strip_prefix(long).and_then(|rest| {
        rest.strip_prefix('=').or_else(|| rest.starts_with(char::is_whitespace).then_some(rest))
    });
    let short = || text.strip_prefix(short).filter(|_| !text.starts_with("--"));
    long.or_else(short).map(str::trim).filter(|value| !value.is_empty())
}

fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// The distribution that an address or a path names: by `#egg=`, or as a wheel's file name does.
fn named_by_address(text: &str) -> Option<String> {
    if let Some((_, fragment)) = text.split_once('#') {
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="))?;
        return parse_requirement(egg).map(|requirement| requirement.name);
    }
    let file = text.split(['?', ';', ' ']).next()?.rsplit(['/', '\\']).next()?;
    let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
    // Name, version, perhaps a build number, and three tags.
    let name = normalized(parts.first()?);
    (parts.len() >= 5 && !name.is_empty()).then_some(name)
}

/// Lines without comments, those that end with a backslash joined with the next, with the number of the first.
fn logical_lines(text: &str) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let is_comment = line.trim_start().starts_with('#');
        let continues = line.ends_with('\\') && !is_comment;
        let content = if continues { &line[..line.len() - 1] } else { line };
        let (start, mut joined) = open.take().unwrap_or((number, String::new()));
        if !is_comment {
            joined.push_str(content);
        }
        if continues {
            open = Some((start, joined));
        } else {
            lines.push((start, without_comment(&joined)));
        }
    }
    lines.extend(open.map(|(start, joined)| (start, without_comment(&joined))));
    lines
}

/// A comment begins the line, or has white space before it: an address may hold the sign.
fn without_comment(line: &str) -> String {
    let is_start = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    let comment = line.match_indices('#').map(|(at, _)| at).find(|&at| is_start(at));
    line[..comment.unwrap_or(line.len())].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::testing::check;

    #[test]
    fn lines_are_joined_and_comments_dropped() {
        check(
            &[(
                "requirements.txt",
                "# comment\n\nacme==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11  # note\nbeta>=2;os_name=='nt'\n--index-url https://example.org\n",
            )],
            &["requirements.txt:3 acme ==1.0 main", "requirements.txt:6 beta >=2 main; os_name=='nt'"],
        );
    }

    #[test]
    fn includes_are_followed_once_and_constraints_kept_apart() {
        check(
            &[
                ("requirements.txt", "-r more/base.txt\n-c constraints.txt\nacme\n"),
                ("more/base.txt", "-r ../requirements.txt\nbeta\n-r missing.txt\n"),
                ("constraints.txt", "beta<3\n"),
            ],
            &[
                "constraints.txt:1 constraint beta <3 main",
                "requirements.txt:3 acme  main",
                "more/base.txt:2 beta  main",
                "warning: more/base.txt:3: no such file: more/missing.txt",
            ],
        );
    }

    #[test]
    fn an_included_file_keeps_the_group_of_its_own_name() {
        check(
            &[
                ("dev-requirements.txt", "-r requirements.txt\n-r more/../x.txt\n"),
                ("requirements.txt", "acme\n"),
                ("x.txt", "beta\n"),
                ("more/y.txt", ""),
            ],
            &["requirements.txt:1 acme  main", "x.txt:1 beta  group dev"],
        );
    }

    #[test]
    fn addresses_and_paths_name_what_they_can() {
        check(
            &[(
                "requirements.txt",
                "-e git+https://example.org/x.git@v1#egg=Acme_X[a]\n-e .\n./local\nhttps://example.org/beta_y-1.0-py3-none-any.whl\nhttps://example.org/z.zip\ngamma @ https://example.org/g.zip#sha256=00\n",
            )],
            &[
                "requirements.txt:1 acme-x  main",
                "requirements.txt:4 beta-y  main",
                "requirements.txt:6 gamma  main",
            ],
        );
    }

    #[test]
    fn groups_come_from_names_of_files() {
        check(
            &[
                ("requirements-dev.txt", "a\n"),
                ("test-requirements.txt", "b\n"),
                ("requirements/docs.txt", "c\n"),
                ("requirements/base.in", "d\n"),
                ("requirements/readme.md", "e\n"),
                ("notes.txt", "f\n"),
            ],
            &[
                "requirements-dev.txt:1 a  group dev",
                "test-requirements.txt:1 b  group test",
                "requirements/base.in:1 d  main",
                "requirements/docs.txt:1 c  group docs",
            ],
        );
    }

    #[test]
    fn broken_lines_are_named_and_the_others_count() {
        check(
            &[("requirements.txt", "acme = 1\n>=2\nbeta\n")],
            &[
                "requirements.txt:3 beta  main",
                "warning: requirements.txt:1: cannot read the requirement `acme = 1`",
                "warning: requirements.txt:2: cannot read the requirement `>=2`",
            ],
        );
    }
}
