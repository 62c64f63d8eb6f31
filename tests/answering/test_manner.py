"""Styles: the normal one is what the settings say; the others take less or more, and only add words at the end."""

from __future__ import annotations

from typing import get_args

from sourcier.app.answering.manner import instruction, limits
from sourcier.core.settings import AnswerSettings, ModelSettings, Settings
from sourcier.core.types import Style


def test_an_answer_as_it_comes_takes_what_the_settings_say() -> None:
    settings = Settings(
        answer=AnswerSettings(quoted_sentences=4, prompt_sentences=9), model=ModelSettings(max_tokens=99)
    )
    usual = limits("normal", settings)
    assert (usual.quotes, usual.prompt_sentences, usual.max_tokens) == (4, 9, 99)
    assert instruction("normal", "fr") == instruction("normal", "en") == ""


def test_in_brief_takes_less_and_in_detail_more() -> None:
    brief, usual, detailed = (limits(style, Settings()) for style in ("brief", "normal", "detailed"))
    for name in ("sentences", "quotes", "max_tokens"):
        assert getattr(brief, name) < getattr(usual, name) < getattr(detailed, name), name
    assert usual.prompt_tokens < detailed.prompt_tokens
    assert brief.sentences <= 2


def test_no_limit_is_ever_zero_and_every_style_asks_in_both_languages() -> None:
    least = Settings(answer=AnswerSettings(quoted_sentences=1, prompt_sentences=1), model=ModelSettings(max_tokens=16))
    for style in get_args(Style):
        found = limits(style, least)
        assert min(found.sentences, found.quotes, found.prompt_sentences, found.prompt_tokens, found.max_tokens) >= 1
        if style != "normal":
            assert instruction(style, "fr") != instruction(style, "en")
