"""urllib3 → httpx."""
import httpx
import urllib3

from . import http_server
from .facts import Facts, attempt, attempt_async
from .http_calls import Client, function
from .rules import Rules
from .twins import Pair, case, raises

LIBRARY = "httpx"


async def main(facts: Facts, rules: Rules) -> None:
    base = http_server.start()
    pool = urllib3.PoolManager()
    async with httpx.AsyncClient() as client:
        def seen(response):
            return response.status, response.json() if response.data else None

        async def ask(name, *args, **keywords):
            response = await getattr(client, name)(*args, **keywords)
            return response.status_code, response.json() if response.content else None

        side = Client(ask, httpx.AsyncClient, lambda name: getattr(client, name))
        await function(facts, "urllib3.request → httpx.AsyncClient.request", rules.function("urllib3.request", LIBRARY),
                       lambda *args, **keywords: seen(urllib3.request(*args, **keywords)), side, f"{base}/echo", "POST")
        for name in ("request", "request_encode_url", "request_encode_body", "urlopen"):
            twin = rules.member(rules.members("urllib3.PoolManager", "methods")[name], name, LIBRARY, same=False)
            if twin is None:
                facts.skip(f"urllib3.PoolManager.{name}", "form", "the rules name no twin")
                continue
            await function(facts, f"urllib3.PoolManager.{name} → {twin.target}", twin,
                           lambda *args, _name=name, **keywords: seen(getattr(pool, _name)(*args, **keywords)), side, f"{base}/echo", "GET" if name == "request_encode_url" else "POST")
        await classes(facts, rules, base, pool, client)
        await responses(facts, rules, base, pool, client)
        await exceptions(facts, rules, base, client)


async def classes(facts: Facts, rules: Rules, base: str, pool, client) -> None:
    for name, keywords in (("PoolManager", {"headers": {"X-Test": "a"}, "timeout": 3}), ("ProxyManager", {"headers": {"X-Test": "a"}, "timeout": 3, "proxy_url": base}),
                           ("HTTPConnectionPool", {"headers": {"X-Test": "a"}, "timeout": 3})):
        twin = rules.cls(f"urllib3.{name}", LIBRARY)
        label = f"urllib3.{name} → {twin.target}"
        made = httpx.AsyncClient()
        facts.check(label, f"form {twin.form}", hasattr(type(made), "__aenter__"), "AsyncClient")
        first = ("localhost",) if name == "HTTPConnectionPool" else ()
        needed = {"proxy_url": base} if name == "ProxyManager" else {}
        for old in [*twin.get("accept", []), *twin.get("rename", {})]:
            new = twin.get("rename", {}).get(old, old)
            before = attempt(getattr(urllib3, name), *first, **{**needed, old: keywords[old]})
            after = attempt(httpx.AsyncClient, **{new: keywords[old]})
            facts.check(label, f"accept {old}" if new == old else f"rename {old} = {new}", before.error is None and after.error is None, f"{before} / {after}")
            if new != old:
                refused = attempt(httpx.AsyncClient, **{old: keywords[old]})
                facts.check(label, f"rename {old} = {new}", isinstance(refused.error, TypeError), refused)
        if "follow_redirects" in twin.get("add", {}):
            before, bare = pool.request("GET", f"{base}/redirect"), await client.get(f"{base}/redirect")
            async with httpx.AsyncClient(follow_redirects=True) as full:
                after = await full.get(f"{base}/redirect")
            facts.check(label, "add follow_redirects = True", (before.status, bare.status_code, after.status_code) == (200, 302, 200), "200; without it 302")
        else:
            facts.skip(label, "add", "it adds nothing")
    before = attempt(urllib3.PoolManager().request, "GET", f"{base}/slow")
    facts.check("urllib3", "measured: urllib3 waits for ever, httpx 5 s", before.error is None and client.timeout.read == 5.0, before)


async def responses(facts: Facts, rules: Rules, base: str, pool, client) -> None:
    before, after = pool.request("GET", f"{base}/text"), await client.get(f"{base}/text")
    pair = Pair(facts, rules, "urllib3.HTTPResponse", LIBRARY, before, after)
    await pair.attribute("data", "status", "reason")
    value = after.url
    facts.check("urllib3.HTTPResponse.geturl → httpx url", "form attribute", not callable(value), f"{before.geturl()} / {value}")
    for one in (case("read"), case("stream", 4)):
        pair.sync = pool.request("GET", f"{base}/text", preload_content=False)
        async with client.stream("GET", f"{base}/text") as pair.other:
            await pair.run(one)
    pair.sync, pair.other = pool.request("GET", f"{base}/text", preload_content=False), await client.send(client.build_request("GET", f"{base}/text"), stream=True)
    await pair.run(case("release_conn"))
    twin = rules.cls("urllib3.Timeout", LIBRARY)
    more = {name: eval(text) for name, text in twin.get("add", {}).items()}  # Python text of the rule
    before, after = urllib3.Timeout(connect=1, read=2), attempt(httpx.Timeout, connect=1, read=2, **more)
    facts.check("urllib3.Timeout → httpx.Timeout", "accept connect, read", after.error is None and (before.connect_timeout, before.read_timeout) == (after.value.connect, after.value.read), after)
    for name, value in more.items():
        alone = attempt(httpx.Timeout, connect=1, read=2, **{key: one for key, one in more.items() if key != name})
        facts.check("urllib3.Timeout → httpx.Timeout", f"add {name} = {value}", alone.error is not None, f"without it {alone}")


async def exceptions(facts: Facts, rules: Rules, base: str, client) -> None:
    pool = urllib3.PoolManager(retries=False)

    async def both(path: str, *names: str, retries=False, timeout=None) -> None:
        url = path if path.startswith("http") else base + path
        given = {"timeout": timeout} if timeout else {}
        before = attempt(pool.request, "GET", url, retries=retries, **given)
        after = await attempt_async(client.get, url, **given)
        for name in names:
            await raises(facts, rules, LIBRARY, f"urllib3.exceptions.{name}", before, after)

    await both("http://127.0.0.1:9/", "NewConnectionError", "HTTPError")
    await both("http://127.0.0.1:9/", "MaxRetryError", retries=urllib3.Retry(0))
    await both("/slow", "ReadTimeoutError", "TimeoutError", timeout=0.3)
    await both(http_server.deaf() + "/", "ConnectTimeoutError", timeout=0.3)
    await both("/drop", "ProtocolError")
    await both("/broken", "ProtocolError")
    await both("/gzip", "DecodeError")
    await both("http://127.0.0.1:port/", "LocationParseError")
    await both(base.replace("http:", "https:") + "/", "SSLError")
    before, after = attempt(pool.request, "GET", "http://[bad/"), await attempt_async(client.get, "http://[bad/")
    facts.check("except urllib3.exceptions.LocationParseError → httpx.InvalidURL", "note: not for every fault", isinstance(before.error, urllib3.exceptions.LocationParseError) and isinstance(after.error, httpx.ConnectError), f"{before} / {after}")
    facts.skip("except urllib3.exceptions.ProxyError", "exception", "needs a proxy")
