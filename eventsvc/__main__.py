"""`python -m eventsvc` is the command `eventsvc`."""

from eventsvc.cli import main

if __name__ == "__main__":
    main()
