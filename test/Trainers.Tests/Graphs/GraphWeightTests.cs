using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Weights of graphs and of classes.</summary>
[TestClass]
public class GraphWeightTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    private readonly MLContext _ml = new(1);

    private IDataView View(Shape[] shapes, Func<Read, float>? weight = null)
    {
        var data = Shape.View(_ml, shapes);
        return _ml.Transforms.CustomMapping<Read, Weight>((read, made) => made.Value = weight?.Invoke(read) ?? 1, null)
            .Fit(data).Transform(data);
    }

    private sealed class Read
    {
        public float Size { get; set; }
    }

    private sealed class Weight
    {
        [ColumnName("Weight")]
        public float Value { get; set; }
    }

    private float[] Scores(IDataView data, Action<GraphClassificationTrainer.Options>? change = null)
    {
        var options = new GraphClassificationTrainer.Options
        {
            Columns = Columns, Network = GraphNetwork.Gcn(8, dropout: 0), Pooling = GraphPooling.Mean, Hidden = 8, Epochs = 8,
                LearningRate = 0.02f, BatchSize = 100,
            ExampleWeightColumnName = "Weight", Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        using var model = _ml.Graphs().GraphClassification(options).Fit(data);
        return [.. model.Transform(View(Shape.Make(20, 3))).GetColumn<float[]>("Score").SelectMany(row => row)];
    }

    [TestMethod]
    public void A_factor_on_all_weights_changes_nothing_and_other_weights_do()
    {
        var shapes = Shape.Make(24);
        var ones = Scores(View(shapes));
        Same(ones, Scores(View(shapes), options => options.ExampleWeightColumnName = null));
        Same(ones, Scores(View(shapes, _ => 7)));
        Assert.IsGreaterThan(0.001f, Largest(ones, Scores(View(shapes, shape => shape.Size > 7 ? 9 : 1))));
    }

    [TestMethod]
    public void Graphs_of_weight_0_are_not_learnt_from()
    {
        float[] Of(bool swapped)
        {
            var shapes = Shape.Make(24);
            foreach (var shape in shapes.Where(shape => swapped && shape.Size > 7))
                shape.Kind = shape.Kind == "ring" ? "star" : "ring";
            return Scores(View(shapes, shape => shape.Size > 7 ? 0 : 1));
        }
        Same(Of(false), Of(true));
    }

    [TestMethod]
    public void A_class_that_weighs_more_is_told_more_often()
    {
        var data = View(Shape.Make(24));
        float Star(float[]? weights) => Scores(data, options => options.ClassWeights = weights).Where((_, i) => i % 2 == 1).Average();
        var equal = Star(null);
        Assert.AreEqual(equal, Star([3, 3]), 1e-4f);
        Assert.IsGreaterThan(equal, Star([1, 10]));
        Assert.IsLessThan(equal, Star([10, 1]));
    }

    [TestMethod]
    public void Balanced_classes_are_weights_by_the_classes_frequencies()
    {
        // 12 rings and 4 stars
        var data = View([.. Shape.Make(24).Where((shape, i) => i % 2 == 0 || i % 6 == 1)]);
        var balanced = Scores(data, options => options.BalanceClasses = true);
        Same(Scores(data, options => options.ClassWeights = [16 / 24f, 16 / 8f]), balanced);
        Assert.IsGreaterThan(0.001f, Largest(Scores(data), balanced));
    }

    [TestMethod]
    public void Bad_weights_are_named()
    {
        var shapes = Shape.Make(6);
        void Fails<T>(IDataView view, Action<GraphClassificationTrainer.Options> change, params string[] parts) where T : Exception
        {
            var error = Assert.ThrowsExactly<T>(() => Scores(view, change));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails<InvalidDataException>(View(shapes, _ => -2), _ => { }, "'Weight'", "row 0", "-2", "at least 0");
        Fails<ArgumentException>(View(shapes), options => options.ExampleWeightColumnName = "Wieght", "'Wieght'");
        Fails<ArgumentException>(View(shapes), options => options.ExampleWeightColumnName = "Kind", "'Kind'", "Single");
        Fails<ArgumentException>(View(shapes), options => options.ClassWeights = [1], "ClassWeights", "1 weights", "2 classes");
        var shape = SchemaShapes.FromSchema(View(shapes).Schema);
        var trainer = _ml.Graphs().GraphClassification(new() { ExampleWeightColumnName = "Kind" });
        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.GetOutputSchema(shape));
        StringAssert.Contains(error.Message, "'Kind'");
    }

    private static void Same(float[] expected, float[] found) => Assert.IsLessThan(1e-4f, Largest(expected, found));

    private static float Largest(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        return expected.Zip(found, (one, other) => Math.Abs(one - other)).Max();
    }
}
