"""An organisation's looks: colours that can be read or are refused with their contrast, a logo that runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from tests.ui.conftest import CHROMIUM
from tests.ui.material import FEW
from tests.ui.pages_server import Site, served

from sourcier.app.pages.looks import logo_of, looks
from sourcier.app.pages.rendering import STYLES
from sourcier.app.ui.shell import asset
from sourcier.core.colours import DARK, LIGHT, TEXT, contrast, ink_on, lightened, mixed, washed
from sourcier.core.errors import SettingsError
from sourcier.core.settings import OrganisationSettings, ServeSettings, Settings, load

NEEDS_BROWSER = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<?xml version="1.0"?>\n<!-- a --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>parent.ran = 1</script></svg>'


def tokens(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", sheet))


def sheet_of(name: str) -> str:
    import sourcier.app.pages as package

    assert name in STYLES
    return (Path(package.__path__[0]) / name).read_text(encoding="utf-8")


# --- contrast --------------------------------------------------------------------------------------------------------


def test_contrast_is_that_of_the_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ff0000", "#ff0000") == 1


@given(COLOURS)
def test_whatever_is_made_of_a_colour_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= TEXT
    lighter = lightened(colour)
    assert all(contrast(lighter, ground) >= TEXT for ground in DARK)
    assert contrast(lighter, washed(lighter, DARK[1])) >= TEXT
    if contrast(colour, LIGHT[1]) >= TEXT:
        assert contrast(colour, washed(colour, LIGHT[1])) >= TEXT


@given(COLOURS)
def test_the_sheet_of_an_accepted_colour_can_be_read_throughout(colour: str) -> None:
    if min(contrast(colour, ground) for ground in LIGHT) < TEXT:
        with pytest.raises(ValueError, match="contrast"):
            OrganisationSettings(colour=colour)
        return
    sheet = looks(OrganisationSettings(colour=colour))
    for part, grounds in zip(sheet.split("@media (prefers-color-scheme: dark)"), (LIGHT, DARK), strict=True):
        told = tokens(part)
        assert contrast(told["accent-ink"], told["accent"]) >= TEXT
        assert contrast(told["bubble-ink"], told["bubble"]) >= TEXT
        assert all(contrast(told["accent"], ground) >= TEXT for ground in (*grounds, told["accent-wash"]))


@pytest.mark.parametrize("name", ["page.css", "site.css"])
def test_colours_are_judged_on_what_the_pages_are_painted_with(name: str) -> None:
    sheet = asset(name).decode() if name == "page.css" else sheet_of(name)
    light, dark = (tokens(block) for block in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2])
    assert (light["paper"], light["surface"]) == LIGHT
    assert (dark["paper"], dark["surface"]) == DARK
    assert contrast(light["soft"], mixed("#000000", LIGHT[1], 0.125)) >= TEXT


def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(tmp_path: Path) -> None:
    environment = {"SOURCIER_HOME": str(tmp_path), "SOURCIER_ORGANISATION__COLOUR": "#ffcc00"}
    with pytest.raises(SettingsError) as error:
        load(environ=environment)
    said = str(error.value)
    assert "SOURCIER_ORGANISATION__COLOUR" in said
    assert "1.39" in said
    assert "4.5" in said
    environment = {"SOURCIER_HOME": str(tmp_path), "SOURCIER_ORGANISATION__COLOUR_DARK": "#222222"}
    with pytest.raises(SettingsError, match="1\\.0"):
        load(environ=environment)
    with pytest.raises(SettingsError, match="rouge"):
        load(environ={"SOURCIER_HOME": str(tmp_path), "SOURCIER_ORGANISATION__COLOUR": "rouge"})


def test_without_colours_ours_are_kept() -> None:
    assert looks(OrganisationSettings()) == ""
    assert "dark" in looks(OrganisationSettings(colour_dark="#ffcc00"))


def test_examples_of_the_environment_are_set_apart_by_a_bar(tmp_path: Path) -> None:
    environment = {"SOURCIER_HOME": str(tmp_path), "SOURCIER_ORGANISATION__EXAMPLES": "Un, deux? | Trois?"}
    assert load(environ=environment).settings.organisation.examples == ("Un, deux?", "Trois?")


# --- the logo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b"<html><script>1</script></html>"),
        ("a.png", b"GIF89a"),
        ("a.svg", b""),
        ("a.png", PNG + b"\0" * 600_000),
    ],
)
def test_a_file_that_is_no_logo_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SettingsError, match="512"):
        logo_of(OrganisationSettings(logo=tmp_path / name))
    with pytest.raises(SettingsError, match="chemin"):
        logo_of(OrganisationSettings(logo=tmp_path / "absent.svg"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    (home / "logo.svg").write_bytes(SVG)
    organisation = OrganisationSettings(name="Syndicat", colour="#7a1f5c", logo=home / "logo.svg")
    yield from served(object(), FEW, Settings(home=home, serve=ServeSettings(port=0), organisation=organisation))


def test_the_logo_is_served_with_a_policy_that_runs_nothing(site: Site) -> None:
    status, headers, body = site.ask("/page/logo.svg")
    assert (status, headers["content-type"], body) == (200, "image/svg+xml", SVG)
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in headers["content-security-policy"]
    assert site.ask("/page/logo.png")[0] == 404
    assert '<img class="logo" src="/page/logo.svg" alt="">' in site.page("/transparence")


def test_the_name_of_a_png_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.PNG").write_bytes(PNG)
    logo = logo_of(OrganisationSettings(logo=tmp_path / "a.PNG"))
    assert logo is not None
    assert (logo.address, logo.media_type) == ("/page/logo.png", "image/png")


@NEEDS_BROWSER
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_take_the_colour_and_the_logo_runs_nothing(browser: Browser, site: Site, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(f"{site.address}/transparence")
    told = page.locator("main a").first.evaluate("link => getComputedStyle(link).color")
    wanted = "#7a1f5c" if scheme == "light" else lightened("#7a1f5c")
    assert told == "rgb({}, {}, {})".format(*(int(wanted[i : i + 2], 16) for i in (1, 3, 5)))
    page.goto(f"{site.address}/page/logo.svg")
    assert page.evaluate("window.ran ?? null") is None
    context.close()
