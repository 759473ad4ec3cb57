-- What published scores promised, beside what happened: only outcomes that became known after the
-- batch's as_of, so that no score is compared with what it could have known. Held batches
-- promised nothing and superseded ones were taken back; both are left out. A lead scored in
-- several batches has a row for each.
--
-- use_case             Name of the use case
-- lead_id              The lead, as the source calls it
-- batch_id             Batch the score was published in
-- as_of                Instant the batch was computed for, UTC
-- model_version        Version in the registry of the model lead_scoring__<use case>
-- created_at           Event time of the lead, UTC; empty where leads have none
-- probability          Calibrated probability that was promised, 0 to 1
-- score                The same on 0 to 100
-- grade                A, B, C or D
-- prediction           Number that was predicted
-- interval_low         Lower end of its interval
-- interval_high        Upper end of its interval
-- predicted_class      Most probable of several classes; probability is its own
-- class_probabilities  JSON object of each class and its probability
-- outcome              What happened: 1 converted, 0 not; a number; or the position of a class,
--                      from 0
-- outcome_class        Name of the class that happened; of several classes only
-- known_at             Instant the outcome became known, UTC
CREATE VIEW realised AS
SELECT
    batches.use_case,
    scores.lead_id,
    scores.batch_id,
    batches.as_of,
    batches.model_version,
    scores.created_at,
    scores.probability,
    scores.score,
    scores.grade,
    scores.prediction,
    scores.interval_low,
    scores.interval_high,
    scores.predicted_class,
    scores.class_probabilities,
    outcomes.outcome,
    outcomes.outcome_class,
    outcomes.known_at
FROM scores
INNER JOIN batches ON batches.batch_id = scores.batch_id
INNER JOIN outcomes
    ON outcomes.use_case = batches.use_case
    AND outcomes.lead_id = scores.lead_id
WHERE batches.status = 'published' AND outcomes.known_at > batches.as_of
