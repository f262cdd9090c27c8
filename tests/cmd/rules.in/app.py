import time

import acme

import store


async def handle():
    acme.ping()
    client = acme.connect()
    client.get()
    store.slow_count()
    time.sleep(1)
