//! To which function a step belongs.

use crate::plan::step::{Step, StepPlace};
use crate::semantic::{FunctionId, FunctionKind, ModuleFacts};

/// The function in whose code a step stands, if it stands in one that can change: a lambda's steps belong to the
/// function around it. `None` for what stands at module level.
pub fn owner(facts: &ModuleFacts, step: &Step) -> Option<FunctionId> {
    let mut function = match step.outline().0 {
        StepPlace::Function(function) => function,
        StepPlace::Site(site) => facts.sites.get(site)?.place.function,
        StepPlace::Module => return None,
    };
    loop {
        let item = facts.functions.get(function)?;
        match item.kind {
            FunctionKind::Def => return Some(function),
            FunctionKind::Lambda => function = item.parent,
            FunctionKind::Module => return None,
        }
    }
}
