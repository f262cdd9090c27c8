"""Reads the rule files: what they say of a function, of a member of a class, of an exception."""
from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Twin:
    """What a rule says of the async side of one function or member; `name` is the last part of the target."""

    name: str
    form: str
    target: str = ""
    keys: dict = field(default_factory=dict)

    def get(self, key: str, default=None):
        return self.keys.get(key, default)

    def arguments(self, args: tuple, keywords: dict) -> tuple[tuple, dict]:
        """The arguments of a sync call as the rule hands them to the async side."""
        out = {}
        limit = self.get("positional", len(args))
        out.update(zip(self.get("names", []), args[limit:]))
        for name, value in keywords.items():
            if name not in self.get("drop", []):
                out[self.get("rename", {}).get(name, name)] = value
        return args[:limit], out


class Rules:
    """All rule files below one folder."""

    def __init__(self, folder: Path):
        self.functions: dict[str, dict] = {}
        self.classes: dict[str, dict] = {}
        self.exceptions: dict[str, dict] = {}
        for path in sorted(folder.rglob("*.toml")):
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            source = str(path.relative_to(folder))
            for table, into in (("function", self.functions), ("class", self.classes), ("exception", self.exceptions)):
                for entry in document.get(table, []):
                    entry["source"] = source
                    for name in [*entry.get("names", []), *([entry["name"]] if "name" in entry else []), *entry.get("aliases", [])]:
                        into.setdefault(name, entry)

    def function(self, name: str, library: str | None) -> Twin | None:
        return self._stated(self.functions[name], library, "await") if name in self.functions else None

    def exception(self, name: str, library: str | None) -> Twin | None:
        return self._stated(self.exceptions[name], library, "none") if name in self.exceptions else None

    def cls(self, name: str, library: str | None) -> Twin | None:
        """The async class; a class without an entry of its own has that of its base."""
        entry = self.classes.get(name)
        if entry is None:
            return None
        own = self._stated(entry, library, "none")
        if own is None and library is None and "mirror" in entry:
            own = self._twin(entry["mirror"], entry["mirror"].get("form", "none"))
        return own

    def constructor(self, name: str, library: str | None) -> Twin | None:
        rule = self.classes[name].get("constructor", {})
        return self._stated(rule, library, "await")

    def members(self, name: str, kind: str) -> dict[str, dict]:
        """Every member that a class or its bases describe: `methods` or `attributes`."""
        found: dict[str, dict] = {}
        entry = self.classes.get(name, {})
        for names, rule in entry.get(kind, {}).items():
            for one in (part.strip() for part in names.split(",")):
                found[one] = rule if isinstance(rule, dict) else {"type": rule}
        for base in entry.get("bases", []):
            for one, rule in self.members(base, kind).items():
                found.setdefault(one, rule)
        return found

    def member(self, rule: dict, name: str, library: str | None, *, same: bool, attribute: bool = False) -> Twin | None:
        """The twin of a member; `same` says that the class has the same members on the other side. What the member says wins over its class."""
        if self.is_missing(rule, library):
            return None
        stated = self._stated(rule, library, "none" if attribute else "await")
        if stated is not None:
            return stated
        mirror = rule.get("mirror")
        if mirror is False or not same:
            return None
        form = "none"
        if rule.get("blocking"):
            form = "await attribute" if attribute else "async for" if rule.get("lazy") else "await"
        if isinstance(mirror, str):
            return Twin(mirror, form)
        keys = mirror or {}
        return Twin(keys.get("name", name), keys.get("form", form), keys=keys)

    @staticmethod
    def is_missing(rule: dict, library: str | None) -> bool:
        """Whether the rule says that the class of one library has nothing like the member."""
        return library is not None and library in rule.get("missing_in", [])

    def says_none(self, rule: dict, library: str | None) -> str:
        """The key by which a rule says that there is no twin, if one does."""
        return "missing_in" if self.is_missing(rule, library) else "mirror = false" if rule.get("mirror") is False else ""

    def _stated(self, entry: dict, library: str | None, form: str) -> Twin | None:
        if library is None:
            return self._twin(entry["rewrite"], form) if "rewrite" in entry else None
        found = [one for one in entry.get("replacements", []) if one["library"] == library]
        return self._twin(found[0], form) if found else None

    def _twin(self, keys: dict, form: str) -> Twin:
        return Twin(keys["target"].rsplit(".", 1)[-1], keys.get("form", form), keys["target"], keys)
