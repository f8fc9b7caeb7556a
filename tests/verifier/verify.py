#!/usr/bin/env python3
"""An independent verifier for published records of ballots.

It was written from docs/verification.md alone, and shares no code with the service. It needs Python 3.11 and the
package PyNaCl (libsodium, for Ed25519): `python3 -m pip install pynacl`, or on Debian `apt install python3-nacl`.

    python3 verify.py RECORD.zip [--receipt FILE]... [--key KEY] [--statement HEX] [--json]

Exit codes: 0 with `Verified.`; 7 with one line `WRONG: ...` for each fault; 2 if the command or a receipt is
unreadable; 5 if a file is missing.
"""
import argparse
import base64
import datetime
import hashlib
import json
import math
import os
import re
import struct
import sys
import zlib

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

VERIFIED, UNREADABLE, MISSING, REFUSED = 0, 2, 5, 7  # exit codes
FILES = ("key", "manifest.json", "commitments", "openings", "tally.json", "history.json", "statement", "result.json",
         "publication")
HISTORY = {  # the fields of each event type besides `at` and `type`
    "opened": {"eligible"}, "paused": set(), "resumed": set(), "closing_time": {"closes_at"},
    "withdrawn": {"candidate", "reason"}, "closed": {"eligible", "voted"}, "sealed_order": {"sha256"},
}
MANIFEST = {"format", "ballot", "title", "question", "kind", "method", "candidates", "allow_blank", "eligibility", "tie_rule",
            "disclosure"}  # and perhaps `original_language`
METHODS = {  # the number of each method in choices, and its fields besides `type`: those that it must have, and those it may
    "plurality": (1, set(), {"seats"}), "approval": (2, {"max_choices"}, {"seats"}),
    "ranked": (3, {"count"}, {"seats", "max_ranks"}), "score": (4, {"min", "max"}, {"seats"}),
    "motion": (5, {"quorum", "majority"}, set()),
}
ANSWERS = ("yes", "no", "abstain")  # to a motion; in choices from 1
LIMITS = {"seats": (2, 100), "max_choices": (2, 100), "max_ranks": (1, 100), "min": (0, 9), "max": (1, 10)}
RECEIPT = ("ballot_id", "code", "tracker", "commitment", "signed_note")
# [0-9] and fullmatch throughout: \d matches the digits of all scripts, and $ allows a trailing newline.
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
FRACTION = re.compile(r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}")
DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})\.[0-9]{5}")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?Z")
# The characters with Unicode's property White_Space, and the various hyphens.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
NOT_IN_CODES = dict.fromkeys(map(ord, WHITE_SPACE + "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"))
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
COUNTRY = re.compile(r"[A-Z]{2}")
CATEGORY = re.compile(r"(?!.{61})[a-z0-9]+(-[a-z0-9]+)*")
SIGNATURE_LINE = re.compile(f"— ([^{WHITE_SPACE}+]+) ([^{WHITE_SPACE}]+)")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
P = 2**255 - 19  # the curve of Ed25519 is -x² + y² = 1 + D x² y² modulo P
D = -121665 * pow(121666, -1, P) % P
MOST_RECORD, MOST_RECEIPT, MOST_DEPTH = 2**30, 2**16, 64  # bytes, bytes, and nesting depth


class Wrong(Exception):
    """A fault that makes the rest of the same part uncheckable."""


class Unusable(Exception):
    """The command or a receipt is unreadable, which says nothing about the record."""


# ---- Small parts ----------------------------------------------------------------------------------------------------

def need(right, sentence):
    if not right:
        raise Wrong(sentence)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u16be(number):
    return number.to_bytes(2, "big")


def matches(pattern, value):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def is_count(value):
    """Whether a JSON value is a number; isinstance would accept `true`, which is an int in Python."""
    return type(value) is int


def is_texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def ascending(values):
    return all(a < b for a, b in zip(values, values[1:]))


def need_fields(value, what, needed, optional=frozenset()):
    need(isinstance(value, dict), f"{what} is not an object")
    odd = (needed - value.keys()) | (value.keys() - needed - optional)
    need(not odd, f"{what} lacks fields, or has some that do not belong there: {', '.join(sorted(odd))}")


def plain(text):
    """One line without control characters, whatever a record or a file name contains."""
    text = "".join(c if c.isprintable() else "?" for c in str(text)[:500])
    return text if len(text) < 500 else text + "…"


def number(text, what, most=2**53):
    need(matches(NUMBER, text) and int(text) <= most, f"{what} is not a number from 0 to {most} without leading zeros")
    return int(text)


def fraction(text, what):
    """Both numbers of `2/3`."""
    need(matches(FRACTION, text), f"{what} is not a fraction as `2/3`")
    upper, lower = map(int, text.split("/"))
    need(upper <= lower <= 1000, f"{what} is more than 1, or not of at most 1000 parts")
    return upper, lower


def is_time(value):
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None or value[:-1] > "9999-12-30T22:00:00":  # without the Z, which sorts after a point
        return False
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        datetime.date(year or 2000, month, day)  # Python has no year 0, which is a leap year as 2000 is
    except ValueError:
        return False
    return True


def base64_exactly(text, length=None, url=False):
    """The bytes of strict base64, or None. They must encode to the same text again: decoders are too lenient."""
    altchars = b"-_" if url else None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4) if url else text, altchars, validate=True)
    except (ValueError, TypeError):
        return None
    again = base64.b64encode(data, altchars).decode()
    if (again.rstrip("=") if url else again) != text or (length is not None and len(data) != length):
        return None
    return data


# ---- JSON -----------------------------------------------------------------------------------------------------------

def _pairs_in_order(pairs):
    keys = [key.encode("utf-16-be", "surrogatepass") for key, _ in pairs]  # RFC 8785 sorts by UTF-16 code units
    if not ascending(keys):
        raise ValueError("keys out of order, or there twice")
    return dict(pairs)


def _integer(text):
    return number(text, "one of its numbers")  # doubles, and so RFC 8785, are not exact beyond 2^53


def _no_number(_text):
    raise Wrong("a number is not whole")


def dump(value, sort_keys=False):
    # json escapes exactly what RFC 8785 escapes, in the same way. It sorts by code points, which is right for ASCII
    # only.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys).encode("utf-8")


def read_json(data, what):
    """The value of canonical JSON. The parser checks the order of keys; serialising it again checks all other bytes."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs_in_order, parse_int=_integer,
                           parse_float=_no_number, parse_constant=_no_number)
        same = dump(value) == data
    except (ValueError, RecursionError, Wrong) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise Wrong(f"{what} is not canonical JSON ({reason})") from None
    need(same, f"{what} is JSON, but not in its canonical form")
    return value


# ---- The key and signed notes ---------------------------------------------------------------------------------------

def is_public_key(data):
    """Whether 32 bytes are the canonical encoding of a curve point that is not of small order."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    on_curve = y < P and pow(x2, (P - 1) // 2, P) == 1
    return on_curve and y != 0 and (x2 + y * y) % P != 0  # order 1 and 2 is x = 0, 4 is y = 0, 8 is x² = -y²


def parse_key(text):
    """The id and the public key of `urna+<id>+<base64>`, or Wrong."""
    parts = text.split("+", 2)  # base64 may contain `+`, too
    data = base64_exactly(parts[2], 33) if len(parts) == 3 and parts[0] == "urna" else None
    need(data is not None and data[0] == 1, "the key is not of the form urna+<id>+<base64>")
    key_id = sha256(b"urna\n", data)[:4]
    need(parts[1] == key_id.hex(), "the id of the key is not that of its public key")
    need(is_public_key(data[1:]), "the key is no point of the curve, or one of small order")
    return key_id, data[1:]


def split_note(data, what):
    """The text of a signed note, and its signatures as (name, bytes)."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong(f"{what} is not a signed note: it is not UTF-8") from None
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", note), f"{what} is not a signed note: it has control characters")
    text, empty_line, rest = note.rpartition("\n\n")
    need(empty_line and rest.endswith("\n"), f"{what} is not a signed note: it has no signature lines after an empty line")
    signatures = []
    for line in rest[:-1].split("\n"):
        match = SIGNATURE_LINE.fullmatch(line)
        value = base64_exactly(match[2]) if match else None
        need(value is not None and len(value) > 4, f"{what} is not a signed note: a signature line is malformed")
        signatures.append((match[1], value))
    return text + "\n", signatures


def signature_fault(text, signatures, key, what):
    """None if the note is signed by the key, else what is wrong. Lines by other keys are ignored."""
    key_id, public = key
    ours = [value[4:] for name, value in signatures if name == "urna" and value[:4] == key_id]
    if not ours:
        return f"{what} is not signed by the key of the record"
    try:
        for signature in ours:
            # libsodium also refuses S >= L, and keys and R of small order.
            VerifyKey(public).verify(text.encode("utf-8"), signature)
    except (CryptoError, ValueError):
        return f"the signature of {what} is wrong"
    return None


def note_lines(text, head, labels, what):
    """The values of a note whose lines are the head, the ballot's id, and `label value` for each label."""
    lines = text[:-1].split("\n")
    need(len(lines) == len(labels) + 2 and lines[0] == head,
         f"{what} does not have the {len(labels) + 2} lines that begin with `{head}`")
    values = {"ballot": lines[1]}
    for label, line in zip(labels, lines[2:]):
        need(line.startswith(label + " "), f"the line `{label}` of {what} is not at its place")
        values[label] = line[len(label) + 1:]
    return values


# ---- The archive ----------------------------------------------------------------------------------------------------

def archive_of(files):
    """The only valid archive with these files."""
    body, directory, place = [], [], 0
    for name, data in files.items():
        about = struct.pack("<IIIH", zlib.crc32(data), len(data), len(data), len(name))
        header = bytes.fromhex("504b0304 0a00 0000 0000 0000 2100") + about + bytes(2) + name.encode()
        body += [header, data]
        directory += [bytes.fromhex("504b0102 0a03 0a00 0000 0000 0000 2100"), about,
                      bytes.fromhex("0000 0000 0000 0000 0000a481"), struct.pack("<I", place), name.encode()]
        place += len(header) + len(data)
    directory = b"".join(directory)
    end = bytes.fromhex("504b0506 0000 0000") + struct.pack("<HHIIH", len(files), len(files), len(directory), place, 0)
    return b"".join((*body, directory, end))


def read_files(archive):
    """The files of the archive by name. It is read from the front, rebuilt from the files found, and compared. This
    checks every byte, so the reader itself can ignore checksums, flags and the directory."""
    files, at = {}, 0
    while archive.startswith(b"PK\3\4", at):
        need(at + 30 <= len(archive), "the record is not a whole zip archive: it is cut off")
        method, size, name_length = struct.unpack_from("<8xH8xI4xH2x", archive, at)
        start = at + 30 + name_length
        name = archive[at + 30:start].decode("utf-8", "replace")
        at = start + size
        need(at <= len(archive), "the record is not a whole zip archive: it is cut off")
        need(name in FILES, f"the archive has a file that does not belong there: {name}")
        need(name not in files, "the archive has a file twice")
        need(method == 0, f"the file {name} is compressed in the archive")
        files[name] = archive[start:at]
    need(files, "the record is not a zip archive that begins with a file")
    need(ascending([FILES.index(name) for name in files]), "the files of the archive are not in their order")
    same = archive_of(files)
    need(archive == same or not same.startswith(archive), "the record is not a whole zip archive: it is cut off")
    need(archive == same or not archive.startswith(same), "the archive has something after its end")
    need(archive == same, "the archive is not, byte for byte, the one that its files make")
    return files


# ---- The count ------------------------------------------------------------------------------------------------------
# Everywhere a candidate is their place in the manifest. What is counted is a *box*, which depends on the method:
# plurality, approval: the votes of each; score: for each, how many votes give them each number of points; irv,
# scottish_stv: how often there is each ranking, which is the bytes of its candidates; schulze, borda: the first places
# of each, and for each the votes that rank them above each; motion: the votes for yes, for no, and the abstentions.

def fill_box(name, size, least, most, choices):
    """The box with (places, values, how often) of choices."""
    if name == "motion":
        box = [0] * len(ANSWERS)
        for _, values, times in choices:
            box[values[0] - 1] += times
    elif name in ("plurality", "approval"):
        box = [0] * size
        for places, _, times in choices:
            for i in places:
                box[i] += times
    elif name == "score":
        box = [[0] * (most - least + 1) for _ in range(size)]
        for _, values, times in choices:
            for row, points in zip(box, values):
                row[points - least] += times
    elif name in ("irv", "scottish_stv"):
        box = {}
        for places, ranks, times in choices:
            ranking = bytearray(len(places))
            for place, rank in zip(places, ranks):
                ranking[rank - 1] = place
            ranking = bytes(ranking)
            box[ranking] = box.get(ranking, 0) + times
    else:
        # Each pair in each vote, one by one, would be slow. Instead the ranks that a candidate has in many votes, a byte
        # each and 101 without one, are one long number, and the first bit of each byte of 127 + rank of j - rank of i
        # says whether i is above j. A choice that was made 5 times is one of the rows that count 4, and of those that
        # count 1.
        first, above, rows = [0] * size, [[0] * size for _ in range(size)], {}
        for places, ranks, times in choices:
            row = bytearray([101]) * size
            for place, rank in zip(places, ranks):
                row[place] = rank
            for bit in range(times.bit_length()):
                if times >> bit & 1:
                    rows.setdefault(bit, []).append(row)
        for bit, alike in rows.items():
            for at in range(0, len(alike), 2**16):
                some = alike[at:at + 2**16]
                table = b"".join(some)
                columns = [table[i::size] for i in range(size)]
                numbers = [int.from_bytes(column, "big") for column in columns]
                all_127, all_128 = (int.from_bytes(bytes([value]) * len(some), "big") for value in (127, 128))
                for j in range(size):
                    first[j] += columns[j].count(1) << bit
                    number_j = numbers[j] + all_127
                    for i in range(size):
                        above[i][j] += ((number_j - numbers[i]) & all_128).bit_count() << bit
        box = first, above
    return box


def decimal(value, places):
    return f"{value // 10**places}.{value % 10**places:0{places}}"


class Count:
    """One count. A count of a method adds its steps, and says who is elected (or tied: then a jury has to decide), the
    votes (and points) of each, and how far each came: something to compare, the larger the better."""

    def __init__(self, ids, name, method, tie_rule, box, counted, blank, withdrawn, lot, decision):
        """`withdrawn` is a set, `lot` gives what the draw sorts by, and `decision` is a jury's order, or None."""
        self.ids, self.name, self.tie_rule, self.box, self.counted, self.withdrawn = ids, name, tie_rule, box, counted, withdrawn
        self.seats, self.least, self.lot, self.decision = method.get("seats", 1), method.get("min"), lot, decision
        self.all = range(len(ids))
        self.standing = [i for i in self.all if i not in withdrawn]
        self.steps = [{"step": "set_blank_aside", "voted": counted + blank, "blank": blank, "counted": counted}]
        self.elected, self.tied, self.points = [], [], None
        self.stages, self.order_used = [], False  # the votes at each stage
        {"plurality": self.plurality, "approval": self.plurality, "score": self.score, "irv": self.irv,
         "schulze": self.schulze, "borda": self.borda, "scottish_stv": self.scottish_stv}[name]()
        if self.elected:
            outcome = {"type": "elected", "candidates": self.named(sorted(self.elected))}
        elif self.tied:
            outcome = {"type": "tied", "candidates": self.named(sorted(self.tied)), "rule": tie_rule}
        else:
            outcome = {"type": "no_votes"}
        self.tally = {"blank": blank, "counted": counted, "voted": counted + blank, "rows": self.rows(), "outcome": outcome,
                      "derivation": self.steps}

    # -- What several methods need --

    def named(self, places):
        return [self.ids[i] for i in places]

    def by_id(self, numbers):
        return [[self.ids[i], numbers[i]] for i in self.all]

    def leave_out_withdrawn(self):
        if self.withdrawn:
            self.steps.append({"step": "leave_out_withdrawn", "candidates": self.named(sorted(self.withdrawn))})

    def rows(self):
        rows, rank = [], 0
        by_far = sorted(self.all, key=lambda i: self.far[i], reverse=True)  # stable: equals stay in the order of the manifest
        for place, i in enumerate(by_far):
            if place == 0 or self.far[i] != self.far[by_far[place - 1]]:
                rank = place + 1
            share = (20000 * self.votes[i] + self.counted) // (2 * self.counted) if self.counted else 0  # rounded half up
            row = {"candidate": self.ids[i], "rank": rank, "votes": self.votes[i], "share": decimal(share, 4),
                   "withdrawn": i in self.withdrawn, "elected": i in self.elected}
            rows.append(row if self.points is None else {**row, "points": self.points[i]})
        return rows

    def most(self, what, numbers, among):
        """The seats go to those with the most votes or points."""
        if not among:
            return
        least = sorted((numbers[i] for i in among), reverse=True)[:self.seats][-1]
        above, last = [i for i in among if numbers[i] > least], [i for i in among if numbers[i] == least]
        self.steps.append({"step": f"most_{what}", what: least, "candidates": self.named(last),
                           **({"above": self.named(above)} if above else {})})
        left = self.seats - len(above)
        if len(last) <= left:
            self.elected = above + last
        elif self.tie_rule["type"] == "jury" and self.decision is None:
            self.tied = last
        else:
            order = {"shared": [], "lot": sorted(last, key=self.lot), "jury": self.decision}[self.tie_rule["type"]]
            won = order[:left] or last
            self.settle_tie(order, won)
            self.elected = above + won

    def settle_tie(self, order, elected):
        self.steps.append({"step": "settle_tie", "rule": self.tie_rule, "order": self.named(order),
                           "elected": self.named(elected)})

    def begin_ranked(self, first_places):
        """The steps before a ranked count."""
        self.votes = first_places
        self.far = [(0,) if i in self.standing else () for i in self.all]  # until somebody comes further; () is less
        self.order = sorted(self.all, key=self.lot) if self.tie_rule["type"] == "lot" else self.decision  # None without one
        self.steps.append({"step": "first_places", "votes": self.by_id(first_places)})
        self.leave_out_withdrawn()

    def first_in_order(self, places):
        """Elects the only one, or the first in the tie order."""
        if len(places) == 1:
            self.elected = places
        elif self.order is None:
            self.tied = places
        else:
            self.elected = [min(places, key=self.order.index)]
            self.settle_tie(self.order, self.elected)

    def one_of(self, places, best):
        """Who of these has the most (best is max) or the fewest votes (min), or None if only a tie order could say, and
        in a list the tie that had to be settled, if there was one."""
        left, among, earlier = places, None, []
        for stage in range(len(self.stages), 0, -1):
            votes = self.stages[stage - 1]
            goal = best(votes[i] for i in left)
            kept = [i for i in left if votes[i] == goal]
            if among is None:
                among = kept
            elif len(kept) < len(left):
                earlier.append({"stage": stage, "left": self.named(kept)})
            left = kept
            if len(left) == 1:
                break
        if len(left) > 1 and self.order is None:
            self.tied = left
            return None, []
        by_order = len(left) > 1
        self.order_used |= by_order
        one = (min if best is max else max)(left, key=self.order.index) if by_order else left[0]
        tie = {"among": self.named(among), "earlier": earlier, "by_order": by_order}
        return one, [tie] if len(among) > 1 else []

    def tell_order(self, at):
        if self.order_used:
            self.steps.insert(at, {"step": "tie_order", "rule": self.tie_rule, "order": self.named(self.order)})

    @staticmethod
    def deal(papers, gone, piles, votes):
        """Each paper (ranking, value) goes to the best in its ranking who is not gone. A ranking is then without those
        who are, so that many become equal. Returns the sum of the values that went, and of those that could not."""
        went = stuck = 0
        gone = bytes(gone)
        for (ranking, value), times in papers.items():
            ranking = ranking.translate(None, gone)
            if ranking:
                pile, paper = piles[ranking[0]], (ranking, value)
                pile[paper] = pile.get(paper, 0) + times
                votes[ranking[0]] += value * times
                went += value * times
            else:
                stuck += value * times
        return went, stuck

    def papers(self, value):
        return {(ranking, value): times for ranking, times in self.box.items()}

    def first_of_rankings(self):
        first = [0] * len(self.ids)
        for ranking, times in self.box.items():
            first[ranking[0]] += times
        return first

    # -- The methods --

    def plurality(self):
        """And approval."""
        self.votes = self.far = self.box
        self.steps.append({"step": "count", "votes": self.by_id(self.votes)})
        self.leave_out_withdrawn()
        self.most("votes", self.votes, [i for i in self.standing if self.votes[i] > 0])

    def score(self):
        self.points = self.far = [sum(points * times for points, times in enumerate(row, self.least)) for row in self.box]
        self.votes = [sum(row[1:]) for row in self.box]
        self.steps += [{"step": "scores", "votes": self.box}, {"step": "points", "points": self.by_id(self.points)}]
        self.leave_out_withdrawn()
        self.most("points", self.points, self.standing if self.counted else [])

    def irv(self):
        self.begin_ranked(self.first_of_rankings())
        before_rounds = len(self.steps)
        piles, votes = [{} for _ in self.all], [0] * len(self.ids)
        self.deal(self.papers(1), self.withdrawn, piles, votes)
        gone, still_in, continuing = set(self.withdrawn), list(self.standing), sum(votes)
        while continuing and not self.elected and not self.tied:
            self.stages.append(list(votes))
            step = {"step": "round", "votes": list(votes), "continuing": continuing, "exhausted": self.counted - continuing,
                    "excluded": None}
            self.steps.append(step)
            for i in still_in:
                self.far[i] = (0, len(self.stages), votes[i])
            self.elected = [i for i in still_in if 2 * votes[i] > continuing]
            if self.elected:
                self.far[self.elected[0]] = (1,)
                break
            loser, tie = self.one_of(still_in, min)
            if loser is not None:
                step["excluded"] = self.ids[loser]
                step.update({"tie": tie[0]} if tie else {})
                still_in.remove(loser)
                gone.add(loser)
                votes[loser] = 0
                self.deal(piles[loser], gone, piles, votes)
                continuing = sum(votes)
        self.tell_order(before_rounds)

    def schulze(self):
        first, pairs = self.box
        self.begin_ranked(first)
        if not self.counted or not self.standing:
            return
        strength = [[0] * len(self.ids) for _ in self.all]
        for i in self.standing:
            for j in self.standing:
                if pairs[i][j] > pairs[j][i]:
                    strength[i][j] = pairs[i][j]
        for k in self.standing:
            for i in self.standing:
                row, most = strength[i], strength[i][k]
                if most and i != k:
                    row[:] = [max(now, min(most, over)) for now, over in zip(row, strength[k])]
                    row[i] = 0  # a circle back to themselves is nothing
        beaten = {i: sum(strength[j][i] > strength[i][j] for j in self.standing) for i in self.standing}
        unbeaten = [i for i in self.standing if not beaten[i]]
        self.steps += [{"step": "pairs", "votes": pairs}, {"step": "strengths", "strengths": strength},
                       {"step": "unbeaten", "candidates": self.named(unbeaten)}]
        self.first_in_order(unbeaten)
        for i in self.standing:
            self.far[i] = (i in self.elected, -beaten[i])

    def borda(self):
        first, pairs = self.box
        self.begin_ranked(first)
        if not self.counted or not self.standing:
            return
        self.points = [0] * len(self.ids)
        for i in self.standing:
            self.points[i] = sum(self.counted + pairs[i][j] - pairs[j][i] for j in self.standing if j != i)
        most = max(self.points[i] for i in self.standing)
        best = [i for i in self.standing if self.points[i] == most]
        self.steps += [{"step": "pairs", "votes": pairs}, {"step": "half_points", "half_points": self.by_id(self.points)},
                       {"step": "most_points", "points": most, "candidates": self.named(best)}]
        self.first_in_order(best)
        for i in self.standing:
            self.far[i] = (i in self.elected, self.points[i])

    def scottish_stv(self):
        one = 10**5  # a vote; from here on everything is in hundred-thousandths
        self.begin_ranked(self.first_of_rankings())
        before_stages = len(self.steps)
        piles, votes = [{} for _ in self.all], [0] * len(self.ids)
        valid, _ = self.deal(self.papers(one), self.withdrawn, piles, votes)
        if not valid:
            return
        quota = (valid // one // (self.seats + 1) + 1) * one
        self.steps.append({"step": "quota", "valid": valid // one, "seats": self.seats, "quota": quota // one})
        continuing, elected, stuck, loss = list(self.standing), [], 0, 0
        while True:
            self.stages.append(list(votes))
            now = [i for i in continuing if votes[i] >= quota]
            if len(continuing) <= self.seats - len(elected):
                now = list(continuing)
            for i in continuing:
                self.far[i] = (0, 0, len(self.stages), votes[i])
            for i in now:
                self.far[i] = (1, -len(self.stages), len(self.stages), votes[i])
            elected += now
            continuing = [i for i in continuing if i not in now]
            step = {"step": "stage", "votes": [decimal(number, 5) for number in votes], "non_transferable": decimal(stuck, 5),
                    "loss": decimal(loss, 5), "elected": self.named(now)}
            self.steps.append(step)
            if len(elected) >= self.seats or not continuing:
                self.elected = elected
                break
            over = [i for i in elected if votes[i] > quota]
            giver, tie = self.one_of(over, max) if over else self.one_of(continuing, min)
            if giver is None:
                break
            papers, piles[giver] = piles[giver], {}
            if over:
                surplus = votes[giver] - quota
                step["next"] = {"type": "surplus", "candidate": self.ids[giver], "surplus": decimal(surplus, 5)}
                less = {}
                for (ranking, value), times in papers.items():
                    paper = ranking, surplus * value // votes[giver]
                    less[paper] = less.get(paper, 0) + times
                papers, votes[giver] = less, quota
            else:
                surplus = votes[giver]
                step["next"] = {"type": "exclude", "candidate": self.ids[giver]}
                continuing.remove(giver)
                votes[giver] = 0
            step["next"].update({"tie": tie[0]} if tie else {})
            went, not_transferable = self.deal(papers, [i for i in self.all if i not in continuing], piles, votes)
            stuck += not_transferable
            loss += surplus - went - not_transferable  # an exclusion loses nothing
        self.tell_order(before_stages)


class SignedCount(Count):
    """A count of irv or scottish_stv where nobody has the votes. Its box is the first places of each, and of each round
    or stage the votes of each, and those that could not go on. How the votes went is taken from there, and only signed.
    Everything else must follow from these numbers: a tally that contradicts itself is refused."""

    def papers(self, value):
        self.unit, self.said, self.stuck = value, iter(self.box[1]), 0
        return {}

    def first_of_rankings(self):
        return self.box[0]

    def deal(self, _papers, gone, _piles, votes):
        """The votes become those of the next round or stage."""
        begin = not self.stages
        after, stuck = next(self.said, (votes if begin else None, 0))  # without a round nobody who stands has votes
        need(after is not None, "the rounds of a tally end before its count does")
        least = [0 if i in self.withdrawn else self.votes[i] * self.unit for i in self.all] if begin else votes
        need(all(now == was if i in gone else now >= was for i, (now, was) in enumerate(zip(after, least))),
             "a candidate of a tally loses votes, or gets some after being out")
        need(not begin or all(now % self.unit == 0 for now in after), "a tally begins with parts of votes")
        need(stuck >= self.stuck, "votes of a tally that could not go on did go on")
        went, lost, self.stuck = sum(after) - sum(votes), stuck - self.stuck, stuck
        before = self.counted * self.unit if begin else sum(self.stages[-1])
        need(sum(after) + lost <= before, "the votes of a tally become more from one round to the next")
        votes[:] = after
        return went, lost


def quorum_step(method, eligible, took_part):
    """The step with which the count of a motion begins, or None."""
    if method["quorum"]["type"] == "none":
        return None
    upper, lower = fraction(method["quorum"]["fraction"], "the quorum")
    return {"step": "quorum", "members": eligible, "needed": -(-eligible * upper // lower), "took_part": took_part}


def is_reached(quorum):
    return quorum is None or quorum["took_part"] >= quorum["needed"]


class Motion:
    """The count of a motion. It has no candidates: nobody is elected, and nothing is left tied."""
    elected = tied = ()

    def __init__(self, method, quorum, box, eligible, voted):
        """`quorum` is its step, or None. The box says nothing where the quorum is not reached."""
        self.steps = [] if quorum is None else [quorum]
        outcome = self.decide(method["majority"], box, eligible) if is_reached(quorum) else "not_decided"
        self.tally = {"blank": 0, "counted": voted, "voted": voted, "rows": [], "outcome": {"type": outcome},
                      "derivation": self.steps}

    def decide(self, majority, box, eligible):
        yes, no, abstained = box
        base = {"yes_and_no": yes + no, "cast": sum(box), "members": eligible}[majority["base"]]
        (how, share), = majority["threshold"].items()
        upper, lower = fraction(share, "the majority")
        needed = base * upper // lower + 1 if how == "more_than" else -(-base * upper // lower)
        self.steps += [{"step": "answers", "yes": yes, "no": no, "abstained": abstained},
                       {"step": "majority", "base": base, "threshold": majority["threshold"], "needed": needed}]
        return "carried" if yes >= needed and yes > no else "rejected"


# ---- The record -----------------------------------------------------------------------------------------------------

class Verifier:
    """Checks one record. Each method checks one part; a part that cannot be read is None (or empty) for the others."""

    def __init__(self, given_key, given_statement):
        self.faults, self.files, self.given_key, self.given_statement = [], {}, given_key, given_statement
        self.key = self.manifest = self.statement = self.publication = None
        self.box = None  # what is counted, if it is known
        self.early, self.history_right = set(), False  # indices of candidates withdrawn before the close
        self.sealed, self.sealings = None, 0  # the hash of the sealed order, and how often one was sealed
        self.order = None  # the sealed order, as places, if the publication shows it rightly
        self.commitments, self.place_of = [], {}
        self.unreadable = 0  # unreadable votes at the close, according to the history
        self.opened, self.recounted = [], False  # opened: (tracker hash, choice)
        self.counted = self.blank = 0
        self.results, self.receipts = [], []
        self.outcome, self.motion = None, None  # of a motion, and the steps of its count by name
        self.signed_tally = None  # the count in the tally, if it is only signed

    def check(self, right, sentence):
        if not right:
            self.faults.append(sentence)
        return bool(right)

    def check_all(self, bad, sentence):
        """One sentence for many faults: a record with every vote changed should not print a line for each."""
        self.check(not bad, f"{sentence}: {len(bad)} in all, the first is number {bad[0] + 1}" if bad else "")

    def part(self, method, *arguments):
        try:
            return method(*arguments)
        except Wrong as wrong:
            self.faults.append(str(wrong))
        except Exception as error:  # anything unexpected means that the record violates the format
            self.faults.append(f"something in the record cannot be read ({method.__name__}: {type(error).__name__}: {error})")
        return None

    def run(self, archive, receipts):
        self.part(self.read_archive, archive)
        self.key = self.part(self.read_key) if "key" in self.files else None
        if "manifest.json" in self.files:
            self.part(self.read_manifest)
        # The publication comes before the tally, because it may show the order that was sealed before the close.
        for method, needs in ((self.read_commitments, "commitments"), (self.read_statement, "statement"),
                              (self.read_history, "history.json"), (self.read_openings, "openings"),
                              (self.read_publication, "publication"), (self.read_sealed_order, "publication"),
                              (self.read_tally, "tally.json")):
            if needs in self.files:
                self.part(method)
        self.part(self.has_right_openings)
        self.part(self.final_result)
        for path, receipt in receipts:
            entry = {"name": plain(path)}
            self.receipts.append(entry)
            self.part(self.check_receipt, entry, receipt)

    def read_archive(self, archive):
        self.files = read_files(archive)
        for name in FILES:
            if name not in ("openings", "result.json"):  # manifest, statement and publication decide whether they are required
                self.check(name in self.files, f"the archive has no file {name}")

    def read_key(self):
        data = self.files["key"]
        need(data.endswith(b"\n"), "the file key does not end in a newline")
        key = parse_key(data[:-1].decode("ascii", "replace"))
        if self.given_key is not None:
            self.check(sha256(key[1]) == self.given_key, "the key of the record is not the key that was given")
        return key

    def read_note(self, name):
        text, signatures = split_note(self.files[name], f"the {name}")
        if self.key is not None:
            fault = signature_fault(text, signatures, self.key, f"the {name}")
            self.check(fault is None, fault)
        return text

    def hash_of(self, name):
        return sha256(self.files[name]).hex()

    def read_manifest(self):
        manifest = read_json(self.files["manifest.json"], "the manifest")
        need_fields(manifest, "the manifest", MANIFEST, {"original_language"})
        need(manifest["format"] == "urna manifest v1", "the manifest is not of the format `urna manifest v1`")
        need(matches(UUID, manifest["ballot"]), "the manifest names no ballot")
        need(manifest["kind"] in ("award", "consultation"), "the manifest has a kind that is not known")
        need(manifest["tie_rule"] in ({"type": "jury"}, {"type": "lot"}, {"type": "shared"}, {"type": "rejected"}),
             "the manifest has a tie rule that is not known")
        need(isinstance(manifest["allow_blank"], bool), "the manifest does not say whether blank votes are allowed")
        need(manifest["disclosure"] in ("full", "counts"), "the manifest does not say what is disclosed")
        self.read_method(manifest)
        original = manifest.get("original_language")
        need("original_language" not in manifest or matches(LANGUAGE, original),
             "the original language of the manifest is not a language")

        def text(value, what):
            """A text in the language in which it was written."""
            if isinstance(value, dict):
                need(all(matches(LANGUAGE, language) and isinstance(item, str) for language, item in value.items()),
                     f"{what} is not a text by language")
                value = value.get(original)
            need(isinstance(value, str), f"{what} is not a text, or has none in the original language")
            return value

        text(manifest["title"], "the title of the manifest")
        text(manifest["question"], "the question of the manifest")
        need_fields(manifest["eligibility"], "the eligibility of the manifest", set(), {"categories"})
        categories = manifest["eligibility"].get("categories", [])
        need(is_texts(categories) and all(matches(CATEGORY, item) for item in categories) and ascending(categories),
             "the categories of the manifest are not names of categories, ascending, each once")
        candidates = manifest["candidates"]
        need(isinstance(candidates, list) and len(candidates) <= 100, "the manifest has no list of at most 100 candidates")
        self.names = []
        for candidate in candidates:
            need_fields(candidate, "a candidate of the manifest", {"id", "name"},
                        {"organisation", "country", "biography", "website", "portrait"})
            need(matches(UUID, candidate["id"]), "a candidate of the manifest has no id")
            self.names.append(text(candidate["name"], "the name of a candidate"))
            text(candidate.get("biography", ""), "the biography of a candidate")
            need(is_texts([candidate.get("organisation", ""), candidate.get("website", "")])
                 and matches(COUNTRY, candidate.get("country", "XX")),
                 "a candidate of the manifest has an organisation, country or website that is none")
            need("portrait" not in candidate or matches(HASH, candidate["portrait"]),
                 "a candidate of the manifest has a portrait that is no hash")
        self.ids = [candidate["id"] for candidate in candidates]
        self.index = {candidate_id: i for i, candidate_id in enumerate(self.ids)}
        need(len(self.index) == len(self.ids), "two candidates of the manifest have the same id")
        need(self.name != "motion" or not self.ids, "the manifest has candidates, though its method is `motion`")
        self.manifest, self.full = manifest, manifest["disclosure"] == "full"
        self.manifest_hash = sha256(self.files["manifest.json"])

    def quorum(self):
        """The step of a motion's quorum, or None. It needs the statement."""
        return quorum_step(self.method, self.statement["eligible"], self.statement["participations"])

    def is_decided(self):
        """Whether the votes are counted; None if that cannot be known."""
        if self.name != "motion":
            return True
        return is_reached(self.quorum()) if self.statement else None

    def has_right_openings(self):
        decided = self.is_decided() if self.manifest else None
        if decided is None:
            return
        due, there = self.full and decided, "openings" in self.files
        why = f"its disclosure is `{self.manifest['disclosure']}`" if decided else "its quorum was not reached"
        self.check(due == there, f"the archive has {'' if there else 'no '}openings, though {why}")

    def read_method(self, manifest):
        method = manifest["method"]
        name = method.get("type") if isinstance(method, dict) else None
        need(isinstance(name, str) and name in METHODS, "the manifest has a method that is not known")
        _, needed, optional = METHODS[name]
        need_fields(method, "the method of the manifest", {"type"} | needed, optional)
        for field, (least, most) in LIMITS.items():
            need(field not in method or (is_count(method[field]) and least <= method[field] <= most),
                 f"`{field}` of the method is not a number from {least} to {most}")
        if name == "score":
            need(method["min"] < method["max"], "the method of the manifest has no more points at most than at least")
        if name == "ranked":
            name = method["count"]
            need(name in ("irv", "schulze", "borda", "scottish_stv"), "the manifest has a method that is not known")
            need(name == "scottish_stv" or "seats" not in method, f"the method `{name}` has only one seat")
            need(manifest["tie_rule"] != {"type": "shared"}, "the place cannot be shared where the method is `ranked`")
        need((manifest["tie_rule"] == {"type": "rejected"}) == (name == "motion"),
             "the tie rule is `rejected` though the method is not `motion`, or another though it is")
        if name == "motion":
            need(not manifest["allow_blank"], "a motion has no blank votes, but the manifest allows them")
            self.read_motion(method)
        self.method, self.name = method, name

    @staticmethod
    def read_motion(method):
        quorum, majority = method["quorum"], method["majority"]
        none = isinstance(quorum, dict) and quorum.get("type") == "none"
        need_fields(quorum, "the quorum of the manifest", {"type"} if none else {"type", "fraction"})
        need(none or quorum["type"] == "members", "the manifest has a quorum that is not known")
        if not none:
            fraction(quorum["fraction"], "the quorum of the manifest")
        need_fields(majority, "the majority of the manifest", {"base", "threshold"})
        need(majority["base"] in ("yes_and_no", "cast", "members"), "the majority of the manifest is of nothing that is known")
        threshold = majority["threshold"]
        need(isinstance(threshold, dict) and len(threshold) == 1, "the threshold of the manifest is not one of one kind")
        need_fields(threshold, "the threshold of the manifest", set(), {"more_than", "at_least"})
        (how, share), = threshold.items()
        upper, lower = fraction(share, "the threshold of the manifest")
        need(2 * upper >= lower, "the threshold of the manifest is less than one half")
        need(how == "at_least" or upper < lower, "the threshold of the manifest is more than all")

    def read_commitments(self):
        data = self.files["commitments"]
        need(len(data) % 32 == 0, "the commitments are not 32 bytes each")
        found = [data[at:at + 32] for at in range(0, len(data), 32)]
        self.check_all([i for i in range(1, len(found)) if found[i - 1] >= found[i]],
                       "the commitments are not ascending, each once")
        self.commitments, self.place_of = found, {commitment: i for i, commitment in enumerate(found)}

    def read_statement(self):
        if self.given_statement is not None:
            self.check(self.hash_of("statement").startswith(self.given_statement), "the statement is not the one that was shown")
        hashes, numbers = FILES[1:6], ("eligible", "participations", "votes", "counted", "blank")
        labels = [name.removesuffix(".json") for name in hashes]
        values = note_lines(self.read_note("statement"), "urna statement v1", (*labels, *numbers), "the statement")
        if self.manifest:
            self.check(values["ballot"] == self.manifest["ballot"], "the statement is of another ballot than the manifest")
        for name, label in zip(hashes, labels):
            if self.check(matches(HASH, values[label]), f"the statement has no hash of {name}") and name in self.files:
                self.check(values[label] == self.hash_of(name), f"the file {name} is not the one that the statement was signed for")
        s = {name: number(values[name], f"`{name}` of the statement") for name in numbers}
        self.check(s["counted"] + s["blank"] == s["votes"], "the statement's counted and blank votes are not its votes")
        self.check(s["participations"] <= s["eligible"], "more people took part than could vote")
        if "commitments" in self.files:
            self.check(len(self.files["commitments"]) == 32 * s["votes"],
                       "there are not as many commitments as the statement has votes")
        self.statement = s

    def read_history(self):
        history = read_json(self.files["history.json"], "the history")
        need(isinstance(history, list), "the history is not a list")
        for event in history:
            kind = event.get("type") if isinstance(event, dict) else None
            need(isinstance(kind, str) and kind in HISTORY, "the history has an event of a type that is not known")
            unreadable = {"unreadable"} if kind == "closed" and "unreadable" in event else set()
            need_fields(event, f"an event `{kind}` of the history", {"at", "type"} | HISTORY[kind] | unreadable)
            need(not unreadable or (is_count(event["unreadable"]) and event["unreadable"] > 0),
                 "the history has something else than a number from 1 of unreadable votes")
            need(is_time(event["at"]), "an event of the history has no time")
            need(all(is_count(event[field]) for field in ("eligible", "voted") if field in event),
                 "an event of the history has something else where a number should be")
            if kind == "closing_time":
                need(event["closes_at"] is None or is_time(event["closes_at"]), "a closing time in the history is no time")
            if kind == "sealed_order":
                need(matches(HASH, event["sha256"]), "a sealed order in the history has no hash")
                need(not self.manifest or self.has_jury_order(),
                     "the history has a sealed order, though the votes are not ranked, or no jury settles a tie")
                self.sealed, self.sealings = event["sha256"], self.sealings + 1  # the last one counts
            if kind == "withdrawn":
                need(is_texts([event["candidate"], event["reason"]]), "a withdrawal in the history has no candidate or no reason")
                if self.manifest:
                    place = self.index.get(event["candidate"])
                    need(place is not None, "somebody withdrew in the history who is not in the manifest")
                    need(place not in self.early, "somebody withdrew twice in the history")
                    self.early.add(place)
        closed = [event for event in history if event["type"] == "closed"]
        need(len(closed) == 1 and history[-1] is closed[0], "the history does not end with its one `closed`")
        if self.statement:
            self.check((closed[0]["eligible"], closed[0]["voted"])
                       == (self.statement["eligible"], self.statement["participations"]),
                       "the history was closed with other numbers than the statement's")
            self.unreadable = closed[0].get("unreadable", 0)
            self.check(self.statement["votes"] + self.unreadable == self.statement["participations"],
                       "the statement has not as many votes, with the unreadable ones, as people who took part")
        self.history_right = True

    def has_jury_order(self):
        """Whether a jury may order all candidates before the close."""
        return self.method["type"] == "ranked" and self.manifest["tie_rule"] == {"type": "jury"}

    def read_openings(self):
        if not self.manifest or not self.full or not self.is_decided():
            return
        data, at = self.files["openings"], 0
        prefix = hashlib.sha256(b"urna/commit/v1\n" + self.manifest_hash)
        trackers, choices, other, twice = set(), {}, [], []
        while at < len(data):
            end = at + 68 + int.from_bytes(data[at + 64:at + 68], "big")
            need(end <= len(data), "the openings are cut off")  # also if fewer than 68 bytes are left
            place, opening, tracker, choice = len(self.opened), data[at:end], data[at:at + 32], data[at + 68:end]
            digest = prefix.copy()
            digest.update(opening)  # an opening is, byte for byte, the end of what its commitment hashes
            if place < len(self.commitments) and digest.digest() != self.commitments[place]:
                other.append(place)
            if tracker in trackers:
                twice.append(place)
            trackers.add(tracker)
            choices[choice] = choices.get(choice, 0) + 1
            self.opened.append((tracker, choice))
            at = end
        legal, bad = [], set()  # each choice is read once, however often it was made
        for choice, times in choices.items():
            marks = self.read_choice(choice)
            if marks is None:
                bad.add(choice)
            elif not marks[0]:
                self.blank += times
            else:
                self.counted += times
                legal.append((*marks, times))
        illegal = [place for place, (_, choice) in enumerate(self.opened) if choice in bad] if bad else []
        self.check_all(other, "votes do not fit their commitments")
        self.check_all(twice, "votes have a tracker that was there before")
        self.check_all(illegal, "votes have a choice that is not legal")
        if "commitments" in self.files:
            self.check(len(self.opened) == len(self.files["commitments"]) // 32, "there are not as many openings as commitments")
        if not illegal:
            self.box = fill_box(self.name, len(self.ids), self.method.get("min"), self.method.get("max"), legal)
            self.recounted = True
            if self.statement:
                self.check((self.counted, self.blank) == (self.statement["counted"], self.statement["blank"]),
                           "the votes are not as many, counted and blank, as the statement says")

    def read_choice(self, choice):
        """The candidates in a choice, ascending, and their values, both as bytes; empty for a blank vote, None if it is
        illegal."""
        number = METHODS[self.method["type"]][0]
        if len(choice) < 3 or choice[0] != number or len(choice) != 3 + 4 * int.from_bytes(choice[1:3], "big"):
            return None
        things = 1 if self.name == "motion" else len(self.ids)  # that a vote can be about
        # Candidates, ranks and points are all less than 256: of each number the first byte is 0, and the second says it.
        places, values = choice[4::4], choice[6::4]
        if any(choice[3::2]) or not ascending(places) or (places and places[-1] >= things):
            return None
        if not places:
            legal = self.manifest["allow_blank"]
        elif self.name == "motion":
            legal = 1 <= values[0] <= len(ANSWERS)
        elif self.name == "score":
            legal = len(places) == len(self.ids) and self.method["min"] <= min(values) and max(values) <= self.method["max"]
        elif self.method["type"] == "ranked":
            ranks = sorted(values if self.name in ("irv", "scottish_stv") else set(values))
            legal = ranks == list(range(1, len(ranks) + 1)) and len(ranks) <= self.method.get("max_ranks", 100)
        else:
            legal = max(values) == min(values) == 1 and len(places) <= self.method.get("max_choices", 1)
        return (places, values) if legal else None

    def count(self, withdrawn, decision=None, signed=None):
        """The count of the votes; `signed` is the box of a tally whose votes nobody has."""
        if self.name == "motion":
            return Motion(self.method, self.quorum(), self.box, self.statement["eligible"], self.counted)
        kind, box = (Count, self.box) if signed is None else (SignedCount, signed)
        seed = b"urna/lot/v1\n" + self.manifest_hash + sha256(self.files.get("commitments", b""))
        return kind(self.ids, self.name, self.method, self.manifest["tie_rule"], box, self.counted, self.blank, withdrawn,
                    lambda i: sha256(seed, u16be(i)), decision)

    def is_only_signed(self):
        """Whether the votes of a count are missing that needs every single one."""
        return not self.full and self.name in ("irv", "scottish_stv")

    def shows_sealed_order(self):
        return bool(self.publication and self.publication["tie-break"] and "nonce" in self.publication["tie-break"])

    def may_compare(self):
        """Whether it is known with which order the tally was counted. If not, that was already said."""
        if not self.manifest or not self.history_right or self.is_decided() is None:
            return False
        if self.publication is None:
            return self.sealed is None
        return self.order is not None or not self.shows_sealed_order()

    def read_tally(self):
        tally = read_json(self.files["tally.json"], "the tally")
        if self.manifest and self.is_decided() is not None and not (self.full and self.is_decided()):
            self.read_disclosed_counts(tally)
        if not self.may_compare():
            return
        if self.is_only_signed():
            self.signed_tally = self.read_signed("tally.json", tally, self.order)
            self.check(self.signed_tally.withdrawn == self.early,
                       "the tally leaves out others than those who withdrew before the close")
        elif self.box is not None:
            # Even if only counts are disclosed, everything that follows from them is recomputed and compared.
            self.check(dump(self.count(self.early, self.order).tally, sort_keys=True) == self.files["tally.json"],
                       "the tally is not the count of the votes" if self.full else "the tally does not follow from its counts")

    def read_signed(self, name, tally, order):
        """The count in a tally whose votes nobody has."""
        what = f"the file {name}"
        first = self.disclosed_first_places(tally, what)
        need(sum(first) == self.counted, f"{what} has not as many first places as votes were counted")
        rounds = []
        for step in tally["derivation"]:
            if step.get("step") in ("round", "stage"):
                rounds.append(self.read_round(step, what))
        left_out = next((step.get("candidates") for step in tally["derivation"] if step.get("step") == "leave_out_withdrawn"), [])
        need(is_texts(left_out) and all(item in self.index for item in left_out),
             f"{what} leaves out somebody who is no candidate")
        count = self.count({self.index[item] for item in left_out}, order, (first, rounds))
        self.check(dump(count.tally, sort_keys=True) == self.files[name], f"{what} does not follow from its own numbers")
        return count

    def read_round(self, step, what):
        """The votes of each, and those that could not go on: in irv this number says nothing new, and is left 0."""
        votes, stuck = step.get("votes"), step.get("non_transferable", "0.00000")
        right = is_count if self.name == "irv" else lambda value: matches(DECIMAL, value)
        need(isinstance(votes, list) and len(votes) == len(self.ids) and all(map(right, votes)) and matches(DECIMAL, stuck),
             f"a round or stage of {what} does not have a number for each candidate")
        hundred_thousandths = lambda text: int(text.replace(".", ""))  # noqa: E731
        return (votes, 0) if self.name == "irv" else (list(map(hundred_thousandths, votes)), hundred_thousandths(stuck))

    def read_disclosed_counts(self, tally):
        need(isinstance(tally, dict) and all(is_count(tally.get(name)) for name in ("voted", "counted", "blank")),
             "the tally is not an object with numbers")
        size, counted = len(self.ids), tally["counted"]
        if self.is_only_signed():
            box = None
        elif self.name == "motion":
            box = self.disclosed_answers(tally) if self.is_decided() else []
            self.check(not box or sum(box) == counted, "the answers are not as many as the votes that were counted")
        elif self.name == "score":
            length = self.method["max"] - self.method["min"] + 1
            box = self.disclosed_table(tally, "scores", length)
            self.check(all(sum(row) == counted for row in box) and (size > 0 or counted == 0),
                       "the points of a candidate are not from as many votes as were counted")
        elif self.method["type"] == "ranked":
            first = self.disclosed_first_places(tally, "the tally")
            if self.disclosed_step(tally, "pairs") is None:
                pairs = [[0] * size for _ in range(size)]
            else:
                pairs = self.disclosed_table(tally, "pairs", size)
            self.check(all(times <= counted for times in first), "a candidate has more first places than votes were counted")
            self.check(sum(first) >= counted, "there are fewer first places than votes were counted")
            self.check(all(pairs[j][i] <= counted - first[i] for i in range(size) for j in range(size)),
                       "somebody is above a candidate in a vote that puts the candidate first")
            self.check(all(pairs[i][j] + pairs[j][i] <= (counted if i != j else 0) for i in range(size) for j in range(i + 1)),
                       "so many votes for each pair cannot come of the votes that were counted")
            box = first, pairs
        else:
            box = self.disclosed_rows(tally)
            most = min(self.method.get("max_choices", 1), size)
            self.check(counted <= sum(box) <= most * counted and all(times <= counted for times in box),
                       "so many votes for each candidate cannot come of the votes that were counted")
        self.check(tally["blank"] == 0 or self.manifest["allow_blank"], "the tally has blank votes, which are not allowed")
        if self.statement:
            said = [self.statement[name] for name in ("votes", "counted", "blank")]
            self.check([tally["voted"], counted, tally["blank"]] == said,
                       "the numbers of the tally are not those of the statement")
        self.box, self.counted, self.blank = box, counted, tally["blank"]

    @staticmethod
    def first_step(tally, name, what="the tally"):
        """The first such step, or an empty one. That it is at its place, and only there, the comparison shows."""
        steps = tally.get("derivation") if isinstance(tally, dict) else None
        need(isinstance(steps, list) and all(isinstance(step, dict) for step in steps),
             f"the derivation of {what} is not a list of steps")
        return next((step for step in steps if step.get("step") == name), {})

    def disclosed_step(self, tally, name):
        return self.first_step(tally, name).get("votes")

    def disclosed_answers(self, tally):
        box = [self.first_step(tally, "answers").get(name) for name in ("yes", "no", "abstained")]
        need(all(map(is_count, box)), "the step `answers` of the tally does not have three numbers")
        return box

    def disclosed_first_places(self, tally, what):
        first = self.first_step(tally, "first_places", what).get("votes")
        need(isinstance(first, list) and len(first) == len(self.ids)
             and all(isinstance(item, list) and len(item) == 2 and item[0] == candidate_id and is_count(item[1])
                     for item, candidate_id in zip(first, self.ids)),
             f"the step `first_places` of {what} does not have a number for each candidate in turn")
        return [times for _, times in first]

    def disclosed_table(self, tally, name, length):
        table = self.disclosed_step(tally, name)
        need(isinstance(table, list) and len(table) == len(self.ids)
             and all(isinstance(row, list) and len(row) == length and all(map(is_count, row)) for row in table),
             f"the step `{name}` of the tally does not have a list of {length} numbers for each candidate")
        return table

    def disclosed_rows(self, tally):
        rows, votes = tally.get("rows"), {}
        need(isinstance(rows, list), "the tally has no rows")
        for row in rows:
            need(isinstance(row, dict) and isinstance(row.get("candidate"), str) and is_count(row.get("votes")),
                 "a row of the tally has no candidate, or no number of votes")
            need(row["candidate"] in self.index and row["candidate"] not in votes, "a row of the tally is for nobody, or there twice")
            votes[row["candidate"]] = row["votes"]
        need(len(votes) == len(self.ids), "the tally does not have a row for each candidate")
        return [votes[candidate_id] for candidate_id in self.ids]

    def read_publication(self):
        text = self.read_note("publication")
        form = 1 if text.startswith("urna publication v1\n") else 2  # the first release signed no result
        labels = ("statement", *(["result"] * (form == 2)), "version", "at", "tie-break", "withdrawals", "looks", "note",
                  "previous")
        p = note_lines(text, f"urna publication v{form}", labels, "the publication")
        self.check_result_file(form, p.get("result"))
        if self.manifest:
            self.check(p["ballot"] == self.manifest["ballot"], "the publication is of another ballot than the manifest")
        if "statement" in self.files:
            self.check(p["statement"] == self.hash_of("statement"), "the publication is of another statement")
        p["version"] = number(p["version"], "the version of the publication", 2**32 - 1)
        p["looks"] = number(p["looks"], "the number of looks in the publication")
        self.check(p["version"] >= 1, "the version of the publication is less than 1")
        self.check(is_time(p["at"]), "the time of the publication is no time")
        self.check(p["previous"] == "null" if p["version"] == 1 else matches(HASH, p["previous"]),
                   "the publication names a previous one though it is the first, or none though it is not")
        note = p["note"] = read_json(p["note"].encode(), "the note of the publication")
        self.check(note is None or isinstance(note, str), "the note of the publication is not a text")
        decision = p["tie-break"] = read_json(p["tie-break"].encode(), "the tie-break of the publication")
        if decision is not None:
            need_fields(decision, "the tie-break of the publication", {"decided_by", "order", "reason"}, {"nonce"})
            need("nonce" not in decision or (isinstance(decision["nonce"], str)
                                             and base64_exactly(decision["nonce"], 32, url=True) is not None),
                 "the tie-break of the publication has a nonce that is not 32 bytes in base64url")
            need(is_texts([decision["decided_by"], decision["reason"]]) and is_texts(decision["order"]),
                 "the tie-break of the publication does not have who decided, the order and the reason")
        late = read_json(p["withdrawals"].encode(), "the withdrawals of the publication")
        need(is_texts(late), "the withdrawals of the publication are not a list of candidates")
        if self.manifest:
            need(all(item in self.index for item in late), "somebody withdrew in the publication who is not in the manifest")
            places = [self.index[item] for item in late]
            self.check(ascending(places), "the withdrawals of the publication are not in the order of the manifest, each once")
            self.check(not self.early.intersection(places), "somebody withdrew after the close who had withdrawn before")
            p["late"] = set(places)
        self.publication = p

    def final_count(self, decision=None):
        """The count with all withdrawals; a ranked one leaves out who withdrew late only if they would be elected."""
        late, out = self.publication["late"], set(self.early)
        if self.method["type"] != "ranked":
            return self.count(out | late, decision)
        while True:
            count = self.count(out, decision)
            if not late.intersection(count.elected):
                return count
            out |= late.intersection(count.elected)

    def check_result_file(self, form, signed_hash):
        there = "result.json" in self.files
        self.check(there == (form == 2), "the archive has a file result.json, but the publication has no line for it" if there
                   else "the archive has no file result.json, though the publication was signed for one")
        if form == 2:
            self.check(matches(HASH, signed_hash), "the publication has no hash of the file result.json")
            self.check(not there or signed_hash == self.hash_of("result.json"),
                       "the file result.json is not the one that the publication was signed for")
        elif self.manifest:
            self.check(not self.is_only_signed(), "nobody can count the result again, and the publication does not sign it")

    def read_sealed_order(self):
        """The jury's order, if it was sealed before the close and had to be shown."""
        if not self.manifest or not self.history_right or not self.shows_sealed_order():
            return
        decision = self.publication["tie-break"]
        need(self.has_jury_order(), "the tie-break was sealed, though the votes are not ranked, or no jury settles a tie")
        need(self.sealed is not None, "the tie-break has a nonce, but no order was sealed before the close")
        content = dump({name: value for name, value in decision.items() if name != "nonce"}, sort_keys=True)
        nonce = base64_exactly(decision["nonce"], 32, url=True)
        need(sha256(b"urna/tie-order/v1\n", self.manifest_hash, nonce, content).hex() == self.sealed,
             "the tie-break is not the order that was sealed before the close")
        self.order = self.order_of(decision, self.ids)

    def order_of(self, decision, to_order):
        need(sorted(decision["order"]) == sorted(to_order),
             "the tie-break of the publication does not name each once whom it has to order")
        return [self.index[item] for item in decision["order"]]

    def final_result(self):
        if not self.publication or not self.may_compare() or (self.box is None and not self.signed_tally):
            return
        count = self.signed_result() if self.is_only_signed() else self.counted_result()
        if count is None:
            return
        self.results = [{"name": self.names[self.index[row["candidate"]]], "votes": row["votes"],
                         **({"points": row["points"]} if "points" in row else {}), "elected": row["elected"]}
                        for row in count.tally["rows"]]
        if self.name == "motion":
            self.outcome = count.tally["outcome"]["type"]
            self.motion = {step["step"]: step for step in count.steps}

    def counted_result(self):
        count, decision = self.final_count(), self.publication["tie-break"]  # only the jury's rule leaves a tie
        if decision is None:
            self.check(not count.tied, "the result is still tied, but it was published")
        elif self.order is not None:
            self.check(count.tied or self.count(self.early).tied, "the sealed order settles nothing, but it was shown")
            count = self.final_count(self.order)
        else:
            self.no_order_was_sealed()
            if self.check(count.tied, "the tie-break of the publication settles nothing: no tie waits for a jury"):
                to_order = self.ids if self.method["type"] == "ranked" else count.named(count.tied)
                count = self.final_count(self.order_of(decision, to_order))
        if "result.json" in self.files:
            read_json(self.files["result.json"], "the result")  # which refuses numbers that are too large
            self.check(dump(count.tally, sort_keys=True) == self.files["result.json"], "the result is not the count of the votes"
                       if self.full else "the result does not follow from the counts")
        return count

    def no_order_was_sealed(self):
        self.check(self.sealed is None, "the tie-break was made after the close, though an order was sealed before")

    def signed_result(self):
        """The count in result.json, which nobody can make again. Yet it has to fit tally and publication."""
        if "result.json" not in self.files:
            return None
        tally, decision, late = self.signed_tally, self.publication["tie-break"], self.publication["late"]
        order = self.order
        if decision is not None and order is None:
            self.no_order_was_sealed()
            order = self.order_of(decision, self.ids)
        count = self.read_signed("result.json", read_json(self.files["result.json"], "the result"), order)
        gone, won = count.withdrawn, late.intersection(tally.elected)
        self.check(not count.tied, "the result is still tied, but it was published")
        self.check(count.box[0] == tally.box[0], "the result has other first places than the tally")
        self.check(self.early | won <= gone <= self.early | late, "the result leaves out others than those who withdrew")
        self.check(not late.intersection(count.elected), "somebody is elected who withdrew after the close")
        if gone == self.early:  # then both are one count, and only a jury may have gone on with it
            self.check(count.box[1][:len(tally.box[1])] == tally.box[1], "the result does not begin as the tally")
        if not tally.tied and not won:
            self.check(self.files["result.json"] == self.files["tally.json"],
                       "the result is another than the tally, though nothing happened after the close that changes it")
        # A count says whether it used the order. Of counts between these two, which elected more of who withdrew, nobody knows.
        may_have_used = tally.tied or tally.order_used or count.order_used or gone != self.early | won
        self.check(decision is None or (may_have_used and self.has_jury_order()),
                   "the tie-break of the publication settles nothing")
        return count

    def not_recounted(self):
        """What a record does not let anybody count again."""
        if not self.manifest or self.recounted:
            return []
        return ["votes", "result"] if self.is_only_signed() else ["votes"]

    # ---- Receipts ----

    def check_receipt(self, entry, receipt):
        what = f"the receipt {entry['name']}"
        need(self.manifest and self.key, f"{what} cannot be checked against this record")
        text, signatures = split_note(receipt["signed_note"].encode("utf-8"), what)
        fault = signature_fault(text, signatures, self.key, what)
        need(fault is None, fault)  # otherwise it promises nothing
        lines = text[:-1].split("\n")
        form = {4: "urna receipt v1", 5: "urna receipt v2"}.get(len(lines))
        commitment = base64_exactly(lines[3], 32, url=True) if form is not None else None
        need(commitment is not None and lines[0] == form and (len(lines) == 4 or matches(HASH, lines[4])),
             f"{what} does not have the lines of a receipt")
        holder = bytes.fromhex(lines[4]) if len(lines) == 5 else None
        ballot = self.manifest["ballot"]
        need(lines[1] == ballot and receipt["ballots"] <= {None, ballot}, f"{what} is of another ballot")
        need(lines[2] == self.manifest_hash.hex(), f"{what} is for another manifest than the record's")
        right = self.check(receipt.get("commitment") in (None, lines[3]), f"{what} has another commitment than its signed note")
        tracker = None
        if receipt.get("tracker") is not None:
            tracker = base64_exactly(receipt["tracker"], 32, url=True)
            right &= self.check(tracker is not None, f"the tracker of {what} is malformed")
        if tracker is not None:
            right &= self.check(holder in (None, sha256(tracker)), f"{what} has a note that was made for another tracker")
            holder = sha256(tracker)
        if tracker is not None and receipt.get("code") is not None:
            bits = int.from_bytes(sha256(b"urna/code/v1\n", bytes.fromhex(ballot.replace("-", "")), tracker)[:8], "big") >> 4
            code = "".join(CROCKFORD[bits >> shift & 31] for shift in range(55, -1, -5))
            # As bytes, because upper-casing a text can turn other letters into ASCII.
            said = receipt["code"].translate(NOT_IN_CODES).encode("utf-8").upper()
            right &= self.check(said.translate(bytes.maketrans(b"OIL", b"011")) == code.encode(),
                                f"{what} has another code than its tracker")
        place = self.place_of.get(commitment)
        need(place is not None, f"the vote of {what} is missing in the record, though the service promised that it would be there")
        if place < len(self.opened):
            tracker_hash, choice = self.opened[place]
            if holder is not None:
                right &= self.check(tracker_hash == holder, f"the vote of {what} is not opened by its tracker")
            marks = self.read_choice(choice)
            if right and marks is not None:
                entry["choice"] = self.said(*marks)

    def said(self, places, values):
        """Whom a choice names, as `choices` in a corpus of cases has it."""
        if self.name == "motion":
            return {"motion": ANSWERS[values[0] - 1]}
        names = [self.names[i] for i in places]
        if not names or self.name == "plurality":
            return names[0] if names else None
        if self.name == "approval":
            return names
        if self.name == "score":
            return [[name, points] for name, points in zip(names, values)]
        return [[name for name, rank in zip(names, values) if rank == now] for now in range(1, max(values) + 1)]


# ---- The command ----------------------------------------------------------------------------------------------------

def read_file(path, most):
    with open(path, "rb") as file:
        need(os.fstat(file.fileno()).st_size <= most, f"{path} is larger than {most} bytes")
        data = file.read(most + 1)
    need(len(data) <= most, f"{path} is larger than {most} bytes")
    return data


def _pairs_once(pairs):
    found = dict(pairs)
    need(len(found) == len(pairs), "one of its fields is there twice")
    return found


def _any_number(text):
    value = float(text)
    need(math.isfinite(value), "one of its numbers is too large")
    return value


def depth(value):
    """The nesting depth of lists and objects."""
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


def read_receipt(path):
    """Reads an answer to a vote, an object under `receipt`, or a bare signed note. Returns an object with `signed_note`."""
    try:
        text = read_file(path, MOST_RECEIPT).decode("utf-8")
        if "\n\n— " in text:  # never in JSON; the note itself is checked later
            return {"signed_note": text, "ballots": set()}
        outer = json.loads(text, object_pairs_hook=_pairs_once, parse_int=_any_number, parse_float=_any_number,
                           parse_constant=_no_number)
        need(isinstance(outer, dict), "it is something else")
        need(depth(outer) <= MOST_DEPTH, "it is nested too deeply")
        json.dumps(outer, ensure_ascii=False).encode("utf-8")  # a ValueError for a lone surrogate
        inner = outer if outer.get("receipt") is None else outer["receipt"]
        need(isinstance(inner, dict) and inner.get("signed_note") is not None, "it has no object with a signed_note")
        need(all(value is None or isinstance(value, str) for value in (outer.get("ballot_id"), *map(inner.get, RECEIPT))),
             "one of its fields is no text")
        return {**inner, "ballots": {outer.get("ballot_id"), inner.get("ballot_id")}}
    except (ValueError, RecursionError, Wrong) as error:
        raise Unusable(f"the receipt {plain(path)} cannot be read as JSON or as a signed note: {plain(error)}") from None


def read_given_key(text):
    """The fingerprint of the given key, which is either a fingerprint in hex of either case, or the key itself."""
    if text.isascii() and matches(HASH, text.lower()):
        return bytes.fromhex(text)
    try:
        return sha256(parse_key(text)[1])
    except Wrong as wrong:
        raise Unusable(f"--key: {wrong}") from None


def said_in_words(name, entry):
    """`ranks 1. Ana, Ben  2. Eva`, and for other methods in the same way."""
    choice = entry.get("choice", "what this record does not disclose")
    if name == "motion":
        return f"says {choice['motion'] if isinstance(choice, dict) else choice}".replace("says abstain", "abstains")
    if not isinstance(choice, list):
        return f"names {'nobody' if choice is None else plain(choice)}"
    if name == "approval":
        return f"names {', '.join(map(plain, choice))}"
    if name == "score":
        return f"gives {', '.join(f'{plain(item)} {points}' for item, points in choice)}"
    return "ranks " + "  ".join(f"{rank}. {', '.join(map(plain, names))}" for rank, names in enumerate(choice, 1))


def what_was_recounted(v):
    if v.recounted:
        return "The votes were counted again."
    if v.outcome == "not_decided":
        return "The quorum was not reached: nobody counts the votes, and the record does not have them."
    if v.is_only_signed():
        return "Only counts are disclosed: NEITHER THE VOTES NOR THE RESULT can be counted again, both were only signed."
    return "Only counts are disclosed: the votes cannot be counted again."


def motion_in_words(v):
    """The arithmetic of a motion."""
    quorum, answers, majority = map(v.motion.get, ("quorum", "answers", "majority"))
    if quorum is None:
        yield "Quorum: none"
    else:
        yield (f"Quorum: {v.method['quorum']['fraction']} of {quorum['members']} members are {quorum['needed']}, "
               f"{quorum['took_part']} took part")
    if answers is not None:
        (how, share), = majority["threshold"].items()
        base = {"yes_and_no": "votes for yes or no", "cast": "votes", "members": "members"}[v.method["majority"]["base"]]
        yield f"Answers: {answers['yes']} yes, {answers['no']} no, {answers['abstained']} abstained"
        yield (f"Needed: {how.replace('_', ' ')} {share} of {majority['base']} {base}, which is {majority['needed']} yes, "
               "and more yes than no")
    yield f"Outcome: the motion is {v.outcome.replace('_', ' ')}"


def summary(v):
    p, s = v.publication, v.statement
    yield f"Ballot {v.manifest['ballot']}, version {p['version']}, published {p['at']}"
    compared = "the key that was given" if v.given_key is not None else "compare it with the one that the organisers showed"
    yield f"Key fingerprint {sha256(v.key[1]).hex()} ({compared})"
    votes = "" if v.motion is not None else f", {s['counted']} votes name a candidate, {s['blank']} nobody"
    yield f"{s['eligible']} could vote, {s['votes']} voted{votes}"
    if v.unreadable:
        yield f"NOT COUNTED: {v.unreadable} votes that could not be read at the close"
    yield what_was_recounted(v)
    if v.motion is not None:
        yield from motion_in_words(v)
    elif v.name not in ("plurality", "approval") or "seats" in v.method:
        votes = {"score": f"votes with more than {v.method.get('min')} points", "ranked": "first places"}
        numbers = ["points"] * any("points" in row for row in v.results) + [votes.get(v.method["type"], "votes")]
        yield f"Counted by {v.name}, seats: {v.method.get('seats', 1)}. The numbers are {', and '.join(numbers)}."
    for row in v.results:
        points = ""
        if "points" in row:  # half points in borda
            points = f"{row['points']:>9}" if v.name == "score" else f"{row['points'] // 2:>9}.{row['points'] % 2 * 5}"
        yield f"{points}{row['votes']:>9}  {plain(row['name'])}{'  (elected)' if row['elected'] else ''}"
    for places, when in ((v.early, "before"), (p["late"], "after")):
        for place in sorted(places):
            yield f"Withdrew {when} the close: {plain(v.names[place])}"
    if p["tie-break"] is not None:
        decision = p["tie-break"]
        order = ", ".join(plain(v.names[v.index[item]]) for item in decision["order"])
        yield f"A tie was decided by {plain(decision['decided_by'])}: {order} (reason: {plain(decision['reason'])})"
        yield f"This order was {'sealed before' if v.order is not None else 'made after'} the close."
    elif v.sealings:
        yield "A jury sealed an order before the close. It was not needed, and stays sealed."
    if v.sealings > 1:
        yield f"The jury sealed an order {v.sealings} times, and only the last one is valid."
    if p["note"] is not None:
        yield f"Note of this version: {plain(p['note'])}"
    yield f"Times that organisers looked at the count or the statement before the first publication: {p['looks']}"
    for entry in v.receipts:
        yield f"Receipt {entry['name']}: the vote is in the record, and {said_in_words(v.name, entry)}"
    yield "Verified."


def facts(v):
    """What `--json` says."""
    decision = v.publication["tie-break"] if v.publication and not v.faults else None
    if decision is not None:
        decision = {"decided_by": decision["decided_by"], "order": [v.names[v.index[item]] for item in decision["order"]],
                    "reason": decision["reason"], "sealed": v.order is not None}
    return {"verified": not v.faults, "key_given": v.given_key is not None, "faults": v.faults, "recounted": v.recounted,
            "not_recounted": v.not_recounted(), "results": v.results, "outcome": v.outcome, "motion": v.motion,
            "tie_break": decision, "sealed_orders": v.sealings, "receipts": v.receipts,
            "statement_sha256": v.hash_of("statement") if "statement" in v.files else None}


def judge(record, receipts, key=None, statement=None):
    """The exit code, and the Verifier or the reason why there is none."""
    try:
        given_key = None if key is None else read_given_key(key.strip(WHITE_SPACE))
        given_statement = None if statement is None else statement.strip(WHITE_SPACE)
        if given_statement is not None and not re.fullmatch(r"[0-9a-fA-F]{32,64}", given_statement):
            raise Unusable("--statement: not 32 to 64 digits of hexadecimal")
        archive = read_file(record, MOST_RECORD)
        receipts = [(path, read_receipt(path)) for path in receipts]
    except FileNotFoundError as error:
        return MISSING, f"there is no file {error.filename}"
    except (OSError, ValueError, Unusable, Wrong) as error:
        return UNREADABLE, str(error)
    v = Verifier(given_key, given_statement and given_statement.lower())
    v.run(archive, receipts)
    v.faults = [plain(fault) for fault in v.faults]
    return REFUSED if v.faults else VERIFIED, v


def main():
    sys.stdout.reconfigure(errors="backslashreplace")  # do not fail on a name that the terminal cannot show
    sys.stderr.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description="Verifies the record of a ballot.", allow_abbrev=False)
    parser.add_argument("record", metavar="RECORD.zip")
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[])
    parser.add_argument("--key", metavar="KEY")
    parser.add_argument("--statement", metavar="HEX")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    code, v = judge(options.record, options.receipt, options.key, options.statement)
    if code in (UNREADABLE, MISSING):
        print(plain(v), file=sys.stderr)
    elif options.json:
        print(json.dumps(facts(v)))
    else:
        for line in [f"WRONG: {fault}" for fault in v.faults] or summary(v):
            print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
