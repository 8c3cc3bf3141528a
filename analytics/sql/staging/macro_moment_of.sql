-- Grain: one moment, in UTC. A cell like 2026-06-30T12:00:00Z; anything else is empty.
create or replace temp macro moment_of(cell) as
case
    when regexp_full_match(
        cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?'
    )
    then try_cast(cell as timestamp)
end
