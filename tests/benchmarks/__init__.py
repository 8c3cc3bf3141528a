"""Measurements: `make bench`. Never a test: a time is reported with its machine's noise, an answer is compared to the cent."""
