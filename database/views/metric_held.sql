-- Batches that wait for a person to release them, and since when.
--
-- use_case       Name of the use case
-- batch_id       The batch; lead-scoring release lets it through
-- as_of          Instant the batch was computed for, UTC
-- model_version  Version in the registry of the model lead_scoring__<use case>
-- held_at        When it was held, UTC
-- hours          Hours since then
-- leads          Leads that wait for it
-- hold_reasons   JSON list of why it is held
CREATE VIEW metric_held AS
SELECT
    batches.use_case,
    batches.batch_id,
    batches.as_of,
    batches.model_version,
    batches.finished_at AS held_at,
    SECONDS_BETWEEN(batches.finished_at, CURRENT_TIMESTAMP) / 3600.0 AS hours,
    batches.rows_scored AS leads,
    batches.hold_reasons
FROM batches
WHERE batches.status = 'held'
