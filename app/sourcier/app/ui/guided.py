"""« Réflexion guidée » on the page: the passages first, then what the member makes of them, beside what the sources say.

The panel is here, and moved by the page's script; what is read and judged is :mod:`sourcier.app.api.reading`.
"""

from __future__ import annotations

from sourcier.app.api.reading import MOST_CHARACTERS
from sourcier.app.ui.inert import inert
from sourcier.core.messages import message
from sourcier.core.settings import Settings

__all__ = ["guided_panel"]

_SAID = (
    "status_searching", "status_comparing", "status_none", "status_urgent", "status_failed", "supported", "differs", "silent",
    "silent_note", "nearest", "answer_coming",
)  # fmt: skip


def guided_panel(settings: Settings) -> str:
    """The panel, hidden until the mode is on and a question asked; the page's script moves it into the conversation."""

    def say(name: str) -> str:
        return inert(message(f"guided.{name}", settings.language))

    said = "".join(f"<i data-name={name}>{say(name)}</i>" for name in _SAID)
    return (
        f'<section id="guided-panel" aria-labelledby="guided-title" hidden><h2 id="guided-title" tabindex="-1">{say("title")}</h2>'
        '<p id="guided-question"></p><p id="guided-status" role="status"></p>'
        f'<div id="guided-read" hidden><h3>{say("passages")}</h3><p>{say("intro")}</p><ol id="guided-passages"></ol>'
        f'<form id="guided-form"><label for="guided-reading">{say("reading")}</label><p id="guided-hint">{say("hint")}</p>'
        f'<textarea id="guided-reading" rows="5" maxlength="{MOST_CHARACTERS}" autocomplete="off" aria-describedby="guided-hint"></textarea>'
        f'<div class="buttons"><button type="submit" class="main" id="guided-compare">{say("compare")}</button>'
        f'<button type="button" id="guided-skip">{say("skip")}</button><button type="button" id="guided-cancel">{say("cancel")}</button>'
        '</div></form></div><div id="guided-beside" hidden><div class="sides">'
        f'<div><h3 id="guided-hers" tabindex="-1">{say("reading")}</h3><ul id="guided-sentences"></ul></div>'
        f'<div><h3>{say("answer")}</h3><div id="guided-answer"></div></div></div>'
        f'<p class="where">{say("closing")}</p><div class="buttons"><button type="button" id="guided-done">{say("done")}</button></div></div>'
        f'<div id="guided-said" hidden>{said}</div></section>'
    )
