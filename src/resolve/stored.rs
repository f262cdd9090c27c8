//! A resolution as bytes: without positions in the text, which may move while what is reached stays.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::Id;
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::resolve::reach::{Confidence, EdgeKind, Unresolved};
use crate::resolve::resolution::{Reach, ReachPlace, ReachTarget, Resolution};
use crate::semantic::FunctionId;

#[derive(Serialize, Deserialize)]
struct Stored {
    /// Names outside the program.
    names: Vec<Box<str>>,
    reaches: Vec<StoredReach>,
    incomplete: Vec<(usize, Unresolved)>,
    constructions: Vec<usize>,
    exhausted: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredReach {
    module: ModuleId,
    caller: FunctionId,
    place: ReachPlace,
    target: StoredTarget,
    kind: EdgeKind,
    confidence: Confidence,
}

#[derive(Serialize, Deserialize)]
enum StoredTarget {
    Function(ProgramFunctionId),
    External(u32),
}

impl Resolution {
    /// The bytes from which [`Self::from_bytes`] makes it again.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let mut names = Vec::new();
        let mut reaches = Vec::with_capacity(self.reaches.len());
        for reach in &self.reaches {
            let target = match &reach.target {
                ReachTarget::Function(function) => StoredTarget::Function(*function),
                ReachTarget::External(name) => {
                    StoredTarget::External(*numbers.entry(name).or_insert_with(|| {
                        names.push((**name).into());
                        names.len() as u32 - 1
                    }))
                }
            };
            let &Reach { module, caller, place, kind, confidence, .. } = reach;
            reaches.push(StoredReach { module, caller, place, target, kind, confidence });
        }
        let stored = Stored {
            names,
            reaches,
            incomplete: self.incomplete.clone(),
            constructions: self.constructions.clone(),
            exhausted: self.exhausted,
        };
        postcard::to_stdvec(&stored).ok()
    }

    /// The resolution of a program, from that of one that differs in nothing but where things stand; nothing if
    /// the bytes are of another program.
    pub fn from_bytes(bytes: &[u8], program: &Program) -> Option<Self> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let names: Vec<Arc<str>> = stored.names.into_iter().map(Arc::from).collect();
        let mut reaches = Vec::with_capacity(stored.reaches.len());
        for reach in stored.reaches {
            let StoredReach { module, caller, place, target, kind, confidence } = reach;
            let facts = &program.modules.get(module)?.facts;
            let target = match target {
                StoredTarget::Function(function) if function.index() < program.function_count() => {
                    ReachTarget::Function(function)
                }
                StoredTarget::Function(_) => return None,
                StoredTarget::External(name) => ReachTarget::External(Arc::clone(names.get(name as usize)?)),
            };
            let (site, range) = match place {
                ReachPlace::Site(site) => (Some(site), facts.sites.get(site)?.range),
                ReachPlace::Value(value) => (None, *facts.value_ranges.get(value)?),
                ReachPlace::Store(store) => (None, facts.stores.get(store as usize)?.range),
            };
            facts.functions.get(caller)?;
            reaches.push(Reach { module, caller, site, place, range, target, kind, confidence });
        }
        let is_site = |&index: &usize| index < program.site_count();
        let is_known = stored.incomplete.iter().all(|(index, _)| is_site(index))
            && stored.constructions.iter().all(is_site);
        is_known.then_some(Self {
            reaches,
            incomplete: stored.incomplete,
            constructions: stored.constructions,
            library_values: Vec::new(),
            exhausted: stored.exhausted,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::link::{Hierarchy, ModuleInput, Program, link};
    use crate::resolve::{Resolution, ResolveOptions, resolve};
    use crate::rules::Knowledge;
    use crate::semantic::lower;
    use crate::syntax::parse;

    fn program(text: &str) -> Program {
        link(vec![ModuleInput {
            name: "app".to_owned(),
            is_package: false,
            is_test: false,
            is_third_party: false,
            file: 0,
            facts: lower(&parse(text), text),
        }])
    }

    fn resolution(text: &str) -> (Program, Resolution) {
        let program = program(text);
        let hierarchy = Hierarchy::new(&program);
        let resolution = resolve(&program, &hierarchy, Knowledge::embedded(), ResolveOptions::default());
        (program, resolution)
    }

    #[test]
    fn comes_back_with_the_positions_of_the_text_it_is_read_for() {
        let text = "import time\nclass A:\n    @property\n    def p(self): return time.sleep\ndef f(a: A):\n    a.p(1)\n    a.q = f\n    map(f, [])\n";
        let moved = format!("# a comment\n\n{text}");
        let (program, first) = resolution(text);
        let bytes = first.to_bytes().unwrap();
        assert_eq!(Resolution::from_bytes(&bytes, &program).unwrap().reaches, first.reaches);
        let (program, second) = resolution(&moved);
        let read = Resolution::from_bytes(&bytes, &program).unwrap();
        assert!(!read.reaches.is_empty());
        assert_eq!(read.reaches, second.reaches);
        assert_eq!(read.incomplete, second.incomplete);
    }
}
