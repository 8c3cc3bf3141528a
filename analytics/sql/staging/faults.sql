-- Grain: one row per cell that cannot be read as what its column holds.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    table_name,
    file,
    row,
    case when value is null then 'unreadable' when abs(value) >= 10000000000000 then 'above_limit' else 'too_many_decimals' end,
    'quarantine',
    name,
    name || case
        when abs(value) >= 10000000000000 then ' ' || shown_amount(value) || ' above limit (10,000,000,000,000)'
        when value is not null
            then ' ' || shown_amount(value) || case when regexp_matches(cell, '[.,][0-9]{10}[0-9]*[1-9]0*$') then '…' else '' end
                || ' has more decimals than ' || coalesce(currency, 'any currency') || ' allows'
        when regexp_full_match(lower(cell), '[+-]?inf(inity)?') then ' is infinite'
        when lower(cell) = 'nan' then ' is not a number (NaN)'
        when regexp_full_match(cell, '[+-]?[0-9]{15,}.*') and kind <> 'date' then ' ' || shown(cell) || ' above limit'
        else ' ' || shown(cell) || case kind
            when 'date' then ' is not a date'
            when 'moment' then ' is not a moment like 2026-06-30T12:00:00Z'
            when 'integer' then ' is not a whole number'
            else ' is not a number'
        end
    end
from unreadable
