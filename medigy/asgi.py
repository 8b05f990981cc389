"""The ASGI application, for servers that speak it; the product itself has no asynchronous view."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
application = get_asgi_application()

from curation import renditions  # noqa: E402  models can be imported only now

# What this process publishes gets its pictures at once, beside its work.
renditions.work_here()
