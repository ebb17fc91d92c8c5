using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Labels in large units: an exported model's scores are rounded like these, also where they come near 0.</summary>
[TestClass]
public class LabelUnitTests
{
    private const int Targets = 60, Nodes = 4;
    private readonly MLContext _ml = new(1);

    private sealed class Liking
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Rating { get; set; }
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public int[] Edges { get; set; } = [];

        [VectorType(Targets)]
        public float[] Label { get; set; } = [];

        public float[] OfNodes { get; set; } = [];
    }

    // Numbers around 0, so that some scores are small.
    private IDataView Rows(float unit)
    {
        var random = new Random(1);
        float[] Some(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => size * (float)random.NextNormal())];
        return _ml.Data.LoadFromEnumerable((Row[])[.. Enumerable.Range(0, 40).Select(_ => new Row
        {
            Features = Some(Nodes, 1), Edges = [0, 1, 2, 1, 2, 3], Label = Some(Targets, unit), OfNodes = Some(Nodes * Targets, unit),
        })]);
    }

    [TestMethod]
    [DataRow(1f)]
    [DataRow(1e9f)]
    [DataRow(1e30f)]
    public void Models_are_compared_in_the_units_of_labels(float unit)
    {
        var rows = Rows(unit);
        using var nodes = _ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options
        {
            Columns = new() { NodeFeaturesColumnName = nameof(Row.Features), NodeFeatureCount = 1 }, LabelColumnName = nameof(Row.OfNodes),
            TargetsPerNode = Targets, Network = GraphNetwork.Sage(16, 2, 0), Epochs = 10, LearningRate = 0.02f,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(rows);
        using var sequences = _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            SequenceColumnName = nameof(Row.Features), FeatureCount = 1, Network = SequenceNetwork.Gru(16), Epochs = 10,
            LearningRate = 0.02f, Target = ExecutionTarget.Cpu(1),
        }).Fit(rows);
        using var ratings = _ml.Graphs().Recommendation(new RecommendationTrainer.Options
        {
            RatingColumnName = nameof(Liking.Rating), EmbeddingSize = 8, Epochs = 5, Seed = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(_ml.Data.LoadFromEnumerable((Liking[])[.. from user in Enumerable.Range(0, 20) from item in Enumerable.Range(0, 20)
            select new Liking { User = user, Item = item, Rating = unit * MathF.Sin(user + item * item) }]));
        foreach (var verification in new[] { nodes.Info.Verification!, sequences.Info.Verification!, ratings.Info.Verification! })
            Assert.IsLessThanOrEqualTo(verification.Tolerance, verification.LargestDifference);
    }
}
