# SPDX-License-Identifier: Apache-2.0
"""Limits over all policies: what state the engine is in, and which actions that state lets through."""
