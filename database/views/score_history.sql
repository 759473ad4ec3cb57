-- Every score ever computed, with the model and the load it comes from.
--
-- use_case             Name of the use case
-- lead_id              The lead, as the source calls it
-- batch_id             Batch the score was computed in
-- load_id              Load whose snapshot the lead was read from
-- as_of                Instant the batch was computed for, UTC
-- status               published; held: computed, but waiting for a release and not in
--                      current_scores; superseded: published until a rollback put another model's
--                      scores in its place
-- model_version        Version in the registry of the model lead_scoring__<use case>
-- model_digest         Hash of the fitted model: the same rows and seed give the same
-- created_at           Event time of the lead, UTC; empty where leads have none
-- probability          Calibrated probability to convert, 0 to 1
-- score                The same on 0 to 100
-- margin               Orders leads of one grade and score; log-odds where a probability is
--                      predicted
-- grade                A, B, C or D
-- prediction           Predicted number
-- interval_low         Lower end of its interval
-- interval_high        Upper end of its interval
-- predicted_class      Most probable of several classes; probability is its own
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
