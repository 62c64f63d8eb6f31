"""What stands beside the conversation whatever is on the page: a bar that stays on screen, and the dialogs that it opens."""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.app.ui.feedback import feedback_dialog
from sourcier.app.ui.guided import guided_panel
from sourcier.app.ui.inert import inert
from sourcier.app.ui.privacy import privacy_dialog, privacy_line
from sourcier.app.ui.relay import relay_button, relay_dialog
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo

__all__ = ["SCRIPTS", "SHEETS", "Beside", "beside"]

#: Files of ours that the page loads for it, in this order.
SCRIPTS = ("beside.js", "relay.js", "guided.js", "feedback.js", "privacy.js")
SHEETS = ("beside.css", "relay.css", "guided.css", "feedback.css", "privacy.css")


@dataclass(frozen=True, slots=True)
class Beside:
    """Inert HTML, in three places of the page.

    Attributes:
        head: links to our scripts and sheets.
        top: the first thing in the page, so the first that the keyboard reaches.
        end: dialogs, closed.
    """

    head: str = ""
    top: str = ""
    end: str = ""


def beside(settings: Settings, model: ModelInfo) -> Beside:
    """The bar and the dialogs, as ``settings`` and the model in use make them."""
    language = settings.language
    # Nothing of opinions where none is asked for.
    used = [name for name in (*SCRIPTS, *SHEETS) if settings.feedback.enabled or not name.startswith("feedback")]
    scripts = "".join(f'<script src="./page/{name}"></script>' for name in used if name in SCRIPTS)
    sheets = "".join(f'<link rel="stylesheet" href="./page/{name}">' for name in used if name in SHEETS)
    label = inert(message("privacy.bar", language))
    return Beside(
        head=scripts + sheets,
        top=f'<nav id="reach" aria-label="{label}">{privacy_line(settings)}{relay_button(settings)}</nav>',
        end=privacy_dialog(settings, model)
        + relay_dialog(settings)
        + guided_panel(settings)
        + feedback_dialog(settings),
    )
