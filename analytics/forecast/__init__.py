"""Expected cash: when open invoices will be paid, how sure that is, and how well the same method did on the past."""

from analytics.forecast.backtest import Backtest, backtest
from analytics.forecast.receipts import Forecast, receipts

__all__ = ["Backtest", "Forecast", "backtest", "receipts"]
