"""How a REST API answers, and how what it was asked is read."""

import email.policy
import json
from collections.abc import Mapping
from email.parser import BytesParser
from typing import Any

import requests

Headers = dict[str, str]
Reply = tuple[int, Headers, str | bytes]


def yes(status: int, payload: object, query: Mapping[str, str]) -> Reply:
    names = [name.split(".") for name in query.get("_fields", "").split(",") if name]
    if isinstance(payload, list):
        return json_reply(status, [_part(one, names) for one in payload])
    return json_reply(status, _part(payload, names))


def _part(whole: Any, names: list[list[str]]) -> Any:  # noqa: ANN401 -- JSON has any shape
    """Return the named fields; a dot leads into an object."""
    if not isinstance(whole, dict) or not names:
        return whole
    wanted: dict[str, list[list[str]]] = {}
    for first, *deeper in names:
        wanted.setdefault(first, []).extend([deeper] if deeper else [])
    return {
        name: _part(whole[name], deeper)
        for name, deeper in wanted.items()
        if name in whole
    }


def no(status: int, code: str) -> Reply:
    return json_reply(
        status, {"code": code, "message": "Sorry.", "data": {"status": status}}
    )


def json_reply(status: int, payload: object) -> Reply:
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
    }
    return status, headers, json.dumps(payload)


def json_of(request: requests.PreparedRequest) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(request.body or b"{}")
    return fields


def form(request: requests.PreparedRequest) -> tuple[dict[str, str], str, bytes]:
    """Return the texts, and the name and the bytes of the file, of a form."""
    body = request.body if isinstance(request.body, bytes) else b""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields, name, content = {}, "", b""
    for part in form.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if part.get_filename():
            name, content = str(part.get_filename()), payload
        else:
            parameter = part.get_param("name", header="Content-Disposition")
            fields[str(parameter)] = payload.decode()
    return fields, name, content


def shown(file: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in file.items() if name != "content"}
