"""Parsing in a process of its own, which has little memory, little time, and can be lost.

A PDF of 1 MB can take 2 GB, a Word file of 0.7 MB more than 1 GB: what opens untrusted files must be able to die alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.kinds import Kind
from sourcier.ingest.limits import Limits


def read_apart(kind: Kind, data: bytes, limits: Limits) -> Reading:
    """Read ``data`` in a child process.

    Raises:
        UnreadableFileError: the reader refused it, or the process ran out of memory, of time, or crashed.
    """
    command = [
        sys.executable,
        "-P",
        "-X",
        "utf8",
        "-m",
        "sourcier.ingest.worker",
        kind.value,
        json.dumps(asdict(limits)),
    ]
    # Files, not pipes: neither side can be made to hold in memory what the other writes.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as returned:
        given.write(data)
        given.flush()
        os.lseek(given.fileno(), 0, os.SEEK_SET)
        try:
            done = subprocess.run(
                command,
                stdin=given,
                stdout=returned,
                stderr=subprocess.DEVNULL,
                timeout=limits.timeout_s + 2,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableFileError("ingest.too_slow", limit=limits.timeout_s) from error
        if returned.tell() > limits.output:
            raise UnreadableFileError("ingest.too_much_text")
        returned.seek(0)
        return _result(returned.read(limits.output), done.returncode, limits)


def _result(output: bytes, code: int, limits: Limits) -> Reading:
    try:
        raw = json.loads(output)
        if "error" in raw:
            values = {str(name): str(value) for name, value in raw["values"].items()}
            raise UnreadableFileError(str(raw["error"]), **values)
        return Reading.from_json(raw)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise UnreadableFileError("ingest.crashed", memory=limits.memory_mb, code=code) from error
