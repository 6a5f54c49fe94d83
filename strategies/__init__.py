# SPDX-License-Identifier: Apache-2.0
"""The strategy engine: policies, the reference model, the keeper and its reports."""
