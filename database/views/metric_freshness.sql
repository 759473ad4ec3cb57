-- How each use case stands now: how old its load and its scores are, and who is champion.
--
-- use_case            Name of the use case
-- loaded_at           When the newest load was complete, UTC
-- hours_since_load    Hours since then
-- published_at        When the newest published batch was written, UTC; empty if there is none
-- hours_since_scores  Hours since then; empty if there is none
-- scored_as_of        Greatest instant that scores were published for, UTC
-- champion_version    Version that the newest decision made champion; empty if none did
-- held_batches        Batches that wait for a release
-- published_batches   Batches that were published
CREATE VIEW metric_freshness AS
SELECT
    newest_load.use_case,
    newest_load.loaded_at,
    SECONDS_BETWEEN(newest_load.loaded_at, CURRENT_TIMESTAMP) / 3600.0 AS hours_since_load,
    newest_batch.published_at,
    SECONDS_BETWEEN(newest_batch.published_at, CURRENT_TIMESTAMP) / 3600.0
        AS hours_since_scores,
    newest_batch.scored_as_of,
    crowned.champion_version,
    COALESCE(newest_batch.held_batches, 0) AS held_batches,
    COALESCE(newest_batch.published_batches, 0) AS published_batches
FROM (
    SELECT
        loads.use_case,
        MAX(loads.finished_at) AS loaded_at
    FROM loads
    GROUP BY loads.use_case
) AS newest_load
LEFT JOIN (
    SELECT
        batches.use_case,
        MAX(CASE WHEN batches.status = 'published' THEN batches.finished_at END)
            AS published_at,
        MAX(CASE WHEN batches.status = 'published' THEN batches.as_of END) AS scored_as_of,
        SUM(CASE WHEN batches.status = 'held' THEN 1 ELSE 0 END) AS held_batches,
        SUM(CASE WHEN batches.status = 'published' THEN 1 ELSE 0 END) AS published_batches
    FROM batches
    GROUP BY batches.use_case
) AS newest_batch ON newest_batch.use_case = newest_load.use_case
LEFT JOIN (
    SELECT
        ranked.use_case,
        CAST(ranked.subject AS INTEGER) AS champion_version
    FROM (
        SELECT
            decisions.use_case,
            decisions.subject,
            ROW_NUMBER() OVER (
                PARTITION BY decisions.use_case
                ORDER BY decisions.recorded_at DESC, decisions.decision_id DESC
            ) AS place
        FROM decisions
        WHERE
            decisions.kind IN ('promotion', 'approval', 'override', 'rollback')
            AND LENGTH(decisions.subject) < 10
    ) AS ranked
    WHERE ranked.place = 1
) AS crowned ON crowned.use_case = newest_load.use_case
