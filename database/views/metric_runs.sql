-- How long loads took to be read and batches to be written. Rows are only ever added.
--
-- use_case     Name of the use case
-- step         load or batch
-- subject      Id of the load or batch
-- started_at   When the work began, UTC
-- finished_at  When it ended, UTC
-- seconds      How long it took
-- row_count    Rows read, or leads scored
CREATE VIEW metric_runs AS
SELECT
    loads.use_case,
    'load' AS step,
    loads.load_id AS subject,
    loads.started_at,
    loads.finished_at,
    SECONDS_BETWEEN(loads.started_at, loads.finished_at) AS seconds,
    loads.rows_read AS row_count
FROM loads
UNION ALL
SELECT
    batches.use_case,
    'batch' AS step,
    batches.batch_id AS subject,
    batches.started_at,
    batches.finished_at,
    SECONDS_BETWEEN(batches.started_at, batches.finished_at) AS seconds,
    batches.rows_scored AS row_count
FROM batches
