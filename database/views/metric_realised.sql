-- What each published batch promised by grade, beside what happened to its leads whose outcome
-- became known later. Rows come as outcomes do.
--
-- use_case           Name of the use case
-- batch_id           The batch
-- as_of              Instant the batch was computed for, UTC
-- published_at       When the batch was written, UTC
-- model_version      Version in the registry of the model lead_scoring__<use case>
-- grade              A, B, C or D
-- leads              Leads whose outcome is known
-- promised           Mean of what was promised: the probability, or the predicted number; of
--                    several classes the probability of the predicted one
-- realised           Mean of what happened: the share that converted, or the number; of several
--                    classes the share whose predicted class was right
-- promised_variance  Variance of realised if the promises hold; empty where a number is
--                    predicted
-- realised_of_batch  The same mean over all grades of the batch
-- lift               realised / realised_of_batch: how many times better than calling at random;
--                    empty where nothing happened
CREATE VIEW metric_realised AS
SELECT
    of_grade.use_case,
    of_grade.batch_id,
    of_grade.as_of,
    batches.finished_at AS published_at,
    of_grade.model_version,
    of_grade.grade,
    of_grade.leads,
    of_grade.promised,
    of_grade.realised,
    of_grade.promised_variance,
    of_batch.realised AS realised_of_batch,
    of_grade.realised / NULLIF(of_batch.realised, 0) AS lift
FROM (
    SELECT
        realised.use_case,
        realised.batch_id,
        realised.as_of,
        realised.model_version,
        realised.grade,
        COUNT(*) AS leads,
        AVG(COALESCE(realised.prediction, realised.probability)) AS promised,
        AVG(
            CASE
                WHEN realised.predicted_class IS NULL THEN realised.outcome
                WHEN realised.predicted_class = realised.outcome_class THEN 1.0
                ELSE 0.0
            END
        ) AS realised,
        SUM(realised.probability * (1 - realised.probability)) / (COUNT(*) * COUNT(*))
            AS promised_variance
    FROM realised
    GROUP BY
        realised.use_case,
        realised.batch_id,
        realised.as_of,
        realised.model_version,
        realised.grade
) AS of_grade
INNER JOIN (
    SELECT
        realised.batch_id,
        AVG(
            CASE
                WHEN realised.predicted_class IS NULL THEN realised.outcome
                WHEN realised.predicted_class = realised.outcome_class THEN 1.0
                ELSE 0.0
            END
        ) AS realised
    FROM realised
    GROUP BY realised.batch_id
) AS of_batch ON of_batch.batch_id = of_grade.batch_id
INNER JOIN batches ON batches.batch_id = of_grade.batch_id
