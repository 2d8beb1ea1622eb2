"""`python -m brygga` is `brygga`."""

from brygga.cli import main

if __name__ == "__main__":
    main()
