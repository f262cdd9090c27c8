//! Which values of the project belong to a library: its classes and functions, and objects of its classes.

use rayon::prelude::*;

use crate::link::ModuleId;
use crate::resolve::object::Object;
use crate::resolve::resolution::LibraryValue;
use crate::resolve::solver::Solver;

impl Solver<'_> {
    /// The values of the project that belong to libraries, a module after the other.
    pub(super) fn library_values(&self) -> Vec<LibraryValue> {
        let modules: Vec<ModuleId> =
            self.program.modules.ids().filter(|&module| !self.program.is_third_party(module)).collect();
        modules.into_par_iter().flat_map_iter(|module| self.values_of(module)).collect()
    }

    fn values_of(&self, module: ModuleId) -> Vec<LibraryValue> {
        let mut found = Vec::new();
        for value in self.program.facts(module).values.ids() {
            let objects = self.cells.objects(self.value_node(module, value));
            let first = found.len();
            for &object in objects {
                let (name, is_object) = match self.objects.get(object) {
                    Object::External(name) => (name, false),
                    Object::ExternalInstance(name) => (name, true),
                    _ => continue,
                };
                if self.knowledge.owner(self.externals.name(name)).is_none() {
                    continue;
                }
                let (name, is_sole) = (self.externals.shared_name(name), objects.len() == 1);
                found.push(LibraryValue { module, value, name, is_object, is_sole });
            }
            found[first..]
                .sort_by(|left, right| (&left.name, left.is_object).cmp(&(&right.name, right.is_object)));
        }
        found
    }
}
