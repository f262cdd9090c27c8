import time

import requests


# A comment, and another hop: what was known still is.
def fetch(url):
    return load(url)


def load(url):
    return requests.get(url, timeout=5)


async def show(url):
    load(url)
    return fetch(url)


async def save(url):
    time.sleep(1)
    return fetch(url)


async def search(url):
    return load(url)
