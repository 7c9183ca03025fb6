"""`python -m myedu.contract.spec --out docs/exchange` writes the specification in both languages."""

import argparse
from pathlib import Path

from myedu.contract.spec.pages import PAGES
from myedu.contract.spec.words import LANGUAGES


def rendered() -> dict[str, str]:
    """Path below docs/exchange → text of the page, in both languages."""
    return {
        f"{language}/{name}.md": "\n\n".join(page(language)) + "\n"
        for language in LANGUAGES
        for name, page in PAGES.items()
    }


def main() -> None:
    """Writes the pages into `--out`."""
    parser = argparse.ArgumentParser(prog="python -m myedu.contract.spec", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the specification")
    folder: Path = parser.parse_args().out
    for name, text in rendered().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
