"""Company and people names that belong to nobody: invented stems with the trades and legal forms of each country."""

from __future__ import annotations

from itertools import product

import numpy as np

from analytics.demo.customers import COUNTRIES, Customers
from analytics.demo.rows import NONE, Ints

HEADS = tuple(
    """Quelt Vorm Drusk Tamb Ruvel Oskel Marvik Zoll Brenk Fald Gorm Hesk Ilm Jarv Kneb Lusk Morv Nask Ovel Prem
    Rask Selm Trov Ulm Vask Welp Yarn Zarb Ardel Belv Corm Delf Ersk Fenk Grav Holm Ivel Jusk Korv Lamb
    Melk Norv Orsk Palm Quen Relk Sorv Tulm Urb Velk Wask Zelm Ambr Birk Cask Darv Elsk Forn Galv Harsk""".split()
)
TAILS = {
    "DE": ("hagener", "stedten", "inger", "brück", "ow", "lohe"),
    "AT": ("egger", "auer", "leitner", "hofner", "öder", "thaler"),
    "FR": ("ault", "ière", "oisel", "eval", "ançon", "éreau"),
    "NL": ("sma", "huizen", "veldt", "dijker", "stra", "inga"),
    "IT": ("etti", "ardo", "onelli", "oresi", "acci", "illo"),
    "ES": ("eña", "ondo", "arrez", "uela", "ibar", "ález"),
    "GB": ("ford", "wick", "combe", "thorpe", "ley", "mere"),
    "US": ("dale", "ridge", "field", "more", "son", "burg"),
}
TRADES = {
    "DE": "Fördertechnik|Elektrobau|Werkzeuge|Logistik|Gebäudetechnik|Kühlanlagen|Druckerei|Möbelwerk|Messgeräte|"
    "Verpackungen|Anlagenbau|Softwarehaus|Großküchen|Medizintechnik",
    "AT": "Holzbau|Seilbahntechnik|Mühle|Spedition|Metallbau|Haustechnik|Lebensmittel|Glaswerk|Verlag|Textil|"
    "Brauerei|Maschinen|Datentechnik|Solartechnik",
    "FR": "Emballages|Mécanique|Énergies|Transports|Conseil|Électronique|Boulangeries|Chantiers|Textiles|Optique|"
    "Plomberie|Édition|Laboratoires|Matériaux",
    "NL": "Installatie|Transport|Bloemen|Scheepsbouw|Techniek|Voeding|Bouw|Verpakking|Automatisering|Metaal|"
    "Groothandel|Meubelen|Drukwerk|Koeling",
    "IT": "Meccanica|Ceramiche|Trasporti|Alimentari|Arredamenti|Tessuti|Impianti|Vetreria|Edilizia|Elettronica|"
    "Imballaggi|Officine|Marmi|Servizi",
    "ES": "Construcciones|Transportes|Conservas|Maquinaria|Cerámicas|Instalaciones|Aceites|Muebles|Electrónica|"
    "Papelería|Viñedos|Talleres|Envases|Señalización",
    "GB": "Engineering|Joinery|Haulage|Provisions|Instruments|Packaging|Interiors|Roofing|Analytics|Foundry|"
    "Catering|Plastics|Surveyors|Marine",
    "US": "Manufacturing|Freight|Foods|Controls|Supply|Plumbing|Robotics|Lumber|Software|Medical|Printing|"
    "Fabrication|Aerospace Parts|Outfitters",
}
FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG"),
    "AT": ("GmbH", "OG", "Ges.m.b.H."),
    "FR": ("SARL", "SAS", "SA"),
    "NL": ("B.V.", "N.V.", "B.V."),
    "IT": ("S.r.l.", "S.p.A.", "S.n.c."),
    "ES": ("S.L.", "S.A.", "S.L.U."),
    "GB": ("Ltd", "Ltd", "plc"),
    "US": ("Inc.", "LLC", "Corp."),
}
ADDITIONS = ("", " Nova", " Delta", " Prima", " Union", " Alpha", " Omega", " Vita", " Terra", " Astra")

UNUSUAL = (
    "Arbeitsgemeinschaft Hochwasserschutz und Uferbefestigung Obere Velmbach-Niederung Los 3 bis 7, "
    "Zweigniederlassung Süd, Dipl.-Ing. Quelthagener Nachfolger GmbH & Co. KG",
    "מפעלי רוולסק לציוד תעשייתי בע״מ",
    "Tambwick 🌿 Gardens Ltd",
    "Crème Brûlée & Fils – Pâtisserie d'Orskière SAS",
    "Ørskov-Åbelund Værktøj, filial Köln",
    "@ Zarbridge Web Studio LLC",
    'Korvarrez "La Señal" Construcciones, S.L. (en concurso)',
    "O'Vaskmere <Hire & Sales> Ltd",
)
"""Names that test a table: very long, right to left, an emoji, accents, quotes, an apostrophe, a leading sign."""

SALES_REPS = tuple(
    """Anna Brenk|Bálint Orskay|Chloé Marvault|Daan Ruvelstra|Elena Tambetti|Femi Okarode|Greta Zollinger|Hugo Selmibar|
    Imogen Welpford|Jonas Quelten|Katarzyna Wolsk|Luca Gormacci""".replace("\n    ", "").split("|")
)
COLLECTORS = ("Marta Lindvel", "Noah Feskamp", "Oona Haarla", "Pál Verdes", "Ruth Ackerby", "Tomás Ibarel")


def of_customers(rng: np.random.Generator, customers: Customers) -> list[str]:
    """A name for every customer, all different; companies of a group share their first word."""
    countries = [COUNTRIES[place].code for place in customers.country]
    called = companies(rng, countries)
    taken = set(called)
    for place in np.flatnonzero(customers.parent != NONE):
        called[place] = branch(called[customers.parent[place]], countries[place], int(place), taken)
        taken.add(called[place])
    loose = np.setdiff1d(np.flatnonzero(customers.parent == NONE), customers.parent)
    for place, name in zip(loose[:: max(1, len(loose) // len(UNUSUAL))], UNUSUAL, strict=False):
        called[place] = name
    return called


def companies(rng: np.random.Generator, countries: list[str]) -> list[str]:
    """One invented company name for each country code, all different."""
    names = [""] * len(countries)
    for country in FORMS:
        places = [place for place, code in enumerate(countries) if code == country]
        forms = rng.integers(0, 3, len(places))
        for place, code, form in zip(places, _codes(rng, country, len(places)), forms, strict=True):
            names[place] = f"{_firm(country, int(code))} {FORMS[country][form]}"
    return names


def branch(parent: str, country: str, start: int, taken: set[str]) -> str:
    """A name not `taken` for a company of a group: the parent's own word, a trade and a legal form of its country."""
    trades = TRADES[country].split("|")
    turned = trades[start % len(trades) :] + trades[: start % len(trades)]
    choices = product(ADDITIONS, FORMS[country], turned)
    word = parent.split()[0]
    return next(name for more, form, trade in choices if (name := f"{word}{more} {trade} {form}") not in taken)


def mailbox(name: str, number: int) -> str:
    """An accounts-payable address under a domain that cannot exist."""
    word = "".join(letter for letter in name.split()[0].lower() if letter.isascii() and letter.isalnum())
    return f"payables@{word or 'customer'}-{number}.example"


def _codes(rng: np.random.Generator, country: str, size: int) -> Ints:
    """`size` different codes of firms; those without an addition to their name come first."""
    plain = len(HEADS) * len(TAILS[country]) * (TRADES[country].count("|") + 1)
    blocks = range(-(-size // plain))
    return np.concatenate([np.zeros(0, np.int64), *(rng.permutation(plain) + block * plain for block in blocks)])[:size]


def _firm(country: str, code: int) -> str:
    trades = TRADES[country].split("|")
    code, head = divmod(code, len(HEADS))
    code, tail = divmod(code, len(TAILS[country]))
    block, trade = divmod(code, len(trades))
    again, addition = divmod(block, len(ADDITIONS))
    ending = f" {again + 1}" if again else ""
    return f"{HEADS[head]}{TAILS[country][tail]}{ADDITIONS[addition]} {trades[trade]}{ending}"
