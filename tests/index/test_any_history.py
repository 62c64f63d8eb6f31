"""Whatever happened to a folder, ingested at each step, the index is the one of its last state ingested from nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sourcier.index.generations import current_folder
from sourcier.index.sync import sync

NAMES = ("a.md", "b.txt", "sous/c.md")
TEXTS = (
    "# Griefs\n\nLe grief est déposé dans les trente jours.\n",
    "# Congés\n\n## Maternité\n\nVingt et une semaines.\n\n## Vacances\n\nQuatre semaines.\n",
    "Kilométrage : 0,62 $ par kilomètre.\n",
)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
        st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("model"), st.sampled_from(("words", "other")), st.just("")),
    ),
    min_size=2,
    max_size=6,
)


def act(folder: Path, what: str, name: str, value: str) -> None:
    file = folder / name
    if what == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(value, encoding="utf-8")
    elif what == "delete":
        file.unlink(missing_ok=True)
    elif what == "rename" and file.exists():
        (folder / value).parent.mkdir(exist_ok=True)
        file.rename(folder / value)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_any_history_gives_the_index_of_the_last_state(
    standin: ModuleType, history: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, home, fresh = (Path(temporary) / name for name in ("corpus", "home", "fresh"))
        folder.mkdir()
        (folder / "toujours.txt").write_text("Un texte qui reste.\n", encoding="utf-8")
        model = "words"
        for what, name, value in history:
            if what == "model":
                model = name
            else:
                act(folder, what, name, value)
            sync([folder], standin.settings_of(home), embedder=standin.HashEmbedder(model))
        sync([folder], standin.settings_of(fresh), embedder=standin.HashEmbedder(model))
        ours, theirs = current_folder(home), current_folder(fresh)
        for file in ("manifest.json", "documents.json", "passages.txt", "vectors.npy"):
            assert (ours / file).read_bytes() == (theirs / file).read_bytes()
