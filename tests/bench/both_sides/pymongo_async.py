"""pymongo → its async client."""
import pymongo
from pymongo import AsyncMongoClient, DeleteOne, InsertOne, MongoClient, errors

from . import mongo_server
from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case


async def main(facts: Facts, rules: Rules) -> None:
    sync, other = MongoClient(mongo_server.start()), AsyncMongoClient(mongo_server.start())
    pair = Pair(facts, rules, "pymongo.MongoClient", None, sync, other)
    pair.enter()
    await pair.run(case("get_database", "shop"), case("list_database_names"), case("list_databases"), case("server_info"), case("start_session"))
    await pair.attribute("codec_options", "read_preference", "is_primary", "is_mongos", "primary")
    one, two = sync.address, await other.address
    facts.check("pymongo.MongoClient.address → pymongo address", "form await attribute", one[0] == two[0], two[0])
    pair.done.add("address")
    databases = Pair(facts, rules, "pymongo.database.Database", None, sync["shop"], other["shop"])
    databases.enter()
    facts.check("pymongo.MongoClient.__getitem__ → pymongo", "form none", type(other["shop"]).__name__ == type(other.shop).__name__ == "AsyncDatabase", "an AsyncDatabase")
    await databases.run(case("get_collection", "books"), case("command", "ping"), case("command", "none"), case("with_options"), case("create_collection", "made"))
    await databases.attribute("name")
    await collections(facts, rules, sync["shop"]["books"], other["shop"]["books"])
    await databases.run(case("list_collection_names"), case("list_collections"), case("drop_collection", "books"))
    databases.sweep()
    await sessions(facts, rules, sync, other)
    first, second = MongoClient("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200"), AsyncMongoClient("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200")
    down = attempt(first.server_info), await attempt_async(second.server_info)
    facts.check("pymongo.errors.ServerSelectionTimeoutError", "exception: nobody listens", type(down[0].error) is type(down[1].error) is errors.ServerSelectionTimeoutError, f"{down[0]} / {down[1]}")
    await pair.run(case("drop_database", "shop"), case("close"))
    pair.sweep()


async def collections(facts: Facts, rules: Rules, before, after) -> None:
    pair = Pair(facts, rules, "pymongo.collection.Collection", None, before, after)
    pair.enter()
    rows = [{"_id": number, "year": 1990 + number, "lent": number % 2 == 0} for number in range(5)]
    await pair.run(case("insert_one", {"_id": 9, "year": 1}), case("insert_many", rows), case("insert_one", {"_id": 9}), case("find_one", {"_id": 1}), case("find_one", {"_id": 77}),
                   case("count_documents", {"lent": True}), case("estimated_document_count"), case("distinct", "year"), case("update_one", {"_id": 1}, {"$set": {"a": 1}}), case("update_many", {"lent": True}, {"$set": {"b": 1}}),
                   case("replace_one", {"_id": 2}, {"year": 5}), case("find_one_and_update", {"_id": 1}, {"$set": {"c": 1}}), case("find_one_and_delete", {"_id": 3}), case("find_one_and_replace", {"_id": 1}, {"year": 3}),
                   case("delete_one", {"_id": 4}), case("delete_many", {"_id": 77}), case("bulk_write", [InsertOne({"_id": 50}), DeleteOne({"_id": 50})]), case("create_index", "year"), case("drop_indexes"),
                   case("index_information"), case("options"), case("with_options"), case("find"), case("find_raw_batches"))
    for method, args in (("aggregate", ([{"$match": {"lent": True}}],)), ("list_indexes", ())):
        one, two = getattr(before, method)(*args), getattr(after, method)(*args)
        facts.check(f"pymongo.collection.Collection.{method} → pymongo {method}", "form await, then `async for`", hasattr(two, "__await__"), type(two).__name__)
        rows = [row async for row in await two]
        facts.check(f"pymongo.collection.Collection.{method} → pymongo {method}", "result", list(one) == rows, rows)
        pair.done.add(method)
    found = after.find({})
    facts.check("pymongo.collection.Collection.find → pymongo find", "form none, then `async for`", not hasattr(found, "__await__") and hasattr(type(found), "__aiter__"), type(found).__name__)
    same = list(before.find({"year": {"$gt": 0}}).sort("year", -1).limit(2)), [row async for row in after.find({"year": {"$gt": 0}}).sort("year", -1).limit(2)]
    facts.check("pymongo.cursor.Cursor", "iter: result", same[0] == same[1], same[1])
    same = list(before.find().batch_size(2)), [row async for row in after.find().batch_size(2)]
    facts.check("pymongo.cursor.Cursor", "iter: result of several batches", same[0] == same[1], f"{len(same[1])} rows")
    cursors = Pair(facts, rules, "pymongo.cursor.Cursor", None, before.find(), after.find())
    cursors.enter()
    await cursors.run(case("sort", "year"), case("limit", 3), case("skip", 0), case("batch_size", 2), case("comment", "x"), case("clone"), case("next"), case("rewind"), case("to_list"), case("rewind"), case("distinct", "year"), case("close"))
    await cursors.attribute("alive", "collection", "retrieved")
    indexed = attempt(lambda: after.find()[0])
    facts.check("pymongo.cursor.Cursor.__getitem__", "mirror = false", indexed.error is not None, indexed)
    cursors.sweep()
    commands = Pair(facts, rules, "pymongo.command_cursor.CommandCursor", None, before.aggregate([]), await after.aggregate([]))
    commands.enter()
    await commands.run(case("batch_size", 2), case("next"), case("try_next"), case("to_list"), case("close"))
    commands.sweep()
    await pair.attribute("full_name", "name")
    pair.sweep()
    twice = attempt(before.insert_one, {"_id": 9}), await attempt_async(after.insert_one, {"_id": 9})
    facts.check("pymongo.errors.DuplicateKeyError", "exception", type(twice[0].error) is type(twice[1].error) is errors.DuplicateKeyError, f"{twice[0]} / {twice[1]}")
    truth = attempt(bool, before), attempt(bool, after)
    facts.check("pymongo.collection.Collection", "measured: neither has a truth value", type(truth[0].error) is type(truth[1].error), truth[1])
    await pair.run(case("drop"))


async def sessions(facts: Facts, rules: Rules, sync, other) -> None:
    one, two = sync.start_session(), other.start_session()
    pair = Pair(facts, rules, "pymongo.client_session.ClientSession", None, one, two)
    pair.enter()
    begun = two.start_transaction()
    facts.check("pymongo.client_session.ClientSession.start_transaction → pymongo", "form async with await", hasattr(begun, "__await__"), type(begun).__name__)
    context = await begun
    facts.check("pymongo.client_session.ClientSession.start_transaction → pymongo", "form async with await (enter)", hasattr(type(context), "__aenter__"), type(context).__name__)
    one.start_transaction()
    await pair.attribute("in_transaction", "has_ended")
    await pair.run(case("abort_transaction"), case("end_session"))
    pair.done |= {"start_transaction"}
    pair.sweep()
