"""What a notice lacks, and what it must not say, per regime."""

import re
from collections.abc import Callable

from benban.model.catalogue import Catalogue, Form, Regime
from benban.model.remedy import LintFinding, Notice
from benban.model.sighting import Sighting
from benban.notices.marks import DIGEST_LABEL, has_marks, without_marks
from benban.notices.statements import statement_text
from benban.wording import Language

# The name under which each regime's own article must stand in the text.
_BASIS = {
    Regime.VN_DECREE_147: "147/2024",
    Regime.VN_CHILD: "56/2017",
    Regime.US_TIDA: "223a",
    Regime.EU_DSA: "2022/2065",
}
_STATED_CONSENT = "no-consent"

_PICTURE = re.compile(r"data:image|<img|\b[0-9a-f]{32,}\b", re.IGNORECASE)
_DIGEST_LINE = re.compile(rf"^{DIGEST_LABEL} [0-9a-f]{{64}}$", re.MULTILINE)
_PERJURY = re.compile(r"perjur|khai man", re.IGNORECASE)
# The hours that only an authority's demand starts (law 116/2025 art. 25.2.b, decree 147 art. 23.5).
_AUTHORITY_CLOCK = re.compile(r"\b24\s*(?:h\b|hours?|giờ|tiếng)", re.IGNORECASE)
_NAMES_OTHERS = re.compile(r"(?<![\w.])@\w{3,}|https?://|\bt\.me/|\b\d{9,}\b")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PLACE = re.compile(r"\{\w+\}")


def lint_notice(
    notice: Notice, catalogue: Catalogue, *, sighting: Sighting
) -> tuple[LintFinding, ...]:
    """
    Return what is wrong with *notice*; a finding that ``blocks`` must be mended before it is sent.

    Per regime: TAKE IT DOWN Act 4 of 4 (signature, location, good faith, contact); DSA article 16
    4 of 4 (explanation, exact address, name and e-mail, good faith); decree 147 (who and where in
    Viet Nam, exact address, the rule, contact); a service's own rules as for the Act.

    Args:
        notice: in any state; an unsigned draft lacks its signature by nature.
        catalogue: with the forms, the repealed rules, the withheld facts and the avoided words.
        sighting: the one the notice is about.

    Source: 47 USC 223a(a)(1)(B), Regulation (EU) 2022/2065 art. 16(2), decree 147/2024 art.
    23(3)(i), read in stored copies of 2026-11-22; facts/channels.md section 5.
    """
    form = catalogue.form(notice.form)
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("form", lambda: form is None),
        ("address", lambda: _lacks_address(notice, sighting, form)),
        ("unsigned", lambda: notice.signature is None or has_marks(notice.body)),
        ("name", lambda: notice.signature is not None and not notice.signature.name.strip()),
        ("contact", lambda: _lacks_contact(notice, form)),
        ("statements", lambda: form is not None and _lacks_statement(notice, form)),
        ("basis", lambda: form is not None and _BASIS.get(form.regime, "") not in notice.body),
        ("explanation", lambda: form is not None and _was_cut(notice, form)),
        ("adult-form", lambda: _is_adult_form_for_minor(form, sighting)),
        ("unverified", lambda: any(notice.channel_id == one for one, _ in catalogue.withheld)),
        ("repealed", lambda: _cites_repealed(notice, catalogue)),
        ("authority-clock", lambda: bool(_AUTHORITY_CLOCK.search(_own_words(notice, sighting)))),
        ("picture", lambda: bool(_PICTURE.search(_without_digests(notice, sighting)))),
        ("perjury", lambda: bool(_PERJURY.search(notice.body))),
        ("other-people", lambda: bool(_NAMES_OTHERS.search(_own_words(notice, sighting)))),
        ("words", lambda: _has_avoided_word(notice, catalogue, sighting)),
    )
    found = [_finding(rule) for rule, fails in checks if fails()]
    if _is_pseudonym_risky(notice, form):
        found.append(_finding("pseudonym", blocks=False))
    return tuple(found)


def find_avoided_words(
    text: str, language: Language, catalogue: Catalogue, *, for_minors: bool
) -> tuple[str, ...]:
    """Return the avoided terms of *language* that stand in *text* (terms.toml)."""
    lower = text.lower()
    return tuple(
        term.term
        for term in catalogue.avoided_terms
        if term.language is language
        and (for_minors or not term.is_for_minors_only)
        and re.search(term.term, lower)
    )


def _finding(rule: str, *, blocks: bool = True) -> LintFinding:
    return LintFinding(rule=rule, message_id=f"notice.lint.{rule}", blocks=blocks)


def _lacks_address(notice: Notice, sighting: Sighting, form: Form | None) -> bool:
    if sighting.address is None:
        return form is None or form.regime is not Regime.CRIME_REPORT
    # The raw address: a canonical one may have lost the key that opens the content.
    return without_marks(sighting.address.raw) not in notice.body.splitlines()


def _lacks_contact(notice: Notice, form: Form | None) -> bool:
    if notice.signature is None:
        return False
    contact = notice.signature.contact.strip()
    needs_mail = form is not None and form.regime is Regime.EU_DSA
    return not contact or (needs_mail and not _MAIL.fullmatch(contact))


def _lacks_statement(notice: Notice, form: Form) -> bool:
    if notice.signature is None:
        return False
    needs_consent = _STATED_CONSENT in form.statements
    given = notice.signature.statements
    stands = all(statement_text(notice.language, one) in notice.body for one in given)
    is_short = len(given) < len(form.statements)
    return is_short or not stands or (needs_consent and _STATED_CONSENT not in given)


def _was_cut(notice: Notice, form: Form) -> bool:
    fixed = (line for line in form.text(notice.language).body.splitlines() if line.strip())
    return any(line not in notice.body for line in fixed if not _PLACE.search(line))


def _is_adult_form_for_minor(form: Form | None, sighting: Sighting) -> bool:
    return form is not None and not sighting.answers.all_yes and not form.is_for_minors


def _cites_repealed(notice: Notice, catalogue: Catalogue) -> bool:
    text = f"{notice.subject}\n{notice.body}"
    return any(rule.cited_in(text) for rule in catalogue.repealed)


def _own_words(notice: Notice, sighting: Sighting) -> str:
    # The address may hold anything, and the signature is the person's own.
    text = f"{notice.subject}\n{notice.body}"
    if sighting.address is not None:
        text = text.replace(without_marks(sighting.address.raw), "")
    if notice.signature is not None:
        for own in (notice.signature.name.strip(), notice.signature.contact.strip()):
            text = text.replace(without_marks(own), "") if own else text
    return text


def _without_digests(notice: Notice, sighting: Sighting) -> str:
    words = _own_words(notice, sighting)
    # Under 18, or not sure: no digest of anything, on whatever line it stands.
    return _DIGEST_LINE.sub("", words) if sighting.answers.all_yes else words


def _has_avoided_word(notice: Notice, catalogue: Catalogue, sighting: Sighting) -> bool:
    words = _own_words(notice, sighting)
    minor = not sighting.answers.all_yes
    return bool(find_avoided_words(words, notice.language, catalogue, for_minors=minor))


def _is_pseudonym_risky(notice: Notice, form: Form | None) -> bool:
    # The Act asks for a signature of the person; it does not say that a pseudonym is one.
    is_act = form is not None and form.regime is Regime.US_TIDA
    return is_act and notice.signature is not None and notice.signature.is_pseudonym
