"""Run LiteRT in a separate process, because a damaged file can crash it.

Run it as `python -m tdcli.formats.core.litert_worker FILE BYTES`, with a limit for its address space. Each message is
preceded by its length. The process receives arrays as NPY. It sends `+` and an array as NPY, or `-` and an error. Its
first message is the shape of the model's input.
"""

import io
import resource
import struct
import sys
from typing import IO, Any

import numpy as np

LENGTH = struct.Struct(">Q")
RESULT, FAILURE = b"+", b"-"


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read a message. Return None if the other process has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (wanted,) = LENGTH.unpack(head)
    message = stream.read(wanted)
    return message if len(message) == wanted else None


def pack_array(values: Any) -> bytes:
    """Encode an array as NPY."""
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()


def unpack_array(message: bytes) -> Any:
    """Decode an array from NPY."""
    return np.load(io.BytesIO(message), allow_pickle=False)


def run_model(interpreter: Any, x: Any) -> Any:
    """Return the outputs of one batch."""
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    if tuple(taken["shape"]) != x.shape:
        interpreter.resize_tensor_input(taken["index"], x.shape)
        interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(given["index"])


def serve() -> None:
    """Answer messages until the input ends."""
    path, limit = sys.argv[1], int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 # after the limit is set

        interpreter = Interpreter(model_path=path)
        interpreter.allocate_tensors()
        answer = pack_array(interpreter.get_input_details()[0]["shape"])
        while True:
            send(sys.stdout.buffer, RESULT + answer)
            message = receive(sys.stdin.buffer)
            if message is None:
                return
            answer = pack_array(run_model(interpreter, unpack_array(message)))
    except Exception as error:  # report any error to the other process
        send(sys.stdout.buffer, FAILURE + str(error or type(error).__name__).encode())


if __name__ == "__main__":
    serve()
