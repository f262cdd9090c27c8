//! Random Python programs of two modules: they run, end, and pass functions around in every way.
//!
//! Every function takes any arguments and starts with `tick()`, which ends endless recursion from
//! outside; every `def` and `lambda` has a line of its own, by which it is told apart.

use crate::dice::Dice;

/// A program: `main` imports `lib`.
#[derive(Clone, Debug)]
pub(crate) struct RandomProgram {
    pub(crate) lib: String,
    pub(crate) main: String,
}

/// The program of a seed.
pub(crate) fn random_program(seed: u64) -> RandomProgram {
    let mut writer = Writer::new(seed);
    writer.module();
    let lib = std::mem::take(&mut writer.text);
    let exported = std::mem::take(&mut writer.scopes[0]);
    writer.text.push_str("import lib\n");
    for name in exported {
        writer.import(&name);
    }
    writer.module();
    RandomProgram { lib, main: writer.text }
}

/// What a name is likely to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Function,
    Coroutine,
    Generator,
    Class,
    Instance,
    List,
    Table,
    Any,
}

#[derive(Clone, Debug)]
struct Name {
    text: String,
    kind: Kind,
}

/// Names of methods, shared by all classes so that they override each other.
const METHODS: [&str; 4] = ["ma", "mb", "mc", "md"];
const ATTRIBUTES: [&str; 3] = ["ax", "ay", "az"];
const KEYS: [&str; 3] = ["'k'", "'l'", "3"];

struct Writer {
    dice: Dice,
    text: String,
    indent: usize,
    /// Visible names, innermost last.
    scopes: Vec<Vec<Name>>,
    made: usize,
    /// How deep statements may still nest.
    depth: usize,
    in_method: bool,
    is_async: bool,
    is_generator: bool,
}

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            text: String::new(),
            indent: 0,
            scopes: vec![Vec::new()],
            made: 0,
            depth: 3,
            in_method: false,
            is_async: false,
            is_generator: false,
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(&"    ".repeat(self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}{}", self.made)
    }

    fn declare(&mut self, text: &str, kind: Kind) {
        let name = Name { text: text.to_owned(), kind };
        self.scopes.last_mut().unwrap().push(name);
    }

    /// A visible name of a kind.
    fn find(&mut self, kind: Kind) -> Option<String> {
        let found: Vec<&str> =
            self.scopes.iter().flatten().filter(|name| name.kind == kind).map(|name| &*name.text).collect();
        if found.is_empty() { None } else { Some((*self.dice.pick(&found)).to_owned()) }
    }

    fn import(&mut self, name: &Name) {
        match self.dice.below(3) {
            0 => self.declare(&format!("lib.{}", name.text), name.kind),
            1 => {
                self.line(&format!("from lib import {}", name.text));
                self.declare(&name.text, name.kind);
            }
            _ => {
                self.line(&format!("from lib import {0} as im_{0}", name.text));
                self.declare(&format!("im_{}", name.text), name.kind);
            }
        }
    }

    fn module(&mut self) {
        for _ in 0..3 + self.dice.below(4) {
            match self.dice.below(5) {
                0 | 1 => self.function(),
                2 | 3 => self.class(),
                _ => self.statement(),
            }
        }
        for _ in 0..3 + self.dice.below(8) {
            self.top_level();
        }
    }

    /// A statement that may fail without ending the program.
    fn top_level(&mut self) {
        self.line("try:");
        self.indent += 1;
        self.line("tick(0)");
        let before = self.scopes[0].len();
        self.statement();
        // What may be unbound after a failure is not used again.
        let coroutine = self.find(Kind::Coroutine);
        if let Some(coroutine) = coroutine.filter(|_| self.dice.once_in(3)) {
            let arguments = self.arguments();
            self.line(&format!("run({coroutine}({arguments}))"));
        }
        self.indent -= 1;
        self.line("except BaseException:");
        self.line("    pass");
        self.scopes[0].truncate(before);
    }

    fn block(&mut self, statements: usize) {
        self.indent += 1;
        self.depth -= 1;
        let visible = self.scopes.last().unwrap().len();
        for _ in 0..statements {
            self.statement();
        }
        self.scopes.last_mut().unwrap().truncate(visible);
        self.depth += 1;
        self.indent -= 1;
    }

    fn function(&mut self) {
        let (name, kind) = match self.dice.below(8) {
            0 => (self.fresh("gen"), Kind::Generator),
            1 => (self.fresh("co"), Kind::Coroutine),
            _ => (self.fresh("fn"), Kind::Function),
        };
        let decorator = self.find(Kind::Function).filter(|_| self.dice.once_in(6));
        let kind = if let Some(decorator) = decorator {
            self.line(&format!("@{decorator}"));
            Kind::Any
        } else {
            kind
        };
        self.def(&name, false);
        self.declare(&name, kind);
    }

    /// Writes a `def`; the name's first letters say which kind.
    fn def(&mut self, name: &str, is_method: bool) {
        let saved = (self.is_async, self.is_generator, self.in_method);
        (self.is_async, self.is_generator) = (name.starts_with("co"), name.starts_with("gen"));
        self.in_method = is_method;
        let (first, second, rest, more) =
            (self.fresh("p"), self.fresh("q"), self.fresh("rest"), self.fresh("more"));
        let receiver = if is_method { "self, " } else { "" };
        let keyword = if self.is_async { "async def" } else { "def" };
        let default = self.find(Kind::Function).filter(|_| self.dice.once_in(4));
        let default = default.unwrap_or_else(|| "None".to_owned());
        self.line(&format!(
            "{keyword} {name}({receiver}{first}=None, {second}={default}, *{rest}, **{more}):"
        ));
        self.scopes.push(Vec::new());
        for parameter in [&first, &second] {
            self.declare(parameter, Kind::Any);
        }
        self.declare(&rest, Kind::List);
        if is_method {
            self.declare("self", Kind::Instance);
        }
        self.indent += 1;
        self.line("tick()");
        self.indent -= 1;
        let statements = 1 + self.dice.below(3);
        if self.depth > 0 {
            self.indent += 1;
            self.depth -= 1;
            for _ in 0..statements {
                self.statement();
            }
            let (value, _) = self.value();
            let word = if self.is_generator { "yield" } else { "return" };
            self.line(&format!("{word} {value}"));
            self.depth += 1;
            self.indent -= 1;
        }
        self.scopes.pop();
        (self.is_async, self.is_generator, self.in_method) = saved;
    }

    fn class(&mut self) {
        let name = self.fresh("K");
        let base = self.find(Kind::Class).filter(|_| self.dice.below(3) > 0);
        let second = self.find(Kind::Class).filter(|_| self.dice.once_in(4));
        let bases = match (base, second) {
            (Some(base), Some(second)) if base != second && !base.contains('.') && base > second => {
                format!("{base}, {second}")
            }
            (Some(base), _) => base,
            (None, _) => String::new(),
        };
        self.line(&format!("class {name}({bases}):"));
        self.indent += 1;
        self.line("cv = None");
        if self.dice.once_in(2) {
            self.def("__init__x", true);
            // The name must not end in a return of a value.
            self.initialiser();
        }
        for method in METHODS {
            match self.dice.below(9) {
                0..=2 => self.def(method, true),
                3 => {
                    self.line("@classmethod");
                    self.def(method, true);
                }
                4 => {
                    self.line("@staticmethod");
                    self.def(method, false);
                }
                _ => {}
            }
        }
        if self.dice.once_in(4) {
            self.line("@property");
            self.def("prop", true);
        }
        for special in ["__call__", "__getitem__", "__add__", "__getattr__"] {
            if self.dice.once_in(7) {
                self.def(special, true);
            }
        }
        if self.dice.once_in(5) {
            self.def("__enter__", true);
            self.line("def __exit__(self, *rest):");
            self.line("    tick()");
        }
        if self.dice.once_in(5) {
            self.line("def __iter__(self):");
            self.line("    tick()");
            let (value, _) = self.value();
            self.line(&format!("    yield {value}"));
        }
        self.indent -= 1;
        self.declare(&name, Kind::Class);
    }

    fn initialiser(&mut self) {
        self.line("def __init__(self, p=None, *rest, **more):");
        self.line("    tick()");
        for attribute in ATTRIBUTES {
            let value = if self.dice.once_in(2) { "p".to_owned() } else { self.value().0 };
            self.line(&format!("    self.{attribute} = {value}"));
        }
    }

    fn statement(&mut self) {
        match self.dice.below(if self.depth == 0 { 11 } else { 19 }) {
            0 | 1 => {
                let (value, kind) = self.value();
                let name = self.fresh("v");
                self.line(&format!("{name} = {value}"));
                self.declare(&name, kind);
            }
            2..=4 => self.guarded_call(),
            5 => {
                let Some(instance) = self.find(Kind::Instance) else { return self.guarded_call() };
                let (value, _) = self.value();
                let attribute = *self.dice.pick(&ATTRIBUTES);
                self.line(&format!("{instance}.{attribute} = {value}"));
            }
            6 => {
                let Some(list) = self.find(Kind::List) else { return self.guarded_call() };
                let (value, _) = self.value();
                let method = self.dice.pick(&["append(", "insert(0, "]);
                self.guarded(&format!("{list}.{method}{value})"));
            }
            7 => {
                let Some(table) = self.find(Kind::Table) else { return self.guarded_call() };
                let (value, _) = self.value();
                let key = *self.dice.pick(&KEYS);
                self.line(&format!("{table}[{key}] = {value}"));
            }
            8 => {
                let (left, right) = (self.fresh("v"), self.fresh("v"));
                let ((first, one), (second, two)) = (self.value(), self.value());
                self.line(&format!("{left}, {right} = {first}, {second}"));
                self.declare(&left, one);
                self.declare(&right, two);
            }
            9 => {
                let name = self.fresh("lam");
                let callee = self.callable();
                self.line(&format!("{name} = lambda x=None, *r, **m: {callee}(x)"));
                self.declare(&name, Kind::Function);
            }
            10 => self.expression_statement(),
            11 | 12 => self.function(),
            13 => {
                let item = self.fresh("i");
                let iterable = self.iterable();
                self.guarded_block(&format!("for {item} in {iterable}:"), Some(&item));
            }
            14 => {
                let condition = self.dice.pick(&["flag()", "not flag()"]);
                self.line(&format!("if {condition}:"));
                self.block(1);
                self.line("else:");
                self.block(1);
                self.line("pass");
            }
            15 => {
                let Some(instance) = self.find(Kind::Instance) else { return self.guarded_call() };
                let item = self.fresh("w");
                self.guarded_block(&format!("with {instance} as {item}:"), Some(&item));
            }
            16 => self.comprehension(),
            17 => {
                self.line("try:");
                self.block(1);
                self.line("finally:");
                self.block(1);
            }
            _ => self.library_call(),
        }
    }

    fn expression_statement(&mut self) {
        let Some(instance) = self.find(Kind::Instance) else { return self.guarded_call() };
        let text = match self.dice.below(3) {
            0 => format!("{instance} + 1"),
            1 => format!("{instance}.prop"),
            _ => format!("{instance}[0]"),
        };
        self.guarded(&text);
    }

    fn library_call(&mut self) {
        let callee = self.callable();
        let iterable = self.iterable();
        let text = match self.dice.below(6) {
            0 => format!("list(map({callee}, {iterable}))"),
            1 => format!("sorted({iterable}, key={callee})"),
            2 => format!("list(filter({callee}, {iterable}))"),
            3 => {
                let list = self.find(Kind::List).unwrap_or_else(|| "[len]".to_owned());
                format!("next(iter({list}))()")
            }
            4 => format!("functools.partial({callee}, 1)(2)"),
            _ => format!("max({iterable}, key={callee}, default=None)"),
        };
        self.guarded("import functools");
        self.guarded(&text);
    }

    fn comprehension(&mut self) {
        let (item, iterable) = (self.fresh("c"), self.iterable());
        let (open, element, close) = match self.dice.below(4) {
            0 => ("list(", format!("{item}()"), ")"),
            1 => ("{", format!("1: {item}()"), "}"),
            2 => ("[", item.clone(), "]"),
            _ => ("[", format!("{item}()"), "]"),
        };
        let name = self.fresh("v");
        self.line(&format!("{name} = []"));
        self.guarded(&format!(
            "{name} = {open}{element} for {item} in {iterable} if callable({item}){close}"
        ));
        self.declare(&name, Kind::Any);
    }

    fn guarded_call(&mut self) {
        let mut call = self.call();
        if self.is_async
            && self.dice.once_in(2)
            && let Some(coroutine) = self.find(Kind::Coroutine)
        {
            let arguments = self.arguments();
            call = format!("await {coroutine}({arguments})");
        }
        if self.dice.once_in(2) {
            let name = self.fresh("v");
            self.line(&format!("{name} = None"));
            self.guarded(&format!("{name} = {call}"));
            self.declare(&name, Kind::Any);
        } else {
            self.guarded(&call);
        }
    }

    /// A statement whose failure does not end the function.
    fn guarded(&mut self, line: &str) {
        self.line("try:");
        self.line(&format!("    {line}"));
        self.line("except Exception:");
        self.line("    pass");
    }

    fn guarded_block(&mut self, header: &str, target: Option<&str>) {
        self.line("try:");
        self.indent += 1;
        self.line(header);
        self.scopes.push(Vec::new());
        if let Some(target) = target {
            self.declare(target, Kind::Any);
        }
        self.block(1);
        self.line("    pass");
        self.scopes.pop();
        self.indent -= 1;
        self.line("except Exception:");
        self.line("    pass");
    }

    fn arguments(&mut self) -> String {
        let values: Vec<String> = (0..self.dice.below(3)).map(|_| self.value().0).collect();
        let mut text = values.join(", ");
        let extra = match self.dice.below(8) {
            0 => self.find(Kind::List).map(|list| format!("*{list}")),
            1 => Some(format!("key={}", self.value().0)),
            _ => None,
        };
        if let Some(extra) = extra {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&extra);
        }
        text
    }

    fn call(&mut self) -> String {
        let callee = if self.dice.once_in(6) { self.value().0 } else { self.callable() };
        let callee = if callee.starts_with(['[', '{', '1']) { self.callable() } else { callee };
        format!("{callee}({})", self.arguments())
    }

    /// An expression that can likely be called.
    fn callable(&mut self) -> String {
        let attempt = match self.dice.below(12) {
            0..=2 => self.find(Kind::Function),
            3 | 4 => self.find(Kind::Instance).map(|name| {
                let member = *self.dice.pick(&[METHODS.as_slice(), &ATTRIBUTES].concat());
                format!("{name}.{member}")
            }),
            5 => self.find(Kind::Class),
            6 => self.find(Kind::Class).map(|name| format!("{name}().{}", self.dice.pick(&METHODS))),
            7 => self.find(Kind::List).map(|name| format!("{name}[{}]", self.dice.below(2))),
            8 => self.find(Kind::Table).map(|name| format!("{name}[{}]", self.dice.pick(&KEYS))),
            9 => Some("super()".to_owned())
                .filter(|_| self.in_method)
                .map(|name| format!("{name}.{}", self.dice.pick(&METHODS))),
            10 => self.find(Kind::Any),
            _ => {
                let pair = self.find(Kind::Function).zip(self.find(Kind::Any));
                pair.map(|(one, two)| match self.dice.below(3) {
                    0 => format!("({one} if flag() else {two})"),
                    1 => format!("({two} or {one})"),
                    _ => format!("{one}({two})"),
                })
            }
        };
        attempt.or_else(|| self.find(Kind::Function)).unwrap_or_else(|| "len".to_owned())
    }

    fn iterable(&mut self) -> String {
        let attempt = match self.dice.below(6) {
            0 | 1 => self.find(Kind::List),
            2 => self.find(Kind::Table).map(|name| format!("{name}.values()")),
            3 => self.find(Kind::Generator).map(|name| format!("{name}()")),
            4 => self.find(Kind::Instance),
            _ => None,
        };
        attempt.unwrap_or_else(|| {
            let (one, two) = (self.callable(), self.callable());
            format!("[{one}, {two}]")
        })
    }

    /// An expression, and what it likely is.
    fn value(&mut self) -> (String, Kind) {
        match self.dice.below(10) {
            0..=3 => match self.find(Kind::Function) {
                Some(name) => (name, Kind::Function),
                None => ("1".to_owned(), Kind::Any),
            },
            4 | 5 => match self.find(Kind::Class) {
                Some(name) => {
                    let argument = self.find(Kind::Function).unwrap_or_default();
                    (format!("{name}({argument})"), Kind::Instance)
                }
                None => ("None".to_owned(), Kind::Any),
            },
            6 => {
                let (one, two) = (self.callable(), self.callable());
                (format!("[{one}, {two}]"), Kind::List)
            }
            7 => {
                let (one, two) = (self.callable(), self.callable());
                (format!("{{'k': {one}, 'l': {two}, 3: {one}}}"), Kind::Table)
            }
            8 => (self.callable(), Kind::Any),
            _ => match self.find(Kind::Any) {
                Some(name) => (name, Kind::Any),
                None => (self.callable(), Kind::Any),
            },
        }
    }
}
