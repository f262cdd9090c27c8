//! Lets tests of detectors state Python and read findings.

use crate::base::Settings;
use crate::check::{CheckRequest, Finding, check};
use crate::effects::infer;
use crate::graph::{Confidence, build};
use crate::link::{Hierarchy, ModuleInput, link};
use crate::resolve::{ResolveOptions, resolve};
use crate::rules::{Knowledge, Selected};
use crate::semantic::lower;
use crate::syntax::parse;
use crate::text::SourceText;

/// Findings of one check over some files, each `name` and text, as `file:line message`.
pub(crate) fn lines(code: &str, files: &[(&str, &str)]) -> Vec<String> {
    let line = |(path, line, finding): (String, u32, Finding)| format!("{path}:{line} {}", finding.message);
    findings(code, files, &Settings::default()).into_iter().map(line).collect()
}

/// Findings of one check over some files, with file name and line.
pub(crate) fn findings(
    code: &str,
    files: &[(&str, &str)],
    settings: &Settings,
) -> Vec<(String, u32, Finding)> {
    let knowledge = Knowledge::embedded();
    let texts: Vec<SourceText> = files.iter().map(|(_, text)| SourceText::new((*text).to_owned())).collect();
    let inputs = files.iter().enumerate().map(|(index, (name, text))| ModuleInput {
        name: (*name).to_owned(),
        is_package: false,
        is_test: name.starts_with("test"),
        is_third_party: false,
        file: index as u32,
        facts: lower(&parse(text), text),
    });
    let program = link(inputs.collect());
    let hierarchy = Hierarchy::new(&program);
    let resolution = resolve(&program, &hierarchy, knowledge, ResolveOptions::default());
    let graph = build(&program, &resolution, knowledge);
    let least = Confidence::Probable;
    let effects = infer(&program, &graph, knowledge, settings, least);
    let mut selection = settings.selection.clone();
    selection.select = Some(vec![code.to_owned()]);
    let selected = Selected::resolve(&selection, knowledge).unwrap();
    let found = check(&CheckRequest {
        program: &program,
        hierarchy: &hierarchy,
        graph: &graph,
        effects: &effects,
        knowledge,
        settings,
        selected: &selected,
        is_selected: &|_| true,
        text: &|module| &texts[program.modules[module].file as usize],
        file_problems: &[],
        least,
    });
    let place = |finding: Finding| {
        let text = &texts[finding.file as usize];
        let line = match finding.spot {
            crate::check::Spot::Text(range) => text.line_column(range.start()).line,
            crate::check::Spot::Line(line) => line,
        };
        (files[finding.file as usize].0.to_owned(), line, finding)
    };
    found.into_iter().filter(|finding| finding.code == code).map(place).collect()
}
