"""Who may talk to the app: this computer, from the app's own pages, with their token."""

import http.client
import re
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
FOREIGN = "http://evil.example"


def answer(url, path, method="GET", **headers):
    """The status, the headers and the beginning of what the server answers."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    try:
        connection.request(method, path, headers=headers, body=b"text" if method == "PUT" else None)
        told = connection.getresponse()
        return told.status, dict(told.getheaders()), b"" if told.status == 101 else told.read(200)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 101),
        ({"Origin": "{url}"}, 101),
        ({"Origin": FOREIGN}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example", "Origin": FOREIGN}, 403),
    ],
)
def test_only_the_pages_of_the_app_open_its_socket(server, headers, status):
    own = {name: value.format(url=server.url) for name, value in headers.items()}
    assert answer(server.url, "/_stcore/stream", **HANDSHAKE, **own)[0] == status


def test_a_file_is_taken_with_the_token_only(server):
    path = "/_stcore/upload_file/nobody/nothing"
    headers = answer(server.url, "/_stcore/health")[1]
    token = re.search(r"_streamlit_xsrf=([^;]+)", headers["set-cookie"]).group(1)
    for sent in ({}, {"Cookie": f"_streamlit_xsrf={token}"}, {"X-Xsrftoken": token}):
        status, _, said = answer(server.url, path, "PUT", **sent)
        assert (status, b"XSRF" in said) == (403, True)
    status, _, said = answer(
        server.url, path, "PUT", **{"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token, "Origin": FOREIGN}
    )
    assert b"XSRF" not in said  # the token is right; what is missing now is a session to upload to
    assert status == 400


def test_no_other_page_may_read_what_the_server_tells(server):
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        assert "access-control-allow-origin" not in {
            name.lower() for name in answer(server.url, path, Origin=FOREIGN)[1]
        }
