using System.Diagnostics;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Shapes.Data;

namespace Shapes;

/// <summary>Tells which of some surfaces a mesh is a form of: bent, with other triangles, and turned.</summary>
internal static class ShapeClasses
{
    private const int ToTrain = 16, ToChoose = 3, ToTest = 6, LeastVertices = 220, MostVertices = 320;

    /// <summary>What was reached.</summary>
    /// <param name="Accuracy">On forms that training didn't see.</param>
    /// <param name="Turned">The largest difference of a probability when a mesh is turned.</param>
    /// <param name="Seconds">For training.</param>
    /// <param name="Difference">The largest one of the exported file to its training graph.</param>
    internal sealed record Result(double Accuracy, double Turned, double Seconds, double Difference);

    internal static Result Run(MLContext ml, ShapeData data, string network, int seed, Options options)
    {
        var random = new Random(seed);
        List<(TriangleMesh Mesh, string Shape)> Forms(int each) => [.. from shape in data.Meshes
            from _ in Enumerable.Range(0, each)
            select (Form(shape.Mesh, random), shape.Name)];
        IDataView Rows(IEnumerable<(TriangleMesh Mesh, string Shape)> forms) =>
            ml.Data.LoadFromEnumerable(forms.Select(form => ShapeRow.Of(form.Mesh, form.Shape)).ToList());
        var (training, validation, test) = (Rows(Forms(ToTrain)), Rows(Forms(ToChoose)), Forms(ToTest));
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ShapeRow.Shape)).Fit(training);
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphClassification(new GraphClassificationTrainer.Options
        {
            Columns = ShapeRow.Columns,
            Network = ShapeNetworks.Of(network, options, layers: 3),
            Pooling = GraphPooling.Mean,
            Hidden = options.Hidden ?? 32,
            LabelSmoothing = 0.1f,
            ValidationData = keys.Transform(validation),
        }.With(options, seed, new(30, 8, 0.003f, LinesEvery: 5))).Fit(keys.Transform(training));
        var seconds = clock.Elapsed.TotalSeconds;
        var scored = model.Transform(keys.Transform(Rows(test)));
        var turned = model.Transform(keys.Transform(Rows(test.Select(form => (MeshEdits.Turned(form.Mesh, random), form.Shape)))));
        var metrics = ml.Graphs().EvaluateClassification(scored);
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}-shapes.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{network}-shapes-loss"), $"{data.Name}, {network}: loss", "nats",
            model.History.Epochs);
        HeatMap.WriteConfusion(Path.Combine(options.Folder, $"{network}-confusion"), $"{data.Name}, {network}", metrics);
        return new(metrics.MicroAccuracy, ScoreDifference.Of(scored, turned), seconds, model.Info.Verification!.LargestDifference);
    }

    private static TriangleMesh Form(TriangleMesh mesh, Random random)
    {
        var vertices = Math.Min(random.Next(LeastVertices, MostVertices), mesh.VertexCount * 9 / 10);
        return MeshEdits.Turned(MeshEdits.Deformed(Remeshing.Of(mesh, vertices, random), random, 0.015, 0.003), random);
    }
}
