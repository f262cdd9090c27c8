//! What is known about one library function or method: effect, flow, result, rewrite.

use serde::{Deserialize, Serialize};

use crate::rules::condition::{ArgumentRef, ArgumentView, Condition, Met};
use crate::rules::terms::{CallHow, CallTime, Category, Form, Safety, Severity};
use crate::rules::types::TypeExpr;
use crate::rules::versions::{Retired, Versions};

/// A library function, a method, or a class's constructor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionRule {
    /// The public dotted name; a method's is its class's name and its own.
    pub name: Box<str>,
    /// Further dotted names of the same function, such as where it is really defined.
    pub aliases: Box<[Box<str>]>,
    /// How a call blocks, if it can.
    pub blocking: Option<Blocking>,
    /// A call that meets one of these does not block.
    pub unless: Box<[Condition]>,
    /// After a call that meets one of these no method of the receiver blocks.
    pub unblocks: Box<[Condition]>,
    /// Whether the effect and the calls happen when the result is iterated, not before.
    pub is_lazy: bool,
    /// Whether a call gives an awaitable; `returns` is then what awaiting it gives.
    pub is_async: bool,
    /// What a call returns when no case applies.
    pub returns: TypeExpr,
    /// Results that depend on arguments, the first that holds wins.
    pub cases: Box<[Case]>,
    /// Which arguments are called, when and where.
    pub calls: Box<[Call]>,
    /// Positions of arguments that are iterated during the call.
    pub iterates: Box<[u16]>,
    /// Positions of arguments that the receiver keeps and hands out as [`TypeExpr::Kept`].
    pub keeps: Box<[u16]>,
    /// The position of the argument that names the entry: what is kept is kept under it, and
    /// [`TypeExpr::Kept`] is what stands under it.
    pub key: Option<u16>,
    /// Positions of arguments whose elements, or entries, the receiver keeps.
    pub absorbs: Box<[u16]>,
    /// The async equivalent that needs no choice of library.
    pub rewrite: Option<Box<Rewrite>>,
    /// Async equivalents in other libraries, used when the project prefers one of them.
    pub replacements: Box<[Rewrite]>,
    /// The method on the mirror of its class, where more than the class differs.
    pub mirror: Option<Box<Mirror>>,
    /// Libraries among the replacements of its class whose class has nothing like it, sorted.
    pub missing_in: Box<[Box<str>]>,
    /// Whether a worker thread may run a call.
    pub offload: Offload,
    /// Whether it tells if an event loop is running.
    pub probes_loop: bool,
    /// The versions that have it.
    pub versions: Option<Box<Versions>>,
    /// Ways of calling it that newer versions do not have.
    pub retired: Box<[Retired]>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
}

/// A member on the async class that mirrors its own class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mirror {
    /// The async class has no such member.
    Missing,
    /// The member it has.
    Member(MemberMirror),
}

/// A member of an async class; what is `None` is as on the sync class.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MemberMirror {
    /// Its name.
    pub name: Option<Box<str>>,
    /// How it is used; by default what blocks is awaited, or iterated with `async for` when it is lazy.
    pub form: Option<Form>,
    /// Keyword arguments that get another name, sorted by the old one.
    pub rename: Box<[(Box<str>, Box<str>)]>,
    /// Keyword arguments that are left out, sorted.
    pub drop: Box<[Box<str>]>,
    /// Oldest version of the library that has it.
    pub min_version: Option<Box<str>>,
    /// What a reader should know.
    pub note: Option<Box<str>>,
}

/// How a call blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Blocking {
    /// What it waits for.
    pub category: Category,
    /// How much that hurts.
    pub severity: Severity,
}

/// Whether a call with given arguments blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// It does not.
    No,
    /// It depends on values that are known only when the program runs.
    Perhaps(Blocking),
    /// It does.
    Yes(Blocking),
}

/// A result that depends on the arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// When it applies.
    pub condition: Condition,
    /// What the call then returns.
    pub returns: TypeExpr,
}

/// An argument that is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Which argument.
    pub argument: ArgumentRef,
    /// When and where.
    pub when: CallTime,
    /// With what.
    pub receives: Receives,
    /// Whether it is called or awaited, itself or element by element.
    pub how: CallHow,
    /// Whether the same is true of every positional argument after it, as in `gather(*tasks)`.
    pub and_following: bool,
}

/// What a called argument is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receives {
    /// Something that nobody described.
    Unknown,
    /// No argument at all.
    Nothing,
    /// The receiver of the method.
    Receiver,
    /// The positional arguments after it, and the keyword arguments that are not the call's own.
    Rest,
    /// One element of each of the iterables at these positions; empty means of all after it.
    Elements(Box<[u16]>),
    /// A sequence and a mapping, each an argument of its own, as in `Thread(target=f, args=(1,))`.
    Unpacked {
        /// The argument that holds the positional arguments.
        args: ArgumentRef,
        /// The argument that holds the keyword arguments.
        kwargs: ArgumentRef,
    },
}

/// An async equivalent of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewrite {
    /// Dotted name of the replacement.
    pub target: Box<str>,
    /// The library it comes from, when that is not the rule's own and not the standard library.
    pub library: Option<Box<str>>,
    /// How the replacement is used.
    pub form: Form,
    /// How far it keeps the meaning.
    pub safety: Safety,
    /// How many leading positional arguments mean the same; `None` when all do.
    pub positional: Option<u16>,
    /// The keywords under which the positional arguments after those are passed.
    pub names: Box<[Box<str>]>,
    /// Keyword arguments that mean the same, sorted.
    pub accept: Box<[Box<str>]>,
    /// Keyword arguments that get another name, sorted by the old one.
    pub rename: Box<[(Box<str>, Box<str>)]>,
    /// Keyword arguments that are left out, sorted.
    pub drop: Box<[Box<str>]>,
    /// Keyword arguments that keep the meaning when they are added, with the Python text of their values.
    pub add: Box<[(Box<str>, Box<str>)]>,
    /// Keyword arguments that the client takes when it is made, not its method, sorted.
    pub client: Box<[Box<str>]>,
    /// Whether the target is a class with the same members, awaited where these block; so is every `mirror`.
    pub has_same_members: bool,
    /// Oldest Python version that has the target.
    pub min_python: Option<(u8, u8)>,
    /// Oldest version of its library that has the target.
    pub min_version: Option<Box<str>>,
    /// What a reader should know before accepting it.
    pub note: Option<Box<str>>,
}

/// Whether a worker thread may run a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offload {
    /// It may.
    Safe,
    /// It may, after a person has thought about the reason.
    Review(Box<str>),
    /// It must not, for the reason given.
    Never(Box<str>),
}

impl FunctionRule {
    /// Whether a call with these arguments blocks.
    pub fn blocks(&self, arguments: &dyn ArgumentView) -> Blocks {
        let Some(blocking) = self.blocking else { return Blocks::No };
        match self.unless.iter().map(|condition| condition.met(arguments)).max() {
            Some(Met::Yes) => Blocks::No,
            Some(Met::Perhaps) => Blocks::Perhaps(blocking),
            Some(Met::No) | None => Blocks::Yes(blocking),
        }
    }

    /// What a call with these arguments returns.
    pub fn returns_for(&self, arguments: &dyn ArgumentView) -> &TypeExpr {
        self.case_for(arguments).unwrap_or(&self.returns)
    }

    /// What a call returns in the first special case that holds for these arguments.
    pub fn case_for(&self, arguments: &dyn ArgumentView) -> Option<&TypeExpr> {
        self.cases.iter().find(|case| case.condition.met(arguments) == Met::Yes).map(|case| &case.returns)
    }

    /// The async equivalent in `library`, the project's preference.
    pub fn replacement_in(&self, library: &str) -> Option<&Rewrite> {
        self.replacements.iter().find(|rewrite| rewrite.library.as_deref() == Some(library))
    }
}
