"""What the curves draw and what a comparison claims, against cases worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.eval.report_runs import abstained, answered, score, write_run

from sourcier.eval.bench.abstention.measure import aurc
from sourcier.eval.metrics.citations import claims_of
from sourcier.eval.reports import curves
from sourcier.eval.reports.comparison import compare_runs, comparison, holm
from sourcier.eval.reports.reading import read_run
from sourcier.eval.reports.words import Words


def test_bins_of_a_reliability_diagram() -> None:
    bins = curves.reliability([(0.05, False), (0.92, True), (0.98, False), (1.0, True)])
    assert [(round(one.said, 4), one.true.value, one.true.n) for one in bins] == [
        (0.05, 0.0, 1),
        (round((0.92 + 0.98 + 1.0) / 3, 4), 2 / 3, 3),  # 1 is of the last bin, not of one after it
    ]
    error = curves.calibration_error(bins)
    assert error == pytest.approx((1 * 0.05 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)
    assert curves.calibration_error([]) is None


def test_risk_and_coverage_by_hand() -> None:
    points, area = curves.risk_coverage([(0.9, True), (0.8, False), (0.8, True), (0.1, False)])
    assert points == [(0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5)]  # the two of one probability enter together
    assert area == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 / 2)
    assert curves.risk_coverage([]) == ([], None)


def test_the_area_drawn_is_the_area_measured() -> None:
    generator = np.random.default_rng(3)
    said, true = generator.random(60).round(1), generator.random(60) < 0.6
    _, area = curves.risk_coverage(list(zip(said.tolist(), true.tolist(), strict=True)))
    assert area == pytest.approx(aurc(true.astype(np.int64), said))


def test_found_within_counts_only_what_has_a_place(tmp_path: Path) -> None:
    ranks = [1, 3, None, 12]
    given = [answered(f"q{i}", "?", "Oui.", "oui") for i in range(5)]
    scores = [
        score(p["id"], p, first_right_rank=r, passage_found=r is not None) for p, r in zip(given, ranks, strict=False)
    ]
    scores.append(score("q4", given[4], answerable=False))
    found = curves.found_within(read_run(write_run(tmp_path / "a", given, scores, drawn=True)))
    assert found is not None
    assert [(e.value, e.n) for e in found] == [(0.25, 4)] * 2 + [(0.5, 4)] * 8
    for one in scores:
        del one["first_right_rank"]  # a run of before ranks were kept
    assert curves.found_within(read_run(write_run(tmp_path / "b", given, scores))) is None


def test_support_is_paired_with_verdicts_sentence_by_sentence(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "a", drawn=True))
    assert curves.supported_pairs(run, "rules") == [(0.93, True)] * 5  # four answers and the wrong one; not the refusal
    assert curves.supported_pairs(run, "nobody") == []
    assert run.verdicts("rules", "q4") == []
    run.judgements["rules"]["q0"].append({"supported": True})  # which is which?
    assert run.verdicts("rules", "q0") == [None]
    run.judgements["rules"]["q1"] = [{"supported": True, "readable": False}]
    assert sorted(curves.supported_pairs(run, "rules")) == [(0.93, False), *[(0.93, True)] * 3]


def test_holm_by_hand() -> None:
    # m = 4: 4 × 0.005, 3 × 0.01, 2 × 0.03, then 1 × 0.04, which may not fall below the one before it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def _pair(tmp_path: Path, n: int = 24) -> tuple[Path, Path]:
    """In the second run every third answerable question is refused, and loses its fact."""
    good = [answered(f"q{i}", "?", "Oui.", "oui") for i in range(n)]
    worse = [abstained(p["id"], "?") if i % 3 == 0 else p for i, p in enumerate(good)]
    return (
        write_run(tmp_path / "first", good, [score(p["id"], p) for p in good]),
        write_run(
            tmp_path / "second", worse, [score(p["id"], p, facts=float(p["status"] == "answered")) for p in worse]
        ),
    )


def test_a_comparison_says_which_way_and_by_how_much(tmp_path: Path) -> None:
    first, second = (read_run(folder) for folder in _pair(tmp_path))
    shared, found = compare_runs(first, second)
    assert shared == 24
    assert found["facts"].difference.value == pytest.approx(-8 / 24)
    assert found["wrongly_refused"].difference.value == pytest.approx(8 / 24)
    assert "wrongly_answered" not in found  # no question without an answer
    table = comparison(("A", first), ("B", second), Words("en"))
    assert table is not None
    verdicts = {row.head: row.cells[-1].text for row in table.rows}
    assert verdicts == {"facts found": "▼ worse", "wrongly refused": "▼ worse"}  # more refusals is not better
    back = comparison(("B", second), ("A", first), Words("en"))
    assert back is not None
    assert {row.cells[-1].text for row in back.rows} == {"▲ better"}


def test_no_difference_is_claimed_where_there_is_none(tmp_path: Path) -> None:
    run = read_run(_pair(tmp_path)[0])
    table = comparison(("A", run), ("A again", run), Words("fr"))
    assert table is not None
    assert {row.cells[-1].text for row in table.rows} == {"rien de sûr"}
    assert {row.cells[1].text for row in table.rows} == {"0,0"}


def test_a_stretch_quoted_whole_is_carried_if_all_its_claims_are(tmp_path: Path) -> None:
    two = "Le congé dure cinq semaines. La demande se fait par écrit."
    given = answered("q0", "?", two, two, sentences=[
        {"text": two, "citations": [1], "support": 1.0}, {"text": "Merci !", "citations": [], "support": 0.9},
        {"text": "La réponse vient en dix jours.", "citations": [1], "support": 0.8},
    ])  # fmt: skip
    run = read_run(write_run(tmp_path / "a", [given], [score("q0", given)]))
    claims = [sum(len(claims_of(replace(run.answers["q0"], sentences=(s,)))) for s in run.answers["q0"].sentences)]
    assert claims == [3]  # two, none, one
    for verdicts, wanted in (((1, 1, 0), [True, None, False]), ((1, 0, 1), [False, None, True])):
        run.judgements["rules"] = {"q0": [{"supported": bool(one)} for one in verdicts]}
        assert run.verdicts("rules", "q0") == wanted
    assert curves.supported_pairs(run, "rules") == [(1.0, False), (0.8, True)]
