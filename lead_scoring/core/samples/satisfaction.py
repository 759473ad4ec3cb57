"""Made-up orders of a market place, in the eight tables of the real one.

As there, how late a parcel comes says most about the stars it gets, and what is known at the
purchase says little. Some orders have no items, some were never delivered, some have two reviews,
and a few have none yet.
"""

from collections.abc import Callable
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa

from lead_scoring.core.samples.files import SampleFile
from lead_scoring.core.samples.levels import IntArray
from lead_scoring.core.samples.satisfaction_orders import DAY
from lead_scoring.core.samples.satisfaction_orders import PRODUCTS
from lead_scoring.core.samples.satisfaction_orders import STATES
from lead_scoring.core.samples.satisfaction_orders import Flags
from lead_scoring.core.samples.satisfaction_orders import Instants
from lead_scoring.core.samples.satisfaction_orders import Orders
from lead_scoring.core.samples.satisfaction_orders import make_orders

_FOLDER: Final = "olist_orders/"
CATEGORIES: Final = {
    "beleza_saude": "health_beauty",
    "moveis_decoracao": "furniture_decor",
    "esporte_lazer": "sports_leisure",
    "informatica_acessorios": "computers_accessories",
    "bebes": "baby",
    "": "",
}
SELLERS: Final = 80
_WORLD: Final = 11


def sample_files(rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the orders first, then the other tables."""
    items = reviews = payments = 0
    for orders in make_orders(rows, seed):
        items += int(orders.items.sum())
        reviews += int(orders.reviews.sum())
        payments += int(orders.payments.sum())

    def made(table: Callable[[Orders], pa.Table]) -> Iterator[pa.Table]:
        return map(table, make_orders(rows, seed))

    def file(table: str, size: int, blocks: Iterator[pa.Table]) -> SampleFile:
        return SampleFile(f"{_FOLDER}{table}.csv", size, blocks)

    return (
        file("olist_orders_dataset", rows, made(_order_table)),
        file("olist_customers_dataset", rows, made(_customer_table)),
        file("olist_order_items_dataset", items, made(_item_table)),
        file("olist_order_payments_dataset", payments, made(_payment_table)),
        file("olist_order_reviews_dataset", reviews, made(_review_table)),
        file("olist_products_dataset", PRODUCTS, iter([_product_table()])),
        file("olist_sellers_dataset", SELLERS, iter([_seller_table()])),
        file("product_category_name_translation", len(CATEGORIES) - 1, iter([_translation()])),
    )


def _order_table(orders: Orders) -> pa.Table:
    sent = orders.bought + (orders.came - orders.bought) // 3
    status = np.where(orders.items == 0, "canceled", "shipped")
    return pa.table(
        {
            "order_id": _ids("order", orders.numbers),
            "customer_id": _ids("customer", orders.numbers),
            "order_status": pa.array(np.where(orders.delivered, "delivered", status)),
            "order_purchase_timestamp": _written(orders.bought),
            "order_approved_at": _written(orders.bought + np.timedelta64(600, "s")),
            "order_delivered_carrier_date": _written(sent, orders.delivered),
            "order_delivered_customer_date": _written(orders.came, orders.delivered),
            "order_estimated_delivery_date": _written(orders.promised),
        }
    )


def _customer_table(orders: Orders) -> pa.Table:
    return pa.table(
        {
            "customer_id": _ids("customer", orders.numbers),
            "customer_unique_id": _ids("person", orders.numbers),
            "customer_zip_code_prefix": pa.array(10_000 + orders.state),
            "customer_city": pa.array(["sao paulo"] * len(orders.numbers)),
            "customer_state": pa.array(STATES).take(pa.array(orders.state)),
        }
    )


def _item_table(orders: Orders) -> pa.Table:
    of, place = _repeated(orders.items)
    product = orders.product[of]
    price = 15.0 + 7.0 * (product % 40)
    return pa.table(
        {
            "order_id": _ids("order", orders.numbers[of]),
            "order_item_id": pa.array(place),
            "product_id": _ids("product", product),
            "seller_id": _ids("seller", product % SELLERS),
            "shipping_limit_date": _written(orders.bought[of] + np.timedelta64(4 * DAY, "s")),
            "price": pa.array(price),
            "freight_value": pa.array(8.0 + price / 20),
        }
    )


def _payment_table(orders: Orders) -> pa.Table:
    of, place = _repeated(orders.payments)
    kinds = pa.array(["credit_card", "boleto", "voucher"])
    return pa.table(
        {
            "order_id": _ids("order", orders.numbers[of]),
            "payment_sequential": pa.array(place),
            "payment_type": kinds.take(pa.array((orders.numbers[of] + place) % len(kinds))),
            "payment_installments": pa.array(1 + orders.product[of] % 10),
            "payment_value": pa.array(20.0 + orders.product[of]),
        }
    )


def _review_table(orders: Orders) -> pa.Table:
    of, place = _repeated(orders.reviews)
    answered = orders.answered[of] + (place * DAY).astype("timedelta64[s]")
    return pa.table(
        {
            "review_id": _ids("review", orders.numbers[of] * 2 + place),
            "order_id": _ids("order", orders.numbers[of]),
            "review_score": pa.array(orders.stars[of]),
            "review_comment_title": pa.nulls(len(of), pa.string()),
            "review_comment_message": pa.nulls(len(of), pa.string()),
            "review_creation_date": _written(answered.astype("datetime64[D]")),
            "review_answer_timestamp": _written(answered),
        }
    )


def _product_table() -> pa.Table:
    numbers = np.arange(PRODUCTS)
    measure = pa.array(100 + numbers * 37 % 900)
    names = pa.array(list(CATEGORIES))
    return pa.table(
        {
            "product_id": _ids("product", numbers),
            "product_category_name": names.take(pa.array(numbers % len(CATEGORIES))),
            "product_name_lenght": pa.array(20 + numbers % 40),
            "product_description_lenght": measure,
            "product_photos_qty": pa.array(1 + numbers % 4),
            "product_weight_g": measure,
            "product_length_cm": pa.array(10 + numbers % 50),
            "product_height_cm": pa.array(5 + numbers % 30),
            "product_width_cm": pa.array(8 + numbers % 40),
        }
    )


def _seller_table() -> pa.Table:
    numbers = np.arange(SELLERS)
    return pa.table(
        {
            "seller_id": _ids("seller", numbers),
            "seller_zip_code_prefix": pa.array(20_000 + numbers),
            "seller_city": pa.array(["curitiba"] * SELLERS),
            "seller_state": pa.array(STATES).take(pa.array(numbers % len(STATES))),
        }
    )


def _translation() -> pa.Table:
    named = {ours: english for ours, english in CATEGORIES.items() if ours}
    return pa.table(
        {
            "product_category_name": pa.array(list(named)),
            "product_category_name_english": pa.array(list(named.values())),
        }
    )


def _repeated(times: IntArray) -> tuple[IntArray, IntArray]:
    """Return for each of many rows which order it belongs to, and its place there from 1."""
    of = np.repeat(np.arange(len(times)), times)
    first = np.repeat(np.cumsum(times) - times, times)
    return of, np.arange(len(of)) - first + 1


def _written(instants: Instants, there: Flags | None = None) -> pa.Array:
    """Write instants as the source does; empty where there is none."""
    texts = np.char.replace(instants.astype("datetime64[s]").astype(str), "T", " ")
    return pa.array(texts if there is None else np.where(there, texts, ""))


def _ids(what: str, numbers: IntArray) -> pa.Array:
    """Return ids of 32 hexadecimal digits: the same thing has the same one in every table."""
    mark = f"{sum(what.encode()) + _WORLD:08x}"
    return pa.array([f"{mark}{number * 2654435761 % 2**64:024x}" for number in numbers.tolist()])
