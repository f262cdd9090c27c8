"""httpx → its async client."""
import httpx

from . import http_server
from .facts import Facts, attempt, attempt_async
from .http_calls import Client, function, verbs
from .rules import Rules
from .twins import Pair, case


def seen(response):
    return response.status_code, response.json() if response.content else None


async def main(facts: Facts, rules: Rules) -> None:
    base = http_server.start()
    async with httpx.AsyncClient() as client:
        async def ask(name, *args, **keywords):
            if name == "stream":
                async with client.stream(*args, **keywords) as response:
                    await response.aread()
                    return seen(response)
            return seen(await getattr(client, name)(*args, **keywords))

        def sync(name, *args, **keywords):
            if name == "stream":
                with httpx.stream(*args, **keywords) as response:
                    response.read()
                    return seen(response)
            return seen(getattr(httpx, name)(*args, **keywords))

        side = Client(ask, httpx.AsyncClient, lambda name: getattr(client, name) if name != "stream" else lambda *a, **k: _enter(client.stream(*a, **k)))
        for verb, twin in verbs(rules, "httpx", None):
            sends = "POST" if verb in ("request", "stream") else None
            await function(facts, f"httpx.{verb} → {twin.target}", twin,
                           lambda *args, _verb=verb, **keywords: sync(_verb, *args, **keywords), side, f"{base}/echo", sends)
        own = httpx.Client()
        pair = Pair(facts, rules, "httpx.Client", None, own, client)
        pair.enter()
        url = f"{base}/text"
        await pair.run(case("get", url), case("options", url), case("head", url), case("post", url, json={}), case("put", url, data={"a": "b"}),
                       case("patch", url, content=b"x"), case("delete", url), case("request", "GET", url), case("send", httpx.Request("GET", url)),
                       case("get", "example.com"), case("get", "http://127.0.0.1:9/"), case("get", f"{base}/slow", timeout=0.2),
                       case("get", f"{base}/loop", follow_redirects=True), case("get", f"{base}/gzip"), case("get", f"{base}/drop"),
                       case("build_request", "GET", url))
        await pair.attribute("headers", "cookies", "params", "base_url", "timeout", "is_closed", "trust_env", "auth")
        made = client.stream("GET", url)
        facts.check("httpx.Client.stream → httpx stream", "form async with", hasattr(type(made), "__aenter__"), type(made).__name__)
        await streams(facts, rules, url, own, client)
        first, second = httpx.Client(), httpx.AsyncClient()
        await Pair(facts, rules, "httpx.Client", None, first, second).run(case("close"))
        pair.done |= {"stream", "close"}
        pair.sweep()
        await transports(facts, rules, url)


def _enter(manager):
    """A keyword that `stream` does not take is refused where it is called; one that it takes is not."""
    return manager


async def streams(facts: Facts, rules: Rules, url: str, own: httpx.Client, client: httpx.AsyncClient) -> None:
    """What is read from a response while it comes."""
    for one in (case("read"), case("iter_bytes"), case("iter_bytes", 4), case("iter_raw"), case("iter_text"), case("iter_lines"), case("close")):
        with own.stream("GET", url) as before:
            async with client.stream("GET", url) as after:
                pair = Pair(facts, rules, "httpx.Response", None, before, after)
                pair.same = True  # one class serves both sides
                await pair.run(one)
    before, after = own.get(url), await client.get(url)
    pair = Pair(facts, rules, "httpx.Response", None, before, after)
    pair.same = True
    await pair.attribute("content", "text", "reason_phrase", "http_version", "encoding", "charset_encoding", "status_code", "num_bytes_downloaded",
                         "is_informational", "is_success", "is_error", "is_redirect", "is_client_error", "is_server_error", "has_redirect_location",
                         "headers", "cookies", "url", "request", "next_request", "history", "links", "elapsed")
    await pair.run(case("raise_for_status"))
    pair.sync, pair.other = own.get(url.replace("text", "echo")), await client.get(url.replace("text", "echo"))
    await pair.run(case("json"))
    async with client.stream("GET", url) as after:
        wrong = attempt(after.read)
        facts.check("httpx.Response.read", "measured: the sync method on an async stream fails", wrong.error is not None, wrong)


async def transports(facts: Facts, rules: Rules, url: str) -> None:
    class Hello(httpx.MockTransport):
        pass

    answer = lambda request: httpx.Response(200, text="hi")
    async with httpx.AsyncClient(transport=Hello(answer)) as client:
        got = await attempt_async(client.get, url)
        facts.check("httpx.MockTransport", "target", got.error is None and got.value.text == "hi", got)

    async def later(request):
        return httpx.Response(200, text="hi")
    async with httpx.AsyncClient(transport=Hello(later)) as client:
        got = await attempt_async(client.get, url)
        facts.check("httpx.MockTransport", "note: the handler may be async", got.error is None and got.value.text == "hi", got)
    before, after = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()
    pair = Pair(facts, rules, "httpx.HTTPTransport", None, before, after)
    pair.enter()
    await pair.run(case("handle_request", httpx.Request("GET", url)), case("close"))
    wrong = await attempt_async(httpx.AsyncClient(transport=httpx.HTTPTransport()).get, url)
    facts.check("httpx.Client → httpx.AsyncClient", "note: transports are async ones", wrong.error is not None, wrong)
    wrong = await attempt_async(httpx.AsyncClient(event_hooks={"request": [lambda request: None]}).get, url)
    facts.check("httpx.Client → httpx.AsyncClient", "note: event hooks are async functions", isinstance(wrong.error, TypeError), wrong)

    class Own(httpx.Auth):
        def auth_flow(self, request):
            request.headers["X-Test"] = "yes"
            yield request
    got = await attempt_async(httpx.AsyncClient(auth=Own()).get, url.replace("text", "echo"))
    facts.check("httpx.Auth.auth_flow", "note: serves both sides", got.error is None and got.value.json()["X-Test"] == "yes", got)
