"""sqlite3 → aiosqlite."""
import sqlite3
import tempfile
from pathlib import Path

import aiosqlite

from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case

LIBRARY = "aiosqlite"
SCHEMA = "create table t (id integer primary key, name text unique); insert into t (name) values ('a'), ('b');"


async def main(facts: Facts, rules: Rules) -> None:
    folder = Path(tempfile.mkdtemp())
    twin = rules.function("sqlite3.connect", LIBRARY)
    label = "sqlite3.connect → aiosqlite.connect"
    made = aiosqlite.connect(folder / "form.db")
    facts.check(label, f"form {twin.form}", hasattr(type(made), "__aenter__") and hasattr(type(made), "__await__"), "also to be awaited")
    await (await made).close()
    keywords = attempt_async(aiosqlite.connect, folder / "form.db", timeout=1, isolation_level=None, detect_types=0, check_same_thread=False)
    opened = await keywords
    facts.check(label, "measured: sqlite3's keywords are taken", opened.error is None, opened)
    await opened.value.close()

    # The second fact of the note: a block that commits and one that does not.
    path = folder / "block.db"
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA)
        db.execute("insert into t (name) values ('c')")
    with sqlite3.connect(path) as db:
        after_sync = db.execute("select count(*) from t").fetchone()[0]
    still_open = attempt(db.execute, "select 1").error is None
    async with aiosqlite.connect(path) as db:
        await db.execute("insert into t (name) values ('d')")
    count = sqlite3.connect(path).execute("select count(*) from t").fetchone()[0]
    facts.check(label, "note: `async with` commits nothing", after_sync == 3 and count == 3, f"sqlite3 keeps the row, aiosqlite has {count}")
    closed = await attempt_async(db.execute, "select 1")
    facts.check(label, "note: `async with` closes the connection", still_open and closed.error is not None, closed)

    before, after = sqlite3.connect(folder / "one.db"), await aiosqlite.connect(folder / "two.db")
    pair = Pair(facts, rules, "sqlite3.Connection", LIBRARY, before, after)
    pair.enter()
    await pair.run(
        case("executescript", SCHEMA), case("execute", "insert into t (name) values (?)", ("x",)), case("executemany", "insert into t (name) values (?)", [("y",), ("z",)]),
        case("commit"), case("rollback"), case("cursor"), case("iterdump"), case("create_function", "twice", 1, lambda value: value * 2),
        case("set_authorizer", None), case("set_trace_callback", None), case("set_progress_handler", None, 1), case("interrupt"), case("execute", "select nothing"),
        case("execute", "insert into t (name) values ('a')"), case("execute", "select ?", ()), case("enable_load_extension", False),
    )
    await pair.run(case("rollback"), case("backup", sqlite3.connect(folder / "copy.db", check_same_thread=False)))
    await pair.attribute("in_transaction", "total_changes", "isolation_level", "row_factory", "text_factory")
    cursor, other = before.execute("select twice(id), name from t"), await after.execute("select twice(id), name from t")
    pair.facts.check("sqlite3.Connection.create_function → aiosqlite create_function", "result", cursor.fetchone() == await other.fetchone(), "called")
    cursors = Pair(facts, rules, "sqlite3.Cursor", LIBRARY, cursor, other)
    cursors.enter()
    await cursors.run(case("fetchone"), case("fetchmany", 2), case("fetchall"), case("fetchone"), case("execute", "select * from t"))
    facts.check("sqlite3.Cursor", "iter: result", list(cursor) == [row async for row in other], "rows")
    await cursors.run(case("executemany", "insert into t (name) values (?)", [("q",)]), case("executescript", "select 1"))
    await cursors.attribute("arraysize", "lastrowid", "rowcount", "description", "row_factory", "connection")
    await cursors.run(case("close"))
    cursors.sweep()
    for name in ("IntegrityError", "OperationalError", "ProgrammingError", "DatabaseError"):
        facts.check(f"sqlite3.{name}", "measured: the same class", getattr(aiosqlite, name) is getattr(sqlite3, name), "is")
    pair.done |= {"load_extension"}
    await pair.run(case("close"))
    pair.sync, pair.other = sqlite3.connect(":memory:"), await aiosqlite.connect(":memory:")
    pair.sweep()
    await pair.other.close()
