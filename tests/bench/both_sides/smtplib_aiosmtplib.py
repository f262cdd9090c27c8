"""smtplib → aiosmtplib."""
import smtplib
import socket
import threading
from email.message import EmailMessage

import aiosmtplib
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult

from . import http_server
from .facts import Facts, attempt, attempt_async, refuses
from .rules import Rules
from .twins import Pair, case, raises

LIBRARY = "aiosmtplib"


class Handler:
    got: list = []

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"refuse me" in envelope.content:
            return "554 no"
        self.got.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return "250 accepted"


def auth(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"right", handled=False)


def start() -> int:
    class Local(Controller):
        def factory(self):
            return Server(self.handler, authenticator=auth, auth_require_tls=False, hostname="here")
    controller = Local(Handler(), hostname="127.0.0.1", port=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    return controller.port


def grumpy(*answers: bytes) -> int:
    """The port of a server that gives these answers to whatever it is sent."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk(client: socket.socket) -> None:
        for answer in answers:
            client.sendall(answer + b"\r\n")
            client.recv(1000)
        client.close()

    def serve() -> None:
        while True:
            threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    return listening.getsockname()[1]


def message(sender: str = "a@example.com") -> EmailMessage:
    text = EmailMessage()
    text["From"], text["To"], text["Subject"] = sender, "b@example.com", "hello"
    text.set_content("body")
    return text


async def main(facts: Facts, rules: Rules) -> None:
    port = start()
    twin = rules.cls("smtplib.SMTP", LIBRARY)
    label = "smtplib.SMTP → aiosmtplib.SMTP"
    samples = {"port": port, "local_hostname": "me", "timeout": 5, "source_address": None}
    for name in twin.get("accept", []):
        before, after = attempt(smtplib.SMTP, "127.0.0.1", **{"port": port, name: samples[name]}), attempt(aiosmtplib.SMTP, hostname="127.0.0.1", **{"port": port, name: samples[name]})
        facts.check(label, f"accept {name}", before.error is None and after.error is None, f"{before} / {after}")
    refused = refuses(aiosmtplib.SMTP, (), {"port": port}, "host")
    facts.check(label, "rename host = hostname", twin.get("rename", {}).get("host") == "hostname" and refused is not None, refused)
    for position, name in enumerate(twin.get("names", [])):
        values = ["127.0.0.1", port, "me", 5, None]
        taken = attempt(aiosmtplib.SMTP, **{name: values[position]})
        before = attempt(smtplib.SMTP, *values[: max(position + 1, 2)])
        facts.check(label, f"names {name}", taken.error is None and before.error is None, taken)
    positional = attempt(aiosmtplib.SMTP, "127.0.0.1", port)
    facts.check(label, f"positional {twin.get('positional')}", twin.get("positional") == 0, f"positional arguments give {positional}")
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        facts.check(label, "note: connects on entry", client.is_connected, "connected")

    before, after = smtplib.SMTP("127.0.0.1", port), aiosmtplib.SMTP(hostname="127.0.0.1", port=port)
    await after.connect()
    pair = Pair(facts, rules, "smtplib.SMTP", LIBRARY, before, after)
    pair.enter()
    await answers(pair, case("ehlo", name="me"), case("helo", name="me"), case("ehlo"), case("noop"), case("rset"), case("vrfy", "b@example.com"), case("verify", "b@example.com"),
                  case("mail", "a@example.com"), case("rcpt", "b@example.com"), case("data", b"text\r\n"), case("docmd", "NOOP"), case("help"))
    one, two = attempt(before.expn, "list"), await attempt_async(after.expn, "list")
    facts.check("smtplib.SMTP.expn → aiosmtplib expn", "note: a refusing answer raises", one.error is None and isinstance(two.error, aiosmtplib.SMTPResponseException), f"{one} / {two}")
    await pair.run(case("has_extn", "auth"), case("has_extn", "nothing"))
    for one in (case("sendmail", "a@example.com", ["b@example.com"], "hello", mail_options=[], rcpt_options=[], differs="the errors and the answer"),
                case("sendmail", "a@example.com", ["b@example.com"], "hello", [], [], differs="the errors and the answer"),
                case("send_message", message(), "x@example.com", ["y@example.com"], differs="the errors and the answer"),
                case("sendmail", "a@example.com", ["b@example.com", "nobody@example.com"], "hello", differs="the errors and the answer"),
                case("send_message", message(), differs="the errors and the answer"), case("send_message", message(), from_addr="x@example.com", to_addrs=["y@example.com"], differs="the errors and the answer")):
        await pair.call(one)
    facts.check("smtplib.SMTP.sendmail → aiosmtplib sendmail", "measured: what is sent is the same", Handler.got[-1] == Handler.got[-2], Handler.got[-1][:2])
    for name, given in (("sendmail", {"sender": "a@example.com", "recipients": ["b@example.com"], "message": "hello"}), ("send_message", {"message": message()}), ("login", {"username": "me", "password": "right"})):
        refused = await attempt_async(getattr(after, name), **given)
        facts.check(f"smtplib.SMTP.{name} → aiosmtplib {name}", f"positional {len(given)}: they have no keywords", isinstance(refused.error, TypeError), refused)
    tls = pair.rules.member(pair.methods["starttls"], "starttls", LIBRARY, same=True)
    one, two = attempt(before.starttls), await attempt_async(after.starttls)
    await raises(facts, rules, LIBRARY, "smtplib.SMTPException", one, two)
    facts.check("except smtplib.SMTPNotSupportedError → aiosmtplib.SMTPNotSupported", "note: `starttls` raises `SMTPException` itself",
                isinstance(one.error, smtplib.SMTPNotSupportedError) and type(two.error) is aiosmtplib.SMTPException, f"{one} / {two}")
    facts.check("except smtplib.SMTPException → aiosmtplib.SMTPException", "note: it is no `OSError`", isinstance(one.error, OSError) and not isinstance(two.error, OSError), f"{one} / {two}")
    for old, new in tls.get("rename", {}).items():
        facts.check("smtplib.SMTP.starttls → aiosmtplib starttls", f"rename {old} = {new}", refuses(after.starttls, (), {}, old) is not None and refuses(after.starttls, (), {}, new) is None, "")
    for name in tls.get("drop", []):
        refused = refuses(after.starttls, (), {}, name)
        facts.check("smtplib.SMTP.starttls → aiosmtplib starttls", f"drop {name}", refused is not None, refused or "it is taken")
    wrong = attempt(before.login, "me", "wrong"), await attempt_async(after.login, "me", "wrong")
    for name in ("SMTPAuthenticationError", "SMTPResponseException", "SMTPException"):
        await raises(facts, rules, LIBRARY, f"smtplib.{name}", *wrong)
    facts.check("except smtplib.SMTPResponseException → aiosmtplib.SMTPResponseException", "note: `smtp_code` is `code`, `smtp_error` the text `message`",
                (wrong[0].error.smtp_code, wrong[0].error.smtp_error.decode()) == (wrong[1].error.code, wrong[1].error.message), f"{wrong[0].error.smtp_error} / {wrong[1].error.message}")
    pair.sync, pair.other = smtplib.SMTP("127.0.0.1", port), aiosmtplib.SMTP(hostname="127.0.0.1", port=port)
    await pair.other.connect()
    await answers(pair, case("login", "me", "right"))
    refused = refuses(pair.other.login, ("me", "right"), {}, "initial_response_ok")
    facts.check("smtplib.SMTP.login → aiosmtplib login", "drop initial_response_ok", refused is not None, refused)
    for name, args in (("SMTPRecipientsRefused", ("a@example.com", ["nobody@example.com"], "x")), ("SMTPSenderRefused", ("nobody@example.com", ["b@example.com"], "x")), ("SMTPDataError", ("a@example.com", ["b@example.com"], "refuse me"))):
        refusals = attempt(pair.sync.sendmail, *args), await attempt_async(pair.other.sendmail, *args)
        await raises(facts, rules, LIBRARY, f"smtplib.{name}", *refusals)
        if name == "SMTPRecipientsRefused":
            facts.check(f"except smtplib.{name} → aiosmtplib.{name}", "note: its `recipients` are a list", isinstance(refusals[0].error.recipients, dict) and isinstance(refusals[1].error.recipients, list), f"{refusals[0]} / {refusals[1]}")
    abroad = message("é@example.com")
    await raises(facts, rules, LIBRARY, "smtplib.SMTPNotSupportedError", attempt(pair.sync.send_message, abroad), await attempt_async(pair.other.send_message, abroad))
    rude = grumpy(b"554 no service")
    await raises(facts, rules, LIBRARY, "smtplib.SMTPConnectError", attempt(smtplib.SMTP, "127.0.0.1", rude), await attempt_async(aiosmtplib.SMTP(hostname="127.0.0.1", port=rude).connect))
    rude = grumpy(b"220 hello", b"500 what", b"500 what", b"500 what")
    greeted = aiosmtplib.SMTP(hostname="127.0.0.1", port=rude, start_tls=False)
    await greeted.connect()
    await raises(facts, rules, LIBRARY, "smtplib.SMTPHeloError", attempt(smtplib.SMTP("127.0.0.1", rude).sendmail, "a@example.com", ["b@example.com"], "x"), await attempt_async(greeted.sendmail, "a@example.com", ["b@example.com"], "x"))
    greeted.close()
    down = attempt(smtplib.SMTP, "127.0.0.1", 9), await attempt_async(aiosmtplib.SMTP(hostname="127.0.0.1", port=9).connect)
    facts.check("smtplib.SMTP.connect → aiosmtplib connect", "note: `SMTPConnectError` when nobody listens", isinstance(down[0].error, ConnectionRefusedError) and isinstance(down[1].error, aiosmtplib.SMTPConnectError), f"{down[0]} / {down[1]}")
    await connecting(facts, rules, port)
    await answers(pair, case("quit"))
    await raises(facts, rules, LIBRARY, "smtplib.SMTPServerDisconnected", attempt(pair.sync.noop), await attempt_async(pair.other.noop))
    pair.sync, pair.other = smtplib.SMTP("127.0.0.1", port), aiosmtplib.SMTP(hostname="127.0.0.1", port=port)
    await pair.other.connect()
    facts.check("smtplib.SMTP.sock", "measured: aiosmtplib's `sock` is one that it is given", pair.other.sock is None, "None while connected")
    pair.done |= {"connect", "starttls", "sock"}
    pair.sweep()
    await pair.run(case("close"))
    secure = rules.cls("smtplib.SMTP_SSL", LIBRARY)
    for name, text in secure.get("add", {}).items():
        taken = attempt(aiosmtplib.SMTP, **{name: eval(text)})
        facts.check("smtplib.SMTP_SSL → aiosmtplib.SMTP", f"add {name} = {text}", taken.error is None, taken)
    for old, new in secure.get("rename", {}).items():
        facts.check("smtplib.SMTP_SSL → aiosmtplib.SMTP", f"rename {old} = {new}", refuses(aiosmtplib.SMTP, (), {}, old) is not None and attempt(aiosmtplib.SMTP, **{new: None}).error is None, "")


async def answers(pair: Pair, *cases) -> None:
    """smtplib gives (code, bytes), aiosmtplib (code, text): equal when the bytes are decoded."""
    for one in cases:
        twin = pair.rules.member(pair.methods[one.member], one.member, LIBRARY, same=pair.same)
        if twin is None:
            pair.facts.skip(pair.label(one.member, None), "form", "the rules name no twin")
            continue
        pair.done.add(one.member)
        label = pair.label(one.member, twin)
        method = getattr(pair.other, twin.name, None)
        if method is None:
            pair.facts.check(label, "name", False, "it has no such member")
            continue
        args, keywords = twin.arguments(one.args, one.keywords)
        if one.member == "docmd":
            args = tuple(arg.encode() for arg in args)
        before, value = attempt(getattr(pair.sync, one.member), *one.args, **one.keywords), attempt(method, *args, **keywords)
        pair.facts.check(label, f"form {twin.form}", hasattr(value.value, "__await__"), value if value.error else type(value.value).__name__)
        after = await attempt_async(lambda: value.value)
        for old in twin.get("rename", {}):
            if old in one.keywords:
                refused = refuses(method, (), {}, old)
                pair.facts.check(label, f"rename {old}", refused is not None and after.error is None, refused)
        if before.error is not None or after.error is not None:
            pair.facts.check(label, "result", (before.error is None) == (after.error is None) and type(before.error).__name__ == type(after.error).__name__, f"{before} / {after}")
        elif isinstance(before.value, bytes):
            pair.facts.check(label, "result", before.value.decode() == after.value, f"{before} / {after}")
        else:
            code, text = before.value
            pair.facts.check(label, "result differs: text, not bytes", (code, text.decode().split()) == (after.value.code, after.value.message.split()), f"{before} / {after}")


async def connecting(facts: Facts, rules: Rules, port: int) -> None:
    rule = rules.members("smtplib.SMTP", "methods")["connect"]
    twin = rules.member(rule, "connect", LIBRARY, same=True)
    label = "smtplib.SMTP.connect → aiosmtplib connect"
    for name, value in zip(twin.get("names", []), ("127.0.0.1", port, None)):
        client = aiosmtplib.SMTP()
        given = {"hostname": "127.0.0.1", "port": port, name: value}
        got = await attempt_async(client.connect, **given)
        facts.check(label, f"names {name}", got.error is None, got)
        client.close()
    facts.check(label, "rename host = hostname", refuses(aiosmtplib.SMTP().connect, (), {"port": port}, "host") is not None, "the old name is refused")
    got = await attempt_async(aiosmtplib.SMTP(timeout=0.3).connect, hostname="127.0.0.1", port=int(http_server.deaf().rsplit(":", 1)[1]))
    facts.check(label, "measured: a timeout", isinstance(got.error, aiosmtplib.SMTPTimeoutError), got)
