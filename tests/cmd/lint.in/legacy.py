import time


async def old():
    time.sleep(1)
