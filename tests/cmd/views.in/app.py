import unknownlib
from bus import publish, run, subscribe
from store import Cached, Store, load


@subscribe
def on_event(name):
    return load(name)


def main(plugin):
    publish("start")
    run(load, "a")
    keep(Cached())
    plugin.start()
    unknownlib.setup().go()


def keep(store: Store):
    store.save("b")


def idle(plugin):
    plugin.stop()
    plugin.stop()
