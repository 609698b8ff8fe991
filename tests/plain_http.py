"""
What a client of a loopback server in these tests believes of certificates: none.

Left to itself httpx reads all roots of trust for each client, also where it only speaks plain HTTP;
that takes longer than a page of the desk.
"""

import ssl

NO_ROOTS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
