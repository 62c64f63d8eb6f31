"""What stands beside the conversation, with the real assistant and the real page: a person first, a message, a reading, an opinion."""

from __future__ import annotations

import email.policy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.e2e.conftest import GUIDE, Sourcier

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Pages and answers take longer where other tests run beside.
PATIENT_MS = 60_000

SETTINGS = """
[[organisation.contacts]]
name = "Maude Cyr"
subjects = ["griefs", "harcèlement"]
phone = "418 555-0122"
email = "maude.cyr@syndicat.example"

[feedback]
enabled = true
keep_days = 20
reader = "le comité d'information"
"""
QUESTION = "À combien s'élève l'allocation mensuelle de télétravail ?"


@pytest.fixture
def patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENT_MS)
    yield
    expect.set_options(timeout=5000)  # as it is by default


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here")
def test_a_member_reads_asks_a_person_and_says_what_she_thinks(
    make_sourcier: Callable[..., Sourcier], tmp_path: Path
) -> None:
    # No language model: what is tested stands beside what it writes.
    sourcier = make_sourcier(SOURCIER_MODEL__PROVIDER="none")
    documents = sourcier.folder / "documents"
    documents.mkdir()
    (documents / "guide.md").write_text(GUIDE, encoding="utf-8")
    (sourcier.folder / "sourcier.toml").write_text(SETTINGS, encoding="utf-8")
    assert sourcier.run("ingest", documents).returncode == 0
    checks = sourcier.json("doctor")["checks"]
    assert any("1 contacts" in check["detail"] for check in checks)

    asked: list[str] = []
    with sourcier.serve() as serving, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(locale="en-US")
        page.set_default_timeout(PATIENT_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(serving.address)
        box = page.locator("#question textarea")
        expect(box).to_be_visible()

        # Her own reading first, judged by the real verifier on the real passages.
        page.locator("#guided input").check()
        box.fill(QUESTION)
        box.press("Enter")
        expect(page.locator("#guided-passages")).to_contain_text("42,50 $ par mois")
        expect(page.locator("#current .turn")).to_have_count(0)
        page.get_by_label("Votre lecture").fill(
            "L'allocation est versée le premier jeudi du mois. "
            "La personne présente sa demande au moins trente jours ouvrables avant le début."
        )
        page.get_by_role("button", name="Voir la réponse et comparer").click()
        findings = page.locator("#guided-sentences li")
        expect(findings).to_have_count(2)
        expect(findings.nth(0)).to_have_class("supported")
        # Thirty days for fifteen: told as different or as not found, as the verifier can say; never as said by the guide.
        expect(findings.nth(1)).to_have_class(re.compile("differs|silent"))
        for quote in findings.locator("blockquote").all():
            assert quote.evaluate("one => one.textContent") in GUIDE
        expect(page.locator("#guided-answer")).to_contain_text("42,50 $")
        page.get_by_role("button", name="Fermer la comparaison").click()
        page.locator("#guided input").uncheck()

        # A person before the answer, which comes.
        box.fill("Mon patron me harcèle, quel est le délai pour un grief ?")
        box.press("Enter")
        urgent = page.locator("#current .urgent")
        expect(urgent).to_contain_text("Maude Cyr")
        expect(page.locator("#current .turn:not(.going) .answer")).to_be_visible()
        urgent.get_by_role("button", name="Préparer un message").click()
        assert "quel est le délai pour un grief ?" in page.get_by_label("Message", exact=True).input_value()
        with page.expect_download() as download:
            page.get_by_role("button", name="Enregistrer le courriel").click()
        download.value.save_as(tmp_path / "m.eml")
        mail = email.message_from_bytes((tmp_path / "m.eml").read_bytes(), policy=email.policy.default)
        assert mail["to"] == "maude.cyr@syndicat.example"
        page.keyboard.press("Escape")

        # An opinion, with its code.
        page.locator("#current").get_by_role("button", name="Non, dire pourquoi").click()
        page.get_by_label("Les documents permettaient de répondre").check()
        page.locator("#feedback-consent").check()
        page.get_by_role("button", name="Donner mon avis").click()
        expect(page.locator("#feedback-code")).not_to_be_empty()
        code = page.locator("#feedback-code").inner_text()
        browser.close()
        assert all(url.startswith((serving.address, "data:", "blob:")) for url in asked)
        assert "harcèle" not in "\n".join(serving.said)

    [row] = sourcier.json("feedback", "export")
    assert (row["verdict"], row["consent"], row["reviewed"]) == ("should_answer", True, False)
    assert "receipt" not in row
    assert sourcier.json("feedback", "erase", "--code", code) == {"erased": 1}
    written: list[Any] = [path for path in sourcier.home.rglob("*") if path.is_file() and "models" not in path.parts]
    assert not any(b"trente jours ouvrables avant le d" in path.read_bytes() for path in written)
    assert json.loads(sourcier.run("feedback", "list", "--json").stdout) == []
