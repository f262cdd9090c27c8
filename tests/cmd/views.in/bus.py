HANDLERS = []


def subscribe(handler):
    HANDLERS.append(handler)
    return handler


def publish(name):
    for handler in HANDLERS:
        handler(name)


def run(action, name):
    return action(name)
