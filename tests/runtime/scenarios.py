"""Runs the scenarios a to m for both modes of the runtime helper and prints the table of `docs/runtime.md`.

    python3 tests/runtime/scenarios.py

Each scenario is a process of its own, since some hang by design; `python3 scenarios.py a` runs one in this process.
"""

import asyncio
import contextvars
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "rules" / "runtime"))
sys.dont_write_bytecode = True

from _asyncshift import run, sync, to_thread  # noqa: E402

PATIENCE = 3
color = contextvars.ContextVar("color", default="none")


async def async_one():
    await asyncio.sleep(0)
    return 1


one = sync(async_one)


def no_loop():
    """no loop"""
    return one() == 1


def running_loop():
    """inside a running loop"""

    async def main():
        return one()

    return asyncio.run(main()) == 1


def worker_thread():
    """in `to_thread`, while a loop runs"""

    async def main():
        return await to_thread(one)

    return asyncio.run(main()) == 1


def alternating():
    """sync and async in turns, six deep"""

    async def async_down(n):
        await asyncio.sleep(0)
        return 0 if n == 0 else 1 + down(n - 1)

    down = sync(async_down)
    return down(6) == 6


def context():
    """context variables in / out"""

    async def async_paint(new):
        old = color.get()
        color.set(new)
        return old

    color.set("red")
    seen = sync(async_paint)("blue")
    return "%s/%s" % ("yes" if seen == "red" else "no", "yes" if color.get() == "blue" else "no")


def stream():
    """a stream kept between two calls"""

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
        return line

    server, (reader, writer) = sync(async_open)()
    return sync(async_talk)(server, reader, writer) == b"hello\n"


def cost():
    """cost of a call"""

    async def async_nothing():
        pass

    nothing = sync(async_nothing)
    best = None
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(2000):
            nothing()
        taken = (time.perf_counter() - start) / 2000
        best = taken if best is None else min(best, taken)
    return "%.1f us" % (best * 1e6)


def interrupt():
    """Ctrl-C while it waits"""
    done = []

    async def async_wait():
        threading.Timer(0.1, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            done.append(1)

    try:
        sync(async_wait)()
    except KeyboardInterrupt:
        return "KeyboardInterrupt, %s" % ("cleaned up" if done else "no cleanup")
    return False


def background():
    """a background task goes on"""
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.005)

    async def async_start():
        global task
        task = asyncio.ensure_future(tick())

    sync(async_start)()
    given_up = time.monotonic() + 1
    while len(ticks) < 5 and time.monotonic() < given_up:
        time.sleep(0.01)
    between = len(ticks)
    sync(asyncio.sleep)(0.2)
    if len(ticks) <= between:
        return False
    return "also between calls" if between >= 5 else "during calls"


def shared_lock():
    """one `asyncio.Lock`, two threads"""

    async def async_make():
        return asyncio.Lock()

    lock = run(async_make())

    async def async_use():
        for _ in range(20):
            async with lock:
                await asyncio.sleep(0.001)

    errors = []

    def work():
        try:
            sync(async_use)()
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if any(thread.is_alive() for thread in threads):
        return "hang"
    return "RuntimeError (another loop)" if errors else True


def exceptions():
    """exceptions keep their identity"""
    error = ValueError("x")

    async def async_fail():
        raise error

    try:
        sync(async_fail)()
    except ValueError as caught:
        return caught is error


def outer_progress():
    """the outer loop during a nested call"""

    async def main():
        ticks = []
        asyncio.get_running_loop().call_soon(ticks.append, 1)
        sync(asyncio.sleep)(0.05)
        return "goes on" if ticks else "blocked"

    return asyncio.run(main())


def outer_future():
    """a future of the outer loop, awaited nested"""

    async def async_wait(future):
        return await future

    async def main():
        try:
            sync(async_wait)(asyncio.get_running_loop().create_future())
        except RuntimeError:
            return "RuntimeError (another loop)"

    return asyncio.run(main())


SCENARIOS = dict(
    zip(
        "abcdefghijklm",
        [
            no_loop,
            running_loop,
            worker_thread,
            alternating,
            context,
            stream,
            cost,
            interrupt,
            background,
            shared_lock,
            exceptions,
            outer_progress,
            outer_future,
        ],
    )
)


def measured(letter, mode):
    try:
        done = subprocess.run(
            [sys.executable, __file__, letter],
            env=dict(os.environ, ASYNC_SYNC_MODE=mode),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
            timeout=60,
        )
    except subprocess.TimeoutExpired:
        return "hang"
    return done.stdout.strip() or "failed"


def main():
    modes = ["same_thread", "portal"]
    rows = [["", "scenario", *("`%s`" % mode for mode in modes)]]
    rows += [["**%s**" % k, f.__doc__, *(measured(k, mode) for mode in modes)] for k, f in SCENARIOS.items()]
    print("Python %s" % sys.version.split()[0])
    for index, row in enumerate(rows):
        print("| %s |" % " | ".join(row))
        if index == 0:
            print("|%s" % ("---|" * len(row)))


if __name__ == "__main__":
    if sys.argv[1:]:
        got = SCENARIOS[sys.argv[1]]()
        print({True: "ok", False: "failed", None: "failed"}.get(got, got), flush=True)
        os._exit(0)  # A scenario that hangs has left threads behind.
    main()
