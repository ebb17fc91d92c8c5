using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Trainers.Tests;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>Files of every kind of model that loaders read, trained for a moment.</summary>
internal static class SmallModels
{
    internal const string Checkpoint = "epoch-000001.checkpoint";

    private static readonly MLContext Ml = new(1);

    internal static GraphColumns Columns { get; } = new() { NodeFeatureCount = 2 };

    /// <summary>A graph per row.</summary>
    internal static IDataView Graphs() => Shape.View(Ml, Shape.Make(8));

    /// <summary>A model of <see cref="Graphs"/>.</summary>
    internal static byte[] OfGraphs(TemporaryFolder folder)
    {
        using var model = Ml.Graphs().GraphClassification(new() { Columns = Columns, Network = GraphNetwork.Gcn(4), Epochs = 1 })
            .Fit(Graphs());
        model.ExportToOnnx(folder.File("graph.onnx"));
        return File.ReadAllBytes(folder.File("graph.onnx"));
    }

    /// <summary>The next steps of a Decision Transformer.</summary>
    internal static byte[] Steps(TemporaryFolder folder)
    {
        using var trained = Ml.Sequences().Decisions(Trajectory.Small()).Fit(Trajectory.View(Ml, Trajectory.Make(12)));
        trained.ExportStepsToOnnx(folder.File("steps.onnx"));
        return File.ReadAllBytes(folder.File("steps.onnx"));
    }

    /// <summary>The next steps of a network that writes texts.</summary>
    internal static byte[] Drawn(TemporaryFolder folder)
    {
        using var trained = Ml.Sequences().SeriesGeneration(Strokes.Small()).Fit(Strokes.View(Ml, Strokes.Make(12)));
        trained.ExportStepsToOnnx(folder.File("drawn.onnx"));
        return File.ReadAllBytes(folder.File("drawn.onnx"));
    }

    /// <summary>A decoder of a language model.</summary>
    internal static byte[] Decoder(TemporaryFolder folder)
    {
        using var model = Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            TokenColumnName = "Keys", Decoder = SequenceDecoder.Gru(4), EmbeddingSize = 3, Epochs = 1,
        }).Fit(EveryForm.Mapped(Ml, 12));
        model.ExportToOnnx(Directory.CreateDirectory(folder.File("language")).FullName);
        return File.ReadAllBytes(Path.Combine(folder.File("language"), "decoder.onnx"));
    }

    /// <summary>Trains for an epoch in a folder of checkpoints, or goes on from what is there.</summary>
    internal static void Train(string checkpoints) => EveryForm.Trainer(Ml, "Number", "Ragged", options =>
        (options.Epochs, options.CheckpointFolder, options.Resume) = (1, checkpoints, true)).Fit(EveryForm.Mapped(Ml, 12)).Dispose();
}
