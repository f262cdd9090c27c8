//! Output formats, one file each, written to any `Write`.

mod style;

mod summary;

mod base_folder;

mod place;

mod snippet;

mod full;

mod concise;

mod json;

mod json_lines;

mod digest;

mod check_page;

mod sarif;

mod github;

mod gitlab;

mod xml;

mod junit;

mod graph_view;

mod graph_text;

mod graph_json;

mod graph_dot;

mod graph_mermaid;

mod graph_pycg;

mod graph_cycles;

mod callee_text;

mod graph_unresolved;

mod explain_edge;

mod rule_text;

mod library_page;

mod rules_list;

mod explain;

mod plan_view;

mod conversion;

mod plan_text;

mod plan_json;

mod patch_mail;

mod dependencies;

mod dependencies_text;

mod dependencies_json;

mod dependencies_markdown;

#[cfg(test)]
mod testing;

pub use base_folder::BaseFolder;
pub use check_page::{check_file_name, write_check_index, write_check_page};
pub use concise::write_concise;
pub use conversion::{ConversionView, write_conversion};
pub use dependencies::{
    BlockingUse, CalleeUse, Declared, DeclaredKind, DependenciesView, EquivalentUse, ImportUse, LibraryUse,
    Readiness, Replacement, RuleState, Spot, Threads,
};
pub use dependencies_json::write_dependencies_json;
pub use dependencies_markdown::write_dependencies_markdown;
pub use dependencies_text::write_dependencies_text;
pub use explain::{Topic, find_topic, nearest_topic, write_topic};
pub use explain_edge::{EdgeView, write_edge_json, write_edge_text};
pub use full::write_full;
pub use github::write_github;
pub use gitlab::write_gitlab;
pub use graph_cycles::{write_cycles_json, write_cycles_text};
pub use graph_dot::write_graph_dot;
pub use graph_json::write_graph_json;
pub use graph_mermaid::write_graph_mermaid;
pub use graph_pycg::write_graph_pycg;
pub use graph_text::write_graph_text;
pub use graph_unresolved::{write_unresolved_json, write_unresolved_text};
pub use graph_view::GraphView;
pub use json::write_json;
pub use json_lines::write_json_lines;
pub use junit::write_junit;
pub use library_page::write_library_page;
pub use patch_mail::{PatchMail, patch_file_name, write_patch_mail};
pub use place::{FileView, LintView};
pub use plan_json::write_plan_json;
pub use plan_text::{write_plan_text, write_unit};
pub use plan_view::{FrontierView, FunctionPlace, KeptFunction, NoteView, PlanView, RefusedPart, UnitView};
pub use rules_list::{write_rules_json, write_rules_text};
pub use sarif::write_sarif;
pub use summary::{Summary, counted, write_statistics, write_summary};
