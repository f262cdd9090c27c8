"""Behaviour of the runtime helper in `rules/runtime`, one behaviour a test."""

import asyncio
import contextlib
import contextvars
import functools
import gc
import importlib.util
import inspect
import logging
import os
import pathlib
import pickle
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import typing
import unittest
import warnings
from typing import AsyncIterator, Iterator
from unittest import mock

RUNTIME = pathlib.Path(__file__).resolve().parents[2] / "rules" / "runtime"
sys.path.insert(0, str(RUNTIME))
sys.dont_write_bytecode = True

import _asyncshift  # noqa: E402
from _asyncshift import aclosing, overridable, run, sync, to_thread  # noqa: E402

PORTAL = _asyncshift.mode == "portal"
needs_same_thread = unittest.skipIf(PORTAL, "what a portal is not made for")

# Slow machines are no failure.
logging.getLogger("asyncio").setLevel(logging.ERROR)

color = contextvars.ContextVar("color", default="none")
unset = contextvars.ContextVar("unset")


class Money:
    pass


async def async_add(a: int, b: int = 2, *, c: "Money" = 3) -> int:
    """Adds."""
    await asyncio.sleep(0)
    return a + b


async_add.mark = "kept"
add = sync(async_add)


async def _async_hidden():
    return "hidden"


_hidden = sync(_async_hidden)


async def async_loop():
    return asyncio.get_running_loop()


loop_of = sync(async_loop)


async def async_paint(value):
    before = color.get()
    color.set(value)
    return before


paint = sync(async_paint)


async def async_count(n: int, log=None) -> AsyncIterator[int]:
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        await asyncio.sleep(0)
        if log is not None:
            log.append("closed")


count = sync(async_count)


async def async_echo():
    got = yield "ready"
    while True:
        try:
            got = yield got
        except KeyError as error:
            got = "caught %s" % error.args


echo = sync(async_echo)


@contextlib.asynccontextmanager
async def async_opened(log):
    log.append(("enter", asyncio.current_task(), asyncio.get_running_loop()))
    token = unset.set("inside")
    try:
        yield log
    except ZeroDivisionError:
        log.append("suppressed")
    finally:
        await asyncio.sleep(0)
        unset.reset(token)
        log.append(("exit", asyncio.current_task(), asyncio.get_running_loop()))


opened = sync(async_opened)


async def async_fail(error):
    raise error


fail = sync(async_fail)


class Base:
    name = "base"

    async def async_m(self, x=0):
        await asyncio.sleep(0)
        return ("Base", self.name, x)

    m = sync(async_m)

    async def __async_private(self):
        return "private"

    __private = sync(__async_private)

    def call_private(self):
        return self.__private()

    @classmethod
    async def async_c(cls):
        return cls.__name__

    c = sync(async_c)

    @staticmethod
    async def async_s(x):
        return x

    s = sync(async_s)

    async def async_v(self):
        return "value"

    v = property(sync(async_v))

    async def async_items(self):
        yield 1

    items = sync(async_items)


class OverridesAsync(Base):
    name = "sub"

    async def async_m(self, x=0):
        return ("Sub", await super().async_m(x))

    async def async_v(self):
        return "new value"

    @classmethod
    async def async_c(cls):
        return "sub " + cls.__name__

    async def async_items(self):
        yield 2


class OverridesBoth(Base):
    async def async_m(self, x=0):
        return "both"

    m = sync(async_m)

    def base_m(self):
        return super().m()


class Open:
    @overridable
    async def async_m(self):
        """Doc."""
        return "open"

    m = sync(async_m)

    @overridable
    async def async_items(self):
        yield "open"

    items = sync(async_items)

    async def async_top(self):
        return await self.async_m(), [x async for x in self.async_items()]


class OldSub(Open):
    def m(self):
        return "old " + super().m()

    def items(self):
        yield "old"
        yield from super().items()


class MiddleSub(Open):
    @overridable
    async def async_m(self):
        return "middle " + await super().async_m()

    m = sync(async_m)


class OldMiddleSub(MiddleSub):
    def m(self):
        return "old " + super().m()


class Running(unittest.TestCase):
    """Scenarios a to m: where and how a wrapper can be called."""

    def test_runs_without_a_loop(self):
        self.assertEqual(add(1), 3)

    def test_runs_inside_a_running_loop(self):
        async def main():
            task, loop = asyncio.current_task(), asyncio.get_running_loop()
            self.assertEqual(add(1), 3)
            self.assertIs(asyncio.current_task(), task)
            self.assertIs(asyncio.get_running_loop(), loop)
            await asyncio.sleep(0)

        asyncio.run(main())

    def test_runs_inside_a_callback_of_a_running_loop(self):
        async def main():
            future = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(lambda: future.set_result(add(1)))
            return await asyncio.wait_for(future, 5)

        self.assertEqual(asyncio.run(main()), 3)

    def test_restores_the_outer_loop_after_an_error(self):
        async def main():
            task = asyncio.current_task()
            with self.assertRaises(ValueError):
                fail(ValueError())
            self.assertIs(asyncio.current_task(), task)
            await asyncio.sleep(0)

        asyncio.run(main())

    def test_runs_in_a_worker_thread_beside_a_running_loop(self):
        async def main():
            return await to_thread(add, 1)

        self.assertEqual(asyncio.run(main()), 3)

    def test_alternates_between_sync_and_async(self):
        async def async_down(n):
            await asyncio.sleep(0)
            return 0 if n == 0 else 1 + down(n - 1)

        down = sync(async_down)
        self.assertEqual(down(6), 6)

    def test_reads_and_writes_the_callers_context(self):
        color.set("red")
        self.assertEqual(paint("blue"), "red")
        self.assertEqual(color.get(), "blue")

    def test_writes_the_context_of_an_outer_task(self):
        async def main():
            color.set("red")
            return paint("green"), color.get()

        self.assertEqual(asyncio.run(main()), ("red", "green"))

    def test_writes_the_context_even_when_it_fails(self):
        async def async_spoil():
            color.set("spoilt")
            raise ValueError

        with self.assertRaises(ValueError):
            sync(async_spoil)()
        self.assertEqual(color.get(), "spoilt")

    def test_keeps_a_stream_open_between_calls(self):
        async def async_open():
            async def serve(reader, writer):
                writer.write(await reader.readline())
                await writer.drain()
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            return server, await asyncio.open_connection(*server.sockets[0].getsockname())

        async def async_talk(server, reader, writer):
            writer.write(b"hello\n")
            line = await reader.readline()
            writer.close()
            server.close()
            await asyncio.sleep(0.01)
            return line

        server, (reader, writer) = sync(async_open)()
        self.assertEqual(sync(async_talk)(server, reader, writer), b"hello\n")

    def test_many_threads_at_once(self):
        got = []

        def work(n):
            with opened([]), Door([]) as door:
                got.append((sum(add(n, i) for i in range(50)), list(count(3)), next(door, "end")))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(got), [(50 * n + 1225, [0, 1, 2], "end") for n in range(8)])

    def test_may_be_called_by_a_finaliser_in_a_running_loop(self):
        got = []

        class Late:
            def __del__(self):
                got.append(add(1))

        async def main():
            late = Late()
            del late
            gc.collect()

        asyncio.run(main())
        self.assertEqual(got, [3])

    def test_keeps_the_loop_between_calls(self):
        self.assertIs(loop_of(), loop_of())

    def test_uses_one_loop_for_each_depth(self):
        async def async_pair():
            return asyncio.get_running_loop(), loop_of()

        pair = sync(async_pair)
        self.assertEqual(pair(), pair())
        self.assertIsNot(*pair())

    def test_background_tasks_go_on_in_the_next_call(self):
        async def async_start():
            return asyncio.ensure_future(asyncio.sleep(0, "done"))

        async def async_join(task):
            return await task

        self.assertEqual(sync(async_join)(sync(async_start)()), "done")

    @needs_same_thread
    def test_a_lock_of_one_loop_is_not_waited_for_from_another(self):
        # The wrong loop fails (from 3.10) or is never needed, but threads do not share a loop.
        other = []
        thread = threading.Thread(target=lambda: other.append(loop_of()))
        thread.start()
        thread.join()
        self.assertIsNot(other[0], loop_of())

    def test_an_outer_loop_stands_still_during_a_nested_call(self):
        async def main():
            ticks = []
            asyncio.get_running_loop().call_soon(ticks.append, 1)
            sync(asyncio.sleep)(0.01)
            return list(ticks)

        self.assertEqual(asyncio.run(main()), [])

    def test_a_future_of_the_outer_loop_fails_fast(self):
        async def async_wait(future):
            await future

        async def main():
            with self.assertRaises(RuntimeError):
                sync(async_wait)(asyncio.get_running_loop().create_future())

        asyncio.run(main())

    @needs_same_thread
    def test_stays_in_the_callers_thread(self):
        local, lock = threading.local(), threading.RLock()
        local.value = 1
        connection = sqlite3.connect(":memory:")

        async def async_use():
            await asyncio.sleep(0)
            with lock:
                return connection.execute("select ?", (local.value,)).fetchone()

        with lock:
            self.assertEqual(sync(async_use)(), (1,))
        connection.close()

    def test_exceptions_keep_their_identity(self):
        error = ValueError("x")
        with self.assertRaises(ValueError) as caught:
            fail(error)
        self.assertIs(caught.exception, error)

    def test_stop_iteration_reaches_the_sync_caller(self):
        async def async_first(items):
            return next(items)

        stop = StopIteration("last")
        with self.assertRaises(StopIteration):
            sync(async_first)(iter([]))
        with self.assertRaises(StopIteration) as caught:
            fail(stop)
        self.assertIs(caught.exception, stop)

    def test_a_failed_call_leaves_no_cycle(self):
        gc.collect()
        gc.disable()
        try:
            flag = []

            class Probe:
                def __del__(self):
                    flag.append(1)

            async def async_hold():
                probe = Probe()  # noqa: F841
                raise ValueError

            try:
                sync(async_hold)()
            except ValueError:
                pass
            self.assertEqual(flag, [1])
        finally:
            gc.enable()

    def test_refuses_endless_nesting_with_a_clear_error(self):
        async def async_down():
            return down()

        down = sync(async_down)
        previous = sys.getrecursionlimit()
        sys.setrecursionlimit(5000)
        try:
            with self.assertRaisesRegex(RuntimeError, "nested 64 deep"):
                down()
        finally:
            sys.setrecursionlimit(previous)

    def test_runs_any_awaitable(self):
        class Later:
            def __await__(self):
                yield from asyncio.sleep(0).__await__()
                return 5

        self.assertEqual(run(Later()), 5)

    @needs_same_thread
    def test_falls_back_to_a_thread_where_loops_cannot_be_hidden(self):
        async def main():
            color.set("red")
            self.assertEqual(paint("blue"), "red")
            self.assertEqual(color.get(), "blue")
            with self.assertRaises(ValueError):
                fail(ValueError())
            return list(count(2))

        with mock.patch.object(_asyncshift, "_can_hide", False):
            self.assertEqual(asyncio.run(main()), [0, 1])
            _asyncshift._thread.loops.close()


class NestedModes(unittest.TestCase):
    def nested(self, mode, body):
        async def main():
            return body()

        with mock.patch.dict(os.environ, {"ASYNC_SYNC_NESTED": mode}):
            return asyncio.run(main())

    def test_warns_once_for_each_call_site(self):
        def body():
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                for _ in range(3):
                    add(1)
                add(1)
            return seen

        seen = self.nested("warn", body)
        self.assertEqual(len(seen), 2)
        self.assertIn("await async_add", str(seen[0].message))
        self.assertEqual(os.path.basename(seen[0].filename), "test_runtime.py")

    def test_error_mode_refuses(self):
        with self.assertRaisesRegex(RuntimeError, "await async_add instead"):
            self.nested("error", lambda: add(1))

    def test_error_mode_refuses_generators_and_managers(self):
        with self.assertRaises(RuntimeError):
            self.nested("error", lambda: list(count(1)))
        with self.assertRaises(RuntimeError):
            self.nested("error", lambda: opened([]).__enter__())

    def test_error_mode_allows_calls_without_a_loop(self):
        with mock.patch.dict(os.environ, {"ASYNC_SYNC_NESTED": "error"}):
            self.assertEqual(add(1), 3)

    def test_an_unknown_mode_is_named(self):
        with self.assertRaisesRegex(ValueError, "'maybe'"):
            self.nested("maybe", lambda: add(1))


class Binding(unittest.TestCase):
    def test_an_inherited_wrapper_calls_the_overriding_async_method(self):
        self.assertEqual(OverridesAsync().m(1), ("Sub", ("Base", "sub", 1)))
        self.assertEqual(list(OverridesAsync().items()), [2])

    def test_super_reaches_the_base_class(self):
        self.assertEqual(OverridesBoth().m(), "both")
        self.assertEqual(OverridesBoth().base_m(), ("Base", "base", 0))
        self.assertEqual(Base.m(OverridesBoth()), ("Base", "base", 0))

    def test_mixins_are_honoured(self):
        class Mixin:
            async def async_m(self, x=0):
                return "mixin"

        class Joined(Mixin, Base):
            pass

        self.assertEqual(Joined().m(), "mixin")

    def test_instance_patches_are_honoured(self):
        thing = Base()
        with mock.patch.object(thing, "async_m", mock.AsyncMock(return_value=7)):
            self.assertEqual(thing.m(), 7)

    def test_class_patches_are_honoured(self):
        with mock.patch.object(Base, "async_m", return_value=8) as patched:
            self.assertEqual(Base().m(), 8)
        patched.assert_awaited_once()

    def test_module_patches_are_honoured(self):
        with mock.patch(__name__ + ".async_add") as patched:
            patched.return_value = 9
            self.assertEqual(add(1), 9)
        patched.assert_awaited_once_with(1)

    def test_a_fake_that_returns_a_mock_is_left_alone(self):
        fake = mock.MagicMock()
        with mock.patch(__name__ + ".async_add", lambda a: fake):
            self.assertIs(add(4), fake)

    def test_a_plain_function_may_replace_the_async_one(self):
        with mock.patch(__name__ + ".async_add", lambda a: a):
            self.assertEqual(add(4), 4)

    def test_properties_bind_late(self):
        self.assertEqual((Base().v, OverridesAsync().v), ("value", "new value"))

    def test_a_property_object_is_refused(self):
        with self.assertRaisesRegex(TypeError, "property"):
            sync(property(async_add))

    def test_private_methods_are_found(self):
        self.assertEqual(Base().call_private(), "private")
        self.assertEqual(Base._Base__private.__name__, "__private")

    def test_local_functions_keep_what_they_were_made_from(self):
        async def async_local():
            return "local"

        self.assertEqual(sync(async_local)(), "local")

    def test_partials_and_callable_objects(self):
        class Call:
            async def __call__(self, x):
                return x

        self.assertEqual(sync(functools.partial(async_add, 1))(b=5), 6)
        self.assertEqual(sync(Call())(6), 6)
        self.assertEqual(sync(Base().async_m)(1), ("Base", "base", 1))

    def test_classmethods(self):
        self.assertIsInstance(Base.__dict__["c"], classmethod)
        self.assertEqual((Base.c(), Base().c(), OverridesAsync.c()), ("Base", "Base", "sub OverridesAsync"))

    def test_staticmethods(self):
        self.assertIsInstance(Base.__dict__["s"], staticmethod)
        self.assertEqual((Base.s(1), Base().s(2)), (1, 2))

    def test_class_and_static_methods_may_be_wrapped_explicitly(self):
        class Typed:
            @classmethod
            async def async_c(cls, x):
                return cls.__name__, x

            c = classmethod(sync(async_c))

            @staticmethod
            async def async_s(x):
                return x

            s = staticmethod(sync(async_s))

        class Sub(Typed):
            @classmethod
            async def async_c(cls, x):
                return "sub", x

        self.assertEqual((Typed.c(1), Typed().c(2), Sub.c(3)), (("Typed", 1), ("Typed", 2), ("sub", 3)))
        self.assertEqual((Typed.s(1), Typed().s(2)), (1, 2))
        self.assertEqual(str(inspect.signature(Typed.c)), "(x)")

    def test_an_overridable_method_gives_way_to_a_sync_override(self):
        self.assertEqual(run(OldSub().async_top()), ("old open", ["old", "open"]))
        self.assertEqual(OldSub().m(), "old open")

    def test_an_overridable_method_without_override_is_itself(self):
        self.assertEqual(run(Open().async_top()), ("open", ["open"]))
        self.assertEqual(Open().m(), "open")

    def test_overridable_methods_chain_through_super(self):
        self.assertEqual(run(OldMiddleSub().async_m()), "old middle open")
        self.assertEqual(OldMiddleSub().m(), "old middle open")
        self.assertEqual(MiddleSub().m(), "middle open")

    def test_an_overridable_method_looks_like_itself(self):
        self.assertTrue(inspect.iscoroutinefunction(Open.async_m))
        self.assertTrue(inspect.isasyncgen(Open().async_items()))
        self.assertEqual(str(inspect.signature(Open.async_m)), "(self)")
        self.assertEqual((Open.m.__qualname__, Open.m.__doc__), ("Open.m", "Doc."))


class Door:
    """Every special pair, as the tool writes them."""

    def __init__(self, log, items=()):
        self.log = log
        self.items = iter(items)

    async def __aenter__(self):
        self.log.append(("enter", asyncio.current_task(), asyncio.get_running_loop()))
        self.token = unset.set("inside")
        return self

    __enter__ = sync(__aenter__)

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0)
        unset.reset(self.token)
        self.log.append(("exit", asyncio.current_task(), asyncio.get_running_loop()))
        return kind is ZeroDivisionError

    __exit__ = sync(__aexit__)

    def __aiter__(self):
        return self

    def __iter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        for item in self.items:
            return item
        raise StopAsyncIteration

    __next__ = sync(__anext__)


class OldDoor(Door):
    def __enter__(self):
        self.log.append("old enter")
        return super().__enter__()

    def __exit__(self, *raised):
        self.log.append("old exit")
        return super().__exit__(*raised)

    def __next__(self):
        return -super().__next__()


class NewDoor(Door):
    async def __aenter__(self):
        self.log.append("new enter")
        return await super().__aenter__()

    async def __anext__(self):
        return 10 * await super().__anext__()


class Shelf:
    async def __aiter__(self):
        for i in range(3):
            await asyncio.sleep(0)
            yield i

    __iter__ = sync(__aiter__)


class Special(unittest.TestCase):
    def test_names(self):
        for name in ("enter", "exit", "next"):
            wrapper = getattr(Door, "__%s__" % name)
            self.assertEqual((wrapper.__name__, wrapper.__qualname__), ("__%s__" % name, "Door.__%s__" % name))
        self.assertEqual(Shelf.__iter__.__name__, "__iter__")

    def test_with_enters_and_leaves_in_one_task(self):
        log = []
        with Door(log) as door:
            self.assertIsInstance(door, Door)
            self.assertEqual(unset.get(), "inside")
            self.assertIs(loop_of(), log[0][2])
        self.assertEqual(log[0][1:], log[1][1:])
        self.assertRaises(LookupError, unset.get)
        self.assertEqual(_asyncshift._entered(), {})

    def test_errors_reach_the_exit_and_may_be_suppressed(self):
        log = []
        with Door(log):
            raise ZeroDivisionError
        with self.assertRaises(KeyError):
            with Door(log):
                raise KeyError
        self.assertEqual([entry[0] for entry in log], ["enter", "exit"] * 2)

    def test_nested_and_reentered_instances(self):
        class Plain:
            def __init__(self):
                self.tasks = []

            async def __aenter__(self):
                self.tasks.append(asyncio.current_task())

            __enter__ = sync(__aenter__)

            async def __aexit__(self, *raised):
                self.left.append(asyncio.current_task())

            __exit__ = sync(__aexit__)
            left = ()

        one, other = Plain(), Plain()
        one.left, other.left = [], []
        with one, other, one:
            pass
        self.assertEqual((one.tasks, other.tasks), (one.left[::-1], other.left))
        self.assertEqual(len({*one.tasks, *other.tasks}), 3)

    def test_threads_have_stacks_of_their_own(self):
        log = []

        class Quiet:
            async def __aenter__(self):
                log.append(asyncio.current_task())

            __enter__ = sync(__aenter__)

            async def __aexit__(self, *raised):
                log.append(asyncio.current_task())

            __exit__ = sync(__aexit__)

        door, entered, left = Quiet(), threading.Event(), threading.Event()

        def work():
            with door:
                entered.set()
                left.wait(5)

        thread = threading.Thread(target=work)
        with door:
            thread.start()
            entered.wait(5)
        left.set()
        thread.join()
        self.assertEqual((log[0], log[1]), (log[2], log[3]))
        self.assertIsNot(log[0], log[1])

    def test_works_inside_a_running_loop(self):
        async def main():
            log = []
            with Door(log):
                add(1)
            return log

        log = asyncio.run(main())
        self.assertEqual(log[0][1:], log[1][1:])

    def test_an_exit_without_an_enter_runs(self):
        async def main(door):
            await door.__aenter__()
            return contextvars.copy_context()

        class Quiet(Door):
            async def __aexit__(self, *raised):
                return "left"

        door = Quiet([])
        asyncio.run(main(door))
        self.assertEqual(door.__exit__(None, None, None), "left")

    def test_a_failing_enter_leaves_nothing_behind(self):
        class Bad(Door):
            async def __aenter__(self):
                raise ValueError

        self.assertRaises(ValueError, Bad([]).__enter__)
        self.assertEqual(_asyncshift._entered(), {})

    def test_overrides_of_either_name_are_honoured(self):
        log = []
        with OldDoor(log), NewDoor(log):
            pass
        names = [entry if isinstance(entry, str) else entry[0] for entry in log]
        self.assertEqual(names, ["old enter", "enter", "new enter", "enter", "exit", "old exit", "exit"])
        self.assertEqual(log[1][1:], log[6][1:])

    def test_iterators_end(self):
        door = Door([], "ab")
        self.assertEqual((next(door), next(door), next(door, "end")), ("a", "b", "end"))
        with self.assertRaises(StopIteration) as caught:
            next(door)
        self.assertIsNone(caught.exception.value)
        self.assertEqual(list(Door([], "abc")), ["a", "b", "c"])

    def test_iterators_honour_overrides(self):
        self.assertEqual(list(OldDoor([], [1, 2])), [-1, -2])
        self.assertEqual(list(NewDoor([], [1, 2])), [10, 20])

    def test_iterables(self):
        shelf = iter(Shelf())
        self.assertEqual((next(shelf), list(shelf), list(Shelf())), (0, [1, 2], [0, 1, 2]))

    def test_an_aiter_that_returns_an_iterator(self):
        class Box:
            def __aiter__(self):
                return Walk()

            __iter__ = sync(__aiter__)

        class Walk:
            n = 0

            def __aiter__(self):
                return self

            async def __anext__(self):
                self.n += 1
                if self.n > 2:
                    raise StopAsyncIteration
                return self.n

        self.assertEqual(list(Box()), [1, 2])


class Managers:
    name = "managers"

    @contextlib.asynccontextmanager
    async def async_m(self, log):
        log.append(asyncio.current_task())
        try:
            yield self.name
        except ZeroDivisionError as error:
            log.append(error)
        finally:
            await asyncio.sleep(0)
            log.append(asyncio.current_task())

    m = sync(async_m)

    @classmethod
    @contextlib.asynccontextmanager
    async def async_c(cls, log):
        log.append(asyncio.current_task())
        yield cls.__name__
        log.append(asyncio.current_task())

    c = sync(async_c)

    @staticmethod
    @contextlib.asynccontextmanager
    async def async_s(log):
        log.append(asyncio.current_task())
        yield "static"
        log.append(asyncio.current_task())

    s = sync(async_s)


class MoreManagers(Managers):
    @contextlib.asynccontextmanager
    async def async_m(self, log):
        async with super().async_m(log) as name:
            yield "more " + name


class ManagerMethods(unittest.TestCase):
    def test_every_kind_of_method(self):
        thing = Managers()
        for make, expected in (
            (thing.m, "managers"),
            (thing.c, "Managers"),
            (Managers.c, "Managers"),
            (thing.s, "static"),
        ):
            log = []
            with make(log) as value:
                self.assertEqual(value, expected)
            self.assertIs(log[0], log[1])

    def test_overrides_are_honoured(self):
        with MoreManagers().m([]) as value:
            self.assertEqual(value, "more managers")
        with MoreManagers.c([]) as value:
            self.assertEqual(value, "MoreManagers")

    def test_body_errors_are_thrown_in(self):
        log, error = [], ZeroDivisionError()
        with Managers().m(log):
            raise error
        self.assertIs(log[1], error)
        with self.assertRaises(KeyError):
            with Managers.c(log):
                raise KeyError

    def test_decorates_functions_and_methods(self):
        log = []

        class User:
            decorate = Managers().m(log)

            @decorate
            def method(self, x):
                """Doc."""
                return self, x

        user = User()
        self.assertEqual((user.method(1), user.method(2)), ((user, 1), (user, 2)))
        self.assertEqual((User.method.__doc__, len(set(log)), len(log)), ("Doc.", 2, 4))


class Properties(unittest.TestCase):
    def test_getter_setter_and_deleter(self):
        class Thing:
            async def async_v(self):
                """Doc."""
                await asyncio.sleep(0)
                return self.held

            v = property(sync(async_v))

            async def async_set_v(self, value):
                await asyncio.sleep(0)
                self.held = value

            v = v.setter(sync(async_set_v))

            async def async_delete_v(self):
                del self.held

            v = v.deleter(sync(async_delete_v))

        class Sub(Thing):
            async def async_set_v(self, value):
                await super().async_set_v(2 * value)

            @property
            def v(self):
                return -super().v

            @v.setter
            def v(self, value):
                Thing.v.fset(self, value)

        thing, sub = Thing(), Sub()
        thing.v = sub.v = 4
        self.assertEqual((thing.v, sub.v, Thing.v.__doc__), (4, -8, "Doc."))
        del thing.v
        self.assertFalse(hasattr(thing, "v"))


async def get_async():
    return "suffix"


get = sync(get_async)


async def aload():
    return "prefix"


load = sync(aload)


async def getItAsync():
    return "camel"


getIt = sync(getItAsync)


async def co_other():
    return "other"


other = sync(co_other, name="other")


class Names(unittest.TestCase):
    def test_every_affix_is_taken_off(self):
        for wrapper, name in ((get, "get"), (load, "load"), (getIt, "getIt"), (other, "other")):
            self.assertEqual((wrapper.__name__, wrapper.__qualname__), (name, name))
            self.assertIs(pickle.loads(pickle.dumps(wrapper)), wrapper)

    def test_sync_names(self):
        for name, expected in {
            "async_get": "get",
            "_async_get": "_get",
            "__async_get": "__get",
            "async__get": "_get",
            "get_async": "get",
            "_get_async": "_get",
            "__get_async": "__get",
            "_get_all_async": "_get_all",
            "async_get_async": "get_async",
            "aget": "get",
            "_aget": "_get",
            "__aenter__": "__enter__",
            "__anext__": "__next__",
            "async_": "async_",
            "_async": "_async",
            "async_2": "async_2",
            "a": "a",
            "fetch": "fetch",
        }.items():
            self.assertEqual(_asyncshift._sync_name(name), expected)

    def test_private_methods_with_a_suffix(self):
        class _Thing:
            async def __load_async(self):
                return "base"

            __load = sync(__load_async)

            async def _get_async(self):
                return self.__load()

            _get = sync(_get_async)

        class Sub(_Thing):
            def _get(self):
                return "sub " + super()._get()

        self.assertEqual((Sub()._get(), _Thing._Thing__load.__name__), ("sub base", "__load"))

    def test_a_static_method_may_take_an_instance(self):
        class Thing:
            @staticmethod
            async def async_s(thing, x):
                return thing, x

            s = sync(async_s)

        thing = Thing()
        self.assertEqual(Thing.s(thing, 1), (thing, 1))

    def test_super_reaches_the_next_async_override(self):
        class Middle(Base):
            async def async_m(self, x=0):
                return "middle", await super().async_m(x)

        class Old(Middle):
            def m(self, x=0):
                return "old", super().m(x)

        self.assertEqual(Old().m(), ("old", ("middle", ("Base", "base", 0))))


@overridable
async def async_price(x=1):
    await asyncio.sleep(0)
    return x


price = sync(async_price)


@overridable
async def async_prices(n):
    for i in range(n):
        yield i


prices = sync(async_prices)


@overridable
async def co_tax(x):
    return x


tax = sync(co_tax, name="tax")


@overridable
async def co_rate(x):
    return x


class Guarded:
    seen = 0

    @overridable
    async def async_m(self, x=0):
        await asyncio.sleep(0)
        return "body", x

    m = sync(async_m)

    @overridable
    async def async_items(self, n):
        for i in range(n):
            await asyncio.sleep(0)
            got = yield i
            if got:
                yield got

    items = sync(async_items)

    @overridable
    @contextlib.asynccontextmanager
    async def async_cm(self):
        yield "body"

    cm = sync(async_cm)

    @overridable
    @classmethod
    async def async_c(cls, x=0):
        return "body", cls.__name__, x

    c = sync(async_c)

    @classmethod
    @overridable
    async def async_c2(cls):
        return "body", cls.__name__

    c2 = sync(async_c2)

    @overridable
    @staticmethod
    async def async_s(x=0):
        return "body", x

    s = sync(async_s)

    @overridable
    async def async_v(self):
        return "body"

    v = property(sync(async_v))

    @overridable
    async def __async_private(self):
        return "body"

    __private = sync(__async_private)

    @overridable
    async def __aenter__(self):
        return "body"

    __enter__ = sync(__aenter__)

    @overridable
    async def __aexit__(self, *raised):
        return False

    __exit__ = sync(__aexit__)

    @overridable
    async def __anext__(self):
        self.seen += 1
        if self.seen > 2:
            raise StopAsyncIteration
        return self.seen

    __next__ = sync(__anext__)

    def __aiter__(self):
        return self

    def __iter__(self):
        return self

    async def async_all(self):
        async with self.async_cm() as entered:
            items = [x async for x in self.async_items(2)]
            return (
                await self.async_m(1),
                await self.async_c(),
                await self.async_s(),
                await self.async_v(),
                await self.__async_private(),
                items,
                entered,
            )


class GuardedOld(Guarded):
    """Knows only the sync names."""

    def m(self, x=0):
        return "old", super().m(x)

    def items(self, n):
        yield from super().items(n)
        yield "old"

    @contextlib.contextmanager
    def cm(self):
        with super().cm() as entered:
            yield "old " + entered

    @classmethod
    def c(cls, x=0):
        return "old", super().c(x)

    @staticmethod
    def s(x=0):
        return "old", Guarded.s(x)

    @property
    def v(self):
        return "old " + super().v

    def __enter__(self):
        return "old " + super().__enter__()

    def __exit__(self, kind, *rest):
        super().__exit__(kind, *rest)
        return kind is not None

    def __next__(self):
        return -super().__next__()


class GuardedNew(GuardedOld):
    """Knows only the async names, above one that knows only the sync ones."""

    @overridable
    async def async_m(self, x=0):
        return "new", await super().async_m(x)

    m = sync(async_m)


class Overridable(unittest.TestCase):
    def test_nothing_is_replaced(self):
        expected = (("body", 1), ("body", "Guarded", 0), ("body", 0), "body", "body", [0, 1], "body")
        self.assertEqual(run(Guarded().async_all()), expected)
        self.assertEqual(run(async_price()), 1)

    def test_old_subclasses(self):
        expected = (
            ("old", ("body", 1)),
            ("old", ("body", "GuardedOld", 0)),
            ("old", ("body", 0)),
            "old body",
            "body",
            [0, 1, "old"],
            "old body",
        )
        self.assertEqual(run(GuardedOld().async_all()), expected)
        old = GuardedOld()
        self.assertEqual((old.m(), old.v, old.s()), (("old", ("body", 0)), "old body", ("old", ("body", 0))))
        self.assertEqual(run(GuardedOld.async_c(2)), ("old", ("body", "GuardedOld", 2)))
        self.assertEqual(run(GuardedOld.async_s(2)), ("old", ("body", 2)))

    def test_old_and_new_subclasses_alternate(self):
        expected = ("new", ("old", ("body", 3)))
        self.assertEqual((run(GuardedNew().async_m(3)), GuardedNew().m(3)), (expected, expected))

    def test_special_methods(self):
        async def main(thing):
            async with thing as entered:
                items = [item async for item in thing]
                raise KeyError
            return entered, items

        self.assertEqual(run(main(GuardedOld())), ("old body", [-1, -2]))
        self.assertRaises(KeyError, run, main(Guarded()))

    def test_instance_attributes(self):
        thing = Guarded()
        thing.m = lambda x: ("mine", x)
        thing.s = lambda: "mine"
        self.assertEqual(run(thing.async_all())[:3], (("mine", 1), ("body", "Guarded", 0), "mine"))
        self.assertEqual(run(Guarded().async_m()), ("body", 0))

    def test_instance_attributes_that_are_the_wrapper(self):
        thing = Guarded()
        thing.m = thing.m
        self.assertEqual((thing.m(), run(thing.async_m())), (("body", 0), ("body", 0)))

    def test_patches_of_an_instance(self):
        thing = Guarded()
        with mock.patch.object(thing, "m", wraps=thing.m) as patched:
            self.assertEqual(run(thing.async_m(5)), ("body", 5))
        patched.assert_called_once_with(5)
        self.assertEqual(run(thing.async_m(5)), ("body", 5))

    def test_patches_of_a_class(self):
        with mock.patch.object(Guarded, "m", return_value=1) as patched:
            self.assertEqual((run(Guarded().async_m(5)), run(GuardedNew().async_m(6))), (1, ("new", ("old", 1))))
        self.assertEqual(patched.mock_calls, [mock.call(5), mock.call(6)])
        with mock.patch.object(Guarded, "m", autospec=True, side_effect=Guarded.m) as patched:
            thing = Guarded()
            self.assertEqual(run(thing.async_m(5)), ("body", 5))
        patched.assert_called_once_with(thing, 5)

    def test_patches_of_class_and_static_methods(self):
        for name in ("c", "c2", "s"):
            with mock.patch.object(Guarded, name, return_value=name) as patched:
                method = getattr(Guarded(), "async_" + name)
                self.assertTrue(inspect.iscoroutinefunction(method))
                self.assertEqual(
                    (run(method()), run(getattr(GuardedNew, "async_c2")())),
                    (name, name if name == "c2" else ("body", "GuardedNew")),
                )
            patched.assert_called_with()

    def test_patches_of_properties(self):
        async def read():
            return await Guarded().async_v()

        with mock.patch.object(Guarded, "v", 5):
            self.assertEqual(run(read()), 5)
        with mock.patch.object(Guarded, "v", new_callable=mock.PropertyMock, return_value=6) as patched:
            self.assertEqual(run(read()), 6)
        patched.assert_called_once_with()
        self.assertEqual(run(read()), "body")
        held = mock.MagicMock()
        with mock.patch.object(Guarded, "v", held):
            self.assertIs(run(read()), held)
        held.assert_not_called()

    def test_cached_properties(self):
        class Thing:
            calls = 0

            @overridable
            @_asyncshift.async_once
            async def async_v(self):
                self.calls += 1
                return self.calls

            v = functools.cached_property(sync(async_v))

        class Old(Thing):
            v = "old"

        thing, other = Thing(), Thing()
        self.assertEqual((run(thing.async_v()), thing.v, run(thing.async_v()), thing.calls), (1, 1, 1, 1))
        self.assertEqual((other.v, run(other.async_v()), other.calls, run(Old().async_v())), (1, 1, 1, "old"))

    def test_patches_with_async_functions(self):
        with mock.patch.object(Guarded, "m", new_callable=mock.AsyncMock, return_value=7) as patched:
            self.assertEqual(run(Guarded().async_m()), 7)
        patched.assert_awaited_once_with()
        with mock.patch.object(Guarded, "items", staticmethod(async_count)):
            self.assertEqual(run(self.collected(Guarded())), [0, 1])

    async def collected(self, things):
        return [x async for x in things.async_items(2)]

    def test_patched_managers(self):
        async def main():
            async with Guarded().async_cm() as entered:
                return entered

        with mock.patch.object(Guarded, "cm") as patched:
            patched.return_value.__enter__.return_value = "mine"
            self.assertEqual(run(main()), "mine")
        patched.return_value.__exit__.assert_called_once_with(None, None, None)
        with mock.patch.object(Guarded, "cm", return_value=Guarded()):
            self.assertEqual(run(main()), "body")

    def test_patched_items_are_closed(self):
        log = []

        def replaced(n):
            try:
                yield n
                yield n
            finally:
                log.append("closed")

        async def main():
            async with aclosing(thing.async_items(3)) as items:
                async for item in items:
                    return item

        thing = Guarded()
        thing.items = replaced
        self.assertEqual((run(main()), log), (3, ["closed"]))

    def test_generators_keep_send(self):
        async def main():
            items = Guarded().async_items(2)
            return await items.asend(None), await items.asend("sent"), await items.asend(None), await items.aclose()

        self.assertEqual(run(main()), (0, "sent", 1, None))

    def test_guards_are_coroutine_functions(self):
        for f in (async_price, Guarded.async_m, Guarded().async_m, Guarded.async_c, Guarded().async_c2, Guarded.async_s):
            self.assertTrue(inspect.iscoroutinefunction(f))
        self.assertFalse(inspect.iscoroutinefunction(price) or inspect.iscoroutinefunction(Guarded().m))
        thing = Guarded()
        thing.m = mock.Mock(return_value=3)
        later = thing.async_m()
        thing.m.assert_not_called()
        self.assertEqual(run(later), 3)

    @unittest.skipIf(sys.version_info < (3, 12), "a guard takes a frame")
    def test_a_guard_costs_no_depth_of_recursion(self):
        class Deep:
            @overridable
            async def async_m(self, n):
                return 0 if n == 0 else 1 + await self.async_m(n - 1)

            m = sync(async_m)

        self.assertEqual(Deep().m(sys.getrecursionlimit() - 300), sys.getrecursionlimit() - 300)

    def test_without_a_known_sync_name_nothing_gives_way(self):
        class Thing:
            @overridable
            async def load(self):
                return "body"

        self.assertEqual((run(Thing().load()), run(co_rate(2))), ("body", 2))

    def test_a_decorated_wrapper_calls_the_body(self):
        def decorated(f):
            return lambda *args: ("decorated", f(*args))

        class Thing:
            @overridable
            async def async_m(self):
                return "body"

            m = decorated(sync(async_m))

        self.assertEqual((Thing().m(), run(Thing().async_m())), (("decorated", "body"),) * 2)

    def test_patches_of_functions(self):
        async def main():
            return await async_price(5), [x async for x in async_prices(2)], await co_tax(3)

        self.assertEqual(run(main()), (5, [0, 1], 3))
        with mock.patch(__name__ + ".price") as patched, mock.patch(__name__ + ".prices", lambda n: [n]):
            patched.side_effect = lambda x: -x
            with mock.patch(__name__ + ".tax", return_value=8):
                self.assertEqual(run(main()), (-5, [2], 8))
        with mock.patch(__name__ + ".price", wraps=price) as patched:
            self.assertEqual(run(async_price(4)), 4)
        patched.assert_called_once_with(4)

    def test_errors_of_a_replacement(self):
        with mock.patch(__name__ + ".price", side_effect=ZeroDivisionError):
            self.assertRaises(ZeroDivisionError, run, async_price())

    def test_a_local_function_is_left_alone(self):
        async def async_local():
            pass

        self.assertIs(overridable(async_local), async_local)

    def test_an_abstract_method_stays_abstract(self):
        import abc

        class Abstract(abc.ABC):
            @overridable
            @abc.abstractmethod
            async def async_m(self):
                pass

            m = sync(async_m)

        class Old(Abstract):
            async def async_m(self):
                return 1

        self.assertRaises(TypeError, Abstract)
        self.assertEqual((Old().m(), run(Old().async_m())), (1, 1))

    def test_slots_and_metaclasses(self):
        class Meta(type):
            @overridable
            async def async_made(cls):
                return "body"

            made = sync(async_made)

        class Slots(metaclass=Meta):
            __slots__ = ("x",)

            @overridable
            async def async_m(self):
                return "body"

            m = sync(async_m)

        class Old(Slots):
            __slots__ = ()

            def m(self):
                return "old"

        self.assertEqual((run(Slots().async_m()), run(Old().async_m())), ("body", "old"))
        self.assertEqual((run(Slots.async_made()), Slots.made()), ("body", "body"))


class AsyncOf(unittest.TestCase):
    def test_of_wrappers_is_the_async_function(self):
        thing = OverridesAsync()
        self.assertIs(_asyncshift.async_of(add), async_add)
        self.assertEqual(_asyncshift.async_of(thing.m), thing.async_m)
        self.assertEqual(_asyncshift.async_of(OverridesAsync.c), OverridesAsync.async_c)
        self.assertEqual(run(_asyncshift.async_of(Base.s)(4)), 4)
        self.assertEqual(run(_asyncshift.async_of(GuardedOld().m)(4)), ("old", ("body", 4)))

    def test_of_other_functions(self):
        async def main(f):
            return await _asyncshift.async_of(f)(3)

        async def items(f):
            return [x async for x in _asyncshift.async_of(f)(3)]

        async def entered(f):
            async with _asyncshift.async_of(f)() as value:
                return value

        self.assertEqual((run(main(str)), run(main(async_add)), run(items(range))), ("3", 5, [0, 1, 2]))
        self.assertEqual(run(items(async_count)), [0, 1, 2])
        self.assertEqual(
            run(
                entered(contextlib.contextmanager(lambda: iter(["in"]))),
            ),
            "in",
        )
        self.assertEqual(run(main(mock.AsyncMock(return_value=1))), 1)

    def test_a_decorated_wrapper_is_called(self):
        @functools.wraps(add)
        def double(*args):
            return 2 * add(*args)

        async def main():
            return await _asyncshift.async_of(double)(1)

        self.assertEqual(run(main()), 6)

    def test_maybe_await(self):
        self.assertEqual((run(_asyncshift.maybe_await(1)), run(_asyncshift.maybe_await(async_add(1)))), (1, 3))


class Looks(unittest.TestCase):
    def test_is_a_plain_function(self):
        for wrapper in (add, Base.m, count, opened):
            self.assertTrue(inspect.isfunction(wrapper))
            self.assertFalse(inspect.iscoroutinefunction(wrapper))
        self.assertTrue(inspect.ismethod(Base().m))

    def test_names(self):
        self.assertEqual((add.__name__, add.__qualname__, add.__module__), ("add", "add", __name__))
        self.assertEqual((_hidden.__name__, Base.m.__qualname__), ("_hidden", "Base.m"))
        self.assertEqual(add.__code__.co_name, "add")

    def test_docs_attributes_and_defaults(self):
        self.assertEqual((add.__doc__, add.mark), ("Adds.", "kept"))
        self.assertEqual((add.__defaults__, add.__kwdefaults__), ((2,), {"c": 3}))

    def test_no_wrapped_but_a_marker(self):
        @functools.wraps(async_add)
        async def async_outer():
            return 1

        self.assertFalse(hasattr(sync(async_outer), "__wrapped__"))
        self.assertIs(add.__sync_wrapper_of__, async_add)

    def test_signature(self):
        def original(a: int, b: int = 2, *, c: "Money" = 3) -> int:
            pass

        self.assertEqual(inspect.signature(add), inspect.signature(original))
        self.assertEqual(str(inspect.signature(Base().m)), "(x=0)")

    def test_signature_of_a_generator_says_iterator(self):
        self.assertEqual(inspect.signature(count).return_annotation, Iterator[int])
        self.assertEqual(count.__annotations__["return"], Iterator[int])

    def test_signature_of_a_generator_with_string_annotations(self):
        async def async_words() -> "AsyncIterator[str]":
            yield ""

        async def async_pairs() -> "AsyncGenerator[int, str]":
            yield 0

        self.assertEqual(inspect.signature(sync(async_words)).return_annotation, "Iterator[str]")
        self.assertEqual(inspect.signature(sync(async_pairs)).return_annotation, "AsyncGenerator[int, str]")

    def test_annotations_resolve_in_the_users_module(self):
        self.assertEqual(typing.get_type_hints(add)["c"], Money)

    def test_pickles_by_its_sync_name(self):
        self.assertIs(pickle.loads(pickle.dumps(add)), add)

    def test_autospec_checks_arguments(self):
        spec = mock.create_autospec(add)
        spec(1)
        with self.assertRaises(TypeError):
            spec()
        self.assertNotIsInstance(spec, mock.AsyncMock)

    def test_wrong_arguments_fail_at_the_call(self):
        for wrapper in (add, count, Base().m):
            with self.assertRaises(TypeError):
                wrapper(1, 2, 3, 4)

    def test_an_abstract_async_method_does_not_make_its_wrapper_abstract(self):
        import abc

        class Abstract(abc.ABC):
            @abc.abstractmethod
            async def async_m(self):
                pass

            m = sync(async_m)

        class Concrete(Abstract):
            async def async_m(self):
                return 1

        with self.assertRaises(TypeError):
            Abstract()
        self.assertEqual(Concrete().m(), 1)


class Generators(unittest.TestCase):
    def test_yields_in_order(self):
        self.assertEqual(list(count(3)), [0, 1, 2])

    def test_is_lazy(self):
        log = []

        async def async_log():
            log.append("started")
            yield 1
            log.append("resumed")
            yield 2

        items = sync(async_log)()
        self.assertEqual(log, [])
        self.assertEqual((next(items), log), (1, ["started"]))

    def test_break_closes_at_once(self):
        log = []
        for _ in count(3, log):
            break
        self.assertEqual(log, ["closed"])

    def test_close_runs_the_cleanup(self):
        log = []
        items = count(3, log)
        next(items)
        items.close()
        self.assertEqual(log, ["closed"])

    def test_send(self):
        items = echo()
        self.assertEqual((next(items), items.send("a"), items.send("b")), ("ready", "a", "b"))

    def test_throw(self):
        items = echo()
        next(items), next(items)
        self.assertEqual(items.throw(KeyError("k")), "caught k")
        with self.assertRaises(ZeroDivisionError):
            items.throw(ZeroDivisionError())

    def test_errors_end_it(self):
        async def async_bad():
            yield 1
            raise ValueError

        items = sync(async_bad)()
        next(items)
        self.assertRaises(ValueError, next, items)
        self.assertRaises(StopIteration, next, items)

    def test_all_steps_share_loop_task_and_context(self):
        async def async_where():
            token = unset.set("inside")
            yield asyncio.current_task(), asyncio.get_running_loop()
            yield asyncio.current_task(), asyncio.get_running_loop()
            unset.reset(token)

        first, second = sync(async_where)()
        self.assertEqual(first, second)
        self.assertRaises(LookupError, unset.get)

    def test_sees_the_callers_context_at_each_step(self):
        async def async_colors():
            while True:
                yield color.get()

        items = sync(async_colors)()
        color.set("one")
        self.assertEqual(next(items), "one")
        color.set("two")
        self.assertEqual(next(items), "two")

    def test_goes_on_inside_a_loop_that_its_own_loop_runs(self):
        items = count(3)
        next(items)

        async def async_rest():
            await asyncio.sleep(0)
            return list(items)

        self.assertEqual(sync(async_rest)(), [1, 2])

    def test_goes_on_in_another_thread(self):
        items, rest = count(3), []
        next(items)
        thread = threading.Thread(target=lambda: rest.extend(items))
        thread.start()
        thread.join()
        self.assertEqual(rest, [1, 2])

    def test_generators_interleave(self):
        self.assertEqual(list(zip(count(2), count(2))), [(0, 0), (1, 1)])

    def test_may_be_dropped_unstarted(self):
        count(3)


class ContextManagers(unittest.TestCase):
    def test_both_ends_share_task_and_loop(self):
        log = []
        with opened(log) as value:
            self.assertIs(value, log)
        self.assertEqual(log[0][1:], log[1][1:])

    def test_variables_set_inside_are_seen_and_reset(self):
        with opened([]):
            self.assertEqual(unset.get(), "inside")
        self.assertRaises(LookupError, unset.get)

    def test_exceptions_reach_the_body_and_may_be_suppressed(self):
        log = []
        with opened(log):
            raise ZeroDivisionError
        self.assertIn("suppressed", log)

    def test_other_exceptions_pass(self):
        error = KeyError()
        with self.assertRaises(KeyError) as caught:
            with opened([]):
                raise error
        self.assertIs(caught.exception, error)

    def test_stop_iteration_passes(self):
        with self.assertRaises(StopIteration):
            with opened([]):
                raise StopIteration

    def test_calls_inside_use_the_same_loop(self):
        log = []
        with opened(log):
            self.assertIs(log[0][2], loop_of())

    def test_works_inside_a_running_loop(self):
        async def main():
            with opened([]) as log:
                add(1)
            return len(log)

        self.assertEqual(asyncio.run(main()), 2)

    def test_decorates_sync_functions(self):
        log = []

        @opened(log)
        def body():
            return len(log)

        self.assertEqual((body(), body(), len(log)), (1, 3, 4))

    def test_a_failing_enter_is_raised(self):
        @contextlib.asynccontextmanager
        async def async_bad():
            raise ValueError
            yield

        with self.assertRaises(ValueError):
            sync(async_bad)().__enter__()


class Shims(unittest.TestCase):
    def test_to_thread_carries_the_context(self):
        color.set("far")
        self.assertEqual(run(to_thread(lambda *, k: (color.get(), k), k=1)), ("far", 1))

    def test_aclosing_closes(self):
        async def main():
            log = []
            async with aclosing(async_count(3, log)) as items:
                async for _ in items:
                    break
            return log

        self.assertEqual(run(main()), ["closed"])


def program(test, body, expected, code=0, dev=("-X", "dev"), mode=_asyncshift.mode):
    head = (
        "import asyncio, logging, os, sys, threading, time, signal\n"
        "import _asyncshift\n"
        "from _asyncshift import run, sync, to_thread\n"
        "async def async_lock(): return asyncio.Lock()\n"
        "logging.getLogger('asyncio').setLevel(logging.ERROR)  # Slow machines are no failure.\n"
    )
    done = subprocess.run(
        [sys.executable, *dev, "-W", "error", "-c", head + textwrap.dedent(body)],
        env=dict(os.environ, PYTHONPATH=str(RUNTIME), PYTHONDONTWRITEBYTECODE="1", ASYNC_SYNC_MODE=mode),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
        timeout=60,
    )
    test.assertEqual((done.stdout.split(), done.stderr, done.returncode), (expected.split(), "", code))


class Portals(unittest.TestCase):
    """What the loops of all threads can do and those of one cannot; each test is a program of its own."""

    def program(self, body, expected):
        program(self, body, expected, mode="portal")

    def test_threads_share_a_lock(self):
        self.program(
            """
            lock = run(async_lock())
            async def async_use(n):
                async with lock:
                    await asyncio.sleep(0.001)
                    return n
            use, got = sync(async_use), []
            threads = [threading.Thread(target=lambda n=n: got.append(use(n))) for n in range(20)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print(len(got))
            """,
            "20",
        )

    def test_background_tasks_go_on_between_calls(self):
        self.program(
            """
            ticks = []
            async def async_tick():
                while True:
                    ticks.append(1)
                    await asyncio.sleep(0.001)
            async def async_start():
                global task
                task = asyncio.ensure_future(async_tick())
            sync(async_start)()
            time.sleep(0.2)
            print(len(ticks) > 5)
            """,
            "True",
        )

    def test_nesting_uses_a_loop_for_each_depth(self):
        self.program(
            """
            async def async_down(n):
                loops.append(asyncio.get_running_loop())
                await asyncio.sleep(0)
                return 0 if n == 0 else 1 + down(n - 1)
            async def async_far(n):
                return await to_thread(down, n)
            loops, down, far = [], sync(async_down), sync(async_far)
            print(down(4), far(2), len(set(map(id, loops))))
            """,
            "4 2 5",
        )

    def test_context_variables_go_both_ways(self):
        self.program(
            """
            import contextvars
            color = contextvars.ContextVar("color", default="none")
            async def async_paint(new):
                old = color.get()
                color.set(new)
                return old
            color.set("red")
            print(sync(async_paint)("blue"), color.get(), _asyncshift._depth.get())
            """,
            "red blue 0",
        )

    def test_an_interrupt_cancels_the_task(self):
        self.program(
            """
            async def async_f():
                threading.Timer(0.05, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
                try:
                    await asyncio.sleep(30)
                finally:
                    await asyncio.sleep(0)
                    print("cleanup", flush=True)
            try:
                sync(async_f)()
            except KeyboardInterrupt:
                print("interrupted", sync(asyncio.sleep)(0, "usable"))
            """,
            "cleanup interrupted usable",
        )

    def test_a_task_that_exits_does_not_end_the_loop(self):
        self.program(
            """
            async def async_exit(): raise SystemExit
            async def async_start():
                global task
                task = asyncio.ensure_future(async_exit())
            sync(async_start)()
            time.sleep(0.05)
            print(sync(asyncio.sleep)(0, "usable"))
            try:
                task.result()
            except SystemExit:
                print("exited")
            """,
            "usable exited",
        )

    def test_an_unknown_mode_is_named(self):
        with mock.patch.object(_asyncshift, "mode", "elsewhere"):
            with self.assertRaisesRegex(ValueError, "ASYNC_SYNC_MODE is 'elsewhere'"):
                add(1)


async def fail_after(seconds, error):
    await asyncio.sleep(seconds)
    raise error


class Iterables(unittest.TestCase):
    def test_any_and_all_stop_early(self):
        async def main():
            seen = []

            async def odd(n):
                seen.append(n)
                return n % 2

            yes = await _asyncshift.async_any(await odd(n) for n in range(5))
            no = await _asyncshift.async_all(await odd(n) for n in range(5))
            return yes, no, seen

        self.assertEqual(run(main()), (True, False, [0, 1, 0]))

    def test_any_and_all_to_the_end(self):
        async def main():
            any_, all_ = _asyncshift.async_any, _asyncshift.async_all
            return await any_(async_count(1)), await all_(async_count(0)), await any_([]), await all_([1])

        self.assertEqual(run(main()), (False, True, False, True))

    def test_next(self):
        async def main():
            items = async_count(2)
            got = [await _asyncshift.async_next(items), await _asyncshift.async_next(items, "end")]
            got += [await _asyncshift.async_next(items, "end"), await _asyncshift.async_next(iter([5]))]
            for ended in (items, iter([])):
                try:
                    await _asyncshift.async_next(ended)
                except StopAsyncIteration:
                    got.append("stop")
            return got

        self.assertEqual(run(main()), [0, 1, "end", 5, "stop", "stop"])

    def test_enumerate_and_zip(self):
        async def main():
            numbered = [x async for x in _asyncshift.async_enumerate(async_count(2), start=1)]
            rows = [x async for x in _asyncshift.async_zip(async_count(3), "ab")]
            return numbered, rows, [x async for x in _asyncshift.async_zip()]

        self.assertEqual(run(main()), ([(1, 0), (2, 1)], [(0, "a"), (1, "b")], []))

    def test_zip_leaves_what_zip_leaves(self):
        async def main():
            first, second = async_count(5), async_count(1)
            rows = [x async for x in _asyncshift.async_zip(first, second)]
            return rows, await _asyncshift.async_next(first)

        self.assertEqual(run(main()), ([(0, 0)], 2))

    def test_strict_zip(self):
        async def main(*iterables):
            return [x async for x in _asyncshift.async_zip(*iterables, strict=True)]

        self.assertEqual(run(main("ab", async_count(2))), [("a", 0), ("b", 1)])
        for shorter, longer in (("a", "ab"), ("", "a")):
            self.assertRaisesRegex(ValueError, "2 is longer", run, main(shorter, longer))
        self.assertRaisesRegex(ValueError, "2 is shorter", run, main("ab", "a"))
        self.assertRaisesRegex(ValueError, "3 is longer", run, main("a", "a", "ab"))


class Gathering(unittest.TestCase):
    def test_order_and_limit(self):
        running, most = set(), []

        async def work(n):
            running.add(n)
            most.append(len(running))
            await asyncio.sleep(0.001 * (5 - n))
            running.discard(n)
            return n

        async def main(limit, *given):
            return await _asyncshift.bounded_gather(*given, limit=limit)

        self.assertEqual(run(main(2, *(work(n) for n in range(5)))), [0, 1, 2, 3, 4])
        self.assertEqual(max(most), 2)
        self.assertEqual(run(main(None, [work(n) for n in range(5)])), [0, 1, 2, 3, 4])
        self.assertEqual(max(most), 5)
        self.assertEqual((run(main(1)), run(main(1, []))), ([], []))

    def test_an_iterator_is_asked_when_there_is_room(self):
        log = []

        async def work(n):
            await asyncio.sleep(0)
            log.append(-n)

        def source():
            for n in range(1, 4):
                log.append(n)
                yield work(n)

        run(_asyncshift.bounded_gather(source(), limit=1))
        self.assertEqual(log, [1, -1, 2, -2, 3, -3])

    def test_the_first_error_in_order_wins(self):
        log = []

        async def late():
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                log.append("cancelled")
                raise

        async def main(*given):
            return await _asyncshift.bounded_gather(*given, limit=4)

        first, second = ValueError(), KeyError()
        given = [asyncio.sleep(0), fail_after(0.01, first), fail_after(0, second), late(), late()]
        with self.assertRaises(ValueError) as caught:
            run(main(given))
        self.assertIs(caught.exception, first)
        self.assertEqual(log, ["cancelled"])

    def test_a_cancelled_gather_cancels_and_waits(self):
        log = []

        async def late():
            try:
                await asyncio.sleep(30)
            finally:
                await asyncio.sleep(0)
                log.append("cleanup")

        async def main():
            task = asyncio.ensure_future(_asyncshift.bounded_gather(late(), late(), late(), limit=2))
            await asyncio.sleep(0.01)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            return log

        self.assertEqual(run(main()), ["cleanup"] * 2)


class Client:
    made = 0

    def __init__(self):
        type(self).made += 1
        self.closed_in = None

    async def aclose(self):
        await asyncio.sleep(0)
        self.closed_in = asyncio.get_running_loop()


class LoopLocals(unittest.TestCase):
    def test_one_for_each_loop_and_closed_with_it(self):
        local = _asyncshift.LoopLocal(Client)

        async def main():
            assert local() is local()
            return local(), asyncio.get_running_loop()

        (one, first), (two, second) = asyncio.run(main()), asyncio.run(main())
        self.assertIsNot(one, two)
        self.assertEqual((one.closed_in, two.closed_in), (first, second))

    def test_kept_between_calls_of_wrappers(self):
        local = _asyncshift.LoopLocal(Client)

        async def async_client():
            return local()

        client = sync(async_client)
        one = client()
        self.assertIs(client(), one)
        self.assertIsNone(one.closed_in)
        run(local.aclose())
        self.assertIsNotNone(one.closed_in)
        self.assertIsNot(client(), one)
        run(local.aclose())
        run(local.aclose())

    def test_an_async_factory(self):
        async def make():
            await asyncio.sleep(0)
            return Client()

        local = _asyncshift.LoopLocal(make)

        async def main():
            one, two = await asyncio.gather(local(), local())
            return one, two

        one, two = asyncio.run(main())
        self.assertIs(one, two)
        self.assertIsNotNone(one.closed_in)

    def test_closed_by_other_names_or_not_at_all(self):
        class Plain:
            def close(self):
                self.closed = True

        async def main(local):
            return local()

        self.assertTrue(asyncio.run(main(_asyncshift.LoopLocal(Plain))).closed)
        self.assertEqual(asyncio.run(main(_asyncshift.LoopLocal(int))), 0)

    def test_needs_a_loop(self):
        self.assertRaises(RuntimeError, _asyncshift.LoopLocal(Client))

    def test_closed_at_exit(self):
        program(
            self,
            """
            class Client:
                async def aclose(self):
                    await asyncio.sleep(0)
                    print("closed")
            local = _asyncshift.LoopLocal(Client)
            async def async_f(): local()
            sync(async_f)()
            """,
            "closed",
        )


class Caches(unittest.TestCase):
    def make(self, *options, **more):
        calls = []

        @_asyncshift.async_lru_cache(*options, **more)
        async def async_f(*args, **kwargs):
            calls.append((args, kwargs))
            await asyncio.sleep(0)
            if args == ("bad",):
                raise ValueError
            return object()

        return async_f, calls

    def test_results_are_kept_in_every_loop(self):
        async_f, calls = self.make()
        f = sync(async_f)
        self.assertIs(f(1, x=2), asyncio.run(async_f(1, x=2)))
        self.assertIsNot(f(1, x=2), f(1))
        self.assertEqual(len(calls), 2)
        self.assertEqual(f.cache_info(), (2, 2, 128, 2))
        self.assertEqual(f.cache_parameters(), {"maxsize": 128, "typed": False})
        f.cache_clear()
        self.assertEqual(async_f.cache_info(), (0, 0, 128, 0))

    def test_concurrent_calls_share_one(self):
        async_f, calls = self.make(None)

        async def main():
            return await asyncio.gather(*(async_f(n % 2) for n in range(6)))

        self.assertEqual(len(set(map(id, run(main())))), 2)
        self.assertEqual((len(calls), async_f.cache_info()), (2, (4, 2, None, 2)))

    def test_errors_are_shared_and_not_kept(self):
        async_f, calls = self.make()

        async def main():
            return await asyncio.gather(async_f("bad"), async_f("bad"), return_exceptions=True)

        one, two = run(main())
        self.assertIsInstance(one, ValueError)
        self.assertIs(one, two)
        self.assertRaises(ValueError, run, async_f("bad"))
        self.assertEqual((len(calls), async_f.cache_info().currsize), (2, 0))

    def test_who_waits_takes_over_from_a_cancelled_call(self):
        async_f, calls = self.make()

        async def main():
            first, second = asyncio.ensure_future(async_f(1)), asyncio.ensure_future(async_f(1))
            third = asyncio.ensure_future(async_f(1))
            await asyncio.sleep(0)
            first.cancel()
            third.cancel()
            return await second

        self.assertIsNotNone(run(main()))
        self.assertEqual(len(calls), 2)

    def test_size_and_types(self):
        async_f, calls = self.make(1)
        run(async_f(1)), run(async_f(2)), run(async_f(1))
        self.assertEqual((len(calls), async_f.cache_info().currsize), (3, 1))
        async_f, calls = self.make(maxsize=0)
        run(async_f(1)), run(async_f(1))
        self.assertEqual(len(calls), 2)
        async_f, calls = self.make(typed=True)
        run(async_f(1)), run(async_f(1.0)), run(async_f(True))
        self.assertEqual(len(calls), 3)

    def test_methods_and_bare_use(self):
        class Thing:
            @_asyncshift.async_lru_cache
            async def async_m(self):
                return object()

            m = sync(async_m)

            @_asyncshift.async_cache
            async def async_all(self, x):
                return x, object()

            all = sync(async_all)

        one, two = Thing(), Thing()
        self.assertIs(one.m(), one.m())
        self.assertIsNot(one.m(), two.m())
        self.assertIs(one.all(1), run(one.async_all(1)))
        self.assertTrue(inspect.iscoroutinefunction(Thing.async_m))

    def test_once_for_each_instance(self):
        class Thing:
            calls = 0

            @_asyncshift.async_once
            async def async_v(self):
                self.calls += 1
                await asyncio.sleep(0)
                return self.calls

            v = functools.cached_property(sync(async_v))

        async def main(thing):
            return await asyncio.gather(thing.async_v(), thing.async_v())

        one, two = Thing(), Thing()
        self.assertEqual((run(main(one)), one.v, two.v, run(two.async_v())), ([1, 1], 1, 1, 1))
        del one.v
        self.assertEqual((one.v, run(one.async_v())), (2, 2))


class Counting(unittest.TestCase):
    def test_nested_calls_are_counted_by_site(self):
        async def main():
            for _ in range(3):
                add(1)
            list(count(1))

        before = _asyncshift.nested_calls()
        add(1)
        asyncio.run(main())
        after = _asyncshift.nested_calls()
        new = {site: n - before.get(site, 0) for site, n in after.items() if n != before.get(site, 0)}
        self.assertEqual(sorted(new.values()), [2, 3])
        self.assertEqual({os.path.basename(file) for file, _ in new}, {"test_runtime.py"})

    def test_the_policy_may_be_assigned(self):
        async def main():
            add(1)

        with mock.patch.object(_asyncshift, "nested_policy", "error"):
            self.assertRaises(RuntimeError, asyncio.run, main())


@unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy")
class Types(unittest.TestCase):
    def test_mypy_accepts_the_helper_and_its_use(self):
        files = [str(RUNTIME / "_asyncshift.py"), str(pathlib.Path(__file__).with_name("typed.py"))]
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, *files],
            env=dict(os.environ, MYPYPATH=str(RUNTIME)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        self.assertEqual((done.returncode, done.stdout), (0, "Success: no issues found in 2 source files\n"))


class Processes(unittest.TestCase):
    """Programs of their own: warnings of any kind, at exit too, go to stderr and fail the test."""

    def program(self, body, expected, **options):
        program(self, body, expected, **options)

    interrupted = """
        def interrupt():
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        async def async_f():
            try:
                {wait}
            finally:
                await asyncio.sleep(0)
                print("cleanup", flush=True)

        try:
            {call}
        except KeyboardInterrupt:
            print("interrupted")
        print(sync(asyncio.sleep)(0, "usable"))
        """

    @unittest.skipUnless(hasattr(signal, "pthread_kill"), "needs pthread_kill")
    def test_an_interrupt_while_waiting_runs_the_cleanup(self):
        body = self.interrupted.format(
            wait="threading.Timer(0.05, interrupt).start(); await asyncio.sleep(30)", call="sync(async_f)()"
        )
        self.program(body, "cleanup interrupted usable")

    @needs_same_thread
    def test_an_interrupt_while_blocked_runs_the_cleanup(self):
        body = self.interrupted.format(wait="interrupt(); time.sleep(30)", call="sync(async_f)()")
        self.program(body, "cleanup interrupted usable")

    def test_an_interrupt_in_a_generator_runs_the_cleanup(self):
        wait = "threading.Timer(0.05, interrupt).start(); await asyncio.sleep(30); yield"
        body = self.interrupted.format(wait=wait, call="list(sync(async_f)())")
        self.program(body, "cleanup interrupted usable")

    def test_system_exit_passes(self):
        self.program("async def async_f(): sys.exit(3)\nsync(async_f)()", "", code=3)

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_forked_child_gets_loops_of_its_own_and_spares_the_parents(self):
        self.program(
            """
            async def async_loop(): return asyncio.get_running_loop()
            async def async_items():
                yield 1
                yield 2
            async def async_wake():
                # Needs the self-pipe that is registered with the parent's poll object.
                loop = asyncio.get_running_loop()
                future = loop.create_future()
                threading.Timer(0.1, loop.call_soon_threadsafe, (future.set_result, None)).start()
                await asyncio.wait_for(future, 10)
            loop, items = sync(async_loop)(), sync(async_items)()
            next(items)
            pid = os.fork()
            if pid == 0:
                print("new" if sync(async_loop)() is not loop else "same", flush=True)
                sys.exit(0)
            _, status = os.waitpid(pid, 0)
            sync(async_wake)()
            print("woken", next(items), sync(async_loop)() is loop, status)
            items.close()
            """,
            "new woken 2 True 0",
            dev=() if sys.version_info < (3, 9) else ("-X", "dev"),  # CPython 3.8 crashes at a fork.
        )

    @needs_same_thread
    def test_a_thread_closes_its_loops_when_it_ends(self):
        self.program(
            """
            seen = []
            async def async_f():
                seen.append(asyncio.get_running_loop())
                seen.append(asyncio.ensure_future(asyncio.sleep(30)))
            async def async_items():
                try:
                    yield 1
                finally:
                    print("closed")
            def work():
                sync(async_f)()
                global items
                items = sync(async_items)()
                next(items)
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            print(seen[0].is_closed(), seen[1].cancelled())
            """,
            "closed True True",
        )

    def test_leftovers_are_cleaned_up_at_exit_without_a_word(self):
        self.program(
            """
            async def async_back():
                global task
                task = asyncio.ensure_future(asyncio.sleep(30))
            async def async_items():
                try:
                    yield 1
                finally:
                    await asyncio.sleep(0)
                    print("closed")
            sync(async_back)()
            items = sync(async_items)()
            next(items)
            """,
            "closed",
        )

    def test_an_entered_manager_is_left_at_exit(self):
        self.program(
            """
            import contextlib
            @contextlib.asynccontextmanager
            async def async_cm():
                try:
                    yield
                finally:
                    print("left")
            sync(async_cm)().__enter__()
            """,
            "left",
        )

    def test_may_be_called_by_an_exit_handler(self):
        self.program(
            """
            import atexit
            async def async_f(): print("ran")
            sync(async_f)()
            atexit.register(sync(async_f))
            atexit._run_exitfuncs()
            sync(async_f)()
            """,
            "ran ran ran",
        )

    def test_refuses_to_run_in_a_dying_interpreter(self):
        self.program(
            """
            async def async_f(): pass
            class Late:
                def __del__(self, f=sync(async_f), write=os.write):
                    try:
                        f()
                    except RuntimeError as error:
                        write(1, str(error).encode())
            sys.modules["late"] = late = Late()
            late.cycle = late
            """,
            "async_f cannot run: the interpreter is shutting down",
        )

    def test_a_daemon_thread_does_not_disturb_the_exit(self):
        self.program(
            """
            threading.Thread(target=sync(asyncio.sleep), args=(30,), daemon=True).start()
            time.sleep(0.2)
            """,
            "",
        )

    def test_refused_calls_leave_no_coroutine_unawaited(self):
        self.program(
            """
            os.environ["ASYNC_SYNC_NESTED"] = "error"
            async def async_f(): pass
            async def async_items(): yield
            async def main():
                for call in (sync(async_f), lambda: list(sync(async_items)())):
                    try:
                        call()
                    except RuntimeError:
                        print("refused")
            asyncio.run(main())
            """,
            "refused refused",
        )


if __name__ == "__main__":
    unittest.main()
