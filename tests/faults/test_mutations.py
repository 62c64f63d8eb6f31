"""Tests that cannot fail prove nothing: what they guard is taken out, and each must turn red."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).parent / "test_faults_store.py"

MUTATIONS = {
    "lock": "test_f02_of_two_ingestions_at_once_one_works_and_the_other_says_so",
    "upsert": "test_f17_whatever_happens_to_files_each_text_is_there_once",
    "fsync": "test_f04_after_a_power_loss_the_index_is_the_old_or_the_new_one_whole",
    "swap": "test_f04_after_a_power_loss_the_index_is_the_old_or_the_new_one_whole",
}


@pytest.mark.slow
@pytest.mark.parametrize("mutation", ["", *MUTATIONS])
def test_without_what_it_guards_a_test_turns_red(mutation: str) -> None:
    names = [MUTATIONS[mutation]] if mutation else sorted(set(MUTATIONS.values()))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(FAULTS), "-k", " or ".join(names)],
        cwd=FAULTS.parents[2],
        env={**os.environ, "SOURCIER_MUTATION": mutation},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (" failed" in done.stdout) == bool(mutation), done.stdout
    assert done.returncode == (1 if mutation else 0), done.stdout
