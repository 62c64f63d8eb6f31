"""« Ce que devient ma question »: the line that stays on screen and the dialog, said from the settings in force."""

from __future__ import annotations

from sourcier.app.pages.facts import leaves
from sourcier.app.ui.inert import inert
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo

__all__ = ["privacy_dialog", "privacy_line"]

_TIPS = ("tip_private", "tip_keep", "tip_names", "tip_files", "tip_clear")


def privacy_line(settings: Settings) -> str:
    """One short line, always on screen, and the button that says more."""
    away = bool(leaves(settings))
    line = "line_feedback" if settings.feedback.enabled else "line_nothing"
    say = _Say(settings)
    return (
        f'<p><span class="longer">{say("line_away" if away else line)}</span>'
        f'<button type="button" id="privacy-open" class="quiet" aria-haspopup="dialog">{say("open")}</button></p>'
    )


def privacy_dialog(settings: Settings, model: ModelInfo) -> str:
    """What is kept, where and how long: the question, the conversation, an opinion, a message; then what the member can do."""
    say = _Say(settings)
    rows = [
        ("question", _question(settings, say)),
        ("model", _model(settings, model, say)),
        ("conversation", say("conversation_kept")),
        ("message", say("message_kept")),
        ("reading", say("reading_kept")),
        ("feedback", _feedback(settings, say)),
    ]
    described = "".join(f"<div><dt>{say(f'{name}_label')}</dt><dd>{told}</dd></div>" for name, told in rows)
    tips = "".join(f"<li>{say(name)}</li>" for name in _TIPS)
    return (
        '<dialog id="privacy" class="beside" aria-labelledby="privacy-title"><header>'
        f'<h2 id="privacy-title" tabindex="-1">{say("title")}</h2><button type="button" class="closes">{say("close")}</button></header>'
        f'<div><dl class="kept">{described}</dl>'
        f'<div class="buttons"><button type="button" class="main" id="privacy-clear">{say("clear")}</button></div>'
        f'<p id="privacy-cleared" role="status" class="where" data-done="{say("cleared")}"></p>'
        f'<h3>{say("shared_title")}</h3><ul class="tips">{tips}</ul><p><a href="./transparence">{say("more")}</a></p></div></dialog>'
    )


class _Say:
    def __init__(self, settings: Settings) -> None:
        self._language = settings.language

    def __call__(self, key: str, /, **values: object) -> str:
        return inert(message(f"privacy.{key}", self._language, **values))


def _question(settings: Settings, say: _Say) -> str:
    remembered = settings.search.cache > 0 or settings.answer.cache > 0
    return " ".join([say("question_kept"), *([say("question_memory")] if remembered else [])])


def _model(settings: Settings, model: ModelInfo, say: _Say) -> str:
    away = leaves(settings)
    if away:
        return say("model_away", hosts=", ".join(away))
    return say(f"model_{model.provider}", name=model.name)


def _feedback(settings: Settings, say: _Say) -> str:
    feedback = settings.feedback
    if not feedback.enabled:
        return say("feedback_off")
    return say("feedback_on", days=feedback.keep_days, reader=feedback.reader or settings.organisation.name)
