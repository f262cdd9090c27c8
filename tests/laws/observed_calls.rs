//! Every call that Python makes while it runs a random program is an edge of the program's graph.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use asyncshift::base::Id;
use asyncshift::graph::{EdgeKind, Node, NodeId};
use asyncshift::semantic::FunctionKind;
use asyncshift::text::SourceText;
use serde_json::{Value, json};

use crate::analysed::{Analysed, analyse, module};
use crate::random_program::{RandomProgram, random_program};

/// How many programs one run of the tests executes.
const PROGRAMS: u64 = 300;

/// A function: its module, and the line of its `def` or `lambda`; 0 for the module's body.
type Spot = (String, u32);

/// Runs programs with a profiler and prints the calls between their functions.
///
/// Comprehensions and class bodies are part of what they stand in. `tick` ends endless recursion.
const TRACER: &str = r#"
import ast, asyncio, builtins, json, signal, sys, types

sys.setrecursionlimit(300)
ticks = 0

class Stop(BaseException):
    pass

def tick(start=None):
    global ticks
    ticks = 0 if start == 0 else ticks + 1
    if ticks > 60:
        raise Stop

def alarm(*_):
    raise Stop

signal.signal(signal.SIGALRM, alarm)

def flag():
    return ticks % 2 == 0

builtins.tick, builtins.flag, builtins.run = tick, flag, asyncio.run
FOLDED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

def spots(code, module, lines, owner, acc):
    is_class = not code.co_flags & 1
    if code.co_name == "<module>":
        owner = (module, 0)
    elif code.co_name not in FOLDED and not is_class:
        owner = (module, lines.get(code.co_firstlineno, code.co_firstlineno))
    acc[code] = (owner, code.co_name in FOLDED or is_class)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            spots(constant, module, lines, owner, acc)

def observe(program):
    known, codes, calls = {}, [], set()
    for name, text in program:
        lines = {}
        try:
            code, tree = compile(text, name, "exec"), ast.parse(text)
        except SyntaxError:
            return []  # Shrinking went too far.
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
                lines[node.decorator_list[0].lineno] = node.lineno
        spots(code, name, lines, None, known)
        codes.append((name, code))

    def profile(frame, event, _):
        if event != "call" or frame.f_back is None:
            return
        callee, caller = known.get(frame.f_code), known.get(frame.f_back.f_code)
        if callee and caller and not callee[1] and callee[0][1] != 0:
            calls.add((*caller[0], *callee[0]))

    # A loop that calls nothing does not tick.
    signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
    for name, code in codes:
        module = types.ModuleType(name)
        sys.modules[name] = module
        sys.setprofile(profile)
        try:
            exec(code, module.__dict__)
        except BaseException:
            pass  # What was called until then is observed.
        finally:
            sys.setprofile(None)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return sorted(calls)

import gc, warnings
warnings.simplefilter("ignore")
gc.disable()
json.dump([observe(program) for program in json.load(sys.stdin)], sys.stdout)
"#;

#[test]
fn observed_calls_are_edges() {
    let has_python = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 8))"])
        .status()
        .is_ok_and(|status| status.success());
    if !has_python {
        println!("skipped: there is no python3 of version 3.8 or later");
        return;
    }
    let first = std::env::var("ASYNCSHIFT_LAW_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let programs: Vec<RandomProgram> = (first..first + PROGRAMS).map(random_program).collect();
    let observed = observe(&programs);
    let calls: usize = observed.iter().map(BTreeSet::len).sum();
    println!("{calls} different calls observed");
    assert!(calls > 1_000, "the programs do too little");
    let mut missed: Vec<(u64, &RandomProgram)> = Vec::new();
    for ((seed, program), observed) in (first..).zip(&programs).zip(&observed) {
        if !observed.is_subset(&drawn(program)) {
            missed.push((seed, program));
        }
    }
    missed.sort_by_key(|(_, program)| program.lib.len() + program.main.len());
    let seeds: Vec<u64> = missed.iter().map(|(seed, _)| *seed).collect();
    println!("{} programs of {PROGRAMS} call what is not drawn: {seeds:?}", seeds.len());
    if let Some((seed, program)) = missed.first() {
        let RandomProgram { lib, main } = shrink((*program).clone());
        let small = [RandomProgram { lib: lib.clone(), main: main.clone() }];
        let lost: Vec<_> = observe(&small)[0].difference(&drawn(&small[0])).cloned().collect();
        panic!(
            "programs {seeds:?} call what is not drawn; {seed} made small: {lost:?}\n{lib}\n# main\n{main}"
        );
    }
}

/// Leaves out statements as long as a call is still missed.
fn shrink(mut program: RandomProgram) -> RandomProgram {
    loop {
        let mut smaller = Vec::new();
        for lib in without_a_statement(&program.lib) {
            smaller.push(RandomProgram { lib, main: program.main.clone() });
        }
        for main in without_a_statement(&program.main) {
            smaller.push(RandomProgram { lib: program.lib.clone(), main });
        }
        smaller.sort_by_key(|program| program.lib.len() + program.main.len());
        let is_missed = |(program, observed): &(&RandomProgram, _)| !drawn(program).is_superset(observed);
        let found = smaller.chunks(24).find_map(|some| {
            let observed = observe(some);
            some.iter().zip(observed).find(is_missed).map(|(program, _)| program.clone())
        });
        match found {
            Some(smaller) => program = smaller,
            None => return program,
        }
    }
}

/// All texts that lack one line with what is indented below it, or have its body in its place.
fn without_a_statement(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut texts = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let depth = indent(line);
        let below = lines[at + 1..].iter().take_while(|line| indent(line) > depth).count();
        let rest = &lines[at + 1 + below..];
        let clauses = |line: &&&str| {
            let word = line.trim_start();
            (indent(line) == depth
                && (word.starts_with("except") || word.starts_with("finally") || word.starts_with("else")))
                || indent(line) > depth
        };
        let handlers = rest.iter().take_while(clauses).count();
        let body = lines[at + 1..=at + below].iter().map(|line| line.get(4..).unwrap_or_default());
        let join = |middle: Vec<&str>, rest: &[&str]| {
            let all: Vec<&str> =
                lines[..at].iter().copied().chain(middle).chain(rest.iter().copied()).collect();
            all.join("\n") + "\n"
        };
        texts.push(join(Vec::new(), rest));
        if below > 0 {
            texts.push(join(body.collect(), &rest[handlers..]));
            texts.push(join(Vec::new(), &rest[handlers..]));
        }
    }
    texts
}

fn observe(programs: &[RandomProgram]) -> Vec<BTreeSet<(Spot, Spot)>> {
    let input: Vec<Value> =
        programs.iter().map(|program| json!([["lib", program.lib], ["main", program.main]])).collect();
    let mut python = Command::new("python3")
        .args(["-B", "-c", TRACER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 has just been run");
    python.stdin.take().unwrap().write_all(&serde_json::to_vec(&input).unwrap()).unwrap();
    let output = python.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    let calls: Vec<Vec<(String, u32, String, u32)>> = serde_json::from_slice(&output.stdout).unwrap();
    let pair = |(one, first, two, second)| ((one, first), (two, second));
    calls.into_iter().map(|calls| calls.into_iter().map(pair).collect()).collect()
}

/// All edges between functions but mere references.
fn drawn(program: &RandomProgram) -> BTreeSet<(Spot, Spot)> {
    let texts = [("lib", &program.lib), ("main", &program.main)];
    let inputs = texts.iter().enumerate().map(|(number, (name, text))| module(number, name, text)).collect();
    let sources: Vec<SourceText> = texts.iter().map(|(_, text)| SourceText::new((*text).clone())).collect();
    let analysed = analyse(inputs);
    let edges = analysed.graph.edges().filter(|(_, edge)| edge.kind != EdgeKind::Reference);
    let spot = |node| spot(&analysed, &sources, node);
    edges.filter_map(|(_, edge)| Some((spot(edge.caller)?, spot(edge.callee)?))).collect()
}

fn spot(analysed: &Analysed, sources: &[SourceText], node: NodeId) -> Option<Spot> {
    let Node::Function(function) = *analysed.graph.node(node) else { return None };
    let (module, local) = analysed.program.locate_function(function);
    let item = &analysed.program.facts(module).functions[local];
    let text = &sources[module.index()];
    let line = match item.kind {
        FunctionKind::Module => 0,
        FunctionKind::Def => text.line_column(item.name_range.start()).line,
        FunctionKind::Lambda => text.line_column(item.range.start()).line,
    };
    Some((analysed.program.modules[module].name.to_string(), line))
}
