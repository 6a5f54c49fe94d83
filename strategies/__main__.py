# SPDX-License-Identifier: Apache-2.0
"""`python -m strategies` is `headwater`."""

import sys

from strategies.cli import main

sys.exit(main())
