"""One port: pages and the interface over HTTP in threads, websockets on the event loop."""

import gc
import os
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")  # noqa: TID251

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.urls import path

django.setup(set_prefix=False)

# Models can be imported only now, after Django was set up by the line above.
from channels.auth import AuthMiddlewareStack  # noqa: E402

from annotate.bridge import Bridge  # noqa: E402
from annotate.database import limit_waiting  # noqa: E402
from annotate.jobs.worker import run_in_thread  # noqa: E402
from annotate.realtime.consumers import ProjectConsumer  # noqa: E402

limit_waiting(settings.DATABASES["default"], has_jobs=settings.MODELS_IN == "web")
if settings.MODELS_IN == "web":
    run_in_thread()

_http = Bridge(threads=settings.HTTP_THREADS)
_sockets: Any = AllowedHostsOriginValidator(
    AuthMiddlewareStack(
        URLRouter([path("ws/projects/<int:project_id>/", ProjectConsumer.as_asgi())])
    )
)
application = ProtocolTypeRouter({"http": _http, "websocket": _sockets})

# All that stands now stands to the end. Left to the collector, walking through it stopped every
# request for 140 ms each few seconds (docs/measurements.md).
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
