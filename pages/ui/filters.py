"""The filters that all pages share: drawn once, kept in the URL, turned into a `Scope`.

Each widget is bound to the URL by its key, so a link says what it shows; a value that the book does not offer falls back to
the default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics import choices, customers, dates
from analytics.exports import filters_in_words, view_in_words
from analytics.scope import FxPolicy, Scope
from analytics.store import Store
from pages.ui import format as write
from pages.ui.cells import column
from pages.ui.session import ask

OWN = "own currencies"
NOW = "now"
EMPTY = "(empty)"
LISTED_CUSTOMERS = 2000
QUICK_VALUES = 5
FIXED = "fixed day"
RATES: dict[str, FxPolicy] = {"closing day": "closing", "document date": "document"}
DISPUTED = {"disputed": "true", "not disputed": "false"}
"""What a person reads, and the URL says, for what a scope knows."""
LABELS = {
    "entity": "Entity",
    "region": "Region",
    "country": "Country",
    "sales_rep": "Sales rep",
    "collector": "Collector",
    "segment": "Segment",
    "currency": "Document currency",
}
URL_NAMES = {column: column for column in LABELS} | {"currency": "document_currency"}
"""Filter column -> its name in the URL, where `currency` is the currency view."""


@dataclass(frozen=True)
class View:
    """What a page shows: the books, the scope, and the one currency of its charts and headlines."""

    store: Store
    scope: Scope
    currencies: tuple[str, ...]
    shown: str
    older: bool = False
    """Whether an older generation was asked for."""
    not_shown: str = ""
    """A sentence on the day that a link asked for, where it cannot be shown."""

    @property
    def focus(self) -> Scope:
        """The scope of charts and headlines: one currency, since amounts of several are never added."""
        if self.scope.currency is not None or len(self.currencies) < 2:
            return self.scope
        return self.scope.narrowed("currency", self.shown)

    @property
    def day(self) -> date:
        """The as-of day."""
        return self.scope.day

    @property
    def caption(self) -> str:
        """The view in a line: as-of date, currency view, filters."""
        alone = self.scope.currency is None and len(self.currencies) < 2
        view = self.shown if alone else view_in_words(self.scope)
        known = [f"as known in generation {self.store.generation}"] if self.older else []
        return " · ".join([f"As of {write.day(self.day)}", view, filters_in_words(self.scope) or "all customers", *known])


def current() -> View:
    """The view that the frame has drawn for the page that runs."""
    view: View = st.session_state["view"]
    return view


def beside_title() -> DeltaGenerator:
    """The right end of the title row, for a choice that the whole page follows."""
    place: DeltaGenerator = st.session_state["beside_title"]
    return place


def known_at(kept: Sequence[int], side: DeltaGenerator) -> int | None:
    """The generation to ask, where there are several: what was known then. None is the current one."""
    if len(kept) < 2:
        return None
    chosen = side.selectbox(
        "Books as known",
        [NOW, *(f"generation {number}" for number in reversed(kept))],
        key="known",
        bind="query-params",
        help="Each load is a generation that never changes: an older one says what was known before the later loads.",
    )
    return None if chosen == NOW else int(chosen.removeprefix("generation "))


def draw(store: Store, side: DeltaGenerator, quick: DeltaGenerator, *, older: bool = False) -> View:
    """Draws the filters in `side`, those for a quick choice in `quick`, and returns what they say."""
    st.session_state["beside_title"] = quick
    offered = ask(choices.values, store)
    currencies = ask(choices.currencies, store)
    where: dict[str, list[str | None]] = {}
    listed = dict(offered)
    segments = listed.pop("segment")
    with quick:
        if 1 < len(segments) <= QUICK_VALUES:
            where["segment"] = _quick_values("segment", segments)
        else:
            listed["segment"] = segments
    with side:
        day, not_shown = _as_of(store)
        currency, fx = _currency_view(store, currencies, day)
        where["customer"] = _customers(store)
        with_children = bool(where["customer"]) and _with_children()
        with st.expander("More filters", icon=":material/tune:"):
            where |= {column: _values(column, values) for column, values in listed.items() if len(values) > 1}
            if ask(choices.has_disputes, store):
                where["disputed"] = _disputed()
        if any(where.values()):
            st.button("Clear filters", icon=":material/filter_list_off:", type="tertiary", on_click=_clear, args=(where,))
    apart = _apart(currency, currencies, where.get("currency", []))
    with quick:
        shown = _shown(apart)
    chosen = {column: values for column, values in where.items() if values}
    scope = Scope(as_of=day, currency=currency, fx=fx, where=chosen, with_children=with_children)
    view = View(store, scope, apart, shown, older, not_shown)
    st.session_state["view"] = view
    return view


def day_input(label: str, default: date, first: date, last: date, *, key: str, **how: Any) -> tuple[date, str]:
    """A day from `first` to `last`, kept in the URL as `key`; with a sentence where the URL asks for another one."""
    asked = st.query_params.get(key)  # before the widget, which drops what it cannot take
    day = st.date_input(label, default, min_value=first, max_value=last, format="YYYY-MM-DD", key=key, bind="query-params", **how)
    if asked is None or _is_day(asked, first, last):
        return day, ""
    return day, f"The link asks for {asked}, which is no day from {write.span(first, last)}: {write.day(day)} is shown"


def _is_day(text: str, first: date, last: date) -> bool:
    try:
        return first <= date.fromisoformat(text) <= last
    except ValueError:
        return False


def first_day(store: Store) -> date:
    """The first day of the books."""
    return min(ask(choices.first_day, store) or store.last_day, store.last_day)


def _as_of(store: Store) -> tuple[date, str]:
    return day_input(
        "As of",
        store.last_day,
        first_day(store),
        store.last_day + timedelta(days=366),
        key="as_of",
        help="The close of this day. The books remember every past day exactly.",
    )


def _currency_view(store: Store, currencies: tuple[str, ...], day: date) -> tuple[str | None, FxPolicy]:
    bases = ask(choices.bases, store)
    if not bases or currencies == bases:
        return None, "closing"
    default = currencies[0] if len(currencies) > 1 and currencies[0] in bases else OWN
    view = st.selectbox(
        "Show in",
        [default, *(option for option in (*bases, OWN) if option != default)],
        key="currency",
        bind="query-params",
        help="Converted to one currency, or each in its own and never added.",
    )
    if view == OWN:
        return None, "closing"
    policy = st.selectbox("At the rates of the", [*RATES, FIXED], key="fx", bind="query-params", help=_RATES_HELP)
    return view, _fixed_day(day) if policy == FIXED else RATES[policy]


_RATES_HELP = (
    "The last known rate on or before the day is used, at most 31 days old. What has no rate stays out of the converted "
    "figures and is named under the title."
)


def _fixed_day(day: date) -> date:
    return st.date_input(
        "Rates of the day",
        value=day,
        min_value=dates.BEGINNING,
        max_value=dates.LATEST,
        format="YYYY-MM-DD",
        key="fx_day",
        bind="query-params",
    )


def narrow(column: str, value: str | None) -> None:
    """Filters `column` to one value, as if it had been picked in the sidebar."""
    st.session_state[URL_NAMES.get(column, column)] = [EMPTY if value is None else value]


def customer_names(store: Store) -> dict[str, str]:
    """The customers to pick from, id -> name (the id where there is none); any other is found by its id."""
    return ask(_listed_names, store)


def _listed_names(store: Store) -> dict[str, str]:
    listed = customers.listing(store, size=LISTED_CUSTOMERS)
    named = zip(column(listed, "customer_id"), column(listed, "name"), strict=True)
    return {customer_id: name or customer_id for customer_id, name in named}


def customer_label(names: Mapping[str, str], customer_id: str) -> str:
    """How a customer is written in a choice: by name and id, or as it was typed."""
    return f"{names[customer_id]} · {customer_id}" if customer_id in names else customer_id


def _customers(store: Store) -> list[str | None]:
    names = customer_names(store)
    chosen = st.multiselect(
        "Customer",
        list(names),
        format_func=partial(customer_label, names),
        placeholder="Name or id",
        accept_new_options=True,
        filter_mode="contains",
        select_all=False,
        key="customer",
        bind="query-params",
    )
    known = names | ask(choices.names, store, tuple(typed for typed in chosen if typed not in names))
    for stranger in (typed for typed in chosen if typed not in known):
        st.caption(f":orange-badge[No customer has the id '{write.plain(stranger)}': not used]")
    return [picked for picked in chosen if picked in known]


def _with_children() -> bool:
    return st.toggle("With their groups", key="with_children", bind="query-params", help="A customer and all below it.")


def _values(column: str, values: tuple[str | None, ...]) -> list[str | None]:
    picked = st.multiselect(LABELS[column], _options(values), key=URL_NAMES[column], bind="query-params", placeholder="All")
    return [None if value == EMPTY else value for value in picked]


def _quick_values(column: str, values: tuple[str | None, ...]) -> list[str | None]:
    picked = st.segmented_control(
        LABELS[column],
        _options(values),
        selection_mode="multi",
        key=URL_NAMES[column],
        bind="query-params",
        label_visibility="collapsed",
    )
    return [None if value == EMPTY else value for value in picked]


def _options(values: tuple[str | None, ...]) -> list[str]:
    return [EMPTY if value is None else value for value in values]


def _disputed() -> list[str | None]:
    picked = st.pills("Disputes", list(DISPUTED), selection_mode="multi", key="disputed", bind="query-params")
    return [DISPUTED[each] for each in picked]


def _apart(currency: str | None, currencies: tuple[str, ...], wanted: list[str | None]) -> tuple[str, ...]:
    if currency is not None:
        return (currency,)
    return tuple(code for code in currencies if not wanted or code in wanted)


def _shown(apart: tuple[str, ...]) -> str:
    if len(apart) < 2:
        return apart[0] if apart else "EUR"
    return st.segmented_control(
        "Currency of the charts",
        list(apart),
        default=apart[0],
        required=True,
        key="shown",
        bind="query-params",
        label_visibility="collapsed",
    )


def _clear(where: Mapping[str, Any]) -> None:
    for filtered in where:
        st.session_state[URL_NAMES.get(filtered, filtered)] = []
