"""Draw the README's picture: the worst minutes of the shipped crash, as the default replay has them.

.venv/bin/python tools/make_picture.py docs/images/crash.svg
"""

import argparse
from pathlib import Path

from leverline.lab.command import open_window
from leverline.lab.plots import close_up_plot
from leverline.lab.replay import Settings, run_replay
from leverline.lab.watch import Watch


def main() -> None:
    """Replay and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    outcome = run_replay(open_window([], None, None), Settings(), Watch())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(close_up_plot(outcome), encoding="utf-8")
    print(f"{target}: {target.stat().st_size} bytes, state hash {outcome.state_hash}")


if __name__ == "__main__":
    main()
