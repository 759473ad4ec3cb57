-- How many leads of each batch got which grade, and what they are promised. Rows of earlier
-- batches stay.
--
-- use_case              Name of the use case
-- batch_id              The batch
-- as_of                 Instant the batch was computed for, UTC
-- published_at          When the batch was written, UTC
-- model_version         Version in the registry of the model lead_scoring__<use case>
-- status                published, held (waits for a release) or superseded (taken back by a
--                       rollback)
-- grade                 A, B, C or D
-- leads                 How many leads
-- share                 Their share of the batch, 0 to 1
-- mean_score            Mean of their scores, 0 to 100
-- mean_probability      Mean of their probabilities, 0 to 1; empty where none is predicted
-- mean_prediction       Mean of their predicted numbers; empty where none is predicted
-- expected_conversions  Sum of their probabilities; empty where none is predicted, or of several
--                       classes
CREATE VIEW metric_grades AS
SELECT
    batches.use_case,
    scores.batch_id,
    batches.as_of,
    batches.finished_at AS published_at,
    batches.model_version,
    batches.status,
    scores.grade,
    COUNT(*) AS leads,
    CAST(COUNT(*) AS DOUBLE PRECISION) / batches.rows_scored AS share,
    AVG(scores.score) AS mean_score,
    AVG(scores.probability) AS mean_probability,
    AVG(scores.prediction) AS mean_prediction,
    SUM(CASE WHEN scores.predicted_class IS NULL THEN scores.probability END)
        AS expected_conversions
FROM scores
INNER JOIN batches ON batches.batch_id = scores.batch_id
GROUP BY
    batches.use_case,
    scores.batch_id,
    batches.as_of,
    batches.finished_at,
    batches.model_version,
    batches.status,
    batches.rows_scored,
    scores.grade
