import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "benban"
# The port, its two implementations on either side of the fence, and the one caller (HARM: what a
# case keeps leaves through casework.show alone).
ALLOWED = {
    "casework/show.py",
    "fingerprint/ports.py",
    "outside/fence.py",
    "outside/fence_acts.py",
    "outside/fence_child.py",
}
# One's own photos while they are sorted, with a grant of their own (ADR 0014).
ALLOWED_OWN = {"casework/show_own.py"}
# A picture, and the still of a video.
UNVEILING = ("unveil", "unveil_still")
# The same for the copy in grey, which only a program that reads text is given.
ALLOWED_GREY = {"casework/screen_text.py", "outside/fence.py"}

# A safer copy of a file that the person names: never of anything that a case keeps.
ALLOWED_COPY = {"casework/safer.py"}


def _users(source: str, *methods: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in methods
        for node in ast.walk(ast.parse(source))
    )


def test_only_the_showing_verb_asks_for_an_unveiled_picture() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if _users(path.read_text(encoding="utf-8"), *UNVEILING)
    }

    assert users - ALLOWED - ALLOWED_OWN == set()


def test_only_the_reading_of_text_asks_for_a_grey_copy() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if _users(path.read_text(encoding="utf-8"), "grey_copy")
    }

    assert users - ALLOWED_GREY == set()


def test_only_safer_copies_of_given_files_ask_for_a_redrawn_picture() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if _users(path.read_text(encoding="utf-8"), "redraw")
    }

    assert users == ALLOWED_COPY


def test_the_rule_notices_a_second_caller() -> None:
    for method in UNVEILING:
        source = f"def desk(fence, picture):\n    return fence.{method}(picture, 800)\n"
        assert _users(source, *UNVEILING)
