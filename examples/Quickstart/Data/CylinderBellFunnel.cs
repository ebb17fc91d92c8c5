using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace Quickstart.Data;

/// <summary>
/// Cylinder, bell and funnel (Saito 1994): noisy series of 128 values in which for a while something is on: at once (cylinder), rising
/// (bell) or falling (funnel).
/// </summary>
internal static class CylinderBellFunnel
{
    private const int Length = 128;
    private static readonly string[] Shapes = ["cylinder", "bell", "funnel"];

    internal sealed class Row
    {
        public string Shape { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    internal static DataSet Load(MLContext ml, HoldOut? holdOut, int trainRows = 900, int testRows = 900)
    {
        var random = new Random(1994);
        var rows = new Rows<Row>(Make(trainRows, random), Make(testRows, random)).With(holdOut);
        var valuesPerStep = DataSet.ValuesOfStep(Length);
        var series = DataSet.Series<Row>(nameof(Row.Features), Length);
        return new()
        {
            Name = "cylinder-bell-funnel",
            Description = $"series of {Length} values, read {valuesPerStep} per step, {Shapes.Length} classes",
            ValuesPerStep = valuesPerStep,
            Train = ml.Data.LoadFromEnumerable(rows.Train, series),
            Test = ml.Data.LoadFromEnumerable(rows.Test, series),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Shape)),
        };
    }

    /// <summary>Rows of the three classes in turn.</summary>
    internal static Row[] Make(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(i => i % Shapes.Length)
            .Select(shape => new Row { Shape = Shapes[shape], Features = Series(shape, random) })];

    // cylinder: (6+η)·χ(t) + ε(t)    bell: (6+η)·χ(t)·(t−a)/(b−a) + ε(t)    funnel: (6+η)·χ(t)·(b−t)/(b−a) + ε(t)
    // χ is 1 from a to b; a is uniform in 16..32, b − a in 32..96; η and all ε(t) are standard normal.
    private static float[] Series(int shape, Random random)
    {
        var start = random.Next(16, 33);
        var end = start + random.Next(32, 97);
        var height = 6 + random.NextNormal();
        var values = new float[Length];
        for (var t = 1; t <= Length; t++)
        {
            var part = t < start || t > end ? 0 : shape switch
            {
                0 => 1,
                1 => (t - start) / (double)(end - start),
                _ => (end - t) / (double)(end - start),
            };
            values[t - 1] = (float)(height * part + random.NextNormal());
        }
        return values;
    }
}
