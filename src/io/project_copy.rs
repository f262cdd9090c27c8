//! A copy of a project in a temporary folder, and commands that run in it.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::io::walk::is_environment;

/// A copy of a project. It is removed when this is dropped, and also when the program is killed.
#[derive(Debug)]
pub struct ProjectCopy {
    guard: Option<Guard>,
    folder: TempDir,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// With exit code 0.
    Passed,
    /// With another one, or none when a signal ended it.
    Failed(Option<i32>),
    /// It was stopped when its time was over.
    TimedOut,
}

/// How a command went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRun {
    /// How it ended.
    pub end: RunEnd,
    /// How long it took.
    pub time: Duration,
    /// The last lines of what it printed, both streams together.
    pub tail: Vec<String>,
}

/// Folders that only keep what can be made again.
const CACHES: [&str; 6] =
    ["__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".asyncshift_cache", ".hypothesis"];

/// Folders that are large, that no test changes, and that a link is enough for, besides environments.
const LINKED: [&str; 1] = ["node_modules"];

#[cfg(unix)]
const SHELL: &str = "/bin/sh";

/// So many lines at the end tell why a command failed.
const TAIL: usize = 15;

impl ProjectCopy {
    /// Copies the project at `root`, caches left out; environments in it are linked.
    pub fn new(root: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("asyncshift-").tempdir()?;
        let guard = Guard::start(folder.path());
        let copy = Self { guard, folder };
        copy_folder(root, &copy.path())?;
        Ok(copy)
    }

    /// Where the copy of the project's root is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Runs a command line in a folder of the copy, with the environment of this process and the folders `imports` first
    /// among those that Python imports from.
    pub fn run(
        &mut self,
        command_line: &str,
        inside: &Path,
        imports: &[PathBuf],
        limit: Option<Duration>,
    ) -> io::Result<CommandRun> {
        let log = self.folder.path().join("output.txt");
        let out = File::create(&log)?;
        let mut command = shell(command_line);
        command.current_dir(self.path().join(inside)).stdin(Stdio::null());
        command.stdout(out.try_clone()?).stderr(out);
        command.env("PYTHONPATH", python_path(imports)?);
        // Within one second, a file of the same size would be taken for the one that was compiled before.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let start = Instant::now();
        let mut child = command.spawn()?;
        if let Some(guard) = &mut self.guard {
            guard.watch(child.id());
        }
        let status = wait(&mut child, limit);
        if !matches!(status, Ok(Some(_))) {
            stop(&mut child);
        }
        if let Some(guard) = &mut self.guard {
            guard.forget();
        }
        let end = match status? {
            None => RunEnd::TimedOut,
            Some(status) if status.success() => RunEnd::Passed,
            Some(status) => RunEnd::Failed(status.code()),
        };
        Ok(CommandRun { end, time: start.elapsed(), tail: tail(&fs::read(&log)?) })
    }

    /// Makes files of the copy hold what is given; `None` removes a file. Paths are relative to the project's root.
    pub fn put(&self, files: &[(&Path, Option<&[u8]>)]) -> io::Result<()> {
        for (path, content) in files {
            let path = self.path().join(path);
            match content {
                Some(content) => fs::write(&path, content)?,
                None => fs::remove_file(&path)?,
            }
        }
        Ok(())
    }
}

impl Drop for ProjectCopy {
    fn drop(&mut self) {
        // It removes the folder too; whoever comes second finds nothing to do.
        drop(self.guard.take());
    }
}

/// A process that outlives this one: when this one ends, in whatever way, it ends the command and removes the folder.
#[derive(Debug)]
struct Guard {
    process: Child,
    input: Option<ChildStdin>,
}

impl Guard {
    #[cfg(unix)]
    fn start(folder: &Path) -> Option<Self> {
        use std::os::unix::process::CommandExt;
        const SCRIPT: &str = "trap '' INT TERM HUP; group=; while read -r line; do group=$line; done; \
            [ -n \"$group\" ] && kill -s KILL -- \"-$group\"; rm -rf -- \"$1\"";
        let mut command = Command::new(SHELL);
        command.args(["-c", SCRIPT, SHELL]).arg(folder).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.spawn().ok()?;
        let input = process.stdin.take();
        Some(Self { process, input })
    }

    #[cfg(not(unix))]
    fn start(_folder: &Path) -> Option<Self> {
        None
    }

    fn watch(&mut self, group: u32) {
        self.tell(&format!("{group}\n"));
    }

    fn forget(&mut self) {
        self.tell("\n");
    }

    /// Without a guard that listens the folder is removed all the same, unless this process is killed.
    fn tell(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            let _ = input.write_all(line.as_bytes());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

#[cfg(unix)]
fn shell(command_line: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(SHELL);
    // With a group of its own, all that it starts can be ended with it.
    command.arg("-c").arg(command_line).process_group(0);
    command
}

#[cfg(not(unix))]
fn shell(command_line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(command_line);
    command
}

/// Waits for a process until its time is over; `None` means that it is.
fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else { return child.wait().map(Some) };
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

/// Ends a process, and on Unix all that it started.
fn stop(child: &mut Child) {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-s", "KILL", "--", &group]).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn python_path(first: &[PathBuf]) -> io::Result<OsString> {
    let known = env::var_os("PYTHONPATH").unwrap_or_default();
    let known = env::split_paths(&known).filter(|path| !path.as_os_str().is_empty());
    let all = first.iter().cloned().chain(known);
    env::join_paths(all).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

/// The last lines that are not empty.
fn tail(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    let mut lines: Vec<String> =
        text.lines().rev().filter(|line| !line.trim().is_empty()).take(TAIL).map(str::to_owned).collect();
    lines.reverse();
    lines
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, path, target) = (entry.file_type()?, entry.path(), to.join(entry.file_name()));
        let is_named = |names: &[&str]| names.iter().any(|name| entry.file_name() == *name);
        if kind.is_symlink() {
            link(&fs::read_link(&path)?, &target)?;
        } else if kind.is_file() {
            fs::copy(&path, &target)?;
        } else if !kind.is_dir() || is_named(&CACHES) {
            // Sockets and pipes belong to whoever made them.
        } else if is_named(&LINKED) || is_environment(&path) {
            link(&path, &target)?;
        } else {
            copy_folder(&path, &target)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(not(unix))]
fn link(_original: &Path, _link: &Path) -> io::Result<()> {
    // Links need rights there that few have; what is missing shows when the command runs the first time.
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use crate::io::{ProjectCopy, RunEnd};

    #[test]
    fn commands_run_in_a_copy_that_goes_away() {
        let project = tempfile::tempdir().unwrap();
        fs::create_dir_all(project.path().join(".venv/bin")).unwrap();
        fs::write(project.path().join(".venv/pyvenv.cfg"), "").unwrap();
        fs::create_dir(project.path().join("pkg")).unwrap();
        fs::create_dir(project.path().join("__pycache__")).unwrap();
        fs::write(project.path().join("pkg/a.py"), "a").unwrap();
        let mut copy = ProjectCopy::new(project.path()).unwrap();
        let path = copy.path();
        assert!(path.join(".venv").is_symlink() && !path.join("__pycache__").exists());
        let run = copy.run("echo one; cat a.py >&2; rm a.py; exit 3", Path::new("pkg"), &[], None).unwrap();
        assert_eq!((run.end, run.tail), (RunEnd::Failed(Some(3)), vec!["one".to_owned(), "a".to_owned()]));
        copy.put(&[(Path::new("pkg/a.py"), Some(b"b")), (Path::new("pkg/new"), Some(b""))]).unwrap();
        let run = copy.run("test $(cat pkg/a.py) = b && test -f pkg/new", Path::new(""), &[], None).unwrap();
        assert_eq!(run.end, RunEnd::Passed);
        assert_eq!(fs::read_to_string(project.path().join("pkg/a.py")).unwrap(), "a");
        drop(copy);
        assert!(!path.exists() && project.path().join(".venv/bin").exists());
    }

    #[test]
    fn time_runs_out_for_all_that_a_command_started() {
        let project = tempfile::tempdir().unwrap();
        let mut copy = ProjectCopy::new(project.path()).unwrap();
        let limit = Some(Duration::from_millis(300));
        let run = copy.run("(sleep 2; touch late) & sleep 60", Path::new(""), &[], limit).unwrap();
        assert_eq!(run.end, RunEnd::TimedOut);
        assert!(run.time < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!copy.path().join("late").exists());
    }
}
