"""Money is an exact decimal beside its currency; it is rounded once, half up, to the currency's minor unit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, localcontext
from fractions import Fraction
from functools import cache

ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
FOUR_DECIMALS = frozenset("CLF UYW".split())
TWO_DECIMALS = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG
    HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW
    ZWG""".split()
)
MINOR_UNITS: dict[str, int] = (
    dict.fromkeys(ZERO_DECIMALS, 0) | dict.fromkeys(TWO_DECIMALS, 2) | dict.fromkeys(THREE_DECIMALS, 3) | dict.fromkeys(FOUR_DECIMALS, 4)
)
"""Decimals of every currency of ISO 4217; a code that is not here is not a currency."""

LIMIT = Decimal("10000000000000")
"""Amounts at or above ten trillion are a slip of the pen: their sums could not be trusted to fit."""


def minor_unit(currency: str) -> int:
    """The decimals of `currency`'s smallest coin; raises `KeyError` for a code that is no currency."""
    return MINOR_UNITS[currency]


def rounded(amount: Decimal | Fraction, currency: str) -> Decimal:
    """`amount` rounded once, half up (away from zero), to the minor unit of `currency`."""
    return rounded_to(amount, minor_unit(currency))


def exactly() -> AbstractContextManager[Context]:
    """A block in which sums and products of decimals keep every digit: what would have to be rounded raises instead."""
    return localcontext(Context(prec=200, traps=[Inexact, InvalidOperation]))


def rounded_to(number: Decimal | Fraction, places: int) -> Decimal:
    """`number` rounded half up (away from zero) to `places` decimals; exact for fractions too."""
    if isinstance(number, Fraction):
        scaled = abs(number) * 10**places
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        number = Decimal(whole if number >= 0 else -whole).scaleb(-places, _WIDE)
    return _WIDE.add(number.quantize(_step(places), context=_WIDE), 0)  # nothing added makes a negative zero an ordinary one


_WIDE = Context(prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
"""Named with each operation, since to enter a context of one's own takes longer than to round."""


@cache
def _step(places: int) -> Decimal:
    """One at the last of so many decimals."""
    return Decimal(1).scaleb(-places)
