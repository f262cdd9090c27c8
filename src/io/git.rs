//! Asks git what changed since a revision.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use thiserror::Error;

use crate::io::git_diff::{Changes, path_of};

/// Why it is not known what changed.
#[derive(Debug, Error)]
pub enum GitError {
    /// The program cannot be started.
    #[error("cannot run git: {0}")]
    NotStarted(io::Error),
    /// There is no repository.
    #[error("{} is in no git repository: {message}", folder.display())]
    NoRepository {
        /// Where it was looked for.
        folder: PathBuf,
        /// What git said.
        message: String,
    },
    /// The revision is none.
    #[error("git knows no revision `{0}`; a shallow clone may lack it")]
    UnknownRevision(String),
    /// Two revisions are given.
    #[error("`{0}` is more than one revision: write `main`, or `main...` for where the branch left it")]
    Range(String),
    /// There is no common ancestor.
    #[error("git finds no common ancestor of `{0}` and HEAD; a shallow clone may lack it")]
    NoMergeBase(String),
    /// Anything else.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// What it was asked.
        command: String,
        /// What it said.
        message: String,
    },
}

/// The lines under a folder that differ from a revision, in the working tree: what is committed since, staged, not staged
/// and not tracked. `REVISION...` means the last commit that the revision and HEAD share.
///
/// Files with Python's extensions count, and `others`. What changed in submodules is their own repositories' matter.
pub fn changes_since(folder: &Path, revision: &str, others: &[&Path]) -> Result<Changes, GitError> {
    let top = top(folder)?;
    let commit = commit(folder, revision)?;
    let mut specs = vec!["--".to_owned(), "*.py".to_owned(), "*.pyi".to_owned()];
    specs.extend(others.iter().filter_map(|path| {
        let inside = path.strip_prefix(folder).ok()?.to_str()?;
        Some(format!(":(literal){inside}"))
    }));
    let mut changes = Changes::default();
    let mut diff = DIFF.map(str::to_owned).to_vec();
    diff.push(commit);
    diff.extend(specs.iter().cloned());
    changes.add_patch(&succeed(folder, "diff", &diff)?, &top);
    let mut untracked = ["ls-files", "--others", "--exclude-standard", "-z"].map(str::to_owned).to_vec();
    untracked.extend(specs);
    let listed = succeed(folder, "ls-files", &untracked)?;
    for name in listed.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        changes.add_whole(folder.join(path_of(name)));
    }
    Ok(changes)
}

/// Who commits in a repository, as `Name <address>`, when its configuration says so.
pub fn identity(folder: &Path) -> Option<String> {
    let name = line_of(folder, &["config", "user.name"])?;
    let address = line_of(folder, &["config", "user.email"])?;
    Some(format!("{name} <{address}>"))
}

/// When the last commit was made, as mail says it; `None` where there is none.
pub fn last_commit_date(folder: &Path) -> Option<String> {
    line_of(folder, &["log", "-1", "--format=%aD"])
}

fn line_of(folder: &Path, arguments: &[&str]) -> Option<String> {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let output = git(folder, &arguments).ok().filter(|output| output.status.success())?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!line.is_empty() && !line.contains('\n')).then_some(line)
}

/// A patch that only the revision and the files decide, whatever the user's configuration says.
const DIFF: [&str; 15] = [
    "-c",
    "diff.relative=false",
    "-c",
    "diff.interHunkContext=0",
    "diff",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--text",
    "--find-renames",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--patch",
];

/// The folder that paths in patches are relative to.
fn top(folder: &Path) -> Result<PathBuf, GitError> {
    let output = git(folder, &["rev-parse".to_owned(), "--show-toplevel".to_owned()])?;
    let path = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    if !output.status.success() || path.is_empty() {
        return Err(GitError::NoRepository { folder: folder.to_owned(), message: said(&output) });
    }
    let top = path_of(path);
    Ok(fs::canonicalize(&top).unwrap_or(top))
}

/// The commit that a revision means.
fn commit(folder: &Path, revision: &str) -> Result<String, GitError> {
    let (name, is_merge_base) = match revision.split_once("...") {
        Some((name, "" | "HEAD")) => (name, true),
        None if !revision.contains("..") => (revision, false),
        Some(_) | None => return Err(GitError::Range(revision.to_owned())),
    };
    let unknown = || GitError::UnknownRevision(name.to_owned());
    // It must not be taken for an option.
    if name.is_empty() || name.starts_with('-') {
        return Err(unknown());
    }
    let parse =
        ["rev-parse".to_owned(), "--verify".to_owned(), "--quiet".to_owned(), format!("{name}^{{commit}}")];
    let found = git(folder, &parse)?;
    if !found.status.success() {
        return Err(unknown());
    }
    let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    if !is_merge_base {
        return Ok(commit);
    }
    let base = git(folder, &["merge-base".to_owned(), commit, "HEAD".to_owned()])?;
    if !base.status.success() {
        return Err(GitError::NoMergeBase(name.to_owned()));
    }
    Ok(String::from_utf8_lossy(&base.stdout).trim().to_owned())
}

fn succeed(folder: &Path, command: &str, arguments: &[String]) -> Result<Vec<u8>, GitError> {
    let output = git(folder, arguments)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitError::Failed { command: command.to_owned(), message: said(&output) })
}

fn git(folder: &Path, arguments: &[String]) -> Result<Output, GitError> {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(arguments).current_dir(folder).stdin(Stdio::null());
    // Asking must not get in the way of a git that works at the same time.
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").env_remove("GIT_LITERAL_PATHSPECS");
    // A hook is told its repository by paths that are relative to where the hook runs; it is found without them.
    if env::var_os("GIT_WORK_TREE").is_none() {
        command.env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE").env_remove("GIT_PREFIX");
    }
    command.output().map_err(GitError::NotStarted)
}

/// The first line of what git complained of.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    line.trim_start_matches("fatal: ").to_owned()
}
