"""What a member thinks of an answer, as inert HTML: two thumbs under it, and a dialog that first says what would be kept."""

from __future__ import annotations

from sourcier.app.feedback.opinion import KINDS, MOST_COMMENT
from sourcier.app.ui.inert import inert
from sourcier.core.messages import message
from sourcier.core.settings import Settings

__all__ = ["feedback_buttons", "feedback_dialog"]

_SAID = ("need_reason", "need_consent", "failed", "erased_one", "erased_none", "copied", "read_none")
_CONDITIONS = ("what", "not", "long", "who", "erase")


def feedback_buttons(settings: Settings) -> str:
    """Two thumbs, where the organisation asks for opinions; nothing elsewhere."""
    if not settings.feedback.enabled:
        return ""

    def say(name: str) -> str:
        return inert(message(f"feedback.{name}", settings.language))

    thumbs = "".join(
        f'<button type="button" class="thumb" value="{value}" aria-haspopup="dialog">{say(f"thumb_{value}")}</button>'
        for value in ("up", "down")
    )
    return f'<div class="opinion"><span>{say("ask")}</span>{thumbs}</div>'


def feedback_dialog(settings: Settings) -> str:
    """The dialog, closed; nothing where no opinion is asked for."""
    if not settings.feedback.enabled:
        return ""

    def say(name: str, /, **values: object) -> str:
        return inert(message(f"feedback.{name}", settings.language, **values))

    reader = settings.feedback.reader or settings.organisation.name
    days = settings.feedback.keep_days
    conditions = "".join(
        f"<div><dt>{say(f'{name}_label')}</dt><dd>{say(name, days=days, reader=reader)}</dd></div>"
        for name in _CONDITIONS
    )
    kinds = "".join(
        f'<label><input type="radio" name="feedback-kind" value="{kind}">{say(f"kind_{kind}")}</label>'
        for kind in KINDS
    )
    said = "".join(f"<i data-name={name}>{say(name)}</i>" for name in _SAID)
    return (
        '<dialog id="feedback" class="beside" aria-labelledby="feedback-title"><header>'
        f'<h2 id="feedback-title" tabindex="-1">{say("title")}</h2><button type="button" class="closes">{say("close")}</button></header>'
        f'<div><h3>{say("before")}</h3><dl class="kept">{conditions}</dl>'
        '<form id="feedback-form" novalidate>'
        f'<fieldset id="feedback-kinds"><legend>{say("kinds")}</legend>{kinds}</fieldset>'
        f'<label for="feedback-comment">{say("comment")}</label><p id="feedback-hint" class="where">{say("comment_hint")}</p>'
        f'<textarea id="feedback-comment" rows="3" maxlength="{MOST_COMMENT}" autocomplete="off" aria-describedby="feedback-hint"></textarea>'
        f'<details><summary>{say("preview")}</summary><pre id="feedback-preview"></pre></details>'
        f'<label class="consents"><input type="checkbox" id="feedback-consent" aria-describedby="feedback-error">{say("consent", days=days)}</label>'
        f'<p id="feedback-error" class="warns" role="alert" hidden></p>'
        f'<div class="buttons"><button type="submit" class="main">{say("give")}</button>'
        f'<button type="button" class="closes">{say("no")}</button></div></form>'
        f'<div id="feedback-done" hidden><p>{say("thanks")}</p><p><output id="feedback-code"></output></p>'
        f'<p class="where">{say("code_note", days=days)}</p><div class="buttons"><button type="button" id="feedback-copy">{say("copy")}</button></div></div>'
        f'<details id="feedback-mine"><summary>{say("mine")}</summary><label for="feedback-mine-code">{say("code")}</label>'
        '<input id="feedback-mine-code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="60">'
        f'<div class="buttons"><button type="button" id="feedback-read">{say("read")}</button>'
        f'<button type="button" id="feedback-erase">{say("erase_mine")}</button></div><pre id="feedback-mine-text" hidden></pre></details>'
        f'<p id="feedback-said" role="status" class="where"></p><div id="feedback-phrases" hidden>{said}</div></div></dialog>'
    )
