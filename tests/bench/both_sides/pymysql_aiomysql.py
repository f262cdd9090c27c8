"""PyMySQL → aiomysql."""
import asyncio
import logging
import threading

import aiomysql
import pymysql
import pymysql.connections
import pymysql.cursors
from mysql_mimic import MysqlServer, Session
from mysql_mimic.errors import ErrorCode, MysqlError

from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case

LIBRARY = "aiomysql"


class Rows(Session):
    async def query(self, expression, sql, attrs):
        if "nothing" in sql:
            raise MysqlError("no such column", ErrorCode.PARSE_ERROR)
        if "from t" in sql.lower():
            return [(1, "a"), (2, "b"), (3, "c")], ["id", "name"]
        return [(1,)], ["one"]

    async def schema(self):
        return {"t": {"id": "INT", "name": "TEXT"}}


def start() -> int:
    ports: list[int] = []
    ready = threading.Event()

    async def serve():
        server = MysqlServer(session_factory=Rows, port=0)
        await server.start_server(host="127.0.0.1", port=0)
        ports.append(server._server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    ready.wait(10)
    return ports[0]


async def main(facts: Facts, rules: Rules) -> None:
    logging.disable(logging.CRITICAL)
    port = start()
    base = {"host": "127.0.0.1", "port": port, "user": "root"}
    twin = rules.function("pymysql.connect", LIBRARY)
    label = "pymysql.connect → aiomysql.connect"
    samples = {**base, "password": "", "db": "d", "charset": "utf8mb4", "autocommit": True, "connect_timeout": 5, "unix_socket": None, "init_command": "select 1", "read_default_file": None,
               "read_default_group": None, "sql_mode": None, "ssl": None, "local_infile": False, "database": "d", "passwd": "", "read_timeout": 5, "write_timeout": 5, "bind_address": None,
               "defer_connect": True, "max_allowed_packet": 1000, "binary_prefix": False}
    made = aiomysql.connect(**base)
    facts.check(label, f"form {twin.form}", hasattr(type(made), "__await__"), type(made).__name__)
    opened = await attempt_async(lambda: made)
    if opened.error is not None:
        return facts.skip(label, "the rest", f"the server does not suit aiomysql: {opened}")
    positional = attempt(pymysql.connect, "127.0.0.1")
    facts.check(label, f"positional {twin.get('positional')}", isinstance(positional.error, TypeError), positional)
    for name in twin.get("accept", []):
        before, after = attempt(pymysql.connect, **{**base, name: samples[name]}), await attempt_async(aiomysql.connect, **{**base, name: samples[name]})
        facts.check(label, f"accept {name}", before.error is None and after.error is None, f"{before} / {after}")
    for old, new in twin.get("rename", {}).items():
        before, after, refused = (attempt(pymysql.connect, **{**base, old: samples[old]}), await attempt_async(aiomysql.connect, **{**base, new: samples[old]}),
                                  await attempt_async(aiomysql.connect, **{**base, old: samples[old]}))
        facts.check(label, f"rename {old} = {new}", before.error is None and after.error is None and isinstance(refused.error, TypeError), refused)
    for name in twin.get("drop", []):
        before, refused = attempt(pymysql.connect, **{**base, name: samples[name]}), await attempt_async(aiomysql.connect, **{**base, name: samples[name]})
        facts.check(label, f"drop {name}", before.error is None and isinstance(refused.error, TypeError), refused)

    before, after = pymysql.connect(**base), opened.value
    pair = Pair(facts, rules, "pymysql.connections.Connection", LIBRARY, before, after)
    pair.enter()
    for one in (case("cursor"), case("ping"), case("begin"), case("commit"), case("rollback"), case("autocommit", True), case("select_db", "d"), case("set_charset", "utf8mb4"),
                case("set_character_set", "utf8mb4"), case("get_autocommit"), case("escape", "a'b"), case("literal", "a"), case("thread_id", loose=True), case("character_set_name"), case("get_host_info"), case("get_server_info"),
                case("get_proto_info"), case("affected_rows"), case("insert_id"), case("query", "select 1"), case("show_warnings")):
        await pair.call(one)
    await pair.attribute("host", "charset", "encoding", "port", "db", "open", "unix_socket")
    await pair.attribute("user", differs="bytes when connected, text")
    facts.check("pymysql.connections.Connection.open → aiomysql", "note: the opposite of `closed`", before.open and not after.closed, "True / False")
    cursor, other = before.cursor(), await after.cursor()
    cursors = Pair(facts, rules, "pymysql.cursors.Cursor", LIBRARY, cursor, other)
    cursors.enter()
    await cursors.run(case("execute", "select * from t"), case("fetchone"), case("fetchmany", 1), case("fetchall"), case("fetchone"), case("execute", "select * from t where id = %s", (1,)),
                      case("mogrify", "select %s", ("a",)), case("scroll", 0, mode="absolute"), case("nextset"), case("execute", "select nothing"), case("setinputsizes", 1), case("setoutputsizes", 1))
    await cursors.attribute("rowcount", "rownumber", "arraysize", "lastrowid", "description")
    cursor.execute("select * from t"), await other.execute("select * from t")
    facts.check("pymysql.cursors.Cursor", "iter: result", list(cursor) == [row async for row in other], "rows")
    wrong = attempt(cursor.execute, "select nothing"), await attempt_async(other.execute, "select nothing")
    facts.check("except pymysql.err.Error", "note: aiomysql raises it too", isinstance(wrong[0].error, pymysql.err.MySQLError) and type(wrong[0].error) is type(wrong[1].error), f"{wrong[0]} / {wrong[1]}")
    down = attempt(pymysql.connect, host="127.0.0.1", port=9), await attempt_async(aiomysql.connect, host="127.0.0.1", port=9)
    facts.check("except pymysql.err.OperationalError", "exception: nobody listens", type(down[0].error) is type(down[1].error), f"{down[0]} / {down[1]}")
    for name in ("DictCursor", "SSCursor", "SSDictCursor"):
        twin = rules.cls(f"pymysql.cursors.{name}", LIBRARY)
        one, two = before.cursor(getattr(pymysql.cursors, name)), await after.cursor(getattr(aiomysql, twin.name))
        one.execute("select * from t"), await two.execute("select * from t")
        first, second = one.fetchone(), await two.fetchone()
        facts.check(f"pymysql.cursors.{name} → {twin.target}", "target", first == second, second)
        if name == "SSCursor":
            streamed = Pair(facts, rules, "pymysql.cursors.SSCursor", LIBRARY, one, two)
            streamed.done |= set(rules.members("pymysql.cursors.Cursor", "methods"))
            await streamed.run(case("read_next"))
            streamed.sweep()
        one.close(), await two.close()
    facts.check("pymysql.connect → aiomysql.connect", "note: `cursorclass` names a cursor of aiomysql", (await attempt_async(aiomysql.connect, **base, cursorclass=aiomysql.DictCursor)).error is None, "taken")
    await cursors.run(case("close"))
    cursors.sweep()
    await pair.run(case("close"))
    pair.sync, pair.other = pymysql.connect(**base), await aiomysql.connect(**base)
    pair.sweep()
    await pair.other.ensure_closed()
