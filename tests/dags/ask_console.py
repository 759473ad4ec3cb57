"""Asks the console inside Airflow's own app as several people; writes the answers as JSON."""

import importlib
import json
import re
import sys

PAGES = ("/lead-scoring/", "/lead-scoring/codepro_leads/leads", "/lead-scoring/docs")


def main():
    """Ask as nobody, as a viewer, and as one who may trigger DAGs."""
    document = {"imported": imported_by_plugin()}
    from airflow.utils.db import initdb

    initdb()
    from airflow.api_fastapi.app import create_app
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from starlette.testclient import TestClient

    with TestClient(create_app(), base_url="http://127.0.0.1:8080") as client:
        document["nobody"] = ask(client, {})
        for role in ("viewer", "user"):
            person = SimpleAuthManagerUser(username=f"ann the {role}", role=role.upper())
            token = get_auth_manager().generate_jwt(person)
            document[role] = ask(client, {"cookie": f"_token={token}"})
            document[f"{role} by header"] = ask(client, {"authorization": f"Bearer {token}"})
        document["forged"] = ask(client, {"cookie": f"_token={token[:-4]}AAAA"})
        admin = {"authorization": f"Bearer {token}"}
        document["plugins"] = client.get("/api/v2/plugins", headers=admin).json()["plugins"]
        document["errors"] = client.get("/api/v2/plugins/importErrors", headers=admin).json()
    sys.stdout.write("\n" + json.dumps(document) + "\n")


def imported_by_plugin():
    """Return what every process of Airflow imports for the console."""
    import airflow.plugins_manager

    before = set(sys.modules)
    sys.path.insert(0, airflow.plugins_manager.settings.PLUGINS_FOLDER)
    importlib.import_module("lead_scoring_console")
    return sorted(set(sys.modules) - before)


def ask(client, headers):
    """Return status, name of the person and headers of each page, and of the forms."""
    answers = {}
    for path in PAGES:
        answer = client.get(path, headers=headers, follow_redirects=False)
        person = re.search(r"<strong>(.*?)</strong>", answer.text)
        answers[path] = {
            "status": answer.status_code,
            "person": person and person[1],
            "policy": answer.headers.get("content-security-policy", ""),
            "log_in": "/api/v2/auth/login?next=" in answer.text,
        }
    return answers


if __name__ == "__main__":
    main()
