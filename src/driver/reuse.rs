//! Puts what earlier runs worked out in the place of work.

use std::path::Path;

use rayon::prelude::*;

use crate::base::Settings;
use crate::driver::analysis::AnalysedFile;
use crate::driver::cache::{
    FactsCache, FileFacts, Known, Listing, Store, calls_key, read_calls, shape_of, write_calls,
};
use crate::driver::load::{Loaded, load, load_read};
use crate::driver::progress::Progress;
use crate::io::{Digest, SourceFile, Stamp, read_with_digest};
use crate::link::Program;
use crate::resolve::Resolution;
use crate::rules::Knowledge;
use crate::semantic::ModuleFacts;
use crate::text::SourceText;

/// What this run has from earlier ones.
pub(crate) struct Reuse<'a> {
    store: Option<&'a Store>,
    cache: FactsCache,
    /// What is known of each file's content; nothing for what could not be read, or is not worth keeping.
    pub(crate) known: Vec<Option<FileFacts>>,
}

/// Shapes are asked for before the program is resolved when no more than one file in so many is new.
const FEW: usize = 4;

impl<'a> Reuse<'a> {
    /// Nothing.
    pub(crate) fn none(files: usize) -> Self {
        Self { store: None, cache: FactsCache::default(), known: vec![None; files] }
    }

    /// Loads all files; those that did not change are not even read.
    pub(crate) fn load(
        store: &'a Store,
        listing: &Listing,
        files: &[SourceFile],
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Vec<Loaded>, Self) {
        let cache = FactsCache::read(store);
        let (loaded, known) = files
            .par_iter()
            .zip(&listing.stamps)
            .enumerate()
            .map(|(number, (file, &stamp))| {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let loaded = match stamp {
                    Some(stamp) => load_known(store, &cache, number, file, stamp),
                    None => (load(number, file), None),
                };
                progress(Progress::FileDone);
                loaded
            })
            .unzip();
        (loaded, Self { store: Some(store), cache, known })
    }

    /// What calls reach: as it was if code and rules are as they were, else worked out, while what was read is kept
    /// for the next run.
    pub(crate) fn resolution(
        &self,
        program: &Program,
        files: &[AnalysedFile],
        knowledge: &Knowledge,
        settings: &Settings,
        resolve: impl FnOnce() -> Resolution + Send,
    ) -> Resolution {
        let Some(store) = self.store else { return resolve() };
        let new = self.known.iter().filter(|known| known.is_none_or(|known| known.shape.is_none())).count();
        // What is said of installed code depends on more than facts.
        let is_stable = !settings.follow_imports;
        if is_stable && new <= self.known.len() / FEW {
            let shapes = self.shapes(program);
            let key = calls_key(store, program, knowledge, shapes.iter().copied());
            let kept = key.as_ref().and_then(|key| read_calls(store, key, program));
            let is_kept = kept.is_some();
            let keep_files = || self.keep(store, program, files, &shapes);
            let (resolution, ()) = match kept {
                Some(kept) => (kept, keep_files()),
                None => rayon::join(resolve, keep_files),
            };
            if let (Some(key), false) = (key, is_kept) {
                write_calls(store, &key, &resolution);
            }
            return resolution;
        }
        let keep_files = || {
            let shapes = self.shapes(program);
            self.keep(store, program, files, &shapes);
            shapes
        };
        let (resolution, shapes) = rayon::join(resolve, keep_files);
        if let (true, Some(key)) = (is_stable, calls_key(store, program, knowledge, shapes.into_iter())) {
            write_calls(store, &key, &resolution);
        }
        resolution
    }

    /// The shapes of all modules, in their order.
    fn shapes(&self, program: &Program) -> Vec<Option<Digest>> {
        let modules: Vec<_> = program.modules.iter().collect();
        modules
            .par_iter()
            .map(|module| {
                let known = self.known.get(module.file as usize).copied().flatten();
                known.and_then(|known| known.shape).or_else(|| shape_of(&module.facts))
            })
            .collect()
    }

    fn keep(&self, store: &Store, program: &Program, files: &[AnalysedFile], shapes: &[Option<Digest>]) {
        let kept: Vec<(&Path, FileFacts, &ModuleFacts)> = program
            .modules
            .iter()
            .zip(shapes)
            .filter_map(|(module, shape)| {
                let known = self.known.get(module.file as usize).copied().flatten()?;
                let path = files.get(module.file as usize)?.source.path.as_path();
                Some((path, known.with_shape(*shape), &module.facts))
            })
            .collect();
        self.cache.write(store, &kept);
    }
}

fn load_known(
    store: &Store,
    cache: &FactsCache,
    number: u32,
    file: &SourceFile,
    stamp: Stamp,
) -> (Loaded, Option<FileFacts>) {
    if let Some((facts, known)) = cache.unread(&file.path, stamp) {
        let text = text_of(file, known.known.content, facts.text_len);
        let loaded = Loaded { text, encoding: None, facts: Some(facts), problem: None };
        return (loaded, Some(known));
    }
    let (content, read) = read_with_digest(&file.path);
    let Some(content) = content else { return (load_read(number, file, read, None), None) };
    let known = Known { stamp, content, read: store.started };
    if let Some((facts, known)) = cache.of_content(known) {
        return (load_read(number, file, read, Some(facts)), Some(known));
    }
    let loaded = load_read(number, file, read, None);
    // What the analysis of a file failed on is to be said again.
    let has_failed = loaded.problem.is_some() && loaded.facts.is_some();
    (loaded, (!has_failed).then(|| FileFacts::new(known)))
}

/// The text of a file whose content is known, read when it is asked for.
///
/// If the file changed in this very moment, blanks of the length that facts count with stand for what it was.
pub(crate) fn text_of(file: &SourceFile, content: Digest, length: u32) -> SourceText {
    let path = file.path.clone();
    SourceText::later(move || {
        let (found, read) = read_with_digest(&path);
        match read {
            Ok(decoded) if found == Some(content) => decoded.text,
            Err(_) if found == Some(content) => String::new(),
            Ok(_) | Err(_) => " ".repeat(length as usize),
        }
    })
}
