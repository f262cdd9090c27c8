//! What `CPython` makes of rewritten sources: the same tree, but for the awaits.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::gnarly::SOURCES;
use crate::random::apply_choices;

/// Reads pairs of texts; undoes awaits and offloads in the second's tree, and compares it to the first's.
const COMPARE: &str = r#"
import ast, json, sys

class Undo(ast.NodeTransformer):
    def visit_Await(self, node):
        call = self.generic_visit(node).value
        if ast.unparse(getattr(call, "func", call)) == "asyncio.to_thread":
            return ast.Call(call.args[0], call.args[1:], call.keywords)
        return call

failures = 0
for before, after in json.load(sys.stdin):
    before, after = before.encode(), after.encode()
    try:
        compile(after, "after", "exec")
        trees = [ast.dump(Undo().visit(ast.parse(text))) for text in (before, after)]
        problem = None if trees[0] == trees[1] else "another tree"
    except SyntaxError as error:
        problem = str(error)
    if problem:
        failures += 1
        print(f"{problem}:\n{before.decode()}\n->\n{after.decode()}")
sys.exit(failures > 0)
"#;

#[test]
fn finds_the_same_tree() {
    let mut pairs = Vec::new();
    for source in SOURCES {
        let mut state = 1_u32;
        for _ in 0..60 {
            let choices: Vec<u8> = (0..37)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 16) % 3) as u8
                })
                .collect();
            pairs.push((*source, apply_choices(source, &choices)));
        }
        pairs.push((source, apply_choices(source, &[1])));
        pairs.push((source, apply_choices(source, &[2])));
    }
    let mut python = Command::new("python3")
        .args(["-W", "ignore", "-c", COMPARE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed where these tests run");
    let input = serde_json::to_vec(&pairs).unwrap();
    python.stdin.take().unwrap().write_all(&input).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
