//! What a check, a library's rules, or a reason in a report means.

use std::io::{self, Write};

use crate::graph::Unresolved;
use crate::plan::KeepReason;
use crate::report::check_page::write_check_page;
use crate::report::library_page::{write_class_facts, write_library_page};
use crate::report::rule_text::{function_parts, rewrite_text};
use crate::report::style::{BOLD, DIM};
use crate::rules::{CheckRule, ClassRule, FunctionRule, Knowledge, Library};

/// Something that can be explained.
#[derive(Clone, Copy, Debug)]
pub enum Topic<'a> {
    /// A check.
    Check(&'a CheckRule),
    /// Why a function is not converted.
    Kept(KeepReason),
    /// Why a call is not resolved.
    Unresolved(Unresolved),
    /// A library that rules describe.
    Library(&'a Library),
    /// A class of a library.
    Class(&'a ClassRule),
    /// A function or method, under the name that was asked for.
    Callable(&'a str, &'a FunctionRule),
}

/// The topic of this name: a check's code or name, a reason, a library.
pub fn find_topic<'a>(knowledge: &'a Knowledge, word: &'a str) -> Option<Topic<'a>> {
    let lower = word.to_lowercase();
    let check = knowledge.check(&word.to_uppercase()).or_else(|| knowledge.check(&lower));
    check
        .map(Topic::Check)
        .or_else(|| KeepReason::ALL.into_iter().find(|reason| reason.as_str() == lower).map(Topic::Kept))
        .or_else(|| {
            Unresolved::ALL.into_iter().find(|reason| reason.as_str() == lower).map(Topic::Unresolved)
        })
        .or_else(|| {
            let library = knowledge.library(word);
            library.map(Topic::Library)
        })
        .or_else(|| knowledge.class(word).map(Topic::Class))
        .or_else(|| knowledge.function(word).map(|rule| Topic::Callable(word, rule)))
}

/// The name of the topic that was probably meant.
pub fn nearest_topic(knowledge: &Knowledge, word: &str) -> Option<String> {
    const NEAR: f64 = 0.8;
    let checks = knowledge.checks().iter().flat_map(|check| [&*check.code, &*check.name]);
    let names = checks
        .chain(KeepReason::ALL.iter().map(|reason| reason.as_str()))
        .chain(Unresolved::ALL.iter().map(|reason| reason.as_str()))
        .chain(knowledge.libraries().iter().map(|library| &*library.name));
    let score = |name: &str| strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase());
    let best =
        names.map(|name| (score(name), name)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(score, _)| *score >= NEAR).map(|(_, name)| name.to_owned())
}

/// Writes what a topic means.
pub fn write_topic(out: &mut dyn Write, knowledge: &Knowledge, topic: Topic<'_>) -> io::Result<()> {
    match topic {
        Topic::Check(check) => write_check_page(out, check),
        Topic::Kept(reason) => {
            writeln!(out, "{BOLD}{reason}{BOLD:#}: why `fix` leaves a function as it is\n")?;
            writeln!(out, "{}", kept_text(reason))
        }
        Topic::Unresolved(reason) => {
            writeln!(out, "{BOLD}{}{BOLD:#}: why a call is not resolved\n", reason.as_str())?;
            writeln!(out, "{}", unresolved_text(reason))
        }
        Topic::Library(library) => write_library_page(out, knowledge, library),
        Topic::Class(class) => {
            write_heading(out, knowledge, &class.name)?;
            write_class_facts(out, class)
        }
        Topic::Callable(name, function) => write_callable(out, knowledge, name, function),
    }
}

fn write_heading(out: &mut dyn Write, knowledge: &Knowledge, name: &str) -> io::Result<()> {
    writeln!(out, "{BOLD}{name}{BOLD:#}\n")?;
    match knowledge.owner(name) {
        Some(library) => writeln!(out, "{DIM}of {}{DIM:#}\n", library.name),
        None => Ok(()),
    }
}

fn write_callable(
    out: &mut dyn Write,
    knowledge: &Knowledge,
    name: &str,
    function: &FunctionRule,
) -> io::Result<()> {
    let name = knowledge.public_name(name);
    write_heading(out, knowledge, &name)?;
    for part in function_parts(function) {
        writeln!(out, "- {part}")?;
    }
    if !function.returns.is_unknown() {
        writeln!(out, "- returns `{}`", function.returns)?;
    }
    let class = name.rsplit_once('.').and_then(|(class, _)| knowledge.class(class));
    let twins = class.into_iter().flat_map(|class| class.mirror.iter().chain(&class.replacements));
    for twin in twins {
        writeln!(out, "- the async twin of its class is {}", rewrite_text(twin))?;
    }
    Ok(())
}

fn kept_text(reason: KeepReason) -> &'static str {
    match reason {
        KeepReason::ModuleLevel => {
            "It is the body of a module or class, where `await` is not allowed. It goes on calling sync functions; those\n\
             that are converted stay callable under their old names."
        }
        KeepReason::Lambda => "A lambda cannot await. Make it a `def`, and it can be converted.",
        KeepReason::SpecialMethod => {
            "The interpreter calls a special method such as `__init__` or `__len__` and does not await what it returns."
        }
        KeepReason::Property => {
            "Reading an attribute cannot await. Make the property a method, and it can be converted."
        }
        KeepReason::Generator => {
            "It is a generator. As an async generator its callers would have to iterate over it with `async for`."
        }
        KeepReason::Decorated => {
            "A decorator wraps it, and nobody has described what that decorator does to a coroutine function. A rule for\n\
             the decorator would tell."
        }
        KeepReason::ForeignOverride => {
            "It overrides a method of a class outside the project, and the code that calls it there does not await."
        }
        KeepReason::OverrideFamily => {
            "It overrides a method, or is overridden by one, that cannot be converted. All of a family change or none."
        }
        KeepReason::NameTaken => {
            "Its class or module already has something under the name that it would get."
        }
        KeepReason::Redefined => {
            "Its scope defines the name more than once, or under a condition, so one wrapper could not stand for all."
        }
        KeepReason::Test => {
            "It is a test. Tests go on calling the sync names, which shows that those still work."
        }
        KeepReason::BuildScript => {
            "It stands in a script such as `setup.py`, which runs before the project is installed."
        }
        KeepReason::NothingToAwait => {
            "No call in it can be awaited or given to a thread: what it calls has no async form, or the call stands where\n\
             `await` is not allowed, or it is not certain what is called."
        }
        KeepReason::CalleeKept => {
            "What blocks in it is another function that stays as it is, and whose call cannot be given to a thread as a\n\
             whole. The reason of that function tells what to change first."
        }
        KeepReason::ThreadBound => {
            "What blocks in it belongs to the thread that made it, so no other thread may call it."
        }
        KeepReason::InspectsNamespace => {
            "It runs text or changes names by `globals`, `eval` or `exec`, where a renamed function would be missed, or shows by `locals` names that a conversion adds."
        }
        KeepReason::StopIteration => {
            "It raises `StopIteration`, which comes out of a coroutine as a `RuntimeError`, so that nobody would catch it."
        }
        KeepReason::CalledFromSync => {
            "Some code that cannot wait uses it, and a conversion in place leaves no wrapper for that code."
        }
        KeepReason::CalledFromOutside => {
            "A thread, a signal handler, an exit handler or another library calls it, and does not await."
        }
        KeepReason::Finalizer => {
            "The garbage collector, a signal or the end of the interpreter runs it, through `__del__` or a handler. That\n\
             can be at any moment of a running loop, or after the last one, so it must not start one of its own."
        }
        KeepReason::HoldsLock => {
            "It holds a lock of threads around what blocks. With an `await` inside, a second task would wait for the lock\n\
             on the event loop, and the first could never give it back."
        }
        KeepReason::NotSelected => "Its file is not among the paths that may be edited.",
        KeepReason::ThirdParty => {
            "It is installed code that the project imports, which is read but never edited."
        }
        KeepReason::BrokenFile => "Its file has syntax errors, so that nothing in it is edited.",
        KeepReason::Nested => {
            "It is defined inside a function, and its uses there could not all be followed."
        }
        KeepReason::Cheap => {
            "What blocks in it usually takes microseconds, such as a look at a file's name. A thread would cost more."
        }
        KeepReason::RunsLoop => {
            "It works with an event loop itself, directly or through what it calls. One that runs a loop cannot run inside\n\
             another, and one that schedules on the running loop would find the loop of its own wrapper instead."
        }
        KeepReason::OtherLoop => {
            "Its module imports a library whose coroutines run on a loop of its own. What `fix` writes needs asyncio's loop\n\
             to be running, so it changes nothing there."
        }
        KeepReason::RewriteFailed => {
            "The edited file did not pass the checks that every edit must pass, so the file is left as it is."
        }
        KeepReason::VerificationFailed => {
            "The command of `fix --verify` failed once it was converted, and passes without that. What the command printed\n\
             is shown with the unit that was dropped."
        }
        KeepReason::Declined => "Somebody answered no when `fix --interactive` asked for its unit.",
    }
}

fn unresolved_text(reason: Unresolved) -> &'static str {
    match reason {
        Unresolved::UnknownValue => "Nothing is known of what is called or of its receiver.",
        Unresolved::UnfilledParameter => {
            "What is called came in through a parameter without annotation that no call in the project fills. An\n\
             annotation resolves it."
        }
        Unresolved::UnknownAttribute => {
            "The class of the receiver is known, but no such attribute of it: it may be set from elsewhere."
        }
        Unresolved::ComputedAttribute => {
            "The name of the attribute is computed (`getattr(x, name)`), and may be any."
        }
        Unresolved::UnresolvedResult => {
            "What is called is the result of a call that is itself not resolved. A return annotation, or a rule for the\n\
             library, resolves it."
        }
        Unresolved::UntrackedContainer => {
            "What is called came out of a container, or of a library, that value flow does not follow."
        }
        Unresolved::TooMany => "So many different things can be meant that they are no longer told apart.",
        Unresolved::UnknownName => "No scope that is known defines the name.",
        Unresolved::NotCallable => {
            "What is called is known, but nothing that calling it would run: its class has no `__call__` that is known, or\n\
             the name also holds a value that is not for calling."
        }
    }
}
