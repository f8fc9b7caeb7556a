"""Puts real values into generated requests, and keeps the signed-in person alive.

Requests generated from a schema alone hardly ever name a candidate of the ballot in the path, a known address or a
working link, so most of a handler would never run. xtask prepares real values, and passes them to this file as JSON
through URNA_FUZZ_SCENE. Their selection depends only on the generated request: the same seed gives the same requests.

Ids from responses come back in later requests. One of them is the id of the person whose session is in use: deleting,
blocking or disabling that person would end the session, and all later requests would silently have no role.
"""

import json
import os
import zlib
from pathlib import Path

import schemathesis

SCENE = json.loads(Path(os.environ["URNA_FUZZ_SCENE"]).read_text())
NOBODY = "00000000-0000-7000-8000-000000000000"


def number(case, salt):
    """A number that depends on the generated request only."""
    text = f"{salt}{case.method}{case.path}{case.path_parameters!r}{case.body!r}"
    return zlib.crc32(text.encode(errors="backslashreplace"))


def candidates(case):
    """The candidates of the ballot in the path, or else all candidates."""
    of_ballot = SCENE["candidates"]
    for value in (case.path_parameters or {}).values():
        if value in of_ballot:
            return of_ballot[value]
    return [candidate for all_of_one in of_ballot.values() for candidate in all_of_one]


def real(case, field, old):
    """The value of a field: usually a real one, sometimes the generated one."""
    values = candidates(case) if field in ("candidate", "candidate_id", "order") else SCENE["fields"].get(field, [])
    chance = number(case, f"{field}{old!r}")
    if not values or chance % 5 == 0:
        return old
    if field == "order":
        return list(reversed(values)) if chance % 2 else values
    return values[chance // 5 % len(values)]


def mended(case, body):
    """The body with real values in the fields that name something. A value of the wrong type stays unchanged."""
    if isinstance(body, list):
        return [mended(case, item) for item in body]
    if not isinstance(body, dict):
        return body
    return {
        field: real(case, field, value)
        if isinstance(value, str) or (field == "order" and isinstance(value, list))
        else mended(case, value)
        for field, value in body.items()
    }


@schemathesis.hook
def map_case(context, case):
    """Changes a generated request before it is sent."""
    case.body = mended(case, case.body)
    if case.path.endswith("/votes") and isinstance(case.body, dict) and isinstance(case.body.get("choice"), dict):
        # Without this the generator makes nearly every vote blank.
        chance = number(case, "choice")
        if chance % 5 < 3:
            of_ballot = candidates(case)
            case.body["choice"] = {"candidate": of_ballot[chance // 5 % len(of_ballot)]}
    if case.method.upper() not in ("GET", "HEAD") and case.path_parameters:
        case.path_parameters = {
            name: NOBODY if SCENE["self"] and value == SCENE["self"] else value
            for name, value in case.path_parameters.items()
        }
    return case
