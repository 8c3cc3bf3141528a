"""Expected cash: how much will arrive and when, how sure that is, and how well the same method did on the past."""

from analytics.forecast.backtest import Backtest, backtest
from analytics.forecast.receipts import Forecast, receipts
from analytics.forecast.scenarios import Comparison, Scenario, compare, overridden

__all__ = ["Backtest", "Comparison", "Forecast", "Scenario", "backtest", "compare", "overridden", "receipts"]
