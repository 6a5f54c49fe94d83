# SPDX-License-Identifier: Apache-2.0
"""Pure decisions: a snapshot and parameters in, actions and skips with reasons out."""
