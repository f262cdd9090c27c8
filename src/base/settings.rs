//! Resolved settings: what one run was asked to do, after defaults, files and flags were joined.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::affix::Affix;
use crate::base::conversion::ConversionSettings;

use crate::base::level::Level;

/// The oldest Python that matters when nothing else is said.
pub const DEFAULT_TARGET: (u8, u8) = (3, 9);

/// Everything a run needs to know; made in `io` and `cli`, read everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Which checks report.
    pub selection: Selection,
    /// How async functions are named.
    pub naming: NamingSettings,
    /// Oldest Python version the analysed project supports, as (major, minor).
    pub target_version: Option<(u8, u8)>,
    /// Glob patterns, relative to the project root, of files that are not analysed at all.
    pub exclude: Vec<String>,
    /// Source roots relative to the project root (`src`, `.`); empty means: find them.
    pub source_roots: Vec<String>,
    /// Rule files, and folders of them, that lie over the embedded rules.
    pub rules: Vec<PathBuf>,
    /// Further qualified names that block.
    pub blocking: Vec<String>,
    /// Qualified names that never block, whatever a rule says.
    pub not_blocking: Vec<String>,
    /// Which library replaces which, by role (`http = "acme"`).
    pub prefer: Prefer,
    /// In which functions what blocks is reported.
    pub scope: Scope,
    /// Levels of checks by code, beginning of a code, name or category, in the order in which they are given.
    pub levels: Vec<(String, Level)>,
    /// The least level that fails a run.
    pub fail_on: Level,
    /// The file of findings that are known.
    pub baseline: Option<PathBuf>,
    /// Checks left out by glob pattern: pattern to codes.
    pub per_file_ignores: BTreeMap<String, Vec<String>>,
    /// Calls of this project that end at something that waits, and their async forms.
    pub leaves: Vec<Leaf>,
    /// How `fix` converts.
    pub conversion: ConversionSettings,
    /// Whether installed packages that the project imports are analysed as well.
    pub follow_imports: bool,
    /// The interpreter or environment in which they are installed; `None` means: find it.
    pub python: Option<PathBuf>,
    /// The folder that keeps what runs worked out; `None` means `.asyncshift_cache` in the project.
    pub cache_dir: Option<PathBuf>,
    /// How many threads may work; `None` means one per core.
    pub jobs: Option<usize>,
}

/// In which functions what blocks is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scope {
    /// In those that run on an event loop.
    #[default]
    Loop,
    /// In all of them, so that no new blocking call comes in while a project moves to async.
    All,
}

/// Role to library, as in `prefer = { http = "acme" }`.
pub type Prefer = BTreeMap<String, String>;

/// Which checks are on: `select` replaces the default, `extend_select` adds, `ignore` wins.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Selection {
    /// Codes or code prefixes that replace the default set.
    pub select: Option<Vec<String>>,
    /// Codes or code prefixes added to the set.
    pub extend_select: Vec<String>,
    /// Codes or code prefixes taken out again.
    pub ignore: Vec<String>,
}

/// How async functions are named.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NamingSettings {
    /// What marks their names.
    pub affix: Affix,
    /// Whether the configuration says so, or nobody.
    pub is_chosen: bool,
    /// Patterns of names that are free.
    pub allow: Vec<String>,
}

/// A call that the project itself declares to wait: where it stands, it becomes the async form.
///
/// `kind = "with"`, `call = "self._pool.acquire"`, `async = "self._pool.async_acquire"` turns
/// `with self._pool.acquire():` into `async with self._pool.async_acquire():`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What makes it async.
    pub kind: LeafKind,
    /// The called expression as written in the code, or a qualified name.
    pub call: String,
    /// The called expression of the async form.
    pub replacement: String,
}

/// What makes a [`Leaf`] async.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeafKind {
    /// `call()` becomes `await call()`.
    Await,
    /// `with call():` becomes `async with call():`.
    With,
    /// `for x in call():` becomes `async for x in call():`.
    For,
}
