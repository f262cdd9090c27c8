"""How type checkers see the runtime helper: `mypy --strict` and pyright accept this file, which is never run."""

from __future__ import annotations

import functools
from contextlib import asynccontextmanager
from typing import AsyncIterator, List, Optional

from _asyncshift import (
    LoopLocal,
    async_any,
    async_cache,
    async_enumerate,
    async_lru_cache,
    async_next,
    async_of,
    async_once,
    async_zip,
    bounded_gather,
    maybe_await,
    overridable,
    run,
    sync,
)


async def async_add(a: int, b: int = 2) -> int:
    return a + b


async def async_count(n: int) -> AsyncIterator[int]:
    yield n


@asynccontextmanager
async def async_opened(name: str) -> AsyncIterator[bytes]:
    yield name.encode()


@async_lru_cache(maxsize=4)
async def async_load(name: str) -> float:
    return float(name)


add = sync(async_add)
count = sync(async_count)
opened = sync(async_opened)
load = sync(async_load)


class Client:
    async def get(self) -> str:
        return ""


client = LoopLocal(Client)


class Thing:
    @overridable
    async def async_m(self, x: int) -> str:
        return str(x)

    m = sync(async_m)

    @classmethod
    async def async_c(cls, x: int) -> List[Thing]:
        return [cls()]

    # Without `classmethod` and `staticmethod`, mypy would take `c` and `s` for plain functions; pyright would not.
    c = classmethod(sync(async_c))

    @staticmethod
    async def async_s(x: int) -> bytes:
        return bytes(x)

    s = staticmethod(sync(async_s))

    async def async_v(self) -> int:
        return 1

    v = property(sync(async_v))

    @async_once
    async def async_w(self) -> int:
        return 1

    w = functools.cached_property(sync(async_w))

    @async_cache
    async def async_kept(self, x: int) -> int:
        return x

    kept = sync(async_kept)

    async def __aenter__(self) -> Thing:
        return self

    __enter__ = sync(__aenter__)

    async def __aexit__(self, *raised: object) -> None: ...

    __exit__ = sync(__aexit__)

    async def __aiter__(self) -> AsyncIterator[int]:
        yield 1

    __iter__ = sync(__aiter__)


def functions() -> None:
    total: int = add(1, b=2) + sum(count(3)) + run(async_add(1))
    with opened("name") as data:
        content: bytes = data
    rate: float = load("1") + total
    add("1")  # type: ignore[arg-type]
    wrong: str = add(1)  # type: ignore[assignment]
    print(content, rate, wrong)


def methods(thing: Thing) -> None:
    text: str = thing.m(1)
    things: List[Thing] = Thing.c(1) + thing.c(2)
    data: bytes = Thing.s(1) + thing.s(2)
    number: int = thing.w + thing.kept(1)
    with thing as entered:
        numbers: List[int] = list(entered)
    thing.m("1")  # type: ignore[arg-type]
    print(text, things, data, number, numbers, thing.v)


async def helpers(thing: Thing) -> None:
    text: str = await client().get() + await thing.async_m(1)
    number: int = await async_next(async_count(1)) + await thing.async_kept(1) + await maybe_await(1)
    perhaps: Optional[int] = await async_next(async_count(1), None)
    numbers: List[int] = await bounded_gather(async_add(1), async_add(2), limit=2)
    numbers = await bounded_gather([async_add(1)]) + [n + i async for i, n in async_enumerate(async_count(1))]
    pairs = [pair async for pair in async_zip(async_count(1), "ab")]
    found: bool = await async_any(async_count(1))
    rate: float = await async_load("1") + await async_of(add)(1)
    await async_load(1)  # type: ignore[arg-type]
    await async_of(add)("1")  # type: ignore[arg-type]
    print(text, number, perhaps, numbers, pairs, found, rate)
