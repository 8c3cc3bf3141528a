"""The demo book looks like the receivables of a slightly stressed company, and holds everything that happens in one."""

from __future__ import annotations

import pytest

from tests.demo.conftest import TODAY, Ask

AGED = f"(select open_amount, date '{TODAY}' - due as late from items where open_amount <> 0)"
HAPPENS = {
    "part payments": "select count(*) from (select invoice_id from counting group by all having count(*) filter (amount > 0) > 1)",
    "one receipt for several invoices": "select count(*) from (select source_id from counting group by all having count(*) > 2)",
    "overpayments": """select count(*) from payments p join (select source_id, sum(amount) as applied from counting group by all) a
        on a.source_id = p.payment_id where p.amount > applied""",
    "receipts on account": "select count(*) from payments anti join applications on source_id = payment_id where kind = 'receipt'",
    "advances": "select count(*) from counting join invoices i using (invoice_id) where received_date < issue_date",
    "unapplied credit notes": """select count(*) from invoices i anti join applications a on a.source_id = i.invoice_id
        where kind = 'credit_note'""",
    "applied credit notes": "select count(*) from applications where source = 'credit_note'",
    "write-offs": "select count(*) from applications where source = 'write_off'",
    "discounts": "select count(*) from applications where source = 'discount'",
    "payments taken back": "select count(*) from payments where reversed_date is not null",
    "applications taken back": "select count(*) from applications where amount < 0",
    "refunds": "select count(*) from payments where kind = 'refund'",
    "voided invoices": "select count(*) from invoices where status = 'void' and voided_date is not null",
    "drafts": "select count(*) from invoices where status = 'draft'",
    "debit notes": "select count(*) from invoices where kind = 'debit_note'",
    "open disputes": "select count(*) from disputes where closed_date is null",
    "closed disputes": "select count(*) from disputes where closed_date is not null",
    "disputes without a row": "select count(*) from invoices anti join disputes using (invoice_id) where dispute_reason <> ''",
    "installments": "select count(*) from installments",
    "payments for another company of the group": """select count(*) from applications
        join payments p on p.payment_id = source_id join invoices i using (invoice_id) where p.customer_id <> i.customer_id""",
    "children": "select count(*) from customers where parent_id is not null",
    "invoices of contracts": "select count(*) from invoices where contract_id is not null",
    "invoices of another region than their customer's": "select count(*) from invoices where region is not null",
}


@pytest.mark.parametrize("kind", HAPPENS)
def test_a_book_of_5000_invoices_holds(ask: Ask, kind: str) -> None:
    ((times,),) = ask(HAPPENS[kind])
    assert times > 0


@pytest.mark.parametrize(
    ("ages", "least", "most"),
    [
        ("late <= 0", 55, 65),
        ("late between 1 and 30", 15, 25),
        ("late between 31 and 60", 5, 12),
        ("late between 61 and 90", 2, 6),
        ("late > 90", 4, 9),
    ],
)
def test_most_of_the_open_amount_is_not_due_and_the_rest_grows_thinner(ask_large: Ask, ages: str, least: int, most: int) -> None:
    ((share,),) = ask_large(f"select 100 * sum(open_amount) filter ({ages}) / sum(open_amount) from {AGED}")
    assert least <= share <= most


def test_a_quarter_of_sales_stays_open_for_45_to_60_days(ask_large: Ask) -> None:
    ((days,),) = ask_large(
        f"""select 90 * (select sum(open_amount) from items) / sum(if(kind = 'credit_note', -total, total))
        from alive where issue_date > date '{TODAY}' - 90"""
    )
    assert 45 <= days <= 60


def test_unapplied_money_is_little(ask_large: Ask) -> None:
    ((share,),) = ask_large(
        """select 100 * ((select sum(if(kind = 'refund', -amount, amount)) from payments where reversed_date is null)
            + (select sum(total) from alive where kind = 'credit_note')
            - (select sum(amount) from counting where source in ('payment', 'credit_note')))
        / (select sum(open_amount) from items)"""
    )
    assert 0.5 <= share <= 5


def test_billing_grows_mildly_and_rests_in_august_and_on_weekends(ask_large: Ask) -> None:
    years = [
        total
        for total, _ in ask_large(
            "select sum(total), (date '2026-06-30' - issue_date) // 365 as age from invoices group by age order by age desc"
        )
    ]
    assert years[-3] < years[-2] < years[-1] < years[-3] * 3 / 2
    ((august,),) = ask_large("select count(*) / (select count(*) / 12 from invoices) from invoices where month(issue_date) = 8")
    assert august < 0.9
    ((weekend,),) = ask_large("select avg((dayofweek(issue_date) in (0, 6))::int) from invoices where contract_id is null")
    assert weekend < 0.05


def test_customers_are_few_large_and_many_small_ones(ask_large: Ask) -> None:
    shares = [
        float(share)
        for (share,) in ask_large(
            "select sum(total) / (select sum(total) from invoices) s from invoices group by customer_id order by s desc"
        )
    ]
    assert 0.02 <= shares[0] <= 0.1
    assert sum(shares[: len(shares) // 5]) > 0.6


def test_euros_come_first_then_dollars_and_pounds(ask_large: Ask) -> None:
    counts = dict(ask_large("select currency, 100 * count(*) / sum(count(*)) over () from invoices group by all"))
    assert set(counts) == {"EUR", "USD", "GBP"}
    assert counts["EUR"] > 60
    assert min(counts.values()) > 8


def test_there_are_four_regions_eight_countries_three_segments_and_entities(ask: Ask) -> None:
    assert ask("select count(distinct region), count(distinct country), count(distinct segment) from customers") == [(4, 8, 3)]
    assert ask("select count(distinct entity) from invoices") == [(3,)]


def test_many_customers_pay_on_one_weekday_thursday_above_all(ask_large: Ask) -> None:
    steady = dict(
        ask_large(
            """with receipts as (select customer_id, dayname(received_date) as day, count(*) as n from payments group by all)
            select day, count(*) from (
                select max_by(day, n) as day from receipts group by customer_id having max(n) > 0.8 * sum(n) and sum(n) >= 20)
            group by all"""
        )
    )
    assert max(steady, key=lambda day: steady[day]) == "Thursday"
    assert len(steady) == 5


def test_rates_of_every_weekday_run_both_ways_between_all_currencies_up_to_today(ask: Ask) -> None:
    pairs = ask("select currency, base, count(*), max(rate_date) from fx_rates group by all")
    assert {(currency, base) for currency, base, _, _ in pairs} == {
        (one, other) for one in ("EUR", "USD", "GBP") for other in ("EUR", "USD", "GBP") if one != other
    }
    assert {latest for *_, latest in pairs} == {TODAY}
    assert ask("select count(*) from fx_rates where dayofweek(rate_date) in (0, 6)") == [(0,)]
    assert ask(
        """select max(abs(one.rate * other.rate - 1)) < 0.00001 from fx_rates one join fx_rates other
        on one.rate_date = other.rate_date and one.currency = other.base and one.base = other.currency"""
    ) == [(True,)]


def test_names_are_all_different_and_some_are_hard_to_show(ask: Ask) -> None:
    names = [name for (name,) in ask("select name from customers")]
    assert len(set(names)) == len(names) == 200
    assert max(map(len, names)) > 120
    assert any("\N{HEBREW LETTER MEM}" in name for name in names)
    assert any("\N{HERB}" in name for name in names)
    assert any(name.startswith("@") for name in names)


def test_three_invoices_have_no_due_date_but_terms(ask: Ask) -> None:
    assert ask("select count(*), count(payment_terms_days) from invoices where due_date is null") == [(3, 3)]
