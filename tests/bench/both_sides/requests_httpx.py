"""requests → httpx."""
import httpx
import requests

from . import http_server
from .facts import Facts, attempt, attempt_async
from .http_calls import Client, added, function, verbs
from .rules import Rules
from .twins import Pair, case, raises

PACKAGES = "requests httpx"
LIBRARY = "httpx"


def seen(response):
    return response.status_code, response.json() if response.content else None


async def main(facts: Facts, rules: Rules) -> None:
    base = http_server.start()
    async with httpx.AsyncClient() as client:
        async def ask(name, *args, **keywords):
            return seen(await getattr(client, name)(*args, **keywords))

        side = Client(ask, httpx.AsyncClient, lambda name: getattr(client, name))
        session = requests.Session()
        for verb, twin in verbs(rules, "requests", LIBRARY):
            sends = "POST" if verb == "request" else None
            first = (sends, f"{base}/redirect") if sends else (f"{base}/redirect",)
            call = lambda *args, _verb=verb, **keywords: seen(getattr(requests, _verb)(*args, **keywords))
            await function(facts, f"requests.{verb} → {twin.target}", twin, call, side, f"{base}/echo", sends)
            for name in twin.get("add", {}):
                if name == "follow_redirects":
                    await added(facts, f"requests.{verb} → {twin.target}", twin, call, side, first, name)
            rule = rules.members("requests.Session", "methods")[verb]
            member = rules.member(rule, verb, LIBRARY, same=True)
            call = lambda *args, _verb=verb, **keywords: seen(getattr(session, _verb)(*args, **keywords))
            await function(facts, f"requests.Session.{verb} → {member.target}", member, call, side, f"{base}/echo", sends)
        await timeouts(facts, rules, base)
        await responses(facts, rules, base, client)
        await differences(facts, base, client)
        await exceptions(facts, rules, base, client)
        request = httpx.Request("GET", f"{base}/echo")
        pair = Pair(facts, rules, "requests.Session", LIBRARY, session, client)
        pair.enter()
        pair.done |= {"get", "options", "head", "post", "put", "patch", "delete", "request"}
        pair.sweep()
        facts.check("requests.Session.hooks", "note: of httpx the `event_hooks`", sorted(client.event_hooks) == ["request", "response"], sorted(client.event_hooks))
        send = rules.member(rules.members("requests.Session", "methods")["send"], "send", LIBRARY, same=True)
        sent = await attempt_async(client.send, request, stream=True)
        facts.check("requests.Session.send → httpx.AsyncClient.send", "accept stream",
                    "stream" in send.get("accept", []) and sent.error is None, sent)
        sent = await attempt_async(client.send, httpx.Request("GET", f"{base}/redirect"), follow_redirects=True)
        facts.check("requests.Session.send → httpx.AsyncClient.send", "rename allow_redirects",
                    sent.error is None and sent.value.status_code == 200, sent)


async def timeouts(facts: Facts, rules: Rules, base: str) -> None:
    """What is added to a client: without it there is a timeout, and redirects stay."""
    twin = rules.cls("requests.Session", LIBRARY)
    async with httpx.AsyncClient() as bare, httpx.AsyncClient(timeout=None, follow_redirects=True) as full:
        facts.check("requests.Session → httpx.AsyncClient", "add timeout = None",
                    twin.get("add", {}).get("timeout") == "None" and bare.timeout.read == 5.0 and full.timeout.read is None,
                    f"without it {bare.timeout.read} s, requests waits for ever")
        one, two = await bare.get(f"{base}/redirect"), await full.get(f"{base}/redirect")
        facts.check("requests.Session → httpx.AsyncClient", "add follow_redirects = True",
                    twin.get("add", {}).get("follow_redirects") == "True" and (one.status_code, two.status_code) == (302, 200),
                    f"without it {one.status_code}, with it {two.status_code}")


async def responses(facts: Facts, rules: Rules, base: str, client: httpx.AsyncClient) -> None:
    sync, other = requests.get(f"{base}/text"), await client.get(f"{base}/text")
    pair = Pair(facts, rules, "requests.Response", LIBRARY, sync, other)
    pair.enter()
    await pair.attribute("content", "text", "status_code", "ok", "reason", "encoding", "links", "history", "is_redirect")
    await pair.attribute("url", differs="an object")
    await pair.attribute("next")
    pair.sync, pair.other = requests.get(f"{base}/echo"), await client.get(f"{base}/echo")
    await pair.run(case("json"))
    pair.sync, pair.other = requests.get(f"{base}/text", stream=True), await client.send(client.build_request("GET", f"{base}/text"), stream=True)
    await pair.run(case("iter_content", 4))
    pair.sync, pair.other = requests.get(f"{base}/text", stream=True), await client.send(client.build_request("GET", f"{base}/text"), stream=True)
    await pair.run(case("iter_content", chunk_size=4))
    pair.sync, pair.other = requests.get(f"{base}/text", stream=True), await client.send(client.build_request("GET", f"{base}/text"), stream=True)
    await pair.run(case("iter_lines", differs="text, not bytes"), case("close"))
    sync, other = requests.get(f"{base}/redirect", allow_redirects=False), await client.get(f"{base}/redirect")
    before, after = attempt(sync.raise_for_status), attempt(other.raise_for_status)
    facts.check("requests.Response.raise_for_status → httpx", "note: raises for redirects too",
                before.error is None and isinstance(after.error, httpx.HTTPStatusError), f"{before} / {after}")
    facts.check("requests.Response.ok → httpx is_success", "note: false for redirects", sync.ok and not other.is_success, "302")
    facts.check("requests.Response.is_redirect → httpx", "attribute", sync.is_redirect and other.has_redirect_location, "302")
    sync, other = requests.get(f"{base}/status/404"), await client.get(f"{base}/status/404")
    facts.check("requests.Response.__bool__", "note: true whatever its status", not sync and bool(other), "404")
    pair.sweep()


async def differences(facts: Facts, base: str, client: httpx.AsyncClient) -> None:
    """What the notes say of arguments and headers."""
    label = "requests.get → httpx.AsyncClient.get"
    before, after = requests.get(f"{base}/echo?q=1", params={"a": "x"}), await client.get(f"{base}/echo?q=1", params={"a": "x"})
    facts.check(label, "note: params replace the query", ["q", "1"] in before.json()["args"] and ["q", "1"] not in after.json()["args"],
                f"{before.json()['args']} / {after.json()['args']}")
    before, after = requests.get(f"{base}/echo", params={"a": None}), await client.get(f"{base}/echo", params={"a": None})
    facts.check(label, "note: None in params is sent as empty", before.json()["args"] == [] and after.json()["args"] == [["a", ""]],
                f"{before.json()['args']} / {after.json()['args']}")
    refused = await attempt_async(client.delete, f"{base}/echo", json={})
    facts.check("requests.delete → httpx.AsyncClient.delete", "note: a body needs `request`", isinstance(refused.error, TypeError), refused)
    sync = requests.head(f"{base}/redirect")
    facts.check("requests.head → httpx.AsyncClient.head", "follow_redirects is not added", sync.status_code == 302, f"requests gives {sync.status_code}")
    for name, value in (("None", None), ("an int", 1)):
        before = attempt(requests.get, f"{base}/echo", headers={"X-Test": value})
        after = await attempt_async(client.get, f"{base}/echo", headers={"X-Test": value})
        facts.check(label, f"measured: {name} as a header", after.error is not None, f"{before} / {after}")
    before, after = requests.get(f"{base}/echo", params={"a": True}), await client.get(f"{base}/echo", params={"a": True})
    facts.check(label, "measured: True in params is `True` / `true`", before.json()["args"] != after.json()["args"],
                f"{before.json()['args']} / {after.json()['args']}")
    before = requests.post(f"{base}/echo", data=[("a", "1"), ("a", "2")])
    after = await attempt_async(client.post, f"{base}/echo", data=[("a", "1"), ("a", "2")])
    facts.check("requests.post → httpx.AsyncClient.post", "measured: pairs as data", after.error is not None, f"{before.json()['body']} / {after}")
    before, after = attempt(requests.get, f"{base}/echo", timeout=(1, 2)), await attempt_async(client.get, f"{base}/echo", timeout=(1, 2))
    facts.check(label, "measured: a pair as timeout", before.error is None and after.error is None, f"{before} / {after}")


async def exceptions(facts: Facts, rules: Rules, base: str, client: httpx.AsyncClient) -> None:
    async def both(path: str, *names: str, read: str | None = None, **keywords) -> None:
        url = path if ":" in path or not path.startswith("/") else base + path
        extra = {"follow_redirects": True} if "loop" in path else {}

        async def ask():
            response = await client.get(url, **keywords, **extra)
            return response if read is None else getattr(response, read)()

        def sync():
            response = requests.get(url, **keywords)
            return response if read is None else getattr(response, read)()

        before, after = attempt(sync), await attempt_async(ask)
        for name in names:
            await raises(facts, rules, LIBRARY, f"requests.exceptions.{name}", before, after)

    await both("/status/404", "HTTPError", "RequestException", read="raise_for_status")
    await both("http://127.0.0.1:9/", "ConnectionError", "RequestException")
    await both("/slow", "ReadTimeout", "Timeout", "RequestException", timeout=0.3)
    await both(http_server.deaf() + "/", "ConnectTimeout", timeout=0.3)
    await both("/loop", "TooManyRedirects")
    await both("/drop", "ConnectionError")
    await both("/broken", "ChunkedEncodingError")
    await both("/gzip", "ContentDecodingError")
    await both("example.com", "MissingSchema", "RequestException")
    await both("ftp://example.com/", "InvalidSchema")
    await both("http://127.0.0.1:port/", "InvalidURL")
    await both("/echo", "InvalidHeader", headers={"X-Test": "a\nb"})
    await both("/text", "JSONDecodeError", read="json")
    await both(base.replace("http:", "https:") + "/echo", "SSLError")
    before, after = attempt(requests.get, "http://[bad/"), await attempt_async(client.get, "http://[bad/")
    facts.check("except requests.exceptions.InvalidURL → httpx.InvalidURL", "note: not every fault",
                isinstance(before.error, requests.exceptions.InvalidURL) and isinstance(after.error, httpx.ConnectError), f"{before} / {after}")
    sync = requests.get(f"{base}/text", stream=True)
    list(sync.iter_content())
    other = await client.send(client.build_request("GET", f"{base}/text"), stream=True)
    [part async for part in other.aiter_raw()]

    async def again():
        return [part async for part in other.aiter_bytes()]
    await raises(facts, rules, LIBRARY, "requests.exceptions.StreamConsumedError", attempt(lambda: list(sync.iter_lines(decode_unicode=False)) and sync._content_consumed and sync.raw and sync.iter_content(2) and list(_consumed(sync))), await attempt_async(again))
    for name in ("ProxyError", "RetryError"):
        facts.skip(f"except requests.exceptions.{name}", "exception", "needs a proxy or an adapter with retries")


def _consumed(response):
    response._content = False
    return response.iter_content(2)
