//! Async classes that are described only by the sync classes they mirror.

use rustc_hash::FxHashMap;

use crate::rules::class::{AttributeRule, ClassRule, Protocol, ProtocolRule, last_part};
use crate::rules::function::{FunctionRule, MemberMirror, Mirror, Offload, Rewrite};
use crate::rules::knowledge::Knowledge;
use crate::rules::terms::Form;
use crate::rules::types::TypeExpr;

/// What sync iteration is called in types, and what stands there on the async side.
const ITERATION: [(&str, &str); 3] = [
    ("collections.abc.Iterator", "collections.abc.AsyncIterator"),
    ("collections.abc.Iterable", "collections.abc.AsyncIterable"),
    ("collections.abc.Generator", "collections.abc.AsyncGenerator"),
];

/// Sync class to async class, by dotted name and alias.
type Pairs<'a> = FxHashMap<&'a str, &'a str>;

/// A class that mirrors another, and the library it belongs to when that is a different one.
struct Pair<'a> {
    sync: &'a ClassRule,
    rewrite: &'a Rewrite,
}

impl Knowledge {
    /// Describes each class that is only known as a mirror: what blocks on the sync side is awaited there.
    ///
    /// Only mirrors of the classes of one layer are looked at.
    pub(crate) fn add_mirrors(&mut self, layer: u8) {
        let mut pairs = Vec::new();
        for class in self.classes.positions(layer).into_iter().map(|position| self.classes.at(position)) {
            let same = class.replacements.iter().filter(|rewrite| rewrite.has_same_members);
            pairs.extend(class.mirror.iter().chain(same).map(|rewrite| Pair { sync: class, rewrite }));
        }
        let mut libraries: FxHashMap<Option<&str>, Pairs<'_>> = FxHashMap::default();
        for Pair { sync, rewrite } in &pairs {
            let names = libraries.entry(rewrite.library.as_deref()).or_default();
            for name in std::iter::once(&sync.name).chain(&sync.aliases) {
                names.entry(name).or_insert(&rewrite.target);
            }
        }
        let mut mirrors: Vec<ClassRule> = Vec::new();
        for pair in &pairs {
            let target = &pair.rewrite.target;
            let is_known = self.class(target).is_some() || mirrors.iter().any(|made| made.name == *target);
            if !is_known {
                mirrors.push(self.mirrored(pair, &libraries[&pair.rewrite.library.as_deref()]));
            }
        }
        for class in mirrors {
            // Nothing has the name: that was looked up above.
            let _ = self.classes.insert(layer, &class.name.clone(), &[], class);
        }
    }

    fn mirrored(&self, pair: &Pair<'_>, names: &Pairs<'_>) -> ClassRule {
        let Pair { sync, rewrite } = pair;
        let library = rewrite.library.as_deref();
        let mut methods: Vec<FunctionRule> = Vec::new();
        let mut attributes: Vec<AttributeRule> = Vec::new();
        let mut protocols: Vec<ProtocolRule> = Vec::new();
        for class in self.linearize(&sync.name) {
            for method in class.methods() {
                let twin =
                    counterpart(method.mirror.as_deref(), &method.missing_in, &method.replacements, library);
                let Some(MemberMirror { name, form, .. }) = twin else { continue };
                let name = name.unwrap_or_else(|| last_part(&method.name).into());
                let form = form.unwrap_or(match (method.blocking, method.is_lazy) {
                    (None, _) => Form::Plain,
                    (Some(_), true) => Form::AsyncFor,
                    (Some(_), false) => Form::Await,
                });
                let returns = translate(&method.returns, names, form == Form::AsyncFor);
                if matches!(form, Form::Attribute | Form::AwaitAttribute) {
                    attributes.push(attribute(&name, returns));
                } else {
                    let is_async = matches!(form, Form::Await | Form::AsyncWithAwait);
                    methods.push(FunctionRule {
                        name: format!("{}.{name}", rewrite.target).into(),
                        returns,
                        cases: Box::default(),
                        ..unblocked(method, is_async)
                    });
                }
            }
            for held in class.attributes() {
                let twin = counterpart(held.mirror.as_deref(), &held.missing_in, &held.replacements, library);
                let Some(MemberMirror { name, form, .. }) = twin else { continue };
                let name = name.unwrap_or_else(|| held.name.clone());
                let returns = translate(&held.returns, names, false);
                if form == Some(Form::Await) {
                    methods.push(FunctionRule {
                        name: format!("{}.{name}", rewrite.target).into(),
                        returns,
                        ..unblocked(&sync.constructor, true)
                    });
                } else {
                    // A setter is a method of its own name; what is read stays an attribute.
                    let name = if form == Some(Form::Setter) { held.name.clone() } else { name };
                    attributes.push(attribute(&name, returns));
                }
            }
            protocols.extend(class.protocols().iter().filter_map(|rule| mirrored_protocol(rule, names)));
        }
        // A class's own members come before those of its bases, and the sort is stable.
        methods.sort_by(|left, right| left.name.cmp(&right.name));
        methods.dedup_by(|later, first| later.name == first.name);
        attributes.sort_by(|left, right| left.name.cmp(&right.name));
        attributes.dedup_by(|later, first| later.name == first.name);
        attributes.retain(|held| !methods.iter().any(|method| last_part(&method.name) == &*held.name));
        protocols.sort_by_key(|rule| rule.protocol);
        protocols.dedup_by_key(|rule| rule.protocol);
        let name = rewrite.target.clone();
        ClassRule {
            aliases: Box::default(),
            bases: Box::default(),
            constructor: FunctionRule {
                name: name.clone(),
                returns: TypeExpr::Class(name.clone()),
                cases: Box::default(),
                ..unblocked(&sync.constructor, rewrite.form == Form::Await)
            },
            mirror: None,
            replacements: Box::default(),
            thread_bound: None,
            reentrant: false,
            is_stand_in: sync.is_stand_in,
            versions: None,
            note: rewrite.note.clone(),
            any_method: sync.any_method.as_deref().map(|any| {
                let name = format!("{name}.*").into();
                Box::new(FunctionRule { name, ..unblocked(any, any.blocking.is_some()) })
            }),
            inherits_constructor: false,
            methods: methods.into(),
            attributes: attributes.into(),
            protocols: protocols.into(),
            name,
        }
    }
}

/// The member that stands for another one on the async side; `None` when there is none.
fn counterpart(
    mirror: Option<&Mirror>,
    missing_in: &[Box<str>],
    replacements: &[Rewrite],
    library: Option<&str>,
) -> Option<MemberMirror> {
    if library.is_some_and(|library| missing_in.iter().any(|name| **name == *library)) {
        return None;
    }
    let replaced =
        replacements.iter().find(|rewrite| library.is_some() && rewrite.library.as_deref() == library);
    match (replaced, mirror) {
        (Some(rewrite), _) => Some(MemberMirror {
            name: Some(last_part(&rewrite.target).into()),
            form: Some(rewrite.form),
            ..MemberMirror::default()
        }),
        (None, Some(Mirror::Missing)) => None,
        (None, Some(Mirror::Member(member))) => Some(member.clone()),
        (None, None) => Some(MemberMirror::default()),
    }
}

/// The same function where it does not block; whether its result is awaited.
fn unblocked(rule: &FunctionRule, is_async: bool) -> FunctionRule {
    FunctionRule {
        aliases: Box::default(),
        blocking: None,
        unless: Box::default(),
        is_lazy: false,
        is_async,
        rewrite: None,
        replacements: Box::default(),
        mirror: None,
        missing_in: Box::default(),
        offload: Offload::Safe,
        note: None,
        ..rule.clone()
    }
}

fn attribute(name: &str, returns: TypeExpr) -> AttributeRule {
    AttributeRule {
        name: name.into(),
        returns,
        blocking: None,
        mirror: None,
        missing_in: Box::default(),
        replacements: Box::default(),
        note: None,
    }
}

/// Entering waits on the async side; iterating does if it blocks on the sync side.
fn mirrored_protocol(rule: &ProtocolRule, names: &Pairs<'_>) -> Option<ProtocolRule> {
    let protocol = match (rule.protocol, rule.blocking) {
        (Protocol::Enter, _) => Protocol::AsyncEnter,
        (Protocol::Iterate, Some(_)) => Protocol::AsyncIterate,
        (Protocol::Iterate, None) => Protocol::Iterate,
        (Protocol::Exit | Protocol::AsyncEnter | Protocol::AsyncIterate | Protocol::Await, _) => return None,
    };
    Some(ProtocolRule { protocol, returns: translate(&rule.returns, names, false), blocking: None })
}

/// The type with async classes for sync ones, and with async iteration at its top when `is_iterated`.
fn translate(of: &TypeExpr, names: &Pairs<'_>, is_iterated: bool) -> TypeExpr {
    let class = |name: &str| names.get(name).map_or_else(|| name.into(), |twin| Box::from(*twin));
    match of {
        TypeExpr::Class(name) => TypeExpr::Class(class(name)),
        TypeExpr::ClassObject(name) => TypeExpr::ClassObject(class(name)),
        TypeExpr::Union(members) => {
            TypeExpr::Union(members.iter().map(|member| translate(member, names, is_iterated)).collect())
        }
        TypeExpr::Generic { origin, arguments } => {
            let is_iteration = ITERATION.iter().find(|(sync, _)| is_iterated && **sync == **origin);
            TypeExpr::Generic {
                origin: is_iteration.map_or_else(|| class(origin), |(_, twin)| Box::from(*twin)),
                arguments: arguments.iter().map(|argument| translate(argument, names, false)).collect(),
            }
        }
        TypeExpr::Unknown
        | TypeExpr::SelfType
        | TypeExpr::Argument(_)
        | TypeExpr::Result(_)
        | TypeExpr::Awaited(_)
        | TypeExpr::Element(_)
        | TypeExpr::Kept => of.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::class::{Member, Protocol};
    use crate::rules::knowledge::Knowledge;

    const ACME: &str = r#"
[library]
name = "acme"
modules = ["acme"]

[[class]]
name = "acme.Client"
mirror = { target = "acme.aio.Client", form = "async with", safety = "drop-in" }
enter = "self"
iter = { type = "acme.Row", blocking = "database" }

[class.methods]
get = { blocking = "network", returns = "acme.Row | None" }
scan = { blocking = "network", lazy = true, returns = "collections.abc.Iterator[acme.Row]" }
close = { mirror = { name = "aclose", form = "await" } }
query = { blocking = "network", mirror = false }
lock = { returns = "acme.Lock" }
"*" = { blocking = "network" }

[class.attributes]
text = { type = "str", blocking = "network", mirror = { form = "await" } }
host = "str"

[[class]]
name = "acme.Row"
mirror = { target = "acme.aio.Row", form = "none", safety = "drop-in" }
"#;

    #[test]
    fn a_mirror_awaits_what_blocks() {
        let knowledge = Knowledge::load(&[("acme.toml", ACME)]).unwrap();
        let show = |name: &str| match knowledge.member("acme.aio.Client", name) {
            Some(Member::Method(rule)) => {
                assert_eq!(rule.blocking, None);
                format!("{}{}", if rule.is_async { "await " } else { "" }, rule.returns)
            }
            Some(Member::Attribute(rule)) => format!(".{}", rule.returns),
            None => "none".to_owned(),
        };
        let found = ["get", "scan", "aclose", "close", "lock", "text", "host", "made"].map(show);
        assert_eq!(
            found,
            [
                "await acme.aio.Row | None",
                "collections.abc.AsyncIterator[acme.aio.Row]",
                "await unknown",
                "await unknown",
                "acme.Lock",
                "await str",
                ".str",
                "await unknown",
            ]
        );
        let protocol =
            |protocol| knowledge.protocol("acme.aio.Client", protocol).map(|rule| rule.returns.to_string());
        assert_eq!(protocol(Protocol::AsyncEnter).as_deref(), Some("self"));
        assert_eq!(protocol(Protocol::AsyncIterate).as_deref(), Some("acme.aio.Row"));
        assert_eq!(protocol(Protocol::Enter), None);
    }
}
