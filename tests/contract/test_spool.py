"""What every spool keeps to; run on the vault's and on the one in memory."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.capture.ports import Spool, SpooledPart
from benban.capture.read_back import read_back
from benban.testing.spool import MemorySpool

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DATA = bytes(range(256)) * 1_000


class SpoolContract:
    """Subclassed once for each implementation, which gives the fixture ``spool``."""

    def test_what_was_written_reads_back_with_its_digests(self, spool: Spool[SpooledPart]) -> None:
        part = spool.open_part()
        part.write(DATA[:100])
        part.write(DATA[100:])

        spooled = part.finish()

        with spooled.open() as file:
            assert file.read() == DATA
        assert spooled.size_bytes == len(DATA)
        assert spooled.sha256.hex == hashlib.sha256(DATA).hexdigest()
        assert spooled.sha512.hex == hashlib.sha512(DATA).hexdigest()
        read_back(spooled)

    def test_it_can_be_opened_again_and_sought(self, spool: Spool[SpooledPart]) -> None:
        part = spool.open_part()
        part.write(DATA)
        spooled = part.finish()

        for start in (200_000, 7, 0):
            with spooled.open() as file:
                file.seek(start)
                assert file.read(5) == DATA[start : start + 5]

    def test_two_parts_do_not_mix(self, spool: Spool[SpooledPart]) -> None:
        first, second = spool.open_part(), spool.open_part()
        first.write(b"mot")
        second.write(b"hai")

        assert [part.finish().open().read() for part in (first, second)] == [b"mot", b"hai"]

    def test_an_empty_part_is_a_part(self, spool: Spool[SpooledPart]) -> None:
        spooled = spool.open_part().finish()

        assert (spooled.size_bytes, spooled.open().read()) == (0, b"")

    def test_discarding_twice_or_after_the_end_does_nothing(
        self, spool: Spool[SpooledPart]
    ) -> None:
        part = spool.open_part()
        part.write(DATA)
        spooled = part.finish()

        part.discard()
        part.discard()

        assert spooled.open().read() == DATA


class TestMemorySpool(SpoolContract):
    @pytest.fixture
    def spool(self) -> MemorySpool:
        return MemorySpool()


class TestVaultSpool(SpoolContract):
    @pytest.fixture
    def spool(self, tmp_path: Path) -> Iterator[Spool[SpooledPart]]:
        from benban.model.case import Capacity, Case
        from benban.model.ids import new_case_id
        from benban.outside.platforms import ThisPlatform
        from benban.testing.clock import FakeClock
        from benban.vault import KdfCost, Vault
        from benban.wording import Language

        vault, _ = Vault.create(
            tmp_path / "kho",
            passphrase="mot cau mat khau dai",
            cost=KdfCost.cheap_for_tests(),
            clock=FakeClock(NOW),
            platform=ThisPlatform(),
        )
        case = Case(
            id=new_case_id(),
            title="",
            language=Language.VI,
            capacity=Capacity.SELF,
            opened_at=NOW,
        )
        with vault:
            yield vault.create_case(case).spool("contract")
