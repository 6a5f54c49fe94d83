# SPDX-License-Identifier: Apache-2.0
"""How fast the appchain is, beside anvil on the same machine; README.md says what each lane does."""
