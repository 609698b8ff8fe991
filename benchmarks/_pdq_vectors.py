"""
Writes vectors/pdq/*.json with what pdqhash computes; needs the peers group and a compiler.

``python -m benchmarks._pdq_vectors`` from the checkout, where pdqhash is installed. The pictures
are drawn by rule (benban.testing.drawings); a vector holds the digest of the exact RGB array.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pdqhash

from benban.testing.drawings import GENERATORS, draw

_FOLDER = Path(__file__).parent.parent / "vectors" / "pdq"
# Smallest, below smallest, exactly 64, odd, upright, wide, and large enough for long sums.
_SIZES = ((5, 5), (4, 90), (64, 64), (63, 65), (97, 130), (480, 640), (700, 1000), (1501, 1999))
_LARGE = ((3000, 4000),)


def main() -> None:
    """Write one file per generator."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for number, generator in enumerate(sorted(GENERATORS)):
        sizes = _SIZES + (_LARGE if generator in {"landscape", "gradient"} else ())
        pictures = [
            _vector(generator, 100 * number + k, height, width)
            for k, (height, width) in enumerate(sizes)
        ]
        document = {
            "made_by": f"pdqhash {version('pdqhash')}, numpy {version('numpy')}, x86-64",
            "layout": "height x width x 3 bytes, red green blue, row by row",
            "pictures": pictures,
        }
        text = json.dumps(document, indent=1) + "\n"
        (_FOLDER / f"{generator}.json").write_text(text, encoding="utf-8")


def _vector(generator: str, seed: int, height: int, width: int) -> dict[str, object]:
    rgb = draw(generator, seed=seed, width_px=width, height_px=height)
    upright, quality = pdqhash.compute(rgb)
    turned, _ = pdqhash.compute_dihedral(rgb)
    return {
        "generator": generator,
        "seed": seed,
        "width_px": width,
        "height_px": height,
        "rgb_sha256": hashlib.sha256(rgb.tobytes()).hexdigest(),
        "hash": _hex(upright),
        "quality": int(quality),
        "dihedral": [_hex(bits) for bits in turned],
    }


def _hex(bits: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    return np.packbits(bits.astype(np.uint8)).tobytes().hex()


if __name__ == "__main__":
    main()
