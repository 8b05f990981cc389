"""The site while somebody works on it."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    return settings.MAINTENANCE_FILE


@pytest.mark.parametrize("address", ["/", "/communities/telehealth/", "/nothing/", "/media/a.webp"])
def test_readers_are_told_to_come_back_while_the_file_is_there(client, working, django_assert_num_queries, address):
    working.write_text("Back at <noon> UTC.\nNot this line.")
    with django_assert_num_queries(0):
        response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "300"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Back at &lt;noon&gt; UTC." in response.text
    assert "Not this line" not in response.text
    working.unlink()
    assert client.get(address).status_code != 503


def test_the_newsroom_stays_open_meanwhile(client, working):
    working.write_bytes(b"")
    assert client.get("/admin/login/").status_code == 200
    assert "We are working on the site" in client.get("/").text


def test_a_setting_does_the_same(client, settings, working):
    settings.MAINTENANCE = True
    assert client.get("/").status_code == 503
    assert client.get("/admin/login/").status_code == 200
