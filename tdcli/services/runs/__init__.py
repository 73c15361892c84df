"""List, compare, watch and report runs: `tdcli runs`, `diff`, `watch` and `report`.

`summary` lists runs, describes one and compares several. `diff` compares two specs or runs layer by layer. `watch`
follows a run while it trains. `report` collects the content of a report. `tolerant_reading` skips damaged runs among
several.
"""
