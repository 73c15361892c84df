"""Videos and folders of images, decoded once into a cache.

A clip is decoded by `video.py` or as images by `decode.py`, scaled to the frame of the spec, written by `writer.py`
and found again by `cache.py`. Clips that cannot be decoded are told by `damaged.py`.
"""
