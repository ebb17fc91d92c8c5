using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Strokes;

[TestClass]
public class StrokeTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Pen { get; set; } = [];

        public string Name { get; set; } = "";
    }

    [TestMethod]
    public void Points_are_described_one_by_one()
    {
        var features = Features([0, 0, 0, 3, 4, 0, 3, 8, 1, 5, 8, 0], new() { Normalize = false, Spacing = 0 });
        Assert.HasCount(4 * StrokeFeatures.Count, features);
        // turns left at the second point, from (3, 4) to (0, 4)
        Near([0, 0, 0, 0, 0, 1, 0, 3, 4, 0, 0, 4, 0.8f, 0.6f, 0, 4, 0, 1, 8, 1, 0, 2, 0, 1, 1, 8, 1, 0], features);
    }

    [TestMethod]
    public void Place_and_size_do_not_matter()
    {
        float[] pen = [1, 2, 0, 4, 7, 0, 2, 9, 1, 6, 1, 0, 7, 4, 0], moved = (float[])pen.Clone();
        for (var i = 0; i < pen.Length; i += 3)
            (moved[i], moved[i + 1]) = (pen[i] * 3 - 50, pen[i + 1] * 3 + 20);
        Near(Features(pen), Features(moved));
        var heights = Features(pen, new() { Spacing = 0.01 }).Where((_, i) => i % StrokeFeatures.Count == 4).ToArray();
        Assert.AreEqual(0, heights.Average(), 0.02);
        Assert.AreEqual(1, heights.Average(y => y * y), 0.02);
    }

    [TestMethod]
    public void Points_stand_at_equal_distances_along_each_stroke()
    {
        // A stroke of length 7 with a corner, and one of 2, drawn with points of any distance.
        var features = Features([0, 0, 0, 1, 0, 0, 3, 0, 0, 3, 4, 1, 9, 9, 0, 9, 11, 0], new() { Normalize = false, Spacing = 1 });
        var steps = features.Chunk(StrokeFeatures.Count).Select(point => (point[0], point[1], point[2], point[3])).ToArray();
        Assert.HasCount(8 + 3, steps);
        for (var i = 1; i < 8; i++)
            Assert.AreEqual(1, Math.Sqrt(Math.Pow(steps[i].Item1, 2) + Math.Pow(steps[i].Item2, 2)), 1e-5);
        CollectionAssert.AreEqual(new[] { 8 }, Where(step => step.Item3 == 1));
        CollectionAssert.AreEqual(new[] { 7, 10 }, Where(step => step.Item4 == 1));
        Assert.AreEqual((6f, 5f), (steps[8].Item1, steps[8].Item2));

        int[] Where(Func<(float, float, float, float), bool> holds) => [.. Enumerable.Range(0, steps.Length).Where(i => holds(steps[i]))];
    }

    [TestMethod]
    public void Slant_is_taken_out()
    {
        float[] upright = [0, 0, 0, 0, 5, 1, 2, 0, 0, 2, 5, 1], slanted = (float[])upright.Clone();
        for (var i = 0; i < upright.Length; i += 3)
            slanted[i] += 0.4f * slanted[i + 1];
        var options = new StrokeOptions { Deslant = true };
        Near(Features(upright, options), Features(slanted, options), 1e-5f);
    }

    [TestMethod]
    public void A_dot_and_a_flat_line_are_writing_too()
    {
        Near([0, 0, 0, 1, 0, 1, 0], Features([5, 5, 1]));
        Assert.IsTrue(Features([0, 3, 0, 9, 3, 0]).All(float.IsFinite));
        Assert.IsTrue(Features([0, 3, 0, 0, 3, 0, 0, 3, 1, 0, 3, 0]).All(float.IsFinite));
    }

    [TestMethod]
    public void Saved_with_a_pipeline_it_does_the_same()
    {
        var data = View([0, 0, 0, 3, 4, 0, 3, 8, 1, 5, 8, 0]);
        var model = _ml.Transforms.FeaturizeStrokes("Features", "Pen", new() { Spacing = 0.3, Deslant = true }).Fit(data);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var loaded = new MLContext().Model.Load(file, out _);
        Near(model.Transform(data).GetColumn<float[]>("Features").Single(),
            loaded.Transform(data).GetColumn<float[]>("Features").Single(), 0);
        var promised = _ml.Transforms.FeaturizeStrokes("Features", "Pen").GetOutputSchema(SchemaShapes.FromSchema(data.Schema));
        Assert.IsTrue(promised.Any(column => column is { Name: "Features", Kind: SchemaShape.Column.VectorKind.VariableVector }));
    }

    [TestMethod]
    [DataRow(new float[] { }, "Column 'Pen', row 0: 0 numbers; expected x, y and whether the pen is lifted")]
    [DataRow(new float[] { 1, 2, 0, 3 }, "4 numbers; expected x, y")]
    [DataRow(new[] { 1, 2, 0, float.NaN, 1, 0 }, "point 1: (NaN, 1); expected finite numbers")]
    [DataRow(new float[] { 1, 2, 7 }, "point 0: the pen is 7; expected 1 where it is lifted")]
    public void Bad_points_are_errors(float[] pen, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Features(pen)).Message, message);

    [TestMethod]
    public void Bad_columns_and_options_are_errors()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.FeaturizeStrokes("Features", "Name").Fit(View([0, 0, 0])));
        StringAssert.Contains(error.Message, "Column 'Name' is String; expected a vector of Single");
        error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.FeaturizeStrokes("F", "Pen", new() { Spacing = -1 }));
        StringAssert.Contains(error.Message, "Spacing is -1; expected a finite number of at least 0");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() =>
            Features([0, 0, 0, 1e9f, 5, 0], new() { Normalize = false, Spacing = 0.01 })).Message, "expected a larger Spacing");
    }

    private IDataView View(float[] pen) => _ml.Data.LoadFromEnumerable([new Row { Pen = pen }]);

    private float[] Features(float[] pen, StrokeOptions? options = null) => _ml.Transforms.FeaturizeStrokes("Features", "Pen", options)
        .Fit(View(pen)).Transform(View(pen)).GetColumn<float[]>("Features").Single();

    private static void Near(float[] expected, float[] actual, float tolerance = 1e-4f)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"feature {i}");
    }
}
