"""HEAD, which asks for the head of an answer alone."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "status"), [("/", 200), ("/search/?q=heart", 200), ("/never-was/", 404)])
def test_head_is_answered_as_get_but_for_the_body(address, status):
    make_item(title="Heart")
    # The client for tests would take the body away itself.
    site, ask = WSGIHandler(), RequestFactory()
    head, page = site.get_response(ask.head(address)), site.get_response(ask.get(address))
    assert (head.status_code, head.content) == (status, b"")
    assert int(head["Content-Length"]) == len(page.content)
