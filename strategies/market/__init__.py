# SPDX-License-Identifier: Apache-2.0
"""pandas views of what the journal sampled. Floats live here and in reports, nowhere else."""
