import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from sourcier.app.models import Cancellation, CancelledAnswer, Turn, cancelled_by
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.errors import ModelError, WeightsError
from sourcier.core.settings import Settings

SYSTEM = Turn("system", "Tu réponds en français, en une phrase, seulement à partir de l'extrait.")
ASK = Turn("user", "Extrait : Le congé parental dure 65 semaines.\nQuestion : Combien de semaines dure-t-il ?")
STORY = Turn("user", "Raconte une très longue histoire, en plusieurs chapitres.")


def test_it_answers_in_french_and_says_the_same_twice(embedded: EmbeddedModel) -> None:
    first = "".join(embedded.write([SYSTEM, ASK], max_tokens=30))
    usage = embedded.usage
    assert "65 semaines" in first
    assert usage.prompt_tokens > 40
    assert 0 < usage.completion_tokens <= 30
    assert "".join(embedded.write([SYSTEM, ASK], max_tokens=30)) == first


def test_the_prefix_is_not_read_twice(embedded: EmbeddedModel) -> None:
    list(embedded.write([SYSTEM, ASK], max_tokens=1))
    list(embedded.write([SYSTEM, Turn("user", "Extrait : Le congé dure 18 semaines.")], max_tokens=1))
    assert 20 <= embedded.usage.cached_tokens < embedded.usage.prompt_tokens


def test_prompts_that_alternate_both_stay_read(embedded: EmbeddedModel) -> None:
    other = [Turn("system", "Es-tu d'accord ? Réponds par oui ou par non, rien de plus."), Turn("user", "Il pleut.")]
    list(embedded.write([SYSTEM, ASK], max_tokens=1))
    embedded.choose(other, ["oui", "non"])
    list(embedded.write([SYSTEM, ASK], max_tokens=1))
    assert embedded.usage.cached_tokens > embedded.usage.prompt_tokens / 2


def test_it_stops_where_it_is_told(embedded: EmbeddedModel) -> None:
    assert "semaines" not in "".join(embedded.write([SYSTEM, ASK], max_tokens=30, stop=["semaines"]))


def test_it_gives_the_probability_of_each_option(embedded: EmbeddedModel) -> None:
    turns = [Turn("system", "Réponds par oui ou par non."), Turn("user", "Deux et deux font-ils quatre ?")]
    chances = embedded.choose(turns, ["oui", "non"])
    assert chances is not None
    assert set(chances) == {"oui", "non"}
    assert 0.5 < sum(chances.values()) <= 1
    assert chances["oui"] > chances["non"]


def test_closing_the_iterator_stops_the_engine(embedded: EmbeddedModel) -> None:
    # The engine serves one call at a time: were the first still being written, up to 2,000 tokens, the second would
    # not be answered within the time that the settings allow.
    story = cast("Generator[str]", embedded.write([STORY], max_tokens=2000))
    begun = [next(story) for _ in range(3)]
    story.close()
    assert all(begun)
    assert 0 < embedded.usage.completion_tokens < 50
    assert "".join(embedded.write([SYSTEM, ASK], max_tokens=2))


def test_whoever_cancels_ends_the_writing_and_the_next_call_is_served(embedded: EmbeddedModel) -> None:
    cancellation, begun = Cancellation(), threading.Event()
    told: list[BaseException] = []

    def read() -> None:
        try:
            with cancelled_by(cancellation):
                for _ in embedded.write([STORY], max_tokens=2000):
                    begun.set()
        except CancelledAnswer as error:
            told.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(300)
    cancellation.ask()
    reader.join(60)
    assert len(told) == 1
    assert embedded.usage.completion_tokens < 2000
    assert "".join(embedded.write([SYSTEM, ASK], max_tokens=2))


def test_a_prompt_beyond_the_window_is_refused_not_cut(embedded: EmbeddedModel) -> None:
    with pytest.raises(ModelError) as caught:
        list(embedded.write([Turn("user", "un deux trois " * 2000)], max_tokens=1))
    assert caught.value.key == "model.too_long"
    with pytest.raises(ModelError):
        embedded.choose([Turn("user", "un deux trois " * 2000)], ["oui"])


def test_two_models_of_one_process_share_the_engine(
    embedded: EmbeddedModel, make_settings: Callable[..., Settings], model_home: Path
) -> None:
    second = EmbeddedModel(make_settings().model, model_home)
    assert second.start() == embedded.start()
    second.close()
    second.close()
    assert "".join(embedded.write([SYSTEM, ASK], max_tokens=2))


def test_words_looked_up_in_the_prompt_change_no_word(
    embedded: EmbeddedModel, make_settings: Callable[..., Settings], model_home: Path
) -> None:
    repeat = Turn("user", f"{ASK.text}\nRecopie l'extrait, puis réponds à la question avec les mots de l'extrait.")
    with closing(EmbeddedModel(make_settings().model, model_home)) as plain:
        plain.engine = replace(plain.engine, foreseen=0)
        assert plain.start() != embedded.start()
        assert "".join(plain.write([SYSTEM, repeat], max_tokens=40)) == "".join(
            embedded.write([SYSTEM, repeat], max_tokens=40)
        )


def test_closing_in_mid_answer_ends_the_answer_and_waits_for_nothing(
    make_settings: Callable[..., Settings], embedded: EmbeddedModel, model_home: Path
) -> None:
    # Another window is another engine: the one that the other tests share goes on.
    own = EmbeddedModel(make_settings(model__embedded__context=1024).model, model_home)
    begun = threading.Event()
    told: list[ModelError] = []

    def read() -> None:
        try:
            for _ in own.write([STORY], max_tokens=900):
                begun.set()
        except ModelError as error:
            told.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(300)
    own.close()
    reader.join(60)
    assert [error.key for error in told] == ["model.interrupted"]
    assert own.usage.completion_tokens < 900


def test_the_environment_cannot_take_it_through_a_proxy(
    embedded: EmbeddedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    assert "".join(embedded.write([SYSTEM, ASK], max_tokens=2))


def test_another_account_cannot_use_the_engine(engine: tuple[str, str]) -> None:
    import httpx

    url, key = engine
    with httpx.Client(base_url=url, trust_env=False) as client:
        body = {"prompt": "Bonjour", "n_predict": 1}
        assert client.post("/completion", json=body).status_code == 401
        assert client.post("/v1/chat/completions", json={}).status_code == 401
        assert client.get("/props").status_code == 401
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get("/slots", headers=headers).status_code == 501  # what others asked is not listed, even so
        assert client.get("/", headers=headers).status_code == 404  # no page


def test_a_file_that_is_no_model_is_refused_in_silence(
    make_settings: Callable[..., Settings], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "noise.gguf"
    path.write_bytes(b"GGUF" + bytes(range(256)) * 100)
    model = EmbeddedModel(make_settings(model__embedded__weights=path).model, tmp_path)
    with pytest.raises(WeightsError) as caught:
        model.start()
    assert caught.value.key == "model.weights_unusable"
    assert capfd.readouterr() == ("", "")


SCRIPT = """
import sys
from pathlib import Path
from sourcier.app.models import Cancellation, CancelledAnswer, Turn, cancelled_by
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.settings import load
home = Path(sys.argv[1])
model = EmbeddedModel(load(options={"home": home}, environ={}).settings.model, home)
print("".join(model.write([Turn("user", "Bonjour")], max_tokens=2)) != "")
"""


def test_a_process_that_forgets_to_close_ends_well_and_says_nothing_else(
    embedded: EmbeddedModel, model_home: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(model_home)], capture_output=True, text=True, timeout=300, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "True\n", "")


def test_no_python_thread_is_left(embedded: EmbeddedModel) -> None:
    before = threading.active_count()
    list(embedded.write([SYSTEM, ASK], max_tokens=2))
    assert threading.active_count() == before
