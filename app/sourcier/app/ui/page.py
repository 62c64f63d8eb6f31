"""The members' page: its components and what each event does. No decision about answers is taken here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import gradio as gr

from sourcier.app.answering.events import Answering
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.pages.facts import leaves
from sourcier.app.pages.looks import logo_address
from sourcier.app.relay.hearing import Hearing
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.earlier import STYLES, read_earlier, style_of
from sourcier.app.ui.feedback import feedback_buttons
from sourcier.app.ui.inert import inert
from sourcier.app.ui.next import suggestions_html, written_subject
from sourcier.app.ui.order import Order, read_order
from sourcier.app.ui.pump import pumped
from sourcier.app.ui.relay import abstention_people, urgent_block
from sourcier.app.ui.render import turn_html
from sourcier.app.ui.turn import Turn, after
from sourcier.app.ui.windows import Windows
from sourcier.app.ui.words import Words
from sourcier.core.errors import SourcierError
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import Document

__all__ = ["Conversation", "blocks", "theme"]

_EXAMPLES = ("example_1", "example_2", "example_3")
#: Nothing is ever uploaded; whatever the framework writes is gone within the hour.
_CACHE_S = (3600, 3600)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers one question at a time, as the HTML of a turn that grows. Nothing of it is kept."""

    assistant: Answering
    document: Callable[[str], Document]
    turnstile: Turnstile
    settings: Settings
    hearing: Hearing = field(default_factory=Hearing)

    def answer(
        self, question: str, manner: Manner = AS_USUAL, finished: list[Turn] | None = None
    ) -> Generator[str, None, None]:
        """The turn's HTML after each step; an error ends it with one sentence.

        Args:
            finished: is given the turn, once it has its answer.
        """
        words = Words(self.settings.language)
        windows = Windows(self.document)
        turn = Turn(secrets.token_hex(4), question, at=datetime.now().astimezone())

        subjects = self.hearing.subjects(question)
        first = urgent_block(subjects, self.settings)
        # Whoever was shown before the answer is not shown again in it.
        people = "" if subjects else abstention_people(self.settings)

        def shown() -> str:
            return turn_html(
                turn,
                lambda citation: windows.around(citation, turn.hits or ()),
                words,
                people,
                first,
                feedback_buttons(self.settings),
            )

        yield shown()
        try:
            for step in self.turnstile.answer(self.assistant, question, None, manner):
                turn = after(turn, step)
                if turn.answer is not None and finished is not None:
                    finished[:] = [turn]
                yield shown()
        except SourcierError as error:
            turn = replace(turn, error=error.in_language(self.settings.language))
            yield shown()


def theme() -> gr.themes.Base:
    """System fonts only: the framework's own would be served, and look like everyone's."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def blocks(conversation: Conversation) -> gr.Blocks:
    """The page's components, wired."""
    settings = conversation.settings
    words = Words(settings.language)
    waiting = settings.serve.max_waiting
    with gr.Blocks(
        title=words.plain("page_title", organisation=settings.organisation.name),
        analytics_enabled=False,
        delete_cache=_CACHE_S,
        fill_width=True,
    ) as page:
        _html(_masthead(settings, words), "masthead")
        _html('<div id="past-turns"></div>', "past")
        with gr.Column(elem_id="latest"):
            current = _html("", "current")
            suggestions = _html("", "suggested")
        _examples(settings, words)
        style, quotes_only = _options(words, keep=words.plain("keep"))
        # The conversation so far is the page's own: its script puts what completes a follow-up, and what is asked again, in
        # these as the question leaves (asking.js). Neither the server nor the framework keeps them.
        earlier = gr.Textbox("", visible=False)
        order = gr.Textbox("", visible=False)
        subject = gr.Textbox("", visible=False)
        again = gr.Button("", visible="hidden", elem_id="again")
        with gr.Row(elem_id="composer"):
            box = gr.Textbox(
                label=words.plain("question_label"),
                show_label=False,
                placeholder=words.plain("question_placeholder"),
                lines=1,
                max_lines=6,
                autofocus=True,
                container=False,
                scale=8,
                elem_id="question",
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send", lang=settings.language),
            )
            ask = gr.Button(words.plain("ask"), variant="primary", scale=0, min_width=110, elem_id="ask")
            stop = gr.Button(words.plain("stop"), variant="stop", scale=0, min_width=110, elem_id="stop", visible=False)
            clear = gr.Button(words.plain("clear"), scale=0, min_width=90, elem_id="clear")

        def busy(on: bool) -> tuple[Any, Any]:
            return gr.update(visible=not on), gr.update(visible=on)

        async def respond(
            typed: str, style: object, quotes_only: object, earlier: object, ordered: object
        ) -> AsyncGenerator[tuple[Any, ...], None]:
            order = read_order(ordered) or Order(typed, style_of(style), quotes_only is True)
            if not order.question.strip():
                yield gr.skip(), gr.skip(), *busy(False), "", gr.skip()
                return
            history = read_earlier(earlier)
            manner = Manner(order.style, order.quotes_only, history, order.fresh)
            finished: list[Turn] = []
            # The box is emptied once: the next question may be typed while this one is answered. What is asked again was
            # not typed in it.
            emptied: Any = gr.skip() if read_order(ordered) else ""
            async with aclosing(pumped(conversation.answer(order.question, manner, finished))) as pages:
                async for html in pages:
                    yield html, emptied, *busy(True), "", ""
                    emptied = gr.skip()
            asked = tuple(exchange.question for exchange in history)
            yield (
                gr.skip(),
                gr.skip(),
                *busy(False),
                "".join(written_subject(one, asked) for one in finished),
                gr.skip(),
            )

        def suggest(subject: str) -> str:
            # Nobody who has asked something waits for what somebody might ask.
            return suggestions_html(conversation.assistant, subject, words, lambda: not len(conversation.turnstile))

        outputs = [current, box, ask, stop, subject, suggestions]
        wiring: dict[str, Any] = {
            "outputs": outputs,
            "show_progress": "hidden",
            "api_visibility": "private",
            # Every question may search at once; the turnstile decides who writes, and refuses in a sentence.
            "concurrency_limit": None,
            "trigger_mode": "once",
        }
        given = [box, style, quotes_only, earlier, order]
        # One event for all the ways to ask, so that two answers are never written in the same place at once.
        running = [gr.on([box.submit, ask.click, again.click], respond, inputs=given, **wiring)]
        # Through the queue, which is the framework's one way in that the guard leaves open, but waiting for nobody.
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        running[0].success(suggest, inputs=[subject], outputs=[suggestions], **quiet)
        stop.click(lambda: busy(False), outputs=[ask, stop], cancels=running, **quiet)
        clear.click(lambda: ("", "", *busy(False), "", ""), outputs=outputs, cancels=running, **quiet)
    page.queue(max_size=2 * waiting + 2, api_open=False)
    return cast("gr.Blocks", page)


def _html(value: str, identity: str) -> gr.Markdown:
    """A place for inert HTML.

    The framework's HTML component compiles what it shows with ``eval``, which our content policy forbids; its
    Markdown one does not, and passes it through its own sanitiser besides.
    """
    return gr.Markdown(value, elem_id=identity, sanitize_html=True, latex_delimiters=[], padding=False)


def _masthead(settings: Settings, words: Words) -> str:
    contact, address = settings.organisation.contact, logo_address(settings.organisation)
    logo = f'<img class="logo" src="{address}" alt="">' if address else ""
    relay = f"<p>{words('relay', contact=contact)}</p>" if contact else ""
    hosts = ", ".join(leaves(settings))
    privacy = words("privacy_away", hosts=hosts) if hosts else words("privacy")
    return (
        f'<header class="masthead">{logo}<h1>{inert(settings.organisation.name)}</h1><p class="tagline">{words("tagline")}</p>'
        f'<p class="ways">{_ways(settings)}</p><div class="assurance"><p>{privacy}</p>{relay}</div></header>'
    )


def _ways(settings: Settings) -> str:
    """Links to the pages that the server makes."""
    shown = {
        "/documents": message("pages.nav_documents", settings.language),
        "/transparence": message("pages.nav_transparency", settings.language),
    }
    return " · ".join(f'<a href="{address}">{inert(name)}</a>' for address, name in shown.items())


def _options(words: Words, keep: str) -> tuple[gr.Radio, gr.Checkbox]:
    with gr.Row(elem_id="options"):
        style = gr.Radio(
            choices=[(words.plain(f"style_{name}"), name) for name in STYLES],
            value=STYLES[0],
            label=words.plain("style_label"),
            container=False,
            scale=0,
            elem_id="style",
        )
        quotes_only = gr.Checkbox(
            False, label=words.plain("quotes_only"), container=False, scale=0, min_width=0, elem_id="quotes-only"
        )
        # The page's scripts look at these: the server is not told.
        gr.Checkbox(False, label=keep, container=False, scale=0, min_width=0, elem_id="keep")
        guided = message("guided.toggle", words.language)
        gr.Checkbox(False, label=guided, container=False, scale=0, min_width=0, elem_id="guided")
    return style, quotes_only


def _examples(settings: Settings, words: Words) -> list[gr.Button]:
    """Buttons that the page's script asks the text of."""
    with gr.Column(elem_id="welcome"):
        welcome = inert(settings.organisation.welcome) or words("welcome")
        _html(f'<p>{welcome}</p><p class="label">{words("examples_label")}</p>', "welcome-text")
        examples = settings.organisation.examples or [words.plain(name) for name in _EXAMPLES]
        return [gr.Button(example, size="sm", elem_classes="example") for example in examples]
