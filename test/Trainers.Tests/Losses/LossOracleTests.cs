using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
[TestCategory("Oracle")]
public class LossOracleTests
{
    [TestMethod]
    [OracleData("CrossEntropy")]
    public void Cross_entropy(string file)
    {
        var oracle = OracleCase.Load(file);
        var weights = oracle.Inputs.TryGetValue("weight", out var tensor) ? Array.ConvertAll(tensor.Data, x => (float)x) : null;
        oracle.Check(v => Scalar(Loss.CrossEntropy(v["logits"], v["target"], weights, oracle.Setting("label_smoothing", 0f))));
    }

    [TestMethod]
    [OracleData("BinaryCrossEntropyWithLogits")]
    public void Binary_cross_entropy(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v => Scalar(Loss.BinaryCrossEntropy(v["logits"], v["target"], oracle.Setting("pos_weight", 1f))), Float("target"));
    }

    [TestMethod]
    [OracleData("mse", "mae", "huber")]
    public void Regression(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v => Scalar(oracle.Operation switch
        {
            "mse" => Loss.MeanSquaredError(v["prediction"], v["target"]),
            "mae" => Loss.MeanAbsoluteError(v["prediction"], v["target"]),
            _ => Loss.Huber(v["prediction"], v["target"], oracle.Setting("delta", 1f)),
        }), Float("target"));
    }

    [TestMethod]
    [OracleData("CTC")]
    public void Connectionist_temporal_classification(string file)
    {
        var oracle = OracleCase.Load(file);
        var reduction = oracle.Setting("reduction", "none") switch
        {
            "none" => CtcReduction.None,
            "sum" => CtcReduction.Sum,
            "mean" => CtcReduction.Mean,
            var other => throw new AssertFailedException($"{file}: unknown reduction '{other}'"),
        };
        foreach (var kernels in (bool[])[true, false])
            oracle.Check(v =>
            {
                v["logits"].Graph.UsesKernels = kernels && KernelLibrary.IsOn();
                return Scalar(Loss.Ctc(v["logits"], v["labels"], v["input_lengths"], v["label_lengths"], oracle.Setting("blank", 0),
                    reduction, zeroInfinity: oracle.Setting("zero_infinity", false)));
            });
    }

    [TestMethod]
    [OracleData("gaussian_nll", "student_t_nll", "negative_binomial_nll", "quantile")]
    public void Distributions(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var weights = v.GetValueOrDefault("weight") ?? v.GetValueOrDefault("mask");
            return Scalar(oracle.Operation switch
            {
                "gaussian_nll" => Loss.Gaussian(v["mean"], v["log_deviation"], v["target"], weights),
                "student_t_nll" => Loss.StudentT(v["mean"], v["log_deviation"], v["log_degrees"], v["target"], weights),
                "negative_binomial_nll" => Loss.NegativeBinomial(v["log_mean"], v["log_alpha"], v["target"], weights),
                _ => Loss.Quantiles(v["forecast"], v["target"], oracle.Setting<float[]>("quantiles", []), weights),
            });
        }, oracle.Inputs.Keys.ToDictionary(name => name, _ => ElementType.Float));
    }

    private static Dictionary<string, Value> Scalar(Value loss) => new() { ["loss"] = loss };

    private static Dictionary<string, ElementType> Float(string input) => new() { [input] = ElementType.Float };
}
