# SPDX-License-Identifier: Apache-2.0
"""What every command of the house shares: whatever goes wrong is one line and an exit status.

Imported by the command lines alone: `headwater` and those under scripts/.
"""

import argparse
import sys
from collections.abc import Callable

from strategies.errors import EXIT_ENVIRONMENT, EXIT_USAGE, HeadwaterError

# The shell's own number for a program stopped by Ctrl-C.
EXIT_INTERRUPTED = 130


class OneLineParser(argparse.ArgumentParser):
    """One line instead of the usage text, so that the fault is what is read."""

    def error(self, message: str):
        # argparse lists every choice; its own wording is kept, on one line.
        self.exit(EXIT_USAGE, f"error: {' '.join(message.split())}; see {self.prog} --help\n")


def run_as_command(body: Callable[[], int]) -> int:
    """Run a command's body; a failure of ours, or of a file, is one line and its exit status."""
    try:
        return body()
    except HeadwaterError as failure:
        print(f"error: {' '.join(str(failure).split())}", file=sys.stderr)
        return failure.exit_status
    except BrokenPipeError:
        # The reader of our output has gone, as `headwater explain | head` does.
        sys.stderr.close()
        return 0
    except OSError as failure:
        if failure.filename is None:
            raise
        print(f"error: {failure.filename}: {failure.strerror}; name another", file=sys.stderr)
        return EXIT_ENVIRONMENT
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
