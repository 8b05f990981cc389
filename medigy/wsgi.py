"""The WSGI application for gunicorn: `gunicorn medigy.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
application = get_wsgi_application()

from curation import renditions  # noqa: E402  models can be imported only now

# What this process publishes gets its pictures at once, beside its work.
renditions.work_here()
