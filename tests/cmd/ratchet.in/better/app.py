import asyncio

import requests


def load(url):
    return requests.get(url, timeout=5)


async def show(url):
    return load(url)


async def save(url):
    await asyncio.sleep(1)
    return await asyncio.to_thread(load, url)
