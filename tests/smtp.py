"""A mail server for tests, on this machine: takes what it is given, or refuses it as it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.test import override_settings


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[EmailMessage] = []
        self.refused: dict[str, str] = {}
        """What is answered to RCPT for an address, such as "550 No such user"."""
        self.after_data = "250 Taken"
        """What is answered once a whole mail was handed over."""


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mail.test")
        for raw in self.rfile:
            verb, _, rest = raw.decode().strip().partition(" ")
            match verb.upper():
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    self.say(self.server.refused.get(address, "250 OK"))
                case "DATA":
                    self.say("354 Go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    content = b"".join(line.removeprefix(b".") for line in lines)
                    if self.server.after_data.startswith("2"):
                        self.server.received.append(message_from_bytes(content, policy=policy.default))  # type: ignore
                    self.say(self.server.after_data)
                case "QUIT":
                    self.say("221 Bye")
                    return
                case _:
                    self.say("250 OK")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that the site sends its mail by, as long as the block lasts."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        where: dict[str, Any] = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.server_address[1]}
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", **where):
            yield server
        server.shutdown()
