"""One port: pages and the interface over HTTP in threads, websockets on the event loop.

Django's own ASGI handler makes a thread for each request of a synchronous view; a pool of threads
around the WSGI application costs half of that (docs/decisions/0003-process-model.md).
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")  # noqa: TID251

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

_wsgi: Any = get_wsgi_application()

# Models can be imported only now, after Django was set up by the line above.
from channels.auth import AuthMiddlewareStack  # noqa: E402

from annotate.jobs.worker import run_in_thread  # noqa: E402
from annotate.realtime.consumers import ProjectConsumer  # noqa: E402

if settings.MODELS_IN == "web":
    run_in_thread()

_http = WSGIMiddleware(_wsgi, workers=settings.HTTP_THREADS)
_sockets: Any = AllowedHostsOriginValidator(
    AuthMiddlewareStack(
        URLRouter([path("ws/projects/<int:project_id>/", ProjectConsumer.as_asgi())])
    )
)
application = ProtocolTypeRouter({"http": _http, "websocket": _sockets})
