"""Pages are fetched from public hosts only, within limits, and each is reported."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from topics.errors import ReadError
from topics.read import read_source
from topics.read.files import Upload
from topics.read.urls import Fetching, fetch, fetch_all, is_public, read_list
from topics.values import Skipped

TEXT = b"Bees fly out at dawn, and the hive hums."


class Site(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str | None]]] = []

    def log_message(self, *_):
        return

    def do_GET(self):
        self.seen.append((self.path, self.headers.get("Host")))
        name, _, number = self.path.strip("/").partition("-")
        getattr(self, f"send_{name.replace('.', '_')}", self.send_page)(number)

    def answer(self, body, *, status=200, length=True, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_page(self, number):
        self.answer(TEXT, Content_Type="text/plain; charset=utf-8")

    def send_swedish(self, number):
        self.answer("Räksmörgås".encode("latin-1"), Content_Type="text/plain; charset=iso-8859-1")

    def send_packed(self, number):
        self.answer(gzip.compress(TEXT), Content_Encoding="gzip")

    def send_bomb(self, number):
        self.answer(gzip.compress(bytes(5 << 20)), Content_Encoding="gzip")

    def send_pieces(self, number):
        self.answer(gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), Content_Encoding="gzip")

    def send_half(self, number):
        self.answer(gzip.compress(TEXT)[:-12], Content_Encoding="gzip")

    def send_mangled(self, number):
        self.answer(b"\x1f\x8bno gzip at all", Content_Encoding="gzip")

    def send_manypieces(self, number):
        self.answer(gzip.compress(bytes(300_000)) * 9, Content_Encoding="gzip")

    def send_brotli(self, number):
        self.answer(TEXT, Content_Encoding="br")

    def send_heads(self, number):
        self.answer(TEXT, **{f"X_{at}": "x" for at in range(300)})

    def send_longhead(self, number):
        self.answer(TEXT, X_Long="x" * 100_000)

    def send_silent(self, number):
        time.sleep(3)

    def send_loop(self, number):
        self.answer(b"", status=307, Location="/loop")

    def send_signed(self, number):
        self.answer(b"", status=308, Location="http://me:secret@site.example/page")

    def send_home(self, number):
        self.answer(b"", status=302, Location="//2130706433/page")

    def send_large(self, number):
        self.answer(b"x" * (2 << 20))

    def send_endless(self, number):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            return

    def send_drip(self, number):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def send_short(self, number):
        self.answer(TEXT, Content_Length=str(len(TEXT) + 100), length=False)

    def send_hop(self, number):
        self.answer(b"", status=302, Location=f"/hop-{int(number) - 1}" if int(number) > 1 else "/page")

    def send_inward(self, number):
        self.answer(b"", status=301, Location="http://inside.example:1/secret")

    def send_toward(self, number):
        self.answer(b"", status=301, Location="file:///etc/passwd")

    def send_gone(self, number):
        self.answer(b"", status=404)


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Site.seen.clear()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def port():
    with serving() as number:
        yield number


HOSTS = {"site.example": ["127.0.0.1"], "inside.example": ["10.0.0.7"], "both.example": ["127.0.0.1", "10.0.0.7"]}
HERE = Fetching(
    resolve=lambda host, port: HOSTS.get(host, ["127.1.2.3"]),
    allowed=lambda ip: ip == "127.0.0.1",
    seconds=1.0,
    bytes=1 << 20,
    redirects=3,
)


def at(port, page):
    return f"http://site.example:{port}/{page}"


def test_pages_are_read_like_files(port):
    pages = fetch_all([at(port, "page"), at(port, "swedish"), at(port, "gone"), at(port, "packed")], HERE)
    assert [type(page) for page in pages] == [Upload, Upload, Skipped, Upload]
    reading = read_source(pages)
    assert [document.text for document in reading.documents] == [TEXT.decode(), "Räksmörgås", TEXT.decode()]
    assert reading.documents[0].id == at(port, "page")
    assert fetch(at(port, "pieces"), HERE) == TEXT
    assert [(file.path, file.status) for file in reading.files][2] == (at(port, "gone"), "refused")
    assert reading.files[2].reason == "was not sent: the server answers 404 Not Found"


def test_the_host_is_told_its_name(port):
    fetch(at(port, "page?q=å&x=%20"), HERE)
    assert Site.seen[-1] == ("/page?q=%C3%A5&x=%20", f"site.example:{port}")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("bomb", "is larger than 1 MB; save it as a file"),
        ("large", "is larger than 1 MB; save it as a file"),
        ("endless", "is larger than 1 MB; save it as a file"),
        ("drip", "took more than 1 s"),
        ("short", "was cut off on its way; try again"),
        ("half", "is sent packed, and cut off"),
        ("mangled", "is sent packed, and damaged"),
        ("manypieces", "is larger than 1 MB; save it as a file"),
        ("brotli", "is sent packed by br, which is not read"),
        ("heads", "its server does not answer as one of the web does"),
        ("longhead", "its server does not answer as one of the web does"),
        ("silent", "took more than 1 s"),
        ("loop", "sends on to other addresses more than 3 times"),
        ("signed", "holds a name or password"),
        ("home", r"is on a host that is not (public|found) \(2130706433\)"),
        ("hop-4", "sends on to other addresses more than 3 times"),
        ("inward", r"is on a host that is not public \(inside.example\)"),
        ("toward", "only http and https are fetched"),
    ],
)
def test_what_is_too_much_or_leads_astray_is_refused(port, page, said):
    start = time.monotonic()
    with pytest.raises(ReadError, match=said):
        fetch(at(port, page), HERE)
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("page", ["page", "hop-2"])
def test_a_look_up_that_hangs_ends_with_the_time_of_its_page(port, monkeypatch, page):
    hangs, asked = threading.Event(), []

    def getaddrinfo(host, *_, **__):
        asked.append(host)
        if len(asked) > (page != "page"):  # with a redirect, the look-up behind it
            hangs.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", dialled(port))
    slow = replace(HERE, resolve=None, seconds=0.7)
    start = time.monotonic()
    [skipped] = fetch_all([at(port, page)], slow)
    assert skipped == Skipped(at(port, page), "took more than 1 s")
    assert time.monotonic() - start < 3
    assert asked
    hangs.set()


def dialled(port):
    """Return what connects to the server here without asking for an address."""

    def connect(address, timeout):
        assert address == ("127.0.0.1", port)
        plain = socket.socket()
        plain.settimeout(timeout)
        plain.connect(address)
        return plain

    return connect


def test_what_a_look_up_raises_is_no_silence(port):
    def broken(host, _):
        raise RuntimeError(host)

    with pytest.raises(RuntimeError, match=r"site.example"):
        fetch_all([at(port, "page")], replace(HERE, resolve=broken))

    def times_out(host, _):
        raise TimeoutError(host)

    with pytest.raises(ReadError, match="is on a host that is not found"):
        fetch(at(port, "page"), replace(HERE, resolve=times_out))


def test_whoever_stops_a_fetch_does_not_wait_for_it():
    hangs = threading.Event()

    def stop(done, total):
        raise KeyboardInterrupt

    def resolve(host, _):
        if host == "slow.example":
            hangs.wait(20)
        raise OSError(host)

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetch_all(
            ["http://gone.example/", *["http://slow.example/"] * 20], replace(HERE, resolve=resolve), progress=stop
        )
    assert time.monotonic() - start < 2
    hangs.set()


def test_three_redirects_are_followed(port):
    assert fetch(at(port, "hop-3"), HERE).endswith(TEXT)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://site.example/a", "only http and https"),
        ("gopher://site.example/a", "only http and https"),
        ("//site.example/a", "only http and https"),
        ("bees", "only http and https"),
        ("http://", "only http and https"),
        ("http://me:secret@site.example/", "holds a name or password"),
        ("http://site.example:99999/", "is no address"),
        ("http://[::1", "is no address"),
        ("http://both.example/", "is not public"),
        ("http://inside.example/", "is not public"),
        (f"http://{'a' * 70}.example/", "is no address"),
    ],
)
def test_only_public_addresses_of_the_web_are_fetched(url, said):
    with pytest.raises(ReadError, match=said):
        fetch(url, HERE)


@pytest.mark.parametrize(
    "url",
    """http://127.0.0.1/ http://localhost/ http://localhost.:8080/ http://2130706433/ http://0x7f.1/ http://127.1/
    http://0177.0.0.1/ http://017700000001/ http://0/ http://0.0.0.0:22/ http://[::]/ http://[::1]/
    http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[64:ff9b::7f00:1]/ http://[fe80::1%25lo]/ http://[fd00::1]/
    http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/ http://169.254.169.254/latest http://10.1.2.3/ http://100.64.0.1/
    http://example.com@127.0.0.1/ https://127.0.0.1:443/""".split(),
)
def test_ways_to_write_this_machine_are_refused_by_default(url, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: pytest.fail("it was connected to"))
    with pytest.raises(ReadError, match=r"is not public|is not found|holds a name"):
        fetch(url, Fetching())


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0 224.0.0.1 239.1.1.1
    255.255.255.255 240.0.0.1 192.0.0.192 198.18.0.1 168.63.129.16 :: ::1 fe80::1%eth0 fd00:ec2::254 ff02::1 fec0::1
    ::ffff:8.8.8.8 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 2001:0:1:: ::127.0.0.1""".split(),
)
def test_addresses_of_no_public_host(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_addresses_of_public_hosts(address):
    assert is_public(address)


def test_a_name_that_changes_its_mind_is_looked_up_once_a_hop(port):
    asked = []

    def resolve(host, _):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    how = Fetching(resolve=resolve, allowed=HERE.allowed, seconds=2)
    assert fetch(at(port, "page"), how).endswith(TEXT)
    assert asked == ["site.example"]
    asked.clear()
    with pytest.raises(ReadError, match="is not public"):
        fetch(at(port, "hop-1"), how)
    assert asked == ["site.example", "site.example"]


def test_a_port_that_nobody_hears_is_said():
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with pytest.raises(ReadError, match="could not be fetched: connection refused"):
        fetch(at(free, "page"), HERE)


def test_a_list_has_an_address_a_line(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_text("# mine\nhttps://a.example/1\n\n  https://b.example \nhttps://a.example/1\n", encoding="utf-8")
    assert read_list(path) == ["https://a.example/1", "https://b.example"]
    path.write_text("# none\n", encoding="utf-8")
    with pytest.raises(ReadError, match="holds no address"):
        read_list(path)
    with pytest.raises(ReadError, match="cannot be opened: no such file"):
        read_list(tmp_path / "gone.txt")
