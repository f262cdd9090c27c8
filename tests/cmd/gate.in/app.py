import time

import store


async def handle(name):
    store.load(name)
    store.log(name)
    time.sleep(1)  # asyncshift: ignore[blocking-sleep] the watchdog wants it


async def quiet(
    name,
):  # asyncshift: ignore[blocking]
    store.load(name)
    time.sleep(1)


async def odd():
    store.wait()  # asyncshift: ignore[blocking-slep]
    return 1  # noqa: AS101
