import time

import requests


def load(name):
    return requests.get(name, timeout=5)


def log(name):
    with open(name, "a") as file:
        file.write(name)


def wait():
    time.sleep(1)  # asyncshift: ignore[AS101] a test's own
    pause()


def pause():
    time.sleep(2)
