"""A job that the vault's closing broke was told to end; it is no fault that anybody must read."""

import threading

import pytest

from benban.desk.jobs import Jobs, JobState, Progress
from benban.desk.main import foreseen


def test_what_breaks_in_a_job_that_was_told_to_end_is_told_nowhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    jobs, begun, locked = Jobs(foreseen), threading.Event(), threading.Event()

    def work(_progress: Progress) -> str:
        begun.set()
        locked.wait()
        raise RuntimeError("closed database")

    job = jobs.start("desk.backup.job", work)
    begun.wait()
    jobs.stop(job.id)
    locked.set()
    while not job.state.is_over:
        threading.Event().wait(0.01)
    jobs.close()

    assert (job.state, capsys.readouterr().err) == (JobState.STOPPED, "")


def test_what_breaks_in_a_job_that_nobody_stopped_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    jobs = Jobs(foreseen)

    def work(_progress: Progress) -> str:
        raise RuntimeError("secret")

    job = jobs.start("desk.backup.job", work)
    while not job.state.is_over:
        threading.Event().wait(0.01)
    jobs.close()

    said = capsys.readouterr().err
    assert (job.state, "RuntimeError" in said, "secret" in said) == (JobState.FAILED, True, False)
