"""SQLAlchemy → its asyncio side."""
import tempfile
from pathlib import Path

import sqlalchemy
from sqlalchemy import ForeignKey, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, scoped_session, sessionmaker

from .facts import Facts, attempt, attempt_async
from .rules import Rules
from .twins import Pair, case


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


async def main(facts: Facts, rules: Rules) -> None:
    folder = Path(tempfile.mkdtemp())
    engine, other = sqlalchemy.create_engine(f"sqlite:///{folder}/one.db"), create_async_engine(f"sqlite+aiosqlite:///{folder}/two.db")
    wrong = attempt(create_async_engine, f"sqlite:///{folder}/two.db")
    facts.check("sqlalchemy.create_engine → create_async_engine", "note: the URL names an async driver", wrong.error is not None, wrong)
    for name in ("echo", "pool_pre_ping", "pool_recycle"):
        made = attempt(create_async_engine, "sqlite+aiosqlite://", **{name: 1})
        facts.check("sqlalchemy.create_engine → create_async_engine", f"accept {name} (all keywords)", made.error is None, made)
    Base.metadata.create_all(engine)
    async with other.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        facts.check("sqlalchemy.Engine.begin → sqlalchemy begin", "form async with", type(connection).__name__ == "AsyncConnection", "an AsyncConnection")
    wrong = await attempt_async(lambda: sqlalchemy.inspect(other))
    facts.check("sqlalchemy.inspect", "note: `run_sync` calls it", wrong.error is not None, wrong)
    async with other.connect() as connection:
        tables = await connection.run_sync(lambda sync: sqlalchemy.inspect(sync).get_table_names())
    facts.check("sqlalchemy.inspect", "note: `run_sync` calls it (result)", tables == sqlalchemy.inspect(engine).get_table_names(), tables)

    pair = Pair(facts, rules, "sqlalchemy.Engine", None, engine, other)
    pair.enter()
    await pair.run(case("get_execution_options"), case("execution_options", a=1, differs="an `AsyncEngine`"), case("clear_compiled_cache"), case("raw_connection"))
    await pair.attribute("name")
    await pair.attribute("driver", differs="another driver")
    await connections(facts, rules, pair, engine, other)
    await sessions(facts, rules, engine, other)
    await pair.run(case("dispose"))
    pair.done |= {"begin", "connect"}
    pair.sweep()


async def connections(facts: Facts, rules: Rules, engines: Pair, engine, other) -> None:
    await engines.run(case("connect"))
    before = engine.connect()
    async with other.connect() as after:
        pair = Pair(facts, rules, "sqlalchemy.Connection", None, before, after)
        pair.enter()
        await pair.run(case("execute", text("insert into shelf (id, name) values (1, 'a'), (2, 'b')")), case("commit"), case("scalar", text("select count(*) from shelf")),
                       case("scalars", text("select name from shelf")), case("exec_driver_sql", "select 1"), case("get_isolation_level"), case("in_transaction"), case("in_nested_transaction"),
                       case("get_transaction", differs="an `AsyncTransaction`"), case("get_nested_transaction"), case("rollback"), case("execute", text("select nothing from nowhere")), case("rollback"),
                       case("execution_options", isolation_level="SERIALIZABLE"))
        one, two = before.execute(text("select * from shelf")), await after.execute(text("select * from shelf"))
        facts.check("sqlalchemy.Result", "note: it holds all rows, its methods stay as they are", one.all() == two.all(), f"a {type(two).__name__}")
        for method in ("fetchall", "first", "scalar", "keys", "mappings"):
            one, two = before.execute(text("select name from shelf")), await after.execute(text("select name from shelf"))
            one, two = getattr(one, method)(), getattr(two, method)()
            facts.check(f"sqlalchemy.Result.{method}", "not awaited", str(list(one) if method == "mappings" else one) == str(list(two) if method == "mappings" else two), str(two))
        await pair.run(case("rollback"))
        for name in ("begin", "begin_nested"):
            start, begun = getattr(before, name)(), getattr(after, name)()
            twin = rules.member(pair.methods[name], name, None, same=True)
            facts.check(f"sqlalchemy.Connection.{name} → sqlalchemy {name}", f"form {twin.form}", hasattr(type(begun), "__aenter__"), type(begun).__name__)
            async with begun:
                await after.execute(text("insert into shelf (name) values ('c')"))
            start.commit()
            pair.done.add(name)
            if name == "begin":
                transaction = Pair(facts, rules, "sqlalchemy.Transaction", None, before.begin(), await after.begin())
                transaction.enter()
                await transaction.attribute("is_active", "is_valid")
                await transaction.run(case("rollback"), case("close"))
                transaction.sweep()
        await pair.attribute("closed", "invalidated", "default_isolation_level", "info", "connection")
        await pair.attribute("dialect", differs="another driver")
        facts.check("sqlalchemy.Connection.engine → sqlalchemy sync_engine", "attribute, none", after.sync_engine is other.sync_engine, "the engine below")
        streamed = after.stream(text("select * from shelf"))
        facts.check("sqlalchemy.Connection", "note: `stream` is for rows that should come one by one", hasattr(streamed, "__aenter__"), type(streamed).__name__)
        async with streamed as rows:
            facts.check("sqlalchemy.ext.asyncio.AsyncConnection.stream", "form async for", len([row async for row in rows]) >= 2, "rows")
        pair.done |= {"engine"}
        await pair.run(case("rollback"), case("invalidate"), case("close"))
        pair.sweep()


async def sessions(facts: Facts, rules: Rules, engine, other) -> None:
    before, after = Session(engine, expire_on_commit=False), AsyncSession(other, expire_on_commit=False)
    pair = Pair(facts, rules, "sqlalchemy.orm.Session", None, before, after)
    pair.enter()
    shelves = []
    for session, side in ((before, pair.sync), (after, pair.other)):
        shelf = Shelf(name="new")
        shelf.books = [Book(title="x"), Book(title="y")]
        shelves.append(shelf)
    facts.check("sqlalchemy.orm.Session.add → sqlalchemy add", "form none", before.add(shelves[0]) is after.add(shelves[1]) is None, "not awaited")
    pair.done |= {"add", "add_all"}
    await pair.run(case("flush"), case("commit"), case("get", Book, 1), case("get", Book, 99), case("get_one", Book, 1), case("get_one", Book, 99), case("execute", select(Book.title)),
                   case("scalar", select(Book.title).order_by(Book.id)), case("scalars", select(Book.title)), case("connection"), case("in_transaction"), case("in_nested_transaction"),
                   case("merge", Book(id=1, title="z")), case("is_modified", Shelf(name="w")), case("rollback"), case("expire_all"), case("get_bind"), case("get_transaction"))
    rows = [book.title for book in before.scalars(select(Book).order_by(Book.id))], [book.title for book in await after.scalars(select(Book).order_by(Book.id))]
    facts.check("sqlalchemy.orm.Session.scalars", "measured: what it gives is iterated as before", rows[0] == rows[1], rows[1])
    one, two = before.get(Book, 2), await after.get(Book, 2)
    before.refresh(one)
    got = await attempt_async(after.refresh, two)
    facts.check("sqlalchemy.orm.Session.refresh → sqlalchemy refresh", "form await", got.error is None, got)
    before.delete(one)
    made = after.delete(two)
    facts.check("sqlalchemy.orm.Session.delete → sqlalchemy delete", "form await", hasattr(made, "__await__"), type(made).__name__)
    await made
    await pair.run(case("commit"), case("scalar", select(sqlalchemy.func.count(Book.id))))
    pair.done |= {"refresh", "delete"}
    for name in ("begin", "begin_nested"):
        await pair.run(case("rollback"))
        twin = rules.member(pair.methods[name], name, None, same=True)
        start, begun = getattr(before, name)(), getattr(after, name)()
        facts.check(f"sqlalchemy.orm.Session.{name} → sqlalchemy {name}", f"form {twin.form}", hasattr(type(begun), "__aenter__"), type(begun).__name__)
        async with begun:
            after.add(Book(title=name))
        start.rollback()
        for dropped in twin.get("drop", []):
            refused = attempt(getattr(after, name), **{dropped: True})
            facts.check(f"sqlalchemy.orm.Session.{name} → sqlalchemy {name}", f"drop {dropped}", isinstance(refused.error, TypeError), refused)
        pair.done.add(name)
    await pair.run(case("rollback"))
    before.add(Book(title="x")), after.add(Book(title="x"))
    await pair.run(case("flush"), case("rollback"))
    loaded = (await after.scalars(select(Shelf).where(Shelf.name == "new"))).one()
    after.expire_all()
    lazy = attempt(lambda: loaded.books)
    facts.check("sqlalchemy.orm.relationship", "note: it must be loaded before", "MissingGreenlet" in f"{type(lazy.error).__name__} {lazy.error}", lazy)
    twice = AsyncSession(other)
    twice.add(Shelf(name="expired"))
    shelf = next(iter(twice.new))
    await twice.commit()
    late = attempt(lambda: shelf.name)
    facts.check("sqlalchemy.orm.Session", "note: a load after the commit would fail", "MissingGreenlet" in f"{type(late.error).__name__} {late.error}", late)
    await twice.close()
    ran = await attempt_async(after.run_sync, lambda session: session.query(Book).count())
    facts.check("sqlalchemy.orm.Session.query", "note: `run_sync` runs a query", ran.error is None, ran)
    await pair.attribute("autoflush", "is_active", "dirty", "new", "deleted", "identity_map", "info")
    await pair.run(case("invalidate"), case("reset"), case("close"))
    pair.sweep()
    makers = Pair(facts, rules, "sqlalchemy.orm.sessionmaker", None, sessionmaker(engine), async_sessionmaker(other))
    makers.enter()
    made = makers.other()
    facts.check("sqlalchemy.orm.sessionmaker.__call__ → sqlalchemy __call__", "form none", isinstance(made, AsyncSession), type(made).__name__)
    await made.close()
    begun = makers.other.begin()
    facts.check("sqlalchemy.orm.sessionmaker.begin → sqlalchemy begin", "form async with", hasattr(type(begun), "__aenter__"), type(begun).__name__)
    async with begun as session:
        facts.check("sqlalchemy.orm.SessionBegun", "enter", isinstance(session, AsyncSession), type(session).__name__)
    await makers.run(case("configure", autoflush=False))
    makers.sweep()
    import asyncio
    scoped = Pair(facts, rules, "sqlalchemy.orm.scoped_session", None, scoped_session(sessionmaker(engine)), async_scoped_session(async_sessionmaker(other), asyncio.current_task))
    scoped.enter()
    await scoped.run(case("execute", text("select 1")), case("scalar", text("select 1")), case("commit"), case("rollback"), case("remove"))
    scoped.sweep()
    needs = attempt(async_scoped_session, async_sessionmaker(other))
    facts.check("sqlalchemy.orm.scoped_session", "note: with `scopefunc`", isinstance(needs.error, TypeError), needs)
