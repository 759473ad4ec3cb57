-- Missing values and drift of each column in each drift check. Rows are only ever added.
--
-- use_case           Name of the use case
-- check_id           The drift check
-- as_of              Instant the check was made for, UTC
-- checked_at         When it was made, UTC
-- model_version      Version in the registry of the model lead_scoring__<use case>
-- column_name        The column; probability or prediction is what was promised
-- missing_reference  Share of missing values in the champion's reference, 0 to 1
-- missing_current    Share of missing values in the new rows, 0 to 1
-- missing_change     By how much the share grew; negative where it fell
-- psi                Population stability index of the column; 0 is unchanged
-- drifted            1 where the change is certain and large enough to matter, else 0
CREATE VIEW metric_missing AS
SELECT
    drift_checks.use_case,
    drift_checks.check_id,
    drift_checks.as_of,
    drift_checks.recorded_at AS checked_at,
    drift_checks.model_version,
    drift_columns.column_name,
    drift_columns.missing_reference,
    drift_columns.missing_current,
    drift_columns.missing_current - drift_columns.missing_reference AS missing_change,
    drift_columns.psi,
    CASE WHEN drift_columns.drifted THEN 1 ELSE 0 END AS drifted
FROM drift_columns
INNER JOIN drift_checks ON drift_checks.check_id = drift_columns.check_id
