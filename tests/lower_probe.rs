//! probe
#[test]
fn probe() {
    let Ok(dir) = std::env::var("PROBE_DIR") else { return };
    std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
    let mut stack = vec![std::path::PathBuf::from(dir)];
    let (mut n, mut lines, mut vals, mut bytes) = (0, 0, 0usize, 0usize);
    let mut tp = std::time::Duration::ZERO; let mut tl = std::time::Duration::ZERO;
    while let Some(d) = stack.pop() {
        for e in std::fs::read_dir(d).unwrap() {
            let p = e.unwrap().path();
            if p.is_dir() { stack.push(p); continue; }
            if p.extension().is_none_or(|e| e != "py") { continue; }
            let Ok(text) = std::fs::read_to_string(&p) else { continue };
            let t = std::time::Instant::now();
            let parsed = asyncshift::syntax::parse(&text);
            tp += t.elapsed();
            let t = std::time::Instant::now();
            let facts = asyncshift::semantic::lower(&parsed, &text);
            tl += t.elapsed();
            n += 1; lines += facts.lines; vals += facts.values.len(); bytes += postcard::to_stdvec(&facts).unwrap().len();
            if !parsed.errors().is_empty() { println!("{} {:?}", p.display(), parsed.errors()[0]); }
        }
    }
    println!("{n} files {lines} lines {vals} values {bytes} bytes parse {tp:?} lower {tl:?}");
    }).unwrap().join().unwrap();
}
