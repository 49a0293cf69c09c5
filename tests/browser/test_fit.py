"""Your texts as a person meets them: files are dropped, read and fitted; a fit is watched, stopped and found again."""

import random
import time
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from tests.browser.conftest import settle
from tests.office import archive
from tests.pdfs import lines, pdf
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOMB = 1024  # MB once unpacked
FITTED = 180_000  # milliseconds; a few seconds on two idle cores
STOPPED = 10.0  # seconds; on two idle cores under two
LONG = 600  # passages, whose fit takes some seconds
WORDS = "ferry harbour market school bridge winter bus lunch square roof garden letter council lighthouse snow".split()


def test_own_texts_are_fitted_on_the_page(open_page, workshop):
    server, folder, files = workshop
    page = open_page(f"{server.url}/fit")
    page.route("**/upload_file/**", lambda upload: (time.sleep(0.5), upload.continue_()))
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name=text.READ_FILES).click()  # can be pressed when all have arrived, not before
    page.get_by_role("textbox", name=text.NAME).fill("own", timeout=FITTED)
    page.get_by_role("button", name=text.START_FIT).click()
    page.wait_for_function("document.querySelector('h1.title')?.innerText === 'own'", timeout=FITTED)
    page.wait_for_selector(".passage-text")
    assert page.locator("[class*=st-key-topic_] .row-name").count() >= 2
    page.wait_for_selector(".st-key-map_pane canvas")
    settle(page)  # the profile must not close while the page still loads what it draws with
    assert (folder / "models" / "own" / "CURRENT").is_file()


@pytest.fixture
def mixed(tmp_path):
    """A table, a PDF and a document that can be read, and three files that want harm or cannot be read."""
    (tmp_path / "table.csv").write_text("text\nThe ferry leaves at noon.\nNo ferry runs in winter.\n", encoding="utf-8")
    (tmp_path / "page.pdf").write_bytes(pdf([lines(["The lighthouse was painted white again this year."])]))
    written = docx.Document()
    written.add_paragraph("The harbour gets a new crane, and the fishermen a new quay.")
    written.save(str(tmp_path / "harbour.docx"))
    (tmp_path / "slip.zip").write_bytes(archive({"../../outside.txt": "The market moves to the old square."}))
    with ZipFile(tmp_path / "bomb.zip", "w", ZIP_DEFLATED) as bomb, bomb.open("bomb.txt", "w") as grows:
        for _ in range(BOMB):
            grows.write(bytes(1 << 20))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    (tmp_path / "old.txt").write_bytes(old)
    return sorted(path for path in tmp_path.iterdir() if path.is_file())


def test_what_was_not_read_is_shown_before_the_result(open_page, workshop, mixed, tmp_path, shots):
    server, folder, files = workshop
    page = open_page(f"{server.url}/fit")
    page.locator("input[type=file]").set_input_files([*files, *mixed])
    page.wait_for_timeout(1000)
    settle(page)
    page.get_by_role("button", name=text.READ_FILES).click()
    page.get_by_role("textbox", name=text.NAME).fill("partly", timeout=FITTED)
    page.screenshot(path=shots / "look.png", full_page=True)
    told = page.locator("table.files").inner_text()
    assert "old.txt" in told and "bomb.txt" in told and "larger than 512 MB once unpacked" in told
    for name in ("table.csv", "page.pdf", "harbour.docx", "outside.txt"):
        assert name in told
    assert ".." not in told
    assert not [path for path in tmp_path.parent.rglob("outside.txt")]
    assert not [path for path in folder.parent.rglob("outside.txt")]
    page.get_by_role("button", name=text.START_FIT).click()
    page.get_by_role("button", name=text.OPEN_RESULT).wait_for(timeout=FITTED)
    refused = page.locator("table.files tbody tr").all_inner_texts()[:2]
    assert any("old.txt" in row and "save it as docx" in row for row in refused)
    page.screenshot(path=shots / "files.png")
    page.get_by_role("button", name=text.OPEN_RESULT).click()
    page.wait_for_selector(".passage-text")
    settle(page)


def begun(page, name):
    """Start a fit under a name, and wait until it turns passages into vectors."""
    page.get_by_role("textbox", name=text.NAME).fill(name, timeout=FITTED)
    page.get_by_role("button", name=text.START_FIT).click()
    page.get_by_text(text.stage("embed")).wait_for(timeout=FITTED)


def progress(page):
    """The number of stages that have begun, and how far the last one is; none where no fit is shown."""
    said = page.evaluate(
        "() => { const stages = document.querySelectorAll('.timeline li'); const last = stages[stages.length - 1];"
        " return stages.length ? [stages.length, last.querySelector('.said')?.innerText ?? ''] : null }"
    )
    if said is None:
        return []
    done = said[1].split(" ")[0].replace(",", "")
    return [(said[0], int(done) if done.isdecimal() else 0)]


def test_a_fit_is_cancelled_begun_again_reloaded_and_found_in_another_tab(open_page, workshop, tmp_path, timings):
    server, folder, _ = workshop
    draw = random.Random(0)
    body = "\n\n".join(f"{' '.join(draw.choices(WORDS, k=14)).capitalize()}." for _ in range(LONG))
    (tmp_path / "long.txt").write_text(body, encoding="utf-8")
    page = open_page(f"{server.url}/fit")
    page.locator("input[type=file]").set_input_files(tmp_path / "long.txt")
    page.get_by_role("button", name=text.READ_FILES).click()
    begun(page, "long")
    began = time.monotonic()
    page.get_by_role("button", name=text.CANCEL).click()
    page.get_by_text(text.FIT_CANCELLED).wait_for()
    timings["fit cancelled"] = round(time.monotonic() - began, 2)
    assert time.monotonic() - began < STOPPED
    assert not (folder / "models" / "long").exists()

    page.get_by_role("button", name=text.CHANGE_AND_TRY_AGAIN).click()
    begun(page, "long")
    far = progress(page)
    page.reload()
    page.wait_for_selector(".timeline, .passage-text")
    far += progress(page)
    link = page.url
    page.close()
    page = open_page(link)
    page.wait_for_selector(".timeline, .passage-text")
    while page.locator("h1.title", has_text="long").count() == 0:
        far += progress(page)
        page.wait_for_timeout(100)
    assert far == sorted(far)
    assert len(set(far)) > 2
    page.wait_for_selector(".passage-text")
    settle(page)
    assert (folder / "models" / "long" / "CURRENT").is_file()
