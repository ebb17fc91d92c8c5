using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Likelihoods of distributions and quantiles beyond the golden values: extremes, masks, gradients, bad shapes.</summary>
[TestClass]
public class DistributionLossTests
{
    private static readonly Dictionary<string, Func<Value[], Value>> Losses = new()
    {
        ["gaussian"] = v => Loss.Gaussian(v[0], v[1], v[3]),
        ["student t"] = v => Loss.StudentT(v[0], v[1], v[2], v[3]),
        ["negative binomial"] = v => Loss.NegativeBinomial(v[0], v[1], Op.Floor(Op.Exp(v[3] * 2)) + v[2] * 0),
    };

    public static IEnumerable<object[]> Names => Losses.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Gradient(string name)
    {
        TensorData[] at = [.. Enumerable.Range(0, 4).Select(i => FiniteDifferences.Random(ElementType.Double, i + 1, 3, 4))];
        // Counts are steps of the last input, which has no gradient there.
        if (name == "negative binomial")
            FiniteDifferences.Check(v => Loss.NegativeBinomial(v[0], v[1], Op.OnesLike(v[0]) * 3), at[..2]);
        else
            FiniteDifferences.Check(name == "gaussian" ? v => Loss.Gaussian(v[0], v[1], v[2]) : Losses[name],
                name == "gaussian" ? at[..3] : at);
    }

    [TestMethod]
    // log Γ(y + r) / Γ(r) of a large r is y log r: the distribution is Poisson's
    [DataRow(3f, 1.2f, -14f, 1.5118776)]
    [DataRow(0f, 1.2f, -14f, 3.3201123)]
    // 100 events of a mean of 100 and a variance of 100 + 100²: (r = 1) geometric
    [DataRow(100f, 4.6051702f, 0f, 5.6101536)]
    [DataRow(100000f, 11.512925f, 0f, 12.512930)]
    public void Counts(float count, float logMean, float logAlpha, double expected) => Assert.AreEqual(expected, Of(v =>
        Loss.NegativeBinomial(v[0], v[1], v[2]), [logMean], [logAlpha], [count]), 2e-4 * Math.Max(1, expected));

    [TestMethod]
    public void Students_distribution_of_many_degrees_is_normal()
    {
        var t = Of(v => Loss.StudentT(v[0], v[1], v[2], v[3]), [0.3f], [0.2f], [14], [1.5f]);
        var normal = Of(v => Loss.Gaussian(v[0], v[1], v[2]), [0.3f], [0.2f], [1.5f]);
        Assert.AreEqual(normal, t, 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_masked_target_counts_nothing(string name)
    {
        var loss = (Value[] v) => name switch
        {
            "gaussian" => Loss.Gaussian(v[0], v[1], v[3], v[4]),
            "student t" => Loss.StudentT(v[0], v[1], v[2], v[3], v[4]),
            _ => Loss.NegativeBinomial(v[0], v[1], v[3], v[4]),
        };
        Assert.AreEqual(Of(loss, [0.1f], [0.2f], [0.3f], [2], [1]), Of(loss, [0.1f, 9], [0.2f, 1], [0.3f, 2], [2, 7], [1, 0]), 1e-6);
        // Everything masked is 0, not NaN.
        Assert.AreEqual(0, Of(loss, [0.1f], [0.2f], [0.3f], [2], [0]));
    }

    [TestMethod]
    public void Quantiles_of_a_masked_target_count_nothing()
    {
        var one = Of(v => Loss.Quantiles(Op.Reshape(v[0], [1, 2]), v[1], [0.1f, 0.9f]), [1, 2], [3]);
        Assert.AreEqual((0.1 * 2 + 0.9 * 1) / 2, one, 1e-6);
        Assert.AreEqual(one, Of(v => Loss.Quantiles(Op.Reshape(v[0], [2, 2]), v[1], [0.1f, 0.9f], v[2]), [1, 2, 7, 9], [3, 1], [1, 0]),
            1e-6);
    }

    [TestMethod]
    public void Other_shapes_are_errors()
    {
        var graph = new Graph("shapes");
        var (x, y) = (graph.Input("x", ElementType.Float, [3, 2]), graph.Input("y", ElementType.Float, [3]));
        foreach (var act in (Action[])[() => Loss.Gaussian(x, x, y), () => Loss.StudentT(x, x, y, x), () => Loss.NegativeBinomial(y, x, x)])
            StringAssert.Contains(Assert.ThrowsExactly<GraphException>(act).Message, "expected targets");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Loss.Quantiles(x, y, [0.5f])).Message, "quantiles");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Loss.Quantiles(x, y, [0.5f, 1])).Message, "between 0 and 1");
    }

    private static double Of(Func<Value[], Value> loss, params float[][] at)
    {
        var graph = new Graph("loss");
        graph.Output("loss", loss([.. at.Select((x, i) => graph.Input($"x{i}", ElementType.Float, [x.Length]))]));
        DeadCode.Remove(graph);
        using var session = new OnnxSession(graph);
        return session.Run(at.Select((x, i) => ($"x{i}", TensorData.Vector(x))).Where(x => graph.Inputs.Any(input => input.Name == x.Item1))
            .ToDictionary())["loss"].As<float>()[0];
    }
}
