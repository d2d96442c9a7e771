"""What the kitchen can cook, and how many portions of it are left."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.base.database import Record
from core.base.money import Rupiah


class Category(Record):
    """A heading of the menu."""

    __tablename__ = "categories"

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Dish(Record):
    """Something on the menu with a price."""

    __tablename__ = "dishes"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("portions IS NULL OR portions >= 0", name="portions_not_negative"),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    price: Mapped[Rupiah]
    picture: Mapped[str] = mapped_column(default="")
    """File name of its picture, empty when it has none."""
    labels: Mapped[list[str]] = mapped_column(default=list)
    """Any of: halal, non_halal, vegetarian, spicy, best_seller, new, and allergens `contains_…`."""
    is_taxed: Mapped[bool] = mapped_column(default=True)
    is_listed: Mapped[bool] = mapped_column(default=True)
    """A dish taken off the menu keeps its row, for the orders that had it."""
    is_sold_out: Mapped[bool] = mapped_column(default=False)
    portions: Mapped[int | None]
    """Portions left to sell; nothing means nobody counts them."""
    position: Mapped[int] = mapped_column(default=0)

    category: Mapped[Category] = relationship(lazy="raise")
    option_groups: Mapped[list["OptionGroup"]] = relationship(
        lazy="raise", order_by="OptionGroup.position, OptionGroup.id"
    )

    @property
    def is_available(self) -> bool:
        return self.is_listed and not self.is_sold_out and self.portions != 0


class OptionGroup(Record):
    """A question about a dish: at least `min_choices`, at most `max_choices` answers."""

    __tablename__ = "option_groups"
    __table_args__ = (CheckConstraint("0 <= min_choices AND min_choices <= max_choices", name="choices_in_order"),)

    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    min_choices: Mapped[int] = mapped_column(default=0)
    max_choices: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)

    options: Mapped[list["Option"]] = relationship(lazy="raise", order_by="Option.position, Option.id")


class Option(Record):
    """One answer, with what it adds to the price."""

    __tablename__ = "options"

    group_id: Mapped[int] = mapped_column(ForeignKey("option_groups.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    price: Mapped[Rupiah] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    is_listed: Mapped[bool] = mapped_column(default=True)


class StockMove(Record):
    """Why the portions of a dish changed: counted anew, reserved by an order, or given back.

    A dish's portions always equal the sum of its moves.
    """

    __tablename__ = "stock_moves"

    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    portions: Mapped[int]
    """Negative when taken."""
    kind: Mapped[str]
    at: Mapped[datetime]
