"""Trains the digits network and writes digits.onnx and held-back.bin.

The data are the 1797 real handwritten digits that come with scikit-learn, 8x8
pixels of 0..16. 360 of them, the same share of every class, are set aside
before training starts; nothing here looks at them until the network is final.

Needs torch, onnx, onnxscript and scikit-learn. Takes under a minute, and gives
the same network every time on the same machine and versions.
"""

import pathlib
import struct

import numpy as np
import onnx
import onnx.checker
import onnx.reference
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE / "digits.onnx"
IMAGES = HERE / "held-back.bin"
HELD_BACK = 360
EPOCHS = 40
BATCH = 64
SEED = 0


def build():
    def block(before, after):
        return [
            nn.Conv2d(before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        ]

    return nn.Sequential(
        *block(1, 16),
        *block(16, 32),
        nn.MaxPool2d(2),
        *block(32, 64),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 2 * 2, 10),
    )


def shifted(images):
    """Moves every image by up to one pixel each way, blank moving in."""
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    rows, columns = torch.randint(0, 3, (2, len(images)))
    return torch.stack(
        [p[:, r : r + 8, c : c + 8] for p, r, c in zip(padded, rows, columns)]
    )


def train(network, images, labels):
    steps = EPOCHS * -(-len(images) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, steps)
    loss_function = nn.CrossEntropyLoss(label_smoothing=0.05)
    network.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for picked in torch.randperm(len(images)).split(BATCH):
            loss = loss_function(network(shifted(images[picked])), labels[picked])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(picked)
        if (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / len(images):.4f}")
    network.eval()


def export(network):
    """Writes the network, its softmax and its weights as one ONNX file."""
    program = torch.onnx.export(
        nn.Sequential(*network, nn.Softmax(dim=1)).eval(),
        (torch.zeros(2, 1, 8, 8),),
        dynamo=True,
        input_names=["image"],
        output_names=["probability"],
        dynamic_shapes=({0: torch.export.Dim("N")},),
        verbose=False,
    )
    model = program.model_proto
    # The exporter notes the Python stack of every node, with the paths of the
    # machine it ran on: as large as the weights and different everywhere.
    graph = model.graph
    for item in [model, graph, *graph.node, *graph.value_info, *graph.input,
                 *graph.output, *graph.initializer]:
        item.ClearField("metadata_props")
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, MODEL)


def write_images(images, labels):
    """Writes "UFDIGITS", the count as int32, then 64 pixels and a label each."""
    with open(IMAGES, "wb") as file:
        file.write(b"UFDIGITS" + struct.pack("<i", len(labels)))
        for image, label in zip(images.astype(np.uint8), labels):
            file.write(image.tobytes() + bytes([label]))


def read_images():
    data = IMAGES.read_bytes()
    (count,) = struct.unpack_from("<i", data, 8)
    rows = np.frombuffer(data, np.uint8, offset=12).reshape(count, 65)
    return rows[:, :64].reshape(-1, 1, 8, 8), rows[:, 64]


def scale(pixels):
    return torch.from_numpy(pixels.astype(np.float32) / 16).reshape(-1, 1, 8, 8)


def check(network):
    """Compares the files as written with the network and with the labels."""
    images, labels = read_images()
    with torch.no_grad():
        expected = network(scale(images)).softmax(dim=1).numpy()
    evaluator = onnx.reference.ReferenceEvaluator(str(MODEL))
    (actual,) = evaluator.run(None, {"image": scale(images).numpy()})
    right = int((actual.argmax(axis=1) == labels).sum())
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes, "
          f"{np.abs(actual - expected).max():.1e} from torch at most")
    print(f"{right} of {len(labels)} held-back digits right "
          f"({100 * right / len(labels):.1f} %)")
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-5)


def main():
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    digits = load_digits()
    images, held_images, labels, held_labels = train_test_split(
        digits.images, digits.target, test_size=HELD_BACK,
        stratify=digits.target, random_state=SEED)
    network = build()
    train(network, scale(images), torch.from_numpy(labels))
    export(network)
    write_images(held_images, held_labels)
    check(network)


if __name__ == "__main__":
    main()
