"""A fit behind the page: watched, stopped, and never lost without a word."""

import threading

import pytest

from topics.errors import ReadError
from topics.ui.jobs import Jobs
from topics.ui.orders import SaidError, Seen
from topics.values import FileReport


def test_a_job_reports_its_stages_in_order_and_ends_well():
    def work(tell, progress):
        for done in range(3):
            progress("read", done, 2)
        progress("cluster", 1, 1)

    job = Jobs().start("news", work)
    status = job.wait(5)
    assert status.state == "done"
    assert [(stage.name, stage.done, stage.total) for stage in status.stages] == [("read", 2, 2), ("cluster", 1, 1)]


def test_progress_never_goes_back():
    def work(tell, progress):
        progress("embed", 5, 10)
        progress("embed", 3, 10)

    assert Jobs().start("news", work).wait(5).stages[0].done == 5


def test_bad_data_ends_in_its_own_sentence():
    def work(tell, progress):
        raise ReadError("the folder holds no text; name another")

    status = Jobs().start("news", work).wait(5)
    assert (status.state, status.message) == ("failed", "the folder holds no text; name another")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_ours_is_reported_without_its_text_and_reaches_the_log():
    def work(tell, progress):
        raise RuntimeError("a passage: secret")

    status = Jobs().start("news", work).wait(5)
    assert (status.state, status.message, status.key) == ("failed", "", "fit_failed")


def test_a_cancelled_job_stops_at_its_next_report():
    begun, go_on, after = threading.Event(), threading.Event(), []

    def work(tell, progress):
        progress("embed", 0, 2)
        begun.set()
        go_on.wait(5)
        progress("embed", 1, 2)
        after.append("went on")

    job = Jobs().start("news", work)
    assert begun.wait(5)
    job.cancel()
    assert job.status.cancelling
    go_on.set()
    assert (job.wait(5).state, job.status.key) == ("cancelled", "fit_cancelled")
    assert after == []


def test_jobs_are_found_by_id_and_old_ones_are_forgotten():
    jobs = Jobs()
    first = jobs.start("first", lambda tell, progress: None)
    first.wait(5)
    assert jobs.get(first.id) is first
    assert jobs.get("other") is None
    for _ in range(25):
        last = jobs.start("next", lambda tell, progress: None)
        last.wait(5)
    assert jobs.get(first.id) is None
    assert jobs.get(last.id) is last


def test_what_the_app_itself_says_goes_by_its_key():
    def work(tell, progress):
        tell(Seen((FileReport("a.txt", "refused", "is empty"),)))
        raise SaidError("fit_killed", signal="9")

    job = Jobs().start("news", work)
    status = job.wait(5)
    assert (status.state, status.key, status.gaps) == ("failed", "fit_killed", {"signal": "9"})
    assert [file.path for file in job.seen.files] == ["a.txt"]


def test_what_goes_on_is_listed_until_it_ends():
    go_on = threading.Event()
    jobs = Jobs()
    job = jobs.start("news", lambda tell, progress: go_on.wait(5))
    assert jobs.running() == (job,)
    go_on.set()
    job.wait(5)
    assert jobs.running() == ()
