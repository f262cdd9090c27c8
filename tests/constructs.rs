//! `docs/constructs.md`: every construct that a conversion meets, what becomes of it, and the program that shows it.
//!
//! `ASYNCSHIFT_BLESS=1` rewrites the page.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::{Fixture, annotations, fixtures, fixtures_folder};

/// Groups of constructs with what they are about, and the words of each construct in order.
const GROUPS: [(&str, &str, &[&str]); 10] = [
    (
        "X",
        "Where a call stands",
        &[
            "`f().g()`, `f()[0]`, `f()()`",
            "`f().g()`, both async",
            "operators, `not`, `and`, conditional expressions",
            "`f(f(1))`",
            "f-strings",
            "statements of every kind",
            "decorators, defaults and bases inside a function",
            "a class body inside a function",
            "module level",
            "`lambda: f()`",
            "`type X = f()`",
            "`x = f` without a call",
            "`self.total += f()`",
            "`a[i] = f()`, chained comparisons",
            "comments and line breaks inside a call",
            "`(f()).x = 1`",
            "Python 2, `async` as a name",
        ],
    ),
    (
        "Q",
        "Comprehensions and functions that call functions",
        &[
            "list, set and dict comprehensions",
            "`sum(f(x) for x in xs)`",
            "`any(f(x) for x in xs)`",
            "`(x for x in f())`",
            "a generator expression that is kept",
            "`map(f, xs)`, `sorted(xs, key=f)`",
            "`pool.submit(f)`",
            "`for x in f():`, `with f():` of plain results",
            "conditions of comprehensions",
            "assignment expressions in comprehensions",
        ],
    ),
    (
        "G",
        "Generators, iterators, context managers",
        &[
            "a generator function",
            "`return value` in a generator",
            "`yield from`",
            "`x = yield`",
            "a loop that is left early",
            "`list(f())`, `a, b = f()`",
            "`next(f())`",
            "`zip(f(), g())`, `enumerate(f())`",
            "`__iter__` and `__next__`",
            "`@contextmanager`",
            "`__enter__` and `__exit__`",
            "`with` of both colours",
            "`ExitStack`",
            "`contextlib.closing`",
            "`yield` inside `with lock:`",
            "generators that a framework calls",
        ],
    ),
    (
        "K",
        "Classes",
        &[
            "`__init__` that blocks",
            "`__del__` and other finalizers",
            "`__repr__`, `__len__`, `__bool__`",
            "`__eq__`, `__getitem__`, `__contains__`",
            "`__call__`",
            "`@property`",
            "`cached_property`",
            "`classmethod`, `staticmethod`",
            "`@abstractmethod`",
            "a family of overrides",
            "a base of another library",
            "a base that others may subclass",
            "`super().f()`",
            "protocols and duck typing",
            "private names",
            "names that a framework calls",
            "dataclass factories, descriptors, metaclasses",
            "several bases",
            "a method that is replaced",
            "`__slots__`, `__getattr__`",
            "named tuples, enumerations, dispatch",
        ],
    ),
    (
        "D",
        "Decorators",
        &[
            "a wrapping decorator",
            "a context manager as a decorator",
            "retry decorators",
            "`lru_cache`",
            "`@property` and its setter",
            "`staticmethod`, `abstractmethod` and their order",
            "`@overload`",
            "`@singledispatch`",
            "`@contextmanager`",
            "`@pytest.fixture`",
            "routes of async frameworks",
            "routes of Flask",
            "views of Django",
            "tasks and commands",
            "registration",
            "compilers",
            "lock decorators",
            "decorated yield-coroutines",
            "several decorators",
            "`@final`, `@deprecated`",
        ],
    ),
    (
        "H",
        "References, tests, exports",
        &[
            "a function in a table",
            "a parameter that is called",
            "`Thread(target=f)`",
            "exit and signal handlers",
            "`if __name__ == \"__main__\"`",
            "recursion",
            "nested functions",
            "names that tests patch",
            "tests that call `f`",
            "doctests",
            "`__all__` and re-exports",
            "a name that is taken",
            "two definitions",
            "aliases",
            "pickling",
            "`inspect.signature`",
            "stubs",
            "`stacklevel`",
            "`locals()`, `eval`",
        ],
    ),
    (
        "S",
        "Statements, state, concurrency",
        &[
            "`with lock:` around what waits",
            "module-level primitives of asyncio",
            "thread locals",
            "state read and written around an `await`",
            "`return f()` in `try`",
            "`except BaseException`",
            "`StopIteration`",
            "`time.sleep`",
            "timeouts",
            "what has no async form",
            "what is too cheap",
            "`input`, `print`, logging",
            "files",
            "`subprocess.run`",
            "`fork`",
            "gevent",
            "code that is async already",
            "`asyncio.run` and `to_thread`",
            "context variables",
            "exceptions on leaving",
            "finalization",
        ],
    ),
    (
        "L",
        "Libraries",
        &[
            "`requests.get`",
            "sessions",
            "keyword arguments",
            "responses",
            "exceptions",
            "test helpers of a library",
            "databases and other clients",
            "imports",
            "dependencies",
        ],
    ),
    (
        "T",
        "Annotations",
        &[
            "`-> T`",
            "`-> Iterator[T]`",
            "`-> ContextManager[T]`",
            "annotations in strings",
            "`Self`, type variables",
            "the type of `sync`",
        ],
    ),
    ("V", "Versions", &["the oldest Python that a project supports"]),
];

#[test]
fn page_of_constructs() {
    let page = page(&fixtures("fix"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/constructs.md");
    if std::env::var_os("ASYNCSHIFT_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/constructs.md is stale; ASYNCSHIFT_BLESS=1 writes it anew");
}

fn page(fixtures: &[Fixture]) -> String {
    let mut by_id: BTreeMap<&str, Vec<&Fixture>> = BTreeMap::new();
    for fixture in fixtures {
        for id in fixture.name.split('_').next().unwrap_or_default().split('-') {
            by_id.entry(id).or_default().push(fixture);
        }
    }
    let mut page = String::from(
        "# What a conversion makes of each construct\n\nEvery row with a program is executed before and after by `tests/fix_fixtures.rs`: it must print the\n\
         same. *kept* names the reasons for which functions of the program stay as they are; `asyncshift explain REASON` says\n\
         more. A row without a program is not covered by one. Written by `tests/constructs.rs`.\n",
    );
    for (group, title, constructs) in GROUPS {
        let executed = if group == "L" {
            "Programs that need the libraries are in [projects](../fixtures/projects), executed by `tests/migrations.rs`.\n\n"
        } else {
            ""
        };
        write!(page, "\n## {group}: {title}\n\n{executed}| id | construct | what becomes of it | program |\n| --- | --- | --- | --- |\n").unwrap();
        for (number, construct) in constructs.iter().enumerate() {
            let id = format!("{group}{:02}", number + 1);
            let programs = by_id.get(id.as_str()).map_or(&[][..], Vec::as_slice);
            writeln!(page, "| {id} | {construct} | {} | {} |", verdict(programs), links(programs)).unwrap();
        }
    }
    page
}

/// Whether something changes in the programs, and why functions are kept in them.
fn verdict(programs: &[&Fixture]) -> String {
    let is_converted = |fixture: &&Fixture| {
        let folder = fixtures_folder("fix");
        [format!("{}.after", fixture.name), format!("{}.after.py", fixture.name)]
            .iter()
            .any(|name| folder.join(name).exists())
    };
    let mut words: Vec<String> = Vec::new();
    if programs.iter().any(is_converted) {
        words.push("converted".to_owned());
    }
    let texts = programs.iter().flat_map(|fixture| &fixture.files);
    let reasons: BTreeSet<String> = texts
        .flat_map(|(_, text)| annotations(text).map(|(_, words)| words.to_owned()).collect::<Vec<_>>())
        .filter_map(|words| words.strip_prefix("keep: ").map(str::to_owned))
        .collect();
    if !reasons.is_empty() {
        words.push(format!("kept: {}", reasons.into_iter().collect::<Vec<_>>().join(", ")));
    }
    words.join("; ")
}

fn links(programs: &[&Fixture]) -> String {
    let link = |fixture: &&Fixture| {
        let is_folder = fixtures_folder("fix").join(&fixture.name).is_dir();
        let file = if is_folder { fixture.name.clone() } else { format!("{}.py", fixture.name) };
        let word = fixture.name.split_once('_').map_or(fixture.name.as_str(), |(_, word)| word);
        format!("[{}](../fixtures/fix/{file})", word.replace('_', " "))
    };
    programs.iter().map(link).collect::<Vec<_>>().join(", ")
}
