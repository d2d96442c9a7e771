"""Commands that take the menu in from a file and give it out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core
from core.events.record import SYSTEM
from core.menu.errors import DishNotFound

if TYPE_CHECKING:
    from core.services import Core
    from core.services.menu_files import MenuFiles, MenuFormat

app = typer.Typer(help="The menu as a file.", no_args_is_help=True)


@app.command("import")
def import_menu(
    file: Annotated[Path, typer.Argument(help="A .yaml or .csv file.")],
    replace: Annotated[bool, typer.Option(help="The file is the whole menu: take off what is not in it.")] = False,
) -> None:
    """Add the dishes of a file, or update those of the same name. All of them, or none."""
    form = _form_of(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(problem=f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeError:
        raise Refused(problem=f"{file} is not UTF-8 text.") from None
    with open_core() as core:
        changes = _files(core).import_menu(text, form, SYSTEM, replace_all=replace)
    typer.echo(f"{changes.added} added, {changes.updated} updated, {changes.taken_off} taken off.")


@app.command("export")
def export_menu(file: Annotated[Path, typer.Argument(help="A .yaml or .csv file.")]) -> None:
    """Write the menu into a file that `import` takes back."""
    form = _form_of(file)
    with open_core() as core:
        text = _files(core).export_menu(form)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(problem=f"{file} cannot be written: {error.strerror}.") from None
    typer.echo(f"{file}: written.")


@app.command("picture")
def hang_up_picture(
    dish: Annotated[str, typer.Argument(help="The dish's name, as the menu has it.")],
    file: Annotated[Path, typer.Argument(help="A JPEG, PNG or WebP file.")],
) -> None:
    """Show a dish with a picture: two sizes are made of it, and nothing but its pixels is kept."""
    try:
        upload = file.read_bytes()
    except OSError as error:
        raise Refused(problem=f"{file} cannot be read: {error.strerror}.") from None
    with open_core() as core:
        try:
            found = core.pictures.dish_named(dish)
        except DishNotFound:
            raise Refused(problem=f"There is no dish {dish} on the menu.") from None
        name = core.pictures.hang_up(found.outlet_id, found.id, upload, SYSTEM)
    typer.echo(f"{dish}: {name}")


def _form_of(file: Path) -> "MenuFormat":
    from core.services.menu_files import MenuFormat

    ending = file.suffix.lower().removeprefix(".").replace("yml", "yaml")
    if ending not in set(MenuFormat):
        raise Refused(problem=f"{file} must end in .yaml or .csv.")
    return MenuFormat(ending)


def _files(core: "Core") -> "MenuFiles":
    from core.services.menu_files import MenuFiles

    return MenuFiles(core.db, core.clock)
