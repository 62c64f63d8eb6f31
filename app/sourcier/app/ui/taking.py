"""« Emporter »: the button under an answer, and the dialog where the person says what to take and in which form."""

from __future__ import annotations

from datetime import datetime

from sourcier.app.exports import Format, available
from sourcier.app.ui.inert import inert
from sourcier.core.messages import Language, message

__all__ = ["SCRIPT", "SHEET", "take_button", "take_dialog"]

SCRIPT, SHEET = "taking.js", "taking.css"

#: Sentences that only the page's script can know the moment of.
_SAID = ("copied", "link_copied", "saved", "working", "not_copied", "not_made", "too_long", "unreachable")

_FILES: tuple[Format, ...] = ("docx", "odt", "pdf", "md", "txt")


def take_button(at: datetime | None, language: Language) -> str:
    """The button, as inert HTML; it carries when the question was asked, which the file will say."""
    moment = inert(at.isoformat(timespec="seconds")) if at else ""
    label = inert(message("export.take", language))
    return f'<button type="button" class="take" value="{moment}" aria-haspopup="dialog">{label}</button>'


def take_dialog(language: Language) -> str:
    """The dialog, closed; it offers the formats that can be written here."""

    def say(name: str) -> str:
        return inert(message(f"export.{name}", language))

    scopes = "".join(
        f'<label><input type="radio" name="take-scope" value="{value}"{checked}><span>{say(f"scope_{value}")}</span></label>'
        for value, checked in (("one", " checked"), ("all", ""))
    )
    forms = "".join(
        f'<button type="button" class="take-file" value="{form}">{say(f"as_{form}")}</button>'
        for form in _FILES
        if form in available()
    )
    said = "".join(f'<i id="take-say-{name}">{say(f"said_{name}")}</i>' for name in _SAID)
    return (
        '<dialog id="take" class="beside" aria-labelledby="take-title">'
        f'<header><h2 id="take-title">{say("take_title")}</h2><button type="button" class="closes">{say("close")}</button></header>'
        f'<div><fieldset id="take-scope"><legend>{say("scope")}</legend>{scopes}</fieldset>'
        f'<div class="buttons"><button type="button" id="take-copy" class="main">{say("copy")}</button>'
        f'<button type="button" id="take-print">{say("print")}</button></div>'
        f'<h3 id="take-files">{say("as_file")}</h3><div class="buttons" role="group" aria-labelledby="take-files">{forms}</div>'
        f'<p id="take-said" role="status"></p><p class="where">{say("take_note")}</p>'
        f'<h3>{say("link")}</h3><p class="where">{say("link_note")}</p>'
        f'<div class="buttons"><button type="button" id="take-link">{say("link_copy")}</button></div>'
        f"<div hidden>{said}</div></div></dialog>"
    )
