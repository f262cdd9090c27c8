"""Checks the names of rule files against the real packages.

    rule_names.py [--python PYTHON] FILE.toml...     with an interpreter that has the packages
    rule_names.py --most-used                        makes target/venvs/rules and checks the 40 most used libraries

Every public name, alias, class, method and attribute must exist, but for stand-ins and for what says `since` or `removed`: the
version that is installed need not have that. An attribute that only instances have counts when the source of
a class sets or annotates it. Prints one line a missing name and, for each file, how many names were found. Exits 1 if any is missing.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The most downloaded of the libraries that have rules, with what to install.
MOST_USED = {
    "aiohttp": "aiohttp", "anyio": "anyio", "asgiref": "asgiref", "attrs": "attrs", "beautifulsoup4": "beautifulsoup4",
    "boto3": "boto3", "botocore": "botocore", "celery": "celery", "click": "click", "django": "django", "dnspython": "dnspython",
    "docker": "docker", "elasticsearch": "elasticsearch[async]", "filelock": "filelock", "flask": "flask", "fsspec": "fsspec",
    "grpcio": "grpcio", "httpx": "httpx", "jinja2": "jinja2", "lxml": "lxml", "numpy": "numpy", "openai": "openai",
    "openpyxl": "openpyxl", "pandas": "pandas", "paramiko": "paramiko", "pillow": "pillow", "psutil": "psutil",
    "psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "pymongo": "pymongo", "pymysql": "pymysql", "pytest": "pytest",
    "pyyaml": "pyyaml", "redis": "redis", "requests": "requests", "sqlalchemy": "sqlalchemy[asyncio]", "starlette": "starlette",
    "tenacity": "tenacity", "urllib3": "urllib3", "websockets": "websockets",
}

# Runs under the interpreter that has the packages: reads wanted names, prints those that are missing.
PROBE = r"""
import importlib, inspect, json, re, sys, warnings
warnings.simplefilter("ignore")
try:
    # Django's models can be imported only in a configured project.
    import django
    from django.conf import settings
    settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"])
    django.setup()
except ImportError:
    pass

def resolve(name):
    parts = name.split(".")
    module, used = None, 0
    for end in range(len(parts), 0, -1):
        try:
            module, used = importlib.import_module(".".join(parts[:end])), end
            break
        except ImportError as error:
            last = error
        except Exception as error:
            return None, "import fails: %r" % error
    if module is None:
        return None, "no module"
    value = module
    for part in parts[used:]:
        if not hasattr(value, part):
            return None, "%s has no %s" % (".".join(parts[:used]), part)
        value = getattr(value, part)
        used += 1
    return value, None

def source_of(cls):
    # Some packages rename the modules of their classes, so that only functions know their source.
    for thing in (cls, cls.__dict__.get("__init__"), cls.__dict__.get("__new__")):
        try:
            yield inspect.getsource(thing)
            return
        except (OSError, TypeError):
            continue
    for value in vars(cls).values():
        code = getattr(value, "__code__", None) or getattr(getattr(value, "fget", None), "__code__", None)
        if code:
            try:
                yield open(code.co_filename).read()
                return
            except OSError:
                continue

def instances_have(cls, name):
    # What computes its attributes may have any.
    if any("__getattr__" in vars(base) for base in cls.__mro__[:-1]):
        return True
    if any(name in getattr(base, "__annotations__", {}) or name in (getattr(base, "__slots__", None) or ())
           for base in cls.__mro__):
        return True
    for base in cls.__mro__[:-1]:
        for source in source_of(base):
            if re.search(r"self\.%s\b[^=\n]*=|\b%s *[:=]|[\"']%s[\"']" % ((re.escape(name),) * 3), source):
                return True
    return False

missing = []
for kind, name, owner in json.load(sys.stdin):
    if kind == "member":
        value, why = resolve(owner)
        if value is None:
            missing.append("%s.%s (not looked up: %s)" % (owner, name, why))
            continue
        if not hasattr(value, name) and not (isinstance(value, type) and instances_have(value, name)):
            missing.append("%s.%s" % (owner, name))
    else:
        value, why = resolve(name)
        if why:
            missing.append("%s (%s)" % (name, why))
json.dump(missing, sys.stdout)
"""


def wanted(path):
    """The names of a rule file: (kind, name, owner)."""
    rules = tomllib.loads(path.read_text())
    for table in ("function", "class", "decorator", "exception", "variable", "entry"):
        for rule in rules.get(table, []):
            names = [rule["name"]] if "name" in rule else rule["names"]
            # A stand-in has no real name, and a method that users write is in no class of the library.
            if rule.get("stand_in") or rule.get("removed") or rule.get("since") or rule.get("overridden"):
                continue
            for name in names + rule.get("aliases", []):
                yield ("name", name, None)
            if table != "class":
                continue
            mirrors = [rule["mirror"]] if "mirror" in rule else []
            for mirror in mirrors:
                yield ("name", mirror["target"], None)
            for members in (rule.get("methods", {}), rule.get("attributes", {})):
                for key, body in members.items():
                    if isinstance(body, dict) and (body.get("removed") or body.get("since")):
                        continue
                    for name in (part.strip() for part in key.split(",")):
                        if name == "*":
                            continue
                        for owner in names:
                            yield ("member", name, owner)
                        mirror = body.get("mirror") if isinstance(body, dict) else None
                        if mirror is False:
                            continue
                        twin = mirror if isinstance(mirror, str) else (mirror or {}).get("name", name)
                        for target in mirrors:
                            yield ("member", twin, target["target"])


def check(path, python):
    names = list(dict.fromkeys(wanted(path)))
    if shutil.which(python) is None:
        sys.exit(f"no such interpreter: {python}")
    run = subprocess.run([python, "-c", PROBE], input=json.dumps(names), capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{path.name}: the probe failed: {run.stderr.strip().splitlines()[-1]}")
        return 1
    missing = json.loads(run.stdout[run.stdout.index("["):])
    for name in missing:
        print(f"{path.name}: {name}")
    print(f"{path.name}: {len(names) - len(missing)} of {len(names)} names found")
    return len(missing)


def files_of(library):
    folder = ROOT / "rules/libraries"
    single = folder / f"{library}.toml"
    return [single] if single.exists() else sorted((folder / library).glob("**/*.toml"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--most-used", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    files, python = options.files, options.python
    if options.most_used:
        venv = ROOT / "target/venvs/rules"
        python = str(venv / "bin/python")
        if not pathlib.Path(python).exists():
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *MOST_USED.values()], check=True)
        files = [path for library in MOST_USED for path in files_of(library)]
    return 1 if sum(check(path, python) for path in files) else 0


if __name__ == "__main__":
    sys.exit(main())
