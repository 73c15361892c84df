"""The base class of data sections, the `split` section, and what several sources share.

`registry.py` finds the class of a source. `section.py` defines what a section must implement. `fit.py`,
`target_fit.py` and `axes.py` compare a header with the model.
"""
