"""How the process that reads files is talked to: JSON and bytes, each preceded by its length."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

FRAME = b"F"
END = b"E"
HEADER = struct.Struct(">cIQ")
"""Sort of frame, length of its JSON, length of the bytes that follow."""


def write_frame(stream: IO[bytes], sort: bytes, frame: Mapping[str, Any], data: bytes = b"") -> None:
    """Write one frame; nothing is flushed."""
    told = json.dumps(frame).encode("ascii")
    stream.write(HEADER.pack(sort, len(told), len(data)) + told)
    stream.write(data)


def read_request(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next request, ``None`` when there is none any more. Only for the side that trusts the other one."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    _, told, size = HEADER.unpack(header)
    request = json.loads(stream.read(told))
    return request, stream.read(size)
