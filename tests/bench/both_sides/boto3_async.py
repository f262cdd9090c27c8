"""boto3 → aiobotocore and aioboto3."""
import io
import logging

import aioboto3
import boto3
import botocore.session
from aiobotocore.session import AioSession, get_session
from moto.server import ThreadedMotoServer

from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


async def main(facts: Facts, rules: Rules) -> None:
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keywords = {**KEYS, "endpoint_url": f"http://{host}:{port}"}
    for name, twin in (("boto3.client", rules.function("boto3.client", "aiobotocore")), ("botocore.session.get_session", rules.function("botocore.session.get_session", "aiobotocore"))):
        made = get_session().create_client("s3", **keywords) if name == "boto3.client" else get_session()
        holds = hasattr(type(made), "__aenter__") if name == "boto3.client" else isinstance(made, AioSession)
        facts.check(f"{name} → {twin.target}", f"form {twin.form}", holds, type(made).__name__)
    sessions = Pair(facts, rules, "botocore.session.Session", "aiobotocore", botocore.session.get_session(), get_session())
    await sessions.run(case("create_client", "s3", **keywords))
    facts.check("botocore.session.Session → aiobotocore.session.AioSession", "target", isinstance(sessions.other, AioSession), type(sessions.other).__name__)

    async with get_session().create_client("s3", **keywords) as other:
        await clients(facts, rules, "aiobotocore", boto3.client("s3", **keywords), other, ("one", "two"))
    session = aioboto3.Session()
    sessions = Pair(facts, rules, "boto3.Session", "aioboto3", boto3.Session(), session)
    sessions.enter()
    await sessions.run(case("client", "s3", **keywords), case("resource", "s3", **keywords), case("get_available_services", loose=True), case("get_credentials"))
    sessions.sweep()
    async with session.client("s3", **keywords) as other:
        await clients(facts, rules, "aioboto3", boto3.client("s3", **keywords), other, ("three", "four"))
    async with session.resource("dynamodb", **keywords) as other:
        await resources(facts, rules, boto3.resource("dynamodb", **keywords), other)
    server.stop()


async def clients(facts: Facts, rules: Rules, library: str, sync, other, buckets: tuple[str, str]) -> None:
    """Requests of a client of S3, each side in a bucket of its own."""
    first, second = buckets
    pair = Pair(facts, rules, "botocore.client.BaseClient", library, sync, other)
    pair.enter()
    bare = lambda answer: {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "ETag", "LastModified", "Owner", "Location", "ChecksumCRC32", "Body")} if isinstance(answer, dict) else answer
    sync.create_bucket(Bucket=first)
    made = other.create_bucket(Bucket=second)
    facts.check(f"botocore.client.BaseClient.* → {library} *", "form await", hasattr(made, "__await__"), type(made).__name__)
    await made
    for method, given in (("put_object", {"Key": "k", "Body": b"hello\nworld"}), ("get_object", {"Key": "k"}), ("head_object", {"Key": "k"}), ("list_objects_v2", {}),
                          ("copy_object", {"Key": "c", "CopySource": "{bucket}/k"}), ("get_object", {"Key": "missing"}), ("delete_object", {"Key": "c"}), ("get_object", {"Wrong": 1}), ("head_object", {"Key": "none"})):
        fill = lambda bucket: {"Bucket": bucket, **{key: value.format(bucket=bucket) if isinstance(value, str) else value for key, value in given.items()}}
        before, after = attempt(getattr(sync, method), **fill(first)), await attempt_async(getattr(other, method), **fill(second))
        if before.error is not None:
            facts.check(f"botocore.client.BaseClient.* → {library} {method}", "exception", type(before.error).__name__ == type(after.error).__name__, f"{before} / {after}")
            continue
        left, right = bare(before.value), bare(after.value)
        equal = sorted(left) == sorted(right)
        facts.check(f"botocore.client.BaseClient.* → {library} {method}", "result", equal, "the same keys" if equal else f"{sorted(left)} / {sorted(right)}")
    before, after = attempt(sync.get_object, Bucket=first, Key="missing"), await attempt_async(other.get_object, Bucket=second, Key="missing")
    facts.check("botocore.client.BaseClient.exceptions", "attribute, none", isinstance(before.error, sync.exceptions.NoSuchKey) and isinstance(after.error, other.exceptions.NoSuchKey), "NoSuchKey on both sides")
    for name, args in (("generate_presigned_url", ("get_object", {"Bucket": first, "Key": "k"})), ("generate_presigned_post", (first, "k"))):
        await pair.run(case(name, *args, loose=True))
    await pair.run(case("can_paginate", "list_objects_v2"), case("get_paginator", "list_objects_v2"), case("get_waiter", "bucket_exists"))
    await bodies(facts, rules, library, sync, other, buckets)
    await pages(facts, rules, library, sync, other, buckets)
    for name, given in (("upload_fileobj", lambda bucket: (io.BytesIO(b"file"), bucket, "f")), ("download_fileobj", lambda bucket: (bucket, "f", io.BytesIO()))):
        found = getattr(other, name, None)
        stated = rules.member(pair.methods[name], name, library, same=pair.same) if name in pair.methods else None
        label = f"botocore.client.BaseClient.{name} → {library} {name}"
        if stated is None or found is None:
            facts.check(label, "name", stated is None and found is None, "the client has it, and no rule" if found else "the client has none")
        else:
            attempt(getattr(sync, name), *given(first))
            done = await attempt_async(found, *given(second))
            facts.check(label, f"form {stated.form}", done.error is None and stated.form == "await", done)
        pair.done.add(name)
    pair.done |= {"close", "_make_api_call"}
    pair.sweep()
    await pair.run(case("close"))


async def bodies(facts: Facts, rules: Rules, library: str, sync, other, buckets: tuple[str, str]) -> None:
    async def fresh():
        return sync.get_object(Bucket=buckets[0], Key="k")["Body"], (await other.get_object(Bucket=buckets[1], Key="k"))["Body"]

    pair = Pair(facts, rules, "botocore.response.StreamingBody", library, *await fresh())
    pair.enter()
    one, two = attempt(pair.sync.readable), attempt(pair.other.readable)
    facts.check(f"botocore.response.StreamingBody.readable → {library} readable", "measured: true, but raises in aiobotocore 2.25",
                one.value is True and (two.value is True or isinstance(two.error, AttributeError)), f"{one} / {two}")
    pair.done.add("readable")
    await pair.run(case("tell"), case("read", 3), case("tell"), case("read"))
    for one in (case("iter_lines"), case("iter_chunks", 4), case("readlines", differs="without their ends"), case("close")):
        pair.sync, pair.other = await fresh()
        await pair.run(one)
    pair.sync, pair.other = await fresh()
    twin = rules.member(pair.methods["readinto"], "readinto", library, same=True)
    one, two = bytearray(4), bytearray(4)
    got = await attempt_async(getattr(pair.other, twin.name), two)
    facts.check(f"botocore.response.StreamingBody.readinto → {library} readinto", f"form {twin.form}", got.error is None and pair.sync.readinto(one) == got.value and one == two, got)
    pair.sync, pair.other = await fresh()
    chunks, others = list(pair.sync), [chunk async for chunk in pair.other]
    facts.check("botocore.response.StreamingBody", "iter: result", b"".join(chunks) == b"".join(others), others)
    pair.sync, pair.other = await fresh()
    async with pair.other as entered:
        text = await attempt_async(entered.read)
    facts.check("botocore.response.StreamingBody", "enter: `self`", text.error is None, f"a {type(entered).__name__} reads {text}")
    pair.done |= {"readinto", "set_socket_timeout"}
    pair.sync, pair.other = await fresh()
    one, two = attempt(pair.sync.set_socket_timeout, 5), attempt(lambda: pair.other.set_socket_timeout(5))
    facts.check(f"botocore.response.StreamingBody.set_socket_timeout → {library}", "mirror = false", one.error is None and two.error is not None, two)
    pair.sweep()


async def pages(facts: Facts, rules: Rules, library: str, sync, other, buckets: tuple[str, str]) -> None:
    first, second = sync.get_paginator("list_objects_v2"), other.get_paginator("list_objects_v2")
    pair = Pair(facts, rules, "botocore.paginate.Paginator", library, first, second)
    pair.enter()
    before, after = first.paginate(Bucket=buckets[0]), second.paginate(Bucket=buckets[1])
    facts.check(f"botocore.paginate.Paginator.paginate → {library} paginate", "form none", hasattr(type(after), "__aiter__"), type(after).__name__)
    iterated = Pair(facts, rules, "botocore.paginate.PageIterator", library, before, after)
    iterated.enter()
    keys = [one["Key"] for page in before for one in page["Contents"]], [one["Key"] async for page in after for one in page["Contents"]]
    facts.check("botocore.paginate.PageIterator", "iter: result", keys[0] == keys[1], keys[1])
    await iterated.run(case("search", "Contents[].Key"))
    one, two = before.build_full_result(), await after.build_full_result()
    facts.check(f"botocore.paginate.PageIterator.build_full_result → {library}", "form await", sorted(one) == sorted(two), sorted(two))
    await iterated.attribute("resume_token")
    iterated.done |= {"build_full_result"}
    iterated.sweep()
    pair.done |= {"paginate"}
    waits = Pair(facts, rules, "botocore.waiter.Waiter", library, sync.get_waiter("bucket_exists"), other.get_waiter("bucket_exists"))
    waits.enter()
    await waits.run(case("wait", Bucket="one"), case("wait", Bucket="none", WaiterConfig={"Delay": 0, "MaxAttempts": 1}))


async def resources(facts: Facts, rules: Rules, sync, other) -> None:
    """Tables of DynamoDB."""
    given = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}
    pair = Pair(facts, rules, "boto3.resources.factory.Resource", "aioboto3", sync, other)
    pair.enter()
    before, made = sync.create_table(TableName="one", **given), other.create_table(TableName="two", **given)
    facts.check("boto3.resources.factory.Resource.* → aioboto3 *", "form await", hasattr(made, "__await__"), type(made).__name__)
    await made
    table = other.Table("two")
    facts.check("boto3.resource", "note: what it makes (`Table`) is awaited", hasattr(table, "__await__"), type(table).__name__)
    table = await table
    attribute = table.item_count
    facts.check("boto3.resource", "note: attributes that load are awaited", hasattr(attribute, "__await__") and await attribute == before.item_count, type(attribute).__name__)
    tables = Pair(facts, rules, "boto3.resources.factory.Resource", "aioboto3", before, table)
    writers = before.batch_writer(), table.batch_writer()
    facts.check("boto3.resources.factory.Resource.batch_writer → aioboto3 batch_writer", "form none, then `async with`", hasattr(type(writers[1]), "__aenter__"), type(writers[1]).__name__)
    with writers[0] as one:
        async with writers[1] as two:
            batch = Pair(facts, rules, "boto3.dynamodb.table.BatchWriter", "aioboto3", one, two)
            batch.enter()
            await batch.run(case("put_item", Item={"id": "a"}), case("put_item", Item={"id": "b"}), case("delete_item", Key={"id": "b"}))
    bare = lambda answer: {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    for method, keywords in (("scan", {}), ("get_item", {"Key": {"id": "a"}}), ("put_item", {"Item": {"id": "c"}}), ("get_item", {"Key": {"wrong": "a"}})):
        one, two = attempt(getattr(before, method), **keywords), await attempt_async(getattr(table, method), **keywords)
        equal = bare(one.value) == bare(two.value) if one.error is None and two.error is None else type(one.error).__name__ == type(two.error).__name__
        facts.check(f"boto3.resources.factory.Resource.* → aioboto3 {method}", "result" if one.error is None else "exception", equal, "equal" if one.error is None else f"{one} / {two}")
    found = [item async for item in other.tables.all()]
    facts.check("boto3.resources.collection.ResourceCollection → aioboto3", "iter: form async for", len(found) == len(list(sync.tables.all())), f"{len(found)} tables")
