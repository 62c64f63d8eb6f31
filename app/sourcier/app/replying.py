"""How an address that replies in JSON is wired, whichever part of the interface it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

__all__ = ["replying"]


def replying(
    reply: type[BaseModel], operation: str, summary: str, others: Mapping[int | str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """What the framework is told of an address: the shape of its reply, its name, and what it is for.

    Args:
        others: what it may answer besides, by status.
    """
    return {
        "responses": {200: {"model": reply}, **(others or {})},
        "response_class": JSONResponse,
        "operation_id": operation,
        "summary": summary,
    }
