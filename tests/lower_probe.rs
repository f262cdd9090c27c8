//! probe
use std::time::Instant;
#[test]
fn probe() {
    let Ok(dir) = std::env::var("PROBE_DIR") else { return };
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || {
            let root = std::path::PathBuf::from(&dir);
            let mut stack = vec![root.clone()];
            let mut inputs = vec![];
            let mut tp = std::time::Duration::ZERO;
            let mut tl = std::time::Duration::ZERO;
            let mut lines = 0;
            while let Some(d) = stack.pop() {
                for e in std::fs::read_dir(d).unwrap() {
                    let p = e.unwrap().path();
                    if p.is_dir() {
                        stack.push(p);
                        continue;
                    }
                    if p.extension().is_none_or(|e| e != "py") {
                        continue;
                    }
                    let Ok(text) = std::fs::read_to_string(&p) else { continue };
                    let t = Instant::now();
                    let parsed = asyncshift::syntax::parse(&text);
                    tp += t.elapsed();
                    let t = Instant::now();
                    let facts = asyncshift::semantic::lower(&parsed, &text);
                    tl += t.elapsed();
                    lines += facts.lines;
                    let rel = p.strip_prefix(&root).unwrap().with_extension("");
                    let mut parts: Vec<_> = rel.iter().map(|s| s.to_string_lossy().to_string()).collect();
                    let pk = parts.last().unwrap() == "__init__";
                    if pk {
                        parts.pop();
                    }
                    inputs.push(asyncshift::link::ModuleInput {
                        name: parts.join("."),
                        is_package: pk,
                        is_test: false,
                        file: inputs.len() as u32,
                        facts,
                    });
                }
            }
            println!("{lines} lines parse {tp:?} lower {tl:?}");
            let t = Instant::now();
            let program = asyncshift::link::link(inputs);
            println!("link {:?}", t.elapsed());
            let t = Instant::now();
            let h = asyncshift::link::Hierarchy::new(&program);
            println!("hierarchy {:?}", t.elapsed());
            let t = Instant::now();
            let k = asyncshift::rules::Knowledge::embedded();
            println!("rules {:?}", t.elapsed());
            let t = Instant::now();
            let r = asyncshift::resolve::resolve(
                &program,
                &h,
                k,
                asyncshift::resolve::ResolveOptions { widen_at: 24 },
            );
            println!("resolve {:?} exhausted {}", t.elapsed(), r.exhausted);
            let t = Instant::now();
            let g = asyncshift::graph::build(&program, &r, k);
            println!("graph {:?} {:?} {:.1}%", t.elapsed(), g.coverage(), g.coverage().percent());
            let t = Instant::now();
            let e = asyncshift::effects::infer(
                &program,
                &g,
                k,
                &Default::default(),
                asyncshift::graph::Confidence::Probable,
            );
            println!("effects {:?} leaves {}", t.elapsed(), e.leaves().len());
            println!("{:?}", asyncshift::graph::unresolved_by_reason(&r));
            let blocked = g.nodes().filter(|(n, _)| e.blocked(*n).is_some()).count();
            println!("nodes {} edges {} blocked {}", g.node_count(), g.edge_count(), blocked);
            let s = std::fs::read_to_string("/proc/self/status").unwrap();
            println!("{}", s.lines().find(|l| l.starts_with("VmHWM")).unwrap());
            if std::env::var("PROBE_EDGES").is_ok() {
                for (_, e) in g.edges() {
                    let n = |n| match g.function(n) {
                        Some(f) => program.function_name(f),
                        None => g.external_name(n).unwrap().to_string(),
                    };
                    println!("  {} -> {} [{} {}]", n(e.caller), n(e.callee), e.kind, e.confidence);
                }
                for (s, why) in &r.incomplete {
                    let (m, s) = program.locate_site(*s);
                    println!(
                        "  ? {} {:?} {:?}",
                        program.modules[m].name,
                        program.facts(m).sites[s].range,
                        why
                    );
                }
            }
        })
        .unwrap()
        .join()
        .unwrap();
}
