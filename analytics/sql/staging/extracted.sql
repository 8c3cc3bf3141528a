-- Grain: one row per file that was read as the export of another system.
create temp table extracted (file integer)
