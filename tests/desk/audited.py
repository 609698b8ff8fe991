"""Folders and archives of drawn photos for the pages of an audit, and what a case keeps of them."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from benban.casework.audit_keepers import CaseKeeper
from benban.model.own_photo import AuditedPhoto
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from tests.desk.rig import Running
from tests.unit.unpack.own_photos.archives import lists


def draw_photos(folder: Path, count: int = 4) -> Path:
    """Write drawn pictures into a folder, the last one twice, compressed anew the second time."""
    folder.mkdir(parents=True)
    subjects = list(Subject)
    scenes = [
        draw_example(subjects[number % len(subjects)], seed=number, width_px=640, height_px=480)
        for number in range(count)
    ]
    for number, scene in enumerate(scenes):
        (folder / f"IMG_{number:03}.jpg").write_bytes(encode_jpeg(scene))
    (folder / f"IMG_{count:03}.jpg").write_bytes(encode_jpeg(scenes[-1], quality=70))
    return folder


def write_archive(path: Path, layout: str, *pictures: str) -> Path:
    """Write the archive of a service with a drawn picture at each of *pictures*."""
    scene = draw_example(Subject.CAT, seed=3, width_px=320, height_px=240)
    content = {**lists(layout), **dict.fromkeys(pictures, encode_jpeg(scene))}
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def kept(desk: Running, path: str) -> list[AuditedPhoto]:
    """Return what the case at ``/c/<case>/...`` keeps of an audit."""
    with desk.desk.case(path.split("/")[2]) as store:
        return list(CaseKeeper(store).photos())
