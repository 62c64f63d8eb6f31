"""Opinions: absent by default, said before, kept only with consent and without who or when, erased in time or by their code."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page, expect
from pydantic import ValidationError
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.material import ALLOWANCE_QUOTE, ANSWERED
from tests.ui.relay_server import PATIENT_MS, served
from typer.testing import CliRunner

from sourcier.app.cli import app
from sourcier.app.feedback import KINDS, Opinion, Opinions, exported
from sourcier.app.feedback.store import normal
from sourcier.app.turnstile import BusyError
from sourcier.app.ui.beside import beside
from sourcier.app.ui.feedback import feedback_buttons
from sourcier.core.settings import FeedbackSettings, Settings
from sourcier.core.types import ModelInfo
from sourcier.eval.feedback import Feedback, rows_of

Test = TypeVar("Test", bound=Callable[..., None])
TODAY = date(2026, 11, 29)
SENT: dict[str, Any] = {
    "consent": True,
    "helps": False,
    "kind": "out_of_date",
    "comment": "La hausse est déjà en vigueur.",
    "question": "De combien est l'allocation?",
    "answer": "Elle est de 40 $. [1]",
    "status": "answered",
    "citations": [{"path": "guide.md", "document_id": "ab" * 8, "quote": ALLOWANCE_QUOTE}],
}

NEEDS_BROWSER = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here"),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def browsed(function: Test) -> Test:
    for mark in NEEDS_BROWSER:
        function = mark(function)
    return function


def settings(home: Path, **feedback: Any) -> Settings:
    return Settings(home=home, feedback=FeedbackSettings(enabled=True, **feedback))


def sent(**changes: Any) -> Opinion:
    return Opinion.model_validate({**SENT, **changes})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def opinions(tmp_path: Path) -> Opinions:
    return Opinions(settings(tmp_path, keep_days=30, most=3), lambda: TODAY)


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_nothing_of_it_exists_unless_it_is_asked_for(tmp_path: Path) -> None:
    quiet = Settings(home=tmp_path)
    assert feedback_buttons(quiet) == ""
    shown = beside(quiet, ModelInfo("none", ""))
    assert "feedback" not in shown.head + shown.top
    assert 'id="feedback"' not in shown.end


def test_what_is_kept_says_neither_who_nor_when_and_only_the_service_reads_it(opinions: Opinions) -> None:
    code = opinions.add(sent())
    [file] = opinions.folder.glob("*.jsonl")
    assert file.name == "2026-11-29.jsonl"
    assert (mode(file), mode(opinions.folder)) == (0o600, 0o700)
    [line] = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert set(line) == {
        "question", "verdict", "consent", "reviewed", "answer", "reason", "citations", "date", "status", "comment", "receipt",
    }  # fmt: skip
    assert line["date"] == "2026-11-29"
    assert code not in file.read_text(encoding="utf-8")
    assert normal(code) not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("change", [{"consent": False}, {"consent": None}, {"name": "Zoé"}, {"kind": "wrong"}, {"question": ""}, {"comment": "é" * 1001}])  # fmt: skip
def test_without_consent_or_with_anything_else_it_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sent(**change)


def test_no_consent_no_line() -> None:
    with pytest.raises(ValidationError):
        Opinion.model_validate({key: value for key, value in SENT.items() if key != "consent"})


def test_ten_reasons_become_the_verdicts_of_the_evaluation(tmp_path: Path) -> None:
    assert len(KINDS) == 10
    assert sent(helps=True).line("2026-11-29", "x")["verdict"] == "right"
    verdicts = {kind: sent(kind=kind).line("2026-11-29", "x")["verdict"] for kind in KINDS}
    assert verdicts.pop("incomplete") == "incomplete"
    assert verdicts.pop("refused_wrongly") == "should_answer"
    assert set(verdicts.values()) == {"wrong"}
    for kind in KINDS:
        row = exported(sent(kind=kind).line("2026-11-29", "x"), "fr")
        assert "receipt" not in row
        assert "comment" not in row
        Feedback.model_validate_json(json.dumps(row))


def test_what_is_exported_is_read_by_the_evaluation_once_reviewed(opinions: Opinions, tmp_path: Path) -> None:
    opinions.add(sent(helps=True, kind=None))
    opinions.add(sent(kind="incomplete"))
    rows = [exported(line, "fr") for line in opinions.all()]
    assert rows[1]["reason"] == "C'est incomplet — La hausse est déjà en vigueur."
    path = tmp_path / "reviewed.jsonl"
    path.write_text("".join(json.dumps({**row, "reviewed": True}) + "\n" for row in rows), encoding="utf-8")
    taken = rows_of(path, "fr")
    assert taken.rows[0]["question"] == SENT["question"]
    assert taken.refused["identity"] == 0


# --- how long -------------------------------------------------------------------------------------------------------


def test_an_opinion_is_gone_when_its_days_are_over(tmp_path: Path) -> None:
    day = TODAY
    opinions = Opinions(settings(tmp_path, keep_days=30), lambda: day)
    code = opinions.add(sent())
    day = TODAY + timedelta(days=30)
    assert len(opinions.of(code)) == 1
    day = TODAY + timedelta(days=31)
    assert opinions.expire() == 1
    assert opinions.all() == []
    assert list(opinions.folder.glob("*.jsonl")) == []


def test_the_code_reads_and_erases_that_opinion_and_no_other(opinions: Opinions) -> None:
    mine, theirs = opinions.add(sent(comment="la mienne")), opinions.add(sent(comment="la leur"))
    assert mine != theirs
    assert [line["comment"] for line in opinions.of(f" {mine.lower().replace('-', ' ')} ")] == ["la mienne"]
    assert opinions.of("") == opinions.of("AAAA-AAAA-AAAA-AAAA") == []
    assert (opinions.erase("nothing"), opinions.erase(mine), opinions.erase(mine)) == (0, 1, 0)
    assert [line["comment"] for line in opinions.all()] == ["la leur"]
    [file] = opinions.folder.glob("*.jsonl")
    assert mode(file) == 0o600
    assert "la mienne" not in "".join(path.read_text(encoding="utf-8") for path in opinions.folder.iterdir())
    assert opinions.erase(theirs) == 1
    assert list(opinions.folder.glob("*.jsonl")) == []


def test_there_is_an_end_to_how_many_are_kept(opinions: Opinions) -> None:
    for _ in range(3):
        opinions.add(sent())
    with pytest.raises(BusyError, match="3"):
        opinions.add(sent())
    assert len(opinions.all()) == 3


def test_a_line_cut_short_hides_no_other(opinions: Opinions) -> None:
    code = opinions.add(sent())
    [file] = opinions.folder.glob("*.jsonl")
    with file.open("ab") as torn:
        torn.write(b'{"question": "coup\n')
    opinions.add(sent(comment="après"))
    assert [line["comment"] for line in opinions.all()] == [SENT["comment"], "après"]
    assert opinions.erase(code) == 1


# --- the command ----------------------------------------------------------------------------------------------------


def run(home: Path, *arguments: str) -> Any:
    return CliRunner(env={"SOURCIER_HOME": str(home)}).invoke(app, ["feedback", *arguments])


def test_the_command_lists_exports_and_erases(tmp_path: Path) -> None:
    opinions = Opinions(settings(tmp_path))
    code = opinions.add(sent())
    opinions.add(sent(helps=True, kind=None, comment=""))
    listed = json.loads(run(tmp_path, "list", "--json").stdout)
    assert [line["reason"] for line in listed] == ["out_of_date", ""]
    assert not any("receipt" in line for line in listed)
    assert "C'est périmé" in run(tmp_path, "list").stdout
    target = tmp_path / "out.jsonl"
    assert json.loads(run(tmp_path, "export", "--out", str(target), "--json").stdout)["n"] == 2
    assert mode(target) == 0o600
    assert [json.loads(line)["verdict"] for line in target.read_text(encoding="utf-8").splitlines()] == [
        "wrong",
        "right",
    ]
    assert "out.jsonl" in str(run(tmp_path, "export", "--out", str(target)).exception)  # never written over
    assert json.loads(run(tmp_path, "erase", "--code", code, "--json").stdout) == {"erased": 1}
    assert json.loads(run(tmp_path, "erase", "--before", "2020-01-01", "--json").stdout) == {"erased": 0}
    for bad in ([], ["--all", "--code", code], ["--before", "hier"]):
        assert getattr(run(tmp_path, "erase", *bad).exception, "exit_code", 0) == 2
    assert json.loads(run(tmp_path, "erase", "--all", "--json").stdout) == {"erased": 1}
    assert opinions.all() == []


# --- on the page ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("home")
    (home / "feedback").mkdir()
    (home / "feedback" / "2020-01-01.jsonl").write_text("{}\n", encoding="utf-8")
    yield from served(home, feedback=True)


def answered(page: Page) -> None:
    page.locator("#question textarea").fill("Une question de Zoé")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .turn.answered")).to_be_visible(timeout=PATIENT_MS)


@browsed
def test_she_is_told_before_agrees_then_erases_by_her_code(asking: Service, open_page: OpenPage) -> None:
    folder = asking.settings.home / "feedback"
    page = open_page(asking.address, width=375, height=800)
    answered(page)
    page.get_by_role("button", name="Non, dire pourquoi").click()
    dialog = page.locator("#feedback")
    for told in ("30 jours au plus", "le comité des communications", "Ni votre nom", "Un code vous sera remis"):
        expect(dialog).to_contain_text(told)
    expect(page.locator("#feedback-consent")).not_to_be_checked()
    give = page.get_by_role("button", name="Donner mon avis")
    give.click()
    expect(page.locator("#feedback-error")).to_have_text("Choisissez une raison.")
    page.get_by_label("C'est périmé").check()
    page.get_by_label("Commentaire (facultatif)").fill("Depuis juin.")
    give.click()
    expect(page.locator("#feedback-error")).to_contain_text("Cochez la case")
    expect(page.locator("#feedback-consent")).to_be_focused()
    assert list(folder.glob("*.jsonl")) == []  # nothing yet, and what was there in 2020 is gone
    page.locator("#feedback-consent").check()
    told = json.loads(page.locator("#feedback-preview").evaluate("pre => pre.textContent"))
    give.click()
    code = page.locator("#feedback-code")
    expect(code).to_have_text(re.compile(r"^(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}$"))
    [file] = folder.glob("*.jsonl")
    line = json.loads(file.read_text(encoding="utf-8"))
    # What was shown as what would be sent is what is kept.
    assert (line["question"], line["answer"], line["citations"]) == (
        told["question"],
        told["answer"],
        told["citations"],
    )
    assert (line["reason"], line["comment"], line["date"]) == ("out_of_date", "Depuis juin.", file.stem)
    assert line["citations"][0]["quote"] == ALLOWANCE_QUOTE
    mine = code.inner_text()
    page.get_by_text("Revoir ou effacer un avis déjà donné").click()
    page.get_by_label("Code de l'avis").fill(mine.lower())
    page.get_by_role("button", name="Revoir", exact=True).click()
    expect(page.locator("#feedback-mine-text")).to_contain_text("Depuis juin.")
    page.get_by_role("button", name="Effacer", exact=True).and_(page.locator("#feedback-erase")).click()
    expect(page.locator("#feedback-said")).to_have_text("Votre avis est effacé.")
    assert list(folder.glob("*.jsonl")) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Non, dire pourquoi")).to_be_focused()
    assert page.locator("#feedback-code").evaluate("one => one.textContent") == ""


def test_the_addresses_take_nothing_else(asking: Service) -> None:
    assert asking.call("POST", "/api/v1/feedback", {**SENT, "consent": False})[0] == 422
    assert asking.call("POST", "/api/v1/feedback", {**SENT, "name": "Zoé"})[0] == 422
    assert asking.call("POST", "/api/v1/feedback", SENT, {"Origin": "http://elsewhere.example"})[0] == 403
    assert asking.call("POST", "/api/v1/feedback/erase", {"code": "AAAA"}) == (200, {"erased": 0})
    assert asking.call("POST", "/api/v1/feedback/read", {"code": "AAAA"}) == (200, {"opinions": []})
    assert asking.call("GET", "/api/v1/feedback")[0] in {404, 405}


@browsed
def test_without_the_setting_there_is_no_thumb_and_no_address(service: Service, open_page: OpenPage) -> None:
    service.assistant.default = ANSWERED
    page = open_page(service.address)
    answered(page)
    expect(page.locator(".thumb")).to_have_count(0)
    assert service.call("POST", "/api/v1/feedback", SENT)[0] == 404
