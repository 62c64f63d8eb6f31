from __future__ import annotations

import pytest

from sourcier.core.errors import SettingsError, SourcierError
from sourcier.core.messages import catalogue, message


def test_an_error_speaks_the_persons_language() -> None:
    error = SettingsError("settings.file_missing", path="a.toml")
    assert "n'existe pas" in error.in_language("fr")
    assert "does not exist" in error.in_language("en")
    assert str(error) == error.in_language("fr")


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        message("nowhere.nothing")


def test_every_kind_of_error_has_an_exit_code() -> None:
    kinds = [SourcierError]
    while kinds:
        kind = kinds.pop()
        assert kind.exit_code in {1, 2}
        kinds += kind.__subclasses__()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_is_empty(language: str) -> None:
    assert all(text.strip() for text in catalogue(language).values())
