#!/usr/bin/env python3
"""Runs verify.py over a folder of cases, and reports verdicts that differ from `cases.json`.

    python3 judge.py FOLDER

docs/verification.md describes the folder. The exit code is 0 if every verdict is as expected.
"""
import json
import os
import sys

sys.dont_write_bytecode = True  # leave no cache in this folder
import verify  # noqa: E402

NAMES = {verify.VERIFIED: "verified", verify.REFUSED: "refused", verify.UNREADABLE: "unreadable"}


def difference(folder, case):
    """The unexpected verdict, or None."""
    path = lambda name: os.path.join(folder, name)  # noqa: E731
    code, found = verify.judge(path(case["record"]), list(map(path, case["receipts"])), case.get("key"), case.get("statement"))
    if NAMES.get(code) != case["expect"]:
        return f"{NAMES.get(code, code)} instead of {case['expect']}: {found.faults if code == verify.REFUSED else found}"
    if code != verify.VERIFIED:
        return None
    if found.results != case["results"]:
        return f"the results {found.results} instead of {case['results']}"
    if found.outcome != case.get("outcome"):  # of a motion; other methods have none
        return f"the outcome {found.outcome} instead of {case.get('outcome')}"
    choices = [{"choice": entry["choice"]} if "choice" in entry else {} for entry in found.receipts]
    if choices != case["choices"]:
        return f"the choices {choices} instead of {case['choices']}"
    return None


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    wrong = 0
    for case in cases:
        what = difference(folder, case)
        if what is not None:
            wrong += 1
            print(f"{case['name']}: {what}")
    print(f"{len(cases)} cases, {wrong} judged otherwise")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
