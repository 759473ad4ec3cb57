-- How the scores of each batch are spread: a row for each ten points of score that occur. Rows of
-- earlier batches stay.
--
-- use_case          Name of the use case
-- batch_id          The batch
-- as_of             Instant the batch was computed for, UTC
-- published_at      When the batch was written, UTC
-- model_version     Version in the registry of the model lead_scoring__<use case>
-- status            published, held (waits for a release) or superseded (taken back by a
--                   rollback)
-- score_from        Least score of these leads: 0, 10, ... 90; 100 belongs to 90
-- leads             How many leads
-- mean_probability  Mean of their probabilities, 0 to 1; empty where none is predicted
-- mean_prediction   Mean of their predicted numbers; empty where none is predicted
CREATE VIEW metric_scores AS
SELECT
    batches.use_case,
    spread.batch_id,
    batches.as_of,
    batches.finished_at AS published_at,
    batches.model_version,
    batches.status,
    spread.score_from,
    COUNT(*) AS leads,
    AVG(spread.probability) AS mean_probability,
    AVG(spread.prediction) AS mean_prediction
FROM (
    SELECT
        scores.batch_id,
        scores.probability,
        scores.prediction,
        CASE
            WHEN scores.score < 10 THEN 0
            WHEN scores.score < 20 THEN 10
            WHEN scores.score < 30 THEN 20
            WHEN scores.score < 40 THEN 30
            WHEN scores.score < 50 THEN 40
            WHEN scores.score < 60 THEN 50
            WHEN scores.score < 70 THEN 60
            WHEN scores.score < 80 THEN 70
            WHEN scores.score < 90 THEN 80
            ELSE 90
        END AS score_from
    FROM scores
) AS spread
INNER JOIN batches ON batches.batch_id = spread.batch_id
GROUP BY
    batches.use_case,
    spread.batch_id,
    batches.as_of,
    batches.finished_at,
    batches.model_version,
    batches.status,
    spread.score_from
