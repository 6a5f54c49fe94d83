# SPDX-License-Identifier: Apache-2.0
"""What runs the devnet: nodes, processes, ports, health, keys."""
