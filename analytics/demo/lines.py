"""The lines of invoices: one to four positions that add up to the document, to the cent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.billing import Charges
from analytics.demo.parts import split
from analytics.demo.rows import Ints, Rows, chance, picked

PRODUCTS = ("SV-100", "SV-200", "HW-310", "HW-420", "SP-055", "TR-900")
DESCRIPTIONS = (
    "Consulting, by the day",
    "On-site service",
    "Control unit",
    "Sensor set, calibrated",
    "Spare parts",
    "Freight and packaging",
)
QUANTITIES = np.array([1, 2, 4, 5, 10, 20, 50])
"""Each divides 10,000, so that a unit price in hundredths of a cent is exact."""


@dataclass(frozen=True)
class Lines(Rows):
    """One row per line; `unit_price` is in hundredths of a cent."""

    charge: Ints
    ordinal: Ints
    product: Ints
    quantity: Ints
    unit_price: Ints
    subtotal: Ints
    tax: Ints


def draw(seed: int, charges: Charges) -> Lines:
    """The lines of every charge."""
    rng = chance(seed, "lines")
    count = rng.integers(1, 5, len(charges))
    share = np.where(count == 1, 100, rng.integers(20, 60, len(charges)))
    charge, ordinal, subtotal = split(charges.subtotal, count, share)
    _, _, tax = split(charges.tax, count, share)
    quantity = QUANTITIES[picked(rng, [0.4, 0.15, 0.1, 0.1, 0.1, 0.1, 0.05], len(charge))]
    return Lines(
        charge=charge,
        ordinal=ordinal,
        product=(charge + ordinal) % len(PRODUCTS),
        quantity=quantity,
        unit_price=subtotal * 100 // quantity,
        subtotal=subtotal,
        tax=tax,
    )
