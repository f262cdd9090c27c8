import pytest
import requests

from store import load


@pytest.fixture
def server():
    requests.get("http://localhost")
    return "http://localhost"


def test_load(server):
    assert load(server)
