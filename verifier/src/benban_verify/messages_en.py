"""English messages by id."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    # Names of the checks.
    "check.structure": "structure",
    "check.payload manifest": "list of files under data/",
    "check.tag manifest": "list of files outside data/",
    "check.bag info": "what the bag says of itself",
    "check.log": "log",
    "check.signature": "signature",
    "check.records": "disclosed entries",
    "check.manifest sealed": "sealing",
    "check.exhibits": "exhibits",
    "check.custody": "events",
    "check.visits": "visits",
    "check.graph": "case.jsonld (CASE/UCO)",
    "check.signer": "who made it",
    "check.receipt": "receipt",
    "check.time": "time",
    "check.comparison": "comparison",
    "check.originals": "originals",
    "check.earlier": "earlier time stamp of {authority}",
    "check.token": "time stamp tsa-{authority}.tsr",
    # What is printed around the checks.
    "help": (
        "benban-verify PATH [--key ID] [--receipt FILE] [--tsa-root FILE] [--originals FILE] "
        "[--lang vi|en] [--json]\n\n"
        "Checks a dossier of benban. Nothing leaves this computer.\n\n"
        "  PATH              the dossier (zip), or the folder it was unpacked to\n"
        "  --key ID          key id that you got another way than in the dossier\n"
        "  --receipt FILE    receipt that was given on the day\n"
        "  --tsa-root FILE   root certificate of a time stamp authority; may stand more than once\n"
        "  --originals FILE  the tar that you opened with age (edition for an authority)\n"
        "  --lang vi|en      language of the messages\n"
        "  --json            one JSON document\n\n"
        "Exit code: 0 all checks passed, 1 at least one failed, 2 nothing failed but not "
        "everything was checked, 3 not a dossier or wrong call.\n"
    ),
    "result.PASS": "ok",
    "result.FAIL": "FAIL",
    "result.NOT_DONE": "not done",
    "end.0": (
        "All checks passed: these files have not changed since they were sealed, and they agree "
        "with what you brought. Whether what they tell is true, this does not show."
    ),
    "end.demonstration": "DEMONSTRATION: made from an example, not about a real person.",
    "end.1": (
        "At least one check FAILED. Do not rely on this copy; ask for another copy from the "
        "person or office that made it, and keep this one."
    ),
    "end.2": 'Nothing failed, but not everything was checked: see "not done".',
    "end.3": "Nothing was checked.",
    # Not a dossier, wrong usage.
    "not_a_dossier": "This is not a dossier of benban.",
    "unreadable": "This file or folder cannot be read.",
    "usage": "The call is wrong. Type: benban-verify --help",
    "usage.key": "--key must be a key id: eight groups of four letters and digits.",
    "usage.receipt": "The file given with --receipt is not a receipt.",
    "usage.tsa_root": "The file given with --tsa-root holds no certificate.",
    "internal": (
        "This program met something it did not expect and stopped. The dossier is unchanged. "
        "Do not take this for a passed check."
    ),
    "skipped": 'Not looked at, because the check "{check}" did not pass.',
    # structure
    "structure.pass": "Every file that belongs in a dossier is there and no other ({files} files).",
    "structure.name": "A file has a name that a dossier cannot have: {name}",
    "structure.twice": "A name stands twice, so two programs could show different files: {name}",
    "structure.too_many": "There are more files than a dossier can have (limit {limit}).",
    "structure.too_big": "The file {name} is longer than it can be (limit {limit} bytes).",
    "structure.unreadable": "The file {name} cannot be read.",
    "structure.link": "{name} is not a plain file (a link, a folder entry or a device).",
    "structure.top": "The zip does not hold exactly one top folder.",
    "structure.missing": "The file {name} is missing.",
    "structure.extra": "The file {name} does not belong in a dossier.",
    "structure.bagit": "bagit.txt does not say what it must say.",
    "structure.zip_end": (
        "The end of the zip is not as it must be: something was added behind it, or cut off."
    ),
    "structure.zip_gap": "The zip holds hidden bytes before, between or behind its files.",
    "structure.zip_directory": "The zip's list of files is damaged.",
    "structure.zip_headers": (
        "The zip says two different things about {name}, so two programs could show different "
        "files."
    ),
    "structure.zip_encrypted": "{name} is encrypted in the zip; a dossier never is.",
    "structure.zip_flags": (
        "{name} is stored in a way that a dossier does not use. If somebody unpacked and zipped "
        "it again, give this program the unpacked folder instead."
    ),
    "structure.zip_method": "{name} is packed in a way that a dossier does not use.",
    "structure.zip_extra": (
        "{name} carries extra data in the zip. If somebody unpacked and zipped it again, give "
        "this program the unpacked folder instead."
    ),
    "structure.zip_content": "The bytes of {name} are not what the zip promises.",
    "structure.bomb": "Unpacked, {name} would be far larger than a dossier can be.",
    # manifests
    "payload.pass": "All {files} files under data/ are the listed ones (SHA-256).",
    "tags.pass": "All files outside data/ are the listed ones (SHA-256).",
    "manifest.line": "{name} cannot be read at line {line}.",
    "manifest.missing": "{name} is listed but missing.",
    "manifest.unlisted": "{name} is there but not listed.",
    "manifest.changed": "{name} was changed (and {more} more).",
    # bag info
    "bag_info.pass_reading": "Reading edition, made on {date} by its own clock.",
    "bag_info.pass_authority": "Edition for an authority, made on {date} by its own clock.",
    "bag_info.unreadable": "bag-info.txt cannot be read.",
    "bag_info.oxum": "bag-info.txt names another size or number of files.",
    "bag_info.edition": "bag-info.txt names another edition than the one that is there.",
    "bag_info.other": "bag-info.txt and the inventory do not agree ({name}).",
    # log
    "log.pass": "The log is complete: {size} entries give the signed root.",
    "log.note_unreadable": "checkpoint.note cannot be read.",
    "log.proofs_unreadable": "proofs.json cannot be read ({why}).",
    "log.other_origin": "The proofs and the checkpoint come from two different logs.",
    "log.size": "The checkpoint speaks of {size} entries, the proofs of {leaves}.",
    "log.root": "The entries do not give the signed root: one was changed, added or removed.",
    # signature
    "signature.pass": "The checkpoint is signed with the key {key}.",
    "signature.key_unreadable": "The key in the dossier cannot be read.",
    "signature.key_weak": "The key in the dossier is one that anybody can sign for.",
    "signature.other_key": "The checkpoint was signed with another key than the dossier names.",
    "signature.wrong": "The signature does not fit the checkpoint: one of them was changed.",
    # records
    "records.pass": "All {records} disclosed entries are those of the log.",
    "records.order": "The disclosed entries are not in order (entry {position}).",
    "records.position": "Entry {position} lies behind the end of the log.",
    "records.leaf": "Entry {position} is not the one in the log: it was changed.",
    "records.unreadable": "Entry {position} cannot be read ({why}).",
    "records.field": "An opened value of entry {position} is not the one in the log.",
    # manifest sealed
    "sealed.pass": "These files were sealed in the log; its own clock said {at}.",
    "sealed.no_event": "The log's event that seals this dossier is not there.",
    "sealed.other_manifest": (
        "The log sealed other files than these: something under data/ was changed, added or "
        "removed after sealing."
    ),
    # exhibits
    "exhibits.pass": "All {exhibits} exhibits of the inventory agree with the log and the files.",
    "exhibits.unreadable": "The inventory cannot be read ({why}).",
    "exhibits.other_list": "The inventory and the proofs name different exhibits ({subject}).",
    "exhibits.twice": "The inventory names an exhibit twice.",
    "exhibits.no_record": "The entry of exhibit {subject} is not disclosed.",
    "exhibits.other_record": "The inventory says something else about {subject} than the log.",
    "exhibits.other_value": "The inventory's {name} of {subject} is not the one in the log.",
    "exhibits.no_file": "The file of exhibit {subject} is not there.",
    "exhibits.other_file": "The file of exhibit {subject} is not the one that was taken in.",
    "exhibits.other_text": "The text {name} is of an exhibit that the inventory does not name.",
    # custody
    "custody.pass": "All {events} events told in the dossier agree with the log.",
    "custody.unreadable": "The list of events cannot be read ({why}).",
    "custody.no_record": "The dossier tells of entry {position} but does not disclose it.",
    "custody.other_record": "The dossier tells entry {position} differently than the log.",
    "custody.not_forgotten": "The dossier calls entry {position} forgotten but discloses it.",
    # visits
    "visits.pass": "The records of all {visits} visits are those that were logged.",
    "visits.alone": "The record of visit {subject} and its entry in the log are not both there.",
    "visits.other": "The record of visit {subject} is not the one that was logged.",
    "visits.unreadable": "The record of visit {subject} cannot be read ({why}).",
    # graph
    "graph.pass": "All {nodes} nodes of case.jsonld say what the inventory and the log say.",
    "graph.unreadable": "case.jsonld cannot be read ({why}).",
    "graph.other": "case.jsonld says something of {subject} that the log does not say.",
    "graph.unknown": "case.jsonld holds {name}, which nothing in the log speaks of.",
    "graph.missing": "case.jsonld leaves out what the log says of {subject}.",
    # signer
    "signer.pass": "The key {key} is the one you got another way.",
    "signer.pass_handed_over": (
        "The case changed hands: the key you got another way, {given}, and the key {key} of this "
        "dossier have both signed that change."
    ),
    "signer.demonstration": (
        "The key {key} is the one you got another way. It is the key of a DEMONSTRATION."
    ),
    "signer.not_shown": (
        "This bag agrees with itself. Who made it and when is not shown until you compare key id "
        "{key} with one you got another way."
    ),
    "signer.other_key": (
        "The key of this dossier is {key}, but you were given {expected}: somebody else made it, "
        "or made it anew."
    ),
    # receipt
    "receipt.pass": (
        "The receipt of {date} names the first {size} entries of this log: they are unchanged "
        "since."
    ),
    "receipt.other_case": "The receipt belongs to another case.",
    "receipt.later": (
        "The receipt names {size} entries, this dossier {entries}: the receipt is younger. Take "
        "one that was given before this dossier, or ask for a newer dossier."
    ),
    "receipt.other_past": (
        "The receipt names another past: one of the first {size} entries was changed, added or "
        "removed after the receipt was given."
    ),
    # token, time
    "token.pass_stored": (
        'Valid time stamp of "{signer}" over this checkpoint: {at}. Revocation state then: stored '
        "(not withdrawn)."
    ),
    "token.pass": 'Valid time stamp of "{signer}" over this checkpoint: {at}.',
    "token.pass_expired_stored": (
        'Valid time stamp of "{signer}" over this checkpoint: {at}. Its certificate expired '
        "since; revocation state then: stored (not withdrawn)."
    ),
    "token.pass_expired": (
        'Valid time stamp of "{signer}" over this checkpoint: {at}. Its certificate expired '
        "since; revocation state then: not known."
    ),
    "earlier.pass": (
        "The first {size} entries of this log existed at {at} at the latest (time stamp of "
        '"{signer}").'
    ),
    "earlier.not_shown": (
        "A time stamp over the first {size} entries agrees with itself. Whose it is, and so its "
        "time, is not shown until you compare it with a root certificate that you got another way."
    ),
    "earlier.other_log": (
        "The head over {size} entries that lies beside this dossier is not the beginning of this "
        "log."
    ),
    "token.withdrawn": (
        "The certificate of tsa-{authority}.tsr was withdrawn before it made this time stamp."
    ),
    "token.key_in_doubt": (
        "The certificate of tsa-{authority}.tsr was withdrawn later, and not for a reason that "
        "leaves its earlier time stamps good (RFC 3161): its key may be in other hands."
    ),
    "token.not_shown": (
        "The time stamp tsa-{authority}.tsr agrees with itself. Whose it is, and so its time, is "
        "not shown until you compare it with a root certificate that you got another way "
        "(--tsa-root FILE)."
    ),
    "token.unreadable": "The time stamp tsa-{authority}.tsr cannot be read ({why}).",
    "token.refused": "The file tsa-{authority}.tsr is no time stamp but its refusal to give one.",
    "token.changed": "The time stamp tsa-{authority}.tsr was changed after it was signed.",
    "token.other_note": "The time stamp tsa-{authority}.tsr is over another checkpoint.",
    "token.outside_validity": (
        "The time stamp tsa-{authority}.tsr says {at}, but its certificate was not valid then."
    ),
    "token.signature": "The signature of the time stamp tsa-{authority}.tsr is wrong.",
    "token.certificate": "The certificate of tsa-{authority}.tsr is unusable or weak.",
    "token.purpose": "The certificate of tsa-{authority}.tsr is not meant for time stamps alone.",
    "token.chain": "A certificate between tsa-{authority}.tsr and its root may not vouch for it.",
    "token.chain_outside_validity": (
        "A certificate between tsa-{authority}.tsr and its root was not valid at {at}."
    ),
    "token.no_certificate": (
        "The time stamp tsa-{authority}.tsr does not carry its certificate, so it was not checked."
    ),
    "token.method": (
        "The time stamp tsa-{authority}.tsr is signed in a way that this program does not know."
    ),
    "token.program_failed": "openssl did not answer, so the time stamp was not checked.",
    "token.no_program": (
        "The time stamp tsa-{authority}.tsr was not checked: that needs the Python package "
        "cryptography or the program openssl."
    ),
    "time.no_token": "There is no time stamp in this dossier: when it was made is not shown.",
    "time.pass": (
        'This dossier existed at {at} at the latest (tsa-{authority}.tsr of "{signer}", '
        "root {root})."
    ),
    "time.pass_given": (
        "This dossier existed at {at} at the latest, if you trust the root that you gave: {root} "
        '(tsa-{authority}.tsr of "{signer}"). This program does not know whose root it is.'
    ),
    "time.none_checked": (
        "No time stamp of this dossier could be confirmed: when it was made is not shown."
    ),
    "time.not_shown": (
        "The time stamps agree with themselves. When this was made is not shown until you compare "
        "them with a root certificate that you got another way (--tsa-root FILE)."
    ),
    "time.other_root": "No time stamp in this dossier leads to the root that you gave.",
    # comparison, originals
    "comparison.none": "No comparison in this dossier.",
    "comparison.unreadable": "The comparison cannot be read ({why}).",
    "comparison.other_exhibit": "The comparison names {subject}, which is not in the inventory.",
    "comparison.other_original": "The comparison names another photo {subject} than the log.",
    "comparison.no_record": (
        "The entry of photo {subject}, which the comparison names, is not disclosed."
    ),
    "comparison.other_pictures": "The comparison and its pictures do not belong together ({name}).",
    "comparison.other_picture": "The picture {name} is not the one that the log took in.",
    "comparison.says_too_much": "The comparison says more about {subject} than its tier allows.",
    "comparison.pass": (
        "{pictures} veiled pictures recomputed: at least {percent} % of the shown patches agree, "
        "and nothing sharp shows where it is veiled."
    ),
    "comparison.pass_with_links": (
        "{pictures} veiled pictures recomputed: at least {percent} % of the shown patches agree, "
        "and nothing sharp shows where it is veiled. {links} numbered places lie where the stored "
        "geometry puts them, and {patches} texture patches correlate as told."
    ),
    "comparison.pass_with_map": (
        "{pictures} veiled pictures recomputed: at least {percent} % of the shown patches agree, "
        "and nothing sharp shows where it is veiled. {links} numbered places lie where the stored "
        "geometry puts them, {patches} texture patches correlate as told, and each overlay and "
        "map is drawn from the veiled pair and the told cells."
    ),
    "comparison.no_picture": "The comparison shows no picture, so there is nothing to recompute.",
    "comparison.grid": "The change map of {name} does not cover its picture.",
    "comparison.picture_unreadable": "The picture {name} cannot be read as what it should be.",
    "comparison.unveiled": "The picture {name} shows details where it says it is veiled.",
    "comparison.pixels_disagree": (
        'In the picture {name} only {percent} % of the parts called "agreed" agree.'
    ),
    "comparison.links": "The numbered places told of {name} cannot be as they are told.",
    "comparison.patches": "The texture patches told of {name} cannot be as they are told.",
    "comparison.links_drawn": (
        "The picture {name} is not the veiled pair with marks at its numbered places."
    ),
    "comparison.patches_drawn": (
        "The picture {name} does not hold the texture patches, or not the correlation, as told."
    ),
    "comparison.overlay_drawn": (
        "The picture {name} is not laid together from the shown parts of the veiled pair."
    ),
    "comparison.map_drawn": "The picture {name} does not show the cells as they are told.",
    "comparison.too_little": "A picture of the comparison shows too little to recompute it.",
    "comparison.no_pixels": (
        "This dossier has a picture comparison. This program did not recompute it: that needs "
        "benban_verify[pixels]. The files of the comparison are covered by the other checks."
    ),
    "originals.none": "No originals in this edition.",
    "originals.pass": "All {files} opened originals are exhibits of the inventory, byte for byte.",
    "originals.other": "{name} is not an exhibit of this dossier, or was changed.",
    "originals.unreadable": "The file given with --originals cannot be read as a tar of originals.",
    "originals.unopened": "The file given with --originals cannot be opened.",
    "originals.sealed": (
        "The originals are sealed for the recipient's key (originals.tar.age). Their owner opens "
        "them with age and gives this program the result: --originals FILE."
    ),
}
