import time

import requests


def load(url):
    return requests.get(url, timeout=5)


async def show(url):
    return load(url)


async def save(url):
    time.sleep(1)
    return load(url)
