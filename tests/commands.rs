//! Command-line stories: each file under `tests/cmd/` is commands with what they print and their exit codes.

#[test]
fn stories() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}
