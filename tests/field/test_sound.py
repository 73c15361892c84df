"""Models of Keras's documentation and of papers, which are right as they are: neither a fault nor a warning is told."""

from pathlib import Path

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.warnings import warnings_for

TOKENS = "{shape: [12], dtype: int32}"
SOUND = {
    "an autoencoder of strided convolutions": (
        "[64, 1]",
        "Conv1D: {filters: 8, kernel_size: 7, padding: same, strides: 2, activation: relu}",
        "Dropout: {rate: 0.2}",
        "Conv1DTranspose: {filters: 8, kernel_size: 7, padding: same, strides: 2, activation: relu}",
        "Conv1DTranspose: {filters: 1, kernel_size: 7, padding: same}",
    ),
    "an autoencoder of pooling and upsampling": (
        "[64, 1]",
        "Conv1D: {filters: 8, kernel_size: 3, padding: same, activation: relu}",
        "MaxPooling1D: {pool_size: 4}",
        "UpSampling1D: {size: 4}",
        "Conv1D: {filters: 1, kernel_size: 3, padding: same}",
    ),
    "an autoencoder of LSTMs": (
        "[12, 3]",
        "LSTM: {units: 8}",
        "RepeatVector: {n: 12}",
        "LSTM: {units: 8, return_sequences: true}",
        "TimeDistributed: {Dense: {units: 3}}",
    ),
    "WaveNet's dilated convolutions": (
        "[64, 1]",
        *(f"Conv1D: {{filters: 8, kernel_size: 2, padding: causal, dilation_rate: {2**power}}}" for power in range(4)),
        "Conv1D: {filters: 1, kernel_size: 1}",
    ),
    "a residual block of a temporal convolutional network": (
        "[64, 1]",
        "Conv1D: {filters: 8, kernel_size: 1}",
        "Residual: [{Conv1D: {filters: 8, kernel_size: 3, padding: causal}}, {SpatialDropout1D: {rate: 0.1}}]",
        "GlobalAveragePooling1D",
        "Dense: {units: 4, activation: softmax}",
    ),
    "a CRNN that reads a picture's columns as steps": (
        "[32, 40, 1]",
        "Conv2D: {filters: 8, kernel_size: 3, activation: relu, padding: same}",
        "MaxPooling2D: {pool_size: 4}",
        "Reshape: {target_shape: [8, 80]}",
        "Dense: {units: 16, activation: relu}",
        "Bidirectional: {LSTM: {units: 8, return_sequences: true, dropout: 0.25}}",
        "Dense: {units: 5, activation: softmax}",
    ),
    "a spectrogram whose rows stay steps": (
        "[32, 40, 1]",
        "Conv2D: {filters: 8, kernel_size: 3, activation: relu, padding: same}",
        "MaxPooling2D: {pool_size: [1, 4]}",
        "TimeDistributed: Flatten",
        "GRU: {units: 8}",
        "Dense: {units: 4, activation: softmax}",
    ),
    "EEGNet": (
        "[8, 64, 1]",
        "Conv2D: {filters: 4, kernel_size: [1, 16], padding: same, use_bias: false}",
        "BatchNormalization",
        "DepthwiseConv2D: {kernel_size: [8, 1], depth_multiplier: 2, use_bias: false}",
        "Activation: {activation: elu}",
        "AveragePooling2D: {pool_size: [1, 4]}",
        "SeparableConv2D: {filters: 8, kernel_size: [1, 8], padding: same, use_bias: false}",
        "Flatten",
        "Dense: {units: 4, activation: softmax}",
    ),
    "a kernel as long as the input, as in TensorFlow's tutorial on forecasts": (
        "[3, 3]",
        "Conv1D: {filters: 32, kernel_size: 3, activation: relu}",
        "Dense: {units: 1}",
    ),
    "next frames of ConvLSTMs": (
        "[5, 12, 12, 1]",
        "ConvLSTM2D: {filters: 4, kernel_size: 5, padding: same, return_sequences: true}",
        "BatchNormalization",
        "Conv3D: {filters: 1, kernel_size: 3, activation: sigmoid, padding: same}",
    ),
    "a transformer of a time series": (
        "[50, 1]",
        "Dense: {units: 16}",
        "Residual: [LayerNormalization, {MultiHeadAttention: {num_heads: 2, key_dim: 8, dropout: 0.1}}]",
        "Residual: [LayerNormalization, {Dense: {units: 8}}, {Conv1D: {filters: 16, kernel_size: 1}}]",
        "GlobalAveragePooling1D",
        "Dense: {units: 2, activation: softmax}",
    ),
    "a transformer behind a mask": (
        TOKENS,
        "Embedding: {input_dim: 50, output_dim: 16, mask_zero: true}",
        "Residual: [{MultiHeadAttention: {num_heads: 2, key_dim: 8}}, {Dropout: {rate: 0.1}}]",
        "LayerNormalization",
        "GlobalAveragePooling1D",
        "Dense: {units: 1, activation: sigmoid}",
    ),
    "stacked bidirectional LSTMs behind a mask": (
        TOKENS,
        "Embedding: {input_dim: 50, output_dim: 8, mask_zero: true}",
        "Bidirectional: {LSTM: {units: 8, return_sequences: true}}",
        "Bidirectional: {LSTM: {units: 8}}",
        "Dense: {units: 1, activation: sigmoid}",
    ),
    "an attention of shares over permuted axes": (
        "[24, 3]",
        "Residual: [{Permute: {dims: [2, 1]}}, {Dense: {units: 24, activation: softmax}}, {Permute: {dims: [2, 1]}}]",
        "LSTM: {units: 8}",
        "Dense: {units: 1}",
    ),
    "documents of sentences of words": (
        "{shape: [4, 12], dtype: int32}",
        "TimeDistributed: {Embedding: {input_dim: 50, output_dim: 8}}",
        "TimeDistributed: {Bidirectional: {GRU: {units: 4}}}",
        "Bidirectional: {GRU: {units: 4}}",
        "Dense: {units: 1, activation: sigmoid}",
    ),
    "windows of windows": (
        "[3, 4, 6, 2]",
        "TimeDistributed: {TimeDistributed: {Conv1D: {filters: 4, kernel_size: 3}}}",
        "TimeDistributed: {TimeDistributed: GlobalMaxPooling1D}",
        "TimeDistributed: {LSTM: {units: 4}}",
        "LSTM: {units: 4}",
        "Dense: {units: 1}",
    ),
    "all steps of a forecast from one Dense": (
        "[24, 3]",
        "LSTM: {units: 8}",
        "Dense: {units: 18, kernel_initializer: zeros}",
        "Reshape: {target_shape: [6, 3]}",
    ),
    "an IRNN": (
        "[24, 3]",
        "SimpleRNN: {units: 8, recurrent_initializer: {Identity: {gain: 1.0}}, activation: relu}",
        "Dense: {units: 1}",
    ),
    "rows of digits as steps of steps": (
        "[28, 28, 1]",
        "TimeDistributed: {LSTM: {units: 8}}",
        "LSTM: {units: 8}",
        "Dense: {units: 10, activation: softmax}",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_gets_no_remarks(name: str, tmp_path: Path) -> None:
    input, *layers = SOUND[name]
    lines = [
        "architecture:", "  kind: layers", f"  input: {input}", "  layers:", *(f"    - {layer}" for layer in layers)
    ]  # fmt: skip
    (tmp_path / "spec.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert warnings_for(compile_spec(tmp_path / "spec.yaml")) == ()
