//! Runs the Python tests of the runtime helper with the `python3` of the machine, warnings as errors.

use std::path::Path;
use std::process::Command;

#[test]
fn runtime_helper_behaves() {
    let has_python = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 8))"])
        .status()
        .is_ok_and(|status| status.success());
    if !has_python {
        println!("skipped: there is no python3 of version 3.8 or later");
        return;
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/test_runtime.py");
    let output = Command::new("python3")
        .args(["-X", "dev", "-W", "error", "-B"])
        .arg(&tests)
        .env_remove("ASYNC_SYNC_NESTED")
        .output()
        .expect("python3 has just been run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // An exception in a finaliser fails no test of its own.
    for complaint in ["Exception ignored", "was never awaited", "ResourceWarning", "DeprecationWarning"] {
        assert!(!said.contains(complaint), "{said}");
    }
}
