"""What the engine has read of a prompt that never changes is kept on disk, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sourcier.app.models import Turn
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.app.models.prefixes import MOST, Prefixes, lasting_part
from sourcier.core.settings import Settings

RULES = Turn("system", "Tu réponds en français, en une phrase, seulement à partir de l'extrait. " * 4)
EXAMPLE = [Turn("user", "Extrait : Il pleut."), Turn("assistant", "Il pleut.", lasting=True)]
ASKED = Turn("user", "Extrait : Le congé parental dure 65 semaines.\nQuestion : Combien de semaines dure-t-il ?")


@pytest.fixture
def prefixes(tmp_path: Path) -> Prefixes:
    return Prefixes(tmp_path, ("0" * 64, 4096))


def written(prefixes: Prefixes, content: bytes) -> tuple[str, int]:
    name = prefixes.new()
    (prefixes.folder / name).write_bytes(content)
    return name, len(content)


def test_what_lasts_ends_with_the_last_turn_that_says_so() -> None:
    assert list(lasting_part([RULES, *EXAMPLE, ASKED])) == [RULES, *EXAMPLE]
    assert list(lasting_part([RULES, ASKED])) == []


def test_what_is_kept_is_found_again_and_readable_by_its_owner_alone(prefixes: Prefixes) -> None:
    key = prefixes.key([RULES])
    assert prefixes.find(key) is None
    prefixes.keep(key, *written(prefixes, b"state"))
    name = prefixes.find(key)
    assert name is not None
    assert (prefixes.folder / name).read_bytes() == b"state"
    assert (prefixes.folder / name).stat().st_mode & 0o777 == 0o600
    assert len(list(prefixes.folder.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"stat", b"states", b"stame"])
def test_a_damaged_state_is_deleted_not_handed_on(prefixes: Prefixes, damage: bytes) -> None:
    key = prefixes.key([RULES])
    prefixes.keep(key, *written(prefixes, b"state"))
    (prefixes.folder / str(prefixes.find(key))).write_bytes(damage)
    assert prefixes.find(key) is None
    assert list(prefixes.folder.iterdir()) == []


def test_what_was_not_written_whole_is_not_kept(prefixes: Prefixes) -> None:
    key = prefixes.key([RULES])
    name, size = written(prefixes, b"stat")
    with pytest.raises(OSError, match="whole"):
        prefixes.keep(key, name, size + 1)
    prefixes.drop(name)
    assert list(prefixes.folder.iterdir()) == []


def test_other_words_another_role_other_weights_or_another_window_are_another_state(prefixes: Prefixes) -> None:
    keys = {
        prefixes.key([RULES]),
        prefixes.key([replace(RULES, text="Autre.")]),
        prefixes.key([replace(RULES, role="user")]),
        Prefixes(prefixes.folder, ("1" * 64, 4096)).key([RULES]),
        Prefixes(prefixes.folder, ("0" * 64, 2048)).key([RULES]),
    }
    assert len(keys) == 5


def test_the_latest_are_kept_and_what_a_killed_process_left_goes(prefixes: Prefixes) -> None:
    left, _ = written(prefixes, b"half")
    os.utime(prefixes.folder / left, times=(0, 0))
    recent, _ = written(prefixes, b"another process writes this")
    for number in range(MOST + 2):
        key = prefixes.key([Turn("system", str(number))])
        prefixes.keep(key, *written(prefixes, b"%d" % number))
        os.utime(prefixes.folder / str(prefixes.find(key)), times=(number, number))
    assert len(list(prefixes.folder.glob("*.state"))) == MOST
    assert prefixes.find(prefixes.key([Turn("system", str(MOST + 1))])) is not None
    assert prefixes.find(prefixes.key([Turn("system", "0")])) is None
    assert [part.name for part in prefixes.folder.glob("*.part")] == [recent]


@pytest.fixture
def another(
    make_settings: Callable[..., Settings], model_home: Path, embedded: EmbeddedModel
) -> Callable[[], EmbeddedModel]:
    """Makes a model whose engine is nobody else's: its window is."""

    def make() -> EmbeddedModel:
        return EmbeddedModel(make_settings(model__embedded__context=1536).model, model_home)

    return make


def test_a_new_process_takes_up_what_the_last_one_read(another: Callable[[], EmbeddedModel], model_home: Path) -> None:
    prompt = [RULES, *EXAMPLE, ASKED]
    folder = model_home / "models" / "prefixes"
    first = another()
    said = "".join(first.write(prompt, max_tokens=20))
    first.close()
    (state,) = [
        path
        for path in folder.iterdir()
        if path.name.startswith(Prefixes(folder, (first.info.digest or "", 1536)).key(prompt[:3]))
    ]
    content = state.read_bytes()

    second = another()
    chances = second.choose(prompt, ["Le"])
    assert chances is not None
    # All but the question, at the first call of a new engine.
    assert second.usage.cached_tokens > second.usage.prompt_tokens / 2
    assert "".join(second.write(prompt, max_tokens=20)) == said
    assert state.read_bytes() == content  # nothing of the question was added
    second.close()

    state.write_bytes(content[:1000])  # llama.cpp would end the process over it
    third = another()
    assert "".join(third.write(prompt, max_tokens=20)) == said
    third.close()
    assert state.read_bytes() == content


def test_two_beginnings_that_alternate_are_both_kept(another: Callable[[], EmbeddedModel]) -> None:
    one = [RULES, *EXAMPLE, ASKED]
    two = [replace(RULES, text="Réponds d'un seul mot, celui qui convient. " * 20, lasting=True), ASKED]
    for _ in range(2):  # the second engine takes up both from the disk
        model = another()
        read = []
        for prompt in (one, two, one, two):
            assert model.choose(prompt, ["Le"]) is not None
            read.append(model.usage.prompt_tokens - model.usage.cached_tokens)
        model.close()
    assert max(read) < 60, read


def test_a_state_of_another_version_is_read_anew(another: Callable[[], EmbeddedModel], model_home: Path) -> None:
    prompt = [replace(RULES, text="Réponds d'un mot. " * 8, lasting=True), ASKED]
    model = another()
    prefixes = Prefixes(model_home / "models" / "prefixes", (model.info.digest or "", 1536))
    prefixes.folder.mkdir(parents=True, exist_ok=True)
    name, size = written(prefixes, bytes(4096))
    prefixes.keep(prefixes.key(prompt[:1]), name, size)
    assert "".join(model.write(prompt, max_tokens=5))
    model.close()
    kept = prefixes.find(prefixes.key(prompt[:1]))
    assert kept is not None
    assert (prefixes.folder / kept).stat().st_size > size
