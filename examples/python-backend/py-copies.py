#!/usr/bin/env python3
"""A backend in Python: plain copies in folders of their own. The protocol is in docs/plugins.md."""

import base64
import fnmatch
import json
import os
import secrets
import shutil
import sys
import threading
import time

cancelled = threading.Event()


class Failure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def say(kind, **values):
    sys.stdout.write(json.dumps({"type": kind, **values}) + "\n")
    sys.stdout.flush()


def listen():
    """Whatever comes after the request means that nobody waits for the answer any more."""
    sys.stdin.readline()
    cancelled.set()


def files_of(repository, snapshot):
    return os.path.join(repository["location"], snapshot, "files")


def open_repository(repository, **_):
    try:
        with open(os.path.join(repository["location"], "copies")) as mark:
            return {"id": mark.read()}
    except FileNotFoundError:
        raise Failure("repository.absent", f"{repository['location']} holds no copies")


def create(repository, **_):
    os.makedirs(repository["location"], exist_ok=True)
    try:
        with open(os.path.join(repository["location"], "copies"), "x") as mark:
            mark.write(secrets.token_hex(32))
    except FileExistsError:
        raise Failure("repository.exists", f"{repository['location']} holds copies already")
    return open_repository(repository)


def snapshots(repository, **_):
    open_repository(repository)
    for name in os.listdir(repository["location"]):
        path = os.path.join(repository["location"], name, "snapshot")
        if not name.startswith(".") and os.path.exists(path):
            with open(path) as record:
                say("items", values=[json.load(record)])


class Saving:
    def __init__(self, repository, spec, target):
        self.spec, self.target, self.unreadable = spec, target, []
        self.before = files_of(repository, spec.get("parent") or "-")
        counted = ["New", "Changed", "Unmodified", "Processed"]
        self.stats = {**{f"files{name}": 0 for name in counted}, "bytesProcessed": 0, "bytesAdded": 0}

    def save(self, path):
        if cancelled.is_set():
            raise Failure("run.cancelled", "nobody waits any more")
        name = os.path.basename(path)
        if any(pattern == path or fnmatch.fnmatchcase(name, pattern) for pattern in self.spec["excludes"]):
            return
        target = self.target + path
        try:
            if os.path.islink(path):
                os.symlink(os.readlink(path), target)
            elif os.path.isdir(path):
                names = sorted(os.listdir(path))
                os.makedirs(target, exist_ok=True)
                for inner in names:
                    self.save(os.path.join(path, inner))
            elif os.path.isfile(path):
                self.count(path, os.stat(path))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy2(path, target)
        except (PermissionError, FileNotFoundError) as error:
            self.unreadable.append({"path": path, "reason": error.strerror})

    def count(self, path, facts):
        with open(path, "rb"):
            pass
        try:
            old = os.stat(self.before + path)
            same = (old.st_size, old.st_mtime_ns) == (facts.st_size, facts.st_mtime_ns)
            fate = "filesUnmodified" if same else "filesChanged"
        except FileNotFoundError:
            fate = "filesNew"
        self.stats[fate] += 1
        self.stats["filesProcessed"] += 1
        self.stats["bytesProcessed"] += facts.st_size
        self.stats["bytesAdded"] += facts.st_size
        say("progress", **self.stats, currentFiles=[path])


def backup(repository, spec, **_):
    open_repository(repository)
    snapshot = secrets.token_hex(32)
    draft = os.path.join(repository["location"], "." + snapshot)
    saving = Saving(repository, spec, os.path.join(draft, "files"))
    try:
        for source in spec["sources"]:
            saving.save(source)
        record = {"id": snapshot, "time": time.time_ns() // 1_000_000, "paths": spec["sources"]}
        os.makedirs(draft, exist_ok=True)
        with open(os.path.join(draft, "snapshot"), "w") as file:
            json.dump({**record, "host": spec["host"], "tags": spec["tags"]}, file)
        os.rename(draft, os.path.join(repository["location"], snapshot))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {"snapshot": snapshot, "stats": saving.stats, "unreadable": saving.unreadable}


def entries(root, below):
    if not os.path.isdir(root + below) or os.path.islink(root + below):
        return
    for name in sorted(os.listdir(root + below)):
        path = os.path.join(below, name)
        yield path
        yield from entries(root, path)


def within(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def restore(repository, spec, **_):
    root, result = files_of(repository, spec["snapshot"]), {"filesRestored": 0, "bytesRestored": 0, "filesSkipped": 0}
    for path in entries(root, "/"):
        if (spec["include"] and not within(path, spec["include"])) or within(path, spec["exclude"]):
            continue
        saved, target = root + path, spec["target"] + path
        if os.path.isdir(saved) and not os.path.islink(saved):
            os.makedirs(target, exist_ok=True)
            continue
        if os.path.lexists(target) and spec["overwrite"] == "never":
            result["filesSkipped"] += 1
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(saved, target, follow_symlinks=False)
        result["filesRestored"] += 1
        result["bytesRestored"] += os.lstat(saved).st_size
    return result


def list_entries(repository, snapshot, path=None, **_):
    root = files_of(repository, snapshot)
    itself = [path] if path and os.path.lexists(root + path) else []
    for found in [*itself, *entries(root, path or "/")]:
        facts = os.lstat(root + found)
        kind = "symlink" if os.path.islink(root + found) else "dir" if os.path.isdir(root + found) else "file"
        size = facts.st_size if kind == "file" else 0
        entry = {"path": found, "type": kind, "size": size, "modifiedAt": facts.st_mtime_ns // 1_000_000}
        say("items", values=[{**entry, "mode": facts.st_mode & 0o7777}])


def dump(repository, snapshot, path, **_):
    with open(files_of(repository, snapshot) + path, "rb") as file:
        while data := file.read(256 * 1024):
            say("chunk", data=base64.b64encode(data).decode())


def forget(repository, snapshots, **_):
    for snapshot in snapshots:
        shutil.rmtree(os.path.join(repository["location"], snapshot))


def describe(**_):
    backend = {"name": "py-copies", "supports": ["list", "dump", "forget"]}
    return {"name": "py-copies", "api": 1, "version": "1.0.0", "backends": [backend]}


methods = {
    "describe": describe,
    "backend.open": open_repository,
    "backend.create": create,
    "backend.snapshots": snapshots,
    "backend.backup": backup,
    "backend.restore": restore,
    "backend.list": list_entries,
    "backend.dump": dump,
    "backend.forget": forget,
}


def main():
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=listen, daemon=True).start()
    method = methods.get(request["method"])
    try:
        if method is None:
            raise Failure("backend.unsupported", f"no {request['method']} here")
        say("result", value=method(**request["params"]))
    except Failure as failure:
        say("error", code=failure.code, message=str(failure))
    except Exception as error:
        say("error", message=f"{type(error).__name__}: {error}")


main()
