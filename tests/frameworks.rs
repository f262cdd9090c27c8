//! What the rules of libraries mean to the checks: who runs a function, and which library a project prefers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use asyncshift::base::Settings;
use asyncshift::check::Finding;
use asyncshift::rules::{CheckCategory, Level};

use crate::support::{findings_of, lint_files, settings};

fn lint(text: &str) -> Vec<Finding> {
    lint_files(&[("app.py".to_owned(), text.to_owned())]).1
}

fn functions(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter_map(|finding| finding.function.as_deref()).collect()
}

#[test]
fn a_framework_runs_sync_methods_on_its_loop() {
    let found = lint(
        "import time\nimport tornado.web\nclass H(tornado.web.RequestHandler):\n    def get(self):\n        time.sleep(1)\n    def helper(self):\n        time.sleep(1)\n",
    );
    assert_eq!(functions(&found), ["app.H.get"]);
    assert!(found[0].help.as_ref().unwrap().contains("calls `app.H.get` itself"));
}

#[test]
fn a_framework_runs_sync_functions_on_threads() {
    let found = lint(
        "import time\nimport fastapi\napp = fastapi.FastAPI()\n@app.get('/')\ndef view():\n    time.sleep(1)\n",
    );
    assert_eq!(functions(&found), [""; 0]);
}

#[test]
fn a_start_up_hook_is_a_note() {
    let found = lint(
        "import time\nimport fastapi\napp = fastapi.FastAPI()\n@app.on_event('startup')\nasync def prepare():\n    time.sleep(1)\n@app.get('/')\nasync def view():\n    time.sleep(1)\n",
    );
    let blocking = found.iter().filter(|finding| finding.category == CheckCategory::Blocking);
    let levels: Vec<(Option<&str>, Level)> =
        blocking.map(|finding| (finding.function.as_deref(), finding.level)).collect();
    assert_eq!(levels, [(Some("app.prepare"), Level::Note), (Some("app.view"), Level::Warning)]);
}

#[test]
fn the_preferred_library_is_proposed_for_its_role() {
    let text = "import requests\nasync def f(url):\n    requests.get(url)\n";
    let help = |prefer: &[(&str, &str)]| {
        let prefer = prefer.iter().map(|(role, name)| ((*role).to_owned(), (*name).to_owned())).collect();
        let settings = Settings { prefer, ..settings() };
        let found = findings_of(&[("app.py".to_owned(), text.to_owned())], &settings).1;
        let blocking = found.iter().find(|finding| finding.category == CheckCategory::Blocking);
        blocking.and_then(|finding| finding.help.clone()).unwrap()
    };
    assert_eq!(help(&[("http", "httpx")]), "await `httpx.AsyncClient.get` instead");
    assert_eq!(help(&[("http", "HTTPX")]), "await `httpx.AsyncClient.get` instead");
    assert!(help(&[]).contains("to_thread"));
    assert!(help(&[("postgres", "httpx")]).contains("to_thread"));
}
