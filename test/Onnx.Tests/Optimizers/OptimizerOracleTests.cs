using System.Globalization;
using System.Text.RegularExpressions;

namespace MLSeqGraph.Onnx.Tests.Optimizers;

/// <summary>Trains a vector against 0.5 w'Aw, and compares all values it takes with golden ones.</summary>
[TestClass]
[TestCategory("Oracle")]
public partial class OptimizerOracleTests
{
    [TestMethod]
    [OracleData("Optimizer")]
    public void Trajectory(string file)
    {
        var oracle = OracleCase.Load(file);
        var settings = Settings(oracle.Setting("defaults", ""));
        var start = oracle.Params["w"];
        var size = start.Shape[0];
        var model = TrainingModel.Build(network =>
        {
            var w = network.Parameter("w", [size], (_, _) => Array.ConvertAll(start.Data, x => (float)x));
            var a = network.Input("A", ElementType.Float, [size, size]);
            return new(Op.ReduceSum(w * Op.Squeeze(Op.MatMul(a, Op.Unsqueeze(w, 1)), 1), keepDims: false) * 0.5);
        }, Optimizer(oracle.Setting("name", ""), settings));
        var expected = oracle.Outputs["trajectory"];
        var matrix = oracle.Inputs["A"].ToTensor().As<float>();
        var found = new List<float>();
        using var session = new TrainingSession(model);
        for (var step = 0; step < expected.Shape[0]; step++)
        {
            session.Feed("A", matrix, size, size);
            session.Step(settings["lr"]);
            session.SaveParameters();
            found.AddRange(model.Parameters["w"].Value.As<float>());
        }
        oracle.AssertClose("trajectory", expected, TensorData.Create(found.ToArray(), expected.Shape));
    }

    [TestMethod]
    [OracleData("ClipGradNorm")]
    public void Clipped_gradient(string file)
    {
        var oracle = OracleCase.Load(file);
        var gradient = oracle.Inputs["grad"].ToTensor();
        // the loss is g'w, and a step of rate 1 from 0 takes away the clipped gradient
        var model = TrainingModel.Build(network =>
        {
            var w = network.Parameter("w", [.. gradient.Sizes], Initializers.Zeros);
            return new(Op.ReduceSum(w * network.Input("g", ElementType.Float, Shape.Of(gradient.Sizes)), keepDims: false));
        }, new Sgd(), clipNorm: oracle.Setting("max_norm", 0f));
        using var session = new TrainingSession(model);
        session.Feed("g", gradient.As<float>(), [.. gradient.Sizes]);
        var result = session.Step(1);
        session.SaveParameters();
        oracle.AssertClose("norm", oracle.Outputs["norm"], TensorData.Scalar(result.GradientNorm));
        oracle.AssertClose("clipped", oracle.Outputs["clipped"],
            TensorData.Create(Array.ConvertAll(model.Parameters["w"].Value.As<float>(), x => -x), [.. gradient.Sizes]));
    }

    private static Optimizer Optimizer(string name, Dictionary<string, float> settings) => name switch
    {
        "sgd" or "sgd_momentum" or "sgd_nesterov" =>
            new Sgd { Momentum = settings["momentum"], Nesterov = settings["nesterov"] != 0, WeightDecay = settings["weight_decay"] },
        "adam" => new Adam { Beta1 = settings["beta1"], Beta2 = settings["beta2"], Epsilon = settings["eps"],
            WeightDecay = settings["weight_decay"] },
        "adamw" => new AdamW { Beta1 = settings["beta1"], Beta2 = settings["beta2"], Epsilon = settings["eps"],
            WeightDecay = settings["weight_decay"] },
        "rmsprop" => new RmsProp { Alpha = settings["alpha"], Epsilon = settings["eps"], WeightDecay = settings["weight_decay"] },
        "adagrad" => new Adagrad { Epsilon = settings["eps"], WeightDecay = settings["weight_decay"] },
        _ => throw new AssertFailedException($"No optimizer is tested as '{name}'."),
    };

    // "{'lr': 0.05, 'betas': (0.9, 0.999), 'amsgrad': False, …}"
    private static Dictionary<string, float> Settings(string text)
    {
        var settings = new Dictionary<string, float>();
        foreach (Match match in Entry().Matches(text))
        {
            var (name, value) = (match.Groups[1].Value, match.Groups[2].Value);
            if (value.StartsWith('('))
                (settings["beta1"], settings["beta2"]) = (Number(value[1..^1].Split(',')[0]), Number(value[1..^1].Split(',')[1]));
            else if (value != "None")
                settings[name] = value is "True" or "False" ? (value == "True" ? 1 : 0) : Number(value);
        }
        return settings;
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"'(\w+)': (\([^)]*\)|[^,}]+)")]
    private static partial Regex Entry();
}
