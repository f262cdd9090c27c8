//! The ids of one file's facts; each indexes one table of [`ModuleFacts`](crate::semantic::ModuleFacts).

crate::define_ids! {
    /// A string of one file's table: identifiers, dotted module names, short string literals.
    NameId,
    /// A scope of one file; 0 is the module's.
    ScopeId,
    /// A name bound in one scope of one file.
    BindingId,
    /// One version of a binding: an assignment, a parameter, a `def`, a join of branches.
    DefinitionId,
    /// A function, lambda or the module body of one file; 0 is the module body.
    FunctionId,
    /// A class of one file.
    ClassId,
    /// One alias of an `import` or `from … import` statement.
    ImportId,
    /// A statement of one file; those of one function are contiguous and in source order.
    StatementId,
    /// A site of one file; within one function ids follow the order of evaluation.
    SiteId,
    /// An expression, or a value that a statement makes, of one file.
    ValueId,
}
