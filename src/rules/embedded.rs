//! The rules that are part of the program, compiled by the build script.

use std::sync::LazyLock;

use crate::rules::error::RuleError;
use crate::rules::knowledge::Knowledge;
use crate::rules::load::RuleFile;

/// What the build script made of the files under `rules/`, in the format of `postcard`.
static COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.postcard"));

static EMBEDDED: LazyLock<Knowledge> = LazyLock::new(|| match Knowledge::unpack(COMPILED) {
    Ok(knowledge) => knowledge,
    // The same types wrote it when the program was built.
    Err(error) => unreachable!("the compiled rules cannot be read: {error}"),
});

impl Knowledge {
    /// The rules that are part of the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The embedded rules, with these files over them: a rule replaces the embedded rule of the same name.
    pub fn embedded_with(files: &[RuleFile<'_>]) -> Result<Self, Vec<RuleError>> {
        let mut knowledge = EMBEDDED.clone();
        let errors = knowledge.add_layer(1, files);
        if errors.is_empty() { Ok(knowledge) } else { Err(errors) }
    }
}
