"""What benban is never built from: generators, face search, and parts that may not ship with it."""

from collections.abc import Iterator

import pytest

from tests.architecture.sources import (
    ROOT,
    VERIFIER,
    Source,
    Use,
    matches,
    product_sources,
    source_of,
    sources_below,
    uses_of,
)

# DESIGN promise 7: never built. Nothing of ours may import these, tests and benchmarks included.
NEVER = (
    "controlnet_aux",
    "deepface",
    "diffusers",
    "dlib",
    "face_alignment",
    "face_recognition",
    "facenet_pytorch",
    "gfpgan",
    "insightface",
    "mediapipe",
    "mtcnn",
    "realesrgan",
    "rembg",
    "retinaface",
    "roop",
    "simswap",
    "torch",
    "transformers",
)
# OpenCV carries these in the same wheel. VideoCapture opens its bundled, outdated OpenSSL.
CV2_NEVER = (
    "cv2.CascadeClassifier",
    "cv2.FaceDetectorYN",
    "cv2.FaceRecognizerSF",
    "cv2.HOGDescriptor",
    "cv2.VideoCapture",
    "cv2.data",
    "cv2.dnn",
    "cv2.dnn_DetectionModel",
    "cv2.dnn_Model",
    "cv2.dnn_superres",
    "cv2.face",
    "cv2.inpaint",
    "cv2.readNet",
    "cv2.xphoto",
)
# Copyleft tools of the tests: started as programs, never imported by what we hand out.
TESTS_ONLY = ("gallery_dl", "pillow_heif", "surt", "text_unidecode", "wacz", "yt_dlp")


def test_nothing_of_ours_uses_a_forbidden_library() -> None:
    everything = [
        *product_sources(),
        *sources_below(VERIFIER),
        *sources_below(ROOT / "tests"),
        *sources_below(ROOT / "benchmarks"),
    ]

    assert _found(everything, (*NEVER, *CV2_NEVER)) == []


def test_the_program_mixes_no_pictures_and_imports_no_tool_of_the_tests() -> None:
    # seamlessClone makes test pictures; in the program it would be a step towards a generator.
    forbidden = (*TESTS_ONLY, "cv2.seamlessClone")

    assert _found([*product_sources(), *sources_below(VERIFIER)], forbidden) == []


def test_names_of_forbidden_opencv_parts_stand_nowhere_in_the_program() -> None:
    words = {name.rpartition(".")[2] for name in CV2_NEVER} - {"data", "face"}

    found = [
        f"{source.place}: {word}"
        for source in product_sources()
        for word in words
        if f".{word}" in source.text or f'"{word}"' in source.text
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import insightface.app",
        "from diffusers import Pipeline",
        "import importlib\nimportlib.import_module('dlib')",
        "import cv2\ncv2.dnn.readNet('x')",
        "import cv2 as cv\ncv.inpaint(a, b, 3, 0)",
        "from cv2 import VideoCapture",
        "import cv2\ngetattr(cv2, 'FaceDetectorYN')",
    ],
)
def test_a_forbidden_use_is_seen(text: str) -> None:
    assert _found([source_of(text)], (*NEVER, *CV2_NEVER)) != []


def test_opencv_itself_may_be_used() -> None:
    text = "import cv2\ncv2.SIFT_create().detect(x, None)\ncv2.dnnless"

    assert _found([source_of(text)], (*NEVER, *CV2_NEVER)) == []


def _found(sources: list[Source], forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{source.place}:{use.line} {use.name}"
        for source in sources
        for use in _forbidden_uses(source, forbidden)
    ]


def _forbidden_uses(source: Source, forbidden: tuple[str, ...]) -> Iterator[Use]:
    return (use for use in uses_of(source) if matches(use.name, forbidden))
