-- What each drift check found: its verdict, how much of the columns drifted, and how far the
-- champion's promises moved. Rows are only ever added.
--
-- use_case          Name of the use case
-- check_id          The drift check
-- load_id           Load that was checked
-- as_of             Instant the check was made for, UTC
-- checked_at        When it was made, UTC
-- model_version     Version in the registry of the model lead_scoring__<use case>
-- verdict           stable, virtual_drift, harmful_drift, data_fault, no_champion or
--                   not_enough_data
-- action            What it led to: none, train, wait, ask or stop
-- rows_current      New rows that were compared
-- columns_compared  Columns that were compared; empty where nothing was
-- columns_drifted   How many of them drifted
-- drifted_share     The same as a share, 0 to 1
-- greatest_psi      Greatest population stability index of a column; 0 is unchanged
-- prediction_psi    That of the champion's probability or prediction
-- prediction_shift  Shift of its mean in standard deviations of the reference, signed
CREATE VIEW metric_drift AS
SELECT
    drift_checks.use_case,
    drift_checks.check_id,
    drift_checks.load_id,
    drift_checks.as_of,
    drift_checks.recorded_at AS checked_at,
    drift_checks.model_version,
    drift_checks.verdict,
    drift_checks.action,
    drift_checks.rows_current,
    found.columns_compared,
    found.columns_drifted,
    found.drifted_share,
    found.greatest_psi,
    found.prediction_psi,
    found.prediction_shift
FROM drift_checks
LEFT JOIN (
    SELECT
        drift_columns.check_id,
        COUNT(*) AS columns_compared,
        SUM(CASE WHEN drift_columns.drifted THEN 1 ELSE 0 END) AS columns_drifted,
        CAST(
            AVG(CASE WHEN drift_columns.drifted THEN 1.0 ELSE 0.0 END) AS DOUBLE PRECISION
        ) AS drifted_share,
        MAX(drift_columns.psi) AS greatest_psi,
        MAX(
            CASE
                WHEN drift_columns.column_name IN ('probability', 'prediction')
                    THEN drift_columns.psi
            END
        ) AS prediction_psi,
        MAX(
            CASE
                WHEN drift_columns.column_name IN ('probability', 'prediction')
                    THEN drift_columns.mean_shift
            END
        ) AS prediction_shift
    FROM drift_columns
    GROUP BY drift_columns.check_id
) AS found ON found.check_id = drift_checks.check_id
