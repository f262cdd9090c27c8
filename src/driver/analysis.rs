//! What one run knows when all phases are done.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::check::FileProblem;
use crate::driver::follow::FollowNote;
use crate::driver::load::is_test;
use crate::effects::Effects;
use crate::graph::{CallGraph, Coverage, Unresolved};
use crate::io::{DiscoverWarning, Encoding, SourceFile};
use crate::link::{Hierarchy, ModuleId, Program};
use crate::resolve::LibraryValue;
use crate::text::SourceText;

/// A file of the project.
#[derive(Debug)]
pub struct AnalysedFile {
    /// Where it is and what it is called.
    pub source: SourceFile,
    /// Its text, when it could be read.
    pub text: SourceText,
    /// How its bytes become its text; `None` when it was not or could not be read.
    pub encoding: Option<Encoding>,
    /// Whether it holds tests.
    pub is_test: bool,
    /// Whether it is the runtime helper that a conversion adds.
    pub is_runtime: bool,
    /// Whether it is installed code that the project imports.
    pub is_third_party: bool,
}

impl AnalysedFile {
    /// A file of the project itself.
    pub(crate) fn of_project(source: SourceFile, text: SourceText, encoding: Option<Encoding>) -> Self {
        let is_test = is_test(&source.relative);
        let is_runtime = source.path.file_name().is_some_and(|name| name == RUNTIME_FILE);
        Self { source, text, encoding, is_test, is_runtime, is_third_party: false }
    }
}

/// The file that holds the runtime helper.
pub(crate) const RUNTIME_FILE: &str = "_asyncshift.py";

/// An analysed project. The number of a file is its position in `files`.
#[derive(Debug)]
pub struct Analysis {
    /// The project's files in the order of their paths, then installed ones in the order of their modules' names.
    pub files: Vec<AnalysedFile>,
    /// Roots of the projects that the paths lie in.
    pub roots: Vec<PathBuf>,
    /// The linked program.
    pub program: Program,
    /// Its classes.
    pub hierarchy: Hierarchy,
    /// Its call graph.
    pub graph: CallGraph,
    /// Why calls are not resolved, counted.
    pub unresolved: Vec<(Unresolved, usize)>,
    /// What blocks in it.
    pub effects: Effects,
    /// Values that belong to libraries, when the project prefers one library to another.
    pub library_values: Vec<LibraryValue>,
    /// Files that could not be read, or whose analysis failed.
    pub problems: Vec<FileProblem>,
    /// What else is to be said.
    pub warnings: Vec<DiscoverWarning>,
    /// What is to be said of installed code.
    pub notes: Vec<FollowNote>,
}

/// How much was analysed, and how much of it is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Files that were given to report on.
    pub selected_files: usize,
    /// Files of the project.
    pub files: usize,
    /// Installed files that imports led to.
    pub third_party_files: usize,
    /// Functions of the project, module bodies left out.
    pub functions: usize,
    /// Calls.
    pub coverage: Coverage,
    /// Why calls are not resolved, counted.
    pub unresolved: Vec<(Unresolved, usize)>,
}

impl Analysis {
    /// How much was analysed.
    pub fn figures(&self) -> Figures {
        Figures {
            selected_files: self.selected_files(),
            files: self.project_files(),
            third_party_files: self.files.len() - self.project_files(),
            functions: self.functions(),
            coverage: self.graph.coverage(),
            unresolved: self.unresolved.clone(),
        }
    }

    /// The file of a module.
    pub fn file(&self, module: ModuleId) -> &AnalysedFile {
        &self.files[self.program.modules[module].file as usize]
    }

    /// Whether findings in a module are wanted.
    pub fn is_selected(&self, module: ModuleId) -> bool {
        self.file(module).source.is_selected
    }

    /// How many files were given to report on.
    pub fn selected_files(&self) -> usize {
        self.files.iter().filter(|file| file.source.is_selected).count()
    }

    /// How many files the project has.
    pub fn project_files(&self) -> usize {
        self.files.iter().filter(|file| !file.is_third_party).count()
    }

    /// How many functions the project has, module bodies left out.
    pub fn functions(&self) -> usize {
        let modules = self.program.modules.iter().filter(|module| !module.is_third_party);
        modules.map(|module| module.facts.functions.len() - 1).sum()
    }
}
