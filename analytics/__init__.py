"""Duebook's figures without a browser: open a `Store`, choose a `Scope`, ask a report.

>>> with Store.open() as store:                                                   # doctest: +SKIP
...     aging.summary(store, Scope(where={"region": ["North"]}), by=("customer",))
"""

from analytics import aging, customers, forecast, kpis, movements, overdue
from analytics.scope import Scope
from analytics.store import Store

__all__ = ["Scope", "Store", "aging", "customers", "forecast", "kpis", "movements", "overdue"]
