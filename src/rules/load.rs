//! Joins rule files into [`Knowledge`], and checks what needs more than one of them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::rules::at::Located;
use crate::rules::check::CheckRule;
use crate::rules::class::ClassRule;
use crate::rules::error::{RuleError, Source};
use crate::rules::function::FunctionRule;
use crate::rules::knowledge::Knowledge;
use crate::rules::library::{Library, LibraryExample};
use crate::rules::lower::{FileRules, LibraryRules, lower};
use crate::rules::lower_check::LocatedCheck;
use crate::rules::table::Table;
use crate::rules::types::TypeExpr;

/// The path and the text of a rule file.
pub type RuleFile<'a> = (&'a str, &'a str);

impl Knowledge {
    /// The rules of these files and no others.
    pub fn load(files: &[RuleFile<'_>]) -> Result<Self, RuleError> {
        let mut knowledge = Self {
            libraries: Vec::new(),
            modules: FxHashMap::default(),
            roots: BTreeSet::new(),
            functions: Table::new(),
            classes: Table::new(),
            decorators: Table::new(),
            exceptions: Table::new(),
            entries: Table::new(),
            variables: Table::new(),
            checks: Vec::new(),
            added: 0,
        };
        match knowledge.add_layer(0, files).into_iter().next() {
            None => Ok(knowledge),
            Some(error) => Err(error),
        }
    }

    /// Lays the rules of `files` over these: a rule replaces one of the same name in a lower layer. Within a layer
    /// no two may have one name. What is wrong with a file is returned, and what can be used of it is there.
    pub fn add_layer(&mut self, layer: u8, files: &[RuleFile<'_>]) -> Vec<RuleError> {
        let mut errors = Vec::new();
        let mut bases = Vec::new();
        let mut shared = Vec::new();
        for &(path, text) in files {
            if layer > 0 {
                let mut hasher = DefaultHasher::new();
                (self.added, layer, path, text).hash(&mut hasher);
                self.added = hasher.finish();
            }
            let source = Source { path, text };
            let added = lower(source).and_then(|rules| match rules {
                FileRules::Library(rules) => {
                    bases.extend(rules.classes.iter().flat_map(|class| base_uses(source, class)));
                    self.add_library(source, layer, *rules)
                }
                FileRules::Check(check) => {
                    let LocatedCheck { check, words_of } = *check;
                    shared.extend(words_of.map(|of| (source, check.rule.code.clone(), of)));
                    self.add_check(source, layer, check)
                }
            });
            errors.extend(added.err());
        }
        for (source, code, of) in shared {
            errors.extend(self.share_words(source, &code, &of).err());
        }
        self.checks.sort_by(|left, right| left.code.cmp(&right.code));
        for (source, offset, base) in bases {
            if self.classes.get(&base).is_none() {
                errors.push(source.error(offset, format!("no rule describes the base class `{base}`")));
            }
        }
        self.inherit_constructors(layer);
        self.add_mirrors(layer);
        errors
    }

    /// A check of a higher layer has the words of one that is there: what a check looks for is code.
    fn add_check(
        &mut self,
        source: Source<'_>,
        layer: u8,
        check: Located<CheckRule>,
    ) -> Result<(), RuleError> {
        let Located { offset, rule } = check;
        let twin = self.checks.iter_mut().find(|other| other.code == rule.code || other.name == rule.name);
        match twin {
            None if layer == 0 => self.checks.push(rule),
            None => return Err(source.error(offset, format!("there is no check `{}`", rule.code))),
            Some(twin) if layer > 0 && twin.code == rule.code && twin.name == rule.name => {
                let (category, blocks) = (twin.category, std::mem::take(&mut twin.blocks));
                *twin = CheckRule { category, blocks, ..rule };
            }
            Some(twin) => {
                return Err(source.error(offset, format!("the code or name of {} is taken", twin.code)));
            }
        }
        Ok(())
    }

    /// Gives the check `code` the words of another.
    fn share_words(
        &mut self,
        source: Source<'_>,
        code: &str,
        of: &Located<Box<str>>,
    ) -> Result<(), RuleError> {
        let words = self
            .checks
            .iter()
            .find(|check| check.code == of.rule)
            .map(|check| (check.wording.clone(), check.variants.clone(), check.words.clone()));
        let Some((wording, variants, words)) = words else {
            return Err(source.error(of.offset, format!("there is no check `{}`", of.rule)));
        };
        for check in self.checks.iter_mut().filter(|check| *check.code == *code) {
            check.wording.clone_from(&wording);
            check.variants.clone_from(&variants);
            check.words.clone_from(&words);
        }
        Ok(())
    }

    /// Dotted names of the modules that a library's file describes; none for a check's file.
    pub fn modules_of(&(path, text): &RuleFile<'_>) -> Result<Box<[Box<str>]>, RuleError> {
        Ok(match lower(Source { path, text })? {
            FileRules::Library(rules) => rules.library.rule.modules,
            FileRules::Check(_) => Box::default(),
        })
    }

    /// The examples of these files, each with the path of its file.
    pub fn examples_of<'a>(files: &[RuleFile<'a>]) -> Result<Vec<(&'a str, LibraryExample)>, RuleError> {
        let mut examples = Vec::new();
        for &(path, text) in files {
            if let FileRules::Library(rules) = lower(Source { path, text })? {
                examples.extend(rules.library.rule.examples.into_iter().map(|example| (path, example)));
            }
        }
        Ok(examples)
    }

    /// Gives each class of a layer that states no constructor the one of the first base that does.
    fn inherit_constructors(&mut self, layer: u8) {
        for position in self.classes.positions(layer) {
            let class = self.classes.at(position);
            if !class.inherits_constructor {
                continue;
            }
            let stated = self.linearize(&class.name).find(|base| !base.inherits_constructor);
            if let Some(stated) = stated {
                let (name, mut class) = (class.name.clone(), class.clone());
                let returns = TypeExpr::Class(name.clone());
                class.constructor = FunctionRule { name, returns, ..stated.constructor.clone() };
                self.classes.set(position, class);
            }
        }
    }

    fn add_library(&mut self, source: Source<'_>, layer: u8, rules: LibraryRules) -> Result<(), RuleError> {
        self.add_modules(source, &rules.library)?;
        let modules = rules.library.rule.modules;
        let place = |offset, name: &str| {
            let is_inside = modules.iter().any(|module| {
                name.strip_prefix(&**module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            if is_inside {
                return Ok(());
            }
            Err(source.error(offset, format!("`{name}` is not in a module of this file's library")))
        };
        let twice = |offset, name: &str| source.error(offset, format!("`{name}` is described twice"));

        // One loop for each kind of rule: the kinds share fields, not a trait.
        macro_rules! insert_all {
            ($rules:expr, $table:expr) => {
                for Located { offset, rule } in $rules {
                    place(offset, &rule.name)?;
                    let (name, aliases) = (rule.name.clone(), rule.aliases.clone());
                    $table.insert(layer, &name, &aliases, rule).map_err(|name| twice(offset, &name))?;
                }
            };
        }
        insert_all!(rules.functions, self.functions);
        for Located { offset, rule } in &rules.classes {
            let mut names = std::iter::once(&rule.name).chain(&rule.aliases);
            if let Some(name) = names.find(|name| self.functions.layer_of(name) == Some(layer)) {
                return Err(twice(*offset, name));
            }
        }
        insert_all!(rules.classes, self.classes);
        insert_all!(rules.decorators, self.decorators);
        insert_all!(rules.exceptions, self.exceptions);
        insert_all!(rules.entries, self.entries);
        insert_all!(rules.variables, self.variables);
        Ok(())
    }

    /// Registers a library's modules; several files may describe one library.
    fn add_modules(&mut self, source: Source<'_>, library: &Located<Library>) -> Result<(), RuleError> {
        let Located { offset, rule } = library;
        let known = self.libraries.iter().position(|known| known.name == rule.name);
        if let Some(index) = known {
            let known = &mut self.libraries[index];
            let mut modules: Vec<_> = known.modules.iter().chain(&rule.modules).cloned().collect();
            modules.sort();
            modules.dedup();
            known.modules = modules.into();
            known.examples = known.examples.iter().chain(&rule.examples).cloned().collect();
            known.migrations = known.migrations.iter().chain(&rule.migrations).cloned().collect();
            if known.summary.is_empty() {
                known.summary = rule.summary.clone();
            }
        } else {
            self.libraries.push(rule.clone());
        }
        let index = known.unwrap_or(self.libraries.len() - 1);
        for module in &rule.modules {
            let owner = *self.modules.entry(module.clone()).or_insert(index as u32);
            if owner as usize != index {
                let other = &self.libraries[owner as usize].name;
                return Err(source.error(*offset, format!("the module `{module}` belongs to `{other}`")));
            }
            self.roots.insert(module.split('.').next().unwrap_or(module).into());
        }
        Ok(())
    }
}

fn base_uses<'a>(
    source: Source<'a>,
    class: &Located<ClassRule>,
) -> impl Iterator<Item = (Source<'a>, usize, Box<str>)> + use<'a> {
    let offset = class.offset;
    class.rule.bases.clone().into_iter().map(move |base| (source, offset, base))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::class::{Member, Protocol};
    use crate::rules::condition::tests::Arguments;
    use crate::rules::condition::{Argument, Literal};
    use crate::rules::function::{Blocks, Offload};
    use crate::rules::terms::{CallTime, Category, Safety};

    const ACME: &str = r#"
[library]
name = "acme"
summary = "a client"
modules = ["acme"]

[[function]]
name = "acme.get"
aliases = ["acme.api.get"]
blocking = "network"
returns = "acme.Response"

[[class]]
name = "acme.Base"
constructor = { blocking = "lock" }
thread_bound = "it belongs to its thread"
[class.methods]
"read, read_all" = { blocking = "disk", severity = "low", unless = [{ argument = "timeout", position = 0, is = 0 }] }

[[class]]
name = "acme.Session"
aliases = ["acme.sessions.Session"]
bases = ["acme.Base"]
enter = "self"
iter = { type = "bytes", blocking = "network" }
[class.attributes]
headers = "dict[str, str]"
"#;

    fn acme() -> Knowledge {
        Knowledge::load(&[("acme.toml", ACME)]).unwrap()
    }

    fn error_of(text: &str) -> String {
        Knowledge::load(&[("rules/x.toml", text)]).unwrap_err().to_string()
    }

    /// The facts that the rest of the program leans on, through the embedded data.
    #[test]
    fn embedded_rules_know_the_standard_library() {
        let knowledge = Knowledge::embedded();
        let function = |name: &str| knowledge.function(name).unwrap_or_else(|| panic!("no rule for {name}"));
        let sleep = function("time.sleep").rewrite.as_ref().unwrap();
        assert_eq!((&*sleep.target, sleep.safety), ("asyncio.sleep", Safety::DropIn));
        assert_eq!(function("io.BufferedReader.seek").blocking.unwrap().category, Category::Disk);
        assert_eq!(function("io.BytesIO.read").blocking, None);
        assert!(matches!(function("sqlite3.Cursor.execute").offload, Offload::Never(_)));
        assert_eq!(function("threading.Thread").calls[0].when, CallTime::Thread);
        assert_eq!(function("threading.Timer.join").blocking.unwrap().category, Category::Lock);
        assert_eq!(function("asyncio.run").calls[0].when, CallTime::RunLoop);
        assert!(function("asyncio.gather").is_async);
        assert_eq!(function("_io.open").name, "builtins.open".into());
        let binary = Arguments(vec![("mode", Argument::Literal(Literal::Str("rb")))]);
        assert_eq!(function("builtins.open").returns_for(&binary).to_string(), "io.BufferedReader");
        assert_eq!(knowledge.owner("os.path.join").unwrap().name, "stdlib".into());
    }

    #[test]
    fn functions_are_found_by_alias() {
        let knowledge = acme();
        let function = knowledge.function("acme.api.get").unwrap();
        assert_eq!(&*function.name, "acme.get");
        assert_eq!(function.blocking.unwrap().category, Category::Network);
        assert_eq!(function.returns.to_string(), "acme.Response");
        assert_eq!(knowledge.owner("acme.sessions.Session.read").unwrap().name, "acme".into());
        assert!(knowledge.knows_module("acme.api") && !knowledge.knows_module("acm"));
    }

    #[test]
    fn one_table_describes_several_classes() {
        let text = "[library]\nname = \"acme\"\nmodules = [\"acme\"]\n[[class]]\nnames = [\"acme.A\", \"acme.B\"]\n\
                    [class.methods]\nrun = { returns = \"self\" }\n";
        let knowledge = Knowledge::load(&[("acme.toml", text)]).unwrap();
        assert_eq!(&*knowledge.function("acme.B.run").unwrap().name, "acme.B.run");
        assert_eq!(knowledge.function("acme.A").unwrap().returns.to_string(), "acme.A");
    }

    #[test]
    fn members_come_from_bases() {
        let knowledge = acme();
        let Some(Member::Method(method)) = knowledge.member("acme.sessions.Session", "read_all") else {
            panic!("a method")
        };
        assert_eq!(&*method.name, "acme.Base.read_all");
        assert_eq!(method.offload, Offload::Never("it belongs to its thread".into()));
        assert_eq!(knowledge.function("acme.Session.read"), knowledge.function("acme.Base.read"));
        assert!(matches!(knowledge.member("acme.Session", "headers"), Some(Member::Attribute(_))));
        assert_eq!(knowledge.member("acme.Session", "other"), None);
        let iterate = knowledge.protocol("acme.Session", Protocol::Iterate).unwrap();
        assert_eq!(iterate.blocking.unwrap().category, Category::Network);
        let constructor = knowledge.function("acme.Session").unwrap();
        assert_eq!(constructor.returns.to_string(), "acme.Session");
        assert_eq!(constructor.blocking.unwrap().category, Category::Lock);
    }

    #[test]
    fn conditions_take_blocking_away() {
        let knowledge = acme();
        let read = knowledge.function("acme.Base.read").unwrap();
        let blocking = read.blocking.unwrap();
        let zero = Arguments(vec![("timeout", Argument::Literal(Literal::Int(0)))]);
        assert_eq!(read.blocks(&zero), Blocks::No);
        assert_eq!(read.blocks(&Arguments(vec![])), Blocks::Yes(blocking));
        assert_eq!(read.blocks(&Arguments(vec![("0", Argument::Opaque)])), Blocks::Perhaps(blocking));
    }

    #[test]
    fn users_rules_lie_over_embedded_ones() {
        let own = "[library]\nname = \"acme\"\nmodules = [\"acme\"]\n[[function]]\nname = \"acme.get\"\n";
        let mut knowledge = acme();
        assert_eq!(knowledge.add_layer(1, &[("own.toml", own)]), []);
        assert_eq!(knowledge.function("acme.api.get").unwrap().blocking, None);
        assert_eq!(knowledge.functions().count(), 1);
    }

    #[test]
    fn errors_name_file_and_line() {
        let head = "[library]\nname = \"acme\"\nmodules = [\"acme\"]\n";
        for (body, expected) in [
            (
                "[[function]]\nname = \"acme.f\"\nblokcing = \"disk\"\n",
                "rules/x.toml:6: unknown key `blokcing`",
            ),
            ("[[function]]\nname = \"acme.f\"\nblocking = \"dusk\"\n", "rules/x.toml:6: unknown word `dusk`"),
            ("[[function]]\nname = \"acem.f\"\n", "rules/x.toml:5: `acem.f` is not in a module"),
            (
                "[[function]]\nname = \"acme.f\"\n[[function]]\nname = \"acme.f\"\n",
                "rules/x.toml:7: `acme.f` is described twice",
            ),
            (
                "[[function]]\nname = \"acme.C\"\n[[class]]\nname = \"acme.C\"\n",
                "rules/x.toml:7: `acme.C` is described twice",
            ),
            (
                "[[class]]\nname = \"acme.C\"\nbases = [\"acme.D\"]\n",
                "rules/x.toml:5: no rule describes the base",
            ),
            (
                "[[class]]\nname = \"acme.C\"\n[class.methods]\n\"f, g-h\" = {}\n",
                "rules/x.toml:7: `g-h` is not a member's name",
            ),
            (
                "[[class]]\nname = \"acme.C\"\n[class.methods]\n\n\nf = { severity = \"low\" }\n",
                "rules/x.toml:9: `severity` needs `blocking`",
            ),
            (
                "[[function]]\nname = \"acme.f\"\nreturns = \"list[\"\n",
                "rules/x.toml:6: cannot read type `list[`",
            ),
            (
                "[[function]]\nname = \"acme.f\"\noffload = \"never\"\n",
                "rules/x.toml:6: `offload` needs a reason",
            ),
            ("name = [\n", "rules/x.toml:"),
        ] {
            let error = error_of(&format!("{head}{body}"));
            assert!(error.starts_with(expected), "{error}\nis not\n{expected}");
        }
    }

    #[test]
    fn templates_are_checked_at_load() {
        let check = "[check]\ncode = \"AS999\"\nname = \"x\"\nsummary = \"\"\nlevel = \"note\"\ndefault = \"off\"\ncategory = \"state\"\n\
                     since = \"0.1.0\"\nexplanation = \"\"\nmessage = \"{recv}\"\n";
        assert!(error_of(check).starts_with("rules/x.toml:10: unknown placeholder `{recv}`"));
        let good = check.replace("{recv}", "{callee}");
        assert_eq!(
            Knowledge::load(&[("a.toml", &good), ("b.toml", &good)]).unwrap_err().to_string(),
            "b.toml:2: the code or name of AS999 is taken"
        );
    }
}
