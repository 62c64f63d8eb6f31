from __future__ import annotations

import os
from pathlib import Path

import pytest

from sourcier.core.errors import SettingsError
from sourcier.core.settings import load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def env(**values: str) -> dict[str, str]:
    return {f"SOURCIER_{key}": value for key, value in values.items()}


def test_later_sources_win_and_each_value_knows_its_origin(elsewhere: Path) -> None:
    (elsewhere / "sourcier.toml").write_text(
        '[model]\nprovider = "none"\nseed = 7\n[search]\nk = 5\n', encoding="utf-8"
    )
    loaded = load(environ=env(HOME="h", MODEL__SEED="9", SEARCH__K="6"), options={"search.k": 4, "serve.port": None})
    settings = loaded.settings
    assert (settings.model.provider, settings.model.seed, settings.search.k) == ("none", 9, 4)
    origins = {key: origin for key, _, origin in loaded.rows()}
    assert origins["model.provider"] == "sourcier.toml"
    assert origins["model.seed"] == "SOURCIER_MODEL__SEED"
    assert origins["search.k"] == "option"
    assert origins["serve.port"] == "default"


def test_a_mistyped_key_is_refused_wherever_it_is(elsewhere: Path) -> None:
    with pytest.raises(SettingsError, match="modle"):
        load(environ=env(HOME="h", MODLE__PROVIDER="none"))
    (elsewhere / "sourcier.toml").write_text("[search]\nkk = 5\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"search\.kk"):
        load(environ=env(HOME="h"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVE__PORT", "70000"),
        ("SEARCH__K", "0"),
        ("ANSWER__SUPPORT", "1.5"),
        ("MODEL__PROVIDER", "cloud"),
        ("LANGUAGE", "de"),
        ("MODEL__EMBEDDED__SHA256", "xyz"),
    ],
)
def test_a_value_out_of_bounds_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"SOURCIER_{name}"):
        load(environ=env(HOME="h", **{name: value}))


@pytest.mark.parametrize("content", [b"[model\n", b"\xff\xfe\x00bad", b"model = 3\nmodel = 4\n"])
def test_a_broken_file_is_one_sentence(elsewhere: Path, content: bytes) -> None:
    (elsewhere / "sourcier.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"sourcier\.toml"):
        load(environ=env(HOME="h"))


def test_a_named_file_must_exist(elsewhere: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        load(config=elsewhere / "absent.toml", environ={})
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        load(environ=env(CONFIG="absent.toml"))


def test_a_list_of_folders_is_written_like_a_search_path() -> None:
    settings = load(environ=env(HOME="h", INGEST__CORPUS=os.pathsep.join(["a", "b"]))).settings
    assert settings.ingest.corpus == (Path("a"), Path("b"))


def test_defaults_keep_nothing_and_open_nothing() -> None:
    settings = load(environ=env(HOME="h")).settings
    assert settings.serve.host == "127.0.0.1"
    assert not settings.model.ollama.allow_remote
    assert settings.model.ollama.url.startswith("http://127.0.0.1:")
