#!/bin/sh
# Prepares folders, databases and the log-in before the services start; may run any number of times.
set -eu

as_user() {
    setpriv --reuid="$AIRFLOW_UID" --regid=0 --clear-groups "$@"
}

chown "$AIRFLOW_UID:0" /opt/airflow /artifacts /opt/lead-scoring/database/storage
umask 077
python -c 'import json, os; print(json.dumps({"admin": os.environ["AIRFLOW_ADMIN_PASSWORD"]}))' \
    > /opt/airflow/passwords.json
chown "$AIRFLOW_UID:0" /opt/airflow/passwords.json
as_user airflow db migrate
as_user lead-scoring migrate
