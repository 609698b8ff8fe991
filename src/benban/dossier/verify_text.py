"""``VERIFY.txt``: how to check the dossier with the program and by hand, in both languages."""

import textwrap

from benban.dossier.mask import MASKED
from benban.dossier.view import DossierView, Edition
from benban.wording import Language, say

_WIDTH = 96
_RULE = "=" * 72

# Every command prints the file's own name when something differs; the manifests hold lines of
# `<hash><two blanks><path>`.
_WINDOWS = (
    "Get-Content manifest-sha256.txt | ForEach-Object {",
    "  $hash, $path = $_ -split '  ', 2",
    "  if ((Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash -ne $hash) { $path } }",
)
_MAC = ("shasum -a 256 -c manifest-sha256.txt",)
_LINUX = ("sha256sum -c manifest-sha256.txt",)
_PROGRAM = (
    "python benban-verify.pyz FILE.zip --receipt RECEIPT.txt",
    "python benban-verify.pyz FILE.zip --key {key_id}",
)
# `openssl ts` is part of OpenSSL since 1.0; -attime since 1.0.2.
_TIME = (
    "openssl ts -reply -in tsa-NAME.tsr -text",
    "openssl ts -verify -data checkpoint.note -in tsa-NAME.tsr -CAfile ROOT.pem",
)
_TIME_EXPIRED = (
    "openssl ts -verify -attime SECONDS -data checkpoint.note -in tsa-NAME.tsr -CAfile ROOT.pem",
)


def verify_text(view: DossierView) -> bytes:
    """Return the text as UTF-8 with LF line ends: the person's language first."""
    languages = (*view.languages, *(one for one in Language if one not in view.languages))
    parts = [_in_language(view, language) for language in languages]
    return f"\n{_RULE}\n\n".join(parts).encode("utf-8")


def _in_language(view: DossierView, language: Language) -> str:
    out = _Text(language)
    out.line("title")
    if view.is_demonstration:
        out.raw(say(language, "dossier.demonstration"))
    out.line("number", number=view.dossier_id)
    out.paragraph("trust")
    out.section("key")
    out.code(view.key_id, view.origin)
    out.paragraph("key.none")
    out.section("program")
    out.code(*(command.format(key_id=view.key_id) for command in _PROGRAM))
    if view.verifier_sha256:
        out.paragraph("program.published", digest=view.verifier_sha256)
    else:
        out.paragraph("program.unpublished")
    out.paragraph("program.answers")
    out.section("files")
    for system, commands in (("windows", _WINDOWS), ("mac", _MAC), ("linux", _LINUX)):
        out.paragraph(f"files.{system}")
        out.code(*commands)
    out.paragraph("files.tag")
    out.section("log")
    out.paragraph("log.tree")
    out.section("time")
    out.code(*_TIME)
    out.paragraph("time.expired")
    out.code(*_TIME_EXPIRED)
    out.paragraph("time.none")
    out.section("reveals", exhibits=len(view.exhibits), entries=view.entry_count + 1)
    out.paragraph("reveals.masked", mark=MASKED)
    if view.edition is Edition.AUTHORITY:
        out.section("originals")
    else:
        out.raw("")
        out.paragraph("originals.none")
    return out.text()


class _Text:
    """Gathers wrapped lines of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._lines: list[str] = []

    def section(self, name: str, **params: str | int) -> None:
        """Add a numbered heading and its first paragraph."""
        self._lines.append("")
        self.line(f"{name}.title")
        self.paragraph(name, **params)

    def paragraph(self, name: str, **params: str | int) -> None:
        """Add our words, wrapped."""
        words = say(self._language, f"dossier.by-hand.{name}", **params)
        self._lines += textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)

    def line(self, name: str, **params: str | int) -> None:
        """Add our words as they are."""
        self._lines.append(say(self._language, f"dossier.by-hand.{name}", **params))

    def raw(self, words: str) -> None:
        """Add a line that stands already."""
        self._lines.append(words)

    def code(self, *commands: str) -> None:
        """Add what is typed or compared, set off."""
        self._lines += ["", *(f"    {command}" for command in commands), ""]

    def text(self) -> str:
        """Return everything, each line ended."""
        return "\n".join(self._lines) + "\n"
