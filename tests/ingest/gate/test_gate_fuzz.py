"""A few seconds of what ``make fuzz`` does for hours: the same cases every time, so that a fault shown here is one."""

from __future__ import annotations

import json
import time

import pytest

from sourcier.eval.fuzz.checks import BrokenRuleError, check
from sourcier.eval.fuzz.running import case_data, run, tried
from sourcier.eval.fuzz.seeds import seeds_of, targets
from sourcier.ingest.kinds import Kind

CASES = 25


def test_every_kind_has_good_files_to_start_from() -> None:
    assert set(targets()) == {kind.value for kind in Kind} | {"rows"}
    for target in targets():
        for seed in seeds_of(target):
            assert check(target, seed) is True, target


@pytest.mark.parametrize("target", targets())
def test_mangled_files_are_read_or_refused(target: str) -> None:
    outcomes = {case: tried(target, case_data(target, case)) for case in range(CASES)}
    assert {case: how for case, how in outcomes.items() if how not in {"ok", "refused", "memory"}} == {}


def test_a_case_is_the_same_every_time() -> None:
    assert case_data("docx", 7) == case_data("docx", 7) != case_data("docx", 8)


def test_cases_are_tried_in_a_process_that_may_be_lost() -> None:
    outcome = run("rows", seconds=3, first=0)
    assert outcome.cases > 0 and outcome.faults == []


@pytest.mark.parametrize(
    "broken",
    [
        b'{"id": 1, "text": "a"}' + b"\n" + b'{"id": 2, "text": "b"}',
    ],
)
def test_the_checks_can_fail(broken: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from sourcier.eval.fuzz import checks
    from sourcier.ingest.passages import cut_passages

    def shifted(*args: object, **named: object) -> object:
        from dataclasses import replace

        return [replace(one, start=one.start + 1) for one in cut_passages(*args, **named)]  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "cut_passages", shifted)
    with pytest.raises(BrokenRuleError, match="a passage is not where it says"):
        check("rows", broken)


@pytest.mark.parametrize(
    "text", ["a" * 120_000 + "-\nb", "a-" * 60_000 + "\nb", "a.b" * 40_000 + "-\nb", "x/" * 60_000 + "\nb"]
)
def test_a_line_without_end_costs_no_more_than_its_length(text: str) -> None:
    # Found by fuzzing: each letter of it was tried as the first one of a cut word, which took minutes.
    begun = time.process_time()
    assert check("rows", json.dumps({"id": 1, "text": text}).encode())
    assert time.process_time() - begun < 10


def test_a_word_of_a_doubtful_encoding_is_found_in_time() -> None:
    # Found by fuzzing, in a text whose first word is very long.
    begun = time.process_time()
    assert check("plain", b"a" * 150_000 + ("é L'été à Québec, où ça coûte. " * 200).encode("mac-roman"))
    assert time.process_time() - begun < 10


def test_a_book_may_name_characters_that_no_tree_holds() -> None:
    # Found by fuzzing: a page's parser accepts what building a page from it refuses.
    from tests.ingest.hostile import making as m

    page = '<html><body>a&#1;b<p id="x&#2;">Un</p><a href="c.xhtml#x&#2;">1</a></body></html>'
    assert check("epub", m.epub(page))
