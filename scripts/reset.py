# SPDX-License-Identifier: Apache-2.0
"""`make reset`: stop this devnet and forget it: its state folder and its deployments file."""

import shutil
from fnmatch import fnmatch

from strategies.command import OneLineParser, run_as_command

from .down import stop_devnet
from .errors import SettingInvalid
from .settings import ROOT, Settings, load_settings

# What a state folder may hold; a folder with anything else is not ours to remove.
KNOWN = (
    "chain", "l1", "pids", "logs", "keystore", "deployments", "keeper.toml", "journal.sqlite*",
    "journal.paper.sqlite*", "report.html", "publisher.json",
    "batcher.key",
)  # fmt: skip


def forget_devnet(settings: Settings) -> None:
    folder = settings.state_dir
    if folder.exists():
        if folder != ROOT / ".devnet":
            _require_ours(settings)
        shutil.rmtree(folder)
    for path in (settings.deployment_path, settings.l1_deployment_path):
        for one in (path, path.with_suffix(".pending.json")):
            one.unlink(missing_ok=True)


def _require_ours(settings: Settings) -> None:
    names = sorted(path.name for path in settings.state_dir.iterdir())
    strangers = [name for name in names if not any(fnmatch(name, one) for one in KNOWN)]
    if strangers:
        raise SettingInvalid(
            "HEADWATER_STATE_DIR",
            str(settings.state_dir),
            f"a folder that holds a devnet alone; this one holds {strangers[0]}",
        )


def run() -> int:
    settings = load_settings()
    stop_devnet(settings)
    forget_devnet(settings)
    print(f"forgot {settings.state_dir} and {settings.deployment_path}")
    return 0


def main() -> int:
    OneLineParser(prog="python -m scripts.reset", description="Forget the devnet.").parse_args()
    return run_as_command(run)


if __name__ == "__main__":
    raise SystemExit(main())
