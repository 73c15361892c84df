"""The same models in PyTorch, eager, as its users would write them."""

import time

import numpy as np
import torch
from timing import Seconds, summed
from torch import nn

from tdcli.data.dataset import Dataset
from tdcli.services.specs.compile import Compiled


class Video(nn.Module):
    """The tutorial's CNN-LSTM: each frame through the CNN, the frames' vectors through the LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        )  # fmt: skip
        self.lstm = nn.LSTM(2304, 128, batch_first=True)
        self.outputs = nn.Linear(128, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take `(batch, time, channels, height, width)`."""
        vectors = self.cnn(x.flatten(0, 1)).view(x.shape[0], x.shape[1], -1)
        return self.outputs(self.lstm(vectors)[0][:, -1])


class Recurrent(nn.Module):
    """A stack of recurrent layers and a linear one."""

    def __init__(self, cell: str, features: int, units: int, layers: int, *, both: bool) -> None:
        super().__init__()
        self.recurrent = getattr(nn, cell)(features, units, layers, batch_first=True, bidirectional=both)
        self.outputs = nn.Linear(units * (2 if both else 1), 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take `(batch, time, features)`."""
        return self.outputs(self.recurrent(x)[0][:, -1])


def eager(compiled: Compiled, data: Dataset) -> Seconds:
    """Train with Adam in shuffled batches."""
    training = compiled.spec.training
    began = time.perf_counter()
    torch.manual_seed(training.seed)
    x, y = torch.tensor(np.asarray(data.train.x)), torch.tensor(np.asarray(data.train.y))
    if x.ndim == 5:
        model: nn.Module = Video()
        x, y, loss_of = x.permute(0, 1, 4, 2, 3).contiguous(), y.long(), nn.functional.cross_entropy
    else:
        model, loss_of = _recurrent(compiled), nn.functional.mse_loss
    optimizer = torch.optim.Adam(model.parameters())
    ends = []
    for _ in range(training.epochs):
        for indexes in torch.randperm(len(x)).split(training.batch_size):
            optimizer.zero_grad()
            loss_of(model(x[indexes]), y[indexes]).backward()
            optimizer.step()
        ends.append(time.perf_counter())
    return summed(began, ends)


def _recurrent(compiled: Compiled) -> Recurrent:
    stack = compiled.spec.architecture.recurrent
    first = getattr(stack[0], "layer", stack[0])
    features = compiled.plan.input_shape[-1]
    return Recurrent(first.title(), features, first.units, len(stack), both=first is not stack[0])
