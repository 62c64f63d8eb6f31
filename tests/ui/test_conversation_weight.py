"""What a first visit and the next one transfer, as the browser counts: a phone on a slow network opens this page too."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.ui.conftest import OpenPage, Service
from tests.ui.test_conversation_page import browsed

from sourcier.app.ui.shell import ASSETS, accepts_gzip, asset

FIRST_BYTES = 600_000
NEXT_BYTES = 150_000


@browsed
def test_a_first_visit_is_light_and_the_next_one_lighter(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    # The page that was opened warmed the cache of its context: a new one starts without.
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context()
    sizes: list[float] = []
    for _ in range(2):
        visit = context.new_page()
        tools = context.new_cdp_session(visit)
        tools.send("Network.enable")
        transferred: list[float] = []
        tools.on("Network.loadingFinished", lambda event, into=transferred: into.append(event["encodedDataLength"]))
        visit.goto(service.address)
        expect(visit.locator("#question textarea")).to_be_visible(timeout=60_000)
        visit.wait_for_load_state("networkidle")
        sizes.append(sum(transferred))
        visit.close()
    context.close()
    assert 0 < sizes[0] < FIRST_BYTES, sizes
    assert 0 < sizes[1] < NEXT_BYTES, sizes


@pytest.fixture
def get(service: Service) -> Callable[[str, str], http.client.HTTPResponse]:
    def get(path: str, encoding: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        connection.request("GET", path, headers={"Accept-Encoding": encoding})
        response = connection.getresponse()
        response.body = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response

    return get


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_our_files_are_small_for_whoever_can_read_them(
    get: Callable[[str, str], http.client.HTTPResponse], name: str
) -> None:
    small, whole = get(f"/page/{name}", "br, gzip"), get(f"/page/{name}", "identity")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.body) == whole.body == asset(name)  # type: ignore[attr-defined]
    assert "Content-Encoding" not in whole.headers
    assert small.headers["Vary"] == whole.headers["Vary"] == "accept-encoding"
    assert small.headers["Cache-Control"] == "no-store"


def test_the_page_is_rewritten_then_compressed(get: Callable[[str, str], http.client.HTTPResponse]) -> None:
    small, whole = get("/", "gzip"), get("/", "")
    text = gzip.decompress(small.body)  # type: ignore[attr-defined]
    assert b'lang="fr-CA"' in text
    assert b"./page/page.js" in text
    assert b'lang="fr-CA"' in whole.body  # type: ignore[attr-defined]
    assert int(small.headers["Content-Length"]) == len(small.body) < len(text) / 2  # type: ignore[attr-defined]


def test_what_bears_a_hash_may_be_kept_and_nothing_else(get: Callable[[str, str], http.client.HTTPResponse]) -> None:
    page = get("/", "").body.decode()  # type: ignore[attr-defined]
    hashed = page.partition("assets/")[2].partition('"')[0]
    assert get(f"/assets/{hashed}", "").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get("/assets/none.js", "").headers["Cache-Control"] == "no-store"
    assert get("/api/health", "").headers["Cache-Control"] == "no-store"
    assert get("/", "").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("encodings", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("*", True),
        ("br", False),
    ],
)
def test_gzip_is_sent_to_whoever_accepts_it(encodings: str, accepted: bool) -> None:
    assert accepts_gzip(encodings) is accepted
