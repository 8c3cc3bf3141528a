"""Exchange rates as the books know them: as given, no inverse, no cross rates, at most 31 days old."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from analytics.store.store import Store


def rates_to(store: Store, base: str) -> dict[tuple[str, date], Decimal]:
    """(currency, day) -> what one unit of it is in `base`, for every day on which a rate can be used."""
    return {
        (row["currency"], row["day"]): row["rate"]
        for row in store.rows("select currency::varchar as currency, day, rate from rates where base::varchar = $base", {"base": base})
    }
