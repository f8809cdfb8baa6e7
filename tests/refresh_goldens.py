"""Write the goldens of the tables anew from what the program prints now: python tests/refresh_goldens.py --force

Without --force it names the goldens that would change and writes nothing. Read the difference before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from table_builders import TABLES, varied  # noqa: E402
from table_text import told  # noqa: E402

FOLDER = Path(__file__).parent / "goldens" / "tables"


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """0: nothing to do, or done; 1: refused."""
    batch = varied()
    new = {folder / f"{name}.txt": told(make(batch)) for name, make in TABLES.items()}
    changed = [path for path, text in new.items() if not path.exists() or path.read_text("utf-8") != text]
    changed += [path for path in folder.glob("*.txt") if path not in new]
    if not changed:
        return 0
    print("\n".join(path.name for path in sorted(changed)))
    if arguments != ["--force"]:
        print("Nothing was written. Look at what moved, then run again with --force.")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        path.write_text(new[path], "utf-8") if path in new else path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
