"""What the kitchen can cook, and how many portions of it are left."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.base.database import Record
from core.base.money import Rupiah
from core.menu.serving import ServingHours


class Category(Record):
    """A heading of the menu."""

    __tablename__ = "categories"

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    """Where its dishes are made; nothing means in the outlet's one kitchen, or at its first station."""
    served_from: Mapped[int | None]
    """Minutes of the outlet's day; nothing means that it is served whenever the house is open."""
    served_until: Mapped[int | None]
    """Before `served_from` when it ends after midnight."""
    last_order: Mapped[int | None]
    """Until when it can be ordered, where that is earlier than it is served."""

    @property
    def hours(self) -> ServingHours | None:
        if self.served_from is None or self.served_until is None:
            return None
        return ServingHours(self.served_from, self.served_until, self.last_order)

    @hours.setter
    def hours(self, hours: ServingHours | None) -> None:
        self.served_from = hours.start if hours else None
        self.served_until = hours.end if hours else None
        self.last_order = hours.last_order if hours else None


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

    @property
    def must_choose(self) -> bool:
        """Whether it asks something first, so that it cannot be added with one tap. Its questions must be loaded."""
        return any(group.min_choices for group in self.option_groups)

    def can_be_had(self, minute: int) -> bool:
        """Tell whether it can be ordered in a minute of the outlet's day. Its category must be loaded."""
        hours = self.category.hours
        return self.is_available and (hours is None or hours.covers(minute))


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
