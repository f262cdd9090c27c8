//! Moves from a library to the one that a project prefers: four projects run before and after, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

const PACKAGES: [&str; 8] = [
    "requests",
    "httpx",
    "aiohttp",
    "psycopg2-binary",
    "psycopg[binary]",
    "flask",
    "quart",
    "typing_extensions",
];

fn projects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects")
}

/// The interpreter of an environment with all libraries, made once and kept; nothing when pip cannot.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venvs/migrations");
        let python = folder.join("bin/python");
        let done = folder.join("complete");
        if done.exists() {
            return Some(python);
        }
        let run = |program: &Path, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let install = [&["-m", "pip", "install", "-q"][..], &PACKAGES[..]].concat();
        let is_made = run(Path::new("python3"), &["-m", "venv", folder.to_str()?]) && run(&python, &install);
        if is_made {
            fs::write(done, "").ok()?;
        }
        is_made.then_some(python)
    };
    PYTHON.get_or_init(make).as_deref()
}

/// A helper process that ends when its standard input does, and the line that it prints first.
struct Server {
    process: Child,
    says: String,
}

impl Server {
    fn start(python: &Path, script: &str) -> Self {
        let mut process = Command::new(python)
            .arg(projects().join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut says = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut says).unwrap();
        Self { process, says: says.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

fn fix(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .arg("fix")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a program prints; it must end well and find no fault with itself.
fn run(python: &Path, folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(python)
        .args(arguments)
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let is_clean = !["Warning", "Exception ignored", "Traceback"].iter().any(|word| errors.contains(word));
    assert!(output.status.success() && is_clean, "{arguments:?} says\n{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn all_code(folder: &Path, acc: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            all_code(&path, acc);
        } else if Path::new(&name).extension().is_some_and(|end| end == "py")
            && !name.starts_with("_asyncshift")
        {
            acc.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// Converts a project and compares what it prints; `gone` is no longer in it.
fn migrate(name: &str, server: &str, gone: &str) {
    let Some(python) = python() else {
        println!("skipped: pip cannot install the libraries");
        return;
    };
    let server = (!server.is_empty()).then(|| Server::start(python, server));
    if let Some(server) = &server
        && server.says.starts_with("skipped")
    {
        println!("{}", server.says);
        return;
    }
    let target = server.as_ref().map(|server| server.says.as_str());
    let folder = tempfile::tempdir().unwrap();
    copy(&projects().join(name), folder.path());
    let with = |first: &[&'static str]| {
        let mut arguments: Vec<&str> = first.to_vec();
        arguments.push("main.py");
        arguments.extend(target);
        arguments.into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let go = |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(python, folder.path(), &arguments)
    };
    let before = go(with(&[]));
    fix(folder.path(), &["--write", "."]);
    let mut code = String::new();
    all_code(folder.path(), &mut code);
    assert!(!code.contains(gone) && !code.contains("to_thread"), "{code}");
    assert_eq!(go(with(&[])), before);
    assert_eq!(go(with(&["-X", "dev", "-W", "error"])), before);
    assert_eq!(fix(folder.path(), &["."]), "", "a second run changes nothing");
}

#[test]
fn requests_to_httpx() {
    migrate("requests_to_httpx", "http_server.py", "requests");
}

#[test]
fn requests_to_aiohttp() {
    migrate("requests_to_aiohttp", "http_server.py", "requests");
}

#[test]
fn psycopg2_to_psycopg() {
    migrate("psycopg2_to_psycopg", "postgres_server.py", "psycopg2");
}

#[test]
fn flask_to_quart() {
    migrate("flask_to_quart", "", "lask");
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("asyncshift.toml"), "prefer = { http = \"httpx\" }\n").unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A program that stays with its library: its calls go to threads.
fn stays(text: &str) {
    let folder = project(&[("main.py", text)]);
    fix(folder.path(), &["--write", "."]);
    let after = fs::read_to_string(folder.path().join("main.py")).unwrap();
    assert!(!after.contains("httpx"), "{after}");
}

/// A program of which a part moves: what is expected stands in it, what is not does not.
fn moves(text: &str, expected: &[&str], unexpected: &[&str]) {
    let folder = project(&[("main.py", text)]);
    fix(folder.path(), &["--write", "."]);
    let after = fs::read_to_string(folder.path().join("main.py")).unwrap();
    for part in expected {
        assert!(after.contains(part), "{part} is not in\n{after}");
    }
    for part in unexpected {
        assert!(!after.contains(part), "{part} is in\n{after}");
    }
}

#[test]
fn an_object_with_one_use_that_means_nothing_to_the_other_library_stays() {
    let session = |rest: &str| {
        stays(&format!(
            "import requests\n\n\ndef f(url, log):\n    s = requests.Session()\n    s.get(url)\n{rest}"
        ));
    };
    session("    s.mount('http://', None)\n");
    session("    s.verify = False\n");
    session("    s.hooks['response'] = log\n");
    session("    log(s)\n");
    session("    return [s]\n");
    session("    return lambda: s.get(url)\n");
    session("    return list(s.get(u) for u in url)\n");
    session("    yield s\n");
    stays("import requests\n\n\ndef f(url):\n    return requests.get(url, stream=True).raw\n");
    stays("import requests\n\n\ndef f(url):\n    return requests.get(url, verify=False).text\n");
    stays("import requests\n\n\ndef f(url, **options):\n    return requests.get(url, **options).text\n");
    stays("import requests\n\n\ndef f(url):\n    return list(requests.get(url).iter_lines())\n");
    stays("import requests\n\n\ndef f(url):\n    return str(requests.get(url))\n");
    stays("import requests\n\nPAGE = requests.get('http://localhost').text\n");
}

#[test]
fn objects_move_or_stay_each_with_all_that_holds_them() {
    moves(
        "import requests\n\n\ndef one(url):\n    return requests.get(url).text\n\n\ndef two(url):\n    r = requests.get(url)\n    return r.raw\n",
        &["(await Client().get(url)).text", "await asyncio.to_thread(requests.get, url)", "import requests"],
        &[],
    );
    // The object that one function makes is the one that another function uses.
    stays(
        "import requests\n\n\ndef make():\n    return requests.Session()\n\n\ndef one(url):\n    return make().get(url).text\n\n\ndef two(url):\n    make().mount(url, None)\n",
    );
}

#[test]
fn handlers_know_both_libraries_while_both_are_used() {
    moves(
        "import requests\n\n\ndef f(url):\n    try:\n        requests.get(url, stream=True)\n        return requests.get(url).text\n    except (requests.Timeout, OSError):\n        return None\n",
        &["except (requests.Timeout, httpx.TimeoutException, OSError, httpx.HTTPError, httpx.InvalidURL):"],
        &[],
    );
    moves(
        "import requests\n\n\ndef f(url):\n    try:\n        return requests.get(url).text\n    except requests.Timeout:\n        return None\n",
        &["except httpx.TimeoutException:", "import httpx\n"],
        &["import requests"],
    );
    // An exception of which nobody says what it becomes.
    stays(
        "import requests\n\n\ndef f(url):\n    try:\n        return requests.get(url).text\n    except requests.exceptions.UnrewindableBodyError:\n        return None\n",
    );
}

#[test]
fn names_that_tests_replace_stay() {
    let folder = project(&[
        ("main.py", "import requests\n\n\ndef f(url):\n    return requests.get(url).text\n"),
        (
            "test_main.py",
            "from unittest import mock\n\nimport main\n\n\ndef test_f():\n    with mock.patch('main.requests.get') as get:\n        get.return_value.text = 'x'\n        assert main.f('y') == 'x'\n",
        ),
    ]);
    fix(folder.path(), &["--write", "."]);
    let after = fs::read_to_string(folder.path().join("main.py")).unwrap();
    assert!(!after.contains("httpx"), "{after}");
}
