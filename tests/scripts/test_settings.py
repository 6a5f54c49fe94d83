# SPDX-License-Identifier: Apache-2.0
"""Settings: read from the environment, each wrong one refused by name."""

from pathlib import Path

import pytest

from scripts.errors import SettingInvalid
from scripts.settings import ROOT, load_settings


def test_load_settings__empty_environment__gives_the_ports_of_the_house():
    settings = load_settings({})

    assert (settings.chain_port, settings.l1_port, settings.page_port) == (8545, 8546, 5173)
    assert settings.deployment_path == ROOT / "deployments" / "devnet.json"
    assert settings.chain == "headwater"


def test_load_settings__other_state_folder__keeps_its_own_deployments(tmp_path):
    settings = load_settings({"HEADWATER_STATE_DIR": str(tmp_path)})

    assert settings.deployment_path == Path(tmp_path) / "deployments" / "devnet.json"


@pytest.mark.parametrize("given", ["0", "65536", "eighty", "-1", "80.5"])
def test_load_settings__port_that_is_none__is_refused_by_name(given):
    with pytest.raises(SettingInvalid, match="HEADWATER_CHAIN_PORT"):
        load_settings({"HEADWATER_CHAIN_PORT": given})


def test_load_settings__two_services_on_one_port__are_refused():
    with pytest.raises(SettingInvalid, match="other than that of HEADWATER_CHAIN_PORT"):
        load_settings({"HEADWATER_L1_PORT": "8545"})
