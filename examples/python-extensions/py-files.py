#!/usr/bin/env python3
"""Everything but a backend, in Python, about files. The protocol is in docs/plugins.md."""

import json
import os
import sys
import threading
import time

cancelled = threading.Event()


class Failure(Exception):
    def __init__(self, code, message, hint):
        super().__init__(message)
        self.code, self.hint = code, hint


def check(name, options, **_):
    """The condition, the sensor and the hook take the path of a file."""
    if isinstance(options, str) and options.startswith("/"):
        return {}
    return {"issues": [{"message": "that is no absolute path", "hint": "write the path of a file"}]}


def path_in(given):
    if check("", given):
        raise Failure("config.invalid-value", "that is no absolute path", "Write the path of a file.")
    return given


def condition(given, **_):
    met = isinstance(given, str) and not os.path.exists(given)
    return {"met": met, "text": f"{given} is {'not there' if met else 'there'}"}


def sensor(given, **_):
    holds = os.path.exists(path_in(given))
    return {"verdict": "holds" if holds else "clear", "text": f"{given} is {'there' if holds else 'not there'}"}


def secret(reference, **_):
    try:
        with open(reference["target"]) as file:
            return {"value": file.readline()}
    except OSError as error:
        message = f"no secret in {reference['target']}: {error.strerror}"
        raise Failure("secret.unavailable", message, "Write it into the first line of that file.")


def send(message, settings, **_):
    if cancelled.is_set():
        raise Failure("notify.unreachable", "nobody waits any more", "Try again.")
    with open(settings["path"], "a") as file:
        file.write(f"{message['subject']}\n{message['text']}\n")


def hook(given, occasion, secrets, **_):
    """Leaves a mark, unless there is one that says "later"; waits where it says "wait"."""
    path = path_in(given)
    word = ""
    if os.path.exists(path):
        with open(path) as file:
            word = file.read().strip()
    while word == "wait" and not cancelled.is_set():
        time.sleep(0.01)
    if cancelled.is_set():
        raise Failure("hook.failed", "nobody waits any more", "Try again.")
    if word == "later":
        return {"verdict": "not-now"}
    say("note", line=f"{occasion['phase']} of {occasion['job']}, with {len(secrets)} secrets")
    with open(path, "w") as file:
        file.write(occasion["run"])
    return {"verdict": "done"}


def describe(**_):
    channel = {"path": {"type": "text", "required": True, "text": "the file that messages are added to"}}
    brings = {
        "conditions": ["absent"],
        "sensors": [{"kind": "present", "freshMs": 10_000}],
        "secrets": ["line"],
        "notifiers": [{"kind": "append", "text": "a file", "settings": channel}],
        "hooks": ["mark"],
    }
    return {"name": "py-files", "api": 1, "version": "1.0.0", **brings, "trials": trials}


here = os.path.abspath(__file__)
trials = {
    "conditions": {"absent": {"refused": [7], "met": {"options": "/no/such/file"}, "unmet": {"options": here}}},
    "sensors": {"present": {"refused": [7], "holds": {"options": here}, "clear": {"options": "/no/such/file"}}},
    "secrets": {
        "line": {
            "files": {"a": "canary-60d1\nmore\n"},
            "present": "{folder}/a",
            "value": "canary-60d1",
            "absent": "{folder}/b",
        }
    },
    "notifiers": {"append": {"settings": {"path": "{folder}/out"}, "arrives": "{folder}/out"}},
    "hooks": {
        "mark": {
            "refused": [7],
            "works": {"options": "{folder}/mark"},
            "leaves": "{folder}/mark",
            "fails": {"options": "/no/such/folder/mark"},
        }
    },
}

methods = {
    "describe": describe,
    "check": check,
    "condition": condition,
    "sensor": sensor,
    "secret": secret,
    "send": send,
    "hook": hook,
}


def say(kind, **values):
    sys.stdout.write(json.dumps({"type": kind, **values}) + "\n")
    sys.stdout.flush()


def listen():
    """Whatever comes after the request means that nobody waits for the answer any more."""
    sys.stdin.readline()
    cancelled.set()


def main():
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=listen, daemon=True).start()
    try:
        say("result", value=methods[request["method"]](**request["params"]))
    except Failure as failure:
        say("error", code=failure.code, message=str(failure), hint=failure.hint)
    except Exception as error:
        say("error", message=f"{type(error).__name__}: {error}")


main()
