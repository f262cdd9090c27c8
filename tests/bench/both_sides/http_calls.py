"""What the three pairs of HTTP clients share: every key of a function's rule is tried on the server that echoes."""
from __future__ import annotations

import io

from .facts import COMPARED, Facts, Outcome, attempt, attempt_async, refuses
from .rules import Rules, Twin

# Keyword of the sync side -> a value for it.
SAMPLES = {
    "params": {"a": "x", "b": "2"}, "headers": {"X-Test": "one"}, "cookies": {"c": "d"}, "auth": ("me", "secret"), "timeout": 5,
    "data": {"k": "v"}, "json": {"k": [1, 2]}, "content": b"raw", "body": b"raw", "fields": {"a": "x"}, "allow_redirects": True,
    "follow_redirects": True, "redirect": True, "verify": False, "cert": None, "proxy": None, "trust_env": False, "stream": True,
    "proxies": None, "version": None, "connector": None, "loop": None,
}


def sample(name: str):
    return {"file": ("f.txt", io.BytesIO(b"hello"))} if name == "files" else SAMPLES.get(name)


class Client:
    """How one client is asked, and what came, as status and echo."""

    def __init__(self, ask, make, method):
        self.ask, self.make, self.method = ask, make, method  # outcome of a call; constructor; the bound method of a name


async def function(facts: Facts, label: str, twin: Twin, sync, client: Client, url: str, verb: str | None = None, meant=()) -> None:
    """Tries each key of the twin of one function; `sync(*args, **keywords)` gives status and echo. What is not stated differs,
    apart from the keywords in `meant`."""
    first = (verb, url) if verb else (url,)

    async def other(*args, **keywords) -> Outcome:
        return await attempt_async(client.ask, twin.name, *args, **keywords)

    before, after = attempt(sync, *first), await other(*first)
    facts.check(label, f"form {twin.form}, positional {twin.get('positional', 'all')}", same(before, after), versus(before, after), COMPARED)
    for position, name in enumerate(twin.get("names", [])):
        values = [sample(one) for one in twin.get("names")[: position + 1]]
        if len(values) > 1:
            values[:-1] = [None] * (len(values) - 1)
        before = attempt(sync, *first, *values)
        after = await other(*first, **{name: values[-1]})
        facts.check(label, f"names {name}", same(before, after), versus(before, after), COMPARED)
    for name in twin.get("accept", []):
        before, after = attempt(sync, *first, **{name: sample(name)}), await other(*first, **{name: sample(name)})
        facts.check(label, f"accept {name}", same(before, after), versus(before, after), COMPARED)
    for old, new in twin.get("rename", {}).items():
        before, after = attempt(sync, *first, **{old: sample(old)}), await other(*first, **{new: sample(old)})
        refused = refuses(client.method(twin.name), first, {}, old)
        facts.check(label, f"rename {old} = {new}", same(before, after) and refused is not None,
                    versus(before, after) if not same(before, after) else refused or "the old name is taken too", COMPARED)
    for name in twin.get("drop", []):
        before, refused = attempt(sync, *first, **{name: sample(name)}), refuses(client.method(twin.name), first, {}, name)
        facts.check(label, f"drop {name}", before.error is None and refused is not None, refused or "it is taken")
    for name in twin.get("client", []):
        before = attempt(sync, *first, **{name: sample(name)})
        if isinstance(before.error, TypeError):
            facts.skip(label, f"client {name}", "the sync side of this version does not take it")
            continue
        refused, made = refuses(client.method(twin.name), first, {}, name), await attempt_async(client.make, **{name: sample(name)})
        facts.check(label, f"client {name}", before.error is None and made.error is None and refused is not None,
                    refused or "the method takes it too")
    stated = set(twin.get("accept", [])) | set(twin.get("rename", {})) | set(twin.get("drop", [])) | set(twin.get("client", []))
    for name in ("params", "headers", "cookies", "auth", "timeout", "data", "json", "files", "proxies"):
        if name not in stated and name not in meant:
            taken = attempt(sync, *first, **{name: sample(name)})
            if taken.error is None:
                after = await other(*first, **{name: sample(name)})
                facts.check(label, f"not stated: {name}", not (after.error is None and same(taken, after)),
                            f"{taken} / {after}", COMPARED)


async def added(facts: Facts, label: str, twin: Twin, sync, client: Client, first: tuple, name: str) -> None:
    """A keyword that keeps the behaviour: without it the sides differ, with it they do not."""
    value = eval(twin.get("add")[name])  # the Python text of the rule
    before = attempt(sync, *first)
    without = await attempt_async(client.ask, twin.name, *first)
    with_it = await attempt_async(client.ask, twin.name, *first, **{name: value})
    facts.check(label, f"add {name} = {value}", same(before, with_it) and not same(before, without),
                f"{before}; without it {without}", COMPARED)


def same(before: Outcome, after: Outcome) -> bool:
    return before.error is None and after.error is None and told(before.value) == told(after.value)


def told(value: object) -> object:
    """What was sent; the type of a body that is not there does not count."""
    status, echo = value
    return status, {key: one for key, one in echo.items() if key != "Content-Type" or echo["body"]} if isinstance(echo, dict) and "body" in echo else echo


def versus(before: Outcome, after: Outcome) -> str:
    """What is different."""
    if same(before, after):
        return "the server is sent the same"
    if before.error is not None or after.error is not None or not isinstance(before.value[1], dict) or not isinstance(after.value[1], dict):
        return f"{before} / {after}"
    echoes = before.value[1], after.value[1]
    return "; ".join(f"{key}: {echoes[0].get(key)!r} / {echoes[1].get(key)!r}" for key in echoes[0] if echoes[0].get(key) != echoes[1].get(key))


def verbs(rules: Rules, module: str, library: str | None):
    """The functions of a module for each verb, with their twins."""
    for verb in ("get", "options", "head", "post", "put", "patch", "delete", "request", "stream"):
        twin = rules.function(f"{module}.{verb}", library)
        if twin is not None:
            yield verb, twin
