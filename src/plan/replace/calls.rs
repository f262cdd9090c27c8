//! Calls of the library, and of methods of its objects.

use crate::link::ModuleId;
use crate::plan::replace::groups::Holder;
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::plan::step::NewArgument;
use crate::rules::CallChange;
use crate::semantic::{ArgumentKind, SiteId, SiteKind, Value, ValueId};

impl<'a> Mover<'a> {
    /// Plans every call, and every attribute that is read otherwise.
    pub(super) fn read_calls(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        for site in facts.sites.ids() {
            let SiteKind::Call { callee, value, .. } = facts.sites[site].kind else { continue };
            if let Value::Attribute { base, name } = facts.values[callee]
                && let Some((class, _)) = self.object(module, base)
            {
                let holder = Holder::Value(module, base);
                let name = facts.name(name);
                let migration = self.migration;
                let class = migration.class.iter().find(|known| known.name == class.name);
                let Some(class) = class else { continue };
                self.sites.push((holder.clone(), module, site));
                if let Some(change) = class.method(name) {
                    self.call(module, site, value, holder, change);
                } else if ![&class.same, &class.registers].into_iter().flatten().any(|known| **known == *name)
                {
                    self.refuse_object(holder, class.exception);
                }
                continue;
            }
            let Some(owned) = self.values.get(&(module, callee)).filter(|owned| !owned.is_object) else {
                continue;
            };
            let migration = self.migration;
            let Some(change) = migration.call(&owned.name) else { continue };
            let last = owned.name.rsplit('.').next().unwrap_or_default();
            let is_patched = self.ctx.is_patched(last);
            let holder = if self.is_tracked(module, value) {
                Holder::Value(module, value)
            } else {
                Holder::Value(module, callee)
            };
            if !owned.is_sole || is_patched {
                self.groups.refuse(holder.clone());
            }
            self.sites.push((holder.clone(), module, site));
            self.call(module, site, value, holder, change);
        }
        self.read_attributes(module);
    }

    fn call(
        &mut self,
        module: ModuleId,
        site: SiteId,
        value: ValueId,
        holder: Holder,
        change: &'a CallChange,
    ) {
        let facts = self.ctx.program.facts(module);
        let (arguments, added) = match self.arguments(module, site, change) {
            Some(arguments) if !facts.is_awaited(site) => arguments,
            _ => {
                self.groups.refuse(holder.clone());
                Default::default()
            }
        };
        let kind = EditKind::Template { text: &change.to, arguments, added };
        self.edit(Edit { holder, module, value, kind });
    }

    /// An exception that is used as the other library's is not cannot be told from others.
    fn refuse_object(&mut self, holder: Holder, is_exception: bool) {
        self.groups.refuse(if is_exception { Holder::Library } else { holder });
    }

    fn read_attributes(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        let is_callee = |value: ValueId| {
            facts
                .sites
                .iter()
                .any(|site| matches!(site.kind, SiteKind::Call { callee, .. } if callee == value))
        };
        for (value, item) in facts.values.iter_enumerated() {
            let Value::Attribute { base, name } = *item else { continue };
            let Some((class, _)) = self.object(module, base) else { continue };
            let migration = self.migration;
            let Some(class) = migration.class.iter().find(|known| known.name == class.name) else { continue };
            let name = facts.name(name);
            let holder = Holder::Value(module, base);
            if is_callee(value) {
                continue;
            }
            if let Some(text) = class.attributes.get(name) {
                let kind = EditKind::Template { text, arguments: Vec::new(), added: Vec::new() };
                self.edit(Edit { holder, module, value, kind });
                continue;
            }
            let is_known =
                [&class.same, &class.registers].into_iter().flatten().any(|known| **known == *name);
            if !is_known {
                self.refuse_object(holder, class.exception);
            }
        }
    }

    /// What becomes of the arguments of a call; `None` when some of them mean nothing to the other library.
    fn arguments(
        &self,
        module: ModuleId,
        site: SiteId,
        change: &'a CallChange,
    ) -> Option<(Vec<NewArgument>, Vec<String>)> {
        let facts = self.ctx.program.facts(module);
        let (_, arguments) = facts.call(site)?;
        let (mut changed, mut known) = (Vec::new(), Vec::new());
        let mut position = 0;
        for argument in arguments {
            let keyword: &str = match argument.kind {
                ArgumentKind::Positional => {
                    let kept = change.positional.is_none_or(|most| position < usize::from(most));
                    let after = position - usize::from(change.positional.unwrap_or(0)).min(position);
                    position += 1;
                    if kept {
                        continue;
                    }
                    change.then.get(after)?
                }
                ArgumentKind::Keyword(name) => facts.name(name),
                ArgumentKind::Starred if change.positional.is_none() => continue,
                ArgumentKind::DoubleStarred if change.keep.is_none() && change.change.is_empty() => continue,
                ArgumentKind::Starred | ArgumentKind::DoubleStarred => return None,
            };
            known.push(keyword);
            let is_keyword = matches!(argument.kind, ArgumentKind::Keyword(_));
            if let Some(template) = change.change.get(keyword) {
                let (before, after) = template.split_once("{}")?;
                let (before, after) = (before.to_owned(), after.to_owned());
                changed.push(NewArgument { value: argument.value, before, after });
                continue;
            }
            if !change.keep.as_ref().is_none_or(|keep| keep.iter().any(|word| **word == *keyword)) {
                return None;
            }
            if !is_keyword {
                let before = format!("{keyword}=");
                changed.push(NewArgument { value: argument.value, before, after: String::new() });
            }
        }
        let added = change.add.iter().filter(|(name, _)| !known.contains(&&***name));
        let added = added.map(|(name, value)| format!("{name}={value}")).collect();
        Some((changed, added))
    }
}
