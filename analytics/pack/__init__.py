"""Documents put together from the reports: the month-end pack, and a customer's statement of account.

A document puts reports side by side and works nothing out: its figures are theirs.
"""

from analytics.pack.month_end import TOP, month_end
from analytics.pack.statement import statement

__all__ = ["TOP", "month_end", "statement"]
