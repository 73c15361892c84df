"""Look at what trainings left: `tdcli runs`, `diff`, `watch` and `report`.

`summary` lists runs, describes one and compares several; `diff` compares two specs or runs layer by layer; `watch`
follows a run while it trains; `report` gathers what a report shows. `tolerant_reading` lets all of them go on if one
run of many is damaged.
"""
