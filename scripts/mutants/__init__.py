# SPDX-License-Identifier: Apache-2.0
"""Mutation testing of the lending core: plant one defect at a time and see whether a test notices."""
