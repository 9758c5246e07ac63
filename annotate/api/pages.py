"""The page of the browser, and the OpenAPI document and its page."""

from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import Door

NONCE = "__CSP_NONCE__"


@lru_cache(maxsize=1)
def _index() -> str | None:
    path = settings.FRONTEND_DIST / "index.html"
    return path.read_text(encoding="utf-8") if path.exists() else None


@csrf_exempt  # it changes nothing; another method than GET is told so
@require_safe
def page(request: HttpRequest, path: str = "") -> HttpResponse:  # noqa: ARG001 - the router's
    """The one page of the browser's application; the path is read there."""
    index = _index()
    if index is None:
        message = "The front end is not built yet. Run «make frontend» and start again.\n"
        return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
    nonce: str = request.csp_nonce  # type: ignore[attr-defined]
    get_token(request)  # sets the CSRF cookie: the page's first request may be a sign-in
    response = HttpResponse(index.replace(NONCE, nonce))
    response["Cache-Control"] = "no-cache"
    return response


class OpenApiView(Door):
    actions: ClassVar = {"get": "api.read"}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The OpenAPI 3 document of this interface."""
        return Response(openapi_document(request))


def openapi_document(request: Request | None = None) -> dict[str, Any]:
    """The OpenAPI 3 document of the whole interface."""
    generator: Any = SchemaGenerator
    document: dict[str, Any] = generator().get_schema(request=request, public=True)
    return document


class DocsView(Door):
    """The interface to read in a browser, made from the document without any script."""

    actions: ClassVar = {"get": "api.read"}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        document = openapi_document(request)
        rows = [
            _operation(path, method, operation)
            for path, methods in sorted(document["paths"].items())
            for method, operation in methods.items()
        ]
        nonce: str = request._request.csp_nonce  # type: ignore[attr-defined]  # noqa: SLF001
        return HttpResponse(_PAGE.format(nonce=nonce, rows="".join(rows)))


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(p["name"] for p in operation.get("parameters", []))
    body: dict[str, Any] = next(
        iter(operation.get("requestBody", {}).get("content", {}).values()), {}
    )
    shape = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return (
        f"<tr><td><b>{escape(method.upper())}</b></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation.get('description', ''))}</td>"
        f"<td>{escape(parameters)}</td><td>{escape(shape)}</td></tr>"
    )


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Annotate API</title>
<style nonce="{nonce}">
:root {{ color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }}
body {{ max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ border-bottom: 1px solid #8884; padding: .4rem .6rem; text-align: start;
         vertical-align: top; }}
</style>
<h1>Annotate API</h1>
<p>Everything the browser does goes through this interface. The document for programs is
<a href="/api/v1/schema/">/api/v1/schema/</a>. Scripts send
<code>Authorization: Token &lt;key&gt;</code>.</p>
<table><thead><tr><th>Method<th>Path<th>What it does<th>Parameters<th>Body</tr></thead>
<tbody>{rows}</tbody></table></html>
"""
