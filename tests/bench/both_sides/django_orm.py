"""Django's ORM → its methods with an `a` in front."""
import tempfile
from pathlib import Path

import django
from asgiref.sync import sync_to_async
from django.conf import settings

from .facts import Facts, Outcome, attempt, attempt_async, has_form, plain
from .rules import Rules
from .twins import close

FOLDER = Path(tempfile.mkdtemp())


def models():
    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "django.db")}},
                       INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
                       CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, SECRET_KEY="x")
    django.setup()
    from django.db import connection, models

    class Shelf(models.Model):
        name = models.CharField(max_length=20)

        class Meta:
            app_label = "contenttypes"

    class Book(models.Model):
        title = models.CharField(max_length=20, unique=True)
        shelf = models.ForeignKey(Shelf, null=True, on_delete=models.CASCADE)
        tags = models.ManyToManyField("self")

        class Meta:
            app_label = "contenttypes"

    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Shelf)
        editor.create_model(Book)
    return Shelf, Book


class Side:
    """Runs the sync side in Django's thread, and gives what the async twin of a rule gives."""

    def __init__(self, facts: Facts, rules: Rules):
        self.facts, self.rules = facts, rules
        self.done: dict[str, set[str]] = {}

    async def run(self, name: str, member: str, make, *args, differs: str = "", **keywords) -> None:
        """`make()` gives a fresh receiver; `args` may be callables that give the argument."""
        rule = self.rules.members(name, "methods").get(member)
        twin = self.rules.member(rule, member, None, same=False) if rule else None
        if twin is None:
            return self.facts.skip(f"{name}.{member}", "form", "the rules name no twin")
        self.done.setdefault(name, set()).add(member)
        label = f"{name}.{member} → {twin.name}"
        direct = attempt(getattr(make(), member), *args, **keywords) if rule.get("blocking") and not rule.get("lazy") else None
        if direct is not None:
            self.facts.check(label, "measured: the sync method refuses to run on the loop", type(direct.error).__name__ == "SynchronousOnlyOperation", direct)

        def sync():
            value = attempt(getattr(make(), member), *args, **keywords)
            return Outcome(list(value.value)) if rule.get("lazy") else value

        before = await sync_to_async(sync)()
        call = getattr(make(), twin.name)
        if member in ("create", "delete", "get_or_create", "update_or_create", "bulk_create", "save"):
            await sync_to_async(self.reset)()
        try:
            value = call(*args, **keywords)
        except Exception as error:
            return self.facts.check(label, f"form {twin.form}", False, Outcome(error=error))
        self.facts.check(label, f"form {twin.form}", has_form(value, twin.form), f"the call gives a {type(value).__name__}")
        after = await attempt_async(lambda: value) if twin.form != "async for" else Outcome([one async for one in value])
        if before.error is not None or after.error is not None:
            self.facts.check(label, "the same error", type(before.error) is type(after.error), f"{before} / {after}")
        else:
            self.facts.check(label, "result", self.plain(before.value) == self.plain(after.value), f"{before} / {after}")

    def plain(self, value):
        return str(plain(value))

    def reset(self) -> None:
        self.Book.objects.all().delete()
        self.Book.objects.bulk_create([self.Book(id=number, title=title) for number, title in ((1, "a"), (2, "b"), (3, "c"))])


async def main(facts: Facts, rules: Rules) -> None:
    side = Side(facts, rules)
    shelf_class, book = await sync_to_async(models)()
    side.Book = book
    await sync_to_async(side.reset)()
    from django.db.models import Count
    for name, make in (("django.db.models.QuerySet", book.objects.all), ("django.db.models.Manager", lambda: book.objects)):
        row = await book.objects.aget(pk=1)
        for member, args, keywords in (
            ("aggregate", (Count("id"),), {}), ("count", (), {}), ("get", (), {"pk": 1}), ("get", (), {"pk": 99}), ("create", (), {"title": "new"}), ("exists", (), {}),
            ("earliest", ("id",), {}), ("latest", ("id",), {}), ("first", (), {}), ("last", (), {}), ("in_bulk", ([1, 2],), {}), ("contains", (row,), {}), ("explain", (), {}),
            ("update", (), {"shelf": None}), ("get_or_create", (), {"title": "a"}), ("update_or_create", (), {"title": "a", "defaults": {"shelf": None}}),
            ("bulk_update", ([row], ["title"]), {}), ("iterator", (), {}), ("iterator", (), {"chunk_size": 2}), ("create", (), {"title": "a"}),
        ):
            await sync_to_async(side.reset)()
            await side.run(name, member, make, *args, **keywords)
        await sync_to_async(side.reset)()
        await side.run(name, "bulk_create", make, [book(title="q"), book(title="r")])
    await sync_to_async(side.reset)()
    await side.run("django.db.models.QuerySet", "delete", lambda: book.objects.filter(pk=1))
    await sync_to_async(side.reset)()
    rows = [row.title async for row in book.objects.order_by("id")]
    facts.check("django.db.models.QuerySet", "iter: form async for", rows == ["a", "b", "c"], rows)
    for what, test in (("__len__", len), ("__bool__", bool), ("__getitem__", lambda some: some[0]), ("__iter__", list), ("__contains__", lambda some: 1 in some)):
        tried = attempt(test, book.objects.all())
        facts.check(f"django.db.models.QuerySet.{what}", "blocks: refuses to run on the loop", type(tried.error).__name__ == "SynchronousOnlyOperation", tried)
    sliced = attempt(lambda: book.objects.all()[:2])
    facts.check("django.db.models.QuerySet.__getitem__", "note: a slice stays lazy", sliced.error is None, type(sliced.value).__name__)
    for member in ("filter", "exclude", "annotate", "order_by", "reverse", "distinct", "all", "none", "using", "only", "defer", "select_related", "prefetch_related", "select_for_update", "union", "values", "values_list"):
        args = {"using": ("default",), "only": ("title",), "defer": ("title",), "order_by": ("id",), "union": (book.objects.all(),)}.get(member, ())
        tried = attempt(getattr(book.objects.all(), member), *args)
        facts.check(f"django.db.models.QuerySet.{member}", "does not block", tried.error is None, type(tried.value).__name__)
    raw = [row.title async for row in book.objects.raw("select * from contenttypes_book order by id")] if hasattr(type(book.objects.raw("select 1")), "__aiter__") else None
    facts.check("django.db.models.query.RawQuerySet", "iter: form async for", raw == ["a", "b", "c"], raw)

    model = "django.db.models.Model"
    row = await book.objects.aget(pk=1)
    await side.run(model, "save", lambda: row)
    await side.run(model, "save", lambda: row, update_fields=["title"])
    await side.run(model, "refresh_from_db", lambda: row)
    doomed = iter([await book.objects.aget(pk=2), await book.objects.aget(pk=2), await book.objects.aget(pk=2), await book.objects.aget(pk=2)])
    await side.run(model, "delete", lambda: next(doomed))
    await sync_to_async(side.reset)()
    related = "django.db.models.fields.related_descriptors.RelatedManager"
    shelf = await shelf_class.objects.acreate(name="s")
    row = await book.objects.aget(pk=1)
    tags = lambda: row.tags
    one = await book.objects.aget(pk=2)
    for member, args in (("add", (one,)), ("remove", (one,)), ("set", ([one],)), ("clear", ())):
        await side.run(related, member, tags, *args)
    for member, keywords in (("create", {"title": "t1"}), ("get_or_create", {"title": "t2"}), ("update_or_create", {"title": "t3"})):
        shelf = await shelf_class.objects.acreate(name=member)
        await side.run(related, member, lambda: shelf.book_set, **keywords)
    await sync_to_async(side.reset)()
    shelf = await shelf_class.objects.acreate(name="z")
    await book.objects.filter(pk=1).aupdate(shelf=shelf)
    row = await book.objects.aget(pk=1)
    tried = attempt(lambda: row.shelf)
    facts.check("django.db.models.fields.related_descriptors.ForwardManyToOneDescriptor", "blocks when it is read first", type(tried.error).__name__ == "SynchronousOnlyOperation", tried)
    row = await book.objects.select_related("shelf").aget(pk=1)
    facts.check("django.db.models.fields.related_descriptors.ForwardManyToOneDescriptor", "note: `select_related` loads it before", attempt(lambda: row.shelf.name).error is None, "loaded")
    await functions(facts, rules, book)
    await services(facts, rules)


async def functions(facts: Facts, rules: Rules, book) -> None:
    import importlib
    row = [await book.objects.aget(pk=1)]
    for name, args in (("django.db.models.prefetch_related_objects", (row, "tags")), ("django.shortcuts.get_object_or_404", (book,)), ("django.shortcuts.get_list_or_404", (book,))):
        twin = rules.function(name, None)
        if twin is None:
            facts.skip(name, "form", "the rules name no twin")
            continue
        module, _, last = name.rpartition(".")
        keywords = {"pk": 1} if "404" in name else {}
        before = await sync_to_async(attempt)(getattr(importlib.import_module(module), last), *args, **keywords)
        target, _, other = twin.target.rpartition(".")
        value = getattr(importlib.import_module(target), other)(*args, **keywords)
        facts.check(f"{name} → {other}", f"form {twin.form}", has_form(value, twin.form), type(value).__name__)
        after = await attempt_async(lambda: value)
        facts.check(f"{name} → {other}", "result", str(plain(before.value)) == str(plain(after.value)), f"{before} / {after}")
        if "404" in name:
            before, after = await sync_to_async(attempt)(getattr(importlib.import_module(module), last), book, pk=99), await attempt_async(getattr(importlib.import_module(target), other), book, pk=99)
            facts.check(f"{name} → {other}", "exception", type(before.error) is type(after.error) and after.error is not None, f"{before} / {after}")
    from django.db import transaction
    entered = await attempt_async(lambda: transaction.atomic().__aenter__())
    facts.check("django", "note: transactions have no async form", isinstance(entered.error, AttributeError), entered)


async def services(facts: Facts, rules: Rules) -> None:
    """The cache, sessions and users."""
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.cache.backends.locmem import LocMemCache
    from .twins import Pair, case
    names = [name for name in rules.classes if name.startswith("django.core.cache") and "BaseCache" in name]
    if not names:
        facts.skip("django.core.cache", "form", "no rule names the base of caches")
    else:
        pair = Pair(facts, rules, names[0], None, LocMemCache("one", {}), LocMemCache("two", {}))
        for one in (case("set", "k", 1), case("get", "k"), case("add", "k", 2), case("get_or_set", "k", 3), case("get_many", ["k"]), case("set_many", {"a": 1}), case("has_key", "k"),
                    case("touch", "k"), case("incr", "k"), case("decr", "k"), case("delete_many", ["a"]), case("get", "none", "x"), case("incr", "none"), case("close"), case("clear")):
            await pair.call(one)
    stores = [name for name in rules.classes if name.startswith("django.contrib.sessions.backends.base.SessionBase")]
    if stores:
        pair = Pair(facts, rules, stores[0], None, None, None)
        for member in pair.methods:
            twin = rules.member(pair.methods[member], member, None, same=False)
            if twin is not None:
                found = getattr(SessionStore, twin.name, None)
                facts.check(f"{stores[0]}.{member} → {twin.name}", "name", found is not None, "declared" if found else "it has no such member")
    made = await attempt_async(get_user_model().objects.acreate_user, "me", password="x")
    facts.check("django.contrib.auth", "measured: acreate_user", made.error is None, made)
    if made.error is None:
        checked = made.value.acheck_password("x")
        facts.check("django.contrib.auth", "measured: acheck_password", await checked is True, "True")
