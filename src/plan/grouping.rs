//! Groups of units that one patch holds.

use std::collections::BTreeMap;

use crate::link::{ModuleId, Program};
use crate::plan::components::components;
use crate::plan::unit::Unit;

/// What one patch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchSize {
    /// One unit.
    Unit,
    /// The units of a module; modules whose units need each other in a circle share a patch.
    Module,
    /// Units of at most so many functions together, or one that is larger.
    Functions(usize),
}

/// Positions of `units`, leaves first, in groups of which none needs a later one.
pub fn group_units(program: &Program, units: &[Unit], size: PatchSize) -> Vec<Vec<usize>> {
    match size {
        PatchSize::Unit => (0..units.len()).map(|unit| vec![unit]).collect(),
        PatchSize::Module => by_module(program, units),
        PatchSize::Functions(most) => by_count(units, most),
    }
}

fn by_count(units: &[Unit], most: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut held = 0;
    for (index, unit) in units.iter().enumerate() {
        let functions = unit.converted.len() + unit.edited.len();
        match groups.last_mut() {
            Some(group) if held + functions <= most => {
                group.push(index);
                held += functions;
            }
            Some(_) | None => {
                groups.push(vec![index]);
                held = functions;
            }
        }
    }
    groups
}

fn by_module(program: &Program, units: &[Unit]) -> Vec<Vec<usize>> {
    let mut arrows: Vec<(u32, u32)> = Vec::new();
    let mut last: BTreeMap<ModuleId, u32> = BTreeMap::new();
    for (unit, index) in units.iter().zip(0..) {
        arrows.extend(unit.needs.iter().map(|&needed| (index, needed as u32)));
        for function in unit.functions() {
            let module = program.locate_function(function).0;
            if let Some(other) = last.insert(module, index).filter(|&other| other != index) {
                arrows.extend([(index, other), (other, index)]);
            }
        }
    }
    let groups = components(units.len(), &arrows).into_iter();
    groups.map(|group| group.into_iter().map(|unit| unit as usize).collect()).collect()
}

#[cfg(test)]
mod tests {
    use crate::base::Id;
    use crate::link::ProgramFunctionId;
    use crate::plan::grouping::by_count;
    use crate::plan::unit::Unit;

    #[test]
    fn a_large_unit_is_not_divided() {
        let unit = |functions: usize| Unit {
            converted: (0..functions).map(ProgramFunctionId::from_index).collect(),
            ..Unit::default()
        };
        let units = [unit(1), unit(1), unit(1), unit(5), unit(1)];
        assert_eq!(by_count(&units, 2), [vec![0, 1], vec![2], vec![3], vec![4]]);
        assert_eq!(by_count(&units, 100), [[0, 1, 2, 3, 4]]);
    }
}
