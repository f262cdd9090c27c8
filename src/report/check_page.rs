//! The page of a check: what it finds, what to do, how to select and to suppress it; in Markdown.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::summary::capital;
use crate::rules::{CheckCategory, CheckDefault, CheckRule, Knowledge};

/// Writes the page of one check.
pub fn write_check_page(out: &mut dyn Write, check: &CheckRule) -> io::Result<()> {
    out.write_all(check_page(check).as_bytes())
}

/// Writes a page that lists all checks by category.
pub fn write_check_index(out: &mut dyn Write, knowledge: &Knowledge) -> io::Result<()> {
    writeln!(
        out,
        "# Checks\n\nMade from the files in `rules/checks/`, as is what `asyncshift explain` prints. \
         [Adding a check](../adding-a-check.md) says how to write one.\n\n\
         Codes, the beginnings of codes, names and categories all select: `--select AS1`, `--ignore blocking-disk`, \
         `--extend-select naming`. A check whose fix is \"yes\" is one that `asyncshift fix` can help with, in some of \
         the cases that it reports."
    )?;
    for &category in CheckCategory::ALL {
        let checks: Vec<&CheckRule> =
            knowledge.checks().iter().filter(|check| check.category == category).collect();
        if checks.is_empty() {
            continue;
        }
        writeln!(out, "\n## {}\n", capital(category.as_str()))?;
        writeln!(out, "| code | name | finds | level | default | fix |")?;
        writeln!(out, "| --- | --- | --- | --- | --- | --- |")?;
        for check in checks {
            let CheckRule { code, name, summary, level, .. } = check;
            let default = default_word(check.default);
            let fix = if check.fixable { "yes" } else { "" };
            let summary = summary.replace('|', "\\|");
            writeln!(
                out,
                "| [{code}]({}) | {name} | {summary} | {level} | {default} | {fix} |",
                check_file_name(check)
            )?;
        }
    }
    Ok(())
}

/// Name of the file that holds the page of a check.
pub fn check_file_name(check: &CheckRule) -> String {
    format!("{}-{}.md", check.code, check.name)
}

/// The page of one check.
pub(crate) fn check_page(check: &CheckRule) -> String {
    let CheckRule { code, name, category, level, since, .. } = check;
    let mut page = format!("# {code} {name}\n\n{}.\n\n", capital(&check.summary));
    let default = default_word(check.default);
    let fix = if check.fixable { "`asyncshift fix` can help" } else { "none" };
    let _ = write!(
        page,
        "- Category: {category}\n- Level: {level}\n- Default: {default}\n- Fix: {fix}\n- Since: {since}\n\n{}\n",
        check.explanation.trim()
    );
    for (index, example) in check.examples.iter().enumerate() {
        page += if index == 0 { "\n## Examples\n" } else { "" };
        if !example.settings.is_empty() {
            let _ = write!(page, "\nWith these settings:\n\n{}", code_block("ini", &example.settings));
        }
        let (bad, good) = (code_block("python", &example.bad), code_block("python", &example.good));
        let _ = write!(page, "\nInstead of\n\n{bad}\nwrite\n\n{good}");
    }
    let _ = write!(page, "\n## Selecting it\n\n{}", selecting(check));
    page
}

/// How to turn the check on or off, to change its level, and to take back what it says.
fn selecting(check: &CheckRule) -> String {
    let name = &check.name;
    let (words, key) = match check.default {
        CheckDefault::Always => {
            return "It is always on, because it tells what the others could not see.\n".to_owned();
        }
        CheckDefault::On => ("It is on. To turn it off", "ignore"),
        CheckDefault::Off => ("It is off until it is selected", "extend-select"),
    };
    format!(
        "{words}: `asyncshift lint --{key} {name}`, or for a project in `pyproject.toml`:\n\n\
         ```toml\n[tool.asyncshift]\n{key} = [\"{name}\"]\n```\n\n\
         A comment takes back a single finding, on its line, on that of its cause, or on the `def` around it:\n\n\
         ```python\n# noqa: {code}\n# asyncshift: ignore[{name}] and the reason\n```\n",
        code = check.code
    )
}

fn default_word(default: CheckDefault) -> &'static str {
    match default {
        CheckDefault::Off => "off",
        CheckDefault::On => "on",
        CheckDefault::Always => "always on",
    }
}

fn code_block(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```\n", code.trim_matches('\n'))
}

#[cfg(test)]
mod tests {
    use crate::report::check_page::check_page;
    use crate::rules::Knowledge;

    #[test]
    fn pages_are_clean_markdown() {
        for check in Knowledge::embedded().checks() {
            let page = check_page(check);
            assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{}", check.code);
            assert!(!page.contains("\n\n\n\n"), "{}", check.code);
            assert_eq!(page.matches("```").count() % 2, 0, "{}", check.code);
        }
    }
}
