using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Shapes.Data;

namespace Shapes;

/// <summary>Tells what part of a generated body each vertex belongs to.</summary>
internal static class ShapeParts
{
    private const int ToTrain = 60, ToChoose = 8, ToTest = 20;

    internal static ShapeClasses.Result Run(MLContext ml, string network, int seed, Options options)
    {
        var random = new Random(seed);
        List<(TriangleMesh Mesh, string[] Parts)> Some(int count) => [.. Enumerable.Range(0, count).Select(_ => BumpyBalls.Of(random))];
        IDataView Rows(IEnumerable<(TriangleMesh Mesh, string[] Parts)> shapes) =>
            ml.Data.LoadFromEnumerable(shapes.Select(shape => ShapeRow.Of(shape.Mesh, parts: shape.Parts)).ToList());
        var (training, validation, test) = (Rows(Some(ToTrain)), Rows(Some(ToChoose)), Some(ToTest));
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ShapeRow.Parts)).Fit(training);
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeClassification(new GraphNodeClassificationTrainer.Options
        {
            Columns = ShapeRow.Columns,
            Network = ShapeNetworks.Of(network, options, layers: 4),
            Hidden = options.Hidden ?? 32,
            ValidationData = keys.Transform(validation),
        }.With(options, seed, new(12, 4, 0.003f, LinesEvery: 4))).Fit(keys.Transform(training));
        var seconds = clock.Elapsed.TotalSeconds;
        var scored = model.Transform(keys.Transform(Rows(test)));
        var turned = model.Transform(keys.Transform(Rows(test.Select(shape => (MeshEdits.Turned(shape.Mesh, random), shape.Parts)))));
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref names);
        string[] parts = [.. names.DenseValues().Select(name => name.ToString())];
        string[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel").Select(row => row.Select(key => parts[key - 1]).ToArray())];
        var right = predicted.Zip(test, (row, shape) => row.Zip(shape.Parts).Count(pair => pair.First == pair.Second)).Sum();
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}-parts.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{network}-parts-loss"), $"parts of bodies, {network}: loss", "nats per vertex",
            model.History.Epochs);
        MeshPicture.Write(Path.Combine(options.Folder, $"{network}-parts"), "parts of a body, as predicted", test[0].Mesh, predicted[0],
            BumpyBalls.Parts);
        return new(right / (double)test.Sum(shape => shape.Parts.Length), ScoreDifference.Of(scored, turned), seconds,
            model.Info.Verification!.LargestDifference);
    }
}
