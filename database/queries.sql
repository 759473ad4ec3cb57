-- Queries for people who call leads; docs/SQL.md shows them. Put the name of your use case in
-- place of codepro_leads. They run alike on SQLite and PostgreSQL.

-- Whom do we call today? The 50 best open leads.
SELECT lead_id, grade, score, probability, prediction, predicted_class, created_at
FROM current_scores
WHERE use_case = 'codepro_leads'
ORDER BY grade, score DESC, margin DESC, lead_id
LIMIT 50;

-- How much work waits, and what may come of it? Open leads and expected conversions by grade.
SELECT grade, COUNT(*) AS leads, SUM(probability) AS expected_conversions
FROM current_scores
WHERE use_case = 'codepro_leads'
GROUP BY grade
ORDER BY grade;

-- Who is new among the best? A and B leads that were never scored before the newest batch.
SELECT newest.lead_id, newest.grade, newest.score, newest.created_at
FROM current_scores AS newest
WHERE
    newest.use_case = 'codepro_leads'
    AND newest.grade IN ('A', 'B')
    AND NOT EXISTS (
        SELECT 1
        FROM score_history AS earlier
        WHERE
            earlier.use_case = newest.use_case
            AND earlier.lead_id = newest.lead_id
            AND earlier.status = 'published'
            AND earlier.as_of < newest.as_of
    )
ORDER BY newest.grade, newest.score DESC, newest.lead_id;

-- Who rose or fell most between the last two scores?
SELECT lead_id, as_of, score, previous_score, score - previous_score AS change
FROM (
    SELECT
        lead_id,
        as_of,
        score,
        LAG(score) OVER (PARTITION BY lead_id ORDER BY as_of, batch_id) AS previous_score,
        ROW_NUMBER() OVER (PARTITION BY lead_id ORDER BY as_of DESC, batch_id DESC) AS place
    FROM score_history
    WHERE use_case = 'codepro_leads' AND status = 'published'
) AS scored
WHERE place = 1 AND previous_score IS NOT NULL
ORDER BY ABS(score - previous_score) DESC, lead_id
LIMIT 50;

-- How did the score of one lead go over time, and which model gave it?
SELECT as_of, score, grade, probability, prediction, model_version, status
FROM score_history
WHERE use_case = 'codepro_leads' AND lead_id = 'the id of the lead'
ORDER BY as_of, batch_id;

-- Which of the best leads wait longest?
SELECT lead_id, grade, score, created_at
FROM current_scores
WHERE use_case = 'codepro_leads' AND grade = 'A' AND created_at IS NOT NULL
ORDER BY created_at, lead_id
LIMIT 50;

-- Do grades keep their promise? What was promised beside what happened, by grade.
SELECT
    grade,
    SUM(leads) AS leads,
    SUM(promised * leads) / SUM(leads) AS promised,
    SUM(realised * leads) / SUM(leads) AS realised
FROM metric_realised
WHERE use_case = 'codepro_leads'
GROUP BY grade
ORDER BY grade;

-- How much better than calling at random is it to call A leads? By batch.
SELECT as_of, model_version, leads, realised, realised_of_batch, lift
FROM metric_realised
WHERE use_case = 'codepro_leads' AND grade = 'A'
ORDER BY as_of, batch_id;

-- Whom did we rate too low? Leads of grade D that converted all the same.
SELECT lead_id, as_of, score, outcome, outcome_class, known_at
FROM realised
WHERE use_case = 'codepro_leads' AND grade = 'D' AND outcome > 0
ORDER BY known_at DESC, lead_id
LIMIT 50;

-- Why is a lead not in the list? Rows that were refused, by reason.
SELECT column_name, rule, COUNT(*) AS row_count, MIN(value) AS example
FROM quarantine
WHERE use_case = 'codepro_leads' AND replayed_in IS NULL
GROUP BY column_name, rule
ORDER BY COUNT(*) DESC, column_name, rule;
