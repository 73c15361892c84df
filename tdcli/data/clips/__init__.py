"""Videos and folders of images, decoded once into a cache.

`video.py` decodes videos and `decode.py` images. Frames are scaled to the size in the spec. `writer.py` writes the
decoded clips, and `cache.py` finds them again. `damaged.py` reports clips that cannot be decoded. `frame_counts.py`
counts the frames of clips without decoding them.
"""
