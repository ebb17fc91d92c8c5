using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class HardAttentionTests
{
    private const int Draws = 40_000, Source = 4;
    private static readonly float[] Scores = [0.5f, -1f, 1.2f, 0f];
    private static readonly float[] Rewards = [1f, 3f, -2f, 0.5f];

    private static float[] Probabilities
    {
        get
        {
            var exponentials = Scores[..3].Select(score => MathF.Exp(score)).ToArray();
            return [.. exponentials.Select(exponential => exponential / exponentials.Sum()), 0];
        }
    }

    // Many rows of the same scores, of which the last lies past the length.
    private static (Value Weights, Value LogProbability) Choose(NetworkBuilder network)
    {
        var scores = network.Parameter("scores", [1, 1, Source], (_, _) => (float[])Scores.Clone())
            + Op.Filled(0f, ["batch", 1, 1], network.Input("rows", ElementType.Float, ["batch"]));
        var lengths = Op.Filled(3L, ["batch"], scores);
        var weights = SourceAttention.Hard().Weights(network, scores, scores, lengths, network.Graph.Vector(0L));
        return (weights, HardAttention.LogProbability(scores, weights, lengths));
    }

    [TestMethod]
    public void Draws_while_training_follow_the_scores_and_the_gradient_is_the_score_functions()
    {
        var optimizer = new Sgd();
        var model = TrainingModel.Build(network =>
        {
            var (weights, logProbability) = Choose(network);
            var reward = Op.ReduceSum(weights * network.Graph.Vector(Rewards), [2], keepDims: false);
            var share = Op.ReduceMean(weights, [0, 1], keepDims: false);
            var surrogate = HardAttention.Surrogate(network, logProbability, reward, Op.Filled(1f, ["batch", 1], reward));
            return new(surrogate, [.. Enumerable.Range(0, Source).Select(i =>
                ($"share_{i}", Op.Squeeze(Op.Slice(share, 0, i, i + 1), 0)))]);
        }, optimizer);
        using var session = new TrainingSession(model, ExecutionTarget.Cpu(1));
        session.Feed("rows", new float[Draws], Draws);
        session.Step(1f);
        var probabilities = Probabilities;
        for (var i = 0; i < Source; i++)
            Assert.AreEqual(probabilities[i], session.Metric($"share_{i}"), 0.015, $"share of {i}");
        session.SaveParameters();
        var after = model.Parameters["scores"].Value.As<float>();
        // the gradient of the expected reward: p (r - Σ p r)
        var expected = probabilities.Zip(Rewards, (p, r) => p * r).Sum();
        for (var i = 0; i < Source; i++)
            Assert.AreEqual(probabilities[i] * (Rewards[i] - expected), after[i] - Scores[i], 0.05, $"gradient of {i}");
    }

    [TestMethod]
    public void Deployed_it_takes_the_likeliest_valid_step()
    {
        var network = new NetworkBuilder(new(), NetworkMode.Deployment);
        network.Graph.Output("weights", Choose(network).Weights);
        using var session = new OnnxSession(network.Graph);
        var feed = new Dictionary<string, TensorData> { ["rows"] = TensorData.Zeros(ElementType.Float, 3) };
        var weights = session.Run(feed)["weights"].As<float>();
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0 }, weights);
    }
}
