"""Who may open the trainer's page: kits are kept by the server, and there are no accounts to tell a trainer from a member."""

from __future__ import annotations

from starlette.requests import Request

from sourcier.core.settings import Settings

__all__ = ["is_open", "may_enter"]

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
#: What proxies add to what they pass on: behind one, whoever asks is not on this machine.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_open(settings: Settings) -> bool:
    """Whether the page exists: where it is asked for, or, by default, where no other machine can reach the service."""
    if settings.workshop.page == "local":
        return settings.serve.host.strip("[]").lower() in _HERE and not settings.serve.names
    return settings.workshop.page == "on"


def may_enter(settings: Settings, request: Request) -> bool:
    """Whether this request may: by default, not one that a proxy passed on, which the settings may not tell of."""
    if not is_open(settings):
        return False
    return settings.workshop.page == "on" or not any(name in request.headers for name in _PASSED_ON)
