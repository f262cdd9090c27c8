//! A handmade report, so that each format can show the same one.

use std::path::Path;

use crate::check::{Cause, Finding, FindingBuilder, Hop, Spot, group};
use crate::graph::{Confidence, Coverage};
use crate::report::base_folder::BaseFolder;
use crate::report::place::{FileView, LintView};
use crate::report::summary::Summary;
use crate::rules::{Category, Knowledge, Placeholder};
use crate::text::{SourceText, TextRange};

/// Two files: one with a tab and wide characters, one that could not be read.
fn texts() -> [SourceText; 2] {
    let text = "async def f():\n\té = load(\"日本\")\n\n\ndef load(x):\n    wait(x,\n         1)\n\n\nasync def g(x):\n    load(x, 2)\n";
    [SourceText::new(text.to_owned()), SourceText::new(String::new())]
}

fn findings(texts: &[SourceText]) -> Vec<Finding> {
    let knowledge = Knowledge::embedded();
    let range = |needle: &str| {
        let start = texts[0].as_str().find(needle).unwrap() as u32;
        TextRange::new(start, start + needle.len() as u32)
    };
    let hop = |needle: &str, function: &str, label: &str| Hop {
        file: 0,
        range: range(needle),
        label: label.to_owned(),
        function: function.to_owned(),
        is_plain: true,
    };
    let wait = hop("wait(x,\n         1)", "a.load", "lib.wait");
    let place = |needle: &str, function: &str| {
        FindingBuilder::new(knowledge.check("AS106").unwrap(), 0, Spot::Text(range(needle)))
            .variant("through")
            .value(Placeholder::Through, "load")
            .value(Placeholder::Callee, "lib.wait")
            .value(Placeholder::Category, "lock")
            .function(function.to_owned())
            .confidence(Confidence::Probable)
            .chain(vec![hop(needle, function, "a.load"), wait.clone()])
            .cause(Cause {
                category: Category::Lock,
                callee: "lib.wait".to_owned(),
                equivalent: None,
                is_on_loop: true,
            })
            .finish()
    };
    let alone = place("load(\"日本\")", "a.f");
    let mut shared = group(vec![place("load(\"日本\")", "a.f"), place("load(x, 2)", "a.g")], knowledge);
    // The same cause, so that a report shows both ways to say it.
    shared.insert(0, alone);
    let unreadable = FindingBuilder::new(knowledge.check("AS003").unwrap(), 1, Spot::Line(3))
        .value(Placeholder::Path, "b.py")
        .value(Placeholder::Detail, "no such luck")
        .finish();
    shared.push(unreadable);
    shared
}

/// Lets `read` see the handmade report.
pub(crate) fn with_view<T>(read: impl Fn(&LintView<'_>) -> T) -> T {
    let texts = texts();
    let findings = findings(&texts);
    let summary = Summary {
        selected_files: 1,
        files: 2,
        third_party_files: 0,
        functions: 2,
        coverage: Coverage { calls: 1_001, resolved: 999, named: 1, unresolved: 1 },
        unresolved: vec![("unknown-name", 1)],
    };
    read(&LintView {
        findings: &findings,
        file: &|file| FileView { path: ["a.py", "b.py"][file as usize], text: &texts[file as usize] },
        summary: &summary,
        knowledge: Knowledge::embedded(),
        base: &BaseFolder::new(Path::new("/work space"), Path::new("/work space/here")),
        exit_code: 1,
    })
}

/// What a format writes for the handmade report, without styles.
pub(crate) fn render(
    write: impl Fn(&mut dyn std::io::Write, &LintView<'_>) -> std::io::Result<()>,
) -> String {
    with_view(|view| {
        let mut out = anstream::StripStream::new(Vec::new());
        write(&mut out, view).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    })
}
