//! A file that steps are applied to.

use crate::rewrite::locate::Nodes;
use crate::semantic::ModuleFacts;
use crate::syntax::Parsed;

/// The file that steps are applied to.
pub(crate) struct Source<'a> {
    pub(crate) parsed: &'a Parsed,
    pub(crate) text: &'a str,
    pub(crate) nodes: &'a Nodes<'a>,
    pub(crate) facts: &'a ModuleFacts,
}
