"""Twenty people at once, each in a browser, each with a case: nobody is told to come back later."""

from concurrent.futures import ThreadPoolExecutor

from tests.desk.rig import ADULT
from tests.desk.server.rig import ADMINISTRATOR, Browser, RunningServer
from tests.desk.server.world import ADDRESS

_PEOPLE = 20


def _works(server: RunningServer, name: str, code: str) -> tuple[Browser, str, list[int]]:
    browser = server.browser()
    statuses = [browser.accept(name, code).status_code]
    case = browser.begin()
    answer = browser.post(f"{case}/add/link", address=ADDRESS, kind="published")
    assert answer.status_code == 303, answer.text
    sighting = answer.headers["location"].removesuffix("/age")
    statuses.append(browser.post(f"{sighting}/age", **ADULT).status_code)
    for at in range(5):
        statuses.append(browser.post(f"{sighting}/words", text=f"{name} {at}").status_code)
        statuses.append(browser.send(f"/draft/words.{at}", text="half").status_code)
        statuses += [browser.get(path).status_code for path in (case, sighting, "/queue")]
    return browser, case, statuses


def test_twenty_people_work_at_once(server: RunningServer) -> None:
    minh = server.administrator()
    names = [f"Person {at}" for at in range(_PEOPLE)]
    codes = [server.code_for(name) for name in names]

    with ThreadPoolExecutor(_PEOPLE) as people:
        worked = list(people.map(lambda one: _works(server, *one), zip(names, codes, strict=True)))

    assert {status for _, _, statuses in worked for status in statuses} <= {200, 204, 303}
    assert server.server.sessions.count() == _PEOPLE + 1
    assert len({case for _, case, _ in worked}) == _PEOPLE
    for name, (browser, case, _) in zip(names, worked, strict=True):
        assert f"{name} 4" in browser.get("/queue").text or browser.get(case).status_code == 200
    assert minh.get("/settings").status_code == 200
    assert ADMINISTRATOR not in names
