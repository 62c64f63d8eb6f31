"""One answer is written at a time, in the order of arrival, and a place is given up in every case."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from tests.ui.listening import listening
from tests.ui.material import ANSWERED
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.answering.events import Drafting, Finished, Found
from sourcier.app.turnstile import BusyError, Turnstile, UnforeseenError, Waiting
from sourcier.app.ui.server import Server
from sourcier.core.errors import QuestionError
from sourcier.core.settings import ServeSettings, Settings


def test_sources_come_at_once_and_the_writing_waits_its_turn() -> None:
    line = Turnstile(5)
    assistant = ScriptedAssistant(default=ANSWERED)
    first, second = (line.answer(assistant, question) for question in ("a", "b"))
    assert isinstance(next(first), Found)
    assert isinstance(next(first), Drafting)
    assert isinstance(next(second), Found)
    assert next(second) == Waiting(1)
    rest = list(first)
    assert isinstance(rest[-1], Finished)
    assert isinstance(next(second), Drafting)
    assert isinstance(list(second)[-1], Finished)
    assert assistant.most_running == 1
    assert len(line) == 0


def test_those_who_leave_give_up_their_place() -> None:
    line = Turnstile(5)
    assistant = ScriptedAssistant(default=ANSWERED)
    answers: list[Any] = [line.answer(assistant, "a") for _ in range(3)]
    for answer in answers:
        next(answer)
    assert next(answers[2]) == Waiting(2)
    answers[1].close()
    assert next(answers[2]) == Waiting(1)
    next(answers[0])
    answers[0].close()
    assert assistant.closed == 1
    assert isinstance(next(answers[2]), Drafting)
    answers[2].close()
    assert len(line) == 0


def test_a_full_line_is_said_to_be_full() -> None:
    line = Turnstile(1)
    tickets = [line.enter(), line.enter()]
    with pytest.raises(BusyError) as refused:
        line.enter()
    assert "1" in refused.value.in_language("fr")
    tickets[0].leave()
    tickets[0].leave()
    assert line.enter().ahead() == 1


def test_the_line_moves_on_when_an_answer_fails(caplog: pytest.LogCaptureFixture) -> None:
    line = Turnstile(5)
    with pytest.raises(QuestionError):
        list(line.answer(ScriptedAssistant(), "   "))
    with pytest.raises(UnforeseenError):
        list(line.answer(ScriptedAssistant(), "une question secrète"))
    assert len(line) == 0
    assert "RuntimeError" in caplog.text
    assert "secrète" not in caplog.text


def test_many_at_once_are_each_answered_alone() -> None:
    line = Turnstile(20)
    assistant = ScriptedAssistant(default=ANSWERED)
    finished: list[Any] = []
    threads = [
        threading.Thread(target=lambda: finished.append(list(line.answer(assistant, "a"))[-1])) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [type(last) for last in finished] == [Finished] * 20
    assert assistant.most_running == 1


def test_a_closed_line_answers_those_in_it_and_lets_nobody_in() -> None:
    line = Turnstile(5)
    assistant = ScriptedAssistant(default=ANSWERED)
    under_way = line.answer(assistant, "a")
    assert isinstance(next(under_way), Found)
    line.close()
    with pytest.raises(BusyError, match="redémarrer"):
        next(line.answer(assistant, "b"))
    assert isinstance(list(under_way)[-1], Finished)
    assert len(line) == 0


def _asked(server: Server) -> None:
    server.should_exit = True


def _signalled(server: Server) -> None:
    server.handle_exit(signal.SIGTERM, None)


@pytest.mark.parametrize("stop", [_asked, _signalled])
def test_nobody_is_let_in_from_the_moment_a_stop_is_asked_for(stop: Callable[[Server], None], tmp_path: Path) -> None:
    app = FastAPI()
    line = app.state.turnstile = Turnstile(5)
    settings = Settings(home=tmp_path, serve=ServeSettings(port=0))
    server = Server(app, settings, lambda _: None)
    try:
        line.enter()
        # Its loop does not even run: nothing is left to do for the stop to hold.
        stop(server)
        with pytest.raises(BusyError, match="redémarrer"):
            line.enter()
        assert (server.should_exit, server.force_exit, len(line)) == (True, False, 1)
        server.handle_exit(signal.SIGINT, None)
        assert server.force_exit
    finally:
        server.close()


def test_an_answer_that_never_ends_is_given_the_seconds_of_grace_and_no_more(tmp_path: Path) -> None:
    app = FastAPI()
    line = app.state.turnstile = Turnstile(5)
    with listening(app, Settings(home=tmp_path, serve=ServeSettings(port=0, grace_s=1))):
        line.enter()
    assert len(line) == 1  # the server has stopped all the same
    with pytest.raises(ValidationError):
        ServeSettings(grace_s=0.5)  # the last words of an answer would have no time to leave
