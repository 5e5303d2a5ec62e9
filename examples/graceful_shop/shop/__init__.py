"""A small shop for tea, coffee and cake: stock, customers, orders and reports."""
