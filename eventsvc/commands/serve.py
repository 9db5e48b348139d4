"""`eventsvc serve` and `eventsvc work`."""

import click

from eventsvc.operations import serving, working


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--demo", is_flag=True, help="Demo events and made-up people, in a database of their own.")
def serve(host: str, port: int, demo: bool) -> None:
    """Run the service: web workers and one `work`."""
    serving.serve(host, port, as_demo=demo)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def work(once: bool) -> None:
    """Send the mail that is waiting, and do what falls due."""
    working.work(once=once)
