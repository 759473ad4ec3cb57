#!/bin/sh
# Makes a database and an owner of its own for each service. PostgreSQL's image runs it once,
# when its data folder is new; passwords come from the environment.
set -eu

create() {
    psql --set=ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --set=name="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

create airflow "$AIRFLOW_DB_PASSWORD"
create lead_scoring "$LEAD_SCORING_DB_PASSWORD"
create mlflow "$MLFLOW_DB_PASSWORD"

# Dashboards log in as a role that may connect to lead_scoring; `lead-scoring migrate` lets it read
# the metric views and nothing else.
psql --set=ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set=password="$LEAD_SCORING_READER_PASSWORD" <<'SQL'
CREATE ROLE lead_scoring_reader LOGIN PASSWORD :'password' CONNECTION LIMIT 20;
ALTER ROLE lead_scoring_reader SET default_transaction_read_only = on;
ALTER ROLE lead_scoring_reader SET statement_timeout = '30s';
GRANT CONNECT ON DATABASE lead_scoring TO lead_scoring_reader;
SQL
