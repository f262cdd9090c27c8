"""requests → aiohttp."""
import asyncio

import aiohttp
import requests

from . import http_server
from .facts import Facts, attempt, attempt_async
from .http_calls import Client, function, verbs
from .rules import Rules
from .twins import Pair, case, raises

LIBRARY = "aiohttp"


async def main(facts: Facts, rules: Rules) -> None:
    base = http_server.start()
    session = requests.Session()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as client:
        async def ask(name, *args, **keywords):
            async with getattr(client, name)(*args, **keywords) as response:
                body = await response.read()
                return response.status, await response.json(content_type=None) if body else None

        def seen(response):
            return response.status_code, response.json() if response.content else None

        async def make(**keywords):
            await aiohttp.ClientSession(**keywords).close()

        side = Client(ask, make, lambda name: getattr(client, name))
        for verb, twin in verbs(rules, "requests", LIBRARY):
            sends = "POST" if verb == "request" else None
            call = lambda *args, _verb=verb, **keywords: seen(getattr(requests, _verb)(*args, **keywords))
            await function(facts, f"requests.{verb} → {twin.target}", twin, call, side, f"{base}/echo", sends, meant=("timeout",))
            made = getattr(client, verb)(*([sends] if sends else []), f"{base}/echo")
            facts.check(f"requests.{verb} → {twin.target}", "form async with", hasattr(type(made), "__aenter__"), type(made).__name__)
            await made
            rule = rules.members("requests.Session", "methods")[verb]
            member = rules.member(rule, verb, LIBRARY, same=True)
            call = lambda *args, _verb=verb, **keywords: seen(getattr(session, _verb)(*args, **keywords))
            await function(facts, f"requests.Session.{verb} → {member.target}", member, call, side, f"{base}/echo", sends, meant=("timeout",))
        before, after = requests.head(f"{base}/redirect"), await attempt_async(ask, "head", f"{base}/redirect")
        facts.check("requests.head → aiohttp.ClientSession.head", "measured: neither follows redirects",
                    (before.status_code, after.value[0]) == (302, 302), f"{before.status_code} / {after}")
        before, after = requests.get(f"{base}/redirect"), await attempt_async(ask, "get", f"{base}/redirect")
        facts.check("requests.get → aiohttp.ClientSession.get", "measured: both follow redirects",
                    (before.status_code, after.value[0]) == (200, 200), f"{before.status_code} / {after.value[0]}")
        facts.check("requests", "note: aiohttp times out unasked", client.timeout.total == 300, f"{client.timeout.total} s in all")
        await arguments(facts, base, client)
        await responses(facts, rules, base, client)
        await exceptions(facts, rules, base, client)
        pair = Pair(facts, rules, "requests.Session", LIBRARY, session, client)
        pair.enter()
        pair.done |= {"get", "options", "head", "post", "put", "patch", "delete", "request"}
        pair.sweep()
        facts.check("requests.Session.cookies", "note: of aiohttp the `cookie_jar`", len(client.cookie_jar) == 0, type(client.cookie_jar).__name__)
        once = await attempt_async(client.get, f"{base}/loop", max_redirects=1)
        facts.check("requests.Session.max_redirects", "note: of aiohttp an argument of each request", isinstance(once.error, aiohttp.TooManyRedirects), once)
    outside = await asyncio.to_thread(attempt, aiohttp.ClientSession)
    facts.check("requests.Session → aiohttp.ClientSession", "note: made inside a running loop", outside.error is not None, outside)


async def arguments(facts: Facts, base: str, client: aiohttp.ClientSession) -> None:
    label = "requests.get → aiohttp.ClientSession.get"
    url = f"{base}/echo"
    for what, keywords, works in (
        ("a bool in params", {"params": {"a": True}}, False), ("None in params", {"params": {"a": None}}, False),
        ("a pair as timeout", {"timeout": (1, 2)}, False), ("a number as timeout", {"timeout": 5}, True),
        ("a pair as auth", {"auth": ("me", "secret")}, False), ("None as a header", {"headers": {"X-Test": None}}, False),
        ("an int in params", {"params": {"a": 1}}, True), ("a list in params", {"params": {"a": ["1", "2"]}}, True),
    ):
        before, after = attempt(requests.get, url, **keywords), await attempt_async(client.get, url, **keywords)
        kind = "note" if "timeout" in what or "auth" in what else "measured"
        facts.check(label, f"{kind}: {what} {'is taken' if works else 'is refused'}", before.error is None and (after.error is None) == works,
                    f"{before} / {after}")
    for what, keywords in (("aiohttp.ClientTimeout", {"timeout": aiohttp.ClientTimeout(total=5)}), ("aiohttp.BasicAuth", {"auth": aiohttp.BasicAuth("me", "secret")})):
        after = await attempt_async(client.get, url, **keywords)
        facts.check(label, f"note: {what} is taken", after.error is None, after)
    refused = await attempt_async(client.get, url, verify=False)
    facts.check(label, "measured: verify is refused", isinstance(refused.error, TypeError), refused)
    before = requests.get(f"{url}?q=1", params={"a": "x"}).json()["args"]
    async with client.get(f"{url}?q=1", params={"a": "x"}) as response:
        after = (await response.json())["args"]
    facts.check(label, "measured: params extend the query", before == after, f"{before} / {after}")
    before = requests.post(url, json={"é": 1}).json()["body"]
    async with client.post(url, json={"é": 1}) as response:
        facts.check("requests.post → aiohttp.ClientSession.post", "measured: json body", before == (await response.json())["body"], before)


async def responses(facts: Facts, rules: Rules, base: str, client: aiohttp.ClientSession) -> None:
    async def fresh(path: str, **keywords) -> None:
        pair.sync, pair.other = requests.get(base + path, **keywords), await client.get(base + path)

    pair = Pair(facts, rules, "requests.Response", LIBRARY, requests.get(f"{base}/text"), await client.get(f"{base}/text"))
    pair.enter()
    await pair.attribute("text", "content", "status_code", "ok", "reason", "links")
    await pair.attribute("url", differs="an object")
    await pair.attribute("history", differs="a tuple")
    facts.check("requests.Response.encoding", "note: the method `get_encoding`", pair.other.get_encoding() == pair.sync.encoding, pair.sync.encoding)
    await fresh("/html")
    await pair.run(case("json"))
    typed = await attempt_async((await client.get(f"{base}/html")).json)
    facts.check("requests.Response.json → aiohttp json", "add content_type = None", isinstance(typed.error, aiohttp.ContentTypeError), typed)
    await fresh("/text")
    pair.done.add("iter_content"), pair.done.add("iter_lines")
    parts = [part async for part in pair.other.content.iter_chunked(4)]
    facts.check("requests.Response.iter_content → aiohttp content.iter_chunked", "result", b"".join(parts) == pair.sync.content, parts[:2])
    await fresh("/text")
    lines = [line async for line in pair.other.content]
    facts.check("requests.Response.iter_lines → aiohttp content", "note: lines with their ends", lines[0] == b"one\n" and list(pair.sync.iter_lines())[0] == b"one", lines)
    await fresh("/status/404")
    facts.check("requests.Response.__bool__", "note: true whatever its status", not pair.sync and bool(pair.other), "404")
    await pair.run(case("close"))
    pair.sweep()


async def exceptions(facts: Facts, rules: Rules, base: str, client: aiohttp.ClientSession) -> None:
    async def both(path: str, *names: str, read: str | None = None, timeout=None, **keywords) -> None:
        url = base + path if path.startswith("/") else path
        given = {"timeout": timeout} if isinstance(timeout, (int, float)) else {}

        async def ask():
            limit = {"timeout": aiohttp.ClientTimeout(sock_read=given["timeout"], sock_connect=given["timeout"])} if given else {}
            async with client.get(url, **keywords, **limit) as response:
                if read == "raise_for_status":
                    return response.raise_for_status()
                return await response.json(content_type=None) if read else await response.read()

        def sync():
            response = requests.get(url, **keywords, **given)
            return response if read is None else getattr(response, read)()

        before, after = attempt(sync), await attempt_async(ask)
        for name in names:
            await raises(facts, rules, LIBRARY, f"requests.exceptions.{name}", before, after)

    await both("/status/404", "HTTPError", "RequestException", read="raise_for_status")
    await both("http://127.0.0.1:9/", "ConnectionError", "RequestException")
    await both("/slow", "ReadTimeout", "Timeout", timeout=0.3)
    await both(http_server.deaf() + "/", "ConnectTimeout", "Timeout", timeout=0.3)
    await both("/loop", "TooManyRedirects")
    await both("/drop", "ConnectionError")
    await both("/broken", "ChunkedEncodingError")
    await both("/gzip", "ContentDecodingError")
    await both("example.com", "MissingSchema", "RequestException")
    await both("ftp://example.com/", "InvalidSchema")
    await both("http://127.0.0.1:port/", "InvalidURL")
    await both("/text", "JSONDecodeError", read="json")
    await both(base.replace("http:", "https:") + "/echo", "SSLError")
    total = await attempt_async(client.get, f"{base}/slow", timeout=aiohttp.ClientTimeout(total=0.3))
    facts.check("except requests.exceptions.Timeout", "note: a total timeout raises `asyncio.TimeoutError`",
                isinstance(total.error, asyncio.TimeoutError), total)
    for name in ("ProxyError",):
        facts.skip(f"except requests.exceptions.{name}", "exception", "needs a proxy")
