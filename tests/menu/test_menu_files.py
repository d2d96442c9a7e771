from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.events.record import SYSTEM
from core.menu.csv_file import COLUMNS, read_csv, write_csv
from core.menu.errors import BadMenuFile, ForeignOption
from core.menu.models import Dish
from core.menu.quote import Pick
from core.menu.sheet import CategoryEntry, DishEntry, GroupEntry, OptionEntry
from core.menu.yaml_file import read_yaml, write_yaml
from core.services.menu_files import LARGEST_FILE, MenuChanges, MenuFormat
from tests.menu.conftest import Warung

YAML = """
categories:
  - name: Makanan
    name_en: Food
    dishes:
      - name: Mi Goreng
        price: 26000
        labels: [halal, spicy]
        options:
          - name: Level pedas
            min: 1
            choices: [{name: Sedang}, {name: Pedas sekali, price: 3000}]
      - {name: Gado-gado, price: 25000, portions: 8, sold_out: no}
  - name: Minuman
    dishes:
      - {name: Es Teh, price: 7000, taxed: no}
"""
CSV = """category;dish;price;labels;group;min;max;option;option_price
Makanan;Mi Goreng;26000;halal spicy;Level pedas;1;1;Sedang;
;;;;;;;Pedas sekali;3000
;Gado-gado;25000;;;;;;
"""


def dish_named(warung: Warung, name: str) -> Dish:
    return next(
        dish for category in warung.menu.menu(warung.token).categories for dish in category.dishes if dish.name == name
    )


def test_a_yaml_file_adds_and_updates_and_leaves_the_rest(warung: Warung) -> None:
    changes = warung.files.import_menu(YAML, MenuFormat.YAML, SYSTEM)

    assert changes == MenuChanges(added=2, updated=1)
    assert warung.on_the_menu() == ["Sate Ayam", "Mi Goreng", "Rendang", "Gado-gado", "Es Teler", "Es Teh"]
    assert (dish_named(warung, "Mi Goreng").price, dish_named(warung, "Gado-gado").portions) == (26_000, 8)
    assert not dish_named(warung, "Es Teh").is_taxed
    assert dish_named(warung, "Mi Goreng").id == warung.mi.id


def test_a_csv_file_says_the_same_as_the_yaml_one(warung: Warung) -> None:
    warung.files.import_menu(CSV, MenuFormat.CSV, SYSTEM)

    group = dish_named(warung, "Mi Goreng").option_groups[0]
    assert [(option.name, option.price) for option in group.options] == [("Sedang", 0), ("Pedas sekali", 3_000)]
    assert (group.min_choices, group.max_choices) == (1, 1)


def test_an_option_keeps_its_key_and_a_vanished_one_is_told_to_the_basket(warung: Warung) -> None:
    visit = warung.baskets.add(warung.token, "guest", Pick(warung.mi.id, 1, (warung.hot.id,)))
    warung.baskets.add(warung.token, "guest", Pick(warung.mi.id, 1, (warung.mild.id,)))

    warung.files.import_menu(YAML, MenuFormat.YAML, SYSTEM)

    problems = [line.problem for line in warung.baskets.basket(visit.id).lines]
    assert [type(problem) for problem in problems] == [ForeignOption, type(None)]


def test_a_whole_menu_takes_off_what_is_not_in_it_and_brings_it_back_with_its_key(warung: Warung) -> None:
    changes = warung.files.import_menu(YAML, MenuFormat.YAML, SYSTEM, replace_all=True)

    assert changes == MenuChanges(added=2, updated=1, taken_off=3)
    assert warung.on_the_menu() == ["Mi Goreng", "Gado-gado", "Es Teh"]

    warung.files.import_menu("category,dish,price\nMakanan,Sate Ayam,30000\n", MenuFormat.CSV, SYSTEM)
    assert dish_named(warung, "Sate Ayam").id == warung.sate.id


def test_a_whole_menu_takes_the_order_of_the_file(warung: Warung) -> None:
    rows = ["Minuman,Es Teh,7000", "Makanan,Rendang,45000", "Makanan,Sate Ayam,28000"]

    warung.files.import_menu("\n".join(["category,dish,price", *rows]), MenuFormat.CSV, SYSTEM, replace_all=True)

    assert warung.on_the_menu() == ["Es Teh", "Rendang", "Sate Ayam"]


def test_questions_that_a_file_leaves_out_are_gone(warung: Warung) -> None:
    warung.files.import_menu("category,dish,price\nMakanan,Mi Goreng,24000\n", MenuFormat.CSV, SYSTEM)

    assert dish_named(warung, "Mi Goreng").option_groups == []
    assert warung.baskets.add(warung.token, "guest", Pick(warung.mi.id, 1)).id


def test_importing_says_so_to_every_open_menu(warung: Warung) -> None:
    before = warung.menu.version(warung.token)

    warung.files.import_menu(CSV, MenuFormat.CSV, SYSTEM)

    assert warung.menu.version(warung.token) != before


def test_what_is_sold_out_and_counted_is_not_touched_by_a_file_that_does_not_speak_of_it(warung: Warung) -> None:
    exported = warung.files.export_menu(MenuFormat.CSV)

    warung.files.import_menu(exported, MenuFormat.CSV, SYSTEM, replace_all=True)

    assert warung.portions(warung.rendang) == 3
    assert dish_named(warung, "Es Teler").is_sold_out
    assert warung.files.export_menu(MenuFormat.CSV) == exported


@pytest.mark.parametrize("form", list(MenuFormat))
def test_a_menu_survives_its_way_through_a_file(warung: Warung, form: MenuFormat) -> None:
    warung.files.import_menu(YAML, MenuFormat.YAML, SYSTEM)
    exported = warung.files.export_menu(form)

    changes = warung.files.import_menu(exported, form, SYSTEM, replace_all=True)

    assert changes == MenuChanges(updated=6)
    assert warung.files.export_menu(form) == exported


BAD_CSV = [
    ("", "row 1"),
    ("dish,price\nSate,1\n", "row 1"),
    ("category,dish,price,colour\nA,Sate,1,red\n", "row 1"),
    ("category,dish,price,price\nA,Sate,1,1\n", "row 1"),
    ("category,dish,price\nA,Sate,28.000\n", "row 2, price"),
    ("category,dish,price\nA,Sate,-1\n", "row 2, price"),
    ("category,dish,price\nA,Sate,\n", "row 2, price"),
    ("category,dish,price\nA,Sate,99999999999\n", "row 2, price"),
    ("category,dish,price\nA,Sate,1,,x\n", "row 2"),
    ("category,dish,price\nA,Sate,1\n,,2000\n", "row 3, price"),
    ("category,dish,price\nA,Sate,1\n\nA,Sate,2\n", "row 4, dish"),
    ("category,dish,price\n,Sate,1\n", "row 2, category"),
    (f"category,dish,price\nA,{'x' * 81},1\n", "row 2, dish"),
    ("category,dish,price,labels\nA,Sate,1,yummy\n", "row 2, labels"),
    ("category,dish,price,labels\nA,Sate,1,halal non_halal\n", "row 2, labels"),
    ("category,dish,price,taxed\nA,Sate,1,maybe\n", "row 2, taxed"),
    ("category,dish,price,picture\nA,Sate,1,../x.svg\n", "row 2, picture"),
    ("category,dish,price,group,option\nA,Sate,1,,Pedas\n", "row 2, option"),
    ("category,dish,price,group,option\n,,,Level,Pedas\n", "row 2, group"),
    ("category,dish,price,group,option\nA,Sate,1,Level,\n", "row 2, choices"),
    ("category,dish,price,group,min,max,option\nA,Sate,1,Level,2,1,Pedas\n", "row 2, max"),
    ("category,dish,price,group,min,max,option\nA,Sate,1,Level,3,3,Pedas\n", "row 2, min"),
    ("category,dish,price,group,option\nA,Sate,1,Level,Pedas\n,,,,Pedas\n", "row 3, option"),
    ("category,dish,price,group,option,option_price\nA,Sate,1,Level,Pedas,x\n", "row 2, option_price"),
    ('category,dish,price\nA,"Sate,1\n', "row 2"),
    ("category,dish,price\n", "file"),
]


@pytest.mark.parametrize(("text", "place"), BAD_CSV)
def test_a_bad_csv_is_refused_with_its_row_and_column(text: str, place: str) -> None:
    with pytest.raises(BadMenuFile) as caught:
        read_csv(text)

    assert caught.value.values["place"] == place


BAD_YAML = [
    ("", "line 1"),
    ("- a\n- b\n", "line 1"),
    ("dishes: []\n", "line 1, dishes"),
    ("categories: 7\n", "line 1, categories"),
    ("categories: [7]\n", "line 1, categories"),
    ("categories:\n  - name: A\n    dishes: [\n", "line 4"),
    ("categories:\n  - name: A\n    dishes:\n      - name: Sate\n        price: 28.5\n", "line 4, price"),
    ("categories:\n  - name: A\n    dishes:\n      - name: Sate\n        price: true\n", "line 4, price"),
    ("categories:\n  - name: A\n    dishes:\n      - name: 7\n        price: 1\n", "line 4, name"),
    ("categories:\n  - name: A\n    dishes:\n      - {name: S, price: 1, cost: 2}\n", "line 4, cost"),
    ("categories:\n  - name: A\n    dishes:\n      - {name: S, price: 1, price: 2}\n", "line 4, price"),
    ("categories:\n  - name: A\n    dishes:\n      - {name: S, price: 1, labels: {a: b}}\n", "line 4, labels"),
    ("categories:\n  - name: A\n    dishes:\n      - {name: S, price: 1, sold_out: 3}\n", "line 4, sold_out"),
    ("categories:\n  - &a\n    name: A\n    dishes: [*a]\n", "line 2"),
    ("categories:\n  - name: A\n    dishes: !!python/object/apply:os.getcwd []\n", "line 3"),
    ("categories:\n  - {name: A, dishes: [{name: S, price: 1}]}\n  - {name: A}\n", "line 3, name"),
    ("categories: \x00", "line 1"),
]


@pytest.mark.parametrize(("text", "place"), BAD_YAML)
def test_a_bad_yaml_is_refused_with_its_line_and_field(text: str, place: str) -> None:
    with pytest.raises(BadMenuFile) as caught:
        read_yaml(text)

    assert caught.value.values["place"] == place


def test_one_bad_row_leaves_the_menu_as_it_was(warung: Warung) -> None:
    text = "category,dish,price\nMakanan,Soto,20000\nMakanan,Sate Ayam,free\n"
    version = warung.menu.version(warung.token)

    with pytest.raises(BadMenuFile, match=r"Nothing was imported. row 3, price"):
        warung.files.import_menu(text, MenuFormat.CSV, SYSTEM)

    assert warung.menu.version(warung.token) == version
    with warung.db.read() as session:
        assert "Soto" not in session.scalars(select(Dish.name)).all()


def test_a_file_too_large_to_be_a_menu_is_refused(warung: Warung) -> None:
    with pytest.raises(BadMenuFile):
        warung.files.import_menu("x" * (LARGEST_FILE + 1), MenuFormat.CSV, SYSTEM)


def test_a_menu_of_references_to_references_does_not_blow_up() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghijkl"))

    with pytest.raises(BadMenuFile):
        read_yaml(bomb)


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    text = "category,dish,price,description\nMakanan,'=1+1,1000,'-segar\n"

    written = write_csv(read_csv(text))

    assert "'=1+1" in written
    assert ",'-segar" in written
    assert read_csv(written)[0].dishes[0].name == "=1+1"
    assert written.startswith("\ufeff" + ",".join(COLUMNS))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
OPTIONS = st.builds(OptionEntry, WORDS, WORDS, st.integers(0, 50_000))
GROUPS = st.builds(
    lambda name, options, few: GroupEntry(name, "", min(few, len(options)), max(1, len(options)), tuple(options)),
    WORDS,
    st.lists(OPTIONS, min_size=1, max_size=4, unique_by=lambda option: option.name),
    st.integers(0, 2),
)
DISHES = st.builds(
    DishEntry,
    name=WORDS,
    name_en=st.just("") | WORDS,
    description=st.just("") | WORDS,
    description_en=st.just("") | WORDS,
    price=st.integers(0, 10_000_000),
    picture=st.sampled_from(["", "sate-ayam.svg"]),
    labels=st.sampled_from([(), ("halal", "spicy"), ("contains_egg",)]),
    is_taxed=st.booleans(),
    is_listed=st.booleans(),
    sold_out=st.none() | st.booleans(),
    portions=st.none() | st.integers(0, 10_000),
    groups=st.lists(GROUPS, max_size=2, unique_by=lambda group: group.name).map(tuple),
)
MENUS = st.lists(DISHES, min_size=1, max_size=4, unique_by=lambda dish: dish.name).map(
    lambda dishes: (CategoryEntry("Makanan", "Food", tuple(dishes)),)
)


@given(MENUS)
def test_any_menu_is_read_back_as_it_was_written(menu: tuple[CategoryEntry, ...]) -> None:
    # What a person typed is brought to one form first, as it is when a file is read.
    menu = read_yaml(write_yaml(menu))

    assert read_yaml(write_yaml(menu)) == menu
    assert read_csv(write_csv(menu)) == menu
