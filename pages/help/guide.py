"""What the figures are, how to load, how to read the charts: a page to read once."""

from pages.ui import guide

guide.show()
