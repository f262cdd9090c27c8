"""Facts of rules that were tried: how a call is run on both sides, how what came is compared, and what is reported."""
from __future__ import annotations

import asyncio
import inspect
import json
import re
import sys
import warnings
from collections.abc import Mapping

CONFIRMED, REFUTED, SKIPPED = "confirmed", "refuted", "skipped"
# How a fact was seen: in what is declared, by a call, or by what a call gave on both sides.
DECLARED, CALLED, COMPARED = "declared", "called", "compared"
SECONDS = 20


class Outcome:
    """What a call gave: a value or an error."""

    def __init__(self, value=None, error: BaseException | None = None):
        self.value, self.error = value, error

    def __str__(self) -> str:
        return short(self.value) if self.error is None else f"{type(self.error).__name__}: {short_text(str(self.error))}"


class Facts:
    """Prints one JSON line for each fact; the driver reads them."""

    def __init__(self, library: str):
        self.library = library

    def check(self, rule: str, key: str, holds: bool, evidence: object = "", how: str = "") -> bool:
        evidence = str(evidence)
        self._say(rule, key, CONFIRMED if holds else REFUTED, evidence, how or seen_by(key, evidence))
        return holds

    def skip(self, rule: str, key: str, why: str) -> None:
        self._say(rule, key, SKIPPED, why)

    def _say(self, rule: str, key: str, verdict: str, evidence: str, how: str = "") -> None:
        line = {"library": self.library, "rule": rule, "key": key, "verdict": verdict, "how": how, "evidence": short_text(evidence)}
        print("FACT " + json.dumps(line), flush=True)


def seen_by(key: str, evidence: str) -> str:
    """How strong the evidence for a key is, where the check does not say."""
    if re.match(r"(target|enter|iter|name|another name|mirror = false|missing_in)$", key):
        return DECLARED
    both = re.match(r"(iter: )?result|the same error|exception|attribute", key) or (re.match("note|measured", key) and " / " in evidence)
    return COMPARED if both else CALLED


def attempt(call, *args, **keywords) -> Outcome:
    """Runs the sync side."""
    try:
        return Outcome(call(*args, **keywords))
    except Exception as error:
        return Outcome(error=error)


async def attempt_async(call, *args, **keywords) -> Outcome:
    """Runs the async side; what can be awaited is."""
    try:
        value = call(*args, **keywords)
        if inspect.isawaitable(value):
            value = await asyncio.wait_for(value, SECONDS)
        return Outcome(value)
    except Exception as error:
        return Outcome(error=error)


def refuses(call, args: tuple, keywords: dict, name: str) -> Outcome | None:
    """The outcome of a call with one keyword that should not be taken; None when it is taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = call(*args, **{**keywords, name: None})
        except Exception as error:
            return Outcome(error=error) if name in str(error) or "keyword" in str(error) else None
    close(value)
    return None


def close(value: object) -> None:
    """Drops what nobody awaits, without a warning."""
    if inspect.iscoroutine(value):
        value.close()


def has_form(value: object, form: str) -> bool:
    """Whether what a call gave is what the form needs."""
    if form in ("await", "async with await"):
        return inspect.isawaitable(value)
    if form == "async with":
        return hasattr(type(value), "__aenter__")
    if form == "async for":
        return hasattr(type(value), "__aiter__")
    return not inspect.iscoroutine(value) and not isinstance(value, asyncio.Future)


def plain(value: object) -> object:
    """A value as both sides can be compared by: containers of simple values, and for objects the name of their class."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, Mapping):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return {plain(one) for one in value}
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "_asdict"):
        return tuple(value)
    return re.sub(r"^_?(Async|AIO|Aio|aio)_?|^_", "", type(value).__name__).lower()


def short(value: object) -> str:
    return short_text(repr(plain(value)))


def short_text(text: str) -> str:
    """One line of at most 110 characters, without what changes from run to run."""
    text = re.sub(r"('RequestId': ')\w+", r"\1…", text)
    text = re.sub(r"0x[0-9a-f]+", "0x…", re.sub(r"(127\.0\.0\.1|localhost)(:|', |\", port |', port=| on port )\d+", r"\1\2PORT", text))
    text = re.sub(r"[^\s'\"]*/(tmp|target)/[^\s'\",)]*", "…", re.sub(r"\s+", " ", text)).replace("|", "/")
    return text if len(text) <= 110 else text[:109] + "…"


def run(library: str, main) -> None:
    """Runs the coroutine function `main(facts)`; a crash becomes a skipped fact that says so."""
    facts = Facts(library)
    try:
        asyncio.run(main(facts))
    except Exception as error:
        facts.skip("this library", "the rest", f"the run stopped: {type(error).__name__}: {error}")
        import traceback
        traceback.print_exc(file=sys.stderr)
