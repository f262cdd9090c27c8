//! Files, encodings, configuration files and atomic writes: the only floor that touches the system.

mod encoding;

mod cookie;

mod decode;

mod cache;

mod read;

mod write;

mod config_error;

mod config_value;

mod settings_table;

mod project_root;

mod config;

mod patterns;

mod module_name;

mod walk;

mod source_file;

mod unique_names;

mod discover;

mod search_path;

mod environment;

mod installed;

mod surroundings;

mod rule_files;

mod manifests;

mod shipped_rules;

mod scratch;

mod project_copy;

mod stamp;

mod baseline;

mod git_diff;

mod git;

pub use baseline::{Baseline, BaselineError, read_baseline};
pub use cache::{CacheFolder, Digest, digest, tool_digest};
pub use config::{Configuration, find_configuration, read_configuration};
pub use config_error::{ConfigError, Expected};
pub use decode::{DecodeError, Decoded, decode};
pub use discover::{DiscoverError, DiscoverOptions, Discovered, discover};
pub use encoding::{EncodeError, Encoding};
pub use environment::{Environment, EnvironmentError, NamedBy, find_environment};
pub use git::{GitError, changes_since, identity, last_commit_date};
pub use git_diff::Changes;
pub use installed::Installed;
pub use manifests::{Declaration, DeclarationKind, Group, ManifestWarning, Manifests, read_manifests};
pub use patterns::{PathPatterns, PatternError};
pub use project_copy::{CommandRun, ProjectCopy, RunEnd};
pub use project_root::repository_top;
pub use read::{ReadError, file_digest, read_source, read_with_digest};
pub use rule_files::{RuleFileError, RuleText, read_rule_files};
pub use scratch::Scratch;
pub use shipped_rules::{ShippedRules, shipped_rules};
pub use source_file::{DiscoverWarning, SourceFile};
pub use stamp::{Moment, Stamp};
pub use surroundings::{cache_variable, current_dir, find_patches, open_lines, write_output};
pub(crate) use walk::has_python_name;
pub use write::{WriteError, create_file, create_folder, replace_file};
