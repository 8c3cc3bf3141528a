"""The connectors there are, and which of them a set of files belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.errors import UsageError
from analytics.sources import quickbooks, salesforce, salesforce_billing, stripe, xero, zuora
from analytics.sources.source import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE for module in (quickbooks, salesforce, salesforce_billing, stripe, xero, zuora)
}
"""Every connector by name."""


def recognised(headers: Mapping[str, Sequence[str]]) -> Source | None:
    """The one source whose tell-tale files are among those with these columns; None if there is none, or more than one."""
    found = [source for source in SOURCES.values() if any(_tells(source, columns) for columns in headers.values())]
    return found[0] if len(found) == 1 else None


def named(name: str, mappings: Sequence[str]) -> Source | None:
    """The connector called `name`, None if it is one of `mappings`; raises `UsageError` for a name that is neither."""
    if name in SOURCES or name in mappings:
        return SOURCES.get(name)
    raise UsageError(f"there is no source '{name}'; there are {', '.join(sorted({*SOURCES, *mappings}))}")


def _tells(source: Source, columns: Sequence[str]) -> bool:
    known = source.by_columns(columns)
    return known is not None and known.name in source.tell_tale
