-- Every score ever computed, with the model and the load it comes from.
--
-- use_case       name of the use case
-- lead_id        the lead
-- batch_id       batch the score was computed in
-- load_id        load whose snapshot the lead was read from
-- as_of          instant the batch was computed for, UTC
-- status         published; held: computed, but waiting for a release and not in current_scores;
--                superseded: published until a rollback put another model's scores in its place
-- model_version  version in the registry, of the model lead_scoring__<use_case>
-- model_digest   canonical hash of the fitted model
-- created_at     event time of the lead, UTC
-- probability    calibrated probability of a positive outcome, in [0, 1]
-- score          the same on 0 to 100
-- margin         ranks leads of equal grade and score; log-odds where a probability is predicted
-- grade          A, B, C or D
-- prediction     predicted number; interval_low and interval_high, its interval
-- predicted_class      most probable of several classes; probability is its own
-- class_probabilities  JSON object of each class and its probability
CREATE VIEW score_history AS
SELECT
    batches.use_case,
    scores.lead_id,
    scores.batch_id,
    batches.load_id,
    batches.as_of,
    batches.status,
    batches.model_version,
    batches.model_digest,
    scores.created_at,
    scores.probability,
    scores.score,
    scores.margin,
    scores.grade,
    scores.prediction,
    scores.interval_low,
    scores.interval_high,
    scores.predicted_class,
    scores.class_probabilities
FROM scores
INNER JOIN batches ON batches.batch_id = scores.batch_id
