"""Asks the console inside Airflow's own app as several people; writes the answers as JSON."""

import html
import importlib
import json
import re
import sys

PREFIX = "/lead-scoring"
PAGES = (f"{PREFIX}/", f"{PREFIX}/codepro_leads/leads", f"{PREFIX}/docs")
FORMS = {
    "release": "held/batch_x/release",
    "approve": "model/2/answer",
    "rollback": "model/rollback",
    "replay": "quarantine/load_x/replay",
}
"""Where people decide; nothing can be decided in an empty database."""
OTHERS = re.compile(f"{PREFIX}/(campaign_success|customer_segments|olist_)")


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
            document[f"{role} decides"] = decide(client, person.username, token)
        document["nobody decides"] = decide(client, "nobody", "")
        document["links"] = follow(client, {"cookie": f"_token={token}"})
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


def decide(client, name, token):
    """Return status and words of each form that decides, sent as from a page made for a person."""
    import lead_scoring_console

    form = lead_scoring_console.CONSOLE.app.state.console.tokens.for_form(name)
    answers = {}
    for action, path in FORMS.items():
        answer = client.post(
            f"{PREFIX}/codepro_leads/{path}",
            data={"token": form, "answer": "approve"},
            headers={"cookie": f"_token={token}"} if token else {},
            follow_redirects=False,
        )
        words = html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
        answers[action] = {"status": answer.status_code, "said": " ".join(words.split())}
    return answers


def follow(client, headers):
    """Open the first page, and every page that one leads to, those of one use case alone.

    Returns:
        By path: the status, and the addresses on the page that lead out of the console.
    """
    opened, waiting = {}, [f"{PREFIX}/"]
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers=headers, follow_redirects=False)
        found = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
        addresses = [html.unescape(one).split("#")[0] for one in found]
        inside = [one for one in addresses if one.startswith(f"{PREFIX}/")]
        followed = [one for one in dict.fromkeys(inside) if not OTHERS.match(one)]
        opened[path] = {
            "status": answer.status_code,
            "outside": sorted({*filter(None, addresses)} - {*inside}),
        }
        known = {*opened, *waiting}
        waiting += [one for one in followed if one not in known]
    return opened


if __name__ == "__main__":
    main()
