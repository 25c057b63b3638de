"""`python -m leverline` is the `leverline` command."""

from leverline.cli import main

if __name__ == "__main__":
    main(prog_name="leverline")
