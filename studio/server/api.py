"""The description of the public HTTP interface (OpenAPI 3.1), `GET /api/openapi.json`."""

from typing import Any

from studio import __version__

_SHOW = {"name": "show", "in": "path", "required": True, "schema": {"type": "string"}}
_SESSION = {"name": "session", "in": "path", "required": True, "schema": {"type": "string"}}
_PRODUCT = {"name": "product", "in": "path", "required": True, "schema": {"type": "string"}}
_FILM = {"name": "film", "in": "path", "required": True, "schema": {"type": "string"}}
_JSON = "application/json"
_KEY = {"name": "key", "in": "query", "schema": {"type": "string"}, "description": "for rehearsals and unlisted shows"}


def _answer(text: str, kind: str | None = None) -> dict[str, Any]:
    return {"description": text} | ({"content": {kind: {}}} if kind else {})


OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Vitrine show server", "version": __version__},
    "paths": {
        "/healthz": {
            "get": {
                "responses": {
                    "200": _answer("It works, and its database answers", _JSON),
                    "503": _answer("Its database does not answer", _JSON),
                }
            }
        },
        "/api/shows": {"get": {"responses": {"200": _answer("Public shows", "application/json")}}},
        "/api/shows/{show}": {
            "get": {
                "parameters": [_SHOW, _KEY],
                "responses": {"200": _answer("The show", "application/json"), "404": _answer("No such show")},
            }
        },
        "/api/shows/{show}/products": {
            "get": {"parameters": [_SHOW, _KEY], "responses": {"200": _answer("All products, and what is pinned", _JSON)}}
        },
        "/api/shows/{show}/products/{product}": {
            "get": {
                "parameters": [_SHOW, _PRODUCT, _KEY],
                "responses": {
                    "200": _answer("With description, pictures and variants", _JSON),
                    "404": _answer("Not in this show"),
                },
            }
        },
        "/api/shows/{show}/pins": {
            "get": {"parameters": [_SHOW, _KEY], "responses": {"200": _answer("What has been pinned so far, and when", _JSON)}}
        },
        "/api/shows/{show}/replay": {
            "get": {
                "parameters": [_SHOW, _KEY],
                "responses": {
                    "200": _answer("The film of a show that has ended, and what happened in it by its clock", _JSON),
                    "404": _answer("No replay"),
                },
            }
        },
        "/api/clips": {
            "get": {
                "parameters": [
                    {"name": "product", "in": "query", "schema": {"type": "string"}, "description": "clips about it"},
                    {"name": "show", "in": "query", "schema": {"type": "string"}, "description": "clips of it"},
                    {"name": "clip", "in": "query", "schema": {"type": "string"}, "description": "this one"},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}},
                    _KEY,
                ],
                "responses": {"200": _answer("Clips, the newest first, with their products", _JSON)},
            }
        },
        "/films/{film}.mp4": {
            "get": {
                "parameters": [_FILM],
                "responses": {
                    "200": _answer("A replay or a clip", "video/mp4"),
                    "206": _answer("A part of it, as Range asks"),
                    "302": _answer("It lies in a store: Location"),
                    "404": _answer("No such film, or withdrawn"),
                },
            }
        },
        "/films/{film}.jpg": {"get": {"parameters": [_FILM], "responses": {"200": _answer("Its poster", "image/jpeg")}}},
        "/films/{film}.vtt": {"get": {"parameters": [_FILM], "responses": {"200": _answer("Its chapters", "text/vtt")}}},
        "/api/shows/{show}/orders": {
            "post": {
                "parameters": [_SHOW],
                "requestBody": {"content": {_JSON: {}}},
                "responses": {
                    "201": _answer("A page's order is counted", _JSON),
                    "200": _answer("It was known"),
                    "404": _answer("No such show, or the key of an unlisted one is missing"),
                    "413": _answer("Too large"),
                    "429": _answer("Too many; Retry-After"),
                    "503": _answer("The database does not answer; Retry-After"),
                    "507": _answer("The disk is full"),
                },
            }
        },
        "/api/orders": {
            "post": {
                "parameters": [{"name": "Vitrine-Signature", "in": "header", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {_JSON: {}}},
                "responses": {
                    "201": _answer("The shop's own order is counted", _JSON),
                    "200": _answer("It was known"),
                    "403": _answer("Not signed"),
                    "413": _answer("Too large"),
                    "503": _answer("The database does not answer; Retry-After"),
                    "507": _answer("The disk is full"),
                },
            }
        },
        "/api/visitor": {
            "get": {
                "parameters": [
                    {"name": "readable", "in": "query", "description": "in words", "schema": {"type": "string"}},
                    {"name": "lang", "in": "query", "schema": {"enum": ["da", "en"]}},
                ],
                "responses": {"200": _answer("All that is held about the bearer of a visitor token", _JSON)},
            },
            "delete": {"responses": {"200": _answer("It is deleted", _JSON)}},
        },
        "/shows/{show}/calendar.ics": {
            "get": {"parameters": [_SHOW, _KEY], "responses": {"200": _answer("The show as an appointment", "text/calendar")}}
        },
        "/shows/{show}/whep": {
            "post": {
                "parameters": [_SHOW, _KEY, {"name": "sound", "in": "query", "schema": {"enum": ["now", "wait"]}}],
                "requestBody": {"content": {"application/sdp": {}}},
                "responses": {
                    "201": _answer("The answer; Location is the session", "application/sdp"),
                    "400": _answer("Not a WHEP offer", "application/problem+json"),
                    "409": _answer("Not on air; Retry-After", "application/problem+json"),
                    "415": _answer("Not application/sdp", "application/problem+json"),
                    "503": _answer("Full; Retry-After", "application/problem+json"),
                },
            }
        },
        "/shows/{show}/whep/{session}": {
            "patch": {
                "parameters": [_SHOW, _SESSION],
                "requestBody": {"content": {"application/trickle-ice-sdpfrag": {}}},
                "responses": {"204": _answer("Taken"), "404": _answer("No such session")},
            },
            "delete": {
                "parameters": [_SHOW, _SESSION],
                "responses": {"200": _answer("Left"), "404": _answer("No such session")},
            },
        },
    },
}
