using System.Text.Json;

namespace MLSeqGraph.Onnx.Tests.Oracles;

/// <summary>Convolutions, poolings and normalized channels against golden values; a setting may be a number or one for each axis.</summary>
[TestClass]
[TestCategory("Oracle")]
public class ConvolutionOracleTests
{
    [TestMethod]
    [OracleData("Conv1d", "Conv2d")]
    public void Convolution(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v => Result(Op.Conv(v["x"], v["weight"], v.GetValueOrDefault("bias"), Window(oracle, v["x"]),
            oracle.Setting("groups", 1L))));
    }

    [TestMethod]
    [OracleData("Conv1dCausal")]
    public void Causal_convolution(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var window = Window(oracle, v["x"]);
            var before = (v["weight"].Shape[2].Size - 1) * window.Dilations![0];
            return Result(Op.Conv(v["x"], v["weight"], v.GetValueOrDefault("bias"), window with { Pads = [before, 0] },
                oracle.Setting("groups", 1L)));
        });
    }

    [TestMethod]
    [OracleData("ConvTranspose")]
    public void Transposed_convolution(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v => Result(Op.ConvTranspose(v["x"], v["weight"], v.GetValueOrDefault("bias"), Window(oracle, v["x"]),
            oracle.Setting("groups", 1L), Numbers(oracle, "output_padding", v["x"], 0))));
    }

    [TestMethod]
    [OracleData("Pool")]
    public void Pooling(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var kernel = Numbers(oracle, "kernel", v["x"], 1);
            var window = Window(oracle, v["x"], kernel);
            var ceiling = oracle.Setting("ceil_mode", false);
            return Result(oracle.Setting("type", "") switch
            {
                "max" => Op.MaxPool(v["x"], kernel, window, ceiling),
                "average" => Op.AveragePool(v["x"], kernel, window, oracle.Setting("count_include_pad", true), ceiling),
                var other => throw new AssertFailedException($"{file}: a pooling of type '{other}'."),
            });
        });
    }

    [TestMethod]
    [OracleData("GlobalAveragePool")]
    public void Pooling_of_everything(string file) => OracleCase.Load(file).Check(v =>
        Result(Op.Squeeze(Op.GlobalAveragePool(v["x"]), [.. Enumerable.Range(2, v["x"].Shape.Rank - 2)])));

    [TestMethod]
    [OracleData("BatchNormEvaluation")]
    public void Normalized_channels(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var ones = Op.OnesLike(v["running_mean"]);
            return Result(Op.BatchNormalization(v["x"], v.GetValueOrDefault("weight") ?? ones, v.GetValueOrDefault("bias") ?? ones - ones,
                v["running_mean"], v["running_var"], oracle.Setting("eps", 1e-5f)));
        });
    }

    private static Dictionary<string, Value> Result(Value output) => new() { ["output"] = output };

    private static WindowOptions Window(OracleCase oracle, Value x, long[]? kernel = null)
    {
        // PyTorch's poolings step by their kernel where nothing is said.
        var strides = kernel is null || oracle.Config.TryGetProperty("stride", out _) ? Numbers(oracle, "stride", x, 1) : kernel;
        var dilations = Numbers(oracle, "dilation", x, 1);
        if (oracle.Config.TryGetProperty("padding", out var padding) && padding.ValueKind == JsonValueKind.String)
            return new() { Strides = strides, Dilations = dilations, AutoPad = padding.GetString() == "same" ? AutoPad.SameUpper
                : AutoPad.Valid };
        var pads = Numbers(oracle, "padding", x, 0);
        return new() { Strides = strides, Dilations = dilations, Pads = WindowOptions.Symmetric(pads) };
    }

    private static long[] Numbers(OracleCase oracle, string setting, Value x, long @default)
    {
        var axes = x.Shape.Rank - 2;
        return oracle.Config.TryGetProperty(setting, out var given) && given.ValueKind == JsonValueKind.Array
            ? given.Deserialize<long[]>()!
            : [.. Enumerable.Repeat(oracle.Setting(setting, @default), axes)];
    }
}
