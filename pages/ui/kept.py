"""The states of the books that are kept: naming, keeping, going back, and what two of them say differently."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pandas as pd
import streamlit as st

from analytics import differences as compared
from analytics.errors import DuebookError
from analytics.scope import Scope
from analytics.store import Store, generations
from analytics.store.generations import Generation
from pages.ui import cards, export, tables
from pages.ui import format as write
from pages.ui import shown as noted
from pages.ui import states as shown
from pages.ui.cells import column
from pages.ui.filters import View
from pages.ui.session import ask, books
from pages.ui.tables import Column

METHOD = (
    "**Generations.** Each load publishes a state of the books that never changes. The last five stay, the last of each of the last "
    "twelve months, and every one that is pinned."
)
DIFFERENCE = (
    "**What changed.** Every document whose balance at the as-of day differs between two generations: new, gone or changed. Unapplied "
    "credit counts negative; per currency the differences add up to that of net AR, to the cent."
)


def states(view: View) -> None:
    """The generations, and what can be done with one."""
    listed = generations.listing(view.store.directory)
    with cards.card("Generations", f"{len(listed)} kept", method=METHOD):
        frame = pd.DataFrame(
            {
                "number": [each.number for each in listed],
                "published": ["" if each.published_at is None else write.moment(each.published_at) for each in listed],
                "name": [each.name or "" for each in listed],
                "state": [
                    ", ".join(word for word, true in (("current", each.current), ("pinned", each.pinned)) if true) for each in listed
                ],
                "size": [write.size(each.size) for each in listed],
            }
        )
        tables.table(
            frame.iloc[::-1],
            {
                "number": Column("Generation", "count", 100),
                "published": Column("Published", width=180),
                "name": Column("Name", width=240),
                "state": Column("State", width=140),
                "size": Column("Size", "right", 100),
            },
            key="kept",
            alt="Generations of the books that are kept, newest first",
            rows=min(len(frame), 10),
        )
        _actions(view, {each.number: each for each in listed})


def _state(each: Generation) -> list[str]:
    return [word for word, true in (("current", each.current), ("pinned", each.pinned)) if true]


def _actions(view: View, listed: dict[int, Generation]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox("Generation", sorted(listed, reverse=True), key="acted_on", width=130)
        chosen = listed[number]
        name = st.text_input("Name", value=chosen.name or "", key=f"name_{number}", placeholder="like close 2026-06", width=220)
        pin = st.button("Pin" if not chosen.pinned else "Rename", icon=":material/keep:", key="pin", help="Keeps it for good.")
        unpin = st.button("Unpin", icon=":material/keep_off:", key="unpin", disabled=not chosen.pinned)
        use = st.button("Go back to it", icon=":material/history:", key="use", disabled=chosen.current)
    try:
        if pin:
            generations.pin(view.store.directory, number, name.strip())
        elif unpin:
            generations.unpin(view.store.directory, number)
        elif use:
            generations.use(view.store.directory, number)
        else:
            return
    except DuebookError as problem:
        shown.refused(problem)
        return
    st.rerun()


def differences(view: View) -> None:
    """What two generations say differently of the as-of day."""
    numbers = [each.number for each in generations.listing(view.store.directory)]
    with cards.card("What changed", method=DIFFERENCE) as end:
        if len(numbers) < 2:
            shown.nothing("There is one generation only.", "The next load makes another to compare it with.")
            return
        with st.container(horizontal=True):
            first = st.selectbox("Before", numbers, index=len(numbers) - 2, key="before", bind="query-params", width=130)
            second = st.selectbox("After", numbers, index=len(numbers) - 1, key="after", bind="query-params", width=130)
        frame = ask(_between, books(second), first, view.scope)
        with end:
            export.menu(view, f"Changes from generation {first} to {second}", DIFFERENCE, frame, key="changes", chart=False)
        if frame.empty:
            st.success("Both say the same of this day.", icon=":material/check_circle:")
            return
        noted.caption(write.plain(f"Net AR {_net(frame)} · {write.items(len(frame), 'document')}"))
        tables.table(
            frame,
            {
                "change": Column("Change", width=75),
                "id": Column("Document", width=170),
                "balance": Column("Balance", width=85),
                "currency": Column("Currency", width=75),
                "before": Column("Before", "money", 105),
                "after": Column("After", "money", 105),
                "difference": Column("Difference", "money", 105),
                "because": Column("Because", width=310),
            },
            key="changes",
            alt="Documents whose balance differs between the two generations",
            rows=min(len(frame), 15),
        )


def _between(after: Store, first: int, scope: Scope) -> pd.DataFrame:
    return compared.between(books(first), after, scope)


def _net(frame: pd.DataFrame) -> str:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for currency, difference in zip(column(frame, "currency"), column(frame, "difference"), strict=True):
        totals[currency] += difference
    return ", ".join(f"{'+' if total > 0 else ''}{write.money(total, currency)}" for currency, total in sorted(totals.items()))
