using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Trainers.Tests;
using MLSeqGraph.Trainers.Tests.Graphs;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Stress;

/// <summary>What is left in memory of trainings whose models were disposed of.</summary>
internal static class Growth
{
    /// <summary>Trains, scores and disposes so many times, and prints what stayed of each kind of trainer.</summary>
    /// <param name="trainings">After a tenth as many that warm up.</param>
    internal static int Measure(int trainings)
    {
        var ml = new MLContext(1);
        var rows = EveryForm.Mapped(ml, 24);
        var (nodes, edges, graphs) = (TwoCliques.View(ml), TwoCliques.ByRow(ml), Shape.View(ml, Shape.Make(8)));
        (string Name, Action Train)[] kinds =
        [
            ("sequences", () =>
            {
                using var model = (SequencePredictionTransformer)EveryForm.Trainer(ml, "Classification", "Ragged",
                    options => options.Target = ExecutionTarget.Cpu(1)).Fit(rows);
                model.Transform(rows).Preview(5);
            }),
            ("nodes", () => ml.Graphs().NodeClassification(new()
            {
                Edges = edges, Network = GraphNetwork.Gcn(4), Epochs = 2, Target = ExecutionTarget.Cpu(1),
            }).Fit(nodes).Dispose()),
            ("graphs", () => ml.Graphs().GraphClassification(new()
            {
                Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gcn(4), Epochs = 2, Target = ExecutionTarget.Cpu(1),
            }).Fit(graphs).Dispose()),
        ];
        foreach (var (name, train) in kinds)
        {
            for (var i = 0; i < trainings / 10; i++)
                train();
            var before = Now();
            for (var i = 0; i < trainings; i++)
                train();
            var after = Now();
            Console.WriteLine($"{name}: after {trainings} trainings {(after.Managed - before.Managed) / (double)trainings:N0} bytes of "
                + $".NET's memory and {(after.Resident - before.Resident) / (double)trainings:N0} bytes of the process' more for each");
        }
        return 0;
    }

    private static (long Managed, long Resident) Now()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }
}
