-- Grain: one row: whether a staged row has a value of a dimension that the books have not.
select exists (
    select 1
    from (
        select 'entity' as dimension, entity as value from staged_invoices
        union
        select 'entity', entity from staged_payments
        union
        select 'currency', currency from staged_invoices
        union
        select 'currency', currency from staged_payments
        union
        select 'currency', currency from staged_fx_rates
        union
        select 'currency', base from staged_fx_rates
        union
        select 'segment', segment from staged_customers
        union
        select 'region', region from staged_customers
        union
        select 'region', region from staged_invoices
        union
        select 'country', country from staged_customers
        union
        select 'sales_rep', sales_rep from staged_customers
        union
        select 'sales_rep', sales_rep from staged_invoices
        union
        select 'collector', collector from staged_customers
    ) given
    where value is not null
        and not exists (
            select 1
            from (
                select 'entity' as dimension, unnest(enum_range(null::books.main.entity_name))::varchar as value
                union all
                select 'currency', unnest(enum_range(null::books.main.currency_code))::varchar
                union all
                select 'segment', unnest(enum_range(null::books.main.segment_name))::varchar
                union all
                select 'region', unnest(enum_range(null::books.main.region_name))::varchar
                union all
                select 'country', unnest(enum_range(null::books.main.country_name))::varchar
                union all
                select 'sales_rep', unnest(enum_range(null::books.main.sales_rep_name))::varchar
                union all
                select 'collector', unnest(enum_range(null::books.main.collector_name))::varchar
            ) known
            where known.dimension = given.dimension and known.value = given.value
        )
) as found
