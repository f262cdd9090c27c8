//! Runs the examples of rule files: what becomes of each piece of code.

use crate::base::Settings;
use crate::driver::analyse::{AnalyseRequest, analyse};
use crate::driver::convert::{ConvertRequest, convert};
use crate::driver::error::DriverError;
use crate::graph::Confidence;
use crate::io::Scratch;
use crate::plan::PlanScope;
use crate::rules::{Knowledge, LibraryExample};

/// The one file of an example's project; no library has its name.
const FILE: &str = "example.py";

/// What `fix` makes of an example's code; the code itself when it leaves it alone.
pub fn run_example(knowledge: &Knowledge, example: &LibraryExample) -> Result<String, DriverError> {
    let preferred = example.prefer.as_deref().and_then(|name| knowledge.library(name));
    let prefer =
        preferred.and_then(|library| Some((library.role.as_deref()?.to_owned(), library.name.to_string())));
    let settings = Settings { jobs: Some(1), prefer: prefer.into_iter().collect(), ..Settings::default() };
    let requirements = example.requires.join("\n");
    let files = [(FILE, &*example.before), ("requirements.txt", requirements.as_str())];
    let scratch = Scratch::new(&files).map_err(DriverError::Scratch)?;
    let analysis = analyse(&AnalyseRequest {
        paths: &[scratch.path().to_owned()],
        current_dir: scratch.path(),
        settings_dir: None,
        settings: &settings,
        knowledge,
        least: Confidence::Probable,
        progress: &|_| {},
    })?;
    let conversion = convert(&ConvertRequest {
        analysis: &analysis,
        settings: &settings,
        knowledge,
        scope: &PlanScope::default(),
        earlier: None,
        progress: &|_| {},
    })?;
    let edit = conversion.edits.iter().find(|edit| edit.path.ends_with(FILE));
    Ok(edit
        .map_or_else(|| example.before.to_string(), |edit| String::from_utf8_lossy(&edit.new).into_owned()))
}
