//! What a project declares to depend on, in files of every common kind.

mod declaration;

mod requirement;

mod collect;

mod requirements_text;

mod setup_config;

mod tables;

mod project_table;

mod pipenv;

mod lock;

mod find;

#[cfg(test)]
mod testing;

pub use declaration::{Declaration, DeclarationKind, Group, ManifestWarning, Manifests};
pub use find::read_manifests;
