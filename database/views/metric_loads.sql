-- What each load read and what became of its rows. Rows are only ever added.
--
-- use_case           Name of the use case
-- load_id            The load
-- purpose            train_and_score, or score_only for a file that was scored by hand
-- as_of              Earliest instant the load is known at, UTC
-- loaded_at          When it was complete, UTC
-- rows_read          Rows of the source: accepted + quarantined + duplicate
-- rows_accepted      Rows that kept the contract
-- rows_quarantined   Rows refused, kept in quarantine
-- rows_duplicate     Rows left out because they repeat another
-- quarantined_share  Share of the rows read that was refused, 0 to 1; empty where none was read
CREATE VIEW metric_loads AS
SELECT
    loads.use_case,
    loads.load_id,
    loads.purpose,
    loads.as_of,
    loads.finished_at AS loaded_at,
    loads.rows_read,
    loads.rows_accepted,
    loads.rows_quarantined,
    loads.rows_duplicate,
    CAST(loads.rows_quarantined AS DOUBLE PRECISION) / NULLIF(loads.rows_read, 0) AS quarantined_share
FROM loads
