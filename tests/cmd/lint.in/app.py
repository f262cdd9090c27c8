import store


async def handle(names, client):
    store.load(names)
    pages = []
    for name in names:
        pages.append(await client.get(name))
    return pages


async def quiet():
    store.load([])  # noqa: AS101
