//! What can stand in async code for a call of a library: on its own async side, or in another library.

use std::borrow::Cow;

use crate::base::{Prefer, normalized};
use crate::rules::class::{ClassRule, Member, Protocol};
use crate::rules::function::{Blocking, MemberMirror, Mirror, Offload, Rewrite};
use crate::rules::knowledge::Knowledge;
use crate::rules::library::Library;
use crate::rules::terms::{Form, Safety};

/// An async equivalent of a call, a `with`, a loop or an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Equivalent<'a> {
    /// Its dotted name; of a `with` or a loop, the class that takes part in it.
    pub target: Cow<'a, str>,
    /// How it is used.
    pub form: Form,
    /// How far it keeps the meaning.
    pub safety: Safety,
    /// The rule that it follows from: of the call itself, or of its class.
    pub rewrite: &'a Rewrite,
    /// Whether the rule is that of the class.
    pub is_by_class: bool,
    /// What differs for the member, when the rule is that of its class.
    pub member: Option<&'a MemberMirror>,
}

impl<'a> Equivalent<'a> {
    /// The library it belongs to, when that is another one than the call's own and not the standard library.
    pub fn library(&self) -> Option<&'a str> {
        self.rewrite.library.as_deref()
    }

    /// The oldest version of its library that has it, if a rule says so.
    pub fn min_version(&self) -> Option<&'a str> {
        let member = self.member.and_then(|member| member.min_version.as_deref());
        member.or(self.rewrite.min_version.as_deref())
    }

    /// What a reader should know before accepting it.
    pub fn note(&self) -> Option<&'a str> {
        self.member.and_then(|member| member.note.as_deref()).or(self.rewrite.note.as_deref())
    }
}

/// Whether a project prefers the library called `name` for what `replaced` is for; what has no role gives way to any.
pub fn is_preferred(prefer: &Prefer, replaced: Option<&Library>, name: &str) -> bool {
    let role = replaced.and_then(|library| library.role.as_deref());
    let name = normalized(name);
    prefer
        .iter()
        .any(|(wanted, preferred)| role.is_none_or(|role| role == wanted) && normalized(preferred) == name)
}

/// The special methods that statements run, and what their async forms run.
const STATEMENTS: [(&str, Protocol, Form); 3] = [
    ("__enter__", Protocol::AsyncEnter, Form::AsyncWith),
    ("__exit__", Protocol::AsyncEnter, Form::AsyncWith),
    ("__iter__", Protocol::AsyncIterate, Form::AsyncFor),
];

impl Knowledge {
    /// The async equivalents of what has this dotted name or alias, at most one in each library; its own async side
    /// comes first. A thread is none. What a rule says of the name itself wins over what follows from its class.
    pub fn equivalents(&self, qualified: &str) -> Vec<Equivalent<'_>> {
        let mut acc = Vec::new();
        if let Some(function) = self.functions.get(qualified) {
            direct(&mut acc, function.rewrite.as_deref(), &function.replacements);
        } else if let Some(class) = self.class(constructed(self, qualified)) {
            direct(&mut acc, class.constructor.rewrite.as_deref(), &class.constructor.replacements);
            direct(&mut acc, class.mirror.as_ref(), &class.replacements);
        } else if let Some((class, name)) = qualified.rsplit_once('.') {
            self.of_member(&mut acc, class, name);
        }
        acc.sort_by_key(|found| found.library().is_some());
        acc
    }

    /// The equivalent to propose in a project with these preferences, for a Python of this version or later: the one in
    /// the library that it prefers for the role of the call's own, else the one on its own async side. What is only a
    /// direction, and what is not awaited, is not proposed.
    pub fn proposed(
        &self,
        qualified: &str,
        prefer: &Prefer,
        target_version: Option<(u8, u8)>,
    ) -> Option<Equivalent<'_>> {
        let replaced = self.owner(qualified);
        let found: Vec<Equivalent<'_>> = self
            .equivalents(qualified)
            .into_iter()
            .filter(|found| {
                let is_awaited = matches!(
                    found.form,
                    Form::Await | Form::AsyncWith | Form::AsyncWithAwait | Form::AsyncFor
                );
                let is_available = match (found.rewrite.min_python, target_version) {
                    (Some(needed), Some(target)) => needed <= target,
                    (None | Some(_), None) | (None, Some(_)) => true,
                };
                is_awaited && is_available && found.safety > Safety::Suggest
            })
            .collect();
        let preferred = found
            .iter()
            .find(|found| found.library().is_some_and(|name| is_preferred(prefer, replaced, name)));
        preferred.or_else(|| found.iter().find(|found| found.library().is_none())).cloned()
    }

    /// Whether a thread may run what has this dotted name or alias.
    pub fn offload(&self, qualified: &str) -> Offload {
        let class = qualified.rsplit_once('.').and_then(|(class, _)| self.class(class));
        let bound = class.and_then(|class| class.thread_bound.clone());
        match (self.function(qualified), bound) {
            (Some(rule), _) => rule.offload.clone(),
            (None, Some(reason)) => Offload::Never(reason),
            (None, None) => Offload::Safe,
        }
    }

    /// The library with this name, however it is spelled (PEP 503).
    pub fn library(&self, name: &str) -> Option<&Library> {
        let name = normalized(name);
        self.libraries.iter().find(|library| normalized(&library.name) == name)
    }

    /// Whether anything in a library blocks.
    pub fn has_blocking(&self, library: &Library) -> bool {
        self.functions_of(library).iter().any(|rule| rule.blocking.is_some())
            || self.classes_of(library).iter().any(|class| effects(class).flatten().next().is_some())
    }

    /// Names of the libraries that have equivalents of something in a library, sorted; its own is among them when
    /// it has an async side.
    pub fn replacing<'a>(&'a self, library: &'a Library) -> Vec<&'a str> {
        let functions = self.functions_of(library).into_iter();
        let functions =
            functions.flat_map(|rule| rule.rewrite.as_deref().into_iter().chain(&rule.replacements));
        let classes = self.classes_of(library).into_iter().flat_map(|class| {
            let members = class
                .methods()
                .iter()
                .flat_map(|rule| rule.rewrite.as_deref().into_iter().chain(&rule.replacements));
            class.mirror.iter().chain(&class.replacements).chain(members)
        });
        let rewrites = functions.chain(classes).filter(|rewrite| rewrite.form != Form::ToThread);
        let mut names: Vec<&str> =
            rewrites.map(|rewrite| rewrite.library.as_deref().unwrap_or(&library.name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn of_member<'a>(&'a self, acc: &mut Vec<Equivalent<'a>>, class: &str, name: &str) {
        let statement = STATEMENTS.iter().find(|(method, ..)| *method == name);
        let member = self.member(class, name);
        if let (None, None) = (member, statement) {
            return;
        }
        let (mirror, missing_in): (_, &[Box<str>]) = match member {
            Some(Member::Method(rule)) => {
                direct(acc, rule.rewrite.as_deref(), &rule.replacements);
                (rule.mirror.as_deref(), &rule.missing_in)
            }
            Some(Member::Attribute(rule)) => {
                direct(acc, None, &rule.replacements);
                (rule.mirror.as_deref(), &rule.missing_in)
            }
            None => (None, &[]),
        };
        let is_missing = |library: Option<&str>| {
            library.is_some_and(|library| missing_in.iter().any(|name| **name == *library))
        };
        let changed = match mirror {
            Some(Mirror::Missing) => return,
            Some(Mirror::Member(changed)) => Some(changed),
            None => None,
        };
        for class in self.linearize(class) {
            for rewrite in class.mirror.iter().chain(&class.replacements) {
                let library = rewrite.library.as_deref();
                if is_missing(library) || acc.iter().any(|known| known.library() == library) {
                    continue;
                }
                let found = match (statement, member) {
                    (Some(&(_, protocol, form)), _) => self.of_statement(rewrite, protocol, form),
                    (None, Some(member)) => self.of_twin(rewrite, name, member, changed),
                    (None, None) => None,
                };
                acc.extend(found);
            }
        }
    }

    /// The statement with the async class in it; `None` when that takes no part in such statements.
    fn of_statement<'a>(
        &'a self,
        rewrite: &'a Rewrite,
        protocol: Protocol,
        form: Form,
    ) -> Option<Equivalent<'a>> {
        // "The same members" says nothing of statements, which a described class takes part in or does not.
        let has = || self.protocol(&rewrite.target, protocol).is_some();
        if self.class(&rewrite.target).is_some() && !has() {
            return None;
        }
        let safety = self.safety(rewrite, has)?;
        let target = Cow::Borrowed(&*rewrite.target);
        Some(Equivalent { target, form, safety, rewrite, is_by_class: true, member: None })
    }

    /// The member of the async class; `None` when that has none.
    fn of_twin<'a>(
        &'a self,
        rewrite: &'a Rewrite,
        name: &str,
        member: Member<'_>,
        changed: Option<&'a MemberMirror>,
    ) -> Option<Equivalent<'a>> {
        let name = changed.and_then(|changed| changed.name.as_deref()).unwrap_or(name);
        let has = || self.member(&rewrite.target, name).is_some();
        let safety = self.safety(rewrite, has)?;
        let (blocking, is_lazy) = match member {
            Member::Method(rule) => (rule.blocking, rule.is_lazy),
            Member::Attribute(rule) => (rule.blocking, false),
        };
        let form = match (changed.and_then(|changed| changed.form), blocking, is_lazy) {
            (Some(form), ..) => form,
            (None, None, _) => Form::Plain,
            (None, Some(_), true) => Form::AsyncFor,
            (None, Some(_), false) => Form::Await,
        };
        let target = Cow::Owned(format!("{}.{name}", rewrite.target));
        Some(Equivalent { target, form, safety, rewrite, is_by_class: true, member: changed })
    }

    /// How far a member of an async class keeps the meaning. Only a direction is known where nobody said that the
    /// class has it; nothing where the class is described and lacks it.
    fn safety(&self, rewrite: &Rewrite, has: impl Fn() -> bool) -> Option<Safety> {
        let is_mirror = rewrite.library.is_none();
        match self.class(&rewrite.target) {
            _ if is_mirror || rewrite.has_same_members => Some(rewrite.safety),
            Some(_) => has().then_some(rewrite.safety),
            None => Some(Safety::Suggest),
        }
    }
}

/// The class that a constructor's name means, with or without its special method.
fn constructed<'a>(knowledge: &Knowledge, qualified: &'a str) -> &'a str {
    let class = ["__init__", "__new__"].iter().find_map(|name| {
        let class = qualified.strip_suffix(name)?.strip_suffix('.')?;
        knowledge.class(class).map(|_| class)
    });
    class.unwrap_or(qualified)
}

/// Adds what rules say of the call itself, one a library.
fn direct<'a>(acc: &mut Vec<Equivalent<'a>>, rewrite: Option<&'a Rewrite>, replacements: &'a [Rewrite]) {
    for rewrite in rewrite.into_iter().chain(replacements) {
        let is_known = acc.iter().any(|known| known.library() == rewrite.library.as_deref());
        if is_known || rewrite.form == Form::ToThread {
            continue;
        }
        acc.push(Equivalent {
            target: Cow::Borrowed(&rewrite.target),
            form: rewrite.form,
            safety: rewrite.safety,
            rewrite,
            is_by_class: false,
            member: None,
        });
    }
}

/// What each part of a class does to the thread.
fn effects(class: &ClassRule) -> impl Iterator<Item = Option<Blocking>> {
    let methods = class.methods().iter().chain(class.any_method.as_deref()).map(|rule| rule.blocking);
    let attributes = class.attributes().iter().map(|rule| rule.blocking);
    let protocols = class.protocols().iter().map(|rule| rule.blocking);
    std::iter::once(class.constructor.blocking).chain(methods).chain(attributes).chain(protocols)
}

#[cfg(test)]
mod tests {
    use crate::rules::equivalent::Equivalent;
    use crate::rules::function::Offload;
    use crate::rules::knowledge::Knowledge;

    const ACME: &str = r#"
[library]
name = "acme"
modules = ["acme"]

[[function]]
name = "acme.get"
aliases = ["acme.api.get"]
blocking = "network"
rewrite = { target = "acme.aget", form = "await", safety = "drop-in", min_version = "2.0" }
replacements = [{ library = "beta", target = "beta.Client.get", form = "await", safety = "review" }]

[[function]]
name = "acme.slow"
blocking = "cpu"
rewrite = { target = "acme.slow", form = "to_thread", safety = "drop-in" }

[[class]]
name = "acme.Client"
thread_bound = "it keeps its thread"
mirror = { target = "acme.AsyncClient", form = "async with", safety = "review", note = "one a loop" }
replacements = [
  { library = "beta", target = "beta.Client", form = "async with", safety = "review" },
  { library = "gamma", target = "gamma.Client", form = "async with", safety = "drop-in" },
]
enter = { type = "self", blocking = "network" }
iter = { type = "bytes", blocking = "network" }

[class.methods]
get = { blocking = "network" }
send = { blocking = "network", replacements = [{ library = "beta", target = "beta.send", form = "await", safety = "suggest" }] }
scan = { blocking = "network", lazy = true, mirror = { name = "ascan", note = "in pages" } }
query = { blocking = "network", mirror = false }

[class.attributes]
text = { type = "str", blocking = "network" }

[[class]]
name = "acme.Child"
bases = ["acme.Client"]
"#;

    const BETA: &str = r#"
[library]
name = "beta"
modules = ["beta"]

[[class]]
name = "beta.Client"
[class.methods]
get = { async = true }
"#;

    fn check(qualified: &str, expected: &[&str]) {
        let knowledge = Knowledge::load(&[("acme.toml", ACME), ("beta.toml", BETA)]).unwrap();
        let found: Vec<String> = knowledge
            .equivalents(qualified)
            .iter()
            .map(|found| {
                let library = found.library().unwrap_or("own");
                format!("{library} {} {} {}", found.target, found.form, found.safety)
            })
            .collect();
        assert_eq!(found, expected, "{qualified}");
    }

    #[test]
    fn functions_say_it_themselves_and_threads_are_none() {
        let both = ["own acme.aget await drop-in", "beta beta.Client.get await review"];
        check("acme.get", &both);
        check("acme.api.get", &both);
        check("acme.slow", &[]);
        check("acme.unknown", &[]);
    }

    #[test]
    fn members_follow_their_class() {
        // Nothing is known of `gamma`, and `beta` is described: it has `get` and nothing else.
        let get = [
            "own acme.AsyncClient.get await review",
            "beta beta.Client.get await review",
            "gamma gamma.Client.get await suggest",
        ];
        check("acme.Client.get", &get);
        check("acme.Child.get", &get);
        check(
            "acme.Client.scan",
            &["own acme.AsyncClient.ascan async for review", "gamma gamma.Client.ascan async for suggest"],
        );
        check(
            "acme.Client.send",
            &[
                "own acme.AsyncClient.send await review",
                "beta beta.send await suggest",
                "gamma gamma.Client.send await suggest",
            ],
        );
        check("acme.Client.query", &[]);
        check(
            "acme.Client.text",
            &["own acme.AsyncClient.text await review", "gamma gamma.Client.text await suggest"],
        );
    }

    #[test]
    fn statements_and_constructors_become_those_of_the_async_class() {
        check(
            "acme.Client.__enter__",
            &["own acme.AsyncClient async with review", "gamma gamma.Client async with suggest"],
        );
        check(
            "acme.Client.__iter__",
            &["own acme.AsyncClient async for review", "gamma gamma.Client async for suggest"],
        );
        let made = [
            "own acme.AsyncClient async with review",
            "beta beta.Client async with review",
            "gamma gamma.Client async with drop-in",
        ];
        check("acme.Client", &made);
        check("acme.Client.__init__", &made);
        check("acme.Child", &[]);
    }

    #[test]
    fn libraries_are_asked_as_a_whole() {
        let knowledge = Knowledge::load(&[("acme.toml", ACME), ("beta.toml", BETA)]).unwrap();
        let [acme, beta] = ["acme", "beta"].map(|name| knowledge.library(name).unwrap());
        assert!(knowledge.has_blocking(acme) && !knowledge.has_blocking(beta));
        assert_eq!(knowledge.replacing(acme), ["acme", "beta", "gamma"]);
        assert_eq!(knowledge.replacing(beta), [""; 0]);
        assert_eq!(knowledge.offload("acme.get"), Offload::Safe);
        for name in ["acme.Client.get", "acme.Client.__enter__", "acme.Client.text"] {
            assert_eq!(knowledge.offload(name), Offload::Never("it keeps its thread".into()), "{name}");
        }
        let notes: Vec<_> = knowledge
            .equivalents("acme.Client.scan")
            .iter()
            .map(Equivalent::note)
            .map(Option::unwrap_or_default)
            .map(str::to_owned)
            .collect();
        assert_eq!(notes, ["in pages", "in pages"]);
        assert_eq!(knowledge.equivalents("acme.get")[0].min_version(), Some("2.0"));
    }
}
