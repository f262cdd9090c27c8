"""boto3 → aiobotocore."""
import logging

import boto3
import botocore.session
from aiobotocore.session import AioSession, get_session
from moto.server import ThreadedMotoServer

from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case

LIBRARY = "aiobotocore"
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


async def main(facts: Facts, rules: Rules) -> None:
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keywords = {**KEYS, "endpoint_url": f"http://{host}:{port}"}
    for name, twin in (("boto3.client", rules.function("boto3.client", LIBRARY)), ("botocore.session.get_session", rules.function("botocore.session.get_session", LIBRARY))):
        made = get_session().create_client("s3", **keywords) if name == "boto3.client" else get_session()
        holds = hasattr(type(made), "__aenter__") if name == "boto3.client" else isinstance(made, AioSession)
        facts.check(f"{name} → {twin.target}", f"form {twin.form}", holds, type(made).__name__)
    sessions = Pair(facts, rules, "botocore.session.Session", LIBRARY, botocore.session.get_session(), get_session())
    await sessions.run(case("create_client", "s3", **keywords))
    facts.check("botocore.session.Session → aiobotocore.session.AioSession", "target", isinstance(sessions.other, AioSession), type(sessions.other).__name__)

    async with get_session().create_client("s3", **keywords) as other:
        sync = boto3.client("s3", **keywords)
        facts.check("boto3.client → create_client", "accept region_name, endpoint_url, keys", True, "all keywords")
        pair = Pair(facts, rules, "botocore.client.BaseClient", LIBRARY, sync, other)
        pair.enter()
        bare = lambda answer: {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "ETag", "LastModified", "Owner", "Location", "ChecksumCRC32", "Body")} if isinstance(answer, dict) else answer
        sync.create_bucket(Bucket="one")
        made = other.create_bucket(Bucket="two")
        facts.check("botocore.client.BaseClient.* → aiobotocore *", "form await", hasattr(made, "__await__"), type(made).__name__)
        await made
        for method, given in (("put_object", {"Key": "k", "Body": b"hello\nworld"}), ("get_object", {"Key": "k"}), ("head_object", {"Key": "k"}), ("list_objects_v2", {}),
                              ("copy_object", {"Key": "c", "CopySource": "{bucket}/k"}), ("get_object", {"Key": "missing"}), ("delete_object", {"Key": "c"}), ("get_object", {"Wrong": 1}), ("head_object", {"Key": "none"})):
            fill = lambda bucket: {"Bucket": bucket, **{key: value.format(bucket=bucket) if isinstance(value, str) else value for key, value in given.items()}}
            before, after = attempt(getattr(sync, method), **fill("one")), await attempt_async(getattr(other, method), **fill("two"))
            if before.error is not None:
                facts.check(f"botocore.client.BaseClient.* → aiobotocore {method}", "exception", type(before.error).__name__ == type(after.error).__name__, f"{before} / {after}")
                continue
            left, right = bare(before.value), bare(after.value)
            equal = sorted(left) == sorted(right)
            facts.check(f"botocore.client.BaseClient.* → aiobotocore {method}", "result", equal, "the same keys" if equal else f"{sorted(left)} / {sorted(right)}")
        before, after = attempt(sync.get_object, Bucket="one", Key="missing"), await attempt_async(other.get_object, Bucket="two", Key="missing")
        facts.check("botocore.client.BaseClient.exceptions", "attribute, none", isinstance(before.error, sync.exceptions.NoSuchKey) and isinstance(after.error, other.exceptions.NoSuchKey), "NoSuchKey on both sides")
        for name, args in (("generate_presigned_url", ("get_object", {"Bucket": "one", "Key": "k"})), ("generate_presigned_post", ("one", "k"))):
            await pair.run(case(name, *args, loose=True))
        await pair.run(case("can_paginate", "list_objects_v2"), case("get_paginator", "list_objects_v2"), case("get_waiter", "bucket_exists"))
        await bodies(facts, rules, sync, other)
        await pages(facts, rules, sync, other)
        pair.done |= {"close", "_make_api_call"}
        pair.sweep()
        await pair.run(case("close"))
    facts.skip("aioboto3", "all its rules", "its latest version needs an aiobotocore that pip cannot install beside this boto3; the clients are aiobotocore's")
    server.stop()


async def bodies(facts: Facts, rules: Rules, sync, other) -> None:
    async def fresh():
        return sync.get_object(Bucket="one", Key="k")["Body"], (await other.get_object(Bucket="two", Key="k"))["Body"]

    pair = Pair(facts, rules, "botocore.response.StreamingBody", LIBRARY, *await fresh())
    pair.enter()
    await pair.run(case("readable"), case("tell"), case("read", 3), case("tell"), case("read"))
    for one in (case("iter_lines"), case("iter_chunks", 4), case("readlines"), case("close")):
        pair.sync, pair.other = await fresh()
        await pair.run(one)
    pair.sync, pair.other = await fresh()
    twin = rules.member(pair.methods["readinto"], "readinto", LIBRARY, same=True)
    one, two = bytearray(4), bytearray(4)
    got = await attempt_async(getattr(pair.other, twin.name), two)
    facts.check("botocore.response.StreamingBody.readinto → aiobotocore readinto", f"form {twin.form}", got.error is None and pair.sync.readinto(one) == got.value and one == two, got)
    pair.sync, pair.other = await fresh()
    chunks, others = list(pair.sync), [chunk async for chunk in pair.other]
    facts.check("botocore.response.StreamingBody", "iter: result", b"".join(chunks) == b"".join(others), others)
    pair.sync, pair.other = await fresh()
    async with pair.other as entered:
        text = await attempt_async(entered.read)
    facts.check("botocore.response.StreamingBody", "enter: `self`", text.error is None, f"a {type(entered).__name__} reads {text}")
    pair.done |= {"readinto", "set_socket_timeout"}
    pair.sync, pair.other = await fresh()
    one, two = attempt(pair.sync.set_socket_timeout, 5), attempt(pair.other.set_socket_timeout, 5)
    facts.check("botocore.response.StreamingBody.set_socket_timeout → aiobotocore", "mirror = false", one.error is None and two.error is not None, two)
    pair.sweep()


async def pages(facts: Facts, rules: Rules, sync, other) -> None:
    first, second = sync.get_paginator("list_objects_v2"), other.get_paginator("list_objects_v2")
    pair = Pair(facts, rules, "botocore.paginate.Paginator", LIBRARY, first, second)
    pair.enter()
    before, after = first.paginate(Bucket="one"), second.paginate(Bucket="two")
    facts.check("botocore.paginate.Paginator.paginate → aiobotocore paginate", "form none", hasattr(type(after), "__aiter__"), type(after).__name__)
    iterated = Pair(facts, rules, "botocore.paginate.PageIterator", LIBRARY, before, after)
    iterated.enter()
    keys = [one["Key"] for page in before for one in page["Contents"]], [one["Key"] async for page in after for one in page["Contents"]]
    facts.check("botocore.paginate.PageIterator", "iter: result", keys[0] == keys[1], keys[1])
    await iterated.run(case("search", "Contents[].Key"))
    one, two = before.build_full_result(), await after.build_full_result()
    facts.check("botocore.paginate.PageIterator.build_full_result → aiobotocore", "form await", sorted(one) == sorted(two), sorted(two))
    await iterated.attribute("resume_token")
    iterated.done |= {"build_full_result"}
    iterated.sweep()
    pair.done |= {"paginate"}
    waits = Pair(facts, rules, "botocore.waiter.Waiter", LIBRARY, sync.get_waiter("bucket_exists"), other.get_waiter("bucket_exists"))
    waits.enter()
    sync.create_bucket(Bucket="three")
    await waits.run(case("wait", Bucket="three"), case("wait", Bucket="none", WaiterConfig={"Delay": 0, "MaxAttempts": 1}))
