"""What the page that runs shows, noted while it is drawn, so that it can be taken away as a document.

Noting costs a reference; figures, tables and charts become parts of a document only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from analytics import dates
from analytics.exports import Stamp, filters_in_words, view_in_words
from analytics.exports.document import Block, Document, Figure, Figures, Section, Sentence
from pages.ui import format as write
from pages.ui.filters import View

METHOD = "as said of each figure at the end"
DEFINITIONS = "How it is computed"
ABREAST = 5
"""Headlines in a row on paper."""


@dataclass
class _Card:
    title: str
    note: str
    method: str
    parts: list[Callable[[], Block]] = field(default_factory=list)


@dataclass
class Shown:
    """The headlines of a page, the sentences and tables outside its cards, and its cards, in the order in which they are drawn."""

    figures: list[Figure] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    loose: _Card = field(default_factory=lambda: _Card("", "", ""))
    cards: list[_Card] = field(default_factory=list)
    open: _Card | None = None

    def document(self, view: View, title: str) -> Document:
        """The page as a document, under `title`."""
        known = write.day(view.store.published_at.date())
        return Document(
            title,
            (
                f"At the close of {write.day(view.day)}",
                f"{filters_in_words(view.focus) or 'The whole book'}, {view_in_words(view.focus)}",
                f"Generation {view.store.generation} of the books, published {known}",
            ),
            tuple(self._sections(view)),
            Stamp(title, view.focus, METHOD, view.store.generation, dates.now()),
        )

    def _sections(self, view: View) -> Iterator[Section]:
        rows = (self.figures[start : start + ABREAST] for start in range(0, len(self.figures), ABREAST))
        first = [Figures(view.shown, tuple(row)) for row in rows]
        yield Section("", (*first, *(part() for part in self.loose.parts)))
        for card in self.cards:
            if card.parts:
                note = [Sentence(card.note)] if card.note else []
                yield Section(card.title, (*note, *(part() for part in card.parts)))
        methods = dict.fromkeys([*self.methods, *(card.method for card in self.cards if card.parts and card.method)])
        if methods:
            yield Section(DEFINITIONS, tuple(Sentence(method) for method in methods))


def begin() -> Shown:
    """A page begins: nothing is shown yet."""
    shown: Shown = Shown()
    st.session_state["on_paper"] = shown
    return shown


@contextmanager
def card(title: str, note: str, method: str | None) -> Iterator[None]:
    """What is noted inside belongs to this card."""
    shown = _current()
    shown.open = _Card(write.bare(title), write.bare(note), write.bare(method or ""))
    shown.cards.append(shown.open)
    try:
        yield
    finally:
        shown.open = None


def figure(name: str, value: str, note: str = "", method: str = "") -> None:
    """A headline with what stands under it."""
    _current().figures.append(Figure(name, value, "text", write.bare(note)))
    if method:
        _current().methods.append(write.bare(method))


def part(make: Callable[[], Block]) -> None:
    """A table, chart or sentence of the card that is open, or of the page; `make` runs when a document is asked for."""
    shown = _current()
    (shown.open or shown.loose).parts.append(make)


def sentence(text: str) -> None:
    """Something the page says, in plain words."""
    part(lambda: Sentence(text))


def caption(text: str) -> None:
    """A line of Markdown, drawn and noted."""
    st.caption(text)
    sentence(write.bare(text))


def _current() -> Shown:
    shown: Shown = st.session_state["on_paper"]
    return shown
