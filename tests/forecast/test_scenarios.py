"""What if, and what people know better: beside the base case, never in its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analytics import forecast
from analytics.errors import UsageError
from analytics.forecast import Scenario
from analytics.scope import Scope
from analytics.store import Store, fits, overrides
from analytics.store.overrides import Override
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger
from tests.ledger import ledger as empty_ledger

EVERYTHING = Scope(as_of=AS_OF)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return busy_book(empty_ledger()).store(tmp_path_factory.mktemp("busy"))


def total(frame: pd.DataFrame, name: str) -> Decimal:
    return sum((row[name] for row in rows(frame)), Decimal(0))


def test_the_base_case_is_the_forecast_and_no_change_changes_nothing(busy: Store) -> None:
    found = forecast.compare(busy, EVERYTHING, Scenario())
    assert [row["base"] for row in rows(found.weeks)] == [row["mean"] for row in rows(forecast.receipts(busy, EVERYTHING).totals)]
    assert total(found.weeks, "difference") == 0
    assert found.customers == ()


def test_a_customer_who_pays_a_week_later_moves_its_weeks_by_one(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [10] * 40).invoice("Open", "C1", "500.00", issue=after(-8), due=after(10))
    with book.direct_store() as store:
        found = rows(forecast.compare(store, EVERYTHING, Scenario(later={"C1": 7})).weeks)
    assert [row["changed"] for row in found[1:]] == [row["base"] for row in found[:-1]]


def test_the_worst_payers_are_those_who_owe_most_that_is_late(busy: Store) -> None:
    found = forecast.compare(busy, EVERYTHING, Scenario(worst=1, worst_sooner=14))
    late = {}
    for row in rows(forecast.receipts(busy, EVERYTHING).invoices):
        late[row["customer_id"]] = late.get(row["customer_id"], 0) + row["open_amount"] * (row["days_past_due"] > 0)
    assert found.customers == (max(late, key=late.__getitem__),)
    figures = rows(found.figures)[0]
    assert figures["receipts_changed"] > figures["receipts_base"]
    assert figures["dso_changed"] < figures["dso_base"]
    assert figures["low_changed"] >= figures["low_base"]


def test_longer_terms_move_only_what_is_billed_from_now_on(busy: Store) -> None:
    found = rows(forecast.compare(busy, EVERYTHING, Scenario(terms_longer=91)).weeks)
    opened = rows(forecast.receipts(busy, EVERYTHING, only="open").totals)
    assert [row["changed"] for row in found] == [row["mean"] for row in opened]


def test_a_lost_customer_still_pays_what_it_owes(busy: Store) -> None:
    lost = forecast.compare(busy, EVERYTHING, Scenario(lost=("Early", "Late", "Slow")))
    opened = forecast.receipts(busy, EVERYTHING, only="open").totals
    assert total(lost.weeks, "changed") == total(opened, "mean")
    assert rows(lost.figures)[0]["dso_changed"] is None


def test_who_pays_in_a_week_adds_up_to_it_and_who_changes_it_comes_first(busy: Store) -> None:
    found = forecast.compare(busy, EVERYTHING, Scenario(later={"Late": 7}, lost=("Slow",)))
    for week in rows(found.weeks):
        paying = found.by_customer(week["start"])
        assert [total(paying, name) for name in ("base", "changed", "difference")] == [week["base"], week["changed"], week["difference"]]
        assert all(row["difference"] == row["changed"] - row["base"] for row in rows(paying))
        assert {row["customer_id"] for row in rows(paying) if row["difference"]} <= {"Late", "Slow"}
        changes = [abs(row["difference"]) for row in rows(paying)]
        assert changes == sorted(changes, reverse=True)
    with pytest.raises(UsageError):
        found.by_customer(after(2))


def test_a_customer_who_pays_in_two_currencies_has_a_row_in_each(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [10] * 40).invoice("Euros", "C1", "500.00", issue=after(-8), due=after(10), currency="EUR")
    book = book.invoice("Dollars", "C1", "300.00", issue=after(-8), due=after(10))
    with book.direct_store() as store:
        found = forecast.compare(store, EVERYTHING, Scenario())
        asked = forecast.receipts(store, EVERYTHING)
    week = found.weeks["start"].iloc[1]
    sums = {(row["currency"], row["customer_id"]): row["base"] for row in rows(found.by_customer(week))}
    assert sums == {(row["currency"], "C1"): row["mean"] for row in rows(asked.totals) if row["start"] == week}
    assert len(sums) == 2


def test_the_low_point_counts_cash_and_outgoings(busy: Store) -> None:
    found = rows(forecast.compare(busy, EVERYTHING, Scenario(), cash=Decimal(50), outgoings=Decimal(1000)).figures)[0]
    path, level = [], Decimal(50)
    for row in rows(forecast.receipts(busy, EVERYTHING).totals):
        level += row["mean"] - 1000
        path.append(level)
    assert found["low_base"] == min(path)
    assert found["low_day_base"] == after(7 * (1 + path.index(min(path))))


def test_a_change_that_makes_no_sense_is_refused(busy: Store) -> None:
    for scenario in (Scenario(later={"Nobody": 7}), Scenario(lost=("Nobody",)), Scenario(terms_longer=92)):
        with pytest.raises(UsageError):
            forecast.compare(busy, EVERYTHING, scenario)


class TestOverrides:
    def test_a_date_takes_the_place_of_the_model_and_an_exclusion_takes_it_away(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "C1", [10] * 40, first=date(2024, 6, 3))
        book = book.invoice("Open", "C1", "500.00", issue=after(-8), due=after(10))
        with book.direct_store() as store:
            said = (Override("Open", "date", after(30), "Ann", "she told me"),)
            weeks = rows(forecast.overridden(store, EVERYTHING, said))
            gone = rows(forecast.overridden(store, EVERYTHING, (Override("Open", "exclude", None, "Ann", ""),)))
        assert [row["start"] for row in weeks if row["changed"] == 500] == [after(29)]
        assert sum(row["changed"] for row in weeks) == 500
        assert sum(row["changed"] for row in gone) == 0

    def test_the_last_word_holds_and_every_word_is_kept(self, tmp_path: Path) -> None:
        assert overrides.standing(tmp_path) == ()
        overrides.write(tmp_path, Override("I1", "date", date(2026, 4, 9), " Ann ", "told by phone"), identity="one")
        overrides.write(tmp_path, Override("I1", "date", date(2026, 4, 9), " Ann ", "told by phone"), identity="one")
        overrides.write(tmp_path, Override("I2", "exclude", None, "Ben", "bankrupt"))
        overrides.write(tmp_path, Override("I1", "withdrawn", None, "Cy", ""))
        assert [(said.invoice_id, said.kind, said.who) for said in overrides.history(tmp_path)] == [
            ("I1", "date", "Ann"),
            ("I2", "exclude", "Ben"),
            ("I1", "withdrawn", "Cy"),
        ]
        assert [said.invoice_id for said in overrides.standing(tmp_path)] == ["I2"]

    def test_an_override_has_a_name_and_a_meaning(self, tmp_path: Path) -> None:
        wrong = (
            Override("I1", "exclude", None, " ", ""),
            Override("I1", "date", None, "Ann", ""),
            Override("I1", "later", None, "Ann", ""),
        )
        for said in wrong:
            with pytest.raises(UsageError):
                overrides.write(tmp_path, said)
        assert overrides.history(tmp_path) == []


class TestFits:
    def test_a_kept_fit_gives_the_same_forecast_to_the_last_digit(self, tmp_path: Path) -> None:
        with busy_book(empty_ledger()).store(tmp_path) as store:
            first = forecast.receipts(store, EVERYTHING, by=("segment",))
            assert list((store.directory / "fits").iterdir())
            again = forecast.receipts(store, EVERYTHING, by=("segment",))
        assert rows(first.periods) == rows(again.periods)
        assert (first.coverage, first.model, first.notes) == (again.coverage, again.model, again.notes)

    def test_a_fit_of_another_question_is_not_taken(self, tmp_path: Path) -> None:
        with busy_book(empty_ledger()).store(tmp_path) as store:
            fits.keep(store, "one", b"1")
            assert fits.kept(store, "one") == b"1"
            assert fits.kept(store, "two") is None

    def test_fits_of_generations_that_are_gone_are_let_go(self, tmp_path: Path) -> None:
        with busy_book(empty_ledger()).store(tmp_path) as store:
            (store.directory / "fits").mkdir()
            (store.directory / "fits" / "99-old").write_bytes(b"")
            fits.keep(store, "one", b"1")
            assert [path.name.split("-")[0] for path in (store.directory / "fits").iterdir()] == ["1"]
