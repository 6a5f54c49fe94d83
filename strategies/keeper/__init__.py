# SPDX-License-Identifier: Apache-2.0
"""The one loop of paper and live mode: look, decide, record, send."""
