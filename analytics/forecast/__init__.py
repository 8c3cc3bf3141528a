"""Expected cash: how much will arrive and when, how sure that is, and how well the same method did on the past."""

from analytics.forecast.backtest import Backtest, backtest, ensure_tested
from analytics.forecast.foretold import Foretold, foretold
from analytics.forecast.receipts import Forecast, receipts
from analytics.forecast.scenarios import Comparison, Scenario, compare, overridden

LARGEST_BOOK = 2_000_000
"""With more documents a forecast takes minutes and much memory: it is made where somebody asks for it on the command line."""

QUICKLY_TESTED, TESTED = 10_000, 200_000
"""Books of at most so many documents are back-tested within seconds, or within a minute."""

__all__ = [
    "LARGEST_BOOK",
    "Backtest",
    "Comparison",
    "Forecast",
    "Foretold",
    "Scenario",
    "backtest",
    "compare",
    "ensure_tested",
    "foretold",
    "overridden",
    "receipts",
]
