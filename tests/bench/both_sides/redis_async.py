"""redis → its async client."""
import inspect
import threading

import redis
import redis.asyncio
from fakeredis import TcpFakeServer

from .facts import Facts, attempt, attempt_async, close, has_form
from .rules import Rules
from .twins import Pair, case, raises


def start() -> tuple[str, int]:
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[:2]


COMMANDS = (
    case("ping"), case("echo", "hello"), case("set", "k", "v"), case("get", "k"), case("get", "missing"), case("getset", "k", "w"), case("append", "k", "x"),
    case("strlen", "k"), case("getrange", "k", 0, 1), case("setrange", "k", 1, "y"), case("exists", "k", "missing"), case("type", "k"), case("touch", "k"),
    case("set", "t", "v", ex=100), case("set", "t", "v", nx=True), case("ttl", "t"), case("persist", "t"), case("expire", "t", 50), case("pexpire", "t", 5000),
    case("setex", "s", 10, "v"), case("psetex", "s", 10000, "v"), case("setnx", "s", "v"), case("getdel", "s"), case("getex", "t", persist=True),
    case("mset", {"a": "1", "b": "2"}), case("mget", "a", "b", "missing"), case("msetnx", {"a": "1"}), case("incr", "n"), case("incrby", "n", 5),
    case("decr", "n"), case("decrby", "n", 2), case("incrbyfloat", "f", 1.5), case("setbit", "bit", 7, 1), case("getbit", "bit", 7), case("bitcount", "bit"),
    case("hset", "h", "a", "1"), case("hset", "h", mapping={"b": "2", "c": "3"}), case("hget", "h", "a"), case("hgetall", "h"), case("hmget", "h", "a", "z"),
    case("hkeys", "h"), case("hvals", "h"), case("hlen", "h"), case("hexists", "h", "a"), case("hincrby", "h", "a", 2), case("hincrbyfloat", "h", "a", 0.5),
    case("hsetnx", "h", "a", "9"), case("hstrlen", "h", "a"), case("hdel", "h", "c"), case("hscan", "h"), case("hscan_iter", "h"),
    case("rpush", "l", "a", "b", "c"), case("lpush", "l", "z"), case("lrange", "l", 0, -1), case("llen", "l"), case("lindex", "l", 0), case("lset", "l", 0, "y"),
    case("linsert", "l", "before", "a", "q"), case("lrem", "l", 1, "q"), case("lpos", "l", "a"), case("lmove", "l", "l2"), case("rpoplpush", "l", "l2"), case("ltrim", "l", 0, 5),
    case("lpop", "l"), case("rpop", "l"), case("lpop", "missing"), case("blpop", "l2", timeout=1), case("brpop", "l2", timeout=1), case("blpop", "missing", timeout=1),
    case("sadd", "set", "a", "b"), case("sadd", "set2", "b", "c"), case("smembers", "set"), case("sismember", "set", "a"), case("smismember", "set", ["a", "z"]),
    case("scard", "set"), case("sdiff", "set", "set2"), case("sinter", "set", "set2"), case("sunion", "set", "set2"), case("sdiffstore", "d", "set", "set2"),
    case("smove", "set", "set2", "a"), case("srem", "set2", "a"), case("srandmember", "set"), case("sscan", "set"), case("sscan_iter", "set"), case("spop", "set"),
    case("zadd", "z", {"a": 1, "b": 2, "c": 3}), case("zadd", "z", {"a": 1}, incr=True), case("zscore", "z", "a"), case("zscore", "z", "missing"), case("zcard", "z"), case("zcount", "z", 0, 5), case("zincrby", "z", 2, "a"),
    case("zrange", "z", 0, -1, withscores=True), case("zrevrange", "z", 0, -1), case("zrangebyscore", "z", 0, 3), case("zrank", "z", "a"), case("zrevrank", "z", "a"),
    case("zmscore", "z", ["a", "missing"]), case("zscan", "z"), case("zscan_iter", "z"), case("zpopmin", "z"), case("zpopmax", "z"), case("zrem", "z", "b"), case("bzpopmin", "missing", timeout=1),
    case("pfadd", "p", "a", "b"), case("pfcount", "p"), case("xadd", "x", {"f": "v"}, id="1-1"), case("xlen", "x"), case("xrange", "x"), case("xrevrange", "x"),
    case("xread", {"x": "0"}), case("xgroup_create", "x", "g", "0"), case("xreadgroup", "g", "one", {"x": ">"}), case("xack", "x", "g", "1-1"), case("xdel", "x", "1-1"),
    case("geoadd", "geo", (13.3, 38.1, "Palermo")), case("geodist", "geo", "Palermo", "Palermo"), case("geopos", "geo", "Palermo"),
    case("keys", "h*"), case("scan_iter", match="h*"), case("scan", match="h*", count=1000), case("randomkey", differs=""), case("rename", "h", "h2"), case("renamenx", "h2", "h"), case("copy", "h", "h3"),
    case("eval", "return ARGV[1]", 0, "x"), case("script_load", "return 1"), case("evalsha", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", 0), case("script_exists", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"),
    case("publish", "channel", "hello"), case("dbsize"), case("delete", "h3"), case("unlink", "a"), case("sort", "set2", alpha=True), case("dump", "k"),
    case("bitop", "and", "r", "bit", "bit"), case("object", "encoding", "k"), case("config_set", "a", "b"), case("client_id"), case("execute_command", "GET", "k"), case("incr", "k"), case("lpush", "k", "x"),
    case("watch"), case("unwatch"), case("time", differs=""), case("wait", 0, 1), case("flushdb"), case("flushall"),
)


async def main(facts: Facts, rules: Rules) -> None:
    (host, port), (host2, port2) = start(), start()
    sync, other = redis.Redis(host=host, port=port), redis.asyncio.Redis(host=host2, port=port2)
    pair = Pair(facts, rules, "redis.Redis", None, sync, other)
    pair.enter()
    for one in COMMANDS:
        if one.member in ("client_id", "time", "randomkey"):
            continue
        await pair.call(one)
    got = other.randomkey()
    facts.check("redis.Redis.randomkey → redis randomkey", "form await", hasattr(got, "__await__"), type(got).__name__)
    await got
    facts.check("redis.Redis.client_id → redis client_id", "form await", isinstance(await other.client_id(), int), "an int")
    facts.check("redis.Redis.time → redis time", "form await", isinstance(await other.time(), tuple), "a tuple")
    await parts(facts, rules, sync, other)
    await exceptions(facts, sync, other)
    pair.done |= {"client_id", "time", "randomkey", "close", "pipeline", "pubsub", "lock", "register_script", "bitfield", "transaction"}
    ran = set(pair.done)
    pair.done |= set(pair.methods)
    pair.sweep()
    probe(facts, rules, other, pair.methods, ran)
    made = redis.asyncio.from_url(f"redis://{host2}:{port2}")
    twin = rules.function("redis.from_url", None)
    facts.check("redis.from_url → redis.asyncio.from_url", f"form {twin.form}", await made.ping() is True, type(made).__name__)
    await made.aclose()
    keywords = attempt(redis.asyncio.Redis, host2, port2)
    facts.check("redis.Redis → redis.asyncio.Redis", "note: its arguments are keywords", isinstance(keywords.error, TypeError), keywords)
    await Pair(facts, rules, "redis.Redis", None, sync, other).run(case("close"))


async def parts(facts: Facts, rules: Rules, sync, other) -> None:
    """Pipelines, subscriptions, locks, scripts and bit fields."""
    before, after = sync.pipeline(), other.pipeline()
    facts.check("redis.Redis.pipeline → redis pipeline", "form none", not hasattr(after, "cr_await"), type(after).__name__)
    pipes = Pair(facts, rules, "redis.client.Pipeline", None, before, after)
    pipes.enter()
    first, second = before.set("p", "1"), after.set("p", "1")
    facts.check("redis.client.Pipeline.* → redis *", "note: queued commands are not awaited", first is before and second is after, "the call gives the pipeline")
    before.incr("p"), after.incr("p")
    await pipes.run(case("execute"), case("watch", "p"), case("immediate_execute_command", "GET", "p"), case("unwatch"), case("multi"), case("discard"), case("reset"))
    before.watch("p"), await after.watch("p")
    facts.check("redis.client.Pipeline.get", "after `watch`: awaited", before.get("p") == await after.get("p"), "equal")
    before.multi(), after.multi()
    sync.set("p", "9"), await other.set("p", "9")
    before.set("p", "0"), after.set("p", "0")
    one, two = attempt(before.execute), await attempt_async(after.execute)
    await raises(facts, rules, None, "redis.exceptions.WatchError", one, two)
    await pipes.run(case("close"))
    pipes.sweep()

    def add(pipe):
        pipe.multi()
        pipe.incr("tx")
    one, two = attempt(sync.transaction, add, "tx"), await attempt_async(other.transaction, add, "tx")
    facts.check("redis.Redis.transaction → redis transaction", "form await, a plain callable", one.value == two.value == [1], f"{one} / {two}")

    subscribed, listening = sync.pubsub(), other.pubsub()
    facts.check("redis.Redis.pubsub → redis pubsub", "form none", hasattr(listening, "subscribe"), type(listening).__name__)
    pubsub = Pair(facts, rules, "redis.client.PubSub", None, subscribed, listening)
    pubsub.enter()
    await pubsub.run(case("subscribe", "c"), case("psubscribe", "c*"), case("get_message", timeout=1), case("get_message", timeout=1))
    await pubsub.attribute("subscribed")
    sync.publish("c", "x"), await other.publish("c", "x")
    one = next(iter(subscribed.listen()))
    facts.check("redis.client.PubSub.listen → redis listen", "form async for", hasattr(listening.listen(), "__aiter__"), "an async iterator")
    async for two in listening.listen():
        break
    facts.check("redis.client.PubSub.listen → redis listen", "result", one == two, two)
    await pubsub.run(case("ping"), case("unsubscribe", "c"), case("punsubscribe", "c*"), case("ssubscribe", "s"), case("sunsubscribe", "s"), case("reset"), case("close"))
    pubsub.done |= {"listen"}
    pubsub.sweep()

    held, locked = sync.lock("lock", timeout=5), other.lock("lock", timeout=5)
    lock = Pair(facts, rules, "redis.lock.Lock", None, held, locked)
    lock.enter()
    await lock.run(case("acquire"), case("locked"), case("owned"), case("extend", 5), case("reacquire"), case("release"))
    await raises(facts, rules, None, "redis.exceptions.LockError", attempt(held.release), await attempt_async(locked.release))
    sync.set("lock", "x"), await other.set("lock", "x")
    await lock.run(case("acquire", blocking=False), case("acquire", blocking_timeout=0.2))
    lock.sweep()

    script, other_script = sync.register_script("return ARGV[1]"), other.register_script("return ARGV[1]")
    facts.check("redis.Redis.register_script → redis register_script", "form none", type(other_script).__name__ == "AsyncScript", type(other_script).__name__)
    one, called = script(args=["x"]), other_script(args=["x"])
    facts.check("redis.commands.core.Script.__call__ → redis __call__", "form await", hasattr(called, "__await__") and one == await called, one)
    one, two = sync.bitfield("bf").set("u8", 0, 5), other.bitfield("bf").set("u8", 0, 5)
    facts.check("redis.Redis.bitfield → redis bitfield", "form none", type(one) is type(two), type(two).__name__)
    facts.check("redis.commands.core.BitFieldOperation.execute", "note: its result is awaited", one.execute() == await two.execute(), "[0]")


async def exceptions(facts: Facts, sync, other) -> None:
    """The exceptions are the same classes on both sides."""
    from redis import exceptions as known
    sync.set("text", "x"), await other.set("text", "x")
    for what, expected, before, after in (
        ("a command of another type", known.ResponseError, attempt(sync.lpush, "text", "1"), await attempt_async(other.lpush, "text", "1")),
        ("no number", known.ResponseError, attempt(sync.incr, "text"), await attempt_async(other.incr, "text")),
        ("a value of no type", known.DataError, attempt(sync.set, "k", {}), await attempt_async(other.set, "k", {})),
        ("nobody listens", known.ConnectionError, attempt(redis.Redis(port=9, retry=None).ping), await attempt_async(redis.asyncio.Redis(port=9, retry=None).ping)),
        ("nothing comes in time", known.TimeoutError, attempt(redis.Redis(port=deaf(), socket_timeout=0.2, retry=None).ping), await attempt_async(redis.asyncio.Redis(port=deaf(), socket_timeout=0.2, retry=None).ping)),
    ):
        facts.check(f"redis.exceptions.{expected.__name__}", f"exception: {what}", isinstance(before.error, expected) and isinstance(after.error, expected),
                    f"{before} / {after}")


def deaf() -> int:
    from . import http_server
    return int(http_server.deaf().rsplit(":", 1)[1])


def probe(facts: Facts, rules: Rules, other, methods: dict, ran: set[str]) -> None:
    """Commands that the server does not know: what the call gives is looked at, and not sent."""
    unseen = []
    for name, rule in methods.items():
        twin = rules.member(rule, name, None, same=True)
        if name in ran or twin is None or rule.get("removed") or name.startswith("__") or not hasattr(redis.Redis, name):
            continue
        method = getattr(other, twin.name, None)
        if method is None:
            facts.check(f"redis.Redis.{name} → redis {twin.name}", "name", False, "it has no such member")
            continue
        needed = [one for one in inspect.signature(method).parameters.values() if one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
        for filler in ("x", 1, ["x"], {"x": "y"}):
            given = attempt(method, *[filler] * len(needed))
            if given.error is None:
                break
        if given.error is not None:
            unseen.append(name)
            continue
        facts.check(f"redis.Redis.{name} → redis {twin.name}", f"form {twin.form}", has_form(given.value, twin.form), "the call, not sent")
        close(given.value)
    if unseen:
        facts.skip("redis.Redis", f"form of {len(unseen)} further", "no arguments at hand: " + ", ".join(unseen))
