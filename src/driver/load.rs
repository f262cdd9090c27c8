//! One file at a time: read, decode, parse, lower.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::check::{FileProblem, FileProblemKind};
use crate::driver::progress::Progress;
use crate::io::{Decoded, Encoding, ReadError, SourceFile, read_source};
use crate::semantic::{ModuleFacts, lower};
use crate::syntax::parse;
use crate::text::SourceText;

/// What became of one file.
pub(crate) struct Loaded {
    pub(crate) text: SourceText,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) facts: Option<ModuleFacts>,
    pub(crate) problem: Option<FileProblem>,
}

/// Loads all files on the threads of the current pool, in the order of the files.
pub(crate) fn load_all(files: &[SourceFile], progress: &(dyn Fn(Progress) + Sync)) -> Vec<Loaded> {
    files
        .par_iter()
        .enumerate()
        .map(|(number, file)| {
            let loaded = load(u32::try_from(number).unwrap_or(u32::MAX), file);
            progress(Progress::FileDone);
            loaded
        })
        .collect()
}

/// Whether a file holds tests, by its own name or a folder's.
pub(crate) fn is_test(relative: &str) -> bool {
    let path = Path::new(relative);
    let is_in_tests = path.parent().is_some_and(|folder| {
        folder.iter().any(|part| part.to_str().is_some_and(|part| matches!(part, "tests" | "test")))
    });
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    is_in_tests || stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest"
}

/// Larger files hold tables that somebody generated.
const LARGEST_INSTALLED: usize = 1 << 20;

/// Loads a file that is not the project's; the error says why it is left out.
pub(crate) fn load_installed(file: &SourceFile) -> Result<Loaded, String> {
    let Decoded { text, encoding } = read_source(&file.path).map_err(|error| reason(&error))?;
    if text.len() > LARGEST_INSTALLED {
        return Err(format!("it is larger than {} KiB", LARGEST_INSTALLED >> 10));
    }
    let text = SourceText::new(text);
    let lowered = catch_unwind(AssertUnwindSafe(|| lower(&parse(text.as_str()), text.as_str())));
    let facts = lowered.map_err(|panic| panic_message(&*panic))?;
    if let Some(problem) = facts.problems.first() {
        let line = text.line_column(problem.range.start()).line;
        return Err(format!("line {line}: {}", problem.message));
    }
    Ok(Loaded { text, encoding: Some(encoding), facts: Some(facts), problem: None })
}

/// Loads a file of the project.
pub(crate) fn load(number: u32, file: &SourceFile) -> Loaded {
    load_read(number, file, read_source(&file.path), None)
}

/// Loads a file of the project that was read; its facts may be known.
pub(crate) fn load_read(
    number: u32,
    file: &SourceFile,
    read: Result<Decoded, ReadError>,
    known: Option<ModuleFacts>,
) -> Loaded {
    let fail = |kind, detail| FileProblem { file: number, path: file.display.clone(), kind, detail };
    let Decoded { text, encoding } = match read {
        Ok(decoded) => decoded,
        Err(error) => {
            let line = match &error {
                ReadError::Decode(error) => error.line(),
                ReadError::Io(_) => 1,
            };
            let problem = fail(FileProblemKind::Unreadable { line }, reason(&error));
            let text = SourceText::new(String::new());
            return Loaded { text, encoding: None, facts: None, problem: Some(problem) };
        }
    };
    let text = SourceText::new(text);
    if known.is_some() {
        return Loaded { text, encoding: Some(encoding), facts: known, problem: None };
    }
    let lowered = catch_unwind(AssertUnwindSafe(|| lower(&parse(text.as_str()), text.as_str())));
    let (facts, problem) = match lowered {
        Ok(facts) => (facts, None),
        // The file counts as empty, so that imports of it still lead somewhere.
        Err(panic) => {
            let problem = fail(FileProblemKind::Internal, panic_message(&*panic));
            (lower(&parse(""), ""), Some(problem))
        }
    };
    Loaded { text, encoding: Some(encoding), facts: Some(facts), problem }
}

/// The check's words already say that the file cannot be read.
fn reason(error: &ReadError) -> String {
    match error {
        ReadError::Io(error) => error.to_string(),
        ReadError::Decode(error) => error.to_string(),
    }
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::driver::load::is_test;

    #[test]
    fn tests_are_told_by_name_and_folder() {
        for path in ["tests/a.py", "pkg/test/b.py", "test_a.py", "a_test.py", "pkg/conftest.py"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["testing/a.py", "contest.py", "latest.py", "pkg/tests.py"] {
            assert!(!is_test(path), "{path}");
        }
    }
}
