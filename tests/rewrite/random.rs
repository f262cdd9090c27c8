//! Any subset of awaits and offloads gives Python with the same comments.

use asyncshift::plan::{Callee, FileChange, Step};
use asyncshift::rewrite::{RewriteOptions, rewrite};
use asyncshift::semantic::{SiteId, lower};
use asyncshift::syntax::{Parsed, parse};
use proptest::collection::vec;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use crate::gnarly::SOURCES;
use crate::harness::calls;

/// Applies a choice to each call of `text`, again and again from its start: 0 leaves it, 1 awaits it, 2 offloads it.
pub(crate) fn apply_choices(text: &str, choices: &[u8]) -> String {
    let facts = lower(&parse(text), text);
    let step = |(site, choice): (SiteId, &u8)| match choice {
        0 => None,
        1 => Some(Step::Await { site, callee: Callee::Same }),
        _ => Some(Step::Offload { site, via: "asyncio.to_thread".to_owned() }),
    };
    let steps = calls(&facts).into_iter().zip(choices.iter().cycle()).filter_map(step).collect();
    let change = FileChange { steps, imports: Vec::new() };
    match rewrite(text, &facts, &change, &RewriteOptions { target_version: (3, 11) }) {
        Ok(result) => result,
        Err(refusal) => panic!("{refusal} with {choices:?} in\n{text}"),
    }
}

proptest! {
    #[test]
    fn subsets_of_steps(index in 0..SOURCES.len(), choices in vec(0_u8..3, 1..40)) {
        let text = SOURCES[index];
        let result = apply_choices(text, &choices);
        let (before, after) = (parse(text), parse(&result));
        prop_assert!(after.errors().is_empty());
        prop_assert_eq!(comments(&before, text), comments(&after, &result));
    }
}

fn comments<'a>(parsed: &Parsed, text: &'a str) -> Vec<&'a str> {
    parsed.comments().iter().map(|comment| comment.range.slice(text)).collect()
}
