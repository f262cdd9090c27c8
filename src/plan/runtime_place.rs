//! Where the runtime helper stands for a module.

use crate::link::ModuleId;
use crate::plan::context::Context;
use crate::plan::request::RuntimePlace;
use crate::semantic::well_known;

/// Where the runtime helper stands for a module, and the dots that lead there: in its topmost
/// package, else beside it.
pub(super) fn runtime_place(ctx: &Context<'_>, module: ModuleId) -> (RuntimePlace, String) {
    let item = &ctx.program.modules[module];
    let name = well_known::RUNTIME_MODULE.to_owned();
    let own_package = if item.is_package {
        &*item.name
    } else {
        item.name.rsplit_once('.').map_or("", |(package, _)| package)
    };
    let mut beside = None;
    let mut dots = String::new();
    let mut package = own_package;
    while !package.is_empty() {
        let Some(found) = ctx.program.module_named(package).filter(|&id| ctx.program.modules[id].is_package)
        else {
            break;
        };
        beside = Some(found);
        dots.push('.');
        package = package.rsplit_once('.').map_or("", |(parent, _)| parent);
    }
    match beside {
        Some(beside) => (RuntimePlace { beside, name, text: None }, dots),
        None => (RuntimePlace { beside: module, name, text: None }, String::new()),
    }
}
