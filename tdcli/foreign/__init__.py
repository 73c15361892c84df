"""Names of other libraries and of other versions of Keras: tables, and the rows found in them."""
