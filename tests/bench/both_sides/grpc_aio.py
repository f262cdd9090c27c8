"""grpc → grpc.aio."""
import asyncio
from concurrent import futures

import grpc
import grpc.aio

from .facts import Facts, attempt, attempt_async, refuses
from .rules import Rules
from .twins import Pair


def handlers():
    def upper(request, context):
        if request == b"fail":
            context.abort(grpc.StatusCode.NOT_FOUND, "nothing there")
        if request == b"slow":
            import time
            time.sleep(1)
        return request.upper()

    def stream(request, context):
        for letter in request:
            yield bytes([letter])

    def join(requests, context):
        return b"".join(requests)

    def each(requests, context):
        for one in requests:
            yield one.upper()

    return grpc.method_handlers_generic_handler("acme.Shop", {
        "Upper": grpc.unary_unary_rpc_method_handler(upper), "Stream": grpc.unary_stream_rpc_method_handler(stream),
        "Join": grpc.stream_unary_rpc_method_handler(join), "Each": grpc.stream_stream_rpc_method_handler(each)})


async def main(facts: Facts, rules: Rules) -> None:
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((handlers(),))
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    before, after = grpc.insecure_channel(address), grpc.aio.insecure_channel(address)
    for name in ("insecure_channel", "secure_channel"):
        twin = rules.function(f"grpc.{name}", None)
        args = (address,) if name == "insecure_channel" else (address, grpc.ssl_channel_credentials())
        made = attempt(getattr(grpc.aio, name), *args)
        facts.check(f"grpc.{name} → {twin.target}", f"form {twin.form}", isinstance(made.value, grpc.aio.Channel), made)
        for keyword, value in (("options", (("grpc.max_send_message_length", 1000),)), ("compression", grpc.Compression.Gzip)):
            taken = attempt(getattr(grpc.aio, name), *args, **{keyword: value})
            facts.check(f"grpc.{name} → {twin.target}", f"accept {keyword} (all keywords)", taken.error is None, taken)
    pair = Pair(facts, rules, "grpc.Channel", None, before, after)
    pair.enter()
    for name, method, args, kind in (("unary_unary", "Upper", b"abc", "UnaryUnary"), ("stream_unary", "Join", [b"a", b"b"], "StreamUnary"), ("unary_stream", "Stream", b"abc", "UnaryStream"), ("stream_stream", "Each", [b"a", b"b"], "StreamStream")):
        call, other = getattr(before, name)(f"/acme.Shop/{method}"), getattr(after, name)(f"/acme.Shop/{method}")
        facts.check(f"grpc.Channel.{name} → grpc {name}", "form none", callable(other), type(other).__name__)
        twins = Pair(facts, rules, f"grpc.{kind}MultiCallable", None, call, other)
        twins.enter()
        make = lambda: iter(args) if isinstance(args, list) else args
        twin = rules.member(twins.methods["__call__"], "__call__", None, same=True)
        started = other(make(), timeout=5, metadata=(("a", "b"),), wait_for_ready=True)
        label = f"grpc.{kind}MultiCallable.__call__ → grpc __call__"
        if kind.endswith("Stream"):
            facts.check(label, f"form {twin.form}, then `async for`", hasattr(type(started), "__aiter__") and not asyncio.iscoroutine(started), type(started).__name__)
            result, expected = [part async for part in started], list(call(make(), timeout=5))
        else:
            facts.check(label, f"form {twin.form}", hasattr(type(started), "__await__"), type(started).__name__)
            result, expected = await started, call(make(), timeout=5, metadata=(("a", "b"),), wait_for_ready=True)
        facts.check(label, "result", result == expected, result)
        if "with_call" in twins.methods:
            value, detail = call.with_call(make())
            started = other(make())
            facts.check(f"grpc.{kind}MultiCallable.with_call → grpc __call__", "note: the call object has the rest", await started == value and await started.code() == detail.code(), detail.code())
            facts.check(f"grpc.{kind}MultiCallable.with_call", "another name", not hasattr(other, "with_call"), "it has no `with_call`")
            started = other(make())
            facts.check(f"grpc.{kind}MultiCallable.future → grpc __call__", "note: awaited for its result", await started == call.future(make()).result(), value)
            facts.check(f"grpc.{kind}MultiCallable.future", "another name", not hasattr(other, "future"), "it has no `future`")
            twins.done |= {"with_call", "future"}
    pair.done |= {"unary_unary", "stream_unary", "unary_stream", "stream_stream", "close"}
    pair.sweep()
    await calls(facts, rules, before, after)
    await exceptions(facts, rules, before, after, address)
    await servers(facts, rules)
    closing = after.close()
    facts.check("grpc.Channel.close → grpc close", "form await", hasattr(closing, "__await__"), type(closing).__name__)
    await closing
    server.stop(None)


async def calls(facts: Facts, rules: Rules, before, after) -> None:
    one, two = before.unary_stream("/acme.Shop/Stream")(b"abc"), after.unary_stream("/acme.Shop/Stream")(b"abc")
    list(one), [part async for part in two]
    pair = Pair(facts, rules, "grpc._channel._MultiThreadedRendezvous", None, one, two)
    from .twins import case
    await pair.run(case("code"), case("details"), case("initial_metadata", differs="a `Metadata`, no tuple"), case("trailing_metadata", differs="a `Metadata`, no tuple"))
    done = two.done()
    facts.check("grpc.RpcContext.is_active → grpc done", "note: means the opposite", one.is_active() is False and done is True, f"{one.is_active()} / {done}")
    added = attempt(two.add_done_callback, lambda call: None)
    facts.check("grpc.RpcContext.add_callback → grpc add_done_callback", "name", added.error is None, added)
    facts.check("grpc.RpcContext.cancel → grpc cancel", "form none", isinstance(two.cancel(), bool), "a bool")
    facts.check("grpc.RpcContext.time_remaining → grpc time_remaining", "form none", attempt(two.time_remaining).error is None, attempt(two.time_remaining))
    pair.done |= {"is_active", "add_callback", "cancel", "time_remaining"}
    pair.sweep()


async def exceptions(facts: Facts, rules: Rules, before, after, address: str) -> None:
    for what, request, keywords in (("abort", b"fail", {}), ("too late", b"slow", {"timeout": 0.2})):
        one = attempt(before.unary_unary("/acme.Shop/Upper"), request, **keywords)
        two = await attempt_async(after.unary_unary("/acme.Shop/Upper"), request, **keywords)
        twin = rules.exception("grpc.RpcError", None)
        facts.check(f"except grpc.RpcError → {twin.target}", f"exception: {what}", isinstance(one.error, grpc.RpcError) and isinstance(two.error, grpc.aio.AioRpcError) and one.error.code() == two.error.code(), f"{one.error.code()} / {two.error.code()}")
        facts.check(f"except grpc.RpcError → {twin.target}", "note: a kind of `grpc.RpcError`", isinstance(two.error, grpc.RpcError), type(two.error).__name__)
    twin = rules.exception("grpc.FutureTimeoutError", None)
    one = attempt(before.unary_unary("/acme.Shop/Upper").future(b"slow").result, timeout=0.1)
    two = await attempt_async(lambda: asyncio.wait_for(after.unary_unary("/acme.Shop/Upper")(b"slow"), 0.1))
    facts.check(f"except grpc.FutureTimeoutError → {twin.target}", "exception", isinstance(one.error, grpc.FutureTimeoutError) and isinstance(two.error, asyncio.TimeoutError), f"{one} / {two}")
    ready = after.channel_ready()
    facts.check("grpc.channel_ready_future → grpc.aio.Channel.channel_ready", "note: a coroutine of the channel", asyncio.iscoroutine(ready), type(ready).__name__)
    await ready


async def servers(facts: Facts, rules: Rules) -> None:
    twin = rules.function("grpc.server", None)
    pool = futures.ThreadPoolExecutor(1)
    label = f"grpc.server → {twin.target}"
    made = attempt(grpc.aio.server)
    facts.check(label, "note: the pool is only for handlers that stay sync", made.error is None, made)
    for old, new in twin.get("rename", {}).items():
        refused = refuses(grpc.aio.server, (), {}, old)
        taken = attempt(grpc.aio.server, **{new: pool})
        facts.check(label, f"rename {old} = {new}", attempt(grpc.server, **{old: pool}).error is None and taken.error is None and refused is not None, refused)
    for name in twin.get("drop", []):
        refused = refuses(grpc.aio.server, (), {}, name)
        facts.check(label, f"drop {name}", attempt(grpc.server, pool, **{name: False}).error is None and refused is not None, refused or "it is taken")
    positional = attempt(grpc.aio.server, pool, None, None, None, None, None)
    facts.check(label, f"positional {twin.get('positional')}", positional.error is None, positional)
    before, after = grpc.server(pool), grpc.aio.server()
    pair = Pair(facts, rules, "grpc.Server", None, before, after)
    pair.enter()

    async def upper(request, context):
        if request == b"set":
            context.set_code(grpc.StatusCode.OK)
            context.set_trailing_metadata((("a", "b"),))
            await context.send_initial_metadata((("c", "d"),))
        if request == b"fail":
            await context.abort(grpc.StatusCode.NOT_FOUND, "nothing there")
        seen.append(context)
        return request.upper()
    seen: list = []
    after.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("acme.Shop", {"Upper": grpc.unary_unary_rpc_method_handler(upper)}),))
    port = after.add_insecure_port("127.0.0.1:0")
    facts.check("grpc.Server.add_insecure_port → grpc add_insecure_port", "form none", isinstance(port, int), "an int")
    started = after.start()
    facts.check("grpc.Server.start → grpc start", "form await", asyncio.iscoroutine(started), type(started).__name__)
    await started
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary("/acme.Shop/Upper")
        facts.check("grpc.ServicerContext → grpc.aio", "note: handlers become async functions", await call(b"set") == b"SET", "they answer")
        got = await attempt_async(call, b"fail")
        facts.check("grpc.ServicerContext.abort → grpc abort", "form await", got.error is not None and got.error.code() is grpc.StatusCode.NOT_FOUND, got)
    for name in ("abort", "send_initial_metadata", "set_code", "set_details", "set_trailing_metadata", "peer", "invocation_metadata", "auth_context", "code", "details", "cancel"):
        rule = rules.members("grpc.ServicerContext", "methods").get(name)
        twin = rules.member(rule, name, None, same=True) if rule is not None else None
        found = getattr(seen[0], name, None)
        if twin is None:
            facts.check(f"grpc.ServicerContext.{name} → grpc", "mirror = false", found is None, "it has one" if found else "it has none")
        else:
            facts.check(f"grpc.ServicerContext.{name} → grpc {twin.name}", "name", found is not None, "there")
    waiting = after.wait_for_termination(timeout=0.1)
    facts.check("grpc.Server.wait_for_termination → grpc wait_for_termination", "form await", asyncio.iscoroutine(waiting), type(waiting).__name__)
    await waiting
    stopped = after.stop(None)
    facts.check("grpc.Server.stop → grpc stop", "form await", asyncio.iscoroutine(stopped), type(stopped).__name__)
    facts.check("grpc.Server.stop → grpc stop", "note: waits, in place of an event", await stopped is None, "None")
    pair.done |= {"add_insecure_port", "start", "stop", "wait_for_termination", "add_generic_rpc_handlers"}
    pair.sweep()
