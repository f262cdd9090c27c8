import asyncio
import time

from dateutil.parser import parse

import unknown_lib
from store import load

try:
    import orjson as json
except ImportError:
    import json


async def handle(url):
    return parse(json.loads(load(url)))


async def careful(url):
    return await asyncio.to_thread(load, url)


async def wait():
    time.sleep(1)
    unknown_lib.wait()
