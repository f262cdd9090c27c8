"""Runs members of a sync object and of its async twin, in the form that the rules say, and compares."""
from __future__ import annotations

import asyncio
import importlib
import inspect
from dataclasses import dataclass, field

from .facts import CALLED, DECLARED, SECONDS, Facts, Outcome, attempt, attempt_async, close, has_form, plain, refuses, short
from .rules import Rules, Twin


@dataclass
class Case:
    """One call, the same on both sides apart from what the rule changes."""

    member: str
    args: tuple = ()
    keywords: dict = field(default_factory=dict)
    differs: str = ""  # how the results differ
    loose: bool = False  # only the kinds of the results are compared


def case(member: str, *args, differs: str = "", loose: bool = False, **keywords) -> Case:
    return Case(member, args, keywords, differs, loose)


class Pair:
    """A sync object and its async twin, with the name of the class that the rules describe."""

    def __init__(self, facts: Facts, rules: Rules, name: str, library: str | None, sync, other):
        self.facts, self.rules, self.name, self.library = facts, rules, name, library
        self.sync, self.other = sync, other
        self.methods, self.attributes = rules.members(name, "methods"), rules.members(name, "attributes")
        twin = rules.cls(name, library)
        self.same = twin is not None and (library is None or bool(twin.get("same_members")))
        self.twin = twin
        self.done: set[str] = set()

    def label(self, member: str, twin: Twin | None) -> str:
        side = type(self.other).__module__.split(".")[0] if self.library is None else self.library
        return f"{self.name}.{member}" + (f" → {side} {twin.name}" if twin else f" → {side}")

    def enter(self) -> None:
        """A class that is entered with `with` is entered with `async with`, or plainly when its twin says so."""
        if self.twin is None:
            return self.facts.skip(self.name, "class", "the rules name no twin")
        defined = importlib.import_module(".".join(self.twin.target.split(".")[:-1])) if "." in self.twin.target else None
        named = getattr(defined, self.twin.name, None)
        if named is not None and isinstance(named, type):
            self.facts.check(self.name, "target", isinstance(self.other, named), f"is a {type(self.other).__name__}")
        entry = self.rules.classes[self.name]
        if "enter" in entry:
            self._statement("enter", "__enter__", "__aenter__")
        if isinstance(entry.get("iter"), dict):
            self._statement("iter", "__iter__", "__aiter__")

    def _statement(self, key: str, before: str, after: str) -> None:
        """`async with` or `async for` of the twin; a rule for the special method may say that it takes no part, or name a method instead."""
        rule = self.methods.get(before, {})
        stated = self.rules.member(rule, before, self.library, same=self.same)
        if self.rules.says_none(rule, self.library):
            self._absent(self.name, rule, not hasattr(type(self.other), after), f"no `{after}`")
        elif stated is not None and stated.target:
            if stated.get("safety") != "suggest":
                self.facts.check(f"{self.name}.{before} → {self.library} {stated.name}", key, hasattr(self.other, stated.name), f"has `{stated.name}`")
        else:
            self.facts.check(self.name, key, hasattr(type(self.other), after), f"has `{after}`")

    def _absent(self, label: str, rule: dict, holds: bool, evidence: str = "") -> None:
        self.facts.check(label, self.rules.says_none(rule, self.library), holds, evidence or ("it has none" if holds else "it has one"))

    async def run(self, *cases: Case) -> None:
        for one in cases:
            await self.call(one)

    async def call(self, one: Case) -> Outcome:
        """Runs one case on both sides; gives the outcome of the async one."""
        rule = self.methods.get(one.member)
        if rule is None and "*" in self.methods:
            rule = self.methods["*"]
        if rule is None:
            self.facts.skip(f"{self.name}.{one.member}", "form", "no rule names it")
            return Outcome()
        twin = self.rules.member(rule, one.member, self.library, same=self.same)
        label = self.label(one.member, twin)
        if twin is None:
            if self.rules.says_none(rule, self.library):
                self.done.add(one.member)
                self._absent(label, rule, not hasattr(self.other, one.member))
            else:
                self.facts.skip(label, "form", "the rules name no twin")
            return Outcome()
        self.done.add(one.member)
        if not hasattr(self.sync, one.member):
            return self.facts.skip(label, "form", "the sync side of this version has none") or Outcome()
        before = attempt(getattr(self.sync, one.member), *one.args, **one.keywords)
        if twin.form == "async for" and before.error is None:
            before = attempt(list, before.value)
        method = getattr(self.other, twin.name, None)
        if twin.form in ("attribute", "await attribute"):
            value = method
            method = (lambda *_args, **_keywords: value) if not callable(value) else None
        if method is None:
            self.facts.check(label, "name", False, "it has no such member")
            return Outcome()
        args, keywords = twin.arguments(one.args, one.keywords)
        keywords |= {name: eval(text) for name, text in twin.get("add", {}).items()}  # Python text of the rule
        after = await self._in_form(label, twin, method, args, keywords)
        self._compare(label, one, before, after)
        for name in twin.get("rename", {}):
            if name in one.keywords:
                refused = refuses(method, args, {k: v for k, v in keywords.items() if k != twin.get("rename")[name]}, name)
                self.facts.check(label, f"rename {name}", after.error is None and refused is not None,
                                 refused or "the old name is taken too")
        for name in twin.get("drop", []):
            refused = refuses(method, args, keywords, name)
            self.facts.check(label, f"drop {name}", refused is not None, refused or "it is taken")
        return after

    async def _in_form(self, label: str, twin: Twin, method, args: tuple, keywords: dict) -> Outcome:
        try:
            value = method(*args, **keywords)
        except Exception as error:
            return Outcome(error=error)
        self.facts.check(label, f"form {twin.form}", has_form(value, "await" if twin.form == "await attribute" else twin.form),
                         f"the call gives a {type(value).__name__}")
        try:
            if twin.form == "async for":
                async def collect():
                    return [item async for item in value]
                return Outcome(await asyncio.wait_for(collect(), SECONDS))
            if twin.form == "async with" and hasattr(type(value), "__aenter__"):
                async with value as entered:
                    return Outcome(entered)
            if inspect.isawaitable(value) and twin.form in ("await", "await attribute", "async with await"):
                return Outcome(await asyncio.wait_for(value, SECONDS))
            return Outcome(value)
        except Exception as error:
            return Outcome(error=error)

    def _compare(self, label: str, one: Case, before: Outcome, after: Outcome) -> None:
        if before.error is not None or after.error is not None:
            names = [type(side.error).__name__ if side.error else "a value" for side in (before, after)]
            self.facts.check(label, "the same error", names[0] == names[1], f"{before} / {after}")
        elif before.value is None and after.value is not None:
            self.facts.check(label, "measured: a value where the sync side gives None", True, f"{after}")
        elif one.loose:
            self.facts.check(label, "result", type(plain(before.value)) is type(plain(after.value)), f"a {type(after.value).__name__}", CALLED)
        elif one.differs:
            self.facts.check(label, f"result differs: {one.differs}", plain(before.value) != plain(after.value), f"{before} / {after}")
        else:
            self.facts.check(label, "result", plain(before.value) == plain(after.value), f"{before} / {after}")

    async def attribute(self, *names: str, differs: str = "") -> None:
        """Compares what attributes hold."""
        for name in names:
            rule = self.attributes.get(name, {})
            twin = self.rules.member(rule, name, self.library, same=self.same, attribute=True)
            label = self.label(name, twin)
            if twin is None:
                if self.rules.says_none(rule, self.library):
                    self.done.add(name)
                    self._absent(label, rule, self._lacks(name))
                else:
                    self.facts.skip(label, "attribute", "the rules name no twin")
                continue
            self.done.add(name)
            before = attempt(getattr, self.sync, name)
            if twin.form == "await":
                after = await attempt_async(getattr(self.other, twin.name))
            else:
                after = attempt(getattr, self.other, twin.name)
                if after.error is None and inspect.isawaitable(after.value):
                    after = await attempt_async(lambda value=after.value: value)
            equal = after.error is None and plain(before.value) == plain(after.value)
            key = f"result differs: {differs}" if differs else f"attribute, {twin.form}"
            self.facts.check(label, key, not equal if differs else equal, f"{before} / {after}")

    def sweep(self) -> None:
        """Every other member: there is one of that name, declared as the form needs, or none where the rules say so."""
        unseen = []
        for name, rule in self.methods.items():
            if name == "*" or name in self.done or rule.get("removed") or name.startswith("__") or not hasattr(self.sync, name):
                continue
            stated = self.rules.member(rule, name, self.library, same=self.same)
            if stated is None and self.rules.says_none(rule, self.library):
                self._absent(self.label(name, None), rule, not hasattr(self.other, name))
            elif stated is not None and stated.get("safety") != "suggest":
                member = getattr(type(self.other), stated.name, None) or getattr(self.other, stated.name, None)
                label = self.label(name, stated)
                if member is None:
                    self.facts.check(label, "name", False, "it has no such member")
                elif inspect.iscoroutinefunction(member):
                    self.facts.check(label, f"form {stated.form}", stated.form == "await", "declared `async def`", DECLARED)
                elif inspect.isasyncgenfunction(member):
                    self.facts.check(label, f"form {stated.form}", stated.form == "async for", "an async generator", DECLARED)
                elif stated.form == "none":
                    self.facts.check(label, "name", True, "declared plain")
                else:
                    unseen.append(name)
        if unseen:
            self.facts.skip(self.name, f"form of {len(unseen)} further", "not run: " + ", ".join(unseen))
        for name, rule in self.attributes.items():
            if name in self.done or not self._has(self.sync, name):
                continue
            stated = self.rules.member(rule, name, self.library, same=self.same, attribute=True)
            if stated is None and self.rules.says_none(rule, self.library):
                self._absent(self.label(name, None), rule, self._lacks(name))
            elif stated is not None:
                self.facts.check(self.label(name, stated), f"attribute, {stated.form}", *self._alike(name, stated), DECLARED)

    def _lacks(self, name: str) -> bool:
        """Whether the async side has no attribute of that name; a method is none."""
        return not self._has(self.other, name) or inspect.ismethod(attempt(getattr, self.other, name).value)

    def _alike(self, name: str, twin: Twin) -> tuple[bool, str]:
        """Whether an attribute is there and no method, unless it becomes one."""
        before, after = attempt(getattr, self.sync, name), attempt(getattr, self.other, twin.name)
        if after.error is not None:
            return False, str(after)
        method = inspect.ismethod(after.value) and not callable(before.value) and twin.form == "none"
        close(after.value)
        return not method, "a method" if method else "there"

    @staticmethod
    def _has(value: object, name: str) -> bool:
        try:
            found = getattr(value, name)
        except AttributeError:
            return False
        except Exception:
            return True
        close(found)
        return True


async def raises(facts: Facts, rules: Rules, library: str | None, name: str, before: Outcome, after: Outcome) -> None:
    """An exception of the sync side, and what the rule says the async side raises in the same situation."""
    twin = rules.exception(name, library)
    label = f"except {name}" + (f" → {twin.target}" if twin else " (the same)")
    module, _, last = (twin.target if twin else name).rpartition(".")
    stated = getattr(importlib.import_module(module), last, None)
    module, _, last = name.rpartition(".")
    own = getattr(importlib.import_module(module), last)
    if not isinstance(before.error, own):
        return facts.skip(label, "exception", f"the sync side gave {before}")
    facts.check(label, "exception", stated is not None and isinstance(after.error, stated), f"{before} / {after}")
