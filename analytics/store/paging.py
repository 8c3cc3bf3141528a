"""Pages of a list: which rows of it leave the store."""

from __future__ import annotations

from analytics.errors import UsageError

LARGEST_PAGE = 1_000
EVERYTHING = 2**62
"""More rows than there can be."""


def rows_of_page(page: int, size: int | None) -> dict[str, int]:
    """The parameters `offset` and `size` of a page, counted from 1; without a size there is one page with all rows, for a file.

    Raises `UsageError` for a page that cannot be.
    """
    if size is None:
        return {"offset": 0, "size": EVERYTHING}
    if page < 1 or not 1 <= size <= LARGEST_PAGE:
        raise UsageError(f"page {page} of size {size}: pages count from 1, and hold 1 to {LARGEST_PAGE} rows")
    return {"offset": (page - 1) * size, "size": size}
