using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Convolutions, poolings, normalization of channels, resizing. ONNX Runtime has most of them in single precision alone.</summary>
internal static class ConvolutionCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        Conv("1-D", [2, 3, 6], [4, 3, 3]),
        Conv("1-D, kernel 1", [2, 3, 4], [2, 3, 1]),
        Conv("1-D, causal", [2, 3, 5], [2, 3, 3], new() { Pads = [2, 0] }),
        Conv("1-D, as long as the input", [2, 3, 4], [2, 3, 4]),
        Conv("1-D, strided, with a rest", [2, 2, 8], [3, 2, 3], new() { Strides = [2] }),
        Conv("1-D, stride above the kernel", [1, 2, 9], [2, 2, 2], new() { Strides = [4], Pads = [1, 0] }),
        Conv("1-D, strided, dilated, padded at both ends", [2, 2, 7], [2, 2, 3], new() { Strides = [3], Dilations = [2], Pads = [3, 2] }),
        Conv("1-D, padding beyond the kernel", [1, 2, 3], [2, 2, 2], new() { Pads = [3, 4] }),
        Conv("1-D, same above", [1, 2, 7], [2, 2, 4], new() { Strides = [2], AutoPad = AutoPad.SameUpper }) with { IsFixed = true },
        Conv("1-D, same below", [1, 2, 5], [2, 2, 4], new() { AutoPad = AutoPad.SameLower }),
        Conv("1-D, grouped", [2, 4, 5], [6, 2, 3], new() { Pads = [1, 1] }, 2),
        Conv("1-D, grouped, strided", [2, 4, 5], [6, 2, 2], new() { Strides = [2] }, 2),
        Conv("1-D, depthwise, two outputs a channel", [2, 3, 5], [6, 1, 2], null, 3),
        Conv("2-D", [2, 2, 4, 3], [3, 2, 3, 2]),
        Conv("2-D, a row", [2, 2, 3, 4], [2, 2, 1, 3], new() { Pads = [0, 1, 0, 1] }),
        Conv("2-D, other numbers on each axis", [1, 2, 7, 6], [2, 2, 2, 3],
            new() { Strides = [2, 1], Dilations = [1, 2], Pads = [1, 2, 0, 1] }),
        Conv("2-D, grouped, strided", [2, 4, 5, 4], [4, 2, 3, 2], new() { Strides = [2, 3], Pads = [1, 0, 1, 1] }, 2),
        Conv("2-D, depthwise", [1, 3, 4, 4], [3, 1, 3, 3], new() { Pads = [1, 1, 1, 1] }, 3),
        Conv("3-D", [1, 2, 3, 3, 3], [2, 2, 2, 2, 2], new() { Strides = [1, 2, 1] }),
        Transposed("1-D", [2, 3, 4], [3, 2, 3]),
        Transposed("1-D, strided", [2, 3, 4], [3, 2, 3], new() { Strides = [2], Pads = [1, 0] }),
        Transposed("1-D, output padding", [2, 2, 3], [2, 2, 3], new() { Strides = [3], Dilations = [2], Pads = [2, 1] }, 1, [2]),
        Transposed("1-D, output padding above the stride", [1, 2, 3], [2, 2, 3], new() { Dilations = [3] }, 1, [2]),
        Transposed("1-D, grouped", [2, 4, 3], [4, 3, 2], new() { Strides = [2] }, 2),
        Transposed("1-D, same", [1, 2, 4], [2, 2, 4], new() { Strides = [2], AutoPad = AutoPad.SameUpper }),
        Transposed("2-D", [1, 4, 3, 2], [4, 1, 2, 3], new() { Strides = [2, 1], Pads = [0, 1, 1, 0] }, 2, [1, 0]),
        MaxPool("1-D", [2, 3, 6], [2]),
        MaxPool("1-D, windows overlap, with padding", [2, 2, 7], [3], new() { Strides = [2], Pads = [1, 1] }),
        MaxPool("1-D, dilated", [1, 2, 7], [3], new() { Dilations = [2] }),
        MaxPool("1-D, past the end", [1, 2, 6], [3], new() { Strides = [2] }, true) with { IsFixed = true },
        MaxPool("2-D", [2, 2, 4, 5], [2, 3], new() { Strides = [2, 1], Pads = [1, 0, 0, 2] }),
        AveragePool("1-D", [2, 3, 6], [2]),
        AveragePool("1-D, padding counts", [2, 3, 7], [3], new() { Strides = [2], Pads = [1, 1] }, true),
        AveragePool("1-D, padding doesn't count", [2, 3, 7], [3], new() { Strides = [2], Pads = [2, 1] }),
        AveragePool("1-D, past the end", [1, 2, 6], [3], new() { Strides = [2], Pads = [1, 0] }, false, true) with { IsFixed = true },
        AveragePool("1-D, past the end, padding counts", [1, 2, 6], [3], new() { Strides = [2], Pads = [1, 1] }, true, true) with
        {
            IsFixed = true,
        },
        AveragePool("2-D", [2, 2, 4, 5], [2, 3], new() { Strides = [2, 1], Pads = [1, 0, 0, 2] }),
        new("GlobalAveragePool", "1-D", v => Op.GlobalAveragePool(v[0]), Single(2, 3, 4)),
        new("GlobalAveragePool", "2-D", v => Op.GlobalAveragePool(v[0]), Single(2, 3, 4, 2)),
        BatchNormalization("rows", 4, 3),
        BatchNormalization("1-D", 2, 3, 4),
        BatchNormalization("2-D", 2, 3, 2, 4),
        new("Identity", "channels standardized, rows", v => Op.StandardizeChannels(v[0]).Normalized, X(4, 3)),
        new("Identity", "channels standardized, 2-D", v => Op.StandardizeChannels(v[0]).Normalized, X(3, 2, 2, 4)),
        Resize("nearest, twice", [2, 3], ResizeMode.Nearest, ResizeCoordinates.HalfPixel),
        Resize("nearest, floor", [3, 1], ResizeMode.Nearest, ResizeCoordinates.Asymmetric, ResizeRounding.Floor),
        Resize("nearest, not a whole factor", [1.7f, 0.6f], ResizeMode.Nearest, ResizeCoordinates.HalfPixel) with { IsFixed = true },
        Resize("nearest, up", [1.5f, 2.5f], ResizeMode.Nearest, ResizeCoordinates.Asymmetric, ResizeRounding.Ceiling) with
        {
            IsFixed = true,
        },
        Resize("linear, half pixel", [2, 2.5f], ResizeMode.Linear, ResizeCoordinates.HalfPixel) with { IsFixed = true },
        Resize("linear, shrunk", [0.5f, 0.34f], ResizeMode.Linear, ResizeCoordinates.PytorchHalfPixel) with { IsFixed = true },
        Resize("linear, corners", [2, 3], ResizeMode.Linear, ResizeCoordinates.AlignCorners) with { IsFixed = true },
        Resize("linear, asymmetric", [2, 1], ResizeMode.Linear, ResizeCoordinates.Asymmetric) with { IsFixed = true },
    ];

    private static GradientCase Conv(string name, long[] x, long[] weight, WindowOptions? window = null, long groups = 1) =>
        new("Conv", name, v => Op.Conv(Channels(v[0], x), Known(v[1], weight), Known(v[2], weight[0]), window, groups),
            Single(x), Single(weight), Single(weight[0]));

    private static GradientCase Transposed(string name, long[] x, long[] weight, WindowOptions? window = null, long groups = 1,
        long[]? outputPadding = null) =>
        new("ConvTranspose", name, v => Op.ConvTranspose(Channels(v[0], x), Known(v[1], weight), Known(v[2], weight[1] * groups), window,
            groups, outputPadding), Single(x), Single(weight), Single(weight[1] * groups));

    private static GradientCase MaxPool(string name, long[] x, long[] kernel, WindowOptions? window = null, bool ceiling = false) =>
        new("MaxPool", name, v => Op.MaxPool(v[0], kernel, window, ceiling), Distinct(x));

    private static GradientCase AveragePool(string name, long[] x, long[] kernel, WindowOptions? window = null, bool countPadding = false,
        bool ceiling = false) =>
        new("AveragePool", name, v => Op.AveragePool(v[0], kernel, window, countPadding, ceiling), Single(x));

    private static GradientCase BatchNormalization(string name, params long[] x) =>
        new("BatchNormalization", name, v => Op.BatchNormalization(v[0], v[1], v[2], v[3], v[4]), X(x), X(x[1]), X(x[1]), X(x[1]),
            Positive(x[1]));

    private static GradientCase Resize(string name, float[] scales, ResizeMode mode, ResizeCoordinates coordinates,
        ResizeRounding rounding = ResizeRounding.HalfDown) =>
        new("Resize", name, v => Op.Resize(v[0], scales, mode, coordinates, rounding), Single(1, 2, 4, 5));

    // Channels and kernels have known sizes; batches and lengths may have names.
    private static Value Channels(Value x, long[] sizes) => Op.Renamed(x, x.Shape.With(1, sizes[1]));

    private static Value Known(Value x, params long[] sizes) => Op.Renamed(x, Shape.Of(sizes));
}
