# SPDX-License-Identifier: Apache-2.0
"""One HTML page about a run, complete in itself: no request to any host."""
