//! Facts survive being stored: what comes out of the bytes is what went in.

use asyncshift::semantic::{ModuleFacts, lower};
use asyncshift::syntax::parse;
use proptest::prelude::{prop_assert_eq, proptest};

use crate::analysed::fixture_sources;
use crate::random_program::random_program;

fn stored(facts: &ModuleFacts) -> ModuleFacts {
    postcard::from_bytes(&postcard::to_stdvec(facts).unwrap()).unwrap()
}

#[test]
fn facts_of_fixtures_survive() {
    let sources = fixture_sources();
    assert!(sources.len() > 10, "the fixtures were not found");
    for (name, text) in sources {
        let facts = lower(&parse(&text), &text);
        assert_eq!(stored(&facts), facts, "{name}");
    }
}

/// Texts that once ended lowering.
const ODD: [&str; 3] =
    ["global d\n", "\"\"\"\"\"\"global d", "global d, e\nd = 1\ndef f():\n    global e, g\n"];

#[test]
fn odd_texts_lower() {
    for text in ODD {
        let facts = lower(&parse(text), text);
        assert_eq!(stored(&facts), facts);
    }
}

proptest! {
    #[test]
    fn facts_of_anything_survive(seed: u64, cut: u16) {
        let mut text = random_program(seed).main;
        let end = (0..=cut as usize % (text.len() + 1)).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or_default());
        let facts = lower(&parse(&text), &text);
        prop_assert_eq!(stored(&facts), facts);
    }
}
