//! Which names of async functions follow the convention, which do not, and whether the project has it at all.

use crate::base::Affix;
use crate::check::async_name::freedom::Freedom;
use crate::check::async_name::sibling::sibling;
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::FunctionId;

/// A function of the project.
pub(super) type Named = (ModuleId, FunctionId);

/// The names of all async functions whose authors were free to choose.
pub(super) struct Convention {
    /// How many follow it.
    pub(super) followed: usize,
    /// Those that do not, in order of module and place.
    pub(super) missed: Vec<Named>,
}

/// Of so many names one must follow a convention that nobody stated, or it is none.
const ONE_OF: usize = 10;
/// Of so many names one must follow another convention for it to be the project's.
const ONE_OF_OTHER: usize = 3;

/// Looks at all async functions of the project, those outside of the selection among them.
pub(super) fn convention(request: &CheckRequest<'_>, freedom: &Freedom<'_, '_>, affix: &Affix) -> Convention {
    let mut found = Convention { followed: 0, missed: Vec::new() };
    for (module, item) in request.program.modules.iter_enumerated() {
        if item.is_test || item.is_third_party {
            continue;
        }
        for (function, definition) in item.facts.functions.iter_enumerated() {
            if !definition.traits.is_async || !freedom.is_free(module, function) {
                continue;
            }
            match affix.remove(item.facts.name(definition.name)) {
                Some(_) => found.followed += 1,
                None => found.missed.push((module, function)),
            }
        }
    }
    found
}

impl Convention {
    /// Whether the project has it, though nobody said so.
    pub(super) fn is_lived(&self) -> bool {
        self.followed * ONE_OF >= self.followed + self.missed.len()
    }

    /// Another affix that many of the names have.
    pub(super) fn other(&self, request: &CheckRequest<'_>, rule: &CheckRule) -> Option<Affix> {
        let prefixes = rule.words("other-prefixes").iter().map(|word| Affix::Prefix(word.to_string()));
        let suffixes = rule.words("other-suffixes").iter().map(|word| Affix::Suffix(word.to_string()));
        prefixes.chain(suffixes).find(|affix| {
            let marked = self.missed.iter().filter(|&&named| is_marked(request, affix, named)).count();
            marked > self.followed && marked * ONE_OF_OTHER >= self.missed.len()
        })
    }
}

/// Whether a function's name has an affix on purpose.
pub(super) fn is_marked(request: &CheckRequest<'_>, affix: &Affix, (module, function): Named) -> bool {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let Some(plain) = affix.remove(facts.name(item.name)) else { return false };
    !affix.is_ambiguous() || sibling(request, module, item, &plain).is_some()
}
