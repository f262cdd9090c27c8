"""A server that speaks enough of MongoDB's wire protocol for the commands of the comparison; documents are kept in memory."""
from __future__ import annotations

import socketserver
import struct
import threading

import bson


class Store:
    """The collections of one server."""

    def __init__(self):
        self.collections: dict[str, list[dict]] = {}
        self.cursors: dict[int, tuple[str, list[dict]]] = {}

    def matching(self, name: str, query: dict) -> list[dict]:
        def holds(document: dict) -> bool:
            for key, wanted in query.items():
                if isinstance(wanted, dict) and "$gt" in wanted:
                    if not document.get(key, 0) > wanted["$gt"]:
                        return False
                elif document.get(key) != wanted:
                    return False
            return True
        return [one for one in self.collections.get(name, []) if holds(one)]

    def cursor(self, space: str, documents: list[dict], size: int) -> dict:
        first, rest = documents[:size], documents[size:]
        number = len(self.cursors) + 1 if rest else 0
        if rest:
            self.cursors[number] = (space, rest)
        return {"ok": 1.0, "cursor": {"id": bson.Int64(number), "ns": space, "firstBatch": first}}

    def run(self, body: dict) -> dict:
        command = next(iter(body))
        name, space = body[command], f"{body.get('$db')}.{body[command]}"
        handler = getattr(self, "do_" + command.lower(), None)
        return handler(name, space, body) if handler else {"ok": 0.0, "errmsg": f"no such command: '{command}'", "code": 59, "codeName": "CommandNotFound"}

    def do_hello(self, *_args) -> dict:
        return {"ok": 1.0, "isWritablePrimary": True, "ismaster": True, "maxWireVersion": 21, "minWireVersion": 0, "maxBsonObjectSize": 16777216,
                "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "readOnly": False, "helloOk": True, "logicalSessionTimeoutMinutes": 30}

    do_ismaster = do_hello

    def do_ping(self, *_args) -> dict:
        return {"ok": 1.0}

    do_endsessions = do_killcursors = do_createindexes = do_dropindexes = do_create = do_ping

    def do_buildinfo(self, *_args) -> dict:
        return {"ok": 1.0, "version": "7.0.0", "versionArray": [7, 0, 0, 0]}

    def do_listdatabases(self, *_args) -> dict:
        return {"ok": 1.0, "databases": [{"name": "shop", "sizeOnDisk": 1, "empty": False}], "totalSize": 1}

    def do_listcollections(self, _name, _space, body) -> dict:
        return self.cursor(f"{body['$db']}.$cmd.listCollections", [{"name": one, "type": "collection", "options": {}} for one in sorted(self.collections)], 100)

    def do_listindexes(self, _name, space, _body) -> dict:
        return self.cursor(space, [{"v": 2, "key": {"_id": 1}, "name": "_id_"}], 100)

    def do_insert(self, name, _space, body) -> dict:
        kept, errors = self.collections.setdefault(name, []), []
        for index, document in enumerate(body["documents"]):
            if any(one["_id"] == document["_id"] for one in kept):
                errors.append({"index": index, "code": 11000, "errmsg": "E11000 duplicate key error", "keyValue": {"_id": document["_id"]}})
                break
            kept.append(document)
        return {"ok": 1.0, "n": len(body["documents"]) - len(errors), **({"writeErrors": errors} if errors else {})}

    def do_find(self, name, space, body) -> dict:
        found = self.matching(name, body.get("filter", {}))
        for key, way in reversed(body.get("sort", {}).items()):
            found.sort(key=lambda one: one.get(key), reverse=way < 0)
        found = found[body.get("skip", 0):]
        found = found[: abs(body["limit"])] if body.get("limit") else found
        return self.cursor(space, found, body.get("batchSize", 2))

    def do_getmore(self, name, _space, _body) -> dict:
        space, rest = self.cursors.pop(int(name))
        return {"ok": 1.0, "cursor": {"id": bson.Int64(0), "ns": space, "nextBatch": rest}}

    def do_aggregate(self, name, space, body) -> dict:
        found = self.collections.get(name, [])
        for stage in body["pipeline"]:
            if "$match" in stage:
                found = [one for one in found if one in self.matching(name, stage["$match"])]
            if "$group" in stage:
                found = [{"_id": 1, "n": len(found)}] if found else []
        return self.cursor(space, found, 100)

    def do_count(self, name, _space, body) -> dict:
        return {"ok": 1.0, "n": len(self.matching(name, body.get("query", {})))}

    def do_distinct(self, name, _space, body) -> dict:
        return {"ok": 1.0, "values": sorted({one[body["key"]] for one in self.matching(name, body.get("query", {}))})}

    def do_update(self, name, _space, body) -> dict:
        touched = 0
        for update in body["updates"]:
            for one in self.matching(name, update["q"])[: None if update.get("multi") else 1]:
                one.update(update["u"].get("$set", {key: value for key, value in update["u"].items() if key != "_id"}))
                touched += 1
        return {"ok": 1.0, "n": touched, "nModified": touched}

    def do_delete(self, name, _space, body) -> dict:
        gone = [one for delete in body["deletes"] for one in self.matching(name, delete["q"])[: delete["limit"] or None]]
        self.collections[name] = [one for one in self.collections.get(name, []) if one not in gone]
        return {"ok": 1.0, "n": len(gone)}

    def do_findandmodify(self, name, _space, body) -> dict:
        found = self.matching(name, body.get("query", {}))[:1]
        before = dict(found[0]) if found else None
        if found and body.get("remove"):
            self.collections[name].remove(found[0])
        elif found:
            found[0].update(body["update"].get("$set", {}))
        return {"ok": 1.0, "value": before}

    def do_drop(self, name, _space, _body) -> dict:
        self.collections.pop(name, None)
        return {"ok": 1.0}

    def do_dropdatabase(self, *_args) -> dict:
        self.collections.clear()
        return {"ok": 1.0}


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while head := self.rfile.read(16):
            length, request, _, code = struct.unpack("<iiii", head)
            data = self.rfile.read(length - 16)
            if code == 2004:  # OP_QUERY, the first greeting
                end = data.index(b"\0", 4)
                answer = bson.encode(self.server.store.run(bson.decode(data[end + 9:])))
                payload, reply = struct.pack("<iqii", 8, 0, 0, 1) + answer, 1
            else:
                payload, reply = b"\0\0\0\0\0" + bson.encode(self.server.store.run(self.body(data))), 2013
            self.wfile.write(struct.pack("<iiii", 16 + len(payload), 0, request, reply) + payload)

    @staticmethod
    def body(data: bytes) -> dict:
        """The sections of an OP_MSG as one command."""
        position, body = 4, {}
        while position < len(data):
            kind, (size,) = data[position], struct.unpack_from("<i", data, position + 1)
            section = data[position + 1: position + 1 + size]
            if kind == 0:
                body = {**bson.decode(section), **body}
            else:
                end = section.index(b"\0", 4)
                body[section[4:end].decode()] = bson.decode_all(section[end + 1:])
            position += 1 + size
        first = [key for key in body if not isinstance(body[key], list)]
        return {**{key: body[key] for key in first}, **body}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request, address) -> None:
        pass


def start() -> str:
    server = Server(("127.0.0.1", 0), Connection)
    server.store = Store()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"mongodb://127.0.0.1:{server.server_address[1]}/?serverSelectionTimeoutMS=3000"
