"""The only package that opens DuckDB or SQLite: it builds, publishes and reads generations of the books."""

from analytics.store.load import build
from analytics.store.report import LoadReport
from analytics.store.store import Store

__all__ = ["LoadReport", "Store", "build"]
