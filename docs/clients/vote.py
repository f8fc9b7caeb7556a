#!/usr/bin/env python3
"""Casts one vote, and asks until the outcome is known: python3 vote.py PERSONAL_LINK BALLOT_ID CANDIDATE_ID"""
import base64, hashlib, http.client, json, secrets, sys, time, urllib.error
from urllib.request import Request, urlopen

link, ballot, candidate = sys.argv[1:]
site, token = link.split("/l/")


def post(path, body, **headers):
    """Sends until there is an answer to rely on. Sending again is safe, for a sign-in and for the same vote."""
    headers["Content-Type"] = "application/json"
    for attempt in range(60):
        try:
            with urlopen(Request(site + "/api/v1" + path, json.dumps(body).encode(), headers), timeout=20) as answer:
                return json.load(answer)  # 201: recorded now. 200: recorded before; this is the same receipt.
        except urllib.error.HTTPError as problem:
            if problem.code not in (429, 502, 503, 504):
                sys.exit(f"refused: {problem.read().decode()}")  # Its "code" says why. Sending again changes nothing.
        except (OSError, http.client.HTTPException, ValueError):
            pass  # No answer, or half of one: the vote may be recorded. Only the same tracker, sent again, can tell.
        time.sleep(min(0.2 * 2**attempt, 5) * (0.5 + secrets.randbelow(100) / 100))
    sys.exit("no answer: nobody knows whether the vote is recorded. Keep the tracker, and send the same vote later.")


# Make the tracker before the first attempt, and only once. A program that may crash writes it to a file first.
secret = secrets.token_bytes(32)
tracker = base64.urlsafe_b64encode(secret).decode().rstrip("=")
session = post("/sessions", {"personal_link": token})
vote = {"choice": {"candidate": candidate}, "tracker": tracker}
answer = post(f"/ballots/{ballot}/votes", vote, Authorization="Bearer " + session["token"])

# The receipt must be for this ballot and this tracker. `urna verify --receipt` also checks its signature.
lines = answer["receipt"]["signed_note"].split("\n")
if (lines[0], lines[1], lines[4]) != ("urna receipt v2", ballot.lower(), hashlib.sha256(secret).hexdigest()):
    sys.exit(f"the answer does not fit the vote; show it to the organisers: {answer}")
print(json.dumps(answer))  # Save it, and show it to nobody: once the votes are published it tells how you voted.
