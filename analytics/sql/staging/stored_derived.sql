-- Grain: one row per application derived from a payment that names its invoice.
insert into applications by name
select * replace (cast(amount as decimal(18, 4)) as amount) from derived
