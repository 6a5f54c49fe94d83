# SPDX-License-Identifier: Apache-2.0
"""What keeps a devnet alive: the price publisher and the demo traffic; and how a deployment is governed."""
