"""The PyTorch article's LSTM classifier of numeric series: LSTM of 128, dense on the last step; cross-entropy, Adam
0.001, 100 epochs, all series in one step. The same as `mnemo train series --preset article-torch`.

    article_lstm_classifier.py [--train FILE.ts] [--test FILE.ts] [--epochs N]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from article_data import SAMPLE, SeriesData, read_ts


class LstmClassifier(nn.Module):
    def __init__(self, features: int, hidden_size: int, classes: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)
        self.dense = nn.Linear(hidden_size, classes)

    def forward(self, values: Tensor, lengths: Tensor) -> Tensor:
        """values (S, T, F), padded on the right; lengths (S) -> logits (S, C)"""
        states, _ = self.lstm(values)  # (S, T, H)
        return self.dense(states[torch.arange(len(lengths)), lengths - 1])


def tensors(data: SeriesData) -> tuple[Tensor, Tensor, Tensor]:
    return torch.from_numpy(data.values), torch.from_numpy(data.lengths), torch.from_numpy(data.labels)


def train(model: nn.Module, data: SeriesData, epochs: int) -> None:
    values, lengths, labels = tensors(data)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_function = nn.CrossEntropyLoss()
    model.train()
    for epoch in range(1, epochs + 1):
        optimizer.zero_grad()
        loss = loss_function(model(values, lengths), labels)
        loss.backward()
        optimizer.step()
        if epoch == 1 or epoch % 10 == 0 or epoch == epochs:
            print(f"epoch {epoch}: train loss {loss.item():.4f}", flush=True)


def accuracy(model: nn.Module, data: SeriesData) -> float:
    values, lengths, labels = tensors(data)
    model.eval()
    with torch.inference_mode():
        return float((model(values, lengths).argmax(1) == labels).float().mean())


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The PyTorch article's LSTM classifier of numeric series.")
    parser.add_argument("--train", type=Path, default=SAMPLE / "motions_train.ts", help=".ts file to train on")
    parser.add_argument("--test", type=Path, default=SAMPLE / "motions_test.ts", help=".ts file to measure on")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the data (100, the article's)")
    parser.add_argument("--hidden-size", type=int, default=128, help="units of the LSTM (128, the article's)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    training = read_ts(arguments.train)
    test = read_ts(arguments.test, training.classes)
    model = LstmClassifier(training.values.shape[2], arguments.hidden_size, len(training.classes))
    train(model, training, arguments.epochs)
    print(f"test accuracy {accuracy(model, test):.4f}, n = {len(test.labels)}")


if __name__ == "__main__":
    main()
