"""The mail server of the tests: aiosmtpd, which stores each accepted mail as a JSON file in a folder.

smtp_server.py FOLDER [--port N] [--first N --answer "451 try later"] [--stall] [--ascii] [--starttls FILE | --tls FILE]

It writes its port to stdout once it listens. The first N mails get the given answer instead of 250, or none at all
with --stall. --ascii disables SMTPUTF8. --starttls accepts mail only after STARTTLS, --tls only on encrypted
connections; both take the key and the certificate from a PEM file.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP


class Folder:
    def __init__(self, arguments):
        self.arguments = arguments
        self.seen = 0

    async def handle_DATA(self, server, session, envelope):
        self.seen += 1
        if self.seen <= self.arguments.first:
            if self.arguments.stall:
                print("stalled", flush=True)
                await asyncio.Event().wait()
            return self.arguments.answer
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        stored = {
            "envelope_from": envelope.mail_from,
            "envelope_to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "body": mail.get_content().replace("\r\n", "\n"),
            "raw": envelope.original_content.decode("utf-8", "replace"),
        }
        name = os.path.join(self.arguments.folder, "%06d-%d" % (self.seen, os.getpid()))
        with open(name + ".part", "w") as file:
            json.dump(stored, file)
        os.rename(name + ".part", name + ".json")
        return "250 stored"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--answer", default="451 try later")
    parser.add_argument("--stall", action="store_true")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--starttls")
    parser.add_argument("--tls")
    handler = Folder(parser.parse_args())
    starttls, tls = handler.arguments.starttls, handler.arguments.tls
    context = None
    if starttls or tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(starttls or tls)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=not handler.arguments.ascii,
            tls_context=context if starttls else None,
            require_starttls=bool(starttls),
        ),
        "127.0.0.1",
        handler.arguments.port,
        ssl=context if tls else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test, which holds the other end of this pipe.
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
