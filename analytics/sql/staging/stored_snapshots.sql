-- Grain: one row per figure of a balance that the source itself has drawn up for a customer and a day; no figure is made of them.
create or replace table snapshots as from given_snapshots
