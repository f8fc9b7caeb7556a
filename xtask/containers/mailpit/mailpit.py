#!/usr/bin/python3
"""A mail catcher with the part of Mailpit's interface that the trial of docker-compose.yml uses."""

import email
import email.policy
import http.server
import json
import signal
import sys
import urllib.request

from aiosmtpd.controller import Controller

CAUGHT = []


class Catch:
    """Keeps every mail, the newest first."""

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        CAUGHT.insert(0, {
            "ID": str(len(CAUGHT) + 1),
            "From": {"Address": envelope.mail_from},
            "To": [{"Address": address} for address in envelope.rcpt_tos],
            "Subject": mail["subject"],
            "Snippet": " ".join(body.get_content().split())[:250] if body else "",
        })
        return "250 OK"


class Answers(http.server.BaseHTTPRequestHandler):
    """`/readyz`, and the list of mails."""

    def do_GET(self):
        if self.path == "/readyz":
            self.answer("ok")
        elif self.path.startswith("/api/v1/messages"):
            self.answer(json.dumps({"total": len(CAUGHT), "messages": CAUGHT}))
        else:
            self.send_error(404)

    def answer(self, text):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())


if sys.argv[1:] == ["readyz"]:
    urllib.request.urlopen("http://127.0.0.1:8025/readyz", timeout=4)
else:
    # The first process of a container ignores every signal that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Controller(Catch(), hostname="0.0.0.0", port=1025).start()
    http.server.ThreadingHTTPServer(("0.0.0.0", 8025), Answers).serve_forever()
