"""How much a dossier may ask of the computer that checks it."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

CHUNK_BYTES: Final = 256 * KIB

# A dossier has tens of files; an archive with a million entries only costs time.
MAX_FILES: Final = 20_000
MAX_PATH_DEPTH: Final = 8
MAX_PATH_CHARS: Final = 240
MAX_NAME_CHARS: Final = 120
MAX_DIRECTORY_BYTES: Final = 16 * MIB

# Stored files cost no more than the zip itself. Deflate reaches a ratio of about 1030;
# texts, tables and PDFs stay far below 200 (research: 256 MiB of zeros have 1028).
MAX_STORED_BYTES: Final = 256 * GIB
MAX_DEFLATED_FILE_BYTES: Final = 1 * GIB
MAX_DEFLATED_TOTAL_BYTES: Final = 4 * GIB
MAX_RATIO: Final = 200
RATIO_FREE_BYTES: Final = 1 * MIB

# Files that are read whole.
MAX_TAG_BYTES: Final = 64 * KIB
MAX_NOTE_BYTES: Final = 4 * KIB
MAX_CRL_BYTES: Final = 8 * 1024 * 1024
MAX_OCSP_BYTES: Final = 64 * KIB
MAX_TOKEN_BYTES: Final = 256 * KIB
MAX_MANIFEST_BYTES: Final = 8 * MIB
MAX_JSON_BYTES: Final = 96 * MIB
MAX_PICTURE_BYTES: Final = 96 * MIB
MAX_RECEIPT_BYTES: Final = 4 * KIB
MAX_ROOT_FILE_BYTES: Final = 4 * MIB

MAX_TOKENS: Final = 16
MAX_LEAVES: Final = 1_000_000
MAX_RECORD_BYTES: Final = 1 * MIB
MAX_JSON_DEPTH: Final = 32
MAX_SAFE_INTEGER: Final = 2**53 - 1
