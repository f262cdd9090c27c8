//! Runs the phases in order for one command.

mod error;

mod progress;

mod load;

mod follow;

mod analysis;

mod cache;

mod reuse;

mod analyse;

mod lint;

mod lint_project;

mod dependencies;

mod order;

mod versions;

mod convert;

mod stages;

mod verify;

mod noqa;

mod baseline;

mod diff_base;

mod examples;

mod names;

mod targets;

mod trace;

pub use analyse::{AnalyseRequest, analyse};
pub use analysis::{AnalysedFile, Analysis, Figures};
pub use baseline::{CompareRequest, Comparison, Stale, compare, difference};
pub use convert::{Conversion, ConvertRequest, FileEdit, Refused, convert};
pub use dependencies::{Dependencies, DependenciesRequest, dependencies};
pub use diff_base::retain_changed;
pub use error::DriverError;
pub use examples::run_example;
pub use follow::FollowNote;
pub use lint::{LintRequest, lint};
pub use lint_project::{CacheUse, LintProjectRequest, Linted, lint_project};
pub use names::{UnknownFunction, find_functions};
pub use noqa::{NoqaEdits, noqa_for, without_unused};
pub use progress::Progress;
pub use stages::{Stage, difference_of, part_of, stages};
pub use targets::{TargetNames, UnknownTarget, find_targets};
pub use trace::trace_ways;
pub use verify::{DroppedUnit, Trial, TrialOf, Verified, VerifyError, VerifyRequest, end_text, verify};
