//! Ids of what the whole program has.

crate::define_ids! {
    /// A module of the program; ids follow the modules' names.
    ModuleId,
    /// A function of the program, the bodies of modules included.
    ProgramFunctionId,
    /// A class of the program.
    ProgramClassId,
}
