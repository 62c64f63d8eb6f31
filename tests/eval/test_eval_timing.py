"""The lines that say how far a run is, with a clock made by hand."""

from __future__ import annotations

import pytest

from sourcier.eval.timing import Lines


def test_the_time_left_is_that_of_what_was_really_done(capsys: pytest.CaptureFixture[str]) -> None:
    at = 100.0
    lines = Lines("fr", lambda: at)
    for done in range(5):  # done before: passed over at once
        lines("jeu", done, 20)
    for done in range(5, 21):
        at += 60.0
        lines("jeu", done, 20)
    lines("rules", 0, 20)
    told = capsys.readouterr().err.splitlines()
    assert told[:3] == ["jeu 0/20", "jeu 2/20", "jeu 4/20"]
    assert told[3] == "jeu 5/20 · encore 15 min environ"
    assert "jeu 19/20 · encore 60 s environ" in told
    assert told[-2:] == ["jeu 20/20", "rules 0/20"]


def test_a_short_run_says_little(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines("en", lambda: 0.0)
    for done in range(101):
        lines("set", done, 100)
    assert len(capsys.readouterr().err.splitlines()) == 11
