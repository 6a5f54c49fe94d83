# SPDX-License-Identifier: Apache-2.0
"""Governing by the timelock: calls as people write them, operations as the chain keeps them."""
