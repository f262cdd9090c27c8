import requests

SESSION = requests.Session()


def load(url):
    answer = SESSION.get(url)
    answer.raise_for_status()
    return answer.text


def save(url, data):
    requests.post(url, json=data).raise_for_status()
