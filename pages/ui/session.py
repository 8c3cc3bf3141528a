"""The only cache of the pages: the books, opened once per process, and their answers.

A generation never changes, so an answer is kept by what was asked of which generation, and never expires; the bound is on
how many are kept. Answers are shared by everyone who asks: pages read them and never change them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from analytics import settings
from analytics.settings import Settings
from analytics.store import Store, places
from analytics.store.store import DEFAULT_DIRECTORY
from pages.ui import format as write

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

OPEN_GENERATIONS = 4
KEPT_ANSWERS = 512
KEPT_LARGE_ANSWERS = 16


@dataclass(frozen=True)
class _Pointer:
    """Where the books are, and which generation: the one of a number, or what their pointer said when it was read."""

    directory: Path
    generation: int | None
    written: tuple[int, bytes] | None


@dataclass(frozen=True)
class _Question:
    """What is asked of which state of the books, and how to answer it where the answer is not kept."""

    state: str
    asked: str
    answer: Callable[[], Any]

    def key(self) -> str:
        """What makes two questions the same."""
        return f"{self.state}: {self.asked}"


def directory() -> Path:
    """Where the books are: `AR_STORE`, else `data/warehouse`."""
    return Path(os.environ.get("AR_STORE") or DEFAULT_DIRECTORY)


def chosen() -> Settings:
    """What the installation has chosen, as its file says now."""
    return settings.read(directory())


def books(generation: int | None = None) -> Store:
    """The current generation, or an older one by its number. Raises `StoreMissing` where there are no books yet.

    When a load has moved the pointer, the next run opens the new generation; runs that hold the old one finish with it.
    """
    if generation is not None:
        return _opened(_Pointer(directory(), generation, None))
    pointer = places.pointer(directory())
    try:
        written = pointer.stat().st_mtime_ns, pointer.read_bytes()
    except OSError:
        written = None
    return _opened(_Pointer(directory(), None, written))


def ask(report: Callable[Concatenate[Store, Asked], Answer], store: Store, *args: Asked.args, **options: Asked.kwargs) -> Answer:
    """The answer of `report(store, *args, **options)`, kept for whoever asks the same of the same generation."""
    answer: Answer = _answered(_question(report, store, args, options))
    return answer


def ask_large(report: Callable[Concatenate[Store, Asked], Answer], store: Store, *args: Asked.args, **options: Asked.kwargs) -> Answer:
    """The same for an answer with a row per open item: only a few are kept."""
    answer: Answer = _answered_large(_question(report, store, args, options))
    return answer


def _question(report: Callable[..., Any], store: Store, args: tuple[Any, ...], options: dict[str, Any]) -> _Question:
    asked = f"{report.__module__}.{report.__qualname__}{args!r}{sorted(options.items())!r}"
    state = f"{store.path} published {store.published_at}, written by {write.followed()}"
    return _Question(state, asked, partial(report, store, *args, **options))


@st.cache_resource(max_entries=OPEN_GENERATIONS, show_spinner=False, hash_funcs={_Pointer: repr})
def _opened(pointer: _Pointer) -> Store:
    return Store.open(pointer.directory, pointer.generation)


@st.cache_resource(max_entries=KEPT_ANSWERS, show_spinner=False, hash_funcs={_Question: _Question.key})
def _answered(question: _Question) -> Any:
    return question.answer()


@st.cache_resource(max_entries=KEPT_LARGE_ANSWERS, show_spinner=False, hash_funcs={_Question: _Question.key})
def _answered_large(question: _Question) -> Any:
    return question.answer()
