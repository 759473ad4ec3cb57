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
